// The exchange: all calls that are going on. Performs what the machine of each call says, in order, through
// the ports; keeps the books that lead from a leg to its call.
import {
  type CallId,
  type LegId,
  type Log,
  ms,
  type TenantId,
  unreachable,
  type WallTime,
} from '@rufwerk/core'
import { type InsideCall, type Live, type RoutingConfig, route, type TrunkCall } from '@rufwerk/routing'
import { partyOf } from './ending.ts'
import type {
  CallEvent,
  Caller,
  CallJournal,
  CallView,
  Cdr,
  Clock,
  EndCause,
  LegEvent,
  LegPort,
} from './ports.ts'
import { stateAfterRestart, type UnfinishedCall } from './restored.ts'
import type { CallInput, CallOutput } from './signals.ts'
import type { CallRecord, CallState } from './state.ts'
import { CALL_TIME_MAX, holderOf, newCall, sourcesOf, step } from './step.ts'

/** Calls going on at once, over all tenants. */
export const CALLS_MAX = 10_000
/** Calls that one device may have at once, ringing or talking. */
export const CALLS_PER_DEVICE_MAX = 20
/** Calls that may have come in through one trunk; what its contract allows is less. */
export const CALLS_PER_TRUNK_MAX = 1_000

export interface ExchangePorts {
  readonly legs: LegPort
  readonly journal: CallJournal
  readonly clock: Clock
  readonly log: Log
  readonly routing: (tenant: TenantId) => { readonly config: RoutingConfig; readonly live: Live } | undefined
  readonly newId: () => string
  readonly seed: () => number
  /** Told at every change of a call, for screens and presence. */
  readonly onView: (view: CallView) => void
  /** A leg's quality, as it is measured during the call. */
  readonly onQuality?: (
    view: CallView,
    role: 'caller' | 'callee',
    event: LegEvent & { type: 'quality' },
  ) => void
}

export interface IncomingLeg {
  readonly leg: LegId
  readonly call: CallId
  readonly caller: Caller
  readonly dialled: string
}

interface Entry {
  state: CallState
  view: CallView
  readonly legs: Set<LegId>
  /** Why it is ending: written with the end. */
  readonly lastEvents: CallEvent[]
  timer: Disposable | undefined
  hasFailed: boolean
}

/** 503 asks the phone to try later (RFC 3261 §21.5.4); cause 42 is switching equipment congestion. */
const OVERLOADED: EndCause = { status: 503, cause: 42 }
const UNKNOWN_TENANT: EndCause = { status: 403, cause: 21 }

export class Exchange {
  readonly #ports: ExchangePorts
  readonly #calls = new Map<CallId, Entry>()
  readonly #callOfLeg = new Map<LegId, CallId>()
  /** By the device or trunk that they came from. */
  readonly #callsOfSource = new Map<string, number>()
  /** Inputs that arrived while another one was performed: a port may answer at once. Empty between inputs. */
  readonly #waiting: { readonly call: CallId; readonly input: CallInput }[] = []
  #isPerforming = false
  #isDraining = false

  constructor(ports: ExchangePorts) {
    this.#ports = ports
  }

