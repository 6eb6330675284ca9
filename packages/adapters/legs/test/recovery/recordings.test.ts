// Recordings of legs: each is told as over exactly once, whatever ends it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegEvent } from '@rufwerk/calls'
import type { LegId, RecordingId } from '@rufwerk/core'
import { ExchangeRig, type SimulatedCall } from '@rufwerk/testing'
import { assertAtRest, assertNothingLeft } from '../two-phones.ts'

type Recorded = Extract<LegEvent, { type: 'recorded' }>

const RECORDING = 'r1' as RecordingId
const ORDER = {
  recording: RECORDING,
  file: '2026/r1',
  key: Buffer.alloc(32, 7).toString('base64'),
  tracks: ['received', 'sent'],
} as const

interface Scene {
  readonly rig: ExchangeRig
  readonly call: SimulatedCall
  /** Of the caller. */
  readonly leg: LegId
  readonly told: Recorded[]
  /** Legs that got another endpoint. */
  readonly renewed: LegId[]
}

async function talking(): Promise<Scene> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  b.onCall = (call) => call.answer()
  const call = a.dial('101')
  await rig.clock.pass(300)
  const [open] = rig.media.endpoints.values()
  assert.ok(open)
  const told: Recorded[] = []
  const scene: Scene = { rig, call, leg: open.leg as LegId, told, renewed: [] }
  listen(scene)
  return scene
}

/** Between the user agent and its calls. */
function listen({ rig, told, renewed }: Scene): void {
  const { exchange } = rig
  rig.userAgent.listen({
    onIncoming: (incoming) => exchange.onIncoming(incoming),
    onLegEvent: (leg, event) => {
      if (event.type === 'recorded') told.push(event)
      if (event.type === 'renewed') renewed.push(leg)
      exchange.onLegEvent(leg, event)
    },
  })
}

/** As `apps/server` says it when it is attached to the same media process again. */
async function streamIsBack({ rig }: Scene): Promise<void> {
  rig.media.isGone = false
  const snapshot = await rig.media.command({ type: 'snapshot' })
  assert.ok(snapshot.type === 'snapshot')
  const going = rig.userAgent.mediaFound(snapshot.endpoints)
  assert.equal(going.length, snapshot.endpoints.length)
  await rig.clock.pass(100)
}

async function recorded(): Promise<Scene> {
  const scene = await talking()
  scene.rig.userAgent.record(scene.leg, ORDER)
  await scene.rig.clock.pass(1_000)
  assert.equal(scene.rig.media.recordings.size, 1)
  assert.equal(scene.rig.userAgent.isRecording(RECORDING), true)
  return scene
}

async function assertTold({ rig, told }: Scene, why: Recorded['why'], bytes = 32_000): Promise<void> {
  await assertNothingLeft(rig)
  assert.deepEqual(
    told.map((event) => [event.recording, event.why, event.figures.bytes]),
    [[RECORDING, why, bytes]],
  )
}

test('LEG-RCD1 a recording that is asked to end is told once, with its figures', async () => {
  const s = await recorded()
  s.rig.userAgent.stopRecording(s.leg, RECORDING)
  s.rig.userAgent.stopRecording(s.leg, RECORDING)
  await s.rig.clock.pass(100)
  assert.deepEqual(s.told[0]?.figures, { lengthMs: 1_000, lostMs: 0, bytes: 32_000 })
  s.call.hangUp()
  await assertTold(s, 'asked')
})

test('LEG-RCD2 a leg that ends, by whoever, ends its recordings', async () => {
  for (const end of [
    (s: Scene) => s.call.hangUp(),
    (s: Scene) => s.rig.userAgent.end(s.leg, { status: 480, cause: 16 }),
    (s: Scene) => s.rig.userAgent.removeDevice(...deviceOf(s)),
  ]) {
    const s = await recorded()
    end(s)
    await assertTold(s, 'endpoint-closed')
  }
})

function deviceOf({ rig }: Scene): Parameters<ExchangeRig['userAgent']['removeDevice']> {
  const device = rig.addDevice('100')
  return [device.device, device.sipName]
}

test('LEG-RCD2 the end of a leg waits for no disk', async () => {
  const s = await recorded()
  s.rig.media.isDiskStuck = true
  s.call.hangUp()
  await s.rig.clock.pass(2_000)
  assert.equal(s.rig.store.cdrs.length, 1)
  await assertTold(s, 'failed', 0)
})

test('LEG-RCD3 one that ends by itself is told once, also when its end is asked for then', async () => {
  for (const why of ['length', 'disk-full'] as const) {
    const s = await recorded()
    s.rig.media.endRecording(RECORDING, why)
    s.rig.userAgent.stopRecording(s.leg, RECORDING)
    await s.rig.clock.pass(100)
    s.rig.media.refused.length = 0 // It had ended already.
    s.call.hangUp()
    await assertTold(s, why)
  }
})

