import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { test } from 'node:test'
import { type Env, instant, ms } from '@rufwerk/core'
import { answerChallenge, DigestAuthenticator, type DigestSecret, digestHa1 } from '@rufwerk/sip'
import { parseDigestFields } from '../src/auth/credentials.ts'
import { Nonces } from '../src/auth/nonce.ts'
import { countingBytes, requestOf } from '../src/testing.ts'

const REALM = 'tenant-1'
const KEY = new Uint8Array(32).fill(7)
const randomBytes = countingBytes()
const at = (now: number): Env => ({ now: instant(now), randomBytes })
const secretFor = (algorithm: DigestSecret['algorithm'], password = 'pw'): DigestSecret => {
  return { algorithm, ha1: digestHa1(algorithm, 'phone1', REALM, password) }
}

/** Where the phone is. */
const SOURCE = '192.0.2.7'
const proof = (secret: DigestSecret | undefined, source = SOURCE) => ({ realm: REALM, source, secret })
const ask = (digest: DigestAuthenticator, algorithm: DigestSecret['algorithm'], now: number) =>
  digest.challenge({ realm: REALM, algorithm, source: SOURCE }, at(now))

function requestWith(authorization: string | undefined, name = 'Authorization') {
  const request = requestOf(`
REGISTER sip:pbx:5060 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa
From: <sip:101@pbx>;tag=a
To: <sip:101@pbx>
Call-ID: c
CSeq: 1 REGISTER`)
  if (authorization !== undefined) request.headers.set(name, authorization)
  return request
}

function answer(challenge: string, more: { password?: string; uri?: string; nc?: number } = {}) {
  const { password = 'pw', uri = 'sip:pbx:5060', nc } = more
  const text = answerChallenge(challenge, {
    user: 'phone1',
    password,
    method: 'REGISTER',
    uri,
    cnonce: 'cn',
    nc,
  })
  assert(text)
  return requestWith(text)
}

const AUTHENTIC = { type: 'authentic' }
const refused = (why: string) => ({ type: 'refused', why })

test('AUTH-1 without credentials for the realm: absent', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const check = (text?: string) => digest.check(requestWith(text), proof(secretFor('md5')), at(0)).type
  assert.equal(check(), 'absent')
  assert.equal(check('NoOneKnowsThisScheme opaque-data=here'), 'absent')
  assert.equal(check('Digest username="a", realm="other", nonce="x", uri="sip:a", response="0"'), 'absent')
})

for (const algorithm of ['md5', 'sha-256'] as const) {
  test(`AUTH-2 ${algorithm}: the right password is authentic, in either header`, () => {
    const digest = new DigestAuthenticator({ nonceKey: KEY })
    const challenge = ask(digest, algorithm, 0)
    const request = answer(challenge)
    assert.equal(digest.claimedUser(request, REALM), 'phone1')
    assert.deepEqual(digest.check(request, proof(secretFor(algorithm)), at(1)), AUTHENTIC)
    const proxy = requestWith(
      answer(challenge, { nc: 2 }).headers.get('authorization'),
      'Proxy-Authorization',
    )
    assert.deepEqual(digest.check(proxy, proof(secretFor(algorithm)), at(1)), AUTHENTIC)
  })
}

test('AUTH-3 the vectors of RFC 7616 §3.9.1', () => {
  const vector = (algorithm: 'md5' | 'sha-256') => {
    const challenge = [
      'Digest realm="http-auth@example.org", qop="auth, auth-int"',
      `algorithm=${algorithm.toUpperCase()}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`,
      'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    ].join(', ')
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
    const parts = {
      user: 'Mufasa',
      password: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      cnonce,
    }
    return parseDigestFields(answerChallenge(challenge, parts) ?? '')?.get('response')
  }
  assert.equal(vector('md5'), '8ca523f5e9506fed4657c9700eebdbec')
  assert.equal(vector('sha-256'), '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1')
})

test('AUTH-4 wrong password and unknown user are told the same', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const request = () => answer(ask(digest, 'md5', 0))
  assert.deepEqual(digest.check(request(), proof(secretFor('md5', 'other')), at(1)), refused('wrong'))
  assert.deepEqual(digest.check(request(), proof(undefined), at(1)), refused('wrong'))
})

