import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressName, BLOCK_AT, blockedSources, Lane, LIMITS, sourceOf } from '../src/index.ts'
import { HOUR, MINUTE, OFFICE, SCANNER, Siege } from './siege.ts'

test('INT-1 a source with enough points is blocked, and with one point less it is not', () => {
  const siege = new Siege()
  siege.see(SCANNER, 'unknown-name', BLOCK_AT - 1)
  assert.equal(siege.isBlocked(SCANNER), false)
  siege.see(SCANNER, 'unknown-name', 1)
  assert.equal(siege.isBlocked(SCANNER), true)
  assert.equal(siege.isBlocked(OFFICE), false, 'nobody else')
  const [blocked] = blockedSources(siege.state, siege.at)
  assert.deepEqual(blocked?.counts, { 'unknown-name': BLOCK_AT })
})

test('INT-2 wrong credentials count twice; a phone with an old password never adds up', () => {
  const guessing = new Siege()
  guessing.see(SCANNER, 'wrong-credentials', BLOCK_AT / 2)
  assert.equal(guessing.isBlocked(SCANNER), true)
  const phone = new Siege()
  phone.pass(24 * HOUR, () => {
    if (phone.at % (30 * 1000) === 0) phone.see(SCANNER, 'wrong-credentials', 1)
  })
  assert.equal(phone.blocks(), 0)
  const faster = new Siege()
  faster.pass(HOUR, () => faster.see(SCANNER, 'wrong-credentials', 1))
  assert.ok(faster.blocks() > 0, 'the twin, three times as often')
})

test('INT-3 each further block is twice as long, a day at most; after a quiet day it is a first', () => {
  const siege = new Siege()
  const lengths: number[] = []
  for (let count = 0; count < 14; count += 1) {
    siege.see(SCANNER, 'unknown-name', BLOCK_AT, { isProven: true })
    const [blocked] = blockedSources(siege.state, siege.at)
    assert.ok(blocked)
    lengths.push((blocked.block.until - siege.at) / MINUTE)
    siege.pass(blocked.block.until - siege.at)
    assert.equal(siege.isBlocked(SCANNER), false)
    siege.pass(8 * MINUTE)
  }
  assert.deepEqual(lengths.slice(0, 4), [1, 2, 4, 8])
  assert.equal(lengths.at(-1), 24 * 60)
  siege.pass(25 * HOUR)
  assert.equal(siege.state.sources.size, 0, 'forgotten')
  siege.see(SCANNER, 'unknown-name', BLOCK_AT, { isProven: true })
  assert.equal((blockedSources(siege.state, siege.at)[0]?.block.until ?? 0) - siege.at, MINUTE)
})

test('INT-4 a block goes on while the attack does; a phone that repeats itself is let in again', () => {
  const siege = new Siege()
  siege.see(SCANNER, 'unknown-name', BLOCK_AT)
  siege.pass(10 * MINUTE, () => siege.drop(SCANNER, 1_000))
  assert.equal(siege.isBlocked(SCANNER), true)
  assert.ok(siege.blocks() >= 3)
  const phone = new Siege()
  phone.see(SCANNER, 'unknown-name', BLOCK_AT)
  // REGISTER with all its repetitions, each minute.
  phone.pass(10 * MINUTE, () => phone.drop(SCANNER, 2))
  assert.equal(phone.isBlocked(SCANNER), false)
  assert.equal(phone.blocks(), 1)
})

test('INT-5 who proved to be a device keeps its flow; another port of that address does not', () => {
  const siege = new Siege()
  siege.phone(OFFICE, 5070)
  siege.see(OFFICE, 'unknown-name', BLOCK_AT * 3, { port: 40_000 })
  assert.equal(siege.isBlocked(OFFICE, { port: 40_000 }), true)
  assert.equal(siege.isBlocked(OFFICE, { port: 5070 }), false)
  siege.says({ type: 'closed', flow: `udp:${OFFICE}:5070` })
  assert.equal(siege.isBlocked(OFFICE, { port: 5070 }), true, 'once it is closed it is another one')
})

test('INT-6 where phones are known it takes three times as much', () => {
  const siege = new Siege()
  siege.phone(OFFICE, 5070)
  siege.see(OFFICE, 'unknown-name', BLOCK_AT * 3 - 1, { port: 1 })
  assert.equal(siege.isBlocked(OFFICE, { port: 1 }), false)
  siege.see(OFFICE, 'unknown-name', 1, { port: 1 })
  assert.equal(siege.isBlocked(OFFICE, { port: 1 }), true)
})

