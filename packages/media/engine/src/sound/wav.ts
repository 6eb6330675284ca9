// RIFF/WAVE as our prompts are: 16-bit PCM, mono, 8 or 16 kHz. Everything else is refused with a reason.
import { fail, ok, type Result } from '@rufwerk/core'
import type { PcmRate } from '../stream/codecs.ts'

export interface Recording {
  readonly rate: PcmRate
  readonly samples: Int16Array
}

export type WavError = 'not-wav' | 'truncated' | 'not-16-bit-pcm' | 'not-mono' | 'rate' | 'empty'

const PCM_FORMAT = 1

export function parseWav(bytes: Uint8Array): Result<Recording, WavError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return fail('not-wav')
  let rate: PcmRate | undefined
  let at = 12
  while (at + 8 <= bytes.length) {
    const name = tag(view, at)
    const length = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === 'fmt ') {
      const format = readFormat(view, start, length)
      if (!format.ok) return format
      rate = format.value
    }
    if (name === 'data') {
      if (rate === undefined) return fail('not-wav')
      return readSamples(view, start, Math.min(length, bytes.length - start), rate)
    }
    at = start + length + (length & 1) // Chunks are padded to even lengths.
  }
  return fail('truncated')
}

/** A whole file: mono, 16 bit. */
export function writeWav({ rate, samples }: Recording): Uint8Array {
  const file = Buffer.alloc(44 + samples.length * 2)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(PCM_FORMAT, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(samples.length * 2, 40)
  for (let at = 0; at < samples.length; at += 1) file.writeInt16LE(samples[at] as number, 44 + 2 * at)
  return file
}

function readFormat(view: DataView, at: number, length: number): Result<PcmRate, WavError> {
  if (length < 16 || at + 16 > view.byteLength) return fail('truncated')
  if (view.getUint16(at, true) !== PCM_FORMAT || view.getUint16(at + 14, true) !== 16)
    return fail('not-16-bit-pcm')
  if (view.getUint16(at + 2, true) !== 1) return fail('not-mono')
  const rate = view.getUint32(at + 4, true)
  return rate === 8_000 || rate === 16_000 ? ok(rate) : fail('rate')
}

function readSamples(view: DataView, at: number, length: number, rate: PcmRate): Result<Recording, WavError> {
  const samples = new Int16Array(length >> 1)
  if (samples.length === 0) return fail('empty')
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(at + 2 * index, true)
  return ok({ rate, samples })
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  )
}
