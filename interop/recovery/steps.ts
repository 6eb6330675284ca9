// What is done to a crowd in calls, and what must hold: the limits of the promise.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Part } from '../support/processes.ts'
import { sleep, until } from '../support/wait.ts'
import { clock } from './clock.ts'
import type { Comeback, Crowd, Pair } from './crowd.ts'
import { byMeasure, say, sayGaps, sayTimes } from './gaps.ts'
import type { Phone } from './phones.ts'
import { assertNotForgotten, assertRecords } from './records.ts'

/** As long before the kill as after it: the equal run without a kill. */
const TWIN_MS = 6_000
const GAP_MS_MIN = 100
const GAP_FACTOR = 3
/** Where a process that starts competes with all others for two cores. */
const GAP_MS_SHARED = 400
/**
 * New calls after call control is killed, and sound after the media process is: on a machine that is quiet.
 */
const BACK_MS = 3_000
/** Processes that share two cores with other tests start more slowly. */
const BACK_MS_SHARED = 10_000
/**
 * Until a phone behind a connection is back that can connect; and from then until what it asks for is done.
 */
const CONNECTED_MS = 10_000
/** Between two kills. */
const BETWEEN_MS = 2_500
/** Re-INVITEs under way at a kill, and between two of them. */
const RE_INVITES = 5
const RE_INVITE_MS = 2

/** `strict` where nothing else runs. */
export type Pace = 'strict' | 'shared'
const backMs = (pace: Pace): number => (pace === 'strict' ? BACK_MS : BACK_MS_SHARED)

/** Kills call control so often within 5 s; the longest gap is compared with that of the time before. */
export async function measureKill(t: TestContext, crowd: Crowd, times: 1 | 2, pace: Pace): Promise<void> {
  await crowd.loops()
  const startedAt = clock()
  await sleep(TWIN_MS)
  const killedAt = clock()
  const quiet = await crowd.loops()
  let lastAt = killedAt
  let pid = crowd.signal('server', 'SIGKILL')
  if (times === 2) {
    await sleep(BETWEEN_MS)
    lastAt = clock()
    pid = crowd.signal('server', 'SIGKILL')
  }
  const back = await crowd.backFrom('server', pid, lastAt)
  await assertReconnected(t, crowd, lastAt, [back], pace)
  await sleep(Math.max(0, killedAt + TWIN_MS - clock()))
  const killed = await crowd.loops()
  const twins = await crowd.gaps(startedAt, killedAt)
  const gaps = await crowd.gaps(killedAt, killedAt + TWIN_MS)
  t.diagnostic(`longest gaps without a kill: ${sayGaps(twins)}; ${quiet}`)
  t.diagnostic(`longest gaps, call control killed ${times} ×: ${sayGaps(gaps)}; ${killed}`)
  await assertInCall(crowd)
  const [longest, twin] = [byMeasure(gaps), byMeasure(twins)]
  for (const measure of ['packets', 'counts'] as const) {
    const limit = Math.max(pace === 'strict' ? GAP_MS_MIN : GAP_MS_SHARED, GAP_FACTOR * twin[measure])
    assert.ok(longest[measure] <= limit, `longest gap ${say(longest[measure])}, limit ${say(limit)}`)
  }
}

/**
 * Some calls are being put on hold at the moment of the kill, each a little further: all get their answer.
 */
export async function killInReInvite(t: TestContext, crowd: Crowd, pace: Pace): Promise<void> {
  await crowd.settled()
  const pid = crowd.pidOf('server')
  const answeredAt: number[] = []
  const holds: Promise<void>[] = []
  const held = crowd.deskPairs.slice(0, RE_INVITES)
  for (const { caller } of held) {
    holds.push(caller.hold().then(() => void answeredAt.push(clock())))
    await sleep(RE_INVITE_MS)
  }
  const killedAt = clock()
  crowd.signal('server', 'SIGKILL', pid)
  const [back] = await Promise.all([crowd.backFrom('server', pid, killedAt), ...holds])
  const late = answeredAt.filter((at) => at > killedAt + RE_INVITE_MS).map((at) => say(at - killedAt))
  t.diagnostic(`${late.length} of ${held.length} re-INVITEs were answered after the kill: ${late.join(', ')}`)
  assert.ok(late.length > 0, 'no re-INVITE was under way')
  await assertReconnected(t, crowd, killedAt, [back], pace)
  for (const { caller } of held) await caller.resume()
}

