// Transfers between calls: asks route() as the transferor, lends the party to the call that follows, and sees
// to it that it comes back, or is rung through to the transferor again, when nobody takes it.
import { type CallId, type DeviceId, type LegId, ms } from '@rufwerk/core'
import type { Target } from '@rufwerk/routing'
import { CAUSE } from '../limits.ts'
import type { Caller, InsideCaller } from '../ports.ts'
import type { CallInput, CallOutput, Costs, Planned, Returning } from '../signals.ts'
import type { CallRecord, CallState } from '../state.ts'
import type { NewRecord } from '../step.ts'
import { isLegOf, legOfDevice, refusalOf, whoIsAt } from '../transfer-rules.ts'
import type { ExchangePorts } from './exchange-ports.ts'
import { callsForHelp, isForHelp, planOf } from './plans.ts'

/** What they need of the exchange. */
export interface Desk {
  readonly ports: ExchangePorts
  stateOf(call: CallId): CallState | undefined
  /** In the order in which the calls began. */
  states(): Iterable<CallState>
  /** What became of the transfer that this leg asked for. */
  tell(leg: LegId, status: number): void
  callOf(leg: LegId): CallId | undefined
  /** No further call is taken; calls for help have room beyond. */
  isFull(isUrgent: boolean): boolean
  /** Begins a call of an answered leg. */
  open(record: NewRecord, start: CallInput & { readonly type: 'start' }): void
  /** Events of the leg go to this call from now on. */
  give(leg: LegId, call: CallId): void
  /** The end of this call does not concern the leg. */
  release(leg: LegId, call: CallId): void
  take(call: CallId, input: CallInput): void
}

/** A call that a blind transfer has made, until it is answered or over. */
interface Pending {
  /** The call that the party comes from. */
  readonly home: CallId
  readonly party: LegId
  readonly who: Caller
  readonly transferor: InsideCaller
  hasRung: boolean
  isBack: boolean
}

type Asked = CallOutput & { readonly type: 'transfer' }

export class Transfers {
  readonly #desk: Desk
  /** By the call that was made; removed when that is answered or ends. */
  readonly #pending = new Map<CallId, Pending>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  begin(state: CallState, asked: Asked): void {
    const { ports } = this.#desk
    const { record } = state
    const tenant = ports.routing(record.caller.tenant)
    const transferor = tenant && whoIsAt(record, asked.leg, tenant.config)
    const who = tenant && whoIsAt(record, asked.party, tenant.config)
    if (tenant === undefined || who === undefined || transferor?.kind !== 'inside') {
      this.#desk.tell(asked.leg, 503)
      return
    }
    const { to } = asked
    const isUrgent =
      this.#isHelp(state, to) ||
      ('dialled' in to &&
        callsForHelp(
          tenant,
          { caller: who, dialled: to.dialled, transferor, address: ports.legs.addressOf?.(asked.leg) },
          ports.clock.wallTime(),
        ))
    if (this.#desk.isFull(isUrgent)) this.#desk.tell(asked.leg, 503)
    else if ('leg' in to) this.#join(state, asked, to.leg, who, transferor)
    else this.#lead(state, asked, to.dialled, who, transferor)
  }

