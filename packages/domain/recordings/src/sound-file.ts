// A recorded file as the store keeps it: what it is for, its key sealed under the master key, how it ended. A
// row without its key is a file that nobody can read any more: erasing the row erases the sound.
import type { CallId, LegId, RecordingId, TenantId, WallTime } from '@rufwerk/core'

/** Whose the file is: the part of the system that is told when it has ended, and that gives it away. */
export type SoundPurpose = 'call' | 'message' | 'greeting' | 'prompt'

export type SoundEnd = 'asked' | 'endpoint-closed' | 'length' | 'disk-full' | 'failed'

export interface SoundFile {
  readonly recording: RecordingId
  readonly tenant: TenantId
  readonly purpose: SoundPurpose
  readonly call: CallId
  /** Of whom it was recorded. */
  readonly leg: LegId
  /** Name in the folder for recordings, without ending. */
  readonly file: string
  /** The key of the file, encrypted under the master key, in base64. */
  readonly sealedKey: string
  readonly startedAt: WallTime
  /** Absent while it goes on. */
  readonly ended?: EndedSound
}

export interface EndedSound {
  readonly at: WallTime
  readonly why: SoundEnd
  /** Pauses included. 0: there is nothing to be heard. */
  readonly lengthMs: number
  readonly bytes: number
}

export interface SoundFileStore {
  /** False when it cannot be stored: then nothing may be recorded. */
  add(file: SoundFile): Promise<boolean>
  /** The first end counts; false when it had ended or is gone. */
  end(recording: RecordingId, ended: EndedSound): Promise<boolean>
  /** Whose it is has taken note of its end. */
  settle(recording: RecordingId): Promise<boolean>
  read(recording: RecordingId): Promise<SoundFile | undefined>
  /** Those that have not ended, or whose end nobody has taken note of; oldest first. */
  unsettled(): Promise<readonly SoundFile[]>
  /** With its key. False when the store cannot write. */
  erase(recording: RecordingId): Promise<boolean>
}
