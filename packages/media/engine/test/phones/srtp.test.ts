import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SrtpKeys } from '@rufwerk/media-control'
import { newRtpHeader, parseRtpHeader } from '@rufwerk/rtp'
import { SRTP_ROOM_BYTES, SrtpReceiver, SrtpSender } from '@rufwerk/rtp/srtp'
import { codec, type Phone, rtp, Scene, until, voice } from '../support/scene.ts'

const BYTES = { AES_CM_128_HMAC_SHA1_80: [16, 14], AEAD_AES_256_GCM: [32, 12] } as const
type Suite = keyof typeof BYTES

function newKeys(suite: Suite = 'AES_CM_128_HMAC_SHA1_80'): SrtpKeys {
  const [key, salt] = BYTES[suite]
  const fresh = () => ({ keySalt: randomBytes(key + salt).toString('base64') })
  return { suite, local: fresh(), remote: fresh() }
}

/** The phone's side of the keys. */
class Secured {
  readonly #sender: SrtpSender
  readonly #receiver: SrtpReceiver
  readonly phone: Phone

  constructor(phone: Phone, { suite, local, remote }: SrtpKeys) {
    const of = ({ keySalt }: SrtpKeys['local']) => {
      const bytes = Buffer.from(keySalt, 'base64')
      const [length] = BYTES[suite as Suite]
      return { suite, key: bytes.subarray(0, length), salt: bytes.subarray(length) }
    }
    this.phone = phone
    this.#sender = new SrtpSender(of(remote))
    this.#receiver = new SrtpReceiver(of(local))
  }

  protect(plain: Uint8Array): Uint8Array {
    const packet = new Uint8Array(plain.length + SRTP_ROOM_BYTES)
    packet.set(plain)
    const length = this.#sender.protect(packet, plain.length)
    assert.ok(typeof length === 'number', String(length))
    return packet.slice(0, length)
  }

  send(payload: Uint8Array, payloadType = 8): void {
    const { phone } = this
    phone.sequence += 1
    phone.timestamp += 160
    phone.sendRaw(this.protect(rtp(payload, payloadType, phone.sequence, phone.timestamp, phone.ssrc)))
  }

  /** Bytes as they came, and what they say. */
  readonly raw: Buffer[] = []
  readonly heard: number[] = []
  listen(): this {
    this.phone.socket.on('message', (packet) => {
      const isControl = (packet[1] as number) >= 192 && (packet[1] as number) <= 223
      if (isControl) return
      this.raw.push(Buffer.from(packet))
      const copy = Uint8Array.from(packet)
      const length = this.#receiver.unprotect(copy, copy.length)
      if (typeof length !== 'number') return
      const header = newRtpHeader()
      assert.ok(parseRtpHeader(copy.subarray(0, length), header))
      this.heard.push(copy[header.payloadStart] as number)
    })
    return this
  }

  readControl(packet: Buffer): boolean {
    const copy = Uint8Array.from(packet)
    return typeof this.#receiver.unprotectRtcp(copy, copy.length) === 'number'
  }
}

for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_256_GCM'] as const)
  test(`SEC-1 protected and plain RTP are relayed to each other, ${suite}`, async () => {
    const scene = new Scene()
    const keys = newKeys(suite)
    const a = await scene.connect('a', codec('PCMA'), { srtp: keys })
    const b = await scene.connect('b')
    const secured = new Secured(a, keys).listen()
    await scene.bridge('a', 'b')
    for (let count = 1; count <= 20; count += 1) {
      secured.send(voice(count))
      b.send(voice(100 + count))
      await sleep(2)
    }
    await until(() => b.heard.length === 20 && secured.heard.length === 20)
    assert.deepEqual(
      b.heard.map(({ payload }) => [payload[0], payload.length]),
      Array.from({ length: 20 }, (_, at) => [at + 1, 160]),
    )
    assert.deepEqual(
      secured.heard,
      Array.from({ length: 20 }, (_, at) => 101 + at),
    )
    for (const packet of secured.raw)
      assert.equal(packet.includes(Buffer.from(voice(101)).subarray(0, 8)), false)
    const stats = await scene.stats('a')
    assert.deepEqual([stats.rubbish, stats.isRelayed, stats.lost], [0, true, 0])
    await scene.close()
  })

test('SEC-2 plain, forged, cut and repeated packets are dropped and counted; the call goes on', async () => {
  const scene = new Scene()
  const keys = newKeys()
  const a = await scene.connect('a', codec('PCMA'), { srtp: keys })
  const b = await scene.connect('b')
  const secured = new Secured(a, keys)
  await scene.bridge('a', 'b')
  const good = secured.protect(rtp(voice(1), 8, 1, 160, a.ssrc))
  const forged = secured.protect(rtp(voice(2), 8, 2, 320, a.ssrc))
  forged[20] = (forged[20] as number) ^ 1
  for (const packet of [good, good, forged, good.subarray(0, 15), rtp(voice(66), 8, 3, 480, a.ssrc)])
    a.sendRaw(packet)
  a.sendRaw(secured.protect(rtp(voice(4), 8, 4, 640, a.ssrc)))
  await until(() => b.heard.length === 2)
  assert.deepEqual(
    b.heard.map(({ payload }) => payload[0]),
    [1, 4],
  )
  assert.equal((await scene.stats('a')).rubbish, 4)
  await scene.close()
})

