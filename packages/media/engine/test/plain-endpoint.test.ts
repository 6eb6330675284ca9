import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROTOCOL_VERSION, STATS_INTERVAL } from '@rufwerk/media-control'
import { writeReport } from '@rufwerk/rtp'
import { codec, HOST, NOTHING_OPEN, rtp, Scene, until, voice } from './support/scene.ts'

test('RTP-1 two bridged endpoints with one format hear each other, packet for packet', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b', { ...codec('PCMA'), payloadType: 96 })
  await scene.bridge('a', 'b')
  for (let count = 1; count <= 20; count++) {
    a.send(voice(count))
    b.send(voice(100 + count), 96)
    await sleep(2)
  }
  await until(() => a.heard.length === 20 && b.heard.length === 20)
  assert.deepEqual(
    b.heard.map(({ payload }) => payload[0]),
    Array.from({ length: 20 }, (_, index) => index + 1),
  )
  const [first, second] = b.heard
  assert.deepEqual([first?.payloadType, a.heard[0]?.payloadType], [96, 8])
  assert.equal(second?.sequenceNumber, ((first?.sequenceNumber ?? 0) + 1) & 0xffff)
  assert.equal(new Set(b.heard.map(({ ssrc }) => ssrc)).size, 1)
  assert.notEqual(first?.ssrc, a.ssrc)
  assert.ok(b.heard.every(({ port }) => port === b.endpointPort))
  const stats = await scene.stats('a')
  assert.deepEqual([stats.packetsReceived, stats.packetsSent, stats.lost], [20, 20, 0])
  assert.ok(stats.isRelayed)
  await scene.close()
})

test('RTP-2 packets of anybody else are not relayed once the peer is known, and counted', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  const attacker = await scene.phone()
  await scene.bridge('a', 'b')
  a.send(voice(1))
  await until(() => b.heard.length === 1)
  const attack = Array.from({ length: 200 }, (_, index) =>
    rtp(voice(66), 8, 2_000 + index, 60_000 + 160 * index, a.ssrc),
  )
  for (const packet of attack) attacker.sendRaw(packet, a.endpointPort)
  a.send(voice(2))
  await until(() => b.heard.length === 2)
  await sleep(50)
  assert.deepEqual(
    b.heard.map(({ payload }) => payload[0]),
    [1, 2],
  )
  assert.equal((await scene.stats('a')).rubbish, 200)
  // The twin: the very same packets from the right place are relayed.
  for (const packet of attack) a.sendRaw(packet)
  await until(() => b.heard.length === 202)
  assert.equal((await scene.stats('a')).rubbish, 200)
  assert.equal(attacker.heard.length, 0)
  await scene.close()
})

test('RTP-3 a peer behind a NAT is learned, answered there, and moves with a re-INVITE', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  const nat = await scene.phone()
  await scene.bridge('a', 'b')
  nat.endpointPort = a.endpointPort
  for (let count = 0; count < 10; count++) nat.send(voice(5))
  b.send(voice(9))
  await until(() => nat.heard.length === 1 && b.heard.length >= 8)
  const moved = await scene.phone()
  moved.endpointPort = a.endpointPort
  moved.send(voice(7))
  await scene.configure('a', moved)
  moved.send(voice(8))
  await until(() => b.heard.at(-1)?.payload[0] === 8)
  b.send(voice(10))
  await until(() => moved.heard.length === 1)
  assert.equal(a.heard.length, 0)
  await scene.close()
})

