import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndpointId } from '@rufwerk/core'
import { codec, DTMF, type Phone, Scene, until, voice } from './support/scene.ts'

const FAST = { payloadType: 110, clockRate: 48_000 }
const BOTH = [DTMF, FAST]

/** Presses 5 for 100 ms as RFC 4733 says: five packets that grow, then three that end it. */
function press(phone: Phone, payloadType: number, ticks: number): void {
  const timestamp = phone.timestamp
  for (let count = 1; count <= 8; count++) {
    const duration = ticks * Math.min(count, 5)
    phone.timestamp = timestamp
    phone.send(
      Uint8Array.from([5, (count > 5 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]),
      payloadType,
      0,
    )
  }
  phone.timestamp = timestamp + ticks * 5
}

const digits = (scene: Scene, endpoint: string) =>
  scene.events.flatMap((event) =>
    event.type === 'dtmf' && event.endpoint === (endpoint as EndpointId) ? [event] : [],
  )

test('DTM-4 a received digit is told once, with its length', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  a.send(voice(1))
  press(a, 101, 160)
  await until(() => digits(scene, 'a').length > 0)
  await sleep(50)
  assert.deepEqual(digits(scene, 'a'), [
    { type: 'dtmf', endpoint: 'a' as EndpointId, digit: '5', durationMs: 100 },
  ])
  await scene.close()
})

test('DTM-5 digits cross a bridge: as they are between equal clocks, converted between others', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b', codec('PCMA'), { dtmf: { payloadType: 96, clockRate: 8_000 } })
  const c = await scene.connect('c', codec('opus'), { dtmf: FAST })
  await scene.bridge('a', 'b')
  a.send(voice(1))
  press(a, 101, 160)
  await until(() => b.heard.filter(({ payloadType }) => payloadType === 96).length === 8)
  await scene.bridge('a', 'c')
  press(a, 101, 160)
  const events = () => c.heard.filter(({ payloadType }) => payloadType === 110)
  await until(() => events().length === 8)
  assert.deepEqual(
    events().map(({ payload }) => payload.readUInt16BE(2)),
    [960, 1_920, 2_880, 3_840, 4_800, 4_800, 4_800, 4_800],
  )
  assert.equal(new Set(events().map(({ timestamp }) => timestamp)).size, 1)
  assert.deepEqual(
    events().map(({ payload }) => payload[1]),
    [10, 10, 10, 10, 10, 0x8a, 0x8a, 0x8a],
  )
  press(c, 110, 960)
  await until(() => a.heard.filter(({ payloadType }) => payloadType === 101).length === 8)
  assert.equal(a.heard.at(-1)?.payload.readUInt16BE(2), 800)
  assert.equal(digits(scene, 'c').length, 1)
  await scene.close()
})

test('DTM-8 digits of a peer with several formats keep the time of the sound that is relayed', async () => {
  const scene = new Scene()
  const several = { receive: [codec('PCMA'), codec('PCMU')] }
  const a = await scene.connect('a', codec('PCMA'), several)
  const b = await scene.connect('b', codec('PCMA'), { dtmf: { payloadType: 96, clockRate: 8_000 } })
  await scene.bridge('a', 'b')
  a.send(voice(1))
  press(a, 101, 160)
  a.send(voice(2))
  await until(() => b.heard.length === 10)
  const [before, event, after] = [b.heard[0], b.heard[1], b.heard[9]].map((packet) => packet?.timestamp ?? 0)
  assert.deepEqual(
    [event, after].map((time = 0) => time - (before ?? 0)),
    [0, 160 * 6],
  )
  // The other format is decoded; now its digits are carried over and the decoding goes on.
  for (let count = 0; count < 10; count += 1) a.send(voice(3), 0)
  await until(() => b.heard.length > 12)
  b.heard.length = 0
  press(a, 101, 160)
  for (let count = 0; count < 5; count += 1) a.send(voice(3), 0)
  await until(() => b.heard.filter(({ payloadType }) => payloadType === 96).length === 8)
  await until(() => b.heard.filter(({ payloadType }) => payloadType === 8).length > 2)
  await scene.close()
})

