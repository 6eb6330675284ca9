import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CodecName } from '@rufwerk/media-control'
import { closeCodec, openDecoder, openEncoder, rateOf } from '../../src/stream/codecs.ts'
import { codec, type Phone, Scene, until } from '../support/scene.ts'

/** The key 5 (770 and 1336 Hz) for 100 ms, then silence, as packets. */
function keyPackets(name: CodecName): Uint8Array[] {
  const encoder = openEncoder(name, rateOf(name), assert.ifError)
  const rate = encoder.sampleRate
  const frame = rate / 50
  const packets = Array.from({ length: 25 }, (_, at) => {
    const samples = Int16Array.from({ length: frame }, (_sample, index) => {
      const time = (at * frame + index) / rate
      if (time < 0.1 || time >= 0.2) return 0
      return 6_000 * (Math.sin(2 * Math.PI * 770 * time) + Math.sin(2 * Math.PI * 1336 * time))
    })
    return Uint8Array.from(encoder.encode(samples))
  })
  closeCodec(encoder)
  return packets
}

async function play(phone: Phone, name: CodecName): Promise<void> {
  const { payloadType, clockRate } = codec(name)
  for (const packet of keyPackets(name)) {
    phone.send(packet, payloadType, clockRate / 50)
    await sleep(1)
  }
}

const digits = (scene: Scene) => scene.events.flatMap((event) => (event.type === 'dtmf' ? [event] : []))

for (const name of ['PCMA', 'PCMU', 'G722'] as const)
  test(`DTM-12 a key in ${name} sound is heard where no event format was negotiated`, async () => {
    const scene = new Scene()
    const without = await scene.connect('a', codec(name), { dtmf: undefined })
    const twin = await scene.connect('b', codec(name))
    await scene.bridge('a', 'b')
    await Promise.all([play(without, name), play(twin, name)])
    await until(() => digits(scene).length > 0)
    await sleep(50)
    const [press, ...more] = digits(scene)
    assert.deepEqual([press?.endpoint, press?.digit, more.length], ['a', '5', 0])
    assert.ok(press && Math.abs(press.durationMs - 100) <= 30, `${press?.durationMs}`)
    await scene.close()
  })

test('SND-4 packets of 30 ms are relayed as they are, and decoded whole for a peer with 20 ms', async () => {
  const scene = new Scene()
  const long = await scene.connect('a', codec('PCMA', 20))
  const same = await scene.connect('b', codec('PCMA', 20))
  await scene.bridge('a', 'b')
  for (let count = 1; count <= 10; count += 1) long.send(new Uint8Array(240).fill(count), 8, 240)
  await until(() => same.heard.length === 10)
  const [first, second] = same.heard
  assert.equal(second && first && (second.timestamp - first.timestamp) >>> 0, 240)
  assert.ok(same.heard.every(({ payload }) => payload.length === 240))
  await scene.close()
  const other = new Scene()
  const a = await other.connect('a', codec('PCMA', 20))
  const b = await other.connect('b', codec('PCMU', 20))
  await other.bridge('a', 'b')
  const tone = (from: number) =>
    Uint8Array.from(
      openEncoder('PCMA', 8_000, assert.ifError).encode(
        Int16Array.from(
          { length: 240 },
          (_, at) => 8_000 * Math.sin((2 * Math.PI * 500 * (from + at)) / 8_000),
        ),
      ),
    )
  const start = performance.now()
  for (let count = 0; count < 40; count += 1) {
    a.send(tone(count * 240), 8, 240)
    await sleep(Math.max(0, start + (count + 1) * 30 - performance.now()))
  }
  assert.ok(b.heard.every(({ payload }) => payload.length === 160))
  const decoder = openDecoder('PCMU', 8_000, assert.ifError)
  const loud = b.heard.filter(({ payload }) => {
    const samples = decoder.decode(payload)
    return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length) > 4_000
  })
  // 1.2 s are 60 packets; the first ones wait for the jitter buffer.
  assert.ok(loud.length >= 50, `${loud.length} of ${b.heard.length}`)
  await other.close()
})