  /**
   * By code: the others of the two calls that a device has talk to each other. `leg` is in the one that is
   * joined; otherwise it is the youngest, which may still ring. False: there are no two.
   */
  joinCalls(device: DeviceId, leg?: LegId): boolean {
    const own = [...this.#desk.states()].flatMap((state) => {
      const found = legOfDevice(state, device)
      return found === undefined ? [] : [{ state, leg: found }]
    })
    const target = leg === undefined ? own.at(-1) : own.find((one) => one.leg === leg)
    const home = own.findLast(({ state }) => state !== target?.state && state.name === 'talking')
    if (home === undefined || target === undefined) return false
    const event = { type: 'transfer', to: { leg: target.leg } } as const
    this.#desk.take(home.state.record.call, { type: 'leg', leg: home.leg, event })
    return true
  }

  /** The legs that are led away belong to another call before the record of theirs is written. */
  leaving(before: CallState, after: CallState, input: CallInput): void {
    if (before.name !== 'transferring' || after.name === 'transferring' || after.name === 'talking') return
    if (input.type === 'partyGone') return
    this.#desk.ports.legs.moveLeg(before.party, before.to)
  }

  /** True: this leg is not to be ended, it goes back to where it came from. */
  takesBack(call: CallId, leg: LegId, state: CallState, status: number): boolean {
    const pending = this.#pending.get(call)
    if (pending?.party !== leg || state.record.answeredAt !== undefined) return false
    pending.isBack = true
    const { home, party, who, transferor } = pending
    this.#desk.release(leg, call)
    this.#desk.take(call, { type: 'leg', leg, event: { type: 'ended', by: 'us' } })
    const isHeld = state.record.isCallerHeld === true
    const { spent, timeMax } = state.record
    const costs = spent && { spent, ...(timeMax !== undefined && { timeMax }) }
    const returning = { from: call, party, who, transferor, isHeld, ...(costs && { costs }) }
    this.#desk.take(home, { type: 'transferred', status: Math.max(status, 400), returning })
    return true
  }

  /** The party comes back to this call; when the transferor is gone it calls them. */
  arrives(home: CallId, { returning }: CallInput & { readonly type: 'transferred' }): void {
    if (returning === undefined) return
    if (this.#desk.stateOf(home)?.name === 'transferring') this.#desk.give(returning.party, home)
    else this.#recall(returning)
  }

  /** After each step of a call. */
  watch(call: CallId, state: CallState): void {
    const pending = this.#pending.get(call)
    if (pending === undefined) return
    const { home } = pending
    const { ringingAt, answeredAt } = state.record
    if (answeredAt !== undefined) {
      this.#pending.delete(call)
      this.#desk.take(home, { type: 'transferred', status: 200 })
    } else if (state.name === 'ending' || state.name === 'ended') {
      this.#pending.delete(call)
      if (pending.isBack) return
      this.#desk.take(home, { type: 'partyGone' })
    } else if (ringingAt !== undefined && !pending.hasRung) {
      pending.hasRung = true
      this.#desk.take(home, { type: 'transferred', status: 180 })
    }
  }

  /** A mistake of ours has taken the call out of the books. */
  failed(call: CallId, record: CallRecord): void {
    const party = this.#pending.get(call)?.party
    if (party !== undefined) this.#desk.ports.legs.end(party, { status: 500, cause: CAUSE.temporaryFailure })
    this.watch(call, { name: 'ended', record })
  }

  size(): number {
    return this.#pending.size
  }

  /** One of the two calls is one for help: whoever is joined to it, or led away from it. */
  #isHelp(home: CallState, to: Asked['to']): boolean {
    const target = 'leg' in to ? this.#desk.callOf(to.leg) : undefined
    return isForHelp(home) || (target !== undefined && isForHelp(this.#desk.stateOf(target)))
  }

  /** Blind: the toll rules are judged again, for the transferor (docs/abuse-cases.md, B8). */
  #lead(
    home: CallState,
    { leg, party }: Asked,
    dialled: string,
    who: Caller,
    transferor: InsideCaller,
  ): void {
    const { call } = home.record
    const address = this.#desk.ports.legs.addressOf?.(leg)
    const planned = this.#plan({ caller: who, dialled, transferor, address })
    if (planned === undefined) {
      this.#desk.tell(leg, 503)
      return
    }
    const { why } = planned.node
    const refusal = refusalOf(planned.node)
    if (refusal !== undefined) {
      this.#desk.take(call, { type: 'transferRefused', leg, dialled, why, status: refusal })
      return
    }
    const { person, device } = transferor
    const record: NewRecord = {
      ...this.#begun({ who, party, dialled, from: call, planned }),
      isCallerHeld: isHeldBy(home, party),
      transferor: { person, device },
      ...this.#costs(home, party),
    }
    this.#pending.set(record.call, { home: call, party, who, transferor, hasRung: false, isBack: false })
    this.#desk.take(call, { type: 'lend', leg, to: record.call, dialled, why })
    this.#desk.open(record, { type: 'start', ...planned })
  }

  #recall({ from, party, who, transferor, isHeld, costs }: Returning): void {
    const { extension } = transferor
    const planned = this.#plan({ caller: who, dialled: extension }, { to: 'extension', extension })
    if (planned === undefined) {
      this.#desk.ports.legs.end(party, { status: 480, cause: CAUSE.temporaryFailure })
      return
    }
    const begun = this.#begun({ who, party, dialled: extension, from, planned })
    this.#desk.ports.legs.moveLeg(party, begun.call)
    this.#desk.open({ ...begun, isCallerHeld: isHeld, ...costs }, { type: 'start', ...planned })
  }

  #plan(asked: Parameters<typeof planOf>[1], target?: Target): Planned | undefined {
    const { routing, clock, seed } = this.#desk.ports
    const tenant = routing(asked.caller.tenant)
    return tenant && planOf(tenant, asked, { at: clock.wallTime(), seed: seed() }, target)
  }

  #begun(by: {
    readonly who: Caller
    readonly party: LegId
    readonly dialled: string
    readonly from: CallId
    readonly planned: Planned
  }): NewRecord {
    const { clock, newId } = this.#desk.ports
    return {
      call: newId() as CallId,
      caller: by.who,
      callerLeg: by.party,
      dialled: by.dialled,
      startedAt: clock.wallTime(),
      why: by.planned.node.why,
      transferredFrom: by.from,
      isLed: true,
      hasSound: true,
    }
  }

  /** Attended: the party takes the place of the transferor's other leg. */
  #join(home: CallState, asked: Asked, other: LegId, who: Caller, transferor: InsideCaller): void {
    const { leg, party } = asked
    const { call } = home.record
    const to = this.#desk.callOf(other)
    const target = to === undefined || to === call ? undefined : this.#desk.stateOf(to)
    if (to !== undefined && target?.name === 'ringing' && other === target.record.callerLeg) {
      // Nobody has answered there yet: the party is led to what the transferor dialled, and may come back.
      this.#desk.take(to, { type: 'hangUp', by: 'caller', how: { status: 487, cause: CAUSE.normal } })
      this.#lead(home, asked, target.record.dialled, who, transferor)
      return
    }
    if (
      to === undefined ||
      target?.name !== 'talking' ||
      home.name !== 'talking' ||
      !isLegOf(target, other)
    ) {
      this.#desk.tell(leg, 480)
      return
    }
    const isHeld = isHeldBy(home, party)
    const costs = this.#costs(home, party)
    this.#desk.give(party, to)
    this.#desk.take(call, { type: 'lend', leg, to })
    this.#desk.take(to, {
      type: 'replace',
      leg: other,
      by: party,
      who,
      from: call,
      isHeld,
      ...(costs && { costs }),
    })
    this.#desk.take(call, { type: 'transferred', status: 200 })
  }

  /** A leg to the outside costs what it was begun with, wherever it is led. */
  #costs({ record }: CallState, party: LegId): Costs | undefined {
    const { calleeLeg, timeMax, spent } = record
    if (party !== calleeLeg || spent === undefined) return undefined
    const now = this.#desk.ports.clock.wallTime()
    const left = timeMax === undefined ? {} : { timeMax: ms(Math.max(0, timeMax - (now - spent.since))) }
    return { spent: { ...spent, since: now }, ...left }
  }
}

function isHeldBy(state: CallState, leg: LegId): boolean {
  return state.name === 'talking' && state.held.has(leg)
}
