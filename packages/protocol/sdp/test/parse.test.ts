import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { attributeValue, parseSdp, readAudio, type SessionDescription, writeSdp } from '../src/index.ts'
import { SDP_CHARS_MAX } from '../src/model.ts'
import { audioText, parsed } from './fixtures/texts.ts'

/** The part of sdp-transform, which has no types, that is compared with. */
interface IndependentParser {
  parse(text: string): {
    readonly origin?: { readonly sessionVersion: number | string }
    readonly media: readonly {
      readonly type: string
      readonly port: number
      readonly protocol: string
      readonly payloads: number | string
      readonly iceUfrag?: string
      readonly direction?: string
    }[]
  }
}
const sdpTransform: IndependentParser = createRequire(import.meta.url)('sdp-transform')

const FIXTURES = [
  'chromium-audio',
  'chromium-audio-video-data',
  'chromium-video-audio-max-bundle',
  'baresip-offer',
  'baresip-held',
]

function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.sdp`, import.meta.url), 'utf8')
}

test('SDP-P1 lines end with CRLF or LF and are read into the model', () => {
  const text = audioText()
  for (const variant of [text, text.replaceAll('\r\n', '\n'), `${text}\r\n`]) {
    const description = parsed(variant)
    assert.equal(description.origin.sessionId, '77')
    assert.equal(description.media[0]?.port, 4000)
    assert.deepEqual(description.media[0]?.formats, ['8', '0', '101'])
  }
  const withoutTime = parsed(text.replace('t=0 0\r\n', ''))
  assert.equal(withoutTime.media.length, 1)
})

const HEAD = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n'
const ICE = 'a=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n'
const PRINT = `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}\r\n`
const DTLS = 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'

const SENSELESS: readonly [what: string, text: string, status: 400 | 488][] = [
  ['nothing', '', 400],
  ['only line ends', '\r\n\r\n', 400],
  ['prose', 'hello', 400],
  ['a binary body', '\u0000\u0001\u0002', 400],
  ['another version', HEAD.replace('v=0', 'v=1'), 400],
  ['no version', HEAD.replace('v=0\r\n', ''), 400],
  ['no origin', HEAD.replace(/o=.*\r\n/, ''), 400],
  ['two origins', `${HEAD}o=- 1 1 IN IP4 192.0.2.1\r\n`, 400],
  ['an origin of five parts', HEAD.replace('o=- 1 1', 'o=- 1'), 400],
  ['an origin with words as numbers', HEAD.replace('o=- 1 1', 'o=- one 1'), 400],
  ['an origin of another network', HEAD.replace('1 1 IN IP4', '1 1 ATM NSAP'), 400],
  ['no session name', HEAD.replace('s=-\r\n', ''), 400],
  ['an unknown line type', `${HEAD}x=1\r\n`, 400],
  ['a capital line type', `${HEAD}A=sendrecv\r\n`, 400],
  ['a line without =', `${HEAD}audio 4000\r\n`, 400],
  ['an empty line in the middle', `${HEAD}\r\nm=audio 4000 RTP/AVP 0\r\n`, 400],
  ['NUL in a line', `${HEAD}a=x:\u0000\r\n`, 400],
  ['CR in a line', `${HEAD}a=x:1\r2\r\n`, 400],
  ['an attribute without a name', `${HEAD}a=:1\r\n`, 400],
  ['c= with a broken address', `${HEAD.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 300.0.2.1')}`, 400],
  ['c= with the wrong family', `${HEAD.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 2001:db8::1')}`, 400],
  ['c= without address', `${HEAD.replace('c=IN IP4 192.0.2.1', 'c=IN IP4')}`, 400],
  ['no c= at all', `${HEAD.replace(/c=.*\r\n/, '')}m=audio 4000 RTP/AVP 0\r\n`, 400],
  ['m= without formats', `${HEAD}m=audio 4000 RTP/AVP\r\n`, 400],
  ['m= with a port above 65535', `${HEAD}m=audio 65536 RTP/AVP 0\r\n`, 400],
  ['m= with a negative port', `${HEAD}m=audio -1 RTP/AVP 0\r\n`, 400],
  ['m= with a word as port', `${HEAD}m=audio any RTP/AVP 0\r\n`, 400],
  ['m= with payload type 128', `${HEAD}m=audio 4000 RTP/AVP 128\r\n`, 400],
  ['m= with a word as payload type', `${HEAD}m=audio 4000 RTP/AVP pcmu\r\n`, 400],
  ['a=rtcp that is not a port', `${HEAD}m=audio 4000 RTP/AVP 0\r\na=rtcp:99999\r\n`, 400],
  ['a short ICE password', `${HEAD}${DTLS}${ICE.replace('0123456789', '')}${PRINT}`, 400],
  ['an ICE fragment with spaces', `${HEAD}${DTLS}${ICE.replace('abcd', 'a b c')}${PRINT}`, 400],
  ['a fingerprint without colons', `${HEAD}${DTLS}${ICE}a=fingerprint:sha-256 ABCD\r\n`, 400],
  ['a fingerprint cut short', `${HEAD}${DTLS}${ICE}a=fingerprint:sha-256 AB:CD\r\n`, 400],
  ['an unknown DTLS role', `${HEAD}${DTLS}${ICE}${PRINT}a=setup:both\r\n`, 400],
  ['no m-line', HEAD, 488],
  ['video only', `${HEAD}m=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n`, 488],
  ['fax only', `${HEAD}m=image 4000 udptl t38\r\n`, 488],
  ['port 0', `${HEAD}m=audio 0 RTP/AVP 0\r\n`, 488],
  ['SDES-SRTP', `${HEAD}m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n`, 488],
  ['an unknown profile', `${HEAD}m=audio 4000 TCP/RTP/AVP 0\r\n`, 488],
  ['unknown codecs', `${HEAD}m=audio 4000 RTP/AVP 18 4 97\r\na=rtpmap:97 iLBC/8000\r\n`, 488],
  ['a dynamic type without rtpmap', `${HEAD}m=audio 4000 RTP/AVP 96\r\n`, 488],
  ['PCMU in stereo', `${HEAD}m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMU/8000/2\r\n`, 488],
  ['events without a voice', `${HEAD}m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n`, 488],
  [
    'a multicast address',
    `${HEAD.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 224.2.1.1/127')}m=audio 4000 RTP/AVP 0\r\n`,
    488,
  ],
  [
    'a host name',
    `${HEAD.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 phone.example')}m=audio 4000 RTP/AVP 0\r\n`,
    488,
  ],
  [
    'the broadcast address',
    `${HEAD.replace('c=IN IP4 192.0.2.1', 'c=IN IP4 255.255.255.255')}m=audio 4000 RTP/AVP 0\r\n`,
    488,
  ],
  ['DTLS without ICE', `${HEAD}${DTLS}a=rtcp-mux\r\n${PRINT}`, 488],
  ['DTLS without fingerprint', `${HEAD}${DTLS}${ICE}`, 488],
  ['DTLS with only a weak fingerprint', `${HEAD}${DTLS}${ICE}a=fingerprint:md5 AB:CD\r\n`, 488],
  ['DTLS without rtcp-mux', `${HEAD}${DTLS}${ICE.replace('a=rtcp-mux\r\n', '')}${PRINT}`, 488],
]

