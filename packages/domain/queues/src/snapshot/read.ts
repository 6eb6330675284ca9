// Reads what `writeSnapshot` wrote, and believes none of it: every value is checked, and that they fit
// together. Instants are moved, as the monotonic clock of another process began elsewhere.
import { fail, type Instant, type Ms, ms, ok, type Result } from '@rufwerk/core'
import { type AgentId, type CallerId, checkQueue, type QueueId, SUPERVISION_MODES } from '../config.ts'
import { type QueuesError, queuesError } from '../errors.ts'
import { FieldReader } from '../fields.ts'
import { COUNT_NAMES, noCounts, type QueueCounts } from '../figures/counts.ts'
import * as limits from '../limits.ts'
import type { QueueEnv } from '../signals.ts'
import {
  ACTIVITIES,
  type Agent,
  type Caller,
  type CallerRecord,
  inOrder,
  newAgent,
  newQueue,
  newQueueSet,
  noTimes,
  type QueueSet,
} from '../state.ts'
import { SNAPSHOT_VERSION } from './write.ts'

/**
 * The state at `env`: waiting times include the time in between, by the wall clock. Give `restored` next,
 * with the callers that are still there.
 */
export function readSnapshot(text: string, env: QueueEnv): Result<QueueSet, QueuesError> {
  if (text.length > limits.SNAPSHOT_CHARS_MAX) return fail(queuesError('snapshot-unreadable'))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail(queuesError('snapshot-unreadable'))
  }
  const reader = new SnapshotReader()
  const { version } = reader.object(value, 'snapshot')
  if (reader.problem !== undefined) return fail(queuesError('snapshot-unreadable', reader.problem))
  if (version !== SNAPSHOT_VERSION) return fail(queuesError('snapshot-version'))
  const set = reader.set(value, env)
  if (reader.isTooOld) return fail(queuesError('snapshot-too-old'))
  if (reader.problem !== undefined) return fail(queuesError('snapshot-unreadable', reader.problem))
  return ok(set)
}

/** No sum is larger than this: thirty years in milliseconds. */
const SUM_MAX = 1e12
const INSTANT_MIN = -1e15
const INSTANT_MAX = 1e15

class SnapshotReader extends FieldReader {
  isTooOld = false
  #now = 0
  #shift = 0

  set(value: unknown, env: QueueEnv): QueueSet {
    const fields = this.object(value, 'snapshot')
    this.#now = this.number(fields.now, 'now', INSTANT_MIN, INSTANT_MAX)
    const age = env.at - this.number(fields.at, 'at', 0, INSTANT_MAX)
    this.isTooOld = this.problem === undefined && age > limits.SNAPSHOT_AGE_MAX
    this.#shift = env.now - this.#now - Math.max(0, age)
    const set = newQueueSet(this.whole(fields.random, 'random', 0, 2 ** 32 - 1))
    set.nextArrival = this.whole(fields.nextArrival, 'nextArrival', 0, Number.MAX_SAFE_INTEGER)
    this.#each(fields.queues, 'queues', limits.QUEUES_MAX, (item, place) => this.#queue(set, item, place))
    this.#each(fields.agents, 'agents', limits.AGENTS_MAX, (item, place) => this.#agent(set, item, place))
    const memberships = new Map([...set.queues].map(([id, { config }]) => [id, config.members]))
    for (const [queue, members] of memberships)
      for (const { agent } of members)
        if (!set.agents.get(agent)?.memberships.has(queue)) this.wrong(`agents: ${agent} in ${queue}`)
    this.#each(fields.callers, 'callers', limits.CALLERS_MAX, (item, place) => this.#caller(set, item, place))
    for (const queue of set.queues.values()) queue.waiting.sort(inOrder)
    return set
  }

