// Descriptions: read, written again, answered, and read as an answer.
import assert from 'node:assert/strict'
import {
  makeAnswer,
  makeOffer,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  readAnswer,
  readAudio,
  writeSdp,
} from '@rufwerk/sdp'
import { redactKeys } from '@rufwerk/sdp/crypto'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'
import type { Target } from '../target.ts'
import { descriptions } from './corpus.ts'
import { answerInMode, assertRedacted, cryptoLine } from './sdes.ts'

const WORDS = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 ',
  'c=IN IP6 ::1',
  '0.0.0.0',
  '224.1.1.1',
  '255.255.255.255',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 8 101',
  'm=video 0 RTP/AVP 96',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=rtpmap:',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=fmtp:101 0-15',
  'a=ptime:',
  'a=maxptime:0',
  'a=sendonly',
  'a=inactive',
  'a=rtcp:',
  'a=rtcp-mux',
  'a=ice-ufrag:a',
  'a=ice-pwd:',
  'a=fingerprint:sha-256 AA',
  'a=setup:actpass',
  'a=candidate:1 1 udp 1 192.0.2.1 1 typ host',
  'a=group:BUNDLE 0',
  'a=mid:0',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4',
  'inline:',
  'INLINE:',
  ';inline:',
  ' KDR=0',
  'a=__proto__:x',
  '/',
  ' ',
  ':',
  '\r\n',
  '0',
] as const

const SDP_CHARS_MAX = 16_384
const CODECS = [OUR_CODECS.opus, OUR_CODECS.PCMA, OUR_CODECS.PCMU, OUR_CODECS.G722]
const SESSION = { sessionId: '1000', address: '192.0.2.1' }
const PLAIN = {
  transport: { type: 'rtp', rtp: { address: '192.0.2.1', port: 16_000 }, rtcpPort: 16_001 },
  direction: 'sendrecv',
  ssrc: 4242,
  cname: 'fuzz',
  session: SESSION,
} as const
const ICE = {
  ufrag: 'rufw',
  pwd: 'aaaaaaaaaaaaaaaaaaaaaaaa',
  fingerprint: `sha-256 ${Array(32).fill('0A').join(':')}`,
  setup: 'passive',
  candidates: ['candidate:1 1 udp 2122260223 127.0.0.1 18000 typ host'],
} as const
const MODES = ['off', 'on', 'required'] as const
const WEB = { ...PLAIN, transport: { type: 'webrtc', ice: ICE } } as const

function description(random: SeededRandom): Uint8Array {
  const lines = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0']
  for (let count = random.between(1, 3); count > 0; count--) {
    const types = Array.from({ length: random.between(1, 6) }, () => random.between(0, 127))
    const profile = pick(['RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'RTP/SAVPF', 'UDP/TLS/RTP/SAVPF'], random)
    const kind = pick(['audio', 'video', 'audio'], random)
    lines.push(`m=${kind} ${random.between(0, 65_535)} ${profile} ${types.join(' ')}`)
    for (const type of types) {
      const encoding = pick(['opus/48000/2', 'PCMA/8000', 'telephone-event/8000', 'G722/8000', 'x/1'], random)
      lines.push(`a=rtpmap:${type} ${encoding}`)
    }
    for (let more = random.between(0, 8); more > 0; more--) lines.push(pick(WORDS, random))
    if (random.next() < 0.5)
      for (let keys = random.between(1, 20); keys > 0; keys -= random.between(1, 9))
        lines.push(cryptoLine(random))
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`)
}

export function sdpTarget(): Target {
  return {
    name: 'sdp',
    seeds: descriptions(),
    words: WORDS,
    bytesMax: 20_000,
    generate: description,
    check: (input, random) => {
      const text = Buffer.from(input).toString('utf8')
      assertRedacted(text)
      const parsed = parseSdp(text)
      if (!parsed.ok) return parsed.error.code
      const written = writeSdp(parsed.value)
      const again = parseSdp(written)
      // Line feeds become CRLF and t= is added, so that what just fitted may not fit any more.
      if (!again.ok && written.length > Math.max(SDP_CHARS_MAX, text.length)) return 'grown'
      assert(again.ok, `written, but not read again: ${again.ok ? '' : again.error.code}`)
      assertSame(again.value, parsed.value, 'read again')
      assertSame(writeSdp(again.value), written, 'written again')
      const audio = readAudio(parsed.value)
      const outcomes: string[] = [audio.ok ? audio.value.profile : audio.error.code]
      for (const stream of [PLAIN, WEB]) {
        const answer = makeAnswer({ ...stream, offer: parsed.value, codecs: CODECS, acceptsDtmf: true })
        outcomes.push(answer.ok ? answer.value.agreed.send.name : answer.error.code)
        if (answer.ok) {
          assert(parseSdp(writeSdp(answer.value.description)).ok, 'an answer of ours is not read')
          assert.equal(answer.value.description.media.length, parsed.value.media.length)
          const { ptimeMs } = answer.value.agreed.send
          assert(ptimeMs >= 10 && ptimeMs <= 60, `a packet length of ${ptimeMs} ms`)
        }
        const offer = makeOffer({ ...stream, codecs: CODECS, dtmf: OUR_DTMF })
        const agreed = readAnswer(offer, parsed.value)
        outcomes.push(agreed.ok ? agreed.value.send.name : agreed.error.code)
      }
      for (const mode of MODES) outcomes.push(answerInMode(parsed.value, mode, random))
      return outcomes.join(' ')
    },
    work: (input) => {
      const parsed = parseSdp(Buffer.from(input).toString('utf8'))
      redactKeys(Buffer.from(input).toString('utf8'))
      if (parsed.ok) makeAnswer({ ...PLAIN, offer: parsed.value, codecs: CODECS, acceptsDtmf: true })
    },
  }
}
