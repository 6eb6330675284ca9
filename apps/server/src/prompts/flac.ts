// FLAC (RFC 9639) as samples: one or two channels, 8 to 32 bits. Each frame is checked by its CRC-16;
// whatever is wrong with a file makes it broken as a whole. Stops at a number of samples that is too many for
// a prompt.
import { fail, ok, type Result } from '@rufwerk/core'
import { PROMPT_SECONDS_MAX, type RawSound, SOUND_RATE_MAX, SOUND_RATE_MIN } from '@rufwerk/engine/prepare'
import { BitReader } from './bit-reader.ts'

export type FlacError = 'broken' | 'too-long' | 'coding'

interface StreamInfo {
  readonly rate: number
  readonly channels: number
  readonly bits: number
}

const CHANNELS_MAX = 2
/** Of all channels: silence needs no room in a file, and a lot in memory. */
const SAMPLES_MAX = PROMPT_SECONDS_MAX * 96_000 * CHANNELS_MAX
const SYNC = 0x3ffe
const BITS_BY_CODE: readonly (number | undefined)[] = [0, 8, 12, undefined, 16, 20, 24, 32]
const LEFT_SIDE = 8
const SIDE_RIGHT = 9
const MID_SIDE = 10

export function decodeFlac(bytes: Uint8Array): Result<RawSound, FlacError> {
  try {
    const reader = new BitReader(bytes)
    if (reader.read(32) !== 0x664c6143) return fail('broken') // fLaC
    const info = readMetadata(reader)
    return info === undefined ? fail('broken') : decodeFrames(reader, info)
  } catch (error) {
    if (error instanceof RangeError) return fail('broken') // It ends too early.
    throw error
  }
}

function readMetadata(reader: BitReader): StreamInfo | undefined {
  let info: StreamInfo | undefined
  for (let isLast = false; !isLast; ) {
    isLast = reader.read(1) === 1
    const type = reader.read(7)
    const length = reader.read(24)
    const end = reader.bytePosition + length
    if (type === 0) {
      reader.seek(reader.bytePosition + 10)
      info = { rate: reader.read(20), channels: reader.read(3) + 1, bits: reader.read(5) + 1 }
    }
    reader.seek(end)
  }
  return info
}

function decodeFrames(reader: BitReader, info: StreamInfo): Result<RawSound, FlacError> {
  const isUsual = info.rate >= SOUND_RATE_MIN && info.rate <= SOUND_RATE_MAX
  if (info.channels > CHANNELS_MAX || !isUsual) return fail('coding')
  const lengthMax = Math.min(info.rate * PROMPT_SECONDS_MAX, SAMPLES_MAX / info.channels)
  const blocks: Float32Array[][] = []
  let length = 0
  while (!reader.isAtEnd) {
    const block = readFrame(reader, info)
    if (block === undefined) return fail('broken')
    blocks.push(block)
    length += block[0]?.length ?? 0
    if (length > lengthMax) return fail('too-long')
  }
  if (length === 0) return fail('broken')
  const channels = Array.from({ length: info.channels }, (_, channel) => {
    const whole = new Float32Array(length)
    let at = 0
    for (const block of blocks) {
      const part = block[channel] ?? new Float32Array(0)
      whole.set(part, at)
      at += part.length
    }
    return whole
  })
  return ok({ rate: info.rate, channels })
}

/** RFC 9639 §9. Undefined: it is no frame of this stream. */
function readFrame(reader: BitReader, info: StreamInfo): Float32Array[] | undefined {
  const start = reader.bytePosition
  if (reader.read(14) !== SYNC) return undefined
  reader.read(2)
  const sizeCode = reader.read(4)
  const rateCode = reader.read(4)
  const assignment = reader.read(4)
  const bits = BITS_BY_CODE[reader.read(3)]
  reader.read(1)
  // The number of the frame, coded like UTF-8: how many ones the first byte begins with.
  const first = reader.read(8)
  for (let more = Math.clz32(~(first << 24)); more > 1; more -= 1) reader.read(8)
  const size = sizeOf(sizeCode, reader)
  if (rateCode === 12) reader.read(8)
  else if (rateCode > 12) reader.read(16)
  reader.read(8) // CRC-8 of the head; the CRC-16 covers it.
  const channels = assignment < LEFT_SIDE ? assignment + 1 : 2
  if (size === 0 || bits === undefined || channels !== info.channels || assignment > MID_SIDE)
    return undefined
  const depth = bits === 0 ? info.bits : bits
  const samples: Float64Array[] = []
  for (let channel = 0; channel < channels; channel += 1) {
    const isSide = assignment === SIDE_RIGHT ? channel === 0 : assignment >= LEFT_SIDE && channel === 1
    const subframe = readSubframe(reader, size, depth + (isSide ? 1 : 0))
    if (subframe === undefined) return undefined
    samples.push(subframe)
  }
  reader.alignToByte()
  if (reader.crc16(start, reader.bytePosition) !== reader.read(16)) return undefined
  decorrelate(samples, assignment)
  const scale = 2 ** (depth - 1)
  return samples.map((channel) => Float32Array.from(channel, (sample) => sample / scale))
}

