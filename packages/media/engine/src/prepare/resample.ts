// From any sampling rate to another: a windowed sinc at each new sample. Slow beside the resampler of calls,
// which knows three rates only, and exact for all of them; for files, not for calls.

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 24
/** The pass band ends before the lower half rate, so that the filter has room to fall. */
const PASS = 0.92
/** Values of the kernel per zero crossing; between them it is interpolated. */
const TABLE_STEPS = 512

/** A Blackman window: side lobes are some 70 dB down. */
function kernel(x: number): number {
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
  const turn = (Math.PI * x) / CROSSINGS
  return sinc * (0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn))
}

let table: Float64Array | undefined

function kernelTable(): Float64Array {
  table ??= Float64Array.from({ length: CROSSINGS * TABLE_STEPS + 2 }, (_, at) => kernel(at / TABLE_STEPS))
  return table
}

export function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples
  const values = kernelTable()
  const cut = PASS * Math.min(1, to / from)
  const reach = CROSSINGS / cut
  const out = new Float32Array(Math.floor((samples.length * to) / from))
  for (let at = 0; at < out.length; at += 1) {
    const middle = (at * from) / to
    const first = Math.max(0, Math.ceil(middle - reach))
    const last = Math.min(samples.length - 1, Math.floor(middle + reach))
    let sum = 0
    for (let index = first; index <= last; index += 1) {
      const place = Math.abs(index - middle) * cut * TABLE_STEPS
      const below = Math.floor(place)
      const low = values[below] ?? 0
      sum += (samples[index] ?? 0) * (low + ((values[below + 1] ?? 0) - low) * (place - below))
    }
    out[at] = sum * cut
  }
  return out
}
