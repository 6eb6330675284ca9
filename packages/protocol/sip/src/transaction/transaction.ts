// One transaction as the layer keeps it: its machine and the bytes that the machine sends.
import type { Flow } from '@rufwerk/core'
import type { SipRequest } from '../message/message.ts'
import { NEW_INVITE_CLIENT, stepInviteClient } from './invite-client.ts'
import { NEW_INVITE_SERVER, stepInviteServer } from './invite-server.ts'
import type { TransactionId } from './match.ts'
import { NEW_NON_INVITE_CLIENT, stepNonInviteClient } from './non-invite-client.ts'
import { NEW_NON_INVITE_SERVER, stepNonInviteServer } from './non-invite-server.ts'
import type { ClientInput, Effect, ServerInput, Step } from './timers.ts'

/** A step function with its current state. */
interface Machine<Input> {
  /** Name of the state. */
  readonly at: () => string
  readonly run: (input: Input) => readonly Effect[]
}

interface Common {
  readonly id: TransactionId
  readonly flow: Flow
  readonly request: SipRequest
  /** Made by the layer for a CANCEL: the user of the layer never hears of it. */
  readonly isInternal: boolean
}

export interface ClientTransaction extends Common {
  readonly side: 'client'
  readonly machine: Machine<ClientInput>
  readonly bytes: Uint8Array
  /** ACK to the refusal of our INVITE. */
  ack?: Uint8Array
  /** `wanted`: CANCEL waits for the first 1xx (RFC 3261 §9.1). */
  cancel: 'no' | 'wanted' | 'sent'
}

export interface ServerTransaction extends Common {
  readonly side: 'server'
  readonly machine: Machine<ServerInput>
  /** The last response. */
  last?: Uint8Array
  /** The To tag we gave it. */
  localTag?: string
  isCancelled: boolean
}

export function newClientTransaction(
  parts: Common & { readonly bytes: Uint8Array },
  isReliable: boolean,
): ClientTransaction {
  const machine =
    parts.request.method === 'INVITE'
      ? newMachine(NEW_INVITE_CLIENT, stepInviteClient, isReliable)
      : newMachine(NEW_NON_INVITE_CLIENT, stepNonInviteClient, isReliable)
  return { side: 'client', ...parts, machine, cancel: 'no' }
}

export function newServerTransaction(parts: Common, isReliable: boolean): ServerTransaction {
  const machine =
    parts.request.method === 'INVITE'
      ? newMachine(NEW_INVITE_SERVER, stepInviteServer, isReliable)
      : newMachine(NEW_NON_INVITE_SERVER, stepNonInviteServer, isReliable)
  return { side: 'server', ...parts, machine, isCancelled: false }
}

function newMachine<State extends { readonly name: string }, Input>(
  first: State,
  step: (state: State, input: Input, isReliable: boolean) => Step<State>,
  isReliable: boolean,
): Machine<Input> {
  let state = first
  return {
    at: () => state.name,
    run: (input) => {
      const next = step(state, input, isReliable)
      state = next.state
      return next.out
    },
  }
}
