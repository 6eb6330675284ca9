// CallJournal: what must survive of a call, in as few and as near rows as possible. Calls get a number and
// legs a slot, both small integers: rows that are written together then lie on the same pages (measured: a
// third less work than with the random ids as keys).
import type { CallEvent, CallJournal, Cdr, StoredLeg } from '@rufwerk/calls'
import { BoundedQueue, type CallId, type LegId, type Log, type TenantId } from '@rufwerk/core'
import type { GroupWriter } from './group-writer.ts'
import { EventsRow, LegRow } from './late-rows.ts'
import { type Cell, HOT } from './worker/messages.ts'

/** What restarts read; see loadJournal. */
export interface JournalStart {
  readonly lastCallNumber: number
  readonly calls: readonly { readonly number: number; readonly call: CallId }[]
  readonly legs: readonly { readonly slot: number; readonly call: CallId; readonly leg: LegId }[]
  /** Slots with legs of calls that have ended, the oldest first. */
  readonly held: readonly number[]
}

interface LiveCall {
  readonly number: number
  readonly slots: Map<LegId, number>
}

/**
 * In the column of who called, which is never empty, when somebody from outside did. No person has this id.
 */
const NO_PERSON = ''
/** Ended calls that are remembered, so that a late write cannot bring one back. */
const ENDED_CALLS_MAX = 10_000
/**
 * So long the last row of a leg stays after the end of its call: twice 64*T1 of SIP, in which its BYE or
 * CANCEL may still be owed to it when call control crashes …
 */
export const HELD_MS = 64_000
/** … but of no more legs than this: then the oldest go. */
export const HELD_SLOTS_MAX = 1_000

export class Journal implements CallJournal {
  readonly #writer: GroupWriter
  readonly #log: Log
  readonly #calls = new Map<CallId, LiveCall>()
  readonly #ended = new Set<CallId>()
  readonly #freeSlots: number[] = []
  readonly #heldSlots = new BoundedQueue<{ readonly slot: number; readonly until: number }>(HELD_SLOTS_MAX)
  #lastSlot = 0
  #lastNumber: number

