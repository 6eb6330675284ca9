// Calls that are recorded. Whenever two are connected that were not, what is recorded ends, and it is decided
// anew whether these two are: somebody who was led elsewhere is asked again. A hold pauses.
import type { CallId, LegId, PersonId, RecordingId } from '@rufwerk/core'
import { type CallRecording, recordedLeg, type Talk, type TalkParty } from '@rufwerk/recordings'
import type { CallEvent, Caller, Cdr, RecorderPort, RecordingWish } from '../ports.ts'
import type { CallInput, CallOutput } from '../signals.ts'
import type { CallState, Talking } from '../state.ts'

export interface RecorderParts {
  readonly port: RecorderPort | undefined
  readonly stateOf: (call: CallId) => CallState | undefined
  readonly take: (call: CallId, input: CallInput) => void
  /** What screens show of the call has changed. */
  readonly show: (call: CallId) => void
  readonly note: (call: CallId, type: string, detail: NonNullable<CallEvent['detail']>) => void
}

interface Going {
  readonly recording: RecordingId
  readonly leg: LegId
  /** Its leg has got another endpoint, which is not recorded yet. */
  isRenewed: boolean
  /** It has ended with the connection of its leg, and goes on when that has another one. */
  broke?: CallRecording
  /** Somebody wants it so, and was told that it is; a hold pauses besides. */
  isPaused: boolean
  /** As somebody wants it who was not told yet. */
  shallPause: boolean
}

const EMERGENCY_NUMBERS: readonly string[] = ['110', '112', '911']

export class Recorder {
  readonly #parts: RecorderParts
  /** Removed in `#end`. */
  readonly #going = new Map<CallId, Going>()

  constructor(parts: RecorderParts) {
    this.#parts = parts
  }

  /** Calls that are recorded. */
  size(): number {
    return this.#going.size
  }

  /** What screens show. */
  stateOf(call: CallId): 'asking' | 'on' | 'paused' | undefined {
    const going = this.#going.get(call)
    if (going && going.broke === undefined) return going.isPaused ? 'paused' : 'on'
    const state = this.#parts.stateOf(call)
    return state?.name === 'talking' && state.consent !== undefined ? 'asking' : undefined
  }

  /** Whether somebody of the house talks in it. */
  isIn(call: CallId, person: PersonId): boolean {
    const state = this.#parts.stateOf(call)
    const talk = state?.name === 'talking' ? talkOf(state) : undefined
    const parties = talk === undefined ? [] : [talk.caller, talk.callee]
    return parties.some((party) => party.kind === 'inside' && party.person === person)
  }

  /** Somebody who talks in the call wants it recorded. False: it cannot be, or is already. */
  begin(call: CallId, by: PersonId): boolean {
    const wish = this.#wishOf(call, by)
    if (wish === undefined) return false
    // Who is asked anew decides anew, also about what broke and would go on.
    this.#going.delete(call)
    this.#parts.take(call, { type: 'record', wish })
    return true
  }

  /** Whether `begin` would ask. */
  mayBegin(call: CallId, by: PersonId): boolean {
    return this.#wishOf(call, by) !== undefined
  }

  /**
   * By code: begins, pauses, goes on. Undefined: it does nothing here, and the keys are the other party's. A
   * promise: what can be said once it is done, or undefined when it could not be.
   */
  press(call: CallId, by: PersonId): 'asking' | Promise<'paused' | 'on' | undefined> | undefined {
    const state = this.stateOf(call)
    if (state === 'asking') return 'asking'
    if (state === undefined) return this.begin(call, by) ? 'asking' : undefined
    const isPaused = state === 'on'
    const now = isPaused ? 'paused' : 'on'
    return this.pause(call, isPaused).then((isDone) => (isDone ? now : undefined))
  }

