import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exposureOf } from '../src/exposure/index.ts'
import { type Imported, importOsquery, importTable, PROBLEMS } from '../src/imports/index.ts'
import { emptyInventory, step } from '../src/index.ts'
import { CELL_CHARS_MAX, IMPORT_CHARS_MAX, REMARKS_MAX } from '../src/limits.ts'
import { DAY, listOf, TENANT } from './fleet.ts'

const SETTINGS = { tenant: TENANT, seenAt: DAY }
const table = (text: string): Imported => importTable(text, SETTINGS)
const osquery = (rows: unknown, hostname?: string): Imported =>
  importOsquery(typeof rows === 'string' ? rows : JSON.stringify(rows), {
    ...SETTINGS,
    ...(hostname && { hostname }),
  })
const told = ({ remarks }: Imported): string[] =>
  remarks.map(({ line, problem, what = '' }) => `${line} ${problem} ${what}`.trim())

test('FLT-I1 lists in German and English, with comma, semicolon or tab, quotes and a byte order mark', () => {
  const expected = {
    ...{ seenAt: DAY, source: 'csv', tenant: TENANT, kind: 'computer', coverage: 'part' },
    ...{
      device: { hostname: 'PC-1' },
      person: 'Müller, Anna',
      site: 'Köln',
      platform: 'windows',
      addresses: ['10.0.0.1'],
    },
    installations: [{ product: '3CX Desktop App', version: '18.12.416', platform: 'windows' }],
  }
  const texts = [
    'hostname,user,site,os,ip,product,version\nPC-1,"Müller, Anna",Köln,Windows 11,10.0.0.1,3CX Desktop App,18.12.416\n',
    '\uFEFFGerät;Benutzer;Standort;Betriebssystem;IP-Adresse;Programm;Version\r\nPC-1;Müller, Anna;Köln;Windows;10.0.0.1;3CX Desktop App;18.12.416\r\n',
    'Host Name\tPERSON\tLocation\tPlatform\tIP Address\tSoftware\tApp Version\n"PC-1"\t"Müller, Anna"\tKöln\tWindows NT 10.0\t10.0.0.1\t3CX Desktop App\t18.12.416',
  ]
  for (const text of texts) {
    const { reports, unread, remarks } = table(text)
    assert.deepEqual([reports, unread, remarks], [[expected], 0, []], text)
  }
})

test('FLT-I2 rows of one device are one report, wherever they stand; one without programs, too', () => {
  const { reports } = table('host,app,version,user\na,X,1,anna\nb,,,\na,Y,2,\n')
  assert.deepEqual(
    reports.map(({ device, person, installations }) => [
      device.hostname,
      person,
      installations.map(({ product }) => product),
    ]),
    [
      ['a', 'anna', ['X', 'Y']],
      ['b', undefined, []],
    ],
  )
})

test('FLT-I3 exports of Intune: per app, and per device; a list that adds up is refused', () => {
  const raw =
    'ApplicationKey,ApplicationName,ApplicationPublisher,ApplicationShortVersion,ApplicationVersion,' +
    'DeviceId,DeviceName,OSDescription,OSVersion,Platform,UserId,EmailAddress,UserName\n' +
    'k1,3CX Desktop App,3CX,,18.12.416,id-1,PC-1,Windows,10.0.22631,Windows,u1,anna@x.example,Anna\n' +
    'k2,Other,Someone,,1.0,id-1,PC-1,Windows,10.0.22631,Windows,u1,anna@x.example,Anna\n'
  const { reports, unread, remarks } = table(raw)
  assert.deepEqual([reports.length, unread, remarks], [1, 0, []])
  assert.deepEqual(reports[0]?.device, { instance: 'id-1', hostname: 'PC-1' })
  assert.deepEqual([reports[0]?.source, reports[0]?.platformVersion], ['intune', '10.0.22631'])
  assert.equal(reports[0]?.installations.length, 2)
  const devices = table(
    'Device ID,Device name,Serial number,Primary user UPN,OS,OS version,Wi-Fi MAC\nid-1,PC-1,S1,anna@x.example,Windows,10.0,001565AABB20\n',
  )
  assert.deepEqual(devices.reports[0]?.device, {
    serial: 'S1',
    instance: 'id-1',
    mac: '001565AABB20',
    hostname: 'PC-1',
  })
  const sum = table('ApplicationName,ApplicationPublisher,ApplicationVersion,Device Count\n3CX,3CX,1,5\n')
  assert.deepEqual([told(sum), sum.reports], [['1 no-devices'], []])
})

