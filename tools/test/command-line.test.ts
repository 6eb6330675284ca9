// What bench, fuzz, promises and sim do with a command line, without running any of them.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { readCommandLine } from '../command-line.ts'

const PROJECT = dirname(dirname(import.meta.dirname))
const options = { seed: { type: 'string' }, quiet: { type: 'boolean' } } as const
const command = { name: 'dance', usage: 'npm run dance', options }
const read = (...args: string[]) =>
  readCommandLine(command, args, ({ seed, quiet }) => (seed === 'x' ? '--seed is a number' : { seed, quiet }))

test('flags that are known are read', () => {
  assert.deepEqual({ ...read('--seed', '7', '--quiet') }, { seed: '7', quiet: true })
  assert.deepEqual({ ...read() }, { seed: undefined, quiet: undefined })
})

test('--help gives the usage and ends with 0, whatever stands beside it', () => {
  for (const args of [['--help'], ['--seed', 'x', '--help'], ['--help', '--nonsense']])
    assert.deepEqual(read(...args), { exitCode: 0, text: 'npm run dance' })
})

const wrong: [args: string[], why: string][] = [
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['seed'], "Unexpected argument 'seed'"],
  [['--seed'], "Option '--seed <value>' argument missing"],
  [['--quiet=no'], "Option '--quiet' does not take an argument"],
  [['--seed', 'x'], '--seed is a number'],
]
for (const [args, why] of wrong)
  test(`${args.join(' ')} is one line with what there is, and ends with 2`, () => {
    const text = `dance: ${why}; it takes --seed, --quiet, --help`
    assert.deepEqual(read(...args), { exitCode: 2, text })
  })

/** Ends it after a while: a command that takes a wrong flag for its work must not work here. */
function run(main: string, flag: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(PROJECT, main), flag], { timeout: 40_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

for (const [name, main] of [
  ['bench', 'bench/main.ts'],
  ['fuzz', 'fuzz/main.ts'],
  ['promises', 'tools/promises.ts'],
  ['sim', 'sim/main.ts'],
] as const)
  test(`${name} does nothing for a flag that it does not know; --help says what there is`, async () => {
    const [wrongly, help] = await Promise.all([run(main, '--nonsense'), run(main, '--help')])
    assert.deepEqual([wrongly.code, wrongly.stdout], [2, ''])
    const line = new RegExp(`^${name}: Unknown option '--nonsense'; it takes --.*, --help\\n$`)
    assert.match(wrongly.stderr, line)
    assert.deepEqual([help.code, help.stderr], [0, ''])
    assert.match(help.stdout, new RegExp(`^npm run ${name} [\\s\\S]*\\n  --\\w+`))
  })
