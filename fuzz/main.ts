// npm run fuzz: gives the code that reads from the network what nobody would send, and looks whether it keeps
// its promises. Exit code 1 and a file in fuzz/findings when it did not. Flags: USAGE.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { orEnd, readCommandLine, type Values } from '../tools/command-line.ts'
import { type Finding, replay, runTarget } from './run.ts'
import { isTargetName, TARGET_NAMES, type TargetName } from './target.ts'
import { openTarget } from './targets.ts'

const FINDINGS = join(import.meta.dirname, 'findings')
const MINUTE = 60_000
const EXIT_FOUND = 1
const MINUTES_MAX = 24 * 60
const USAGE = `npm run fuzz [-- FLAGS]
  --minutes N     for each target, 1 unless told
  --target NAME   one of ${TARGET_NAMES.join(', ')}
  --seed N        decides the run
  --replay FILE   what a finding's file holds, once more`
const text = { type: 'string' } as const
const options = { minutes: text, target: text, seed: text, replay: text } as const

interface Orders {
  readonly targets: readonly TargetName[]
  readonly minutes: number
  readonly seed: number
  readonly replay?: string
}

function readOrders(values: Values<typeof options>): Orders | string {
  const minutes = Number(values.minutes ?? 1)
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000)
  if (!(minutes > 0 && minutes <= MINUTES_MAX)) return `--minutes is more than 0 and at most ${MINUTES_MAX}`
  if (!Number.isSafeInteger(seed)) return '--seed is a whole number'
  const { target, replay: file } = values
  if (target !== undefined && !isTargetName(target)) return `--target is one of ${TARGET_NAMES.join(', ')}`
  const targets = target === undefined ? TARGET_NAMES : [target]
  return { targets, minutes, seed, ...(file === undefined ? {} : { replay: file }) }
}

async function fuzz({ targets, minutes, seed }: Orders): Promise<number> {
  let found = 0
  for (const name of targets) {
    const target = await openTarget(name)
    const startedAt = performance.now()
    const run = await runTarget(target, { seed, durationMs: minutes * MINUTE })
    const perSecond = Math.round((1000 * run.cases) / (performance.now() - startedAt))
    console.log(
      `${name.padEnd(14)} seed ${seed}: ${run.cases} inputs, ${perSecond} a second, ${run.outcomes} outcomes`,
    )
    if (run.finding === undefined) continue
    found += 1
    console.log(`  FOUND, see ${store(run.finding)}\n${run.finding.message.replace(/^/gm, '    ')}`)
  }
  return found === 0 ? 0 : EXIT_FOUND
}

function store(finding: Finding): string {
  mkdirSync(FINDINGS, { recursive: true })
  const file = join(FINDINGS, `${finding.target}-${finding.seed}-${finding.firstCase}.json`)
  const last = Buffer.from(finding.inputs.at(-1) ?? '', 'base64').toString('latin1')
  writeFileSync(file, `${JSON.stringify({ ...finding, last }, null, 2)}\n`)
  return file
}

async function again(file: string): Promise<number> {
  const finding = JSON.parse(readFileSync(file, 'utf8')) as Finding
  if (!isTargetName(finding.target)) throw new Error(`no target ${finding.target}`)
  const message = await replay(await openTarget(finding.target), finding)
  console.log(message ?? 'nothing is found any more')
  return message === undefined ? 0 : EXIT_FOUND
}

const orders = orEnd(
  readCommandLine({ name: 'fuzz', usage: USAGE, options }, process.argv.slice(2), readOrders),
)
process.exitCode = orders.replay === undefined ? await fuzz(orders) : await again(orders.replay)
