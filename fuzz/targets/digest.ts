// Digest on both sides. As a server: whoever has no password, but hears what others say, is never taken for
// them, whatever they change, repeat or send from elsewhere; who has it is. As a client: whatever a carrier
// asks, our answer can be read, is right, and never holds the password. What is right is worked out here once
// more, apart from the product.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type Instant, instant, minutes } from '@rufwerk/core'
import { answerChallenge, DigestAuthenticator, digestHa1, parseMessage, type SipMessage } from '@rufwerk/sip'
import { digestAttempt, digestHeaders, NO_CHALLENGES, receiveChallenge } from '@rufwerk/sip/trunk'
import type { SeededRandom } from '@rufwerk/testing'
import { mutate, pick } from '../mutate.ts'
import type { Target } from '../target.ts'

const BATCH = 60
const REALM = 'pbx'
const LOGIN = { user: 'p101', password: 'not-to-be-guessed' } as const
const LIFETIME = minutes(5)
const NONCES_MAX = 20
const SOURCES = ['192.0.2.7', '192.0.2.8', '2001:db8::1'] as const
const METHODS = ['REGISTER', 'INVITE'] as const
const URIS = ['sip:pbx', 'sip:101@pbx', 'sip:pbx:5060', 'sip:other', 'sip:102@pbx'] as const
const ALGORITHMS = ['md5', 'sha-256'] as const
const WAITS_MS = [0, 0, 1, 1_000, 100_000, 400_000] as const
/** Bytes of ours besides what a challenge says twice, with each character escaped. */
const OWN_BYTES_MAX = 600
/** Challenges that say `stale` are met so often at most. */
const ATTEMPTS_MAX = 4

export const DIGEST_WORDS = [
  'Digest ',
  'username="p101"',
  'realm="pbx"',
  'nonce="',
  'uri="sip:pbx"',
  'response="',
  'algorithm=MD5',
  'algorithm=SHA-256',
  'algorithm=MD5-sess',
  'qop=auth',
  'qop="auth,auth-int"',
  'nc=00000001',
  'cnonce="x"',
  'opaque="\\""',
  'stale=true',
  ', ',
  '"',
  '\\',
  '\r\nAuthorization: Digest username="p101", realm="pbx"',
  '\r\nProxy-Authorization: Digest ',
] as const

/** Of the product, or with a fault. */
export type MakeGuard = (options: ConstructorParameters<typeof DigestAuthenticator>[0]) => {
  challenge: DigestAuthenticator['challenge']
  claimedUser: DigestAuthenticator['claimedUser']
  check: DigestAuthenticator['check']
  size: DigestAuthenticator['size']
}

const hashOf = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex')

/** Name and value of each field, read as loosely as anybody would. */
function looseFields(text: string): ReadonlyMap<string, string> {
  const fields = text.matchAll(/([a-z-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^\s,"]+)/gis)
  return new Map(
    [...fields].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value,
    ]),
  )
}

/** What only who knows the password can say (RFC 7616 §3.4.1). */
function responseOf(fields: ReadonlyMap<string, string>, method: string): string {
  const of = (name: string) => fields.get(name) ?? ''
  const algorithm = /^sha-256$/i.test(of('algorithm')) ? 'sha256' : 'md5'
  const ha1 = hashOf(algorithm, `${LOGIN.user}:${of('realm')}:${LOGIN.password}`)
  const ha2 = hashOf(algorithm, `${method}:${of('uri')}`)
  const middle = fields.has('qop') ? `${of('nonce')}:${of('nc')}:${of('cnonce')}:auth` : of('nonce')
  return hashOf(algorithm, `${ha1}:${middle}:${ha2}`)
}

interface Said {
  readonly method: string
  readonly uri: string
  readonly source: string
  readonly text: string
}

function messageWith({ method, uri, text }: Omit<Said, 'source'>): SipMessage | undefined {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKd',
    'From: <sip:p101@pbx>;tag=a',
    'To: <sip:pbx>',
    'Call-ID: d',
    `CSeq: 1 ${method}`,
    `Authorization: ${text}`,
  ]
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
  return parsed.ok ? parsed.value : undefined
}