test('LEG-RCD4 one that cannot begin is told as failed', async () => {
  const refused = await talking()
  refused.rig.media.isGone = true
  refused.rig.userAgent.record(refused.leg, ORDER)
  await refused.rig.clock.pass(100)
  refused.rig.media.isGone = false
  refused.rig.media.refused.length = 0
  refused.call.hangUp()
  await assertTold(refused, 'failed', 0)

  const nobody = await talking()
  nobody.rig.userAgent.record('nobody' as LegId, ORDER)
  nobody.call.hangUp()
  await assertTold(nobody, 'failed', 0)
})

test('LEG-RCD4 LEG-RCD8 without an answer it shall not go on, and is over in time', async () => {
  const s = await talking()
  const { command } = s.rig.media
  s.rig.media.command = (given) =>
    given.type === 'record' || given.type === 'stopRecording' ? new Promise(() => undefined) : command(given)
  s.rig.userAgent.record(s.leg, ORDER)
  await s.rig.clock.pass(30_000)
  assert.deepEqual(
    s.told.map(({ why }) => why),
    ['failed'],
  )
  s.call.hangUp()
  await assertTold(s, 'failed', 0)
})

test('LEG-RCD5 a media process that dies: failed, with the length by our clock', async () => {
  const s = await recorded()
  s.rig.media.die()
  s.rig.userAgent.mediaLost()
  assert.equal(s.told[0]?.why, 'failed')
  const { lengthMs } = s.told[0]?.figures ?? { lengthMs: 0 }
  assert.ok(lengthMs >= 1_000 && lengthMs < 1_100, `${lengthMs} ms`)
  s.rig.replaceMedia()
  s.rig.userAgent.mediaFound([])
  await s.rig.clock.pass(2_000)
  assert.equal(s.call.state, 'talking')
  assert.equal(s.rig.media.recordings.size, 0)
  assert.equal(s.renewed.filter((leg) => leg === s.leg).length, 1, 'told, so that it can begin again')
  assert.equal(s.renewed.length, 2)
  s.call.hangUp()
  await assertTold(s, 'failed', 0)
})

test('LEG-RCD6 over a restart a recording goes on, paused as it was, and is told once', async () => {
  const s = await recorded()
  s.rig.userAgent.pauseRecording(s.leg, RECORDING, true)
  await s.rig.clock.pass(100)
  assert.equal(s.rig.userAgent.isRecordingPaused(RECORDING), true)
  s.rig.kill()
  await s.rig.startAgain()
  listen(s)
  await s.rig.clock.pass(1_000)
  assert.equal(s.rig.userAgent.isRecording(RECORDING), true)
  assert.equal(s.rig.userAgent.isRecordingPaused(RECORDING), true)
  s.rig.userAgent.pauseRecording(s.leg, RECORDING, false)
  await s.rig.clock.pass(100)
  assert.equal(s.rig.media.recordings.get(RECORDING)?.isPaused, false)
  s.rig.userAgent.pauseRecording(s.leg, RECORDING, true)
  await s.rig.clock.pass(100)
  assert.equal(s.rig.media.recordings.get(RECORDING)?.isPaused, true)
  assert.deepEqual(s.told, [])
  s.call.hangUp()
  await assertTold(s, 'endpoint-closed')
  await assertAtRest(s.rig, 1)
})

test('LEG-RCD10 what is recorded is listed with its file, after a restart, too, and ended', async () => {
  const s = await recorded()
  const going = [{ recording: RECORDING, leg: s.leg, file: ORDER.file }]
  assert.deepEqual(s.rig.userAgent.recordings(), going)
  s.rig.kill()
  await s.rig.startAgain()
  listen(s)
  assert.deepEqual(s.rig.userAgent.recordings(), going)
  s.rig.userAgent.stopRecording(s.leg, RECORDING)
  await s.rig.clock.pass(100)
  assert.deepEqual(s.rig.userAgent.recordings(), [])
  s.call.hangUp()
  await assertTold(s, 'asked')
})

test('LEG-RCD7 a pause that is not confirmed ends the recording', async () => {
  const s = await recorded()
  const { command } = s.rig.media
  s.rig.media.command = async (given) =>
    given.type === 'pauseRecording' ? { type: 'refused', code: 'failed', why: 'no' } : command(given)
  const done = s.rig.userAgent.pauseRecording(s.leg, RECORDING, true)
  await s.rig.clock.pass(100)
  assert.equal(await done, false)
  assert.equal(s.rig.media.recordings.size, 0)
  s.call.hangUp()
  await assertTold(s, 'asked')
})

