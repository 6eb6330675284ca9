// `npm run bench`: what the product costs, with its peers in the same run. Flags: USAGE.
import { join } from 'node:path'
import { orEnd, readCommandLine } from '../tools/command-line.ts'
import { ensureWebBuilt } from '../tools/setup/web-build.mjs'
import { ensurePackages } from '../tools/testing/apt.ts'
import { growth } from './rows/growth.ts'
import { postDial } from './rows/post-dial.ts'
import { relay } from './rows/relay.ts'
import { relayDelay } from './rows/relay-delay.ts'
import { signalling } from './rows/signalling.ts'
import { start } from './rows/start.ts'
import { transcode } from './rows/transcode.ts'
import { web } from './rows/web.ts'
import { printRow, type Row } from './support/row.ts'

const GROUPS: Readonly<Record<string, () => Promise<Row[]>>> = {
  signalling,
  growth,
  'post-dial': postDial,
  relay,
  'relay-delay': relayDelay,
  transcode,
  start,
  web,
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
