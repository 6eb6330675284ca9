// Exports of indicators: what each format asks for, and what hostile values would make of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cellOf,
  checkIndicators,
  INDICATORS_MAX,
  type Indicator,
  type IndicatorKind,
  SIGMA_CATEGORIES,
  writeIndicatorCsv,
  writeSigma,
  writeStix,
} from '@rufwerk/evidence/indicators'

const NOW = Date.UTC(2026, 10, 23)
const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
const one = (kind: IndicatorKind, value: string, at = 1): Indicator => ({
  ...{ id: idOf(at), kind, value, source: 'CSAF', seenAt: NOW - 1 },
})
const IDS = Object.fromEntries(SIGMA_CATEGORIES.map((category, at) => [category, idOf(900 + at)])) as never
const SIGMA = { name: "Case F-1 'x'", ids: IDS, at: NOW }
const STIX = { id: idOf(800), at: NOW }

function written<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

test('EVI-8: each kind takes its own values only, nothing unprintable, each id once', () => {
  const good: readonly [IndicatorKind, string][] = [
    ['domain', 'evil.example'],
    ['domain', '_sip.xn--bcher-kva.example'],
    ['ipv4', '192.0.2.255'],
    ['ipv6', '2001:db8::1'],
    ['url', 'https://evil.example/a?b=c'],
    ['sha256', 'a'.repeat(64)],
    ['sha1', 'b'.repeat(40)],
    ['md5', 'c'.repeat(32)],
    ['file-name', "d3d'compiler_47.dll"],
  ]
  const bad: readonly [IndicatorKind, string][] = [
    ['domain', 'evil[.]example'],
    ['domain', 'evil'],
    ['domain', "evil.example' OR 'a"],
    ['domain', 'EVIL.example'],
    ['ipv4', '192.0.2.256'],
    ['ipv4', '192.0.2.1/24'],
    ['ipv4', '192.0.2.01'],
    ['ipv6', '2001:db8::1::2'],
    ['ipv6', 'fe80::1%eth0'],
    ['ipv6', '192.0.2.1'],
    ['url', 'javascript:alert(1)'],
    ['url', 'https://evil.example/\n- x'],
    ['sha256', 'a'.repeat(63)],
    ['sha1', 'B'.repeat(40)],
    ['md5', `${'c'.repeat(32)}\n`],
    ['file-name', 'a/b'],
    ['file-name', 'a\u202egnp.exe'],
    ['file-name', ''],
  ]
  const codeOf = (list: readonly Indicator[]) => {
    const checked = checkIndicators(list)
    return checked.ok ? 'good' : `${checked.error.code} ${checked.error.at}`
  }
  for (const [kind, value] of good) assert.equal(codeOf([one(kind, value)]), 'good', value)
  for (const [kind, value] of bad)
    assert.equal(codeOf([one('md5', 'c'.repeat(32), 2), one(kind, value)]), 'value 1', value)
  const [known] = [one('ipv4', '192.0.2.1')]
  assert.equal(codeOf([known, known]), 'id-twice 1')
  assert.equal(codeOf([{ ...known, id: '00000000-0000-1000-8000-000000000001' }]), 'id 0')
  assert.equal(codeOf([{ ...known, source: 'a\rb' }]), 'text 0')
  assert.equal(codeOf([{ ...known, seenAt: Number.NaN }]), 'time 0')
  assert.equal(codeOf(Array(INDICATORS_MAX + 1).fill(known)), `too-many ${INDICATORS_MAX}`)
})

