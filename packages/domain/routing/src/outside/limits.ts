// What outside calls may cost: international and premium numbers only where allowed, and a day's calls,
// minutes and money for each person and for the company. Against toll fraud, so it is judged for forwards as
// well.
import { type Ms, minutes, type PersonId, type WallTime } from '@rufwerk/core'
import { zoneOf } from '../calendar/zone.ts'
import type { RoutingConfig } from '../config.ts'
import type { Deciding, Path } from '../deciding.ts'
import type { Allowed, Limits, Rate } from '../dial-plan.ts'
import { classAt, type OutsideNumber } from '../numbers/number.ts'
import type { Why } from '../plan.ts'
import { limitsOf, type Payer } from './payer.ts'

const CAPITALS = { de: 'Europe/Berlin', us: 'America/New_York' } as const

/** Undefined when the number may be called. */
export function deniedByKind(d: Deciding, number: OutsideNumber, payer: Payer, path: Path): Why | undefined {
  const kind = classAt(number, d.place(payer.site).country)
  const values = { number: number.number, class: kind, country: number.country }
  if (kind !== 'premium' && kind !== 'international') {
    d.look(path, 'allowed', 'needs-no-permission', values)
    return undefined
  }
  const own = payer.person === undefined ? undefined : d.index.people.get(payer.person)?.allowed
  const isAllowed = [d.plan.allowed, own].some((allowed) => allowed && permits(allowed, number, kind))
  d.look(path, 'allowed', isAllowed ? 'allowed' : 'denied', values)
  if (isAllowed) return undefined
  return { rule: kind === 'premium' ? 'premium-denied' : 'international-denied', values }
}

function permits(allowed: Allowed, number: OutsideNumber, kind: 'premium' | 'international'): boolean {
  if (kind === 'international') return number.country !== '' && allowed.countries.includes(number.country)
  return allowed.premium.some((prefix) =>
    number.kind === 'short' ? prefix === number.number : isPrefix(prefix, number.number),
  )
}

/** A prefix of nothing would be everything. */
export function isPrefix(prefix: string, number: string): boolean {
  return prefix.length > 1 && prefix.startsWith('+') && number.startsWith(prefix)
}

export type Budget =
  | { readonly isLeft: true; readonly timeMax?: Ms }
  | { readonly isLeft: false; readonly why: Why }

/** What the person and the company have left for a call to this number. */
export function budgetFor(d: Deciding, number: OutsideNumber, payer: Payer, path: Path): Budget {
  const rate = rateOf(d.plan.rates, number.number)
  const payers: readonly (PersonId | 'company')[] =
    payer.person === undefined ? ['company'] : [payer.person, 'company']
  let timeMax: number | undefined
  for (const one of payers) {
    const limits = limitsOf(d, one)
    if (limits === undefined) continue
    const left = leftOf(d, one, limits, rate)
    d.look(path, `limits:${one}`, left.rule ?? 'left', left.values)
    if (left.rule !== undefined) return { isLeft: false, why: { rule: left.rule, values: left.values } }
    if (left.minutes !== undefined) timeMax = Math.min(timeMax ?? left.minutes, left.minutes)
  }
  return { isLeft: true, ...(timeMax !== undefined && { timeMax: minutes(timeMax) }) }
}

type LimitRule = 'limit-calls' | 'limit-minutes' | 'limit-money' | 'limit-calls-at-once'
interface Left {
  readonly rule?: LimitRule
  readonly values: Readonly<Record<string, string>>
  /** Absent: as long as one likes. */
  readonly minutes?: number
}

function leftOf(d: Deciding, payer: PersonId | 'company', limits: Limits, rate: Rate | undefined): Left {
  const used = d.live.usageOf?.(payer) ?? { calls: 0, minutes: 0, money: 0, callsNow: 0 }
  const price = rate ?? { perCall: 0, perMinute: 0 }
  const reached = (rule: LimitRule, usage: number, limit: number): Left => ({
    rule,
    values: { payer, used: String(usage), limit: String(limit) },
  })
  const { calls, minutes: time, money, callsAtOnce } = limits
  if (calls !== undefined && used.calls >= calls) return reached('limit-calls', used.calls, calls)
  if (callsAtOnce !== undefined && used.callsNow >= callsAtOnce)
    return reached('limit-calls-at-once', used.callsNow, callsAtOnce)
  if (time !== undefined && used.minutes >= time) return reached('limit-minutes', used.minutes, time)
  const moneyLeft = money === undefined ? undefined : money - used.money - price.perCall
  if (money !== undefined && moneyLeft !== undefined && (moneyLeft < 0 || used.money >= money))
    return reached('limit-money', used.money, money)
  const bounds = [
    ...(time === undefined ? [] : [time - used.minutes]),
    ...(moneyLeft === undefined || price.perMinute <= 0 ? [] : [moneyLeft / price.perMinute]),
  ]
  const least = bounds.length === 0 ? undefined : Math.min(...bounds)
  return {
    values: { payer, ...(least !== undefined && { minutes: least.toFixed(1) }) },
    minutes: least,
  }
}

/** What a call to this number costs, in millionths of the currency unit. */
export function costOf({ dialPlan }: RoutingConfig, number: string, talked: Ms): number {
  const rate = rateOf(dialPlan?.rates ?? [], number)
  return rate === undefined ? 0 : Math.ceil(rate.perCall + (rate.perMinute * talked) / 60_000)
}

/** The day that limits count by: that of the first schedule's clock, or of the country's capital. */
export function usageDay(config: RoutingConfig, at: WallTime): number {
  return zoneOf(timeZoneOf(config)).dayAt(at)
}

/** Of the company's clock on the wall. */
export function timeZoneOf({ dialPlan, country }: RoutingConfig): string {
  return dialPlan?.schedules[0]?.schedule.timeZone ?? CAPITALS[country]
}

function rateOf(rates: readonly Rate[], number: string): Rate | undefined {
  let best: Rate | undefined
  for (const rate of rates)
    if (number.startsWith(rate.prefix) && rate.prefix.length > (best?.prefix.length ?? -1)) best = rate
  return best
}