  /** A device calls, or somebody through a trunk. The leg must not be answered here when the result is a cause. */
  onIncoming(incoming: IncomingLeg): 'accepted' | EndCause {
    const { journal, clock, routing, seed } = this.#ports
    const { call, caller, leg, dialled } = incoming
    if (this.#isDraining || this.#calls.size >= CALLS_MAX || journal.isOverloaded()) return OVERLOADED
    const max = caller.kind === 'inside' ? CALLS_PER_DEVICE_MAX : CALLS_PER_TRUNK_MAX
    if ((this.#callsOfSource.get(sourceOf(caller)) ?? 0) >= max) return { status: 486, cause: 17 }
    const tenant = routing(caller.tenant)
    if (!tenant) return UNKNOWN_TENANT
    const startedAt = clock.wallTime()
    const chance = seed()
    const plan = route(tenant.config, tenant.live, routedCall(caller, dialled, startedAt, chance))
    const { why } = plan.node
    const record = { call, caller, callerLeg: leg, dialled, startedAt, why, quality: new Map() }
    this.#enter(newCall(record), [leg])
    this.#take(call, { type: 'start', node: plan.node, config: tenant.config.version, seed: chance })
    return 'accepted'
  }

  /**
   * Takes up a call of the last run, before any event of its legs; they are told again what they hear. False
   * when it was not answered: such a call is over, and `cdrAfterRestart` makes its record.
   */
  restore(unfinished: UnfinishedCall): boolean {
    const state = stateAfterRestart(unfinished)
    if (state === undefined) return false
    const { call, callerLeg, calleeLeg, answeredAt } = state.record
    const { legs, clock } = this.#ports
    const entry = this.#enter(state, calleeLeg === undefined ? [callerLeg] : [callerLeg, calleeLeg])
    const talkedFor = clock.wallTime() - (answeredAt ?? clock.wallTime())
    const left = ms(Math.max(0, CALL_TIME_MAX - talkedFor))
    entry.timer = clock.arm(left, () => this.#take(call, { type: 'timer' }))
    for (const { leg, source } of sourcesOf(state)) legs.setSource(leg, source)
    this.#show(entry, { state: 'talking', heldBy: state.name === 'talking' ? holderOf(state) : undefined })
    return true
  }

  /** From now on no new call is accepted; those that stand go on. */
  drain(): void {
    this.#isDraining = true
  }

  onLegEvent(leg: LegId, event: LegEvent): void {
    const call = this.#callOfLeg.get(leg)
    if (call === undefined) return
    if (event.type === 'ended' || event.type === 'refused') {
      this.#callOfLeg.delete(leg)
      this.#calls.get(call)?.legs.delete(leg)
    }
    this.#take(call, { type: 'leg', leg, event })
    if (event.type === 'quality') this.#reportQuality(call, leg, event)
  }

  /** Ends a call from outside its legs. False when there is no such call. */
  hangUp(call: CallId): boolean {
    if (!this.#calls.has(call)) return false
    this.#take(call, { type: 'hangUp', by: 'system' })
    return true
  }

  /** The calls that are going on. */
  views(): CallView[] {
    return [...this.#calls.values()].map((entry) => entry.view)
  }

  /** Calls and legs in the books; zero when nothing is going on. */
  size(): number {
    return this.#calls.size + this.#callOfLeg.size + this.#callsOfSource.size + this.#waiting.length
  }

  /** The only place where a call comes into the books. */
  #enter(state: CallState, legs: readonly LegId[]): Entry {
    const { call, caller, dialled, why } = state.record
    const { tenant } = caller
    const view: CallView = { call, tenant, state: 'ringing', from: partyOf(caller), dialled, why }
    const entry: Entry = {
      state,
      view,
      legs: new Set(legs),
      lastEvents: [],
      timer: undefined,
      hasFailed: false,
    }
    this.#calls.set(call, entry)
    for (const leg of legs) this.#callOfLeg.set(leg, call)
    const source = sourceOf(caller)
    this.#callsOfSource.set(source, (this.#callsOfSource.get(source) ?? 0) + 1)
    return entry
  }

  #take(call: CallId, input: CallInput): void {
    this.#waiting.push({ call, input })
    if (this.#isPerforming) return
    this.#isPerforming = true
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        this.#stepSafely(next.call, next.input)
      }
    } finally {
      this.#isPerforming = false
    }
  }

  /** A mistake of ours ends this one call and no other. */
  #stepSafely(call: CallId, input: CallInput): void {
    try {
      this.#step(call, input)
    } catch (error) {
      this.#ports.log.error('call-failed', { call, input: input.type, error: String(error) })
      const entry = this.#calls.get(call)
      if (!entry) return
      // A second mistake while it ends leaves only the books to be closed.
      if (entry.hasFailed) {
        this.#forget(entry, call)
        return
      }
      entry.hasFailed = true
      this.#waiting.push({ call, input: { type: 'hangUp', by: 'system' } })
    }
  }

  #step(call: CallId, input: CallInput): void {
    const entry = this.#calls.get(call)
    if (!entry) return
    const at = this.#ports.clock.wallTime()
    const newLeg = (): LegId => {
      const leg = this.#ports.newId() as LegId
      this.#callOfLeg.set(leg, call)
      entry.legs.add(leg)
      return leg
    }
    const { state, out } = step(entry.state, input, { at, newLeg })
    entry.state = state
    const events: CallEvent[] = []
    const { tenant } = entry.view
    for (const output of out) {
      if (output.type === 'event') events.push({ ...output.event, tenant, call, at })
    }
    if (input.type === 'start') events.unshift(this.#requested(entry, input, at))
    // The facts are handed to the journal first: an answer waits for what was handed over before it. Why the
    // call ends goes with its record, which follows at once.
    const isOver = (state.name === 'ending' || state.name === 'ended') && input.type !== 'start'
    if (isOver) entry.lastEvents.push(...events)
    else if (events.length > 0) this.#ports.journal.append(events)
    for (const output of out) this.#perform(entry, output, at)
  }

  #requested(entry: Entry, { config, seed }: CallInput & { type: 'start' }, at: CallEvent['at']): CallEvent {
    const { call, caller, callerLeg, dialled } = entry.state.record
    const { kind: _, ...from } = partyOf(caller)
    const detail = { dialled, ...from, config, seed }
    return { tenant: caller.tenant, call, leg: callerLeg, at, type: 'requested', detail }
  }

  #perform(entry: Entry, output: CallOutput, at: CallEvent['at']): void {
    const { call } = entry.state.record
    switch (output.type) {
      case 'arm':
        entry.timer?.[Symbol.dispose]()
        entry.timer = this.#ports.clock.arm(output.after, () => this.#take(call, { type: 'timer' }))
        break
      case 'disarm':
        entry.timer?.[Symbol.dispose]()
        entry.timer = undefined
        break
      case 'view':
        this.#show(entry, output.view)
        break
      case 'finished':
        this.#finish(entry, output.cdr, at)
        break
      case 'event':
        break
      default:
        command(this.#ports.legs, entry.state.record, output)
    }
  }

  #finish(entry: Entry, cdr: Cdr, at: CallEvent['at']): void {
    const { call, tenant } = cdr
    const detail = { by: cdr.endedBy, cause: cdr.cause, status: cdr.status }
    this.#ports.journal.end(cdr, [...entry.lastEvents, { tenant, call, at, type: 'ended', detail }])
    this.#forget(entry, call)
  }

