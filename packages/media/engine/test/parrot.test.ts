import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { UTTERANCE_MAX, UTTERANCE_SILENCE } from '../src/limits.ts'
import { ParrotSource } from '../src/sound/parrot.ts'
import { RecordingSource } from '../src/sound/recording-source.ts'
import { VoiceActivity } from '../src/sound/voice-activity.ts'

const RATE = 8_000
const FRAME = 160
const silence = (ms: number) => new Int16Array((RATE * ms) / 1000)
const tone = (ms: number, frequency: number) => sine(RATE, frequency, (RATE * ms) / 1000, 8_000)

/** Speaks the pieces to the parrot and returns what it says meanwhile. */
function speak(greeting: Int16Array, pieces: Int16Array[]): { heard: Int16Array; parrot: ParrotSource } {
  const ear = new RecordingSource(pieces, RATE, false)
  const parrot = new ParrotSource(ear, new RecordingSource([greeting], RATE, false))
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const heard = new Int16Array(length)
  for (let at = 0; at + FRAME <= length; at += FRAME)
    assert.equal(parrot.read(heard.subarray(at, at + FRAME), instant(0)), 'sound')
  return { heard, parrot }
}

const at = (sound: Int16Array, fromMs: number, toMs: number) => sound.subarray(fromMs * 8, toMs * 8)

test('PAR-1 the greeting comes first, and what is said meanwhile is not repeated', () => {
  const { heard, parrot } = speak(tone(1_000, 900), [tone(900, 500), silence(3_000)])
  assert.ok(toneShare(at(heard, 50, 950), RATE, 900) > 0.95)
  assert.equal(loudness(at(heard, 1_100, 3_900)), 0)
  assert.equal(parrot.mode, 'listening')
})

test('PAR-2 each utterance is repeated once after UTTERANCE_SILENCE, whole', () => {
  const { heard } = speak(silence(20), [
    silence(200),
    tone(1_000, 500),
    silence(3_000),
    tone(600, 700),
    silence(2_500),
  ])
  const start = 1_200 + UTTERANCE_SILENCE
  assert.equal(loudness(at(heard, 0, start - 40)), 0)
  const repeated = at(heard, start - 20, start + 1_300)
  assert.ok(toneShare(repeated, RATE, 500) > 0.7)
  const length = repeated.findLastIndex(Boolean) - repeated.findIndex(Boolean)
  assert.ok(Math.abs(length / 8 - 1_000) < 40, `${length} samples`)
  assert.ok(
    toneShare(at(heard, 4_800 + UTTERANCE_SILENCE + 250, 4_800 + UTTERANCE_SILENCE + 600), RATE, 700) > 0.95,
  )
})

test('PAR-3 an utterance without end is cut at UTTERANCE_MAX', () => {
  const { heard } = speak(silence(20), [tone(UTTERANCE_MAX + 2_000, 500)])
  assert.equal(loudness(at(heard, 0, UTTERANCE_MAX - 200)), 0)
  assert.ok(loudness(at(heard, UTTERANCE_MAX + 500, UTTERANCE_MAX + 1_500)) > 1_000)
})

test('VAD-1 speech is what is loud against the line, a click or steady noise is not', () => {
  const noise = (level: number) =>
    Int16Array.from({ length: FRAME }, (_, index) => (index % 2 ? level : -level))
  const quiet = new VoiceActivity()
  for (let count = 0; count < 100; count++) assert.equal(quiet.hears(noise(50)), false)
  assert.equal(quiet.hears(noise(3_000)), false, 'one loud frame')
  assert.ok(quiet.hears(noise(3_000)))
  const noisy = new VoiceActivity()
  for (let count = 0; count < 500; count++) noisy.hears(noise(400))
  assert.equal(noisy.hears(noise(500)), false)
  noisy.hears(noise(3_000))
  assert.ok(noisy.hears(noise(3_000)))
})
