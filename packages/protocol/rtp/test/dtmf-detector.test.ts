import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DtmfDetector, type DtmfPress, G711Decoder, G711Encoder } from '../src/index.ts'

const LOW = [697, 770, 852, 941]
const HIGH = [1209, 1336, 1477, 1633]
const KEYS = [...'123A456B789C*0#D']
const FRAME = 160

let seed = 1
function chance(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff
  return seed / 0x8000_0000
}

/** One piece of sound: a key, or silence without one. Levels in dBm0 for each tone, offsets as parts of 1. */
interface Piece {
  readonly key?: string
  readonly ms: number
  readonly low?: number
  readonly high?: number
  readonly lowOffset?: number
  readonly highOffset?: number
}

const DB_FULL_SCALE = 3.14
const amplitude = (dbm0: number): number => 32_768 * 10 ** ((dbm0 - DB_FULL_SCALE) / 20)

/** Pieces after 20–30 ms of silence, so that frames cut them anywhere; `noiseDb` in dBm0. */
function sound(pieces: readonly Piece[], noiseDb?: number): Int16Array {
  const all: Piece[] = [{ ms: 20 + 10 * chance() }, ...pieces, { ms: 120 }]
  const samples: number[] = []
  const noise = noiseDb === undefined ? 0 : amplitude(noiseDb) * Math.SQRT1_2 * Math.sqrt(12)
  for (const { key, ms, low = -10, high = -10, lowOffset = 0, highOffset = 0 } of all) {
    const place = key === undefined ? -1 : KEYS.indexOf(key)
    const lowTurn = (2 * Math.PI * (LOW[place >> 2] ?? 0) * (1 + lowOffset)) / 8000
    const highTurn = (2 * Math.PI * (HIGH[place & 3] ?? 0) * (1 + highOffset)) / 8000
    const [lowPhase, highPhase] = [7 * chance(), 7 * chance()]
    const [lowAmplitude, highAmplitude] = place < 0 ? [0, 0] : [amplitude(low), amplitude(high)]
    for (let i = 0; i < ms * 8; i += 1)
      samples.push(
        lowAmplitude * Math.sin(lowTurn * i + lowPhase) +
          highAmplitude * Math.sin(highTurn * i + highPhase) +
          noise * (chance() - 0.5),
      )
  }
  return Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value))))
}

function heard(samples: Int16Array, frame = FRAME): DtmfPress[] {
  const detector = new DtmfDetector()
  const presses: DtmfPress[] = []
  for (let at = 0; at < samples.length; at += frame) {
    const press = detector.push(samples.subarray(at, at + frame))
    if (press !== undefined) presses.push(press)
  }
  const last = detector.end()
  return last === undefined ? presses : [...presses, last]
}

const keys = (samples: Int16Array): string =>
  heard(samples)
    .map((press) => press.digit)
    .join('')

/** What is heard of every key, at two places in the frame each. */
function eachKey(
  expected: (key: string) => string,
  pieces: (key: string) => Piece[],
  noiseDb?: number,
): void {
  for (const key of KEYS)
    for (let round = 0; round < 2; round += 1)
      assert.equal(keys(sound(pieces(key), noiseDb)), expected(key), JSON.stringify(pieces(key)))
}

const same = (key: string): string => key
const none = (): string => ''

test('RTP-D8 every key is heard once, from 40 ms on; up to 23 ms it is none', () => {
  for (const ms of [40, 50, 100, 1000]) eachKey(same, (key) => [{ key, ms }])
  for (const ms of [10, 20, 23]) eachKey(none, (key) => [{ key, ms }])
  for (const ms of [60, 200, 1500]) {
    const [press] = heard(sound([{ key: '5', ms }]))
    assert.ok(Math.abs((press?.durationMs ?? 0) - ms) <= 20, `${press?.durationMs} for ${ms}`)
  }
})

test('RTP-D9 levels of −29 to 0 dBm0 and a twist of −8 to +5 dB are heard', () => {
  for (const level of [-3, -10, -25, -29]) eachKey(same, (key) => [{ key, ms: 40, low: level, high: level }])
  for (const twist of [-8, -4, 4, 5])
    eachKey(same, (key) => [{ key, ms: 40, low: -14 - twist / 2, high: -14 + twist / 2 }])
  for (const level of [-45, -60]) eachKey(none, (key) => [{ key, ms: 200, low: level, high: level }])
  for (const twist of [-14, 12])
    eachKey(none, (key) => [{ key, ms: 200, low: -14 - twist / 2, high: -14 + twist / 2 }])
})

