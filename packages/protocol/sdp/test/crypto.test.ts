import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type CryptoSuite,
  OUR_CRYPTO_SUITES,
  parseCrypto,
  profilesToOffer,
  readNamedKey,
  redactKeys,
  type SrtpMode,
  type SrtpPolicy,
  writeCrypto,
  writeNamedKey,
} from '../src/crypto/index.ts'
import {
  type Agreed,
  attributeValues,
  type LocalStream,
  makeAnswer,
  makeOffer,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  readAnswer,
  readAudio,
  type SessionDescription,
  writeSdp,
} from '../src/index.ts'
import { audioText, browserStream, fixture, parsed, plainStream } from './fixtures/texts.ts'

const { PCMA, PCMU } = OUR_CODECS
const KEY_30 = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj' // RFC 4568 §4
const SAVP = 'm=audio 4000 RTP/SAVP 8 0 101'
const LINE = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}`

/** A random source that never gives the same bytes twice. */
function counting(): (size: number) => Uint8Array {
  let next = 0
  return (size) => Uint8Array.from({ length: size }, () => next++ & 255)
}

function policy(mode: SrtpMode, change: Partial<SrtpPolicy> = {}): SrtpPolicy {
  return { mode, randomBytes: counting(), ...change }
}

function stream(srtp?: SrtpPolicy, change: Partial<LocalStream> = {}): LocalStream {
  const base = plainStream(change)
  assert.ok(base.transport.type === 'rtp')
  return { ...base, transport: { ...base.transport, ...(srtp === undefined ? {} : { srtp }) } }
}

function cryptoOf(description: SessionDescription, index = 0): string[] {
  return attributeValues(description.media[index]?.attributes ?? [], 'crypto')
}

interface Answered {
  readonly code: string
  readonly lines: readonly string[]
  readonly description?: SessionDescription
  readonly agreed?: Agreed
}

function answered(offer: SessionDescription, srtp?: SrtpPolicy, change: Partial<LocalStream> = {}): Answered {
  const result = makeAnswer({ ...stream(srtp, change), offer, codecs: [PCMA, PCMU], acceptsDtmf: true })
  if (!result.ok) return { code: `${result.error.status} ${result.error.code}`, lines: [] }
  const { description, agreed } = result.value
  return { code: 'answered', lines: cryptoOf(description), description, agreed }
}

test('SDP-K1 a line is tag, suite and one key, with lifetime and MKI', () => {
  const read = (value: string) => {
    const result = parseCrypto(value)
    assert.ok(result.ok, result.ok ? '' : `${result.error}: ${value}`)
    return result.value
  }
  const line = read(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^20|1:4`)
  assert.deepEqual(
    [line.tag, line.suite, line.key.length, line.salt.length],
    [1, 'AES_CM_128_HMAC_SHA1_80', 16, 14],
  )
  assert.equal(line.lifetimePackets, 2 ** 20)
  assert.deepEqual(line.mki, Uint8Array.of(0, 0, 0, 1))
  assert.equal(Buffer.from([...line.key, ...line.salt]).toString('base64'), KEY_30)
  assert.deepEqual(read(`9 AES_CM_128_HMAC_SHA1_32 inline:${KEY_30}|1066:4`).mki, Uint8Array.of(0, 0, 4, 42))
  assert.equal(read(`9 aes_cm_128_hmac_sha1_32 INLINE:${KEY_30}|1000`).lifetimePackets, 1000)
  const lengths: readonly [CryptoSuite, number][] = [
    ['AES_256_CM_HMAC_SHA1_80', 46],
    ['AES_256_CM_HMAC_SHA1_32', 46],
    ['AEAD_AES_128_GCM', 28],
    ['AEAD_AES_256_GCM', 44],
  ]
  for (const [suite, bytes] of lengths) {
    const base64 = Buffer.from(counting()(bytes)).toString('base64')
    for (const text of [base64, base64.replaceAll('=', '')]) {
      const { key, salt } = read(`2 ${suite} inline:${text} WSH=64 -X=1 KDR=0`)
      assert.deepEqual([...key, ...salt], [...counting()(bytes)])
    }
  }
})

