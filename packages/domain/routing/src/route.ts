// The telephone system as a function: what happens to a call follows from the configuration, what is live and
// the call alone. The live system and the explanation beside a past call are this one function.
import { findCode, followCode } from './codes.ts'
import type { InsideCall, Live, RoutedCall, RoutingConfig } from './config.ts'
import { CAUSE, Deciding, START } from './deciding.ts'
import { callEmergency, siteOf, whereaboutsOf } from './emergency/emergency.ts'
import { lead, leadToExtension } from './flow/lead.ts'
import { receive } from './inbound.ts'
import { type DiallingPlace, emergencyCode, normalizeDialled, readNumber } from './numbers/number.ts'
import { dialOutside } from './outside/outside.ts'
import { payerOf } from './outside/payer.ts'
import type { Plan, PlanNode, Why } from './plan.ts'

/** Longest number that can be dialled, in characters; E.164 has 15 digits, codes may be longer. */
export const DIALLED_CHARS_MAX = 32

/** Decides a call. Never throws: every input has a plan. */
export function route(config: RoutingConfig, live: Live, call: RoutedCall): Plan {
  const first = call.from === 'plan' ? call.first : call
  const d = new Deciding(config, live, first, call)
  const node = decide(d, call)
  return { configVersion: config.version, node, looked: d.looked }
}

function decide(d: Deciding, call: RoutedCall): PlanNode {
  switch (call.from) {
    case 'trunk':
      return receive(d, call)
    case 'plan':
      return lead(d, call.target, { path: START })
    default:
      return dial(d, call)
  }
}

/** What somebody of the house dialled. */
function dial(d: Deciding, call: InsideCall): PlanNode {
  const dialled = normalizeDialled(call.dialled).slice(0, DIALLED_CHARS_MAX)
  const emergency = emergencyIn(d, call, dialled)
  if (emergency !== undefined) return callEmergency(d, call, emergency)
  const byCode = followCode(d, call, dialled)
  if (byCode) return byCode
  if (isInside(d, dialled)) return leadToExtension(d, dialled, { path: START })
  const short = d.index.speedDial.get(dialled)
  if (short) d.look(START, `speed-dial:${dialled}`, 'fits', { number: short.number })
  return dialPublic(d, call, short ? normalizeDialled(short.number) : dialled)
}

/**
 * Whether somebody of the house dials an emergency number, which no limit may stop: what route() finds out
 * first, for little work.
 */
export function dialsEmergency(config: RoutingConfig, live: Live, call: InsideCall): boolean {
  const d = new Deciding(config, live, call, call)
  return emergencyIn(d, call, normalizeDialled(call.dialled).slice(0, DIALLED_CHARS_MAX)) !== undefined
}

/**
 * The emergency number that is dialled, as people dial where the device is set up or where it is; told as the
 * number of the country where it is.
 */
function emergencyIn(d: Deciding, call: InsideCall, dialled: string): string | undefined {
  const usual = d.place(siteOf(d, call))
  const here = d.place(whereaboutsOf(d, call).site)
  const code = helpIn(d, dialled, usual) ?? (here === usual ? undefined : helpIn(d, dialled, here))
  if (code === undefined) return undefined
  return emergencyCode(code, here) ?? (here.country === 'us' ? '911' : '112')
}

/**
 * Alone it comes before everything else, so that no extension or code can hide it; behind a code that shows
 * or hides the own number, and as speed dialling, it is meant, too.
 */
function helpIn(d: Deciding, dialled: string, place: DiallingPlace): string | undefined {
  const bare = emergencyCode(dialled, place)
  if (bare !== undefined) return bare
  const found = findCode(d.plan.codes, dialled)
  if (found !== undefined) {
    const { does } = found.code
    return does === 'hideNumber' || does === 'showNumber' ? emergencyCode(found.behind, place) : undefined
  }
  if (isInside(d, dialled)) return undefined
  const short = d.index.speedDial.get(dialled)
  const read = readNumber(short ? short.number : dialled, place)
  return read.ok && read.value.class === 'emergency' ? read.value.number : undefined
}

function isInside(d: Deciding, dialled: string): boolean {
  return d.config.byExtension.has(dialled) || d.index.targets.has(dialled) || d.index.slots.has(dialled)
}

function dialPublic(d: Deciding, call: InsideCall, dialled: string): PlanNode {
  const values = { number: dialled }
  if (d.plan.trunks.length === 0) return withoutTrunk(d, dialled)
  const read = readNumber(dialled, d.place(siteOf(d, call)))
  if (read.ok) return dialOutside(d, read.value, payerOf(d, call.caller), START)
  d.look(START, 'number', read.error, values)
  if (isOutside(dialled)) {
    const why: Why = { rule: 'number-unreadable', values: { ...values, problem: read.error } }
    return d.announce('not-found', why, 404, CAUSE.unallocated)
  }
  return unknown(d, dialled)
}

function unknown(d: Deciding, dialled: string): PlanNode {
  const why: Why = { rule: 'unknown-number', values: { number: dialled } }
  return d.announce('not-found', why, 404, CAUSE.unallocated)
}

function withoutTrunk(d: Deciding, dialled: string): PlanNode {
  if (!isOutside(dialled)) return unknown(d, dialled)
  const rule = d.config.isDemo ? 'demo-outside' : 'no-trunk'
  return d.announce(rule, { rule, values: { number: dialled } }, 404, CAUSE.noRoute)
}

/**
 * Looks like a number of the public network: international, national with 0, or too long for an extension.
 */
function isOutside(dialled: string): boolean {
  return /^\+[0-9]{4,}$/.test(dialled) || /^0[0-9]{3,}$/.test(dialled) || /^[1-9][0-9]{6,}$/.test(dialled)
}
