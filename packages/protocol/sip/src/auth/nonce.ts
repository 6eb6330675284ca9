// Nonces that prove by an HMAC that we made them, when and for which address (RFC 7616 §3.3), and a bounded
// memory of the counters used with them, so that no answer to a challenge can be replayed (§5.4). The HMAC
// (RFC 2104) is put together from two calls of `hash`, because that takes half the time of `createHmac` and
// every request of a phone needs it.
import { hash, timingSafeEqual } from 'node:crypto'
import { assert, type Env, type Instant, type Ms } from '@rufwerk/core'

/** What is proven: the time in whole milliseconds, and randomness. */
const TIME_BYTES = 6
const RANDOM_BYTES = 3
const PROVEN_BYTES = TIME_BYTES + RANDOM_BYTES
/** Of the time a nonce says the lowest bytes; the rest follows from when it comes back. */
const TOLD_TIME_BYTES = 3
const TOLD_TIME_RANGE = 2 ** (8 * TOLD_TIME_BYTES)
const PROOF_BYTES = 12
const PROOF_AT = TOLD_TIME_BYTES + RANDOM_BYTES
const NONCE_BYTES = PROOF_AT + PROOF_BYTES
/** How far a counter may lag behind the highest one seen: requests may overtake each other. */
const WINDOW = 32
export const NONCE_KEY_BYTES_MIN = 16
/** Block and result of SHA-256. */
const BLOCK_BYTES = 64
const HASH_BYTES = 32

interface Used {
  readonly issuedAt: Instant
  highest: number
  /** Bit n: `highest - n` was used. */
  window: number
}

export class Nonces {
  /** The two blocks that the key makes, each with room for what is hashed behind it. */
  #inner: Buffer
  readonly #outer: Buffer
  readonly #lifetime: Ms
  readonly #countMax: number
  /** In the order of first use. Entries leave only in #forget. */
  readonly #used = new Map<string, Used>()
  /** Everything issued up to here is stale, because its counters may have been forgotten. */
  #staleUpTo = Number.NEGATIVE_INFINITY

  constructor(key: Uint8Array, lifetime: Ms, countMax: number) {
    assert(key.length >= NONCE_KEY_BYTES_MIN, 'a nonce key has at least 16 bytes')
    assert(lifetime < TOLD_TIME_RANGE, 'a nonce lives less than 2^24 ms')
    const block = Buffer.alloc(BLOCK_BYTES)
    block.set(key.length > BLOCK_BYTES ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : key)
    this.#inner = block.map((byte) => byte ^ 0x36) as Buffer
    this.#outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(HASH_BYTES)])
    this.#lifetime = lifetime
    this.#countMax = countMax
  }

  /** 24 characters of base64url: time, randomness, proof. Good for requests from `source`, an IP address. */
  issue(realm: string, source: string, env: Env): string {
    const time = Math.max(0, Math.floor(env.now))
    const bytes = Buffer.alloc(NONCE_BYTES)
    bytes.writeUIntBE(time % TOLD_TIME_RANGE, 0, TOLD_TIME_BYTES)
    bytes.set(env.randomBytes(RANDOM_BYTES), TOLD_TIME_BYTES)
    this.#writeProof(bytes, time, realm, source, bytes)
    return bytes.toString('base64url')
  }

  /**
   * When we issued it to this address; undefined when we did not, when it is too old, or when its counters
   * are forgotten.
   */
  issuedAt(nonce: string, realm: string, source: string, now: Instant): Instant | undefined {
    const bytes = Buffer.from(nonce, 'base64url')
    if (bytes.length !== NONCE_BYTES || bytes.toString('base64url') !== nonce) return undefined
    const latest = Math.max(0, Math.floor(now))
    // The latest time that ends like this. One before that gives another proof, and is too old anyway.
    const ago = (latest - bytes.readUIntBE(0, TOLD_TIME_BYTES)) % TOLD_TIME_RANGE
    const issuedAt = (latest - (ago < 0 ? ago + TOLD_TIME_RANGE : ago)) as Instant
    if (issuedAt < 0) return undefined
    const expected = Buffer.alloc(NONCE_BYTES)
    this.#writeProof(bytes, issuedAt, realm, source, expected)
    if (!timingSafeEqual(bytes.subarray(PROOF_AT), expected.subarray(PROOF_AT))) return undefined
    if (now - issuedAt >= this.#lifetime || issuedAt <= this.#staleUpTo) return undefined
    return issuedAt
  }

  /** Notes a use; false when this counter was used before with this nonce, or lies too far back to know. */
  use(nonce: string, issuedAt: Instant, counter: number, now: Instant): boolean {
    this.#forget(now)
    const used = this.#used.get(nonce)
    if (used === undefined) {
      // A copy: `nonce` was cut from a message, which would be kept for as long.
      const own = Buffer.from(nonce, 'latin1').toString('latin1')
      this.#used.set(own, { issuedAt, highest: counter, window: 1 })
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

  /**
   * Writes the first 96 bits of HMAC-SHA-256 over time, randomness, address and realm to its place in a
   * nonce (RFC 2104 §5). No address contains the space that ends it.
   */
  #writeProof(nonce: Buffer, time: number, realm: string, source: string, to: Buffer): void {
    const text = `${source} ${realm}`
    const length = BLOCK_BYTES + PROVEN_BYTES + Buffer.byteLength(text)
    if (this.#inner.length !== length) this.#inner = Buffer.concat([this.#inner], length)
    this.#inner.writeUIntBE(time, BLOCK_BYTES, TIME_BYTES)
    nonce.copy(this.#inner, BLOCK_BYTES + TIME_BYTES, TOLD_TIME_BYTES, PROOF_AT)
    this.#inner.write(text, BLOCK_BYTES + PROVEN_BYTES)
    this.#outer.write(hash('sha256', this.#inner, 'hex'), BLOCK_BYTES, 'hex')
    to.write(hash('sha256', this.#outer, 'hex'), PROOF_AT, PROOF_BYTES, 'hex')
  }
}
