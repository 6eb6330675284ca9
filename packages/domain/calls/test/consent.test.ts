// The question whether a call may be recorded, and recordings over hold, transfer and restart.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegEvent, RecordingWish } from '@rufwerk/calls'
import { type LegId, type RecordingId, seconds, wallTime } from '@rufwerk/core'
import { QUESTIONS } from '@rufwerk/recordings'
import fc from 'fast-check'
import type { MixId } from '../src/ports.ts'
import type { Talking } from '../src/state.ts'
import { talking } from '../src/talking.ts'
import { A, Bench, CALL, CALLER, ended, endedByUs, OUTSIDE } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'
import {
  ANNA,
  answered,
  BERND,
  CARLA,
  connected,
  hangUp,
  kinds,
  NUMBER,
  press,
  Recorder,
  RULES,
  recorded,
  type Scene,
  turn,
} from './recorded.ts'

const consentOf = ({ bench }: Scene) =>
  bench.events.flatMap(({ type, detail }) => (type.startsWith('recording') ? [{ type, ...detail }] : []))

test('CON-1 who is asked hears the question, the other one the notice', () => {
  const sources: [string, unknown][] = []
  const recorder = new Recorder()
  const setSource = (leg: string, source: unknown) => void sources.push([leg, source])
  new Bench({ setSource }, { recorder }).call(NUMBER, OUTSIDE).leg('B1', answered)
  const prompt = (name: string) => ({ type: 'prompt', names: [name], isLooped: false })
  assert.deepEqual(sources.slice(-2), [
    ['A', prompt('de-recording-question')],
    ['B1', prompt('de-recording-notice')],
  ])
})

test('CON-2 the key 1: both hear each other, and the leg of the outside party is recorded', () => {
  const scene = connected()
  const { bench, recorder } = scene
  assert.deepEqual(bench.take(), [
    'source A B1',
    'source B1 A',
    'answer A',
    'source A prompt',
    'source B1 prompt',
  ])
  bench.leg('A', { type: 'sourceEnded' }).leg('B1', { type: 'sourceEnded' })
  assert.deepEqual(recorder.did, [])
  bench.key('1')
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 A'])
  assert.deepEqual(recorder.did, ['record A'])
  const [begun] = recorder.begun
  assert.deepEqual(
    begun?.agreed.map(({ leg, key }) => [leg, key]),
    [['A', '1']],
  )
  assert.deepEqual([begun?.wish.purpose.id, begun?.talk.caller.kind], ['q', 'outside'])
  assert.deepEqual(consentOf(scene), [{ type: 'recordingAgreed', version: 'de-1' }])
  recorder.did.length = 0
  bench.leg('A', ended)
  assert.deepEqual(recorder.did, ['stop r1'])
  hangUp(scene)
})

const refusals: readonly [string, (bench: Bench) => void, string][] = [
  ['another key', (bench) => bench.key('2'), 'key'],
  ['another key after the question', (bench) => bench.leg('A', { type: 'sourceEnded' }).key('0'), 'key'],
  ['silence', (bench) => bench.leg('A', { type: 'sourceEnded' }).pass(seconds(8)), 'silence'],
  ['an end of the question that is never told', (bench) => bench.pass(seconds(30)), 'silence'],
  ['no prompt', (bench) => bench.leg('A', { type: 'sourceFailed' }), 'no-prompt'],
  ['a hold', (bench) => bench.leg('B1', { type: 'held' }), 'disturbed'],
]
for (const [name, happens, why] of refusals)
  test(`CON-3 ${name}: nothing is recorded, the call goes on`, () => {
    const scene = connected()
    scene.bench.take()
    happens(scene.bench)
    assert.equal(consentOf(scene)[0]?.type, 'recordingRefused')
    assert.equal((consentOf(scene)[0] as { why?: string }).why, why)
    assert.ok(scene.bench.take().includes('source B1 A') || why === 'disturbed')
    scene.bench.key('1').pass(seconds(60))
    assert.deepEqual(scene.recorder.did, [])
    hangUp(scene)
  })

