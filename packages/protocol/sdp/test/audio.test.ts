import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AudioSection, intersect, OUR_CODECS, readAudio, type SessionDescription } from '../src/index.ts'
import { audioText, fixture, parsed } from './fixtures/texts.ts'

function read(description: SessionDescription): AudioSection {
  const result = readAudio(description)
  assert.ok(result.ok, result.ok ? '' : result.error.code)
  return result.value
}

function readText(lines: readonly string[], mLine?: string): AudioSection {
  return read(parsed(audioText(lines, mLine)))
}

test('SDP-A1 codecs come from rtpmap in any case and from static payload types', () => {
  const audio = readText(
    ['a=rtpmap:96 OPUS/48000/2', 'a=fmtp:96 stereo=0', 'a=rtpmap:97 g722/8000', 'a=rtpmap:0 pcmu/8000/1'],
    'm=audio 4000 RTP/AVP 96 97 8 18 0 13 8',
  )
  const shown = audio.codecs.map((codec) => `${codec.name} ${codec.payloadType} ${codec.channels}`)
  assert.deepEqual(shown, ['opus 96 2', 'G722 97 1', 'PCMA 8 1', 'PCMU 0 1'])
  assert.equal(audio.codecs[0]?.fmtp, 'stereo=0')
  // A static number with an rtpmap of its own means what the rtpmap says.
  const odd = readText(['a=rtpmap:8 PCMU/8000'], 'm=audio 4000 RTP/AVP 8')
  assert.equal(odd.codecs[0]?.name, 'PCMU')
})

test('SDP-A2 telephone-event is read at both clocks and no other', () => {
  const audio = readText(
    ['a=rtpmap:102 telephone-event/48000', 'a=rtpmap:103 telephone-event/16000'],
    'm=audio 4000 RTP/AVP 8 102 103 101',
  )
  assert.deepEqual(audio.dtmf, [
    { payloadType: 102, clockRate: 48_000 },
    { payloadType: 101, clockRate: 8_000 },
  ])
})

test('SDP-A3 address and RTCP port come from where the RFCs say', () => {
  const at = (address: string, port: number) => ({ address, port })
  const rows: readonly [lines: string[], rtp: ReturnType<typeof at>, rtcp: ReturnType<typeof at>][] = [
    [[], at('192.0.2.10', 4000), at('192.0.2.10', 4001)],
    [['c=IN IP4 192.0.2.20'], at('192.0.2.20', 4000), at('192.0.2.20', 4001)],
    [['c=IN IP6 2001:db8::5'], at('2001:db8::5', 4000), at('2001:db8::5', 4001)],
    [['a=rtcp:5000'], at('192.0.2.10', 4000), at('192.0.2.10', 5000)],
    [['a=rtcp:5000 IN IP4 192.0.2.30'], at('192.0.2.10', 4000), at('192.0.2.30', 5000)],
    [['a=rtcp:9 IN IP4 0.0.0.0'], at('192.0.2.10', 4000), at('192.0.2.10', 9)],
    [['a=rtcp:0'], at('192.0.2.10', 4000), at('192.0.2.10', 4001)],
  ]
  for (const [lines, rtp, rtcp] of rows) assert.deepEqual(readText(lines).rtp, { rtp, rtcp })
  assert.equal(readText(['a=rtcp-mux']).hasRtcpMux, true)
})

test('SDP-A4 direction of the section, else of the session, else both ways', () => {
  assert.equal(readText([]).direction, 'sendrecv')
  assert.equal(readText(['a=sendonly']).direction, 'sendonly')
  assert.equal(readText(['a=sendrecv', 'a=inactive']).direction, 'inactive')
  const session = audioText().replace('t=0 0', 't=0 0\r\na=recvonly')
  assert.equal(read(parsed(session)).direction, 'recvonly')
  assert.equal(read(fixture('baresip-held')).direction, 'sendonly')
})

test('SDP-A5 ICE and DTLS are found in the section, in its bundle, or in the session', () => {
  const plain = read(fixture('chromium-audio'))
  assert.equal(plain.iceDtls?.ufrag, 'pbB5')
  assert.equal(plain.iceDtls?.setup, 'actpass')
  assert.match(plain.iceDtls?.fingerprint ?? '', /^sha-256 14:D5:8F/)
  assert.equal(plain.iceDtls?.candidates.length, 8)
  assert.match(plain.iceDtls?.candidates[0] ?? '', /^candidate:2710883806 1 udp/)
  const bundled = read(fixture('chromium-video-audio-max-bundle'))
  assert.equal(bundled.index, 1)
  assert.ok((bundled.iceDtls?.candidates.length ?? 0) > 0, 'candidates of the video section')
  const description = fixture('chromium-audio')
  const own = description.media[0]
  assert.ok(own)
  const isSession = (name: string): boolean => /^(ice-ufrag|ice-pwd|fingerprint|setup)$/.test(name)
  const raised = read({
    ...description,
    attributes: [...description.attributes, ...own.attributes.filter((one) => isSession(one.name))],
    media: [{ ...own, attributes: own.attributes.filter((one) => !isSession(one.name)) }],
  })
  assert.deepEqual(raised.iceDtls, plain.iceDtls)
})

test('SDP-A6 packet length stays within what we can make', () => {
  const rows: readonly [lines: string[], ms: number][] = [
    [[], 20],
    [['a=ptime:30'], 30],
    [['a=ptime:5'], 10],
    [['a=ptime:25'], 20],
    [['a=ptime:400'], 60],
    [['a=ptime:40', 'a=maxptime:20'], 20],
    [['a=maxptime:10'], 10],
    [['a=ptime:soon'], 20],
    [['a=ptime:-20'], 20],
    [['a=ptime:'], 20],
  ]
  for (const [lines, ms] of rows) assert.equal(readText(lines).codecs[0]?.ptimeMs, ms, lines.join())
})

test('SDP-A7 the first audio section that can be used is taken', () => {
  const more = ['m=audio 0 RTP/AVP 8', 'm=video 5000 RTP/AVP 96', 'm=audio 6000 RTP/AVPF 0', '']
  const text = `${audioText([], 'm=audio 4000 RTP/SAVP 8')}${more.join('\r\n')}`
  const audio = read(parsed(text))
  assert.equal(audio.index, 3)
  assert.equal(audio.profile, 'RTP/AVPF')
  assert.equal(audio.rtp?.rtp.port, 6000)
})

test('SDP-A8 with bundle-only, port 0 does not refuse', () => {
  const description = fixture('chromium-video-audio-max-bundle')
  const media = description.media.map((section) =>
    section.kind === 'audio'
      ? { ...section, port: 0, attributes: [...section.attributes, { name: 'bundle-only' }] }
      : section,
  )
  assert.equal(read({ ...description, media }).index, 1)
  const unbundled = readAudio({ ...description, attributes: [], media })
  assert.equal(unbundled.ok ? '' : unbundled.error.code, 'refused-audio')
})

test('SDP-C1 intersect keeps our order and takes their payload types', () => {
  const { opus, G722, PCMA, PCMU } = OUR_CODECS
  const theirs = [PCMU, { ...opus, payloadType: 96, fmtp: 'stereo=1' }]
  assert.deepEqual(intersect([opus, G722, PCMA, PCMU], theirs), [{ ...opus, payloadType: 96 }, PCMU])
  assert.deepEqual(intersect([], theirs), [])
})
