// RIFF/WAVE as our prompts are: mono, 16-bit PCM of 8 or 16 kHz, or G.722 (a quarter of the size), as which
// the built-in ones are kept. Everything else is refused with a reason.
import { fail, ok, type Result } from '@rufwerk/core'
import { G722Decoder, G722Encoder } from '@rufwerk/rtp'
import type { PcmRate } from '../stream/codecs.ts'

export interface Recording {
  readonly rate: PcmRate
  readonly samples: Int16Array
}

export type WavError = 'not-wav' | 'truncated' | 'not-16-bit-pcm' | 'not-mono' | 'rate' | 'empty'

/** The sound of a file as it lies there, not decoded yet. */
export interface WavSound {
  readonly rate: PcmRate
  readonly coding: 'pcm' | 'g722'
  readonly bytes: Uint8Array
}

const PCM_FORMAT = 1
const HEAD_BYTES = 44
/** As registered for wave files; 64 kbit/s, which RTP carries, too. */
const G722_FORMAT = 0x28f
const G722_RATE = 16_000
const G722_BYTES_PER_SECOND = 8_000
/** G.722 carries two samples in a byte. */
const G722_SAMPLES_PER_BYTE = 2

export function parseWav(bytes: Uint8Array): Result<Recording, WavError> {
  const found = findSound(bytes)
  if (!found.ok) return found
  const { rate, coding, bytes: sound } = found.value
  const samples = coding === 'pcm' ? readSamples(sound) : new G722Decoder().decode(sound)
  return samples.length === 0 ? fail('empty') : ok({ rate, samples })
}

/** Samples that `sound` has. */
export function samplesIn({ coding, bytes }: WavSound): number {
  return coding === 'pcm' ? bytes.length >> 1 : bytes.length * G722_SAMPLES_PER_BYTE
}

/** Where the sound is in a file, and what it is. */
export function findSound(bytes: Uint8Array): Result<WavSound, WavError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return fail('not-wav')
  let format: Pick<WavSound, 'rate' | 'coding'> | undefined
  let at = 12
  while (at + 8 <= bytes.length) {
    const name = tag(view, at)
    const length = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === 'fmt ') {
      const read = readFormat(view, start, length)
      if (!read.ok) return read
      format = read.value
    }
    if (name === 'data') {
      if (format === undefined) return fail('not-wav')
      const sound = bytes.subarray(start, start + length)
      return sound.length < 2 ? fail('empty') : ok({ ...format, bytes: sound })
    }
    at = start + length + (length & 1) // Chunks are padded to even lengths.
  }
  return fail('truncated')
}

/** A whole file: mono, 16 bit. */
export function writeWav({ rate, samples }: Recording): Uint8Array {
  const sound = Buffer.alloc(samples.length * 2)
  for (const [at, sample] of samples.entries()) sound.writeInt16LE(sample, 2 * at)
  return withHead({ format: PCM_FORMAT, rate, bytesPerSecond: rate * 2, frameBytes: 2, bits: 16 }, sound)
}

/** A whole file of 16 kHz in G.722: a quarter of the size, and as good as the best desk phones hear it. */
export function writeG722Wav(samples: Int16Array): Uint8Array {
  const even = new Int16Array(samples.length + (samples.length & 1))
  even.set(samples)
  const sound = new G722Encoder().encode(even)
  const head = { format: G722_FORMAT, rate: G722_RATE, bytesPerSecond: G722_BYTES_PER_SECOND }
  return withHead({ ...head, frameBytes: 1, bits: 4 }, sound)
}

/** What stands in front of 16-bit samples, whose channels come in turn; `frames` of each. */
export function wavHeader(sound: {
  readonly rate: number
  readonly channels: number
  readonly frames: number
}): Uint8Array {
  const { rate, channels, frames } = sound
  const frameBytes = channels * 2
  const bytesPerSecond = rate * frameBytes
  return headOf(
    { format: PCM_FORMAT, rate, channels, bytesPerSecond, frameBytes, bits: 16 },
    frames * frameBytes,
  )
}

interface Head {
  readonly format: number
  readonly rate: number
  /** One when absent. */
  readonly channels?: number
  readonly bytesPerSecond: number
  readonly frameBytes: number
  readonly bits: number
}

function withHead(head: Head, sound: Uint8Array): Uint8Array {
  return Buffer.concat([headOf(head, sound.length), sound])
}

function headOf(head: Head, soundBytes: number): Buffer {
  const file = Buffer.alloc(HEAD_BYTES)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(HEAD_BYTES - 8 + soundBytes, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(head.format, 20)
  file.writeUInt16LE(head.channels ?? 1, 22)
  file.writeUInt32LE(head.rate, 24)
  file.writeUInt32LE(head.bytesPerSecond, 28)
  file.writeUInt16LE(head.frameBytes, 32)
  file.writeUInt16LE(head.bits, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(soundBytes, 40)
  return file
}

function readFormat(
  view: DataView,
  at: number,
  length: number,
): Result<Pick<WavSound, 'rate' | 'coding'>, WavError> {
  if (length < 16 || at + 16 > view.byteLength) return fail('truncated')
  const format = view.getUint16(at, true)
  const isG722 = format === G722_FORMAT
  if (!isG722 && (format !== PCM_FORMAT || view.getUint16(at + 14, true) !== 16))
    return fail('not-16-bit-pcm')
  if (view.getUint16(at + 2, true) !== 1) return fail('not-mono')
  const rate = view.getUint32(at + 4, true)
  if (isG722) return rate === G722_RATE ? ok({ rate, coding: 'g722' }) : fail('rate')
  return rate === 8_000 || rate === 16_000 ? ok({ rate, coding: 'pcm' }) : fail('rate')
}

export function readSamples(sound: Uint8Array): Int16Array {
  const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength)
  const samples = new Int16Array(sound.length >> 1)
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(2 * index, true)
  return samples
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  )
}
