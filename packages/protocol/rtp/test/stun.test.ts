import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isIntegral,
  isStun,
  parseStun,
  STUN_ATTRIBUTES_MAX,
  STUN_MESSAGE_BYTES_MAX,
  type StunMessage,
  writeStun,
} from '../src/stun/index.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const ID = bytes('b7e7a701bc34d686fa87dfae')
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt'

function read(packet: Uint8Array): StunMessage {
  const result = parseStun(packet)
  assert.ok(result.ok, result.ok ? '' : result.error)
  return result.value
}

function verdict(packet: Uint8Array): string {
  const result = parseStun(packet)
  return result.ok ? 'read' : result.error
}

const REQUEST = bytes(
  `000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff
  80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004e57a3bcf`.replaceAll(/\s/g, ''),
)
const RESPONSE_4 = bytes(
  `0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643
  000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96`.replaceAll(/\s/g, ''),
)
const RESPONSE_6 = bytes(
  [
    '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a147',
    '0113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed41',
    '80280004c8fb0b4c',
  ].join(''),
)

test('RTP-U1 the messages of RFC 5769 are read, and their integrity and fingerprint are right', () => {
  const request = read(REQUEST)
  assert.deepEqual([request.class, request.method, request.username], ['request', 1, 'evtj:h6vY'])
  assert.equal(request.software, 'STUN test client')
  assert.deepEqual(request.transactionId, ID)
  assert.deepEqual(request.unknown, [0x24], 'PRIORITY is of ICE')
  const rows = [
    [RESPONSE_4, '192.0.2.1'],
    [RESPONSE_6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ] as const
  for (const [packet, address] of rows) {
    const response = read(packet)
    assert.deepEqual([response.class, response.mapped], ['success', { address, port: 32_853 }])
  }
  for (const packet of [REQUEST, RESPONSE_4, RESPONSE_6]) {
    const before = packet.slice()
    assert.ok(isStun(packet))
    assert.equal(read(packet).hasFingerprint, true)
    assert.equal(isIntegral(packet, read(packet), PASSWORD), true)
    assert.equal(isIntegral(packet, read(packet), `${PASSWORD}x`), false)
    assert.deepEqual(packet, before, 'checking leaves the packet alone')
  }
})

test('RTP-U2 what was written is read back, for every class, address and credential', () => {
  const ip4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'))
  const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  const ip6 = groups.map((parts) => new URL(`http://[${parts.map((part) => part.toString(16)).join(':')}]`))
  const address = fc.oneof(
    ip4,
    ip6.map((url) => url.hostname.slice(1, -1)),
  )
  const content = fc.record(
    {
      class: fc.constantFrom('request' as const, 'indication' as const, 'success' as const, 'error' as const),
      method: fc.nat(0xff),
      transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
      mapped: fc.record({ address, port: fc.nat(65_535) }),
      username: fc.string({ maxLength: 40 }),
      error: fc.record({ code: fc.integer({ min: 300, max: 699 }), reason: fc.string({ maxLength: 20 }) }),
      password: fc.string({ minLength: 1, maxLength: 30 }),
      hasFingerprint: fc.boolean(),
    },
    { requiredKeys: ['class', 'transactionId'] },
  )
  fc.assert(
    fc.property(content, (value) => {
      const packet = writeStun(value)
      assert.equal(packet.length % 4, 0)
      const message = read(packet)
      assert.deepEqual([message.class, message.method], [value.class, value.method ?? 1])
      assert.deepEqual(message.transactionId, value.transactionId)
      assert.deepEqual({ ...message.mapped }, { ...value.mapped })
      assert.equal(message.username, value.username)
      assert.deepEqual({ ...message.error }, { ...value.error })
      assert.equal(message.hasFingerprint, value.hasFingerprint === true)
      assert.equal(isIntegral(packet, message, value.password ?? 'x'), value.password !== undefined)
    }),
    { numRuns: 200 },
  )
})

test('RTP-U3 any bytes give a Result; damage to a good message is noticed', () => {
  const rubbish = fc.tuple(fc.uint8Array({ maxLength: 120 }), fc.boolean())
  fc.assert(
    fc.property(rubbish, ([packet, isLikely]) => {
      if (isLikely && packet.length >= 20) {
        packet[0] = (packet[0] as number) & 3
        packet.set([0, packet.length - 20, 0x21, 0x12, 0xa4, 0x42], 2)
      }
      const result = parseStun(packet)
      if (result.ok) assert.equal(isIntegral(packet, result.value, PASSWORD), false)
    }),
    { numRuns: 200 },
  )
  // The fingerprint behind it is not covered by the integrity.
  for (const good of [REQUEST, RESPONSE_4, RESPONSE_6])
    for (let bit = 0; bit < (good.length - 8) * 8; bit += 1) {
      const damaged = good.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      const result = parseStun(damaged)
      if (result.ok) assert.equal(isIntegral(damaged, result.value, PASSWORD), false, `bit ${bit}`)
    }
  for (let length = 0; length < REQUEST.length; length += 1)
    assert.notEqual(verdict(REQUEST.subarray(0, length)), 'read', `${length} bytes`)
})

/** A message of attributes given as hex, with the right length. */
function made(attributes: string): Uint8Array {
  const body = bytes(attributes)
  return Uint8Array.from([0, 1, body.length >> 8, body.length & 255, 0x21, 0x12, 0xa4, 0x42, ...ID, ...body])
}

test('RTP-U4 limits and broken attributes have names', () => {
  const rows: readonly [packet: Uint8Array, verdict: string][] = [
    [new Uint8Array(19), 'too-short'],
    [new Uint8Array(STUN_MESSAGE_BYTES_MAX + 4), 'too-long'],
    [new Uint8Array(20), 'not-stun'],
    [Uint8Array.from([0x80, ...made('').subarray(1)]), 'not-stun'],
    [made('80220002'), 'bad-length'],
    [made('8022ffff61626364'), 'bad-length'],
    [made('802200'), 'bad-length'],
    [made('002000080003a147e112a643'), 'bad-attribute'],
    [made('002000080002a147e112a643'), 'bad-attribute'],
    [made('00200004000100'.padEnd(16, '0')), 'bad-attribute'],
    [made('0008000400000000'), 'bad-attribute'],
    [made('0009000400000200'), 'bad-attribute'],
    [made('0009000400000464'), 'bad-attribute'],
    [made('8028000400000000'), 'bad-fingerprint'],
    [made('80220000'.repeat(STUN_ATTRIBUTES_MAX)), 'read'],
    [made('80220000'.repeat(STUN_ATTRIBUTES_MAX + 1)), 'too-many-attributes'],
  ]
  for (const [packet, expected] of rows) assert.equal(verdict(packet), expected, packet.join())
  const print = writeStun({ class: 'request', transactionId: ID, hasFingerprint: true })
  const more = Uint8Array.from([...print, 0x80, 0x22, 0, 0])
  more[3] = more.length - 20
  assert.notEqual(verdict(more), 'read', 'nothing follows a fingerprint')
  assert.deepEqual(read(made('7fff0000002500000006000461626364')).unknown, [0x7fff, 0x25])
})

test('RTP-U5 what follows MESSAGE-INTEGRITY is not believed; MAPPED-ADDRESS is the second choice', () => {
  const signed = writeStun({ class: 'success', transactionId: ID, password: PASSWORD })
  const forged = Uint8Array.from([...signed, ...bytes('002000080001a147e112a643')])
  forged[3] = forged.length - 20
  assert.equal(read(forged).mapped, undefined)
  assert.equal(isIntegral(forged, read(forged), PASSWORD), true)
  const old = '000100080001115cc0000207'
  assert.deepEqual(read(made(old)).mapped, { address: '192.0.2.7', port: 4444 })
  for (const both of [`${old}002000080001a147e112a643`, `002000080001a147e112a643${old}`])
    assert.deepEqual(read(made(both)).mapped, { address: '192.0.2.1', port: 32_853 })
})

test('RTP-U6 what is read stays as it is, also when it is a Buffer', () => {
  const packet = Buffer.from(REQUEST)
  const message = read(packet)
  assert.equal(isIntegral(packet, message, PASSWORD), true)
  assert.deepEqual(packet, Buffer.from(REQUEST))
  packet.fill(0)
  assert.deepEqual(message.transactionId, ID)
})