test('RTP-4 20,000 datagrams of rubbish are counted, and a call goes on unharmed', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  const fuzzer = await scene.phone()
  await scene.bridge('a', 'b')
  a.send(voice(1))
  await until(() => b.heard.length === 1)
  let seed = 4_711
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  const rubbish = 20_000
  let expected = 1
  let counted = 0
  for (let count = 1; count <= rubbish; count++) {
    const packet = Uint8Array.from({ length: random(20) === 0 ? random(3_000) : random(80) }, () =>
      random(256),
    )
    if (count % 2 === 0 && packet.length > 0) packet[0] = 0x80 | random(64)
    fuzzer.sendRaw(packet, count % 3 === 0 ? a.endpointPort + 1 : a.endpointPort)
    if (count % 100 !== 0) continue
    a.send(voice(count / 100))
    expected += 1
    await until(() => b.heard.length === expected)
    counted = count
  }
  assert.equal(counted, rubbish)
  await until(() => b.heard.length === expected)
  const stats = await scene.stats('a')
  assert.equal(stats.rubbish, rubbish)
  assert.deepEqual([stats.packetsReceived, stats.lost], [expected, 0])
  assert.equal(fuzzer.heard.length, 0)
  await scene.close()
})

test('RTP-5 rubbish from the peer itself is counted and not relayed either', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  await scene.bridge('a', 'b')
  a.send(voice(1))
  a.send(voice(2), 18) // Not negotiated.
  a.sendRaw(new Uint8Array(11))
  a.sendRaw(new Uint8Array(200))
  a.sendRaw(rtp(new Uint8Array(1_600), 8, 5, 5, a.ssrc))
  a.sendRaw(Uint8Array.from([0x81, 200, 0, 0, 1, 2, 3, 4])) // RTCP whose length does not fit.
  a.send(voice(3))
  await until(() => b.heard.length === 2)
  assert.equal((await scene.stats('a')).rubbish, 5)
  await scene.close()
})

test('RTP-6 extension, contributing sources and padding are not passed on', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  await scene.bridge('a', 'b')
  const plain = rtp(voice(9), 8, 10, 1_600, a.ssrc)
  const packet = Buffer.concat([
    plain.subarray(0, 12),
    Buffer.from([1, 2, 3, 4]), // One contributing source.
    Buffer.from([0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0]), // One word of extension.
    plain.subarray(12),
    Buffer.from([0, 0, 0, 4]), // Padding.
  ])
  packet[0] = 0x80 | 0x20 | 0x10 | 1
  a.sendRaw(packet)
  await until(() => b.heard.length === 1)
  assert.deepEqual(b.heard[0]?.payload, Buffer.from(voice(9)))
  assert.equal(b.heard[0]?.payloadStart, 12)
  await scene.close()
})

test('RTP-7 nothing is sent to a peer that is on hold, and nothing of it is passed on', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  await scene.bridge('a', 'b')
  for (const [direction, toA, toB] of [
    ['sendonly', 1, 0],
    ['recvonly', 0, 1],
    ['inactive', 0, 0],
    ['sendrecv', 1, 1],
  ] as const) {
    await scene.configure('a', a, codec('PCMA'), { direction })
    a.heard.length = 0
    b.heard.length = 0
    a.send(voice(1))
    b.send(voice(2))
    await sleep(40)
    assert.deepEqual([a.heard.length, b.heard.length], [toA, toB], direction)
  }
  await scene.close()
})

test('RTP-8 echo returns everything under our own SSRC', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  await scene.source('a', { type: 'echo' })
  for (let count = 0; count < 5; count++) a.send(voice(count))
  a.send(Uint8Array.from([5, 0x80, 0, 160]), 101)
  await until(() => a.heard.length === 6)
  assert.ok(a.heard.every(({ ssrc }) => ssrc !== a.ssrc))
  assert.equal(a.heard[5]?.payloadType, 101)
  await scene.source('a', { type: 'silence' })
  a.send(voice(9))
  await sleep(40)
  assert.equal(a.heard.length, 6)
  await scene.close()
})

test('RTP-9 when one end closes, the other goes on without it; a second close is unknown', async () => {
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  await scene.bridge('a', 'b')
  a.send(voice(1))
  b.send(voice(1))
  await until(() => b.heard.length === 1 && a.heard.length === 1)
  const closed = await scene.do({ type: 'close', endpoint: 'a' })
  assert.ok(closed.type === 'closed' && closed.stats.packetsReceived === 1)
  assert.equal((await scene.do({ type: 'close', endpoint: 'a' })).type, 'refused')
  b.send(voice(2))
  await sleep(30)
  assert.equal((await scene.stats('b')).packetsReceived, 2)
  assert.deepEqual(scene.engine.size(), { ...NOTHING_OPEN, endpoints: 1, ports: 1 })
  await scene.close()
})

