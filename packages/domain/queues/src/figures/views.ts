// What a dashboard shows: a queue and an agent at this instant, with the time that is still running.
import { between, type Instant, type Ms, ms } from '@rufwerk/core'
import type { AgentId, CallerId, QueueId } from '../config.ts'
import { ACTIVITIES, type Activity, type QueueSet } from '../state.ts'
import { abandonRate, averageWait, type Bucket, type QueueCounts, serviceLevel } from './counts.ts'
import { expectedWait } from './expected-wait.ts'

export interface QueueView {
  readonly queue: QueueId
  readonly name: string
  readonly talking: number
  /** In the order in which they will be served. */
  readonly waiting: readonly {
    readonly caller: CallerId
    readonly priority: number
    readonly waited: Ms
    readonly ringing: readonly AgentId[]
  }[]
  /** Of those who wait now; 0 when nobody does. */
  readonly longestWait: Ms
  /** For whoever comes next; undefined when no agent is there. */
  readonly expectedWait: Ms | undefined
  /** Members by what they do; who is not logged in to this queue is `out`. */
  readonly agents: Readonly<Record<Activity, number>>
  readonly today: Readonly<QueueCounts>
  /** Parts from 0 to 1, and a time; undefined while there is nothing to divide by. */
  readonly serviceLevel: number | undefined
  readonly abandonRate: number | undefined
  readonly averageWait: Ms | undefined
  /** Pieces of 15 minutes, the oldest first. */
  readonly buckets: readonly Bucket[]
}

export interface AgentView {
  readonly agent: AgentId
  readonly activity: Activity
  readonly since: Instant
  readonly pauseReason: string | undefined
  readonly queues: readonly { readonly queue: QueueId; readonly isLoggedIn: boolean }[]
  /** Today, up to now. */
  readonly spentMs: Readonly<Record<Activity, number>>
  readonly calls: number
  readonly missed: number
}

/** Undefined when there is no such queue. The figures are copies. */
export function queueView(set: QueueSet, id: QueueId, now: Instant): QueueView | undefined {
  const queue = set.queues.get(id)
  if (queue === undefined) return undefined
  const { config, figures } = queue
  const waiting = queue.waiting.map(({ id: caller, priority, enteredAt, ringing }) => {
    return { caller, priority, waited: between(enteredAt, now), ringing: [...ringing] }
  })
  const agents = noActivities()
  for (const { agent: agentId } of config.members) {
    const agent = set.agents.get(agentId)
    if (agent) agents[agent.memberships.get(id)?.isLoggedIn ? agent.activity : 'out']++
  }
  return {
    queue: id,
    name: config.name,
    talking: queue.talking,
    waiting,
    longestWait: ms(Math.max(0, ...waiting.map(({ waited }) => waited))),
    expectedWait: expectedWait(set, queue, waiting.length + 1, now),
    agents,
    today: { ...figures.today },
    serviceLevel: serviceLevel(figures.today, config.abandonedCounts),
    abandonRate: abandonRate(figures.today),
    averageWait: averageWait(figures.today),
    buckets: figures.buckets.map(({ index, counts }) => ({ index, counts: { ...counts } })),
  }
}

/** Undefined when there is no such agent. */
export function agentView(set: QueueSet, id: AgentId, now: Instant): AgentView | undefined {
  const agent = set.agents.get(id)
  if (agent === undefined) return undefined
  const { activity, times } = agent
  const running = between(agent.countedUntil, now)
  return {
    agent: id,
    activity,
    since: agent.activitySince,
    pauseReason: agent.pause?.reason,
    queues: [...agent.memberships].map(([queue, { isLoggedIn }]) => ({ queue, isLoggedIn })),
    spentMs: { ...times.spentMs, [activity]: times.spentMs[activity] + running },
    calls: times.calls,
    missed: times.missed,
  }
}

function noActivities(): Record<Activity, number> {
  return Object.fromEntries(ACTIVITIES.map((activity) => [activity, 0])) as Record<Activity, number>
}
