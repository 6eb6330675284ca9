// The music on hold, played by this file and so free of anybody's rights: soft chords of bells over a low
// tone, four lines that go round. And the tone after which callers speak.
import { MUSIC_LUFS, preparePrompt } from '@rufwerk/engine/prepare'

const BEAT_SECONDS = 0.75
const BEATS_PER_CHORD = 4

/** MIDI numbers: the bass, then the notes that are played one after the other and ring on. */
const CHORDS: readonly { readonly bass: number; readonly notes: readonly number[] }[] = [
  { bass: 48, notes: [64, 67, 71, 76] },
  { bass: 45, notes: [64, 67, 72, 76] },
  { bass: 50, notes: [65, 69, 72, 77] },
  { bass: 43, notes: [65, 67, 71, 74] },
  { bass: 52, notes: [64, 67, 71, 79] },
  { bass: 45, notes: [64, 69, 72, 76] },
  { bass: 41, notes: [65, 69, 72, 76] },
  { bass: 43, notes: [62, 67, 71, 74] },
]

/** Overtones of a struck bar, softened: how far up, how loud, how much faster they fade. */
const OVERTONES = [
  { ratio: 1, level: 1, fade: 1 },
  { ratio: 2, level: 0.28, fade: 1.6 },
  { ratio: 3, level: 0.1, fade: 2.4 },
  { ratio: 4.2, level: 0.05, fade: 5 },
] as const
const NOTE_SECONDS = 4
const NOTE_FADE = 1.1
const ATTACK_SECONDS = 0.012
const BASS_SECONDS = BEATS_PER_CHORD * BEAT_SECONDS + 0.6

/** Samples at `rate`; its end leads into its beginning. */
export function holdMusic(rate: number): Int16Array {
  const seconds = CHORDS.length * BEATS_PER_CHORD * BEAT_SECONDS
  const loop = new Float32Array(Math.round(seconds * rate))
  // What still rings at the end goes on at the beginning.
  const add = (at: number, length: number, sample: (t: number) => number): void => {
    const from = Math.round(at * rate)
    for (let n = 0; n < length * rate; n += 1) {
      const place = (from + n) % loop.length
      loop[place] = (loop[place] ?? 0) + sample(n / rate)
    }
  }
  for (const [index, { bass, notes }] of CHORDS.entries()) {
    const start = index * BEATS_PER_CHORD * BEAT_SECONDS
    add(start, BASS_SECONDS, (t) => 0.5 * swell(t, BASS_SECONDS) * Math.sin(turn(bass, t)))
    for (const [beat, note] of notes.entries())
      add(start + beat * BEAT_SECONDS, NOTE_SECONDS, (t) => 0.35 * bell(note, t))
    // A softer answer between the beats.
    const [, second = 67, , last = 76] = notes
    add(start + 1.5 * BEAT_SECONDS, NOTE_SECONDS, (t) => 0.14 * bell(last - 12, t))
    add(start + 3.5 * BEAT_SECONDS, NOTE_SECONDS, (t) => 0.14 * bell(second, t))
  }
  const prepared = preparePrompt({ rate, channels: [scaled(loop)] }, 'music')
  if (!prepared.ok) throw new Error(`music at ${MUSIC_LUFS} LUFS is ${prepared.error}`)
  return prepared.value
}

/** Half a second at 1,000 Hz, soft at its ends. */
export function beep(rate: number): Int16Array {
  const length = Math.round(0.5 * rate)
  const edge = 0.01 * rate
  return Int16Array.from({ length }, (_, at) => {
    const fade = Math.min(1, at / edge, (length - 1 - at) / edge)
    return Math.round(0.16 * 32_767 * fade * Math.sin((2 * Math.PI * 1_000 * at) / rate))
  })
}

function turn(note: number, t: number): number {
  return 2 * Math.PI * 440 * 2 ** ((note - 69) / 12) * t
}

function bell(note: number, t: number): number {
  const attack = Math.min(1, t / ATTACK_SECONDS)
  const end = Math.min(1, (NOTE_SECONDS - t) / 0.1)
  let sum = 0
  for (const { ratio, level, fade } of OVERTONES)
    sum += level * Math.exp(-t * fade * NOTE_FADE) * Math.sin(ratio * turn(note, t))
  return sum * attack * Math.max(0, end)
}

function swell(t: number, length: number): number {
  return Math.sin((Math.PI * t) / length) ** 0.7
}

function scaled(samples: Float32Array): Float32Array {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return samples.map((sample) => (0.9 * sample) / peak)
}
