// What is done to a crowd in calls, and what must hold: the limits of the promise.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Part } from '../support/processes.ts'
import { sleep, until } from '../support/wait.ts'
import type { Crowd } from './crowd.ts'

/** As long before the kill as after it: the equal run without a kill. */
const TWIN_MS = 6_000
const GAP_MS_MIN = 100
const GAP_FACTOR = 3
/** Where a process that starts competes with all others for two cores. */
const GAP_MS_SHARED = 400
/** New calls after call control is killed, and sound after the media process is: on a machine that is quiet. */
const BACK_MS = 3_000
/** Processes that share two cores with other tests start more slowly. */
const BACK_MS_SHARED = 10_000
/** Between two kills. */
const BETWEEN_MS = 2_500

/** `strict` where nothing else runs. */
export type Pace = 'strict' | 'shared'
const backMs = (pace: Pace): number => (pace === 'strict' ? BACK_MS : BACK_MS_SHARED)

const round = (value: number): number => Math.round(value)

/** Kills call control so often within 5 s; the longest gap is compared with that of the time before. */
export async function measureKill(t: TestContext, crowd: Crowd, times: 1 | 2, pace: Pace): Promise<void> {
  const startedAt = performance.now()
  await sleep(TWIN_MS)
  const killedAt = performance.now()
  let pid = crowd.signal('server', 'SIGKILL')
  if (times === 2) {
    await sleep(BETWEEN_MS)
    pid = crowd.signal('server', 'SIGKILL')
  }
  await crowd.backFrom('server', pid)
  await crowd.reconnected()
  await sleep(Math.max(0, killedAt + TWIN_MS - performance.now()))
  const twin = Math.max(...crowd.gaps(startedAt, killedAt))
  const longest = Math.max(...crowd.gaps(killedAt, killedAt + TWIN_MS))
  t.diagnostic(`killed ${times} ×: longest gap ${round(longest)} ms, without a kill ${round(twin)} ms`)
  const limit = Math.max(pace === 'strict' ? GAP_MS_MIN : GAP_MS_SHARED, GAP_FACTOR * twin)
  assert.ok(longest <= limit, `longest gap ${round(longest)} ms, limit ${round(limit)} ms`)
  for (const phone of crowd.phones) assert.equal(phone.hasEnded, false, `a call over ${phone.way} ended`)
}

/** One call is being put on hold at the moment of the kill: its answer comes, and its BYE later works. */
export async function killInReInvite(crowd: Crowd): Promise<void> {
  const [pair] = crowd.pairs
  assert.ok(pair)
  const changed = pair.caller.change('sendonly')
  const pid = crowd.signal('server', 'SIGKILL')
  assert.equal(await changed, 'recvonly')
  await crowd.backFrom('server', pid)
  await crowd.reconnected()
  assert.equal(await pair.caller.change('sendrecv'), 'sendrecv')
}

/** Hold, resume and BYE of every call; one record each. */
export async function assertCallsWork(crowd: Crowd, calls: number): Promise<void> {
  for (const { caller, callee } of crowd.pairs) {
    assert.equal(await caller.change('sendonly'), 'recvonly', `hold over ${caller.way}`)
    assert.equal(await callee.change('sendrecv'), 'sendrecv', `re-INVITE of the callee over ${caller.way}`)
    assert.equal(await caller.change('sendrecv'), 'sendrecv', `resume over ${caller.way}`)
  }
  for (const [index, { caller, callee }] of crowd.pairs.entries()) {
    const [first, other] = index % 2 === 0 ? [caller, callee] : [callee, caller]
    assert.equal(await first.hangUp(), 200)
    await until(`BYE to the other phone over ${other.way}`, () => other.hasEnded)
  }
  await until(`${calls} records`, async () => (await crowd.records()).length >= calls)
  await sleep(500)
  const records = await crowd.records()
  assert.equal(records.length, calls, 'exactly one record per call')
  for (const { cause } of records) assert.equal(cause, 16)
}

/** A call that rings ends at both phones; a new call works soon. */
export async function killWhileRinging(t: TestContext, crowd: Crowd, pace: Pace): Promise<void> {
  const [first, second] = crowd.pairs
  assert.ok(first && second)
  const before = (await crowd.records()).length
  second.callee.isRinging = true
  const status = second.caller.tryCall(second.extension)
  await until('ringing', () => second.callee.invite !== undefined)
  await sleep(200)
  const killedAt = performance.now()
  const pid = crowd.signal('server', 'SIGKILL')
  await first.caller.call(first.extension)
  const tookMs = performance.now() - killedAt
  t.diagnostic(`a new call was answered ${round(tookMs)} ms after the kill`)
  assert.equal(await status, 500)
  await until('CANCEL to the phone that rang', () => second.callee.isCancelled)
  await crowd.backFrom('server', pid)
  await first.caller.hangUp()
  await until('two more records', async () => (await crowd.records()).length === before + 2)
  assert.ok(tookMs <= backMs(pace), `a new call worked ${round(tookMs)} ms after the kill`)
}

export async function assertSoundBack(
  t: TestContext,
  crowd: Crowd,
  signals: readonly (readonly [Part, 'SIGKILL' | 'SIGSTOP'])[],
  pace: Pace,
): Promise<void> {
  const signalledAt = performance.now()
  const pids = signals.map(([part, signal]) => [part, crowd.signal(part, signal)] as const)
  // What was under way when the process ended still arrives.
  const tookMs = 200 + (await crowd.heardAgain(signalledAt + 200))
  t.diagnostic(`sound was back after ${round(tookMs)} ms`)
  for (const [part, pid] of pids) await crowd.backFrom(part, pid)
  await crowd.reconnected()
  for (const phone of crowd.phones) assert.equal(phone.hasEnded, false, `a call over ${phone.way} ended`)
  assert.ok(tookMs <= backMs(pace), `sound was back after ${round(tookMs)} ms`)
}
