// What call control and the media process say about recordings. A recording belongs to an endpoint and ends
// with it; its file is written encrypted and never read by the media process.
import type { EndpointId, RecordingId } from '@rufwerk/core'

export type { RecordingId } from '@rufwerk/core'

/** `received`: what the peer says. `sent`: what the peer hears. */
export type RecordedTrack = 'received' | 'sent'

/** What was written, and what was not. */
export interface RecordingFigures {
  /** Since it began, pauses included. */
  readonly lengthMs: number
  /** Sound that was not written because the disk was too slow, over all tracks. */
  readonly lostMs: number
  readonly bytes: number
}

/** A recording that goes on, without its key. */
export interface RecordingSnapshot extends RecordingFigures {
  readonly recording: RecordingId
  readonly file: string
  readonly tracks: readonly RecordedTrack[]
  readonly isPaused: boolean
}

export type RecordingCommand =
  /** Begins a file in the folder for recordings. One that exists is never overwritten. */
  | {
      readonly type: 'record'
      readonly recording: RecordingId
      readonly endpoint: EndpointId
      /** A name without ending, perhaps in one sub-folder: letters, digits, "-" and "_". */
      readonly file: string
      /**
       * 32 bytes in base64. Secret: never logged, never in a snapshot; each file gets a key of its own from
       * it.
       */
      readonly key: string
      readonly tracks: readonly RecordedTrack[]
      /** It ends by itself after this; RECORDING_LENGTH_MAX of the engine when absent. */
      readonly lengthMaxMs?: number
      /** Begins paused: nothing is written before it is told to go on. */
      readonly isPaused?: true
    }
  /** While it is paused nothing is written but that it was, and for how long. */
  | { readonly type: 'pauseRecording'; readonly recording: RecordingId; readonly isPaused: boolean }
  /** Answered with `recorded` when the file is whole and on the disk. */
  | { readonly type: 'stopRecording'; readonly recording: RecordingId }

export type RecordingEvent =
  /** It ended by itself. The file can be read up to there. */
  | {
      readonly type: 'recordingEnded'
      readonly recording: RecordingId
      readonly endpoint: EndpointId
      readonly why: 'endpoint-closed' | 'length' | 'disk-full' | 'failed'
      readonly figures: RecordingFigures
    }
  /** The disk is too slow: so much is missing by now. Told at most once a second. */
  | {
      readonly type: 'recordingLost'
      readonly recording: RecordingId
      readonly endpoint: EndpointId
      readonly lostMs: number
    }
