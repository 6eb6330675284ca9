// What every Store must do besides the accounts' contract, as cases that any test runner can run on a fresh
// one.
import assert from 'node:assert/strict'
import type { ContractCase } from '@rufwerk/accounts/testing'
import type { CallEvent, Cdr, StoredLeg } from '@rufwerk/calls'
import { ROOM_DEFAULTS, type RoomId } from '@rufwerk/conferences'
import {
  type CallId,
  type DeviceId,
  type LegId,
  type PersonId,
  type SiteId,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import { type CallerId, QUEUE_DEFAULTS, type QueueDay, type QueueEvent, type QueueId } from '@rufwerk/queues'
import type { TrunkId } from '@rufwerk/routing'
import type { Store, StoredBinding } from '../ports.ts'
import { recordingCases } from './recording-cases.ts'
import { voicemailContract } from './voicemail-contract.ts'

const T0 = 1_790_000_000_000
const tenant = 'tenant-1' as TenantId
const otherTenant = 'tenant-2' as TenantId
const [mia, anna, jan] = ['person-1', 'person-2', 'person-3'] as [PersonId, PersonId, PersonId]
const device = 'device-1' as DeviceId

/** A plausible record of an answered call from Mia to Anna that began at T0 + `offset` ms. */
export function callRecord(call: string, offset: number, changes: Partial<Cdr> = {}): Cdr {
  return {
    tenant,
    call: call as CallId,
    startedAt: wallTime(T0 + offset),
    ringingAt: wallTime(T0 + offset + 80),
    answeredAt: wallTime(T0 + offset + 3_000),
    endedAt: wallTime(T0 + offset + 60_000),
    from: { kind: 'inside', person: mia, device, extension: '100', name: 'Mia Muster' },
    dialled: '101',
    to: anna,
    answeredBy: { kind: 'person', person: anna, device },
    endedBy: 'caller',
    cause: 16,
    status: 200,
    why: { rule: 'extension', values: { extension: '101' } },
    quality: [],
    ...changes,
  }
}

function event(call: string, type: string, offset = 0): CallEvent {
  return {
    tenant,
    call: call as CallId,
    leg: `${call}-a` as LegId,
    at: wallTime(T0 + offset),
    type,
    why: { rule: 'extension', values: { extension: '101' } },
    detail: { digits: 3, isFirst: true, name: 'Grüße' },
  }
}

function leg(call: string, name: string, state = '{}'): StoredLeg {
  return { tenant, call: call as CallId, leg: `${call}-${name}` as LegId, version: 1, state }
}

const binding: StoredBinding = {
  tenant,
  device,
  binding: 'sip:101@192.0.2.7:5060',
  expiresAt: wallTime(T0 + 1_000),
  version: 1,
  state: '{"cseq":1}',
}

async function committed(store: Store): Promise<void> {
  assert.equal(await store.journal.committed(), true)
}

async function idsOf(store: Store, person: PersonId, limit = 100): Promise<string[]> {
  const page = await store.history.callsOf(tenant, person, { limit })
  return (page?.calls ?? []).map((cdr) => cdr.call)
}

const calls: ContractCase<Store>[] = [
  {
    name: 'keeps a call with its events in their order, and one record',
    run: async (store) => {
      const early = [event('c1', 'created'), event('c1', 'ringing', 80)]
      const late = [event('c1', 'ended', 60_000)]
      store.journal.append(early)
      store.journal.append([event('c2', 'created')])
      assert.equal(store.size(), 2)
      store.journal.end(callRecord('c1', 0), late)
      await committed(store)
      assert.equal(store.size(), 1)
      const found = await store.history.call(tenant, 'c1' as CallId)
      assert.deepEqual(found?.cdr, callRecord('c1', 0))
      assert.deepEqual(found?.events, [...early, ...late])
      assert.equal(await store.history.call('tenant-2' as TenantId, 'c1' as CallId), undefined)
      assert.equal(await store.history.call(tenant, 'c2' as CallId), undefined)
    },
  },
  {
    name: 'a list may hold events of several calls',
    run: async (store) => {
      store.journal.append([event('c1', 'created'), event('c2', 'created'), event('c1', 'ringing')])
      store.journal.end(callRecord('c1', 0), [])
      store.journal.end(callRecord('c2', 1), [])
      await committed(store)
      const found = await store.history.call(tenant, 'c1' as CallId)
      assert.deepEqual(
        found?.events.map((each) => each.type),
        ['created', 'ringing'],
      )
    },
  },
  {
    name: 'a second record and late writes of an ended call change nothing',
    run: async (store) => {
      store.journal.end(callRecord('c1', 0), [])
      store.journal.end(callRecord('c1', 0, { cause: 31 }), [event('c1', 'ended')])
      store.journal.append([event('c1', 'ended'), event('c2', 'created')])
      store.journal.saveLeg(leg('c1', 'a'))
      store.journal.end(callRecord('c2', 1), [])
      await committed(store)
      const other = await store.history.call(tenant, 'c2' as CallId)
      assert.deepEqual(other?.events, [event('c2', 'created')])
      const found = await store.history.call(tenant, 'c1' as CallId)
      assert.equal(found?.cdr.cause, 16)
      assert.deepEqual(found?.events, [])
      assert.equal(store.size(), 0)
    },
  },
  {
    name: 'lists the calls that a person made, was meant by or answered, once each and newest first',
    run: async (store) => {
      store.journal.end(callRecord('c1', 1_000), [])
      store.journal.end(
        callRecord('c2', 3_000, { to: jan, answeredBy: { kind: 'person', person: anna, device } }),
        [],
      )
      store.journal.end(callRecord('c3', 2_000, { to: mia }), [])
      const { to: _to, answeredBy: _by, ...nobody } = callRecord('c4', 4_000)
      store.journal.end({ ...nobody, answeredBy: { kind: 'system', name: 'echo' } }, [])
      await committed(store)
      assert.deepEqual(await idsOf(store, mia), ['c4', 'c2', 'c3', 'c1'])
      assert.deepEqual(await idsOf(store, anna), ['c2', 'c3', 'c1'])
      assert.deepEqual(await idsOf(store, jan), ['c2'])
      const other = await store.history.callsOf('tenant-2' as TenantId, mia, { limit: 10 })
      assert.deepEqual(other?.calls, [])
    },
  },
  {
    name: 'a call from outside has its record, and is of whom it reached',
    run: async (store) => {
      const from: Cdr['from'] = { kind: 'outside', trunk: 'main' as TrunkId, number: '+4940123456' }
      const answeredBy: Cdr['answeredBy'] = { kind: 'outside', trunk: from.trunk, number: '+49170123' }
      store.journal.end(callRecord('c1', 0, { from }), [])
      store.journal.end(callRecord('c2', 1, { answeredBy }), [])
      await committed(store)
      assert.deepEqual(await idsOf(store, anna), ['c2', 'c1'])
      assert.deepEqual(await idsOf(store, mia), ['c2'])
      const found = await store.history.call(tenant, 'c1' as CallId)
      assert.deepEqual(found?.cdr.from, from)
    },
  },
  {
    name: 'gives the calls with an outside leg that talked since a time',
    run: async (store) => {
      const spent = { payer: mia, number: '+49170123', since: wallTime(T0 + 2_000) }
      store.journal.end(callRecord('c1', 0, { spent }), [])
      store.journal.end(callRecord('c2', 1_000), [])
      store.journal.end(callRecord('c3', 2_000, { spent }), [])
      store.journal.end(callRecord('c4', 1_500, { spent }), [])
      await committed(store)
      const found = await store.history.spentSince(tenant, wallTime(T0 + 1_000))
      assert.deepEqual(found, [callRecord('c4', 1_500, { spent }), callRecord('c3', 2_000, { spent })])
      assert.deepEqual(await store.history.spentSince('tenant-2' as TenantId, wallTime(0)), [])
    },
  },
  {
    name: 'pages show every call once, also those that began in the same millisecond',
    run: async (store) => {
      for (let at = 0; at < 25; at += 1) store.journal.end(callRecord(`c${at}`, Math.floor(at / 4)), [])
      await committed(store)
      const whole = await idsOf(store, mia)
      const paged: string[] = []
      let cursor: string | undefined
      do {
        const page = await store.history.callsOf(tenant, mia, { limit: 7, ...(cursor && { cursor }) })
        assert.ok(page && page.calls.length <= 7)
        paged.push(...page.calls.map((cdr) => cdr.call))
        cursor = page.next
      } while (cursor !== undefined)
      assert.deepEqual(paged, whole)
      assert.equal(new Set(paged).size, 25)
      assert.equal(await store.history.callsOf(tenant, mia, { limit: 7, cursor: 'not-ours!' }), undefined)
    },
  },
]

const others: ContractCase<Store>[] = [
  {
    name: 'bindings are replaced, removed and forgotten when they expire',
    run: async (store) => {
      const second = { ...binding, binding: 'sip:101@192.0.2.8', expiresAt: wallTime(T0 + 9_000) }
      store.bindings.saveBinding(binding)
      store.bindings.saveBinding(second)
      store.bindings.saveBinding({ ...binding, state: '{"cseq":2}' })
      assert.equal(await store.bindings.committed(), true)
      const both = await store.bindings.loadBindings(wallTime(T0))
      assert.deepEqual(new Set(both), new Set([{ ...binding, state: '{"cseq":2}' }, second]))
      assert.deepEqual(await store.bindings.loadBindings(wallTime(T0 + 1_000)), [second])
      store.bindings.removeBinding(device, second.binding)
      assert.equal(await store.bindings.committed(), true)
      assert.deepEqual(await store.bindings.loadBindings(wallTime(T0)), [])
    },
  },
  {
    name: 'settings are what was saved last',
    run: async (store) => {
      assert.equal(await store.setting('language'), undefined)
      assert.equal(await store.saveSetting('language', 'de'), true)
      assert.equal(await store.saveSetting('language', 'en'), true)
      assert.equal(await store.setting('language'), 'en')
    },
  },
]

const author = { at: wallTime(T0), by: mia }

const plans: ContractCase<Store>[] = [
  {
    name: 'versions of a dial plan are kept newest first, apart by tenant, without those that are forgotten',
    run: async (store) => {
      await haveTenants(store, tenant, otherTenant)
      const add = (of: TenantId, version: number, forget = 0) =>
        store.dialPlans.add({ ...author, tenant: of, version, plan: `{"a":${version}}` }, forget)
      assert.deepEqual(await store.dialPlans.list(tenant), [])
      assert.equal(await add(tenant, 1), 'committed')
      assert.equal(await add(tenant, 2), 'committed')
      assert.equal(await add(otherTenant, 1), 'committed')
      assert.equal(await add(tenant, 2), 'conflict')
      const noted = { ...author, tenant, version: 3, note: 'Umzug „Süd“', restores: 1, codesKnown: 2 }
      assert.equal(await store.dialPlans.add({ ...noted, plan: '{}' }, 1), 'committed')
      assert.deepEqual(await store.dialPlans.list(tenant), [noted, { ...author, tenant, version: 2 }])
      assert.deepEqual(await store.dialPlans.read(tenant, 3), { ...noted, plan: '{}' })
      assert.equal(await store.dialPlans.read(tenant, 1), undefined)
      assert.equal((await store.dialPlans.read(otherTenant, 1))?.plan, '{"a":1}')
    },
  },
]

const sales = { ...QUEUE_DEFAULTS, queue: 'sales' as QueueId, name: 'Vertrieb „Süd“', members: [] }
const support = { ...sales, queue: 'support' as QueueId }
const entered = { type: 'entered', queue: sales.queue, caller: 'c1' as CallerId } as const

const queues: ContractCase<Store>[] = [
  {
    name: 'settings of queues are what was saved last, apart by tenant, until they are removed',
    run: async ({ accounts, queues: store }) => {
      await haveTenants({ accounts }, tenant, otherTenant)
      assert.deepEqual(await store.loadQueues(tenant), [])
      assert.equal(await store.saveQueue(tenant, { ...sales, name: 'Alt' }), true)
      assert.equal(await store.saveQueue(tenant, sales), true)
      assert.equal(await store.saveQueue(tenant, support), true)
      assert.deepEqual(await store.loadQueues(tenant), JSON.parse(JSON.stringify([sales, support])))
      assert.deepEqual(await store.loadQueues(otherTenant), [])
      assert.equal(await store.removeQueue(tenant, sales.queue), true)
      assert.equal((await store.loadQueues(tenant)).length, 1)
    },
  },
  {
    name: 'the state of queues comes back as it was, with what happened before it, newest first',
    run: async ({ accounts, queues: store }) => {
      await haveTenants({ accounts }, tenant)
      assert.equal(await store.loadState(tenant), undefined)
      const tell = (at: number, event: object) => ({ at: wallTime(T0 + at), event: event as QueueEvent })
      const idle = tell(2, { type: 'agent', agent: anna, activity: 'idle' })
      const first = tell(1, { ...entered, priority: 0, position: 1 })
      const last = tell(3, { type: 'answered', queue: sales.queue, caller: 'c1', agent: anna, waited: 5 })
      assert.equal(await store.saveState(tenant, { day: 20_000, text: '{"a":1}' }, [first, idle]), true)
      assert.equal(await store.saveState(tenant, { day: 20_001, text: '{"a":2}' }, [last]), true)
      assert.deepEqual(await store.loadState(tenant), { day: 20_001, text: '{"a":2}' })
      const of = { queue: sales.queue }
      const page = await store.events(tenant, of, { limit: 1 })
      assert.deepEqual(page.events, [last])
      const { next: before = 0 } = page
      assert.deepEqual(await store.events(tenant, of, { before, limit: 1 }), { events: [first] })
      assert.deepEqual((await store.events(tenant, { agent: anna }, { limit: 9 })).events, [idle])
      const counts = { entered: 3 } as unknown as QueueDay['counts']
      const day = { queue: sales.queue, day: 20_000, counts }
      assert.equal(await store.endDay(tenant, [day], wallTime(T0 + 2)), true)
      assert.equal(await store.endDay(tenant, [{ ...day, day: 20_001 }], wallTime(T0 + 2)), true)
      assert.deepEqual((await store.events(tenant, of, { limit: 9 })).events, [last])
      assert.deepEqual(
        (await store.days(tenant, sales.queue, 9)).map((one) => [one.day, one.counts.entered]),
        [
          [20_001, 3],
          [20_000, 3],
        ],
      )
    },
  },
]

const rooms: ContractCase<Store>[] = [
  {
    name: 'rooms are kept by tenant, take other settings and go',
    run: async (store) => {
      await haveTenants(store, tenant, otherTenant)
      const room = { ...ROOM_DEFAULTS, room: 'r' as RoomId, name: 'Müller „Süd“', pin: '4711' }
      const other = { ...room, room: 's' as RoomId }
      assert.deepEqual(await store.rooms.loadRooms(tenant), [])
      assert.equal(await store.rooms.saveRoom(tenant, { ...room, name: 'before' }), true)
      assert.equal(await store.rooms.saveRoom(tenant, room), true)
      assert.equal(await store.rooms.saveRoom(tenant, other), true)
      assert.equal(await store.rooms.saveRoom(otherTenant, { ...room, name: 'theirs' }), true)
      assert.deepEqual(await store.rooms.loadRooms(tenant), [room, other])
      assert.equal(await store.rooms.removeRoom(tenant, room.room), true)
      assert.deepEqual(await store.rooms.loadRooms(tenant), [other])
      assert.deepEqual(
        (await store.rooms.loadRooms(otherTenant)).map(({ name }) => name),
        ['theirs'],
      )
    },
  },
]

const own: ContractCase<Store>[] = [
  {
    name: 'keeps what people set for themselves, the last of it',
    run: async (store) => {
      const { ownSettings } = store
      await haveTenants(store, tenant)
      await havePeople(store, mia, anna)
      const forward = { to: 'outside', number: '+4930555123' } as const
      assert.deepEqual(await ownSettings.all(), [])
      assert.equal(await ownSettings.save(tenant, mia, { state: 'away', forward }), true)
      assert.equal(await ownSettings.save(tenant, anna, { state: 'doNotDisturb' }), true)
      assert.equal(await ownSettings.save(tenant, anna, { state: 'available' }), true)
      const all = (await ownSettings.all()).toSorted((a, b) => (a.person < b.person ? -1 : 1))
      assert.deepEqual(all, [
        { tenant, person: mia, state: 'away', forward },
        { tenant, person: anna, state: 'available' },
      ])
    },
  },
]

async function haveTenants(store: Pick<Store, 'accounts'>, ...ids: readonly TenantId[]): Promise<void> {
  const rest = { country: 'de', language: 'de', isDemo: false, version: 1, createdAt: wallTime(T0) } as const
  const tenants = ids.map((id) => ({ type: 'putTenant' as const, tenant: { id, name: id, ...rest } }))
  assert.equal(await store.accounts.apply(tenants), 'committed')
}

async function havePeople(store: Store, ...ids: readonly PersonId[]): Promise<void> {
  const site = { id: 'site-1' as SiteId, tenant, name: 'Hier' }
  const rest = { tenant, site: site.id, role: 'user', kind: 'person', language: 'de' } as const
  const people = ids.map((id, at) => ({
    type: 'putPerson' as const,
    person: { id, name: id, extension: `10${at}`, createdAt: wallTime(T0), ...rest },
  }))
  assert.equal(await store.accounts.apply([{ type: 'putSite', site }, ...people]), 'committed')
}

export const storeContract: readonly ContractCase<Store>[] = [
  ...calls,
  ...others,
  ...plans,
  ...queues,
  ...own,
  ...recordingCases,
  ...voicemailContract,
  ...rooms,
]
