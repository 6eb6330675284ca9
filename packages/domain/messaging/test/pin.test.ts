import assert from 'node:assert/strict'
import test from 'node:test'
import { wallTime } from '@rufwerk/core'
import { type BoxId, checkPin, PinGuard } from '@rufwerk/messaging'
import { NOW } from './box-of-anna.ts'

const pins: [pin: string, problem: string | undefined][] = [
  ['2580', undefined],
  ['907431', undefined],
  ['', 'too-short'],
  ['123', 'too-short'],
  ['1234567890123', 'too-long'],
  ['12a4', 'not-digits'],
  ['1111', 'too-simple'],
  ['1212', 'too-simple'],
  ['3456', 'too-simple'],
  ['8901', 'too-simple'],
  ['9876', 'too-simple'],
  ['1041', undefined],
  ['4711', 'is-the-extension'],
  ['103103', 'is-the-extension'],
]
for (const [pin, problem] of pins)
  test(`VM-P1 PIN ${pin || '(none)'}: ${problem ?? 'good'}`, () => {
    const checked = checkPin(pin, ['4711', '103'])
    assert.equal(checked.ok ? undefined : checked.error, problem)
  })

const BOX = 'box' as BoxId
const OTHER = 'other' as BoxId
const guarding = () => new PinGuard({ matches: async (_box, pin) => pin === '2580' })
const at = (minutes: number) => wallTime(NOW + minutes * 60_000)

async function wrong(guard: PinGuard, times: number, minutes = 0): Promise<void> {
  for (let n = 0; n < times; n++) assert.equal(await guard.check(BOX, '0000', at(minutes)), 'wrong')
}

test('VM-P2 after five wrong PINs it waits a minute, twice as long each time, a day at most', async () => {
  const guard = guarding()
  await wrong(guard, 5)
  assert.equal(guard.waitFor(BOX, at(0)), 60_000)
  assert.equal(await guard.check(BOX, '2580', at(0.9)), 'locked')
  await wrong(guard, 1, 1)
  assert.equal(guard.waitFor(BOX, at(1)), 120_000)
  let minute = 1
  for (let n = 0; n < 20; n++) {
    minute += guard.waitFor(BOX, at(minute)) / 60_000
    await wrong(guard, 1, minute)
  }
  assert.equal(guard.waitFor(BOX, at(minute)), 24 * 60 * 60_000)
})

test('VM-P2 other boxes do not wait, the right PIN forgets all, and so do two days', async () => {
  const guard = guarding()
  await wrong(guard, 5)
  assert.equal(await guard.check(OTHER, '2580', at(0)), 'right')
  assert.equal(await guard.check(BOX, '2580', at(1)), 'right')
  assert.equal(guard.size(), 0)
  await wrong(guard, 5)
  await wrong(guard, 5, 2 * 24 * 60)
  guard.tidy(at(2 * 24 * 60))
  assert.equal(guard.size(), 1)
  guard.tidy(at(4 * 24 * 60))
  assert.equal(guard.size(), 0)
})

test('VM-P3 tries at the same time count before they are compared', async () => {
  const guard = guarding()
  const tries = Array.from({ length: 50 }, () => guard.check(BOX, '0000', at(0)))
  const outcomes = await Promise.all(tries)
  assert.equal(outcomes.filter((outcome) => outcome === 'wrong').length, 5)
  assert.equal(outcomes.filter((outcome) => outcome === 'locked').length, 45)
})

test('VM-P3 a comparison that fails counts as wrong', async () => {
  const guard = new PinGuard({ matches: () => Promise.reject(new Error('store')) })
  await assert.rejects(guard.check(BOX, '2580', at(0)))
  assert.equal(guard.size(), 1)
})

test('VM-P4 only so many boxes are remembered; the one that was wrong the longest ago goes', async () => {
  const guard = guarding()
  await wrong(guard, 5)
  for (let n = 0; n < 10_000; n++) await guard.check(`box ${n}` as BoxId, '0000', at(0))
  assert.equal(guard.size(), 10_000)
  assert.equal(guard.waitFor(BOX, at(0)), 0)
})
