// Boxes as a service of the house: which calls are with them, whose recording is whose, and what the run
// before has left behind.
import type { Clock, ServicePort, Visit, VisitEvent, VisitWish } from '@rufwerk/calls'
import {
  type CallId,
  type Log,
  type Ms,
  minutes,
  ms,
  type PersonId,
  type RecordingId,
  type TenantId,
} from '@rufwerk/core'
import {
  type Box,
  isWorthKeeping,
  type MessageId,
  type Take,
  type VoicemailBook,
  type VoicemailStore,
} from '@rufwerk/messaging'
import type { Speaker } from './voicemail-speech.ts'
import { type Sounds, VoicemailVisit } from './voicemail-visit.ts'

/** From then on nobody who has spoken is still asked what becomes of it, and no write is under way. */
const LEFT_OVER_AFTER: Ms = minutes(10)

/** Of a recording that is over; undefined while it goes on. */
type LengthOf = (recording: RecordingId) => Promise<Ms | undefined>

/** Who may speak prompts of the company by phone, and where they go. */
export interface PromptKeeper {
  readonly mayRecord: (tenant: TenantId, person: PersonId) => boolean
  /** False when it is not stored. */
  readonly keep: (tenant: TenantId, by: PersonId, prompt: string, recording: RecordingId) => Promise<boolean>
}

export interface VoicemailParts {
  readonly book: VoicemailBook
  readonly takes: Pick<VoicemailStore, 'addTake' | 'removeTake' | 'takes'>
  readonly sounds: Sounds
  readonly wish: (call: CallId, wish: VisitWish) => boolean
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
  readonly speakerOf: (tenant: TenantId, box: Box) => Speaker
  readonly extensionsOf: (tenant: TenantId, owners: readonly PersonId[]) => readonly string[]
  readonly prompts: PromptKeeper
}

export class Voicemail implements ServicePort {
  readonly #parts: VoicemailParts
  /** Those included that have left and whose recording is still being closed. */
  readonly #visits = new Map<CallId, VoicemailVisit>()
  /** Recordings of the run before that go on. */
  readonly #orphans = new Map<RecordingId, Take>()

  constructor(parts: VoicemailParts) {
    this.#parts = parts
  }

  enter(visit: Visit): boolean {
    const { book, wish, speakerOf, extensionsOf, log } = this.#parts
    const { node, call, caller } = visit
    if (node.do !== 'voicemail') return false
    const { tenant } = caller
    const box = book.box(tenant, node.box)
    const isDenied = node.records !== undefined && !this.#mayRecord(caller)
    if (box === undefined || isDenied) {
      if (isDenied) log.warn('who is no admin wanted to record a prompt', { call })
      else log.warn('voicemail box missing', { call, box: node.box })
      const prompt = isDenied ? 'not-permitted' : 'out-of-order'
      wish(call, { type: 'go', target: { to: 'announcement', prompt } })
      return true
    }
    const entered = new VoicemailVisit(visit, box, {
      ...this.#parts,
      wish: (one) => wish(call, one),
      speaker: speakerOf(tenant, box),
      extensions: extensionsOf(tenant, box.owners),
      savePrompt: (prompt, recording) => this.#savePrompt(caller, prompt, recording),
      onOver: () => this.#over(call, entered),
    })
    this.#visits.set(call, entered)
    entered.begin()
    return true
  }

  happened(call: CallId, event: VisitEvent): void {
    this.#visits.get(call)?.happened(event)
  }

  /** A recording of ours is over, and its file closed. Whose it is: of a visit, or of the run before. */
  recorded(recording: RecordingId, length: Ms): 'visit' | 'before' | 'nobody' {
    const take = this.#orphans.get(recording)
    if (take) {
      void this.#settle(take, length)
      return 'before'
    }
    const visit = [...this.#visits.values()].find((one) => one.recording === recording)
    visit?.recorded(length)
    return visit === undefined ? 'nobody' : 'visit'
  }

  /**
   * What the run before was recording is kept as far as it was a message, once it is over; what it was
   * erasing is erased.
   */
  async recover(lengthOf: LengthOf): Promise<void> {
    for (const take of await this.#parts.takes.takes()) await this.#adopt(take, lengthOf)
  }

  /** What the store could not take when it was over, as with a full disk: a message is late, and not lost. */
  async sweep(lengthOf: LengthOf): Promise<void> {
    const { takes, clock } = this.#parts
    const before = clock.wallTime() - LEFT_OVER_AFTER
    for (const take of await takes.takes()) {
      const isSpoken = [...this.#visits.values()].some(({ recording }) => recording === take.recording)
      if (take.startedAt < before && !isSpoken && !this.#orphans.has(take.recording))
        await this.#adopt(take, lengthOf)
    }
  }

  /** Nothing names it any more. */
  async forget(recording: RecordingId): Promise<void> {
    const { sounds, takes } = this.#parts
    // Otherwise its take stays, for the next sweep.
    if (await sounds.erase(recording)) await takes.removeTake(recording)
  }

  size(): number {
    return this.#visits.size + this.#orphans.size
  }

  #mayRecord(caller: Visit['caller']): boolean {
    return caller.kind === 'inside' && this.#parts.prompts.mayRecord(caller.tenant, caller.person)
  }

  /** Who was an admin when the call began may be none any more. */
  async #savePrompt(caller: Visit['caller'], prompt: string, recording: RecordingId): Promise<boolean> {
    if (caller.kind !== 'inside' || !this.#mayRecord(caller)) return false
    return this.#parts.prompts.keep(caller.tenant, caller.person, prompt, recording)
  }

  #over(call: CallId, visit: VoicemailVisit): void {
    if (this.#visits.get(call) === visit) this.#visits.delete(call)
  }

  async #adopt(take: Take, lengthOf: LengthOf): Promise<void> {
    this.#orphans.set(take.recording, take)
    const length = take.purpose === 'gone' ? ms(0) : await lengthOf(take.recording)
    if (length !== undefined) await this.#settle(take, length)
  }

  async #settle(take: Take, length: Ms): Promise<void> {
    const { book, newId, log } = this.#parts
    const { recording, tenant, box, purpose, startedAt, from, name } = take
    this.#orphans.delete(recording)
    try {
      const isWanted = purpose === 'message' && book.box(tenant, box) !== undefined
      if (!isWanted || !isWorthKeeping(length)) {
        await this.forget(recording)
        return
      }
      const message = {
        ...{ id: newId() as MessageId, recording, receivedAt: startedAt, length, isUrgent: false },
        ...(from !== undefined && { from }),
        ...(name !== undefined && { name }),
      }
      // Otherwise the take stays, for the next sweep.
      if (!(await book.save(tenant, box, message))) log.error('voicemail message not stored', { recording })
    } catch (error) {
      log.error('voicemail recording not settled', { recording, error: String(error) })
    }
  }
}
