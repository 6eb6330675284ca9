// Who forwarded a call: Diversion (RFC 5806) and History-Info (RFC 7044), and how one is told by the other
// (RFC 7544). Both are what the peer says; whether it is believed is the caller's choice.
import { endOfToken, parseDigits, unquote } from '../message/grammar.ts'
import type { Headers } from '../message/headers.ts'
import { type NameAddr, parseNameAddr, writeNameAddr } from '../message/name-addr.ts'
import { type SipUri, writeUri } from '../message/uri.ts'
import { type NumberForm, type PhoneNumber, phoneNumberUri, readPhoneNumber } from './phone-number.ts'

/** Forwardings that are read or written; older ones are left out. */
export const FORWARDINGS_MAX = 10
const PRIVACY_WORDS_MAX = 20

const REASONS = {
  // The cause that RFC 7544 §5 gives for each.
  unconditional: 302,
  'user-busy': 486,
  'no-answer': 408,
  deflection: 480,
  unavailable: 503,
  unknown: 404,
} as const

export type ForwardReason = keyof typeof REASONS

export interface Forwarder {
  /** Whose call was forwarded. */
  readonly number: string
  readonly reason: ForwardReason
  readonly isHidden?: boolean
}

export interface ReadForwarder {
  readonly uri: SipUri
  readonly number?: PhoneNumber
  readonly reason: ForwardReason
  readonly isHidden: boolean
}

type HeaderLine = readonly [name: string, value: string]

function reasonOf(text: string): ForwardReason {
  const word = unquote(text).toLowerCase()
  return Object.hasOwn(REASONS, word) ? (word as ForwardReason) : 'unknown'
}

function reasonOfCause(cause: number | undefined): ForwardReason {
  if (cause === 487) return 'deflection'
  const found = Object.entries(REASONS).find(([, value]) => value === cause)
  return found === undefined ? 'unknown' : (found[0] as ForwardReason)
}

/** The last forwarding first, as RFC 5806 §5 has it. `forwarders` come in that order, too. */
export function diversionHeaders(
  forwarders: readonly Forwarder[],
  form: NumberForm,
  domain: string,
): readonly HeaderLine[] {
  return forwarders.slice(0, FORWARDINGS_MAX).map(({ number, reason, isHidden }) => {
    const params = new Map([
      ['reason', reason],
      ['privacy', isHidden ? 'full' : 'off'],
      ['counter', '1'],
    ])
    return ['Diversion', writeNameAddr({ uri: phoneNumberUri(number, form, domain), params })] as const
  })
}

/**
 * From the first called number to the target of this request (RFC 7044 §9, RFC 7544 §7): each forwarding is
 * an entry below the one before, and its cause stands in the URI that it led to.
 */
export function historyHeaders(
  forwarders: readonly Forwarder[],
  target: SipUri,
  form: NumberForm,
  domain: string,
): readonly HeaderLine[] {
  const oldestFirst = forwarders.slice(0, FORWARDINGS_MAX).toReversed()
  const stops = [
    ...oldestFirst.map(({ number, isHidden }) => ({
      // In a tel URI there is no place for cause and Privacy.
      uri: phoneNumberUri(number, form === 'tel' ? 'phone' : form, domain),
      isHidden,
    })),
    { uri: target, isHidden: false },
  ]
  let index = ''
  const entries = stops.map(({ uri, isHidden }, at) => {
    const before = oldestFirst[at - 1]
    const parent = index
    index = index === '' ? '1' : `${index}.1`
    const isSip = uri.scheme !== 'tel'
    const cause = before === undefined || !isSip ? [] : [['cause', String(REASONS[before.reason])] as const]
    const named: SipUri = {
      ...uri,
      params: new Map([...uri.params, ...cause]),
      ...(isHidden && isSip ? { headers: 'Privacy=history' } : {}),
    }
    return `<${writeUri(named)}>;index=${index}${parent === '' ? '' : `;mp=${parent}`}`
  })
  return [['History-Info', entries.join(', ')]]
}

/** Forwardings of an incoming call, the last first: of Diversion, else of History-Info. */
export function readForwarders(headers: Headers): readonly ReadForwarder[] {
  return headers.has('diversion') ? readDiversion(headers) : readHistoryForwarders(headers)
}

export function readDiversion(headers: Headers): readonly ReadForwarder[] {
  const entries = entriesOf(headers, 'diversion').slice(0, FORWARDINGS_MAX)
  return entries.map(({ uri, params }) => {
    const privacy = unquote(params.get('privacy') ?? 'off').toLowerCase()
    return forwarder(uri, reasonOf(params.get('reason') ?? ''), privacy !== 'off' && privacy !== 'name')
  })
}

function forwarder(uri: SipUri, reason: ForwardReason, isHidden: boolean): ReadForwarder {
  const number = readPhoneNumber(uri)
  return { uri, ...(number === undefined ? {} : { number }), reason, isHidden }
}

function entriesOf(headers: Headers, name: string): readonly NameAddr[] {
  return headers
    .list(name)
    .slice(0, 2 * FORWARDINGS_MAX)
    .flatMap((text) => {
      const entry = parseNameAddr(text)
      return entry.ok ? [entry.value] : []
    })
}

/** An entry whose URI has a cause was led to by the one that it came from. */
function readHistoryForwarders(headers: Headers): readonly ReadForwarder[] {
  const entries = entriesOf(headers, 'history-info')
  const found: ReadForwarder[] = []
  for (const [at, { uri, params }] of entries.entries()) {
    const cause = uri.params.get('cause')
    if (cause === undefined) continue
    const index = params.get('mp') ?? parentOf(params.get('index') ?? '')
    const from = entries.find((entry) => entry.params.get('index') === index) ?? entries[at - 1]
    if (from === undefined) continue
    const isHidden = /(^|&)privacy=(?!none)/i.test(from.uri.headers ?? '')
    found.unshift(forwarder(from.uri, reasonOfCause(parseDigits(cause, 999)), isHidden))
  }
  return found.slice(0, FORWARDINGS_MAX)
}

function parentOf(index: string): string {
  return index.slice(0, Math.max(index.lastIndexOf('.'), 0))
}

/**
 * The number that was called, by History-Info: where the last entry is the contact of a registration (`rc`,
 * RFC 7044 §5), the entry that it was registered for; else the last one itself.
 */
export function calledByHistory(headers: Headers): SipUri | undefined {
  const entries = entriesOf(headers, 'history-info')
  const last = entries.at(-1)
  const of = last?.params.get('rc')
  const from = of === undefined ? undefined : entries.find(({ params }) => params.get('index') === of)
  return (from ?? last)?.uri
}

/** Words of Privacy (RFC 3323 §4.2), lower case; malformed ones are left out. */
export function readPrivacy(headers: Headers): ReadonlySet<string> {
  const words = headers.all('privacy').flatMap((value) => value.toLowerCase().split(/[;,]/))
  const isWord = (word: string): boolean => word !== '' && endOfToken(word, 0) === word.length
  return new Set(
    words
      .map((word) => word.trim())
      .filter(isWord)
      .slice(0, PRIVACY_WORDS_MAX),
  )
}
