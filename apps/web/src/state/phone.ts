// The phone: its connection to the server and its calls. Commands go to a port; facts come back through
// onFact(). No sockets, sounds or timers of its own: what it needs is given to it. Calls outlive the reload
// of the page: what is said of them is remembered, and the server gives them back.
import type { Call, CallFact, CallParty } from './call.ts'
import { isFailure, stepCall } from './call.ts'
import { normalizeNumber } from './number.ts'
import { Cell, type Readable } from './observable.ts'
import { type RememberedCall, readRemembered, rememberable, writeRemembered } from './remembered.ts'
import { type Sound, soundFor } from './sound.ts'

/** One talking, one waiting. A third caller hears busy. */
export const CALLS_MAX = 2
/** How long the end of a call stays on the screen. */
export const ENDED_SHOWN_MS = 2_500
export const FAILURE_SHOWN_MS = 30_000
/** How long it is told that a call could not be led on; it goes on meanwhile. */
export const TRANSFER_FAILURE_SHOWN_MS = 10_000

/** A call that was asked for before the phone was ready is forgotten after this: it would surprise. */
export const PENDING_MS = 20_000

/** The server gives calls back for 20 s, or 32 s when it was restarted itself. */
export const REMEMBERED_MS = 60_000

export type Connection =
  | { readonly state: 'off' }
  | { readonly state: 'connecting' }
  | { readonly state: 'registered' }
  /** It worked before; the phone tries again by itself. */
  | { readonly state: 'reconnecting' }
  | { readonly state: 'refused'; readonly status: number }
  /** The page and the server do not fit together: the server was updated, the page must be loaded again. */
  | { readonly state: 'outdated' }

export interface PhoneState {
  readonly connection: Connection
  /** In the order they began. Ended calls stay until they are dismissed. */
  readonly calls: readonly Call[]
}

export type PhoneFact =
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'incoming'; readonly call: string; readonly party: CallParty }
  /** The server gives back a call of the page before, named by its dialog. */
  | { readonly type: 'returning'; readonly call: string; readonly dialog: string }
  | { readonly type: 'call'; readonly call: string; readonly fact: CallFact }

/** Commands to the phone below. None waits: what happens comes back as facts. */
export interface TelephonePort {
  start(onFact: (fact: PhoneFact) => void): void
  stop(): void
  dial(call: string, number: string): void
  answer(call: string): void
  /** Takes a call back, as the page before had it. */
  resume(call: string, as: { readonly isMuted: boolean; readonly isHeld: boolean }): void
  end(call: string, how: 'hang-up' | 'decline' | 'busy' | 'unknown'): void
  setMuted(call: string, isMuted: boolean): void
  setHeld(call: string, isHeld: boolean): void
  sendDigit(call: string, digit: string): void
  /** Leads the other side of a call to a number, or to the other side of another call. */
  transfer(call: string, to: { readonly number: string } | { readonly call: string }): void
}

export interface SoundPort {
  /** Plays until another sound is asked for. */
  play(sound: Sound): void
  /** A short key tone. */
  playDigit(digit: string): void
}

/** Outlives the page. */
export interface MemoryPort {
  read(): string | null
  write(text: string): void
}

export interface PhonePorts {
  readonly telephone: TelephonePort
  readonly memory: MemoryPort
  readonly sound: SoundPort
  readonly newId: () => string
  readonly now: () => number
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, callback: () => void) => void
}

export class Phone {
  readonly #cell = new Cell<PhoneState>({ connection: { state: 'off' }, calls: [] })
  readonly #ports: PhonePorts
  #sound: Sound = 'none'
  /** Calls of the page before that are not back yet; undefined until the phone is registered first. */
  #before: readonly RememberedCall[] | undefined
  #remembered = ''
  /** Dialled as soon as the phone is registered. */
  #pending: { readonly number: string; readonly until: number } | undefined

  constructor(ports: PhonePorts) {
    this.#ports = ports
  }

  get state(): Readable<PhoneState> {
    return this.#cell
  }

  start(): void {
    this.#change({ connection: { state: 'connecting' } })
    this.#ports.telephone.start((fact) => this.onFact(fact))
  }

  stop(): void {
    this.#ports.telephone.stop()
    this.#change({ connection: { state: 'off' }, calls: [] })
  }