test('RTP-D10 frequencies within 1.5 % are heard, from 3.5 % on refused, each tone by itself', () => {
  for (const offset of [-0.015, 0.015]) {
    eachKey(same, (key) => [{ key, ms: 40, lowOffset: offset, highOffset: offset }])
    eachKey(same, (key) => [{ key, ms: 40, lowOffset: offset, highOffset: -offset, low: -14 }])
  }
  for (const offset of [-0.035, 0.035]) {
    eachKey(none, (key) => [{ key, ms: 60, lowOffset: offset, highOffset: offset }])
    eachKey(none, (key) => [{ key, ms: 60, lowOffset: offset }])
    eachKey(none, (key) => [{ key, ms: 60, highOffset: offset }])
  }
})

test('RTP-D11 noise 15 dB below and G.711 on the way change nothing', () => {
  eachKey(same, (key) => [{ key, ms: 50 }], -22)
  for (const law of ['PCMA', 'PCMU'] as const) {
    const [encoder, decoder] = [new G711Encoder(law), new G711Decoder(law)]
    for (const level of [-25, -3])
      for (const key of KEYS) {
        const clean = sound([{ key, ms: 40, low: level, high: level }])
        assert.equal(keys(decoder.decode(encoder.encode(clean))), key)
      }
  }
})

test('RTP-D12 a gap of 10 ms does not split a press, a pause of 40 ms does', () => {
  eachKey(same, (key) => [{ key, ms: 50 }, { ms: 10 }, { key, ms: 50 }])
  eachKey(
    (key) => key + key,
    (key) => [{ key, ms: 40 }, { ms: 40 }, { key, ms: 40 }],
  )
  const number = '0401234567*#'
  const pieces = [...number].flatMap((key) => [{ key, ms: 40 }, { ms: 40 }])
  assert.equal(keys(sound(pieces)), number)
  const samples = sound(pieces)
  for (const frame of [80, 97, 240]) assert.equal(heard(samples, frame).length, number.length, `${frame}`)
})

test('RTP-D13 speech, noise, single tones and sweeps press no key', () => {
  const speech = readFileSync(new URL('./fixtures/speech-alaw.bin', import.meta.url))
  assert.ok(speech.length > 80_000)
  assert.equal(keys(new G711Decoder('PCMA').decode(speech)), '')
  assert.equal(keys(sound([{ ms: 2000 }], -6)), '', 'noise')
  const tones = (frequencies: (at: number) => number[]): Int16Array => {
    const phases = [0, 0, 0]
    return Int16Array.from({ length: 12_000 }, (_, at) =>
      frequencies(at).reduce((sum, frequency, i) => {
        phases[i] = (phases[i] ?? 0) + (2 * Math.PI * frequency) / 8000
        return sum + 7000 * Math.sin(phases[i] ?? 0)
      }, 0),
    )
  }
  assert.equal(keys(tones(() => [425])), '', 'dial tone')
  assert.equal(keys(tones(() => [350, 440])), '', 'dial tone of two')
  assert.equal(keys(tones(() => [697])), '', 'one tone of a key')
  assert.equal(keys(tones(() => [697, 770])), '', 'two tones of one group')
  assert.equal(keys(tones(() => [697, 1209, 1000])), '', 'a third tone')
  assert.equal(keys(tones((at) => [600 + (at % 3000) / 3, 1100 + (at % 3000) / 3])), '', 'sweeps')
})

test('RTP-D14 the key that is down can be asked for, and an end tells it', () => {
  const detector = new DtmfDetector()
  const samples = sound([{ key: '7', ms: 500 }]).subarray(0, 2400)
  assert.equal(detector.current, undefined)
  for (let at = 0; at < samples.length; at += FRAME) detector.push(samples.subarray(at, at + FRAME))
  assert.equal(detector.current, '7')
  assert.equal(detector.end()?.digit, '7')
  assert.deepEqual([detector.current, detector.end()], [undefined, undefined])
})
