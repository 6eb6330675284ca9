// Who is named as having forwarded a call that leaves for the outside: numbers of the trunk it leaves by; and
// whom another carrier had named before, where callers from outside are shown as well (§ 120 TKG).
import type { Deciding, Path } from '../deciding.ts'
import type { Trunk } from '../dial-plan.ts'
import { readFromCarrier, writeForCarrier } from '../numbers/writing.ts'
import type { ForwardedBy, Forwarder, ForwardReason } from '../plan.ts'
import { isInRange, ownsNumber, showable } from './caller-number.ts'

/** Named in one call; older ones are left out. */
const FORWARDERS_MAX = 5

/** How other systems are told of it (RFC 5806 §5). */
export const FORWARD_REASONS: Readonly<Record<ForwardedBy['when'], ForwardReason>> = {
  all: 'unconditional',
  available: 'unconditional',
  away: 'unconditional',
  doNotDisturb: 'unconditional',
  busy: 'user-busy',
  noAnswer: 'no-answer',
  notRegistered: 'unavailable',
}

/** The last first, as the trunk's carrier expects numbers. */
export function forwardersOf(d: Deciding, trunk: Trunk, path: Path): readonly Forwarder[] {
  const ours = [...forwardersHere(d, trunk, path)]
  const earlier = trunk.showsFirstCaller ? forwardersBefore(d) : []
  return [...ours, ...earlier].slice(0, FORWARDERS_MAX).map(({ number, ...forwarder }) => ({
    number: writeForCarrier(number, trunk.format, trunk.country),
    ...forwarder,
  }))
}

function* forwardersHere(d: Deciding, trunk: Trunk, path: Path): Generator<Forwarder> {
  const main = showable(trunk.mainNumber, trunk)
  for (const { person, when } of path.forwarders) {
    const reason = FORWARD_REASONS[when]
    const { number: own, isHidden = false } = d.index.people.get(person) ?? {}
    const number = own !== undefined && ownsNumber(trunk, own) ? own : main
    if (number !== undefined) yield { number, reason, isHidden }
  }
  // A flow leads a call from outside there: the company forwards it.
  if (path.forwarders.length > 0 || d.call.from !== 'trunk') return
  const number = calledNumber(d, trunk) ?? main
  if (number !== undefined) yield { number, reason: 'unconditional', isHidden: false }
}

/** The number that was called, where it is one of this trunk. */
function calledNumber({ call, index }: Deciding, trunk: Trunk): string | undefined {
  if (call.from !== 'trunk') return undefined
  const from = index.trunks.get(call.trunk)
  const read = from && readFromCarrier(call.called, from.format, from)
  if (!read?.ok) return undefined
  const { number } = read.value
  const isOwn = number === trunk.mainNumber || trunk.numbers.some((range) => isInRange(number, range))
  return isOwn ? showable(number, trunk) : undefined
}

function forwardersBefore({ call, index }: Deciding): readonly Forwarder[] {
  if (call.from !== 'trunk') return []
  const trunk = index.trunks.get(call.trunk)
  return (call.forwarders ?? []).flatMap((forwarder) => {
    const read = trunk && readFromCarrier(forwarder.number, trunk.format, trunk)
    return read?.ok && read.value.kind === 'e164' ? [{ ...forwarder, number: read.value.number }] : []
  })
}
