// What a queue's calls go through after the answer: the agent is lost, a restart, somebody else takes over.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegEvent, MixId, ServicePort, Visit, VisitEvent, VisitWish } from '@rufwerk/calls'
import type { LegId, PersonId } from '@rufwerk/core'
import { Bench, CALL, CALLER, ended, endedByUs, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const ANNA = 'anna' as PersonId
const lost: LegEvent = { type: 'ended', by: 'network' }
const music = { type: 'prompt', names: ['music'], isLooped: true } as const

class Line implements ServicePort {
  readonly visits: Visit[] = []
  readonly events: VisitEvent[] = []
  remembers = true
  readonly bench: Bench

  constructor() {
    this.bench = new Bench({}, { config: COMPANY, live: EVERYBODY, queue: this })
  }

  enter(visit: Visit): boolean {
    this.visits.push(visit)
    return this.remembers
  }

  happened(_: string, event: VisitEvent): void {
    this.events.push(event)
  }

  take(): string[] {
    return this.events.splice(0).map(({ type }) => type)
  }
}

/** Bernd has called the queue and talks to Anna. */
function talking(): Line {
  const line = new Line()
  line.bench.call('310')
  line.bench.exchange.wish(CALL, { type: 'answer', source: music })
  line.bench.exchange.wish(CALL, { type: 'ring', person: ANNA })
  line.bench.leg('B1', { type: 'answered' })
  line.bench.take()
  assert.deepEqual(line.take(), ['answered'])
  return line
}

test('CALL-75 the agent is lost: the caller is the queue’s again, and another one may have the call', () => {
  for (const event of [lost, { type: 'silent' }] as const) {
    const line = talking()
    line.bench.leg('B1', event)
    assert.deepEqual(line.bench.take(), event.type === 'silent' ? ['end B1 480 38'] : [])
    assert.deepEqual(line.take(), ['lost'])
    if (event.type === 'silent') line.bench.leg('B1', endedByUs)
    assert.equal(line.bench.exchange.wish(CALL, { type: 'answer', source: music }), true)
    assert.equal(line.bench.exchange.wish(CALL, { type: 'ring', person: 'carla' as PersonId }), true)
    line.bench.leg('B2', { type: 'answered' })
    assert.deepEqual(line.bench.take(), ['source A prompt', 'dial B2 carla', 'source A B2', 'source B2 A'])
    const cdr = line.bench.leg('A', ended).leg('B2', endedByUs).cdr()
    assert.deepEqual(cdr.answeredBy, { kind: 'person', person: 'carla', device: 'carla-phone' })
    assert.deepEqual(line.take(), ['answered', 'left'])
  }
})

test('CALL-75 a caller who held keeps holding while the queue has the call', () => {
  const line = talking()
  line.bench.leg('A', { type: 'held' }).leg('B1', lost)
  line.bench.exchange.wish(CALL, { type: 'ring', person: ANNA })
  line.bench.take()
  line.bench.leg('B2', { type: 'answered' })
  assert.deepEqual(line.bench.take(), ['source A B2', 'source B2 hold'])
  line.bench.leg('A', ended).leg('B2', endedByUs).cdr()
})

test('CALL-75 the agent hangs up, or the caller is lost: the call is over', () => {
  for (const [leg, event, other] of [
    ['B1', ended, 'A'],
    ['A', lost, 'B1'],
    ['A', { type: 'silent' }, 'B1'],
  ] as const) {
    const line = talking()
    line.bench.leg(leg, event)
    if (event.type === 'silent') line.bench.leg('A', endedByUs)
    line.bench.leg(other, endedByUs).cdr()
    assert.deepEqual(line.take(), ['left'])
  }
})

test('CALL-78 a third hears both through a mix; holds stay, and words to one of them end', () => {
  const line = talking()
  const wish = (given: VisitWish): string[] => {
    line.bench.exchange.wish(CALL, given)
    return line.bench.take()
  }
  const mix = 'third' as MixId
  const sound = { type: 'tone', tone: 'beep' } as const
  const leg = 'B1' as LegId
  assert.deepEqual(wish({ type: 'announce', leg, sound }), [])
  assert.deepEqual(wish({ type: 'mix', mix }), ['source A mix', 'source B1 mix'])
  assert.deepEqual(wish({ type: 'announce', leg, sound }), ['announce B1 beep'])
  line.bench.leg('B1', { type: 'announced', isPlayed: true })
  assert.deepEqual(line.events.splice(0), [{ type: 'announced', leg, isPlayed: true }])
  line.bench.leg('B1', { type: 'held' })
  assert.deepEqual(line.bench.take(), ['source A hold', 'source B1 mix'])
  line.bench.leg('B1', { type: 'resumed' })
  line.bench.take()
  assert.deepEqual(wish({ type: 'mix' }), ['source A B1', 'source B1 A'])
  line.bench.leg('A', ended).leg('B1', endedByUs).cdr()
})

test('CALL-78 before the answer there is nobody to be heard', () => {
  const line = new Line()
  line.bench.call('310')
  assert.equal(line.bench.exchange.wish(CALL, { type: 'mix', mix: 'third' as MixId }), true)
  assert.deepEqual(line.bench.take(), [])
  line.bench.leg('A', ended).cdr()
})

function afterRestart(first: Line, remembers = true): Line {
  const line = new Line()
  line.remembers = remembers
  assert.ok(line.bench.exchange.restore({ tenant: TENANT, call: CALL, events: first.bench.events }))
  return line
}

test('CALL-76 who waited is the queue’s again after a restart', () => {
  const first = new Line()
  first.bench.call('310')
  first.bench.exchange.wish(CALL, { type: 'answer', source: music })
  const second = afterRestart(first)
  const [visit] = second.visits
  assert.equal(visit?.node.do === 'queue' && visit.node.queue, 'sales')
  assert.deepEqual([visit?.isAnswered, visit?.talksWith], [true, undefined])
  assert.deepEqual(second.bench.take(), ['source A hold'])
  second.bench.leg('A', ended).cdr()
  assert.deepEqual(second.take(), ['left'])
})

test('CALL-76 who talks goes on after a restart, and may still be lost', () => {
  const second = afterRestart(talking())
  assert.deepEqual(second.visits[0]?.talksWith, 'anna')
  second.bench.leg('B1', lost)
  assert.deepEqual(second.take(), ['lost'])
  second.bench.leg('A', ended).cdr()
})

test('CALL-76 of a conversation that it does not remember the queue is told nothing', () => {
  const second = afterRestart(talking(), false)
  second.bench.leg('B1', ended).leg('A', endedByUs).cdr()
  assert.deepEqual(second.take(), [])
})

test('CALL-77 somebody else takes over and the queue has the call no more; the own phone may', () => {
  for (const person of ['carla', 'anna'] as const) {
    const line = talking()
    const caller = { ...CALLER, person: person as PersonId }
    const incoming = { leg: 'C' as LegId, call: CALL, caller, dialled: '', replaces: 'B1' as LegId }
    assert.equal(line.bench.exchange.onIncoming(incoming), 'accepted')
    assert.deepEqual(line.take(), person === 'carla' ? ['left'] : [])
    line.bench.leg('B1', endedByUs).leg('A', ended).leg('C', endedByUs).cdr()
    assert.deepEqual(line.take(), person === 'carla' ? [] : ['left'])
  }
})
