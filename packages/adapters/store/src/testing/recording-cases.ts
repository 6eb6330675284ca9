// What every Store must do with recorded files and recorded calls.
import assert from 'node:assert/strict'
import type { ContractCase } from '@rufwerk/accounts/testing'
import {
  type CallId,
  type LegId,
  type PersonId,
  type RecordingId,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import type { CallRecording, SoundFile } from '@rufwerk/recordings'
import type { Store } from '../ports.ts'

const T0 = 1_790_000_000_000
const DAY = 86_400_000
const tenant = 'tenant-1' as TenantId
const other = 'tenant-2' as TenantId
const [anna, bernd] = ['anna', 'bernd'] as [PersonId, PersonId]

function file(name: string, at = 0): SoundFile {
  return {
    ...{ recording: name as RecordingId, tenant, purpose: 'call', call: 'c1' as CallId, leg: 'l1' as LegId },
    ...{ file: `2026-09/${name}`, sealedKey: 'c2VhbGVk', startedAt: wallTime(T0 + at) },
  }
}

function recorded(name: string, at: number, changes: Partial<CallRecording> = {}): CallRecording {
  return {
    ...{ recording: name as RecordingId, tenant, call: 'c1' as CallId, startedAt: wallTime(T0 + at) },
    ...{ direction: 'in', people: [anna], numbers: ['+4940123'], trunk: 'main' },
    purpose: { id: 'q', name: 'Qualität', keepDays: 30 },
    evidence: [
      {
        ...{ leg: 'l1' as LegId, who: { trunk: 'main', number: '+4940123' }, at: wallTime(T0), key: '1' },
        ...{ version: 'de-1', language: 'de', wording: 'Wir möchten …' },
      },
    ],
    ...changes,
  }
}

export const recordingCases: readonly ContractCase<Store>[] = [
  {
    name: 'a recorded file ends once, is told until it is settled, and its key is erased with it',
    run: async ({ soundFiles: store }) => {
      const one = file('r1')
      const ended = { at: wallTime(T0 + 9), why: 'asked', lengthMs: 1_000, bytes: 99 } as const
      assert.equal(await store.add(one), true)
      assert.equal(await store.add(one), false)
      assert.equal(await store.add(file('r0', -5)), true)
      assert.deepEqual(await store.read(one.recording), one)
      assert.equal(await store.end(one.recording, ended), true)
      assert.equal(await store.end(one.recording, { ...ended, why: 'failed' }), false)
      assert.deepEqual(await store.unsettled(), [file('r0', -5), { ...one, ended }])
      assert.equal(await store.settle(one.recording), true)
      assert.deepEqual(await store.unsettled(), [file('r0', -5)])
      assert.equal(await store.erase(one.recording), true)
      assert.equal(await store.read(one.recording), undefined)
      assert.equal(await store.end('none' as RecordingId, ended), false)
    },
  },
  {
    name: 'recorded calls are found newest first by who talked, queue and number, and by nobody of another company',
    run: async ({ recordings: store }) => {
      const second = recorded('r2', 1, { people: [bernd], queue: 'orders', numbers: [] })
      const all = [recorded('r1', 0), second, recorded('r3', 1)]
      for (const one of all) assert.equal(await store.add(one), true)
      assert.equal(await store.add(recorded('x', 5, { tenant: other })), true)
      const ids = async (filter: object) =>
        (await store.list(tenant, { limit: 100, ...filter })).map(({ recording }) => recording)
      assert.deepEqual(await ids({}), ['r3', 'r2', 'r1'])
      assert.deepEqual(await ids({ people: [anna] }), ['r3', 'r1'])
      assert.deepEqual(await ids({ people: [anna], queues: ['orders'] }), ['r3', 'r2', 'r1'])
      assert.deepEqual(await ids({ people: [], queues: [] }), [])
      assert.deepEqual(await ids({ number: '+4940123' }), ['r3', 'r1'])
      assert.deepEqual(await ids({ limit: 2 }), ['r3', 'r2'])
      const before = { startedAt: wallTime(T0 + 1), recording: 'r2' as RecordingId }
      assert.deepEqual(await ids({ before }), ['r1'])
      assert.deepEqual(await store.read(tenant, second.recording), second)
      assert.equal(await store.read(other, second.recording), undefined)
    },
  },
  {
    name: 'a recorded call is kept for its days, or while it is held, and the log outlives it',
    run: async ({ recordings: store }) => {
      const one = recorded('r1', 0)
      const hold = { by: bernd, at: wallTime(T0 + 2), reason: 'Rechtsstreit' }
      await store.add(one)
      assert.equal(await store.end(one.recording, 5_000), true)
      const expired = async (at: number) => (await store.expired(wallTime(T0 + at), 10)).length
      assert.deepEqual([await expired(30 * DAY - 1), await expired(30 * DAY)], [0, 1])
      assert.equal(await store.setHold(one.recording, hold), true)
      assert.equal(await expired(99 * DAY), 0)
      assert.deepEqual(await store.read(tenant, one.recording), { ...one, lengthMs: 5_000, hold })
      assert.equal(await store.setHold(one.recording, undefined), true)
      assert.equal(await expired(99 * DAY), 1)
      const access = { tenant, recording: one.recording, at: wallTime(T0 + 3) }
      assert.equal(await store.log({ ...access, by: anna, act: 'play' }), true)
      assert.equal(await store.log({ ...access, act: 'expire' }), true)
      assert.equal(await store.remove(one.recording), true)
      assert.deepEqual(await store.list(tenant, { limit: 10, people: [anna] }), [])
      assert.deepEqual(await store.accesses(tenant, one.recording), [
        { ...access, act: 'expire' },
        { ...access, by: anna, act: 'play' },
      ])
      assert.deepEqual(await store.accesses(other), [])
      assert.equal(await store.setHold(one.recording, hold), false)
    },
  },
  {
    name: 'rules of recordings are those saved last, by company',
    run: async ({ recordings: store }) => {
      assert.equal(await store.rules(tenant), undefined)
      assert.equal(await store.saveRules(tenant, '{"a":1}'), true)
      assert.equal(await store.saveRules(tenant, '{"a":2}'), true)
      assert.equal(await store.rules(tenant), '{"a":2}')
      assert.equal(await store.rules(other), undefined)
    },
  },
]