test('AUTH-5 the challenge: one, without the user in it, stale only when told', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const challenge = ask(digest, 'md5', 0)
  assert.match(challenge, /^Digest realm="tenant-1", nonce="[\w-]{24}", qop="auth", algorithm=MD5$/)
  const asked = { realm: REALM, algorithm: 'sha-256', source: SOURCE, isStale: true } as const
  assert.match(digest.challenge(asked, at(0)), /, stale=true, algorithm=SHA-256$/)
  const brief = digest.challenge({ ...asked, isBrief: true }, at(0))
  assert.match(brief, /,stale=true,algorithm=SHA-256$/)
  const md5 = digest.challenge({ realm: REALM, algorithm: 'md5', source: SOURCE, isBrief: true }, at(0))
  assert.match(md5, /^Digest realm="tenant-1",nonce="[\w-]{24}",qop="auth"$/)
  assert.deepEqual(digest.check(answer(md5), proof(secretFor('md5')), at(1)), AUTHENTIC)
})

test('AUTH-6 an old nonce, or one of before a restart, with the right password is stale', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY, nonceLifetime: ms(1000) })
  const challenge = ask(digest, 'md5', 0)
  assert.deepEqual(digest.check(answer(challenge), proof(secretFor('md5')), at(1000)), { type: 'stale' })
  assert.deepEqual(digest.check(answer(challenge), proof(secretFor('md5', 'x')), at(1000)), refused('wrong'))
  const restarted = new DigestAuthenticator({ nonceKey: new Uint8Array(32) })
  assert.deepEqual(restarted.check(answer(challenge), proof(secretFor('md5')), at(1)), { type: 'stale' })
  const other = new DigestAuthenticator({ nonceKey: KEY })
  const elsewhere = { realm: 'tenant-2', algorithm: 'md5', source: SOURCE } as const
  const foreign = answer(other.challenge(elsewhere, at(0)).replace('tenant-2', REALM))
  assert.deepEqual(digest.check(foreign, proof(secretFor('md5')), at(1)), { type: 'stale' })
})

test('AUTH-7 a counter is good once; within 32 they may overtake each other', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const challenge = ask(digest, 'md5', 0)
  const use = (nc: number) => digest.check(answer(challenge, { nc }), proof(secretFor('md5')), at(1))
  assert.deepEqual(use(1), AUTHENTIC)
  assert.deepEqual(use(1), refused('replayed'))
  assert.deepEqual(use(40), AUTHENTIC)
  assert.deepEqual(use(9), AUTHENTIC)
  assert.deepEqual(use(9), refused('replayed'))
  assert.deepEqual(use(8), refused('replayed'))
  assert.deepEqual(use(41), AUTHENTIC)
  assert.deepEqual(use(40), refused('replayed'))
})

test('AUTH-8 nonces are forgotten with their lifetime, and beyond the limit the oldest are stale', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY, nonceLifetime: ms(1000), noncesMax: 2 })
  const use = (issued: number, now: number) => {
    const challenge = ask(digest, 'md5', issued)
    return { challenge, verdict: digest.check(answer(challenge), proof(secretFor('md5')), at(now)) }
  }
  const first = use(1, 1)
  use(2, 2)
  assert.deepEqual(use(3, 3).verdict, AUTHENTIC)
  assert.equal(digest.size(), 2)
  const again = answer(first.challenge, { nc: 2 })
  assert.deepEqual(digest.check(again, proof(secretFor('md5')), at(4)), { type: 'stale' })
  use(5000, 5000)
  assert.equal(digest.size(), 1)
})

test('AUTH-9 the digest counts for its own target only; a user part may be missing', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const use = (uri: string) => {
    const challenge = ask(digest, 'md5', 0)
    return digest.check(answer(challenge, { uri }), proof(secretFor('md5')), at(1))
  }
  assert.deepEqual(use('sip:pbx'), AUTHENTIC)
  assert.deepEqual(use('sip:other'), refused('other-uri'))
  assert.deepEqual(use('sip:pbx:5061'), refused('other-uri'))
  assert.deepEqual(use('sip:202@pbx'), refused('other-uri'))
})

test('AUTH-10 the algorithm is the device’s, not the client’s choice', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const request = answer(ask(digest, 'md5', 0))
  assert.deepEqual(digest.check(request, proof(secretFor('sha-256')), at(1)), refused('algorithm'))
})

test('AUTH-11 a client without qop (RFC 2069) may use a nonce once', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const nonce = /nonce="([^"]+)"/.exec(ask(digest, 'md5', 0))?.[1]
  const h = (text: string) => hash('md5', text, 'hex')
  const response = h(`${secretFor('md5').ha1}:${nonce}:${h('REGISTER:sip:pbx')}`)
  const rest = `nonce="${nonce}", uri="sip:pbx", response="${response}"`
  const text = `Digest username="phone1", realm="${REALM}", ${rest}`
  assert.deepEqual(digest.check(requestWith(text), proof(secretFor('md5')), at(1)), AUTHENTIC)
  assert.deepEqual(digest.check(requestWith(text), proof(secretFor('md5')), at(1)), refused('replayed'))
})

