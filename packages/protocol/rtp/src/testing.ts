// Tones and how to find them again, for tests of this and other packages.

/** A sine; `amplitude` 0–32767. */
export function sine(rate: number, frequency: number, samples: number, amplitude = 10_000): Int16Array {
  const out = new Int16Array(samples)
  for (let i = 0; i < samples; i += 1)
    out[i] = Math.round(amplitude * Math.sin((2 * Math.PI * frequency * i) / rate))
  return out
}

/** The share 0–1 of the power of `samples` that lies at `frequency` (one line of its Fourier transform). */
export function toneShare(samples: Int16Array, rate: number, frequency: number): number {
  let energy = 0
  let real = 0
  let imaginary = 0
  const turnReal = Math.cos((2 * Math.PI * frequency) / rate)
  const turnImaginary = Math.sin((2 * Math.PI * frequency) / rate)
  let cosine = 1
  let sine = 0
  for (let i = 0; i < samples.length; i += 1) {
    const value = samples[i] as number
    energy += value * value
    real += value * cosine
    imaginary += value * sine
    const next = cosine * turnReal - sine * turnImaginary
    sine = cosine * turnImaginary + sine * turnReal
    cosine = next
  }
  if (energy === 0) return 0
  return Math.min(1, (2 * (real * real + imaginary * imaginary)) / (samples.length * energy))
}

/** Root mean square, 0–32768. */
export function loudness(samples: Int16Array): number {
  let energy = 0
  for (const value of samples) energy += value * value
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length)
}
