// npm run promises: runs what shows each promise and prints a line per row. Flags: USAGE.
import { join } from 'node:path'
import { orEnd, readCommandLine, type Values } from './command-line.ts'
import { NOT_BUILT, ROWS, type Row, rowId, type Shown } from './promises/rows.ts'
import { ensureWebBuilt } from './setup/web-build.mjs'
import { ensurePackages } from './testing/apt.ts'

/** What shows a row, loaded when it runs; every other row is absent. */
const RUNS: Readonly<Record<string, () => Promise<Shown>>> = {
  '1': async () => (await import('../interop/promises/company.ts')).row1(),
  '2': async () => (await import('../interop/promise-calls.ts')).row2(),
  '3a': async () => (await import('../interop/promise-calls.ts')).row3a(),
  '8': async () => (await import('./promises/fleet.ts')).row8(),
  '9': async () => (await import('./promises/stop.ts')).row9(),
  '11': async () => (await import('./promises/fleet.ts')).row11(),
  '12': async () => (await import('./promises/fleet.ts')).row12(),
  '13a': async () => (await import('../interop/promises/suspicion.ts')).row13a(),
  '14a': async () => (await import('../interop/promises/warning.ts')).row14a(),
  '16': async () => (await import('../interop/promises/outside.ts')).row16(),
  '18': async () => (await import('./promises/fleet.ts')).row18(),
  '19': async () => (await import('./promises/fleet.ts')).row19(),
  '21a': async () => (await import('../interop/promise-secrecy.ts')).row21a(),
  '24c': async () => (await import('../interop/promises/blocking.ts')).row24c(),
  '22a': async () => (await import('../interop/promises/leaving.ts')).row22a(),
  '24b': async () => (await import('../interop/promises/fraud.ts')).row24b(),
  '15': async () => (await import('../interop/promises/work.ts')).row15(),
  '26a': async () => (await import('../interop/promises/trial.ts')).row26a(),
  '26b': async () => (await import('../interop/promises/beside.ts')).row26b(),
  '24a': async () => (await import('../interop/promise-attacks.ts')).row24a(),
}

const USAGE = `npm run promises [-- FLAGS]
  --json        one object per row and part, one per line
  --only A[,B]  some rows or parts, such as 2,3a
  --all         also what takes long; so far nothing does`
const flag = { type: 'boolean' } as const
const options = { json: flag, only: { type: 'string' }, all: flag } as const

interface Wish {
  readonly isJson: boolean
  readonly rows: readonly Row[]
}

function readWish({ json, only }: Values<typeof options>): Wish | string {
  const chosen = only?.split(',')
  const isCalled = (entry: Row, name: string) => name === rowId(entry) || name === `${entry.row}`
  const unknown = chosen?.find((name) => !ROWS.some((entry) => isCalled(entry, name)))
  if (unknown !== undefined) return `no row is called "${unknown}"`
  const isChosen = (entry: Row) => chosen === undefined || chosen.some((name) => isCalled(entry, name))
  return { isJson: json === true, rows: ROWS.filter(isChosen) }
}

function printLine(entry: Row, shown: Shown | undefined): void {
  const id = rowId(entry).padEnd(4)
  if (!shown) {
    console.log(`${id}absent  ${entry.promise.en}: ${NOT_BUILT.en}`)
    return
  }
  console.log(`${id}${shown.ok && shown.twin.ok ? 'ok      ' : 'NOT OK  '}${entry.promise.en}`)
  console.log(`        expected ${shown.expected}; observed ${shown.observed}`)
  console.log(
    `        twin: ${shown.twin.changed}: ${shown.twin.observed}${shown.twin.ok ? '' : ' (NOT OK)'}`,
  )
}

function printJson(entry: Row, shown: Shown | undefined): void {
  console.log(JSON.stringify({ ...entry, ...(shown ?? { absent: NOT_BUILT }) }))
}

async function show(entry: Row): Promise<Shown | undefined> {
  const run = RUNS[rowId(entry)]
  if (!run) return undefined
  try {
    return await run()
  } catch (error) {
    const observed = `failed: ${error instanceof Error ? error.message : String(error)}`
    return {
      expected: 'a run',
      observed,
      ok: false,
      twin: { changed: 'nothing', observed: 'not run', ok: false },
    }
  }
}

const command = { name: 'promises', usage: USAGE, options }
const { isJson, rows } = orEnd(readCommandLine(command, process.argv.slice(2), readWish))
const packages = rows.some((entry) => RUNS[rowId(entry)])
  ? ensurePackages(['interop'])
  : { ok: true as const }
if (!packages.ok) {
  console.error(`What the promises need is missing: ${packages.why}`)
  process.exit(1)
}
if (rows.some((entry) => RUNS[rowId(entry)])) {
  const built = await ensureWebBuilt(join(import.meta.dirname, '..'), process.execPath)
  if (!built.ok) {
    console.error(built.message)
    process.exit(1)
  }
}
let isBroken = false
for (const entry of rows) {
  const shown = await show(entry)
  if (shown && !(shown.ok && shown.twin.ok)) isBroken = true
  if (isJson) printJson(entry, shown)
  else printLine(entry, shown)
}
process.exitCode = isBroken ? 1 : 0