for (const [what, text, status] of SENSELESS) {
  test(`SDP-P2 ${what} is a ${status}`, () => {
    const description = parseSdp(text)
    const result = description.ok ? readAudio(description.value) : description
    assert.equal(result.ok, false)
    if (!result.ok) assert.equal(result.error.status, status, result.error.code)
  })
}

test('SDP-P3 each limit holds, and what lies at the limit is read', () => {
  const line = (chars: number): string => `a=x:${'y'.repeat(chars - 4)}\r\n`
  const rows: readonly [text: string, code: string][] = [
    [HEAD + 'a=x\r\n'.repeat(995), ''],
    [HEAD + 'a=x\r\n'.repeat(996), 'too-many-lines'],
    [HEAD + line(2048), ''],
    [HEAD + line(2049), 'too-long'],
    [HEAD + 'm=audio 0 RTP/AVP 0\r\n'.repeat(16), ''],
    [HEAD + 'm=audio 0 RTP/AVP 0\r\n'.repeat(17), 'too-many-media'],
    [`${HEAD}m=audio 4 RTP/AVP${' 0'.repeat(128)}\r\n`, ''],
    [`${HEAD}m=audio 4 RTP/AVP${' 0'.repeat(129)}\r\n`, 'too-many-formats'],
    [HEAD + line(1010).repeat(20), 'too-long'],
  ]
  for (const [text, code] of rows) {
    const result = parseSdp(text)
    assert.equal(result.ok ? '' : result.error.code, code)
  }
  assert.ok(HEAD.length + 20 * 1010 > SDP_CHARS_MAX)
})

