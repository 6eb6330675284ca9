import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  FILES_MAX,
  LINE_CHARS_MAX,
  PATH_CHARS_MAX,
  PLACES,
  type Platform,
  REPORT_CHARS_MAX,
  REPORT_LINES_MAX,
  readReport,
  SENTENCES,
} from '../src/index.ts'

const SEEN_AT = 1_800_000_000_000
const SUM = 'ab'.repeat(32)

const HEAD = {
  ...{
    type: 'report',
    format: 1,
    script: 'collect.ps1',
    tenant: 'muster',
    list: 'l1',
    takenAt: 1_790_000_000,
  },
  ...{ platform: 'windows', platformVersion: '10.0.19045', hostname: 'PC-7', serial: 'XK-12' },
}
const APP = {
  ...{ type: 'installation', number: 1, path: 'C:\\Users\\a\\AppData\\Local\\Programs\\3CXDesktopApp' },
  ...{ vendor: '3CX', product: '3CX Desktop App', version: '18.12.416' },
}
const FILE = { type: 'file', of: 1, path: `${APP.path}\\app\\ffmpeg.dll`, bytes: 3, sha256: SUM }
const SOUGHT = { type: 'sought', product: '3CX Desktop App' }
const places = (platform: Platform = 'windows') =>
  PLACES[platform].map((id) => ({ type: 'place', id, path: '/', state: 'read' }))

/** Lines as a collector writes them, with the end that fits. */
function written(lines: readonly object[], unread = 0): string {
  const all = [...lines, { type: 'end', lines: lines.length, unread }]
  return `${all.map((line) => JSON.stringify(line)).join('\n')}\n`
}

const read = (text: string) => readReport(text, SEEN_AT, 'muster')

function good(text: string) {
  const report = read(text)
  assert(report.ok, JSON.stringify(report))
  return report.value
}

function refused(text: string): string {
  const report = read(text)
  assert(!report.ok, 'it was read')
  const { place, de, en } = report.error
  const problem = Object.entries(SENTENCES).find(([, sentence]) => sentence.de === de && sentence.en === en)
  return `${problem?.[0]} ${place}`.trim()
}

test('COL-R1: a report becomes the report on a device that all sources give', () => {
  const loose = { type: 'file', of: 0, path: '/Users/b\\odd/ffmpeg.dll', bytes: 3, sha256: SUM.toUpperCase() }
  assert.deepEqual(good(written([HEAD, SOUGHT, ...places(), FILE, APP, loose, SOUGHT])), {
    seenAt: SEEN_AT,
    source: 'collector',
    tenant: 'muster',
    device: { hostname: 'PC-7', serial: 'XK-12' },
    kind: 'computer',
    platform: 'windows',
    platformVersion: '10.0.19045',
    addresses: [],
    coverage: 'everything',
    lookedFor: ['3CX Desktop App'],
    installations: [
      {
        ...{ vendor: '3CX', product: '3CX Desktop App', platform: 'windows', version: '18.12.416' },
        ...{ path: APP.path, files: [{ name: 'ffmpeg.dll', sha256: SUM }] },
      },
      { platform: 'windows', path: loose.path, files: [{ name: 'ffmpeg.dll', sha256: SUM }] },
    ],
    script: 'collect.ps1',
    list: 'l1',
    takenAt: 1_790_000_000_000,
    lookedForFiles: [],
    unread: [],
    unreadMore: 0,
  })
})

test('COL-R1: a mark at the beginning and carriage returns, as Windows writes them, are read', () => {
  const text = `\ufeff${written([HEAD, ...places(), APP]).replaceAll('\n', '\r\n')}`
  assert.equal(good(text).installations.length, 1)
})

test('COL-R2: everything is said only when every place was read, and nothing was left out', () => {
  const coverage = (lines: readonly object[], unread = 0) => good(written([HEAD, ...lines], unread)).coverage
  assert.equal(coverage(places()), 'everything')
  assert.equal(
    coverage(places().map((place, index) => ({ ...place, state: index === 0 ? 'absent' : 'read' }))),
    'everything',
  )
  for (const [index] of places().entries()) {
    assert.equal(coverage(places().toSpliced(index, 1)), 'part', `without place ${index}`)
    for (const state of ['part', 'unreadable', 'link'])
      assert.equal(
        coverage(places().map((place, at) => (at === index ? { ...place, state } : place))),
        'part',
        state,
      )
  }
  assert.equal(coverage(places('macos')), 'part')
  assert.equal(coverage([...places(), { type: 'unread', path: '/x', why: 'limit' }], 1), 'part')
  assert.equal(coverage(places(), 3), 'part')
  assert.equal(good(written([HEAD, ...places()], 3)).unreadMore, 3)
})

