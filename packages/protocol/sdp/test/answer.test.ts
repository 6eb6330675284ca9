import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Answer,
  type AnswerOptions,
  attributeValue,
  attributeValues,
  type Direction,
  makeAnswer,
  OUR_CODECS,
  type SessionDescription,
  writeSdp,
} from '../src/index.ts'
import { audioText, browserStream, fixture, LOCAL_ICE, parsed, plainStream } from './fixtures/texts.ts'

const { opus, G722, PCMA, PCMU } = OUR_CODECS
const ALL = [opus, G722, PCMA, PCMU]

function answer(offer: SessionDescription, change: Partial<AnswerOptions> = {}): Answer {
  const result = makeAnswer({ ...plainStream(), offer, codecs: ALL, acceptsDtmf: true, ...change })
  assert.ok(result.ok, result.ok ? '' : result.error.code)
  return result.value
}

function failure(offer: SessionDescription, change: Partial<AnswerOptions> = {}): string {
  const result = makeAnswer({ ...plainStream(), offer, codecs: ALL, acceptsDtmf: true, ...change })
  return result.ok ? 'answered' : `${result.error.status} ${result.error.code}`
}

test('SDP-N1 every m-line of the offer is answered in its place, all but the audio with port 0', () => {
  const offer = fixture('chromium-audio-video-data')
  const { description } = answer(offer, browserStream())
  assert.deepEqual(
    description.media.map(({ kind, port, protocol }) => `${kind} ${port} ${protocol}`),
    ['audio 9 UDP/TLS/RTP/SAVPF', 'video 0 UDP/TLS/RTP/SAVPF', 'application 0 UDP/DTLS/SCTP'],
  )
  const mids = description.media.map((section) => attributeValue(section.attributes, 'mid'))
  assert.deepEqual(mids, ['0', '1', '2'])
})

test('SDP-N2 common codecs in our order, under the numbers of the offer', () => {
  const offer = fixture('baresip-offer')
  const { description, agreed } = answer(offer, { codecs: [PCMA, opus, G722] })
  assert.deepEqual(description.media[0]?.formats, ['8', '96', '101'])
  assert.equal(agreed.send.name, 'PCMA')
  assert.deepEqual(
    agreed.receive.map((codec) => codec.payloadType),
    [8, 96],
  )
  const single = answer(offer, { codecs: [opus, PCMA], listed: 'first' })
  assert.deepEqual(single.description.media[0]?.formats, ['96', '101'])
  assert.equal(single.agreed.send.fmtp, 'stereo=1;sprop-stereo=1', 'what the peer wants to receive')
  assert.equal(single.agreed.receive[0]?.fmtp, opus.fmtp, 'what we want to receive')
  assert.equal(answer(parsed(audioText(['a=ptime:30']))).agreed.send.ptimeMs, 30)
  assert.equal(failure(offer, { codecs: [G722] }), '488 no-codec')
})

test('SDP-N3 telephone-event has the clock of the codec', () => {
  const browser = fixture('chromium-audio')
  const rows: readonly [offer: SessionDescription, codecs: typeof ALL, payloadType: number | undefined][] = [
    [browser, [opus], 110],
    [browser, [PCMU], 126],
    [fixture('baresip-offer'), [opus], 101],
    [fixture('baresip-held'), [PCMA], undefined],
    [
      parsed(audioText([], 'm=audio 4000 RTP/AVP 8 101').replace('event/8000', 'event/48000')),
      [PCMA],
      undefined,
    ],
  ]
  for (const [offer, codecs, payloadType] of rows) {
    const stream = offer === browser ? browserStream() : {}
    const { agreed, description } = answer(offer, { ...stream, codecs })
    assert.equal(agreed.dtmf?.payloadType, payloadType)
    const rtpmaps = attributeValues(description.media[0]?.attributes ?? [], 'rtpmap').join()
    assert.equal(rtpmaps.includes('telephone-event'), payloadType !== undefined)
    assert.deepEqual(agreed.receiveDtmf, agreed.dtmf ? [agreed.dtmf] : [])
  }
  assert.equal(answer(fixture('baresip-offer'), { acceptsDtmf: false }).agreed.dtmf, undefined)
})

