// One call that is with a box. The machines of messaging decide; here is done what they say, one thing after
// the other, so that what is kept is committed before the next word is said. Digits of a PIN stand in their
// states: those are never logged.
import type { Clock, Visit, VisitEvent, VisitWish } from '@rufwerk/calls'
import { type Log, type Ms, ms, type RecordingId } from '@rufwerk/core'
import type { Box, MessageId, Take, VoicemailBook, VoicemailStore } from '@rufwerk/messaging'
import {
  type Arrival,
  type Digit,
  greetingFor,
  type LeaveOutput,
  type LeaveState,
  type MenuAccess,
  type MenuInput,
  type MenuOutput,
  type MenuState,
  openLeave,
  openMenu,
  type Prompt,
  stepLeave,
  stepMenu,
} from '@rufwerk/messaging/talk'
import { namesOf, type Speaker } from './voicemail-speech.ts'

type Output = LeaveOutput | MenuOutput
/** What is said, other than a recording. */
type Spoken = Exclude<Prompt, { recording: unknown }>
type OutputOf<Type extends Output['type']> = Extract<Output, { type: Type }>
type VoicemailNode = Extract<Visit['node'], { do: 'voicemail' }>

/** The sound of messages and greetings: encrypted files that only the server reads. */
export interface Sounds {
  /** Records what the caller says. Its end is told once in any case, also when it could not begin. */
  begin(visit: Visit, purpose: 'message' | 'greeting', longest: Ms): RecordingId
  stop(recording: RecordingId): void
  /** Makes it ready for a phone and gives its name; undefined when it cannot be read. */
  open(recording: RecordingId): Promise<string | undefined>
  /** What `open` made ready is not needed any more. */
  close(recording: RecordingId): void
  /** For ever. */
  erase(recording: RecordingId): Promise<boolean>
}

export interface VisitParts {
  readonly book: VoicemailBook
  readonly takes: Pick<VoicemailStore, 'addTake' | 'removeTake'>
  readonly sounds: Sounds
  readonly wish: (wish: VisitWish) => boolean
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
  /** Extensions of the owners, which are no PIN. */
  readonly extensions: readonly string[]
  readonly speaker: Speaker
  /** The sound becomes a prompt of the company; false when that failed, or this person may not. */
  readonly savePrompt: (prompt: string, recording: RecordingId) => Promise<boolean>
  /** Told once: nothing of it goes on. */
  readonly onOver: () => void
}

type Machine = { readonly kind: 'leave'; state: LeaveState } | { readonly kind: 'menu'; state: MenuState }

const ARRIVALS: Readonly<Record<Exclude<VoicemailNode['greeting'], 'listen'>, Arrival>> = {
  busy: 'busy',
  noAnswer: 'no-answer',
  away: 'away',
  plain: 'direct',
}
const ENDED = { status: 480, cause: 16 } as const
const FAILED = { status: 500, cause: 41 } as const

export class VoicemailVisit {
  readonly #visit: Visit
  readonly #parts: VisitParts
  readonly #box: Box
  #machine: Machine | undefined
  readonly #outputs: Output[] = []
  #isPerforming = false
  #hasSpoken = false
  #hasLeft = false
  #isOver = false
  /** Something was not stored: the next words say so. */
  #hasFailed = false
  /** The turn whose prompts the phone plays. */
  #playing: number | undefined
  #timer: Disposable | undefined
  #take: (Take & { readonly turn: number }) | undefined
  /** Made ready for this call, by the names they are played by: each once, however often it is heard. */
  readonly #opened = new Map<RecordingId, string>()

  constructor(visit: Visit, box: Box, parts: VisitParts) {
    this.#visit = visit
    this.#box = box
    this.#parts = parts
  }

  /** The recording that goes on. */
  get recording(): RecordingId | undefined {
    return this.#take?.recording
  }

  begin(): void {
    void this.#safely(() => this.#open())
  }

