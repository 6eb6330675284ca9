import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DeviceReport, emptyInventory, ranBetween, step } from '../src/index.ts'
import { DEVICES_MAX, INSTALLATIONS_MAX, TEXT_CHARS_MAX } from '../src/limits.ts'
import { APP, app, Fleet, report, TENANT } from './fleet.ts'

test('FLT-1 reports are of the same device by serial number, hardware address, instance, host name', () => {
  const rows: readonly [DeviceReport['device'], DeviceReport['device'], devices: number][] = [
    [{ hostname: 'pc-1' }, { hostname: 'PC-1' }, 1],
    [{ serial: 'ABC1', hostname: 'pc-1' }, { serial: 'abc1', hostname: 'pc-9' }, 1],
    [{ hostname: 'pc-1' }, { serial: 'ABC1', hostname: 'pc-1' }, 1],
    [{ mac: '00:15:65:aa:bb:20' }, { mac: '001565-AABB20' }, 1],
    [{ instance: 'urn:uuid:1' }, { instance: 'urn:uuid:1', account: '101' }, 1],
    [{ account: '101' }, { account: '101' }, 1],
    [{ account: '101' }, { hostname: 'pc-1', account: '101' }, 1],
    [{ account: '101' }, { hostname: 'pc-1', account: '102' }, 2],
    [{ hostname: 'pc-1', account: '101' }, { account: '101' }, 1],
    [{ serial: 'ABC1', hostname: 'pc-1' }, { serial: 'ABC2', hostname: 'pc-1' }, 2],
    [{ instance: 'a', account: '101' }, { instance: 'b', account: '101' }, 2],
    [{ hostname: 'pc-1' }, { hostname: 'pc-2' }, 2],
  ]
  for (const [first, second, devices] of rows) {
    const fleet = new Fleet().hears(report('', { device: first }), report('', { device: second }))
    assert.equal(fleet.devices.length, devices, JSON.stringify([first, second]))
  }
})

test('FLT-1 of two computers with one account, the first takes over what registered with it', () => {
  const fleet = new Fleet().hears(
    report('', {
      device: { account: '101' },
      source: 'registration',
      seenAt: 1,
      installations: [app('1.0')],
    }),
    report('', { device: { hostname: 'pc-1', account: '101' }, seenAt: 2 }),
    report('', { device: { hostname: 'pc-2', account: '101' }, seenAt: 3 }),
  )
  assert.deepEqual(
    fleet.devices.map(({ names, installations }) => [names.hostname, installations.size]),
    [
      ['pc-1', 1],
      ['pc-2', 0],
    ],
  )
  const look = {
    device: { hostname: 'pc-1' },
    source: 'collector',
    coverage: 'everything',
    seenAt: 4,
  } as const
  fleet.hears(report('', look))
  assert.equal(fleet.devices[0]?.installations.size, 0, 'and a look at it ends that')
})

test('FLT-1 what makers leave in the place of a number is no name', () => {
  const none = ['To be filled by O.E.M.', '0', 'None', '00000000', 'Default string', '']
  for (const serial of none) {
    const fleet = new Fleet().hears(
      report('', { device: { serial, hostname: 'pc-1' } }),
      report('', { device: { serial, hostname: 'pc-2' } }),
    )
    assert.equal(fleet.devices.length, 2, serial)
  }
  for (const device of [
    {},
    { serial: '0' },
    { hostname: 'localhost' },
    { mac: '01:00:5e:00:00:01' },
    { mac: 'x' },
  ])
    assert.deepEqual(new Fleet().hears(report('', { device })).told(), ['refused nameless'])
})

test('FLT-2 names of several devices in one report are told, and nothing is merged', () => {
  const fleet = new Fleet().hears(
    report('', { device: { serial: 'A1' }, installations: [app('1.0')] }),
    report('', { device: { mac: '001565aabb20' }, installations: [app('2.0')] }),
    report('', { device: { serial: 'A1', mac: '001565aabb20' } }),
  )
  assert.deepEqual(fleet.told(), ['appeared 1.0', 'appeared 2.0', 'names-differ'])
  assert.deepEqual(
    fleet.devices.map(({ installations }) => [...installations.values()].map(({ found }) => found.version)),
    [['1.0'], ['2.0']],
  )
})

test('FLT-3 two companies never share a device', () => {
  const fleet = new Fleet().hears(report('pc-1', { tenant: 'other', installations: [app('1.0')] }))
  assert.deepEqual([fleet.told(), fleet.devices], [['refused other-tenant'], []])
})

