// Which of the free agents rings next for a caller. Before the strategy come: who rang least often in vain
// for this caller, and the lower level. Between equals decides the longer idle time, then the order of the
// members.
import type { Agent, Queue, QueueSet, WaitingCaller } from './state.ts'

/** A free member of the queue; `at` is the place among the members. */
export interface Candidate {
  readonly agent: Agent
  readonly level: number
  readonly at: number
}

/** Candidates in the order of the members; undefined when there are none. */
export function choose(
  set: QueueSet,
  queue: Queue,
  caller: WaitingCaller,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const best = leastBy(
    leastBy(candidates, ({ agent }) => caller.tries.get(agent.id) ?? 0),
    ({ level }) => level,
  )
  if (queue.config.strategy === 'random') return best[Math.floor(nextRandom(set) * best.length)]
  const chosen = leastBy(best, (candidate) => measure(queue, candidate))
  return leastBy(chosen, ({ agent }) => agent.idleSince)[0]
}

function measure(queue: Queue, { agent, at }: Candidate): number {
  const { strategy, members, queue: id } = queue.config
  switch (strategy) {
    case 'roundRobin': {
      const last = members.findIndex((member) => member.agent === queue.cursor)
      // The one after the last comes first; the last one itself comes last.
      return (at - last - 1 + members.length) % members.length
    }
    case 'leastTalkTime':
      return agent.memberships.get(id)?.talkMs ?? 0
    case 'fewestCalls':
      return agent.memberships.get(id)?.calls ?? 0
    case 'longestIdle':
    case 'ringAll':
    case 'random':
      return 0
  }
}

function leastBy<T>(items: readonly T[], measure: (item: T) => number): readonly T[] {
  let least = Number.POSITIVE_INFINITY
  let found: T[] = []
  for (const item of items) {
    const value = measure(item)
    if (value < least) {
      least = value
      found = [item]
    } else if (value === least) found.push(item)
  }
  return found
}

/** The next number of the set's generator, from 0 to below 1 (mulberry32: small, even, not for secrets). */
export function nextRandom(set: QueueSet): number {
  set.random = (set.random + 0x6d2b79f5) >>> 0
  let mixed = set.random
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
