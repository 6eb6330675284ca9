// `npm run sim -- --seed N`: plays one seed and prints what happened. `--seeds A-B` plays many and prints a
// line each. Exit code 1 with the seed and the first invariant that did not hold.
import { orEnd, readCommandLine, type Values } from '../tools/command-line.ts'
import { TROUBLES, type Trouble } from './actions/index.ts'
import { FAULTS, type FaultName } from './faults/index.ts'
import { type Outcome, type RunOptions, STEPS, simulate } from './simulate.ts'

const USAGE = `npm run sim -- --seed N | --seeds A-B
  --steps N         how many things happen (${STEPS}); fewer are the beginning of more
  --fault NAME      with a planted fault: ${Object.keys(FAULTS).join(', ')}
  --without A[,B]   without some troubles: ${TROUBLES.join(', ')}
  --quiet           with --seed: only the result`
const text = { type: 'string' } as const
const options = {
  ...{ seed: text, seeds: text, steps: text, fault: text, without: text },
  quiet: { type: 'boolean' },
} as const

interface Wish {
  readonly first: number
  readonly last: number
  readonly isQuiet: boolean
  readonly options: Omit<RunOptions, 'seed'>
}

function readWish(values: Values<typeof options>): Wish | string {
  const range = /^(\d+)(?:-(\d+))?$/.exec(values.seeds ?? values.seed ?? '')
  if (range === null) return 'which seed? --seed N or --seeds A-B'
  const steps = values.steps === undefined ? STEPS : Number(values.steps)
  if (!Number.isInteger(steps) || steps < 0) return '--steps takes a number'
  const { fault } = values
  if (fault !== undefined && !Object.hasOwn(FAULTS, fault)) return `no fault is called ${fault}`
  const without = values.without?.split(',') ?? []
  const unknown = without.find((name) => !TROUBLES.some((trouble) => trouble === name))
  if (unknown !== undefined) return `no trouble is called ${unknown}`
  const first = Number(range[1])
  const planted = fault === undefined ? {} : { fault: fault as FaultName }
  return {
    first,
    last: Number(range[2] ?? first),
    isQuiet: values.quiet === true || values.seeds !== undefined,
    options: { steps, without: without as Trouble[], ...planted },
  }
}

function summary({ seed, breach, digest, figures }: Outcome): string {
  const { calls, answered, runs, messages, seconds } = figures
  const what = `${calls} calls, ${answered} answered, ${runs} runs, ${messages} messages in ${seconds} s`
  const verdict = breach === undefined ? 'holds' : `BROKEN ${breach.invariant}: ${breach.detail}`
  return `seed ${seed}  digest ${digest}  ${what}  ${verdict}`
}

const asked = orEnd(readCommandLine({ name: 'sim', usage: USAGE, options }, process.argv.slice(2), readWish))
const broken: number[] = []
for (let seed = asked.first; seed <= asked.last; seed += 1) {
  const outcome = await simulate({ ...asked.options, seed })
  if (!asked.isQuiet) for (const line of outcome.lines) process.stdout.write(`${line}\n`)
  process.stdout.write(`${summary(outcome)}\n`)
  if (outcome.breach !== undefined) broken.push(seed)
}
if (broken.length > 0) process.stdout.write(`broken: seed ${broken.join(', ')}\n`)
process.exitCode = broken.length > 0 ? 1 : 0
