// What is measured again and what is not.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  assertAllHear,
  assertBothHear,
  assertHearsMusic,
  assertPacketsOfTalk,
  MEASUREMENTS_MAX,
  Unheard,
} from '../support/sound.ts'
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

test('a tone in noise that stays is not the tone', async () => {
  const hiss = sine(2_500, 2)
  const samples = right.samples.map((sample, index) => 0.8 * sample + 0.4 * (hiss.samples[index] ?? 0))
  await assert.rejects(hear({ ...right, samples }).done, /100 % of the time .* 80 % of the power/)
})

/** Music with the tone of who holds from one second to another of its three. */
function musicWithTone(from: number, to: number) {
  const music = sine(2_500, 3)
  const samples = music.samples.map((sample, index) => {
    const isTone = index >= from * music.rate && index < to * music.rate
    return isTone ? (right.samples[index % right.samples.length] ?? 0) : sample
  })
  return { ...music, samples }
}

test('on hold the tone may come late: that is measured again', async () => {
  const phone = phoneThatHears(musicWithTone(0, 1), musicWithTone(0, 0))
  await assertHearsMusic({ who: 'the held one', phone }, RIGHT_HZ, 0)
  assert.equal(phone.count(), 2)
})

for (const [what, sound] of [
  ['in between', musicWithTone(1, 1.5)],
  ['after a late one', musicWithTone(2.5, 3)],
  ['all the time', musicWithTone(0, 3)],
] as const)
  test(`on hold a tone ${what} fails at once`, async () => {
    const phone = phoneThatHears(sound, musicWithTone(0, 0))
    await assert.rejects(assertHearsMusic({ who: 'the held one', phone }, RIGHT_HZ, 0), /600 Hz at 100.0 %$/)
    assert.equal(phone.count(), 1)
  })

test('on hold silence is not music', async () => {
  const phone = phoneThatHears(silence(2))
  await assert.rejects(assertHearsMusic({ who: 'the held one', phone }, RIGHT_HZ, 0), /10 of 10 windows are/)
})

test('two hear each other, and who hears oneself is named', async () => {
  const caller = { who: 'caller', phone: phoneThatHears(wrong), hertz: RIGHT_HZ }
  const callee = { who: 'callee', phone: phoneThatHears(right), hertz: WRONG_HZ }
  await assertBothHear(caller, callee, 0)
  const deaf = { ...callee, phone: phoneThatHears(wrong) }
  await assert.rejects(assertBothHear(caller, deaf, 0, 'later'), /^AssertionError.*: callee later: /)
})

test('packets that are lost are too few, those of the time on hold too many', () => {
  const ms = { talked: 4_000, held: 2_000 }
  assertPacketsOfTalk(200, ms)
  assert.throws(() => assertPacketsOfTalk(160, ms), Unheard)
  assert.throws(() => assertPacketsOfTalk(300, ms), assert.AssertionError)
})
