import assert from 'node:assert/strict'
import test from 'node:test'
import { CALLS_PER_DEVICE_MAX, cdrAfterRestart, type LegEvent } from '@rufwerk/calls'
import { type CallId, type DeviceId, type LegId, seconds } from '@rufwerk/core'
import fc from 'fast-check'
import { Bench, CALL, CALLER, ended, endedByUs, TENANT } from './bench.ts'

test('CALL-1 an extension rings, is answered and talks', () => {
  const bench = new Bench().call('100')
  assert.deepEqual(bench.take(), ['dial B1 b1'])
  bench.leg('B1', { type: 'ringing' })
  assert.deepEqual(bench.take(), ['ring A'])
  bench.leg('B1', { type: 'answered' })
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 A', 'answer A'])
  bench.leg('A', ended)
  assert.deepEqual(bench.take(), ['end B1 200 16'])
  bench.leg('B1', endedByUs)
  const cdr = bench.cdr()
  assert.deepEqual(
    [cdr.endedBy, cdr.cause, cdr.status, cdr.ringingAt, cdr.answeredAt, cdr.endedAt],
    ['caller', 16, 200, 2000, 3000, 4000],
  )
  assert.deepEqual(cdr.answeredBy, { kind: 'person', person: 'anna', device: 'anna-phone' })
  assert.deepEqual(
    bench.events.map((event) => event.type),
    ['requested', 'routed', 'ringing', 'answered', 'ended'],
  )
  assert.deepEqual(
    bench.views.map((view) => view.state),
    ['ringing', 'talking', 'ended'],
  )
})

test('CALL-2 the callee hangs up', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' }).leg('B1', ended).leg('A', endedByUs)
  assert.equal(bench.cdr().endedBy, 'callee')
})

test('CALL-3 forking: the first answer wins, the others end with cause 26', () => {
  const bench = new Bench()
  bench.contacts.push({ device: 'anna-web' as DeviceId, binding: 'b2' })
  bench.call('100').leg('B1', { type: 'ringing' }).leg('B2', { type: 'ringing' })
  assert.deepEqual(bench.take(), ['dial B1 b1', 'dial B2 b2', 'ring A'])
  bench.leg('B2', { type: 'answered' })
  assert.deepEqual(bench.take(), ['end B1 487 26', 'source A B2', 'source B2 A', 'answer A'])
  bench.leg('B1', endedByUs).leg('A', ended).leg('B2', endedByUs)
  const cdr = bench.cdr()
  assert.ok(cdr.answeredBy?.kind === 'person')
  assert.equal(cdr.answeredBy.device, 'anna-web')
})

const refusals: [rule: string, statuses: number[], outcome: [number, number]][] = [
  ['CALL-4 busy', [486], [486, 17]],
  ['CALL-4 declined', [603], [603, 21]],
  ['CALL-4 any other refusal', [500], [480, 41]],
  ['CALL-4 no response in time', [408], [480, 19]],
  ['CALL-4 busy beats a failure', [500, 486], [486, 17]],
  ['CALL-4 a decline beats busy', [486, 603], [603, 21]],
]
for (const [rule, statuses, [status, cause]] of refusals) {
  test(rule, () => {
    const bench = new Bench()
    bench.contacts = statuses.map((_, at) => ({ device: `d${at}` as DeviceId, binding: `b${at}` }))
    bench.call('100')
    for (const [at, refused] of statuses.entries())
      bench.leg(`B${at + 1}`, { type: 'refused', status: refused })
    assert.ok(bench.take().includes(`end A ${status} ${cause}`))
    const cdr = bench.leg('A', endedByUs).cdr()
    assert.deepEqual(
      [cdr.status, cdr.cause, cdr.answeredAt, cdr.endedBy],
      [status, cause, undefined, 'system'],
    )
  })
}

test('CALL-5 one of two is busy: the other rings on', () => {
  const bench = new Bench()
  bench.contacts.push({ device: 'anna-web' as DeviceId, binding: 'b2' })
  bench.call('100').leg('B1', { type: 'refused', status: 486 })
  bench.take()
  bench.leg('B2', { type: 'answered' })
  assert.deepEqual(bench.take(), ['source A B2', 'source B2 A', 'answer A'])
})

test('CALL-6 nobody answers in time', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'ringing' }).pass(seconds(45))
  assert.deepEqual(bench.take(), ['dial B1 b1', 'ring A', 'end B1 487 19', 'end A 480 19'])
  bench.leg('A', endedByUs).leg('B1', endedByUs)
  assert.equal(bench.cdr().why.rule, 'no-answer')
})

