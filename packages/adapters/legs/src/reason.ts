// Q.850 causes: in the Reason header (RFC 3326), and what a SIP status means as a cause (RFC 4497 table, as
// far as phones use it).
import type { Headers } from '@rufwerk/sip'

/** What we end calls with. */
export const CAUSE_NORMAL = 16
export const CAUSE_ELSEWHERE = 26
export const NETWORK_OUT_OF_ORDER = 38
export const TEMPORARY_FAILURE = 41
export const NO_RESOURCE = 47
export const INCOMPATIBLE = 88
export const RECOVERY_ON_TIMER = 102
export const INTERWORKING = 127

const CAUSE_OF_STATUS: ReadonlyMap<number, number> = new Map([
  [403, 21],
  [404, 1],
  [408, 18],
  [410, 22],
  [480, 18],
  [484, 28],
  [486, 17],
  [487, CAUSE_NORMAL],
  [488, INCOMPATIBLE],
  [503, 42],
  [600, 17],
  [603, 21],
  [604, 1],
  [606, INCOMPATIBLE],
])

/** The Q.850 cause that the peer named, 1–127. */
export function readCause(headers: Headers): number | undefined {
  for (const value of headers.list('reason')) {
    const match = /^\s*Q\.850\s*;(?:.*;)?\s*cause\s*=\s*([0-9]{1,3})\b/i.exec(value)
    const cause = Number(match?.[1])
    if (match !== null && cause >= 1 && cause <= 127) return cause
  }
  return undefined
}

/** The cause of a final response: named by the peer, or what its status usually means. */
export function causeOf(status: number, headers: Headers | undefined): number {
  return (
    (headers && readCause(headers)) ?? CAUSE_OF_STATUS.get(status) ?? (status >= 500 ? TEMPORARY_FAILURE : 31)
  )
}

/** For the CANCEL to a contact; one that lost to another shall not show a missed call (RFC 3326 §2). */
export function cancelReasons(cause: number): readonly (readonly [string, string])[] {
  const q850 = reasonHeader(cause)
  if (cause !== CAUSE_ELSEWHERE) return [q850]
  return [['Reason', 'SIP;cause=200;text="Call completed elsewhere"'], q850]
}

export function reasonHeader(cause: number): readonly [string, string] {
  return ['Reason', `Q.850;cause=${cause}`]
}
