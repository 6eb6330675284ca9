import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Agreed,
  answerDirection,
  attributeValue,
  attributeValues,
  type Direction,
  isSending,
  makeAnswer,
  makeOffer,
  type OfferOptions,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  readAnswer,
  type SessionDescription,
  writeSdp,
} from '../src/index.ts'
import { audioText, browserStream, fixture, parsed, plainStream } from './fixtures/texts.ts'

const { opus, G722, PCMA, PCMU } = OUR_CODECS
const ALL = [opus, G722, PCMA, PCMU]
const FROM_THE_OTHER_END = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
} as const

function offer(change: Partial<OfferOptions> = {}): SessionDescription {
  return makeOffer({ ...plainStream(), codecs: ALL, dtmf: OUR_DTMF, ...change })
}

function read(ours: SessionDescription, answer: string): Agreed {
  const result = readAnswer(ours, parsed(answer))
  assert.ok(result.ok, result.ok ? '' : result.error.code)
  return result.value
}

function failure(ours: SessionDescription, answer: string): string {
  const result = readAnswer(ours, parsed(answer))
  return result.ok ? 'agreed' : `${result.error.status} ${result.error.code}`
}

test('SDP-O1 an offer lists what we can in our order', () => {
  const section = offer().media[0]
  assert.deepEqual(section?.formats, ['111', '9', '8', '0', '110', '101'])
  assert.equal(section?.port, 16_000)
  assert.equal(section?.protocol, 'RTP/AVP')
  assert.ok(writeSdp(offer()).includes('c=IN IP4 192.0.2.1\r\n'))
  const narrow = offer({ codecs: [PCMA] }).media[0]
  assert.deepEqual(narrow?.formats, ['8', '101'], 'no 48 kHz events without Opus')
  assert.deepEqual(attributeValues(narrow?.attributes ?? [], 'rtcp'), [])
  const transport = { type: 'rtp', rtp: { address: '192.0.2.1', port: 16_000 }, rtcpPort: 17_000 } as const
  assert.equal(attributeValue(offer({ transport }).media[0]?.attributes ?? [], 'rtcp'), '17000')
})

test('SDP-O2 the answer says what we send, what we receive, the events and the direction', () => {
  const agreed = read(offer(), audioText(['a=ptime:30'], 'm=audio 4000 RTP/AVP 8 0 101'))
  assert.equal(agreed.send.name, 'PCMA')
  assert.equal(agreed.send.ptimeMs, 30)
  assert.deepEqual(agreed.receive, [PCMA, PCMU])
  assert.deepEqual(agreed.dtmf, { payloadType: 101, clockRate: 8_000 })
  assert.deepEqual(
    agreed.receiveDtmf,
    [agreed.dtmf],
    'the event format that the answer left out is not spoken',
  )
  assert.equal(agreed.direction, 'sendrecv')
  assert.equal(agreed.rtp?.rtp.port, 4000)
  // The peer may send every event format that it listed, under our numbers; we send the one that fits.
  const events = ['a=rtpmap:96 telephone-event/48000', 'a=rtpmap:97 telephone-event/8000']
  const formats = '96 97'
  for (const [lines, codec, chosen] of [
    [['a=rtpmap:111 opus/48000/2'], '111', { payloadType: 96, clockRate: 48_000 }],
    [[], '8', { payloadType: 97, clockRate: 8_000 }],
  ] as const) {
    const answer = audioText([...lines, ...events], `m=audio 4000 RTP/AVP ${codec} ${formats}`)
    const both = read(offer(), answer.replace('a=rtpmap:101 telephone-event/8000\r\n', ''))
    assert.deepEqual(both.dtmf, chosen)
    assert.deepEqual(both.receiveDtmf, OUR_DTMF)
  }
  const odd = audioText(['a=rtpmap:96 telephone-event/48000'], 'm=audio 4000 RTP/AVP 8 96')
  const fastOnly = read(offer(), odd.replace('a=rtpmap:101 telephone-event/8000\r\n', ''))
  assert.equal(fastOnly.dtmf, undefined, 'no clock of ours to send with')
  assert.deepEqual(fastOnly.receiveDtmf, [OUR_DTMF[0]])
  // The answerer may number Opus differently: each side sends what the other one listed.
  const moved = read(offer(), audioText(['a=rtpmap:96 opus/48000/2'], 'm=audio 4000 RTP/AVP 96'))
  assert.equal(moved.send.payloadType, 96)
  assert.equal(moved.receive[0]?.payloadType, 111)
  const held = read(offer(), audioText(['a=sendonly']))
  assert.equal(held.direction, 'recvonly')
  assert.equal(held.isHeldByPeer, true)
  const weHold = read(offer({ direction: 'sendonly' }), audioText(['a=recvonly']))
  assert.equal(weHold.direction, 'sendonly')
  assert.equal(weHold.isHeldByPeer, false)
})

test('SDP-O3 an answer that does not fit is a 400, one that refuses a 488', () => {
  const ours = offer()
  assert.equal(failure(ours, audioText([], 'm=video 4000 RTP/AVP 8')), '400 mismatched-answer')
  assert.equal(failure(ours, `${audioText()}m=audio 5 RTP/AVP 0\r\n`), '400 mismatched-answer')
  assert.equal(failure(ours, audioText().split('m=')[0] as string), '400 mismatched-answer')
  assert.equal(failure(ours, audioText([], 'm=audio 0 RTP/AVP 8')), '488 refused-audio')
  assert.equal(failure(ours, audioText([], 'm=audio 4000 RTP/AVP 18')), '488 no-codec')
  assert.equal(failure(offer({ codecs: [PCMU] }), audioText([], 'm=audio 4000 RTP/AVP 8')), '488 no-codec')
  assert.equal(failure(ours, writeSdp(fixture('chromium-audio'))), '488 unsupported-profile')
})

