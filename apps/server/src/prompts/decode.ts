// Sound of any common format as samples. What is decoded is fed in small pieces, so that a small file that
// unpacks to hours is noticed before it has filled the memory. Runs in a thread of its own.
import { fail, ok, type Result } from '@rufwerk/core'
import { PROMPT_RATE, PROMPT_SECONDS_MAX, type RawSound, readWave } from '@rufwerk/engine/prepare'
import { createDecoder } from 'libopus-wasm'
import { MPEGDecoder } from 'mpg123-decoder'
import { decodeFlac } from './flac.ts'
import { oggPackets } from './ogg.ts'
import type { ReadableSound } from './sound-file.ts'

export type DecodeError = 'broken' | 'too-long' | 'coding'

const MP3_PIECE_BYTES = 32 * 1024
/** RFC 7845 §5.1: what comes first in a stream of Opus, and where in it. */
const OPUS_HEAD_BYTES = 19
const OPUS_PRE_SKIP_AT = 10
const OPUS_MAPPING_AT = 18
const OPUS_CLOCK = 48_000
/** RFC 9639 §10.1: head of the mapping, before the marker and the metadata of FLAC. */
const FLAC_IN_OGG_HEAD_BYTES = 9

export async function decodeSound(
  kind: ReadableSound,
  bytes: Uint8Array,
): Promise<Result<RawSound, DecodeError>> {
  switch (kind) {
    case 'wave': {
      const wave = readWave(bytes)
      if (wave.ok) return wave
      return fail(wave.error === 'coding' || wave.error === 'channels' ? 'coding' : 'broken')
    }
    case 'flac':
      return decodeFlac(bytes)
    case 'ogg-flac': {
      const [head, ...packets] = oggPackets(bytes)
      return head
        ? decodeFlac(Buffer.concat([head.subarray(FLAC_IN_OGG_HEAD_BYTES), ...packets]))
        : fail('broken')
    }
    case 'ogg-opus':
      return await decodeOpus(bytes)
    case 'mp3':
      return await decodeMp3(bytes)
  }
}

async function decodeMp3(bytes: Uint8Array): Promise<Result<RawSound, DecodeError>> {
  const decoder = new MPEGDecoder()
  try {
    await decoder.ready
    const pieces: Float32Array[][] = []
    let rate = 0
    let length = 0
    for (let at = 0; at < bytes.length; at += MP3_PIECE_BYTES) {
      const decoded = decoder.decode(bytes.subarray(at, at + MP3_PIECE_BYTES))
      if (decoded.samplesDecoded === 0) continue
      // A change of the rate on the way is not for prompts.
      if (rate !== 0 && decoded.sampleRate !== rate) return fail('coding')
      rate = decoded.sampleRate
      pieces.push(decoded.channelData.map((samples) => samples.slice(0, decoded.samplesDecoded)))
      length += decoded.samplesDecoded
      if (length > rate * PROMPT_SECONDS_MAX) return fail('too-long')
    }
    const channels = pieces[0]?.map((_, channel) => joined(pieces.map((piece) => piece[channel] ?? NOTHING)))
    return channels === undefined ? fail('broken') : ok({ rate, channels })
  } catch {
    return fail('broken') // It throws at some broken files.
  } finally {
    decoder.free()
  }
}

const NOTHING = new Float32Array(0)

async function decodeOpus(bytes: Uint8Array): Promise<Result<RawSound, DecodeError>> {
  const [head, , ...packets] = oggPackets(bytes)
  if (head === undefined || head.length < OPUS_HEAD_BYTES) return fail('broken')
  if (head[OPUS_MAPPING_AT] !== 0) return fail('coding')
  const preSkip = (head[OPUS_PRE_SKIP_AT] ?? 0) + 256 * (head[OPUS_PRE_SKIP_AT + 1] ?? 0)
  // The library mixes and resamples by itself.
  const decoder = await createDecoder({ sampleRate: PROMPT_RATE, channels: 1 })
  try {
    const pieces: Float32Array[] = []
    let length = 0
    for (const packet of packets) {
      if (packet.length === 0) continue
      const samples = decoder.decode(packet)
      pieces.push(Float32Array.from(samples, (sample) => sample / 2 ** 15))
      length += samples.length
      if (length > PROMPT_RATE * PROMPT_SECONDS_MAX) return fail('too-long')
    }
    if (length === 0) return fail('broken')
    const skipped = Math.round((preSkip * PROMPT_RATE) / OPUS_CLOCK)
    return ok({ rate: PROMPT_RATE, channels: [joined(pieces).subarray(skipped)] })
  } catch {
    return fail('broken') // A packet that is none.
  } finally {
    decoder.free()
  }
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
