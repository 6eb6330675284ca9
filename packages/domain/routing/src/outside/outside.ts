// A call to the public network: may it, by which rule, over which trunks in which order, showing what. The
// same for what is dialled, forwarded, transferred or led there by a flow.
import { type Ms, seconds } from '@rufwerk/core'
import { CAUSE, type Deciding, end, type Path } from '../deciding.ts'
import type { OutboundRule } from '../dial-plan.ts'
import { classAt, type OutsideNumber } from '../numbers/number.ts'
import { writeForCarrier } from '../numbers/writing.ts'
import type { OutsideCall, PlanNode, TrunkAttempt, Why } from '../plan.ts'
import { callerNumber } from './caller-number.ts'
import { forwardersOf } from './forwarders.ts'
import { budgetFor, deniedByKind, isPrefix } from './limits.ts'
import type { Payer } from './payer.ts'

const RING_TIME = seconds(120)
/** Trunks that are tried for one call. */
const ATTEMPTS_MAX = 5

export type Judged =
  | { readonly isAllowed: true; readonly call: OutsideCall; readonly rule: OutboundRule }
  | { readonly isAllowed: false; readonly why: Why }

export function dialOutside(d: Deciding, number: OutsideNumber, payer: Payer, path: Path): PlanNode {
  const judged = judgeOutside(d, number, payer, path)
  if (!judged.isAllowed) return refuse(d, judged.why)
  const { call, rule } = judged
  const values = { number: call.number, rule: rule.id, trunk: call.attempts[0]?.trunk ?? '' }
  return {
    do: 'dialOut',
    why: { rule: 'outside', values },
    call,
    timeout: ringTimeOf(rule),
    next: {
      busy: end({ rule: 'busy', values }, 486, CAUSE.busy),
      noAnswer: end({ rule: 'no-answer', values }, 480, CAUSE.noAnswer),
      declined: end({ rule: 'declined', values }, 603, CAUSE.rejected),
      failed: d.announce('lines-busy', { rule: 'failed', values }, 503, CAUSE.failed),
    },
  }
}

/** Everything that may speak against a call to this number, and how it is made when nothing does. */
export function judgeOutside(d: Deciding, number: OutsideNumber, payer: Payer, path: Path): Judged {
  const denied = (why: Why): Judged => ({ isAllowed: false, why })
  const values = { number: number.number }
  // Whoever forwards to 112 would send strangers there, with a wrong place.
  if (number.class === 'emergency') return denied({ rule: 'emergency-not-forwarded', values })
  const byKind = deniedByKind(d, number, payer, path)
  if (byKind) return denied(byKind)
  const rule = firstRule(d, number, payer, path)
  if (rule === undefined) return denied({ rule: 'no-outbound-rule', values })
  if (rule.trunks.length === 0)
    return denied({ rule: 'outbound-denied', values: { ...values, rule: rule.id } })
  const budget = budgetFor(d, number, payer, path)
  if (!budget.isLeft) return denied(budget.why)
  const attempts = attemptsOf(d, rule, number, payer, path)
  if (attempts.length === 0) return denied({ rule: 'trunks-down', values: { ...values, rule: rule.id } })
  const call: OutsideCall = {
    number: number.number,
    class: classAt(number, d.place(payer.site).country),
    attempts,
    ...(payer.person !== undefined && { payer: payer.person }),
    ...(budget.timeMax !== undefined && { timeMax: budget.timeMax }),
  }
  return { isAllowed: true, call, rule }
}

export function ringTimeOf(rule: OutboundRule): Ms {
  return rule.ringTime ?? RING_TIME
}

function firstRule(d: Deciding, number: OutsideNumber, payer: Payer, path: Path): OutboundRule | undefined {
  for (const rule of d.plan.outbound) {
    const misfit = misfitOf(d, rule, number, payer)
    d.look(path, `outbound:${rule.id}`, misfit ?? 'fits', { number: number.number })
    if (misfit === undefined) return rule
  }
  return undefined
}

/** What of the rule does not fit. */
function misfitOf(d: Deciding, rule: OutboundRule, number: OutsideNumber, payer: Payer): string | undefined {
  const { prefixes, digits, classes, people, sites } = rule
  const text = number.number
  const isBegun = (prefix: string) => prefix === text || isPrefix(prefix, text)
  if (prefixes && !prefixes.some(isBegun)) return 'another-prefix'
  const length = text.replace('+', '').length
  if (digits && (length < digits.min || length > digits.max)) return 'another-length'
  if (classes && !classes.includes(classAt(number, d.place(payer.site).country))) return 'another-class'
  if (people && (payer.person === undefined || !people.includes(payer.person))) return 'other-people'
  if (sites && (payer.site === undefined || !sites.includes(payer.site))) return 'another-site'
  return undefined
}

function attemptsOf(
  d: Deciding,
  rule: OutboundRule,
  number: OutsideNumber,
  payer: Payer,
  path: Path,
): TrunkAttempt[] {
  const attempts: TrunkAttempt[] = []
  const person = payer.person === undefined ? undefined : d.index.people.get(payer.person)
  const isHidden = payer.isHidden ?? person?.isHidden ?? false
  for (const id of rule.trunks) {
    const trunk = d.index.trunks.get(id)
    const state = d.live.trunk?.(id) ?? { isUp: true, calls: 0 }
    const isFull = trunk?.callsMax !== undefined && state.calls >= trunk.callsMax
    const outcome = trunk === undefined ? 'unknown' : !state.isUp ? 'down' : isFull ? 'full' : 'tried'
    d.look(path, `trunk:${id}`, outcome)
    if (trunk === undefined || outcome !== 'tried' || attempts.length >= ATTEMPTS_MAX) continue
    const caller = callerNumber(d, trunk, payer)
    const forwarders = forwardersOf(d, trunk, path)
    attempts.push({
      trunk: id,
      number: writeForCarrier(number.number, trunk.format, trunk.country),
      ...(caller !== undefined && { caller: writeForCarrier(caller, trunk.format, trunk.country) }),
      isHidden,
      ...(forwarders.length > 0 && { forwarders }),
      mayCutOthers: false,
    })
  }
  return attempts
}

/** The words that a caller hears, by the rule that refused. */
export function refuse(d: Deciding, why: Why): PlanNode {
  switch (why.rule) {
    case 'limit-calls':
    case 'limit-minutes':
    case 'limit-money':
    case 'limit-calls-at-once':
      return d.announce('limit-reached', why, 403, CAUSE.notPermitted)
    case 'trunks-down':
      return d.announce('lines-busy', why, 503, CAUSE.outOfOrder)
    case 'no-outbound-rule':
      return d.announce('no-trunk', why, 404, CAUSE.noRoute)
    default:
      return d.announce('not-permitted', why, 403, CAUSE.notPermitted)
  }
}