test('CON-3 what is told after the question of a hold is told as always', () => {
  const scene = connected()
  scene.bench.take()
  scene.bench.leg('B1', { type: 'held' })
  assert.deepEqual(scene.bench.take().slice(-2), ['source A hold', 'source B1 A'])
  assert.ok(kinds(scene).includes('held'))
  hangUp(scene)
})

test('CON-3 somebody joins while the question is open: it is over, and a key agrees to nothing', () => {
  const wish: RecordingWish = {
    purpose: { id: 'q', name: 'Q', keepDays: 1 },
    question: QUESTIONS.de,
    asked: [A],
  }
  const record = { callerLeg: A } as Talking['record']
  const state: Talking = { name: 'talking', record, calleeLeg: 'B1' as LegId, held: new Set() }
  const env = { at: wallTime(1), newLeg: () => 'B2' as LegId }
  const asked = talking(state, { type: 'record', wish }, env).state as Talking
  const joined = talking(asked, { type: 'wished', wish: { type: 'mix', mix: 'm' as MixId } }, env)
  assert.ok(joined.state.name === 'talking' && joined.state.consent === undefined)
  const event = { type: 'dtmf', digit: '1', durationMs: 100, isInBand: true } as const
  const keyed = talking(joined.state, { type: 'leg', leg: A, event }, env)
  assert.ok([...joined.out, ...keyed.out].every(({ type }) => type !== 'record'))
})

test('CON-4 keys of the dialogue are not carried over; afterwards they are', () => {
  const scene = connected()
  scene.bench.leg('B1', { type: 'dtmf', digit: '1', durationMs: 100, isInBand: true }).key('1')
  assert.ok(scene.bench.take().every((told) => !told.startsWith('dtmf')))
  scene.bench.key('7')
  assert.deepEqual(scene.bench.take(), ['dtmf B1 7 true'])
  scene.recorder.did.length = 0
  hangUp(scene)
})

test('CON-5 a hold pauses, unless somebody has paused besides', async () => {
  const scene = recorded()
  const { bench, recorder } = scene
  bench.leg('B1', { type: 'held' }).leg('A', { type: 'held' }).leg('A', { type: 'resumed' })
  bench.leg('B1', { type: 'resumed' })
  assert.deepEqual(recorder.did.splice(0), ['pause r1', 'resume r1 or later'])
  assert.equal(await bench.exchange.recorder.pause(CALL, true), true)
  bench.leg('B1', { type: 'held' }).leg('B1', { type: 'resumed' })
  assert.deepEqual(recorder.did.splice(0), ['pause r1', 'pause r1', 'pause r1'])
  assert.equal(await bench.exchange.recorder.pause(CALL, false), true)
  assert.deepEqual(recorder.did.splice(0), ['resume r1'])
  hangUp(scene)
})

test('CON-6 blindly transferred: the recording ends, and who is led is asked by the next one only', () => {
  const scene = recorded()
  const { bench, recorder } = scene
  bench.leg('B1', { type: 'transfer', to: { dialled: CARLA } })
  assert.deepEqual(recorder.did.splice(0), ['stop r1'])
  bench.leg('B3', answered)
  const told = bench.take()
  assert.deepEqual(
    told.filter((one) => one.endsWith('prompt')),
    ['source A prompt', 'source B3 prompt'],
  )
  assert.deepEqual(recorder.did, [])
  bench.key('1')
  assert.deepEqual(recorder.did, ['record A'])
})

test('CON-6 a transfer that fails: who comes back is asked again', () => {
  const scene = recorded()
  const { bench, recorder } = scene
  bench.leg('B1', { type: 'transfer', to: { dialled: CARLA } }).leg('B3', { type: 'refused', status: 486 })
  assert.deepEqual(recorder.did, ['stop r1'])
  assert.ok(bench.take().includes('source A prompt'))
})

