// One transaction as the layer keeps it: its machine and the bytes that the machine sends. It lives for up
// to 32 s after its final response and there are thousands of them, so what only the time before needs is
// let go.
import type { Flow } from '@rufwerk/core'
import type { SipRequest } from '../message/message.ts'
import { NEW_INVITE_CLIENT, stepInviteClient } from './invite-client.ts'
import { NEW_INVITE_SERVER, stepInviteServer } from './invite-server.ts'
import { type ClientInput, type Effect, PROCEEDING, type ServerInput, type Step } from './machine.ts'
import type { TransactionId } from './match.ts'
import { NEW_NON_INVITE_CLIENT, stepNonInviteClient } from './non-invite-client.ts'
import { NEW_NON_INVITE_SERVER, stepNonInviteServer } from './non-invite-server.ts'

interface Parts {
  readonly id: TransactionId
  /** By which messages find it. */
  readonly key: string
  readonly flow: Flow
  readonly request: SipRequest
  /** Made by the layer for a CANCEL: the user of the layer never hears of it. */
  readonly isInternal: boolean
  /** An INVITE of the run before, which had a 1xx. */
  readonly isResumed?: boolean
}

export type HeaderLines = readonly (readonly [name: string, value: string])[]

export class ClientTransaction {
  readonly side = 'client'
  readonly id: TransactionId
  readonly key: string
  readonly flow: Flow
  readonly method: string
  readonly isInternal: boolean
  readonly machine: Machine<ClientInput>
  /** Until the final response. */
  request: SipRequest | undefined
  /** The request as it is sent, until the final response. */
  bytes: Uint8Array | undefined
  /** ACK to the refusal of our INVITE. */
  ack: Uint8Array | undefined
  /** `wanted`: CANCEL waits for the first 1xx (RFC 3261 §9.1). */
  cancel: 'no' | 'wanted' | 'sent' = 'no'
  /** What the user wants to be in the CANCEL besides what it has to have. */
  cancelHeaders: HeaderLines = []
  /** The To tag of the response to the CANCEL. */
  cancelTag: string | undefined = undefined

  constructor(parts: Parts, bytes: Uint8Array, isReliable: boolean) {
    this.id = parts.id
    this.key = parts.key
    this.flow = parts.flow
    this.method = parts.request.method
    this.isInternal = parts.isInternal
    this.request = parts.request
    this.bytes = bytes
    this.ack = undefined
    this.machine =
      this.method === 'INVITE'
        ? new StepMachine(parts.isResumed ? PROCEEDING : NEW_INVITE_CLIENT, stepInviteClient, isReliable)
        : new StepMachine(NEW_NON_INVITE_CLIENT, stepNonInviteClient, isReliable)
  }

  /** The final response came and what it asked for was made. */
  release(): void {
    this.request = undefined
    this.bytes = undefined
  }
}

export class ServerTransaction {
  readonly side = 'server'
  readonly id: TransactionId
  readonly key: string
  readonly flow: Flow
  readonly isInternal: boolean
  readonly machine: Machine<ServerInput>
  /** Until the final response. */
  request: SipRequest | undefined
  /** The last response. */
  last: Uint8Array | undefined = undefined
  /** The To tag we gave it. */
  localTag: string | undefined = undefined
  isCancelled = false

  constructor(parts: Parts, isReliable: boolean) {
    this.id = parts.id
    this.key = parts.key
    this.flow = parts.flow
    this.isInternal = parts.isInternal
    this.request = parts.request
    this.machine =
      parts.request.method === 'INVITE'
        ? new StepMachine(parts.isResumed ? PROCEEDING : NEW_INVITE_SERVER, stepInviteServer, isReliable)
        : new StepMachine(NEW_NON_INVITE_SERVER, stepNonInviteServer, isReliable)
  }

  /** The final response was given and is sent. In accepted the user repeats it, not we (RFC 6026 §7.1). */
  release(): void {
    this.request = undefined
    if (this.machine.at() === 'accepted') this.last = undefined
  }
}

/** A step function with its current state. */
interface Machine<Input> {
  /** Name of the state. */
  at(): string
  run(input: Input): readonly Effect[]
}

class StepMachine<State extends { readonly name: string }, Input> implements Machine<Input> {
  readonly #step: (state: State, input: Input, isReliable: boolean) => Step<State>
  readonly #isReliable: boolean
  #state: State

  constructor(
    first: State,
    step: (state: State, input: Input, isReliable: boolean) => Step<State>,
    isReliable: boolean,
  ) {
    this.#state = first
    this.#step = step
    this.#isReliable = isReliable
  }

  at(): string {
    return this.#state.name
  }

  run(input: Input): readonly Effect[] {
    const { state, out } = this.#step(this.#state, input, this.#isReliable)
    this.#state = state
    return out
  }
}
