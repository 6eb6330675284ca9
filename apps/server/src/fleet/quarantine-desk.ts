// Stopping devices of the company: the machine of @rufwerk/quarantine, kept in the store, and what follows
// from each act. A change is stored before it is in force, and in force before whoever asked is answered.
import type { Accounts, Actor, Device } from '@rufwerk/accounts'
import type { QuarantineAct, QuarantinePort, QuarantineProblem } from '@rufwerk/api/quarantine'
import type { QuarantineActed, Quarantine as View } from '@rufwerk/contract/quarantine'
import {
  type DeviceId,
  fail,
  type Log,
  ok,
  type PersonId,
  type Result,
  randomId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import {
  EMPTY_QUARANTINE,
  figuresOf,
  PEOPLE_FOR_MANY,
  permissionsOf,
  type Quarantine,
  type QuarantineInput,
  type QuarantineOutput,
  type QuarantineRefusal,
  type Reason,
  readState,
  SHARE_OF_ONE,
  step,
  writeState,
} from '@rufwerk/quarantine'
import type { Store } from '@rufwerk/store'

export interface QuarantineDeskParts {
  readonly store: Pick<Store, 'setting' | 'saveSetting'>
  readonly accounts: Accounts
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  /** Ends the contacts and calls of a device; calls for help stay. */
  readonly onStopped: (device: DeviceId, sipName: string) => void
  /** Tells whose device it is how to go on. */
  readonly tell: (tenant: TenantId, device: Device) => void
  readonly log: Log
}

type Restriction = 'emergency' | 'nothing'

const PROBLEM_OF: Readonly<Record<QuarantineRefusal, QuarantineProblem>> = {
  nobody: 'nobody',
  'not-stopped': 'not-stopped',
  'unknown-request': 'unknown-request',
  'same-person': 'same-person',
  full: 'full',
  'too-many': 'full',
  'id-taken': 'not-stored',
  'not-counting': 'nobody',
  'no-person': 'same-person',
}

export class QuarantineDesk implements QuarantinePort {
  readonly #parts: QuarantineDeskParts
  /** By company; as many as there are. */
  readonly #states = new Map<TenantId, Quarantine>()
  /** Of all companies, for every message of a phone; rebuilt after each change. */
  #restrictions: ReadonlyMap<string, Restriction> = new Map()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: QuarantineDeskParts) {
    this.#parts = parts
  }

  /** Reads who is stopped. What cannot be read is told, and stops nobody, or nobody could be reached. */
  async open(tenant: TenantId): Promise<void> {
    if (this.#states.has(tenant)) return
    const text = await this.#parts.store.setting(nameOf(tenant))
    const read = text === undefined ? undefined : readState(text)
    if (read !== undefined && !read.ok)
      this.#parts.log.error('quarantine cannot be read: nobody is stopped', {
        tenant,
        why: String(read.error),
      })
    this.#keep(tenant, read?.ok ? read.value : EMPTY_QUARANTINE)
  }

  /** What is left to a device that is stopped; undefined: everything. */
  restrictionOf(device: DeviceId): Restriction | undefined {
    return this.#restrictions.get(device)
  }

  /** After a start: what was stopped just before the end may have left contacts. */
  enforceAll(): void {
    for (const { byDevice } of this.#parts.accounts.directories())
      for (const device of byDevice.values())
        if (this.#restrictions.has(device.id)) this.#parts.onStopped(device.id, device.sipName)
  }

  view(tenant: TenantId): View {
    const state = this.#stateOf(tenant)
    const directory = this.#parts.accounts.directoryOf(tenant)
    const fleet = directory?.byDevice.size ?? 0
    const named = (device: string) => {
      const known = directory?.byDevice.get(device as DeviceId)
      const person = known && directory?.byPerson.get(known.person)
      return {
        device,
        ...(known && { name: known.name }),
        ...(person && { person: person.name, extension: person.extension }),
      }
    }
    const who = (id: string): string => directory?.byPerson.get(id as PersonId)?.name ?? id
    return {
      ...figuresOf(state),
      fleet,
      aloneMax: Math.max(1, Math.floor(fleet * SHARE_OF_ONE)),
      stops: [...state.stops.values()].map(({ client, at, by, confirmedBy, reasons, closedAt }) => ({
        ...named(client),
        ...{ at, by: who(by.id), why: reasons.map(wordsOf) },
        ...(confirmedBy !== undefined && { confirmedBy: who(confirmedBy) }),
        ...(closedAt !== undefined && { closedAt }),
      })),
      requests: [...state.requests.values()].map(({ id, does, at, by, reason, agreed, clients }) => ({
        ...{ id, does, at, by: who(by.id), why: wordsOf(reason) },
        missing: PEOPLE_FOR_MANY - agreed.length,
        devices: clients.map(named),
      })),
    }
  }

  act(actor: Actor, act: QuarantineAct): Promise<Result<QuarantineActed, QuarantineProblem>> {
    const result = this.#turn.then(() => this.#act(actor, act))
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Companies, and devices that are stopped. */
  size(): number {
    return this.#states.size + this.#restrictions.size
  }

  async #act(actor: Actor, act: QuarantineAct): Promise<Result<QuarantineActed, QuarantineProblem>> {
    const { tenant } = actor
    const directory = this.#parts.accounts.directoryOf(tenant)
    if (act.type === 'stop' && act.devices.some((device) => !directory?.byDevice.has(device)))
      return fail('unknown-device')
    const { state, out } = step(
      this.#stateOf(tenant),
      this.#inputOf(actor, act, directory?.byDevice.size ?? 0),
    )
    for (const one of out) if (one.type === 'refused') return fail(PROBLEM_OF[one.why])
    const released = out.flatMap((one) => (one.type === 'released' ? [one.client as DeviceId] : []))
    // Before they are let go: the secret of before has been in reach of whatever they were stopped for.
    if (!(await this.#parts.accounts.voidSecrets(actor, released)).ok) return fail('not-stored')
    if (!(await this.#parts.store.saveSetting(nameOf(tenant), writeState(state)))) return fail('not-stored')
    this.#keep(tenant, state)
    await this.#enforce(actor, out)
    return ok(actedOf(out))
  }

  #inputOf(actor: Actor, act: QuarantineAct, fleet: number): QuarantineInput {
    const by = { kind: 'person', id: actor.person } as const
    const at = this.#parts.wallTime()
    if ('request' in act) return { type: act.type, id: act.request, by, at }
    const id = randomId(this.#parts.randomBytes)
    const { devices: clients, why } = act
    if (act.type === 'release') return { type: 'release', id, by, at, clients, why }
    return { type: 'stop', id, by, at, clients, fleet, reason: { kind: 'person', why }, isCounting: true }
  }

  /**
   * A browser is signed out, and comes back by signing in at a page of ours. The secret of a phone is what
   * its calls for help need, and good for nothing else until the phone is let go.
   */
  async #enforce(actor: Actor, out: readonly QuarantineOutput[]): Promise<void> {
    const { accounts, onStopped, tell, log } = this.#parts
    const byDevice = accounts.directoryOf(actor.tenant)?.byDevice
    const browsers: DeviceId[] = []
    for (const one of out) {
      const device = one.type === 'stopped' ? byDevice?.get(one.stop.client as DeviceId) : undefined
      if (device === undefined) continue
      onStopped(device.id, device.sipName)
      tell(actor.tenant, device)
      if (device.kind === 'browser') browsers.push(device.id)
    }
    const voided = await accounts.voidSecrets(actor, browsers)
    if (!voided.ok) log.error('stopped browsers are signed in still', { why: voided.error.code })
  }

  #stateOf(tenant: TenantId): Quarantine {
    return this.#states.get(tenant) ?? EMPTY_QUARANTINE
  }

  #keep(tenant: TenantId, state: Quarantine): void {
    this.#states.set(tenant, state)
    const all = new Map<string, Restriction>()
    for (const one of this.#states.values())
      for (const client of one.stops.keys())
        all.set(client, permissionsOf(one, client).mayCall === 'emergency' ? 'emergency' : 'nothing')
    this.#restrictions = all
  }
}

function nameOf(tenant: TenantId): string {
  return `quarantine ${tenant}`
}

function wordsOf(reason: Reason): string {
  switch (reason.kind) {
    case 'person':
      return reason.why
    case 'policy':
      return reason.policy
    case 'advisory':
      return `${reason.advisory} (${reason.revision}): ${reason.product}`
  }
}

function actedOf(out: readonly QuarantineOutput[]): QuarantineActed {
  const waits = out.find((one) => one.type === 'waits')
  return {
    stopped: out.filter(({ type }) => type === 'stopped').length,
    released: out.filter(({ type }) => type === 'released').length,
    ...(waits && { waits: { request: waits.request.id, missing: waits.missing } }),
  }
}
