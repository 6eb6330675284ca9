// Reliable provisional responses as the called side sends them (RFC 3262 §3): numbered, repeated until their
// PRACK comes, one at a time, and what that means for the final response. What SDP in them means is decided
// in the INVITE usage.
import { type Ms, ms } from '@rufwerk/core'
import { parseCSeq } from '../message/cseq.ts'
import { parseDigits } from '../message/grammar.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { T1, TIMEOUT } from '../transaction/timers.ts'

/** Provisional responses that wait for the PRACK of the one before; more are not sent. */
const WAITING_MAX = 8
const FIRST_RSEQ_MAX = 2 ** 31 - 1
const RSEQ_MAX = 2 ** 32 - 1

/** 1xx: send it again. prack: none came for 64*T1. */
export type ReliableTimer = '1xx' | 'prack'

interface Provisional {
  readonly response: SipResponse
  readonly hasSdp: boolean
}

/** A plain value for one INVITE; make it with `newReliableSender`, change it with `stepReliable`. */
export interface ReliableSender {
  /** RSeq of the next one. */
  readonly next: number
  readonly outstanding?: Provisional & { readonly rseq: number; readonly interval: Ms }
  readonly waiting: readonly Provisional[]
  /** The 2xx that waits for the PRACK. */
  readonly success?: SipResponse
  /** The final response went. */
  readonly isFinal: boolean
}

export type ReliableInput =
  /** Send this 101 to 199 reliably; Require and RSeq are added here. */
  | { readonly type: 'provisional'; readonly response: SipResponse; readonly hasSdp: boolean }
  /** Give this final response to the INVITE. */
  | { readonly type: 'final'; readonly response: SipResponse }
  | { readonly type: 'prackReceived'; readonly prack: SipRequest }
  | { readonly type: 'timer'; readonly timer: ReliableTimer }
  /** The INVITE is over some other way: its transport failed, the call is gone. */
  | { readonly type: 'ended' }

export type ReliableOutput =
  /** Give this to the INVITE: through `stepInvite`, unless it was given before. */
  | { readonly type: 'respond'; readonly response: SipResponse; readonly hasSdp: boolean }
  | { readonly type: 'repeat'; readonly response: SipResponse }
  /** Answer the PRACK that was just received; 200 makes it an input of `stepInvite` too. */
  | { readonly type: 'answerPrack'; readonly status: 200 | 400 | 481 }
  /** No PRACK came for 64*T1: refuse the INVITE with 504. */
  | { readonly type: 'giveUp' }
  | { readonly type: 'arm'; readonly timer: ReliableTimer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: ReliableTimer }

interface ReliableStep {
  readonly sender: ReliableSender
  readonly out: readonly ReliableOutput[]
}

const STOP: readonly ReliableOutput[] = [
  { type: 'disarm', timer: '1xx' },
  { type: 'disarm', timer: 'prack' },
]

/** `random` in [0, 1) chooses the first RSeq, 1 to 2^31-1 (RFC 3262 §3). */
export function newReliableSender(random: number): ReliableSender {
  return { next: 1 + Math.floor(random * FIRST_RSEQ_MAX), waiting: [], isFinal: false }
}

export function stepReliable(sender: ReliableSender, input: ReliableInput): ReliableStep {
  switch (input.type) {
    case 'provisional': {
      const { response, hasSdp } = input
      // Nothing new once a final response is given, or waits to be.
      if (sender.isFinal || sender.success !== undefined) return { sender, out: [] }
      if (sender.outstanding === undefined) return sendNext(sender, { response, hasSdp }, [])
      if (sender.waiting.length >= WAITING_MAX) return { sender, out: [] }
      return { sender: { ...sender, waiting: [...sender.waiting, { response, hasSdp }] }, out: [] }
    }
    case 'final':
      return final(sender, input.response)
    case 'prackReceived':
      return prackReceived(sender, input.prack)
    case 'timer':
      return timer(sender, input.timer)
    case 'ended':
      return { sender: over(sender), out: isRunning(sender) ? STOP : [] }
  }
}

