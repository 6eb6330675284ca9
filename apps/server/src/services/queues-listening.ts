// Somebody listens to a conversation of a queue, whispers to the agent or takes part: who that is calls in,
// hears it ring while the caller is told and the agent hears a tone, and is in a mix with both then. The
// agent hears the tone again as long as it lasts. Who may is decided by the machine of the queues.
import type { MixId, Visit, VisitWish } from '@rufwerk/calls'
import { type CallId, type LegId, type Log, type Ms, type PersonId, seconds } from '@rufwerk/core'
import type { CallerId, QueueInput, QueueOutput, SupervisionMode } from '@rufwerk/queues'

/** The agent is reminded so often. */
const TONE_EVERY: Ms = seconds(15)

export type Supervision = Extract<QueueOutput, { readonly type: 'warn' | 'supervise' | 'stopSupervising' }>

export interface ListeningParts {
  readonly wish: (call: CallId, wish: VisitWish) => boolean
  readonly arm: (delay: Ms, callback: () => void) => Disposable
  readonly log: Log
  readonly take: (input: QueueInput) => void
  /** The legs of a conversation, while it goes on. */
  readonly legsOf: (call: CallId) => { readonly caller: LegId; readonly agent?: LegId } | undefined
  /** The file of a prompt of the company's language. */
  readonly fileOf: (prompt: string) => string
}

interface Listener {
  readonly supervisor: PersonId
  readonly agent: PersonId
  readonly mode: SupervisionMode
  /** The conversation, once the caller is being told. */
  heard?: CallId
  /** Its call is being ended. */
  isOver?: boolean
  timer?: Disposable
}

export class Listening {
  readonly #parts: ListeningParts
  /** By the call of who listens; removed when it has left. */
  readonly #listeners = new Map<CallId, Listener>()

  constructor(parts: ListeningParts) {
    this.#parts = parts
  }

  has(call: CallId): boolean {
    return this.#listeners.has(call)
  }

  /** Somebody of the house asks to hear an agent; the input for it, or undefined for anybody else. */
  enter({ call, caller, node }: Visit): QueueInput | undefined {
    if (node.do !== 'queue' || node.supervises === undefined || caller.kind === 'outside') return undefined
    const { agent, mode } = node.supervises
    const supervisor = caller.person
    this.#listeners.set(call, { supervisor, agent, mode })
    this.#parts.wish(call, { type: 'hear', source: { type: 'tone', tone: 'ringback' } })
    return { type: 'supervise', supervisor, agent, mode }
  }

  refused(call: CallId): void {
    this.#parts.wish(call, { type: 'go', target: { to: 'announcement', prompt: 'setting-refused' } })
  }

  left(call: CallId): void {
    const listener = this.#listeners.get(call)
    this.#listeners.delete(call)
    listener?.timer?.[Symbol.dispose]()
    if (listener?.heard !== undefined && !listener.isOver)
      this.#parts.take({ type: 'stopSupervising', agent: listener.agent })
  }

  perform(output: Supervision): void {
    const call = output.caller as string as CallId
    if (output.type === 'warn') this.#warn(call, output.agent, output.prompt)
    else if (output.type === 'supervise') this.#begin(call)
    else this.#stop(call)
  }

  /** An announcement to this leg of the conversation is over. Nobody listens who was not told of. */
  announced(call: CallId, leg: LegId, isPlayed: boolean): void {
    if (this.#parts.legsOf(call)?.caller !== leg) return
    const found = this.#listenerOf(call)
    if (found === undefined) return
    if (isPlayed) this.#parts.take({ type: 'warned', caller: call as string as CallerId })
    else {
      this.#parts.log.error('queue-supervision-untold', { call })
      this.#parts.take({ type: 'stopSupervising', agent: found[1].agent })
    }
  }

  size(): number {
    return this.#listeners.size
  }

  #listenerOf(call: CallId): readonly [CallId, Listener] | undefined {
    return [...this.#listeners].find(([, { heard, isOver }]) => heard === call && !isOver)
  }

  #warn(call: CallId, agent: PersonId, prompt: string): void {
    const { wish, legsOf, fileOf } = this.#parts
    const all = [...this.#listeners.values()]
    const listener = all.find((one) => one.agent === agent && one.heard === undefined)
    const legs = legsOf(call)
    if (listener === undefined || legs === undefined) return
    listener.heard = call
    wish(call, { type: 'mix', mix: mixOf(call) })
    const sound = { type: 'prompt', names: [fileOf(prompt)], isLooped: false } as const
    wish(call, { type: 'announce', leg: legs.caller, sound })
    this.#remind(call, listener)
  }

  #begin(call: CallId): void {
    const found = this.#listenerOf(call)
    if (found === undefined) return
    const [own, { mode }] = found
    const agent = this.#parts.legsOf(call)?.agent
    const heardBy = mode === 'whisper' && agent !== undefined ? { heardBy: [agent] } : {}
    const source = { type: 'mix', mix: mixOf(call), isMuted: mode === 'listen', ...heardBy } as const
    this.#parts.wish(own, { type: 'answer', source })
  }

  #stop(call: CallId): void {
    const found = this.#listenerOf(call)
    this.#parts.wish(call, { type: 'mix' })
    if (found === undefined) return
    const [own, listener] = found
    listener.isOver = true
    listener.timer?.[Symbol.dispose]()
    this.#parts.wish(own, { type: 'end', cause: { status: 480, cause: 16 } })
  }

  #remind(call: CallId, listener: Listener): void {
    const { wish, arm, legsOf } = this.#parts
    const agent = legsOf(call)?.agent
    const sound = { type: 'tone', tone: 'beep' } as const
    if (agent !== undefined) wish(call, { type: 'announce', leg: agent, sound })
    listener.timer = arm(TONE_EVERY, () => this.#remind(call, listener))
  }
}

function mixOf(call: CallId): MixId {
  return `queue-${call}` as MixId
}
