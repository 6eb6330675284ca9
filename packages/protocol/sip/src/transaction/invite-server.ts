// INVITE server transaction (RFC 3261 §17.2.1, figure 7, as changed by RFC 6026 §7.1 and §8.7).
import type { Ms } from '@rufwerk/core'
import {
  ACCEPTED,
  arm,
  CONFIRMED,
  DELIVER,
  disarm,
  type Effect,
  end,
  PROCEEDING,
  type ServerInput,
  type Step,
  send,
  stay,
  TERMINATED,
} from './machine.ts'
import { doubled, T1, T2, T4, TIMEOUT, TRYING } from './timers.ts'

export type InviteServerState =
  /** Before the first response; timer T will send 100. */
  | { readonly name: 'trying' }
  | { readonly name: 'proceeding' }
  | { readonly name: 'completed'; readonly intervalG: Ms }
  | { readonly name: 'confirmed' }
  | { readonly name: 'accepted' }
  | { readonly name: 'terminated' }

export const NEW_INVITE_SERVER: InviteServerState = { name: 'trying' }

export function stepInviteServer(
  state: InviteServerState,
  input: ServerInput,
  isReliable: boolean,
): Step<InviteServerState> {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return unanswered(state, input, isReliable)
    case 'completed':
      return completed(state, input, isReliable)
    case 'confirmed':
      // Further ACKs and INVITEs are absorbed until nothing of this can be in the network any more.
      return input.type === 'timer' && input.timer === 'I' ? { state: TERMINATED, out: [] } : stay(state)
    case 'accepted':
      return accepted(state, input)
    case 'terminated':
      return stay(state)
  }
}

function unanswered(
  state: InviteServerState & { readonly name: 'trying' | 'proceeding' },
  input: ServerInput,
  isReliable: boolean,
): Step<InviteServerState> {
  const trying = state.name === 'trying' ? [disarm('T')] : []
  switch (input.type) {
    case 'start':
      return stay(state, [arm('T', TRYING)])
    case 'again':
      if (state.name === 'trying') return { state: PROCEEDING, out: [disarm('T'), send('trying')] }
      return stay(state, [send('last')])
    case 'ack':
      return stay(state) // Nothing to acknowledge yet.
    case 'respond':
      return respond(input.status, trying, isReliable)
    case 'timer':
      if (state.name === 'trying' && input.timer === 'T') return { state: PROCEEDING, out: [send('trying')] }
      return stay(state)
    case 'transport-failed':
      return end('transport', trying)
  }
}

function respond(status: number, running: readonly Effect[], isReliable: boolean): Step<InviteServerState> {
  if (status < 200) return { state: PROCEEDING, out: [...running, send('new')] }
  // RFC 6026 §8.7: lives on after a 2xx, to absorb the INVITE and to let the 2xx be repeated.
  if (status < 300) return { state: ACCEPTED, out: [...running, send('new'), arm('L', TIMEOUT)] }
  const out = [...running, send('new'), arm('H', TIMEOUT)]
  if (!isReliable) out.push(arm('G', T1))
  return { state: { name: 'completed', intervalG: T1 }, out }
}

function completed(
  state: InviteServerState & { readonly name: 'completed' },
  input: ServerInput,
  isReliable: boolean,
): Step<InviteServerState> {
  const retransmission = isReliable ? [] : [disarm('G')]
  switch (input.type) {
    case 'again':
      return stay(state, [send('last')])
    case 'ack': {
      const running = [...retransmission, disarm('H')]
      if (isReliable) return { state: TERMINATED, out: running } // Timer I is zero.
      return { state: CONFIRMED, out: [...running, arm('I', T4)] }
    }
    case 'timer': {
      if (input.timer === 'H') return end('timeout', retransmission)
      if (input.timer !== 'G') return stay(state)
      const intervalG = doubled(state.intervalG, T2)
      return { state: { name: 'completed', intervalG }, out: [send('last'), arm('G', intervalG)] }
    }
    case 'transport-failed':
      return end('transport', [...retransmission, disarm('H')])
    case 'respond': // The first final response stands.
    case 'start':
      return stay(state)
  }
}

function accepted(state: InviteServerState, input: ServerInput): Step<InviteServerState> {
  if (input.type === 'ack') return stay(state, [DELIVER])
  // Only the 2xx again; whatever else comes too late (a 487 after CANCEL) is ignored.
  if (input.type === 'respond' && input.status >= 200 && input.status < 300) return stay(state, [send('new')])
  if (input.type === 'timer' && input.timer === 'L') return { state: TERMINATED, out: [] }
  // RFC 6026 §8.8: stays when the transport fails; the dialog learns of it by the missing ACK.
  return stay(state)
}
