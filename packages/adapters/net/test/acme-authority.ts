// An ACME authority for tests (RFC 8555) that believes nothing: every nonce is used once, every signature is
// checked, every proof is really fetched (HTTP-01) or taken from a handshake (TLS-ALPN-01).
import {
  createHash,
  createPublicKey,
  randomBytes,
  verify,
  type webcrypto,
  X509Certificate,
} from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:tls'
import { wallTime } from '@rufwerk/core'
import { type KeyPair, signRequest, writeAuthority } from '../src/certificates/x509.ts'

const DAY_MS = 86_400_000
type Json = Record<string, unknown>

interface Challenge {
  readonly type: 'http-01' | 'tls-alpn-01'
  readonly token: string
  status: 'pending' | 'valid' | 'invalid'
  error?: Json
}

interface Order {
  readonly names: readonly string[]
  readonly account: string
  readonly challenges: readonly (readonly Challenge[])[]
  chain?: string
  polls: number
}

export interface AcmeAuthorityOptions {
  readonly port: number
  /** Where the proofs are, in place of ports 80 and 443. */
  readonly httpPort: number
  readonly tlsPort: number
  readonly lifetimeDays?: number
}

export class AcmeAuthority {
  readonly url: string
  /** What went wrong or right, in order: `badNonce`, `newOrder`, `http-01 valid` … */
  readonly seen: string[] = []
  /** Refuses the nonce of this many requests. */
  refuseNonces = 0
  readonly #options: AcmeAuthorityOptions
  readonly #server: Server
  readonly #authority: KeyPair
  readonly #nonces = new Set<string>()
  readonly #accounts = new Map<string, webcrypto.JsonWebKey>()
  readonly #orders: Order[] = []

