// Reads the file of a recording back: piece by piece as it comes from the disk, or whole. A file that ends in
// the middle of a chunk was cut by a crash and is read up to there; any other difference from what was
// written is refused, whatever it is: another key, changed bytes, chunks left out, repeated or out of order.
import { fail, ok, type Result } from '@rufwerk/core'
import type { PcmRate } from '../stream/codecs.ts'
import {
  CHUNK_BYTES_MAX,
  CHUNK_BYTES_MIN,
  type Chunk,
  ChunkCipher,
  HEADER_BYTES,
  LENGTH_BYTES,
  type RecordedTrack,
  type RecordingHeader,
  readHeader,
} from './format.ts'
import { beepAt, type PauseSound, pausesOf, type Span } from './pauses.ts'

export type RecordingFault = 'not-a-recording' | 'wrong-key-or-changed' | 'after-the-end'

export interface RecordingError {
  readonly fault: RecordingFault
  /** Chunks that were read before it. */
  readonly chunks: number
}

/** The chunks of a file that is given to it piece by piece. After an error it is of no more use. */
export class ChunkReader {
  /** Undefined until enough was given. */
  header: RecordingHeader | undefined
  /** The mark of the end was read: nothing is missing. */
  isComplete = false
  readonly #key: Uint8Array
  #cipher: ChunkCipher | undefined
  #rest: Buffer = Buffer.alloc(0)
  #chunks = 0

  /** `key`: RECORDING_KEY_BYTES, as it was given to `record`. */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  push(bytes: Uint8Array): Result<Chunk[], RecordingError> {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const chunks: Chunk[] = []
    if (!this.#cipher) {
      if (this.#rest.length < HEADER_BYTES) return ok(chunks)
      this.header = readHeader(this.#rest)
      if (!this.header) return this.#refuse('not-a-recording')
      this.#cipher = new ChunkCipher(this.#key, this.#rest)
      this.#rest = this.#rest.subarray(HEADER_BYTES)
    }
    while (this.#rest.length >= LENGTH_BYTES) {
      if (this.isComplete) return this.#refuse('after-the-end')
      const length = this.#rest.readUInt32BE(0)
      // A power failure may leave zeros where the last bytes should have been; `end` looks at them.
      if (length === 0) break
      if (length < CHUNK_BYTES_MIN || length > CHUNK_BYTES_MAX) return this.#refuse('wrong-key-or-changed')
      if (this.#rest.length < LENGTH_BYTES + length) break
      const chunk = this.#cipher.open(this.#rest.subarray(0, LENGTH_BYTES + length))
      if (!chunk) return this.#refuse('wrong-key-or-changed')
      this.#chunks += 1
      this.#rest = this.#rest.subarray(LENGTH_BYTES + length)
      this.isComplete = chunk.kind === 'end'
      chunks.push(chunk)
    }
    return ok(chunks)
  }

  /** No more bytes come. Whether what is left over can be what a crash leaves behind. */
  end(): Result<undefined, RecordingError> {
    if (!this.header) return this.#refuse('not-a-recording')
    if (this.isComplete && this.#rest.length > 0) return this.#refuse('after-the-end')
    const isZero = this.#rest.length >= LENGTH_BYTES && this.#rest.readUInt32BE(0) === 0
    if (isZero && this.#rest.some((byte) => byte !== 0)) return this.#refuse('wrong-key-or-changed')
    return ok(undefined)
  }

  #refuse(fault: RecordingFault) {
    return fail({ fault, chunks: this.#chunks })
  }
}

export interface RecordedSound {
  readonly rate: PcmRate
  /** Wall time of the beginning in ms. */
  readonly startedAt: number
  /** It was ended as it should be; false: a crash cut it. */
  readonly isComplete: boolean
  /** All of the same length, beginning at the same time; what is not there is silence. */
  readonly tracks: ReadonlyMap<RecordedTrack, Int16Array>
  readonly pauses: readonly Span[]
}

export interface ReadingOptions {
  /** What is heard of a pause: silence as long as it was, or a beep where it begins and where it ends. */
  readonly pauses?: PauseSound
}

/** A whole file. All of its sound is in memory: 2 bytes per sample and track. */
export function readRecording(
  file: Uint8Array,
  key: Uint8Array,
  options: ReadingOptions = {},
): Result<RecordedSound, RecordingError> {
  const reader = new ChunkReader(key)
  const chunks = reader.push(file)
  if (!chunks.ok) return chunks
  const end = reader.end()
  if (!end.ok) return end
  const { rate, tracks: names, startedAt } = reader.header as RecordingHeader
  const { isComplete } = reader
  const lengthMs = Math.max(0, ...chunks.value.map((it) => it.positionMs + (it.samples.length * 1000) / rate))
  const length = Math.round((lengthMs * rate) / 1000)
  const tracks = new Map(names.map((name) => [name, new Int16Array(length)]))
  for (const { track, positionMs, samples } of chunks.value)
    tracks.get(track)?.set(samples, Math.round((positionMs * rate) / 1000))
  const pauses = pausesOf(chunks.value, lengthMs)
  if (options.pauses === 'beep') for (const sound of tracks.values()) beepAt(sound, rate, pauses)
  return ok({ rate, startedAt, isComplete, tracks, pauses })
}
