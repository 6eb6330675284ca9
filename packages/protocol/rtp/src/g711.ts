// G.711 A-law and µ-law (ITU-T G.711), by tables: 8 kHz, one byte per sample. Hot path: arrays are reused.
import { LossConcealer } from './loss-concealer.ts'
import type { AudioDecoder, AudioEncoder } from './ports.ts'

export type G711Law = 'PCMA' | 'PCMU'

const SAMPLE_RATE = 8_000
/** Added before the logarithm of µ-law, in 16-bit units (33 in the 14 bits of the recommendation). */
const MU_BIAS = 0x84

/** G.711 table 1: even bits are inverted; sign, three bits of segment, four of the step within it. */
function alawToLinear(code: number): number {
  const value = code ^ 0x55
  const step = (value & 0x0f) << 4
  const segment = (value & 0x70) >> 4
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1)
  return (value & 0x80) !== 0 ? magnitude : -magnitude
}

/** G.711 table 2: all bits are inverted. */
function ulawToLinear(code: number): number {
  const value = ~code & 0xff
  const magnitude = ((((value & 0x0f) << 3) + MU_BIAS) << ((value & 0x70) >> 4)) - MU_BIAS
  return (value & 0x80) !== 0 ? -magnitude : magnitude
}

/** The decision values of the recommendation lie in the middle between neighbouring output values. */
function linearToAlaw(sample: number): number {
  const isNegative = sample < 0
  const magnitude = (isNegative ? ~sample : sample) >> 3 // 13 bits with sign, as G.711 wants them.
  let segment = 0
  while (segment < 7 && magnitude >= 0x20 << segment) segment += 1
  const step = segment < 2 ? (magnitude >> 1) & 0x0f : (magnitude >> segment) & 0x0f
  return ((segment << 4) | step | (isNegative ? 0 : 0x80)) ^ 0x55
}

function linearToUlaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample) + MU_BIAS, 0x7fff)
  let segment = 0
  while (segment < 7 && magnitude >= 0x100 << segment) segment += 1
  const step = (magnitude >> (segment + 3)) & 0x0f
  return ~((segment << 4) | step | (sample < 0 ? 0x80 : 0)) & 0xff
}

function decodeTable(toLinear: (code: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, code) => toLinear(code))
}

const LINEAR: Readonly<Record<G711Law, Int16Array>> = {
  PCMA: decodeTable(alawToLinear),
  PCMU: decodeTable(ulawToLinear),
}
/** One byte for each of the 65,536 samples, found by the sample as an unsigned number. */
const codes: Partial<Record<G711Law, Uint8Array>> = {}

/** Made when somebody encodes: who only reads headers would wait for it at each start. */
function encodeTable(law: G711Law): Uint8Array {
  const known = codes[law]
  if (known !== undefined) return known
  const toCode = law === 'PCMA' ? linearToAlaw : linearToUlaw
  const table = new Uint8Array(65_536)
  for (let index = 0; index < table.length; index += 1) table[index] = toCode((index << 16) >> 16)
  codes[law] = table
  return table
}

/** Decodes into `into`, which is at least as long as `payload`. */
export function decodeG711(law: G711Law, payload: Uint8Array, into: Int16Array): void {
  const table = LINEAR[law]
  for (let i = 0; i < payload.length; i += 1) into[i] = table[payload[i] as number] as number
}

/** Encodes into `into`, which is at least as long as `samples`. */
export function encodeG711(law: G711Law, samples: Int16Array, into: Uint8Array): void {
  const table = encodeTable(law)
  for (let i = 0; i < samples.length; i += 1) into[i] = table[(samples[i] as number) & 0xffff] as number
}

export class G711Decoder implements AudioDecoder {
  readonly sampleRate = SAMPLE_RATE
  readonly #law: G711Law
  readonly #concealer = new LossConcealer(SAMPLE_RATE)
  #samples = new Int16Array(0)

  constructor(law: G711Law) {
    this.#law = law
  }

  decode(payload: Uint8Array): Int16Array {
    if (this.#samples.length !== payload.length) this.#samples = new Int16Array(payload.length)
    decodeG711(this.#law, payload, this.#samples)
    this.#concealer.heard(this.#samples)
    return this.#samples
  }

  conceal(samples: number): Int16Array {
    return this.#concealer.conceal(samples)
  }
}

export class G711Encoder implements AudioEncoder {
  readonly sampleRate = SAMPLE_RATE
  readonly #law: G711Law
  #payload = new Uint8Array(0)

  constructor(law: G711Law) {
    this.#law = law
  }

  encode(samples: Int16Array): Uint8Array {
    if (this.#payload.length !== samples.length) this.#payload = new Uint8Array(samples.length)
    encodeG711(this.#law, samples, this.#payload)
    return this.#payload
  }
}