/** Hold, resume and BYE of every call, those behind connections soon after these are there again. */
export async function assertCallsWork(t: TestContext, crowd: Crowd): Promise<void> {
  const startedAt = clock()
  const talks = crowd.talks.filter(({ endedAt }) => endedAt === undefined)
  assert.equal(talks.length, crowd.pairs.length)
  // Who has been connected again waits least.
  const byWay = [...talks].sort((a, b) => Number(a.pair.way === 'udp') - Number(b.pair.way === 'udp'))
  const took: { phone: Phone; ms: number }[] = []
  await crowd.forAll(byWay, async (talk) => {
    const { caller, callee } = talk.pair
    await caller.hold()
    if (callee.way !== 'browser') await callee.resume()
    await caller.resume()
    await crowd.hangUp(talk, crowd.pairs.indexOf(talk.pair) % 2 === 0 ? 'caller' : 'callee')
    const connectedAt = Math.max(...[caller, callee].map(({ state }) => state.registeredAt))
    took.push({ phone: caller, ms: clock() - Math.max(connectedAt, startedAt) })
  })
  t.diagnostic(`hold, resume and BYE of all calls done: ${sayTimes(took)}; ${await crowd.loops()}`)
  for (const { phone, ms } of took)
    if (phone.way !== 'udp')
      assert.ok(ms <= CONNECTED_MS, `the call of ${phone.name} worked ${say(ms)} later`)
  await assertRecords(crowd)
  assertNotForgotten(crowd)
}

/** A call that was answered a moment before the kill is there: its record, its hold, its BYE. */
export async function killAtAnswer(t: TestContext, crowd: Crowd, pace: Pace): Promise<void> {
  const [pair] = crowd.pairs
  assert.ok(pair)
  await crowd.settled()
  const pid = crowd.pidOf('server')
  const talk = await crowd.call(pair)
  const killedAt = clock()
  crowd.signal('server', 'SIGKILL', pid)
  const back = await crowd.backFrom('server', pid, killedAt)
  await assertReconnected(t, crowd, killedAt, [back], pace)
  await pair.caller.hold()
  await pair.caller.resume()
  await crowd.hangUp(talk, 'caller')
  await assertRecords(crowd)
}

/** A call that rings ends at both phones; a new call works soon, then new calls of everybody. */
export async function killWhileRinging(t: TestContext, crowd: Crowd, pace: Pace): Promise<void> {
  const [first, second] = crowd.deskPairs
  assert.ok(first && second)
  await crowd.settled()
  await second.callee.letRing(true)
  const status = second.caller.tryCall(second.pair.extension)
  await until('ringing', () => second.callee.state.isRung)
  await sleep(200)
  const killedAt = clock()
  const pid = crowd.signal('server', 'SIGKILL')
  const call = async () => {
    await crowd.call(first.pair)
    return clock() - killedAt
  }
  const [tookMs, back] = await Promise.all([call(), crowd.backFrom('server', pid, killedAt)])
  t.diagnostic(`a new call was answered ${say(tookMs)} after the kill`)
  assert.equal(await status, 500)
  await until('CANCEL to the phone that rang', () => second.callee.state.isCancelled)
  await second.callee.letRing(false)
  const others = crowd.pairs.filter((pair) => pair !== first.pair)
  const isDirect = ({ caller, callee }: Pair) => caller.way === 'udp' && callee.way === 'udp'
  await crowd.forAll(others.filter(isDirect), (pair) => crowd.call(pair))
  t.diagnostic(`new calls of all phones over UDP were answered ${say(clock() - killedAt)} after the kill`)
  await assertReconnected(t, crowd, killedAt, [back], pace)
  await crowd.forAll(
    others.filter((pair) => !isDirect(pair)),
    (pair) => crowd.call(pair),
  )
  const open = crowd.talks.filter(({ endedAt }) => endedAt === undefined)
  await crowd.forAll(open, (talk) => crowd.hangUp(talk, 'caller'))
  await assertRecords(crowd, 1)
  assertNotForgotten(crowd)
  assert.ok(tookMs <= backMs(pace), `a new call worked ${say(tookMs)} after the kill`)
}