test('FLT-4 what changes goes to the history once: appeared, changed, gone', () => {
  const seen = (at: number, version?: string): DeviceReport =>
    report('pc-1', {
      ...{ seenAt: at, coverage: 'everything' },
      installations: version === undefined ? [] : [app(version, { path: 'C:\\a' })],
    })
  const fleet = new Fleet().hears(seen(1, '18.12.402'), seen(2, '18.12.402'), seen(3, '18.12.416'), seen(4))
  assert.deepEqual(fleet.told(), ['appeared 18.12.402', 'changed 18.12.416', 'gone'])
  const [device] = fleet.devices
  assert.deepEqual([device?.firstSeen, device?.lastSeen, device?.wholeAt], [1, 4, 4])
})

test('FLT-5 only a look at everything says that something is gone, the twin', () => {
  const there = report('pc-1', { seenAt: 1, installations: [app('1.0')] })
  assert.deepEqual(new Fleet().hears(there, report('pc-1', { seenAt: 2 })).told(), ['appeared 1.0'])
  const whole = report('pc-1', { seenAt: 2, coverage: 'everything' })
  assert.deepEqual(new Fleet().hears(there, whole).told(), ['appeared 1.0', 'gone'])
})

test('FLT-5 a look for one app says nothing of others, the twin', () => {
  const there = report('pc-1', { seenAt: 1, installations: [app('1.0')] })
  const look = (lookedFor: string[]) => report('pc-1', { seenAt: 2, coverage: 'everything', lookedFor })
  assert.deepEqual(new Fleet().hears(there, look(['Other'])).told(), ['appeared 1.0'])
  assert.deepEqual(new Fleet().hears(there, look(['3CXDesktopApp'])).told(), ['appeared 1.0', 'gone'])
})

test('FLT-5 what is only heard over the line is gone with its app on the disk, and not before', () => {
  const heard = report('pc-1', {
    ...{ seenAt: 1, source: 'registration', platform: 'windows' },
    installations: [{ userAgent: '3CXDesktopApp/18.12.416 (Windows; x64)' }],
  })
  const disk = (...installations: DeviceReport['installations']): DeviceReport =>
    report('pc-1', { seenAt: 2, coverage: 'everything', installations })
  assert.equal(new Fleet().hears(heard, disk(app('18.12.416'))).devices[0]?.installations.size, 2)
  assert.equal(new Fleet().hears(heard, disk()).devices[0]?.installations.size, 0)
  const again = { ...heard, seenAt: 3 }
  assert.equal(new Fleet().hears(heard, disk(), again).devices[0]?.installations.size, 1)
})

test('FLT-5 a file without a product is gone when a look for its name no longer shows it, the twin', () => {
  const loose = report('pc-1', { seenAt: 1, installations: [{ files: [{ name: 'Bad.dll' }], path: '/tmp' }] })
  const look = (...lookedForFiles: string[]) =>
    report('pc-1', { seenAt: 2, coverage: 'everything', lookedFor: ['Other'], lookedForFiles })
  assert.equal(new Fleet().hears(loose, look('bad.dll')).devices[0]?.installations.size, 0)
  assert.equal(new Fleet().hears(loose, look('other.dll')).devices[0]?.installations.size, 1)
})

test('FLT-6 an older report undoes nothing, and is history all the same', () => {
  const whole = report('pc-1', { seenAt: 10, coverage: 'everything' })
  const old = report('pc-1', { seenAt: 5, installations: [app('18.12.416')] })
  const fleet = new Fleet().hears(whole, old, { ...whole, seenAt: 9 })
  assert.deepEqual(fleet.told(), ['appeared 18.12.416', 'gone', 'refused older'])
  assert.equal(fleet.devices[0]?.installations.size, 0)
  const newer = new Fleet().hears(whole, { ...old, seenAt: 11 })
  assert.equal(newer.devices[0]?.installations.size, 1, 'the twin')
})