test('FLT-I4 osquery: rows, tables, snapshots and differences; what was removed is not there', () => {
  const system = { hostname: 'mac-1', computer_name: 'Mac', hardware_serial: 'C02X', uuid: 'U-1' }
  const programs = {
    name: '3CX.app',
    path: '/Applications/3CX.app',
    bundle_identifier: 'com.x',
    bundle_short_version: '18.12.402',
  }
  for (const text of [
    JSON.stringify([system, programs]),
    JSON.stringify({ system_info: [system], apps: [programs] }),
  ]) {
    const { reports, unread } = osquery(text)
    assert.deepEqual(
      [reports.length, unread, reports[0]?.device],
      [1, 0, { serial: 'C02X', instance: 'U-1', hostname: 'mac-1' }],
      text,
    )
    assert.deepEqual(reports[0]?.installations, [
      { product: '3CX', version: '18.12.402', platform: 'macos', path: '/Applications/3CX.app' },
    ])
  }
  const line = (more: object): string => JSON.stringify({ name: 'pack', hostIdentifier: 'pc-1', ...more })
  const program = (name: string) => ({ name, version: '1.0', publisher: 'P', install_location: 'C:\\P' })
  const log = osquery(
    [
      line({ snapshot: [program('A'), program('B')], action: 'snapshot' }),
      line({ columns: program('C'), action: 'added' }),
      line({ columns: program('D'), action: 'removed' }),
      line({
        columns: {
          name: 'Microsoft Windows 11 Pro',
          version: '10.0',
          major: '10',
          codename: 'x',
          platform: 'windows',
        },
      }),
    ].join('\n'),
  )
  assert.deepEqual([log.reports.length, log.unread], [1, 0])
  assert.deepEqual(
    log.reports[0]?.installations.map(({ product }) => product),
    ['A', 'B', 'C'],
  )
  assert.equal(log.reports[0]?.platform, 'windows')
  assert.equal(osquery([program('A')], 'pc-7').reports[0]?.device.hostname, 'pc-7')
  assert.deepEqual([osquery([program('A')]).reports, osquery([program('A')]).unread], [[], 1])
})

test('FLT-I5 what cannot be read is told with its line and counted; the rest is read', () => {
  const broken = table('host,app\na,X\n"b,Y\nc,Z\n,W\nd,"V" v\ne,U\n')
  assert.deepEqual(
    broken.reports.map(({ device }) => device.hostname),
    ['a', 'c', 'e'],
  )
  assert.deepEqual([told(broken), broken.unread], [['3 quote', '5 nameless', '6 quote'], 3])
  assert.deepEqual(told(table('host,Farbe\na,rot\n')), ['1 column-unknown Farbe'])
  assert.deepEqual(told(table('')), ['0 empty'])
  assert.deepEqual(told(table('Farbe\nrot\n')), ['1 no-header'])
  const long = table(`host,app\na,${'x'.repeat(CELL_CHARS_MAX + 1)}\nb,X\n`)
  assert.deepEqual([told(long), long.reports.length], [['2 long'], 1])
  assert.deepEqual(told(table(`host\n${'a'.repeat(IMPORT_CHARS_MAX)}`)), ['0 too-long'])
  const rows = Array.from({ length: REMARKS_MAX + 5 }, () => ',x').join('\n')
  const many = table(`host,app\n${rows}\n`)
  assert.deepEqual([many.remarks.length, many.remarksLeft, many.unread], [REMARKS_MAX, 5, REMARKS_MAX + 5])
  assert.deepEqual(told(osquery('{"a":')), ['1 json'])
  assert.deepEqual(told(osquery([{ color: 'red' }, 7, null], 'h')), [
    '0 row-unknown',
    '0 row-unknown',
    '0 row-unknown',
  ])
  const noLog = osquery('x\n'.repeat(1_000))
  assert.deepEqual([told(noLog).at(-1), noLog.unread, noLog.remarksLeft], ['100 json', 1_001, 101])
  for (const sentence of Object.values(PROBLEMS))
    assert.ok(sentence.de.endsWith('.') && sentence.en.endsWith('.'))
})

