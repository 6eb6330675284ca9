// What a silent process did with its time decides whether it hangs; read of real processes where Linux tells.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isStarved, parseSchedstat, RAN_MS_MAX, readCpuTimes } from '../cpu-wait.mjs'

const SILENT_MS = 1_500

test('late is who was ready for half of the time and hardly ran', () => {
  /** @type {[what: string, ranMs: number, waitedMs: number, expected: boolean][]} */
  const rows = [
    ['stopped, or waiting for a lock or a disk', 0, 0, false],
    ['stopped after it waited for a moment', 5, 600, false],
    ['a blocked loop on a quiet machine', 1_500, 0, false],
    ['a blocked loop among others', RAN_MS_MAX, 1_000, false],
    ['busy, but not late', 400, 300, false],
    ['waiting half of the time', 0, 750, true],
    ['a little less than that', 0, 749, false],
    ['one of thirty on two cores', 100, 1_400, true],
    ['not scheduled at all', 0, 1_500, true],
  ]
  const before = { ranMs: 10_000, waitedMs: 20_000 }
  for (const [what, ranMs, waitedMs, expected] of rows) {
    const now = { ranMs: before.ranMs + ranMs, waitedMs: before.waitedMs + waitedMs }
    assert.equal(isStarved(before, now, SILENT_MS), expected, what)
  }
  assert.equal(isStarved(undefined, { ranMs: 0, waitedMs: 9_000 }, SILENT_MS), false)
  assert.equal(isStarved(before, undefined, SILENT_MS), false)
})

test('times are read in nanoseconds; other text is not understood', () => {
  assert.deepEqual(parseSchedstat('1500000 2000000 7\n'), { ranMs: 1.5, waitedMs: 2 })
  for (const text of ['', '1 2', 'a b c', '-1 2 3\n', '1 2 3 4\n'])
    assert.equal(parseSchedstat(text), undefined)
})

test('of processes that are gone or never were nothing is known', () => {
  assert.equal(readCpuTimes(undefined), undefined)
  assert.equal(readCpuTimes(2 ** 30), undefined)
})

test('a process that is stopped neither runs nor waits, one with a blocked loop runs or waits', async (t) => {
  if (!existsSync('/proc/self/schedstat')) return t.diagnostic('this system does not tell')
  const script = 'console.log("up"); setTimeout(() => { for (;;); }, 50)'
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const spent = async () => {
    const before = readCpuTimes(child.pid)
    await sleep(200)
    const now = readCpuTimes(child.pid)
    assert.ok(before && now)
    return now.ranMs - before.ranMs + now.waitedMs - before.waitedMs
  }
  /** Looked at again where a machine that stood still in between may be the reason. */
  const spentSo = async (/** @type {(spentMs: number) => boolean} */ isSo) => {
    let spentMs = await spent()
    for (let again = 0; again < 4 && !isSo(spentMs); again += 1) spentMs = await spent()
    return spentMs
  }
  await sleep(100)
  const blocked = await spentSo((spentMs) => spentMs >= 150)
  assert.ok(blocked >= 150, `${blocked} ms of 200`)
  child.kill('SIGSTOP')
  await sleep(50)
  const stopped = await spentSo((spentMs) => spentMs <= 20)
  assert.ok(stopped <= 20, `${stopped} ms of 200`)
})
