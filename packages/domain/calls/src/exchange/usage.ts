// What the outside calls of today have used, by who pays for them: what the daily limits are judged by. Calls
// that go on are counted up to now, from their states.
import { type Ms, ms, type PersonId, type TenantId, type WallTime } from '@rufwerk/core'
import { costOf, type RoutingConfig, type Usage, usageDay } from '@rufwerk/routing'
import type { Cdr } from '../ports.ts'
import type { CallState } from '../state.ts'

type Payer = PersonId | 'company'

interface Used {
  calls: number
  talked: Ms
  money: number
}

/** An outside leg of a call: dialled, and answered or not yet. */
interface Running {
  readonly payer?: PersonId
  readonly number: string
  readonly since?: WallTime
}

/** Totals of ended calls; those of another day go when the first of today comes. */
export class UsageBook {
  readonly #tenants = new Map<TenantId, { readonly day: number; readonly used: Map<Payer, Used> }>()

  /** A call that has ended counts for the day on which its outside leg answered. */
  add({ tenant, endedAt, spent }: Cdr, config: RoutingConfig, now: WallTime): void {
    if (spent === undefined || usageDay(config, spent.since) !== usageDay(config, now)) return
    const talked = ms(Math.max(0, endedAt - spent.since))
    const money = costOf(config, spent.number, talked)
    const used = this.#today(tenant, usageDay(config, now))
    for (const payer of payersOf(spent)) {
      const before = used.get(payer) ?? { calls: 0, talked: ms(0), money: 0 }
      used.set(payer, {
        calls: before.calls + 1,
        talked: ms(before.talked + talked),
        money: before.money + money,
      })
    }
  }

  of(config: RoutingConfig, payer: Payer, states: Iterable<CallState>, now: WallTime): Usage {
    const ended = this.#today(config.tenant, usageDay(config, now)).get(payer)
    let { calls, talked, money } = ended ?? { calls: 0, talked: ms(0), money: 0 }
    let callsNow = 0
    for (const state of states) {
      if (state.record.caller.tenant !== config.tenant) continue
      for (const { since, number } of runningOf(state).filter((one) => payersOf(one).includes(payer))) {
        callsNow += 1
        const time = ms(since === undefined ? 0 : Math.max(0, now - since))
        talked = ms(talked + time)
        money += costOf(config, number, time)
      }
    }
    calls += callsNow
    return { calls, minutes: talked / 60_000, money, callsNow }
  }

  #today(tenant: TenantId, day: number): Map<Payer, Used> {
    const known = this.#tenants.get(tenant)
    if (known?.day === day) return known.used
    const used = new Map<Payer, Used>()
    this.#tenants.set(tenant, { day, used })
    return used
  }
}

/** What a person uses is used by the company, too. */
function payersOf({ payer }: { readonly payer?: PersonId }): Payer[] {
  return payer === undefined ? ['company'] : [payer, 'company']
}

function runningOf(state: CallState): Running[] {
  if (state.name === 'talking' || state.name === 'transferring')
    return state.record.spent === undefined ? [] : [state.record.spent]
  if (state.name !== 'ringing') return []
  return state.seats.flatMap(({ ring, state: seat }) => {
    if (ring.to !== 'outside' || seat !== 'ringing') return []
    const { payer, number } = ring.call
    return [{ number, ...(payer !== undefined && { payer }) }]
  })
}
