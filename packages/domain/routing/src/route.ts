// The telephone system as a function: what happens to a call follows from the configuration, what is live and
// the call alone. The live system and the explanation beside a past call are this one function.

import type { Live, RoutedCall, RoutingConfig, RoutingPerson } from './config.ts'
import { isEmergency } from './emergency.ts'
import type { Plan, PlanNode, Why } from './plan.ts'

/** Longest number that can be dialled, in characters; E.164 has 15 digits, codes may be longer. */
export const DIALLED_CHARS_MAX = 32

const CAUSE = {
  unallocated: 1,
  noRoute: 3,
  busy: 17,
  noAnswer: 19,
  absent: 20,
  rejected: 21,
  failed: 41,
} as const

/** Removes what people and phones write between digits. */
export function normalizeDialled(dialled: string): string {
  return dialled.replace(/[\s\-./()]/g, '')
}

/** Decides a call. Never throws: every input has a plan. */
export function route(config: RoutingConfig, live: Live, call: RoutedCall): Plan {
  return { configVersion: config.version, node: decide(config, live, call) }
}

function decide(config: RoutingConfig, live: Live, call: RoutedCall): PlanNode {
  const dialled = normalizeDialled(call.dialled).slice(0, DIALLED_CHARS_MAX)
  const values = { number: dialled }
  // Emergency comes before everything else, so that no extension or code can hide it.
  if (isEmergency(dialled, config.country)) {
    // It says which number to dial from another phone.
    const prompt = config.country === 'us' ? 'emergency-us' : 'emergency'
    return announce(config, prompt, { rule: 'emergency-without-trunk', values }, 480, CAUSE.noRoute)
  }
  if (dialled === '*43') return { do: 'echo', why: { rule: 'echo', values } }
  const callee = config.byExtension.get(dialled)
  if (callee) return reach(config, live, call, callee)
  if (!isOutside(dialled)) {
    return announce(config, 'not-found', { rule: 'unknown-number', values }, 404, CAUSE.unallocated)
  }
  if (config.isDemo) {
    return announce(config, 'demo-outside', { rule: 'demo-outside', values }, 404, CAUSE.noRoute)
  }
  return announce(config, 'no-trunk', { rule: 'no-trunk', values }, 404, CAUSE.noRoute)
}

/**
 * Looks like a number of the public network: international, national with 0, or too long for an extension.
 */
function isOutside(dialled: string): boolean {
  return /^\+[0-9]{4,}$/.test(dialled) || /^0[0-9]{3,}$/.test(dialled) || /^[1-9][0-9]{6,}$/.test(dialled)
}

function announce(config: RoutingConfig, prompt: string, why: Why, status: number, cause: number): PlanNode {
  const name = `${config.language}-${prompt}`
  return { do: 'announce', why, prompts: [name, name], status, cause }
}

function reach(config: RoutingConfig, live: Live, call: RoutedCall, callee: RoutingPerson): PlanNode {
  const values = { number: callee.extension, name: callee.name }
  if (callee.kind === 'voice') {
    const why: Why = { rule: 'demo-voice', values }
    return { do: 'parrot', why, person: callee.person, prompts: [`${config.language}-demo-voice`] }
  }
  const contacts = live.contactsOf(callee.person).filter((contact) => contact.device !== call.callerDevice)
  if (contacts.length === 0) {
    const isSelf = callee.person === call.caller
    const why: Why = { rule: isSelf ? 'self-call' : 'not-registered', values }
    const { person } = callee
    return isSelf
      ? { do: 'end', why, person, status: 486, cause: CAUSE.busy }
      : { do: 'end', why, person, status: 480, cause: CAUSE.absent }
  }
  return {
    do: 'ring',
    why: { rule: 'extension', values },
    person: callee.person,
    contacts,
    timeout: config.ringTime,
    next: {
      busy: end({ rule: 'busy', values }, 486, CAUSE.busy),
      noAnswer: end({ rule: 'no-answer', values }, 480, CAUSE.noAnswer),
      declined: end({ rule: 'declined', values }, 603, CAUSE.rejected),
      failed: end({ rule: 'failed', values }, 480, CAUSE.failed),
    },
  }
}

function end(why: Why, status: number, cause: number): PlanNode {
  return { do: 'end', why, status, cause }
}
