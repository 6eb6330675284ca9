// Timers of RFC 3261 §17 (table 4 of its appendix A) with those of RFC 6026.
import { type Ms, ms, seconds } from '@rufwerk/core'
import type { TransactionId } from './match.ts'

/** Estimate of the round trip. */
export const T1: Ms = ms(500)
/** Longest interval between retransmissions of non-INVITE requests and of responses to INVITE. */
export const T2: Ms = seconds(4)
/** Longest time that a message stays in the network. */
export const T4: Ms = seconds(5)
/** Timers B, F, H, J, L, M and the wait after a CANCEL. */
export const TIMEOUT: Ms = ms(64 * T1)
/** Timer D on unreliable transports. */
export const TIMER_D: Ms = seconds(32)
/** An INVITE that is not answered by then gets 100 (RFC 3261 §17.2.1). */
export const TRYING: Ms = ms(200)

/**
 * RFC letters, and: T sends the 100 to an INVITE, X ends an INVITE whose CANCEL brought no final response
 * (RFC 3261 §9.1), S forgets a non-INVITE request that nobody answered (RFC 4320 §4.2).
 */
export type Timer = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'S' | 'T' | 'X'

const TIMERS: readonly Timer[] = [...'ABDEFGHIJKLMSTX'] as Timer[]
const NUMBERS = Object.fromEntries(TIMERS.map((timer, at) => [timer, at])) as Readonly<Record<Timer, number>>
const KEYS_PER_TRANSACTION = 16

/** Names one timer of one transaction over all of them. */
export function timerKey(transaction: TransactionId, timer: Timer): number {
  return transaction * KEYS_PER_TRANSACTION + NUMBERS[timer]
}

/** What a key names; undefined when it names no timer. */
export function timerOf(
  key: number,
): { readonly transaction: TransactionId; readonly timer: Timer } | undefined {
  const timer = TIMERS[key % KEYS_PER_TRANSACTION]
  const transaction = Math.floor(key / KEYS_PER_TRANSACTION) as TransactionId
  return timer === undefined ? undefined : { transaction, timer }
}

/** The next interval of a doubling retransmission. */
export function doubled(interval: Ms, max: number = Number.POSITIVE_INFINITY): Ms {
  return ms(Math.min(interval * 2, max))
}
