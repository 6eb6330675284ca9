// Brings waiting callers and free agents together. One order holds for all queues, so that an agent of
// several gets the caller with the highest priority who has waited longest, wherever that is.
import { after, type Instant } from '@rufwerk/core'
import { LEVEL_MAX, RINGING_PER_CALLER_MAX } from './limits.ts'
import { isOverdue } from './line.ts'
import { type Turn, tell } from './signals.ts'
import { type Agent, inOrder, isFree, type Queue, type WaitingCaller } from './state.ts'
import { type Candidate, choose } from './strategy.ts'

/** The free members of a queue, as far as they have not begun to ring in this step. */
interface Pool {
  readonly queue: Queue
  candidates: readonly Candidate[]
  /** The lowest level among them: who may not ask that level yet need not look at them. */
  lowest: number
}

export function dispatch(turn: Turn): void {
  const { set, now } = turn
  const free = new Set<Agent>()
  for (const agent of set.agents.values()) if (isFree(agent, now)) free.add(agent)
  if (free.size === 0) return
  const callers: { readonly pool: Pool; readonly caller: WaitingCaller }[] = []
  for (const queue of set.queues.values()) {
    if (queue.waiting.length === 0) continue
    const pool: Pool = { queue, candidates: [], lowest: 0 }
    keep(pool, candidatesOf(turn, queue, free))
    if (pool.candidates.length === 0) continue
    for (const caller of queue.waiting) callers.push({ pool, caller })
  }
  callers.sort((a, b) => inOrder(a.caller, b.caller))
  for (const { pool, caller } of callers) {
    for (const agent of nextFor(turn, pool, caller, free)) {
      free.delete(agent)
      ring(turn, pool.queue, caller, agent)
    }
  }
}

function keep(pool: Pool, candidates: readonly Candidate[]): void {
  pool.candidates = candidates
  pool.lowest = candidates.reduce((lowest, { level }) => Math.min(lowest, level), Number.POSITIVE_INFINITY)
}

function candidatesOf(turn: Turn, queue: Queue, free: ReadonlySet<Agent>): Candidate[] {
  const candidates: Candidate[] = []
  for (const [at, member] of queue.config.members.entries()) {
    const agent = turn.set.agents.get(member.agent)
    if (agent === undefined || !free.has(agent)) continue
    const membership = agent.memberships.get(queue.config.queue)
    if (membership?.isLoggedIn) candidates.push({ agent, level: membership.level, at })
  }
  return candidates
}

function nextFor(turn: Turn, pool: Pool, caller: WaitingCaller, free: ReadonlySet<Agent>): readonly Agent[] {
  const { queue } = pool
  const { strategy, levelDelay } = queue.config
  const isForAll = strategy === 'ringAll'
  if (isOverdue(turn, queue, caller) || (!isForAll && caller.ringing.size > 0)) return []
  const allowed = levelAllowed(turn, queue, caller)
  // Hundreds may wait for a level that is not asked yet; this makes each of them cheap.
  if (pool.lowest > allowed) return []
  keep(
    pool,
    pool.candidates.filter(({ agent }) => free.has(agent)),
  )
  const candidates = pool.candidates.filter(({ level }) => level <= allowed)
  if (!isForAll) {
    const chosen = choose(turn.set, queue, caller, candidates)
    return chosen === undefined ? [] : [chosen.agent]
  }
  const room = Math.max(0, RINGING_PER_CALLER_MAX - caller.ringing.size)
  // Without a delay the second line rings only when nobody of the first is to be had.
  const lowest = Math.min(...candidates.map(({ level }) => level), ...ringingLevels(turn, queue, caller))
  const called = levelDelay > 0 ? candidates : candidates.filter(({ level }) => level <= lowest)
  return called.slice(0, room).map(({ agent }) => agent)
}

function ringingLevels(turn: Turn, queue: Queue, caller: WaitingCaller): number[] {
  return [...caller.ringing].map(
    (agent) => turn.set.agents.get(agent)?.memberships.get(queue.config.queue)?.level ?? 0,
  )
}

/** The highest level that may be asked by now. */
export function levelAllowed(turn: Pick<Turn, 'now'>, queue: Queue, caller: WaitingCaller): number {
  const { levelDelay } = queue.config
  if (levelDelay === 0) return LEVEL_MAX
  let level = 0
  while (level < LEVEL_MAX && levelAt(queue, caller, level + 1) <= turn.now) level++
  return level
}

/** When a level begins to be asked. */
export function levelAt(queue: Queue, caller: WaitingCaller, level: number): Instant {
  return (caller.waitingSince + level * queue.config.levelDelay) as Instant
}

function ring(turn: Turn, queue: Queue, caller: WaitingCaller, agent: Agent): void {
  const { queue: id, ringTime } = queue.config
  agent.work = { name: 'ringing', caller: caller.id, queue: id, until: after(turn.now, ringTime) }
  caller.ringing.add(agent.id)
  queue.cursor = agent.id
  turn.out.push({ type: 'ring', caller: caller.id, queue: id, agent: agent.id })
  tell(turn, { type: 'ringing', caller: caller.id, queue: id, agent: agent.id })
}
