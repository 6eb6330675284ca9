// What the media process has recorded: at which endpoint, and whose voices went in when. Followed by what the
// process is told, as it performs it; a file outlives the process that wrote it.
import { type EndpointId, fail, type Ms, ms, ok, type RecordingId, type Result } from '@rufwerk/core'
import type { Command } from '@rufwerk/media-control'
import type { FakeMedia } from '@rufwerk/testing'
import type { SoundDisk } from '../apps/server/src/recordings/sound-disk.ts'

/** The tone of this leg, in virtual time. */
export interface Voice {
  readonly leg: string
  readonly from: number
  readonly until: number
}

export interface Tape {
  readonly recording: RecordingId
  readonly endpoint: EndpointId
  /** Of the endpoint. */
  readonly leg: string
  /** What is sent to the phone, too: a call that is recorded. Else what somebody says to us. */
  readonly isOfCall: boolean
  readonly begunAt: number
  isPaused: boolean
  endedAt: number | undefined
  isErased: boolean
  /** In the order of their end. */
  readonly voices: Voice[]
  /** Who is heard now, since when. */
  readonly heard: Map<string, number>
}

/** Reading a file takes so long. */
const READ_TIME = ms(20)
export const RECORDINGS_FOLDER = 'recordings'
export const MESSAGES_FOLDER = 'messages'

/** What a run of call control reads them with: dead when the run is. */
interface Reader {
  arm(delay: Ms, callback: () => void): Disposable
}

type Facts = Awaited<ReturnType<SoundDisk['facts']>>

export class Tapes {
  readonly all = new Map<RecordingId, Tape>()
  readonly #media: FakeMedia
  readonly #now: () => number
  readonly #byPath = new Map<string, Tape>()
  /** Made ready for phones, by the names that they are played by. */
  readonly #prepared = new Map<string, Tape>()

  constructor(media: FakeMedia, now: () => number) {
    this.#media = media
    this.#now = now
    media.lengthOf = (recording) => this.#lengthOf(this.all.get(recording))
  }

  /** The media process has done it. */
  told(command: Command): void {
    if (command.type === 'record') this.#begin(command)
    this.changed()
  }

  /** Something in the media process is another way than before. */
  changed(): void {
    for (const tape of this.all.values()) if (tape.endedAt === undefined) this.#follow(tape)
  }

  /** What a message is played from. */
  playedAs(prompt: string): Tape | undefined {
    return this.#prepared.get(prompt)
  }

  disk({ arm }: Reader): SoundDisk {
    const later = <Value>(value: () => Value): Promise<Value> =>
      new Promise((resolve) => void arm(READ_TIME, () => resolve(value())))
    return {
      size: () => 0,
      close: () => undefined,
      facts: (path) => later(() => this.#factsOf(path)),
      stream: () => Promise.resolve(fail('unreadable')),
      save: (path, _, into) =>
        later(() => {
          const tape = this.#byPath.get(path)
          const name = /([^/]+)\.\d+\.wav$/.exec(into[0]?.path ?? '')?.[1]
          if (tape !== undefined) this.#prepared.set(`message/${name}`, tape)
          return this.#factsOf(path)
        }),
      remove: (path) => later(() => this.#remove(path)),
      removeFolder: () => later(() => undefined),
      makeFolder: () => later(() => undefined),
    }
  }

  #begin({ recording, endpoint, file, tracks }: Extract<Command, { readonly type: 'record' }>): void {
    const leg = this.#media.endpoints.get(endpoint)?.leg
    if (leg === undefined || this.all.has(recording)) return
    const tape: Tape = {
      ...{ recording, endpoint, leg, isOfCall: tracks.includes('sent'), begunAt: this.#now() },
      ...{ isPaused: false, endedAt: undefined, isErased: false, voices: [], heard: new Map() },
    }
    this.all.set(recording, tape)
    this.#byPath.set(`${RECORDINGS_FOLDER}/${file}.rec`, tape)
  }

  #follow(tape: Tape): void {
    const going = this.#media.recordings.get(tape.recording)
    const now = this.#now()
    tape.isPaused = going?.isPaused ?? false
    const heard = going === undefined || tape.isPaused ? [] : this.#voicesAt(tape)
    for (const [leg, from] of tape.heard) {
      if (heard.includes(leg)) continue
      tape.heard.delete(leg)
      // What is over in the same moment was not heard.
      if (now > from) tape.voices.push({ leg, from, until: now })
    }
    for (const leg of heard) if (!tape.heard.has(leg)) tape.heard.set(leg, now)
    if (going === undefined) tape.endedAt = now
  }

  /** Its own, and where that is recorded, too, those that it hears. */
  #voicesAt({ leg, endpoint, isOfCall }: Tape): string[] {
    const { endpoints } = this.#media
    const source = endpoints.get(endpoint)?.source
    if (source === undefined) return []
    if (!isOfCall) return [leg]
    if (source.type === 'mix') return [leg, ...this.#media.heardBy(leg)]
    const other = source.type === 'endpoint' ? endpoints.get(source.endpoint)?.leg : undefined
    return other === undefined ? [leg] : [leg, other]
  }

  #lengthOf(tape: Tape | undefined): number {
    return tape === undefined ? 0 : (tape.endedAt ?? this.#now()) - tape.begunAt
  }

  #factsOf(path: string): Facts {
    const tape = this.#byPath.get(path)
    if (tape === undefined || tape.isErased) return fail('unreadable')
    const lengthMs = this.#lengthOf(tape)
    const facts = { rate: 8_000, tracks: [], startedAt: 0, isComplete: true, lengthMs, pauses: [] } as const
    return ok(facts) satisfies Result<unknown, unknown>
  }

  #remove(path: string): void {
    const tape = this.#byPath.get(path)
    if (tape !== undefined) tape.isErased = true
  }
}
