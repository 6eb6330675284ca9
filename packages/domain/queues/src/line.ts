// The line of those who wait in a queue: its order, who is in it, and whether somebody is there to serve it.
import { after, assert } from '@rufwerk/core'
import type { Turn } from './signals.ts'
import { type Agent, type Caller, inOrder, isStaffing, type Queue, type WaitingCaller } from './state.ts'

export function queueOf(turn: Pick<Turn, 'set'>, caller: Caller): Queue {
  const queue = turn.set.queues.get(caller.queue)
  assert(queue !== undefined, 'a caller has a queue')
  return queue
}

/** Puts the caller where it belongs and tells its position, from 1. */
export function line(queue: Queue, caller: WaitingCaller): number {
  let at = queue.waiting.length
  for (
    let before = queue.waiting[at - 1];
    before && inOrder(caller, before) < 0;
    before = queue.waiting[at - 1]
  )
    at -= 1
  queue.waiting.splice(at, 0, caller)
  return at + 1
}

/** Out of the line; who rings for it stops ringing, but for the agent who answered. */
export function unline(
  turn: Turn,
  caller: WaitingCaller,
  reason: 'answeredElsewhere' | 'callerLeft',
  answeredBy?: Agent,
): void {
  const { waiting } = queueOf(turn, caller)
  waiting.splice(waiting.indexOf(caller), 1)
  for (const id of caller.ringing) {
    const agent = turn.set.agents.get(id)
    assert(agent !== undefined, 'who rings is an agent')
    if (agent === answeredBy) continue
    agent.work = { name: 'free' }
    turn.out.push({ type: 'cancel', caller: caller.id, agent: id, reason })
  }
  caller.ringing.clear()
}

/** The maximum wait has passed. Who is being rung for may still be answered, but nobody else rings. */
export function isOverdue(turn: Pick<Turn, 'now'>, queue: Queue, caller: WaitingCaller): boolean {
  return after(caller.waitingSince, queue.config.waitMax) <= turn.now
}

export function isStaffed(turn: Turn, queue: Queue): boolean {
  return queue.config.members.some((member) => {
    const agent = turn.set.agents.get(member.agent)
    return agent !== undefined && isStaffing(agent, queue.config.queue)
  })
}
