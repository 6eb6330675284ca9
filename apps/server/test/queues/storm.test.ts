// Whatever happens to calls, agents and the process itself: queue and exchange agree on who talks to whom,
// every call has one record, and nothing is left when all have hung up.
import assert from 'node:assert/strict'
import test from 'node:test'
import { seconds } from '@rufwerk/core'
import type { QueueConfig, QueueId } from '@rufwerk/queues'
import { SeededRandom } from '@rufwerk/testing'
import { inside, type Name, OUTSIDE, person, QueueBench, sales } from './queue-bench.ts'

const RUNS = 25
const STEPS = 60
const AGENTS: readonly Name[] = ['anna', 'bernd', 'carla']
const second = 'second' as QueueId
const STRATEGIES: readonly QueueConfig['strategy'][] = ['ringAll', 'longestIdle', 'random']

/** A leg that the exchange dialled, or that called. */
interface Leg {
  readonly leg: string
  state: 'calling' | 'ringing' | 'talking'
}

class Storm {
  bench: QueueBench
  readonly #random: SeededRandom
  readonly #legs = new Map<string, Leg>()
  #calls = 0
  #lines: string[] = []

  constructor(bench: QueueBench, random: SeededRandom) {
    this.bench = bench
    this.#random = random
  }

  async step(): Promise<void> {
    const kind = this.#random.between(0, 12)
    if (kind <= 3) this.#call()
    else if (kind <= 5) this.#phone('ringing', { type: 'answered' })
    else if (kind === 6) this.#phone('ringing', { type: 'refused', status: this.#pick([486, 603, 480]) })
    else if (kind === 7) this.#phone(undefined, { type: 'ended', by: this.#pick(['peer', 'network']) })
    else if (kind === 8) this.#phone('calling', { type: 'dtmf', digit: '1', durationMs: 90, isInBand: true })
    else if (kind === 9) this.#agent()
    else if (kind === 10) this.#phone(undefined, { type: 'sourceFailed' })
    else if (kind === 11 && this.#random.between(0, 3) === 0) await this.#restart()
    await this.#pass(this.#random.between(1, 9_000))
    this.#agree()
  }

  /** All hang up, and what they leave is counted. */
  async end(): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      for (const { leg } of [...this.#legs.values()]) {
        this.#legs.delete(leg)
        this.bench.leg(leg, { type: 'ended', by: 'peer' })
      }
      await this.#pass(60_000)
    }
    const { calls } = this.bench.kept
    assert.deepEqual([this.bench.queues.size(), this.bench.exchange.size()], [0, 0])
    const records = calls.cdrs.map(({ call }) => call)
    assert.equal(new Set(records).size, records.length)
    const faults = this.bench.complaints.filter((line) => !line.startsWith('queue-not-there'))
    assert.deepEqual(faults, [])
  }

  /** Who talks for a queue does so in the exchange as well, with the same agent. */
  #agree(): void {
    if (!this.bench.queues.hasBegun) return
    const views = new Map(this.bench.exchange.views().map((view) => [String(view.call), view]))
    for (const [id, caller] of this.bench.queues.set.callers) {
      const view = views.get(id)
      assert.ok(view, `${id} is in a queue and in no call`)
      if (caller.name === 'talking') assert.equal(view.answeredBy, caller.agent, id)
      else assert.equal(view.answeredBy, undefined, id)
    }
  }

  #call(): void {
    this.#calls += 1
    const leg = `A${this.#calls}`
    const caller = this.#random.between(0, 3) === 0 ? inside(this.#pick([...AGENTS, 'david'])) : OUTSIDE
    this.#legs.set(leg, { leg, state: 'calling' })
    this.bench.call(leg, this.#pick(['300', '300', '301', '100', '302']), caller)
  }

  #agent(): void {
    const agent = person(this.#pick(AGENTS))
    const types = ['logIn', 'logOut', 'resume', 'ready'] as const
    if (this.#random.between(0, 2) === 0) {
      const { registered } = this.bench.kept
      if (!registered.delete(agent)) registered.add(agent)
      this.bench.queues.reachabilityChanged(agent)
    } else this.bench.queues.take({ type: this.#pick(types), agent })
  }

  #phone(state: Leg['state'] | undefined, event: Parameters<QueueBench['leg']>[1]): void {
    const found = [...this.#legs.values()].filter((leg) => state === undefined || leg.state === state)
    const one = found[this.#random.between(0, Math.max(0, found.length - 1))]
    if (one === undefined) return
    if (event.type === 'ended' || event.type === 'refused') this.#legs.delete(one.leg)
    if (event.type === 'answered') one.state = 'talking'
    this.bench.leg(one.leg, event)
  }

  async #pass(length: number): Promise<void> {
    this.#lines = [...this.bench.take(), ...(await this.bench.pass(length))]
    for (const line of this.#lines) {
      const [, word, leg] = /^(dial|end) (\S+)/.exec(line) ?? []
      if (word === 'dial' && leg !== undefined) this.#legs.set(leg, { leg, state: 'ringing' })
      if (word === 'end' && leg !== undefined) this.#legs.delete(leg)
    }
  }

  /** Legs that were not answered are gone with the process. */
  async #restart(): Promise<void> {
    await this.#pass(1)
    this.bench = await this.bench.restarted()
    await this.#pass(2_000)
    this.bench.queues.begin()
    const standing = new Set<string>()
    for (const { call } of this.bench.exchange.views()) standing.add(String(call).replace('call-', ''))
    for (const { leg, state } of [...this.#legs.values()])
      if (state === 'ringing' || (state === 'calling' && !standing.has(leg))) this.#legs.delete(leg)
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#random.between(0, values.length - 1)] as Value
  }
}

test('queue and exchange agree, and nothing is left, whatever happens', async () => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = new SeededRandom(seed)
    const strategy = STRATEGIES[seed % STRATEGIES.length] ?? 'ringAll'
    const settings = { strategy, waitMax: seconds(60), wrapUp: seconds(5), missesMax: 3 }
    const keys = [{ key: '1', target: { to: 'queue', queue: second } }] as const
    const bench = await QueueBench.open(
      sales(AGENTS, { ...settings, keys, whenUnstaffed: seed % 2 === 0 ? 'wait' : 'leave' }),
      sales(['anna', 'bernd'], { ...settings, queue: second, lengthMax: 2 }),
    )
    const storm = new Storm(bench, random)
    try {
      for (let step = 0; step < STEPS; step += 1) await storm.step()
      await storm.end()
      for (const { row } of bench.kept.store.rows)
        seen.add(row.event.type === 'ended' ? row.event.outcome : row.event.type)
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  }
  const ends = ['completed', 'abandoned', 'timeout', 'full', 'key', 'unstaffed'] as const
  for (const kind of ['answered', 'requeued', 'missed', ...ends]) assert.ok(seen.has(kind), kind)
})
