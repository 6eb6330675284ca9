// What people do with queues: administrators set them up, agents log in and out, everybody concerned looks
// on. Changes of settings are stored first and hold then.
import type { Accounts } from '@rufwerk/accounts'
import type { QueueDesk, QueueRefusal } from '@rufwerk/api'
import type { SettingAnswer, SettingsPort } from '@rufwerk/calls'
import type { AgentAct, AgentLive, QueueEvents, QueueFigures, QueueLive } from '@rufwerk/contract/queues'
import { type CallId, fail, ok, type PersonId, type Result } from '@rufwerk/core'
import {
  agentView,
  bucketStart,
  fullness,
  type QueueConfig,
  type QueueId,
  type QueueInput,
  queueView,
} from '@rufwerk/queues'
import type { CodeAction } from '@rufwerk/routing'
import { fileOf } from '@rufwerk/routing/prompts'
import type { Queues, QueuesParts } from './queues.ts'
import { type House, type QueueProblem, readSettings, soundsIn } from './queues-check.ts'
import { boxOf } from './queues-target.ts'
import { agentLive, dateOf, queueLive } from './queues-wire.ts'

const EVENTS_PER_PAGE = 100
const DAYS_SHOWN = 92

export type QueueCode = Extract<CodeAction, 'queueIn' | 'queueOut' | 'queuePause'>

type DeskParts = Pick<QueuesParts, 'tenant' | 'store' | 'config' | 'hasSound' | 'ownBox'>

export class QueuesDesk implements QueueDesk, SettingsPort {
  readonly #parts: DeskParts
  readonly #accounts: Accounts
  readonly #queues: Queues

  constructor(queues: Queues, parts: DeskParts & { readonly accounts: Accounts }) {
    this.#queues = queues
    this.#parts = parts
    this.#accounts = parts.accounts
  }

