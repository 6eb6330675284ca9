// A recording as sound, second by second, however long it is: the file is read twice, first for its length
// and its pauses, then for what is heard. In memory are a few seconds of it.
import { fail, ok, type Result } from '@rufwerk/core'
import { wavHeader } from '../sound/wav.ts'
import type { PcmRate } from '../stream/codecs.ts'
import type { Chunk, RecordedTrack } from './format.ts'
import { beepAt, type PauseSound, pausesOf, type Span } from './pauses.ts'
import { ChunkReader, type RecordingError } from './reader.ts'

/** One track, both as one, or received on the left and sent on the right. */
export type SoundForm = RecordedTrack | 'mixed' | 'stereo'

export interface RecordingFacts {
  readonly rate: PcmRate
  readonly tracks: readonly RecordedTrack[]
  /** Wall time of the beginning in ms. */
  readonly startedAt: number
  /** It was ended as it should be; false: a crash cut it, or it goes on. */
  readonly isComplete: boolean
  readonly lengthMs: number
  readonly pauses: readonly Span[]
}

export interface SoundWish {
  readonly form: SoundForm
  /** What is heard of a pause; silence unless told. */
  readonly pauses?: PauseSound
}

type File = AsyncIterable<Uint8Array>

const BLOCK_MS = 1_000
/** A chunk of one track may come so much later than one of the other that begins with it. */
const BLOCKS_BEHIND = 3
const PEAK = 32_767

/** The whole file is read, and proved to be what was written. */
export async function factsOf(file: File, key: Uint8Array): Promise<Result<RecordingFacts, RecordingError>> {
  const reader = new ChunkReader(key)
  const marks: Pick<Chunk, 'kind' | 'positionMs'>[] = []
  let lengthMs = 0
  for await (const bytes of file) {
    const chunks = reader.push(bytes)
    if (!chunks.ok) return chunks
    const { rate = 8_000 } = reader.header ?? {}
    for (const { kind, positionMs, samples } of chunks.value) {
      if (kind !== 'sound') marks.push({ kind, positionMs })
      lengthMs = Math.max(lengthMs, positionMs + (samples.length * 1000) / rate)
    }
  }
  const end = reader.end()
  if (!end.ok) return end
  const { header, isComplete } = reader
  if (header === undefined) return fail({ fault: 'not-a-recording', chunks: 0 })
  return ok({ ...header, isComplete, lengthMs, pauses: pausesOf(marks, lengthMs) })
}

/** Samples of all channels in turn, a second at a time. Throws when the file is not the one of the facts. */
export async function* soundOf(
  file: File,
  key: Uint8Array,
  facts: RecordingFacts,
  wish: SoundWish,
): AsyncGenerator<Int16Array> {
  const reader = new ChunkReader(key)
  const assembler = new Assembler(facts, wish)
  for await (const bytes of file) {
    const chunks = reader.push(bytes)
    if (!chunks.ok) throw new Error(`the recording has changed: ${chunks.error.fault}`)
    for (const chunk of chunks.value) yield* assembler.take(chunk)
  }
  yield* assembler.rest()
}

/** What stands in front of the sound in a WAV file. */
export function soundHeader({ rate, lengthMs }: RecordingFacts, { form }: SoundWish): Uint8Array {
  const channels = form === 'stereo' ? 2 : 1
  return wavHeader({ rate, channels, frames: framesAt(lengthMs, rate) })
}

const framesAt = (positionMs: number, rate: number): number => Math.round((positionMs * rate) / 1000)

class Assembler {
  readonly #facts: RecordingFacts
  readonly #wish: SoundWish
  readonly #frames: number
  /** Sound that is not whole in what was given away. */
  #waiting: Chunk[] = []
  #given = 0

  constructor(facts: RecordingFacts, wish: SoundWish) {
    this.#facts = facts
    this.#wish = wish
    this.#frames = framesAt(facts.lengthMs, facts.rate)
  }

  *take(chunk: Chunk): Generator<Int16Array> {
    const { form } = this.#wish
    const isWanted = form === 'mixed' || form === 'stereo' || form === chunk.track
    if (chunk.kind === 'sound' && isWanted) this.#waiting.push(chunk)
    const { rate } = this.#facts
    const block = framesAt(BLOCK_MS, rate)
    const upTo = framesAt(chunk.positionMs, rate) - BLOCKS_BEHIND * block
    while (this.#given + block <= Math.min(upTo, this.#frames)) yield this.#block(block)
  }

  *rest(): Generator<Int16Array> {
    const block = framesAt(BLOCK_MS, this.#facts.rate)
    while (this.#given < this.#frames) yield this.#block(Math.min(block, this.#frames - this.#given))
  }

  #block(frames: number): Int16Array {
    const { rate, pauses } = this.#facts
    const { form, pauses: heard } = this.#wish
    const channels =
      form === 'stereo' ? [new Int16Array(frames), new Int16Array(frames)] : [new Int16Array(frames)]
    for (const chunk of this.#waiting) {
      const into = channels[form === 'stereo' && chunk.track === 'sent' ? 1 : 0] as Int16Array
      add(into, chunk.samples, framesAt(chunk.positionMs, rate) - this.#given)
    }
    if (heard === 'beep') for (const sound of channels) beepAt(sound, rate, pauses, this.#given)
    this.#given += frames
    this.#waiting = this.#waiting.filter(
      ({ positionMs, samples }) => framesAt(positionMs, rate) + samples.length > this.#given,
    )
    return interleaved(channels)
  }
}

/** Adds `samples`, whose first one belongs to `offset` of `into`, as far as they fall in. */
function add(into: Int16Array, samples: Int16Array, offset: number): void {
  const end = Math.min(samples.length, into.length - offset)
  for (let at = Math.max(0, -offset); at < end; at += 1) {
    const sum = (into[offset + at] as number) + (samples[at] as number)
    into[offset + at] = Math.max(-PEAK - 1, Math.min(PEAK, sum))
  }
}

function interleaved(channels: readonly Int16Array[]): Int16Array {
  const [first, ...others] = channels as [Int16Array, ...Int16Array[]]
  if (others.length === 0) return first
  const both = new Int16Array(first.length * channels.length)
  for (const [channel, sound] of channels.entries())
    for (let at = 0; at < sound.length; at += 1) both[at * channels.length + channel] = sound[at] as number
  return both
}
