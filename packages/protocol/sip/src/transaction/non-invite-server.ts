// Non-INVITE server transaction (RFC 3261 §17.2.2, figure 8).
import {
  arm,
  COMPLETED,
  disarm,
  end,
  PROCEEDING,
  type ServerInput,
  type Step,
  send,
  stay,
  TERMINATED,
} from './machine.ts'
import { TIMEOUT } from './timers.ts'

export type NonInviteServerState = {
  readonly name: 'trying' | 'proceeding' | 'completed' | 'terminated'
}

export const NEW_NON_INVITE_SERVER: NonInviteServerState = { name: 'trying' }

export function stepNonInviteServer(
  state: NonInviteServerState,
  input: ServerInput,
  isReliable: boolean,
): Step<NonInviteServerState> {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return unanswered(state, input, isReliable)
    case 'completed':
      if (input.type === 'again') return stay(state, [send('last')])
      if (input.type === 'timer' && input.timer === 'J') return { state: TERMINATED, out: [] }
      if (input.type === 'transport-failed') return end('transport', [disarm('J')])
      return stay(state) // A second final response is ignored.
    case 'terminated':
      return stay(state)
  }
}

function unanswered(
  state: NonInviteServerState,
  input: ServerInput,
  isReliable: boolean,
): Step<NonInviteServerState> {
  switch (input.type) {
    case 'start':
      // After 64*T1 the client has given up; an answer would be a stray one (RFC 4320 §4.2).
      return stay(state, [arm('S', TIMEOUT)])
    case 'again':
      return stay(state, state.name === 'proceeding' ? [send('last')] : [])
    case 'respond': {
      if (input.status < 200) return { state: PROCEEDING, out: [send('new')] }
      const out = [disarm('S'), send('new')]
      if (isReliable) return { state: TERMINATED, out } // Timer J is zero.
      return { state: COMPLETED, out: [...out, arm('J', TIMEOUT)] }
    }
    case 'timer':
      if (input.timer === 'S') return { state: TERMINATED, out: [{ type: 'fail', why: 'timeout' }] }
      return stay(state)
    case 'transport-failed':
      return end('transport', [disarm('S')])
    case 'ack':
      return stay(state)
  }
}
