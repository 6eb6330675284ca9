// Reports of collectors, changed at random, and settings of scripts. Whatever comes in, the answer is a
// value; a report that is read says what a second, simpler reader finds in its lines; nothing is lost, and
// "everything" is said only where nothing was left out. Settings are text in a script, whatever they are.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  type CollectorReport,
  PATH_CHARS_MAX,
  PLACES,
  readReport,
  renderScript,
  scriptFile,
} from '@rufwerk/collectors'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../../mutate.ts'
import { assertUntouched, type Target } from '../../target.ts'

const TENANT = 'muster'
const SEEN_AT = 1_800_000_000_000
const SUM = '0a'.repeat(32)

const HEAD = { type: 'report', format: 1, script: 'collect.sh', tenant: TENANT, list: 'l', takenAt: 1 }
const PLACES_READ = PLACES.linux.map((id) => ({ type: 'place', id, path: '/opt', state: 'read' }))
const APP = { type: 'installation', number: 1, path: '/opt/App', vendor: '3CX', product: '3CX Desktop App' }
const BODIES: readonly (readonly object[])[] = [
  [{ ...HEAD, platform: 'linux', hostname: 'a', serial: 'S1' }, ...PLACES_READ],
  [
    { ...HEAD, platform: 'linux', hostname: 'b', platformVersion: '12' },
    { type: 'file', of: 1, path: '/opt/App/ffmpeg.dll', bytes: 3, sha256: SUM },
    { type: 'file', of: 0, path: '/usr/lib/ffmpeg.dll', bytes: 3, sha256: SUM },
    { ...APP, version: '18.12.416' },
    ...PLACES_READ,
    { type: 'sought', product: '3CX Desktop App' },
    { type: 'sought', file: 'ffmpeg.dll' },
  ],
  [
    { ...HEAD, platform: 'linux', hostname: 'c' },
    ...PLACES_READ,
    { type: 'unread', path: '/usr/a', why: 'link' },
    { type: 'file', of: 0, path: '/usr/b', problem: 'limit' },
  ],
  [
    { ...HEAD, script: 'remove.sh', platform: 'linux', hostname: 'd' },
    { type: 'removal', app: '3CX Desktop App', really: true },
    { type: 'step', what: 'stop', outcome: 'done', path: '/opt/App/app', pid: 4 },
  ],
]

function written(body: readonly object[], unread: number): string {
  const lines = [...body, { type: 'end', lines: body.length, unread }]
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
}

const REPORTS = BODIES.map((body, index) => written(body, index === 2 ? 1 : 0))

const WORDS = [
  ...['"type":"end"', '"type":"report"', '"type":"file"', '"of":1', '"of":2', '"number":2', '"state":"read"'],
  ...['"state":"part"', '"problem":"limit"', '"sha256":""', '"unread":0', '"lines":9', '"__proto__":{}'],
  ...[
    '\\ud800',
    '\\u0000',
    '\\u001b[31m',
    '\n',
    '\r\n',
    '{}\n',
    '\ufeff',
    'null',
    '1e3',
    '-1',
    '[]',
    "'",
    '|',
  ],
] as const

type Fields = Readonly<Record<string, unknown>>

/** The lines of a report that was read: each of them is an object. */
function linesOf(text: string): Fields[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line, index, all) => index < all.length - 1 || line.trim() !== '')
    .map((line) => JSON.parse(line) as Fields)
}

