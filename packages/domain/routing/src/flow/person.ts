// Reaching a person: their devices, their mobile beside them, and where they have forwarded to in which
// state.
import { ms, type PersonId } from '@rufwerk/core'
import type { RoutingPerson } from '../config.ts'
import { branchOf, CAUSE, type Deciding, end, FORWARDS_MAX, type Path, START } from '../deciding.ts'
import type { ForwardWhen, PersonRules } from '../dial-plan.ts'
import type { Target } from '../flow-types.ts'
import { readE164 } from '../numbers/number.ts'
import { judgeOutside } from '../outside/outside.ts'
import { payerOf } from '../outside/payer.ts'
import type { Contact, ForwardedBy, PlanNode, RingMember, RingNext, Why } from '../plan.ts'
import { isCalling } from './group.ts'
import { broken, type Greeting, lead } from './lead.ts'

export function reachPerson(d: Deciding, id: PersonId, path: Path): PlanNode {
  const callee = d.person(id)
  if (callee === undefined) return broken(d, path, 'points-to-nothing', `person:${id}`)
  const values = { number: callee.extension, name: callee.name }
  if (callee.kind === 'voice') {
    const why: Why = { rule: 'demo-voice', values }
    return { do: 'parrot', why, person: id, prompts: [`${d.config.language}-demo-voice`] }
  }
  const rules = d.index.people.get(id)
  const atOnce = beforeRinging(d, callee, rules, path)
  if (atOnce !== undefined) return atOnce
  const contacts = d.live.contactsOf(id).filter((contact) => !isCalling(d, contact.device))
  const mobile = mobileOf(d, callee, rules, path)
  if (contacts.length === 0 && mobile === undefined) return absent(d, callee, rules, path)
  return ring(d, callee, rules, contacts, mobile, path)
}

function isSelf(d: Deciding, callee: RoutingPerson): boolean {
  return d.call.from !== 'trunk' && d.call.caller === callee.person && !d.call.isTransfer
}

/** Forwarded, or not to be disturbed, before anything rings. Undefined: it rings. */
function beforeRinging(
  d: Deciding,
  callee: RoutingPerson,
  rules: PersonRules | undefined,
  path: Path,
): PlanNode | undefined {
  // Who calls himself wants to reach his other devices.
  if (isSelf(d, callee)) return undefined
  const own = ownForwardOf(d, callee.person)
  if (own) return forwarded(d, callee, own, 'all', path, 'away')
  const state = d.live.stateOf?.(callee.person) ?? 'available'
  const target = forwardOf(d, rules, state)
  if (target) return forwarded(d, callee, target, state, path, 'away')
  if (state === 'doNotDisturb') {
    const why: Why = { rule: 'do-not-disturb', values: { number: callee.extension, name: callee.name } }
    d.look(path, `state:${callee.person}`, state)
    return (
      toBox(d, callee, rules, path, 'away') ?? {
        do: 'end',
        why,
        person: callee.person,
        status: 486,
        cause: CAUSE.busy,
      }
    )
  }
  const isBusy = d.live.isBusy?.(callee.person) ?? false
  const whenBusy = isBusy ? forwardOf(d, rules, 'busy') : undefined
  return whenBusy && forwarded(d, callee, whenBusy, 'busy', path, 'busy')
}

/** Whoever has the calls of somebody can still reach them. */
function ownForwardOf(d: Deciding, person: PersonId): Target | undefined {
  const target = d.live.forwardOf?.(person)
  if (target?.to !== 'person' || d.call.from === 'trunk' || d.call.caller !== target.person) return target
  d.look(START, `forward:${person}`, 'has-the-calls')
  return undefined
}

function forwardOf(d: Deciding, rules: PersonRules | undefined, when: ForwardWhen): Target | undefined {
  const forward = rules?.forwarding[when]
  return d.isOutside ? forward?.outside : forward?.inside
}

function forwarded(
  d: Deciding,
  callee: RoutingPerson,
  target: Target,
  when: ForwardWhen | 'all',
  path: Path,
  greeting: Greeting,
): PlanNode {
  const values = { number: callee.extension, name: callee.name, when, to: target.to }
  const { call } = d
  const earlier = call.from === 'trunk' ? (call.forwarders?.length ?? 0) : 0
  if (path.forwards + earlier >= FORWARDS_MAX) {
    d.look(path, `forward:${callee.person}`, 'too-many', values)
    return end({ rule: 'forward-loop', values }, 480, CAUSE.failed)
  }
  d.look(path, `forward:${callee.person}`, when, values)
  const payer = payerOf(d, callee.person)
  const onwards = { ...forwardedBy(path, callee, when), forwards: path.forwards + 1 }
  const node = lead(d, target, { path: onwards, payer, greeting })
  // Who forwards it once more has named all of them.
  return node.forwarders === undefined ? { ...node, forwarders: onwards.forwarders } : node
}

