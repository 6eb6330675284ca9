// What is measured again and what is not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { assertAllHear, MEASUREMENTS_MAX } from '../support/sound.ts'
import { windowsOf } from '../support/tone.ts'
import { silence, sine } from '../support/wav.ts'

const RIGHT_HZ = 600
const WRONG_HZ = 1000

const right = sine(RIGHT_HZ, 2)
const wrong = sine(WRONG_HZ, 2)

/** A phone that hears one sound after the other, the last one again and again. */
function phoneThatHears(...sounds: readonly ReturnType<typeof sine>[]) {
  let count = 0
  const listen = async () => {
    const sound = sounds[Math.min(count, sounds.length - 1)] ?? right
    count += 1
    return windowsOf(sound)
  }
  return { listen, count: () => count }
}

const hear = (...sounds: readonly ReturnType<typeof sine>[]) => {
  const phone = phoneThatHears(...sounds)
  return { done: assertAllHear([{ who: 'one', phone, right: RIGHT_HZ, wrong: WRONG_HZ }], 0), phone }
}

test('sound that is right is measured once', async () => {
  const { done, phone } = hear(right)
  await done
  assert.equal(phone.count(), 1)
})

test('sound that was missing once is measured again', async () => {
  const { done, phone } = hear(silence(2), right)
  await done
  assert.equal(phone.count(), 2)
})

test('sound that is missing each time fails, with each measurement', async () => {
  const { done, phone } = hear(silence(2))
  await assert.rejects(done, (error: Error) => error.message.split('\n').length === MEASUREMENTS_MAX)
  assert.equal(phone.count(), MEASUREMENTS_MAX)
})

test('a wrong tone fails at once', async () => {
  const { done, phone } = hear(wrong, right)
  await assert.rejects(done, /1000 Hz at most 100/)
  assert.equal(phone.count(), 1)
})
