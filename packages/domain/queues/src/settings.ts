// Queues come, change and go while people wait and talk. A conversation is never cut by a change.
import { leave } from './callers.ts'
import { type AgentId, checkQueue, type QueueConfig, type QueueId } from './config.ts'
import { withdraw } from './conversations.ts'
import { queuesError } from './errors.ts'
import { AGENTS_MAX, QUEUES_MAX } from './limits.ts'
import { refuse, type Turn } from './signals.ts'
import { newAgent, newQueue, type Queue, type QueueSet } from './state.ts'
import { endSupervision } from './supervision.ts'

export function configure(turn: Turn, given: QueueConfig): void {
  const { set } = turn
  const checked = checkQueue(given)
  if (!checked.ok) {
    refuse(turn, checked.error)
    return
  }
  const config = checked.value
  const present = set.queues.get(config.queue)
  const full = fullness(set, config)
  if (full !== undefined) {
    refuse(turn, queuesError(full))
    return
  }
  const queue = present ?? newQueue(config)
  queue.cursor = cursorAmong(queue, config)
  queue.config = config
  queue.isRemoved = false
  set.queues.set(config.queue, queue)
  setMembers(turn, config)
  endForbiddenSupervision(turn, queue)
}

/** What of the set has no room for these settings; undefined: they fit. */
export function fullness(
  { queues, agents }: QueueSet,
  { queue, members }: QueueConfig,
): 'too-many-queues' | 'too-many-agents' | undefined {
  if (!queues.has(queue) && queues.size >= QUEUES_MAX) return 'too-many-queues'
  const added = members.filter(({ agent }) => !agents.has(agent)).length
  return agents.size + added > AGENTS_MAX ? 'too-many-agents' : undefined
}

/** When the agent who was rung last is no member any more, the nearest one before takes its place. */
function cursorAmong({ config: before, cursor }: Queue, next: QueueConfig): AgentId | undefined {
  const stays = new Set(next.members.map(({ agent }) => agent))
  const at = before.members.findIndex(({ agent }) => agent === cursor)
  return before.members.slice(0, at + 1).findLast(({ agent }) => stays.has(agent))?.agent
}

function setMembers(turn: Turn, config: QueueConfig): void {
  const { set } = turn
  const levels = new Map(config.members.map(({ agent, level }) => [agent, level]))
  for (const id of levels.keys()) if (!set.agents.has(id)) set.agents.set(id, newAgent(id, turn.now))
  for (const agent of set.agents.values()) {
    const level = levels.get(agent.id)
    const membership = agent.memberships.get(config.queue)
    if (level === undefined) {
      if (membership === undefined) continue
      agent.memberships.delete(config.queue)
      const { work } = agent
      if (work.name === 'ringing' && work.queue === config.queue) withdraw(turn, agent)
      if (work.name === 'wrapUp' && work.queue === config.queue) agent.work = { name: 'free' }
    } else if (membership) membership.level = level
    else agent.memberships.set(config.queue, { level, isLoggedIn: false, calls: 0, talkMs: 0 })
  }
}

/** Who listens under rules that hold no more stops listening. */
function endForbiddenSupervision(turn: Turn, { config }: Queue): void {
  const { modes, supervisors } = config.supervision
  for (const caller of turn.set.callers.values()) {
    if (caller.queue !== config.queue || caller.name !== 'talking' || !caller.supervision) continue
    const { mode, supervisor } = caller.supervision
    if (!modes.includes(mode) || !supervisors.includes(supervisor)) endSupervision(turn, caller)
  }
}

/** Those who wait go to the target for it; conversations go on. */
export function removeQueue(turn: Turn, id: QueueId): void {
  const queue = turn.set.queues.get(id)
  if (queue === undefined || queue.isRemoved) {
    refuse(turn, queuesError('unknown-queue'))
    return
  }
  for (const caller of [...queue.waiting]) leave(turn, caller, 'removed')
  queue.isRemoved = true
  queue.config = { ...queue.config, members: [] }
  setMembers(turn, queue.config)
}

/** Forgets removed queues without callers, and agents without queues. */
export function sweep(turn: Turn): void {
  const { queues, agents } = turn.set
  for (const [id, queue] of queues) {
    if (queue.isRemoved && queue.talking === 0 && queue.waiting.length === 0) queues.delete(id)
  }
  for (const [id, agent] of agents) {
    if (agent.memberships.size === 0 && agent.work.name === 'free') agents.delete(id)
  }
}
