// `npm run bench`: what the product costs, with its peers in the same run. Flags: USAGE.
import { join } from 'node:path'
import { orEnd, readCommandLine } from '../tools/command-line.ts'
import { ensureWebBuilt } from '../tools/setup/web-build.mjs'
import { ensurePackages } from '../tools/testing/apt.ts'
import { printRow, type Row } from './support/row.ts'

/** Each is loaded when it runs: a wrong flag, or --help, is told at once. */
const GROUPS: Readonly<Record<string, () => Promise<Row[]>>> = {
  signalling: async () => (await import('./rows/signalling.ts')).signalling(),
  growth: async () => (await import('./rows/growth.ts')).growth(),
  'post-dial': async () => (await import('./rows/post-dial.ts')).postDial(),
  relay: async () => (await import('./rows/relay.ts')).relay(),
  'relay-delay': async () => (await import('./rows/relay-delay.ts')).relayDelay(),
  queue: async () => (await import('./rows/queue.ts')).queue(),
  conference: async () => (await import('./rows/conference.ts')).conference(),
  transcode: async () => (await import('./rows/transcode.ts')).transcode(),
  start: async () => (await import('./rows/start.ts')).start(),
  web: async () => (await import('./rows/web.ts')).web(),
}

const USAGE = `npm run bench [-- FLAGS]: ten minutes and more on a machine that has nothing else to do
  --json        one object per row
  --only NAME   the rows of one file: ${Object.keys(GROUPS).join(', ')}`
const options = { json: { type: 'boolean' }, only: { type: 'string' } } as const

const { json: isJson, only } = orEnd(
  readCommandLine({ name: 'bench', usage: USAGE, options }, process.argv.slice(2), (values) =>
    values.only !== undefined && !Object.hasOwn(GROUPS, values.only)
      ? `--only is one of ${Object.keys(GROUPS).join(', ')}, not "${values.only}"`
      : values,
  ),
)

// A peer that cannot be installed is missing in its row, which is not ok then.
const packages = ensurePackages(['bench'])
if (!packages.ok) process.stderr.write(`bench: ${packages.why}\n`)
const built = await ensureWebBuilt(join(import.meta.dirname, '..'), process.execPath)
if (!built.ok) process.stderr.write(`bench: ${built.message}\n`)

let isMissed = false
for (const [name, measure] of Object.entries(GROUPS)) {
  if (only !== undefined && name !== only) continue
  try {
    for (const row of await measure()) {
      isMissed ||= !row.ok
      process.stdout.write(`${isJson ? JSON.stringify(row) : printRow(row)}\n`)
    }
  } catch (error) {
    isMissed = true
    process.stderr.write(`bench: ${name} could not be measured: ${String(error)}\n`)
  }
}
process.exitCode = isMissed ? 1 : 0
