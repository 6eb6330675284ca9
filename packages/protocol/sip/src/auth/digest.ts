// Digest (RFC 3261 §22, RFC 7616, RFC 8760): MD5 or SHA-256, qop=auth, one challenge, the same for unknown users.
import type { Env, Ms } from '@rufwerk/core'
import type { SipRequest } from '../message/message.ts'

export type DigestAlgorithm = 'md5' | 'sha-256'

export interface DigestSecret {
  readonly algorithm: DigestAlgorithm
  /** Hex of H(user:realm:password), as `digestHa1` makes it. */
  readonly ha1: string
}

export type DigestVerdict =
  | { readonly type: 'authentic' }
  /** No credentials for this realm: challenge. */
  | { readonly type: 'absent' }
  /** Right, but the nonce is old or from before a restart: challenge with stale=true. */
  | { readonly type: 'stale' }
  | { readonly type: 'refused'; readonly why: 'wrong' | 'replayed' | 'malformed' | 'other-uri' | 'algorithm' }

export interface DigestOptions {
  /** At least 16 bytes that nobody else knows; a new one makes all nonces stale. */
  readonly nonceKey: Uint8Array
  /** How long a nonce may be used. */
  readonly nonceLifetime?: Ms
  /** Nonces whose counters are remembered; when it overflows, the oldest nonces become stale. */
  readonly noncesMax?: number
}

export class DigestAuthenticator {
  readonly #options: DigestOptions

  constructor(options: DigestOptions) {
    this.#options = options
  }

  /** Value for WWW-Authenticate (401) or Proxy-Authenticate (407). */
  challenge(_realm: string, _algorithm: DigestAlgorithm, _isStale: boolean, _env: Env): string {
    return ''
  }

  /** The user name that the request claims for this realm, not yet proven; undefined without credentials. */
  claimedUser(_request: SipRequest, _realm: string): string | undefined {
    return undefined
  }

  /** Checks Authorization (or Proxy-Authorization). `secret` undefined means unknown user: takes as long, is refused. */
  check(_request: SipRequest, _realm: string, _secret: DigestSecret | undefined, _env: Env): DigestVerdict {
    return { type: 'absent' }
  }

  /** Nonces remembered. */
  size(): number {
    return this.#options.noncesMax ?? 0
  }
}

/** Hex of H(user:realm:password): what is stored instead of a password. */
export function digestHa1(
  _algorithm: DigestAlgorithm,
  _user: string,
  _realm: string,
  _password: string,
): string {
  return ''
}

/** Client side: the value of Authorization for a challenge; undefined when it cannot be met. */
export function answerChallenge(
  _challenge: string,
  _with: {
    readonly user: string
    readonly password: string
    readonly method: string
    readonly uri: string
    readonly cnonce: string
    readonly nc?: number
  },
): string | undefined {
  return undefined
}
