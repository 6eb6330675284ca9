// A test file that does not end is ended; one that has its time is not.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { endOverdue } from '../testing/overdue.ts'

for (const [what, fileMsMax, expected] of [
  ['a child that is older than it may be is killed', 100, 'SIGKILL'],
  ['a child that still has time ends by itself', 60_000, null],
] as const)
  test(what, async () => {
    using _ = endOverdue(fileMsMax, 0, 20)
    const child = spawn('sleep', ['1.5'])
    const [, signal] = await once(child, 'exit')
    assert.equal(signal, expected)
  })
