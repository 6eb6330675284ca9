// What happens because time passed: ringing and wrap-up end, callers have waited too long, positions are
// told. A timer that comes late does all that is due at once, in this order.
import { after, assert, type Instant } from '@rufwerk/core'
import { leave } from './callers.ts'
import { missed } from './conversations.ts'
import { levelAllowed, levelAt } from './dispatch.ts'
import { expectedWait } from './figures/expected-wait.ts'
import { LEVEL_MAX } from './limits.ts'
import { isOverdue, isStaffed } from './line.ts'
import { type QueueOutput, type Turn, tell } from './signals.ts'
import type { Agent, Queue, WaitingCaller } from './state.ts'

export function expire(turn: Turn): void {
  for (const agent of turn.set.agents.values()) expireWork(turn, agent)
  for (const queue of turn.set.queues.values()) {
    const overdue = queue.waiting.filter((one) => one.ringing.size === 0 && isOverdue(turn, queue, one))
    for (const caller of overdue) leave(turn, caller, 'timeout')
    expireStaff(turn, queue)
    for (const caller of queue.waiting) tellLate(turn, queue, caller)
  }
}

function expireWork(turn: Turn, agent: Agent): void {
  const { work } = agent
  if ((work.name !== 'ringing' && work.name !== 'wrapUp') || work.until > turn.now) return
  if (work.name === 'wrapUp') {
    agent.work = { name: 'free' }
    return
  }
  const caller = turn.set.callers.get(work.caller)
  assert(caller?.name === 'waiting', 'an agent rings for somebody who waits')
  turn.out.push({ type: 'cancel', caller: caller.id, agent: agent.id, reason: 'noAnswer' })
  missed(turn, caller, agent, 'noAnswer')
}

function expireStaff(turn: Turn, queue: Queue): void {
  if (queue.config.whenUnstaffed !== 'leave' || queue.waiting.length === 0 || isStaffed(turn, queue)) {
    queue.unstaffedSince = undefined
    return
  }
  queue.unstaffedSince ??= turn.now
  if (after(queue.unstaffedSince, queue.config.unstaffedDelay) > turn.now) return
  for (const caller of [...queue.waiting]) leave(turn, caller, 'unstaffed')
  queue.unstaffedSince = undefined
}

function tellLate(turn: Turn, queue: Queue, caller: WaitingCaller): void {
  if (caller.isLate || lateAt(queue, caller) > turn.now) return
  caller.isLate = true
  tell(turn, { type: 'late', caller: caller.id, queue: caller.queue })
}

/** The first instant at which an answer would not be in time. */
function lateAt(queue: Queue, caller: WaitingCaller): Instant {
  return (caller.enteredAt + queue.config.serviceTarget + 1) as Instant
}

/** Announcements that are due. They go on while an agent rings: the answer cuts them off. */
export function announce(turn: Turn): void {
  for (const queue of turn.set.queues.values()) {
    const { announce: settings } = queue.config
    if (settings === undefined) continue
    for (const [index, caller] of queue.waiting.entries()) {
      if (caller.announceAt === undefined || caller.announceAt > turn.now) continue
      caller.announceAt = after(turn.now, settings.interval)
      const position = index + 1
      const wait = settings.wait ? expectedWait(turn.set, queue, position, turn.now) : undefined
      if (!settings.position && wait === undefined) continue
      const output: QueueOutput = {
        type: 'announce',
        caller: caller.id,
        ...(settings.position && { position }),
        ...(wait !== undefined && { wait }),
      }
      turn.out.push(output)
    }
  }
}

/** Tells the driver when it must come again, if that is another time than before. */
export function arm(turn: Turn): void {
  const at = nextWake(turn)
  if (at === turn.set.wakeAt) return
  turn.set.wakeAt = at
  turn.out.push(at === undefined ? { type: 'disarm' } : { type: 'arm', at })
}

function nextWake(turn: Turn): Instant | undefined {
  let next = Number.POSITIVE_INFINITY
  let isAwaited = false
  for (const queue of turn.set.queues.values()) {
    for (const caller of queue.waiting) next = Math.min(next, wakeForCaller(turn, queue, caller))
    if (queue.unstaffedSince !== undefined)
      next = Math.min(next, queue.unstaffedSince + queue.config.unstaffedDelay)
    isAwaited ||= queue.waiting.length > 0
  }
  for (const { work, restUntil } of turn.set.agents.values()) {
    if (work.name === 'ringing' || work.name === 'wrapUp') next = Math.min(next, work.until)
    if (isAwaited && restUntil > turn.now) next = Math.min(next, restUntil)
  }
  return next === Number.POSITIVE_INFINITY ? undefined : (next as Instant)
}

function wakeForCaller(turn: Turn, queue: Queue, caller: WaitingCaller): number {
  const { waitMax, levelDelay } = queue.config
  let next = Number.POSITIVE_INFINITY
  // Whose time is over while somebody rings leaves when that ends.
  if (!isOverdue(turn, queue, caller)) next = after(caller.waitingSince, waitMax)
  if (!caller.isLate) next = Math.min(next, lateAt(queue, caller))
  if (queue.config.announce !== undefined && caller.announceAt !== undefined)
    next = Math.min(next, caller.announceAt)
  if (levelDelay === 0) return next
  const level = levelAllowed(turn, queue, caller) + 1
  return level <= LEVEL_MAX ? Math.min(next, levelAt(queue, caller, level)) : next
}
