// A recording whose media process or connection breaks: what people were told of it is what happens.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegId, RecordingId } from '@rufwerk/core'
import { A, type Bench, CALL, ended } from './bench.ts'
import { BERND, broke, CARLA, hangUp, kinds, press, recorded, recordedInside, turn } from './recorded.ts'

for (const [isMediaThere, told, next] of [
  [true, 'on', 'go on r1 A'],
  [false, 'paused', 'go on r1 A paused'],
] as const)
  test(`CON-14 resumed, and a media process is ${isMediaThere ? 'there' : 'away'}: as is told`, async () => {
    const scene = recorded()
    const { bench, recorder } = scene
    const { recorder: door } = bench.exchange
    await door.pause(CALL, true)
    recorder.isMediaThere = isMediaThere
    assert.equal(await door.pause(CALL, false), isMediaThere)
    assert.deepEqual([door.stateOf(CALL), bench.views.at(-1)?.recording], [told, told])
    recorder.did.length = 0
    door.ended('r1' as RecordingId, broke('r1'))
    bench.exchange.onLegEvent(A, { type: 'renewed' })
    assert.deepEqual(recorder.did.splice(0), [next])
    assert.equal(door.stateOf(CALL), told)
    bench.leg('A', ended)
    recorder.did.length = 0
    hangUp(scene)
  })

test('CON-14 a pause that nobody confirms is not told, and holds where the recording goes on', async () => {
  const scene = recorded()
  const { bench, recorder } = scene
  const { recorder: door } = bench.exchange
  recorder.isMediaThere = false
  assert.equal(await door.pause(CALL, true), false)
  assert.equal(door.stateOf(CALL), 'on')
  door.ended('r1' as RecordingId, broke('r1'))
  bench.exchange.onLegEvent(A, { type: 'renewed' })
  assert.deepEqual(recorder.did.splice(0), ['pause r1', 'go on r1 A paused'])
  assert.equal(bench.views.at(-1)?.recording, 'paused')
  bench.leg('A', ended)
  recorder.did.length = 0
  hangUp(scene)
})

for (const isPaused of [false, true])
  test(`CON-15 a hold ends; somebody was told that it is paused: ${isPaused}`, async () => {
    const scene = recorded()
    const { bench, recorder } = scene
    if (isPaused) await bench.exchange.recorder.pause(CALL, true)
    bench.leg('B1', { type: 'held' })
    await turn()
    recorder.did.length = 0
    bench.leg('B1', { type: 'resumed' })
    assert.deepEqual(recorder.did.splice(0), [isPaused ? 'pause r1' : 'resume r1 or later'])
    if (isPaused) await bench.exchange.recorder.pause(CALL, false)
    assert.deepEqual(recorder.did.splice(0), isPaused ? ['resume r1'] : [])
    hangUp(scene)
  })

test('CON-14 by code without a media process nothing is said', async () => {
  const { bench, recorder } = recordedInside()
  recorder.isMediaThere = false
  press(bench, A, '*1')
  await turn()
  assert.deepEqual(bench.take(), ['dtmf B1 * true'])
  assert.equal(bench.exchange.recorder.stateOf(CALL), 'on')
})

test('CON-14 of two who want different things at once the last one decides', async () => {
  const scene = recorded()
  const { recorder: door } = scene.bench.exchange
  await door.pause(CALL, true)
  const both = [door.pause(CALL, false), door.pause(CALL, true)]
  assert.deepEqual(await Promise.all(both), [false, true])
  assert.equal(door.stateOf(CALL), 'paused')
  assert.deepEqual(scene.recorder.did.splice(0), ['pause r1', 'resume r1', 'pause r1'])
  hangUp(scene)
})

for (const isAsked of [true, false])
  test(`CON-13 who refuses when asked again has refused${isAsked ? '' : '; twin: nobody is asked'}`, () => {
    const { bench, recorder } = recordedInside()
    const { recorder: door } = bench.exchange
    door.ended('r1' as RecordingId, broke('r1'))
    if (isAsked) {
      assert.equal(door.begin(CALL, BERND), true)
      press(bench, 'B1', '2')
    }
    bench.exchange.onLegEvent(A, { type: 'renewed' })
    assert.deepEqual(recorder.did, isAsked ? [] : ['go on r1 A'])
  })

for (const [order, happens] of [
  [
    'the end is told first',
    ({ exchange }: Bench) => {
      exchange.recorder.ended('r1' as RecordingId, broke('r1'))
      exchange.onLegEvent(A, { type: 'renewed' })
    },
  ],
  [
    'the new connection is told first',
    ({ exchange }: Bench) => {
      exchange.onLegEvent(A, { type: 'renewed' })
      exchange.recorder.ended('r1' as RecordingId, broke('r1'))
    },
  ],
] as const)
  test(`CON-13 a recording goes on with the next connection; ${order}`, async () => {
    const scene = recorded()
    const { bench, recorder } = scene
    await bench.exchange.recorder.pause(CALL, true)
    recorder.did.length = 0
    bench.exchange.onLegEvent('B1' as LegId, { type: 'renewed' })
    assert.deepEqual(recorder.did, [], 'the other side is not recorded')
    happens(bench)
    assert.deepEqual(recorder.did.splice(0), ['go on r1 A paused'])
    assert.equal(bench.views.at(-1)?.recording, 'paused')
    assert.deepEqual(kinds(scene).slice(-2), ['recordingBroke', 'recordingWentOn'])
    bench.exchange.onLegEvent(A, { type: 'renewed' })
    assert.deepEqual(recorder.did, [], 'once')
    bench.leg('A', ended)
    assert.deepEqual(recorder.did.splice(0), ['stop r1+'])
    hangUp(scene)
  })

test('CON-13 what broke is not recorded, and goes on for nobody else', async () => {
  const scene = recorded()
  const { bench, recorder } = scene
  bench.exchange.recorder.ended('r1' as RecordingId, broke('r1'))
  assert.equal(bench.views.at(-1)?.recording, undefined)
  assert.equal(await bench.exchange.recorder.pause(CALL, true), false)
  bench.leg('B1', { type: 'transfer', to: { dialled: CARLA } })
  bench.exchange.onLegEvent(A, { type: 'renewed' })
  assert.deepEqual(recorder.did, [])
})
