// The state as text, to be stored now and then and read after a crash. Who rings is left out: those legs do
// not survive, and the agents are rung again. What follows from something else is not stored, so it cannot
// disagree.

import type { QueueEnv } from '../signals.ts'
import type { Agent, Caller, Queue, QueueSet } from '../state.ts'

/** Grows with every change of what is written. */
export const SNAPSHOT_VERSION = 1

export function writeSnapshot(set: QueueSet, env: QueueEnv): string {
  return JSON.stringify({
    version: SNAPSHOT_VERSION,
    now: env.now,
    at: env.at,
    random: set.random,
    nextArrival: set.nextArrival,
    queues: [...set.queues.values()].map(storedQueue),
    agents: [...set.agents.values()].map((agent) => storedAgent(agent, env)),
    callers: [...set.callers.values()].map(storedCaller),
  })
}

function storedQueue({ config, cursor, handling, unstaffedSince, isRemoved, figures }: Queue): object {
  return { config, cursor, handling, unstaffedSince, isRemoved, figures }
}

function storedAgent(agent: Agent, { now }: QueueEnv): object {
  const { id, work, isBusy, isReachable, pause, missesInRow, idleSince } = agent
  const { activity, activitySince, times, countedUntil } = agent
  return {
    ...{ id, isBusy, isReachable, pause, missesInRow, idleSince },
    ...{ activity, activitySince, times, countedUntil },
    wrapUp: work.name === 'wrapUp' ? { queue: work.queue, until: work.until } : undefined,
    restUntil: agent.restUntil > now ? agent.restUntil : undefined,
    memberships: [...agent.memberships].map(([queue, { isLoggedIn, calls, talkMs }]) => {
      return { queue, isLoggedIn, calls, talkMs }
    }),
  }
}

function storedCaller(caller: Caller): object {
  const { id, queue, priority, arrival, enteredAt, orderAt, isCounted } = caller
  const record = { id, queue, priority, arrival, enteredAt, orderAt, isCounted }
  if (caller.name === 'talking') {
    const { agent, since, supervision } = caller
    return { ...record, name: 'talking', agent, since, supervision }
  }
  const { waitingSince, isAtFront, announceAt, isLate } = caller
  return { ...record, name: 'waiting', waitingSince, isAtFront, announceAt, isLate, tries: [...caller.tries] }
}
