import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { HmacSha1 } from '../src/srtp/hmac-sha1.ts'
import { SRTP_ROOM_BYTES, SRTP_SUITES, SrtpReceiver, SrtpSender, type SrtpSuite } from '../src/srtp/index.ts'
import { deriveKeys } from '../src/srtp/suite.ts'
import { createTransform } from '../src/srtp/transform.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const lines = (name: string): string[][] =>
  readFileSync(new URL(`./fixtures/srtp/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))

/** The packet with room behind it. */
function roomy(packet: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(packet.length + SRTP_ROOM_BYTES)
  buffer.set(packet)
  return buffer
}

test('RTP-K1 session keys of RFC 3711 B.3 and RFC 6188 §7.2', () => {
  const short = deriveKeys(
    'AES_CM_128_HMAC_SHA1_80',
    bytes('E1F97A0D3E018BE0D64FA32C06DE4139'),
    bytes('0EC675AD498AFEEBB6960B3AABE6'),
    'rtp',
  )
  assert.equal(hex(short.key), 'c61e7a93744f39ee10734afe3ff7a087')
  assert.equal(hex(short.salt), '30cbbc08863d8c85d49db34a9ae1')
  assert.equal(hex(short.auth), 'cebe321f6ff7716b6fd4ab49af256a156d38baa4')
  const long = deriveKeys(
    'AES_256_CM_HMAC_SHA1_80',
    bytes('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6'),
    bytes('3b04803de51ee7c96423ab5b78d2'),
    'rtp',
  )
  assert.equal(hex(long.key), '5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4')
  assert.equal(hex(long.salt), 'fa31791685ca444a9e07c6c64e93')
  assert.equal(hex(long.auth), 'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05')
})

test('RTP-K2 the key streams of RFC 3711 B.2 and RFC 6188 §7.1', () => {
  const rows: readonly [suite: SrtpSuite, key: string, stream: string][] = [
    [
      'AES_CM_128_HMAC_SHA1_80',
      '2B7E151628AED2A6ABF7158809CF4F3C',
      'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
    ],
    [
      'AES_256_CM_HMAC_SHA1_80',
      '57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98',
      '92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac63c4868b7096d88421b563b8c94c9a31',
    ],
  ]
  for (const [suite, key, stream] of rows) {
    const keys = { key: bytes(key), salt: bytes('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'), auth: new Uint8Array(20) }
    const packet = new Uint8Array(12 + 48 + SRTP_ROOM_BYTES)
    createTransform(suite, keys, 'rtp').protectRtp(packet, 12, 60, 0, 0, 0)
    assert.equal(hex(packet.subarray(12, 60)), stream)
  }
})

const RTP_PLAIN = `8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976
  69736120 696e2070 61727465 73207472 6573`
const RTCP_PLAIN = `81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
  deadbeef deadbeef deadbeef deadbeef deadbeef`
const AEAD: readonly [suite: SrtpSuite, key: string, rtp: string, rtcp: string, unencrypted: string][] = [
  [
    'AEAD_AES_128_GCM',
    '000102030405060708090a0b0c0d0e0f',
    `8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
      0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce`,
    `81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
      c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`,
    `${RTCP_PLAIN} 841dd968 3dd78ec9 2ae58790 125f62b3 000005d4`,
  ],
  [
    'AEAD_AES_256_GCM',
    '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    `8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238
      9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13`,
    `81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50
      a2eaa5c1 110555be 8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4`,
    `${RTCP_PLAIN} 91db4afb feee5a97 8fab4393 ed2615fe 000005d4`,
  ],
]

test('RTP-K3 the packets of RFC 7714 §16 and §17', () => {
  for (const [suite, key, rtp, rtcp, unencrypted] of AEAD) {
    const keys = { key: bytes(key), salt: bytes('517569642070726f2071756f'), auth: new Uint8Array(0) }
    const transform = createTransform(suite, keys, 'rtp')
    const packet = roomy(bytes(RTP_PLAIN))
    const length = transform.protectRtp(packet, 12, packet.length - SRTP_ROOM_BYTES, 0x5501a0b2, 0, 0xf17b)
    assert.equal(hex(packet.subarray(0, length)), hex(bytes(rtp)))
    assert.equal(transform.unprotectRtp(packet, 12, length, 0x5501a0b2, 0, 0xf17b), bytes(RTP_PLAIN).length)
    assert.equal(hex(packet.subarray(0, bytes(RTP_PLAIN).length)), hex(bytes(RTP_PLAIN)))
    const report = roomy(bytes(RTCP_PLAIN))
    const plainLength = report.length - SRTP_ROOM_BYTES
    assert.equal(transform.protectRtcp(report, plainLength, 0x5d4), report.length)
    assert.equal(hex(report), hex(bytes(rtcp)))
    for (const wire of [rtcp, unencrypted]) {
      const received = bytes(wire)
      assert.equal(transform.unprotectRtcp(received, received.length), plainLength)
      assert.equal(hex(received.subarray(0, plainLength)), hex(bytes(RTCP_PLAIN)))
    }
  }
})

test('RTP-K4 packets of libre and ours are the same, in all suites, across a rollover', () => {
  const senders = new Map<string, SrtpSender>()
  const receivers = new Map<string, SrtpReceiver>()
  for (const [name, keyAndSalt, kind, plain, wire] of lines('libre-packets.txt') as string[][]) {
    const suite = name as SrtpSuite
    const { keyBytes, rtcpTagBytes } = SRTP_SUITES[suite]
    const material = bytes(keyAndSalt as string)
    const key = { suite, key: material.subarray(0, keyBytes), salt: material.subarray(keyBytes) }
    const sender = senders.get(suite) ?? new SrtpSender(key)
    const receiver = receivers.get(suite) ?? new SrtpReceiver(key)
    senders.set(suite, sender)
    receivers.set(suite, receiver)
    const ours = roomy(bytes(plain as string))
    const plainLength = ours.length - SRTP_ROOM_BYTES
    // libre counts SRTCP from 1 on, we from 0: its reports are read, not compared.
    if (kind === 'rtp') {
      const length = sender.protect(ours, plainLength)
      assert.equal(hex(ours.subarray(0, length as number)), wire, suite)
    }
    const theirs = bytes(wire as string)
    const shortTag = kind === 'rtcp' && theirs.length === plainLength + 4 + 4 && rtcpTagBytes === 10
    const read = kind === 'rtp' ? receiver.unprotect(theirs, theirs.length) : 'rtcp'
    if (kind === 'rtp') assert.equal(read, plainLength)
    else if (!shortTag) assert.equal(receiver.unprotectRtcp(theirs, theirs.length), plainLength)
    if (!shortTag) assert.equal(hex(theirs.subarray(0, plainLength)), plain)
  }
  assert.equal(senders.size, 6)
})

test('RTP-K5 packets of ffmpeg are read: the sound is that of its run without SRTP', () => {
  const material = Uint8Array.from(Buffer.from('BRYnOElaa3yNnq/A0eLzBBUmN0hZanuMna6/0OHy', 'base64'))
  const rows = lines('ffmpeg-packets.txt')
  const sound = (packets: readonly Uint8Array[]): string =>
    packets.map((one) => hex(one.subarray(12))).join('')
  const plain = sound(
    rows.filter(([suite]) => suite === 'plain').map(([, packet]) => bytes(packet as string)),
  )
  for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const) {
    const receiver = new SrtpReceiver({ suite, key: material.subarray(0, 16), salt: material.subarray(16) })
    const packets = rows
      .filter(([name]) => name === suite)
      .map(([, packet]) => {
        const wire = bytes(packet as string)
        const length = receiver.unprotect(wire, wire.length)
        assert.equal(typeof length, 'number', `${suite} ${length}`)
        return wire.subarray(0, length as number)
      })
    assert.equal(packets.length, 3)
    assert.ok(plain.startsWith(sound(packets)))
  }
})

test('RTP-K6 HMAC-SHA1 is that of node:crypto for any key and length', () => {
  const input = fc.tuple(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.option(fc.nat(0xffff_ffff), { nil: undefined }),
  )
  fc.assert(
    fc.property(input, ([key, message, suffix]) => {
      const theirs = createHmac('sha1', key).update(message)
      if (suffix !== undefined)
        theirs.update(Uint8Array.of(suffix >>> 24, suffix >>> 16, suffix >>> 8, suffix))
      const hmac = new HmacSha1(key)
      const expected = theirs.digest('hex')
      for (let round = 0; round < 2; round += 1)
        assert.equal(hex(hmac.compute(message, message.length, suffix)), expected)
    }),
    { numRuns: 200 },
  )
})
