// Nonces that prove by an HMAC that we made them and when (RFC 7616 §3.3), and a bounded memory of the
// counters used with them, so that no answer to a challenge can be replayed (§5.4).
import { createHmac, timingSafeEqual } from 'node:crypto'
import { assert, type Env, type Instant, type Ms } from '@rufwerk/core'

const TIME_BYTES = 6
const RANDOM_BYTES = 10
const PROOF_BYTES = 16
const NONCE_BYTES = TIME_BYTES + RANDOM_BYTES + PROOF_BYTES
/** How far a counter may lag behind the highest one seen: requests may overtake each other. */
const WINDOW = 32
export const NONCE_KEY_BYTES_MIN = 16

interface Used {
  readonly issuedAt: Instant
  highest: number
  /** Bit n: `highest - n` was used. */
  window: number
}

export class Nonces {
  readonly #key: Uint8Array
  readonly #lifetime: Ms
  readonly #countMax: number
  /** In the order of first use. Entries leave only in #forget. */
  readonly #used = new Map<string, Used>()
  /** Everything issued up to here is stale, because its counters may have been forgotten. */
  #staleUpTo = Number.NEGATIVE_INFINITY

  constructor(key: Uint8Array, lifetime: Ms, countMax: number) {
    assert(key.length >= NONCE_KEY_BYTES_MIN, 'a nonce key has at least 16 bytes')
    this.#key = key
    this.#lifetime = lifetime
    this.#countMax = countMax
  }

  /** 43 characters of base64url: time, randomness, proof. */
  issue(realm: string, env: Env): string {
    const bytes = Buffer.alloc(NONCE_BYTES)
    bytes.writeUIntBE(Math.max(0, Math.floor(env.now)), 0, TIME_BYTES)
    bytes.set(env.randomBytes(RANDOM_BYTES), TIME_BYTES)
    bytes.set(this.#proof(bytes, realm), TIME_BYTES + RANDOM_BYTES)
    return bytes.toString('base64url')
  }

  /** When we issued it; undefined when we did not, when it is too old, or when its counters are forgotten. */
  issuedAt(nonce: string, realm: string, now: Instant): Instant | undefined {
    const bytes = Buffer.from(nonce, 'base64url')
    if (bytes.length !== NONCE_BYTES || bytes.toString('base64url') !== nonce) return undefined
    if (!timingSafeEqual(bytes.subarray(TIME_BYTES + RANDOM_BYTES), this.#proof(bytes, realm)))
      return undefined
    const issuedAt = bytes.readUIntBE(0, TIME_BYTES) as Instant
    if (issuedAt > now || now - issuedAt >= this.#lifetime || issuedAt <= this.#staleUpTo) return undefined
    return issuedAt
  }

  /** Notes a use; false when this counter was used before with this nonce, or lies too far back to know. */
  use(nonce: string, issuedAt: Instant, counter: number, now: Instant): boolean {
    this.#forget(now)
    const used = this.#used.get(nonce)
    if (used === undefined) {
      this.#used.set(nonce, { issuedAt, highest: counter, window: 1 })
      return true
    }
    const ahead = counter - used.highest
    if (ahead > 0) {
      used.window = ahead >= WINDOW ? 1 : (used.window << ahead) | 1
      used.highest = counter
      return true
    }
    const bit = 1 << -ahead
    if (-ahead >= WINDOW || (used.window & bit) !== 0) return false
    used.window |= bit
    return true
  }

  size(): number {
    return this.#used.size
  }

  /** Drops what is too old anyway, and beyond the limit the oldest. */
  #forget(now: Instant): void {
    for (const [nonce, { issuedAt }] of this.#used) {
      const isOver = now - issuedAt >= this.#lifetime
      if (!isOver && this.#used.size < this.#countMax) return
      if (!isOver) this.#staleUpTo = Math.max(this.#staleUpTo, issuedAt)
      this.#used.delete(nonce)
    }
  }

  #proof(bytes: Uint8Array, realm: string): Buffer {
    const mac = createHmac('sha256', this.#key)
    mac.update(bytes.subarray(0, TIME_BYTES + RANDOM_BYTES)).update(realm, 'utf8')
    return mac.digest().subarray(0, PROOF_BYTES)
  }
}
