// Transfers between calls: asks route() as the transferor, lends the party to the call that follows, and sees
// to it that it comes back, or is rung through to the transferor again, when nobody takes it.
import type { CallId, LegId, WallTime } from '@rufwerk/core'
import { route } from '@rufwerk/routing'
import type { ExchangePorts } from './exchange.ts'
import type { Caller, InsideCaller } from './ports.ts'
import { routedCall } from './routed.ts'
import type { CallInput, CallOutput } from './signals.ts'
import type { CallRecord, CallState } from './state.ts'
import { refusalOf, whoIsAt } from './transfer.ts'

/** What they need of the exchange. */
export interface Desk {
  readonly ports: ExchangePorts
  stateOf(call: CallId): CallState | undefined
  callOf(leg: LegId): CallId | undefined
  /** No further call is taken. */
  isFull(): boolean
  /** Begins a call of an answered leg. */
  open(record: CallRecord, start: CallInput & { readonly type: 'start' }): void
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

type Returning = NonNullable<(CallInput & { readonly type: 'transferred' })['returning']>

type Asked = CallOutput & { readonly type: 'transfer' }

export class Transfers {
  readonly #desk: Desk
  /** By the call that was made; removed when that is answered or ends. */
  readonly #pending = new Map<CallId, Pending>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  begin(record: CallRecord, asked: Asked): void {
    const { ports } = this.#desk
    const tenant = ports.routing(record.caller.tenant)
    const transferor = tenant && whoIsAt(record, asked.leg, tenant.config)
    const who = tenant && whoIsAt(record, asked.party, tenant.config)
    const isAble = who !== undefined && transferor?.kind === 'inside' && !this.#desk.isFull()
    if (!isAble) ports.legs.transferResult(asked.leg, 503)
    else if ('leg' in asked.to) this.#join(record.call, asked, asked.to.leg, who)
    else this.#lead(record.call, asked, asked.to.dialled, who, transferor)
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
    const returning = { from: call, party, who, transferor }
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
    if (party !== undefined) this.#desk.ports.legs.end(party, { status: 500, cause: 41 })
    this.watch(call, { name: 'ended', record })
  }

  size(): number {
    return this.#pending.size
  }

  /** Blind: the toll rules are judged again, for the transferor (docs/abuse-cases.md, B8). */
  #lead(home: CallId, { leg, party }: Asked, dialled: string, who: Caller, transferor: InsideCaller): void {
    const { ports } = this.#desk
    const made = this.#plan(who, { dialled, transferor, transferredFrom: home }, party)
    if (made === undefined) return
    const { record, start } = made
    const { why } = start.node
    const refusal = refusalOf(start.node)
    if (refusal !== undefined) {
      this.#desk.take(home, { type: 'transferRefused', leg, dialled, why, status: refusal })
      return
    }
    this.#pending.set(record.call, { home, party, who, transferor, hasRung: false, isBack: false })
    this.#desk.take(home, { type: 'lend', leg, to: record.call, dialled, why })
    ports.legs.setSource(party, { type: 'tone', tone: 'hold' })
    this.#desk.open(record, start)
  }

  #recall({ from, party, who, transferor }: Returning): void {
    const { extension } = transferor
    const made = this.#plan(who, { dialled: extension, transferredFrom: from, recalls: extension }, party)
    if (made === undefined) {
      this.#desk.ports.legs.end(party, { status: 480, cause: 41 })
      return
    }
    this.#desk.ports.legs.moveLeg(party, made.record.call)
    this.#desk.ports.legs.setSource(party, { type: 'tone', tone: 'hold' })
    this.#desk.open(made.record, made.start)
  }

  #plan(
    who: Caller,
    to: {
      readonly dialled: string
      readonly transferredFrom: CallId
      readonly transferor?: InsideCaller
      readonly recalls?: string
    },
    party: LegId,
  ): { readonly record: CallRecord; readonly start: CallInput & { readonly type: 'start' } } | undefined {
    const { routing, clock, seed, newId } = this.#desk.ports
    const tenant = routing(who.tenant)
    if (tenant === undefined) return undefined
    const { dialled, transferredFrom, transferor, recalls } = to
    const startedAt: WallTime = clock.wallTime()
    const chance = seed()
    const first = routedCall({ caller: who, dialled, transferor }, startedAt, chance)
    const plan = route(
      tenant.config,
      tenant.live,
      recalls === undefined
        ? first
        : {
            from: 'plan',
            first,
            target: { to: 'extension', extension: recalls },
            at: startedAt,
            seed: chance,
          },
    )
    const record: CallRecord = {
      call: newId() as CallId,
      caller: who,
      callerLeg: party,
      dialled,
      startedAt,
      why: plan.node.why,
      quality: new Map(),
      transferredFrom,
      isLed: true,
      ...(transferor !== undefined && { transferor }),
    }
    const start = { type: 'start' as const, node: plan.node, config: tenant.config.version, seed: chance }
    return { record, start }
  }

  /** Attended: the party takes the place of the transferor's other leg. */
  #join(home: CallId, { leg, party }: Asked, other: LegId, who: Caller): void {
    const to = this.#desk.callOf(other)
    const target = to === undefined || to === home ? undefined : this.#desk.stateOf(to)
    const here = this.#desk.stateOf(home)
    const isThere = target?.name === 'talking' && here?.name === 'talking'
    if (to === undefined || !isThere || !isOf(target, other)) {
      this.#desk.ports.legs.transferResult(leg, 480)
      return
    }
    const isHeld = here.held.has(party)
    this.#desk.give(party, to)
    this.#desk.take(home, { type: 'lend', leg, to })
    this.#desk.take(to, { type: 'replace', leg: other, by: party, who, from: home, isHeld })
    this.#desk.take(home, { type: 'transferred', status: 200 })
  }
}

function isOf({ record, calleeLeg }: Extract<CallState, { name: 'talking' }>, leg: LegId): boolean {
  return leg === record.callerLeg || leg === calleeLeg
}