test('SDP-P4 any text, and any damage to a good one, gives a Result', () => {
  const read = (text: string): void => {
    const description = parseSdp(text)
    if (!description.ok) assert.equal(description.error.status, 400)
    else readAudio(description.value)
  }
  const rubbish = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
  fc.assert(fc.property(rubbish, read), { numRuns: 200 })
  const good = fixture('chromium-audio')
  const damage = fc.tuple(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 10 }))
  fc.assert(
    fc.property(damage, ([at, cut, insert]) => read(good.slice(0, at) + insert + good.slice(at + cut))),
    { numRuns: 200 },
  )
})

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const visible = fc.stringMatching(/^[!-~][ -~]{0,20}[!-~]$/)
const address = fc.constantFrom(
  { addressType: 'IP4' as const, address: '192.0.2.7' },
  { addressType: 'IP6' as const, address: '2001:db8::7' },
)
const attribute = fc.oneof(fc.record({ name: token }), fc.record({ name: token, value: visible }))
const section = fc.record(
  {
    kind: fc.constantFrom('audio', 'video', 'application'),
    port: fc.nat(65_535),
    protocol: fc.constantFrom('RTP/AVP', 'UDP/TLS/RTP/SAVPF', 'RTP/SAVP'),
    formats: fc.array(fc.nat(127).map(String), { minLength: 1, maxLength: 8 }),
    connection: address,
    attributes: fc.array(attribute, { maxLength: 6 }),
  },
  { requiredKeys: ['kind', 'port', 'protocol', 'formats', 'attributes'] },
)
const description = fc.record(
  {
    origin: fc
      .tuple(address, token, fc.maxSafeNat(), fc.maxSafeNat())
      .map(([from, username, id, version]) => ({
        username,
        sessionId: String(id),
        sessionVersion: String(version),
        ...from,
      })),
    name: visible,
    connection: address,
    attributes: fc.array(attribute, { maxLength: 4 }),
    media: fc.array(section, { maxLength: 4 }),
  },
  { requiredKeys: ['origin', 'name', 'attributes', 'media'] },
)

test('SDP-P5 what was written is read back the same', () => {
  fc.assert(
    fc.property(description, (value) => {
      const result = parseSdp(writeSdp(value))
      assert.ok(result.ok)
      assert.deepEqual(plain(result.value), plain(value))
    }),
    { numRuns: 200 },
  )
  for (const name of FIXTURES) {
    const value = parsed(fixture(name))
    assert.deepEqual(parsed(writeSdp(value)), value, name)
  }
})

/** fast-check's records have no prototype; comparing as JSON leaves that out. */
function plain(value: SessionDescription): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('SDP-P6 an independent parser sees the same sections in what we read and write', () => {
  for (const name of FIXTURES) {
    const ours = parsed(fixture(name))
    for (const text of [fixture(name), writeSdp(ours)]) {
      const theirs = sdpTransform.parse(text)
      assert.equal(String(theirs.origin?.sessionVersion), ours.origin.sessionVersion)
      assert.equal(theirs.media.length, ours.media.length)
      theirs.media.forEach((media, index) => {
        const section = ours.media[index]
        assert.equal(media.type, section?.kind)
        assert.equal(media.port, section?.port)
        assert.equal(media.protocol, section?.protocol)
        assert.equal(String(media.payloads), section?.formats.join(' '))
        assert.equal(media.iceUfrag, attributeValue(section?.attributes ?? [], 'ice-ufrag'))
        assert.equal(
          media.direction,
          section?.attributes.find((one) => /^(send|recv|inactive)/.test(one.name))?.name,
        )
      })
    }
  }
})

test('SDP-P7 a line break cannot be smuggled into what we write', () => {
  const value = parsed(audioText())
  const attributes = [{ name: 'x', value: '1\r\nm=audio 1 RTP/AVP 0' }]
  assert.throws(() => writeSdp({ ...value, attributes }), /no CR, LF or NUL/)
})
