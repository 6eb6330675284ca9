// All recordings by id: begins them, pauses and ends them, and tells when one ended by itself. A recording
// stays here until its file is closed.
import { createSecretKey, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Instant, WallTime } from '@rufwerk/core'
import type { Command, EndpointSnapshot, MediaEvent, RecordingId, Reply } from '@rufwerk/media-control'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { ENDPOINT_RECORDINGS_MAX, RECORDING_LENGTH_MAX, RECORDINGS_MAX } from '../limits.ts'
import { DONE, refused, UNKNOWN } from '../refusal.ts'
import { Ear } from '../sound/ear.ts'
import type { Ticker } from '../stream/ticker.ts'
import { ChunkWriter, type CreateFile } from './chunk-writer.ts'
import { ChunkCipher, type RecordedTrack, writeHeader } from './format.ts'
import { Recording } from './recording.ts'

type Record = Extract<Command, { type: 'record' }>
type Ended = Extract<MediaEvent, { type: 'recordingEnded' }>
type Figures = Ended['figures']
type Snapshot = NonNullable<EndpointSnapshot['recordings']>[number]

const FILE_ENDING = '.rec'
/** How often it is told at most that a disk is too slow. */
const LOST_INTERVAL_MS = 1_000

export interface RecordingsPorts {
  readonly ticker: Ticker
  /** Arms the ticker's timer; called after something was added. */
  readonly wake: () => void
  readonly now: () => Instant
  readonly wallNow: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  readonly emit: (event: MediaEvent) => void
  readonly onError: (error: unknown) => void
  /** Absent: nothing is recorded. */
  readonly directory: string | undefined
  readonly createFile: CreateFile
}

/** A recording as it was asked for, from then until its file is closed. */
interface Entry {
  /** Without the key, which stands beside it. */
  readonly command: Omit<Record, 'key'>
  readonly key: KeyObject
  readonly endpoint: Endpoint
  /** What is answered to the command. */
  begun: Promise<Reply>
  recording?: Recording
  writer?: ChunkWriter
  /** It ends. */
  ending?: Promise<Figures>
  /** The disk did not take all of it. */
  failure?: 'disk-full' | 'failed'
  toldLostAt: number
  toldLostMs: number
}

export class Recordings {
  readonly #ports: RecordingsPorts
  readonly #entries = new Map<RecordingId, Entry>()

  constructor(ports: RecordingsPorts) {
    this.#ports = ports
  }

  /** Those included whose file is being opened or closed. */
  size(): number {
    return this.#entries.size
  }

