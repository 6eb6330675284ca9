import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Actor,
  EMPTY_QUARANTINE,
  figuresOf,
  permissionsOf,
  type QuarantineInput,
  step,
} from '../src/index.ts'
import { CLIENTS_MAX, COUNTED_FOR_MS, REQUEST_WAITS_MS, REQUESTS_MAX, SHARE_OF_ONE } from '../src/limits.ts'
import { ANNA, advisory, BERND, clients, HOUR, House, POLICY } from './quarantine.ts'

test('QRT-1 one person or policy stops a tenth of the clients, at least one; more have to wait', () => {
  for (const by of [ANNA, POLICY]) {
    assert.equal(new House(100).stop(by, clients(0, 10)).length, 10)
    const missing = by === ANNA ? 1 : 2
    const house = new House(100)
    assert.deepEqual(house.stop(by, clients(0, 11)), [`r1 waits stop 11 missing ${missing}`])
    assert.deepEqual(house.stopped(), [])
  }
  assert.equal(new House(3).stop(ANNA, clients(0, 1)).length, 1)
  assert.deepEqual(new House(3).stop(ANNA, clients(0, 2)), ['r1 waits stop 2 missing 1'])
})

test('QRT-2 what one stops within a day counts together, and not what another one does, the twin', () => {
  const house = new House(100)
  house.stop(ANNA, clients(0, 6))
  house.at = 23 * HOUR
  assert.deepEqual(house.stop(ANNA, clients(6, 5)), ['r2 waits stop 5 missing 1'])
  assert.equal(house.stop(BERND, clients(20, 5)).length, 5)
  house.at = COUNTED_FOR_MS
  assert.equal(house.stop(ANNA, clients(40, 10)).length, 10, 'a day later')
})

test('QRT-3 beyond it a second person agrees, not the first, and no policy; a policy needs two', () => {
  const house = new House(10)
  house.stop(ANNA, clients(0, 5))
  assert.deepEqual(house.agree('r1', ANNA), ['refused same-person'])
  assert.deepEqual(house.agree('r1', POLICY), ['refused no-person'])
  assert.deepEqual(
    house.agree('r1', BERND),
    clients(0, 5).map((client) => `stopped ${client}`),
  )
  assert.equal(house.state.stops.get('c0')?.confirmedBy, 'bernd')
  assert.deepEqual(house.agree('r1', BERND), ['refused unknown-request'])
  const byPolicy = new House(10)
  byPolicy.stop(POLICY, clients(0, 5))
  assert.deepEqual(byPolicy.agree('r1', ANNA), ['r1 waits stop 5 missing 1'])
  assert.deepEqual(byPolicy.stopped(), [])
  assert.equal(byPolicy.agree('r1', BERND).length, 5)
})

test('QRT-4 an advisory that does not count stops nobody; the same one stops when it does, the twin', () => {
  const house = new House(100)
  assert.deepEqual(house.stop(POLICY, clients(0, 2), { isCounting: false }), ['refused not-counting'])
  assert.deepEqual(house.stopped(), [])
  assert.equal(house.stop(POLICY, clients(0, 2)).length, 2)
})

test('QRT-5 undoing takes two people; then the same revision stops the client no more, another does', () => {
  const house = new House(100)
  house.stop(POLICY, clients(0, 2))
  assert.deepEqual(house.release('u1', ANNA, ['c0', 'c9']), ['u1 waits release 1 missing 1'])
  assert.deepEqual(house.agree('u1', ANNA), ['refused same-person'])
  assert.deepEqual(house.stopped(), ['c0', 'c1'])
  assert.deepEqual(house.agree('u1', BERND), ['released c0'])
  assert.deepEqual(house.stop(POLICY, ['c0', 'c1', 'c2']), ['stopped c2'])
  assert.deepEqual(house.stop(POLICY, ['c0'], { reason: advisory('2') }), ['stopped c0'])
  assert.deepEqual(house.release('u2', ANNA, ['c9']), ['refused not-stopped'])
})