  /**
   * False: it is not recorded, or no media process does it now; then it is as it was told before. One that
   * goes on elsewhere is paused if somebody wanted it.
   */
  async pause(call: CallId, isPaused: boolean): Promise<boolean> {
    const going = this.#going.get(call)
    if (going === undefined || going.broke !== undefined) return false
    going.shallPause = isPaused
    const isDone = await this.#apply(going, this.#parts.stateOf(call))
    // Somebody else wants something else meanwhile.
    if (going.shallPause !== isPaused) return false
    if (isDone) going.isPaused = isPaused
    else if (!isPaused) going.shallPause = going.isPaused
    if (isDone && this.#going.get(call) === going) this.#parts.show(call)
    return isDone
  }

  /** Ends it for good. False: it is not recorded. */
  stop(call: CallId): boolean {
    const isThere = this.#end(call)
    if (isThere) this.#parts.show(call)
    return isThere
  }

  /**
   * After a restart: what goes on, paused as it was, by whomever: somebody has to say that it goes on. False:
   * nobody looks after it, so it may not.
   */
  adopt(call: CallId, leg: LegId, recording: RecordingId, isPaused: boolean): boolean {
    const state = this.#parts.stateOf(call)
    const talk = state?.name === 'talking' ? talkOf(state) : undefined
    if (talk === undefined || recordedLeg(talk) !== leg || this.#going.has(call)) return false
    const going = { recording, leg, isPaused, shallPause: isPaused, isRenewed: false }
    this.#going.set(call, going)
    void this.#apply(going, state)
    return true
  }

  /** It has ended by itself. `broke`: with the connection of its leg; then it goes on with the next one. */
  ended(recording: RecordingId, broke?: CallRecording): void {
    for (const [call, going] of this.#going) {
      if (going.recording !== recording) continue
      if (broke === undefined) this.#going.delete(call)
      else going.broke = broke
      this.#parts.show(call)
      if (broke !== undefined) this.#parts.note(call, 'recordingBroke', { recording })
      this.#goOn(call, going)
      return
    }
  }

  /** A leg has another endpoint; what was recorded of it has ended, or is about to. */
  renewed(call: CallId, leg: LegId): void {
    const going = this.#going.get(call)
    if (going?.leg !== leg) return
    going.isRenewed = true
    this.#goOn(call, going)
  }

  /** Everybody who was asked has agreed. */
  agreed(state: CallState, { wish, agreed }: CallOutput & { readonly type: 'record' }): void {
    const { call, caller } = state.record
    const talk = state.name === 'talking' ? talkOf(state) : undefined
    if (talk === undefined) return
    const leg = recordedLeg(talk)
    const recording = this.#parts.port?.begin({ tenant: caller.tenant, call, leg, talk, wish, agreed })
    if (recording === undefined) return
    this.#going.set(call, { recording, leg, isPaused: false, shallPause: false, isRenewed: false })
  }

  /** After each step of a call. */
  after(before: CallState, after: CallState): void {
    const { port, take } = this.#parts
    if (port === undefined || before === after) return
    const { call } = after.record
    if (isSameTalk(before, after)) {
      const going = this.#going.get(call)
      if (going && going.broke === undefined && isHeld(before) !== isHeld(after))
        void this.#apply(going, after)
      return
    }
    this.#end(call)
    const talk = after.name === 'talking' ? talkOf(after) : undefined
    const wish = talk && port.decide(after.record.caller.tenant, talk)
    if (wish !== undefined) take(call, { type: 'record', wish })
  }

  /** The call is out of the books. */
  left(call: CallId): void {
    this.#end(call)
  }

  #wishOf(call: CallId, by: PersonId): RecordingWish | undefined {
    const { port, stateOf } = this.#parts
    const state = stateOf(call)
    if (state?.name !== 'talking' || state.held.size > 0 || this.stateOf(call) !== undefined) return undefined
    const talk = talkOf(state)
    return talk && port?.decide(state.record.caller.tenant, talk, by)
  }

  /** Who was told that it is paused is not heard before being told that it goes on; a hold's end waits. */
  async #apply(going: Going, state: CallState | undefined): Promise<boolean> {
    const isPaused = going.shallPause || (state !== undefined && isHeld(state))
    const orLater = !isPaused && !going.isPaused
    return (await this.#parts.port?.pause(going.recording, isPaused, orLater)) ?? false
  }

  /** The same two still talk: whatever changes that ends the recording for good. */
  #goOn(call: CallId, { leg, isPaused: wasPaused, shallPause, isRenewed, broke }: Going): void {
    const { port, stateOf, show, note } = this.#parts
    if (port === undefined || broke === undefined || !isRenewed) return
    const state = stateOf(call)
    if (state?.name !== 'talking' || state.consent !== undefined) {
      // Who is asked anew decides anew.
      this.#going.delete(call)
      return
    }
    const isPaused = wasPaused || shallPause
    const recording = port.goOn(broke, leg, isPaused || isHeld(state))
    this.#going.set(call, { recording, leg, isPaused, shallPause: isPaused, isRenewed: false })
    note(call, 'recordingWentOn', { recording })
    show(call)
  }

  #end(call: CallId): boolean {
    const going = this.#going.get(call)
    if (going === undefined) return false
    this.#going.delete(call)
    if (going.broke === undefined) this.#parts.port?.stop(going.recording)
    return true
  }
}

const isHeld = (state: CallState): boolean => state.name === 'talking' && state.held.size > 0

function isSameTalk(before: CallState, after: CallState): boolean {
  if (before.name !== 'talking' || after.name !== 'talking')
    return before.name !== 'talking' && after.name !== 'talking'
  return before.calleeLeg === after.calleeLeg && before.record.callerLeg === after.record.callerLeg
}

function talkOf({ record, calleeLeg }: Talking): Talk | undefined {
  const { caller, callerLeg, connected, answeredBy, why, service } = record
  const one = partyOf(callerLeg, connected?.caller ?? caller)
  const other = partyOf(calleeLeg, connected?.callee ?? answeredBy)
  if (one === undefined || other === undefined) return undefined
  const isHelp = (party: TalkParty): boolean =>
    party.kind === 'outside' && EMERGENCY_NUMBERS.includes(party.number ?? '')
  return {
    caller: one,
    callee: other,
    ...(service?.do === 'queue' && { queue: service.queue }),
    isEmergency: why.rule === 'emergency' || isHelp(one) || isHelp(other),
  }
}

function partyOf(leg: LegId, who: Caller | Cdr['answeredBy']): TalkParty | undefined {
  if (who === undefined || who.kind === 'system') return undefined
  if (who.kind !== 'outside') return { kind: 'inside', leg, person: who.person }
  const { trunk, number } = who
  return { kind: 'outside', leg, trunk, ...(number !== undefined && { number }) }
}