  /** What is recorded of an endpoint. */
  of(endpoint: Endpoint): Snapshot[] {
    return [...this.#of(endpoint)].map(([recording, { command, recording: open }]) => ({
      recording,
      file: command.file,
      tracks: command.tracks,
      ...(open?.figures ?? { lengthMs: 0, lostMs: 0, bytes: 0, isPaused: command.isPaused ?? false }),
    }))
  }

  begin({ key: secret, ...command }: Record, endpoint: Endpoint): Reply | Promise<Reply> {
    const { directory } = this.#ports
    if (directory === undefined) return refused('failed', 'there is no folder for recordings')
    const key = createSecretKey(secret, 'base64')
    const known = this.#entries.get(command.recording)
    if (known) {
      const isSame = known.key.equals(key) && isDeepStrictEqual(known.command, command) && !known.ending
      return isSame ? known.begun : refused('bad-argument', 'the recording has begun already')
    }
    if (this.#entries.size >= RECORDINGS_MAX) return refused('limit', `${RECORDINGS_MAX} recordings go on`)
    if ([...this.#of(endpoint)].length >= ENDPOINT_RECORDINGS_MAX)
      return refused('limit', `${ENDPOINT_RECORDINGS_MAX} recordings of the endpoint go on`)
    const never = Number.NEGATIVE_INFINITY
    const entry: Entry = {
      ...{ command, key, endpoint, toldLostAt: never, toldLostMs: 0 },
      begun: Promise.resolve(DONE),
    }
    this.#entries.set(command.recording, entry)
    entry.begun = this.#open(entry, join(directory, `${command.file}${FILE_ENDING}`))
    return entry.begun
  }

  /** Also while its file is being made: it then holds from the first frame on. */
  async pause({ recording: id, isPaused }: Extract<Command, { type: 'pauseRecording' }>): Promise<Reply> {
    const entry = this.#entries.get(id)
    if (!entry?.recording) await entry?.begun
    if (!entry?.recording || entry.ending) return refused('unknown-recording', 'no such recording')
    entry.recording.pause(isPaused)
    return DONE
  }

  async stop(id: RecordingId): Promise<Reply> {
    const entry = this.#entries.get(id)
    await entry?.begun
    if (!entry?.recording || entry.ending) return refused('unknown-recording', 'no such recording')
    const figures = await this.#end(entry)
    return entry.failure ? refused('failed', `the disk: ${entry.failure}`) : { type: 'recorded', figures }
  }

  /** Call before the endpoint is closed. */
  endpointCloses(endpoint: Endpoint): void {
    for (const [, entry] of this.#of(endpoint)) void this.#endAlone(entry, 'endpoint-closed')
  }

  /** Tells of sound that was lost. Call about twice a second. */
  housekeep(now: Instant): void {
    for (const entry of this.#entries.values()) {
      const { lostMs } = entry.recording?.figures ?? { lostMs: 0 }
      if (lostMs === entry.toldLostMs || now - entry.toldLostAt < LOST_INTERVAL_MS) continue
      entry.toldLostMs = lostMs
      entry.toldLostAt = now
      const { recording, endpoint } = entry.command
      this.#ports.emit({ type: 'recordingLost', recording, endpoint, lostMs })
    }
  }

  *#of(endpoint: Endpoint): Generator<[RecordingId, Entry]> {
    for (const pair of this.#entries) if (pair[1].endpoint === endpoint && !pair[1].ending) yield pair
  }

  async #open(entry: Entry, path: string): Promise<Reply> {
    try {
      const file = await this.#ports.createFile(path)
      const writer = new ChunkWriter(file, (error) => {
        entry.failure = (error as { code?: unknown }).code === 'ENOSPC' ? 'disk-full' : 'failed'
        this.#ports.onError(error)
        void this.#endAlone(entry, entry.failure)
      })
      this.#start(entry, writer)
      if (!entry.ending) return DONE
      entry.recording?.end() // The endpoint has closed meanwhile.
      await writer.finish()
      return UNKNOWN
    } catch (error) {
      this.#forget(entry)
      if ((error as { code?: unknown }).code === 'EEXIST')
        return refused('bad-argument', 'there is a recording of this name')
      this.#ports.onError(error)
      return refused('failed', 'the file cannot be made')
    }
  }

  #start(entry: Entry, writer: ChunkWriter): void {
    const { command, endpoint, key } = entry
    const { ticker, wake, now, wallNow, randomBytes, onError } = this.#ports
    const { rate } = endpoint
    const { tracks, lengthMaxMs = RECORDING_LENGTH_MAX } = command
    const header = writeHeader({ rate, tracks, startedAt: wallNow() }, randomBytes(32))
    writer.write(header)
    const heard = { received: endpoint, sent: endpoint.sent }
    const ear = (track: RecordedTrack) => [track, new Ear(heard[track], rate, onError)] as const
    entry.recording = new Recording({
      ...{ rate, writer, lengthMaxMs },
      ears: new Map(tracks.map(ear)),
      cipher: new ChunkCipher(key.export(), header),
      onFull: () => void this.#endAlone(entry, 'length'),
    })
    if (command.isPaused) entry.recording.pause(true)
    if (entry.ending) return
    entry.writer = writer
    ticker.add(entry.recording, now())
    wake()
  }

  async #endAlone(entry: Entry, why: Ended['why']): Promise<void> {
    if (entry.ending) return
    const hasBegun = entry.recording !== undefined
    const figures = await this.#end(entry)
    const { recording, endpoint } = entry.command
    if (hasBegun) this.#ports.emit({ type: 'recordingEnded', recording, endpoint, why, figures })
  }

  #end(entry: Entry): Promise<Figures> {
    entry.ending = this.#finish(entry)
    return entry.ending
  }

  async #finish(entry: Entry): Promise<Figures> {
    const { recording, writer } = entry
    if (recording) this.#ports.ticker.remove(recording)
    recording?.end()
    if (writer) await writer.finish()
    else await entry.begun // Its file is still being opened, and is closed there.
    this.#forget(entry)
    const { lengthMs, lostMs, bytes } = recording?.figures ?? { lengthMs: 0, lostMs: 0, bytes: 0 }
    return { lengthMs, lostMs, bytes }
  }

  /** The one place where a recording goes. */
  #forget({ command }: Entry): void {
    this.#entries.delete(command.recording)
  }
}
