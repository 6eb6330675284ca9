import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cell, differenceOf, exposureCsv, exposureOf, type State } from '../src/exposure/index.ts'
import { type DeviceReport, emptyInventory, step } from '../src/index.ts'
import { storyClients } from '../src/testing/index.ts'
import { APP, app, DAY, Fleet, listOf, report, TENANT } from './fleet.ts'

const FIRST = listOf('first')
const CORRECTED = listOf('corrected')

const stateOf = (fleet: Fleet, index = CORRECTED): State | undefined =>
  exposureOf(fleet.state, index, 0).devices[0]?.state

test('FLT-E1 of 10,000 devices with neighbours, told in different ways, none is missed, none wrong', () => {
  const clients = storyClients(10_000)
  const { state } = step(
    emptyInventory(TENANT),
    clients.map((one) => one.report),
  )
  const first = exposureOf(state, FIRST, 1)
  const corrected = exposureOf(state, CORRECTED, 2)
  const states = (exposure: typeof first) => exposure.devices.map((device) => device.state === 'affected')
  assert.deepEqual(
    states(first),
    clients.map((one) => one.isInFirst),
  )
  assert.deepEqual(
    states(corrected),
    clients.map((one) => one.isAffected),
  )
  assert.equal(corrected.all.unknown, 0)
  assert.ok(corrected.all.affected > 1_000)
  assert.ok(first.all.affected < corrected.all.affected)
})

test('FLT-E2 a corrected list changes exactly the difference, and the same list nothing', () => {
  const clients = storyClients(2_000)
  const { state } = step(
    emptyInventory(TENANT),
    clients.map((one) => one.report),
  )
  const changed = differenceOf(exposureOf(state, FIRST, 1), exposureOf(state, CORRECTED, 2))
  const expected = clients.flatMap((one, number) =>
    one.isAffected && !one.isInFirst ? [`hostname d${number}`] : [],
  )
  assert.deepEqual(changed.map(({ device }) => device).sort(), expected.sort())
  assert.ok(changed.every(({ before, after }) => before === 'clean' && after === 'affected'))
  assert.deepEqual(differenceOf(exposureOf(state, FIRST, 1), exposureOf(state, FIRST, 2)), [])
})

test('FLT-E3 what nobody knows is unknown with the reason, and never clean', () => {
  const rows: readonly [Partial<DeviceReport>, State, unknown?][] = [
    [{ installations: [] }, 'unknown', 'no-programs-known'],
    [{ installations: [], source: 'collector' }, 'unknown', 'not-all-read'],
    [{ installations: [app('18.12.422')], source: 'collector' }, 'unknown', 'not-all-read'],
    [{ installations: [app('18.12.416')], source: 'collector' }, 'affected'],
    [{ installations: [], coverage: 'everything' }, 'clean'],
    [{ installations: [], coverage: 'everything', lookedFor: ['Other'] }, 'unknown', 'no-programs-known'],
    [{ installations: [], coverage: 'everything', lookedFor: ['3CXDesktopApp'] }, 'clean'],
    [{ installations: [{ product: APP }] }, 'unknown', 'version-missing'],
    [
      { installations: [app('18.12.416-rc1 (Windows; x64) <b>')], source: 'csv' },
      'unknown',
      'version-unreadable',
    ],
    [
      { installations: [app('18.12.416', { userAgent: '3CXDesktopApp/18.12.422' })] },
      'unknown',
      'versions-differ',
    ],
    [{ installations: [{ userAgent: '<script>' }] }, 'unknown', 'not-named'],
    [{ installations: [app('18.12.422')] }, 'clean'],
    [{ installations: [app('18.12.422'), app('18.12.416', { path: 'D:\\' })] }, 'affected'],
  ]
  for (const [more, state, why] of rows) {
    const [device] = exposureOf(new Fleet().hears(report('pc-1', more)).state, CORRECTED, 0).devices
    assert.deepEqual(
      [device?.state, device?.unknown],
      [state, why === undefined ? [] : [why]],
      JSON.stringify(more),
    )
  }
})

test('FLT-E4 per site and system, with person, since when and from where, and by which document', () => {
  const fleet = new Fleet().hears(
    report('pc-1', {
      site: 'berlin',
      person: 'anna',
      addresses: ['10.0.0.1'],
      installations: [app('18.12.416')],
    }),
    report('pc-1', { seenAt: 2 * DAY, site: 'berlin', installations: [app('18.12.416')] }),
    report('pc-2', { site: 'berlin', installations: [app('18.12.422')] }),
    report('pc-3', { site: 'munich', platform: 'macos', installations: [] }),
  )
  const { all, bySite, byPlatform, devices } = exposureOf(fleet.state, CORRECTED, 0)
  const none = { affected: 0, unknown: 0, underInvestigation: 0, clean: 0 }
  assert.deepEqual(all, { ...none, affected: 1, unknown: 1, clean: 1 })
  assert.deepEqual(bySite.get('berlin'), { ...none, affected: 1, clean: 1 })
  assert.deepEqual(bySite.get('munich'), { ...none, unknown: 1 })
  assert.deepEqual(byPlatform.get('macos'), { ...none, unknown: 1 })
  const [affected] = devices
  const [reason] = affected?.reasons ?? []
  assert.deepEqual([affected?.person, affected?.addresses], ['anna', ['10.0.0.1']])
  assert.deepEqual([reason?.since, reason?.lastSeen, reason?.source], [DAY, 2 * DAY, 'csv'])
  assert.deepEqual(
    [reason?.because[0]?.by, reason?.because[0]?.issuer.startsWith('https://')],
    ['version', true],
  )
})

test('FLT-E5 as CSV for spreadsheets: what others wrote stays text', () => {
  const person = '=HYPERLINK("http://evil")'
  const fleet = new Fleet().hears(
    report('pc-1', { person, installations: [app('18.12.416')] }),
    report('pc-2', { site: 'A, B', installations: [] }),
  )
  const lines = exposureCsv(exposureOf(fleet.state, CORRECTED, 0), 'de').split('\r\n')
  assert.equal(lines.length, 4)
  assert.match(lines[0] ?? '', /^Zustand,Gerät,/)
  assert.match(
    lines[1] ?? '',
    /^betroffen,pc-1,,"'=HYPERLINK\(""http:\/\/evil""\)",,windows,3CX Desktop App,18\.12\.416,1970-/,
  )
  assert.match(lines[2] ?? '', /^unbekannt,pc-2,,,"A, B",windows,,,,1970-.*,no-programs-known$/)
  for (const [text, plain] of [
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a', "'@a"],
    ['\ta', "'\ta"],
    ['a=1', 'a=1'],
  ] as const)
    assert.equal(cell(text), plain)
  assert.match(exposureCsv(exposureOf(fleet.state, CORRECTED, 0), 'en'), /^State,Device,.*\r\naffected,/)
})

test('FLT-E6 the state of a device is the strictest of its installations', () => {
  const investigated = new Fleet().hears(report('pc-1', { installations: [app('18.12.422')] }))
  assert.equal(stateOf(investigated), 'clean')
  investigated.hears(report('pc-1', { installations: [{ product: APP, path: 'D:\\x' }] }))
  assert.equal(stateOf(investigated), 'unknown')
  investigated.hears(report('pc-1', { installations: [app('18.12.407', { path: 'E:\\x' })] }))
  assert.equal(stateOf(investigated), 'affected')
})
