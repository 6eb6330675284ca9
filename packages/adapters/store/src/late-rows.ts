// What is stored of a call as text: the two rows that it writes again and again, which are what a restart
// needs of a leg and its events, and its record.
import type { CallEvent, Cdr, StoredLeg } from '@rufwerk/calls'
import type { CallId, Log, TenantId } from '@rufwerk/core'
import type { LateRow } from './batch.ts'
import { type Cell, HOT } from './worker/messages.ts'

/** A leg's state may be this long. */
export const LEG_STATE_CHARS_MAX = 4_096

/** The state of a leg: the last one of a batch is the one that holds. */
export class LegRow implements LateRow {
  readonly key: string
  readonly #slot: number
  readonly #number: number
  readonly #stored: StoredLeg
  readonly #log: Log

  constructor(slot: number, number: number, stored: StoredLeg, log: Log) {
    this.key = `leg ${slot}`
    this.#slot = slot
    this.#number = number
    this.#stored = stored
    this.#log = log
  }

  cells(): readonly Cell[] {
    const { tenant, leg, version, state } = this.#stored
    if (state.length > LEG_STATE_CHARS_MAX) this.#log.warn('store.leg-state-long', { chars: state.length })
    return [HOT.putLeg, this.#slot, tenant, this.#number, leg, version, state]
  }
}

/** Events of one call; those that were appended a moment before go into the same row. */
export class EventsRow implements LateRow {
  readonly key: string
  readonly #tenant: TenantId
  readonly #number: number
  readonly #events: readonly CallEvent[]

  constructor(tenant: TenantId, number: number, events: readonly CallEvent[]) {
    this.key = `events ${number}`
    this.#tenant = tenant
    this.#number = number
    this.#events = events
  }

  cells(before: readonly LateRow[]): readonly Cell[] {
    const all = [...before, this].flatMap((row) => (row instanceof EventsRow ? row.#events : []))
    return [HOT.addEvents, this.#tenant, this.#number, writeEvents(all)]
  }
}

type StoredEvent = Omit<CallEvent, 'tenant' | 'call'>

/** Tenant and call are columns of the row, not repeated in the text. */
function writeEvents(events: readonly CallEvent[]): string {
  const stored: StoredEvent[] = events.map(
    ({ leg, at, type, why, detail }) => ({ leg, at, type, why, detail }) as CallEvent,
  )
  return JSON.stringify(stored)
}

export function readEvents(tenant: TenantId, call: CallId, text: string): CallEvent[] {
  const stored = JSON.parse(text) as StoredEvent[]
  return stored.map((event) => ({ tenant, call, ...event }))
}

/** Records of before there were callers from outside do not say what kind theirs is: of the house. */
export function readCdr(text: string): Cdr {
  const cdr = JSON.parse(text) as Cdr
  return cdr.from.kind === 'outside' ? cdr : { ...cdr, from: { ...cdr.from, kind: 'inside' } }
}
