// Which number an outside call shows. Only numbers of the trunk are ever sent, or the first caller's when a
// call is forwarded and the carrier takes that (§ 120 TKG); never a premium number, a short code or 110 and
// 112.
import type { Deciding } from '../deciding.ts'
import type { NumberRange, Trunk } from '../dial-plan.ts'
import { readE164 } from '../numbers/number.ts'
import { readFromCarrier } from '../numbers/writing.ts'
import type { Payer } from './payer.ts'

/** E.164, or undefined when nothing may be shown: the carrier shows what it knows. */
export function callerNumber(d: Deciding, trunk: Trunk, payer: Payer): string | undefined {
  const first = trunk.showsFirstCaller ? firstCaller(d) : undefined
  if (first !== undefined) return first
  const own = payer.person === undefined ? undefined : d.index.people.get(payer.person)?.number
  if (own !== undefined && ownsNumber(trunk, own)) return own
  return showable(trunk.mainNumber, trunk)
}

/** The outside caller of a forwarded call. */
function firstCaller(d: Deciding): string | undefined {
  const { call } = d
  if (call.from !== 'trunk' || !call.callerNumber) return undefined
  const trunk = d.index.trunks.get(call.trunk)
  if (trunk === undefined) return undefined
  const read = readFromCarrier(call.callerNumber, trunk.format, trunk)
  if (!read.ok || read.value.kind !== 'e164' || read.value.class === 'premium') return undefined
  return read.value.number
}

/** True when the number belongs to the trunk and may be shown. */
export function ownsNumber(trunk: Trunk, number: string): boolean {
  const isOwn = number === trunk.mainNumber || trunk.numbers.some((range) => isInRange(number, range))
  return isOwn && showable(number, trunk) !== undefined
}

/** The number, if the law lets somebody of the trunk's country show it. */
export function showable(number: string, trunk: Trunk): string | undefined {
  const read = readE164(number)
  if (!read.ok || read.value.kind !== 'e164' || read.value.class === 'premium') return undefined
  return read.value.country === trunk.country.toUpperCase() ? number : undefined
}

export function isInRange(number: string, range: NumberRange): boolean {
  if (range.number === '' || !number.startsWith(range.number)) return false
  return number.length - range.number.length <= range.extensionDigits
}
