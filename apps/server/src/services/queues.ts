// The queues of a tenant as calls meet them: whoever comes to a queue of the dial plan is told to the machine
// of the queues, and what that says is done to the call: music, announcements, agents that ring, the way out.
// Holds no rule of its own; those are in @rufwerk/queues.
import type { Caller, CallView, ServicePort, Visit, VisitEvent, VisitWish } from '@rufwerk/calls'
import {
  between,
  type CallId,
  fail,
  type Instant,
  type LegId,
  type Log,
  type Ms,
  ms,
  ok,
  type PersonId,
  type Result,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import {
  type CallerId,
  checkQueue,
  newQueueSet,
  type QueueConfig,
  type QueueEvent,
  type QueueId,
  type QueueInput,
  type QueueOutput,
  type QueueSet,
  type QueueStore,
  type QueuesError,
  queueView,
  readSnapshot,
  step,
  writeSnapshot,
} from '@rufwerk/queues'
import { type RoutingConfig, usageDay } from '@rufwerk/routing'
import { fileOf } from '@rufwerk/routing/prompts'
import { DAY_LOOK, QueueBooks } from './queues-books.ts'
import { Elsewhere } from './queues-elsewhere.ts'
import { Listening } from './queues-listening.ts'
import { announcementOf, HOLD_TONE, musicOf } from './queues-sound.ts'
import { leadTo, type OwnBox } from './queues-target.ts'

export interface QueuesParts {
  readonly tenant: TenantId
  readonly store: QueueStore
  readonly clock: { now(): Instant; arm(delay: Ms, callback: () => void): Disposable }
  readonly wallTime: () => WallTime
  /** For the strategy `random`. */
  readonly seed: number
  readonly log: Log
  readonly wish: (call: CallId, wish: VisitWish) => boolean
  /** Whether a phone of this person can ring, and may. */
  readonly isReachable: (person: PersonId) => boolean
  readonly config: () => RoutingConfig | undefined
  /** Whether callers can hear this file, such as `de-closed`. Absent: it is not asked. */
  readonly hasSound?: (file: string) => boolean
  /** Absent: nobody has a box but by the dial plan. */
  readonly ownBox?: OwnBox
  /** Told of every event, once. */
  readonly onEvent?: (event: QueueEvent, at: WallTime) => void
}

/** A call that a queue has. */
interface Visited {
  readonly caller: Caller
  readonly queue: QueueId
  readonly leg: LegId
  /** Of who answered last. */
  agentLeg?: LegId
  hears: 'music' | 'words' | 'tone'
}

interface Asked {
  readonly input: QueueInput
  readonly onRefused: ((error: QueuesError) => void) | undefined
}

export class Queues implements ServicePort {
  readonly #parts: QueuesParts
  readonly #books: QueueBooks
  readonly #elsewhere: Elsewhere
  readonly #listening: Listening
  /** Removed when the exchange says that the call has left. */
  readonly #visits = new Map<CallId, Visited>()
  /** Since when those have waited who are on their way to another queue; removed there, or with the call. */
  readonly #moving = new Map<CallId, Instant>()
  /** Inputs that came while another one was performed. Empty between inputs. */
  readonly #inputs: Asked[] = []
  /** What came before `begin`. */
  readonly #early: Asked[] = []
  #set: QueueSet
  #configs: ReadonlyMap<QueueId, QueueConfig>
  #timer: Disposable | undefined
  #dayTimer: Disposable | undefined
  #isPerforming = false
  #hasBegun = false

  constructor(
    parts: QueuesParts,
    stored: { readonly set: QueueSet; readonly day: number; readonly configs: readonly QueueConfig[] },
  ) {
    this.#parts = parts
    this.#set = stored.set
    this.#configs = new Map(stored.configs.map((config) => [config.queue, config]))
    const { tenant, store, clock, log } = parts
    const snapshot = (): string => writeSnapshot(this.#set, this.#env())
    const arm = clock.arm.bind(clock)
    this.#books = new QueueBooks({ tenant, store, arm, log, snapshot }, stored.day)
    this.#listening = new Listening({
      ...{ wish: parts.wish, arm, log },
      take: (input) => void this.take(input),
      legsOf: (call) => {
        const visit = this.#visits.get(call)
        return visit && { caller: visit.leg, ...(visit.agentLeg && { agent: visit.agentLeg }) }
      },
      fileOf: (prompt) => fileOf(parts.config()?.language ?? 'en', prompt),
    })
    this.#elsewhere = new Elsewhere((agent, isBusy) => {
      if (this.#set.agents.has(agent)) this.take({ type: 'busy', agent, isBusy })
    })
  }

  get set(): QueueSet {
    return this.#set
  }

  get configs(): ReadonlyMap<QueueId, QueueConfig> {
    return this.#configs
  }

  /** Whose call it is, while a queue has it. */
  callerOf(call: CallId): Caller | undefined {
    return this.#visits.get(call)?.caller
  }

  now(): { readonly now: Instant; readonly at: WallTime } {
    return this.#env()
  }

  /**
   * Calls of the run before have come back by now, and phones can be reached: who waits is served from here
   * on. What has come until then is made up for.
   */
  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.take({ type: 'restored', callers: [...this.#visits.keys()].map(callerOf) })
    for (const queue of this.#set.queues.keys())
      if (!this.#configs.has(queue)) this.take({ type: 'remove', queue })
    for (const config of this.#configs.values()) this.configure(config)
    for (const { input, onRefused } of this.#early.splice(0)) this.take(input, onRefused)
    this.#lookAtDay()
  }

  /** Phones have registered, or are known again after a restart. */
  phonesAreBack(): void {
    for (const agent of this.#set.agents.keys()) this.reachabilityChanged(agent)
  }

  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** A new queue, or other settings for one. */
  configure(config: QueueConfig): void {
    this.#configs = new Map(this.#configs).set(config.queue, config)
    this.take({ type: 'configure', config })
    for (const { agent } of config.members) {
      this.reachabilityChanged(agent)
      this.take({ type: 'busy', agent, isBusy: this.#elsewhere.isBusy(agent) })
    }
  }

  remove(queue: QueueId): void {
    const configs = new Map(this.#configs)
    configs.delete(queue)
    this.#configs = configs
    this.take({ type: 'remove', queue })
  }

  enter(visit: Visit): boolean {
    const { call, caller, leg, node, talksWith } = visit
    if (node.do !== 'queue') return false
    if (node.supervises !== undefined) return this.#letListen(visit)
    const queue = node.queue as QueueId
    const id = callerOf(call)
    const known = this.#set.callers.get(id)
    // Somebody talks since before the restart, and nobody remembers that it was for a queue.
    if (talksWith !== undefined && known?.name !== 'talking') return false
    this.#visits.set(call, { caller, queue, leg, hears: 'music' })
    if (known !== undefined) {
      if (known.name === 'waiting') this.#hold(call, this.#configs.get(known.queue)?.music ?? '')
      return true
    }
    if (!this.#configs.has(queue)) {
      this.#parts.log.warn('queue-not-there', { call, queue })
      this.#parts.wish(call, { type: 'go', target: { to: 'announcement', prompt: 'out-of-order' } })
      return true
    }
    if (caller.kind === 'inside') this.#elsewhere.came(call, caller.person)
    const since = this.#moving.get(call)
    this.#moving.delete(call)
    const waited = since === undefined ? ms(0) : between(since, this.#parts.clock.now())
    if (!this.#hasBegun) this.#hold(call, this.#configs.get(queue)?.music ?? '')
    this.take({ type: 'enter', caller: id, queue, waited }, (error) => this.#notIn(call, error))
    return true
  }

  /** A mistake of ours; whoever calls hears more than nothing. */
  #notIn(call: CallId, { code }: QueuesError): void {
    this.#parts.log.error('queue-enter-refused', { call, code })
    this.#parts.wish(call, { type: 'go', target: { to: 'announcement', prompt: 'out-of-order' } })
  }

  #letListen(visit: Visit): boolean {
    if (visit.caller.kind === 'inside') this.#elsewhere.came(visit.call, visit.caller.person)
    const asked = this.#listening.enter(visit)
    if (asked === undefined) return false
    this.take(asked, () => this.#listening.refused(visit.call))
    return true
  }

  happened(call: CallId, event: VisitEvent): void {
    if (this.#listening.has(call)) {
      if (event.type === 'left') this.#listening.left(call)
      return
    }
    const caller = callerOf(call)
    switch (event.type) {
      case 'key':
        this.take({ type: 'key', caller, key: event.key })
        return
      case 'soundEnded':
      case 'soundFailed':
        this.#soundOver(call, event.type === 'soundFailed')
        return
      case 'announced':
        this.#listening.announced(call, event.leg, event.isPlayed)
        return
      case 'answered':
        this.#answeredBy(call, event.leg)
        this.take({ type: 'answered', caller, agent: event.person })
        return
      case 'notAnswered':
        this.take({ type: 'notAnswered', caller, agent: event.person, why: event.why })
        return
      case 'lost':
        this.take({ type: 'agentLost', caller })
        return
      case 'left':
        this.#visits.delete(call)
        this.take({ type: 'ended', caller })
        this.#elsewhere.released(call)
    }
  }

  #answeredBy(call: CallId, leg: LegId): void {
    const visit = this.#visits.get(call)
    if (visit !== undefined) visit.agentLeg = leg
  }

  /** Every change of every call of the tenant. */
  callShown(view: CallView): void {
    if (view.state === 'ended') this.#moving.delete(view.call)
    this.#elsewhere.show(view, this.#visits.has(view.call))
  }

  /** A phone of this person has come or gone. */
  reachabilityChanged(agent: PersonId): void {
    const known = this.#set.agents.get(agent)
    const isReachable = this.#parts.isReachable(agent)
    if (known !== undefined && known.isReachable !== isReachable)
      this.take({ type: 'reachable', agent, isReachable })
  }

  /** As `take`, for somebody who wants to know whether it was possible. */
  ask(input: QueueInput): Result<undefined, QueuesError> {
    let result: Result<undefined, QueuesError> = ok(undefined)
    this.take(input, (error) => {
      result = fail(error)
    })
    return result
  }

  /** Performs the input, and those that follow from it. Before `begin` it waits. */
  take(input: QueueInput, onRefused?: (error: QueuesError) => void): void {
    if (!this.#hasBegun) {
      this.#early.push({ input, onRefused })
      return
    }
    this.#inputs.push({ input, onRefused })
    if (this.#isPerforming) return
    this.#isPerforming = true
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        const error = this.#stepSafely(next.input)
        if (error !== undefined) next.onRefused?.(error)
      }
    } finally {
      this.#isPerforming = false
    }
    this.#books.changed()
  }

  /** Calls, people in calls, and what waits: zero when nothing is going on. */
  size(): number {
    const books = this.#visits.size + this.#moving.size + this.#elsewhere.size()
    return books + this.#listening.size() + this.#inputs.length + this.#early.length + this.#set.callers.size
  }

  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    this.#dayTimer?.[Symbol.dispose]()
    await this.#books.close()
  }

  /** A mistake of ours stops no other caller. */
  #stepSafely(input: QueueInput): QueuesError | undefined {
    let refused: QueuesError | undefined
    try {
      const { state, out } = step(this.#set, input, this.#env())
      this.#set = state
      for (const output of out) {
        if (output.type === 'refused') refused = output.error
        this.#perform(output)
      }
    } catch (error) {
      this.#parts.log.error('queues-failed', { input: input.type, error: String(error) })
    }
    return refused
  }

  #perform(output: QueueOutput): void {
    const { wish, log, onEvent } = this.#parts
    switch (output.type) {
      case 'hold':
        this.#hold(callOf(output.caller), output.music)
        return
      case 'ring':
        wish(callOf(output.caller), { type: 'ring', person: output.agent })
        return
      case 'cancel': {
        const isElsewhere = output.reason === 'answeredElsewhere'
        wish(callOf(output.caller), { type: 'stopRinging', person: output.agent, isElsewhere })
        return
      }
      case 'announce':
        this.#announce(output)
        return
      case 'leave':
        this.#lead(output)
        return
      case 'tooLate':
        // They talk all the same, and the queue has nothing to do with it.
        log.warn('queue-answer-late', { call: output.caller, agent: output.agent })
        this.take({ type: 'ended', caller: output.caller })
        return
      case 'event':
        this.#books.add(output.at, output.event)
        onEvent?.(output.event, output.at)
        return
      case 'arm':
        this.#arm(output.at)
        return
      case 'disarm':
        this.#timer?.[Symbol.dispose]()
        this.#timer = undefined
        return
      case 'warn':
      case 'supervise':
      case 'stopSupervising':
        this.#listening.perform(output)
        return
      case 'connect':
      case 'refused':
      // The exchange has connected who answered; whoever asked hears of a refusal.
    }
  }

  #hold(call: CallId, music: string): void {
    const visit = this.#visits.get(call)
    if (visit !== undefined) visit.hears = 'music'
    this.#parts.wish(call, { type: 'answer', source: musicOf(music) })
  }

  #announce({ caller, ...what }: QueueOutput & { readonly type: 'announce' }): void {
    const call = callOf(caller)
    const visit = this.#visits.get(call)
    const source = announcementOf(this.#parts.config()?.language ?? 'en', what)
    if (visit === undefined || source === undefined) return
    visit.hears = 'words'
    this.#parts.wish(call, { type: 'hear', source })
  }

  /** Words give way to music, and music that is missing to a tone. */
  #soundOver(call: CallId, isMissing: boolean): void {
    const visit = this.#visits.get(call)
    if (visit === undefined || this.#set.callers.get(callerOf(call))?.name !== 'waiting') return
    const { hears, queue } = visit
    if (hears === 'tone') return
    visit.hears = hears === 'words' || !isMissing ? 'music' : 'tone'
    const source = visit.hears === 'music' ? musicOf(this.#configs.get(queue)?.music ?? '') : HOLD_TONE
    this.#parts.wish(call, { type: 'hear', source })
  }

  #lead({ caller, reason, target, waited }: QueueOutput & { readonly type: 'leave' }): void {
    const { wish, clock, config, ownBox, log } = this.#parts
    const call = callOf(caller)
    if (target.to === 'queue') this.#moving.set(call, (clock.now() - waited) as Instant)
    log.info('queue-left', { call, reason, to: target.to })
    wish(call, { type: 'go', target: leadTo(target, config(), ownBox) })
  }

  #arm(at: Instant): void {
    this.#timer?.[Symbol.dispose]()
    const { clock } = this.#parts
    const wait = (): Disposable =>
      clock.arm(ms(Math.max(0, at - clock.now())), () => {
        // A timer wheel may come a little early, and the machine does not ask again.
        if (clock.now() < at) this.#timer = wait()
        else this.take({ type: 'timer' })
      })
    this.#timer = wait()
  }

  /** Midnight, where the company is. */
  #lookAtDay(): void {
    const { clock, config, wallTime } = this.#parts
    this.#dayTimer = clock.arm(DAY_LOOK, () => this.#lookAtDay())
    const now = config()
    if (now === undefined) return
    const at = wallTime()
    const today = usageDay(now, at)
    const { day } = this.#books
    if (today <= day) return
    const days = [...this.#set.queues.keys()].flatMap((queue) => {
      const counts = queueView(this.#set, queue, clock.now())?.today
      return counts === undefined ? [] : [{ queue, day, counts }]
    })
    void this.#books.endDay(today, days, at)
    this.take({ type: 'newDay' })
  }

  #env(): { readonly now: Instant; readonly at: WallTime } {
    return { now: this.#parts.clock.now(), at: this.#parts.wallTime() }
  }
}

/** Reads what is stored. Settings that cannot be read are left out, and a state that cannot is begun anew. */
export async function openQueues(parts: QueuesParts): Promise<Queues> {
  const { tenant, store, clock, wallTime, seed, log, config } = parts
  const configs = readConfigs(await store.loadQueues(tenant), log)
  const routing = config()
  const today = routing === undefined ? 0 : usageDay(routing, wallTime())
  const state = await store.loadState(tenant)
  const read = state && readSnapshot(state.text, { now: clock.now(), at: wallTime() })
  if (read !== undefined && !read.ok) log.error('queue-state-unreadable', { ...read.error })
  const isKnown = read?.ok === true
  const set = isKnown ? read.value : newQueueSet(seed)
  const queues = new Queues(parts, { set, configs, day: isKnown ? (state?.day ?? today) : today })
  // With nobody to wait for there is nothing to be taken up.
  if (set.callers.size === 0) queues.begin()
  return queues
}

function readConfigs(stored: readonly unknown[], log: Log): QueueConfig[] {
  return stored.flatMap((one) => {
    const checked = checkQueue(one)
    if (checked.ok) return [checked.value]
    log.error('queue-settings-unreadable', { place: checked.error.place })
    return []
  })
}

/** Whoever waits is a call. */
function callerOf(call: CallId): CallerId {
  return call as string as CallerId
}

function callOf(caller: CallerId): CallId {
  return caller as string as CallId
}
