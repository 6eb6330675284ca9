// Non-INVITE client transaction (RFC 3261 §17.1.2, figure 6).
import type { Ms } from '@rufwerk/core'
import {
  arm,
  type ClientInput,
  COMPLETED,
  DELIVER,
  disarm,
  end,
  PROCEEDING,
  type Step,
  send,
  stay,
  TERMINATED,
} from './machine.ts'
import { doubled, T1, T2, T4, TIMEOUT } from './timers.ts'

export type NonInviteClientState =
  | { readonly name: 'trying'; readonly intervalE: Ms }
  | { readonly name: 'proceeding' }
  | { readonly name: 'completed' }
  | { readonly name: 'terminated' }

export const NEW_NON_INVITE_CLIENT: NonInviteClientState = { name: 'trying', intervalE: T1 }

export function stepNonInviteClient(
  state: NonInviteClientState,
  input: ClientInput,
  isReliable: boolean,
): Step<NonInviteClientState> {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return waiting(state, input, isReliable)
    case 'completed':
      // Waits T4, not 32 s, for responses that come again (timer K), and absorbs them.
      return input.type === 'timer' && input.timer === 'K' ? { state: TERMINATED, out: [] } : stay(state)
    case 'terminated':
      return stay(state)
  }
}

function waiting(
  state: NonInviteClientState & { readonly name: 'trying' | 'proceeding' },
  input: ClientInput,
  isReliable: boolean,
): Step<NonInviteClientState> {
  const retransmission = isReliable ? [] : [disarm('E')]
  switch (input.type) {
    case 'start': {
      const giveUp = arm('F', TIMEOUT)
      return stay(state, isReliable ? [send('request'), giveUp] : [send('request'), arm('E', T1), giveUp])
    }
    case 'response': {
      if (input.status < 200) return { state: PROCEEDING, out: [DELIVER] }
      const running = [...retransmission, disarm('F')]
      if (isReliable) return { state: TERMINATED, out: [...running, DELIVER] } // Timer K is zero.
      return { state: COMPLETED, out: [...running, arm('K', T4), DELIVER] }
    }
    case 'transport-failed':
      return end('transport', [...retransmission, disarm('F')])
    case 'timer': {
      if (input.timer === 'F') return end('timeout', retransmission)
      if (input.timer !== 'E') return stay(state)
      // §17.1.2.2: doubles up to T2; T2 from the first provisional response on.
      if (state.name === 'proceeding') return stay(state, [send('request'), arm('E', T2)])
      const intervalE = doubled(state.intervalE, T2)
      return { state: { name: 'trying', intervalE }, out: [send('request'), arm('E', intervalE)] }
    }
  }
}
