// What people have set for themselves, in memory in step with the store: a change is committed first and then
// in force for the next call.
import { fail, type Log, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { Live, RoutingConfig } from '../config.ts'
import type { PersonState } from '../dial-plan.ts'
import type { Target } from '../flow-types.ts'
import { readOwnForward } from './own-forward.ts'
import { NOTHING_SET, type OwnSettings, type OwnSettingsStore, type SettingProblem } from './own-settings.ts'

export interface OwnSettingsPorts {
  readonly store: OwnSettingsStore
  readonly configOf: (tenant: TenantId) => RoutingConfig | undefined
  readonly tenantOf: (person: PersonId) => TenantId | undefined
  readonly live: () => Live
  readonly wallTime: () => WallTime
  /** A change is in force: whoever goes by the person's state looks again. */
  readonly onChanged?: (person: PersonId) => void
  readonly log: Log
}

type Changed = Promise<Result<OwnSettings, SettingProblem>>

/** Reads what is stored, before the first call. */
export async function openOwnSettings(ports: OwnSettingsPorts): Promise<OwnSettingsBook> {
  const book = new Map<PersonId, OwnSettings>()
  for (const { person, tenant: _, ...own } of await ports.store.all()) book.set(person, own)
  return new OwnSettingsBook(ports, book)
}

export class OwnSettingsBook {
  readonly #ports: OwnSettingsPorts
  /** Those who have set something; removed when nothing of it is left. */
  readonly #own: Map<PersonId, OwnSettings>
  #turn: Promise<unknown> = Promise.resolve()

  constructor(ports: OwnSettingsPorts, own: Map<PersonId, OwnSettings>) {
    this.#ports = ports
    this.#own = own
  }

  of(person: PersonId): OwnSettings {
    return this.#own.get(person) ?? NOTHING_SET
  }

  /** For routing, as `forwardOf`. */
  stateOf(person: PersonId): PersonState {
    return this.of(person).state
  }

  forwardOf(person: PersonId): Target | undefined {
    return this.of(person).forward
  }

  setState(person: PersonId, state: PersonState): Changed {
    return this.#change(person, (own) => ok({ ...own, state }))
  }

  /** `dialled`: an extension or a number, as the person would dial it. */
  forwardTo(person: PersonId, dialled: string): Changed {
    return this.#change(person, (own, config) => {
      const { live, wallTime } = this.#ports
      const read = readOwnForward(config, live(), { person, dialled, at: wallTime() })
      return read.ok ? ok({ ...own, forward: read.value }) : read
    })
  }

  forwardOff(person: PersonId): Changed {
    return this.#change(person, ({ forward: _, ...own }) => ok(own))
  }

  /** Those who have set something. */
  size(): number {
    return this.#own.size
  }

  /** One change after the other; a failed one does not stop the next. */
  #change(
    person: PersonId,
    make: (own: OwnSettings, config: RoutingConfig) => Result<OwnSettings, SettingProblem>,
  ): Changed {
    const result = this.#turn.then(async (): Changed => {
      const { store, configOf, tenantOf, log } = this.#ports
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
      this.#ports.onChanged?.(person)
      return ok(own)
    })
    this.#turn = result.catch(() => undefined)
    return result
  }
}
