// Callers come, leave and come back to the front.
import { after, assert, between, type Instant, type Ms, ms } from '@rufwerk/core'
import type { OverflowReason, Target } from './config.ts'
import { leaveConversation } from './conversations.ts'
import { queuesError } from './errors.ts'
import { count } from './figures/counts.ts'
import { CALLERS_MAX, PRIORITY_MAX, WAIT_MAX } from './limits.ts'
import { isStaffed, line, queueOf, unline } from './line.ts'
import { type LeaveReason, type Outcome, type QueueInput, refuse, type Turn, tell } from './signals.ts'
import type { Caller, Queue, TalkingCaller, WaitingCaller } from './state.ts'

type InputOf<Type extends QueueInput['type']> = Extract<QueueInput, { type: Type }>

export function enter(turn: Turn, input: InputOf<'enter'>): void {
  const { set, now } = turn
  const { caller: id, waited: told = ms(0) } = input
  const queue = set.queues.get(input.queue)
  if (queue === undefined || queue.isRemoved) {
    refuse(turn, queuesError('unknown-queue'))
    return
  }
  if (set.callers.has(id)) {
    refuse(turn, queuesError('already-here'))
    return
  }
  const { priority = queue.config.priority } = input
  const isPriority = Number.isInteger(priority) && priority >= 0 && priority <= PRIORITY_MAX
  if (!isPriority) {
    refuse(turn, queuesError('bad-value', 'priority'))
    return
  }
  if (!(told >= 0)) {
    refuse(turn, queuesError('bad-value', 'waited'))
    return
  }
  // Nobody is sent away for having waited too long elsewhere.
  const waited = ms(Math.min(told, WAIT_MAX))
  const { announce, music } = queue.config
  const caller: WaitingCaller = {
    ...{ name: 'waiting', id, queue: input.queue, priority },
    arrival: set.nextArrival++,
    enteredAt: now,
    orderAt: (now - waited) as Instant,
    isCounted: false,
    waitingSince: now,
    isAtFront: false,
    ringing: new Set(),
    tries: new Map(),
    announceAt: announce === undefined ? undefined : after(now, announce.first),
    isLate: false,
  }
  count(queue.figures, turn.at, (counts) => counts.entered++)
  set.callers.set(id, caller)
  const reason = refusalOf(turn, queue)
  const position = line(queue, caller)
  if (reason !== undefined) {
    leave(turn, caller, reason)
    return
  }
  turn.out.push({ type: 'hold', caller: id, queue: input.queue, music })
  tell(turn, { type: 'entered', caller: id, queue: input.queue, priority, position })
}

function refusalOf(turn: Turn, queue: Queue): OverflowReason | undefined {
  if (queue.config.whenUnstaffed !== 'wait' && !isStaffed(turn, queue)) return 'unstaffed'
  if (queue.waiting.length >= queue.config.lengthMax || turn.set.callers.size > CALLERS_MAX) return 'full'
  return undefined
}

export function key(turn: Turn, input: InputOf<'key'>): void {
  const caller = turn.set.callers.get(input.caller)
  if (caller?.name !== 'waiting') return
  const found = queueOf(turn, caller).config.keys.find((item) => item.key === input.key)
  if (found !== undefined) sendAway(turn, caller, 'key', found.target)
}

export function leave(turn: Turn, caller: WaitingCaller, reason: OverflowReason): void {
  sendAway(turn, caller, reason, queueOf(turn, caller).config.overflow[reason])
}

export function gone(turn: Turn, input: InputOf<'ended'>): void {
  const caller = turn.set.callers.get(input.caller)
  if (caller !== undefined) end(turn, caller, caller.name === 'waiting' ? 'abandoned' : 'completed')
}

function sendAway(turn: Turn, caller: Caller, reason: LeaveReason, target: Target): void {
  const waited = between(caller.orderAt, turn.now)
  end(turn, caller, reason)
  turn.out.push({ type: 'leave', caller: caller.id, queue: caller.queue, reason, target, waited })
}

/** The only place that forgets a caller. */
export function end(turn: Turn, caller: Caller, outcome: Outcome): void {
  const queue = queueOf(turn, caller)
  const isTalking = caller.name === 'talking'
  const waited = between(caller.enteredAt, isTalking ? caller.since : turn.now)
  const talked = isTalking ? leaveConversation(turn, caller, 'wrapUp') : ms(0)
  if (!isTalking) unline(turn, caller, 'callerLeft')
  if (!caller.isCounted) countEnd(turn, queue, outcome, waited)
  turn.set.callers.delete(caller.id)
  const agent = isTalking ? { agent: caller.agent } : {}
  tell(turn, { type: 'ended', caller: caller.id, queue: caller.queue, outcome, waited, talked, ...agent })
}

function countEnd(turn: Turn, queue: Queue, outcome: Outcome, waited: Ms): void {
  assert(outcome !== 'completed', 'who was answered is counted')
  const isShort = waited < queue.config.shortAbandon
  count(queue.figures, turn.at, (counts) => {
    counts[outcome]++
    counts.longestWaitMs = Math.max(counts.longestWaitMs, waited)
    if (outcome !== 'abandoned') return
    counts.abandonedWaitMs += waited
    if (isShort) counts.abandonedShort++
  })
}

/** The agent's side broke: the caller waits again, before all others, and the agent rests. */
export function agentLost(turn: Turn, input: InputOf<'agentLost'>): void {
  const talking = turn.set.callers.get(input.caller)
  if (talking?.name !== 'talking') return
  const queue = queueOf(turn, talking)
  leaveConversation(turn, talking, 'rest')
  const caller = waitingAgain(turn, queue, talking)
  turn.set.callers.set(caller.id, caller)
  line(queue, caller)
  count(queue.figures, turn.at, (counts) => counts.requeued++)
  tell(turn, { type: 'requeued', caller: caller.id, queue: caller.queue, agent: talking.agent })
  if (queue.isRemoved) {
    leave(turn, caller, 'removed')
    return
  }
  turn.out.push({ type: 'hold', caller: caller.id, queue: caller.queue, music: queue.config.music })
}

function waitingAgain(turn: Turn, queue: Queue, talking: TalkingCaller): WaitingCaller {
  const { announce } = queue.config
  return {
    name: 'waiting',
    id: talking.id,
    queue: talking.queue,
    priority: talking.priority,
    arrival: talking.arrival,
    enteredAt: talking.enteredAt,
    orderAt: talking.orderAt,
    isCounted: talking.isCounted,
    waitingSince: turn.now,
    isAtFront: true,
    ringing: new Set(),
    tries: new Map(),
    announceAt: announce === undefined ? undefined : after(turn.now, announce.first),
    isLate: true,
  }
}