/** One server, who knows the password, and who hears all that is said. */
class Street {
  readonly #guard: ReturnType<MakeGuard>
  readonly #algorithm: (typeof ALGORITHMS)[number]
  readonly #issued = new Map<string, { readonly source: string; readonly at: number }>()
  readonly #used = new Set<string>()
  /** Said by who knows the password, whether it came in or was held back. */
  readonly #heard: Said[] = []
  #now: Instant = instant(10_000_000)

  constructor(make: MakeGuard, random: SeededRandom) {
    this.#algorithm = pick(ALGORITHMS, random)
    this.#guard = make({ nonceKey: random.bytes(32), nonceLifetime: LIFETIME, noncesMax: NONCES_MAX })
  }

  wait(ms: number): void {
    this.#now = instant(this.#now + ms)
  }

  /** Somebody who knows the password is asked and answers. */
  honest(random: SeededRandom): string {
    const source = pick(SOURCES, random)
    const challenge = this.#challenge(source, random)
    const [method, uri] = [pick(METHODS, random), pick(URIS, random)]
    const answer = { ...LOGIN, method, uri, cnonce: `c${random.between(0, 9)}` }
    const text = answerChallenge(challenge, answer)
    assert(text !== undefined, 'our own challenge cannot be met')
    const said = { method, uri, source, text }
    this.#heard.push(said)
    // Held back by whoever listens.
    if (random.next() < 0.4) return 'held'
    assert.equal(this.#come(said), 'authentic', 'who knows the password is not let in')
    return 'honest'
  }

  /** Somebody who does not know it, with anything that was heard. */
  attack(input: Uint8Array, random: SeededRandom): string {
    const known = this.#heard.length === 0 ? undefined : pick(this.#heard, random)
    const guess = answerChallenge(this.#challenge(pick(SOURCES, random), random), {
      ...{ user: LOGIN.user, password: 'guess', method: 'REGISTER', uri: 'sip:pbx', cnonce: 'x' },
    })
    const kind = random.next()
    const base = kind < 0.2 ? Buffer.from(input) : Buffer.from((kind < 0.6 ? known?.text : guess) ?? '')
    const corpus = [...this.#heard.slice(-5).map(({ text }) => Buffer.from(text)), Buffer.from(guess ?? '')]
    const isChanged = random.next() < 0.6
    const text = (isChanged ? mutate(base, random, { words: DIGEST_WORDS, corpus }) : base).toString('utf8')
    const isSame = random.next() < 0.6 && known !== undefined
    // Carried elsewhere, and nothing else about it is changed.
    const from = random.next() < 0.5 ? pick(SOURCES, random) : known?.source
    const where = isSame
      ? { ...known, source: from ?? known.source }
      : { method: pick(METHODS, random), uri: pick(URIS, random), source: pick(SOURCES, random) }
    return this.#come({ ...where, text })
  }

  #challenge(source: string, random: SeededRandom): string {
    const asked = { realm: REALM, algorithm: this.#algorithm, source, isBrief: random.next() < 0.5 }
    const env = { now: this.#now, randomBytes: (size: number) => random.bytes(size) }
    const challenge = this.#guard.challenge(asked, env)
    const nonce = looseFields(challenge).get('nonce') ?? ''
    assert(!this.#issued.has(nonce), 'a nonce twice')
    this.#issued.set(nonce, { source, at: this.#now })
    return challenge
  }

  #come(said: Said): string {
    const request = messageWith(said)
    if (request?.kind !== 'request') return 'unread'
    const isKnown = this.#guard.claimedUser(request, REALM) === LOGIN.user
    const ha1 = digestHa1(this.#algorithm, LOGIN.user, REALM, LOGIN.password)
    const secret = isKnown ? { algorithm: this.#algorithm, ha1 } : undefined
    const env = { now: this.#now, randomBytes: () => new Uint8Array() }
    const verdict = this.#guard.check(request, { realm: REALM, source: said.source, secret }, env)
    assert(this.#guard.size() <= NONCES_MAX, `${this.#guard.size()} nonces are remembered`)
    if (verdict.type !== 'authentic') return verdict.type === 'refused' ? verdict.why : verdict.type
    assert(isKnown, 'an unknown user is let in')
    const texts = ['authorization', 'proxy-authorization'].flatMap((name) => request.headers.all(name))
    const proven = texts.map(looseFields).find((fields) => this.#isProven(fields, request.method, said))
    assert(proven !== undefined, 'somebody is let in who has not proven anything')
    this.#used.add(`${proven.get('nonce')} ${counterOf(proven)}`)
    return 'authentic'
  }

  #isProven(fields: ReadonlyMap<string, string>, method: string, { source, uri }: Said): boolean {
    const nonce = fields.get('nonce') ?? ''
    const issued = this.#issued.get(nonce)
    if (issued?.source !== source || this.#now - issued.at >= LIFETIME) return false
    if (fields.get('realm') !== REALM || this.#used.has(`${nonce} ${counterOf(fields)}`)) return false
    const hostOf = (text = '') => /^sips?:(?:[^@]*@)?([^:;?]+)/i.exec(text)?.[1]?.toLowerCase()
    if (hostOf(fields.get('uri')) !== hostOf(uri)) return false
    return fields.get('response')?.toLowerCase() === responseOf(fields, method)
  }
}

function counterOf(fields: ReadonlyMap<string, string>): number {
  return fields.has('qop') ? Number.parseInt(fields.get('nc') ?? '', 16) : 1
}

/** A carrier asks, with anything. */
function assertAnswers(challenge: string, random: SeededRandom): string {
  const isProxy = random.next() < 0.5
  const name = isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'
  const head = 'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKd\r\nFrom: <sip:a@b>;tag=a\r\nTo: <sip:b>;tag=b'
  const rest = `Call-ID: d\r\nCSeq: 1 REGISTER\r\n${name}: ${challenge}`
  const status = isProxy ? 407 : 401
  const response = parseMessage(Buffer.from(`SIP/2.0 ${status} x\r\n${head}\r\n${rest}\r\n\r\n`))
  if (!response.ok || response.value.kind !== 'response') return 'unread'
  let client = digestAttempt(NO_CHALLENGES)
  let attempts = 0
  for (; ; attempts += 1) {
    assert(attempts <= ATTEMPTS_MAX, 'a carrier that says stale is answered without end')
    const next = receiveChallenge(client, response.value)
    if (!next.ok) return `${attempts} ${next.error}`
    const request = { method: 'REGISTER', uri: 'sip:b', cnonce: 'ours' }
    const answered = digestHeaders(next.value, LOGIN, request)
    client = answered.client
    for (const [, text] of answered.headers) assertAnswer(text, challenge)
  }
}

function assertAnswer(text: string, challenge: string): void {
  assert(!text.includes(LOGIN.password), 'the password is told')
  assert(text.length <= 2 * challenge.length + OWN_BYTES_MAX, `${text.length} characters`)
  assert(!/[\r\n\0]/.test(text), 'an answer becomes a line')
  const fields = looseFields(text)
  assert.equal(fields.get('username'), LOGIN.user)
  // What cannot be written is left out of the answer: then it is not right, and nobody is let in.
  const isPlain = !/[\p{Cc}\\]/u.test(challenge)
  if (isPlain) assert.equal(fields.get('response'), responseOf(fields, 'REGISTER'), 'a wrong answer')
  const said = messageWith({ method: 'REGISTER', uri: 'sip:b', text })
  if (text.length < 8_000) assert(said !== undefined, 'an answer of ours is not read')
}

const REAL: MakeGuard = (options) => new DigestAuthenticator(options)

/** `make` makes a fault. */
export function digestTarget(make: MakeGuard = REAL): Target {
  let street: Street | undefined
  return {
    name: 'digest',
    seeds: [
      'Digest username="p101", realm="pbx", nonce="AAAA", uri="sip:pbx", response="00", qop=auth, nc=00000001, cnonce="x"',
      'Digest realm="carrier.example", nonce="x", algorithm=MD5, qop="auth", opaque="y"',
      'Digest realm="carrier.example", nonce="x", stale=true',
      'Digest realm="a\\"b", nonce="\\\\", algorithm=SHA-256',
      'Basic cDEwMTp4',
    ].map((text) => Buffer.from(text)),
    words: DIGEST_WORDS,
    bytesMax: 8_000,
    restEvery: BATCH,
    check: (input, random) => {
      street ??= new Street(make, random)
      street.wait(pick(WAITS_MS, random))
      const asked = assertAnswers(Buffer.from(input).toString('utf8'), random)
      const came = random.next() < 0.25 ? street.honest(random) : street.attack(input, random)
      return `${asked} ${came}`
    },
    rest: async () => {
      street = undefined
    },
  }
}
