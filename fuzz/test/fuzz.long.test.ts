// Ten minutes of every fuzzer, each in a process of its own and as many at a time as there are cores. The
// seed is another in every run; it stands in the finding.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TARGET_NAMES } from '../target.ts'

const MINUTES = 10
const MAIN = join(import.meta.dirname, '..', 'main.ts')

interface Ended {
  readonly code: number | null
  readonly said: string
}

function fuzz(target: string): Promise<Ended> {
  const args = [
    '--disable-warning=ExperimentalWarning',
    MAIN,
    '--minutes',
    String(MINUTES),
    '--target',
    target,
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })))
}

const free = Array.from({ length: Math.max(2, availableParallelism()) }, () => Promise.resolve())

for (const [index, target] of TARGET_NAMES.entries()) {
  const place = index % free.length
  const ended = (free[place] as Promise<void>).then(() => fuzz(target))
  free[place] = ended.then(() => undefined)
  test(`${target}: nothing is found in ${MINUTES} minutes`, async () => {
    const { code, said } = await ended
    process.stdout.write(said)
    assert.equal(code, 0, said)
  })
}
