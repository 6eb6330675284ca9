// The file of a recording: a header, then chunks that are each encrypted for themselves, so that no sound is
// on the disk in plain and a file that was cut by a crash can be read up to its last whole chunk.
// AES-256-GCM under a key that belongs to this file alone (HKDF-SHA256 of the given key, with the header), so
// that the nonce can be the number of the chunk. That number and the length are authenticated with it.
//
//  header   0 "RUFWREC1"   8 rate in Hz (u32)   12 tracks, bit 0 received, bit 1 sent (u8)   13 zeros (3)
//          16 wall time of the beginning in ms (u64)   24 salt (32)
//  chunk    0 bytes that follow (u32)   4 encrypted: kind (u8), track (u8), zeros (2), position in ms (u32),
//             16-bit samples   … tag (16)
//
// Numbers in the header and in front of chunks are big-endian, samples little-endian as in WAV.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Command } from '@rufwerk/media-control'
import { RECORDING_CHUNK } from '../limits.ts'
import type { PcmRate } from '../stream/codecs.ts'

export type RecordedTrack = Extract<Command, { type: 'record' }>['tracks'][number]
export type ChunkKind = 'sound' | 'paused' | 'resumed' | 'end'

export const RECORDING_KEY_BYTES = 32
export const TRACKS: readonly RecordedTrack[] = ['received', 'sent']
export const HEADER_BYTES = 56
export const LENGTH_BYTES = 4
export const TAG_BYTES = 16
const SALT_BYTES = 32
const MAGIC = Buffer.from('RUFWREC1', 'latin1')
const CHUNK_HEAD_BYTES = 8
/** What follows the length of a chunk, at least and at most. */
export const CHUNK_BYTES_MIN = CHUNK_HEAD_BYTES + TAG_BYTES
export const CHUNK_BYTES_MAX = CHUNK_BYTES_MIN + (2 * 16_000 * RECORDING_CHUNK) / 1000
const KINDS: readonly ChunkKind[] = ['sound', 'paused', 'resumed', 'end']
const ALGORITHM = 'aes-256-gcm'

export interface RecordingHeader {
  readonly rate: PcmRate
  readonly tracks: readonly RecordedTrack[]
  /** Wall time in ms. */
  readonly startedAt: number
}

export interface Chunk {
  readonly kind: ChunkKind
  readonly track: RecordedTrack
  /** Since the beginning of the recording. */
  readonly positionMs: number
  readonly samples: Int16Array
}

/** `salt`: 32 random bytes. */
export function writeHeader({ rate, tracks, startedAt }: RecordingHeader, salt: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header)
  header.writeUInt32BE(rate, 8)
  header.writeUInt8((tracks.includes('received') ? 1 : 0) | (tracks.includes('sent') ? 2 : 0), 12)
  header.writeBigUInt64BE(BigInt(Math.round(startedAt)), 16)
  header.set(salt.subarray(0, SALT_BYTES), HEADER_BYTES - SALT_BYTES)
  return header
}

/** Undefined when it is none of ours. What it says is proved by the first chunk. */
export function readHeader(bytes: Uint8Array): RecordingHeader | undefined {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const rate = header.readUInt32BE(8)
  const bits = header.readUInt8(12)
  const tracks = TRACKS.filter((_, at) => bits & (1 << at))
  if ((rate !== 8_000 && rate !== 16_000) || tracks.length === 0 || bits > 3) return undefined
  return { rate, tracks, startedAt: Number(header.readBigUInt64BE(16)) }
}

/** Encrypts or decrypts the chunks of one file, in their order. */
export class ChunkCipher {
  readonly #key: Uint8Array
  readonly #nonce = Buffer.alloc(12)
  #index = 0n

  /** `key`: RECORDING_KEY_BYTES; `header`: as it is in the file. */
  constructor(key: Uint8Array, header: Uint8Array) {
    const salt = header.subarray(HEADER_BYTES - SALT_BYTES, HEADER_BYTES)
    const purpose = Buffer.concat([Buffer.from('rufwerk recording'), header.subarray(0, HEADER_BYTES)])
    this.#key = new Uint8Array(hkdfSync('sha256', key, salt, purpose, RECORDING_KEY_BYTES))
  }

  /** The next chunk as it goes to the file. */
  seal({ kind, track, positionMs, samples }: Chunk): Uint8Array {
    const plain = Buffer.alloc(CHUNK_HEAD_BYTES + samples.length * 2)
    plain.writeUInt8(KINDS.indexOf(kind), 0)
    plain.writeUInt8(TRACKS.indexOf(track), 1)
    plain.writeUInt32BE(positionMs >>> 0, 4)
    for (let at = 0; at < samples.length; at += 1)
      plain.writeInt16LE(samples[at] as number, CHUNK_HEAD_BYTES + 2 * at)
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(plain.length + TAG_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.#key, this.#next())
    cipher.setAAD(length)
    const sealed = [length, cipher.update(plain), cipher.final()]
    plain.fill(0)
    return Buffer.concat([...sealed, cipher.getAuthTag()])
  }

  /** The next chunk from the file, length included; undefined when it is not what was written there. */
  open(bytes: Uint8Array): Chunk | undefined {
    const length = bytes.subarray(0, LENGTH_BYTES)
    const end = bytes.length - TAG_BYTES
    const decipher = createDecipheriv(ALGORITHM, this.#key, this.#next(), { authTagLength: TAG_BYTES })
    decipher.setAAD(length)
    decipher.setAuthTag(bytes.subarray(end))
    const plain = decipher.update(bytes.subarray(LENGTH_BYTES, end))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    const kind = KINDS[plain.readUInt8(0)]
    const track = TRACKS[plain.readUInt8(1)]
    if (kind === undefined || track === undefined) return undefined
    const samples = new Int16Array((plain.length - CHUNK_HEAD_BYTES) >> 1)
    for (let at = 0; at < samples.length; at += 1) samples[at] = plain.readInt16LE(CHUNK_HEAD_BYTES + 2 * at)
    return { kind, track, positionMs: plain.readUInt32BE(4), samples }
  }

  /** No nonce comes twice under one key: the number of the chunk. */
  #next(): Uint8Array {
    this.#nonce.writeBigUInt64BE(this.#index, 4)
    this.#index += 1n
    return this.#nonce
  }
}
