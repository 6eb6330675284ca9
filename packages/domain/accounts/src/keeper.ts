// Keeps the directories in step with the store: every change goes through `apply`, is committed first and
// then seen by everybody. Acts that check before they write take turns.
import {
  type DeviceId,
  Emitter,
  ok,
  type PersonId,
  type Result,
  randomId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import { type AccountsEvents, type Actor, BY_POLICY, LOCAL_ADMIN } from './accounts.ts'
import { buildDirectory, changeDirectory, type Directory } from './directory.ts'
import { type AccountsError, refuse } from './errors.ts'
import type { AuditAct, Person, Tenant } from './nouns.ts'
import type { AccountsPorts, Applied, Change, Roster } from './ports.ts'

export class Keeper {
  readonly ports: AccountsPorts
  readonly events: Emitter<AccountsEvents>
  readonly #directories: Map<TenantId, Directory>
  #turn: Promise<unknown> = Promise.resolve()

  constructor(ports: AccountsPorts, rosters: readonly Roster[]) {
    this.ports = ports
    this.events = new Emitter((error) =>
      ports.log.error('accounts.listener-failed', { error: String(error) }),
    )
    this.#directories = new Map(rosters.map((roster) => [roster.tenant.id, buildDirectory(roster)]))
  }

  directoryOf(tenant: TenantId): Directory | undefined {
    return this.#directories.get(tenant)
  }

  directories(): readonly Directory[] {
    return [...this.#directories.values()]
  }

  directoryOfDevice(device: DeviceId): Directory | undefined {
    for (const directory of this.#directories.values()) if (directory.byDevice.has(device)) return directory
    return undefined
  }

  now(): WallTime {
    return this.ports.wallTime()
  }

  newId<Id extends string>(): Id {
    return randomId(this.ports.randomBytes) as Id
  }

  /** Commits, then updates the directories and tells who listens. */
  async apply(changes: readonly Change[]): Promise<Applied> {
    const applied = await this.ports.store.apply(changes)
    if (applied !== 'committed') return applied
    const ended: AccountsEvents['sessionEnded'][] = []
    const removed: AccountsEvents['deviceRemoved'][] = []
    for (const change of changes) {
      if (change.type === 'removeSession') {
        const device = this.#deviceOfSession(change.session)
        ended.push({ session: change.session, ...(device && { device: device.id }) })
        if (device) removed.push({ tenant: device.tenant, device: device.id, sipName: device.sipName })
      } else if (change.type === 'removeDevice') {
        const device = this.#directories.get(change.tenant)?.byDevice.get(change.device)
        if (device) removed.push({ tenant: change.tenant, device: device.id, sipName: device.sipName })
      }
    }
    this.#change(changes)
    for (const fact of removed) this.events.emit('deviceRemoved', fact)
    for (const fact of ended) this.events.emit('sessionEnded', fact)
    return applied
  }

  /** As apply, with the refusal made. */
  async commit<T>(changes: readonly Change[], value: T): Promise<Result<T, AccountsError>> {
    const applied = await this.apply(changes)
    return applied === 'committed' ? ok(value) : refuse(applied)
  }

  /** Runs one act after the other; a failed one does not stop the next. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act)
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  person(actor: Actor): Person | undefined {
    return this.#directories.get(actor.tenant)?.byPerson.get(actor.person)
  }

  isAdmin(actor: Actor): boolean {
    if (actor.person === LOCAL_ADMIN || actor.person === BY_POLICY) return this.#directories.has(actor.tenant)
    return this.person(actor)?.role === 'admin'
  }

  mayActFor(actor: Actor, person: PersonId): boolean {
    return this.isAdmin(actor) || this.person(actor)?.id === person
  }

  audit(actor: Actor, act: AuditAct, subject: string, detail: Record<string, string> = {}): Change {
    const { tenant, person } = actor
    return { type: 'audit', entry: { tenant, at: this.now(), actor: person, act, subject, detail } }
  }

  #deviceOfSession(session: AccountsEvents['sessionEnded']['session']) {
    for (const directory of this.#directories.values()) {
      const device = directory.bySession.get(session)
      if (device) return device
    }
    return undefined
  }

  #change(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type !== 'putTenant' || this.#directories.has(change.tenant.id)) continue
      const empty: Roster = { tenant: change.tenant, sites: [], people: [], devices: [] }
      this.#directories.set(change.tenant.id, buildDirectory(empty))
    }
    for (const [id, directory] of this.#directories) {
      const next = changeDirectory(directory, changes)
      if (next === directory) continue
      this.#directories.set(id, next)
      this.events.emit('directoryChanged', next)
    }
  }
}

/** The change that every change of people or sites comes with. */
export function nextVersion(tenant: Tenant): Change {
  return { type: 'putTenant', tenant: { ...tenant, version: tenant.version + 1 } }
}