  private constructor(options: AcmeAuthorityOptions, authority: KeyPair) {
    this.#options = options
    this.#authority = authority
    this.url = `http://127.0.0.1:${options.port}`
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async open(options: AcmeAuthorityOptions): Promise<AcmeAuthority> {
    const now = Date.now()
    const authority = await writeAuthority({
      commonName: 'ACME test root',
      permittedDomains: [],
      permittedNetworks: [],
      notBefore: wallTime(now - DAY_MS),
      notAfter: wallTime(now + 365 * DAY_MS),
    })
    const stub = new AcmeAuthority(options, authority)
    stub.#server.listen(options.port, '127.0.0.1')
    await once(stub.#server, 'listening')
    return stub
  }

  get directoryUrl(): string {
    return `${this.url}/directory`
  }

  get root(): string {
    return this.#authority.chain
  }

  accounts(): number {
    return this.#accounts.size
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nonce = randomBytes(12).toString('base64url')
    this.#nonces.add(nonce)
    response.setHeader('replay-nonce', nonce)
    try {
      await this.#route(request, response)
    } catch (error) {
      problem(response, 500, 'serverInternal', String(error))
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    if (path === '/directory') {
      const urls = ['newNonce', 'newAccount', 'newOrder'].map((name) => [name, `${this.url}/${name}`])
      return void json(response, 200, Object.fromEntries(urls))
    }
    if (path === '/newNonce') return void response.writeHead(200).end()
    if (request.method !== 'POST') return void problem(response, 405, 'malformed', 'POST only')
    const message = this.#verified(path, JSON.parse(await bodyOf(request)), response)
    if (message === undefined) return
    const { account, payload } = message
    if (path === '/newAccount') {
      if (payload?.termsOfServiceAgreed !== true)
        return void problem(response, 403, 'userActionRequired', 'terms')
      return void json(response, 201, { status: 'valid' }, account)
    }
    if (path === '/newOrder') return void this.#newOrder(account, payload, response)
    const [, what, number, index, type] = path.split('/')
    const order = this.#orders[Number(number)]
    if (order === undefined || order.account !== account)
      return void problem(response, 404, 'malformed', 'no order')
    if (what === 'authz') return void json(response, 200, this.#authorization(Number(number), Number(index)))
    if (what === 'challenge') return void this.#startChallenge(order, Number(index), String(type), response)
    if (what === 'finalize') return this.#finalize(order, Number(number), payload, response)
    if (what === 'order') {
      order.polls += 1
      const status = order.polls < 2 ? 'processing' : 'valid'
      return void json(response, 200, { status, certificate: `${this.url}/cert/${number}` })
    }
    response.writeHead(200, { 'content-type': 'application/pem-certificate-chain' }).end(order.chain)
  }

  /** RFC 8555 §6.2–6.5: algorithm, address, nonce, key and signature. Answers itself when one is wrong. */
  #verified(
    path: string,
    jws: Record<string, string>,
    response: ServerResponse,
  ): { account: string; payload: Json | undefined } | undefined {
    const head = JSON.parse(Buffer.from(jws.protected ?? '', 'base64url').toString())
    const refuse = (type: string, why: string): undefined => {
      this.seen.push(type)
      problem(response, 400, type, why)
    }
    const isFresh = this.#nonces.delete(head.nonce)
    if (!isFresh || this.refuseNonces > 0) {
      this.refuseNonces -= 1
      return refuse('badNonce', 'used or unknown')
    }
    if (head.alg !== 'ES256' || head.url !== `${this.url}${path}`) return refuse('malformed', 'alg or url')
    const isNew = path === '/newAccount'
    if (isNew === (head.jwk === undefined)) return refuse('malformed', 'jwk for new accounts, kid otherwise')
    const key: webcrypto.JsonWebKey | undefined = isNew ? head.jwk : this.#accounts.get(head.kid)
    if (key === undefined) return refuse('accountDoesNotExist', 'unknown kid')
    const isSigned = verify(
      'sha256',
      Buffer.from(`${jws.protected}.${jws.payload}`),
      { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(jws.signature ?? '', 'base64url'),
    )
    if (!isSigned) return refuse('malformed', 'signature')
    const account = `${this.url}/account/${thumbprint(key)}`
    if (isNew) this.#accounts.set(account, key)
    const text = Buffer.from(jws.payload ?? '', 'base64url').toString()
    return { account, payload: text === '' ? undefined : JSON.parse(text) }
  }

  #newOrder(account: string, payload: Json | undefined, response: ServerResponse): void {
    const names = ((payload?.identifiers ?? []) as { value: string }[]).map(({ value }) => value)
    const challenges = names.map(() =>
      (['http-01', 'tls-alpn-01'] as const).map((type): Challenge => {
        return { type, token: randomBytes(16).toString('base64url'), status: 'pending' }
      }),
    )
    this.#orders.push({ names, account, challenges, polls: 0 })
    this.seen.push('newOrder')
    const number = this.#orders.length - 1
    const authorizations = names.map((_, index) => `${this.url}/authz/${number}/${index}`)
    const finalize = `${this.url}/finalize/${number}`
    json(response, 201, { status: 'pending', authorizations, finalize }, `${this.url}/order/${number}`)
  }

  #authorization(number: number, index: number): Json {
    const order = this.#orders[number]
    const challenges = (order?.challenges[index] ?? []).map((challenge) => {
      return { ...challenge, url: `${this.url}/challenge/${number}/${index}/${challenge.type}` }
    })
    const status = challenges.map((one) => one.status).find((one) => one !== 'pending') ?? 'pending'
    return { status, identifier: { type: 'dns', value: order?.names[index] }, challenges }
  }

  #startChallenge(order: Order, index: number, type: string, response: ServerResponse): void {
    const challenge = order.challenges[index]?.find((one) => one.type === type)
    const key = this.#accounts.get(order.account)
    const name = order.names[index]
    if (challenge === undefined || key === undefined || name === undefined)
      return void problem(response, 404, 'malformed', 'no challenge')
    const expected = `${challenge.token}.${thumbprint(key)}`
    const { httpPort, tlsPort } = this.#options
    const proof =
      type === 'http-01'
        ? fetchProof(`http://127.0.0.1:${httpPort}/.well-known/acme-challenge/${challenge.token}`)
        : handshakeProof(tlsPort, name)
    const wanted = type === 'http-01' ? expected : createHash('sha256').update(expected).digest('hex')
    void proof.then((found) => {
      challenge.status = found === wanted ? 'valid' : 'invalid'
      if (challenge.status === 'invalid') challenge.error = { detail: `found ${found.slice(0, 40)}` }
      this.seen.push(`${type} ${challenge.status}`)
    })
    json(response, 200, { ...challenge })
  }

  async #finalize(
    order: Order,
    number: number,
    payload: Json | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const isProven = order.challenges.every((list) => list.some(({ status }) => status === 'valid'))
    if (!isProven) return void problem(response, 403, 'orderNotReady', 'not proven')
    const now = Date.now()
    const issued = await signRequest(this.#authority, Buffer.from(String(payload?.csr), 'base64url'), {
      notBefore: wallTime(now - 60_000),
      notAfter: wallTime(now + (this.#options.lifetimeDays ?? 90) * DAY_MS),
    })
    if (issued === undefined) return void problem(response, 400, 'badCSR', 'signature')
    if (issued.names.toSorted().join() !== order.names.toSorted().join())
      return void problem(response, 400, 'badCSR', 'names')
    order.chain = issued.chain
    this.seen.push('issued')
    json(response, 200, { status: 'processing' }, `${this.url}/order/${number}`)
  }
}

/** RFC 7638. */
function thumbprint({ crv, kty, x, y }: webcrypto.JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

async function fetchProof(url: string): Promise<string> {
  try {
    const response = await fetch(url)
    return response.ok ? await response.text() : `status ${response.status}`
  } catch (error) {
    return String(error)
  }
}

/** RFC 8737 §3: the extension of the certificate that answers `acme-tls/1`, as hexadecimal digits. */
function handshakeProof(port: number, servername: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(
    { port, host: '127.0.0.1', servername, ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false },
    () => {
      const raw = socket.getPeerCertificate().raw
      const names = new X509Certificate(raw).subjectAltName
      // id-pe-acmeIdentifier, critical, an OCTET STRING with an OCTET STRING of 32 bytes.
      const mark = Buffer.from('06082b0601050507011f0101ff042204 20'.replace(' ', ''), 'hex')
      const at = raw.indexOf(mark)
      const isAnswer = socket.alpnProtocol === 'acme-tls/1' && names === `DNS:${servername}` && at >= 0
      resolve(isAnswer ? raw.subarray(at + mark.length, at + mark.length + 32).toString('hex') : 'no proof')
      socket.destroy()
    },
  )
  socket.on('error', (error) => resolve(String(error)))
  return promise
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

function json(response: ServerResponse, status: number, body: Json, location?: string): void {
  const where = location === undefined ? {} : { location }
  response.writeHead(status, { 'content-type': 'application/json', ...where }).end(JSON.stringify(body))
}

function problem(response: ServerResponse, status: number, type: string, detail: string): void {
  json(response, status, { type: `urn:ietf:params:acme:error:${type}`, detail })
}