test('CON-6 another leg takes the place of one while the question is open: it is put anew', () => {
  const { bench, recorder } = connected()
  bench.take()
  const other = {
    leg: 'B9' as LegId,
    call: CALL,
    caller: { ...CALLER, person: ANNA },
    dialled: '',
    replaces: 'B1' as LegId,
  }
  assert.equal(bench.exchange.onIncoming(other), 'accepted')
  const told = bench.take()
  assert.ok(told.includes('source B9 prompt') && told.includes('end B1 200 16'))
  bench.leg('B1', endedByUs).key('1')
  assert.deepEqual(recorder.did, ['record A'])
})

test('CON-7 on demand: who may, talks in it; the other one is asked; paused, resumed and ended', async () => {
  const recorder = new Recorder()
  recorder.rules = { ...RULES, rules: [] }
  const bench = new Bench({}, { recorder }).call('100').leg('B1', answered)
  const { recorder: door } = bench.exchange
  assert.equal(door.begin(CALL, ANNA), false)
  assert.equal(door.begin(CALL, BERND), true)
  assert.equal(door.begin(CALL, BERND), false, 'asked already')
  bench.key('1')
  assert.deepEqual(recorder.did, [], 'not who is asked')
  bench.leg('B1', { type: 'dtmf', digit: '1', durationMs: 100, isInBand: true })
  assert.deepEqual(recorder.did, ['record A'])
  assert.equal(door.begin(CALL, BERND), false, 'recorded already')
  assert.equal(door.stop(CALL), true)
  assert.deepEqual(recorder.did, ['record A', 'stop r1'])
  assert.equal(door.stop(CALL), false)
  assert.equal(await door.pause(CALL, true), false)
  bench.leg('A', ended).leg('B1', endedByUs).cdr()
})

test('CON-8 the view tells it', async () => {
  const scene = connected()
  const { bench } = scene
  const last = () => bench.views.at(-1)?.recording
  assert.equal(last(), 'asking')
  bench.key('1')
  assert.equal(last(), 'on')
  await bench.exchange.recorder.pause(CALL, true)
  assert.equal(last(), 'paused')
  bench.exchange.recorder.ended('r1' as RecordingId)
  assert.equal(last(), undefined)
  scene.recorder.did.length = 0
  hangUp(scene)
})

test('CON-12 by code: begins, pauses and goes on, and who presses hears it', async () => {
  const recorder = new Recorder()
  recorder.rules = { ...RULES, rules: [] }
  const bench = new Bench({}, { recorder, config: COMPANY, live: EVERYBODY }).call('100').leg('B1', answered)
  bench.take()
  press(bench, A, '*1')
  assert.deepEqual(bench.take(), ['dtmf B1 * true', 'source A prompt', 'source B1 prompt'])
  press(bench, A, '*1')
  assert.deepEqual(bench.take(), [], 'a code while somebody is asked does nothing, and is heard by nobody')
  press(bench, 'B1', '1')
  assert.deepEqual(recorder.did.splice(0), ['record A'])
  bench.take()
  press(bench, A, '*1')
  await turn()
  assert.deepEqual(recorder.did.splice(0), ['pause r1'])
  assert.deepEqual(bench.take(), ['dtmf B1 * true', 'source A prompt'])
  bench.leg(A, { type: 'sourceEnded' })
  assert.deepEqual(bench.take(), ['source A B1'])
  press(bench, 'B1', '*1')
  await turn()
  assert.deepEqual(recorder.did.splice(0), ['resume r1'], 'the other one of the house may pause it, too')
  assert.deepEqual(bench.take(), ['dtmf A * true', 'source B1 prompt'])
  bench.leg('A', ended).leg('B1', endedByUs).cdr()
  assert.equal(bench.exchange.size(), 0)
})

test('CON-12 where it is not possible the keys are the other side’s', () => {
  const { bench, recorder } = connected({ ...RULES, rules: [] })
  bench.take()
  press(bench, 'B1', '*1')
  assert.deepEqual(bench.take(), ['dtmf A * true', 'dtmf A 1 true'], 'Anna may not')
  press(bench, A, '*1')
  assert.deepEqual(bench.take(), ['dtmf B1 * true', 'dtmf B1 1 true'], 'nor may anybody outside')
  assert.deepEqual(recorder.did, [])
})