  #each(value: unknown, place: string, max: number, read: (item: unknown, place: string) => void): void {
    for (const [at, item] of this.list(value, place, max).entries()) read(item, `${place}.${at}`)
  }

  #id<T extends string>(value: unknown, place: string): T {
    return this.text(value, place, 1, limits.ID_CHARS_MAX) as T
  }

  /** An instant that was not later than the snapshot, unless `ahead` is given. */
  #instant(value: unknown, place: string, ahead: Ms = ms(0)): Instant {
    return (this.number(value, place, INSTANT_MIN, this.#now + ahead) + this.#shift) as Instant
  }

  #sum(value: unknown, place: string): number {
    return this.number(value, place, 0, SUM_MAX)
  }

  #queue(set: QueueSet, item: unknown, place: string): void {
    const fields = this.object(item, place)
    const checked = checkQueue(fields.config)
    if (!checked.ok) {
      this.wrong(`${place}.config.${checked.error.place}`)
      return
    }
    const queue = newQueue(checked.value)
    const id = queue.config.queue
    if (set.queues.has(id)) this.wrong(`${place}.config.queue`)
    queue.cursor = this.optional(fields.cursor, (value) => this.#id<AgentId>(value, `${place}.cursor`))
    const { HANDLING_TIME_MIN, HANDLING_TIME_MAX } = limits
    queue.handling = ms(
      this.number(fields.handling, `${place}.handling`, HANDLING_TIME_MIN, HANDLING_TIME_MAX),
    )
    queue.unstaffedSince = this.optional(fields.unstaffedSince, (value) =>
      this.#instant(value, `${place}.unstaffedSince`),
    )
    queue.isRemoved = this.flag(fields.isRemoved, `${place}.isRemoved`)
    if (queue.isRemoved && queue.config.members.length > 0) this.wrong(`${place}.isRemoved`)
    const figures = this.object(fields.figures, `${place}.figures`)
    queue.figures.today = this.#counts(figures.today, `${place}.figures.today`)
    let last = -1
    this.#each(figures.buckets, `${place}.figures.buckets`, limits.BUCKETS_MAX, (bucket, at) => {
      const { index, counts } = this.object(bucket, at)
      last = this.whole(index, `${at}.index`, last + 1, INSTANT_MAX)
      queue.figures.buckets.push({ index: last, counts: this.#counts(counts, `${at}.counts`) })
    })
    set.queues.set(id, queue)
  }

  #counts(value: unknown, place: string): QueueCounts {
    const fields = this.object(value, place)
    const counts = noCounts()
    for (const name of COUNT_NAMES) counts[name] = this.#sum(fields[name], `${place}.${name}`)
    return counts
  }

  #agent(set: QueueSet, item: unknown, place: string): void {
    const fields = this.object(item, place)
    const id = this.#id<AgentId>(fields.id, `${place}.id`)
    if (set.agents.has(id)) this.wrong(`${place}.id`)
    const agent = newAgent(id, this.#instant(fields.idleSince, `${place}.idleSince`))
    agent.isBusy = this.flag(fields.isBusy, `${place}.isBusy`)
    agent.isReachable = this.flag(fields.isReachable, `${place}.isReachable`)
    agent.pause = this.optional(fields.pause, (value) => {
      const pause = this.object(value, `${place}.pause`)
      return {
        reason: this.text(pause.reason, `${place}.pause.reason`, 0, limits.NAME_CHARS_MAX),
        by: this.oneOf(pause.by, `${place}.pause.by`, ['agent', 'system']),
      }
    })
    agent.missesInRow = this.whole(fields.missesInRow, `${place}.missesInRow`, 0, SUM_MAX)
    if (fields.restUntil !== undefined)
      agent.restUntil = this.#instant(fields.restUntil, `${place}.restUntil`, limits.REST_TIME_MAX)
    agent.activity = this.oneOf(fields.activity, `${place}.activity`, ACTIVITIES)
    agent.activitySince = this.#instant(fields.activitySince, `${place}.activitySince`)
    agent.countedUntil = this.#instant(fields.countedUntil, `${place}.countedUntil`)
    this.#times(agent, fields.times, `${place}.times`)
    this.#memberships(set, agent, fields.memberships, `${place}.memberships`)
    const wrapUp = this.optional(fields.wrapUp, (value) => this.object(value, `${place}.wrapUp`))
    if (wrapUp !== undefined) {
      const queue = this.#id<QueueId>(wrapUp.queue, `${place}.wrapUp.queue`)
      if (!agent.memberships.has(queue)) this.wrong(`${place}.wrapUp.queue`)
      const until = this.#instant(wrapUp.until, `${place}.wrapUp.until`, limits.WRAP_UP_MAX)
      agent.work = { name: 'wrapUp', queue, until }
    }
    set.agents.set(id, agent)
  }

  #times(agent: Agent, value: unknown, place: string): void {
    const fields = this.object(value, place)
    const spent = this.object(fields.spentMs, `${place}.spentMs`)
    const times = noTimes()
    for (const activity of ACTIVITIES)
      times.spentMs[activity] = this.#sum(spent[activity], `${place}.spentMs.${activity}`)
    times.calls = this.#sum(fields.calls, `${place}.calls`)
    times.missed = this.#sum(fields.missed, `${place}.missed`)
    agent.times = times
  }

  #memberships(set: QueueSet, agent: Agent, value: unknown, place: string): void {
    this.#each(value, place, limits.QUEUES_MAX, (item, at) => {
      const fields = this.object(item, at)
      const queue = this.#id<QueueId>(fields.queue, `${at}.queue`)
      const member = set.queues.get(queue)?.config.members.find((other) => other.agent === agent.id)
      if (member === undefined || agent.memberships.has(queue)) {
        this.wrong(`${at}.queue`)
        return
      }
      agent.memberships.set(queue, {
        level: member.level,
        isLoggedIn: this.flag(fields.isLoggedIn, `${at}.isLoggedIn`),
        calls: this.#sum(fields.calls, `${at}.calls`),
        talkMs: this.#sum(fields.talkMs, `${at}.talkMs`),
      })
    })
  }

  #caller(set: QueueSet, item: unknown, place: string): void {
    const fields = this.object(item, place)
    const record = {
      id: this.#id<CallerId>(fields.id, `${place}.id`),
      queue: this.#id<QueueId>(fields.queue, `${place}.queue`),
      priority: this.whole(fields.priority, `${place}.priority`, 0, limits.PRIORITY_MAX),
      arrival: this.whole(fields.arrival, `${place}.arrival`, 0, set.nextArrival - 1),
      enteredAt: this.#instant(fields.enteredAt, `${place}.enteredAt`),
      orderAt: this.#instant(fields.orderAt, `${place}.orderAt`),
      isCounted: this.flag(fields.isCounted, `${place}.isCounted`),
    }
    const queue = set.queues.get(record.queue)
    if (queue === undefined) {
      this.wrong(`${place}.queue`)
      return
    }
    if (set.callers.has(record.id)) this.wrong(`${place}.id`)
    const isWaiting = this.oneOf(fields.name, `${place}.name`, ['waiting', 'talking']) === 'waiting'
    const caller = isWaiting
      ? this.#waiting(record, fields, place)
      : this.#talking(set, record, fields, place)
    if (caller === undefined) return
    if (caller.name === 'waiting' && queue.isRemoved) this.wrong(`${place}.queue`)
    set.callers.set(caller.id, caller)
    if (caller.name === 'waiting') queue.waiting.push(caller)
    else queue.talking++
  }

  #waiting(record: CallerRecord, fields: Readonly<Record<string, unknown>>, place: string): Caller {
    const tries = new Map<AgentId, number>()
    this.#each(fields.tries, `${place}.tries`, limits.AGENTS_MAX, (item, at) => {
      const [agent, times] = this.list(item, at, 2)
      tries.set(this.#id<AgentId>(agent, `${at}.0`), this.whole(times, `${at}.1`, 1, SUM_MAX))
    })
    return {
      ...record,
      name: 'waiting',
      waitingSince: this.#instant(fields.waitingSince, `${place}.waitingSince`),
      isAtFront: this.flag(fields.isAtFront, `${place}.isAtFront`),
      announceAt: this.optional(fields.announceAt, (value) =>
        this.#instant(value, `${place}.announceAt`, limits.ANNOUNCE_INTERVAL_MAX),
      ),
      isLate: this.flag(fields.isLate, `${place}.isLate`),
      ringing: new Set(),
      tries,
    }
  }

  #talking(
    set: QueueSet,
    record: CallerRecord,
    fields: Readonly<Record<string, unknown>>,
    place: string,
  ): Caller | undefined {
    const id = this.#id<AgentId>(fields.agent, `${place}.agent`)
    const agent = set.agents.get(id)
    if (agent?.work.name !== 'free' || !record.isCounted) {
      this.wrong(`${place}.agent`)
      return undefined
    }
    agent.work = { name: 'talking', caller: record.id, queue: record.queue }
    const supervision = this.optional(fields.supervision, (value) => {
      const { supervisor, mode, hasBegun } = this.object(value, `${place}.supervision`)
      return {
        supervisor: this.#id<AgentId>(supervisor, `${place}.supervision.supervisor`),
        mode: this.oneOf(mode, `${place}.supervision.mode`, SUPERVISION_MODES),
        hasBegun: this.flag(hasBegun, `${place}.supervision.hasBegun`),
      }
    })
    const since = this.#instant(fields.since, `${place}.since`)
    return { ...record, name: 'talking', agent: id, since, supervision }
  }
}
