// `rufwerk exposure`: 150 devices from lists and reports of collectors, by the first and the corrected list.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const PROJECT = join(import.meta.dirname, '../..')
const FIXTURES = join(PROJECT, 'packages/domain/advisories/test/fixtures')
const [FIRST, CORRECTED] = ['revision-first.json', 'revision-corrected.json'].map((name) =>
  join(FIXTURES, name),
)
const root = mkdtempSync(join(tmpdir(), 'rufwerk-exposure-'))
after(() => rmSync(root, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(root, name), text)
  return join(root, name)
}

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(...args: readonly (string | undefined)[]): Promise<Run> {
  const said = args.map((arg) => arg ?? assert.fail())
  const command = [join(PROJECT, 'tools/run.mjs'), 'tools/rufwerk.ts', 'exposure', ...said]
  return new Promise((resolve) => {
    const env = { ...process.env, INIT_CWD: root, LC_ALL: 'C' }
    execFile(process.execPath, command, { cwd: PROJECT, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

/** 3 affected on Windows, 2 on macOS of which the first list lacks one, 3 nobody knows, the rest not. */
const rows = Array.from({ length: 150 }, (_, number) => {
  const [system, version] =
    number < 3
      ? ['Windows', '18.12.416']
      : number === 3
        ? ['macOS', '18.12.407']
        : number === 4
          ? ['macOS', '18.12.402']
          : ['Windows', '18.12.422']
  const app = number >= 5 && number < 8 ? ';' : `3CX Desktop App;${version}`
  return `pc-${number};anna ${number};${number % 2 ? 'Köln' : 'Berlin'};${system};${app}`
})
const LIST = file(
  'list.csv',
  `Gerät;Benutzer;Standort;Betriebssystem;Programm;Version\r\n${rows.join('\r\n')}\r\n`,
)

test('150 devices of a list: exactly the affected and the unknown by name, the others counted', async () => {
  const { code, stdout, stderr } = await run(LIST, '--advisory', CORRECTED, '--language', 'de')
  const lines = stdout.trimEnd().split('\n')
  assert.equal(stderr, '')
  assert.equal(code, 1)
  assert.equal(lines.length, 10)
  assert.match(
    lines[0] ?? '',
    /^betroffen: pc-0, anna 0, Berlin, windows · 3CX Desktop App 18\.12\.416 · seit \d{4}-/,
  )
  assert.match(lines[0] ?? '', /\(https:\/\/\S+\)$/)
  assert.deepEqual(
    lines.slice(0, 5).map((line) => line.split(/[:,]/)[1]?.trim()),
    ['pc-0', 'pc-1', 'pc-2', 'pc-3', 'pc-4'],
  )
  assert.match(lines[5] ?? '', /^unbekannt: pc-5, .* · Niemand hat gesagt, welche Programme dort sind\.$/)
  assert.equal(lines[8], '150 Geräte: 5 betroffen, 3 unbekannt, 142 nicht betroffen')
  assert.match(lines[9] ?? '', /kein Beweis/)
})

test('the corrected list changes exactly one device; the same list changes nothing, its twin', async () => {
  const { stdout } = await run(LIST, '--advisory', CORRECTED, '--before', FIRST)
  assert.match(
    stdout,
    /\nCompared with the advisory before:\n {2}hostname pc-4: not affected → affected\n150 devices/,
  )
  const same = await run(LIST, '--advisory', FIRST, '--before', FIRST)
  assert.match(same.stdout, /Nothing changes compared with the advisory before\.\n150 devices: 4 affected/)
})

test('reports of collectors: where nothing was found, it counts what was looked for', async () => {
  const head = {
    type: 'report',
    format: 1,
    script: 'collect.ps1',
    tenant: 'muster',
    list: 'l1',
    takenAt: 1_790_000_000,
  }
  const places = [
    'program-files',
    'program-files-x86',
    'user-programs',
    'uninstall-machine',
    'uninstall-users',
  ]
  const reportOn = (...products: string[]): string => {
    const lines = [
      { ...head, platform: 'windows', platformVersion: '10.0', hostname: 'pc-1', serial: 'S1' },
      ...products.map((product) => ({ type: 'sought', product })),
      ...places.map((id) => ({ type: 'place', id, path: '/', state: 'read' })),
    ]
    const all = [...lines, { type: 'end', lines: lines.length, unread: 0 }]
    return file(`${products.length}.jsonl`, all.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  const other = await run(reportOn(), '--advisory', CORRECTED)
  assert.match(other.stdout, /^1 device: 0 affected, 1 unknown, 0 not affected$/m)
  const { code, stdout } = await run(reportOn('3CX Desktop App'), '--advisory', CORRECTED)
  assert.match(stdout, /^1 device: 0 affected, 0 unknown, 1 not affected$/m)
  assert.equal(code, 0)
})

test('as CSV to a new private file, and as JSON', async () => {
  const csv = join(root, 'out.csv')
  const { stdout } = await run(LIST, '--advisory', CORRECTED, '--csv', csv, '--json')
  const told = JSON.parse(stdout) as {
    all: object
    bySite: Record<string, { affected: number }>
    devices: unknown[]
  }
  assert.deepEqual(told.all, { affected: 5, unknown: 3, underInvestigation: 0, clean: 142 })
  assert.deepEqual(
    [told.bySite.Berlin?.affected, told.bySite.Köln?.affected, told.devices.length],
    [3, 2, 150],
  )
  assert.equal(readFileSync(csv, 'utf8').split('\r\n').length, 152)
  assert.equal((await run(LIST, '--advisory', CORRECTED, '--csv', csv)).code, 2, 'never over another file')
})

test('what cannot be read is told with its place and counted, and steers no terminal', async () => {
  const broken = file(
    'broken.csv',
    'host,app,version,os\n"pc-1,X\npc-2,3CX Desktop App,18.12.416,Windows\npc-3\u001b[31m,3CX Desktop App,18.12.416,Windows\n',
  )
  const { code, stdout, stderr } = await run(broken, '--advisory', CORRECTED)
  assert.equal(code, 1)
  assert.match(stderr, /^broken\.csv:2: A quotation mark in this line is not closed\./)
  assert.match(stdout, /affected: pc-2, windows/)
  assert.match(stdout, /affected: pc-3\?\[31m/)
  assert.match(stdout, /Lines that were not read: 1\n/)
  const no = await run(LIST, '--advisory', file('no.json', '{"document":{}}'))
  assert.equal(no.code, 2)
  assert.match(no.stderr, /^no\.json\n(schema|size|json|6\.1)/)
  for (const [args, about] of [
    [['--advisory', CORRECTED], /FILE/],
    [[LIST], /--advisory/],
    [[LIST, '--advisory'], /--advisory/],
    [[LIST, '--advisory', CORRECTED, '--all'], /--all/],
    [[join(root, 'absent.csv'), '--advisory', CORRECTED], /absent\.csv/],
  ] as const) {
    const wrong = await run(...args)
    assert.equal(wrong.code, 2, String(args))
    assert.match(wrong.stderr, about)
  }
})