test('CON-9 after a restart a recording goes on where its leg talks, and is paused as it was', async () => {
  const before = recorded()
  const recorder = new Recorder()
  const bench = new Bench({}, { recorder, config: COMPANY, live: EVERYBODY })
  const tenant = OUTSIDE.tenant
  assert.equal(bench.exchange.restore({ tenant, call: CALL, events: before.bench.events }), true)
  const { recorder: door } = bench.exchange
  assert.equal(door.adopt(CALL, 'B1' as LegId, 'r1' as RecordingId, false), false)
  assert.equal(door.adopt('other' as typeof CALL, A, 'r1' as RecordingId, false), false)
  assert.equal(door.adopt(CALL, A, 'r1' as RecordingId, true), true)
  assert.deepEqual([door.stateOf(CALL), recorder.did.splice(0)], ['paused', ['pause r1']])
  bench.leg('A', { type: 'held' }).leg('A', { type: 'resumed' })
  assert.ok(!recorder.did.splice(0).some((one) => one.startsWith('resume r1')))
  assert.equal(await door.pause(CALL, false), true)
  assert.deepEqual(recorder.did.splice(0), ['resume r1'])
  bench.leg('B1', { type: 'transfer', to: { dialled: CARLA } })
  assert.deepEqual(recorder.did, ['stop r1'])
})

test('CON-10 switched off, or no recorder: nobody is asked', () => {
  const off = connected({ ...RULES, isOn: false })
  assert.ok(off.bench.take().every((told) => !told.endsWith('prompt')))
  const none = new Bench().call(NUMBER, OUTSIDE).leg('B1', answered)
  assert.ok(none.take().every((told) => !told.endsWith('prompt')))
  assert.equal(none.exchange.recorder.begin(CALL, BERND), false)
})

const happening = fc.oneof(
  fc.record({
    leg: fc.constantFrom('A', 'B1', 'B3'),
    event: fc.constantFrom<LegEvent>(
      { type: 'held' },
      { type: 'resumed' },
      { type: 'sourceEnded' },
      { type: 'sourceFailed' },
      { type: 'answered' },
      { type: 'refused', status: 486 },
      { type: 'transfer', to: { dialled: CARLA } },
      { type: 'dtmf', digit: '1', durationMs: 100, isInBand: true },
      { type: 'dtmf', digit: '5', durationMs: 100, isInBand: true },
    ),
  }),
  fc.record({ pass: fc.constantFrom(1, 8, 30) }),
)

test('CON-11 whatever happens, nothing is recorded without the key, and nothing is left', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 20 }), (all) => {
      const { bench, recorder } = connected()
      const over = new Set<string>()
      let agreed = 0
      for (const one of all) {
        if ('pass' in one) bench.pass(seconds(one.pass))
        else if (
          over.has(one.leg) ||
          (one.leg === 'B3' && !bench.told.some((told) => told.startsWith('dial B3')))
        )
          continue
        else {
          if (one.leg !== 'B3' && one.event.type === 'refused') continue
          if (one.event.type === 'refused') over.add(one.leg)
          if (one.leg === 'A' && one.event.type === 'dtmf' && one.event.digit === '1') agreed += 1
          bench.leg(one.leg, one.event)
        }
        assert.ok(recorder.begun.length <= agreed)
      }
      for (const { leg } of recorder.begun) assert.equal(leg, 'A')
      for (const leg of ['A', 'B1', 'B3', 'B4', 'B5', 'B6']) if (!over.has(leg)) bench.leg(leg, ended)
      bench.pass(seconds(60))
      assert.equal(bench.exchange.size(), 0)
      assert.equal(recorder.did.filter((did) => did.startsWith('stop')).length, recorder.begun.length)
    }),
    { numRuns: 200 },
  )
})