function checkReport(text: string, report: CollectorReport): string {
  const lines = linesOf(text)
  const of = (type: string) => lines.filter((line) => line.type === type)
  const unread = [...of('unread'), ...of('file').filter((file) => Object.hasOwn(file, 'problem'))]
  const seen = of('place').every(({ state }) => state === 'read' || state === 'absent')
  const told = PLACES[report.platform].every((id) => of('place').some((place) => place.id === id))
  const mayBeAll = seen && told && unread.length === 0 && lines.at(-1)?.unread === 0
  if (report.coverage === 'everything')
    assert(mayBeAll && of('removal').length === 0, 'something was left out')
  assert.equal(report.unread.length, unread.length, 'what was not read was lost')
  const sums = of('file').length - unread.length + of('unread').length
  const files = report.installations.flatMap((found) => found.files)
  assert.equal(files.length, sums, 'files were lost')
  const products = report.installations.filter(({ product }) => product !== undefined)
  assert.equal(products.length, of('installation').length, 'installations were lost')
  assert.equal(report.removal?.steps.length ?? 0, of('step').length, 'steps were lost')
  assert.deepEqual([report.tenant, report.seenAt, report.source], [TENANT, SEEN_AT, 'collector'])
  const sought = new Set(
    of('sought').flatMap(({ file, product }) =>
      file === undefined ? [String(product).toWellFormed().trim()] : [],
    ),
  )
  assert.deepEqual(new Set(report.lookedFor), sought, 'what was looked for was lost')
  for (const { path, version } of report.installations) {
    assert(path.isWellFormed() && path.length <= PATH_CHARS_MAX, 'a path cannot be stored')
    assert(version !== '', 'an empty version')
  }
  for (const { sha256 } of files) assert.match(sha256, /^[0-9a-f]{64}$/)
  return `${report.coverage} ${products.length} ${files.length} ${unread.length} ${of('step').length}`
}

const TEMPLATE = readFileSync(scriptFile('collect.sh'), 'utf8')
const unsigned = () => new Uint8Array(64)

/** The settings of a script, read as a shell reads them: quoted texts, and what is outside of them. */
function checkSettings(text: string, render: typeof renderScript): string {
  const settings = {
    server: 'https://a.example/',
    tenant: text,
    expiresAt: 4e12,
    apps: [],
    fileNames: [text],
  }
  const made = render({ name: 'collect.sh', template: TEMPLATE }, settings, unsigned)
  if (!made.ok) return made.error.place
  const [, block = ''] =
    /^# --- settings: .*\n([\s\S]*?)\n# --- end of settings ---$/m.exec(made.value.text) ?? []
  const outside = block.replace(/'[^']*'|\\'/g, '"')
  assert.match(outside, /^(?:[A-Z]+="+\n?)+$/, 'a setting left its quotation marks')
  return `rendered ${made.value.leftOut.length}`
}

/** One value becomes another one of the same report: most of such inputs are read. */
function changeValue(random: SeededRandom): string {
  const text = pick(REPORTS, random)
  const values = [...text.matchAll(/(?<=:)(?:"[^"\n]*"|\d+|true)/g)]
  const [from, to] = [pick(values, random), pick(values, random)]
  return text.slice(0, from.index) + to[0] + text.slice(from.index + from[0].length)
}

/** Both may have a fault. */
export function collectorsTarget(
  read: typeof readReport = readReport,
  render: typeof renderScript = renderScript,
): Target {
  return {
    name: 'collectors',
    seeds: REPORTS.map((text) => Buffer.from(text)),
    words: WORDS,
    bytesMax: 20_000,
    generate: (random) => Buffer.from(changeValue(random)),
    work: (input) => void read(Buffer.from(input).toString('utf8'), SEEN_AT, TENANT),
    check(input) {
      const text = Buffer.from(input).toString('utf8')
      const settings = checkSettings((text.slice(0, 200).split('\n')[0] ?? '').replaceAll('"', "'"), render)
      const report = read(text, SEEN_AT, TENANT)
      assertUntouched()
      if (report.ok) return `${checkReport(text, report.value)} ${settings}`
      const { place, de, en } = report.error
      assert(de !== '' && en !== '' && de !== en, 'a sentence is missing')
      const number = Number(/^line (\d+)/.exec(place)?.[1] ?? 1)
      assert(number >= 1 && number <= text.split('\n').length, 'there is no such line')
      return `${en} ${place.replace(/\d+/, '')} ${settings}`
    },
  }
}