test('EVI-9: STIX 2.1: required properties, ids, times in UTC, and quotes and backslashes escaped', () => {
  const bundle = JSON.parse(
    written(writeStix([one('domain', 'evil.example'), one('file-name', "a'b.dll", 2)], STIX)),
  )
  assert.deepEqual([bundle.type, bundle.id, bundle.objects.length], ['bundle', `bundle--${idOf(800)}`, 2])
  assert.deepEqual(bundle.objects[0], {
    ...{ type: 'indicator', spec_version: '2.1', id: `indicator--${idOf(1)}` },
    ...{ created: '2026-11-23T00:00:00.000Z', modified: '2026-11-23T00:00:00.000Z' },
    ...{ name: 'domain evil.example', description: 'CSAF', indicator_types: ['malicious-activity'] },
    ...{ pattern: "[domain-name:value = 'evil.example']", pattern_type: 'stix' },
    valid_from: '2026-11-22T23:59:59.999Z',
  })
  assert.equal(bundle.objects[1].pattern, "[file:name = 'a\\'b.dll']")
  const url = JSON.parse(written(writeStix([one('url', "https://evil.example/\\'")], STIX)))
  assert.equal(url.objects[0].pattern, "[url:value = 'https://evil.example/\\\\\\'']")
  const hashes = [
    one('sha256', 'a'.repeat(64)),
    one('sha1', 'b'.repeat(40), 2),
    one('md5', 'c'.repeat(32), 3),
  ]
  assert.deepEqual(
    JSON.parse(written(writeStix(hashes, STIX))).objects.map(({ pattern }: { pattern: string }) =>
      pattern.replace(/ = .*/, ''),
    ),
    ["[file:hashes.'SHA-256'", "[file:hashes.'SHA-1'", '[file:hashes.MD5'],
  )
  assert.equal('objects' in JSON.parse(written(writeStix([], STIX))), false)
  assert.equal(writeStix([], { ...STIX, id: 'x' }).ok, false)
})

test('EVI-10: Sigma: a document for each kind of log, wildcards and quotes escaped', () => {
  const text = written(
    writeSigma(
      [
        ...[one('domain', 'evil.example'), one('url', "https://evil.example/a*b?c='", 2)],
        ...[one('ipv4', '192.0.2.1', 3), one('file-name', "it's.dll", 4), one('md5', 'c'.repeat(32), 5)],
      ],
      SIGMA,
    ),
  )
  const documents = text.split('---\n')
  assert.deepEqual(
    documents.map((document) => /category: (\w+)/.exec(document)?.[1]),
    ['dns', 'proxy', 'firewall', 'file_event', 'process_creation'],
  )
  assert.match(documents[0] ?? '', /^title: 'Case F-1 ''x'': names looked up'\nid: 0{8}-0{4}-4/)
  assert.match(documents[0] ?? '', /query:\n {12}- 'evil\.example'\n {4}condition: 1 of selection_\*\n/)
  assert.match(documents[1] ?? '', /cs-host:\n {12}- 'evil\.example'/)
  assert.ok(documents[1]?.includes("- 'https://evil.example/a\\*b\\?c='''\n"))
  assert.match(documents[2] ?? '', /dst_ip:\n {12}- '192\.0\.2\.1'/)
  assert.ok(documents[3]?.includes("- '\\\\it''s.dll'\n            - '/it''s.dll'\n"))
  assert.ok(documents[4]?.includes(`Hashes|contains:\n            - 'MD5=${'C'.repeat(32)}'`))
  assert.equal(written(writeSigma([], SIGMA)), '')
  assert.equal(writeSigma([], { ...SIGMA, name: 'a\nstatus: stable' }).ok, false)
})

test('EVI-11: CSV: defanged, and no cell begins a formula', () => {
  const rows = written(
    writeIndicatorCsv([
      ...[one('domain', 'evil.example'), one('ipv6', '2001:db8::1', 2)],
      ...[one('url', 'https://evil.example/a.b', 3), one('file-name', '=cmd|calc.exe', 4)],
      { ...one('file-name', 'a",b.dll', 5), source: '@SUM(1)' },
    ]),
  ).split('\r\n')
  assert.deepEqual(
    rows.map((row) => row.split('","')[1]),
    [
      ...['value', 'evil[.]example', '2001[:]db8[:][:]1', 'hxxps://evil[.]example/a.b', "'=cmd|calc.exe"],
      ...['a"",b.dll', undefined],
    ],
  )
  assert.match(rows[5] ?? '', /,"'@SUM\(1\)"$/)
  for (const begins of ['=', '+', '-', '@', '\t', '\r', '\n'])
    assert.equal(cellOf(`${begins}1`), `"'${begins}1"`)
  assert.equal(cellOf('1=1'), '"1=1"')
})