function forwardedBy(path: Path, { person }: RoutingPerson, when: ForwardedBy['when']): Path {
  return { ...path, forwarders: [{ person, when }, ...path.forwarders] }
}

function toBox(
  d: Deciding,
  callee: RoutingPerson,
  rules: PersonRules | undefined,
  path: Path,
  greeting: Greeting,
): PlanNode | undefined {
  const box = rules?.voicemail ?? d.live.boxOf?.(callee.person)
  return box === undefined ? undefined : lead(d, { to: 'voicemail', box }, { path, greeting })
}

/** The mobile that rings beside the desk phone, judged like any outside call of this person. */
function mobileOf(
  d: Deciding,
  callee: RoutingPerson,
  rules: PersonRules | undefined,
  path: Path,
): RingMember | undefined {
  const mobile = rules?.mobile
  if (!mobile?.rings || isSelf(d, callee)) return undefined
  const read = readE164(mobile.number)
  const there = forwardedBy(path, callee, 'all')
  const judged = read.ok ? judgeOutside(d, read.value, payerOf(d, callee.person), there) : undefined
  const outcome = judged === undefined ? 'unreadable' : judged.isAllowed ? 'rings' : judged.why.rule
  d.look(path, `mobile:${callee.person}`, outcome, { number: mobile.number })
  if (!judged?.isAllowed) return undefined
  const ringTime = ms(Math.max(0, ringTimeOf(d, rules) - mobile.after))
  return { ring: { to: 'outside', call: judged.call }, after: mobile.after, ringTime }
}

function ringTimeOf(d: Deciding, rules: PersonRules | undefined): number {
  return rules?.ringTime ?? d.config.ringTime
}

function absent(d: Deciding, callee: RoutingPerson, rules: PersonRules | undefined, path: Path): PlanNode {
  const { person } = callee
  const values = { number: callee.extension, name: callee.name }
  if (isSelf(d, callee)) {
    return { do: 'end', why: { rule: 'self-call', values }, person, status: 486, cause: CAUSE.busy }
  }
  const why: Why = { rule: 'not-registered', values }
  d.look(path, `registered:${person}`, 'no')
  return (
    onwards(d, callee, rules, 'notRegistered', path, 'noAnswer') ?? {
      do: 'end',
      why,
      person,
      status: 480,
      cause: CAUSE.absent,
    }
  )
}

function ring(
  d: Deciding,
  callee: RoutingPerson,
  rules: PersonRules | undefined,
  contacts: readonly Contact[],
  mobile: RingMember | undefined,
  path: Path,
): PlanNode {
  const { person } = callee
  const values = { number: callee.extension, name: callee.name }
  const why: Why = { rule: 'extension', values }
  const timeout = ms(ringTimeOf(d, rules))
  d.look(path, `person:${person}`, 'rings', { contacts: String(contacts.length) })
  const next = outcomes(d, callee, rules, path)
  if (mobile === undefined) return { do: 'ring', why, person, contacts, timeout, next }
  const own: RingMember = { ring: { to: 'person', person, contacts }, after: ms(0), ringTime: timeout }
  // Without a registered phone nobody waits for the mobile's turn.
  const members = contacts.length === 0 ? [{ ...mobile, after: ms(0), ringTime: timeout }] : [own, mobile]
  return { do: 'ringMany', why, person, order: 'together', members, timeout, next }
}

function outcomes(d: Deciding, callee: RoutingPerson, rules: PersonRules | undefined, path: Path): RingNext {
  const values = { number: callee.extension, name: callee.name }
  const after = (
    outcome: keyof RingNext,
    when: ForwardWhen,
    greeting: Greeting,
    otherwise: PlanNode,
  ): PlanNode =>
    (isSelf(d, callee) ? undefined : onwards(d, callee, rules, when, branchOf(path, outcome), greeting)) ??
    otherwise
  return {
    busy: after('busy', 'busy', 'busy', end({ rule: 'busy', values }, 486, CAUSE.busy)),
    noAnswer: after(
      'noAnswer',
      'noAnswer',
      'noAnswer',
      end({ rule: 'no-answer', values }, 480, CAUSE.noAnswer),
    ),
    declined: after('declined', 'busy', 'busy', end({ rule: 'declined', values }, 603, CAUSE.rejected)),
    failed: after('failed', 'notRegistered', 'noAnswer', end({ rule: 'failed', values }, 480, CAUSE.failed)),
  }
}

function onwards(
  d: Deciding,
  callee: RoutingPerson,
  rules: PersonRules | undefined,
  when: ForwardWhen,
  path: Path,
  greeting: Greeting,
): PlanNode | undefined {
  const target = forwardOf(d, rules, when)
  if (target) return forwarded(d, callee, target, when, path, greeting)
  return toBox(d, callee, rules, path, greeting)
}