test('COL-R13: a report says nothing about products that it did not look for', () => {
  const lookedFor = (lines: readonly object[]) => good(written([HEAD, ...lines])).lookedFor
  assert.deepEqual(lookedFor([]), [])
  assert.deepEqual(lookedFor([SOUGHT, { ...SOUGHT, product: 'Other' }]), ['3CX Desktop App', 'Other'])
  const file = { type: 'sought', file: 'D3DCompiler_47.dll' }
  const report = good(written([HEAD, SOUGHT, file, file]))
  assert.deepEqual([report.lookedFor, report.lookedForFiles], [['3CX Desktop App'], ['d3dcompiler_47.dll']])
})

test('COL-R3: a file without a checksum is unread, and no file of an installation', () => {
  const { sha256: _, ...bare } = FILE
  for (const problem of ['unreadable', 'limit', 'link']) {
    const report = good(written([HEAD, ...places(), { ...bare, problem }, APP]))
    assert.equal(report.coverage, 'part')
    assert.deepEqual(report.unread, [{ path: FILE.path, why: problem }])
    assert.deepEqual(report.installations[0]?.files, [])
  }
  // Also where the checksum is said all the same.
  assert.deepEqual(good(written([HEAD, { ...FILE, problem: 'limit' }, APP])).installations[0]?.files, [])
})

test('COL-R4: an installation without a version has none', () => {
  const { version: _, ...bare } = APP
  for (const app of [bare, { ...APP, version: '' }, { ...APP, version: ' ' }])
    assert.equal('version' in (good(written([HEAD, app])).installations[0] ?? {}), false)
  const reported = '18.12.416-rc1 <b>(Windows; x64)'
  assert.equal(good(written([HEAD, { ...APP, version: reported }])).installations[0]?.version, reported)
})

test('COL-R5: what makers leave in the place of a serial number is none', () => {
  const serialOf = (serial: string) => good(written([{ ...HEAD, serial }])).device.serial
  for (const serial of ['', ' ', 'None', 'To Be Filled By O.E.M.', 'Default string', '0', '00000000', 'xxxx'])
    assert.equal(serialOf(serial), undefined, serial)
  assert.equal(serialOf(' 0A12 '), '0A12')
})

test('COL-R6: a report of another company, of an unknown format or script is refused', () => {
  assert.equal(refused(written([{ ...HEAD, tenant: 'other' }])), 'tenant line 1, tenant')
  assert.equal(good(written([{ ...HEAD, tenant: '' }])).tenant, 'muster')
  assert.equal(refused(written([{ ...HEAD, format: 2 }])), 'format line 1, format')
  assert.equal(refused(written([{ ...HEAD, script: 'collect.bat' }])), 'value line 1, script')
  assert.equal(refused(written([{ ...HEAD, platform: 'toString' }])), 'value line 1, platform')
})

test('COL-R7: a report that is not complete is refused', () => {
  const lines = written([HEAD, ...places(), APP])
    .trimEnd()
    .split('\n')
  for (let length = 1; length < lines.length; length += 1)
    assert.match(refused(lines.slice(0, length).join('\n')), /^cut/, `${length} lines`)
  for (let without = 1; without < lines.length - 1; without += 1)
    assert.equal(refused(lines.toSpliced(without, 1).join('\n')), `cut line ${lines.length - 1}`)
  assert.equal(refused([...lines, ...lines].join('\n')), `cut line ${lines.length}`)
  assert.equal(refused(''), 'empty')
  assert.equal(refused(written([HEAD, { type: 'unread', path: '/', why: 'link' }], 0)), 'cut line 3')
})

