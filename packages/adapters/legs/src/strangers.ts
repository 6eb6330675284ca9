// Answers to those of whom nobody knows yet who they are. Over UDP an address may be forged (RFC 3261
// §26.1.5): one answer, nothing is kept that would repeat it, and it has no more bytes than the request. What
// is too short for any answer gets so many a second and address, so that odd phones still get in.
import { hash } from 'node:crypto'
import { type Flow, type Instant, type Ms, seconds } from '@rufwerk/core'
import { newResponse, type SipRequest, type TransactionId, writeBriefly, writeMessage } from '@rufwerk/sip'
import { isLoopback } from './address.ts'
import { type LegContext, respond } from './leg/context.ts'
import type { LegLimits } from './limits.ts'

export interface Answer {
  readonly status: number
  readonly headers?: readonly (readonly [string, string])[]
  /** Headers may be left out where they make the answer too long. */
  readonly isTerse?: boolean
}

const WINDOW: Ms = seconds(1)

export class Strangers {
  readonly #context: LegContext
  readonly #longer: LongerAnswers

  constructor(context: LegContext) {
    this.#context = context
    this.#longer = new LongerAnswers(context.limits)
  }

  /** `size`: bytes that the request had. */
  answer(transaction: TransactionId, request: SipRequest, flow: Flow, size: number, answer: Answer): void {
    const { transactions, counts, ports } = this.#context
    const { status, headers, isTerse = false } = answer
    if (flow.transport !== 'udp') {
      respond(this.#context, transaction, request, status, answer)
      return
    }
    const toTag = stableTag(request)
    const whole = newResponse(request, status, { headers, toTag })
    const isShort = isTerse && writeMessage(whole).length > size
    const bytes = writeBriefly(isShort ? newResponse(request, status, { toTag }) : whole, size)
    const { address } = flow.remote
    // Nobody elsewhere can send from an address of this machine.
    if (bytes.length <= size || isLoopback(address) || this.#longer.take(address, ports.timers.now()))
      transactions.answerOnce(transaction, flow, bytes)
    else {
      counts.unanswered += 1
      transactions.drop(transaction)
    }
  }

  /** Addresses remembered. */
  size(): number {
    return this.#longer.size()
  }
}

/** The same for a request that comes again, as nothing is kept of the first (RFC 3261 §8.2.7); 36 bits. */
function stableTag({ headers }: SipRequest): string {
  const known = `${headers.via.branch} ${headers.callId}`
  return hash('sha256', known, 'base64url').slice(0, 6)
}

/** How many answers longer than their request each address got in this second. */
export class LongerAnswers {
  readonly #limits: Pick<LegLimits, 'longerAnswersPerSecondMax' | 'guessersMax'>
  /** By address. Emptied by the first who asks after the second. */
  #given = new Map<string, number>()
  #windowEnd = Number.NEGATIVE_INFINITY

  constructor(limits: Pick<LegLimits, 'longerAnswersPerSecondMax' | 'guessersMax'>) {
    this.#limits = limits
  }

  /** False: it is one too many. */
  take(address: string, now: Instant): boolean {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW
      if (this.#given.size > 0) this.#given = new Map()
    }
    const { longerAnswersPerSecondMax, guessersMax } = this.#limits
    const given = this.#given.get(address) ?? 0
    if (given >= longerAnswersPerSecondMax || (given === 0 && this.#given.size >= guessersMax)) return false
    this.#given.set(address, given + 1)
    return true
  }

  size(): number {
    return this.#given.size
  }
}
