// A call is with a service of the house: it hears what happens, and says what is done.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegPort, MixId, ServicePort, Visit, VisitEvent, VisitWish } from '@rufwerk/calls'
import { type PersonId, seconds } from '@rufwerk/core'
import { A, Bench, CALL, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const ANNA = 'anna' as PersonId
const CARLA = 'carla' as PersonId

/** A box that takes every call and writes down what it is told. */
class Box implements ServicePort {
  readonly visits: Visit[] = []
  readonly events: VisitEvent[] = []
  isOpen = true
  readonly bench: Bench

  constructor(legs: Partial<LegPort> = {}) {
    this.bench = new Bench(legs, { config: COMPANY, live: EVERYBODY, voicemail: this })
  }

  enter(visit: Visit): boolean {
    if (this.isOpen) this.visits.push(visit)
    return this.isOpen
  }

  happened(_: string, event: VisitEvent): void {
    this.events.push(event)
  }

  wish(wish: VisitWish): string[] {
    assert.equal(this.bench.exchange.wish(CALL, wish), true)
    return this.bench.take()
  }

  /** What it was told since. */
  take(): string[] {
    return this.events.splice(0).map((event) => {
      if (event.type === 'key') return `key ${event.key}`
      if (event.type === 'notAnswered') return `${event.person} ${event.why}`
      return event.type === 'answered' ? `${event.person} answered` : event.type
    })
  }
}

const prompt = { type: 'prompt', names: ['greeting'], isLooped: false } as const

function visited(caller?: typeof OUTSIDE): Box {
  const box = new Box()
  box.bench.call(caller ? '+493023125300' : '300', caller)
  return box
}

test('CALL-68 the service answers the call, lets it hear and ends it', () => {
  const box = visited(OUTSIDE)
  const [visit] = box.visits
  assert.deepEqual([visit?.call, visit?.leg, visit?.isAnswered], [CALL, A, false])
  assert.equal(visit?.node.do === 'voicemail' && visit.node.box, 'shared')
  assert.deepEqual(box.bench.take(), [])
  assert.deepEqual(box.wish({ type: 'hear', source: prompt }), ['source A prompt', 'progress A'])
  assert.deepEqual(box.wish({ type: 'answer', source: prompt }), ['source A prompt', 'answer A'])
  assert.deepEqual(box.wish({ type: 'answer', source: prompt }), ['source A prompt'])
  assert.deepEqual(box.wish({ type: 'end', cause: { status: 480, cause: 16 } }), ['end A 480 16'])
  const cdr = box.bench.leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.answeredBy, cdr.endedBy], [{ kind: 'system', name: 'voicemail' }, 'system'])
  assert.deepEqual(box.take(), ['left'])
})

test('CALL-82 who hears one sound after the other was answered once, who is led on once more', () => {
  const box = visited(OUTSIDE)
  for (let sound = 0; sound < 5; sound += 1) box.wish({ type: 'answer', source: prompt })
  const answers = () => box.bench.events.filter(({ type }) => type === 'answered').length
  assert.equal(answers(), 1)
  box.wish({ type: 'go', target: { to: 'person', person: ANNA } })
  box.bench.leg('B1', { type: 'answered' })
  assert.equal(answers(), 2)
  box.bench.leg('B1', ended)
})

test('CALL-68 the service leads the call on, and who rang for it stops', () => {
  const box = visited()
  box.wish({ type: 'ring', person: CARLA })
  const told = box.wish({ type: 'go', target: { to: 'person', person: ANNA } })
  assert.deepEqual(told, ['end B1 487 16', 'dial B2 anna'])
  assert.deepEqual(box.take(), ['left'])
  const cdr = box.bench.leg('B1', endedByUs).leg('B2', { type: 'answered' }).leg('B2', ended)
  assert.deepEqual(cdr.leg('A', endedByUs).cdr().answeredBy, {
    kind: 'person',
    person: 'anna',
    device: 'anna-phone',
  })
})

test('CALL-68 the service leads the call on as if its caller had dialled', () => {
  const box = visited()
  assert.deepEqual(box.wish({ type: 'dial', dialled: '100' }), ['dial B1 anna'])
  assert.deepEqual(box.take(), ['left'])
  const cdr = box.bench.leg('B1', { type: 'answered' }).leg('B1', ended).leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.dialled, cdr.to], ['100', 'anna'])
})

test('CALL-69 keys and the ends of prompts are told', () => {
  const box = visited()
  box.wish({ type: 'answer', source: prompt })
  box.bench.key('5').leg('A', { type: 'sourceEnded' }).leg('A', { type: 'sourceFailed' })
  assert.deepEqual(box.take(), ['key 5', 'soundEnded', 'soundFailed'])
  assert.ok(box.bench.events.some(({ type }) => type === 'promptMissing'))
  box.bench.leg('A', ended).cdr()
})