test('RTP-10 what cannot be done is refused with its code', async () => {
  const scene = new Scene()
  await scene.connect('a')
  const open = { tenant: 't', call: 'c', leg: 'l', address: HOST }
  const rows: [object, string][] = [
    [{ type: 'openRtp', endpoint: 'a', ...open, call: 'other' }, 'bad-argument'],
    [{ type: 'openRtp', endpoint: 'x', ...open, address: '203.0.113.1' }, 'failed'],
    [{ type: 'close', endpoint: 'x' }, 'unknown-endpoint'],
    [{ type: 'setSource', endpoint: 'a', source: { type: 'endpoint', endpoint: 'x' } }, 'unknown-endpoint'],
    [
      { type: 'setSource', endpoint: 'a', source: { type: 'prompt', names: ['x'], isLooped: false } },
      'bad-argument',
    ],
    [{ type: 'connectWebRtc', endpoint: 'a', remote: {} }, 'bad-argument'],
    [{ type: 'hello', version: 99, generation: 1 }, 'version'],
    [{ type: 'nonsense' }, 'bad-argument'],
  ]
  for (const [command, code] of rows) {
    const reply = await scene.do(command)
    assert.ok(reply.type === 'refused' && reply.code === code, JSON.stringify([command, reply]))
  }
  const hello = await scene.do({ type: 'hello', version: PROTOCOL_VERSION, generation: 5 })
  assert.equal(hello.type, 'hello')
  const older = await scene.do({ type: 'hello', version: PROTOCOL_VERSION, generation: 4 })
  assert.ok(older.type === 'refused' && older.code === 'version')
  await scene.close()
})

test('RTP-11 ports run out with no-port and come back; endpoints have a limit', async () => {
  const scene = new Scene()
  const open = { type: 'openRtp', tenant: 't', call: 'c', leg: 'l', address: HOST }
  for (let count = 0; count < 50; count++)
    assert.equal((await scene.do({ ...open, endpoint: `e${count}` })).type, 'openedRtp')
  const none = await scene.do({ ...open, endpoint: 'more' })
  assert.ok(none.type === 'refused' && none.code === 'no-port')
  for (let count = 0; count < 50; count++) await scene.do({ type: 'close', endpoint: `e${count}` })
  assert.equal((await scene.do({ ...open, endpoint: 'more' })).type, 'openedRtp')
  await scene.close()
  const small = new Scene({ endpointsMax: 1 })
  assert.equal((await small.do({ ...open, endpoint: 'a' })).type, 'openedRtp')
  const over = await small.do({ ...open, endpoint: 'b' })
  assert.ok(over.type === 'refused' && over.code === 'limit')
  await small.close()
})

test('RTP-14 beyond the limit there are endpoints for emergency calls alone', async () => {
  const full = new Scene({ endpointsMax: 1 })
  const open = { type: 'openRtp', tenant: 't', call: 'c', leg: 'l', address: HOST }
  assert.equal((await full.do({ ...open, endpoint: 'a' })).type, 'openedRtp')
  const other = await full.do({ ...open, endpoint: 'b' })
  assert.ok(other.type === 'refused' && other.code === 'limit')
  for (const endpoint of ['c', 'd'])
    assert.equal((await full.do({ ...open, endpoint, isEmergency: true })).type, 'openedRtp')
  const wrong = await full.do({ ...open, endpoint: 'e', isEmergency: 'yes' })
  assert.ok(wrong.type === 'refused' && wrong.code === 'bad-argument')
  await full.close()
})

