// The arithmetic of a mix, frame by frame and without a network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EndpointId, instant, type TenantId } from '@rufwerk/core'
import type { MediaEvent, MixId } from '@rufwerk/media-control'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { MIX_SPEAKERS_MAX } from '../../src/limits.ts'
import { Limiter } from '../../src/mix/limiter.ts'
import type { MixMember } from '../../src/mix/member.ts'
import { Mix } from '../../src/mix/mix.ts'
import { SpeechGate } from '../../src/mix/speech-gate.ts'
import { RecordingSource } from '../../src/sound/recording-source.ts'

const RATE = 16_000
const FRAME = 320
const SECOND = RATE
const mixId = 'm' as MixId

interface Room {
  readonly mix: Mix
  readonly events: MediaEvent[]
  enter(name: string, sound: Int16Array, heardBy?: string[]): MixMember
  /** What each hears while the time passes. */
  pass(ms: number): Map<MixMember, Int16Array>
}

function room(): Room {
  const events: MediaEvent[] = []
  const mix = new Mix(
    mixId,
    't' as TenantId,
    (event) => events.push(event),
    (error) => assert.fail(String(error)),
  )
  const members: MixMember[] = []
  let now = 0
  return {
    mix,
    events,
    enter(name, sound, heardBy) {
      const ear = new RecordingSource([sound], RATE, true)
      const membership = { type: 'mix', mix: mixId, isMuted: false } as const
      const member = mix.join(name as EndpointId, ear, {
        ...membership,
        ...(heardBy ? { heardBy: heardBy as EndpointId[] } : {}),
      })
      members.push(member)
      return member
    },
    pass(ms) {
      const heard = new Map(members.map((member) => [member, new Int16Array((ms * RATE) / 1000)]))
      for (let at = 0; at < (ms * RATE) / 1000; at += FRAME) {
        now += 20
        mix.tick(instant(now), instant(now))
        for (const [member, sound] of heard)
          mix.soundFor(member).read(sound.subarray(at, at + FRAME), instant(now))
      }
      return heard
    },
  }
}

const tone = (frequency: number, amplitude = 6_000) => sine(RATE, frequency, SECOND, amplitude)
const noise = (amplitude: number) =>
  Int16Array.from({ length: SECOND }, (_, at) => Math.round(amplitude * Math.sin(at * at)))

test('MIX-9 what a member says is missing in what it hears, to the last bit', () => {
  const { enter, pass } = room()
  const [a, b] = [enter('a', tone(500)), enter('b', tone(700))]
  pass(100)
  const heard = pass(1_000)
  const expected = tone(700)
  const first = heard.get(a)
  assert.ok(first)
  const shift = expected.findIndex((_, at) =>
    first.subarray(0, 320).every((v, k) => v === expected[(at + k) % SECOND]),
  )
  assert.ok(shift >= 0, 'exactly the tone of the other')
  assert.ok(toneShare(heard.get(b) ?? first, RATE, 500) > 0.9999)
})

test('MIX-10 a sum that is too loud is turned down and not cut off', () => {
  const { enter, pass } = room()
  for (const hz of [500, 700, 1_100]) enter(`s${hz}`, tone(hz, 30_000))
  const listener = enter('l', new Int16Array(SECOND))
  pass(100)
  const sound = pass(1_000).get(listener) ?? new Int16Array()
  const shares = [500, 700, 1_100].map((hz) => toneShare(sound, RATE, hz))
  assert.ok(shares.reduce((sum, share) => sum + share) > 0.99, `${shares}`)
  assert.ok(Math.max(...sound) > 20_000 && Math.max(...sound) <= 32_767)
})

test('MIX-10 the gain falls within a frame, comes back slowly, and nothing ever wraps around', () => {
  const limiter = new Limiter()
  const out = new Int16Array(FRAME)
  const loud = Int32Array.from(sine(RATE, 400, FRAME, 32_000), (value) => value * 4)
  const quiet = Int32Array.from(sine(RATE, 400, FRAME, 8_000))
  limiter.limit(quiet, out)
  assert.deepEqual([...out], [...quiet], 'what fits is untouched')
  limiter.limit(loud, out)
  assert.ok(out.every((value, at) => Math.sign(value) === Math.sign(loud[at] ?? 0) || value === 0))
  limiter.limit(quiet, out)
  const soon = loudness(out)
  for (let count = 0; count < 50; count += 1) limiter.limit(quiet, out)
  assert.ok(soon < 0.4 * loudness(out), 'it does not pump')
  assert.deepEqual([...out], [...quiet])
  limiter.limit(new Int32Array(FRAME).fill(2 ** 31 - 1), out)
  assert.ok(out.every((value) => value > 0))
})

