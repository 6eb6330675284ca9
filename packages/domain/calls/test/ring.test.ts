// Groups, outside numbers and what comes after nobody answered.
import assert from 'node:assert/strict'
import test from 'node:test'
import { TRUNK_SILENT_TIME } from '@rufwerk/calls/limits'
import { type CallId, type LegId, minutes, seconds } from '@rufwerk/core'
import { Bench, CALL, CALLER, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY, MOBILE } from './company.ts'

const company = (): Bench => new Bench({}, { config: COMPANY, live: EVERYBODY })
const refused = (status: number, cause?: number) =>
  ({ type: 'refused', status, ...(cause !== undefined && { cause }) }) as const

test('CALL-33 a group rings together, each member after its delay; the first answer wins', () => {
  const bench = company().call('400')
  assert.deepEqual(bench.take(), ['dial B1 anna'])
  bench.pass(seconds(5))
  assert.deepEqual(bench.take(), ['dial B2 carla'])
  bench.leg('B1', { type: 'ringing' }).leg('B2', { type: 'ringing' }).leg('B2', { type: 'answered' })
  assert.deepEqual(bench.take(), ['ring A', 'end B1 487 26', 'source A B2', 'source B2 A', 'answer A'])
  const cdr = bench.leg('A', ended).leg('B2', endedByUs).cdr()
  assert.deepEqual(cdr.answeredBy, { kind: 'person', person: 'carla', device: 'carla-phone' })
  assert.deepEqual([cdr.to, cdr.why.rule], [undefined, 'ring-group'])
  assert.equal(bench.views.at(-1)?.to, 'carla', 'the screens of who answered show it')
})

test('CALL-60 the view tells whose phones ring, and who answered', () => {
  const bench = company().call('400')
  const shown = () => [
    bench.views.at(-1)?.state,
    bench.views.at(-1)?.rings?.join(),
    bench.views.at(-1)?.answeredBy,
  ]
  assert.deepEqual(shown(), ['ringing', 'anna', undefined])
  bench.pass(seconds(5))
  assert.deepEqual(shown(), ['ringing', 'anna,carla', undefined])
  bench.leg('B1', refused(486))
  assert.deepEqual(shown(), ['ringing', 'carla', undefined])
  bench.leg('B2', { type: 'ringing' })
  const { length } = bench.views
  bench.leg('B2', { type: 'answered' })
  assert.deepEqual(shown(), ['talking', undefined, 'carla'])
  assert.equal(bench.views.length, length + 1)
  bench.leg('A', ended)
  assert.deepEqual(shown(), ['ended', undefined, 'carla'])
})

test('CALL-33 when nobody rings any more, nobody waits for a delay', () => {
  const bench = company().call('400')
  bench.take()
  bench.leg('B1', refused(486))
  assert.deepEqual(bench.take(), ['dial B2 carla'])
  assert.deepEqual(bench.pass(seconds(5)).take(), [], 'and nobody rings twice')
  bench.leg('B2', refused(603))
  assert.deepEqual(bench.take(), ['end A 486 17'])
  assert.equal(bench.leg('A', endedByUs).cdr().why.rule, 'busy')
})

test('CALL-34 a decline of one member does not speak for the others', () => {
  const bench = company().call('400').pass(seconds(5))
  bench.leg('B1', refused(603))
  bench.take()
  bench.leg('B2', { type: 'answered' })
  assert.deepEqual(bench.take(), ['source A B2', 'source B2 A', 'answer A'])
})

test('CALL-35 in turn: who does not answer, is busy, declines or fails is followed by the next', () => {
  const bench = company().call('401')
  assert.deepEqual(bench.take(), ['dial B1 anna'])
  bench.leg('B1', { type: 'ringing' }).pass(seconds(10))
  assert.deepEqual(bench.take(), ['ring A', 'end B1 487 19', 'dial B2 carla'])
  bench.leg('B2', refused(603))
  assert.deepEqual(bench.take(), [`dial B3 main ${MOBILE}`])
  bench.leg('B3', refused(486)).leg('B1', endedByUs)
  assert.deepEqual(bench.take(), ['source A prompt', 'progress A'])
  const cdr = bench.leg('A', { type: 'sourceEnded' }).leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.why.rule, cdr.status], ['announcement', 480])
})

test('CALL-35 the time of the group ends them all', () => {
  const bench = company().call('401').pass(seconds(10)).pass(seconds(10))
  bench.take()
  bench.leg('B3', { type: 'ringing' }).pass(seconds(60))
  assert.deepEqual(bench.take(), ['ring A', 'end B3 487 19', 'source A prompt', 'progress A'])
})

test('CALL-36 the mobile rings beside the phone after its delay; a decline of the person ends both', () => {
  const bench = company().call('104')
  assert.deepEqual(bench.take(), ['dial B1 david'])
  bench.pass(seconds(8))
  assert.deepEqual(bench.take(), [`dial B2 main ${MOBILE}`])
  bench.leg('B1', refused(603))
  assert.deepEqual(bench.take(), ['end B2 487 19', 'end A 603 21'])
  const cdr = bench.leg('A', endedByUs).leg('B2', endedByUs).cdr()
  assert.deepEqual([cdr.to, cdr.why.rule], ['david', 'declined'])
})