  /** The only place where a call leaves the books. */
  #forget(entry: Entry, call: CallId): void {
    entry.timer?.[Symbol.dispose]()
    for (const leg of entry.legs) this.#callOfLeg.delete(leg)
    const source = sourceOf(entry.state.record.caller)
    const left = (this.#callsOfSource.get(source) ?? 1) - 1
    if (left > 0) this.#callsOfSource.set(source, left)
    else this.#callsOfSource.delete(source)
    this.#calls.delete(call)
  }

  #show(entry: Entry, change: Pick<CallView, 'state' | 'cause' | 'heldBy'>): void {
    const { record } = entry.state
    entry.view = {
      ...entry.view,
      state: change.state,
      cause: change.cause,
      heldBy: change.heldBy,
      to: record.to,
      answeredAt: record.answeredAt,
      why: record.why,
    }
    this.#ports.onView(entry.view)
  }

  #reportQuality(call: CallId, leg: LegId, event: LegEvent & { type: 'quality' }): void {
    const entry = this.#calls.get(call)
    if (!entry) return
    const role = leg === entry.state.record.callerLeg ? 'caller' : 'callee'
    this.#ports.onQuality?.(entry.view, role, event)
  }
}

/** What the limits of calls are counted by. */
function sourceOf(caller: Caller): string {
  return caller.kind === 'inside' ? `device ${caller.device}` : `trunk ${caller.trunk}`
}

function routedCall(caller: Caller, dialled: string, at: WallTime, seed: number): InsideCall | TrunkCall {
  if (caller.kind === 'inside')
    return { dialled, caller: caller.person, callerDevice: caller.device, at, seed }
  const { trunk, number } = caller
  const callerNumber = number === undefined ? {} : { callerNumber: number }
  return { from: 'trunk', trunk, called: dialled, ...callerNumber, at, seed }
}

type LegCommand = Exclude<CallOutput, { readonly type: 'arm' | 'disarm' | 'view' | 'finished' | 'event' }>

function command(legs: LegPort, record: CallRecord, output: LegCommand): void {
  switch (output.type) {
    case 'dial': {
      const { call, caller, callerLeg } = record
      legs.dial({ call, leg: output.leg, caller, callerLeg, destination: output.destination })
      break
    }
    case 'ring':
      legs.ring(output.leg)
      break
    case 'progress':
      legs.progress(output.leg)
      break
    case 'answer':
      legs.answer(output.leg)
      break
    case 'end':
      legs.end(output.leg, output.cause)
      break
    case 'source':
      legs.setSource(output.leg, output.source)
      break
    case 'dtmf':
      legs.sendDtmf(output.leg, output.digit, output.durationMs, output.isCarried)
      break
    default:
      unreachable(output)
  }
}
