// REFER (RFC 3515): Refer-To with method and Replaces, Referred-By (RFC 3892) as the peer says it, without
// subscription (RFC 4488). Of the headers in a Refer-To only Replaces counts: the others would be somebody
// else's words in our INVITE (RFC 3261 §19.1.5).
import { fail, ok, type Result } from '@rufwerk/core'
import type { SipRequest } from '../message/message.ts'
import { type NameAddr, parseNameAddr, writeNameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import type { Refusal } from '../session/option-tags.ts'
import { parseReplaces, type Replaces, writeReplaces } from './replaces.ts'

/** Headers in a Refer-To that are looked at. */
const URI_HEADERS_MAX = 20

/** For Supported, and for what REFER may require. */
export const REFER_OPTION_TAGS: readonly string[] = ['replaces', 'norefersub']

export interface Refer {
  /** Whom to call, without method and headers. */
  readonly target: SipUri
  /** The INVITE to the target carries it (RFC 3891). */
  readonly replaces?: Replaces
  /** Who says to have asked for it; proven by nothing. */
  readonly referredBy?: NameAddr
  /** false: no NOTIFY is wanted (RFC 4488); the 2xx says so too, with `referAcceptance`. */
  readonly hasSubscription: boolean
  /** Of the Event of its NOTIFYs: the number of the REFER (RFC 3515 §2.4.6). */
  readonly id: string
}

/**
 * A REFER, or its refusal. 400: not exactly one Refer-To, or it cannot be read. 416: its target is neither
 * sip nor tel. 403: it asks for anything but a call.
 */
export function readRefer(request: SipRequest): Result<Refer, Refusal> {
  const { headers } = request
  const targets = headers.list('refer-to')
  const to = targets.length === 1 ? parseNameAddr(targets[0] ?? '') : undefined
  if (to?.ok !== true) return refuse(400)
  const { headers: embedded, ...uri } = to.value.uri
  if (!/^(sips?|tel)$/.test(uri.scheme)) return refuse(416)
  const method = uri.params.get('method') ?? 'INVITE'
  if (method.toUpperCase() !== 'INVITE') return refuse(403)
  const replaces = readEmbeddedReplaces(embedded ?? '')
  if (!replaces.ok) return refuse(400)
  const by = parseNameAddr(headers.get('referred-by') ?? '')
  const params = new Map([...uri.params].filter(([name]) => name !== 'method'))
  const { seq } = headers.cseq
  return ok({
    target: { ...uri, params },
    ...(replaces.value === undefined ? {} : { replaces: replaces.value }),
    ...(by.ok ? { referredBy: by.value } : {}),
    hasSubscription: !/^false\s*(;|$)/i.test(headers.get('refer-sub') ?? ''),
    id: String(seq),
  })
}

function refuse(status: number): Result<never, Refusal> {
  return fail({ status, headers: [] })
}

/** `name=value&…`, escaped; a second Replaces, or one that cannot be read, is an error. */
function readEmbeddedReplaces(text: string): Result<Replaces | undefined, 'malformed'> {
  const found: string[] = []
  for (const part of text.split('&', URI_HEADERS_MAX)) {
    const equals = part.indexOf('=')
    if (part.slice(0, Math.max(equals, 0)).toLowerCase() === 'replaces') found.push(part.slice(equals + 1))
  }
  const [only] = found
  if (only === undefined) return ok(undefined)
  const plain = found.length > 1 ? undefined : unescapedText(only)
  const replaces = plain === undefined ? undefined : parseReplaces(plain)
  return replaces === undefined ? fail('malformed') : ok(replaces)
}

function unescapedText(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // A broken escape.
  }
}

/** Headers of the 202 to a REFER. */
export function referAcceptance(refer: Refer): Refusal['headers'] {
  return refer.hasSubscription ? [] : [['Refer-Sub', 'false']]
}

export interface ReferParts {
  readonly target: SipUri
  readonly replaces?: Replaces
  /** Header text of who asks, e.g. of `writeNameAddr`. */
  readonly referredBy?: string
  /** false asks for no NOTIFY; the peer may send some all the same. */
  readonly hasSubscription?: boolean
}

/** Headers of a REFER of ours. */
export function referHeaders(parts: ReferParts): Refusal['headers'] {
  const { target, replaces, referredBy, hasSubscription = true } = parts
  // Of a tel URI nothing else can be said.
  const isSip = target.scheme !== 'tel' && replaces !== undefined
  const { headers: _, ...bare } = target
  const uri = isSip ? { ...bare, headers: `Replaces=${escapedText(writeReplaces(replaces))}` } : bare
  const lines: (readonly [string, string])[] = [['Refer-To', writeNameAddr({ uri })]]
  if (referredBy !== undefined) lines.push(['Referred-By', referredBy])
  if (!hasSubscription) lines.push(['Refer-Sub', 'false'], ['Supported', 'norefersub'])
  return lines
}

/** More than RFC 3261 asks for: some phones stumble over these marks in a URI. */
function escapedText(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*!~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Headers of the INVITE that a REFER leads to. */
export function referredHeaders(refer: Pick<Refer, 'replaces' | 'referredBy'>): Refusal['headers'] {
  const { replaces, referredBy } = refer
  const lines: (readonly [string, string])[] = []
  // RFC 3891 §4: who does not know Replaces must not ring instead.
  if (replaces !== undefined) lines.push(['Replaces', writeReplaces(replaces)], ['Require', 'replaces'])
  if (referredBy === undefined) return lines
  const { uri, displayName } = referredBy
  const { headers: _, ...bare } = uri
  return [...lines, ['Referred-By', writeNameAddr({ ...(displayName ? { displayName } : {}), uri: bare })]]
}
