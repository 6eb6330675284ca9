// The key of backups: from what somebody knows (a passphrase or the recovery key) by argon2id. The server
// keeps the key it made of it, and not what it was made of, so that backups are written without anybody being
// there.
import { argon2, argon2Sync, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { fail, ok, type Result } from '@rufwerk/core'

/** How a key follows from what somebody knows. */
export interface Derivation {
  readonly salt: string
  readonly memoryKib: number
  readonly passes: number
}

export interface BackupKey extends Derivation {
  /** 32 bytes in base64. */
  readonly key: string
}

/** As passwords of people (RFC 9106), three times the passes: nobody waits for it but who restores. */
const COST = { memoryKib: 19_456, passes: 6 } as const
/** A header that asks for more is not ours: it would take all memory. */
const MEMORY_KIB_MAX = 262_144
const PASSES_MAX = 20
const SALT_BYTES = 16
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Off the thread that asks. */
export async function newBackupKey(secret: string): Promise<BackupKey> {
  const derivation = { ...COST, salt: randomBytes(SALT_BYTES).toString('base64') }
  const key = await promisify(argon2)('argon2id', parametersOf(secret, derivation))
  return { ...derivation, key: key.toString('base64') }
}

/** Checks what stands in a header before it costs anything. */
export function isBearable({ salt, memoryKib, passes }: Derivation): boolean {
  const isSmall = memoryKib >= 8 && memoryKib <= MEMORY_KIB_MAX && passes >= 1 && passes <= PASSES_MAX
  const areWhole = Number.isInteger(memoryKib) && Number.isInteger(passes)
  return isSmall && areWhole && /^[A-Za-z0-9+/]{22}==$/.test(salt)
}

export function derive(secret: string, derivation: Derivation): Buffer {
  return argon2Sync('argon2id', parametersOf(secret, derivation))
}

function parametersOf(secret: string, { salt, memoryKib, passes }: Derivation) {
  return {
    message: Buffer.from(secret.normalize('NFC').trim()),
    nonce: Buffer.from(salt, 'base64'),
    parallelism: 1,
    tagLength: KEY_BYTES,
    memory: memoryKib,
    passes,
  }
}

/** A key under another one: AES-256-GCM with the rest of the header. */
export function wrap(key: Uint8Array, under: Uint8Array, header: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', under, nonce).setAAD(header)
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

export function unwrap(wrapped: string, under: Uint8Array, header: Uint8Array): Result<Buffer, 'wrong-key'> {
  const bytes = Buffer.from(wrapped, 'base64')
  if (bytes.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return fail('wrong-key')
  const decipher = createDecipheriv('aes-256-gcm', under, bytes.subarray(0, NONCE_BYTES)).setAAD(header)
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return ok(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]))
  } catch {
    return fail('wrong-key')
  }
}
