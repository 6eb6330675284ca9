// How many rows the tables for route() have, and what they cost: hundreds, for no more processor time than a
// few times what it takes to load them. Other programs on the machine change neither figure.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'

/** Rules in and out, numbers and carriers, flows, people, hours, holidays, fraud, emergency. */
const TABLES = [
  ...['route', 'inbound', 'outside', 'forwarders', 'flows', 'people', 'emergency', 'own'],
  ...['calendar/holidays', 'calendar/moment', 'numbers/number'],
]
const ROWS_MIN = 300
/** All rows, in times of loading them. */
const LOADS_MAX = 5
/** Says what a process has used, as its last word. */
const TELL = `process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  process._rawDebug('used ' + (user + system) / 1000)
})`

/** One process for all files, with the flags of this one; `only` names the rows that run. */
function run(only: string): { readonly rows: number; readonly usedMs: number } {
  const files = TABLES.map((name) => join(import.meta.dirname, `${name}.test.ts`))
  const tell = `data:text/javascript,${encodeURIComponent(TELL)}`
  const how = ['--test-isolation=none', '--test-reporter=tap', `--test-name-pattern=${only}`]
  const flags = [...process.execArgv.filter((flag) => !flag.startsWith('--test')), '--import', tell]
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const ran = spawnSync(process.execPath, [...flags, '--test', ...how, ...files], { env, encoding: 'utf8' })
  const told = `${ran.stdout.slice(-2_000)}${ran.stderr.slice(-2_000)}`
  assert.equal(ran.status, 0, told)
  const [, rows] = /^# pass (\d+)$/m.exec(ran.stdout) ?? assert.fail(told)
  const [, used] = /^used ([\d.]+)$/m.exec(ran.stderr) ?? assert.fail(told)
  return { rows: Number(rows), usedMs: Number(used) }
}

test('RT-TAB1 hundreds of rows for route() take little processor time', (t) => {
  const [none, all] = [run('^no row has this name$'), run('.')]
  const rowsMs = all.usedMs - none.usedMs
  const [ofRows, ofLoading] = [Math.round(rowsMs), Math.round(none.usedMs)]
  const told = `${all.rows} rows: ${ofRows} ms of processor time, loading ${ofLoading} ms`
  t.diagnostic(told)
  assert.equal(none.rows, 0, told)
  assert.ok(all.rows >= ROWS_MIN, told)
  assert.ok(rowsMs < LOADS_MAX * none.usedMs, told)
})
