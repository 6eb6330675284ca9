// The exchange: all calls that are going on. Performs what the machine of each call says, in order, through
// the ports; keeps the books that lead from a leg to its call.
import {
  type CallId,
  type DeviceId,
  type LegId,
  type Ms,
  ms,
  type PersonId,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import type { PlanNode, RoutingConfig, TrunkId, Usage } from '@rufwerk/routing'
import { CALL_TIME_MAX, CAUSE, PARK_TIME } from '../limits.ts'
import { callToTake } from '../nodes/pick-up.ts'
import { resumePlan } from '../nodes/serve.ts'
import type { CallEvent, Caller, CallView, Cdr, EndCause, LegEvent, VisitWish } from '../ports.ts'
import { requestedEvent, stateAfterRestart, type UnfinishedCall } from '../restored.ts'
import type { CallInput, CallOutput, TimerName } from '../signals.ts'
import { type NewRecord, newCall, step } from '../step.ts'
import { holderOf, sourcesOf } from '../talking.ts'
import { CallBooks, type Entry } from './call-books.ts'
import { command } from './command.ts'
import type { ExchangePorts, IncomingLeg } from './exchange-ports.ts'
import { House } from './house.ts'
import { KeyCodes, type KeyCodesParts } from './key-codes.ts'
import { callsForHelp, dialsTogether, isForHelp, planOf, trunksOf } from './plans.ts'
import { Recorder } from './recorder.ts'
import { disarm } from './timers.ts'
import { Transfers } from './transfers.ts'
import { UsageBook } from './usage.ts'
import { connectedOf, ringersOf, type Talk, talksOf } from './views.ts'
import { Visits } from './visits.ts'

/** Calls going on at once, over all tenants. */
export const CALLS_MAX = 10_000
/** Emergency calls that are taken beyond CALLS_MAX. */
const EMERGENCY_CALLS_MAX = 1_000
/** Calls that one device may have at once, ringing or talking. */
export const CALLS_PER_DEVICE_MAX = 20
/** Calls that may have come in through one trunk; what its contract allows is less. */
export const CALLS_PER_TRUNK_MAX = 1_000

/** 503 asks the phone to try later (RFC 3261 §21.5.4); cause 42 is switching equipment congestion. */
const OVERLOADED: EndCause = { status: 503, cause: 42 }
const UNKNOWN_TENANT: EndCause = { status: 403, cause: 21 }

export class Exchange {
  /** Which calls are recorded. */
  readonly recorder: Recorder
  readonly #ports: ExchangePorts
  readonly #books = new CallBooks()
  /** Inputs that arrived while another one was performed: a port may answer at once. Empty between inputs. */
  readonly #waiting: { readonly call: CallId; readonly input: CallInput }[] = []
  readonly #usage = new UsageBook()
  #isPerforming = false
  #isDraining = false
  readonly #house: House
  readonly #transfers: Transfers
  readonly #visits: Visits
  readonly #keys: KeyCodes

  constructor(ports: ExchangePorts) {
    const books = this.#books
    const take = (call: CallId, input: CallInput): void => this.#take(call, input)
    this.#ports = ports
    const join = (device: DeviceId, leg?: LegId): boolean => this.#transfers.joinCalls(device, leg)
    this.#house = new House({ ports, books, take, join })
    const record: KeyCodesParts['record'] = (call, by) => this.recorder.press(call, by)
    this.#keys = new KeyCodes({ ports, books, take, join, record })
    this.#visits = new Visits({ ports, take })
    this.recorder = new Recorder({
      port: ports.recorder,
      stateOf: (call) => books.get(call)?.state,
      take,
      show: (call) => {
        const entry = books.get(call)
        if (entry) this.#show(entry, entry.view)
      },
      note: (call, type, detail) => {
        const tenant = books.get(call)?.view.tenant
        const at = ports.clock.wallTime()
        if (tenant !== undefined) ports.journal.append([{ tenant, call, at, type, detail }])
      },
    })
    this.#transfers = new Transfers({
      ports,
      stateOf: (call) => books.get(call)?.state,
      states: () => books.states(),
      tell: (leg, status) => this.#tell(leg, status),
      callOf: (leg) => books.callOf(leg),
      isFull: (isUrgent) =>
        isUrgent ? !this.#hasRoomForHelp() : books.calls() >= CALLS_MAX || ports.journal.isOverloaded(),
      open: (record, start) => this.#open(record, start),
      give: (leg, call) => this.#give(leg, call),
      release: (leg, call) => void books.get(call)?.legs.delete(leg),
      take,
    })
  }

  /**
   * A device calls, or somebody through a trunk. The leg must not be answered here when the result is a
   * cause.
   */
  onIncoming(incoming: IncomingLeg): 'accepted' | EndCause {
    const { clock, routing, seed } = this.#ports
    const { call, caller, leg, dialled, replaces } = incoming
    if (replaces !== undefined) return this.#replace(leg, caller, replaces)
    const refusal = this.#refusalOf(caller)
    if (refusal !== undefined && !(this.#hasRoomForHelp() && this.isEmergency(incoming))) return refusal
    const tenant = routing(caller.tenant)
    if (!tenant) return UNKNOWN_TENANT
    const startedAt = clock.wallTime()
    const planned = planOf(tenant, incoming, { at: startedAt, seed: seed() })
    if (this.#takeOver(leg, caller, planned.node, tenant.config)) return 'accepted'
    const { why } = planned.node
    const record = { call, caller, callerLeg: leg, dialled, startedAt, why }
    this.#books.enter(newCall(record), [leg], tenant.config)
    this.#take(call, { type: 'start', ...planned })
    return 'accepted'
  }

  /** Somebody of the house calls for help, or brings others to it: whoever has a limit lets it pass. */
  isEmergency({ caller, dialled, address }: Pick<IncomingLeg, 'caller' | 'dialled' | 'address'>): boolean {
    const { routing, clock } = this.#ports
    const tenant = caller.kind === 'inside' ? routing(caller.tenant) : undefined
    if (caller.kind !== 'inside' || tenant === undefined) return false
    if (callsForHelp(tenant, { caller, dialled, address }, clock.wallTime())) return true
    const { config } = tenant
    if (!dialsTogether(config, dialled)) return false
    const forHelp = [...this.#books.states()].filter(isForHelp)
    return talksOf(forHelp, caller.person, config).length > 0
  }

  /** The leg is in a call that leads to an emergency number, also when it was transferred there. */
  isInEmergency(leg: LegId): boolean {
    const call = this.#books.callOf(leg)
    return call !== undefined && isForHelp(this.#books.get(call)?.state)
  }

  /** What stops an ordinary call. */
  #refusalOf(caller: Caller): EndCause | undefined {
    const { journal } = this.#ports
    if (this.#isDraining || this.#books.calls() >= CALLS_MAX || journal.isOverloaded()) return OVERLOADED
    const max = caller.kind === 'inside' ? CALLS_PER_DEVICE_MAX : CALLS_PER_TRUNK_MAX
    return this.#books.callsFrom(caller) >= max ? { status: 486, cause: 17 } : undefined
  }

  #hasRoomForHelp(): boolean {
    return this.#books.calls() < CALLS_MAX + EMERGENCY_CALLS_MAX
  }

  /**
   * Takes up a call of the last run, before any event of its legs; they are told again what they hear. False
   * when it was not answered: such a call is over, and `cdrAfterRestart` makes its record.
   */
  restore(unfinished: UnfinishedCall): boolean {
    const state = stateAfterRestart(unfinished)
    if (state === undefined) return false
    const { callerLeg, calleeLeg, answeredAt, timeMax, spent } = state.record
    const { legs, clock } = this.#ports
    const ownLegs = calleeLeg === undefined ? [callerLeg] : [callerLeg, calleeLeg]
    const entry = this.#books.enter(state, ownLegs, undefined)
    const now = clock.wallTime()
    const left = (limit: Ms, since = now): Ms => ms(Math.max(0, limit - (now - since)))
    this.#arm(entry, 'day', left(CALL_TIME_MAX, answeredAt))
    if (timeMax !== undefined) this.#arm(entry, 'money', left(timeMax, spent?.since))
    for (const { leg, source } of sourcesOf(state)) legs.setSource(leg, source)
    if (state.name === 'parked') this.#arm(entry, 'node', PARK_TIME)
    if (state.name === 'served')
      for (const output of resumePlan(state)) this.#perform(entry, output, clock.wallTime())
    this.#show(entry, { state: 'talking', heldBy: state.name === 'talking' ? holderOf(state) : undefined })
    this.#visits.resume(entry)
    return true
  }

  #replace(leg: LegId, who: Caller, replaced: LegId): 'accepted' | EndCause {
    const call = this.#books.callOf(replaced)
    const entry = call === undefined ? undefined : this.#books.get(call)
    if (call === undefined || entry?.state.name !== 'talking')
      return { status: 481, cause: CAUSE.temporaryFailure }
    this.#books.join(leg, call)
    this.#take(call, { type: 'replace', leg: replaced, by: leg, who, isHeld: false })
    return 'accepted'
  }

  /** Who picks up a call, or brings back a parked one, comes into that call and makes none. */
  #takeOver(leg: LegId, who: Caller, node: PlanNode, config: RoutingConfig): boolean {
    if (who.kind === 'outside') return false
    const call = callToTake(this.#books.states(), who, node, config)?.record.call
    if (call === undefined) return false
    this.#books.join(leg, call)
    this.#ports.legs.moveLeg(leg, call)
    this.#take(call, { type: 'pickedUp', leg, who })
    return true
  }

  /** From now on no new call is accepted; those that stand go on. */
  drain(): void {
    this.#isDraining = true
  }

  onLegEvent(leg: LegId, event: LegEvent): void {
    const call = this.#books.callOf(leg)
    if (call === undefined) return
    if (event.type === 'renewed') {
      this.recorder.renewed(call, leg)
      return
    }
    if (event.type === 'ended' || event.type === 'refused') {
      this.#books.part(leg)
      this.#keys.forget(leg)
    }
    if (event.type === 'dtmf' && this.#keys.pressed(call, leg, event.digit)) return
    this.#take(call, { type: 'leg', leg, event })
    if (event.type === 'quality') this.#reportQuality(call, leg, event)
  }

  /** Ends a call from outside its legs. False when there is no such call. */
  hangUp(call: CallId): boolean {
    if (this.#books.get(call) === undefined) return false
    this.#take(call, { type: 'hangUp', by: 'system' })
    return true
  }

  /** The answered calls in which this person talks. */
  talksOf(tenant: TenantId, person: PersonId): readonly Talk[] {
    const config = this.#ports.routing(tenant)?.config
    return config === undefined ? [] : talksOf(this.#books.states(), person, config)
  }

  /** Who talks with this leg is led there, as if its phone had transferred them. */
  lead(leg: LegId, dialled: string): void {
    this.onLegEvent(leg, { type: 'transfer', to: { dialled } })
  }

  /** What the service that has this call wishes. False when it has no such call any more. */
  wish(call: CallId, wish: VisitWish): boolean {
    const tenant = this.#books.get(call)?.view.tenant
    return tenant !== undefined && this.#visits.wish(call, wish, tenant)
  }

  /** Calls that have a leg on this trunk, ringing or talking. */
  callsOn(trunk: TrunkId): number {
    let count = 0
    for (const state of this.#books.states()) if (trunksOf(state).includes(trunk)) count += 1
    return count
  }

  /** What a person, or the company, has used today of calls to the outside; for routing. */
  usageOf(tenant: TenantId, payer: PersonId | 'company'): Usage {
    const { routing, clock } = this.#ports
    const config = routing(tenant)?.config
    if (config === undefined) return { calls: 0, minutes: 0, money: 0, callsNow: 0 }
    return this.#usage.of(config, payer, this.#books.states(), clock.wallTime())
  }

  /** A record of the run before, for what was used today. */
  remember(cdr: Cdr): void {
    const config = cdr.spent && this.#ports.routing(cdr.tenant)?.config
    if (config !== undefined) this.#usage.add(cdr, config, this.#ports.clock.wallTime())
  }

  /** The calls that are going on. */
  views(): CallView[] {
    return [...this.#books.all()].map((entry) => entry.view)
  }

  /** Calls and legs in the books; zero when nothing is going on. */
  size(): number {
    const others = this.#transfers.size() + this.#visits.size() + this.#keys.size() + this.recorder.size()
    return this.#books.size() + this.#waiting.length + others
  }

  /** A call of a leg that is answered already, and may cost something since. */
  #open(record: NewRecord, start: CallInput): void {
    const { routing, clock } = this.#ports
    const { call, caller, callerLeg, timeMax, spent } = record
    const entry = this.#books.enter(newCall(record), [], routing(caller.tenant)?.config)
    this.#give(callerLeg, call)
    if (timeMax !== undefined && spent !== undefined) {
      entry.moneyUntil = wallTime(spent.since + timeMax)
      this.#arm(entry, 'money', ms(Math.max(0, entry.moneyUntil - clock.wallTime())))
    }
    this.#take(call, start)
  }

  /** Events of the leg go to another call from now on. One that has ended meanwhile is missed there. */
  #give(leg: LegId, call: CallId): void {
    if (this.#books.callOf(leg) !== undefined) this.#books.join(leg, call)
    else this.#waiting.push({ call, input: { type: 'leg', leg, event: { type: 'ended', by: 'network' } } })
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
      const entry = this.#books.get(call)
      if (!entry) return
      // A second mistake while it ends leaves only the books to be closed.
      if (entry.hasFailed) {
        this.#books.forget(entry)
        this.#visits.left(call)
        this.recorder.left(call)
        this.#transfers.failed(call, entry.state.record)
        return
      }
      entry.hasFailed = true
      this.#waiting.push({ call, input: { type: 'hangUp', by: 'system' } })
    }
  }

  #step(call: CallId, input: CallInput): void {
    if (input.type === 'transferred') this.#transfers.arrives(call, input)
    const entry = this.#books.get(call)
    if (!entry) {
      // Its call ended in the moment in which somebody came into it.
      if (input.type === 'pickedUp') this.#ports.legs.end(input.leg, { status: 480, cause: CAUSE.normal })
      if (input.type === 'replace') this.#ports.legs.end(input.by, { status: 480, cause: CAUSE.normal })
      return
    }
    const at = this.#ports.clock.wallTime()
    const newLeg = (): LegId => {
      const leg = this.#ports.newId() as LegId
      this.#books.join(leg, call)
      return leg
    }
    const { state, out } = step(entry.state, input, { at, newLeg })
    this.#transfers.leaving(entry.state, state, input)
    const before = entry.state
    entry.state = state
    const events: CallEvent[] = []
    const { tenant } = entry.view
    for (const output of out) {
      if (output.type === 'event') events.push({ ...output.event, tenant, call, at })
    }
    if (input.type === 'start') events.unshift(requestedEvent(entry.state.record, input, at))
    // The facts are handed to the journal first: an answer waits for what was handed over before it. Why the
    // call ends goes with its record, which follows at once.
    const isOver = (state.name === 'ending' || state.name === 'ended') && input.type !== 'start'
    if (isOver) entry.lastEvents.push(...events)
    else if (events.length > 0) this.#ports.journal.append(events)
    for (const output of out) this.#perform(entry, output, at)
    this.#visits.after(before, state)
    this.recorder.after(before, state)
    const hasEnded = this.#books.get(call) !== entry || entry.view.state === 'ended'
    if (!hasEnded && String(ringersOf(state)) !== String(entry.view.rings)) this.#show(entry, entry.view)
    this.#transfers.watch(call, state)
  }

  #perform(entry: Entry, output: CallOutput, at: CallEvent['at']): void {
    switch (output.type) {
      case 'arm':
        this.#arm(entry, output.timer, output.after)
        break
      case 'disarm':
        disarm(entry.timers, output.timer)
        break
      case 'plan':
        this.#house.plan(entry, output.target)
        break
      case 'park':
        this.#house.park(entry, output)
        break
      case 'find':
        this.#house.find(entry, output.keyed)
        break
      case 'visit':
        this.#visits.begin(entry, output.node)
        break
      case 'visited':
        this.#visits.tell(entry.state.record.call, output.event)
        break
      case 'change':
        this.#house.change(entry, output)
        break
      case 'view':
        this.#show(entry, output.view)
        break
      case 'finished':
        this.#finish(entry, output.cdr, at)
        break
      case 'event':
        break
      case 'record':
        this.recorder.agreed(entry.state, output)
        break
      case 'transfer':
        this.#transfers.begin(entry.state, output)
        break
      default:
        if (output.type === 'end' && this.#isTakenBack(entry, output)) break
        if (output.type === 'dial') this.#house.makeRoom(entry, output.destination)
        if (output.type === 'told') this.#tell(output.leg, output.status)
        else command(this.#ports.legs, entry.state.record, output, entry.config)
    }
  }

  /** Whoever transfers hears what became of it, by the phone or by the keys. */
  #tell(leg: LegId, status: number): void {
    this.#ports.legs.transferResult(leg, status)
    this.#keys.told(leg, status)
  }

  #isTakenBack({ state }: Entry, { leg, cause }: CallOutput & { type: 'end' }): boolean {
    return this.#transfers.takesBack(state.record.call, leg, state, cause.status)
  }

  #arm(entry: Entry, timer: TimerName, given: Ms): void {
    disarm(entry.timers, timer)
    const until = timer === 'money' ? entry.moneyUntil : undefined
    const left = until === undefined ? given : Math.max(0, until - this.#ports.clock.wallTime())
    const after = ms(Math.min(given, left))
    const { call } = entry.state.record
    const fire = (): void => {
      entry.timers.delete(timer)
      this.#take(call, { type: 'timer', timer })
    }
    entry.timers.set(timer, this.#ports.clock.arm(after, fire))
  }

  #finish(entry: Entry, cdr: Cdr, at: CallEvent['at']): void {
    const { call, tenant } = cdr
    this.remember(cdr)
    const detail = { by: cdr.endedBy, cause: cdr.cause, status: cdr.status }
    this.#ports.journal.end(cdr, [...entry.lastEvents, { tenant, call, at, type: 'ended', detail }])
    for (const leg of entry.legs) this.#keys.forget(leg)
    this.#books.forget(entry)
  }

  #show(entry: Entry, change: Pick<CallView, 'state' | 'cause' | 'heldBy'>): void {
    const { record } = entry.state
    entry.view = {
      ...entry.view,
      state: change.state,
      cause: change.cause,
      heldBy: change.heldBy,
      recording: this.recorder.stateOf(record.call),
      ...connectedOf(record),
      rings: change.state === 'ended' ? undefined : ringersOf(entry.state),
      answeredAt: record.answeredAt,
      why: record.why,
    }
    this.#ports.onView(entry.view)
  }

  #reportQuality(call: CallId, leg: LegId, event: LegEvent & { type: 'quality' }): void {
    const entry = this.#books.get(call)
    if (!entry) return
    const role = leg === entry.state.record.callerLeg ? 'caller' : 'callee'
    this.#ports.onQuality?.(entry.view, role, event)
  }
}