  constructor(writer: GroupWriter, log: Log, start: JournalStart) {
    this.#writer = writer
    this.#log = log
    this.#lastNumber = start.lastCallNumber
    for (const { number, call } of start.calls) this.#calls.set(call, { number, slots: new Map() })
    for (const { slot, call, leg } of start.legs) {
      this.#calls.get(call)?.slots.set(leg, slot)
      this.#lastSlot = Math.max(this.#lastSlot, slot)
    }
    for (const slot of start.held) this.#lastSlot = Math.max(this.#lastSlot, slot)
    const used = new Set([...start.legs.map((leg) => leg.slot), ...start.held])
    for (let slot = 1; slot < this.#lastSlot; slot += 1) if (!used.has(slot)) this.#freeSlots.push(slot)
    this.#holdSlots(start.held)
  }

  append(events: readonly CallEvent[]): void {
    const [first] = events
    if (first === undefined) return
    const others = events.filter((event) => event.call !== first.call)
    const cells: Cell[] = []
    const rows = this.#ensureCall(first.tenant, first.call, cells)
    const call = this.#calls.get(first.call)
    if (call) {
      const own = others.length === 0 ? events : events.filter((event) => event.call === first.call)
      this.#writer.keep(rows + 1, cells, new EventsRow(first.tenant, call.number, own))
    }
    this.append(others)
  }

  saveLeg(stored: StoredLeg): void {
    const { tenant, call, leg } = stored
    const cells: Cell[] = []
    const rows = this.#ensureCall(tenant, call, cells)
    const live = this.#calls.get(call)
    if (!live) return
    const slot = live.slots.get(leg) ?? this.#takeAlong(stored) ?? this.#takeSlot()
    live.slots.set(leg, slot)
    this.#writer.keep(rows + 1, cells, new LegRow(slot, live.number, stored, this.#log))
  }

  end(cdr: Cdr, events: readonly CallEvent[]): void {
    if (this.#ended.has(cdr.call)) {
      this.#log.error('store.second-cdr', { call: cdr.call })
      return
    }
    const live = this.#calls.get(cdr.call)
    const number = live?.number ?? this.#nextNumber()
    const cells: Cell[] = []
    let rows = 1
    const late = events.length > 0 ? new EventsRow(cdr.tenant, number, events) : undefined
    if (late) rows += 1
    if (live) {
      rows += 1
      cells.push(HOT.removeLiveCall, number)
      this.#holdSlots(live.slots.values())
      this.#calls.delete(cdr.call)
    }
    const answered = cdr.answeredBy?.kind === 'person' ? cdr.answeredBy.person : undefined
    const caller = cdr.from.kind === 'inside' ? cdr.from.person : NO_PERSON
    cells.push(HOT.addCdr, number, cdr.tenant, cdr.call, cdr.startedAt, caller, cdr.to ?? null)
    cells.push(answered === undefined || answered === cdr.to ? null : answered, JSON.stringify(cdr))
    this.#writer.keep(rows, cells, late)
    this.#rememberEnd(cdr.call)
  }

  /** Forgets legs that could not be recovered; their calls stay open until `end`. */
  removeLegs(legs: readonly StoredLeg[]): void {
    const cells: Cell[] = []
    let rows = 0
    for (const { call, leg } of legs) {
      const slots = this.#calls.get(call)?.slots
      const slot = slots?.get(leg)
      if (slots === undefined || slot === undefined) continue
      slots.delete(leg)
      this.#freeSlots.push(slot)
      cells.push(HOT.removeLeg, slot)
      rows += 1
    }
    if (rows > 0) this.#writer.keep(rows, cells)
  }

  /** Drops a call of the run before of which no record can be made, with its legs. */
  forget(call: CallId): void {
    const live = this.#calls.get(call)
    if (live === undefined) return
    this.#log.warn('store.call-forgotten', { call, number: live.number })
    this.#freeSlots.push(...live.slots.values())
    this.#calls.delete(call)
    this.#rememberEnd(call)
    this.#writer.keep(1, [HOT.removeLiveCall, live.number])
  }

  committed(patience?: 'patient'): Promise<boolean> {
    return this.#writer.committed(patience)
  }

  isOverloaded(): boolean {
    return this.#writer.isOverloaded()
  }

  /** Calls that have not ended. */
  size(): number {
    return this.#calls.size
  }

  /** Returns how many rows that takes. A call that has ended does not come back. */
  #ensureCall(tenant: TenantId, call: CallId, cells: Cell[]): number {
    if (this.#calls.has(call)) return 0
    if (this.#ended.has(call)) {
      this.#log.warn('store.write-after-end', { call })
      return 0
    }
    const number = this.#nextNumber()
    this.#calls.set(call, { number, slots: new Map() })
    cells.push(HOT.addLiveCall, number, tenant, call)
    return 1
  }

  #nextNumber(): number {
    this.#lastNumber += 1
    return this.#lastNumber
  }

  #holdSlots(slots: Iterable<number>): void {
    const until = this.#writer.now() + HELD_MS
    for (const slot of slots) {
      if (this.#heldSlots.size >= HELD_SLOTS_MAX) this.#freeOldest()
      this.#heldSlots.offer({ slot, until })
    }
  }

  #freeOldest(): void {
    const oldest = this.#heldSlots.take()
    if (oldest !== undefined) this.#freeSlots.push(oldest.slot)
  }

  /** The slot of a leg in the call that it comes from: its row there is this one from now on. */
  #takeAlong({ leg, movedFrom }: StoredLeg): number | undefined {
    const slots = movedFrom === undefined ? undefined : this.#calls.get(movedFrom)?.slots
    const slot = slots?.get(leg)
    slots?.delete(leg)
    return slot
  }

  #takeSlot(): number {
    const now = this.#writer.now()
    while ((this.#heldSlots.peek()?.until ?? now + 1) <= now) this.#freeOldest()
    const free = this.#freeSlots.pop()
    if (free !== undefined) return free
    this.#lastSlot += 1
    return this.#lastSlot
  }

  #rememberEnd(call: CallId): void {
    if (this.#ended.size >= ENDED_CALLS_MAX) {
      const oldest = this.#ended.values().next()
      if (!oldest.done) this.#ended.delete(oldest.value)
    }
    this.#ended.add(call)
  }
}