test('SDP-K2 a broken or foreign line is a named value', () => {
  const short = KEY_30.slice(0, -4)
  const rows: readonly [value: string, fault: string][] = [
    ['', 'malformed'],
    ['1', 'malformed'],
    ['1 AES_CM_128_HMAC_SHA1_80', 'malformed'],
    [`x AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}`, 'malformed'],
    [`1234567890 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}`, 'malformed'],
    [`1 F8_128_HMAC_SHA1_80 inline:${KEY_30}`, 'unknown-suite'],
    [`1 constructor inline:${KEY_30}`, 'unknown-suite'],
    [`1 NULL_HMAC_SHA1_80 inline:${KEY_30}`, 'unknown-suite'],
    [`1 AES_CM_128_HMAC_SHA1_80 uri:${KEY_30}`, 'malformed'],
    ['1 AES_CM_128_HMAC_SHA1_80 inline:', 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${short}`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}AAAA`, 'malformed'],
    [`1 AEAD_AES_256_GCM inline:${KEY_30}`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30.replace('d', '%')}`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^99`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^20|2^20`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|1:0`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|1:129`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|256:1`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|1:4|2^20`, 'malformed'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^20|1:4;inline:${KEY_30}|2^20|2:4`, 'several-keys'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30} UNENCRYPTED_SRTP`, 'unknown-parameter'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30} UNAUTHENTICATED_SRTP`, 'unknown-parameter'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30} UNENCRYPTED_SRTCP`, 'unknown-parameter'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30} KDR=5`, 'unknown-parameter'],
    [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30} FEC_ORDER=SRTP_FEC`, 'unknown-parameter'],
  ]
  for (const [value, fault] of rows) {
    const result = parseCrypto(value)
    assert.equal(result.ok ? 'read' : result.error, fault, value)
  }
  const good = `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^20|1:4 WSH=64`
  const damage = fc.tuple(fc.nat(good.length), fc.nat(12), fc.string({ maxLength: 8 }))
  fc.assert(
    fc.property(damage, ([at, cut, insert]) => {
      const result = parseCrypto(good.slice(0, at) + insert + good.slice(at + cut))
      if (result.ok) assert.equal(result.value.key.length + result.value.salt.length, 30)
    }),
    { numRuns: 200 },
  )
  const started = process.cpuUsage()
  parseCrypto(`1 AES_CM_128_HMAC_SHA1_80 inline:${'|'.repeat(2000)}`)
  parseCrypto(' '.repeat(2000))
  assert.ok(process.cpuUsage(started).user < 50_000, 'no line takes long')
})

test('SDP-K3 the profiles of an offer: off plain, on SRTP and then plain, required SRTP only', () => {
  assert.deepEqual(profilesToOffer('off'), ['RTP/AVP'])
  assert.deepEqual(profilesToOffer('on'), ['RTP/SAVP', 'RTP/AVP'])
  assert.deepEqual(profilesToOffer('required'), ['RTP/SAVP'])
  const offer = (srtp?: SrtpPolicy, profile?: 'RTP/AVP' | 'RTP/SAVPF'): SessionDescription => {
    const base = stream(srtp)
    assert.ok(base.transport.type === 'rtp')
    const transport = { ...base.transport, ...(profile === undefined ? {} : { profile }) }
    return makeOffer({ ...base, transport, codecs: [PCMA], dtmf: OUR_DTMF })
  }
  assert.equal(offer().media[0]?.protocol, 'RTP/AVP')
  assert.equal(offer(policy('off')).media[0]?.protocol, 'RTP/AVP')
  const secured = offer(policy('on'))
  assert.equal(secured.media[0]?.protocol, 'RTP/SAVP')
  const suites = cryptoOf(secured).map((value) => value.split(' ').slice(0, 2).join(' '))
  assert.deepEqual(
    suites,
    OUR_CRYPTO_SUITES.map((suite, index) => `${index + 1} ${suite}`),
  )
  assert.equal(suites[0], '1 AES_CM_128_HMAC_SHA1_80')
  assert.equal(new Set(cryptoOf(secured).map((value) => value.split('inline:')[1])).size, suites.length)
  assert.equal(offer(policy('required'), 'RTP/SAVPF').media[0]?.protocol, 'RTP/SAVPF')
  const fallback = offer(policy('on'), 'RTP/AVP')
  assert.deepEqual([fallback.media[0]?.protocol, cryptoOf(fallback)], ['RTP/AVP', []])
  assert.throws(() => offer(policy('required'), 'RTP/AVP'), /nothing plain/)
  assert.throws(() => offer(policy('off'), 'RTP/SAVPF'), /does SRTP/)
})

test('SDP-K4 the three modes as the one who answers', () => {
  const plain = parsed(audioText())
  const secured = parsed(audioText([LINE], SAVP))
  const opportunistic = parsed(audioText([LINE])) // RFC 8643
  const empty = parsed(audioText([], SAVP))
  const rows: readonly [SessionDescription, SrtpMode | undefined, code: string, hasSrtp: boolean][] = [
    [plain, undefined, 'answered', false],
    [plain, 'off', 'answered', false],
    [plain, 'on', 'answered', false],
    [plain, 'required', '488 no-crypto', false],
    [secured, undefined, '488 unsupported-profile', false],
    [secured, 'off', '488 unsupported-profile', false],
    [secured, 'on', 'answered', true],
    [secured, 'required', 'answered', true],
    [opportunistic, 'off', 'answered', false],
    [opportunistic, 'on', 'answered', true],
    [opportunistic, 'required', 'answered', true],
    [empty, 'on', '488 no-crypto', false],
    [empty, 'required', '488 no-crypto', false],
  ]
  for (const [offer, mode, code, hasSrtp] of rows) {
    const what = `${offer.media[0]?.protocol} ${cryptoOf(offer).length} ${mode}`
    const result = answered(offer, mode === undefined ? undefined : policy(mode))
    assert.equal(result.code, code, what)
    assert.equal(result.lines.length, hasSrtp ? 1 : 0, what)
    assert.equal(result.agreed?.srtp !== undefined, hasSrtp, what)
    if (code === 'answered') assert.equal(result.description?.media[0]?.protocol, offer.media[0]?.protocol)
  }
  // A description that was read without looking at keys does not get past the mode.
  const careless = readAudio(plain)
  assert.ok(careless.ok)
  const base = { ...stream(policy('required')), offer: plain, audio: careless.value }
  const result = makeAnswer({ ...base, codecs: [PCMA], acceptsDtmf: true })
  assert.equal(result.ok ? '' : result.error.code, 'no-crypto')
  // A browser is secured by DTLS, whatever the mode of phones.
  assert.ok(readAudio(fixture('chromium-audio'), 'required').ok)
})

test('SDP-K5 the answer takes the first suite of the offer that we have, and keeps its tag', () => {
  const gcm = Buffer.from(counting()(44)).toString('base64')
  const lines = [
    `a=crypto:1 AES_192_CM_HMAC_SHA1_80 inline:${KEY_30}`,
    `a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30} UNENCRYPTED_SRTP`,
    'a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:broken',
    `a=crypto:7 AEAD_AES_256_GCM inline:${gcm}`,
    `a=crypto:8 AES_CM_128_HMAC_SHA1_32 inline:${KEY_30}|2^31|1:1`,
  ]
  const offer = parsed(audioText(lines, SAVP))
  const first = answered(offer, policy('on'))
  assert.match(first.lines[0] ?? '', /^7 AEAD_AES_256_GCM inline:[A-Za-z0-9+/=]{60}$/)
  assert.deepEqual([...(first.agreed?.srtp?.remote.key ?? [])], [...counting()(32)])
  assert.equal(first.agreed?.srtp?.local.salt.length, 12)
  const limited = answered(offer, policy('on', { suites: ['AES_CM_128_HMAC_SHA1_32'] }))
  assert.match(limited.lines[0] ?? '', /^8 AES_CM_128_HMAC_SHA1_32 inline:[^|]+$/)
  assert.deepEqual(limited.agreed?.srtp?.remote.mki, Uint8Array.of(1))
  assert.equal(limited.agreed?.srtp?.remote.lifetimePackets, 2 ** 31)
  assert.equal(answered(offer, policy('on', { suites: ['AEAD_AES_128_GCM'] })).code, '488 no-crypto')
})

test('SDP-K5 an offer that brings our own key back is answered with another one', () => {
  const mine = policy('required')
  const first = answered(parsed(audioText([LINE], SAVP)), mine)
  assert.ok(first.description)
  const session = { previous: first.description }
  const echo = answered(first.description, mine, { session })
  assert.equal(cryptoOf(first.description)[0], first.lines[0])
  assert.notEqual(echo.lines[0], first.lines[0])
  assert.notDeepEqual(echo.agreed?.srtp?.local.key, echo.agreed?.srtp?.remote.key)
  const same = answered(parsed(audioText([LINE], SAVP)), mine, { session })
  assert.deepEqual(same.lines, first.lines, 'any other offer gets the key of before')
})

test('SDP-K6 of several audio sections the secured one is taken, in its place', () => {
  const two = (first: string, second: string): SessionDescription =>
    parsed(`${audioText([], `${first} 8`)}${[`${second} 8`, ''].join('\r\n')}`)
  const withKey = (text: SessionDescription): SessionDescription => ({
    ...text,
    media: text.media.map((section) =>
      section.protocol === 'RTP/SAVP'
        ? { ...section, attributes: [...section.attributes, { name: 'crypto', value: LINE.slice(9) }] }
        : section,
    ),
  })
  const plainFirst = withKey(two('m=audio 4000 RTP/AVP', 'm=audio 4002 RTP/SAVP'))
  const ports = (mode: SrtpMode): (number | undefined)[] | undefined =>
    answered(plainFirst, policy(mode)).description?.media.map(({ port }) => port)
  assert.deepEqual(ports('off'), [16_000, 0])
  assert.deepEqual(ports('on'), [0, 16_000])
  assert.deepEqual(ports('required'), [0, 16_000])
})

function exchange(
  offer: SessionDescription,
  answerer: LocalStream,
): { answer: SessionDescription; here: Agreed; there: Agreed } {
  const wire = parseSdp(writeSdp(offer))
  assert.ok(wire.ok)
  const result = makeAnswer({ ...answerer, offer: wire.value, codecs: [PCMA, PCMU], acceptsDtmf: true })
  assert.ok(result.ok, result.ok ? '' : result.error.code)
  const back = parseSdp(writeSdp(result.value.description))
  assert.ok(back.ok)
  const read = readAnswer(offer, back.value)
  assert.ok(read.ok, read.ok ? '' : read.error.code)
  return { answer: result.value.description, here: read.value, there: result.value.agreed }
}

test('SDP-K7 both ends agree on suite and keys, for every order of suites', () => {
  const suites = fc.shuffledSubarray([...OUR_CRYPTO_SUITES], { minLength: 1 })
  fc.assert(
    fc.property(suites, suites, (offering, answering) => {
      const common = offering.filter((suite) => answering.includes(suite))
      if (common.length === 0) return
      const offer = makeOffer({
        ...stream(policy('on', { suites: offering })),
        codecs: [PCMA],
        dtmf: OUR_DTMF,
      })
      let next = 99
      const other = policy('required', {
        suites: answering,
        randomBytes: (size) => new Uint8Array(size).fill(next++),
      })
      const { here, there } = exchange(offer, stream(other))
      assert.equal(here.srtp?.suite, common[0])
      assert.equal(there.srtp?.suite, common[0])
      assert.deepEqual(here.srtp?.local, there.srtp?.remote)
      assert.deepEqual(here.srtp?.remote, there.srtp?.local)
    }),
    { numRuns: 100 },
  )
})

test('SDP-K8 an answer that does not fit our lines is refused', () => {
  const offer = makeOffer({ ...stream(policy('on')), codecs: [PCMA], dtmf: OUR_DTMF })
  const [, own] = (cryptoOf(offer)[0] ?? '').split('inline:')
  const verdict = (lines: readonly string[], protocol = 'RTP/SAVP'): string => {
    const text = audioText(
      lines.map((line) => `a=crypto:${line}`),
      `m=audio 4000 ${protocol} 8`,
    )
    const result = readAnswer(offer, parsed(text))
    return result.ok ? 'agreed' : `${result.error.status} ${result.error.code}`
  }
  const good = `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}`
  assert.equal(verdict([good]), 'agreed')
  assert.equal(verdict([]), '488 no-crypto')
  assert.equal(verdict(['1 AES_CM_128_HMAC_SHA1_80 inline:x']), '488 no-crypto')
  assert.equal(verdict([], 'RTP/AVP'), '488 no-crypto')
  assert.equal(verdict([good.replace('1', '9')]), '400 mismatched-answer', 'a tag we did not offer')
  assert.equal(verdict([good.replace('1', '2')]), '400 mismatched-answer', 'the tag of another suite')
  assert.equal(verdict([good, `3 AEAD_AES_128_GCM inline:${'A'.repeat(38)}`]), '400 mismatched-answer')
  assert.equal(verdict([`1 AES_CM_128_HMAC_SHA1_80 inline:${own}`]), '400 mismatched-answer', 'our own key')
  const plain = makeOffer({ ...stream(), codecs: [PCMA], dtmf: OUR_DTMF })
  const secured = readAnswer(plain, parsed(audioText([LINE], SAVP)))
  assert.equal(secured.ok ? '' : secured.error.code, 'unsupported-profile')
})

test('SDP-K9 later descriptions keep the keys, unless new ones are asked for', () => {
  const mine = policy('on')
  const offer = makeOffer({ ...stream(mine), codecs: [PCMA], dtmf: OUR_DTMF })
  const again = makeOffer({
    ...stream(mine, { session: { previous: offer } }),
    codecs: [PCMA],
    dtmf: OUR_DTMF,
  })
  assert.deepEqual(again, offer)
  const answer = answered(parsed(audioText([LINE], SAVP)), mine, { session: { previous: offer } })
  assert.equal(answer.lines[0], cryptoOf(offer)[0], 'the key of our offer goes on in our answer')
  assert.ok(answer.description)
  const previous = { previous: answer.description }
  const held = makeOffer({
    ...stream(mine, { session: previous, direction: 'sendonly' }),
    codecs: [PCMA],
    dtmf: OUR_DTMF,
  })
  assert.deepEqual(cryptoOf(held), answer.lines)
  assert.equal(held.media[0]?.protocol, 'RTP/SAVP')
  const renewed = { ...mine, renewsKeys: true }
  const fresh = makeOffer({ ...stream(renewed, { session: previous }), codecs: [PCMA], dtmf: OUR_DTMF })
  assert.equal(cryptoOf(fresh).length, 1)
  assert.notEqual(cryptoOf(fresh)[0], answer.lines[0])
  // After falling back to plain RTP, and in an opportunistic session, a hold keeps the profile.
  for (const lines of [[], [LINE]]) {
    const first = answered(parsed(audioText(lines)), mine)
    assert.ok(first.description)
    const session = { previous: first.description }
    const later = makeOffer({ ...stream(mine, { session }), codecs: [PCMA], dtmf: OUR_DTMF })
    assert.equal(later.media[0]?.protocol, 'RTP/AVP')
    assert.deepEqual(cryptoOf(later), first.lines)
  }
})

test('SDP-K10 keys can be blotted out of a text, and a browser gets none', () => {
  const text = writeSdp(makeOffer({ ...stream(policy('on')), codecs: [PCMA], dtmf: OUR_DTMF }))
  const redacted = redactKeys(
    `${text}a=crypto:1 AES_CM_128_HMAC_SHA1_80 INLINE:${KEY_30}|2^20;inline:abc\r\n`,
  )
  assert.equal(redacted.match(/inline:…/gi)?.length, OUR_CRYPTO_SUITES.length + 2)
  assert.ok(!redacted.includes(KEY_30) && !redacted.includes('inline:abc'))
  assert.ok(redacted.includes('|2^20'))
  const browser = makeOffer({ ...browserStream(), codecs: [PCMA], dtmf: OUR_DTMF })
  assert.deepEqual(cryptoOf(browser), [])
  const line = parseCrypto(LINE.slice('a=crypto:'.length))
  assert.ok(line.ok)
  assert.equal(writeCrypto(line.value), LINE.slice('a=crypto:'.length))
})

test('SDP-K11 a key is a copy: the random source may use its memory again', () => {
  const pool = Buffer.alloc(64, 7)
  const srtp = policy('on', {
    suites: ['AES_CM_128_HMAC_SHA1_80'],
    randomBytes: (size) => pool.subarray(0, size),
  })
  const answer = answered(parsed(audioText([LINE], SAVP)), srtp)
  pool.fill(0)
  assert.deepEqual(answer.agreed?.srtp?.local.key, new Uint8Array(16).fill(7))
  assert.deepEqual(answer.agreed?.srtp?.local.salt, new Uint8Array(14).fill(7))
})

test('SDP-K12 keys in a plain profile: answered with a line SRTP, without plain if that is enough', () => {
  const base = stream(policy('on'))
  assert.ok(base.transport.type === 'rtp')
  const transport = { ...base.transport, profile: 'RTP/AVP', hasKeysInPlain: true } as const
  const offer = makeOffer({ ...base, transport, codecs: [PCMA], dtmf: OUR_DTMF })
  assert.equal(offer.media[0]?.protocol, 'RTP/AVP')
  assert.equal(cryptoOf(offer).length, OUR_CRYPTO_SUITES.length)
  const verdict = (lines: readonly string[], isPlainEnough: boolean, of = offer): string => {
    const result = readAnswer(of, parsed(audioText(lines, 'm=audio 4000 RTP/AVP 8')), isPlainEnough)
    if (!result.ok) return result.error.code
    return result.value.srtp === undefined ? 'plain' : 'srtp'
  }
  const broken = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x'
  const rows: readonly [lines: string[], isPlainEnough: boolean, code: string][] = [
    [[LINE], true, 'srtp'],
    [[LINE], false, 'srtp'],
    [[], true, 'plain'],
    [[], false, 'no-crypto'],
    [[broken], true, 'no-crypto'],
    [[LINE.replace(':1', ':9')], true, 'mismatched-answer'],
  ]
  for (const [lines, isPlainEnough, code] of rows)
    assert.equal(verdict(lines, isPlainEnough), code, `${lines} ${isPlainEnough}`)
  const strict = makeOffer({ ...stream(policy('on')), codecs: [PCMA], dtmf: OUR_DTMF })
  assert.equal(verdict([], true, strict), 'no-crypto', 'RTP/SAVP never becomes plain')
})

test('SDP-K13 tag and suite without the key', () => {
  const line = parseCrypto(LINE.slice('a=crypto:'.length))
  assert.ok(line.ok)
  const named = writeNamedKey(line.value)
  assert.equal(named, '1 AES_CM_128_HMAC_SHA1_80')
  assert.deepEqual(readNamedKey(named), { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80' })
  assert.equal(parseCrypto(named).ok, false)
  for (const other of [LINE.slice(9), '', '1', '1 NULL', `${named} `, `1 ${KEY_30}`, '1 constructor'])
    assert.equal(readNamedKey(other), undefined, other)
})
