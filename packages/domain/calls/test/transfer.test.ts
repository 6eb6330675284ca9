// Blind and attended transfer as the calls see it (RFC 5589): who hears what, who is told what, and records.
import assert from 'node:assert/strict'
import test from 'node:test'
import { cdrAfterRestart, type LegEvent } from '@rufwerk/calls'
import type { CallId, DeviceId, LegId, PersonId } from '@rufwerk/core'
import { minutes, seconds } from '@rufwerk/core'
import fc from 'fast-check'
import { Bench, CALL, CALLER, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const to = (dialled: string): LegEvent => ({ type: 'transfer', to: { dialled } })
const attended = (leg: string): LegEvent => ({ type: 'transfer', to: { leg: leg as LegId } })
const refused = (status: number): LegEvent => ({ type: 'refused', status })
const answered: LegEvent = { type: 'answered' }

const SECOND = { leg: 'A2' as LegId, call: 'call2' as CallId, caller: CALLER, dialled: '100' }

/** Bernd (A) talks to Anna (B1). */
function talking(): Bench {
  const bench = new Bench().call('100').leg('B1', answered)
  bench.take()
  return bench
}

/** Bernd has a second call, from A2 to Anna (B2). */
function twoCalls(): Bench {
  const bench = talking()
  assert.equal(bench.exchange.onIncoming(SECOND), 'accepted')
  bench.leg('B2', answered)
  bench.take()
  return bench
}

const types = (bench: Bench, call: string) =>
  bench.events.filter((event) => event.call === call).map(({ type }) => type)

function assertClosed(bench: Bench, records: number): void {
  assert.equal(bench.cdrs.length, records)
  assert.equal(new Set(bench.cdrs.map(({ call }) => call)).size, records, 'one for each call')
  assert.equal(bench.exchange.size(), 0)
}

test('XFR-1 blind: ringback, and then the two others talk', () => {
  const bench = talking().leg('A', to('100'))
  assert.deepEqual(bench.take(), ['source A silence', 'source B1 ringback', 'dial B3 b1'])
  bench.leg('B3', { type: 'ringing' })
  assert.deepEqual(bench.take(), ['told A 180'])
  bench.leg('B3', answered)
  assert.deepEqual(bench.take(), [
    ...['source B1 B3', 'source B3 B1', 'answer B1'],
    ...['move B1 B2', 'told A 200', 'end A 200 16'],
  ])
  bench.leg('A', endedByUs)
  assert.deepEqual(
    bench.cdrs.map(({ call, endedBy, transferredTo }) => [call, endedBy, transferredTo]),
    [[CALL, 'caller', 'B2']],
  )
  bench.leg('B3', ended)
  assert.deepEqual(bench.take(), ['end B1 200 16'])
  bench.leg('B1', endedByUs)
  assertClosed(bench, 2)
})

test('XFR-2 the record of the second call names who was led, and both name each other', () => {
  const bench = talking().leg('A', to('100')).leg('B3', answered).leg('A', endedByUs)
  bench.leg('B1', ended).leg('B3', endedByUs)
  const [first, second] = bench.cdrs
  assert.deepEqual(second?.from, {
    kind: 'inside',
    person: 'anna',
    device: 'anna-phone',
    extension: '100',
    name: 'Anna',
  })
  assert.deepEqual([first?.transferredTo, second?.transferredFrom], [second?.call, first?.call])
  assert.deepEqual([first?.transferredFrom, second?.transferredTo], [undefined, undefined])
  assert.deepEqual(types(bench, CALL), ['requested', 'routed', 'answered', 'transferring', 'ended'])
})

test('XFR-2 somebody from outside stays who they are', () => {
  const bench = new Bench().call('+493023125100', OUTSIDE).leg('B1', answered)
  bench.contacts = [{ device: 'anna-web' as DeviceId, binding: 'b2' }]
  bench.leg('B1', to('100')).leg('B3', answered)
  bench.leg('B1', endedByUs).leg('A', ended).leg('B3', endedByUs)
  const { tenant: _, ...caller } = OUTSIDE
  assert.deepEqual(bench.cdrs[1]?.from, caller)
})

const forbidden: [string, number, string][] = [
  ['+12125550100', 403, 'international-denied'],
  ['0900123456', 403, 'premium-denied'],
  ['03012345678', 404, 'no-outbound-rule'],
  ['4711', 404, 'unknown-number'],
]
for (const [dialled, status, rule] of forbidden)
  test(`XFR-3 a transfer to ${dialled} is judged as a call of the transferor: ${status}`, () => {
    const dials = new Bench().call(dialled)
    assert.deepEqual(dials.take(), ['source A prompt', 'progress A'])
    const bench = talking().leg('A', to(dialled))
    assert.deepEqual(bench.take(), [`told A ${status}`], 'nothing is dialled and nobody hears a change')
    const event = bench.events.findLast(({ type }) => type === 'transferRefused')
    assert.deepEqual([event?.why?.rule, event?.detail?.dialled], [rule, dialled])
    bench.leg('B1', { type: 'dtmf', digit: '1', durationMs: 100, isInBand: false })
    assert.deepEqual(bench.take(), ['dtmf A 1 false'], 'the call goes on')
  })

test('XFR-3 the twins: whoever may call there may transfer there, whoever is led there', () => {
  const bench = talking().leg('B1', to('+12125550100'))
  assert.deepEqual(bench.take(), ['told B1 403'], 'the callee transfers, too, and is judged')
})

for (const code of ['*97', '*21*0170123456', '**100', '*25'])
  test(`XFR-4 codes do not act for the transferor at the hands of somebody else: ${code}`, () => {
    const bench = talking().leg('A', to(code))
    const [told, ...others] = bench.take()
    assert.match(told ?? '', /^told A 4\d\d$/)
    assert.deepEqual(others, [])
  })

for (const status of [486, 603, 500])
  test(`XFR-5 a target that refuses with ${status}: the transferor hears it, both talk again`, () => {
    const bench = talking().leg('A', { type: 'held' }).leg('A', to('100'))
    bench.take()
    bench.leg('B3', refused(status))
    const heard = bench.take()
    assert.deepEqual(
      heard.slice(-3).map((line) => line.replace(/ [456]\d\d$/, ' x')),
      [...['told A x', 'source A B1', 'source B1 hold']],
    )
    bench.leg('A', { type: 'resumed' })
    assert.deepEqual(bench.take(), ['source A B1', 'source B1 A'])
    bench.leg('A', ended).leg('B1', endedByUs)
    assertClosed(bench, 2)
    const [first, second] = bench.cdrs
    assert.deepEqual([first?.transferredFrom, first?.answeredAt, first?.endedBy], [CALL, undefined, 'system'])
    assert.deepEqual([second?.call, second?.transferredTo, second?.endedBy], [CALL, undefined, 'caller'])
  })

test('XFR-5 a target that does not answer: after its time both talk again', () => {
  const bench = talking().leg('A', to('100')).leg('B3', { type: 'ringing' }).pass(seconds(45))
  assert.deepEqual(bench.take().slice(-4), ['end B3 487 19', 'told A 480', 'source A B1', 'source B1 A'])
  bench.leg('B3', endedByUs).leg('B1', ended).leg('A', endedByUs)
  assertClosed(bench, 2)
})

/** Anna transfers, and has hung up. */
function annaGone(): Bench {
  const bench = talking()
  bench.contacts = [{ device: 'anna-web' as DeviceId, binding: 'b2' }]
  return bench.leg('B1', to('100')).leg('B1', ended)
}

test('XFR-6 a transferor who has hung up is rung when nobody takes the party', () => {
  const bench = annaGone()
  assert.deepEqual(bench.take().slice(-2), ['dial B3 b2', 'move A B2'])
  assert.equal(bench.cdrs[0]?.transferredTo, 'B2')
  bench.leg('B3', refused(486))
  assert.deepEqual(bench.take(), ['move A B4', 'source A ringback', 'dial B5 b2'])
  bench.leg('B5', { type: 'ringing' }).leg('B5', answered)
  assert.deepEqual(bench.take(), ['source A B5', 'source B5 A', 'answer A'])
  bench.leg('A', ended).leg('B5', endedByUs)
  assertClosed(bench, 3)
  const [first, second, third] = bench.cdrs
  assert.deepEqual([first?.call, second?.transferredFrom, third?.transferredFrom], [CALL, CALL, second?.call])
  assert.equal(third?.to, 'anna')
})

test('XFR-6 and does not answer either: the call ends as one that nobody answered', () => {
  const bench = annaGone().leg('B3', refused(603))
  bench.take()
  bench.pass(seconds(45))
  assert.deepEqual(bench.take(), ['end B5 487 19', 'end A 480 19'])
  bench.leg('B5', endedByUs).leg('A', endedByUs)
  assertClosed(bench, 3)
  assert.equal(bench.cdrs.at(-1)?.why.rule, 'no-answer')
})

test('XFR-7 who is led somewhere hangs up: all of it is over, and the transferor is told', () => {
  const bench = talking().leg('A', to('100')).leg('B3', { type: 'ringing' })
  bench.take()
  bench.leg('B1', ended)
  assert.deepEqual(bench.take(), ['end B3 487 16', 'told A 487', 'end A 200 16'])
  bench.leg('B3', endedByUs).leg('A', endedByUs)
  assertClosed(bench, 2)
  assert.deepEqual(bench.cdrs.map(({ endedBy }) => endedBy).toSorted(), ['callee', 'caller'])
})

test('XFR-8 attended: the party takes the place of the transferor, whose legs end', () => {
  const bench = twoCalls().leg('A', { type: 'held' }).leg('A', attended('A2'))
  assert.deepEqual(bench.take().slice(2), [
    ...['source A silence', 'source B1 B2', 'source B2 B1', 'answer B1', 'end A2 200 16'],
    ...['move B1 call2', 'told A 200', 'end A 200 16'],
  ])
  bench.leg('A', endedByUs).leg('A2', endedByUs)
  const view = bench.exchange.views().find(({ call }) => call === 'call2')
  assert.deepEqual([view?.from.name, view?.to], ['Anna', 'anna'])
  bench.leg('B1', { type: 'held' })
  assert.deepEqual(bench.take(), ['source B1 B2', 'source B2 hold'])
  bench.leg('B2', ended).leg('B1', endedByUs)
  assertClosed(bench, 2)
  const [first, second] = bench.cdrs
  assert.deepEqual([first?.call, first?.transferredTo], [CALL, 'call2'])
  assert.deepEqual([second?.call, second?.transferredFrom], ['call2', CALL])
  assert.deepEqual([second?.from.name, second?.endedBy], ['Bernd', 'callee'])
})

test('XFR-9 attended needs two answered calls; otherwise nothing changes', () => {
  const bench = talking()
  bench.exchange.onIncoming({ ...SECOND, dialled: '*43' })
  bench.take()
  bench.leg('A', attended('A2')).leg('A', attended('A')).leg('A', attended('nobody'))
  assert.deepEqual(bench.take(), ['told A 480', 'told A 480', 'told A 480'])
  const echo = new Bench().call('*43')
  echo.take()
  echo.leg('A', to('100'))
  assert.deepEqual(echo.take(), ['told A 480'])
})

test('XFR-14 by REFER, while the other call rings: it is given up, and who is led comes back', () => {
  const bench = talking()
  bench.exchange.onIncoming(SECOND)
  bench.take()
  bench.leg('A', attended('A2'))
  assert.deepEqual(bench.take(), [
    ...['end A2 487 16', 'end B2 487 16'],
    ...['source A silence', 'source B1 ringback', 'dial B4 b1'],
  ])
  bench.leg('A2', endedByUs).leg('B2', endedByUs).leg('B4', refused(486))
  assert.deepEqual(bench.take(), ['told A 486', 'source A B1', 'source B1 A'])
  bench.leg('A', ended).leg('B1', endedByUs)
  assertClosed(bench, 3)
})

test('XFR-10 a restart in a transfer: the two who talked go on, the call that was made is over', () => {
  const bench = talking().leg('A', to('100')).leg('B3', { type: 'ringing' })
  const of = (call: string) => bench.events.filter((event) => event.call === call)
  const next = new Bench().pass(bench.age())
  assert.equal(next.exchange.restore({ tenant: TENANT, call: 'B2' as CallId, events: of('B2') }), false)
  assert.equal(next.exchange.restore({ tenant: TENANT, call: CALL, events: of(CALL) }), true)
  assert.deepEqual(next.take(), ['source A B1', 'source B1 A'])
  const cdr = cdrAfterRestart({ tenant: TENANT, call: 'B2' as CallId, events: of('B2') })
  assert.deepEqual([cdr?.why.rule, cdr?.transferredFrom, cdr?.from.name], ['restart', CALL, 'Anna'])
})

test('XFR-10 a restart after a transfer: who was connected goes on', () => {
  const bench = twoCalls().leg('A', { type: 'held' }).leg('A', attended('A2')).leg('B1', { type: 'held' })
  const events = bench.events.filter(({ call }) => call === 'call2')
  const next = new Bench().pass(bench.age())
  assert.equal(next.exchange.restore({ tenant: TENANT, call: 'call2' as CallId, events }), true)
  assert.deepEqual(next.take(), ['source B1 B2', 'source B2 hold'])
  assert.deepEqual(
    next.views.map(({ from, to, heldBy }) => [from.name, to, heldBy]),
    [['Anna', 'anna', 'caller']],
  )
  next.leg('B1', ended).leg('B2', endedByUs)
  assert.equal(next.cdr().transferredFrom, CALL)
})

test('XFR-11 another device of a person takes the place of a leg, and is answered', () => {
  const bench = talking()
  const web = { ...CALLER, device: 'bernd-web' as DeviceId, person: 'bernd' as PersonId }
  const incoming = { leg: 'A3' as LegId, call: CALL, caller: web, dialled: '100', replaces: 'A' as LegId }
  assert.equal(bench.exchange.onIncoming(incoming), 'accepted')
  assert.deepEqual(bench.take(), ['source A3 B1', 'source B1 A3', 'answer A3', 'end A 200 16'])
  bench.leg('A', endedByUs).leg('A3', ended).leg('B1', endedByUs)
  assert.equal(bench.cdr().endedBy, 'caller')
  const gone = { ...incoming, leg: 'A4' as LegId, replaces: 'nobody' as LegId }
  assert.deepEqual(bench.exchange.onIncoming(gone), { status: 481, cause: 41 })
})

test('XFR-13 what a leg to the outside was begun with is used up wherever it is led', () => {
  for (const isAttended of [false, true]) {
    const bench = new Bench({}, { config: COMPANY, live: EVERYBODY }).call('01701234567')
    bench.leg('B1', answered).pass(minutes(100))
    if (isAttended) {
      bench.exchange.onIncoming({ ...SECOND, dialled: '103' })
      bench.leg('B2', answered).leg('A', attended('A2')).leg('A2', endedByUs)
    } else bench.leg('A', to('103')).leg('B3', answered)
    bench.leg('A', endedByUs)
    const call = (isAttended ? 'call2' : 'B2') as CallId
    assert.equal(bench.exchange.usageOf(TENANT, CALLER.person).callsNow, 1, 'it goes on to count')
    const events = bench.events.filter((event) => event.call === call)
    const next = new Bench().pass(bench.age())
    assert.ok(next.exchange.restore({ tenant: TENANT, call, events }))
    for (const one of [bench, next]) {
      one.pass(minutes(379))
      one.take()
      one.pass(minutes(1))
      assert.deepEqual(
        one.take().toSorted(),
        [`end ${isAttended ? 'B2' : 'B3'} 200 102`, 'end B1 200 102'].toSorted(),
      )
    }
  }
})

test('XFR-13 who leads somebody to the outside pays for it', () => {
  const bench = new Bench({}, { config: COMPANY, live: EVERYBODY }).call('100').leg('B1', answered)
  bench.leg('B1', to('01701234567')).leg('B3', answered).leg('B1', endedByUs)
  bench.leg('A', ended).leg('B3', endedByUs)
  const { from, transferredBy, answeredBy } = bench.cdrs[1] ?? assert.fail()
  assert.deepEqual(
    [from.kind === 'inside' && from.person, transferredBy, answeredBy?.kind],
    ['bernd', 'anna', 'outside'],
  )
})

test('XFR-12 whatever the legs report in a transfer, each call has one record and nothing is left', () => {
  const event = fc.constantFrom<LegEvent>(
    { type: 'ringing' },
    { type: 'early' },
    answered,
    refused(486),
    ended,
    { type: 'ended', by: 'network' },
    { type: 'held' },
    { type: 'resumed' },
    to('100'),
    to('101'),
    to('4711'),
    attended('A'),
    attended('A2'),
  )
  const legs = ['A', 'A2', ...Array.from({ length: 9 }, (_, at) => `B${at + 1}`)]
  const happenings = fc.array(fc.tuple(fc.constantFrom(...legs), event), { maxLength: 25 })
  fc.assert(
    fc.property(happenings, (steps) => {
      const bench = twoCalls()
      for (const [leg, happening] of steps) bench.leg(leg, happening)
      for (let round = 0; round < 20 && bench.exchange.views().length > 0; round += 1) {
        for (const { call } of bench.exchange.views()) bench.exchange.hangUp(call)
        bench.pass(seconds(50))
      }
      const begun = new Set(bench.events.filter(({ type }) => type === 'requested').map(({ call }) => call))
      assertClosed(bench, begun.size)
    }),
    { numRuns: 100 },
  )
})

test('CALL-81 the calls of a person are found, and who is there is led on as by a transfer', () => {
  const bench = twoCalls()
  const legs = (person: string) =>
    bench.exchange.talksOf(TENANT, person as PersonId).map(({ own, other }) => [own, other])
  const calls = [
    ['A', 'B1'],
    ['A2', 'B2'],
  ]
  assert.deepEqual(legs('bernd'), calls)
  assert.deepEqual(
    legs('anna'),
    calls.map((pair) => pair.toReversed()),
  )
  assert.deepEqual(legs('nobody'), [])
  bench.exchange.lead('A' as LegId, '*43')
  assert.deepEqual(bench.take().slice(-2), ['told A 200', 'end A 200 16'])
  assert.deepEqual(legs('bernd'), [['A2', 'B2']])
  bench.leg('A', endedByUs).leg('A2', ended).leg('B2', endedByUs).leg('B1', ended)
  assertClosed(bench, 3)
})
