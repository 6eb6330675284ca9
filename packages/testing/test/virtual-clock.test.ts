import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import { ExchangeRig, SeededRandom, VirtualClock } from '../src/index.ts'

test('virtual timers fire in order at their own time, and promises get their turn', async () => {
  const clock = new VirtualClock()
  const start = clock.now()
  const seen: [string, number][] = []
  const note = (name: string) => seen.push([name, clock.now() - start])
  for (const delay of [30, 10, 20]) clock.arm(ms(delay), () => note(String(delay)))
  clock.arm(ms(10), () => {
    note('armed later')
    Promise.resolve().then(() => clock.arm(ms(5), () => note('by a promise')))
  })
  const dropped = clock.arm(ms(15), () => note('dropped'))
  dropped[Symbol.dispose]()
  dropped[Symbol.dispose]()
  await clock.pass(25)
  assert.deepEqual(seen, [
    ['10', 10],
    ['armed later', 10],
    ['by a promise', 15],
    ['20', 20],
  ])
  assert.equal(clock.size(), 1)
  assert.equal(clock.now() - start, 25)
})

test('the same seed gives the same run, another one a different run', async () => {
  const run = async (seed: number): Promise<string> => {
    const rig = new ExchangeRig({ seed, loss: 0.2, delayMs: [1, 80] })
    const a = await rig.registered('100')
    await rig.registered('101')
    await rig.clock.pass(40_000)
    const call = a.dial('101')
    await rig.clock.pass(20_000)
    return JSON.stringify([rig.network.sent, rig.network.lost, call.statuses, rig.store.events])
  }
  assert.equal(await run(5), await run(5))
  assert.notEqual(await run(5), await run(6))
})

test('seeded numbers stay within their bounds', () => {
  const random = new SeededRandom(3)
  for (let count = 0; count < 1000; count += 1) {
    const value = random.between(2, 4)
    assert.ok(value >= 2 && value <= 4)
  }
  assert.equal(random.bytes(7).length, 7)
})
