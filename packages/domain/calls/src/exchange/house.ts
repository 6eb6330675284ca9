// What a call asks of the house around it: where it goes on, a place to wait, a person by name, a change of a
// setting, room on a trunk. The answer is an input like any other.
import type { CallId, DeviceId } from '@rufwerk/core'
import type { Target } from '@rufwerk/routing'
import { fileOf } from '@rufwerk/routing/prompts'
import { CAUSE } from '../limits.ts'
import { freePlace } from '../nodes/pick-up.ts'
import type { Destination, SettingAnswer } from '../ports.ts'
import type { CallInput, CallOutput } from '../signals.ts'
import type { CallBooks, Entry } from './call-books.ts'
import type { ExchangePorts } from './exchange-ports.ts'
import { planOf, type Routing, spelledTarget, trunksOf } from './plans.ts'

export interface HouseParts {
  readonly ports: ExchangePorts
  readonly books: CallBooks
  readonly take: (call: CallId, input: CallInput) => void
  /** Connects the others of the two calls that a device has; false: it has no two. */
  readonly join: (device: DeviceId) => boolean
}

export class House {
  readonly #parts: HouseParts

  constructor(parts: HouseParts) {
    this.#parts = parts
  }

  /** Asks route() where the call goes on. */
  plan(entry: Entry, target: Target | undefined): void {
    const { ports, take } = this.#parts
    const { clock, seed, legs } = ports
    const { record } = entry.state
    const tenant = this.#routingOf(entry)
    if (tenant === undefined) {
      take(record.call, { type: 'notPlanned' })
      return
    }
    // Whoever led the caller here dialled, and is elsewhere by now.
    const address = record.transferor === undefined ? legs.addressOf?.(record.callerLeg) : undefined
    const planned = planOf(tenant, { ...record, address }, { at: clock.wallTime(), seed: seed() }, target)
    take(record.call, { type: 'planned', ...planned, ...(target && { target }) })
  }

  /** The place is taken at once, before the call knows of it. */
  park(entry: Entry, asked: CallOutput & { type: 'park' }): void {
    const { books, take } = this.#parts
    const { call, caller } = entry.state.record
    const others = [...books.all()].filter((other) => other !== entry)
    const taken = others.flatMap(({ state, place }) => {
      if (state.record.caller.tenant !== caller.tenant) return []
      if (state.name === 'parked') return state.lot === asked.lot ? [state.slot] : []
      return state.name === 'parking' && state.lot === asked.lot && place !== undefined ? [place] : []
    })
    const config = this.#routingOf(entry)?.config
    entry.place = config && freePlace(config, asked, taken)
    const { place } = entry
    take(call, place === undefined ? { type: 'notParked' } : { type: 'parkedAt', slot: place })
  }

  /** Who was spelled on the keys. */
  find(entry: Entry, keyed: string): void {
    const { call } = entry.state.record
    const tenant = this.#routingOf(entry)
    const target = tenant && spelledTarget(tenant, keyed)
    if (target === undefined) this.#parts.take(call, { type: 'notPlanned' })
    else this.plan(entry, target)
  }

  change(entry: Entry, { setting, value }: CallOutput & { type: 'change' }): void {
    const { ports, take } = this.#parts
    const { settings, log } = ports
    const { call, caller } = entry.state.record
    if (setting === 'join') {
      take(call, { type: 'settled', answer: this.#join(entry) })
      return
    }
    if (settings === undefined || caller.kind === 'outside') {
      take(call, { type: 'settled', answer: undefined })
      return
    }
    settings.change(caller.person, setting, value).then(
      (answer) => take(call, { type: 'settled', answer }),
      (error: unknown) => {
        log.error('setting-failed', { call, setting, error: String(error) })
        const how = { status: 500, cause: CAUSE.temporaryFailure }
        take(call, { type: 'hangUp', by: 'system', how })
      },
    )
  }

  #join(entry: Entry): SettingAnswer | undefined {
    const { caller } = entry.state.record
    const language = this.#routingOf(entry)?.config.language
    if (caller.kind === 'outside' || language === undefined) return undefined
    const isChanged = this.#parts.join(caller.device)
    return { isChanged, prompt: fileOf(language, isChanged ? 'joined' : 'nothing-to-join') }
  }

  /** An emergency call takes a full trunk: the youngest other call on it ends, if there is one. */
  makeRoom(entry: Entry, destination: Destination): void {
    const { ports, books, take } = this.#parts
    if (destination.to !== 'trunk' || !destination.attempt.mayCutOthers) return
    const { trunk } = destination.attempt
    const others = [...books.all()].filter(
      (other) => other !== entry && other.state.record.why.rule !== 'emergency',
    )
    const victim = others.findLast(({ state }) => trunksOf(state).includes(trunk))
    if (victim === undefined) return
    const { call } = victim.state.record
    ports.log.warn('call-cut-for-emergency', { call, trunk })
    take(call, { type: 'hangUp', by: 'system', how: { status: 503, cause: CAUSE.preemption } })
  }

  /** The configuration of the call's beginning, with what is live now. */
  #routingOf({ config, state }: Entry): Routing | undefined {
    const now = this.#parts.ports.routing(state.record.caller.tenant)
    return now && { ...now, config: config ?? now.config }
  }
}