test('COL-R8: what is not as the format says is refused with its place', () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ ...APP, number: 0 }, 'value line 2, number'],
    [{ ...APP, number: 1.5 }, 'value line 2, number'],
    [{ ...APP, path: 7 }, 'value line 2, path'],
    [{ ...APP, path: 'x'.repeat(PATH_CHARS_MAX + 1) }, 'value line 2, path'],
    [{ ...APP, product: ' ' }, 'value line 2, product'],
    [{ ...APP, version: null }, 'value line 2, version'],
    [{ ...APP, version: '1'.repeat(257) }, 'value line 2, version'],
    [{ ...FILE, sha256: SUM.slice(1) }, 'value line 2, sha256'],
    [{ ...FILE, sha256: undefined }, 'value line 2, sha256'],
    [{ ...FILE, problem: 'none' }, 'value line 2, problem'],
    [FILE, 'stranger line 2, of'],
    [{ type: 'sought', product: '' }, 'value line 2, product'],
    [{ type: 'sought', file: 7 }, 'value line 2, file'],
    [{ type: 'sought' }, 'value line 2, product'],
    [{ type: 'place', id: 'cellar', state: 'read' }, 'value line 2, id'],
    [{ type: 'place', id: 'opt', state: 'seen' }, 'value line 2, state'],
    [{ type: 'removal', app: 'x', really: true }, 'type line 2'],
    [{ type: 'step', what: 'delete', outcome: 'done' }, 'type line 2'],
    [{ type: 'constructor' }, 'type line 2'],
    [{ type: 7 }, 'type line 2'],
    [[], 'type line 2'],
    [HEAD, 'type line 2'],
  ]
  for (const [line, expected] of cases) assert.equal(refused(written([HEAD, line])), expected)
  assert.equal(refused(written([HEAD, APP, APP])), 'twice line 3, number')
  assert.equal(refused('{"type":"report"'), 'json line 1')
  assert.equal(refused('null'), 'type line 1')
  for (const [name] of Object.entries(HEAD).filter(
    ([key]) => key !== 'serial' && key !== 'platformVersion',
  )) {
    const { [name as keyof typeof HEAD]: _, ...rest } = HEAD
    assert.notEqual(refused(written([rest])), '', name)
  }
})

test('COL-R9: length, lines and nesting are limited', () => {
  assert.equal(refused('x'.repeat(REPORT_CHARS_MAX + 1)), 'size')
  assert.equal(refused('\n'.repeat(REPORT_LINES_MAX + 1)), `size line ${REPORT_LINES_MAX + 1}`)
  assert.equal(refused(`"${'x'.repeat(LINE_CHARS_MAX)}"`), 'size line 1')
  assert.equal(refused('['.repeat(LINE_CHARS_MAX)), 'json line 1')
  const many = Array.from({ length: FILES_MAX + 1 }, () => FILE)
  const report = good(written([HEAD, ...many, APP]))
  assert.deepEqual(
    report.installations.map(({ product, files }) => [product, files.length]),
    [
      [APP.product, FILES_MAX],
      [APP.product, 1],
    ],
  )
})

test('COL-R10: names that are not known are not taken over, whatever they are', () => {
  const text = written([HEAD, ...places(), APP])
  const odd = text.replace('"vendor"', '"__proto__":{"sha256":"x"},"constructor":1,"isAdmin":true,"vendor"')
  assert.notEqual(odd, text)
  assert.deepEqual(good(odd), good(text))
  assert.deepEqual(Object.keys(Object.prototype), [])
  // A field that only the prototype has is none.
  assert.equal(refused(written([HEAD, { type: 'place', id: 'opt' }])), 'value line 2, state')
})

test('COL-R11: names that are no UTF-8 can be stored', () => {
  const text = written([HEAD, { ...APP, path: '/a\udcff\ud800b\ud83e\udd8a' }])
  const path = good(text).installations[0]?.path ?? ''
  assert(path.isWellFormed())
  assert.equal(path, '/a\ufffd\ufffdb🦊')
})

const REMOVED = { ...HEAD, script: 'remove.ps1' }
const REMOVAL = { type: 'removal', app: '3CX Desktop App', really: true }
const STEPS = [
  { type: 'step', what: 'stop', outcome: 'done', pid: 77, path: `${APP.path}\\3CXDesktopApp.exe` },
  {
    type: 'step',
    what: 'uninstall',
    outcome: 'failed',
    command: 'msiexec /x {…} /qn',
    detail: 'exit code 1603',
  },
  { type: 'step', what: 'delete', outcome: 'done', path: APP.path },
]

test('COL-R12: a removal says what it did, and never that something is not there', () => {
  const report = good(written([REMOVED, ...places(), REMOVAL, ...STEPS]))
  assert.deepEqual(report.removal, {
    app: '3CX Desktop App',
    isReal: true,
    steps: STEPS.map(({ type: _, ...step }) => step),
  })
  assert.deepEqual([report.coverage, report.installations], ['part', []])
  assert.equal(good(written([HEAD, ...places()])).coverage, 'everything')
  assert.equal(good(written([REMOVED, { ...REMOVAL, really: false }])).removal?.isReal, false)
  assert.equal(refused(written([REMOVED, ...STEPS])), 'type line 2')
  assert.equal(refused(written([REMOVED, REMOVAL, REMOVAL])), 'type line 3')
  assert.equal(refused(written([REMOVED])), 'type')
  assert.equal(refused(written([REMOVED, { ...REMOVAL, really: 'yes' }])), 'value line 2, really')
  assert.equal(refused(written([REMOVED, REMOVAL, { ...STEPS[0], pid: 0 }])), 'value line 3, pid')
})
