// A set of queues on a bench: virtual time, short words for inputs and outputs, and the rules that must hold
// after every step.
import assert from 'node:assert/strict'
import { after, type Instant, instant, type Ms, ms, wallTime } from '@rufwerk/core'
import {
  type AgentId,
  type CallerId,
  newQueueSet,
  QUEUE_DEFAULTS,
  type QueueConfig,
  type QueueEvent,
  type QueueId,
  type QueueInput,
  type QueueOutput,
  type QueueSet,
  type QueueView,
  queueView,
  step,
} from '@rufwerk/queues'

export const Q = 'sales' as QueueId
export const agent = (name: string) => name as AgentId
export const caller = (name: string) => name as CallerId
/** 2026-11-23 08:00 UTC. */
const MORNING = 1_795_420_800_000

/** Members by name, in order; `b/2` is on level 2. */
export function queue(names: string, changes: Partial<QueueConfig> = {}): QueueConfig {
  const members = names
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => {
      const [who = '', level = '0'] = name.split('/')
      return { agent: agent(who), level: Number(level) }
    })
  const settings = { ...QUEUE_DEFAULTS, announce: undefined, wrapUp: ms(0), missesMax: 0 }
  return { ...settings, queue: Q, name: 'Sales', members, ...changes }
}

type Command = Exclude<QueueOutput, { type: 'event' | 'arm' | 'disarm' }>

export class Bench {
  set: QueueSet
  now: Instant = instant(1_000)
  readonly events: QueueEvent[] = []
  readonly errors: string[] = []
  #words: string[] = []

  /** The queues, with all members reachable and logged in; `set` continues another bench. */
  constructor(configs: readonly QueueConfig[] = [], set: QueueSet = newQueueSet(1)) {
    this.set = set
    for (const config of configs) this.give({ type: 'configure', config })
    for (const { members } of configs) for (const member of members) this.arrive(member.agent)
    this.take()
  }

  get env() {
    return { now: this.now, at: wallTime(MORNING + this.now) }
  }

  arrive(name: string): this {
    this.give({ type: 'reachable', agent: agent(name), isReachable: true })
    return this.give({ type: 'logIn', agent: agent(name) })
  }

  give(input: QueueInput): this {
    const { state, out } = step(this.set, input, this.env)
    this.set = state
    for (const output of out) {
      if (output.type === 'event') this.events.push(output.event)
      else if (output.type === 'refused') this.errors.push(output.error.code)
      else if (output.type !== 'arm' && output.type !== 'disarm') this.#words.push(wordsOf(output))
    }
    checkInvariants(this.set, this.now)
    return this
  }

  /** Lets time pass; timers come at their instant. */
  pass(length: Ms): this {
    const end = after(this.now, length)
    while (this.set.wakeAt !== undefined && this.set.wakeAt <= end) {
      this.now = this.set.wakeAt
      this.give({ type: 'timer' })
    }
    this.now = end
    return this
  }

  enter(name: string, priority = 0, queueId = Q): this {
    return this.give({ type: 'enter', caller: caller(name), queue: queueId, priority })
  }

  answer(callerName: string, agentName: string): this {
    return this.give({ type: 'answered', caller: caller(callerName), agent: agent(agentName) })
  }

  decline(callerName: string, agentName: string): this {
    const who = { caller: caller(callerName), agent: agent(agentName) }
    return this.give({ type: 'notAnswered', ...who, why: 'declined' })
  }

  end(name: string): this {
    return this.give({ type: 'ended', caller: caller(name) })
  }

  /** A whole call: enters, is answered by whoever rings, talks so long, ends. Tells who it was. */
  serve(name: string, talk: Ms, queueId = Q): string {
    this.enter(name, 0, queueId)
    const who = this.ringing(name)[0] ?? 'nobody'
    this.answer(name, who).pass(talk).end(name)
    return who
  }

  ringing(name: string): string[] {
    const found = this.set.callers.get(caller(name))
    return found?.name === 'waiting' ? [...found.ringing] : []
  }

  /** The commands since the last time, each as words. */
  take(): string[] {
    const words = this.#words
    this.#words = []
    return words
  }

  view(id: QueueId = Q): QueueView {
    const view = queueView(this.set, id, this.now)
    assert.ok(view)
    return view
  }

  ended(name: string): Extract<QueueEvent, { type: 'ended' }> {
    const found = this.events.filter((event) => event.type === 'ended' && event.caller === name)
    assert.equal(found.length, 1, `${name} ends exactly once`)
    return found[0] as Extract<QueueEvent, { type: 'ended' }>
  }
}

function wordsOf(command: Command): string {
  switch (command.type) {
    case 'hold':
      return `hold ${command.caller}`
    case 'ring':
    case 'connect':
    case 'tooLate':
      return `${command.type} ${command.caller} ${command.agent}`
    case 'cancel':
      return `cancel ${command.caller} ${command.agent} ${command.reason}`
    case 'announce':
      return `announce ${command.caller} ${command.position ?? '-'} ${command.wait ?? '-'}`
    case 'leave':
      return `leave ${command.caller} ${command.reason} ${command.target.to}`
    case 'warn':
      return `warn ${command.caller} ${command.agent} ${command.prompt}`
    case 'supervise':
      return `supervise ${command.caller} ${command.agent} ${command.supervisor} ${command.mode}`
    case 'stopSupervising':
      return `stopSupervising ${command.caller} ${command.supervisor}`
    case 'refused':
      return `refused ${command.error.code}`
  }
}

/** What is true after every step. */
export function checkInvariants(set: QueueSet, now: Instant): void {
  assert.ok(set.wakeAt === undefined || set.wakeAt > now, 'a timer is armed for later')
  const talking = new Map<string, number>()
  for (const one of set.callers.values()) {
    if (one.name === 'waiting') {
      assert.ok(set.queues.get(one.queue)?.waiting.includes(one), 'who waits is in the line')
      for (const id of one.ringing) {
        const work = set.agents.get(id)?.work
        assert.ok(work?.name === 'ringing' && work.caller === one.id, 'who rings, rings for this caller')
      }
    } else {
      const work = set.agents.get(one.agent)?.work
      assert.ok(work?.name === 'talking' && work.caller === one.id, 'the agent talks with this caller')
      talking.set(one.queue, (talking.get(one.queue) ?? 0) + 1)
    }
  }
  for (const one of set.agents.values()) {
    if (one.work.name !== 'ringing' && one.work.name !== 'talking') continue
    const found = set.callers.get(one.work.caller)
    const isWith = found?.name === 'waiting' ? found.ringing.has(one.id) : found?.agent === one.id
    assert.ok(isWith, 'the caller knows the agent')
    const isEngaged = one.isBusy || !one.isReachable || one.pause !== undefined
    assert.ok(one.work.name === 'talking' || !isEngaged, 'nobody rings who may not')
  }
  for (const one of set.queues.values()) {
    assert.equal(one.talking, talking.get(one.config.queue) ?? 0, 'conversations are counted')
    for (const [index, waiting] of one.waiting.entries()) {
      assert.equal(set.callers.get(waiting.id), waiting, 'who is in the line waits')
      const before = one.waiting[index - 1]
      if (!before) continue
      const isEqual = before.isAtFront === waiting.isAtFront
      assert.ok(isEqual || before.isAtFront, 'who was lost comes first')
      assert.ok(!isEqual || before.priority >= waiting.priority, 'the line is in order of priority')
      const isSame = isEqual && before.priority === waiting.priority
      assert.ok(!isSame || before.orderAt <= waiting.orderAt, 'among equals who came first is first')
    }
  }
}