test('QRT-6 a corrected list stops exactly who is new, and proposes to release who is not in it now', () => {
  const house = new House(100)
  assert.equal(house.revised('1', ['c0', 'c1']).length, 2)
  assert.deepEqual(house.revised('2', ['c1', 'c2']), ['stopped c2', 'r2/release waits release 1 missing 2'])
  assert.deepEqual(house.stopped(), ['c0', 'c1', 'c2'], 'nobody is released by a list')
  assert.deepEqual(house.agree('r2/release', ANNA), ['r2/release waits release 1 missing 1'])
  assert.deepEqual(house.agree('r2/release', BERND), ['released c0'])
  assert.deepEqual(house.revised('2', ['c1', 'c2']), [], 'the same list, the twin')
})

test('QRT-6 who is stopped for another reason, too, stays when the list lets go', () => {
  const house = new House(100)
  house.revised('1', ['c0'])
  house.stop(ANNA, ['c0'], { reason: { kind: 'person', why: 'stolen' } })
  assert.deepEqual(house.revised('2', []), [])
})

test('QRT-7 stopped: no registration, no calls but for help, with the old secret, until it is closed', () => {
  const house = new House(10)
  house.stop(ANNA, ['c0'])
  const free = {
    mayRegister: true,
    mayCall: 'anybody',
    mayReceive: true,
    mayOpenSockets: true,
    page: 'all',
    secret: 'all',
  }
  assert.deepEqual(permissionsOf(house.state, 'c1'), free)
  const stopped = {
    mayRegister: false,
    mayCall: 'emergency',
    mayReceive: false,
    mayOpenSockets: false,
    page: 'way-out',
    secret: 'emergency',
  }
  assert.deepEqual(permissionsOf(house.state, 'c0'), stopped)
  house.removalAsked(['c0'])
  assert.deepEqual(permissionsOf(house.state, 'c0'), stopped)
  house.seen('c0', 5, false)
  assert.deepEqual(permissionsOf(house.state, 'c0'), { ...stopped, mayCall: 'nobody', secret: 'nothing' })
})

test('QRT-8 closed only by a later look at everything that does not show it; seen again it is open', () => {
  const house = new House(100)
  house.at = 10
  house.stop(ANNA, ['c0', 'c1', 'c2'])
  assert.deepEqual(house.seen('c0', 20, false), [], 'nobody was asked to remove it')
  house.at = 30
  house.removalAsked(['c0', 'c1', 'c9'])
  assert.deepEqual(house.seen('c0', 25, false), [], 'a look of before')
  assert.deepEqual(house.seen('c0', 40, false, 'part'), [], 'a look at a part')
  assert.deepEqual(house.seen('c0', 40, true), [], 'it is there')
  assert.deepEqual(house.seen('c0', 50, false), ['closed c0'])
  assert.deepEqual(figuresOf(house.state), { stopped: 3, removalAsked: 2, closed: 1 })
  assert.deepEqual(house.seen('c0', 45, true), [], 'a report of before')
  assert.deepEqual(house.seen('c0', 60, true), ['reopened c0'])
  assert.deepEqual(figuresOf(house.state), { stopped: 3, removalAsked: 2, closed: 0 })
  assert.deepEqual(house.seen('c9', 60, false), [])
})

test('QRT-9 requests wait for a week, can be withdrawn by a person, and are limited, as are clients', () => {
  const house = new House(10)
  house.stop(ANNA, clients(0, 5))
  assert.deepEqual(house.says({ type: 'withdraw', id: 'r1', by: POLICY, at: 0 }), ['refused no-person'])
  assert.deepEqual(house.says({ type: 'withdraw', id: 'r1', by: BERND, at: 0 }), [])
  assert.deepEqual(house.agree('r1', BERND), ['refused unknown-request'])
  house.stop(ANNA, clients(0, 5))
  house.at = REQUEST_WAITS_MS
  assert.deepEqual(house.agree('r2', BERND), ['refused unknown-request'])
  for (let n = 0; n < REQUESTS_MAX; n += 1) house.stop(ANNA, clients(0, 5))
  assert.deepEqual(house.stop(ANNA, clients(0, 5)), ['refused full'])
  assert.deepEqual(house.stop(ANNA, clients(0, CLIENTS_MAX + 1)), ['refused too-many'])
  assert.deepEqual(house.stop(ANNA, []), ['refused nobody'])
})

