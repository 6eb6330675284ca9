// Wave files of others: any rate, any number of channels, PCM of 8 to 32 bits, floating point, A-law, µ-law
// and G.722. Never throws; what it does not know has a name.
import { fail, ok, type Result } from '@rufwerk/core'
import { G711Decoder, G722Decoder } from '@rufwerk/rtp'
import type { RawSound } from './prepare.ts'

export type WaveError = 'not-wave' | 'truncated' | 'coding' | 'channels' | 'empty'

const CHANNELS_MAX = 8
const PCM = 1
const FLOAT = 3
const A_LAW = 6
const MU_LAW = 7
const G722 = 0x28f
/** The format is named further behind, in the first two bytes of an identifier. */
const EXTENSIBLE = 0xfffe
const EXTENSIBLE_AT = 24

interface Format {
  readonly coding: number
  readonly channels: number
  readonly rate: number
  readonly bits: number
}

export function readWave(bytes: Uint8Array): Result<RawSound, WaveError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'WAVE') return fail('not-wave')
  let format: Format | undefined
  let at = 12
  while (at + 8 <= bytes.length) {
    const name = tag(bytes, at)
    const length = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === 'fmt ') {
      if (length < 16 || start + 16 > bytes.length) return fail('truncated')
      format = readFormat(view, start, Math.min(length, bytes.length - start))
      if (format.channels < 1 || format.channels > CHANNELS_MAX) return fail('channels')
    }
    // Recorders that were cut off leave a length of 0 or too much: what is there counts.
    if (name === 'data')
      return format
        ? decode(format, bytes.subarray(start, start + (length || bytes.length)))
        : fail('not-wave')
    at = start + length + (length & 1) // Chunks are padded to even lengths.
  }
  return fail('truncated')
}

function readFormat(view: DataView, at: number, length: number): Format {
  const coding = view.getUint16(at, true)
  const isExtensible = coding === EXTENSIBLE && length >= EXTENSIBLE_AT + 2
  return {
    coding: isExtensible ? view.getUint16(at + EXTENSIBLE_AT, true) : coding,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  }
}

function decode(format: Format, sound: Uint8Array): Result<RawSound, WaveError> {
  const { coding, channels, rate, bits } = format
  if (coding === G722 && channels === 1)
    return rate === 16_000 ? told(rate, 1, fromShorts(new G722Decoder().decode(sound))) : fail('coding')
  if (coding === A_LAW || coding === MU_LAW) {
    const law = new G711Decoder(coding === A_LAW ? 'PCMA' : 'PCMU')
    return bits === 8 ? told(rate, channels, fromShorts(law.decode(sound))) : fail('coding')
  }
  const read = coding === PCM ? PCM_READERS[bits] : coding === FLOAT ? FLOAT_READERS[bits] : undefined
  if (read === undefined) return fail('coding')
  const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength)
  const width = bits / 8
  const samples = new Float32Array(Math.floor(sound.length / width))
  for (let at = 0; at < samples.length; at += 1) samples[at] = read(view, at * width)
  return told(rate, channels, samples)
}

type Reader = (view: DataView, at: number) => number

const PCM_READERS: Readonly<Record<number, Reader>> = {
  8: (view, at) => (view.getUint8(at) - 128) / 128,
  16: (view, at) => view.getInt16(at, true) / 2 ** 15,
  24: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  32: (view, at) => view.getInt32(at, true) / 2 ** 31,
}
const FLOAT_READERS: Readonly<Record<number, Reader>> = {
  32: (view, at) => view.getFloat32(at, true),
  64: (view, at) => view.getFloat64(at, true),
}

/** Samples of several channels take turns. */
function told(rate: number, channels: number, samples: Float32Array): Result<RawSound, WaveError> {
  const length = Math.floor(samples.length / channels)
  if (length === 0) return fail('empty')
  if (channels === 1) return ok({ rate, channels: [samples] })
  const lists = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length }, (_, at) => samples[at * channels + channel] ?? 0),
  )
  return ok({ rate, channels: lists })
}

function fromShorts(samples: Int16Array): Float32Array {
  // A loop: Float32Array.from() with a function takes ten times as long, and prompts are minutes of sound.
  const out = new Float32Array(samples.length)
  for (let at = 0; at < out.length; at += 1) out[at] = (samples[at] ?? 0) / 2 ** 15
  return out
}

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}
