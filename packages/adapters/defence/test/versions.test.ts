// Which versions are allowed, over devices of lists and of phones: what differs, or cannot be read, is
// unknown; kept over a restart, and of one company only.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { Defence } from '@rufwerk/defence'
import type { DeviceReport } from '@rufwerk/fleet'
import type { AllowedVersions } from '@rufwerk/quarantine/policy'

const tenant = 'muster'
const RULE: AllowedVersions = {
  ...{ id: 'app', product: 'DeskApp', platform: 'windows', ranges: ['>=2.0.0'], mode: 'enforce' },
  stopsUnknown: false,
}
type Found = DeviceReport['installations'][number]
const FOUND: Readonly<Record<string, readonly Found[]>> = {
  old: [{ product: 'DeskApp', version: '1.9.9' }],
  new: [{ product: 'deskapp', version: '2.0.0' }],
  both: [
    { product: 'DeskApp', version: '2.1.0' },
    { product: 'DeskApp', version: '1.0.0', path: '/old' },
  ],
  unreadable: [{ product: 'DeskApp', version: 'latest' }],
  missing: [{ product: 'DeskApp' }],
  differs: [{ product: 'DeskApp', version: '2.1.0', userAgent: 'DeskApp/1.0.0 (Windows)' }],
  marked: [{ userAgent: 'DeskApp/2.0.0 <b>' }],
  other: [{ product: 'Other', version: '1.0.0' }, { userAgent: '<b>Phone</b>' }],
  nothing: [],
}

function reported(name: string, platform: DeviceReport['platform'] = 'windows'): DeviceReport {
  return {
    ...{
      seenAt: 1,
      source: 'csv',
      tenant,
      device: { hostname: name, account: `a-${name}` },
      kind: 'computer',
    },
    ...{ platform, addresses: [], coverage: 'part', installations: FOUND[name] ?? FOUND.old ?? [] },
  } as DeviceReport
}

test('QRT-P1 each device is judged by the worst that runs on it, and by what is known', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rufwerk-versions-'))
  t.after(() => rm(folder, { recursive: true }))
  const defence = new Defence(folder, SILENT_LOG)
  const reports = [...Object.keys(FOUND).map((name) => reported(name)), reported('mac', 'macos')]
  assert.ok((await defence.ask('report', { tenant, reports })).ok)
  const set = await defence.ask('setVersions', { tenant, rules: [RULE] })
  assert.ok(set.ok)
  const judged = (wanted: string) =>
    set.value.judged.flatMap(({ device, judgement }) => (judgement === wanted ? [device] : [])).sort()
  assert.deepEqual(judged('forbidden'), ['hostname both', 'hostname old'])
  const unknown = ['differs', 'marked', 'missing', 'unreadable'].map((name) => `hostname ${name}`)
  assert.deepEqual(judged('unknown'), unknown)
  assert.deepEqual([set.value.forbidden, set.value.unknown, set.value.judged.length], [2, 4, 6])
  const stops = await defence.ask('versionStops', { tenant })
  assert.ok(stops.ok)
  assert.deepEqual(stops.value, [{ rule: 'app', product: 'DeskApp', accounts: ['a-old', 'a-both'] }])
  await defence.close()

  const again = new Defence(folder, SILENT_LOG)
  const kept = await again.ask('versions', { tenant })
  assert.ok(kept.ok && kept.value.forbidden === 2)
  const other = await again.ask('versions', { tenant: 'other' })
  assert.deepEqual(other.ok && other.value, { rules: [], judged: [], forbidden: 0, unknown: 0 })
  const stricter = [
    { ...RULE, stopsUnknown: true },
    { ...RULE, id: 'watched', mode: 'watch' as const },
  ]
  assert.ok((await again.ask('setVersions', { tenant, rules: stricter })).ok)
  const all = await again.ask('versionStops', { tenant })
  assert.ok(all.ok)
  assert.deepEqual(
    all.value.map(({ rule, accounts }) => [rule, accounts.length]),
    [['app', 6]],
    'QRT-P2 a rule that is watched stops nobody',
  )
  await again.close()
})
