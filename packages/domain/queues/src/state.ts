// The state of all queues of a tenant and their agents. It is owned: `step` changes what it is given.
import { type Instant, instant, type Ms, type PersonId } from '@rufwerk/core'
import type { AgentId, CallerId, QueueConfig, QueueId, SupervisionMode } from './config.ts'
import { type Figures, noCounts } from './figures/counts.ts'
import { HANDLING_TIME_FIRST } from './limits.ts'

export interface QueueSet {
  readonly queues: Map<QueueId, Queue>
  readonly agents: Map<AgentId, Agent>
  readonly callers: Map<CallerId, Caller>
  /** State of the generator behind the strategy `random`: 32 bits. */
  random: number
  /** Grows with each caller, so that two who come at the same instant have an order. */
  nextArrival: number
  /** The instant the driver was last told to wake us at. */
  wakeAt: Instant | undefined
}

export interface Queue {
  config: QueueConfig
  /** In the order in which they are served. */
  readonly waiting: WaitingCaller[]
  talking: number
  /** Who was rung last; round robin goes on after it. */
  cursor: AgentId | undefined
  /** Mean time of a conversation with its wrap-up. */
  handling: Ms
  /** Since when somebody waits and no agent is there. */
  unstaffedSince: Instant | undefined
  /** Takes nobody any more, and is forgotten when the last conversation ends. */
  isRemoved: boolean
  readonly figures: Figures
}

export interface CallerRecord {
  readonly id: CallerId
  readonly queue: QueueId
  /** 0 to 9, the higher first. */
  readonly priority: number
  readonly arrival: number
  /** When it came to this queue. */
  readonly enteredAt: Instant
  /** `enteredAt` less the time it has waited elsewhere; decides the order among equals. */
  readonly orderAt: Instant
  /** Its outcome is in the figures. */
  isCounted: boolean
}

export interface WaitingCaller extends CallerRecord {
  readonly name: 'waiting'
  /** Since when it waits: its entering, or being placed at the front again. */
  readonly waitingSince: Instant
  readonly isAtFront: boolean
  /** The agents that ring for it. */
  readonly ringing: Set<AgentId>
  /** How often each agent rang for it in vain. */
  readonly tries: Map<AgentId, number>
  announceAt: Instant | undefined
  /** The wait has passed the queue's target, and that was told. */
  isLate: boolean
}

export interface TalkingCaller extends CallerRecord {
  readonly name: 'talking'
  readonly agent: AgentId
  readonly since: Instant
  supervision: Supervision | undefined
}

export type Caller = WaitingCaller | TalkingCaller

export interface Supervision {
  readonly supervisor: PersonId
  readonly mode: SupervisionMode
  /** Nobody hears anything before the caller was told. */
  hasBegun: boolean
}

export type Work =
  | { readonly name: 'free' }
  | {
      readonly name: 'ringing'
      readonly caller: CallerId
      readonly queue: QueueId
      readonly until: Instant
    }
  | { readonly name: 'talking'; readonly caller: CallerId; readonly queue: QueueId }
  | { readonly name: 'wrapUp'; readonly queue: QueueId; readonly until: Instant }

export const ACTIVITIES = [
  'talking',
  'ringing',
  'busy',
  'wrapUp',
  'out',
  'paused',
  'unreachable',
  'idle',
] as const
export type Activity = (typeof ACTIVITIES)[number]

export interface Pause {
  readonly reason: string
  /** `system`: too many calls were not answered in a row. */
  readonly by: 'agent' | 'system'
}

export interface Membership {
  level: number
  isLoggedIn: boolean
  /** Of today, for the strategies. */
  calls: number
  talkMs: number
}

export interface AgentTimes {
  readonly spentMs: Record<Activity, number>
  calls: number
  missed: number
}

