// Text → description (RFC 8866 §5): one pass over the lines, with a limit on everything. Line ends may be LF.
// Deviates from RFC 8866 §5: t= may be missing and the lines under o= may come in any order, because phones
// send that; no line of ours depends on either.
import { fail, ok, type Result } from '@rufwerk/core'
import { isAddress } from './address.ts'
import {
  type Attribute,
  type Connection,
  type MediaSection,
  type Origin,
  SDP_CHARS_MAX,
  SDP_FORMATS_MAX,
  SDP_LINE_CHARS_MAX,
  SDP_LINES_MAX,
  SDP_MEDIA_MAX,
  type SdpError,
  type SdpErrorCode,
  type SessionDescription,
} from './model.ts'

const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/
const DIGITS = /^[0-9]{1,20}$/
const PORT_MAX = 65_535
/** Read by form only: title, address, mail, phone, bandwidth, times, repeats, zones, key. */
const DROPPED = 'iuepbtrzk'

interface Draft {
  origin?: Origin
  name?: string
  connection?: Connection
  readonly attributes: Attribute[]
  readonly media: MediaDraft[]
}

interface MediaDraft extends Omit<MediaSection, 'connection' | 'attributes'> {
  connection?: Connection
  readonly attributes: Attribute[]
}

/** Reads a description. Every error here is a 400. */
export function parseSdp(text: string): Result<SessionDescription, SdpError> {
  if (text.length > SDP_CHARS_MAX) return fail({ status: 400, code: 'too-long' })
  const lines = text.split('\n')
  while (lines.length > 0 && /^\r?$/.test(lines[lines.length - 1] as string)) lines.pop()
  if (lines.length === 0) return fail({ status: 400, code: 'missing-line' })
  if (lines.length > SDP_LINES_MAX) return fail({ status: 400, code: 'too-many-lines' })
  const draft: Draft = { attributes: [], media: [] }
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string
    const code = readLine(line.endsWith('\r') ? line.slice(0, -1) : line, index, draft)
    if (code !== undefined) return fail({ status: 400, code, line: index + 1 })
  }
  const { origin, name, connection, attributes, media } = draft
  if (origin === undefined || name === undefined) return fail({ status: 400, code: 'missing-line' })
  return ok({ origin, name, ...(connection === undefined ? {} : { connection }), attributes, media })
}

function readLine(line: string, index: number, draft: Draft): SdpErrorCode | undefined {
  if (line.length > SDP_LINE_CHARS_MAX) return 'too-long'
  if (line.length < 2 || line[1] !== '=' || /[\r\0]/.test(line)) return 'bad-line'
  const value = line.slice(2)
  const type = line[0] as string
  if (index === 0) return type === 'v' && value === '0' ? undefined : 'bad-version' // RFC 8866 §5.1
  const media = draft.media[draft.media.length - 1]
  switch (type) {
    case 'o':
      return readOrigin(value, draft)
    case 's':
      if (draft.name !== undefined || media !== undefined) return 'bad-line'
      draft.name = value
      return undefined
    case 'c':
      return readConnection(value, media ?? draft)
    case 'm':
      return readMedia(value, draft)
    case 'a':
      return readAttribute(value, media ?? draft)
    default:
      return DROPPED.includes(type) ? undefined : 'bad-line' // RFC 8866 §5: an unknown type is refused.
  }
}

/** RFC 8866 §5.2. */
function readOrigin(value: string, draft: Draft): SdpErrorCode | undefined {
  const parts = value.split(' ')
  if (draft.origin !== undefined || draft.media.length > 0 || parts.length !== 6) return 'bad-origin'
  const [username, sessionId, sessionVersion, network, addressType, address] = parts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (username === '' || !DIGITS.test(sessionId) || !DIGITS.test(sessionVersion)) return 'bad-origin'
  if (network !== 'IN' || (addressType !== 'IP4' && addressType !== 'IP6')) return 'bad-origin'
  if (!isAddress(addressType, address)) return 'bad-origin'
  draft.origin = { username, sessionId, sessionVersion, addressType, address }
  return undefined
}

/**
 * RFC 8866 §5.7. A second c= of one section says the same stream goes to more groups: the first one counts.
 */
function readConnection(value: string, into: { connection?: Connection }): SdpErrorCode | undefined {
  const [network, addressType, whole, ...more] = value.trimEnd().split(' ')
  if (network !== 'IN' || (addressType !== 'IP4' && addressType !== 'IP6')) return 'bad-connection'
  if (whole === undefined || more.length > 0) return 'bad-connection'
  const [address, ...multicast] = whole.split('/') as [string, ...string[]]
  if (multicast.length > 2 || multicast.some((part) => !/^[0-9]{1,5}$/.test(part))) return 'bad-connection'
  if (!isAddress(addressType, address)) return 'bad-connection'
  into.connection ??= { addressType, address }
  return undefined
}

/** RFC 8866 §5.14. */
function readMedia(value: string, draft: Draft): SdpErrorCode | undefined {
  if (draft.media.length >= SDP_MEDIA_MAX) return 'too-many-media'
  const [kind, portPart, protocol, ...formats] = value.trimEnd().split(/ +/)
  if (kind === undefined || portPart === undefined || protocol === undefined) return 'bad-media'
  const digits = portPart.split('/')
  if (digits.length > 2 || digits.some((part) => !/^[0-9]{1,5}$/.test(part))) return 'bad-media'
  const port = Number(digits[0])
  if (port > PORT_MAX || !TOKEN.test(kind)) return 'bad-media'
  if (protocol.split('/').some((part) => !TOKEN.test(part))) return 'bad-media'
  if (formats.length === 0 || formats.some((format) => !TOKEN.test(format))) return 'bad-media'
  if (formats.length > SDP_FORMATS_MAX) return 'too-many-formats'
  if (/(^|\/)RTP\//i.test(protocol) && !formats.every(isPayloadType)) return 'bad-media'
  draft.media.push({ kind: kind.toLowerCase(), port, protocol, formats, attributes: [] })
  return undefined
}

function isPayloadType(format: string): boolean {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(format) && Number(format) <= 127
}

/** RFC 8866 §5.13. */
function readAttribute(value: string, into: { readonly attributes: Attribute[] }): SdpErrorCode | undefined {
  const colon = value.indexOf(':')
  const name = colon < 0 ? value.trimEnd() : value.slice(0, colon)
  if (!TOKEN.test(name)) return 'bad-attribute'
  into.attributes.push(colon < 0 ? { name } : { name, value: value.slice(colon + 1) })
  return undefined
}
