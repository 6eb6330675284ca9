// Recorded files from their beginning to their erasure: the door through which the parts of the server record
// legs and read again what was recorded. A file has a key of its own, which only the store has, sealed; its
// end is told to whose it is exactly once, also when a process died meanwhile.
import { join } from 'node:path'
import type { LegEvent, LegPort } from '@rufwerk/calls'
import {
  type CallId,
  fail,
  type LegId,
  type Log,
  type Ms,
  ms,
  ok,
  type RecordingId,
  type Result,
  randomId,
  seconds,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import type { SoundWish } from '@rufwerk/engine/recordings'
import type { EndedSound, SoundFile, SoundFileStore, SoundPurpose } from '@rufwerk/recordings'
import type { ReadingFault, SoundStream } from './readings.ts'
import { sealKey, unsealKey } from './seal.ts'
import { openSoundDisk, type SoundDisk } from './sound-disk.ts'

const KEY_BYTES = 32
/** As the media process names them. */
const FILE_ENDING = '.rec'
/** After a start: by then endpoints that nobody claims are closed, and their files with them. */
const CLOSED_AFTER: Ms = seconds(45)
/** What the store could not take is tried again. */
const AGAIN_AFTER: Ms = seconds(5)

/** As the legs do it, once there is a tenant. */
export type RecordingLegs = Pick<LegPort, 'record' | 'pauseRecording' | 'stopRecording'> & {
  recordings(): readonly { readonly recording: RecordingId; readonly leg: LegId; readonly file: string }[]
  isRecording(recording: RecordingId): boolean
  isRecordingPaused(recording: RecordingId): boolean
}

export interface SoundFilesParts {
  readonly store: SoundFileStore
  readonly legs: () => RecordingLegs | undefined
  /** Seals the keys of files: 32 bytes. */
  readonly masterKey: Uint8Array
  /** Where the media process writes; what it is given to play, in memory and of this run alone. */
  readonly folder: string
  readonly messagesFolder: string
  /** The one of this machine unless told. */
  readonly disk?: SoundDisk
  readonly timers: { arm(delay: Ms, callback: () => void): Disposable }
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  readonly log: Log
}

export interface RecordingOrder {
  readonly tenant: TenantId
  readonly call: CallId
  readonly leg: LegId
  readonly purpose: SoundPurpose
  readonly tracks: readonly ('received' | 'sent')[]
  readonly lengthMaxMs?: number
  readonly isPaused?: boolean
}

/** `file.ended` is there. False: told again later, also after a restart. */
export type SoundOwner = (file: SoundFile & { readonly ended: EndedSound }) => boolean | Promise<boolean>

export interface PlayableMessage {
  /** For a source of type `prompt`. */
  readonly prompt: string
  readonly lengthMs: number
  /** The sound is taken out of the folder: what plays goes on, it cannot be played again. */
  release(): void
}

interface Begun {
  readonly leg: LegId
  readonly file: string
  readonly stored: Promise<boolean>
}

type Recorded = Extract<LegEvent, { type: 'recorded' }>

export type SoundFault = ReadingFault | 'unknown' | 'goes-on'

export class SoundFiles {
  readonly #parts: SoundFilesParts
  readonly #disk: SoundDisk
  readonly #owners = new Map<SoundPurpose, SoundOwner>()
  /** Of this run, until their end is stored: resolves when the beginning is, or cannot be. */
  readonly #begun = new Map<RecordingId, Begun>()
  readonly #timers = new Set<Disposable>()
  #isClosed = false

  constructor(parts: SoundFilesParts) {
    this.#parts = parts
    this.#disk = parts.disk ?? openSoundDisk()
  }

  /** Who is told how files of this purpose end. Once, before `recover`. */
  own(purpose: SoundPurpose, owner: SoundOwner): void {
    this.#owners.set(purpose, owner)
  }

  /** Recordings of this run that go on, and readings. */
  size(): number {
    return this.#begun.size + this.#disk.size()
  }

  /** Begins at once. What cannot be stored is not recorded, and ends as `failed`. */
  begin({ tenant, call, leg, purpose, tracks, lengthMaxMs, isPaused }: RecordingOrder): RecordingId {
    const { store, masterKey, randomBytes, wallTime } = this.#parts
    const recording = randomId(randomBytes) as RecordingId
    const key = randomBytes(KEY_BYTES)
    const startedAt = wallTime()
    const file = `${new Date(startedAt).toISOString().slice(0, 7)}/${recording}`
    const sealedKey = sealKey(key, masterKey, recording, randomBytes)
    const stored = store
      .add({ ...{ recording, tenant, purpose, call, leg, file, sealedKey, startedAt } })
      .catch(() => false)
    this.#begun.set(recording, { leg, file, stored })
    void stored.then((isStored) => {
      if (!isStored) this.stop(recording)
    })
    const order = {
      ...{ recording, file, key: Buffer.from(key).toString('base64'), tracks },
      ...(lengthMaxMs !== undefined && { lengthMaxMs }),
      ...(isPaused && { isPaused }),
    }
    const legs = this.#parts.legs()
    if (legs) legs.record(leg, order)
    else this.recorded({ type: 'recorded', recording, why: 'failed', figures: NOTHING })
    return recording
  }

  isPaused(recording: RecordingId): boolean {
    return this.#parts.legs()?.isRecordingPaused(recording) ?? false
  }

  /** False: it could not be done. At once, and without the store: somebody waits to be told. */
  async pause(recording: RecordingId, isPaused: boolean, orLater?: boolean): Promise<boolean> {
    const leg = this.#legOf(recording)
    const done = leg && this.#parts.legs()?.pauseRecording(leg, recording, isPaused, orLater)
    return (await done) ?? false
  }

  stop(recording: RecordingId): void {
    const leg = this.#legOf(recording)
    if (leg !== undefined) this.#parts.legs()?.stopRecording(leg, recording)
  }

  /** What the legs told. */
  recorded({ recording, why, figures: { lengthMs, bytes } }: Recorded): void {
    this.#end(recording, { why, lengthMs, bytes })
  }

  /**
   * After a start, when the legs of the run before are there: what has ended meanwhile is told. Gives what
   * goes on.
   */
  async recover(): Promise<readonly SoundFile[]> {
    await this.#disk.removeFolder(this.#parts.messagesFolder)
    const open = await this.#parts.store.unsettled()
    for (const file of open) if (file.ended) await this.#tell({ ...file, ended: file.ended })
    const legs = this.#parts.legs()
    const going = open.filter((file) => !file.ended && legs?.isRecording(file.recording))
    const gone = open.filter((file) => !file.ended && !going.includes(file))
    const known = new Set(open.map(({ recording }) => recording))
    for (const one of legs?.recordings() ?? []) if (!known.has(one.recording)) this.#disown(one)
    if (gone.length > 0)
      this.#later(CLOSED_AFTER, () => {
        for (const { recording } of gone) this.#end(recording, { why: 'failed', lengthMs: 0, bytes: 0 })
      })
    return going
  }

  /** A recording that has ended, as WAV. */
  async open(recording: RecordingId, wish: SoundWish): Promise<Result<SoundStream, SoundFault>> {
    const found = await this.#readable(recording)
    return found.ok ? this.#disk.stream(found.value.path, found.value.key, wish) : found
  }

  /** Puts it where the media process finds it, decrypted, until it is released. */
  async prepare(recording: RecordingId): Promise<Result<PlayableMessage, SoundFault>> {
    const found = await this.#readable(recording)
    if (!found.ok) return found
    const { messagesFolder, randomBytes } = this.#parts
    const name = randomId(randomBytes)
    await this.#disk.makeFolder(messagesFolder)
    const into = ([8_000, 16_000] as const).map((rate) => ({
      rate,
      path: join(messagesFolder, `${name}.${rate}.wav`),
    }))
    const release = (): void => {
      for (const { path } of into) void this.#disk.remove(path)
    }
    const saved = await this.#disk.save(found.value.path, found.value.key, into)
    if (saved.ok) return ok({ prompt: `message/${name}`, lengthMs: saved.value.lengthMs, release })
    release()
    return saved
  }

  /** The key goes, then the file. True when nobody can read it any more. */
  async erase(recording: RecordingId): Promise<boolean> {
    const file = await this.#parts.store.read(recording)
    if (file === undefined) return true
    this.stop(recording)
    if (!(await this.#parts.store.erase(recording))) return false
    await this.#disk.remove(this.#pathOf(file))
    return true
  }

  close(): void {
    this.#isClosed = true
    this.#disk.close()
    for (const timer of this.#timers) timer[Symbol.dispose]()
    this.#timers.clear()
  }

  /** The run before died before its row was stored: its key is lost, and nobody could say who agreed. */
  #disown({ recording, leg, file }: ReturnType<RecordingLegs['recordings']>[number]): void {
    this.#parts.log.warn('recording without a row is ended', { recording })
    this.#begun.set(recording, { leg, file, stored: Promise.resolve(true) })
    this.stop(recording)
  }

  #pathOf({ file }: Pick<SoundFile, 'file'>): string {
    return join(this.#parts.folder, `${file}${FILE_ENDING}`)
  }

  #legOf(recording: RecordingId): LegId | undefined {
    const begun = this.#begun.get(recording)
    const going =
      begun ??
      this.#parts
        .legs()
        ?.recordings()
        .find((one) => one.recording === recording)
    return going?.leg
  }

  async #readable(recording: RecordingId): Promise<Result<{ path: string; key: Uint8Array }, SoundFault>> {
    const file = await this.#parts.store.read(recording)
    if (file === undefined) return fail('unknown')
    if (file.ended === undefined) return fail('goes-on')
    const key = unsealKey(file.sealedKey, this.#parts.masterKey, recording)
    return key ? ok({ path: this.#pathOf(file), key }) : fail('unreadable')
  }

  /** A store or a disk that fails is asked again: nobody else says how it ended. */
  #end(recording: RecordingId, how: Omit<EndedSound, 'at'>): void {
    this.#ended(recording, how).catch((error: unknown) => {
      this.#parts.log.error('recording not ended', { recording, error: String(error) })
      this.#later(AGAIN_AFTER, () => this.#end(recording, how))
    })
  }

  async #ended(recording: RecordingId, how: Omit<EndedSound, 'at'>): Promise<void> {
    const { store, wallTime, log } = this.#parts
    const begun = this.#begun.get(recording)
    const isStored = begun === undefined || (await begun.stored)
    const file = await store.read(recording)
    if (!isStored || file === undefined || file.ended !== undefined) {
      this.#begun.delete(recording)
      if (!isStored) log.error('recording not stored', { recording })
      // Nobody has its key: it is not stored, or was erased while it was written.
      if (begun !== undefined && file === undefined) await this.#disk.remove(this.#pathOf(begun))
      return
    }
    const figures = how.bytes > 0 ? how : await this.#measure(file)
    if (figures === 'busy') {
      this.#later(AGAIN_AFTER, () => this.#end(recording, how))
      return
    }
    const measured = { ...how, ...figures }
    const ended = { ...measured, at: wallTime() }
    if (await store.end(recording, ended)) {
      this.#begun.delete(recording)
      await this.#tell({ ...file, ended })
    } else {
      // The disk is full, or somebody else has said it meanwhile.
      this.#later(AGAIN_AFTER, () => this.#end(recording, measured))
    }
  }

  /** What is in a file whose end nobody saw. Busy: other files are read, and nothing is known of this one. */
  async #measure(file: SoundFile): Promise<{ lengthMs: number; bytes: number } | 'busy'> {
    const key = unsealKey(file.sealedKey, this.#parts.masterKey, file.recording)
    const facts = key && (await this.#disk.facts(this.#pathOf(file), key))
    if (facts?.ok === false && facts.error === 'busy') return 'busy'
    if (!facts?.ok) return { lengthMs: 0, bytes: 0 }
    return { lengthMs: Math.round(facts.value.lengthMs), bytes: 0 }
  }

  async #tell(file: SoundFile & { readonly ended: EndedSound }): Promise<void> {
    const owner = this.#owners.get(file.purpose)
    try {
      if ((await owner?.(file)) === true) {
        await this.#parts.store.settle(file.recording)
        return
      }
    } catch (error) {
      this.#parts.log.error('recording not taken', { recording: file.recording, error: String(error) })
    }
    if (owner !== undefined) this.#later(ms(AGAIN_AFTER * 6), () => void this.#tell(file))
  }

  #later(delay: Ms, work: () => void): void {
    if (this.#isClosed) return
    const timer = this.#parts.timers.arm(delay, () => {
      this.#timers.delete(timer)
      work()
    })
    this.#timers.add(timer)
  }
}

const NOTHING = { lengthMs: 0, lostMs: 0, bytes: 0 }