function isRunning({ outstanding, isFinal }: ReliableSender): boolean {
  return outstanding !== undefined && !isFinal
}

function over(sender: ReliableSender): ReliableSender {
  return { next: sender.next, waiting: [], isFinal: true }
}

function sendNext(
  sender: ReliableSender,
  { response, hasSdp }: Provisional,
  before: readonly ReliableOutput[],
): ReliableStep {
  const rseq = sender.next
  const headers = response.headers.clone().add('Require', '100rel').add('RSeq', String(rseq))
  const numbered = { ...response, headers }
  return {
    sender: { ...sender, next: rseq + 1, outstanding: { rseq, response: numbered, hasSdp, interval: T1 } },
    out: [
      ...before,
      { type: 'respond', response: numbered, hasSdp },
      { type: 'arm', timer: '1xx', after: T1 },
      { type: 'arm', timer: 'prack', after: TIMEOUT },
    ],
  }
}

function final(sender: ReliableSender, response: SipResponse): ReliableStep {
  if (sender.isFinal) return { sender, out: [] }
  const { outstanding } = sender
  // RFC 3262 §3: a 2xx waits for the PRACK of a 1xx with SDP; any other final response may overtake it.
  if (response.status < 300 && outstanding?.hasSdp === true)
    return { sender: { ...sender, success: response, waiting: [] }, out: [] }
  const out = isRunning(sender) ? STOP : []
  // The PRACK that is under way still finds what it belongs to.
  const given: ReliableSender = { next: sender.next, outstanding, waiting: [], isFinal: true }
  return { sender: given, out: [...out, respondFinal(response)] }
}

function respondFinal(response: SipResponse): ReliableOutput {
  return { type: 'respond', response, hasSdp: response.body.length > 0 }
}

function prackReceived(sender: ReliableSender, prack: SipRequest): ReliableStep {
  const { outstanding, success, waiting } = sender
  const rack = readRack(prack.headers.get('rack') ?? '')
  if (rack === undefined) return { sender, out: [{ type: 'answerPrack', status: 400 }] }
  const cseq = outstanding?.response.headers.cseq
  if (rack.rseq !== outstanding?.rseq || rack.seq !== cseq?.seq || rack.method !== cseq.method)
    return { sender, out: [{ type: 'answerPrack', status: 481 }] }
  const stop = isRunning(sender) ? STOP : []
  const out: readonly ReliableOutput[] = [...stop, { type: 'answerPrack', status: 200 }]
  const acknowledged: ReliableSender = { ...sender, outstanding: undefined }
  if (success !== undefined) return { sender: over(sender), out: [...out, respondFinal(success)] }
  const [next, ...others] = waiting
  if (next === undefined) return { sender: acknowledged, out }
  return sendNext({ ...acknowledged, waiting: others }, next, out)
}

interface Rack {
  readonly rseq: number
  readonly seq: number
  readonly method: string
}

/** RAck (RFC 3262 §7.2): RSeq, then number and method of the INVITE. */
function readRack(text: string): Rack | undefined {
  const [, first = '', rest = ''] = /^(\d{1,10})[ \t]+(.*)$/s.exec(text) ?? []
  const rseq = parseDigits(first, RSEQ_MAX)
  const cseq = parseCSeq(rest)
  return rseq === undefined || !cseq.ok ? undefined : { rseq, ...cseq.value }
}

function timer(sender: ReliableSender, name: ReliableTimer): ReliableStep {
  const { outstanding } = sender
  if (outstanding === undefined || sender.isFinal) return { sender, out: [] }
  // The response goes on being repeated until then, so its timer is armed too.
  if (name === 'prack')
    return { sender: over(sender), out: [{ type: 'disarm', timer: '1xx' }, { type: 'giveUp' }] }
  const interval = ms(outstanding.interval * 2) // Without a ceiling.
  return {
    sender: { ...sender, outstanding: { ...outstanding, interval } },
    out: [
      { type: 'repeat', response: outstanding.response },
      { type: 'arm', timer: '1xx', after: interval },
    ],
  }
}
