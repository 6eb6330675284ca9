// An inventory as it is kept: written in pieces as it changes, read as it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  changedDevices,
  type DeviceReport,
  emptyInventory,
  type Inventory,
  readInventory,
  type StoredDevice,
  step,
} from '@rufwerk/fleet'
import { STORY_TENANT, storyClients } from '@rufwerk/fleet/testing'
import fc from 'fast-check'

const text = fc.constantFrom('', '__proto__', 'constructor', '<script>', '\u0000', '\ud800', 'pc-1', 'pc-2')
const names = fc.record({ serial: text, hostname: text, account: text, mac: text }, { requiredKeys: [] })
const found = fc.record({ product: text, version: text, path: text, userAgent: text }, { requiredKeys: [] })
const report = fc.record({
  seenAt: fc.integer({ min: 0, max: 20 }),
  source: fc.constantFrom('registration' as const, 'collector' as const, 'csv' as const),
  coverage: fc.constantFrom('everything' as const, 'part' as const),
  kind: fc.constant('computer' as const),
  tenant: fc.constant(STORY_TENANT),
  addresses: fc.array(text, { maxLength: 2 }),
  device: names,
  installations: fc.array(found, { maxLength: 3 }),
})

/** Rows as a table keeps them: the newest of each device. */
function kept(reports: readonly DeviceReport[]) {
  const rows = new Map<string, StoredDevice>()
  let state: Inventory = emptyInventory(STORY_TENANT)
  let written = 0
  for (const one of reports) {
    const before = state
    state = step(state, [one]).state
    for (const row of changedDevices(before, state)) {
      rows.set(row.key, row)
      written += 1
    }
  }
  return { rows: [...rows.values()], state, written }
}

test('FLT-S1 what was written is read as it was, whatever was reported in whatever order', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 12 }), (reports) => {
      const { rows, state } = kept(reports as DeviceReport[])
      const read = readInventory(STORY_TENANT, rows)
      assert.ok(read.ok)
      assert.deepEqual(
        JSON.parse(JSON.stringify(plain(read.value))),
        JSON.parse(JSON.stringify(plain(state))),
      )
    }),
    { numRuns: 500 },
  )
})

test('FLT-S1 a host name that goes to another device is that one’s after a restart, too', () => {
  const of = { tenant: STORY_TENANT, source: 'csv', coverage: 'part', kind: 'computer' } as const
  const shared = { ...of, addresses: [], installations: [] }
  const { rows, state } = kept([
    { ...shared, seenAt: 1, device: { serial: 'old-1', hostname: 'pc' } },
    { ...shared, seenAt: 2, device: { serial: 'new-1', hostname: 'pc' } },
  ])
  const read = readInventory(STORY_TENANT, rows.toReversed())
  assert.ok(read.ok)
  assert.equal(read.value.byName.get('hostname pc'), state.byName.get('serial new-1'))
})

test('FLT-S1 only devices that changed are written again', () => {
  const reports = storyClients(50).map((one) => one.report)
  const before = step(emptyInventory(STORY_TENANT), reports).state
  const after = step(before, reports.slice(3, 5)).state
  assert.deepEqual(
    changedDevices(before, after).map(({ key }) => key),
    ['hostname d3', 'hostname d4'],
  )
})

test('FLT-S2 what is malformed is refused with the device', () => {
  const { rows } = kept(storyClients(3).map((one) => one.report))
  const [first, second] = rows
  assert.ok(first && second)
  const bad = [
    { device: '{' },
    { device: '[]' },
    { device: JSON.stringify({ ...JSON.parse(second.device), key: 'other' }) },
    { device: JSON.stringify({ ...JSON.parse(second.device), installations: [{}] }) },
    { device: JSON.stringify({ ...JSON.parse(second.device), addresses: [1] }) },
    { names: '7' },
  ]
  for (const part of bad)
    assert.deepEqual(readInventory(STORY_TENANT, [first, { ...second, ...part }]), {
      ok: false,
      error: second.key,
    })
  assert.ok(readInventory(STORY_TENANT, rows).ok)
})

function plain({ devices, byName }: Inventory) {
  const sorted = [...devices.values()].map((device) => ({
    ...device,
    installations: [...device.installations.values()],
  }))
  return {
    devices: sorted.sort((a, b) => (a.key < b.key ? -1 : 1)),
    byName: [...byName].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}
