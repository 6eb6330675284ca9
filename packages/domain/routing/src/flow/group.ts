// Ring groups: who rings, in which order. A member's own forwarding does not count here; who does not want to
// be disturbed is left out.
import type { PersonId } from '@rufwerk/core'
import { branchOf, type Deciding, type Path } from '../deciding.ts'
import type { GroupMember, RingGroup } from '../flow-types.ts'
import { readE164 } from '../numbers/number.ts'
import { judgeOutside } from '../outside/outside.ts'
import type { PlanNode, RingMember, RingTo } from '../plan.ts'
import { shuffled } from './chance.ts'
import { lead } from './lead.ts'

export const GROUP_MEMBERS_MAX = 50

export function ringGroup(d: Deciding, group: RingGroup, path: Path): PlanNode {
  const nobody = () => lead(d, group.nobody, { path: branchOf(path, 'noAnswer'), greeting: 'noAnswer' })
  const members = ordered(d, group).flatMap((member) => {
    const ring = ringOf(d, group, member, path)
    const together = group.order === 'together'
    const after = together ? Math.min(member.after ?? 0, group.ringTime) : 0
    const ringTime = together ? group.ringTime - after : group.memberTime
    return ring === undefined ? [] : [{ ring, after, ringTime } as RingMember]
  })
  if (members.length === 0) {
    d.look(path, `group:${group.id}`, 'nobody-to-ring')
    return nobody()
  }
  d.look(path, `group:${group.id}`, 'rings', { members: String(members.length), order: group.order })
  return {
    do: 'ringMany',
    why: { rule: 'ring-group', values: { flow: group.id } },
    order: group.order === 'together' ? 'together' : 'inTurn',
    members,
    timeout: group.ringTime,
    next: { noAnswer: nobody() },
  }
}

function ordered(d: Deciding, group: RingGroup): readonly GroupMember[] {
  const members = group.members.slice(0, GROUP_MEMBERS_MAX)
  if (group.order === 'random') return shuffled(members, d.seed)
  if (group.order !== 'longestIdle') return members
  // Who has not talked at all has been idle longest; who rings on a mobile is asked last.
  const since = (member: GroupMember): number =>
    'person' in member
      ? (d.live.idleSince?.(member.person) ?? Number.NEGATIVE_INFINITY)
      : Number.POSITIVE_INFINITY
  return members.toSorted((a, b) => {
    const [left, right] = [since(a), since(b)]
    return left === right ? 0 : left < right ? -1 : 1
  })
}

/** Undefined: does not ring, and the record says why. */
function ringOf(d: Deciding, group: RingGroup, member: GroupMember, path: Path): RingTo | undefined {
  if ('person' in member) {
    const contacts = d.live.contactsOf(member.person).filter((contact) => !isCalling(d, contact.device))
    const outcome = personOutcome(d, group, member.person, contacts.length)
    d.look(path, `member:${member.person}`, outcome)
    return outcome === 'rings' ? { to: 'person', person: member.person, contacts } : undefined
  }
  const read = readE164(member.outside)
  const judged = read.ok ? judgeOutside(d, read.value, {}, path) : undefined
  const outcome = judged === undefined ? 'unreadable' : judged.isAllowed ? 'rings' : judged.why.rule
  d.look(path, `member:${member.outside}`, outcome)
  return judged?.isAllowed ? { to: 'outside', call: judged.call } : undefined
}

function personOutcome(d: Deciding, group: RingGroup, person: PersonId, contacts: number): string {
  if (d.person(person) === undefined) return 'unknown'
  if (contacts === 0) return 'not-registered'
  if (d.live.stateOf?.(person) === 'doNotDisturb') return 'do-not-disturb'
  return group.skipsBusy && d.live.isBusy?.(person) ? 'busy' : 'rings'
}

/** The calling device never rings itself. */
export function isCalling(d: Deciding, device: string): boolean {
  return d.call.from !== 'trunk' && d.call.callerDevice === device
}
