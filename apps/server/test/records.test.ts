import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RetentionRules } from '@rufwerk/calls/records'
import { type Ms, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'
import type { CallArchive } from '@rufwerk/store'
import { createMemoryStore } from '@rufwerk/store/testing'
import { RETENTION, Records } from '../src/records/records.ts'

const tenant = 'tenant-1' as TenantId

function open(sweep: CallArchive['sweep']) {
  const armed: { delay: number; callback: () => void }[] = []
  const timers = {
    arm: (delay: Ms, callback: () => void) => {
      armed.push({ delay, callback })
      return { [Symbol.dispose]: () => void armed.splice(0) }
    },
  } as unknown as Timers
  const personal = { name: 'calls' } as CallArchive['personal']
  const archive = { sweep, personal, close: async () => undefined } as unknown as CallArchive
  const parts = { store: createMemoryStore(), archive, sources: [{ ...personal, name: 'voicemail' }], timers }
  const wallNow = () => wallTime(1_790_000_000_000)
  return {
    records: new Records({ ...parts, tenants: () => [tenant], wallTime: wallNow, log: SILENT_LOG }),
    armed,
  }
}

test('records end by the rules of their company, half a year unless told otherwise', async () => {
  const seen: RetentionRules[] = []
  const { records } = open(async (_tenant, rules) => {
    seen.push(rules)
    return { removed: 0, shortened: 0 }
  })
  await records.sweep(tenant)
  assert.equal(await records.setRetention(tenant, { keepDays: 30, shortenAfterDays: 7 }), true)
  await records.sweep(tenant)
  assert.deepEqual(seen, [RETENTION, { keepDays: 30, shortenAfterDays: 7 }])
  assert.deepEqual(await records.retention('tenant-2' as TenantId), RETENTION)
})

test('they are looked at each hour, also after one that failed, and not any more at the end', async () => {
  let times = 0
  const { records, armed } = open(async () => {
    times += 1
    throw new Error('the disk is full')
  })
  assert.deepEqual(
    armed.map(({ delay }) => delay),
    [120_000],
  )
  armed[0]?.callback()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.deepEqual([times, armed.at(-1)?.delay], [1, 3_600_000])
  await records.close()
  assert.equal(armed.length, 0)
})

test('what is kept of people is asked of the calls and of all others', () => {
  const { records } = open(async () => ({ removed: 0, shortened: 0 }))
  assert.deepEqual(
    records.personal.map(({ name }) => name),
    ['calls', 'voicemail'],
  )
})