export interface Agent {
  readonly id: AgentId
  readonly memberships: Map<QueueId, Membership>
  work: Work
  /** In a call that has nothing to do with a queue. */
  isBusy: boolean
  /** At least one device of the agent can ring. */
  isReachable: boolean
  pause: Pause | undefined
  missesInRow: number
  restUntil: Instant
  idleSince: Instant
  /** What was told of the agent last, and since when it is so. */
  activity: Activity
  activitySince: Instant
  /** The sums of today, up to `countedUntil`. */
  times: AgentTimes
  countedUntil: Instant
}

/** An empty set. The seed decides what the strategy `random` chooses. */
export function newQueueSet(seed: number): QueueSet {
  return {
    queues: new Map(),
    agents: new Map(),
    callers: new Map(),
    random: seed >>> 0,
    nextArrival: 0,
    wakeAt: undefined,
  }
}

export function newQueue(config: QueueConfig): Queue {
  return {
    config,
    waiting: [],
    talking: 0,
    cursor: undefined,
    handling: HANDLING_TIME_FIRST,
    unstaffedSince: undefined,
    isRemoved: false,
    figures: { today: noCounts(), buckets: [] },
  }
}

export function newAgent(id: AgentId, now: Instant): Agent {
  return {
    id,
    memberships: new Map(),
    work: { name: 'free' },
    isBusy: false,
    isReachable: false,
    pause: undefined,
    missesInRow: 0,
    restUntil: instant(Number.NEGATIVE_INFINITY),
    idleSince: now,
    activity: 'out',
    activitySince: now,
    times: noTimes(),
    countedUntil: now,
  }
}

export function noTimes(): AgentTimes {
  const spentMs = Object.fromEntries(ACTIVITIES.map((activity) => [activity, 0])) as Record<Activity, number>
  return { spentMs, calls: 0, missed: 0 }
}

export function activityOf(agent: Agent): Activity {
  if (agent.work.name === 'talking' || agent.work.name === 'ringing') return agent.work.name
  if (agent.isBusy) return 'busy'
  if (agent.work.name === 'wrapUp') return 'wrapUp'
  if (!isLoggedIn(agent)) return 'out'
  if (agent.pause !== undefined) return 'paused'
  return agent.isReachable ? 'idle' : 'unreachable'
}

/** In at least one queue. */
export function isLoggedIn(agent: Agent): boolean {
  for (const membership of agent.memberships.values()) if (membership.isLoggedIn) return true
  return false
}

/** Whether the agent could be rung now, whichever queue asks. */
export function isFree(agent: Agent, now: Instant): boolean {
  return (
    agent.work.name === 'free' &&
    !agent.isBusy &&
    agent.isReachable &&
    agent.pause === undefined &&
    agent.restUntil <= now
  )
}

/**
 * Whether the agent is there for the queue: logged in, with a device, and not paused for calls not answered.
 * Who has taken a pause comes back, and is there.
 */
export function isStaffing(agent: Agent, queue: QueueId): boolean {
  return (
    agent.memberships.get(queue)?.isLoggedIn === true && agent.isReachable && agent.pause?.by !== 'system'
  )
}

/** Negative when `a` is served before `b`. */
export function inOrder(a: WaitingCaller, b: WaitingCaller): number {
  if (a.isAtFront !== b.isAtFront) return a.isAtFront ? -1 : 1
  return b.priority - a.priority || a.orderAt - b.orderAt || a.arrival - b.arrival
}

/** How many of each there are; callers return to zero when nobody calls. */
export function size(set: QueueSet): {
  readonly queues: number
  readonly agents: number
  readonly callers: number
  readonly waiting: number
  readonly ringing: number
  readonly working: number
} {
  let waiting = 0
  let ringing = 0
  for (const queue of set.queues.values()) {
    waiting += queue.waiting.length
    for (const caller of queue.waiting) ringing += caller.ringing.size
  }
  const working = [...set.agents.values()].filter((agent) => agent.work.name !== 'free').length
  const { queues, agents, callers } = set
  return { queues: queues.size, agents: agents.size, callers: callers.size, waiting, ringing, working }
}