test('LEG-RCD7 without a media process what was paused stays so; the twin: with one it goes on', async () => {
  for (const isGone of [true, false]) {
    const s = await recorded()
    const { userAgent, clock, media } = s.rig
    const pause = (isPaused: boolean) => userAgent.pauseRecording(s.leg, RECORDING, isPaused)
    assert.equal(await pause(true), true)
    media.isGone = isGone
    assert.equal(await pause(false), !isGone)
    assert.equal(userAgent.isRecordingPaused(RECORDING), isGone)
    media.isGone = false
    media.refused.length = 0
    s.call.hangUp()
    await clock.pass(100)
    await assertTold(s, 'endpoint-closed')
  }
})

for (const act of ['pause', 'stop', 'neither'] as const)
  test(`LEG-RCD11 ${act} while the stream to the media process is broken`, async () => {
    const s = await recorded()
    const { userAgent, clock, media } = s.rig
    media.isGone = true
    if (act === 'pause') assert.equal(await userAgent.pauseRecording(s.leg, RECORDING, true), false)
    if (act === 'stop') userAgent.stopRecording(s.leg, RECORDING)
    await clock.pass(100)
    assert.equal(media.recordings.size, 1, 'it lives')
    assert.equal(s.told.length, act === 'neither' ? 0 : 1)
    await streamIsBack(s)
    assert.equal(media.recordings.size, act === 'neither' ? 1 : 0)
    media.refused.length = 0
    s.call.hangUp()
    if (act === 'neither') await assertTold(s, 'endpoint-closed')
    else await assertTold(s, 'failed', 0)
  })

test('LEG-RCD11 the answer that it goes on is lost with the stream: it is paused as was told', async () => {
  const s = await recorded()
  const { userAgent, media } = s.rig
  const { command } = media
  await userAgent.pauseRecording(s.leg, RECORDING, true)
  media.command = async (given) => {
    await command(given)
    return { type: 'refused', code: 'failed', why: 'the media process is gone' }
  }
  assert.equal(await userAgent.pauseRecording(s.leg, RECORDING, false), false)
  media.command = command
  assert.equal(media.recordings.get(RECORDING)?.isPaused, false)
  await streamIsBack(s)
  assert.equal(media.recordings.get(RECORDING)?.isPaused, true)
  s.call.hangUp()
  await assertTold(s, 'endpoint-closed')
})

for (const orLater of [true, false])
  test(`LEG-RCD13 it was to go on while the stream was broken, at once or later: ${orLater}`, async () => {
    const s = await recorded()
    const { userAgent, media } = s.rig
    await userAgent.pauseRecording(s.leg, RECORDING, true)
    media.isGone = true
    assert.equal(await userAgent.pauseRecording(s.leg, RECORDING, false, orLater), false)
    await streamIsBack(s)
    assert.equal(media.recordings.get(RECORDING)?.isPaused, !orLater)
    assert.equal(userAgent.isRecordingPaused(RECORDING), !orLater)
    media.refused.length = 0
    s.call.hangUp()
    await assertTold(s, 'endpoint-closed')
  })

test('LEG-RCD13 what is said once is owed no more: the next break changes nothing', async () => {
  const s = await recorded()
  const { userAgent, media } = s.rig
  await userAgent.pauseRecording(s.leg, RECORDING, true)
  media.isGone = true
  await userAgent.pauseRecording(s.leg, RECORDING, false, true)
  await streamIsBack(s)
  assert.equal(await userAgent.pauseRecording(s.leg, RECORDING, true), true)
  await streamIsBack(s)
  assert.equal(media.recordings.get(RECORDING)?.isPaused, true)
  media.refused.length = 0
  s.call.hangUp()
  await assertTold(s, 'endpoint-closed')
})

test('LEG-RCD12 a recording that begins paused', async () => {
  for (const isPaused of [true, undefined]) {
    const s = await talking()
    s.rig.userAgent.record(s.leg, { ...ORDER, ...(isPaused && { isPaused }) })
    await s.rig.clock.pass(100)
    assert.equal(s.rig.media.recordings.get(RECORDING)?.isPaused, isPaused ?? false)
    assert.equal(s.rig.userAgent.isRecordingPaused(RECORDING), isPaused ?? false)
    s.call.hangUp()
    await assertTold(s, 'endpoint-closed')
  }
})

test('LEG-RCD9 a leg neither pauses nor ends the recording of another one', async () => {
  const s = await recorded()
  const other = [...s.rig.media.endpoints.values()].find(({ leg }) => leg !== s.leg)?.leg as LegId
  s.rig.userAgent.pauseRecording(other, RECORDING, true)
  s.rig.userAgent.stopRecording(other, RECORDING)
  await s.rig.clock.pass(100)
  assert.equal(s.rig.media.recordings.get(RECORDING)?.isPaused, false)
  s.call.hangUp()
  await assertTold(s, 'endpoint-closed')
})