test('CALL-24 a call to somebody absent still says for whom it was', () => {
  const bench = new Bench()
  bench.contacts = []
  const cdr = bench.call('100').leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.to, cdr.why.rule, cdr.status, cdr.cause], ['anna', 'not-registered', 480, 20])
})

test('CALL-7 the caller gives up while it rings', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'ringing' })
  bench.take()
  bench.leg('A', ended)
  assert.deepEqual(bench.take(), ['end B1 487 16'])
  const cdr = bench.leg('B1', endedByUs).cdr()
  assert.deepEqual([cdr.endedBy, cdr.status, cdr.cause], ['caller', 487, 16])
})

test('CALL-8 an answer that crosses the end does not revive the call', () => {
  const bench = new Bench().call('100').leg('A', ended)
  bench.take()
  bench.leg('B1', { type: 'answered' })
  assert.deepEqual(bench.take(), [])
  assert.equal(bench.leg('B1', endedByUs).cdr().answeredAt, undefined)
})

test('CALL-9 early sound reaches the caller before the answer', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'early' })
  assert.deepEqual(bench.take(), ['dial B1 b1', 'source A B1', 'source B1 A', 'progress A'])
  bench.leg('B1', { type: 'ringing' })
  assert.deepEqual(bench.take(), [])
})

test('CALL-10 the echo answers', () => {
  const bench = new Bench().call('*43')
  assert.deepEqual(bench.take(), ['source A echo', 'answer A'])
  const cdr = bench.leg('A', ended).cdr()
  assert.deepEqual(cdr.answeredBy, { kind: 'system', name: 'echo' })
  assert.equal(cdr.status, 200)
})

test('CALL-11 an announcement is played before the answer and ends the call with its status', () => {
  const bench = new Bench().call('999')
  assert.deepEqual(bench.take(), ['source A prompt', 'progress A'])
  bench.leg('A', { type: 'sourceEnded' })
  assert.deepEqual(bench.take(), ['end A 404 1'])
  const cdr = bench.leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.status, cdr.cause, cdr.answeredAt], [404, 1, undefined])
})

test('CALL-12 an announcement that never ends is cut off', () => {
  const bench = new Bench().call('112').pass(seconds(30))
  assert.ok(bench.take().includes('end A 480 3'))
  assert.equal(bench.leg('A', endedByUs).cdr().why.rule, 'emergency-without-trunk')
})

test('CALL-13 hold: the other side hears the tone until resumed', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  bench.take()
  bench.leg('A', { type: 'held' })
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 hold'])
  bench.leg('B1', { type: 'held' })
  assert.deepEqual(bench.take(), ['source A hold', 'source B1 hold'])
  bench.leg('A', { type: 'resumed' })
  assert.deepEqual(bench.take(), ['source A hold', 'source B1 A'])
  bench.leg('B1', { type: 'resumed' })
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 A'])
})

test('CALL-14 digits reach the other side', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  bench.take()
  bench.leg('A', { type: 'dtmf', digit: '5', durationMs: 100, isInBand: false })
  bench.leg('B1', { type: 'dtmf', digit: '#', durationMs: 100, isInBand: true })
  assert.deepEqual(bench.take(), ['dtmf B1 5 false', 'dtmf A # true'])
})

test('CALL-15 an overloaded journal refuses new calls and leaves those that stand', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  bench.isOverloaded = true
  const leg = 'A2' as LegId
  const refused = bench.exchange.onIncoming({ leg, call: 'c2' as CallId, caller: CALLER, dialled: '100' })
  assert.deepEqual(refused, { status: 503, cause: 42 })
  bench.leg('A', ended).leg('B1', endedByUs)
  assert.equal(bench.cdr().status, 200)
})

test('CALL-16 a device has a limit of calls', () => {
  const bench = new Bench()
  for (let at = 0; at < CALLS_PER_DEVICE_MAX; at += 1) {
    const one = { leg: `L${at}` as LegId, call: `c${at}` as CallId, caller: CALLER, dialled: '100' }
    assert.equal(bench.exchange.onIncoming(one), 'accepted')
  }
  const more = { leg: 'L' as LegId, call: 'c' as CallId, caller: CALLER, dialled: '100' }
  assert.deepEqual(bench.exchange.onIncoming(more), { status: 486, cause: 17 })
  assert.equal(
    bench.exchange.onIncoming({ ...more, caller: { ...CALLER, device: 'other' as DeviceId } }),
    'accepted',
  )
})

