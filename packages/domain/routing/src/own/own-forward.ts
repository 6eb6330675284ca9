// Where a person may have every own call forwarded to: what was dialled or typed, read and judged as a call
// of theirs. Limits of a day are not asked: they are judged for each call that is forwarded.
import { type DeviceId, fail, ok, type PersonId, type Result, type WallTime } from '@rufwerk/core'
import type { InsideCall, Live, RoutingConfig, TrunkCall } from '../config.ts'
import { Deciding, START } from '../deciding.ts'
import type { TrunkId } from '../dial-plan.ts'
import { siteOf } from '../emergency/emergency.ts'
import type { Target } from '../flow-types.ts'
import { normalizeDialled, type OutsideNumber, readE164, readNumber } from '../numbers/number.ts'
import { judgeOutside } from '../outside/outside.ts'
import { payerOf } from '../outside/payer.ts'
import type { Why } from '../plan.ts'
import { DIALLED_CHARS_MAX, dialsEmergency, route } from '../route.ts'

export type ForwardProblem =
  /** Neither an extension nor a number. */
  | 'unknown'
  /** The rules for outgoing calls deny it. */
  | 'not-permitted'
  | 'emergency'
  /** It leads back to the person. */
  | 'loop'

/** What speaks against a call now, and need not tomorrow. */
const PASSING: ReadonlySet<Why['rule']> = new Set([
  'limit-calls',
  'limit-minutes',
  'limit-money',
  'limit-calls-at-once',
  'trunks-down',
])

/** Who asks has no device: each of a person's own may ring. */
const NO_DEVICE = '' as DeviceId
const NOBODY = '' as PersonId
const NO_TRUNK = '' as TrunkId

/** The target for what was dialled behind the code, at the person's site. */
export function readOwnForward(
  config: RoutingConfig,
  live: Live,
  asked: { readonly person: PersonId; readonly dialled: string; readonly at: WallTime },
): Result<Target, ForwardProblem> {
  const { person, dialled, at } = asked
  const text = normalizeDialled(dialled).slice(0, DIALLED_CHARS_MAX)
  const call: InsideCall = { dialled: text, caller: person, callerDevice: NO_DEVICE, at, seed: 0 }
  if (dialsEmergency(config, live, call)) return fail('emergency')
  const d = new Deciding(config, live, call, call)
  const target = insideTarget(d, text) ?? outsideTarget(d, call)
  if (typeof target === 'string') return fail(target)
  if (target.to === 'person' && target.person === person) return fail('loop')
  return leadsBack(config, live, person, target, at) ? fail('loop') : ok(target)
}

function insideTarget({ config, index }: Deciding, text: string): Target | undefined {
  const person = config.byExtension.get(text)
  if (person !== undefined) return { to: 'person', person: person.person }
  return index.targets.has(text) ? { to: 'extension', extension: text } : undefined
}

function outsideTarget(d: Deciding, call: InsideCall): Target | ForwardProblem {
  const short = d.index.speedDial.get(call.dialled)
  const read = readNumber(short?.number ?? call.dialled, d.place(siteOf(d, call)))
  // What has no E.164 form cannot be led to.
  if (!read.ok || !readE164(read.value.number).ok) return 'unknown'
  return isDenied(d, read.value, call.caller) ? 'not-permitted' : { to: 'outside', number: read.value.number }
}

function isDenied(d: Deciding, number: OutsideNumber, person: PersonId): boolean {
  if (d.plan.trunks.length === 0) return true
  const judged = judgeOutside(d, number, payerOf(d, person), START)
  return !judged.isAllowed && !PASSING.has(judged.why.rule)
}

/** With this forward, a call of somebody else to the person comes back there, from inside or outside. */
function leadsBack(
  config: RoutingConfig,
  live: Live,
  person: PersonId,
  target: Target,
  at: WallTime,
): boolean {
  const then: Live = { ...live, forwardOf: (one) => (one === person ? target : live.forwardOf?.(one)) }
  const when = { at, seed: 0 }
  const inside: InsideCall = { dialled: '', caller: NOBODY, callerDevice: NO_DEVICE, ...when }
  const outside: TrunkCall = { from: 'trunk', trunk: NO_TRUNK, called: '', ...when }
  return [inside, outside].some((first) => {
    const { looked } = route(config, then, { from: 'plan', first, target: { to: 'person', person }, ...when })
    return looked.some(({ outcome }) => outcome === 'flow-loop' || outcome === 'too-many')
  })
}
