// What the subscriptions of phones need from outside: whom an extension means, which calls its person has,
// and what waits in a box. What is told of the other side of a call is decided there, never here.
import type { CallId, PersonId } from '@rufwerk/core'
import type { DeviceCredentials } from '../ports.ts'

/** A call of the person who is watched. */
export interface WatchedCall {
  readonly call: CallId
  /** initiator: the person called. recipient: the person is or was called. */
  readonly direction: 'initiator' | 'recipient'
  /** early: it rings. confirmed: it is answered. */
  readonly state: 'early' | 'confirmed'
  /** Who is on the other side, when this watcher may know; left out, nobody is told. */
  readonly remote?: { readonly number: string; readonly name?: string }
}

export interface WaitingMessages {
  readonly unheard: number
  readonly heard: number
  /** What the phone dials to listen. */
  readonly listenAt?: string
}

export interface WatchPort {
  /** Whom this extension means in the company of the device; undefined: nobody, or not for this one. */
  personAt(extension: string, watcher: DeviceCredentials): PersonId | undefined
  /** Calls of a person that last, in any order. */
  callsOf(person: PersonId, watcher: DeviceCredentials): readonly WatchedCall[]
  /** What waits in a person's own box. Without it nobody can subscribe to messages: 489. */
  readonly messagesOf?: (person: PersonId) => WaitingMessages
}