test('CALL-17 the path to the caller breaks', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  bench.leg('A', { type: 'ended', by: 'network' }).leg('B1', endedByUs)
  assert.equal(bench.cdr().endedBy, 'network')
})

test('CALL-18 quality of both legs is in the CDR, that of losers is not', () => {
  const bench = new Bench()
  bench.contacts.push({ device: 'anna-web' as DeviceId, binding: 'b2' })
  const quality = {
    codec: 'PCMA',
    isRelayed: true,
    packetsSent: 1,
    packetsReceived: 2,
    lost: 0,
    rubbish: 0,
    jitterMs: 1,
  }
  bench.call('100').leg('B1', { type: 'answered' })
  bench.leg('B2', { type: 'quality', quality }).leg('B2', endedByUs)
  bench.leg('A', { type: 'quality', quality }).leg('A', ended)
  bench.leg('B1', { type: 'quality', quality }).leg('B1', endedByUs)
  assert.deepEqual(
    bench.cdr().quality.map((one) => [one.leg, one.role]),
    [
      ['A', 'caller'],
      ['B1', 'callee'],
    ],
  )
})

test('CALL-19 a leg that never reports its end does not keep the call', () => {
  const bench = new Bench().call('100').leg('A', ended).pass(seconds(40))
  assert.equal(bench.cdr().endedBy, 'caller')
})

test('CALL-20 a mistake in a port ends that call only', () => {
  const bench = new Bench({
    ring: () => {
      throw new Error('mistake')
    },
  })
  bench.call('100').leg('B1', { type: 'ringing' })
  assert.deepEqual(bench.take(), ['dial B1 b1', 'end A 480 16', 'end B1 480 16'])
  bench.leg('A', endedByUs).leg('B1', endedByUs)
  assert.equal(bench.cdr().endedBy, 'system')
})

test('CALL-21 a call is hung up from outside its legs', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  assert.equal(bench.exchange.hangUp(CALL), true)
  bench.leg('A', endedByUs).leg('B1', endedByUs)
  assert.equal(bench.cdr().endedBy, 'system')
  assert.equal(bench.exchange.hangUp(CALL), false)
})

test('CALL-22 whatever the legs report, there is one CDR and nothing is left', () => {
  const event = fc.constantFrom<LegEvent>(
    { type: 'ringing' },
    { type: 'early' },
    { type: 'answered' },
    { type: 'refused', status: 486 },
    { type: 'refused', status: 603 },
    { type: 'ended', by: 'peer' },
    { type: 'ended', by: 'network' },
    { type: 'held' },
    { type: 'resumed' },
    { type: 'sourceEnded' },
  )
  const dialled = fc.constantFrom('100', '101', '*43', '999', '112', '030123456')
  const happenings = fc.array(fc.tuple(fc.constantFrom('A', 'B1', 'B2', 'B3'), event), { maxLength: 20 })
  fc.assert(
    fc.property(dialled, happenings, (number, steps) => {
      const bench = new Bench()
      bench.contacts.push({ device: 'anna-web' as DeviceId, binding: 'b2' })
      bench.call(number)
      for (const [leg, happening] of steps) bench.leg(leg, happening)
      bench.leg('A', ended).pass(seconds(50)).pass(seconds(50)).pass(seconds(50))
      bench.cdr()
    }),
    { numRuns: 200 },
  )
})

test('CALL-23 the events of a call that was cut off make its CDR', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'ringing' }).leg('B1', { type: 'answered' })
  const cdr = cdrAfterRestart({ tenant: TENANT, call: CALL, events: bench.events })
  assert.ok(cdr)
  assert.deepEqual(
    [
      cdr.from.name,
      cdr.dialled,
      cdr.startedAt,
      cdr.answeredAt,
      cdr.endedAt,
      cdr.endedBy,
      cdr.status,
      cdr.why.rule,
    ],
    ['Bernd', '100', 1000, 3000, 3000, 'system', 200, 'restart'],
  )
  assert.equal(cdr.to, 'anna')
  assert.deepEqual(cdr.answeredBy, { kind: 'person', person: 'anna', device: 'anna-phone' })
  const echo = new Bench().call('*43')
  const served = cdrAfterRestart({ tenant: TENANT, call: CALL, events: echo.events })
  assert.deepEqual([served?.to, served?.answeredBy], [undefined, { kind: 'system', name: 'echo' }])
  assert.equal(cdrAfterRestart({ tenant: TENANT, call: CALL, events: [] }), undefined)
})
