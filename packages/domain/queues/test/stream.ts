// Random days: anything that can happen to queues, in any order, and what must be true all the same. What the
// machine says is followed as a driver would follow it, so that a contradiction in the outputs is seen, too.
import assert from 'node:assert/strict'
import { between, type Instant, ms, seconds, wallTime } from '@rufwerk/core'
import {
  type CallerId,
  newQueueSet,
  type QueueConfig,
  type QueueCounts,
  type QueueEvent,
  type QueueId,
  type QueueInput,
  readSnapshot,
  size,
  step,
  writeSnapshot,
} from '@rufwerk/queues'
import { agent, Bench, caller, checkInvariants, queue } from './bench.ts'

/** One thing that happens: four numbers from 0 to 999, each taken modulo what it chooses from. */
export type Happening = readonly [kind: number, who: number, whom: number, how: number]

const QUEUES = ['q0', 'q1', 'q2'] as QueueId[]
const AGENTS = ['a', 'b', 'c', 'd', 'e']
const CALLERS = 12
const TARGET = { to: 'number', number: '1' } as const

const CONFIGS: readonly Partial<QueueConfig>[] = [
  { strategy: 'longestIdle', missesMax: 3, wrapUp: seconds(10) },
  { strategy: 'ringAll', unstaffedDelay: ms(0), lengthMax: 3 },
  { strategy: 'roundRobin', whenUnstaffed: 'wait', waitMax: seconds(60) },
  { strategy: 'random', whenUnstaffed: 'refuse', restTime: seconds(1), missesMax: 1 },
  { strategy: 'leastTalkTime', levelDelay: seconds(15), whenUnstaffed: 'wait' },
  {
    strategy: 'fewestCalls',
    announce: { first: ms(0), interval: seconds(10), position: true, wait: true },
    keys: [{ key: '1', target: TARGET }],
  },
]

const pick = <T>(items: readonly T[], number: number): T => items[number % items.length] as T

function config(which: number, how: number): QueueConfig {
  const names = AGENTS.filter((_, at) => (how >> at) % 2 === 0 || at === which % AGENTS.length)
  const members = names.map((name, at) => `${name}/${at % 2}`).join(' ')
  const supervision = { modes: ['listen'], supervisors: [agent('boss')], announcement: 'x' } as const
  return queue(members, { ...pick(CONFIGS, which + how), supervision, queue: pick(QUEUES, which) })
}

export class Stream {
  readonly bench: Bench
  /** As a driver knows it. */
  readonly #ringing = new Map<string, string>()
  readonly #talking = new Map<string, string>()
  readonly #here = new Map<string, QueueId>()
  readonly #answered = new Set<string>()
  /** Every outcome, and every other kind of event, that happened. */
  readonly seen = new Set<string>()
  readonly #counts = new Map<QueueId, Partial<Record<keyof QueueCounts, number>>>()
  #generation = 0

  constructor(seed: number) {
    this.bench = new Bench([], newQueueSet(seed))
    for (const which of [0, 1, 2]) this.#give({ type: 'configure', config: config(which, seed) })
    for (const name of AGENTS) {
      this.#give({ type: 'reachable', agent: agent(name), isReachable: true })
      this.#give({ type: 'logIn', agent: agent(name) })
    }
  }