const DIRECTIONS: readonly [offered: Direction, wanted: Direction, answered: Direction, isHeld: boolean][] = [
  ['sendrecv', 'sendrecv', 'sendrecv', false],
  ['sendrecv', 'sendonly', 'sendonly', false],
  ['sendrecv', 'recvonly', 'recvonly', false],
  ['sendrecv', 'inactive', 'inactive', false],
  ['sendonly', 'sendrecv', 'recvonly', true],
  ['sendonly', 'sendonly', 'inactive', true],
  ['sendonly', 'recvonly', 'recvonly', true],
  ['recvonly', 'sendrecv', 'sendonly', false],
  ['recvonly', 'recvonly', 'inactive', false],
  ['inactive', 'sendrecv', 'inactive', true],
]

for (const [offered, wanted, answered, isHeld] of DIRECTIONS) {
  test(`SDP-N4 offered ${offered}, wanted ${wanted}: ${answered}`, () => {
    const { agreed, description } = answer(parsed(audioText([`a=${offered}`])), { direction: wanted })
    assert.equal(agreed.direction, answered)
    assert.equal(agreed.isHeldByPeer, isHeld)
    assert.ok(attributeValue(description.media[0]?.attributes ?? [], answered) !== undefined)
  })
}

test('SDP-N5 c=0.0.0.0 is hold, at both levels', () => {
  const offer = (lines: string[]) => parsed(audioText(['c=IN IP4 0.0.0.0', ...lines]))
  const session = parsed(audioText().replace('c=IN IP4 192.0.2.10', 'c=IN IP4 0.0.0.0'))
  const rows: readonly [SessionDescription, Direction][] = [
    [offer([]), 'recvonly'],
    [session, 'recvonly'],
    [offer(['a=sendonly']), 'recvonly'],
    [offer(['a=recvonly']), 'inactive'],
    [offer(['a=inactive']), 'inactive'],
  ]
  for (const [description, direction] of rows) {
    const { agreed } = answer(description)
    assert.equal(agreed.direction, direction)
    assert.equal(agreed.rtp, undefined)
    assert.equal(agreed.isHeldByPeer, true)
  }
  // In a browser's offer 0.0.0.0 only means "ask ICE".
  const browser = fixture('chromium-video-audio-max-bundle')
  assert.equal(answer(browser, browserStream()).agreed.isHeldByPeer, false)
})

test('SDP-N6 the version of the origin grows with the content', () => {
  const offer = parsed(audioText())
  const first = answer(offer).description
  assert.equal(first.origin.sessionVersion, '1')
  const same = answer(offer, { session: { previous: first } }).description
  assert.deepEqual(same, first)
  const held = answer(parsed(audioText(['a=sendonly'])), { session: { previous: same } }).description
  assert.equal(held.origin.sessionVersion, '2')
  assert.equal(held.origin.sessionId, first.origin.sessionId)
  const resumed = answer(offer, { session: { previous: held } }).description
  assert.equal(resumed.origin.sessionVersion, '3')
})

test('SDP-N7 a browser gets what it needs', () => {
  const { description, agreed } = answer(fixture('chromium-audio-video-data'), browserStream())
  const text = writeSdp(description)
  assert.deepEqual(attributeValues(description.attributes, 'group'), ['BUNDLE 0'])
  for (const line of [
    'a=rtcp-mux',
    `a=ice-ufrag:${LOCAL_ICE.ufrag}`,
    `a=ice-pwd:${LOCAL_ICE.pwd}`,
    `a=fingerprint:${LOCAL_ICE.fingerprint}`,
    'a=setup:passive',
    `a=${LOCAL_ICE.candidates[0]}`,
    'a=ssrc:4242 cname:rufwerk-x',
    'a=msid:rufwerk-x rufwerk-x',
  ])
    assert.ok(text.includes(`${line}\r\n`), line)
  assert.equal(agreed.iceDtls?.setup, 'actpass')
  assert.equal(agreed.dtmf?.clockRate, 48_000)
  // The free role: theirs decides, ours when they leave it open.
  const rows = [
    ['actpass', 'active', 'active'],
    ['actpass', 'passive', 'passive'],
    ['actpass', 'actpass', 'active'],
    ['active', 'active', 'passive'],
    ['passive', 'passive', 'active'],
  ] as const
  for (const [theirs, ours, answered] of rows) {
    const offer = parsed(writeSdp(fixture('chromium-audio')).replace('setup:actpass', `setup:${theirs}`))
    const transport = { type: 'webrtc', ice: { ...LOCAL_ICE, setup: ours } } as const
    const own = answer(offer, browserStream({ transport })).description.media[0]
    assert.equal(attributeValue(own?.attributes ?? [], 'setup'), answered)
  }
})

