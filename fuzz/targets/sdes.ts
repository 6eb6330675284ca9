// Keys in descriptions (a=crypto): lines that are well-formed or nearly, and what must hold of every answer
// and of the offers after it.
import assert from 'node:assert/strict'
import {
  type Answer,
  attributeValues,
  makeAnswer,
  makeOffer,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  readAnswer,
  type SessionDescription,
  writeSdp,
} from '@rufwerk/sdp'
import { parseCrypto, redactKeys, type SrtpMode } from '@rufwerk/sdp/crypto'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'

const KEY_SALT_BYTES = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AES_256_CM_HMAC_SHA1_80: 46,
  AES_256_CM_HMAC_SHA1_32: 46,
  AEAD_AES_128_GCM: 28,
  AEAD_AES_256_GCM: 44,
} as const
const SUITES = Object.keys(KEY_SALT_BYTES) as (keyof typeof KEY_SALT_BYTES)[]
const LIMITS = [
  '',
  '|2^20',
  '|2^48',
  '|2^49',
  '|1:4',
  '|2^31|1:1',
  '|1066:4',
  '|256:1',
  '|0',
  '|1:129',
  '||',
  '|999999999999999:128',
]
const SESSION_PARAMETERS = [
  '',
  '',
  '',
  ' WSH=64',
  ' KDR=0',
  ' KDR=1',
  ' -x',
  ' UNENCRYPTED_SRTP',
  ' FEC_ORDER=FEC_SRTP',
]
const CODECS = [OUR_CODECS.PCMA, OUR_CODECS.G722, OUR_CODECS.PCMU]

/** A line, mostly one that can be used. */
export function cryptoLine(random: SeededRandom): string {
  const suite = pick(SUITES, random)
  const isRight = random.next() < 0.85
  const bytes = random.bytes(isRight ? KEY_SALT_BYTES[suite] : random.between(0, 80))
  const base64 = Buffer.from(bytes).toString('base64')
  const key = random.next() < 0.2 ? base64.replace(/=+$/, '') : base64
  const tag = pick(['1', '2', '3', '0', '999999999', '01'], random)
  const limits = random.next() < 0.6 ? '' : pick(LIMITS, random)
  const more = random.next() < 0.05 ? `;inline:${key}` : ''
  return `a=crypto:${tag} ${suite} inline:${key}${limits}${more}${pick(SESSION_PARAMETERS, random)}`
}

function streamOf(mode: SrtpMode, random: SeededRandom) {
  const srtp = { mode, randomBytes: (size: number) => random.bytes(size) }
  return {
    transport: { type: 'rtp', rtp: { address: '192.0.2.1', port: 16_000 }, rtcpPort: 16_001, srtp },
    direction: 'sendrecv',
    ssrc: 4242,
    cname: 'fuzz',
    codecs: CODECS,
  } as const
}

const SESSION = { sessionId: '1000', address: '192.0.2.1' }

function cryptoOf(description: SessionDescription): string[] {
  return description.media.flatMap(({ attributes }) => attributeValues(attributes, 'crypto'))
}

/** No key survives, and nothing throws on the way. */
export function assertRedacted(text: string): void {
  const parsed = parseSdp(redactKeys(text))
  if (!parsed.ok) return
  for (const value of cryptoOf(parsed.value)) assert(!parseCrypto(value).ok, 'a key is left in a log')
}

function assertKeys({ description, agreed }: Answer, offer: SessionDescription, mode: SrtpMode): void {
  const lines = cryptoOf(description)
  assert.equal(lines.length, agreed.srtp === undefined ? 0 : 1, 'one line with SRTP, none without')
  const section = description.media.find(({ port }) => port !== 0)
  const isSecured = /^RTP\/SAVP/i.test(section?.protocol ?? '')
  if (isSecured || mode === 'required') assert(agreed.srtp, 'SRTP is promised, and there are no keys')
  if (agreed.srtp === undefined) return
  assert.notEqual(mode, 'off')
  const { local, remote, suite } = agreed.srtp
  for (const keys of [local, remote]) assert.equal(keys.key.length + keys.salt.length, KEY_SALT_BYTES[suite])
  assert(!Buffer.from(local.key).equals(Buffer.from(remote.key)), 'both directions have one key')
  const ours = parseCrypto(lines[0] as string)
  assert(ours.ok && ours.value.suite === suite)
  const offered = cryptoOf(offer).map(parseCrypto)
  const isOffered = offered.some(
    (line) =>
      line.ok &&
      ours.value.tag === line.value.tag &&
      Buffer.from(line.value.key).equals(Buffer.from(remote.key)),
  )
  assert(isOffered, 'the answer takes a line that the offer did not have')
}

/** Answers an offer in one mode, and goes on as a call does: the same offer again, then an offer of ours. */
export function answerInMode(offer: SessionDescription, mode: SrtpMode, random: SeededRandom): string {
  const stream = streamOf(mode, random)
  const own = makeOffer({ ...stream, dtmf: OUR_DTMF, session: SESSION })
  const agreed = readAnswer(own, offer)
  if (agreed.ok)
    assert.equal(
      agreed.value.srtp !== undefined,
      mode !== 'off',
      'what was agreed on is not what was offered',
    )
  const answer = makeAnswer({ ...stream, session: SESSION, offer, acceptsDtmf: true })
  if (!answer.ok) return answer.error.code
  assertKeys(answer.value, offer, mode)
  const session = { previous: answer.value.description }
  const again = makeAnswer({ ...stream, session, offer, acceptsDtmf: true })
  assert(again.ok, 'the same offer is answered once only')
  assertSame(again.value.description, answer.value.description, 'the answer to the same offer')
  // A peer that sends our own description back, keys and all.
  const echo = makeAnswer({ ...stream, session, offer: answer.value.description, acceptsDtmf: true })
  if (echo.ok) assertKeys(echo.value, answer.value.description, mode)
  const next = makeOffer({ ...stream, dtmf: OUR_DTMF, session })
  const read = parseSdp(writeSdp(next))
  assert(read.ok, 'an offer of ours is not read')
  assertSame(cryptoOf(next), cryptoOf(answer.value.description), 'keys of the next offer')
  return `${answer.value.agreed.srtp?.suite ?? 'plain'}`
}
