// The books of the exchange: the calls that are going on, which leg belongs to which, and how many came from
// where. A call comes in and leaves in one place each.
import type { CallId, LegId, WallTime } from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import { partyOf } from '../ending.ts'
import type { CallEvent, Caller, CallView } from '../ports.ts'
import type { TimerName } from '../signals.ts'
import type { CallState } from '../state.ts'
import { sourceOf } from './plans.ts'
import { disarm } from './timers.ts'

export interface Entry {
  state: CallState
  view: CallView
  readonly legs: Set<LegId>
  /** Why it is ending: written with the end. */
  readonly lastEvents: CallEvent[]
  readonly timers: Map<TimerName, Disposable>
  /**
   * What it began with and goes on with, whatever is changed meanwhile; not known of a call of the last run.
   */
  readonly config: RoutingConfig | undefined
  /** The leg that was led here is paid for until then. */
  moneyUntil?: WallTime
  /** Where it is being parked. */
  place?: string | undefined
  hasFailed: boolean
}

export class CallBooks {
  readonly #calls = new Map<CallId, Entry>()
  readonly #callOfLeg = new Map<LegId, CallId>()
  /** By the device or trunk that they came from. */
  readonly #callsOfSource = new Map<string, number>()

  get(call: CallId): Entry | undefined {
    return this.#calls.get(call)
  }

  /** In the order in which they began. */
  all(): IterableIterator<Entry> {
    return this.#calls.values()
  }

  *states(): Generator<CallState> {
    for (const { state } of this.#calls.values()) yield state
  }

  calls(): number {
    return this.#calls.size
  }

  callOf(leg: LegId): CallId | undefined {
    return this.#callOfLeg.get(leg)
  }

  /** Calls that came from the device, or over the trunk, of this caller. */
  callsFrom(caller: Caller): number {
    return this.#callsOfSource.get(sourceOf(caller)) ?? 0
  }

  /** Entries of all books; zero when nothing is going on. */
  size(): number {
    return this.#calls.size + this.#callOfLeg.size + this.#callsOfSource.size
  }

  enter(state: CallState, legs: readonly LegId[], config: RoutingConfig | undefined): Entry {
    const { call, caller, dialled, why } = state.record
    const { tenant } = caller
    const view: CallView = { call, tenant, state: 'ringing', from: partyOf(caller), dialled, why }
    const books = { legs: new Set(legs), lastEvents: [], timers: new Map() }
    const entry: Entry = { state, view, ...books, config, hasFailed: false }
    this.#calls.set(call, entry)
    for (const leg of legs) this.#callOfLeg.set(leg, call)
    this.#callsOfSource.set(sourceOf(caller), this.callsFrom(caller) + 1)
    return entry
  }

  forget(entry: Entry): void {
    const { call, caller } = entry.state.record
    if (this.#calls.get(call) !== entry) return
    disarm(entry.timers, 'all')
    for (const leg of entry.legs) this.#callOfLeg.delete(leg)
    const left = this.callsFrom(caller) - 1
    if (left > 0) this.#callsOfSource.set(sourceOf(caller), left)
    else this.#callsOfSource.delete(sourceOf(caller))
    this.#calls.delete(call)
  }

  /** The leg belongs to this call from now on, and to no other. */
  join(leg: LegId, call: CallId): void {
    this.part(leg)
    this.#callOfLeg.set(leg, call)
    this.#calls.get(call)?.legs.add(leg)
  }

  /** The leg belongs to no call any more. */
  part(leg: LegId): void {
    const call = this.#callOfLeg.get(leg)
    if (call === undefined) return
    this.#callOfLeg.delete(leg)
    this.#calls.get(call)?.legs.delete(leg)
  }
}