function sizeOf(code: number, reader: BitReader): number {
  if (code === 0) return 0
  if (code === 1) return 192
  if (code < 6) return 576 << (code - 2)
  if (code === 6) return reader.read(8) + 1
  if (code === 7) return reader.read(16) + 1
  return 256 << (code - 8)
}

function decorrelate([a, b]: readonly Float64Array[], assignment: number): void {
  if (a === undefined || b === undefined || assignment < LEFT_SIDE) return
  for (let at = 0; at < a.length; at += 1) {
    const [one, other] = [a[at] ?? 0, b[at] ?? 0]
    if (assignment === LEFT_SIDE) b[at] = one - other
    else if (assignment === SIDE_RIGHT) a[at] = one + other
    else {
      // The bit that halving took from the middle is the lowest one of the difference.
      const middle = one * 2 + (Math.abs(other) % 2)
      a[at] = (middle + other) / 2
      b[at] = (middle - other) / 2
    }
  }
}

/** RFC 9639 §9.2. */
function readSubframe(reader: BitReader, size: number, depth: number): Float64Array | undefined {
  if (reader.read(1) !== 0) return undefined
  const type = reader.read(6)
  const wasted = reader.read(1) === 1 ? reader.readUnary() + 1 : 0
  const bits = depth - wasted
  if (bits < 1) return undefined
  const samples = new Float64Array(size)
  if (type === 0) samples.fill(reader.readSigned(bits))
  else if (type === 1) for (let at = 0; at < size; at += 1) samples[at] = reader.readSigned(bits)
  else {
    const isDone =
      type >= 8 && type <= 12
        ? readPredicted(reader, samples, bits, type - 8, FIXED[type - 8])
        : type >= 32 && readPredicted(reader, samples, bits, type - 31, undefined)
    if (!isDone) return undefined
  }
  if (wasted > 0) for (let at = 0; at < size; at += 1) samples[at] = (samples[at] ?? 0) * 2 ** wasted
  return samples
}

/** What each order of the fixed predictors takes of the samples before. */
const FIXED: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]]

function readPredicted(
  reader: BitReader,
  samples: Float64Array,
  bits: number,
  order: number,
  fixed: readonly number[] | undefined,
): boolean {
  if (order > samples.length) return false
  for (let at = 0; at < order; at += 1) samples[at] = reader.readSigned(bits)
  let shift = 0
  let factors = fixed
  if (factors === undefined) {
    const precision = reader.read(4) + 1
    shift = reader.readSigned(5)
    if (precision === 16 || shift < 0) return false
    factors = Array.from({ length: order }, () => reader.readSigned(precision))
  }
  if (!readResidual(reader, samples, order)) return false
  const scale = 2 ** shift
  for (let at = order; at < samples.length; at += 1) {
    let sum = 0
    for (const [back, factor] of factors.entries()) sum += factor * (samples[at - 1 - back] ?? 0)
    samples[at] = (samples[at] ?? 0) + Math.floor(sum / scale)
  }
  return true
}

/** RFC 9639 §9.2.7: coded after Rice, each partition with its own parameter. */
function readResidual(reader: BitReader, samples: Float64Array, order: number): boolean {
  const method = reader.read(2)
  if (method > 1) return false
  const parameterBits = method === 0 ? 4 : 5
  const plainMark = method === 0 ? 15 : 31
  const partitions = 1 << reader.read(4)
  const length = samples.length / partitions
  if (!Number.isInteger(length) || length < order) return false
  let at = order
  for (let partition = 1; partition <= partitions; partition += 1) {
    const parameter = reader.read(parameterBits)
    const plainBits = parameter === plainMark ? reader.read(5) : -1
    for (const end = partition * length; at < end; at += 1)
      samples[at] = plainBits >= 0 ? reader.readSigned(plainBits) : reader.readRice(parameter)
  }
  return true
}
