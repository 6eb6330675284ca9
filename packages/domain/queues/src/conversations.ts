// Agents ring, answer, do not answer, talk. Who answers first has the caller; everybody else is told.
import { after, assert, between, type Ms, ms } from '@rufwerk/core'
import { count } from './figures/counts.ts'
import { HANDLING_TIME_MAX, HANDLING_TIME_MIN, HANDLING_WEIGHT } from './limits.ts'
import { queueOf, unline } from './line.ts'
import { type Missed, type QueueInput, type Turn, tell } from './signals.ts'
import type { Agent, Queue, TalkingCaller, WaitingCaller } from './state.ts'
import { endSupervision } from './supervision.ts'

type InputOf<Type extends QueueInput['type']> = Extract<QueueInput, { type: Type }>

/** The reason of a pause that the system made. */
export const PAUSED_FOR_MISSES = 'missed'

export function answered(turn: Turn, { caller: id, agent: agentId }: InputOf<'answered'>): void {
  const agent = turn.set.agents.get(agentId)
  const caller = turn.set.callers.get(id)
  if (agent === undefined || caller?.name !== 'waiting' || !caller.ringing.has(agentId)) {
    turn.out.push({ type: 'tooLate', caller: id, agent: agentId })
    return
  }
  const queue = queueOf(turn, caller)
  const waited = between(caller.enteredAt, turn.now)
  turn.out.push({ type: 'connect', caller: id, agent: agentId })
  unline(turn, caller, 'answeredElsewhere', agent)
  agent.work = { name: 'talking', caller: id, queue: caller.queue }
  agent.missesInRow = 0
  agent.times.calls++
  const membership = agent.memberships.get(caller.queue)
  assert(membership !== undefined, 'who rings is a member')
  membership.calls++
  queue.talking++
  turn.set.callers.set(id, talkingNow(turn, caller, agent))
  if (!caller.isCounted) countAnswer(turn, queue, waited)
  tell(turn, { type: 'answered', caller: id, queue: caller.queue, agent: agentId, waited })
}

function talkingNow(turn: Turn, caller: WaitingCaller, agent: Agent): TalkingCaller {
  const { id, queue, priority, arrival, enteredAt, orderAt } = caller
  return {
    ...{ id, queue, priority, arrival, enteredAt, orderAt },
    isCounted: true,
    name: 'talking',
    agent: agent.id,
    since: turn.now,
    supervision: undefined,
  }
}

function countAnswer(turn: Turn, queue: Queue, waited: Ms): void {
  const isInTime = waited <= queue.config.serviceTarget
  count(queue.figures, turn.at, (counts) => {
    counts.answered++
    if (isInTime) counts.answeredInTime++
    counts.answeredWaitMs += waited
    counts.longestWaitMs = Math.max(counts.longestWaitMs, waited)
  })
}

export function notAnswered(turn: Turn, { caller: id, agent: agentId, why }: InputOf<'notAnswered'>): void {
  const agent = turn.set.agents.get(agentId)
  const caller = turn.set.callers.get(id)
  if (agent === undefined || caller?.name !== 'waiting' || !caller.ringing.has(agentId)) return
  missed(turn, caller, agent, why)
}

/** The agent rang in vain and is left alone for a while; who does so too often in a row is paused. */
export function missed(turn: Turn, caller: WaitingCaller, agent: Agent, why: Missed): void {
  const { config, figures } = queueOf(turn, caller)
  caller.ringing.delete(agent.id)
  caller.tries.set(agent.id, (caller.tries.get(agent.id) ?? 0) + 1)
  agent.work = { name: 'free' }
  agent.restUntil = after(turn.now, config.restTime)
  tell(turn, { type: 'missed', caller: caller.id, queue: caller.queue, agent: agent.id, why })
  if (why === 'busy' || why === 'failed') return
  agent.missesInRow++
  agent.times.missed++
  count(figures, turn.at, (counts) => counts.missed++)
  if (config.missesMax > 0 && agent.missesInRow >= config.missesMax)
    agent.pause = { reason: PAUSED_FOR_MISSES, by: 'system' }
}

/** The agent may not ring any more, and it is not their fault. */
export function withdraw(turn: Turn, agent: Agent): void {
  if (agent.work.name !== 'ringing') return
  const caller = turn.set.callers.get(agent.work.caller)
  assert(caller?.name === 'waiting', 'an agent rings for somebody who waits')
  caller.ringing.delete(agent.id)
  agent.work = { name: 'free' }
  turn.out.push({ type: 'cancel', caller: caller.id, agent: agent.id, reason: 'agentChanged' })
}

/** The conversation is over; what becomes of the caller is not decided here. Tells how long it was. */
export function leaveConversation(turn: Turn, caller: TalkingCaller, then: 'wrapUp' | 'rest'): Ms {
  const queue = queueOf(turn, caller)
  const agent = turn.set.agents.get(caller.agent)
  assert(agent !== undefined, 'who talks is an agent')
  endSupervision(turn, caller)
  const talked = between(caller.since, turn.now)
  const membership = agent.memberships.get(caller.queue)
  if (membership) membership.talkMs += talked
  count(queue.figures, turn.at, (counts) => {
    counts.talkMs += talked
  })
  queue.talking--
  agent.work = { name: 'free' }
  if (then === 'rest') {
    agent.restUntil = after(turn.now, queue.config.restTime)
    return talked
  }
  const { wrapUp } = queue.config
  queue.handling = nextHandling(queue.handling, ms(talked + wrapUp))
  if (wrapUp > 0 && membership?.isLoggedIn)
    agent.work = { name: 'wrapUp', queue: caller.queue, until: after(turn.now, wrapUp) }
  return talked
}

function nextHandling(mean: Ms, latest: Ms): Ms {
  const bounded = Math.min(Math.max(latest, HANDLING_TIME_MIN), HANDLING_TIME_MAX)
  return ms(mean + (bounded - mean) * HANDLING_WEIGHT)
}
