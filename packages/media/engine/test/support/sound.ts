// Tones as phones speak and hear them, in every format.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Instant, instant } from '@rufwerk/core'
import type { CodecName } from '@rufwerk/media-control'
import { type AudioEncoder, newRtpHeader, parseRtpHeader } from '@rufwerk/rtp'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { closeCodec, openEncoder, rateOf } from '../../src/stream/codecs.ts'
import { SoundReceiver } from '../../src/stream/sound-receiver.ts'
import { codec, type Phone, rtp, Scene, type SceneSettings } from './scene.ts'

const fail = (error: unknown) => assert.fail(String(error))

/** Lets the microtasks pass in which Opus opens its states. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Speaks a tone in real time, one packet per 20 ms. */
export async function speak(phone: Phone, name: CodecName, frequency: number, ms: number): Promise<void> {
  const rate = rateOf(name)
  const encoder: AudioEncoder = openEncoder(name, rate, fail)
  await settled()
  const sound = sine(rate, frequency, (rate * ms) / 1000)
  const { payloadType, clockRate } = codec(name)
  const start = performance.now()
  for (let at = 0, due = 0; at < sound.length; at += rate / 50, due += 20) {
    const wait = start + due - performance.now()
    if (wait > 0) await sleep(wait)
    phone.send(encoder.encode(sound.subarray(at, at + rate / 50)).slice(), payloadType, clockRate / 50)
  }
  closeCodec(encoder)
}

/** Everything a phone has heard, decoded. */
export async function decode(phone: Phone, name: CodecName): Promise<Int16Array> {
  const rate = rateOf(name)
  const receiver = new SoundReceiver([codec(name)], rate, fail)
  const header = newRtpHeader()
  const heard = phone.heard.filter(({ payloadType }) => payloadType === codec(name).payloadType)
  const sound = new Int16Array((heard.length + 10) * (rate / 50))
  const first = heard[0]
  assert.ok(first, 'something was heard')
  for (let index = 0; index < heard.length + 10; index++) {
    const packet = heard[index]
    const now = instant(index * 20)
    if (packet) {
      const bytes = rtp(
        packet.payload,
        packet.payloadType,
        packet.sequenceNumber,
        packet.timestamp,
        packet.ssrc,
      )
      assert.ok(parseRtpHeader(bytes, header))
      receiver.put(bytes, header, now)
      if (index === 0) await settled()
    }
    receiver.read(sound.subarray((index * rate) / 50, ((index + 1) * rate) / 50), now)
  }
  receiver.close()
  return sound
}

/** The loudest half second. */
export function best(sound: Int16Array, rate: number): Int16Array {
  let found = sound.subarray(0, rate / 2)
  for (let at = 0; at + rate / 2 <= sound.length; at += rate / 20) {
    const piece = sound.subarray(at, at + rate / 2)
    if (loudness(piece) > loudness(found)) found = piece
  }
  return found
}

/** The shares of these frequencies in the loudest half second that a phone heard. */
export async function sharesOf(
  phone: Phone,
  name: CodecName,
  frequencies: readonly number[],
): Promise<number[]> {
  const rate = rateOf(name)
  const sound = best(await decode(phone, name), rate)
  return frequencies.map((frequency) => toneShare(sound, rate, frequency))
}

/** Waits for the network alone, which has no clock of its own. */
export async function delivered(isThere: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now()
  while (!(await isThere())) {
    assert.ok(performance.now() - started < 20_000, `not delivered: ${isThere}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Lets the engine's time pass, and no faster than packets arrive: so a busy machine changes nothing. */
export class Pace {
  #now = 1_000
  readonly #timers: TestContext['mock']['timers']

  constructor({ mock }: TestContext) {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
    this.#timers = mock.timers
  }

  readonly now = (): Instant => instant(this.#now)

  pass(ms: number): void {
    for (let step = 0; step < ms; step += 1) {
      this.#now += 1
      this.#timers.tick(1)
    }
  }
}

/** A phone with a tone of its own. */
export interface Voice {
  /** Of its endpoint. */
  readonly id: string
  readonly phone: Phone
  readonly name: CodecName
  readonly hz: number
}

/**
 * Phones that speak in the time of a Pace: whatever the machine does meanwhile, everybody is heard in time.
 */
export class Stage {
  readonly scene: Scene
  readonly #pace: Pace
  readonly #voices = new Map<string, Voice>()
  /** How far the packets of a phone are, in ms. */
  readonly #spoken = new WeakMap<Phone, number>()
  #nowMs = 0

  constructor(context: TestContext, settings: SceneSettings = {}) {
    this.#pace = new Pace(context)
    this.scene = new Scene({ ...settings, now: this.#pace.now })
  }

  /** A phone with this tone whose endpoint has this source. */
  async enter(id: string, name: CodecName, hz: number, source: object): Promise<Voice> {
    const phone = await this.scene.connect(id, codec(name))
    await this.scene.source(id, source)
    const voice = { id, phone, name, hz }
    this.#voices.set(id, voice)
    return voice
  }

  /** All of them speak for so long, at the same time. `isLost` says which packets do not arrive. */
  async speak(voices: readonly Voice[], ms: number, isLost = (_voice: Voice, _frame: number) => false) {
    const encoders = voices.map(({ name }) => openEncoder(name, rateOf(name), fail))
    await settled()
    const before = await this.#stats()
    const expected = new Map(voices.map(({ id }) => [id, before.get(id)?.packetsReceived ?? 0]))
    const sounds = voices.map(({ name, hz }) => sine(rateOf(name), hz, (rateOf(name) * ms) / 1000))
    for (const { phone, name } of voices) {
      const pausedMs = this.#nowMs - (this.#spoken.get(phone) ?? this.#nowMs)
      phone.timestamp += (pausedMs * codec(name).clockRate) / 1000
    }
    for (let frame = 0; frame < ms / 20; frame += 1) {
      for (const [at, voice] of voices.entries()) {
        const { payloadType, clockRate } = codec(voice.name)
        const samples = rateOf(voice.name) / 50
        const payload = encoders[at]?.encode(
          sounds[at]?.subarray(frame * samples, (frame + 1) * samples) ?? new Int16Array(),
        )
        if (isLost(voice, frame)) {
          voice.phone.sequence += 1
          voice.phone.timestamp += clockRate / 50
          continue
        }
        voice.phone.send(payload?.slice() ?? new Uint8Array(), payloadType, clockRate / 50)
        expected.set(voice.id, (expected.get(voice.id) ?? 0) + 1)
      }
      await delivered(async () => {
        const stats = await this.#stats()
        return [...expected].every(([id, count]) => stats.get(id)?.packetsReceived === count)
      })
      this.#nowMs += 20
      this.#pace.pass(20)
    }
    await this.pass(0)
    for (const { phone } of voices) this.#spoken.set(phone, this.#nowMs)
    for (const encoder of encoders) closeCodec(encoder)
  }

  /** Time in which nobody speaks. What was sent to the phones has arrived afterwards. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 20) {
      this.#nowMs += 20
      this.#pace.pass(20)
      await settled()
    }
    await delivered(async () => {
      const stats = await this.#stats()
      return [...this.#voices].every(([id, { phone }]) => {
        const { packetsSent = phone.arrived } = stats.get(id) ?? {}
        return packetsSent === phone.arrived
      })
    })
  }

  async #stats() {
    const page = await this.scene.do({ type: 'snapshot' })
    assert.ok(page.type === 'snapshot')
    return new Map(page.endpoints.map(({ endpoint, stats }) => [endpoint as string, stats]))
  }
}