test('MIX-11 the noise of those who do not speak is not added up', () => {
  const { enter, pass } = room()
  for (let count = 0; count < 20; count += 1) enter(`n${count}`, noise(150))
  const [speaker, listener] = [enter('s', tone(500)), enter('l', new Int16Array(SECOND))]
  pass(1_000)
  const heard = pass(1_000)
  assert.ok(toneShare(heard.get(listener) ?? new Int16Array(), RATE, 500) > 0.999)
  assert.equal(loudness(heard.get(speaker) ?? tone(1)), 0)
})

test('MIX-11 a gate opens with the first loud frame and outlasts a pause between words', () => {
  const gate = new SpeechGate()
  const quiet = noise(30).subarray(0, FRAME)
  const loud = noise(5_000).subarray(0, FRAME)
  for (let count = 0; count < 50; count += 1) assert.ok(!gate.hears(quiet))
  assert.ok(gate.hears(loud))
  for (let count = 0; count < 19; count += 1) assert.ok(gate.hears(quiet), `${count * 20} ms after the word`)
  assert.ok(!gate.hears(quiet))
  gate.hears(loud)
  gate.rest()
  assert.ok(!gate.hears(quiet))
})

test('MIX-12 at most MIX_SPEAKERS_MAX are heard, the loudest, and they do not alternate', () => {
  const { mix, enter, pass } = room()
  const speakers = Array.from({ length: MIX_SPEAKERS_MAX }, (_, at) => enter(`s${at}`, tone(400 + 200 * at)))
  const listener = enter('l', new Int16Array(SECOND))
  pass(200)
  const late = enter('late', tone(2_000, 7_000))
  const heard = pass(1_000).get(listener) ?? new Int16Array()
  assert.ok(toneShare(heard, RATE, 2_000) < 0.001, 'a little louder is not enough')
  assert.ok(toneShare(heard, RATE, 400) > 0.2)
  mix.leave(speakers[0] as MixMember)
  pass(100)
  const after = pass(1_000).get(listener) ?? new Int16Array()
  assert.ok(toneShare(after, RATE, 2_000) > 0.2)
  assert.ok(toneShare(after, RATE, 400) < 0.001)
  assert.ok(late.isHeard)
  enter('loud', tone(3_000, 20_000))
  pass(400)
  assert.ok(toneShare(pass(1_000).get(listener) ?? after, RATE, 3_000) > 0.4, 'much louder is')
})

test('MIX-4 a whisper takes nobody the place and goes to nobody else', () => {
  const { enter, pass } = room()
  for (let at = 0; at < MIX_SPEAKERS_MAX; at += 1) enter(`s${at}`, tone(400 + 200 * at))
  const [agent, other] = [enter('agent', new Int16Array(SECOND)), enter('o', new Int16Array(SECOND))]
  const coach = enter('coach', tone(3_000, 20_000), ['agent', 'coach'])
  pass(300)
  const heard = pass(1_000)
  const share = (member: MixMember) => toneShare(heard.get(member) ?? new Int16Array(), RATE, 3_000)
  assert.ok(share(agent) > 0.5, `${share(agent)}`)
  assert.ok(share(other) < 1e-6 && share(coach) < 1e-6, 'not even to itself')
})

test('MIX-13 who leaves is gone at once, and an empty mix is silent', () => {
  const { mix, enter, pass } = room()
  const [a, b] = [enter('a', tone(500)), enter('b', tone(700))]
  pass(200)
  mix.leave(b)
  mix.leave(b)
  assert.equal(mix.size, 1)
  assert.equal(loudness(pass(100).get(a) ?? tone(1)), 0)
  mix.close()
  assert.equal(mix.size, 0)
  pass(40)
})

test('MIX-14 who has listened for a second gets what is encoded once for all; who speaks, its own', () => {
  const { mix, enter, pass } = room()
  const [one, two] = [enter('l1', new Int16Array(SECOND)), enter('l2', new Int16Array(SECOND))]
  const speaker = enter('s', tone(500))
  const encoded = (member: MixMember) => mix.soundFor(member).encoded?.('PCMA')
  pass(900)
  assert.equal(encoded(one), undefined)
  pass(200)
  const first = encoded(one)
  assert.ok(first && first.length === 160)
  assert.equal(encoded(two), first, 'the same bytes, not encoded again')
  assert.equal(encoded(speaker), undefined)
  assert.equal(mix.soundFor(one).encoded?.('G722'), undefined)
  mix.close()
})