test('FLT-7 who ran what between two times', () => {
  const seen = (host: string, at: number, version: string): DeviceReport =>
    report(host, { seenAt: at, coverage: 'everything', installations: [app(version)] })
  const fleet = new Fleet().hears(
    ...[seen('pc-1', 10, '1.0'), seen('pc-1', 20, '2.0'), seen('pc-1', 30, '2.0'), seen('pc-2', 25, '1.0')],
  )
  const history = fleet.out.flatMap((one) => (one.type === 'change' ? [one.change] : []))
  const ran = (first: number, last: number, version?: string) =>
    ranBetween(history, fleet.state, [first, last], {
      product: APP,
      ...(version !== undefined && { version }),
    }).map(({ device, found, from, until }) => `${device} ${found.version} ${from}-${until}`)
  assert.deepEqual(ran(0, 9), [])
  assert.deepEqual(ran(10, 19), ['hostname pc-1 1.0 10-20'])
  assert.deepEqual(ran(21, 24), ['hostname pc-1 2.0 20-30'])
  assert.deepEqual(ran(0, 99, '1.0'), ['hostname pc-1 1.0 10-20', 'hostname pc-2 1.0 25-25'])
  assert.deepEqual(ranBetween(history, fleet.state, [0, 99], { product: 'Other' }), [])
})

test('FLT-8 person, site, addresses and system move with the newest report, and that is history', () => {
  const fleet = new Fleet().hears(
    report('pc-1', { seenAt: 1, person: 'anna', site: 'berlin', addresses: ['10.0.0.1'] }),
    report('pc-1', { seenAt: 3, person: 'bernd', addresses: ['10.0.0.2'] }),
    report('pc-1', { seenAt: 2, person: 'carla', platform: 'macos' }),
  )
  const [device] = fleet.devices
  assert.deepEqual(
    [device?.person, device?.site, device?.addresses],
    ['bernd', 'berlin', ['10.0.0.2', '10.0.0.1']],
  )
  const moved = fleet.out.flatMap((one) =>
    one.type === 'change' && one.change.type === 'moved' ? [`${one.change.what} ${one.change.to}`] : [],
  )
  assert.deepEqual(moved, [
    'person anna',
    'site berlin',
    'address 10.0.0.1',
    'person bernd',
    'address 10.0.0.2',
    'platform macos',
  ])
})

test('FLT-9 devices, installations and texts are limited, and what is left out is told', () => {
  const many = Array.from({ length: INSTALLATIONS_MAX + 7 }, (_, n) => app(`1.${n}`, { path: `/${n}` }))
  const fleet = new Fleet().hears(report('pc-1', { installations: many, person: 'x'.repeat(999) }))
  assert.equal(fleet.devices[0]?.installations.size, INSTALLATIONS_MAX)
  assert.ok(fleet.out.some((one) => one.type === 'cut' && one.installations === 7))
  assert.equal(fleet.devices[0]?.person?.length, TEXT_CHARS_MAX)
  assert.ok(fleet.devices[0]?.person?.endsWith('…'))
  const reports = Array.from({ length: DEVICES_MAX + 3 }, (_, n) => report(`pc-${n}`))
  const { state, out } = step(emptyInventory(TENANT), reports)
  assert.equal(state.devices.size, DEVICES_MAX)
  assert.equal(out.filter((one) => one.type === 'refused' && one.why === 'full').length, 3)
})

test('FLT-10 whatever is reported in whatever order, the history tells the inventory', () => {
  const text = fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '<script>',
    '=1+1',
    '18.12.416',
    '\u0000',
    '\ud800',
    'pc-1',
  )
  const anything = fc.record({
    seenAt: fc.integer({ min: 0, max: 20 }),
    source: fc.constantFrom('registration' as const, 'collector' as const, 'csv' as const),
    coverage: fc.constantFrom('everything' as const, 'part' as const),
    device: fc.record({ serial: text, hostname: text, account: text, mac: text }, { requiredKeys: [] }),
    installations: fc.array(
      fc.record({ product: text, version: text, path: text, userAgent: text }, { requiredKeys: [] }),
      { maxLength: 3 },
    ),
  })
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 12 }), (all) => {
      const fleet = new Fleet().hears(...all.map((one) => report('', one as Partial<DeviceReport>)))
      const known = new Map<string, number>()
      for (const one of fleet.out) {
        if (one.type !== 'change') continue
        const { change } = one
        const more = change.type === 'appeared' ? 1 : change.type === 'gone' ? -1 : 0
        known.set(change.device, (known.get(change.device) ?? 0) + more)
      }
      for (const { key, installations } of fleet.devices) assert.equal(installations.size, known.get(key))
      const together = step(
        emptyInventory(TENANT),
        all.map((one) => report('', one as Partial<DeviceReport>)),
      )
      assert.deepEqual([...together.state.devices], [...fleet.state.devices])
    }),
    { numRuns: 500 },
  )
})
