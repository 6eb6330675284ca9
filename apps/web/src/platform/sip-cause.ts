// From SIP's answers to our reasons (RFC 3261 §21, RFC 3326 for the Reason header).
import type { CallEnd, EndReason } from '../state/call.ts'

export interface SipEnd {
  readonly originator: 'local' | 'remote' | 'system'
  /** JsSIP's word. */
  readonly cause: string
  readonly status?: number
  /** Value of the Reason header, of the response or of the BYE or CANCEL. */
  readonly reason?: string
}

const BY_STATUS: Readonly<Record<number, EndReason>> = {
  404: 'not-found',
  408: 'no-answer',
  410: 'not-found',
  415: 'no-common-format',
  480: 'not-reachable',
  484: 'not-found',
  486: 'busy',
  487: 'cancelled',
  488: 'no-common-format',
  503: 'overloaded',
  600: 'busy',
  603: 'declined',
  604: 'not-found',
  606: 'no-common-format',
}

/** The Q.850 cause in a Reason header; undefined when there is none. */
export function q850Of(reason: string | undefined): number | undefined {
  const cause = /q\.850\s*;[^,]*?cause\s*=\s*(\d{1,3})/i.exec(reason ?? '')?.[1]
  return cause === undefined ? undefined : Number(cause)
}

/** The end of a call that nobody had answered. */
export function readFailure(
  end: SipEnd,
  direction: 'outgoing' | 'incoming',
  isCancelledByUs: boolean,
): CallEnd {
  if (isCancelledByUs) return { by: 'us', reason: direction === 'incoming' ? 'declined' : 'cancelled' }
  if (end.cause === 'Connection Error' || end.cause === 'Request Timeout') {
    return { by: 'network', reason: 'connection-lost' }
  }
  if (direction === 'incoming') {
    // RFC 3326 §2: the other device of this person was quicker.
    const isElsewhere = /cause\s*=\s*200/i.test(end.reason ?? '')
    return { by: 'peer', reason: isElsewhere ? 'answered-elsewhere' : 'missed' }
  }
  if (q850Of(end.reason) === 19) return { by: 'peer', reason: 'no-answer' }
  return { by: 'peer', reason: BY_STATUS[end.status ?? 0] ?? 'failed' }
}

/** The end of a call that talked. */
export function readHangUp(end: SipEnd): CallEnd {
  if (end.cause === 'Connection Error' || end.cause === 'Request Timeout' || end.cause === 'RTP Timeout') {
    return { by: 'network', reason: 'connection-lost' }
  }
  return { by: end.originator === 'local' ? 'us' : 'peer', reason: 'hung-up' }
}