  settings(): readonly QueueConfig[] {
    return [...this.#queues.configs.values()]
  }

  async save(given: object, isNew: boolean): Promise<Result<QueueConfig, QueueRefusal>> {
    const { configs } = this.#queues
    const read = this.check(given, {})
    if (!read.ok) return fail({ code: 'wrong', ...read.error })
    const { queue } = read.value
    if (isNew && configs.has(queue)) return fail({ code: 'taken' })
    if (!isNew && !configs.has(queue)) return fail({ code: 'not-there' })
    if (fullness(this.#queues.set, read.value) !== undefined) return fail({ code: 'too-many' })
    return (await this.put(read.value)) ? ok(read.value) : fail({ code: 'not-stored' })
  }

  /** `instead`: of the house as it will be. */
  check(given: object, instead: Partial<House>): Result<QueueConfig, QueueProblem> {
    const { tenant, config: routing, ownBox, hasSound = () => true } = this.#parts
    const people = this.#accounts.directoryOf(tenant)?.byPerson
    return readSettings(given, {
      hasPerson: (person) => people?.has(person) ?? false,
      hasBox: (person) => boxOf(person, routing(), ownBox) !== undefined,
      hasQueue: (queue) => this.#queues.configs.has(queue),
      hasPrompt: (prompt) => hasSound(fileOf(routing()?.language ?? 'en', prompt)),
      hasMusic: (music) => hasSound(fileOf('music', music)),
      ...instead,
    })
  }

  /** Where a queue names this file, such as `de-closed` or `music-jazz`. */
  placeOfSound(file: string): string | undefined {
    const language = this.#parts.config()?.language ?? 'en'
    for (const config of this.#queues.configs.values())
      for (const { place, kind, name } of soundsIn(config))
        if (fileOf(kind === 'music' ? 'music' : language, name) === file)
          return `${place} of the queue ${config.queue}`
    return undefined
  }

  /** What was checked before. False: not stored, and nothing is changed. */
  async put(config: QueueConfig): Promise<boolean> {
    const { tenant, store } = this.#parts
    if (!(await store.saveQueue(tenant, config))) return false
    this.#queues.configure(config)
    return true
  }

  /** Who waits there goes where its settings say, and conversations go on. */
  async remove(queue: QueueId): Promise<Result<undefined, QueueRefusal>> {
    const { tenant, store } = this.#parts
    if (!this.#queues.configs.has(queue)) return fail({ code: 'not-there' })
    if (!(await store.removeQueue(tenant, queue))) return fail({ code: 'not-stored' })
    this.#queues.remove(queue)
    return ok(undefined)
  }

  live(queue: QueueId): QueueLive | undefined {
    const view = queueView(this.#queues.set, queue, this.#queues.now().now)
    return view && queueLive(view, (caller) => this.#queues.callerOf(caller as string as CallId))
  }

  async figures(queue: QueueId): Promise<QueueFigures | undefined> {
    const live = this.live(queue)
    const view = queueView(this.#queues.set, queue, this.#queues.now().now)
    if (live === undefined || view === undefined) return undefined
    const { tenant, store } = this.#parts
    const days = await store.days(tenant, queue, DAYS_SHOWN)
    return {
      live,
      quarters: view.buckets.map((bucket) => ({ from: bucketStart(bucket), counts: { ...bucket.counts } })),
      days: days.map(({ day, counts }) => ({ date: dateOf(day), counts: { ...counts } })),
    }
  }

  async events(queue: QueueId, before: number | undefined): Promise<QueueEvents> {
    const { tenant, store } = this.#parts
    const page = { limit: EVENTS_PER_PAGE, ...(before !== undefined && { before }) }
    const { events, next } = await store.events(tenant, { queue }, page)
    return {
      events: events.map(({ at, event }) => ({ at, ...event })),
      ...(next !== undefined && { next: String(next) }),
    }
  }

  agents(): readonly AgentLive[] {
    return [...this.#queues.set.agents.keys()].flatMap((agent) => this.agent(agent) ?? [])
  }

  agent(person: PersonId): AgentLive | undefined {
    const { set, configs } = this.#queues
    const env = this.#queues.now()
    const view = agentView(set, person, env.now)
    return view && agentLive(view, env, (queue) => configs.get(queue)?.name ?? queue)
  }

  act(agent: PersonId, { does, queue, reason }: Omit<AgentAct, 'agent'>): Result<undefined, string> {
    const result = this.#queues.ask(inputOf(agent, does, queue as QueueId | undefined, reason))
    return result.ok ? result : fail(result.error.message)
  }

  /** As `setting`, for who performs codes. */
  async change(person: PersonId, action: CodeAction, value: string): Promise<SettingAnswer> {
    if (action !== 'queueIn' && action !== 'queueOut' && action !== 'queuePause')
      throw new RangeError(`${action} is no code of queues`)
    return this.setting(person, action, value)
  }

  /** By code from a phone; `value`: the number of a queue, or nothing for all of them. */
  setting(agent: PersonId, action: QueueCode, value: string): SettingAnswer {
    const config = this.#parts.config()
    const say = (prompt: string, isChanged: boolean): SettingAnswer => ({
      isChanged,
      prompt: `${config?.language ?? 'en'}-${prompt}`,
    })
    const services = config?.dialPlan?.services ?? []
    const service = services.find(({ kind, extension }) => kind === 'queue' && extension === value)
    if (value !== '' && service === undefined) return say('setting-refused', false)
    const isPaused = this.agent(agent)?.activity === 'paused'
    const does = { queueIn: 'logIn', queueOut: 'logOut', queuePause: isPaused ? 'resume' : 'pause' } as const
    const queue = service && { queue: service.id }
    if (!this.act(agent, { does: does[action], ...queue }).ok) return say('setting-refused', false)
    const prompts = {
      ...{ queueIn: 'queue-in', queueOut: 'queue-out' },
      queuePause: isPaused ? 'queue-resume' : 'queue-pause',
    }
    return say(prompts[action], true)
  }
}

function inputOf(
  agent: PersonId,
  does: AgentAct['does'],
  queue: QueueId | undefined,
  reason = '',
): QueueInput {
  switch (does) {
    case 'logIn':
    case 'logOut':
      return { type: does, agent, ...(queue !== undefined && { queue }) }
    case 'pause':
      return { type: 'pause', agent, reason }
    case 'resume':
    case 'ready':
      return { type: does, agent }
  }
}
