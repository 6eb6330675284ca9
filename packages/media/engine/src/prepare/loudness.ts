// How loud a sound is to the ear: ITU-R BS.1770 as EBU R 128 uses it, for one channel at any rate. And
// bringing a sound to a wanted loudness without clipping.

/** What speech of prompts is brought to, in LUFS: as loud as somebody who talks on a good telephone. */
export const SPEECH_LUFS = -22
/** Music waits behind conversations. */
export const MUSIC_LUFS = -28
/** No sample comes closer to full scale than this, in dB. */
const PEAK_DB_MAX = -3
/** What is quieter is no sound at all, and stays as it is. */
const SILENCE_LUFS = -70
const RELATIVE_GATE_LU = 10
const BLOCK_MS = 400
/** Blocks overlap by three quarters. */
const STEP_MS = 100

interface Filter {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

/** BS.1770 §2.1, first stage: the head lifts high frequencies. From its analogue form, for any rate. */
function headFilter(rate: number): Filter {
  const k = Math.tan((Math.PI * 1681.974450955533) / rate)
  const q = 0.7071752369554196
  const high = 10 ** (3.999843853973347 / 20)
  const middle = high ** 0.4996667741545416
  const scale = 1 + k / q + k * k
  return {
    b: [
      (high + (middle * k) / q + k * k) / scale,
      (2 * (k * k - high)) / scale,
      (high - (middle * k) / q + k * k) / scale,
    ],
    a: [(2 * (k * k - 1)) / scale, (1 - k / q + k * k) / scale],
  }
}

/** BS.1770 §2.1, second stage: low frequencies count less. */
function lowCut(rate: number): Filter {
  const k = Math.tan((Math.PI * 38.13547087602444) / rate)
  const q = 0.5003270373238773
  const scale = 1 + k / q + k * k
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / scale, (1 - k / q + k * k) / scale] }
}

function filtered(samples: Float32Array, { b, a }: Filter): Float32Array {
  const out = new Float32Array(samples.length)
  const [b0, b1, b2] = b
  const [a1, a2] = a
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  for (let at = 0; at < out.length; at += 1) {
    const x = samples[at] ?? 0
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
    out[at] = y
  }
  return out
}

/** In LUFS, of samples from −1 to 1; −Infinity for silence. */
export function loudnessOf(samples: Float32Array, rate: number): number {
  const weighted = filtered(filtered(samples, headFilter(rate)), lowCut(rate))
  const powers = blockPowers(weighted, rate).filter((power) => lufs(power) > SILENCE_LUFS)
  if (powers.length === 0) return Number.NEGATIVE_INFINITY
  const gate = lufs(mean(powers)) - RELATIVE_GATE_LU
  return lufs(mean(powers.filter((power) => lufs(power) > gate)))
}

/** A single word is shorter than a block: then the whole is one. */
function blockPowers(samples: Float32Array, rate: number): number[] {
  const block = Math.round((BLOCK_MS * rate) / 1000)
  const step = Math.round((STEP_MS * rate) / 1000)
  const powers: number[] = []
  for (let from = 0; from === 0 || from + block <= samples.length; from += step) {
    const part = samples.subarray(from, from + block)
    let sum = 0
    for (const sample of part) sum += sample * sample
    powers.push(sum / Math.max(1, part.length))
  }
  return powers
}

function lufs(power: number): number {
  return -0.691 + 10 * Math.log10(power)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The samples at the wanted loudness, or as near as the peaks allow. Silence stays silence. */
export function levelled(samples: Float32Array, rate: number, wantedLufs: number): Float32Array {
  const now = loudnessOf(samples, rate)
  if (now === Number.NEGATIVE_INFINITY) return samples
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  const gain = Math.min(10 ** ((wantedLufs - now) / 20), 10 ** (PEAK_DB_MAX / 20) / peak)
  return samples.map((sample) => sample * gain)
}
