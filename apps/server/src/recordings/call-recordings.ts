// Recorded calls: the rules of companies, the evidence of who agreed, and the end of each when its time is
// over. What cannot be proved is not kept: without its evidence in the store a recording is erased.
import type { RecordingsPort } from '@rufwerk/api'
import type { Exchange, RecorderPort, RecordingWish } from '@rufwerk/calls'
import {
  type LegId,
  type Log,
  type Ms,
  minutes,
  type PersonId,
  type RecordingId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import {
  type CallRecording,
  continued,
  type Decision,
  decide,
  decideOnDemand,
  describeTalk,
  type Evidence,
  NO_RECORDING,
  QUESTIONS,
  type RecordingRules,
  type RecordingStore,
  type SoundFile,
  type Talk,
  whoAgreed,
} from '@rufwerk/recordings'
import type { SoundFiles } from './sound-files.ts'

/** How often it is looked for recordings whose time is over; so many are read from the store at once. */
const SWEEP_EVERY: Ms = minutes(10)
const SWEPT_AT_ONCE = 100

export interface CallRecordingsParts {
  readonly soundFiles: Pick<SoundFiles, 'begin' | 'pause' | 'isPaused' | 'stop' | 'erase' | 'own' | 'open'>
  readonly store: RecordingStore
  /** Which words the question has. */
  readonly languageOf: (tenant: TenantId) => 'de' | 'en'
  readonly exchange: () => Pick<Exchange, 'recorder'> | undefined
  readonly timers: { arm(delay: Ms, callback: () => void): Disposable }
  readonly wallTime: () => WallTime
  readonly log: Log
}

type Begun = Parameters<RecorderPort['begin']>[0]

export class CallRecordings implements RecorderPort {
  readonly #parts: CallRecordingsParts
  readonly #rules = new Map<TenantId, RecordingRules>()
  #sweeping: Disposable | undefined
  #isClosed = false

  constructor(parts: CallRecordingsParts) {
    this.#parts = parts
    parts.soundFiles.own('call', (file) => this.#ended(file))
  }

  /** Before the first call of the company. */
  async load(tenant: TenantId): Promise<void> {
    const stored = await this.#parts.store.rules(tenant)
    if (stored !== undefined) this.#rules.set(tenant, JSON.parse(stored) as RecordingRules)
  }

  rulesOf(tenant: TenantId): RecordingRules {
    return this.#rules.get(tenant) ?? NO_RECORDING
  }

  /** For calls that are connected from now on. False: not stored, and nothing is changed. */
  async changeRules(tenant: TenantId, rules: RecordingRules): Promise<boolean> {
    if (!(await this.#parts.store.saveRules(tenant, JSON.stringify(rules)))) return false
    this.#rules.set(tenant, rules)
    return true
  }

  decide(tenant: TenantId, talk: Talk, by?: PersonId): RecordingWish | undefined {
    const rules = this.rulesOf(tenant)
    const decision: Decision = by === undefined ? decide(rules, talk) : decideOnDemand(rules, talk, by)
    if (!decision.isRecorded) return undefined
    const { purpose, asked } = decision
    const question = QUESTIONS[this.#parts.languageOf(tenant)]
    return { purpose, asked, question, ...(by !== undefined && { by }) }
  }

  begin(begun: Begun): RecordingId {
    const { wallTime } = this.#parts
    const { tenant, call, leg, talk, wish } = begun
    const recording = this.#record({ tenant, call }, leg)
    return this.#keep({
      ...{ recording, tenant, call },
      startedAt: wallTime(),
      ...describeTalk(talk),
      purpose: wish.purpose,
      ...(wish.by !== undefined && { by: wish.by }),
      evidence: evidenceOf(begun),
    })
  }

  goOn(broke: CallRecording, leg: LegId, isPaused: boolean): RecordingId {
    return this.#keep(continued(broke, this.#record(broke, leg, isPaused), this.#parts.wallTime()))
  }

  pause(recording: RecordingId, isPaused: boolean, orLater: boolean): Promise<boolean> {
    return this.#parts.soundFiles.pause(recording, isPaused, orLater)
  }

  stop(recording: RecordingId): void {
    this.#parts.soundFiles.stop(recording)
  }

  /** What people see and do of it over the interface. */
  port(): RecordingsPort {
    const { store, soundFiles, exchange, wallTime } = this.#parts
    return {
      store,
      wallTime,
      rulesOf: (tenant) => this.rulesOf(tenant),
      changeRules: (tenant, rules) => this.changeRules(tenant, rules),
      open: (recording, wish) => soundFiles.open(recording, wish),
      erase: (recording, who) => this.erase(recording, who),
      isIn: (call, person) => exchange()?.recorder.isIn(call, person) ?? false,
      mayBegin: (call, by) => exchange()?.recorder.mayBegin(call, by) ?? false,
      begin: (call, by) => exchange()?.recorder.begin(call, by) ?? false,
      pause: async (call, isPaused) => (await exchange()?.recorder.pause(call, isPaused)) ?? false,
      stop: (call) => exchange()?.recorder.stop(call) ?? false,
    }
  }

  /** After a start: recordings of calls that go on are looked after again, or end. */
  adopt(going: readonly SoundFile[]): void {
    const { soundFiles, exchange } = this.#parts
    for (const { purpose, call, leg, recording } of going) {
      if (purpose !== 'call') continue
      const isPaused = soundFiles.isPaused(recording)
      if (!exchange()?.recorder.adopt(call, leg, recording, isPaused)) this.stop(recording)
    }
  }

  /** Sound, key and row are gone; who has heard it stays in the log. False: nothing was changed. */
  async erase(
    { tenant, recording }: Pick<CallRecording, 'tenant' | 'recording'>,
    who: { readonly by?: PersonId; readonly reason?: string },
  ): Promise<boolean> {
    const { soundFiles, store, wallTime } = this.#parts
    const act = who.by === undefined && who.reason === undefined ? 'expire' : 'delete'
    if (!(await store.log({ tenant, recording, at: wallTime(), act, ...who }))) return false
    return (await soundFiles.erase(recording)) && (await store.remove(recording))
  }

  /** Deletes what is over, now and from now on. */
  async sweep(): Promise<void> {
    this.#sweeping?.[Symbol.dispose]()
    const { log, timers } = this.#parts
    try {
      const count = await this.#eraseExpired()
      if (count > 0) log.info('recordings deleted', { count })
    } catch (error) {
      log.error('recordings not deleted', { error: String(error) })
    }
    if (!this.#isClosed) this.#sweeping = timers.arm(SWEEP_EVERY, () => void this.sweep())
  }

  close(): void {
    this.#isClosed = true
    this.#sweeping?.[Symbol.dispose]()
  }

  /** However many there are; until one cannot be erased. */
  async #eraseExpired(): Promise<number> {
    const { store, wallTime } = this.#parts
    for (let count = 0; ; ) {
      const over = await store.expired(wallTime(), SWEPT_AT_ONCE)
      for (const recording of over) {
        if (this.#isClosed) return count
        if (!(await this.erase(recording, {}))) throw new Error(`${count} deleted, the next one could not be`)
        count += 1
      }
      if (over.length < SWEPT_AT_ONCE) return count
    }
  }

  #record(
    { tenant, call }: Pick<CallRecording, 'tenant' | 'call'>,
    leg: LegId,
    isPaused = false,
  ): RecordingId {
    const tracks = ['received', 'sent'] as const
    return this.#parts.soundFiles.begin({ tenant, call, leg, purpose: 'call', tracks, isPaused })
  }

  /** Without its evidence in the store there is no recording. */
  #keep(row: CallRecording): RecordingId {
    const { soundFiles, store, log } = this.#parts
    const { recording, call } = row
    void store
      .add(row)
      .catch(() => false)
      .then(async (isStored) => {
        if (isStored) return
        log.error('consent not stored', { call, recording })
        await soundFiles.erase(recording)
      })
      .catch((error: unknown) => log.error('recording not erased', { recording, error: String(error) }))
    return recording
  }

  async #ended({ tenant, recording, ended }: SoundFile): Promise<boolean> {
    const { store, soundFiles, exchange } = this.#parts
    const lengthMs = ended?.lengthMs ?? 0
    const row = await store.read(tenant, recording)
    const isBroken = ended?.why === 'endpoint-closed' || ended?.why === 'failed'
    exchange()?.recorder.ended(recording, row && isBroken ? { ...row, lengthMs } : undefined)
    if (row === undefined || lengthMs === 0) {
      await soundFiles.erase(recording)
      return row === undefined || store.remove(recording)
    }
    return store.end(recording, lengthMs)
  }
}

function evidenceOf({ talk, wish, agreed }: Begun): Evidence[] {
  const { version, language, wording } = wish.question
  return agreed.flatMap(({ leg, key, at }) => {
    const party = [talk.caller, talk.callee].find((one) => one.leg === leg)
    return party ? [{ leg, who: whoAgreed(party), at, key, version, language, wording }] : []
  })
}
