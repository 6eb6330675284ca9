// Calls that come in through a trunk: who is blocked, which rule fits, whose direct number it is. Nothing
// here leads outside again, unless a person or a flow forwards there, by their rules.
import type { TrunkCall } from './config.ts'
import { CAUSE, type Deciding, START } from './deciding.ts'
import type { BlockedCaller, InboundRule, Trunk } from './dial-plan.ts'
import { hoursAt } from './flow/hours.ts'
import { lead } from './flow/lead.ts'
import type { Target } from './flow-types.ts'
import { readFromCarrier } from './numbers/writing.ts'
import { isInRange } from './outside/caller-number.ts'
import type { PlanNode, Why } from './plan.ts'

/** The call with its numbers read. */
interface Arrival {
  readonly call: TrunkCall
  readonly trunk: Trunk
  /** E.164, or what the carrier wrote when it is none. */
  readonly called: string
  /** Undefined when hidden or unreadable. */
  readonly caller: string | undefined
}

export function receive(d: Deciding, call: TrunkCall): PlanNode {
  const trunk = d.index.trunks.get(call.trunk)
  if (trunk === undefined) {
    d.look(START, `trunk:${call.trunk}`, 'unknown')
    return nobody(d, call.called)
  }
  const arrival = arrivalOf(call, trunk)
  const { called, caller } = arrival
  d.look(START, `trunk:${trunk.id}`, 'comes-in', { called, caller: caller ?? 'anonymous' })
  const block = d.plan.blocked.find((blocked) => isBlocked(blocked, caller))
  if (block) {
    d.look(START, `blocked:${block.number}`, 'fits')
    const why: Why = { rule: 'blocked-caller', values: { number: caller ?? 'anonymous' } }
    return { do: 'end', why, status: 603, cause: CAUSE.rejected }
  }
  const target = byRule(d, arrival) ?? byNumber(d, arrival) ?? trunk.otherwise
  if (target === undefined) return nobody(d, called)
  return lead(d, target, { path: START })
}

function nobody(d: Deciding, called: string): PlanNode {
  const why: Why = { rule: 'unknown-called-number', values: { number: called } }
  return d.announce('not-found', why, 404, CAUSE.unallocated)
}

function arrivalOf(call: TrunkCall, trunk: Trunk): Arrival {
  const called = readFromCarrier(call.called, trunk.format, trunk)
  const caller = readFromCarrier(call.callerNumber ?? '', trunk.format, trunk)
  return {
    call,
    trunk,
    called: called.ok ? called.value.number : call.called,
    caller: caller.ok ? caller.value.number : undefined,
  }
}

function isBlocked(blocked: BlockedCaller, caller: string | undefined): boolean {
  if (caller === undefined) return blocked.number === 'anonymous'
  if (!blocked.isPrefix) return blocked.number === caller
  return blocked.number !== '' && caller.startsWith(blocked.number)
}

function byRule(d: Deciding, arrival: Arrival): Target | undefined {
  for (const rule of d.plan.inbound) {
    const misfit = misfitOf(d, rule, arrival)
    d.look(START, `inbound:${rule.id}`, misfit ?? 'fits')
    if (misfit === undefined) return rule.target
  }
  return undefined
}

function misfitOf(d: Deciding, rule: InboundRule, arrival: Arrival): string | undefined {
  const { called, callers, trunks, hours } = rule
  if (trunks && !trunks.includes(arrival.trunk.id)) return 'another-trunk'
  if (called && !called.some((range) => isInRange(arrival.called, range))) return 'another-number'
  if (callers && !callers.some((caller) => isCaller(caller, arrival.caller))) return 'another-caller'
  if (hours === undefined) return undefined
  const state = hoursAt(d, START, hours.schedule)
  if (state === undefined || !hours.states.includes(state)) return 'another-time'
  return undefined
}

function isCaller(wanted: string, caller: string | undefined): boolean {
  return caller === undefined ? wanted === 'anonymous' : wanted !== '' && caller.startsWith(wanted)
}

/**
 * A person's own number, a number of a block with the extension behind it, or an extension of another system.
 */
function byNumber(d: Deciding, { trunk, called }: Arrival): Target | undefined {
  const person = d.index.byNumber.get(called)
  if (person !== undefined) {
    d.look(START, `number:${called}`, 'of-person', { person })
    return { to: 'person', person }
  }
  for (const range of trunk.numbers) {
    if (range.extensionDigits === 0 || !isInRange(called, range)) continue
    const extension = called.slice(range.number.length)
    const isThere = isExtension(d, extension)
    d.look(START, `block:${range.number}`, isThere ? 'direct-dial' : 'no-such-extension', { extension })
    if (isThere) return { to: 'extension', extension }
  }
  if (trunk.dialsExtensions && isExtension(d, called)) return { to: 'extension', extension: called }
  return undefined
}

function isExtension(d: Deciding, extension: string): boolean {
  return d.config.byExtension.has(extension) || d.index.targets.has(extension)
}
