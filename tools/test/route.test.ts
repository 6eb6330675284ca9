// npm run route: flags, where the company comes from, and words for everything that routing looks at.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { countingRandomBytes } from '@rufwerk/accounts/testing'
import { PERFORMED_CODES } from '@rufwerk/calls'
import { SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { createDemo, openStore } from '@rufwerk/store'
import { readCommandLine } from '../command-line.ts'
import { ROUTE_COMMAND, readWish } from '../route/command.ts'
import { loadConfig } from '../route/company.ts'
import { kindWord, outcomeWord, stepWord } from '../route/words.ts'

const PROJECT = join(import.meta.dirname, '../..')
const ROUTING = join(PROJECT, 'packages/domain/routing/src')
const root = mkdtempSync(join(tmpdir(), 'rufwerk-route-'))
after(() => rmSync(root, { recursive: true }))

const PLAN = {
  ...EMPTY_DIAL_PLAN,
  sites: [{ site: 'berlin', country: 'de', areaCode: '30', emergencyTrunks: ['main'] }],
  trunks: [
    {
      ...{
        id: 'main',
        country: 'de',
        areaCode: '30',
        mainNumber: '+49302312510',
        numbers: [],
        format: 'plus',
      },
      ...{ showsFirstCaller: false, isForEmergency: true, otherwise: { to: 'flow', flow: 'office' } },
    },
  ],
  outbound: [
    { id: 'mobiles', classes: ['mobile'], trunks: [] },
    { id: 'all', trunks: ['main'] },
  ],
  people: [{ person: 'anna', site: 'berlin', forwarding: {} }],
  schedules: [
    {
      id: 'week',
      schedule: {
        timeZone: 'Europe/Berlin',
        opens: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' }],
        breaks: [],
        holidays: { region: 'de-be', parts: [], own: [{ name: 'Heiligabend', on: '12-24' }] },
        exceptions: [],
      },
    },
  ],
  flows: [
    {
      ...{ kind: 'hours', id: 'office', extension: '400', schedule: 'week' },
      ...{ open: { to: 'person', person: 'anna' }, closed: { to: 'announcement', prompt: 'closed' } },
    },
  ],
}
const company = join(root, 'company.json')
const people = [
  { id: 'anna', extension: '101', name: 'Anna' },
  { id: 'bernd', extension: '102', name: 'Bernd' },
]
writeFileSync(company, JSON.stringify({ country: 'de', people, plan: PLAN }))

const folders = { projectFolder: '/project', currentFolder: '/here' }
const read = (...args: string[]) =>
  readCommandLine(ROUTE_COMMAND, args, (values) => readWish(values, folders))

test('flags that make a call are read', () => {
  assert.deepEqual(
    read('--from', '101', '--to', '030', '--busy', '102,103', '--registered', 'none', '--demo'),
    {
      caller: { extension: '101' },
      to: '030',
      seed: 0,
      registered: [],
      busy: ['102', '103'],
      dataFolder: '/project/data-demo',
      isJson: false,
    },
  )
  const trunk = read('--trunk', 'main', '--to', '1', '--plan', 'a.json', '--data', 'x', '--registered', 'all')
  assert.deepEqual(trunk, {
    caller: { trunk: 'main' },
    to: '1',
    seed: 0,
    busy: [],
    dataFolder: '/here/x',
    planFile: '/here/a.json',
    isJson: false,
  })
})

for (const args of [
  ['--to', '1'],
  ['--from', '1'],
  ['--from', '1', '--trunk', 'a', '--to', '1'],
  ['--from', '1', '--caller', '2', '--to', '1'],
  ['--trunk', 'a', '--site', 'b', '--to', '1'],
  ['--from', '1', '--to', '1', '--language', 'fr'],
  ['--from', '1', '--to', '1', '--seed', '-1'],
  ['--from', '1', '--to', '1', '--when', 'now'],
])
  test(`${args.join(' ')} is a wrong command line`, () => {
    const ending = read(...args)
    assert.ok('exitCode' in ending && ending.exitCode === 2 && ending.text.startsWith('route: '))
  })

interface Ran {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(...args: string[]): Promise<Ran> {
  const all = [join(PROJECT, 'tools/route.ts'), '--plan', company, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, all, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

test('a call to the outside is told rule by rule, in German and in English', async () => {
  const call = ['--from', '101', '--to', '030 123456', '--at', '2026-12-24T10:00']
  const german = await run(...call, '--language', 'de')
  assert.deepEqual([german.code, german.stderr], [0, ''])
  assert.equal(
    german.stdout,
    `Donnerstag, 24. Dezember 2026 um 10:00 (Europe/Berlin)

Angesehen:
  1. Erlaubnis für die Art der Nummer: nicht nötig (Nummer +4930123456, Art national, Land DE)
  2. Ausgangsregel mobiles: gilt für eine andere Art von Nummer (Nummer +4930123456)
  3. Ausgangsregel all: passt (Nummer +4930123456)
  4. Grenzen von 101 Anna: nicht erreicht (Minuten übrig 480.0)
  5. Leitung main: wird genommen

So geht der Anruf:
  Anruf nach draußen: +4930123456 über main als +49302312510; 120 s
    besetzt → besetzt: SIP 486, Q.850 17
    niemand nimmt ab → niemand nahm ab: SIP 480, Q.850 19
    abgelehnt → abgelehnt: SIP 603, Q.850 21
    gescheitert → das Telefon antwortete mit einem Fehler: de-lines-busy (SIP 503, Q.850 41)
`,
  )
  const english = await run(...call, '--language', 'en')
  assert.match(english.stdout, /^Thursday,? 24 December 2026|^Thursday, December 24, 2026/)
  assert.match(english.stdout, / {2}2\. outbound rule mobiles: is for another kind of number \(number \+49/)
})

test('a call through a trunk meets the hours of that time', async () => {
  const call = ['--trunk', 'main', '--to', '+493023125555', '--language', 'de']
  const eve = await run(...call, '--at', '2026-12-24T10:00')
  assert.match(eve.stdout, /Zeiten week: Feiertag \(Name Heiligabend, bis 25\.12\.2026, 00:00\)/)
  assert.match(eve.stdout, /\n {2}Ansage: de-closed \(SIP 480/)
  const monday = await run(...call, '--at', '2026-12-28T10:00', '--json')
  assert.equal(JSON.parse(monday.stdout).node.do, 'ring')
})

test('--address: a call for help goes over the trunk of the place, whose network is named', async () => {
  const south = { ...PLAN.trunks[0], id: 'south', areaCode: '89', mainNumber: '+4989445566' }
  const munich = { site: 'munich', country: 'de', areaCode: '89', emergencyTrunks: ['south'] }
  const networks = ['10.89.0.0/16', '2001:db8:89::/48']
  const plan = { ...PLAN, trunks: [...PLAN.trunks, south], sites: [...PLAN.sites, { ...munich, networks }] }
  const file = join(root, 'sites.json')
  writeFileSync(file, JSON.stringify({ country: 'de', people, plan }))
  const help = async (to: string, ...more: string[]) => {
    const { stdout } = await run('--from', '101', '--to', to, '--plan', file, '--json', ...more)
    const { trunk, place, network } = JSON.parse(stdout).node.why.values
    return `${trunk} ${place} ${network}`
  }
  assert.equal(await help('112', '--address', '10.89.1.7'), 'south network 10.89.0.0/16')
  assert.equal(await help('112', '--address', '2001:db8:89::7'), 'south network 2001:db8:89::/48')
  assert.equal(await help('112', '--address', '10.90.1.7'), 'main elsewhere undefined')
  assert.equal(await help('112'), 'main undefined undefined', 'its twin, without an address')
  assert.equal(
    await help('030123456', '--address', '10.89.1.7'),
    'main undefined undefined',
    'an ordinary call',
  )
  const wrong = await run('--from', '101', '--to', '112', '--address', 'munich')
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /^route: --address takes an IP address such as 192\.0\.2\.7/)
})

test('the example of the documentation is right', async () => {
  const text = readFileSync(join(PROJECT, 'docs/dial-plan.md'), 'utf8')
  const example = join(root, 'example.json')
  writeFileSync(example, /```json\n([^`]*)```/.exec(text)?.[1] ?? '')
  const loaded = await loadConfig(root, example)
  assert.ok(loaded.ok, JSON.stringify(loaded))
  const eve = ['--trunk', 'main', '--to', '+49302312510', '--at', '2026-12-24T10:00', '--language', 'en']
  const { stdout } = await run(...eve, '--plan', example)
  assert.match(stdout, /hours week: holiday \(name Christmas Eve, until Dec 25, 2026/)
})

test('what cannot be is said in one line: 2 for the flags, 1 for the configuration', async () => {
  const nobody = await run('--from', '999', '--to', '1')
  assert.deepEqual([nobody.code, nobody.stdout], [2, ''])
  assert.equal(nobody.stderr, 'route: --from: nobody has the extension 999; there are 101, 102\n')
  const time = await run('--from', '101', '--to', '1', '--at', 'tomorrow')
  assert.deepEqual([time.code, /^route: --at takes a time/.test(time.stderr)], [2, true])
  const wrong = join(root, 'wrong.json')
  writeFileSync(wrong, JSON.stringify({ people, plan: { ...PLAN, flows: [] } }))
  const plan = await run('--from', '101', '--to', '1', '--plan', wrong)
  assert.equal(plan.code, 1)
  assert.match(plan.stderr, /trunks\[0\]\.otherwise points to flow:office, which does not exist\.\n$/)
})

test('the data folder is read as it is, with the newest dial plan', async () => {
  const dataDir = join(root, 'data')
  const none = await loadConfig(dataDir, undefined)
  assert.match(none.ok ? '' : (none.error[0] ?? ''), /there is no database/)
  const opened = await openStore({ dataDir, log: SILENT_LOG })
  assert.ok(opened.ok)
  const store = opened.value
  try {
    const now = wallTime(1_790_000_000_000)
    await createDemo(store, { now, seed: 1, randomBytes: countingRandomBytes(3) })
    const [roster] = await store.accounts.rosters()
    const tenant = roster?.tenant.id ?? ('' as TenantId)
    const by = roster?.people[0]?.id ?? assert.fail()
    const speedDial = [{ extension: '801', number: '030 123456' }]
    for (const [version, plan] of [
      [1, { ...EMPTY_DIAL_PLAN, speedDial }],
      [2, 'rubbish'],
    ] as const)
      await store.dialPlans.add({ tenant, version, at: now, by, plan: JSON.stringify(plan) }, 0)
    const config = await loadConfig(dataDir, undefined)
    assert.ok(config.ok)
    assert.deepEqual(config.value.dialPlan?.speedDial, speedDial)
    assert.equal(config.value.byExtension.get('101')?.kind, 'voice')
    const planFile = join(root, 'plan.json')
    writeFileSync(planFile, JSON.stringify(EMPTY_DIAL_PLAN))
    const tried = await loadConfig(dataDir, planFile)
    assert.deepEqual(tried.ok && tried.value.dialPlan?.speedDial, [])
  } finally {
    await store.close()
  }
})

test('every kind of rule that routing looks at has words, and every outcome that stands in its text', () => {
  const sources = readdirSync(ROUTING, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const text = sources.map((file) => readFileSync(join(ROUTING, file), 'utf8')).join('\n')
  const looks = [...text.matchAll(/\.look\(\s*[\w.]+,\s*[`']([a-z-]+)(?::[^`']*)?[`'],\s*([^)]*)/g)]
  const kinds = new Set(looks.map(([, kind = '']) => kind))
  assert.ok(kinds.size > 15, [...kinds].join(' '))
  const outcomes = looks.flatMap(([, , rest = '']) =>
    [...(rest.split(', {')[0] ?? '').matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word),
  )
  const misfits = [...text.matchAll(/return '([\w-]+)'/g)].map(([, word = '']) => word)
  // Each word stands in both languages; in German none is that of the rule itself.
  for (const kind of kinds) assert.notEqual(kindWord('de', kind, 'x'), `${kind} x`, kind)
  const told = [...outcomes, ...misfits.filter((word) => /^an?other-|^other-/.test(word))]
  for (const does of PERFORMED_CODES) assert.notEqual(outcomeWord('de', does), does, does)
  for (const outcome of new Set(told)) assert.notEqual(outcomeWord('de', outcome), outcome, outcome)
  for (const step of ['busy', 'noAnswer', 'declined', 'failed', 'silence', 'wrongKey'])
    assert.doesNotMatch(stepWord('de', step), /Taste \w/, step)
})
