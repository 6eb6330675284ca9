// How loud a stream is, a few times a second, for the bar beside the microphone.

/** Quieter is shown as nothing; dB below full scale. */
const FLOOR_DB = -60

/** Calls back with 0–1 on each animation frame until disposed. */
export function measureLevel(stream: MediaStream, onLevel: (level: number) => void): Disposable {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  const source = context.createMediaStreamSource(stream)
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  let shown = 0
  let frame = requestAnimationFrame(function measure() {
    analyser.getFloatTimeDomainData(samples)
    let sum = 0
    for (const sample of samples) sum += sample * sample
    const db = 10 * Math.log10(sum / samples.length + 1e-12)
    const level = Math.min(1, Math.max(0, 1 - db / FLOOR_DB))
    // Quick up, slow down: what the eye expects of a meter.
    shown = level > shown ? level : shown * 0.9 + level * 0.1
    onLevel(shown)
    frame = requestAnimationFrame(measure)
  })
  return {
    [Symbol.dispose]: () => {
      cancelAnimationFrame(frame)
      source.disconnect()
      context.close().catch(() => undefined)
    },
  }
}