test('INT-7 what is observed of a device over its own flow is told and blocks nobody', () => {
  const siege = new Siege()
  siege.phone(OFFICE)
  siege.see(OFFICE, 'wrong-credentials', 500, { name: 'p9' })
  assert.equal(siege.isBlocked(OFFICE, { port: 1 }), false)
  assert.deepEqual(
    siege.told.map(({ what, source, name }) => [what, source, name]),
    [['inside', OFFICE, 'p9']],
  )
  siege.pass(MINUTE)
  siege.see(OFFICE, 'stranger', 500)
  siege.see(OFFICE, 'unreadable', 500)
  assert.equal(siege.told.length, 1, 'phones ask whether we are there')
})

test('INT-8 forged packets close UDP for a quarter of an hour; those of a proven address all of it', () => {
  const forged = new Siege()
  forged.see(OFFICE, 'unknown-name', BLOCK_AT)
  assert.equal(forged.isBlocked(OFFICE), true)
  assert.equal(forged.isBlocked(OFFICE, { isProven: true }), false, 'connections are let alone')
  forged.pass(24 * HOUR, () => forged.drop(OFFICE, 10_000))
  assert.equal(forged.isBlocked(OFFICE), true, 'as long as they come')
  for (const { what, until = 0, at, scope } of forged.told)
    if (what === 'blocked') assert.ok(until - at <= 15 * MINUTE && scope === 'udp')
  const proven = new Siege()
  proven.see(OFFICE, 'unknown-name', BLOCK_AT, { isProven: true })
  assert.equal(proven.isBlocked(OFFICE, { isProven: true }), true)
  const widened = new Siege()
  widened.see(OFFICE, 'unknown-name', BLOCK_AT)
  widened.see(OFFICE, 'wrong-credentials', BLOCK_AT / 2, { isProven: true })
  assert.equal(widened.isBlocked(OFFICE, { isProven: true }), true, 'proven later, so widened')
})

test('INT-9 a canary is enough from a proven address, and a quarter of it over UDP', () => {
  const proven = new Siege()
  proven.see(SCANNER, 'canary', 1, { isProven: true })
  assert.equal(proven.isBlocked(SCANNER), true)
  const forgeable = new Siege()
  forgeable.see(SCANNER, 'canary', 3)
  assert.equal(forgeable.isBlocked(SCANNER), false)
  forgeable.see(SCANNER, 'canary', 1)
  assert.equal(forgeable.isBlocked(SCANNER), true)
})

test('INT-10 carriers and spared ones are told and not blocked, and so is everybody when it is off', () => {
  const siege = new Siege()
  siege.see(SCANNER, 'canary', 100, { isSpared: true, isProven: true })
  assert.equal(siege.isBlocked(SCANNER), false)
  siege.see(OFFICE, 'canary', 1, { isProven: true })
  assert.equal(siege.isBlocked(OFFICE), true)
  siege.says({ type: 'switch', at: siege.at, isOn: false })
  assert.equal(siege.isBlocked(OFFICE), false)
  siege.see(OFFICE, 'canary', 100, { isProven: true })
  assert.equal(siege.isBlocked(OFFICE), false)
  assert.equal(siege.state.counts.canary, 201)
  siege.says({ type: 'switch', at: siege.at, isOn: true })
  siege.see(OFFICE, 'canary', 1, { isProven: true })
  assert.equal(siege.isBlocked(OFFICE), true, 'the twin')
})

test('INT-11 an admin lets somebody go, and nothing of before counts', () => {
  const siege = new Siege()
  siege.see(SCANNER, 'unknown-name', BLOCK_AT)
  const [released] = siege.says({ type: 'release', at: siege.at, source: SCANNER })
  assert.deepEqual([released?.what, released?.why], ['released', 'admin'])
  assert.equal(siege.isBlocked(SCANNER), false)
  siege.see(SCANNER, 'unknown-name', BLOCK_AT - 1)
  assert.equal(siege.isBlocked(SCANNER), false)
  assert.deepEqual(siege.says({ type: 'release', at: siege.at, source: OFFICE }), [])
})

test('INT-12 IPv6 of the Internet counts per /64, in a house per address', () => {
  const siege = new Siege()
  for (let host = 0; host < BLOCK_AT; host += 1)
    siege.see(`2001:db8:0:1::${host.toString(16)}`, 'unknown-name', 1)
  assert.equal(siege.isBlocked('2001:db8:0:1:ffff::1'), true)
  assert.equal(siege.isBlocked('2001:db8:0:2::1'), false)
  assert.equal(addressName(sourceOf('2001:DB8:0:1::9')), '2001:db8:0:1::/64')
  assert.notEqual(sourceOf('fd00::1'), sourceOf('fd00::2'))
  assert.equal(addressName(sourceOf('fd00::1')), 'fd00:0:0:0:0:0:0:1')
  assert.equal(sourceOf('::ffff:203.0.113.9'), SCANNER)
})

test('INT-13 the same is told once a minute and counted each time; names are cut', () => {
  const siege = new Siege()
  siege.see(SCANNER, 'unknown-name', 3, { name: 'x'.repeat(500), isSpared: true })
  assert.equal(siege.told.length, 1)
  assert.equal(siege.told[0]?.name?.length, LIMITS.nameCharsMax)
  assert.equal(siege.state.counts['unknown-name'], 3)
  siege.pass(MINUTE)
  siege.see(SCANNER, 'unknown-name', 1, { isSpared: true })
  assert.equal(siege.told.length, 2)
})

