// What people set for themselves, by code or page: their state, and where every call of theirs goes. Kept in
// memory in step with the store: a change is committed first and then in force for the next call. Codes of
// queues are handed on.
import { type SettingAnswer, type SettingsPort } from '@rufwerk/calls'
import { fail, type Log, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { Announcement, CodeAction, Live, PersonState, RoutingConfig, Target } from '@rufwerk/routing'
import {
  type ForwardProblem,
  NOTHING_SET,
  type OwnSettings,
  type OwnSettingsStore,
  readOwnForward,
} from '@rufwerk/routing/own'

export interface SettingsParts {
  readonly store: OwnSettingsStore
  readonly configOf: (tenant: TenantId) => RoutingConfig | undefined
  readonly tenantOf: (person: PersonId) => TenantId | undefined
  readonly live: () => Live
  readonly wallTime: () => WallTime
  readonly log: Log
}

export type SettingProblem = ForwardProblem | 'not-stored' | 'nobody'

/** What is heard when a code was not performed. */
const WHY_NOT: Readonly<Record<SettingProblem, Announcement>> = {
  unknown: 'forward-unknown',
  'not-permitted': 'forward-refused',
  emergency: 'forward-refused',
  loop: 'forward-loop',
  'not-stored': 'setting-failed',
  nobody: 'setting-failed',
}

const DONE: Readonly<Record<PersonState, Announcement>> = {
  available: 'state-available',
  away: 'state-away',
  doNotDisturb: 'state-do-not-disturb',
}

/** Reads what is stored, before the first call. */
export async function openSettings(parts: SettingsParts): Promise<Settings> {
  return new Settings(parts, await parts.store.all())
}

export class Settings implements SettingsPort {
  readonly #parts: SettingsParts
  /** Those who have set something; removed when nothing of it is left. */
  readonly #own = new Map<PersonId, OwnSettings>()
  #turn: Promise<unknown> = Promise.resolve()
  #queues: SettingsPort | undefined

  constructor(parts: SettingsParts, stored: Awaited<ReturnType<OwnSettingsStore['all']>>) {
    this.#parts = parts
    for (const { person, tenant: _, ...own } of stored) this.#own.set(person, own)
  }

  /** Who performs the codes of queues; without one they end with 501. */
  leaveQueuesTo(port: SettingsPort): void {
    this.#queues = port
  }

  of(person: PersonId): OwnSettings {
    return this.#own.get(person) ?? NOTHING_SET
  }

  /** By code; the answer is what is heard. */
  async change(person: PersonId, action: CodeAction, value: string): Promise<SettingAnswer> {
    switch (action) {
      case 'available':
      case 'away':
      case 'doNotDisturb':
        return this.#told(person, await this.setState(person, action), DONE[action])
      case 'forwardAll':
        return this.#told(person, await this.forwardTo(person, value), 'forward-set')
      case 'forwardOff':
        return this.#told(person, await this.forwardOff(person), 'forward-off')
      default:
        if (this.#queues === undefined) throw new RangeError(`nobody performs ${action}`)
        return this.#queues.change(person, action, value)
    }
  }

  setState(person: PersonId, state: PersonState): Promise<Result<OwnSettings, SettingProblem>> {
    return this.#change(person, (own) => ok({ ...own, state }))
  }

  /** `dialled`: an extension or a number, as the person would dial it. */
  forwardTo(person: PersonId, dialled: string): Promise<Result<OwnSettings, SettingProblem>> {
    return this.#change(person, (own, config) => {
      const { live, wallTime } = this.#parts
      const read = readOwnForward(config, live(), { person, dialled, at: wallTime() })
      return read.ok ? ok({ ...own, forward: read.value }) : read
    })
  }

  forwardOff(person: PersonId): Promise<Result<OwnSettings, SettingProblem>> {
    return this.#change(person, ({ forward: _, ...own }) => ok(own))
  }

  /** For routing. */
  stateOf(person: PersonId): PersonState {
    return this.of(person).state
  }

  forwardOf(person: PersonId): Target | undefined {
    return this.of(person).forward
  }

  /** Those who have set something. */
  size(): number {
    return this.#own.size
  }

  /** One change after the other; a failed one does not stop the next. */
  #change(
    person: PersonId,
    make: (own: OwnSettings, config: RoutingConfig) => Result<OwnSettings, SettingProblem>,
  ): Promise<Result<OwnSettings, SettingProblem>> {
    const result = this.#turn.then(async (): Promise<Result<OwnSettings, SettingProblem>> => {
      const { store, configOf, tenantOf, log } = this.#parts
      const tenant = tenantOf(person)
      const config = tenant && configOf(tenant)
      if (tenant === undefined || config === undefined) return fail('nobody')
      const made = make(this.of(person), config)
      if (!made.ok) {
        log.info('own setting refused', { person, why: made.error })
        return made
      }
      const own = made.value
      if (!(await store.save(tenant, person, own))) return fail('not-stored')
      if (own.state === 'available' && own.forward === undefined) this.#own.delete(person)
      else this.#own.set(person, own)
      log.info('own setting', { person, state: own.state, forwards: own.forward?.to ?? 'nothing' })
      return ok(own)
    })
    this.#turn = result.catch(() => undefined)
    return result
  }

  #told(
    person: PersonId,
    changed: Result<OwnSettings, SettingProblem>,
    done: Announcement,
  ): SettingAnswer {
    const { configOf, tenantOf } = this.#parts
    const tenant = tenantOf(person)
    const language = (tenant && configOf(tenant)?.language) ?? 'en'
    return { isChanged: changed.ok, prompt: `${language}-${changed.ok ? done : WHY_NOT[changed.error]}` }
  }
}
