// A Store in memory with the same rules as the real one; for tests of what is built on it.
import { MemoryAccountsStore } from '@rufwerk/accounts/testing'
import type { CallEvent, CallJournal, Cdr, EndedLeg, StoredLeg } from '@rufwerk/calls'
import type { Hold } from '@rufwerk/calls/records'
import { MemoryRoomStore } from '@rufwerk/conferences/testing'
import type { CallId, LegId, PersonId } from '@rufwerk/core'
import { MemoryVoicemailStore } from '@rufwerk/messaging/testing'
import { MemoryQueueStore } from '@rufwerk/queues/testing'
import { MemoryRecordings, MemorySoundFiles } from '@rufwerk/recordings/testing'
import { MemoryOwnSettings, MemoryPlanStore } from '@rufwerk/routing/testing'
import type { BindingStore, CallHistory, HoldStore, Store, StoredBinding } from '../ports.ts'

interface Memory {
  readonly live: Set<CallId>
  readonly events: Map<CallId, CallEvent[]>
  readonly legs: Map<LegId, StoredLeg>
  readonly ended: EndedLeg[]
  readonly cdrs: Map<CallId, Cdr>
  readonly bindings: Map<string, StoredBinding>
  readonly settings: Map<string, string>
  readonly holds: Map<string, Hold>
}

export function createMemoryStore(): Store {
  const memory: Memory = {
    live: new Set(),
    events: new Map(),
    legs: new Map(),
    ended: [],
    cdrs: new Map(),
    bindings: new Map(),
    settings: new Map(),
    holds: new Map(),
  }
  return {
    accounts: new MemoryAccountsStore(),
    // Entries are sealed where they are written to a disk.
    audit: {
      ends: async () => [],
      entries: async () => [],
      heads: async () => [],
      putHead: async () => false,
      erase: async () => false,
    },
    journal: memoryJournal(memory),
    bindings: memoryBindings(memory),
    history: memoryHistory(memory),
    dialPlans: new MemoryPlanStore(),
    queues: new MemoryQueueStore(),
    holds: memoryHolds(memory),
    // Nothing here is read by an archive.
    records: { changeRecords: async () => false, forgetting: (work) => work() },
    soundFiles: new MemorySoundFiles(),
    recordings: new MemoryRecordings(),
    voicemail: new MemoryVoicemailStore(),
    rooms: new MemoryRoomStore(),
    ownSettings: new MemoryOwnSettings(),
    generation: 1,
    loadLegs: async () => [...memory.legs.values()],
    endedLegs: async () => memory.ended,
    removeLegs: (legs) => {
      for (const { leg } of legs) memory.legs.delete(leg)
    },
    forgetCall: (call) => {
      memory.live.delete(call)
      for (const [id, leg] of memory.legs) if (leg.call === call) memory.legs.delete(id)
    },
    unfinishedCalls: async () =>
      [...memory.live].map((call) => {
        const events = memory.events.get(call) ?? []
        const tenant = events[0]?.tenant ?? [...memory.legs.values()].find((leg) => leg.call === call)?.tenant
        if (tenant === undefined) throw new RangeError('a live call has an event or a leg')
        return { tenant, call, events }
      }),
    setting: async (name) => memory.settings.get(name),
    saveSetting: async (name, value) => {
      memory.settings.set(name, value)
      return true
    },
    figures: () => ({ rowsWaiting: 0, waitingMs: 0, commits: 0, rowsCommitted: 0, rowsLost: 0 }),
    size: () => memory.live.size,
    close: async () => undefined,
  }
}

function memoryJournal(memory: Memory): CallJournal {
  const add = (events: readonly CallEvent[]) => {
    for (const event of events) {
      const known = memory.events.get(event.call)
      if (known) known.push(event)
      else memory.events.set(event.call, [event])
    }
  }
  const isOpen = (call: CallId) => !memory.cdrs.has(call)
  return {
    append: (events) => {
      const open = events.filter((event) => isOpen(event.call))
      for (const event of open) memory.live.add(event.call)
      add(open)
    },
    saveLeg: (leg) => {
      if (!isOpen(leg.call)) return
      memory.live.add(leg.call)
      memory.legs.set(leg.leg, leg)
    },
    end: (cdr, events) => {
      if (!isOpen(cdr.call)) return
      add(events)
      memory.cdrs.set(cdr.call, cdr)
      memory.live.delete(cdr.call)
      for (const leg of [...memory.legs.values()]) {
        if (leg.call !== cdr.call) continue
        memory.legs.delete(leg.leg)
        memory.ended.push({ leg, cdr })
      }
    },
    committed: async () => true,
    isOverloaded: () => false,
  }
}

function memoryBindings(memory: Memory): BindingStore {
  return {
    saveBinding: (binding) => {
      memory.bindings.set(`${binding.device} ${binding.binding}`, binding)
    },
    removeBinding: (device, binding) => {
      memory.bindings.delete(`${device} ${binding}`)
    },
    loadBindings: async (now) => {
      for (const [key, { expiresAt }] of memory.bindings) if (expiresAt <= now) memory.bindings.delete(key)
      return [...memory.bindings.values()]
    },
    committed: async () => true,
  }
}

function memoryHolds({ holds }: Memory): HoldStore {
  return {
    add: async (hold) => {
      holds.set(hold.id, hold)
      return true
    },
    remove: async (tenant, id) => {
      if (holds.get(id)?.tenant !== tenant) return 'unknown'
      holds.delete(id)
      return 'removed'
    },
    list: async (tenant) =>
      [...holds.values()].filter((hold) => hold.tenant === tenant).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

function memoryHistory(memory: Memory): CallHistory {
  return {
    callsOf: async (tenant, person, { cursor, limit }) => {
      if (cursor !== undefined && !/^\d+$/.test(cursor)) return undefined
      const skipped = Number(cursor ?? 0)
      const own = [...memory.cdrs.values()]
        .filter((cdr) => cdr.tenant === tenant && isOfPerson(cdr, person))
        .toReversed()
        .toSorted((a, b) => b.startedAt - a.startedAt)
      const calls = own.slice(skipped, skipped + limit)
      return own.length > skipped + limit ? { calls, next: String(skipped + limit) } : { calls }
    },
    spentSince: async (tenant, since) =>
      [...memory.cdrs.values()]
        .filter((cdr) => cdr.tenant === tenant && cdr.spent !== undefined && cdr.startedAt >= since)
        .toSorted((a, b) => a.startedAt - b.startedAt),
    call: async (tenant, call) => {
      const cdr = memory.cdrs.get(call)
      if (cdr?.tenant !== tenant) return undefined
      return { cdr, events: memory.events.get(call) ?? [] }
    },
  }
}

function isOfPerson(cdr: Cdr, person: PersonId): boolean {
  const answered = cdr.answeredBy?.kind === 'person' ? cdr.answeredBy.person : undefined
  const caller = cdr.from.kind === 'inside' ? cdr.from.person : undefined
  return caller === person || cdr.to === person || answered === person
}