test('RTP-12 RTCP goes where the peer said or beside RTP, and is read on both', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const scene = new Scene()
  const b = await scene.connect('b')
  for (const isMuxed of [true, false]) {
    const a = await scene.connect('a')
    const control = await scene.phone()
    const rtcpPort = isMuxed ? a.port : control.port
    const remote = { rtp: { address: HOST, port: a.port }, rtcp: { address: HOST, port: rtcpPort } }
    await scene.configure('a', a, codec('PCMA'), { remote })
    await scene.bridge('a', 'b')
    a.send(voice(1))
    b.send(voice(2))
    await until(() => a.heard.length === 1)
    const block = {
      fractionLost: 0,
      cumulativeLost: 3,
      highestSequence: 1,
      jitter: 80,
      lastSr: 0,
      delaySinceLastSr: 0,
    }
    const report = new Uint8Array(256)
    const ssrc = a.heard[0]?.ssrc ?? 0
    const length = writeReport(report, { ssrc: a.ssrc, cname: 'a', reports: [{ ssrc, ...block }] })
    if (isMuxed) a.sendRaw(report.subarray(0, length))
    else control.sendRaw(report.subarray(0, length), a.endpointPort + 1)
    await sleep(30)
    const stats = await scene.stats('a')
    assert.deepEqual([stats.remoteLost, stats.remoteJitterMs, stats.rubbish], [3, 10, 0])
    await scene.do({ type: 'close', endpoint: 'a' })
    await until(() => (isMuxed ? a : control).control.length === 1)
    assert.equal((isMuxed ? control : a).control.length, 0)
  }
  await scene.close()
})

test('RTP-13 the quality of whoever is heard is told every STATS_INTERVAL', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const scene = new Scene()
  const a = await scene.connect('a')
  const b = await scene.connect('b')
  await scene.bridge('a', 'b')
  a.send(voice(1))
  await until(() => b.heard.length === 1)
  const told = () =>
    scene.events.flatMap((event) => (event.type === 'stats' ? [event.endpoint as string] : []))
  t.mock.timers.tick(STATS_INTERVAL - 1)
  assert.deepEqual(told(), [])
  t.mock.timers.tick(1)
  assert.deepEqual(told(), ['a'])
  t.mock.timers.tick(STATS_INTERVAL)
  assert.deepEqual(told(), ['a'], 'nothing new was heard')
  await scene.close()
})

test('RTP-15 a phone that still sends to the port of a process that died is heard there again', async () => {
  const died = new Scene()
  const phone = await died.connect('a')
  const stranger = await died.phone()
  died.engine.close()
  const { firstPort: low } = died
  const scene = new Scene({ portRange: { low, high: low + 99 } })
  const open = { type: 'openRtp', tenant: 't', call: 'c', leg: 'l', address: HOST }
  const wishedPort = phone.endpointPort
  const opened = await scene.do({ ...open, endpoint: 'b', wishedPort })
  assert.ok(opened.type === 'openedRtp')
  assert.equal(opened.rtp.port, wishedPort)
  // Said again it is answered as before; of another endpoint's wish another port comes.
  assert.deepEqual(await scene.do({ ...open, endpoint: 'b', wishedPort }), opened)
  const other = await scene.do({ ...open, endpoint: 'c', wishedPort })
  assert.ok(other.type === 'openedRtp' && other.rtp.port !== wishedPort)
  await scene.configure('b', phone)
  await scene.source('b', { type: 'echo' })
  phone.send(voice(1))
  await until(() => phone.heard.length === 1)
  for (let count = 0; count < 20; count++)
    stranger.sendRaw(rtp(voice(66), 8, 2_000 + count, 160 * count, 9), wishedPort)
  phone.send(voice(2))
  await until(() => phone.heard.length === 2)
  assert.deepEqual(
    phone.heard.map(({ payload, port }) => [payload[0], port]),
    [
      [1, wishedPort],
      [2, wishedPort],
    ],
  )
  assert.equal((await scene.stats('b')).rubbish, 20)
  await scene.close()
  died.end()
})