test('CALL-37 an outside number: the record says by which trunk it answered', () => {
  const bench = company().call('01701234567')
  assert.deepEqual(bench.take(), [`dial B1 main ${MOBILE}`])
  bench.leg('B1', { type: 'early' }).leg('B1', { type: 'answered' })
  assert.deepEqual(bench.take(), [
    'source A B1',
    'source B1 A',
    'progress A',
    'source A B1',
    'source B1 A',
    'answer A',
  ])
  assert.equal(bench.exchange.callsOn(OUTSIDE.trunk), 1)
  const cdr = bench.leg('B1', ended).leg('A', endedByUs).cdr()
  assert.deepEqual(cdr.answeredBy, { kind: 'outside', trunk: 'main', number: MOBILE })
  assert.equal(bench.exchange.callsOn(OUTSIDE.trunk), 0)
})

for (const [name, refusal, next] of [
  ['a full network', refused(503), true],
  ['congestion, whatever the status', refused(480, 34), true],
  ['no answer to the INVITE', refused(408), true],
  ['wrong credentials', refused(403), true],
  ['busy', refused(486), false],
  ['nobody has the number', refused(404), false],
  ['declined', refused(603), false],
] as const) {
  test(`CALL-38 ${name}: ${next ? 'the next trunk is tried' : 'it is the word of the callee'}`, () => {
    const bench = company().call('01701234567')
    bench.take()
    bench.leg('B1', refusal)
    assert.equal(bench.take().includes(`dial B2 spare ${MOBILE}`), next)
  })
}

test('CALL-38 once it has rung no other trunk is tried', () => {
  const bench = company().call('01701234567').leg('B1', { type: 'ringing' })
  bench.take()
  bench.leg('B1', refused(503))
  assert.deepEqual(bench.take(), ['source A prompt', 'progress A'])
})

test('CALL-39 a trunk that says nothing is given up while there is another one', () => {
  const bench = company().call('01701234567')
  bench.take()
  bench.pass(TRUNK_SILENT_TIME)
  assert.deepEqual(bench.take(), ['end B1 487 19', `dial B2 spare ${MOBILE}`])
  assert.deepEqual(bench.pass(TRUNK_SILENT_TIME).take(), [], 'the last one has its time')
  bench.leg('B1', endedByUs).leg('B2', { type: 'answered' }).leg('A', ended).leg('B2', endedByUs)
  const { answeredBy } = bench.cdr()
  assert.equal(answeredBy?.kind === 'outside' && answeredBy.trunk, 'spare')
})

test('CALL-40 what the limits leave of time cuts the call, also after a restart', () => {
  const bench = company().call('01701234567').leg('B1', { type: 'answered' })
  bench.take()
  const second = company()
  second.pass(bench.age())
  assert.ok(second.exchange.restore({ tenant: TENANT, call: CALL, events: bench.events }))
  second.take()
  for (const one of [bench, second]) {
    one.pass(minutes(480))
    assert.deepEqual(one.take(), ['end A 200 102', 'end B1 200 102'])
    const cdr = one.leg('A', endedByUs).leg('B1', endedByUs).cdr()
    assert.deepEqual([cdr.endedBy, cdr.cause, cdr.answeredBy?.kind], ['system', 102, 'outside'])
    assert.ok(one.events.some(({ type, detail }) => type === 'cut' && detail?.limit === 'money'))
  }
})

test('CALL-41 an emergency call takes a full trunk: the youngest other call on it ends', () => {
  const bench = company().call('01701234567').leg('B1', { type: 'answered' })
  bench.take()
  const call = 'emergency' as CallId
  const full = { ...EVERYBODY, trunk: () => ({ isUp: true, calls: 1 }) }
  bench.live = full
  bench.exchange.onIncoming({ leg: 'E' as LegId, call, caller: CALLER, dialled: '112' })
  assert.deepEqual(bench.take(), ['dial B2 main 112 for help', 'end A 503 8', 'end B1 503 8'])
})

test('CALL-41 an emergency call is not left to the word of one centre', () => {
  const { dialPlan } = COMPANY
  assert.ok(dialPlan)
  const trunks = dialPlan.trunks.map((trunk) => ({ ...trunk, isForEmergency: true }))
  const config = { ...COMPANY, dialPlan: { ...dialPlan, trunks } }
  const bench = new Bench({}, { config, live: EVERYBODY }).call('112').leg('B1', { type: 'ringing' })
  bench.take()
  bench.leg('B1', refused(486))
  assert.deepEqual(bench.take(), ['dial B2 spare 112 for help'])
})

test('CALL-42 a caller who hears early sound gets the ringback tone from us when it ends', () => {
  const bench = company().call('400').pass(seconds(5)).leg('B1', { type: 'early' })
  bench.leg('B1', refused(486))
  assert.equal(bench.take().at(-1), 'source A ringback')
})