  onFact(fact: PhoneFact): void {
    switch (fact.type) {
      case 'connection':
        if (fact.connection.state === 'registered') this.#recall()
        this.#change({ connection: fact.connection })
        this.#dialPending()
        break
      case 'incoming':
        this.#onIncoming(fact.call, fact.party)
        break
      case 'returning':
        this.#onReturning(fact.call, fact.dialog)
        break
      case 'call':
        this.#onCallFact(fact.call, fact.fact)
        break
    }
  }

  /**
   * Calls a number. Holds the call that is talking. Returns false when there is nothing to dial or no room.
   */
  dial(number: string, name?: string): boolean {
    const dialled = normalizeNumber(number)
    if (dialled === '' || this.#live().length >= CALLS_MAX) return false
    const id = this.#ports.newId()
    const party: CallParty = name === undefined ? { number: dialled } : { number: dialled, name }
    const rest = this.#cell.get().calls.filter((call) => call.state !== 'ended')
    this.#change({ calls: [...rest, { id, direction: 'outgoing', party, state: 'preparing' }] })
    const { connection } = this.#cell.get()
    if (connection.state !== 'registered') {
      this.#onCallFact(id, {
        type: 'ended',
        end: { by: 'network', reason: 'not-registered' },
        at: this.#ports.now(),
      })
      return true
    }
    this.#holdOthers(id)
    this.#ports.telephone.dial(id, dialled)
    return true
  }

  /** Calls a number now, or as soon as the phone is registered. */
  dialWhenReady(number: string): void {
    this.#pending = { number, until: this.#ports.now() + PENDING_MS }
    this.#dialPending()
  }

  /** Answers; the call that is talking is held. */
  answer(id: string): void {
    const call = this.#find(id)
    if (call?.direction !== 'incoming' || call.state !== 'ringing') return
    const { direction, party } = call
    this.#replace({ id, direction, party, state: 'answering' })
    this.#holdOthers(id)
    this.#ports.telephone.answer(id)
  }

  decline(id: string): void {
    const call = this.#find(id)
    if (call?.direction === 'incoming' && call.state === 'ringing') this.#ports.telephone.end(id, 'decline')
  }

  hangUp(id: string): void {
    const call = this.#find(id)
    if (call && call.state !== 'ended') this.#ports.telephone.end(id, 'hang-up')
  }

  toggleMute(id: string): void {
    const call = this.#find(id)
    if (call?.state === 'talking') this.#ports.telephone.setMuted(id, !call.isMuted)
  }

  /** Holds, or takes back; whoever else talks is held then. */
  toggleHold(id: string): void {
    const call = this.#find(id)
    if (call?.state !== 'talking') return
    const isHeld = call.heldBy === 'us' || call.heldBy === 'both'
    if (isHeld) this.#holdOthers(id)
    this.#ports.telephone.setHeld(id, !isHeld)
  }

  sendDigit(id: string, digit: string): void {
    const call = this.#find(id)
    if (call?.state !== 'talking' || !/^[0-9*#A-D]$/.test(digit)) return
    this.#ports.sound.playDigit(digit)
    this.#ports.telephone.sendDigit(id, digit)
  }

  /**
   * The other side of this call goes on to a number without us. False when there is nothing to dial, or
   * nobody to lead.
   */
  transfer(id: string, number: string, name?: string): boolean {
    const dialled = normalizeNumber(number)
    const call = this.#find(id)
    if (dialled === '' || call?.state !== 'talking' || call.transfer?.state === 'asked') return false
    const to: CallParty = name === undefined ? { number: dialled } : { number: dialled, name }
    this.#onCallFact(id, { type: 'transferAsked', to })
    this.#ports.telephone.transfer(id, { number: dialled })
    return true
  }

  /** The other sides of two calls go on together without us. */
  connect(id: string, other: string): void {
    const [call, second] = [this.#find(id), this.#find(other)]
    if (call?.state !== 'talking' || second?.state !== 'talking') return
    if (call.transfer?.state === 'asked') return
    this.#onCallFact(id, { type: 'transferAsked', to: second.party })
    this.#onCallFact(other, { type: 'transferAsked', to: call.party })
    this.#ports.telephone.transfer(id, { call: other })
  }

  /** Takes an ended call off the screen. */
  dismiss(id: string): void {
    const { calls } = this.#cell.get()
    this.#change({ calls: calls.filter((call) => call.id !== id || call.state !== 'ended') })
  }

  #dialPending(): void {
    const pending = this.#pending
    if (!pending || this.#cell.get().connection.state !== 'registered') return
    this.#pending = undefined
    if (this.#ports.now() <= pending.until) this.dial(pending.number)
  }

  #onIncoming(id: string, party: CallParty): void {
    if (this.#live().length >= CALLS_MAX) {
      this.#ports.telephone.end(id, 'busy')
      return
    }
    const { calls } = this.#cell.get()
    const call: Call = { id, direction: 'incoming', party, state: 'ringing', isAudible: false }
    this.#change({ calls: [...calls, call] })
  }

  /** Only what this tab talked in before is answered without asking. */
  #onReturning(id: string, dialog: string): void {
    const before = this.#recall()
    const { calls } = this.#cell.get()
    const current = calls.find((call) => call.state === 'talking' && call.dialogs?.includes(dialog))
    const found =
      before.find(({ dialogs }) => dialogs.includes(dialog)) ?? rememberable(current ? [current] : [])[0]
    if (found === undefined) {
      this.#ports.telephone.end(id, 'unknown')
      return
    }
    this.#before = before.filter((call) => call !== found)
    if (current !== undefined) this.#ports.telephone.end(current.id, 'hang-up')
    const { direction, party, since, isMuted, isHeld, dialogs } = found
    const heldBy = isHeld ? 'us' : 'nobody'
    const kept = { id, direction, party, since, isMuted, heldBy, dialogs } as const
    const call: Call = { ...kept, state: 'talking', isReturning: true }
    this.#change({ calls: [...calls.filter((other) => other !== current), call] })
    this.#ports.telephone.resume(id, { isMuted, isHeld })
  }

  /** What the page before left behind, as long as the server may give it back. */
  #recall(): readonly RememberedCall[] {
    if (this.#before === undefined) {
      this.#before = readRemembered(this.#ports.memory.read())
      if (this.#before.length > 0) this.#ports.after(REMEMBERED_MS, () => this.#forget())
    }
    return this.#before
  }

  #forget(): void {
    this.#before = []
    this.#remember()
  }

  #remember(): void {
    if (this.#before === undefined) return
    const text = writeRemembered([...this.#before, ...rememberable(this.#cell.get().calls)])
    if (text === this.#remembered) return
    this.#remembered = text
    this.#ports.memory.write(text)
  }

  #onCallFact(id: string, fact: CallFact): void {
    const call = this.#find(id)
    if (!call) return
    const next = stepCall(call, fact)
    if (next === call) return
    this.#replace(next)
    if (fact.type === 'transferFailed')
      this.#ports.after(TRANSFER_FAILURE_SHOWN_MS, () => this.#onCallFact(id, { type: 'transferTold' }))
    if (next.state !== 'ended') return
    const shownMs = isFailure(next) ? FAILURE_SHOWN_MS : ENDED_SHOWN_MS
    this.#ports.after(shownMs, () => this.dismiss(id))
  }

  #holdOthers(id: string): void {
    for (const call of this.#cell.get().calls) {
      if (call.id === id || call.state !== 'talking') continue
      if (call.heldBy === 'nobody' || call.heldBy === 'peer') this.#ports.telephone.setHeld(call.id, true)
    }
  }

  #live(): readonly Call[] {
    return this.#cell.get().calls.filter((call) => call.state !== 'ended')
  }

  #find(id: string): Call | undefined {
    return this.#cell.get().calls.find((call) => call.id === id)
  }

  #replace(next: Call): void {
    this.#change({ calls: this.#cell.get().calls.map((call) => (call.id === next.id ? next : call)) })
  }

  #change(part: Partial<PhoneState>): void {
    const state = { ...this.#cell.get(), ...part }
    this.#cell.set(state)
    if (part.calls !== undefined) this.#remember()
    const sound = soundFor(state.calls)
    if (sound === this.#sound) return
    this.#sound = sound
    this.#ports.sound.play(sound)
  }
}

/** The call the call bar is about: who talks to us now, else who is being called, else who just ended. */
export function currentCall(calls: readonly Call[]): Call | undefined {
  const outgoing = calls.filter((call) => !isWaiting(call))
  return (
    outgoing.find(
      (call) => call.state === 'talking' && (call.heldBy === 'nobody' || call.heldBy === 'peer'),
    ) ??
    outgoing.find((call) => call.state !== 'ended' && call.state !== 'talking') ??
    outgoing.find((call) => call.state === 'talking') ??
    outgoing.findLast((call) => call.state === 'ended' && call.end.reason !== 'missed')
  )
}

/** True for a call that waits for us to answer. */
export function isWaiting(call: Call): boolean {
  return call.direction === 'incoming' && call.state === 'ringing'
}