test('SDP-N8 another kind of transport or another family of addresses is a 488', () => {
  assert.equal(failure(fixture('chromium-audio')), '488 unsupported-profile')
  assert.equal(failure(parsed(audioText()), browserStream()), '488 unsupported-profile')
  assert.equal(failure(parsed(audioText(['c=IN IP6 2001:db8::5']))), '488 unsupported-address')
})

test('SDP-N9 rtcp-mux on plain RTP is taken only when our side can', () => {
  const offer = parsed(audioText(['a=rtcp-mux']))
  const without = answer(offer)
  assert.equal(without.agreed.rtp?.rtcp.port, 4001)
  assert.ok(!writeSdp(without.description).includes('rtcp-mux'))
  const transport = {
    type: 'rtp',
    rtp: { address: '192.0.2.1', port: 16_000 },
    rtcpPort: 16_000,
    acceptsRtcpMux: true,
  } as const
  const muxed = answer(offer, { transport })
  assert.equal(muxed.agreed.rtp?.rtcp.port, 4000)
  assert.ok(writeSdp(muxed.description).includes('a=rtcp-mux\r\n'))
  assert.ok(!writeSdp(answer(parsed(audioText()), { transport }).description).includes('rtcp-mux'))
})

test('SDP-N10 each end says which packet length it wants: we send theirs, they may send ours', () => {
  const rows: readonly [lines: string[], sendMs: number][] = [
    [['a=ptime:30'], 30],
    [['a=ptime:60'], 60],
    [['a=ptime:10'], 10],
    [['a=ptime:40', 'a=maxptime:30'], 30],
    [['a=maxptime:10'], 10],
    [[], 20],
  ]
  for (const [lines, sendMs] of rows) {
    const { agreed, description } = answer(parsed(audioText(lines)), { codecs: [PCMA] })
    assert.equal(agreed.send.ptimeMs, sendMs, lines.join())
    assert.equal(agreed.receive[0]?.ptimeMs, 20)
    assert.equal(attributeValue(description.media[0]?.attributes ?? [], 'ptime'), '20')
  }
})

test('SDP-N11 183 and 200 say the same: the same offer answered again changes nothing', () => {
  let next = 0
  const srtp = {
    mode: 'on',
    randomBytes: (size: number) => new Uint8Array(size).fill(next++),
  } as const
  const base = plainStream()
  assert.ok(base.transport.type === 'rtp')
  const key = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'
  const rows: readonly [SessionDescription, Partial<AnswerOptions>][] = [
    [parsed(audioText()), {}],
    [parsed(audioText(['a=rtcp:5000', 'a=sendonly', 'm=image 5000 udptl t38'])), {}],
    [parsed(audioText([key], 'm=audio 4000 RTP/SAVP 8')), { transport: { ...base.transport, srtp } }],
    [fixture('chromium-audio-video-data'), browserStream()],
  ]
  for (const [offer, change] of rows) {
    const early = answer(offer, change)
    const final = answer(offer, { ...change, session: { previous: early.description } })
    assert.equal(writeSdp(final.description), writeSdp(early.description))
    assert.deepEqual(final.agreed, early.agreed)
  }
})

test('SDP-N12 IPv6 is spoken where both ends have it', () => {
  const transport = { type: 'rtp', rtp: { address: '2001:db8::1', port: 16_000 }, rtcpPort: 16_001 } as const
  const change = { transport, session: { sessionId: '1000', address: '2001:db8::1' } }
  const session = audioText(['a=rtcp:5000 IN IP6 2001:db8::6']).replaceAll(
    'IP4 192.0.2.10',
    'IP6 2001:db8::5',
  )
  for (const text of [session, audioText(['c=IN IP6 2001:db8::5', 'a=rtcp:5000 IN IP6 2001:db8::6'])]) {
    const { agreed, description } = answer(parsed(text), change)
    assert.deepEqual(agreed.rtp, {
      rtp: { address: '2001:db8::5', port: 4000 },
      rtcp: { address: '2001:db8::6', port: 5000 },
    })
    const written = writeSdp(description)
    assert.ok(written.includes('c=IN IP6 2001:db8::1\r\n'))
    assert.match(written, /^o=- 1000 1 IN IP6 2001:db8::1\r$/m)
    assert.deepEqual(parsed(written), description)
  }
  assert.equal(failure(parsed(audioText()), change), '488 unsupported-address')
  assert.equal(answer(parsed(audioText(['c=IN IP6 ::'])), change).agreed.isHeldByPeer, true)
})
