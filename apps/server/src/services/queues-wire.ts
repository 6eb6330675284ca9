// Queues, agents and events as the interface shows them: wall-clock times, callers by number and name.
import type { Caller } from '@rufwerk/calls'
import type { AgentLive, QueueLive } from '@rufwerk/contract/queues'
import type { Instant, WallTime } from '@rufwerk/core'
import type { AgentView, CallerId, QueueId, QueueView } from '@rufwerk/queues'

/** `callerOf`: who waits, as far as that is known. */
export function queueLive(view: QueueView, callerOf: (caller: CallerId) => Caller | undefined): QueueLive {
  const { expectedWait, serviceLevel, abandonRate, averageWait } = view
  return {
    queue: view.queue,
    name: view.name,
    talking: view.talking,
    waiting: view.waiting.map(({ caller, priority, waited, ringing }) => ({
      call: caller,
      ...shown(callerOf(caller)),
      priority,
      waitedMs: Math.round(waited),
      ringing: [...ringing],
    })),
    longestWaitMs: Math.round(view.longestWait),
    ...(expectedWait !== undefined && { expectedWaitMs: Math.round(expectedWait) }),
    agents: { ...view.agents },
    today: { ...view.today },
    ...(serviceLevel !== undefined && { serviceLevel }),
    ...(abandonRate !== undefined && { abandonRate }),
    ...(averageWait !== undefined && { averageWaitMs: Math.round(averageWait) }),
  }
}

function shown(caller: Caller | undefined): { readonly number?: string; readonly name?: string } {
  if (caller === undefined) return {}
  if (caller.kind === 'inside') return { number: caller.extension, name: caller.name }
  const { number, name } = caller
  return { ...(number !== undefined && { number }), ...(name !== undefined && { name }) }
}

export function agentLive(
  view: AgentView,
  { now, at }: { readonly now: Instant; readonly at: WallTime },
  nameOf: (queue: QueueId) => string,
): AgentLive {
  const { agent, activity, since, pauseReason, queues, calls, missed, spentMs } = view
  return {
    ...{ agent, activity, calls, missed },
    since: Math.round(at - (now - since)),
    ...(pauseReason !== undefined && { pauseReason }),
    queues: queues.map(({ queue, isLoggedIn }) => ({ queue, name: nameOf(queue), isLoggedIn })),
    spentMs: Object.fromEntries(
      Object.entries(spentMs).map(([what, spent]) => [what, Math.round(spent)]),
    ) as AgentLive['spentMs'],
  }
}

/** The day of a number of days since 1970-01-01: 2026-11-22. */
export function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
