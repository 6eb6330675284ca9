// INVITE client transaction (RFC 3261 §17.1.1, figure 5, as changed by RFC 6026 §7.2 and §8.4).
import type { Ms } from '@rufwerk/core'
import {
  ACCEPTED,
  arm,
  type ClientInput,
  COMPLETED,
  DELIVER,
  disarm,
  type Effect,
  end,
  PROCEEDING,
  type Step,
  send,
  stay,
  TERMINATED,
} from './machine.ts'
import { doubled, T1, TIMEOUT, TIMER_D } from './timers.ts'

export type InviteClientState =
  | { readonly name: 'calling'; readonly intervalA: Ms }
  | { readonly name: 'proceeding' }
  | { readonly name: 'completed' }
  | { readonly name: 'accepted' }
  | { readonly name: 'terminated' }

export const NEW_INVITE_CLIENT: InviteClientState = { name: 'calling', intervalA: T1 }

export function stepInviteClient(
  state: InviteClientState,
  input: ClientInput,
  isReliable: boolean,
): Step<InviteClientState> {
  switch (state.name) {
    case 'calling':
      return calling(state, input, isReliable)
    case 'proceeding':
      if (input.type === 'response') return answered(state, input.status, isReliable)
      if (input.type === 'transport-failed') return end('transport', [disarm('X')])
      // RFC 3261 §9.1: 64*T1 after the CANCEL the INVITE counts as cancelled, answer or not.
      if (input.type === 'timer' && input.timer === 'X') return end('timeout')
      return stay(state)
    case 'completed':
      // The ACK was lost: the response comes again and gets the same ACK, but is not shown again (§17.1.1.2).
      if (input.type === 'response') return stay(state, input.status >= 300 ? [send('ack')] : [])
      if (input.type === 'transport-failed') return end('transport', [disarm('D')])
      return input.type === 'timer' && input.timer === 'D' ? { state: TERMINATED, out: [] } : stay(state)
    case 'accepted':
      // RFC 6026 §7.2: each 2xx goes up, whichever fork it comes from; nothing else does.
      if (input.type === 'response') return stay(state, isSuccess(input.status) ? [DELIVER] : [])
      return input.type === 'timer' && input.timer === 'M' ? { state: TERMINATED, out: [] } : stay(state)
    case 'terminated':
      return stay(state)
  }
}

function calling(
  state: InviteClientState & { readonly name: 'calling' },
  input: ClientInput,
  isReliable: boolean,
): Step<InviteClientState> {
  if (input.type === 'start') {
    const giveUp = arm('B', TIMEOUT)
    // Timer A only runs where the transport may lose the request (§17.1.1.2).
    return stay(state, isReliable ? [send('request'), giveUp] : [send('request'), arm('A', T1), giveUp])
  }
  const running = isReliable ? [disarm('B')] : [disarm('A'), disarm('B')]
  if (input.type === 'response') return answered(state, input.status, isReliable, running)
  if (input.type === 'transport-failed') return end('transport', running) // §17.1.4
  if (input.timer === 'B') return end('timeout', isReliable ? [] : [disarm('A')])
  if (input.timer !== 'A') return stay(state)
  const intervalA = doubled(state.intervalA)
  return { state: { name: 'calling', intervalA }, out: [send('request'), arm('A', intervalA)] }
}

/** Calling and proceeding: the first final response decides how the transaction ends. */
function answered(
  state: InviteClientState,
  status: number,
  isReliable: boolean,
  running: readonly Effect[] = [disarm('X')],
): Step<InviteClientState> {
  if (status < 200)
    return { state: PROCEEDING, out: state.name === 'calling' ? [...running, DELIVER] : [DELIVER] }
  if (isSuccess(status)) return { state: ACCEPTED, out: [...running, arm('M', TIMEOUT), DELIVER] }
  if (isReliable) return { state: TERMINATED, out: [...running, send('ack'), DELIVER] } // Timer D is zero.
  return { state: COMPLETED, out: [...running, send('ack'), arm('D', TIMER_D), DELIVER] }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}