test('SDP-O4 a later offer keeps places and numbers', () => {
  const theirs = parsed(
    `${audioText(
      ['a=rtpmap:101 opus/48000/2', 'a=rtpmap:111 telephone-event/8000'],
      'm=video 5 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 101 111',
    ).replace('a=rtpmap:101 telephone-event/8000\r\n', '')}`,
  )
  const result = makeAnswer({ ...plainStream(), offer: theirs, codecs: ALL, acceptsDtmf: true })
  assert.ok(result.ok)
  const previous = result.value.description
  const again = offer({ session: { previous }, direction: 'sendonly' })
  assert.equal(again.origin.sessionVersion, '2')
  assert.deepEqual(
    again.media.map(({ kind, port }) => `${kind} ${port}`),
    ['video 0', 'audio 16000'],
  )
  const rtpmaps = attributeValues(again.media[1]?.attributes ?? [], 'rtpmap')
  assert.ok(rtpmaps.includes('101 opus/48000/2'))
  assert.ok(rtpmaps.includes('111 telephone-event/8000'))
  const numbers = again.media[1]?.formats ?? []
  assert.equal(new Set(numbers).size, numbers.length, 'no number twice')
  assert.deepEqual(offer({ session: { previous: again }, direction: 'sendonly' }), again)
})

test('SDP-O5 a browser is offered BUNDLE and the passive role, later either, and must choose one', () => {
  const first = offer(browserStream())
  const section = first.media[0]
  assert.equal(section?.protocol, 'UDP/TLS/RTP/SAVPF')
  assert.equal(attributeValue(section?.attributes ?? [], 'setup'), 'active')
  assert.equal(attributeValue(section?.attributes ?? [], 'mid'), '0')
  assert.deepEqual(attributeValues(first.attributes, 'group'), ['BUNDLE 0'])
  const later = offer({ ...browserStream(), session: { previous: first } })
  assert.equal(attributeValue(later.media[0]?.attributes ?? [], 'setup'), 'actpass')
  const answered = (setup: string) =>
    writeSdp(fixture('chromium-audio')).replace('setup:actpass', `setup:${setup}`)
  for (const [ours, setup] of [
    [first, 'actpass'],
    [first, 'active'],
    [later, 'actpass'],
  ] as const)
    assert.equal(failure(ours, answered(setup)), '400 mismatched-answer')
  for (const [ours, setup] of [
    [first, 'passive'],
    [later, 'passive'],
    [later, 'active'],
  ] as const)
    assert.equal(read(ours, answered(setup)).iceDtls?.setup, setup)
})

test('SDP-O6 both sides come to the same agreement', () => {
  const codecs = fc.shuffledSubarray(ALL, { minLength: 1 })
  const direction = fc.constantFrom<Direction>('sendrecv', 'sendonly', 'recvonly', 'inactive')
  const isBrowser = fc.boolean()
  fc.assert(
    fc.property(codecs, codecs, direction, direction, isBrowser, (left, right, wanted, ours, browser) => {
      const stream = browser ? browserStream() : plainStream()
      const offered = makeOffer({ ...stream, codecs: left, dtmf: OUR_DTMF, direction: wanted })
      const overWire = parseSdp(writeSdp(offered))
      assert.ok(overWire.ok)
      const options = { ...stream, codecs: right, acceptsDtmf: true, direction: ours }
      const result = makeAnswer({ ...options, offer: overWire.value })
      const common = right.filter((codec) => left.includes(codec))
      assert.equal(result.ok, common.length > 0)
      if (!result.ok) return
      const back = parseSdp(writeSdp(result.value.description))
      assert.ok(back.ok)
      const theirs = readAnswer(offered, back.value)
      assert.ok(theirs.ok)
      const here = result.value.agreed
      assert.equal(here.send.name, common[0]?.name)
      assert.equal(theirs.value.send.name, here.send.name)
      assert.deepEqual(theirs.value.dtmf, here.dtmf)
      assert.equal(theirs.value.direction, FROM_THE_OTHER_END[here.direction])
      assert.equal(here.direction, answerDirection(wanted, ours))
      if (isSending(here.direction)) assert.ok(isSending(ours))
    }),
    { numRuns: 200 },
  )
})

test('SDP-O7 an INVITE without a description: offer in the 2xx, answer in the ACK', () => {
  const offer = makeOffer({ ...plainStream(), codecs: [G722, PCMA], dtmf: OUR_DTMF })
  const ack = parseSdp(audioText(['a=ptime:30', 'a=recvonly'], 'm=audio 4000 RTP/AVP 8 101'))
  assert.ok(ack.ok)
  const read = readAnswer(offer, ack.value)
  assert.ok(read.ok)
  assert.deepEqual(
    [read.value.send.name, read.value.send.ptimeMs, read.value.direction],
    ['PCMA', 30, 'sendonly'],
  )
  assert.deepEqual(read.value.rtp?.rtp, { address: '192.0.2.10', port: 4000 })
  // The same offer in the 183 and in the 2xx, and the next one after the answer, keep their words.
  const session = { previous: offer }
  assert.deepEqual(makeOffer({ ...plainStream({ session }), codecs: [G722, PCMA], dtmf: OUR_DTMF }), offer)
})