test('SEC-3 only what is authentic teaches where the peer is', async () => {
  const scene = new Scene()
  const keys = newKeys()
  const a = await scene.connect('a', codec('PCMA'), { srtp: keys })
  const b = await scene.connect('b')
  const attacker = await scene.phone()
  const nat = await scene.phone()
  await scene.bridge('a', 'b')
  attacker.endpointPort = nat.endpointPort = a.endpointPort
  for (let count = 0; count < 40; count += 1) attacker.send(voice(66))
  const secured = new Secured(nat, keys).listen()
  for (let count = 0; count < 10; count += 1) secured.send(voice(5))
  await until(() => b.heard.length > 2)
  b.send(voice(9))
  await until(() => secured.heard.length === 1)
  assert.deepEqual(new Set(b.heard.map(({ payload }) => payload[0])), new Set([5]))
  assert.equal(attacker.heard.length, 0)
  await scene.close()
})

test('SEC-4 protected sound of another codec is transcoded', async () => {
  const scene = new Scene()
  const keys = newKeys()
  const a = await scene.connect('a', codec('G722'), { srtp: keys })
  const b = await scene.connect('b', codec('PCMU'))
  const secured = new Secured(a, keys).listen()
  await scene.bridge('a', 'b')
  for (let count = 0; count < 30; count += 1) {
    secured.send(voice(0x55 + count), 9)
    b.send(voice(0x30 + count), 0)
    await sleep(10)
  }
  await until(() => b.heard.length > 5 && secured.heard.length > 5)
  assert.ok(b.heard.every(({ payloadType }) => payloadType === 0))
  assert.equal((await scene.stats('b')).isRelayed, false)
  await scene.close()
})

test('SEC-5 the same keys again go on counting; new keys hold at once, the old ones no more', async () => {
  const scene = new Scene()
  const keys = newKeys()
  const a = await scene.connect('a', codec('PCMA'), { srtp: keys })
  const b = await scene.connect('b')
  const before = new Secured(a, keys).listen()
  await scene.bridge('a', 'b')
  a.sequence = 0xffff - 1
  for (let count = 0; count < 4; count += 1) before.send(voice(1))
  await until(() => b.heard.length === 4)
  await scene.configure('a', a, codec('PCMA'), { srtp: structuredClone(keys), direction: 'recvonly' })
  await scene.configure('a', a, codec('PCMA'), { srtp: structuredClone(keys) })
  before.send(voice(2))
  await until(() => b.heard.length === 5)
  const next = newKeys()
  await scene.configure('a', a, codec('PCMA'), { srtp: next })
  before.send(voice(3))
  const after = new Secured(a, next).listen()
  after.send(voice(4))
  b.send(voice(50))
  await until(() => b.heard.length === 6 && after.heard.length === 1)
  assert.equal(b.heard.at(-1)?.payload[0], 4)
  await scene.close()
})

test('SEC-6 reports are protected', async () => {
  const scene = new Scene()
  const keys = newKeys()
  const a = await scene.connect('a', codec('PCMA'), { srtp: keys })
  const b = await scene.connect('b')
  const secured = new Secured(a, keys)
  await scene.bridge('a', 'b')
  secured.send(voice(1))
  b.send(voice(2))
  await until(() => b.heard.length === 1)
  await until(() => a.heard.length === 1)
  await scene.do({ type: 'close', endpoint: 'a' })
  await until(() => a.control.length === 1)
  const [report] = a.control
  assert.ok(report && report.length > 42)
  assert.equal(secured.readControl(report), true)
  await scene.close()
})

test('SEC-7 keys of a wrong length or suite are refused, and no sentence repeats them', async () => {
  const scene = new Scene()
  await scene.connect('a')
  const at = { address: '127.0.0.1', port: 5000 }
  const keys = newKeys()
  const { keySalt } = keys.local
  for (const srtp of [
    { ...keys, suite: 'NULL' },
    { ...keys, local: { keySalt: keySalt.slice(4) } },
    { ...keys, remote: { keySalt: `${keySalt}%` } },
    { ...keys, remote: { keySalt, lifetimePackets: 0 } },
    { ...keys, remote: {} },
    'secret',
  ]) {
    const send = codec('PCMA')
    const remote = { rtp: at, rtcp: at }
    const asked = {
      type: 'configure',
      endpoint: 'a',
      remote,
      direction: 'sendrecv',
      send,
      receive: [send],
      srtp,
    }
    const reply = await scene.do(asked)
    assert.deepEqual(reply, { type: 'refused', code: 'bad-argument', why: 'configure: bad or missing srtp' })
  }
  await scene.close()
})