test('AUTH-12 malformed credentials are refused, whatever is missing', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const good = answer(ask(digest, 'md5', 0)).headers.get('authorization') ?? ''
  for (const [from, to] of [
    ['qop=auth', 'qop=auth-int'],
    ['nc=00000001', 'nc=1'],
    [/cnonce="cn", /, ''],
    [/nonce="[^"]+", uri/, 'uri'],
    [/realm="[^"]+", /, ''],
    [/username="[^"]+", /, ''],
    [/response="../, 'response="zz'],
    [/response="../, 'response="'],
    ['MD5', 'MD5-sess'],
    ['username="phone1"', 'username="phone1'],
    ['username="phone1"', 'username="phone1", username="phone2"'],
  ] as const) {
    const text = good.replace(from, to)
    assert.notEqual(text, good)
    assert.deepEqual(
      digest.check(requestWith(text), proof(secretFor('md5')), at(1)),
      refused('malformed'),
      text,
    )
  }
})

test('AUTH-13 a challenge that cannot be met gets no answer', () => {
  const parts = { user: 'u', password: 'p', method: 'REGISTER', uri: 'sip:x', cnonce: 'c' }
  assert.equal(answerChallenge('Basic realm="x"', parts), undefined)
  assert.equal(answerChallenge('Digest realm="x", nonce="n", algorithm=MD7', parts), undefined)
  assert.equal(answerChallenge('Digest realm="x", nonce="n", qop="auth-int"', parts), undefined)
  assert.match(answerChallenge('Digest realm="x", nonce="n"', parts) ?? '', /algorithm=MD5$/)
})

test('AUTH-14 a nonce is proven by 96 bits of HMAC-SHA-256, whatever the lengths of key and text', () => {
  const env = { now: instant(2 ** 24 + 12_345), randomBytes: (size: number) => new Uint8Array(size).fill(9) }
  const time = Buffer.from([0, 0, 1, 0, 0x30, 0x39])
  for (const keyBytes of [16, 32, 64, 100]) {
    const key = new Uint8Array(keyBytes).fill(keyBytes)
    const nonces = new Nonces(key, ms(1000), 10)
    for (const realm of ['', 'tenant-1', 'a longer realm'.repeat(9), 'Zürich', 'x']) {
      for (const source of ['192.0.2.7', '2001:db8::1']) {
        const nonce = nonces.issue(realm, source, env)
        const bytes = Buffer.from(nonce, 'base64url')
        const mac = createHmac('sha256', key).update(time).update(bytes.subarray(3, 6))
        const proven = mac.update(`${source} ${realm}`).digest()
        assert.deepEqual(bytes.subarray(0, 3), time.subarray(3))
        assert.deepEqual(bytes.subarray(6), proven.subarray(0, 12))
        assert.equal(nonces.issuedAt(nonce, realm, source, env.now), env.now)
        assert.equal(nonces.issuedAt(nonce, `${realm}!`, source, env.now), undefined)
      }
    }
  }
})

test('AUTH-14 of its time a nonce says the lowest bytes, and is not good again when they come again', () => {
  const range = 2 ** 24
  const nonces = new Nonces(KEY, ms(1000), 10)
  for (const [issued, back, isGood] of [
    [range - 1, range + 998, true],
    [range - 1, range + 999, false],
    [5, 5 + range, false],
    [5, 5 + 3 * range, false],
    [range + 5, 5, false],
    [7, 6, false],
    [0.5, 0.7, true],
  ] as const) {
    const nonce = nonces.issue(REALM, SOURCE, at(issued))
    const found = nonces.issuedAt(nonce, REALM, SOURCE, instant(back))
    assert.equal(found, isGood ? Math.floor(issued) : undefined, `${issued} ${back}`)
  }
})

test('AUTH-15 a nonce is good for the address that was asked: from another one it is stale', () => {
  const digest = new DigestAuthenticator({ nonceKey: KEY })
  const challenge = ask(digest, 'md5', 0)
  const check = (source: string, password = 'pw') =>
    digest.check(answer(challenge), proof(secretFor('md5', password), source), at(1))
  for (const source of ['192.0.2.8', '192.0.2', '192.0.2.70', '::ffff:192.0.2.7', ''])
    assert.deepEqual(check(source), { type: 'stale' }, source)
  assert.deepEqual(check('192.0.2.8', 'other'), refused('wrong'))
  assert.deepEqual(check(SOURCE), AUTHENTIC)
})
