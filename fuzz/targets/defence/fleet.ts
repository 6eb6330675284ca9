// Lists and exports of devices, changed at random: each row is read, told or counted, the inventory takes
// what was read, and what goes out as CSV is as many rows again, none of them a formula.
import assert from 'node:assert/strict'
import { indexAdvisories } from '@rufwerk/advisories/match'
import { type DeviceReport, emptyInventory, step } from '@rufwerk/fleet'
import { cell, exposureCsv, exposureOf } from '@rufwerk/fleet/exposure'
import { importOsquery, importTable } from '@rufwerk/fleet/imports'
import { assertUntouched, type Target } from '../../target.ts'

const SETTINGS = { tenant: 'muster', seenAt: 1_000, hostname: 'pc-0' }
const INDEX = indexAdvisories([])
const TABLE = 'Gerät;Seriennummer;Benutzer;Betriebssystem;IP;Programm;Version;SHA256\r\n'
const SEEDS = [
  `${TABLE}PC-1;S1;"Müller, Anna";Windows 11;10.0.0.1;3CX Desktop App;18.12.416;aa\r\nPC-2;;=1+1;;;;;\r\n`,
  'ApplicationKey,ApplicationName,ApplicationVersion,DeviceId,DeviceName,Platform\nk,3CX,1,id,PC-1,Windows\n',
  '{"name":"p","hostIdentifier":"pc-1","snapshot":[{"name":"A","version":"1.0"}],"action":"snapshot"}\n',
  '[{"hostname":"h","computer_name":"h","hardware_serial":"s"},{"name":"A.app","bundle_short_version":"1"}]',
]
const WORDS = [
  ...['"', '""', ';', ',', '\t', '\r\n', '\n', '\uFEFF', '=1+1', '+49', '@SUM(A1)', '-2', '<b>', '__proto__'],
  ...[
    'To be filled by O.E.M.',
    'localhost',
    '00:00:00:00:00:00',
    '"columns":{}',
    '"snapshot":[]',
    '[]',
    '{}',
  ],
  ...['"action":"removed"', '\u0000', '18.12.416-rc1 (Windows; x64)', '"hostIdentifier":"x"', 'Device Count'],
]

/** `neutral` may have a fault. */
export function fleetTarget(neutral: typeof cell = cell): Target {
  const read = (input: Uint8Array) => {
    const text = Buffer.from(input).toString('utf8')
    const isJson = /^\s*[[{]/.test(text)
    return { text, imported: isJson ? importOsquery(text, SETTINGS) : importTable(text, SETTINGS) }
  }
  return {
    name: 'fleet',
    seeds: SEEDS.map((text) => Buffer.from(text)),
    words: WORDS,
    bytesMax: 8_000,
    work: (input) => void read(input),
    check(input) {
      const { text, imported } = read(input)
      const { reports, unread, remarks } = imported
      assertUntouched()
      for (const report of reports) assertNamed(report)
      const { state, out } = step(emptyInventory('muster'), reports)
      const refused = out.filter(({ type }) => type === 'refused').length
      assert.ok(state.devices.size + refused <= reports.length, 'more devices than reports')
      const exposure = exposureOf(state, INDEX, 0)
      const { affected, unknown, underInvestigation, clean } = exposure.all
      assert.equal(affected + unknown + underInvestigation + clean, state.devices.size)
      for (const { person = '', names } of exposure.devices)
        for (const said of [person, ...Object.values(names)])
          assert.doesNotMatch(neutral(said), /^"?[=+\-@\t\r]/, 'a cell begins a formula')
      assert.ok(exposureCsv(exposure, 'de').length > 0)
      const first = remarks[0]?.problem ?? ''
      return `${text.startsWith('[') || text.startsWith('{')} ${reports.length > 0} ${unread > 0} ${first}`
    },
  }
}

function assertNamed({ device, installations }: DeviceReport): void {
  assert.ok(
    Object.values(device).some((name) => name !== ''),
    'a report names no device',
  )
  for (const found of installations)
    for (const value of [found.product, found.version, found.vendor, found.path])
      assert.ok(value === undefined || typeof value === 'string')
}