  happen([kind, who, whom, how]: Happening): void {
    const id = agent(pick(AGENTS, who))
    const name = caller(pick([...this.#here.keys()], whom) ?? 'nobody')
    const rung = pick([...this.#ringing], who) ?? [id, name]
    const ringing = { caller: caller(rung[1]), agent: agent(rung[0]) }
    const talker = caller(pick([...this.#talking.values()], whom) ?? name)
    const inputs: readonly (() => QueueInput | undefined)[] = [
      ...Array<() => QueueInput>(6).fill(() => this.#enter(name, how)),
      ...Array<() => undefined>(4).fill(() => this.#pass(how * 40)),
      ...Array<() => QueueInput>(5).fill(() => ({ type: 'answered', ...ringing })),
      () => ({ type: 'notAnswered', ...ringing, why: pick(['declined', 'busy', 'failed', 'noAnswer'], how) }),
      () => ({ type: 'answered', caller: name, agent: id }),
      () => ({ type: 'notAnswered', caller: name, agent: id, why: 'declined' }),
      ...Array<() => QueueInput>(4).fill(() => ({ type: 'ended', caller: talker })),
      () => ({ type: 'ended', caller: name }),
      () => ({ type: 'key', caller: name, key: pick(['1', '2'], how) }),
      () => ({ type: 'agentLost', caller: talker }),
      () => ({ type: 'logOut', agent: id, ...(how % 2 === 0 && { queue: pick(QUEUES, how) }) }),
      ...Array<() => QueueInput>(2).fill(() => ({ type: 'logIn', agent: id })),
      () => ({ type: 'pause', agent: id, reason: 'lunch' }),
      ...Array<() => QueueInput>(2).fill(() => ({ type: 'resume', agent: id })),
      () => ({ type: 'ready', agent: id }),
      () => ({ type: 'busy', agent: id, isBusy: how % 3 === 0 }),
      () => ({ type: 'reachable', agent: id, isReachable: how % 3 !== 0 }),
      () => ({ type: 'supervise', supervisor: agent('boss'), agent: id, mode: 'listen' }),
      () => ({ type: 'warned', caller: talker }),
      () => ({ type: 'stopSupervising', agent: id }),
      () => (how % 4 === 0 ? { type: 'configure', config: config(who, how) } : undefined),
      () => (how % 8 === 0 ? { type: 'remove', queue: pick(QUEUES, who) } : undefined),
      () => (how % 4 === 0 ? this.#crash() : undefined),
    ]
    const input = pick(inputs, kind)()
    if (input !== undefined) this.#give(input)
  }

  /** Everybody hangs up, and the tables are empty. */
  finish(): void {
    for (const name of [...this.#here.keys()]) this.#give({ type: 'ended', caller: caller(name) })
    this.#pass(3_600_000)
    for (const id of QUEUES) if (this.bench.set.queues.has(id)) this.#give({ type: 'remove', queue: id })
    const none = { queues: 0, agents: 0, callers: 0, waiting: 0, ringing: 0, working: 0 }
    assert.deepEqual(size(this.bench.set), none)
    assert.equal(this.bench.set.wakeAt, undefined)
    assert.deepEqual([this.#here.size, this.#ringing.size, this.#talking.size], [0, 0, 0])
  }

  /** Mostly somebody new; now and then somebody who is here already, which is refused. */
  #enter(name: CallerId, how: number): QueueInput {
    const isNew = how % 10 !== 0 && this.#here.size < CALLERS
    const id = isNew ? caller(`c${this.#generation++}`) : name
    return { type: 'enter', caller: id, queue: pick(QUEUES, how), priority: how % 4 }
  }

  #pass(length: number): undefined {
    const end = this.bench.now + length
    for (let timers = 0; ; timers += 1) {
      assert.ok(timers < 1_000, 'timers come to an end')
      const { wakeAt } = this.bench.set
      if (wakeAt === undefined || wakeAt > end) break
      this.bench.now = wakeAt
      this.#give({ type: 'timer' })
    }
    this.bench.now = end as Instant
  }

  /** The state is stored and read by another process, with another clock; some callers did not survive. */
  #crash(): QueueInput {
    const text = writeSnapshot(this.bench.set, this.bench.env)
    const read = readSnapshot(text, this.bench.env)
    assert.ok(read.ok)
    assert.equal(writeSnapshot(read.value, this.bench.env), text)
    this.bench.set = read.value
    this.#ringing.clear()
    const callers = [...this.#here.keys()].filter((_, at) => at % 5 !== 4)
    return { type: 'restored', callers: callers.map(caller) }
  }

  #give(input: QueueInput): void {
    const { bench } = this
    const env = { now: bench.now, at: wallTime(bench.env.at) }
    const { out } = step(bench.set, input, env)
    if (input.type === 'notAnswered' && this.#ringing.get(input.agent) === input.caller)
      this.#ringing.delete(input.agent)
    const begun = new Set<string>()
    for (const output of out) {
      if (output.type === 'ring') {
        assert.ok(!this.#ringing.has(output.agent), 'an agent rings for one caller')
        assert.ok(!this.#talking.has(output.agent), 'who talks does not ring')
        this.#ringing.set(output.agent, output.caller)
        begun.add(output.caller)
      } else if (output.type === 'cancel' || output.type === 'connect') {
        assert.equal(this.#ringing.get(output.agent), output.caller, `${output.type}: the agent rang`)
        this.#ringing.delete(output.agent)
        if (output.type === 'connect') this.#connect(output.caller, output.agent)
      } else if (output.type === 'announce') {
        assert.ok(![...this.#talking.values()].includes(output.caller), 'nobody who talks hears a position')
      } else if (output.type === 'event') this.#event(output.event)
    }
    checkInvariants(bench.set, bench.now)
    this.#checkWork(begun)
    this.#checkFigures()
  }

  #connect(who: string, by: string): void {
    assert.ok(![...this.#talking.values()].includes(who), 'a caller is with at most one agent')
    this.#talking.set(by, who)
  }

  #event(event: QueueEvent): void {
    this.seen.add(event.type === 'ended' ? event.outcome : event.type)
    if (event.type === 'agent' || event.type === 'supervision') return
    if (event.type === 'entered') {
      assert.ok(!this.#here.has(event.caller))
      this.#here.set(event.caller, event.queue)
      this.#count(event.queue, 'entered')
    } else if (event.type === 'answered' && !this.#answered.has(event.caller)) {
      this.#answered.add(event.caller)
      this.#count(event.queue, 'answered')
    } else if (event.type === 'requeued') {
      this.#count(event.queue, 'requeued')
      assert.equal(this.#talking.get(event.agent), event.caller)
      this.#talking.delete(event.agent)
    } else if (event.type === 'ended') this.#end(event)
  }

  #end(event: Extract<QueueEvent, { type: 'ended' }>): void {
    // Who is refused at the door has not entered.
    const wasHere = this.#here.delete(event.caller)
    if (!wasHere) this.#count(event.queue, 'entered')
    assert.ok(wasHere || event.outcome === 'full' || event.outcome === 'unstaffed', 'ends exactly once')
    if (event.agent !== undefined) {
      assert.equal(this.#talking.get(event.agent), event.caller)
      this.#talking.delete(event.agent)
    }
    if (!this.#answered.delete(event.caller) && event.outcome !== 'completed')
      this.#count(event.queue, event.outcome)
  }

  #count(id: QueueId, name: keyof QueueCounts): void {
    const counts = this.#counts.get(id) ?? {}
    this.#counts.set(id, { ...counts, [name]: (counts[name] ?? 0) + 1 })
  }

  /** Nobody waits whom a free agent could serve, and nobody was overtaken. */
  #checkWork(begun: ReadonlySet<string>): void {
    const { set, now } = this.bench
    for (const { config, waiting } of set.queues.values()) {
      if (config.levelDelay > 0 || config.strategy === 'ringAll') continue
      let isSomebodyUnserved = false
      for (const one of waiting) {
        const isUnserved = one.ringing.size === 0 && between(one.waitingSince, now) < config.waitMax
        assert.ok(!(isSomebodyUnserved && begun.has(one.id)), 'nobody is overtaken')
        isSomebodyUnserved ||= isUnserved
      }
      if (!isSomebodyUnserved) continue
      for (const one of set.agents.values()) {
        const isIdle = one.activity === 'idle' && one.restUntil <= now
        const isLoggedIn = one.memberships.get(config.queue)?.isLoggedIn === true
        assert.ok(!(isIdle && isLoggedIn), 'no free agent while somebody waits')
      }
    }
  }

  #checkFigures(): void {
    for (const id of QUEUES) {
      const today = this.bench.set.queues.get(id)?.figures.today
      if (today === undefined) {
        this.#counts.delete(id)
        continue
      }
      const counted = this.#counts.get(id) ?? {}
      const names = [
        'entered',
        'answered',
        'abandoned',
        'full',
        'timeout',
        'unstaffed',
        'key',
        'lost',
      ] as const
      for (const name of names) assert.equal(today[name], counted[name] ?? 0, `${id}: ${name}`)
      assert.equal(today.requeued, counted.requeued ?? 0)
      const { answered, abandoned, full, timeout, unstaffed, key, removed, lost } = today
      const ended = answered + abandoned + full + timeout + unstaffed + key + removed + lost
      const open = [...this.#here].filter(([name, at]) => at === id && !this.#answered.has(name)).length
      assert.equal(today.entered, ended + open, `${id}: everybody has an outcome or waits`)
    }
  }
}

/** Happenings from a seed, for long runs; the numbers are those of a linear congruence. */
export function happenings(seed: number, length: number): Happening[] {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % 1_000
  }
  return Array.from({ length }, () => [next(), next(), next(), next()] as const)
}
