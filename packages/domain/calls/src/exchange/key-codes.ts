// Codes that people of the house press during a call, for phones that cannot do it by themselves: one joins
// their two calls, one is followed by the number to which the other party is led, one has the call recorded,
// pauses that and goes on with it. What somebody outside presses acts on nothing. The first keys are heard at
// the other end; while a number is keyed in, the hold tone is.
import type { CallId, DeviceId, LegId, WallTime } from '@rufwerk/core'
import { type CodeAction, DIALLED_CHARS_MAX } from '@rufwerk/routing'
import { fileOf } from '@rufwerk/routing/prompts'
import { KEY_PAUSE } from '../limits.ts'
import type { CallInput } from '../signals.ts'
import { deviceAt, whoIsAt } from '../transfer-rules.ts'
import type { CallBooks, Entry } from './call-books.ts'
import type { ExchangePorts } from './exchange-ports.ts'
import type { Recorder } from './recorder.ts'

export interface KeyCodesParts {
  readonly ports: ExchangePorts
  readonly books: CallBooks
  readonly take: (call: CallId, input: CallInput) => void
  /** Connects the others of the call of this leg and of another one of the device; false: there is none. */
  readonly join: (device: DeviceId, leg: LegId) => boolean
  /** This person wants it recorded, or paused, or to go on: `Recorder.press`. */
  readonly record: Recorder['press']
}

type Typing =
  /** The last keys, as long as they may be a code. */
  | { readonly name: 'code'; readonly keys: string; readonly at: WallTime }
  | {
      readonly name: 'number'
      readonly digits: string
      readonly pause: Disposable
      /** The other party was put on hold for it. */
      readonly holds: boolean
    }
  /** Being led there. */
  | { readonly name: 'led'; readonly holds: boolean }

/** The longest code. */
const CODE_CHARS_MAX = 8
const IN_CALL: ReadonlySet<CodeAction> = new Set(['join', 'transfer', 'record'])

export class KeyCodes {
  readonly #parts: KeyCodesParts
  /** By the leg of who presses; goes with the leg. */
  readonly #typing = new Map<LegId, Typing>()

  constructor(parts: KeyCodesParts) {
    this.#parts = parts
  }

  /** True: the key was for us, and is none of the other party's business. */
  pressed(call: CallId, leg: LegId, key: string): boolean {
    const entry = this.#parts.books.get(call)
    const typing = this.#typing.get(leg)
    if (entry === undefined || typing?.name === 'led') return typing !== undefined
    if (typing?.name === 'number') {
      this.#digit(call, leg, typing, key)
      return true
    }
    return this.#code(entry, leg, key, typing)
  }

  /** The transfer that was keyed in is decided. */
  told(leg: LegId, status: number): void {
    const typing = this.#typing.get(leg)
    if (typing?.name !== 'led' || status < 200) return
    this.#typing.delete(leg)
    const call = this.#parts.books.callOf(leg)
    if (status >= 300 && typing.holds && call !== undefined) this.#hold(call, leg, 'resumed')
  }

  forget(leg: LegId): void {
    const typing = this.#typing.get(leg)
    if (typing?.name === 'number') typing.pause[Symbol.dispose]()
    this.#typing.delete(leg)
  }

  /** Legs on which somebody has pressed keys. */
  size(): number {
    return this.#typing.size
  }

  #code(entry: Entry, leg: LegId, key: string, before: Typing | undefined): boolean {
    const { ports, join } = this.#parts
    const { state, config } = entry
    const { record } = state
    const device = deviceAt(record, leg)
    // A centre that is called for help is not put on hold by keys.
    if (state.name !== 'talking' || device === undefined || record.why.rule === 'emergency') return false
    const codes = (config ?? ports.routing(record.caller.tenant)?.config)?.dialPlan?.codes ?? []
    const inCall = codes.filter(({ does }) => IN_CALL.has(does))
    if (inCall.length === 0) return false
    const at = ports.clock.wallTime()
    const goesOn = before?.name === 'code' && at - before.at <= KEY_PAUSE
    const keys = `${goesOn ? before.keys : ''}${key}`.slice(-CODE_CHARS_MAX)
    const code = inCall.find((one) => keys.endsWith(one.code))
    if (code === undefined) {
      this.#typing.set(leg, { name: 'code', keys, at })
      return false
    }
    this.#typing.delete(leg)
    if (code.does === 'join') return join(device, leg)
    if (code.does === 'record') return this.#record(entry, leg)
    const holds = !state.held.has(leg)
    this.#typing.set(leg, { name: 'number', digits: '', pause: this.#pause(record.call, leg), holds })
    if (holds) this.#hold(record.call, leg, 'held')
    return true
  }

  #record({ state, config }: Entry, leg: LegId): boolean {
    const { ports, record, take } = this.#parts
    const { call, caller } = state.record
    const known = config ?? ports.routing(caller.tenant)?.config
    const who = known && whoIsAt(state.record, leg, known)
    const is = who?.kind === 'inside' ? record(call, who.person) : undefined
    if (known === undefined || is === undefined) return false
    // While it is asked the question and the notice tell it.
    if (is === 'asking') return true
    void is.then((now) => {
      if (now === undefined) return
      const name = now === 'paused' ? 'recording-paused' : 'recording-resumed'
      take(call, { type: 'say', leg, names: [fileOf(known.language, name)] })
    })
    return true
  }

  #digit(call: CallId, leg: LegId, typing: Typing & { readonly name: 'number' }, key: string): void {
    typing.pause[Symbol.dispose]()
    const digits = key === '#' ? typing.digits : `${typing.digits}${key}`
    if (key !== '#' && digits.length < DIALLED_CHARS_MAX)
      this.#typing.set(leg, { ...typing, digits, pause: this.#pause(call, leg) })
    else this.#complete(call, leg, { ...typing, digits })
  }

  #pause(call: CallId, leg: LegId): Disposable {
    return this.#parts.ports.clock.arm(KEY_PAUSE, () => {
      const typing = this.#typing.get(leg)
      if (typing?.name === 'number') this.#complete(call, leg, typing)
    })
  }

  #complete(call: CallId, leg: LegId, { digits, holds }: Typing & { readonly name: 'number' }): void {
    if (digits === '') {
      this.#typing.delete(leg)
      if (holds) this.#hold(call, leg, 'resumed')
      return
    }
    this.#typing.set(leg, { name: 'led', holds })
    const event = { type: 'transfer', to: { dialled: digits } } as const
    this.#parts.take(call, { type: 'leg', leg, event })
  }

  #hold(call: CallId, leg: LegId, type: 'held' | 'resumed'): void {
    this.#parts.take(call, { type: 'leg', leg, event: { type } })
  }
}