test('INT-14 a canary that a device calls, and calls that rules refuse, are events and block nobody', () => {
  const siege = new Siege()
  const { at } = siege
  siege.says({ type: 'canary-called', at, who: 'anna', number: '666', address: OFFICE })
  siege.says({ type: 'toll-refused', at, who: 'anna', rule: 'premium-denied' })
  siege.says({ type: 'toll-refused', at, who: 'anna', rule: 'premium-denied' })
  assert.deepEqual(
    siege.told.map(({ what, who, name, why, source }) => [what, who, name ?? why, source]),
    [
      ['canary-called', 'anna', '666', OFFICE],
      ['toll-refused', 'anna', 'premium-denied', undefined],
    ],
  )
  assert.equal(siege.state.tolls, 2)
  assert.equal(siege.isBlocked(OFFICE), false)
})

test('INT-15 nothing grows without end: sources, flows, addresses, who is told of, events', () => {
  const siege = new Siege()
  const address = (number: number): string =>
    `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`
  for (let number = 0; number < LIMITS.sourcesMax; number += 1) siege.see(address(number), 'unreadable', 1)
  assert.equal(siege.state.sources.size, LIMITS.unprovenSourcesMax, 'the rest is for proven ones')
  assert.equal(siege.state.overflow, LIMITS.sourcesMax - LIMITS.unprovenSourcesMax)
  siege.see('203.0.113.200', 'canary', 1, { isProven: true })
  assert.equal(siege.isBlocked('203.0.113.200'), true, 'forged ones do not crowd it out')
  assert.equal(siege.state.events.length, LIMITS.eventsMax)
  siege.pass(MINUTE)
  assert.equal(siege.state.unproven, 0)
  assert.equal(siege.state.sources.size, 1)
  const phones = new Siege()
  for (let port = 0; port < LIMITS.flowsMax + 10; port += 1) phones.phone(address(port % 70_000), port)
  assert.equal(phones.state.flows.size, LIMITS.flowsMax)
  assert.equal(phones.state.overflow, 10)
  phones.at += 8 * 24 * HOUR
  phones.pass(1)
  assert.equal(phones.state.flows.size + phones.state.known.size + phones.state.told.size, 0)
})

test('INT-16 where phones are known two requests a second pass, whoever sends them', () => {
  const lane = new Lane()
  const taken = (at: number) => [1, 2, 3].map(() => lane.take(OFFICE, at))
  assert.deepEqual(taken(0), [true, true, false])
  assert.deepEqual(taken(999), [false, false, false])
  assert.equal(lane.take(SCANNER, 999), true)
  assert.deepEqual(taken(1_000), [true, true, false])
  assert.equal(lane.size(), 1)
})

test('INT-17 whatever happens in whatever order: what is counted is there, and flows of devices pass', () => {
  const address = fc.constantFrom(SCANNER, OFFICE, '2001:db8::1')
  const act = fc.record({
    address,
    port: fc.integer({ min: 1, max: 3 }),
    isProven: fc.boolean(),
    does: fc.constantFrom('see', 'phone', 'drop', 'pass', 'release', 'canary', 'off', 'on'),
  })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const siege = new Siege()
      const exempt = new Map<string, number>()
      for (const { address: at, port, isProven, does } of acts) {
        if (does === 'see') siege.see(at, 'unknown-name', 15, { port, isProven })
        else if (does === 'canary') siege.see(at, 'canary', 1, { port, isProven })
        else if (does === 'drop') siege.drop(sourceOf(at), 300)
        else if (does === 'pass') siege.pass(7 * MINUTE)
        else if (does === 'release') siege.says({ type: 'release', at: siege.at, source: sourceOf(at) })
        else if (does === 'phone') {
          siege.phone(at, port)
          exempt.set(`${at} ${port}`, siege.at)
        } else siege.says({ type: 'switch', at: siege.at, isOn: does === 'on' })
        const all = siege.state.sources.pieces.flatMap((piece) => [...(piece?.values() ?? [])])
        assert.equal(siege.state.sources.size, all.length)
        assert.equal(siege.state.blocked, all.filter(({ block }) => block !== undefined).length)
        const forgeable = all.filter(({ points, block }) => points.proven === 0 && block?.scope !== 'all')
        assert.equal(siege.state.unproven, forgeable.length)
        for (const key of exempt.keys()) {
          const [name = '', own] = key.split(' ')
          assert.equal(siege.isBlocked(name, { port: Number(own), isProven: true }), false)
        }
        if (!siege.state.isOn) assert.equal(siege.state.blocked, 0)
      }
    }),
    { numRuns: 300 },
  )
})
