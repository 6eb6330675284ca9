// What the four transaction machines share (RFC 3261 §17): what goes in, what comes out, and the states that
// carry nothing but their name.
import type { Ms } from '@rufwerk/core'
import type { Timer } from './timers.ts'

/** What a machine wants done. The layer knows the bytes. */
export type Effect =
  /**
   * request, ack: of a client. trying: 100. new: the response that was just given. last: the one before
   * again.
   */
  | { readonly type: 'send'; readonly what: 'request' | 'ack' | 'trying' | 'new' | 'last' }
  | { readonly type: 'arm'; readonly timer: Timer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: Timer }
  /** Show what was just received to the user of the transaction. */
  | { readonly type: 'deliver' }
  | { readonly type: 'fail'; readonly why: 'timeout' | 'transport' }

export interface Step<State> {
  readonly state: State
  readonly out: readonly Effect[]
}

export type ClientInput =
  | { readonly type: 'start' }
  | { readonly type: 'response'; readonly status: number }
  | { readonly type: 'timer'; readonly timer: Timer }
  | { readonly type: 'transport-failed' }

export type ServerInput =
  | { readonly type: 'start' }
  /** The same request again. */
  | { readonly type: 'again' }
  | { readonly type: 'ack' }
  | { readonly type: 'respond'; readonly status: number }
  | { readonly type: 'timer'; readonly timer: Timer }
  | { readonly type: 'transport-failed' }

export const DELIVER: Effect = { type: 'deliver' }

export function arm(timer: Timer, after: Ms): Effect {
  return { type: 'arm', timer, after }
}

export function disarm(timer: Timer): Effect {
  return { type: 'disarm', timer }
}

export function send(what: 'request' | 'ack' | 'trying' | 'new' | 'last'): Effect {
  return { type: 'send', what }
}

/** States that carry nothing but their name. */
export const PROCEEDING = { name: 'proceeding' } as const
export const COMPLETED = { name: 'completed' } as const
export const CONFIRMED = { name: 'confirmed' } as const
export const ACCEPTED = { name: 'accepted' } as const
export const TERMINATED = { name: 'terminated' } as const

export function stay<State>(state: State, out: readonly Effect[] = []): Step<State> {
  return { state, out }
}

/** Terminated without success; `running` are the timers to stop. */
export function end(why: 'timeout' | 'transport', running: readonly Effect[] = []): Step<typeof TERMINATED> {
  return { state: TERMINATED, out: [...running, { type: 'fail', why }] }
}