  happened(event: VisitEvent): void {
    switch (event.type) {
      case 'key':
        if (/^[0-9*#]$/.test(event.key)) this.#pressed(event.key as Digit)
        break
      case 'soundEnded':
      case 'soundFailed':
        this.#soundOver()
        break
      case 'left':
        this.#hasLeft = true
        this.#stopWaiting()
        this.#step({ type: 'hung-up' })
        this.#look()
        break
      default:
    }
  }

  /** Its recording is over; comes also after the caller has gone. */
  recorded(length: Ms): void {
    const take = this.#take
    if (take === undefined) return
    this.#step({ type: 'recording-ended', turn: take.turn, recording: take.recording, length })
    this.#look()
  }

  async #open(): Promise<void> {
    const { book, clock } = this.#parts
    const { node, caller } = this.#visit
    const { greeting } = node as VoicemailNode
    if (greeting === 'listen') {
      await this.#openMenu()
      return
    }
    const words = greetingFor(this.#box, ARRIVALS[greeting], clock.wallTime())
    const { state, out } = openLeave(this.#box, book.fillingOf(caller.tenant, this.#box.id), words)
    this.#machine = { kind: 'leave', state }
    this.#perform(out)
  }

  async #openMenu(): Promise<void> {
    const { book, extensions } = this.#parts
    const { caller } = this.#visit
    const messages = await book.messages(caller.tenant, this.#box.id)
    if (this.#hasLeft) return
    const access: MenuAccess =
      caller.kind === 'inside' ? { from: 'phone', person: caller.person } : { from: 'outside' }
    const { records } = this.#visit.node as VoicemailNode
    const opening = { box: this.#box, messages, access, extensions }
    const { state, out } = openMenu({ ...opening, ...(records !== undefined && { records }) })
    this.#machine = { kind: 'menu', state }
    this.#perform(out)
  }

  #pressed(digit: Digit): void {
    const machine = this.#machine
    // Whoever knows the PIN gets in by the greeting, from any telephone.
    const isDoor = digit === '*' && machine?.kind === 'leave' && machine.state.place === 'greeting'
    if (!isDoor || !this.#box.hasPin) {
      this.#step({ type: 'digit', digit })
      return
    }
    this.#stopWaiting()
    this.#machine = undefined
    this.#outputs.length = 0
    void this.#safely(() => this.#openMenu())
  }

  #soundOver(): void {
    const turn = this.#playing
    this.#playing = undefined
    if (turn !== undefined) this.#step({ type: 'prompt-ended', turn })
  }

  #step(input: MenuInput): void {
    const machine = this.#machine
    if (machine === undefined) return
    if (machine.kind === 'menu') {
      const { state, out } = stepMenu(machine.state, input)
      machine.state = state
      this.#perform(out)
    } else if (input.type !== 'pin-checked') {
      const { state, out } = stepLeave(machine.state, input)
      machine.state = state
      this.#perform(out)
    }
  }

  #perform(outputs: readonly Output[]): void {
    this.#outputs.push(...outputs)
    if (!this.#isPerforming && this.#outputs.length > 0) void this.#run()
  }

  async #run(): Promise<void> {
    this.#isPerforming = true
    for (let output = this.#outputs.shift(); output; output = this.#outputs.shift()) {
      const next = output
      await this.#safely(() => this.#do(next))
    }
    this.#isPerforming = false
    this.#look()
  }

  /** A mistake of ours ends this call; what was recorded is kept by its take. */
  async #safely(work: () => Promise<void> | void): Promise<void> {
    try {
      await work()
    } catch (error) {
      const { log, wish } = this.#parts
      this.#hasFailed = true
      log.error('voicemail failed', { call: this.#visit.call, error: String(error) })
      wish({ type: 'end', cause: FAILED })
    }
  }

  async #do(output: Output): Promise<void> {
    const { sounds, takes, wish } = this.#parts
    switch (output.type) {
      case 'play':
        return this.#play(output)
      case 'wait':
        return this.#wait(output)
      case 'record':
        return this.#record(output)
      case 'stop-recording':
        if (this.#take) sounds.stop(this.#take.recording)
        return
      case 'discard-recording':
        this.#forgetTake(output.recording)
        if (await sounds.erase(output.recording)) await takes.removeTake(output.recording)
        return
      case 'hang-up':
        wish({ type: 'end', cause: ENDED })
        return
      case 'set-lamp':
        return // Told by the book, once the store has committed.
      case 'call-back':
        this.#callBack(output)
        return
      default:
        if (!(await this.#keep(output))) this.#hasFailed = true
    }
  }

  /** What is stored; false when that failed. */
  async #keep(
    output: OutputOf<
      | 'save-message'
      | 'mark-read'
      | 'delete-message'
      | 'save-greeting'
      | 'remove-greeting'
      | 'save-prompt'
      | 'set-pin'
      | 'check-pin'
    >,
  ): Promise<boolean> {
    const { book, extensions } = this.#parts
    const { tenant } = this.#visit.caller
    switch (output.type) {
      case 'save-message':
        return this.#saveMessage(output)
      case 'mark-read':
        return (await book.markRead(tenant, output.message, true)) === 'committed'
      case 'delete-message':
        return (await book.removeMessage(tenant, output.message)) === 'committed'
      case 'save-greeting':
        this.#forgetTake(output.recording)
        return book.setGreeting(tenant, output.box, output.greeting, output.recording)
      case 'save-prompt':
        return this.#savePrompt(output)
      case 'remove-greeting':
        return book.setGreeting(tenant, output.box, output.greeting)
      case 'set-pin':
        return (await book.setPin(tenant, output.box, { pin: output.pin, extensions })).ok
      case 'check-pin':
        await this.#checkPin(output)
        return true
    }
  }

  async #play({ turn, prompts }: OutputOf<'play'>): Promise<void> {
    this.#stopWaiting()
    if (turn !== this.#machine?.state.turn) return
    const names: string[] = []
    for (const prompt of prompts) names.push(...(await this.#namesOf(prompt)))
    this.#hasFailed = false
    // A key may have been pressed meanwhile.
    if (turn !== this.#machine?.state.turn) return
    this.#playing = turn
    const source = { type: 'prompt', names, isLooped: false } as const
    // Also a call that somebody answered before: from here on it is ours, over a restart, too.
    const type = this.#hasSpoken ? 'hear' : 'answer'
    this.#hasSpoken = true
    this.#parts.wish({ type, source })
  }

  async #namesOf(prompt: Prompt): Promise<readonly string[]> {
    const { speaker, sounds, clock } = this.#parts
    if (!('recording' in prompt))
      return namesOf(this.#hasFailed ? failed(prompt) : prompt, speaker, clock.wallTime())
    const { recording } = prompt
    const name = this.#opened.get(recording) ?? (await sounds.open(recording))
    if (name === undefined) {
      const isGreeting = this.#machine?.kind === 'leave' && this.#machine.state.place !== 'review'
      return namesOf({ say: isGreeting ? 'greeting' : 'unreadable' }, speaker, clock.wallTime())
    }
    this.#opened.set(recording, name)
    return [name]
  }

  #wait({ turn, for: length }: OutputOf<'wait'>): void {
    this.#stopWaiting()
    if (turn !== this.#machine?.state.turn) return
    this.#timer = this.#parts.clock.arm(length, () => this.#step({ type: 'timeout', turn }))
  }

  /** What is said until the take is stored is lost with a crash; nothing of it was acknowledged. */
  async #record({ turn, longest }: OutputOf<'record'>): Promise<void> {
    this.#stopWaiting()
    const { takes, sounds, clock, wish } = this.#parts
    const { caller } = this.#visit
    const purpose = this.#machine?.kind === 'leave' ? 'message' : 'greeting'
    wish({ type: 'hear', source: { type: 'silence' } })
    const recording = sounds.begin(this.#visit, purpose, longest)
    const who = { tenant: caller.tenant, box: this.#box.id, ...callerOf(caller) }
    const take: Take = { recording, purpose, startedAt: clock.wallTime(), ...who }
    this.#take = { ...take, turn }
    if ((await takes.addTake(take)) === 'committed') return
    sounds.stop(recording)
    // What is not stored has no end that could be told: the visit would wait for it for ever.
    this.recorded(ms(0))
    throw new Error('the store takes no recording')
  }

  async #saveMessage({ box, recording, length, isUrgent }: OutputOf<'save-message'>): Promise<boolean> {
    const { book, clock, newId } = this.#parts
    const { caller } = this.#visit
    const receivedAt = this.#take?.startedAt ?? clock.wallTime()
    this.#forgetTake(recording)
    const id = newId() as MessageId
    const message = { id, recording, receivedAt, length, isUrgent, ...callerOf(caller) }
    return book.save(caller.tenant, box, message)
  }

  /** Kept or not, the recording has served. Should it stay after a crash, its take names it. */
  async #savePrompt({ prompt, recording }: OutputOf<'save-prompt'>): Promise<boolean> {
    const { savePrompt, sounds, takes } = this.#parts
    this.#forgetTake(recording)
    const isSaved = await savePrompt(prompt, recording)
    if (await sounds.erase(recording)) await takes.removeTake(recording)
    return isSaved
  }

  async #checkPin({ turn, box, pin }: OutputOf<'check-pin'>): Promise<void> {
    this.#stopWaiting()
    const { book, log } = this.#parts
    const checked = book.checkPin(this.#visit.caller.tenant, box, pin)
    const outcome = await checked.catch((error: unknown) => {
      log.warn('a PIN could not be compared', { error: String(error) })
      return 'locked' as const
    })
    this.#step({ type: 'pin-checked', turn, outcome })
  }

  /** Under the rules of who calls; from outside, where a box allows that, the company pays. */
  #callBack({ number }: OutputOf<'call-back'>): void {
    const { wish } = this.#parts
    if (this.#visit.caller.kind === 'inside') wish({ type: 'dial', dialled: number })
    else if (number.startsWith('+')) wish({ type: 'go', target: { to: 'outside', number } })
    else wish({ type: 'go', target: { to: 'extension', extension: number } })
  }

  #forgetTake(recording: RecordingId): void {
    if (this.#take?.recording === recording) this.#take = undefined
  }

  #stopWaiting(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#playing = undefined
  }

  /** Whether nothing of it goes on: then its sounds are not needed any more. */
  #look(): void {
    if (this.#isOver || !this.#hasLeft || this.#isPerforming) return
    if (this.#machine !== undefined && !hasEnded(this.#machine)) return
    this.#isOver = true
    this.#stopWaiting()
    for (const recording of this.#opened.keys()) this.#parts.sounds.close(recording)
    this.#parts.onOver()
  }
}

function hasEnded(machine: Machine): boolean {
  return (machine.kind === 'leave' ? machine.state.place : machine.state.place.name) === 'ended'
}

function callerOf(caller: Visit['caller']): { readonly from?: string; readonly name?: string } {
  if (caller.kind === 'inside') return { from: caller.extension, name: caller.name }
  const { number, name } = caller
  return { ...(number !== undefined && { from: number }), ...(name !== undefined && { name }) }
}

/** What would have been said of something that could not be stored. */
const DONE: ReadonlySet<string> = new Set([
  ...['saved', 'deleted', 'pin-changed', 'greeting-saved', 'greeting-removed', 'prompt-saved'],
])

function failed(prompt: Spoken): Spoken {
  return 'say' in prompt && DONE.has(prompt.say) ? { say: 'not-saved' } : prompt
}
