// Where the other end listens: an address and ports (RFC 3264 §5.1, RFC 3605), or ICE and DTLS (RFC 8839, RFC
// 8842). Attributes of the session stand in for those that a section lacks; in a BUNDLE group those of the
// group's first section do too (RFC 9143 §7.1.2).
import { fail, ok, type Result } from '@rufwerk/core'
import { isIp4, isIp6, isUnicast, isUnspecified } from './address.ts'
import type { IceDtls, RtpRemote } from './audio.ts'
import {
  type Attribute,
  attributeValue,
  attributeValues,
  type MediaSection,
  type SdpError,
  type SessionDescription,
} from './model.ts'

/** Further candidates are left out; Chromium on a machine with several interfaces sends about twenty. */
export const CANDIDATES_MAX = 64

const ICE_CHARS = /^[A-Za-z0-9+/]+$/
const FINGERPRINT = /^[A-Za-z0-9-]+ [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+$/
/** Strong ones, the usual one first (RFC 8122 §5). */
const HASHES = new Map([
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
])
const SETUPS: ReadonlyMap<string, IceDtls['setup']> = new Map([
  ['actpass', 'actpass'],
  ['active', 'active'],
  ['passive', 'passive'],
])

/**
 * Undefined with 0.0.0.0: an old way to say hold; there is nowhere to send to. `rtcp` as without rtcp-mux.
 */
export function readRtpRemote(
  description: SessionDescription,
  section: MediaSection,
): Result<RtpRemote | undefined, SdpError> {
  const connection = section.connection ?? description.connection
  if (connection === undefined) return fail({ status: 400, code: 'no-connection' }) // RFC 8866 §5.7
  const { address } = connection
  if (isUnspecified(address)) return ok(undefined)
  if (!isUnicast(address)) return fail({ status: 488, code: 'unsupported-address' })
  const rtp = { address, port: section.port }
  const rtcp = attributeValue(section.attributes, 'rtcp')
  if (rtcp === undefined) return ok({ rtp, rtcp: { address, port: Math.min(section.port + 1, 65_535) } })
  // RFC 3605 §2.1: a port, and perhaps another address.
  const match = /^([0-9]{1,5})(?: IN IP[46] (\S+))?\s*$/.exec(rtcp)
  const port = Number(match?.[1])
  if (match === null || port > 65_535) return fail({ status: 400, code: 'bad-attribute' })
  const other = match[2]
  if (other !== undefined && !isIp4(other) && !isIp6(other))
    return fail({ status: 488, code: 'unsupported-address' })
  if (port === 0) return ok({ rtp, rtcp: { address, port: Math.min(section.port + 1, 65_535) } })
  return ok({ rtp, rtcp: { address: other !== undefined && isUnicast(other) ? other : address, port } })
}

export function readIceDtls(
  description: SessionDescription,
  section: MediaSection,
  bundleFirst: MediaSection | undefined,
): Result<IceDtls, SdpError> {
  const levels = [section.attributes, bundleFirst?.attributes ?? [], description.attributes]
  const ufrag = firstValue(levels, 'ice-ufrag')
  const pwd = firstValue(levels, 'ice-pwd')
  if (ufrag === undefined || pwd === undefined) return fail({ status: 488, code: 'no-ice' })
  if (!isIceText(ufrag, 4) || !isIceText(pwd, 22)) return fail({ status: 400, code: 'bad-attribute' })
  const fingerprint = readFingerprint(levels)
  if (!fingerprint.ok) return fingerprint
  // RFC 8842 §5.1: without a=setup it is active, as in RFC 4145.
  const setup = SETUPS.get((firstValue(levels, 'setup') ?? 'active').trim().toLowerCase())
  if (setup === undefined) return fail({ status: 400, code: 'bad-attribute' })
  const own = attributeValues(section.attributes, 'candidate')
  const all = own.length > 0 ? own : attributeValues(bundleFirst?.attributes ?? [], 'candidate')
  const candidates = all
    .filter(isCandidate)
    .slice(0, CANDIDATES_MAX)
    .map((value) => `candidate:${value.trim()}`)
  return ok({ ufrag, pwd, fingerprint: fingerprint.value, setup, candidates })
}

function readFingerprint(levels: readonly (readonly Attribute[])[]): Result<string, SdpError> {
  const values = levels
    .map((attributes) => attributeValues(attributes, 'fingerprint'))
    .find((found) => found.length > 0)
  if (values === undefined) return fail({ status: 488, code: 'no-fingerprint' })
  if (values.some((value) => !FINGERPRINT.test(value.trim())))
    return fail({ status: 400, code: 'bad-attribute' })
  for (const [hash, bytes] of HASHES) {
    const prefix = `${hash} `
    const found = values.find((value) => value.toLowerCase().startsWith(prefix))?.trim()
    if (found === undefined) continue
    if (found.length !== prefix.length + bytes * 3 - 1) return fail({ status: 400, code: 'bad-attribute' })
    return ok(`${prefix}${found.slice(prefix.length).toUpperCase()}`)
  }
  return fail({ status: 488, code: 'no-fingerprint' })
}

/** foundation, component, transport, priority, address, port, type; then pairs of names and values. */
const CANDIDATE =
  /^([A-Za-z0-9+/]{1,32}) ([0-9]{1,5}) ([A-Za-z]{3,8}) ([0-9]{1,10}) (\S{1,253}) ([0-9]{1,5}) typ [a-z]{1,16}(?: [!-~]{1,253})*$/
const COMPONENT_MAX = 256
const PRIORITY_MAX = 0x7fff_ffff

/**
 * RFC 8839 §5.1, with an IPv4 or IPv6 address, or the name that a browser makes up to hide its own. What the
 * engine gets is well-formed: it goes to native code.
 */
function isCandidate(value: string): boolean {
  const match = CANDIDATE.exec(value.trim())
  if (match === null) return false
  const [, , component, , priority, address, port] = match
  if (Number(component) < 1 || Number(component) > COMPONENT_MAX || Number(port) > 65_535) return false
  if (Number(priority) < 1 || Number(priority) > PRIORITY_MAX) return false
  const text = address as string
  return isIp4(text) || isIp6(text) || /^[A-Za-z0-9-]{1,63}\.local$/.test(text)
}

/** RFC 8839 §5.4: ice-char, 4–256 for the fragment and 22–256 for the password. */
function isIceText(text: string, charsMin: number): boolean {
  return text.length >= charsMin && text.length <= 256 && ICE_CHARS.test(text)
}

function firstValue(levels: readonly (readonly Attribute[])[], name: string): string | undefined {
  for (const attributes of levels) {
    const value = attributeValue(attributes, name)
    if (value !== undefined) return value
  }
  return undefined
}