test('CALL-69 people ring for the service; one answers, the others stop', () => {
  const box = visited()
  box.wish({ type: 'answer', source: { type: 'tone', tone: 'hold' } })
  assert.deepEqual(box.wish({ type: 'ring', person: ANNA }), ['dial B1 anna'])
  assert.deepEqual(box.wish({ type: 'ring', person: CARLA }), ['dial B2 carla'])
  assert.deepEqual(box.bench.views.at(-1)?.rings, ['anna', 'carla'])
  box.bench.leg('B1', { type: 'refused', status: 486 })
  assert.deepEqual(box.take(), ['anna busy'])
  assert.deepEqual(box.wish({ type: 'ring', person: ANNA }), ['dial B3 anna'])
  const stopped = box.wish({ type: 'stopRinging', person: ANNA, isElsewhere: false })
  assert.deepEqual(stopped, ['end B3 487 16'])
  box.bench.leg('B3', endedByUs)
  assert.deepEqual(box.take(), [])
  box.wish({ type: 'ring', person: ANNA })
  box.bench.take()
  box.bench.leg('B2', { type: 'answered' })
  assert.deepEqual(box.bench.take(), ['end B4 487 26', 'source A B2', 'source B2 A'])
  assert.deepEqual(box.take(), ['carla answered'])
  const cdr = box.bench.leg('B2', ended).leg('B4', endedByUs).leg('A', endedByUs).cdr()
  assert.deepEqual(cdr.to, 'carla')
  assert.deepEqual(box.take(), ['left'])
})

test('CALL-69 a decline speaks for all phones of the person; somebody without phones fails at once', () => {
  const box = visited()
  const phones = ['desk', 'app'].map((binding) => ({ device: `anna-${binding}`, binding }))
  box.bench.live = { contactsOf: (id) => (id === ANNA ? (phones as never) : []) }
  assert.deepEqual(box.wish({ type: 'ring', person: ANNA }), ['dial B1 desk', 'dial B2 app'])
  box.bench.leg('B1', { type: 'refused', status: 603 })
  assert.deepEqual([box.bench.take(), box.take()], [['end B2 487 16'], ['anna declined']])
  assert.deepEqual(box.wish({ type: 'ring', person: CARLA }), [])
  assert.deepEqual(box.take(), ['carla failed'])
  box.bench.leg('B2', endedByUs).leg('A', ended).cdr()
})

test('CALL-70 the caller gives up: the service is told once, and its wishes change nothing', () => {
  const box = visited()
  box.wish({ type: 'ring', person: ANNA })
  box.bench.leg('A', ended)
  assert.deepEqual([box.bench.take(), box.take()], [['end B1 487 16'], ['left']])
  assert.equal(box.bench.exchange.wish(CALL, { type: 'answer', source: prompt }), false)
  const cdr = box.bench.leg('B1', endedByUs).cdr()
  assert.deepEqual([cdr.endedBy, cdr.cause, cdr.answeredAt], ['caller', 16, undefined])
  assert.deepEqual(box.take(), [])
})

test('CALL-52 a service that does not take the call ends it', () => {
  const box = new Box()
  box.isOpen = false
  const cdr = box.bench.call('300').leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.status, cdr.cause], [501, 79])
  assert.deepEqual(box.take(), [])
})

test('CALL-70 a mistake of ours takes the call from the service, too', () => {
  const broken = (): never => {
    throw new Error('broken')
  }
  const box = new Box({ setSource: broken })
  box.bench.call('300')
  assert.equal(box.bench.exchange.wish(CALL, { type: 'hear', source: prompt }), true)
  assert.deepEqual([box.bench.take(), box.take()], [['end A 480 16'], ['left']])
  box.bench.leg('A', endedByUs).cdr()
})

test('CALL-80 who was in a room goes there again after a restart, and hears what it heard', () => {
  const visits: Visit[] = []
  const conference: ServicePort = { enter: (visit) => visits.push(visit) > 0, happened: () => {} }
  const given = { config: COMPANY, live: EVERYBODY, conference }
  const first = new Bench({}, given).call('600')
  const mix = { type: 'mix', mix: 'm' as MixId, isMuted: false } as const
  assert.ok(first.exchange.wish(CALL, { type: 'answer', source: mix }))
  const second = new Bench({}, given)
  second.pass(first.age())
  assert.ok(second.exchange.restore({ tenant: TENANT, call: CALL, events: first.events }))
  assert.deepEqual(second.take(), [])
  second.pass(seconds(5))
  assert.deepEqual(second.take(), [])
  assert.deepEqual(
    visits.map(({ isAnswered, node }) => [isAnswered, node.do === 'conference' && node.room]),
    [
      [false, 'meeting'],
      [true, 'meeting'],
    ],
  )
  assert.equal(second.leg('A', ended).cdr().why.rule, 'conference')
})
