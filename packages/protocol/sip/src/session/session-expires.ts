// What both sides of a call agree on about its session timer (RFC 4028): Session-Expires, Min-SE, who
// refreshes, and 422. The timer itself is in session-timer.ts.
import { fail, ok, type Result } from '@rufwerk/core'
import { parseDigits, parseParams } from '../message/grammar.ts'
import type { Headers } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { hasOptionTag, type Refusal } from './option-tags.ts'

/** No interval may be shorter, in seconds (RFC 4028 §4, §5). */
export const SESSION_MIN_S = 90
/**
 * Whatever the peer asks for or answers, no interval is longer, in seconds: a dead call would stay for too
 * long. Deviates from RFC 4028 §9 for a Min-SE beyond it.
 */
const SESSION_MAX_S = 86_400
const SECONDS_MAX = 2 ** 32 - 1

/** What we want of a session timer. */
export interface SessionWish {
  /** Seconds until a session without refresh is over. */
  readonly intervalS: number
  /** Shortest interval that we take, in seconds; at least SESSION_MIN_S. */
  readonly minS: number
  /** Who shall refresh if we may choose; the peer unless told. */
  readonly refresher?: 'us' | 'peer'
}

/** What holds from a 2xx on. */
export interface SessionAgreement {
  /** Seconds, at least SESSION_MIN_S. */
  readonly intervalS: number
  readonly refresher: 'us' | 'peer'
}

type HeaderLines = Refusal['headers']

interface SessionExpires {
  readonly intervalS: number
  readonly refresher: 'uac' | 'uas' | undefined
}

/** Session-Expires (RFC 4028 §4); malformed counts as absent. */
function readSessionExpires(headers: Headers): SessionExpires | undefined {
  const text = headers.get('session-expires') ?? ''
  const end = text.indexOf(';')
  const intervalS = parseDigits(text.slice(0, end < 0 ? undefined : end).trim(), SECONDS_MAX)
  if (intervalS === undefined) return undefined
  const params = end < 0 ? undefined : parseParams(text, end)
  if (params?.ok === false) return undefined
  const name = params?.value.get('refresher')?.toLowerCase()
  return { intervalS, refresher: name === 'uac' || name === 'uas' ? name : undefined }
}

/** Min-SE in seconds (RFC 4028 §5); undefined when absent or malformed. */
function readMinSe(headers: Headers): number | undefined {
  const text = headers.get('min-se') ?? ''
  const end = text.indexOf(';')
  return parseDigits(text.slice(0, end < 0 ? undefined : end).trim(), SECONDS_MAX)
}

/**
 * Headers for an INVITE or UPDATE of ours; Supported has to name `timer` besides. In a refresh say who
 * refreshes now, so that it stays so (RFC 4028 §7.4).
 */
export function sessionOffer(wish: SessionWish): HeaderLines {
  const role = wish.refresher === 'us' ? ';refresher=uac' : ';refresher=uas'
  const offer = ['Session-Expires', `${wish.intervalS}${wish.refresher ? role : ''}`] as const
  // The least that is allowed goes without saying.
  return wish.minS > SESSION_MIN_S ? [offer, ['Min-SE', String(wish.minS)]] : [offer]
}

/**
 * An INVITE or UPDATE of the peer (RFC 4028 §9): what our 2xx says and what then holds, or the 422. The
 * interval is never longer than asked for; table 2 of §9 says who refreshes.
 */
export function answerSession(
  request: SipRequest,
  wish: SessionWish,
): Result<{ readonly agreement: SessionAgreement; readonly headers: HeaderLines }, Refusal> {
  const { headers } = request
  const canTimer = hasOptionTag(headers, 'supported', 'timer') || hasOptionTag(headers, 'require', 'timer')
  const asked = readSessionExpires(headers)
  const minS = Math.max(wish.minS, SESSION_MIN_S)
  // A side that knows no timers could do nothing with a 422; a proxy asked for it (§8.1).
  if (asked !== undefined && asked.intervalS < minS && canTimer)
    return fail({ status: 422, headers: [['Min-SE', String(minS)]] })
  const leastS = Math.max(minS, Math.min(readMinSe(headers) ?? 0, SESSION_MAX_S))
  const wishedS = Math.max(wish.intervalS, leastS)
  const intervalS = Math.max(Math.min(asked?.intervalS ?? wishedS, wishedS), SESSION_MIN_S)
  const chosen = asked?.refresher ?? (wish.refresher === 'us' ? 'uas' : 'uac')
  const refresher = canTimer ? chosen : 'uas'
  const line = ['Session-Expires', `${intervalS};refresher=${refresher}`] as const
  return ok({
    agreement: { intervalS, refresher: refresher === 'uas' ? 'us' : 'peer' },
    headers: canTimer ? [line, ['Require', 'timer']] : [line],
  })
}

/** The 2xx to our INVITE or UPDATE (RFC 4028 §7.2); undefined: no timer runs. */
export function sessionAgreed(response: SipResponse): SessionAgreement | undefined {
  const given = readSessionExpires(response.headers)
  if (given === undefined) return undefined
  return {
    // Less is not allowed, and would have us refresh at the peer's pleasure; nor is more than was offered.
    intervalS: Math.min(Math.max(given.intervalS, SESSION_MIN_S), SESSION_MAX_S),
    refresher: given.refresher === 'uas' ? 'peer' : 'us',
  }
}

/**
 * The wish after a 422 to ours (RFC 4028 §7.3), to be sent at once; undefined: give up, the 422 asks for
 * nothing that we did not offer, or for more than a day.
 */
export function raiseSession(wish: SessionWish, response: SipResponse): SessionWish | undefined {
  const leastS = readMinSe(response.headers)
  if (leastS === undefined || leastS <= wish.intervalS || leastS > SESSION_MAX_S) return undefined
  return { ...wish, intervalS: leastS, minS: Math.max(wish.minS, leastS) }
}