/** 150 devices: 6 affected, 3 of which nobody knows, the rest with neighbours. */
function company() {
  return Array.from({ length: 150 }, (_, number) => ({
    name: `pc-${number}`,
    version: number < 6 ? '18.12.416' : number < 9 ? undefined : `18.12.${420 + (number % 5)}`,
  }))
}

test('FLT-I6 150 devices by three ways: the same 6 affected, 3 unknown, none missed and none wrong', () => {
  const all = company()
  const rows = (row: (name: string, app: string, version: string) => string): string =>
    all.map(({ name, version = '' }) => row(name, version && '3CX Desktop App', version)).join('\n')
  const csv = `hostname,os,product,version
${rows((name, app, version) => `${name},Windows,${app},${version}`)}`
  const intune = `DeviceName,Platform,ApplicationName,ApplicationVersion,DeviceId
${rows((name, app, version) => `${name},Windows,${app},${version},id-${name}`)}`
  const log = all
    .map(({ name, version }) =>
      JSON.stringify({
        ...{ name: 'pack_programs', hostIdentifier: name, action: 'snapshot' },
        snapshot:
          version === undefined
            ? [{ hostname: name, computer_name: name, hardware_serial: `S-${name}` }]
            : [{ name: '3CX Desktop App', version, publisher: '3CX', install_location: 'C:\\3CX' }],
      }),
    )
    .join('\n')
  for (const { reports, unread, remarks } of [table(csv), table(intune), osquery(log)]) {
    assert.deepEqual([reports.length, unread, remarks], [150, 0, []])
    const { state } = step(emptyInventory(TENANT), reports)
    const { all: counts, devices } = exposureOf(state, listOf('corrected'), DAY)
    assert.deepEqual(counts, { affected: 6, unknown: 3, underInvestigation: 0, clean: 141 })
    const affected = devices
      .filter((device) => device.state === 'affected')
      .map(({ names }) => names.hostname)
    assert.deepEqual(affected, ['pc-0', 'pc-1', 'pc-2', 'pc-3', 'pc-4', 'pc-5'])
  }
})

test('FLT-I7 whatever stands in a file, nothing throws, and each row is read, told or counted', () => {
  const text = fc.array(
    fc.constantFrom(
      'a',
      'X',
      ',',
      ';',
      '"',
      '""',
      '\n',
      '\r\n',
      '\t',
      '=1',
      '__proto__',
      '\u0000',
      '\ud800',
      '1.0',
      ' ',
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(text, (parts) => {
      const { reports, unread } = table(`hostname,app,version\n${parts.join('')}`)
      const lines = parts
        .join('')
        .split(/\r?\n/)
        .filter((line) => line !== '')
      assert.ok(reports.length + unread <= lines.length)
      for (const { installations, device } of reports) {
        assert.ok(device.hostname)
        for (const found of installations) assert.equal(typeof (found.product ?? ''), 'string')
      }
      const { state } = step(emptyInventory(TENANT), reports)
      exposureOf(state, listOf('first'), 0)
    }),
    { numRuns: 300 },
  )
})