test('QRT-10 every act says who, when and what for, to be kept in the log of administration', () => {
  const { out } = step(EMPTY_QUARANTINE, {
    ...{ type: 'stop', id: 'r', by: ANNA, at: 7, clients: ['c0'], fleet: 10, isCounting: true },
    reason: { kind: 'person', why: 'stolen' },
  })
  assert.deepEqual(out.at(-1), {
    type: 'audit',
    act: 'clients-stopped',
    by: ANNA,
    at: 7,
    about: '["person","stolen"]',
    clients: 1,
  })
})

const PEOPLE: readonly Actor[] = [ANNA, BERND, { kind: 'person', id: 'carla' }, POLICY]

function inputOf(random: () => number, at: number, number: number): QuarantineInput {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const by = pick(PEOPLE)
  const wanted = clients(Math.floor(random() * 50), Math.floor(random() * 12))
  const [id, request] = [`r${number}`, `r${Math.floor(random() * (number + 1))}`]
  const reason = advisory(pick(['1', '2', '3']))
  const isCounting = random() < 0.8
  const kind = Math.floor(random() * 7)
  if (kind === 0) return { type: 'stop', id, by, at, clients: wanted, reason, fleet: 60, isCounting }
  if (kind === 1) return { type: 'revised', id, by, at, reason, affected: wanted, fleet: 60, isCounting }
  if (kind === 2) return { type: 'agree', id: random() < 0.5 ? request : `${request}/release`, by, at }
  if (kind === 3) return { type: 'release', id, by, at, clients: wanted, why: 'clean' }
  if (kind === 4) return { type: 'removal-asked', by, at, clients: wanted }
  if (kind === 5) return { type: 'withdraw', id: request, by, at }
  const coverage = random() < 0.5 ? 'everything' : 'part'
  return { type: 'seen', client: pick(clients(0, 60)), seenAt: at, coverage, isThere: random() < 0.5 }
}

test('QRT-11 whatever happens: few by one, undone by two, never by an advisory that does not count', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      let value = seed | 0
      // A generator of its own (xorshift32), so that a seed tells the whole story.
      const random = (): number => {
        value ^= value << 13
        value ^= value >>> 17
        value ^= value << 5
        return (value >>> 0) / 2 ** 32
      }
      if (value === 0) value = 1
      let state = EMPTY_QUARANTINE
      let at = 0
      const alone: { at: number; by: string; clients: number }[] = []
      for (let number = 0; number < 300; number += 1) {
        at += Math.floor(random() * 3 * HOUR)
        const input = inputOf(random, at, number)
        const { state: after, out } = step(state, input)
        const stopped = out.filter((one) => one.type === 'stopped')
        const released = [...state.stops.keys()].filter((client) => !after.stops.has(client))
        if (stopped.length > 0) {
          assert.ok(input.type === 'stop' || input.type === 'revised' || input.type === 'agree')
          if (input.type !== 'agree') {
            assert.ok(input.isCounting)
            alone.push({ at, by: input.by.id, clients: stopped.length })
            const sum = alone.filter((one) => one.by === input.by.id && at - one.at < COUNTED_FOR_MS)
            assert.ok(sum.reduce((all, one) => all + one.clients, 0) <= 60 * SHARE_OF_ONE)
          } else for (const { stop } of stopped) assert.equal(stop.confirmedBy, input.by.id)
        }
        if (released.length > 0) {
          assert.ok(input.type === 'agree' && input.by.kind === 'person')
          const [first] = state.requests.get(input.id)?.agreed ?? []
          assert.ok(first !== undefined && first !== input.by.id)
        }
        for (const [client, { closedAt }] of after.stops)
          assert.equal(permissionsOf(after, client).mayCall, closedAt === undefined ? 'emergency' : 'nobody')
        state = after
      }
    }),
    { numRuns: 100 },
  )
})