test('DTM-6 digits of ours go out in order with three end packets, in place of relayed sound', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  await scene.bridge('a', 'b')
  await scene.done({ type: 'sendDtmf', endpoint: 'b', digit: '7', durationMs: 80 })
  await scene.done({ type: 'sendDtmf', endpoint: 'b', digit: '#', durationMs: 80 })
  const stop = setInterval(() => a.send(voice(1)), 20)
  await sleep(600)
  clearInterval(stop)
  const events = b.heard.filter(({ payloadType }) => payloadType === DTMF.payloadType)
  const told = events.map(({ payload }) => payload[0])
  assert.deepEqual([...new Set(told)], [7, 11])
  for (const digit of [7, 11]) {
    const packets = events.filter(({ payload }) => payload[0] === digit)
    assert.equal(packets.filter(({ payload }) => ((payload[1] ?? 0) & 0x80) !== 0).length, 3)
    assert.equal(packets.at(-1)?.payload.readUInt16BE(2), 640)
  }
  assert.ok(b.heard.filter(({ payloadType }) => payloadType === 8).length > 5)
  const sequence = b.heard.map(({ sequenceNumber }) => sequenceNumber)
  for (let index = 1; index < sequence.length; index++)
    assert.equal(sequence[index], ((sequence[index - 1] as number) + 1) & 0xffff)
  await scene.close()
})

test('DTM-7 digits that were not negotiated are refused, and too many are', async () => {
  const scene = new Scene()
  await scene.connect('a', codec('PCMA'), { dtmf: undefined })
  const command = { type: 'sendDtmf', endpoint: 'a', digit: '1', durationMs: 6_000 }
  const refused = await scene.do(command)
  assert.ok(refused.type === 'refused' && refused.code === 'failed')
  await scene.connect('b')
  let reply = refused as Awaited<ReturnType<typeof scene.do>>
  for (let count = 0; count < 200; count++) reply = await scene.do({ ...command, endpoint: 'b' })
  assert.ok(reply.type === 'refused' && reply.code === 'limit')
  await scene.close()
})

/** The payload types and last durations of the digits that a phone heard since `from`. */
const pressed = (phone: Phone, from: number) =>
  phone.heard
    .slice(from)
    .flatMap(({ payload, payloadType }) =>
      payload.length === 4 ? [`${payloadType}:${payload.readUInt16BE(2)}`] : [],
    )

test('DTM-9 each negotiated event format crosses to each chosen one, another one does not', async () => {
  const scene = new Scene()
  const opus = codec('opus')
  const sinks = [
    ['slow', codec('PCMA'), DTMF, '101:800'],
    ['fast', opus, FAST, '110:4800'],
    ['slowOpus', opus, DTMF, '101:800'],
  ] as const
  for (const [name, send] of [
    ['phone', codec('PCMA')],
    ['browser', opus],
  ] as const) {
    const source = await scene.connect(name, send, { dtmf: DTMF, receiveDtmf: BOTH })
    for (const [kind, codecOut, dtmf, told] of sinks) {
      const id = `${name}-${kind}`
      const sink = await scene.connect(id, codecOut, { dtmf })
      await scene.bridge(name, id)
      for (const [payloadType, ticks] of [
        [101, 160],
        [110, 960],
      ] as const) {
        source.send(voice(1), send.payloadType)
        const from = sink.heard.length
        const before = digits(scene, name).length
        press(source, payloadType, ticks)
        await until(() => pressed(sink, from).length === 8)
        assert.deepEqual(pressed(sink, from).slice(-3), [told, told, told], `${id} from ${payloadType}`)
        assert.equal(digits(scene, name).length, before + 1)
        assert.equal(digits(scene, name).at(-1)?.durationMs, 100)
      }
    }
  }
  // The twin: a format that was not negotiated is rubbish, to the peer as to us.
  const single = await scene.connect('single', codec('PCMA'), { dtmf: DTMF, receiveDtmf: [DTMF] })
  const sink = await scene.connect('last', codec('PCMA'), { dtmf: DTMF, receiveDtmf: BOTH })
  await scene.bridge('single', 'last')
  single.send(voice(1))
  press(single, 110, 960)
  single.send(voice(2))
  await until(() => sink.heard.length === 2)
  assert.deepEqual(pressed(sink, 0), [])
  assert.deepEqual(digits(scene, 'single'), [])
  assert.equal((await scene.stats('single')).rubbish, 8)
  // What may come is not what goes out.
  await scene.done({ type: 'sendDtmf', endpoint: 'last', digit: '1', durationMs: 100 })
  await until(() => pressed(sink, 0).length >= 3 && pressed(sink, 0).every((told) => told.startsWith('101:')))
  await scene.close()
})

test('DTM-11 a digit whose end is repeated after a re-INVITE is told once', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  a.send(voice(1))
  press(a, 101, 160)
  await until(() => digits(scene, 'a').length === 1)
  await scene.configure('a', a)
  a.timestamp -= 800
  a.send(Uint8Array.from([5, 0x8a, 800 >> 8, 800 & 0xff]), 101, 0)
  a.timestamp += 800
  press(a, 101, 160)
  await until(() => digits(scene, 'a').length > 1)
  await sleep(50)
  assert.equal(digits(scene, 'a').length, 2)
  await scene.close()
})
