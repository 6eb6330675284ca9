// One recording that goes on: takes a frame of each track per tick, and hands pieces of a second, encrypted,
// to the writer. Time is that of the ticks, so that both tracks, and both legs of a call, stay side by side.
import type { Instant } from '@rufwerk/core'
import type { EndpointSnapshot } from '@rufwerk/media-control'
import { FRAME, RECORDING_CHUNK } from '../limits.ts'
import type { PcmRate } from '../stream/codecs.ts'
import type { PcmSource } from '../stream/pcm.ts'
import type { Ticked } from '../stream/ticker.ts'
import type { ChunkWriter } from './chunk-writer.ts'
import type { ChunkCipher, ChunkKind, RecordedTrack } from './format.ts'

type Figures = Omit<NonNullable<EndpointSnapshot['recordings']>[number], 'recording' | 'file' | 'tracks'>

const NOTHING = new Int16Array(0)

/** A track whose next piece grows. */
interface Track {
  readonly name: RecordedTrack
  readonly ear: PcmSource
  readonly piece: Int16Array
  length: number
  /** Where in the recording the piece begins, in ms. */
  since: number
}

export interface RecordingPorts {
  readonly rate: PcmRate
  readonly ears: ReadonlyMap<RecordedTrack, PcmSource>
  readonly cipher: ChunkCipher
  readonly writer: ChunkWriter
  readonly lengthMaxMs: number
  /** It is as long as it may be. */
  readonly onFull: () => void
}

export class Recording implements Ticked {
  readonly #ports: RecordingPorts
  readonly #tracks: readonly Track[]
  readonly #frame: Int16Array
  /** When its first frame was due. */
  #startedAt: Instant | undefined
  #positionMs = 0
  #isPaused = false
  #lostMs = 0

  constructor(ports: RecordingPorts) {
    this.#ports = ports
    this.#frame = new Int16Array((ports.rate * FRAME) / 1000)
    const samples = (ports.rate * RECORDING_CHUNK) / 1000
    this.#tracks = [...ports.ears].map(([name, ear]) => ({
      name,
      ear,
      piece: new Int16Array(samples),
      length: 0,
      since: 0,
    }))
  }

  get figures(): Figures {
    const { bytes } = this.#ports.writer
    return { lengthMs: this.#positionMs, lostMs: this.#lostMs, bytes, isPaused: this.#isPaused }
  }

  tick(due: Instant, now: Instant): void {
    this.#startedAt ??= due
    const position = Math.round(due - this.#startedAt)
    // After a pause of the process time has gone on: what follows begins a piece of its own.
    if (position > this.#positionMs + FRAME) for (const track of this.#tracks) this.#flush(track)
    for (const track of this.#tracks) this.#take(track, position, now)
    this.#positionMs = position + FRAME
    if (this.#positionMs >= this.#ports.lengthMaxMs) this.#ports.onFull()
  }

  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return
    for (const track of this.#tracks) this.#flush(track)
    this.#isPaused = isPaused
    this.#mark(isPaused ? 'paused' : 'resumed')
  }

  /** Writes what is left. Nothing follows. */
  end(): void {
    for (const track of this.#tracks) {
      this.#flush(track)
      track.ear.close()
    }
    this.#mark('end')
  }

  /** What is said meanwhile is heard and forgotten, so that nothing of it comes after the pause. */
  #take(track: Track, position: number, now: Instant): void {
    track.ear.read(this.#frame, now)
    if (this.#isPaused) return
    if (track.length === 0) track.since = position
    track.piece.set(this.#frame, track.length)
    track.length += this.#frame.length
    if (track.length === track.piece.length) this.#flush(track)
  }

  #flush(track: Track): void {
    if (track.length === 0) return
    const { cipher, writer, rate } = this.#ports
    if (writer.hasRoom) {
      const samples = track.piece.subarray(0, track.length)
      writer.write(cipher.seal({ kind: 'sound', track: track.name, positionMs: track.since, samples }))
    } else this.#lostMs += (track.length * 1000) / rate
    track.length = 0
  }

  #mark(kind: ChunkKind): void {
    const { cipher, writer } = this.#ports
    if (!writer.hasRoomForMark) return
    const positionMs = this.#positionMs
    writer.write(cipher.seal({ kind, track: 'received', positionMs, samples: NOTHING }))
  }
}
