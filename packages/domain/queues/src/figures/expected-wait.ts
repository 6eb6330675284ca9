// How long a caller will probably wait: an estimate for people, not a promise.
//
//   wait = max(0, position − free) × handling ÷ serving, at most EXPECTED_WAIT_MAX
//
// position: in the line, from 1. free: members who could be rung now, or ring for a caller of this queue, who
// is in the line as well. handling: mean time of a conversation with its wrap-up, each new one weighing an
// eighth. serving: members who are there and not paused; an agent of several queues in which callers wait
// counts in parts. Nobody serving: nothing can be said.
import { type Instant, type Ms, ms } from '@rufwerk/core'
import { EXPECTED_WAIT_MAX } from '../limits.ts'
import { isFree, isStaffing, type Queue, type QueueSet } from '../state.ts'

/** Undefined when no agent is there. */
export function expectedWait(set: QueueSet, queue: Queue, position: number, now: Instant): Ms | undefined {
  const id = queue.config.queue
  let free = 0
  let serving = 0
  for (const member of queue.config.members) {
    const agent = set.agents.get(member.agent)
    if (agent === undefined || agent.pause !== undefined || !isStaffing(agent, id)) continue
    if (isFree(agent, now) || (agent.work.name === 'ringing' && agent.work.queue === id)) free++
    let queues = 1
    for (const [other, membership] of agent.memberships) {
      const isWaitedFor = (set.queues.get(other)?.waiting.length ?? 0) > 0
      if (other !== id && membership.isLoggedIn && isWaitedFor) queues++
    }
    serving += 1 / queues
  }
  if (serving === 0) return undefined
  return ms(Math.min((Math.max(0, position - free) * queue.handling) / serving, EXPECTED_WAIT_MAX))
}
