// What one run of call control records: calls, and messages in boxes; and what lamps show. Put together as
// apps/server does it, over the tapes of the media process instead of a folder.
import type { ServicePort } from '@rufwerk/calls'
import { type Log, type PersonId, seconds } from '@rufwerk/core'
import type { Store } from '@rufwerk/store'
import type { CallControl, SeededRandom, VirtualClock } from '@rufwerk/testing'
import { Lamps } from '../apps/server/src/lamps.ts'
import { CallRecordings } from '../apps/server/src/recordings/call-recordings.ts'
import { SoundFiles } from '../apps/server/src/recordings/sound-files.ts'
import { openVoicemailService, type VoicemailService } from '../apps/server/src/services/open-voicemail.ts'
import { CONFIG, DIRECTORY, OWN_BOX, personAt, RECORDING_RULES, TEAM_BOX, TENANT } from './company.ts'
import { MESSAGES_FOLDER, RECORDINGS_FOLDER, type Tapes } from './tapes.ts'

export interface SoundsParts {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly log: Log
  readonly store: Store
  readonly tapes: Tapes
}

const MASTER_KEY = Buffer.alloc(32, 7)
const COMPANIES = { directoryOf: () => DIRECTORY }
const BOX = {
  ...{ asksPinInside: false, callsBackFromOutside: false, takesMessages: true, retention: {} },
  ...{ longestMessage: seconds(30), messagesMax: 500 },
}
/** Nobody needs one at the phones that own a box; a box of several has one all the same. */
const PINS = {
  hash: async (pin: string) => `of ${pin}`,
  verify: async (pin: string, stored: string | undefined) => stored === `of ${pin}`,
}

export class Sounds {
  readonly files: SoundFiles
  readonly recordings: CallRecordings
  readonly lamps: Lamps
  readonly #parts: SoundsParts
  readonly #run: CallControl
  #voicemail: VoicemailService | undefined

  constructor(parts: SoundsParts, run: CallControl) {
    this.#parts = parts
    this.#run = run
    const { clock, random, log, store, tapes } = parts
    const timers = { arm: run.arm }
    this.files = new SoundFiles({
      ...{ store: store.soundFiles, masterKey: MASTER_KEY, disk: tapes.disk(timers), timers, log },
      ...{ folder: RECORDINGS_FOLDER, messagesFolder: MESSAGES_FOLDER },
      legs: () => run.userAgent,
      wallTime: clock.wallTime,
      randomBytes: random.bytes,
    })
    this.recordings = new CallRecordings({
      ...{ soundFiles: this.files, store: store.recordings, timers, log },
      languageOf: () => DIRECTORY.tenant.language,
      exchange: () => run.exchange,
      wallTime: clock.wallTime,
    })
    this.lamps = new Lamps(
      COMPANIES,
      (person) => run.userAgent.callsChanged(person),
      (person) => this.voicemail.messagesOf(TENANT, person),
    )
  }

  get voicemail(): VoicemailService {
    if (this.#voicemail === undefined) throw new Error('the boxes are not open yet')
    return this.#voicemail
  }

  get service(): ServicePort {
    return {
      enter: (visit) => this.voicemail.service.enter(visit),
      happened: (call, event) => this.voicemail.service.happened(call, event),
    }
  }

  boxOf(person: PersonId): string | undefined {
    return this.voicemail.book.boxOf(TENANT, person)?.id
  }

  /** Before the first call; `isFirst`: in a company that is new. */
  async open(isFirst: boolean): Promise<void> {
    const { clock, random, log, store } = this.#parts
    const run = this.#run
    this.#voicemail = await openVoicemailService({
      ...{ store, accounts: COMPANIES, passwords: PINS, soundFiles: this.files, log },
      telephony: () => run,
      configOf: () => CONFIG,
      prompts: { replace: () => Promise.reject(new Error('nobody speaks prompts here')) },
      timers: { now: clock.now, arm: run.arm },
      wallTime: clock.wallTime,
      randomBytes: random.bytes,
    })
    if (isFirst) await this.#found()
    await this.recordings.load(TENANT)
  }

  /** The calls of the run before are taken up. */
  async recover(): Promise<void> {
    await this.voicemail.recover()
    this.recordings.adopt(await this.files.recover())
  }

  /** As the server does every ten minutes. */
  async sweep(): Promise<void> {
    await this.voicemail.sweep()
  }

  /** Recordings that go on or whose end is not stored, and who is with a box. */
  size(): number {
    return this.files.size() + this.voicemail.size() + this.lamps.size()
  }

  close(): void {
    this.recordings.close()
    this.files.close()
  }

  async #found(): Promise<void> {
    const { book } = this.voicemail
    const own = { ...BOX, kind: 'personal', name: 'own', owners: [personAt(OWN_BOX.owner)] } as const
    const team = { ...BOX, kind: 'shared', name: 'team', owners: TEAM_BOX.owners.map(personAt) } as const
    const pin = { pin: '2580', extensions: [] }
    for (const made of [
      await book.add(TENANT, OWN_BOX.id, own),
      await book.add(TENANT, TEAM_BOX.id, team, pin),
    ])
      if (!made.ok) throw new Error(`no box: ${made.error}`)
    if (!(await this.recordings.changeRules(TENANT, RECORDING_RULES))) throw new Error('no rules')
  }
}
