// What call control and the thread that reads a recorded file say to each other.
import type { RecordingFacts, SoundWish } from '@rufwerk/engine/recordings'

export interface ReadingOrder {
  /** Of the file, with its ending. */
  readonly path: string
  readonly key: Uint8Array
  readonly task:
    | { readonly type: 'facts' }
    /** WAV, a piece for each `more`. */
    | { readonly type: 'stream'; readonly wish: SoundWish }
    /** Both voices as one, at each rate in a file of its own, for the media process to play. */
    | {
        readonly type: 'save'
        readonly into: readonly { readonly path: string; readonly rate: 8_000 | 16_000 }[]
      }
}

export type FromReading =
  /** First of all. `bytes`: of the whole WAV, of a stream. */
  | { readonly type: 'facts'; readonly facts: RecordingFacts; readonly bytes: number }
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly why: string }
