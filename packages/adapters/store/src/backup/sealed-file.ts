// An encrypted file in chunks, each with its own tag (AES-256-GCM in the STREAM construction of Hoang,
// Reyhanitabar, Rogaway and Vizár): no chunk can be changed, left out, moved or taken from another backup,
// and the last one says that it is the last.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { fail, ok, type Result } from '@rufwerk/core'
import { type BackupKey, type Derivation, derive, isBearable, unwrap, wrap } from './key.ts'

const MAGIC = 'RUFWERK-BACKUP 1\n'
const CHUNK_BYTES = 64 * 1024
const TAG_BYTES = 16
const PREFIX_BYTES = 7
const KEY_BYTES = 32
const HEADER_BYTES_MAX = 4_096
/** Counted in 32 bits. */
const CHUNKS_MAX = 0xffff_ffff

/** What can be read without the key. */
export interface BackupHeader {
  /** ISO 8601 in UTC. */
  readonly createdAt: string
  /** Version of the program that wrote it. */
  readonly program: string
  readonly derivation: Derivation
  readonly prefix: string
}

interface SealedHeader extends BackupHeader {
  readonly wrapped: string
}

export type SealProblem = 'not-a-backup' | 'wrong-key' | 'damaged'

/** A chunk whose tag is wrong, or a file that ends too early or too late. */
export class Damaged extends Error {}

export class SealedWriter {
  readonly #descriptor: number
  readonly #key = randomBytes(KEY_BYTES)
  readonly #prefix = randomBytes(PREFIX_BYTES)
  readonly #header: Buffer
  readonly #pending = Buffer.alloc(CHUNK_BYTES)
  #pendingBytes = 0
  #chunks = 0

  /** Makes the file, which must not be there. */
  constructor(
    path: string,
    { key, ...derivation }: BackupKey,
    about: Pick<BackupHeader, 'createdAt' | 'program'>,
  ) {
    const header: BackupHeader = { ...about, derivation, prefix: this.#prefix.toString('base64') }
    const wrapped = wrap(this.#key, Buffer.from(key, 'base64'), bound(header))
    this.#header = Buffer.from(`${MAGIC}${JSON.stringify({ ...header, wrapped })}\n`)
    this.#descriptor = openSync(path, 'wx', 0o600)
    writeAll(this.#descriptor, this.#header)
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      // A full chunk is written when more comes: the last one is never empty but in an empty file.
      if (this.#pendingBytes === CHUNK_BYTES) this.#seal(false)
      const length = Math.min(CHUNK_BYTES - this.#pendingBytes, bytes.length - at)
      this.#pending.set(bytes.subarray(at, at + length), this.#pendingBytes)
      this.#pendingBytes += length
      at += length
    }
  }

  /** Writes the last chunk and waits for the disk. */
  finish(): void {
    this.#seal(true)
    fsyncSync(this.#descriptor)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #seal(isLast: boolean): void {
    if (this.#chunks >= CHUNKS_MAX) throw new RangeError('the backup is too long')
    const nonce = nonceOf(this.#prefix, this.#chunks, isLast)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(digest(this.#header))
    const sealed = Buffer.concat([
      cipher.update(this.#pending.subarray(0, this.#pendingBytes)),
      cipher.final(),
      cipher.getAuthTag(),
    ])
    writeAll(this.#descriptor, sealed)
    this.#chunks += 1
    this.#pendingBytes = 0
  }
}

/** Chunks in the clear, each only after its tag was right. Throws Damaged. */
export class SealedReader {
  readonly header: BackupHeader
  readonly #descriptor: number
  readonly #key: Uint8Array
  readonly #prefix: Buffer
  readonly #aad: Buffer
  #at: number

  private constructor(descriptor: number, header: BackupHeader, key: Uint8Array, raw: Buffer) {
    this.header = header
    this.#descriptor = descriptor
    this.#key = key
    this.#prefix = Buffer.from(header.prefix, 'base64')
    this.#aad = digest(raw)
    this.#at = raw.length
  }

  /** With what somebody knows, or with the key that the server has made of it. */
  static open(path: string, secret: string | BackupKey): Result<SealedReader, SealProblem> {
    const descriptor = openSync(path, 'r')
    const read = readHeader(descriptor)
    if (read === undefined) {
      closeSync(descriptor)
      return fail('not-a-backup')
    }
    const {
      raw,
      header: { wrapped, ...header },
    } = read
    const under =
      typeof secret === 'string' ? derive(secret, header.derivation) : Buffer.from(secret.key, 'base64')
    const key = unwrap(wrapped, under, bound(header))
    if (key.ok) return ok(new SealedReader(descriptor, header, key.value, raw))
    closeSync(descriptor)
    return key
  }

  *chunks(): Iterable<Uint8Array> {
    const sealed = Buffer.alloc(CHUNK_BYTES + TAG_BYTES)
    const more = Buffer.alloc(1)
    for (let number = 0; ; number += 1) {
      const length = readSync(this.#descriptor, sealed, 0, sealed.length, this.#at)
      if (length < TAG_BYTES) throw new Damaged('the backup ends too early')
      this.#at += length
      const isLast = readSync(this.#descriptor, more, 0, 1, this.#at) === 0
      yield this.#open(sealed.subarray(0, length), number, isLast)
      if (isLast) return
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #open(sealed: Buffer, number: number, isLast: boolean): Uint8Array {
    const nonce = nonceOf(this.#prefix, number, isLast)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#aad)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
    } catch {
      throw new Damaged('a part of the backup was changed')
    }
  }
}

function readHeader(descriptor: number): { raw: Buffer; header: SealedHeader } | undefined {
  const start = Buffer.alloc(HEADER_BYTES_MAX)
  const length = readSync(descriptor, start, 0, HEADER_BYTES_MAX, 0)
  const end = start.indexOf('\n', MAGIC.length)
  if (end < 0 || end >= length || start.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  try {
    const header: unknown = JSON.parse(start.toString('utf8', MAGIC.length, end))
    if (!isHeader(header) || !isBearable(header.derivation)) return undefined
    return { raw: Buffer.from(start.subarray(0, end + 1)), header }
  } catch {
    return undefined
  }
}

function isHeader(value: unknown): value is SealedHeader {
  if (typeof value !== 'object' || value === null) return false
  const { createdAt, program, derivation, prefix, wrapped } = value as Record<string, unknown>
  const texts = [createdAt, program, prefix, wrapped]
  if (!texts.every((text) => typeof text === 'string') || typeof derivation !== 'object') return false
  const { salt, memoryKib, passes } = (derivation ?? {}) as Record<string, unknown>
  const isPrefix = Buffer.from(String(prefix), 'base64').length === PREFIX_BYTES
  return isPrefix && typeof salt === 'string' && typeof memoryKib === 'number' && typeof passes === 'number'
}

/** What the wrapped key is bound to. */
function bound({ createdAt, program, derivation, prefix }: BackupHeader): Buffer {
  const { salt, memoryKib, passes } = derivation
  return Buffer.from(JSON.stringify([createdAt, program, salt, memoryKib, passes, prefix]))
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function nonceOf(prefix: Buffer, number: number, isLast: boolean): Buffer {
  const end = Buffer.alloc(5)
  end.writeUInt32BE(number, 0)
  end.writeUInt8(isLast ? 1 : 0, 4)
  return Buffer.concat([prefix, end])
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}
