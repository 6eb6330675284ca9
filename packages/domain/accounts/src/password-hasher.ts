// Argon2id (RFC 9106) on libuv's threads, a bounded number at once; the others wait in a bounded queue.
import { argon2, timingSafeEqual } from 'node:crypto'
import { BoundedQueue } from '@rufwerk/core'
import { ARGON2_MEMORY_KIB, ARGON2_PASSES, HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX } from './limits.ts'
import { normalisePassword } from './password-rules.ts'
import type { PasswordHasher } from './ports.ts'

interface Cost {
  readonly memoryKib: number
  readonly passes: number
}

const SALT_BYTES = 16
const TAG_BYTES = 32
/** A stored string that asks for more than this is not ours. */
const MEMORY_KIB_MAX = 262_144
const PASSES_MAX = 10
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/** `cost` is only for tests; what is stored says with which cost it was made. */
export function createPasswordHasher(
  randomBytes: (size: number) => Uint8Array,
  cost: Cost = { memoryKib: ARGON2_MEMORY_KIB, passes: ARGON2_PASSES },
): PasswordHasher {
  const turns = new Turns()
  return {
    async hash(password) {
      if (!(await turns.take())) return undefined
      try {
        const salt = randomBytes(SALT_BYTES)
        const tag = await derive(password, salt, cost)
        const { memoryKib, passes } = cost
        return `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${base64(salt)}$${base64(tag)}`
      } finally {
        turns.give()
      }
    },
    async verify(password, stored) {
      if (!(await turns.take())) return undefined
      try {
        const known = stored === undefined ? undefined : parseStored(stored)
        const salt = known?.salt ?? new Uint8Array(SALT_BYTES)
        const tag = await derive(password, salt, known?.cost ?? cost)
        return known !== undefined && timingSafeEqual(tag, known.tag)
      } finally {
        turns.give()
      }
    },
  }
}

function derive(password: string, nonce: Uint8Array, { memoryKib, passes }: Cost): Promise<Uint8Array> {
  const message = Buffer.from(normalisePassword(password), 'utf8')
  const options = { message, nonce, parallelism: 1, tagLength: TAG_BYTES, memory: memoryKib, passes }
  return new Promise((resolve, reject) => {
    argon2('argon2id', options, (error, tag) => (error ? reject(error) : resolve(tag)))
  })
}

function parseStored(text: string): { cost: Cost; salt: Uint8Array; tag: Uint8Array } | undefined {
  const match = PHC.exec(text)
  if (!match) return undefined
  const cost = { memoryKib: Number(match[1]), passes: Number(match[2]) }
  if (cost.memoryKib < 8 || cost.memoryKib > MEMORY_KIB_MAX) return undefined
  if (cost.passes < 1 || cost.passes > PASSES_MAX) return undefined
  return { cost, salt: Buffer.from(match[3] ?? '', 'base64'), tag: Buffer.from(match[4] ?? '', 'base64') }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

/** Who may compute now. */
class Turns {
  #running = 0
  readonly #waiting = new BoundedQueue<() => void>(HASHES_WAITING_MAX)

  /** False when too many are waiting already. */
  async take(): Promise<boolean> {
    if (this.#running < HASHES_AT_ONCE_MAX) {
      this.#running += 1
      return true
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    if (!this.#waiting.offer(resolve)) return false
    await promise
    return true
  }

  /** Hands the turn to the next one. */
  give(): void {
    const next = this.#waiting.take()
    if (next) next()
    else this.#running -= 1
  }
}