export async function assertSoundBack(
  t: TestContext,
  crowd: Crowd,
  signals: readonly (readonly [Part, 'SIGKILL' | 'SIGSTOP'])[],
  pace: Pace,
): Promise<void> {
  await crowd.loops()
  const signalledAt = clock()
  const pids = signals.map(([part, signal]) => [part, crowd.signal(part, signal)] as const)
  const comebacks = Promise.all(pids.map(([part, pid]) => crowd.backFrom(part, pid, signalledAt)))
  // What was under way when the process ended still arrives.
  const heard = await crowd.heardAgain(signalledAt + 200)
  const times = heard.map(({ phone, ms }) => ({ phone, ms: ms + 200 }))
  const tookMs = Math.max(...times.map(({ ms }) => ms))
  t.diagnostic(`sound was back after ${say(tookMs)}: ${sayTimes(times)}; ${await crowd.loops()}`)
  if (signals.some(([part]) => part === 'server'))
    await assertReconnected(t, crowd, signalledAt, await comebacks, pace)
  else for (const comeback of await comebacks) t.diagnostic(sayComeback(comeback))
  await assertInCall(crowd)
  for (const { phone, ms } of times) {
    const limit = backMs(pace) + (pace === 'strict' ? 0 : pageBackMs(crowd, phone, signalledAt))
    assert.ok(ms <= limit, `sound was back at ${phone.name} after ${say(ms)}, limit ${say(limit)}`)
  }
}

/**
 * How long the page was away that is in a call with this phone, or is it; 0 when there is none or it stayed.
 */
function pageBackMs(crowd: Crowd, phone: Phone, since: number): number {
  const pair = crowd.pairs.find(({ caller, callee }) => caller === phone || callee === phone)
  const page = pair && [pair.caller, pair.callee].find(({ way }) => way === 'browser')
  return Math.max(0, (page?.state.registeredAt ?? since) - since)
}

/**
 * Counted from the kill; where processes start slowly, from the moment that there is something to connect to.
 */
async function assertReconnected(
  t: TestContext,
  crowd: Crowd,
  since: number,
  comebacks: readonly Comeback[],
  pace: Pace,
): Promise<void> {
  const times = await crowd.reconnected(since)
  t.diagnostic(`${comebacks.map(sayComeback).join(', ')}; registered again: ${sayTimes(times)}`)
  const upMs = pace === 'strict' ? 0 : Math.max(...comebacks.map(({ answersMs }) => answersMs))
  const limit = upMs + CONNECTED_MS
  for (const { phone, ms } of times)
    assert.ok(ms <= limit, `${phone.name} was registered again after ${say(ms)}, limit ${say(limit)}`)
  assertNotForgotten(crowd)
}

function sayComeback({ part, goneMs, startedMs, answersMs }: Comeback): string {
  return `${part} gone after ${say(goneMs)}, started after ${say(startedMs)}, answers after ${say(answersMs)}`
}

async function assertInCall(crowd: Crowd): Promise<void> {
  await crowd.forAll(crowd.phones, async (phone) => {
    assert.ok(await phone.isInCall(), `the call of ${phone.name} ended`)
  })
}
