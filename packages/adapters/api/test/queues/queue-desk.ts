// A desk of queues that keeps settings and remembers what agents did; there is one queue, sales.
import type { QueueDesk, QueueRefusal } from '@rufwerk/api'
import type { AgentAct, AgentLive, QueueCounts, QueueEvents, QueueLive } from '@rufwerk/contract/queues'
import { fail, ok, type PersonId, type Result } from '@rufwerk/core'
import { checkQueue, QUEUE_DEFAULTS, type QueueConfig, type QueueId } from '@rufwerk/queues'

const NOTHING: QueueCounts = {
  ...{ entered: 0, answered: 0, answeredInTime: 0, abandoned: 0, abandonedShort: 0, full: 0, timeout: 0 },
  ...{ unstaffed: 0, key: 0, removed: 0, lost: 0, requeued: 0, missed: 0 },
  ...{ answeredWaitMs: 0, abandonedWaitMs: 0, longestWaitMs: 0, talkMs: 0 },
}
const ACTIVITIES = { talking: 0, ringing: 0, busy: 0, wrapUp: 0, out: 1, paused: 0, unreachable: 0, idle: 0 }

export class TestDesk implements QueueDesk {
  readonly acts: string[] = []
  /** What the next act meets. */
  refusal: string | undefined
  #configs: readonly QueueConfig[] = [
    { ...QUEUE_DEFAULTS, queue: 'sales' as QueueId, name: 'Sales', members: [] },
  ]

  settings(): readonly QueueConfig[] {
    return this.#configs
  }

  async save(given: object, isNew: boolean): Promise<Result<QueueConfig, QueueRefusal>> {
    const merged: Record<string, unknown> = { ...QUEUE_DEFAULTS, ...given }
    if (merged.announce === null) delete merged.announce
    const checked = checkQueue(merged)
    if (!checked.ok)
      return fail({ code: 'wrong', place: checked.error.place ?? '', sentence: 'It is wrong.' })
    const others = this.#configs.filter(({ queue }) => queue !== checked.value.queue)
    if (isNew && others.length < this.#configs.length) return fail({ code: 'taken' })
    this.#configs = [...others, checked.value]
    return ok(checked.value)
  }

  async remove(removed: QueueId): Promise<Result<undefined, QueueRefusal>> {
    if (!this.#configs.some(({ queue }) => queue === removed)) return fail({ code: 'not-there' })
    this.#configs = this.#configs.filter(({ queue }) => queue !== removed)
    return ok(undefined)
  }

  live(queue: QueueId): QueueLive | undefined {
    if (!this.#configs.some((config) => config.queue === queue)) return undefined
    const waiting = [{ call: 'call-1', number: '+4930', priority: 0, waitedMs: 5, ringing: [] }]
    return {
      ...{ queue, name: 'Sales', talking: 0, waiting, longestWaitMs: 5 },
      ...{ agents: { ...ACTIVITIES }, today: { ...NOTHING } },
    }
  }

  async figures(queue: QueueId) {
    const live = this.live(queue)
    const days = [{ date: '2026-11-22', counts: { ...NOTHING } }]
    return live && { live, quarters: [{ from: 900_000, counts: { ...NOTHING } }], days }
  }

  async events(queue: QueueId): Promise<QueueEvents> {
    return {
      events: [{ at: 1, type: 'entered', caller: 'call-1', queue, priority: 0, position: 1 }],
      next: '7',
    }
  }

  agents(): readonly AgentLive[] {
    return [this.agent('somebody' as PersonId)]
  }

  agent(agent: PersonId): AgentLive {
    const queues = [{ queue: 'sales', name: 'Sales', isLoggedIn: false }]
    return { agent, activity: 'out', since: 1, queues, calls: 0, missed: 0, spentMs: { ...ACTIVITIES } }
  }

  act(agent: PersonId, { does }: Omit<AgentAct, 'agent'>): Result<undefined, string> {
    this.acts.push(`${agent} ${does}`)
    return this.refusal === undefined ? ok(undefined) : fail(this.refusal)
  }
}
