// The proofs that an ACME authority comes to fetch: a text on port 80 (HTTP-01, RFC 8555 §8.3) or a
// certificate on port 443 (TLS-ALPN-01, RFC 8737). Each is there only while its order runs.
import { createSecureContext, type SecureContext } from 'node:tls'
import { wallTime } from '@rufwerk/core'
import { ipBytes } from '@rufwerk/core/ip-address'

export type ChallengeType = 'http-01' | 'tls-alpn-01'

/** The protocol name in ALPN that asks for a proof instead of a page. */
export const ACME_PROTOCOL = 'acme-tls/1'
const HTTP_PATH = '/.well-known/acme-challenge/'
const DAY_MS = 86_400_000

export class Challenges {
  readonly #texts = new Map<string, string>()
  readonly #contexts = new Map<string, SecureContext>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Shows a proof until the returned value is disposed of. */
  async publish(
    type: ChallengeType,
    name: string,
    token: string,
    keyAuthorization: string,
  ): Promise<Disposable> {
    if (type === 'http-01') {
      this.#texts.set(token, keyAuthorization)
      return { [Symbol.dispose]: () => this.#texts.delete(token) }
    }
    const now = this.#now()
    const validity = { notBefore: wallTime(now - DAY_MS), notAfter: wallTime(now + DAY_MS) }
    const { writeChallengeLeaf } = await import('./x509.ts')
    const { key, chain } = await writeChallengeLeaf(name, keyAuthorization, validity)
    const asked = sniOf(name)
    this.#contexts.set(asked, createSecureContext({ key, cert: chain }))
    return { [Symbol.dispose]: () => this.#contexts.delete(asked) }
  }

  /** What a GET of this path answers on port 80, as text/plain; undefined for 404. */
  textFor(path: string): string | undefined {
    return path.startsWith(HTTP_PATH) ? this.#texts.get(path.slice(HTTP_PATH.length)) : undefined
  }

  /** The certificate for a handshake that asked for `acme-tls/1` and this server name. */
  contextFor(serverName: string): SecureContext | undefined {
    return this.#contexts.get(serverName.toLowerCase())
  }

  size(): number {
    return this.#texts.size + this.#contexts.size
  }
}

/** RFC 8738 §6: an address is asked for by its name in the reverse zone. */
function sniOf(name: string): string {
  const bytes = ipBytes(name)
  if (bytes === undefined) return name.toLowerCase()
  if (bytes.length === 4) return `${bytes.reverse().join('.')}.in-addr.arpa`
  const digits = [...Buffer.from(bytes).toString('hex')].reverse()
  return `${digits.join('.')}.ip6.arpa`
}
