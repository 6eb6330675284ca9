// Stopping devices of the company: the machine of @rufwerk/quarantine, kept in the store, and what follows
// from each act. A change is stored before it is in force, and in force before whoever asked is answered.
import { type Accounts, type Actor, BY_POLICY, type Device } from '@rufwerk/accounts'
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
  reasonKey,
  SHARE_OF_ONE,
  step,
  writeState,
} from '@rufwerk/quarantine'
import type { Store } from '@rufwerk/store'
import type { Decided } from './tell-admins.ts'

export interface QuarantineDeskParts {
  readonly store: Pick<Store, 'setting' | 'saveSetting'>
  readonly accounts: Accounts
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  /** Ends the contacts and calls of a device; calls for help stay. */
  readonly onStopped: (device: DeviceId, sipName: string) => void
  /** Tells whose device it is how to go on. */
  readonly tell: (tenant: TenantId, device: Device) => void
  /** Tells admins what a policy did, and what waits for one of them. */
  readonly tellAdmins: (tenant: TenantId, decided: Decided) => void
  readonly log: Log
}

/** Whom an advisory that counts calls affected. */
export interface AffectedStop {
  readonly issuer: string
  readonly advisory: string
  readonly revision: string
  readonly product: string
  readonly devices: readonly DeviceId[]
}

/** What a look at the devices that use its account has found. */
export interface DeviceLook {
  readonly device: DeviceId
  readonly seenAt: number
  readonly coverage: 'everything' | 'part'
  readonly isThere: boolean
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

  /** Who is stopped for an advisory: whether it is gone follows from a look, as words of people do not. */
  stoppedByAdvisory(tenant: TenantId): DeviceId[] {
    return [...this.#stateOf(tenant).stops.values()]
      .filter(({ reasons }) => reasons.some(({ kind }) => kind === 'advisory'))
      .map(({ client }) => client as DeviceId)
  }

  /** What looks at the devices have found: who is clean after it was asked to be removed is closed. */
  looked(tenant: TenantId, looks: readonly DeviceLook[]): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#stateOf(tenant)
      let state = before
      for (const { device: client, ...look } of looks)
        state = step(state, { type: 'seen', client, ...look }).state
      if (state === before) return
      if (await this.#parts.store.saveSetting(nameOf(tenant), writeState(state))) this.#keep(tenant, state)
      else this.#parts.log.error('what was seen of stopped devices is not stored', { tenant })
    })
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
    return this.#inTurn(async () => {
      const byDevice = this.#parts.accounts.directoryOf(actor.tenant)?.byDevice
      if (act.type === 'stop' && act.devices.some((device) => !byDevice?.has(device)))
        return fail('unknown-device')
      return this.#perform(actor, this.#inputOf(actor, act, byDevice?.size ?? 0))
    })
  }

  /** By a person, or by what the company has decided before; a revision stops only who is new. */
  stopAffected(actor: Actor, stop: AffectedStop): Promise<Result<QuarantineActed, QuarantineProblem>> {
    const { devices, ...named } = stop
    return this.stopFor(actor, { kind: 'advisory', ...named }, devices)
  }

  /** The same for any reason that names its devices anew each time. */
  stopFor(
    actor: Actor,
    reason: Reason,
    affected: readonly DeviceId[],
  ): Promise<Result<QuarantineActed, QuarantineProblem>> {
    return this.#inTurn(async () => {
      const isPolicy = actor.person === BY_POLICY
      const asked = isPolicy ? this.#waiting(actor.tenant, reason, affected) : undefined
      if (asked !== undefined) return ok(asked)
      const fleet = this.#parts.accounts.directoryOf(actor.tenant)?.byDevice.size ?? 0
      const by = { kind: isPolicy ? 'policy' : 'person', id: actor.person } as const
      const at = this.#parts.wallTime()
      const shared = { id: randomId(this.#parts.randomBytes), by, at, fleet, isCounting: true }
      // What is decided by a policy is decided anew with each report: that nobody is new is no mistake.
      const open = affected.filter((device) => !this.#restrictions.has(device))
      if (isPolicy && reason.kind !== 'advisory' && open.length === 0) return ok({ stopped: 0, released: 0 })
      const input: QuarantineInput =
        isPolicy && reason.kind === 'advisory'
          ? { type: 'revised', ...shared, reason, affected }
          : { type: 'stop', ...shared, reason, clients: affected }
      const acted = await this.#perform(actor, input)
      const isNobody = !acted.ok && acted.error === PROBLEM_OF.nobody
      return isPolicy && isNobody ? ok({ stopped: 0, released: 0 }) : acted
    })
  }

  /** Companies, and devices that are stopped. */
  size(): number {
    return this.#states.size + this.#restrictions.size
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** What a policy has asked people for already: it looks again with each report. */
  #waiting(tenant: TenantId, reason: Reason, devices: readonly DeviceId[]): QuarantineActed | undefined {
    const wanted = reasonKey(reason)
    const open = devices.filter((device) => !this.#restrictions.has(device))
    const waits = [...this.#stateOf(tenant).requests.values()].find(
      ({ by, does, reason: other, clients }) =>
        by.kind === 'policy' &&
        does === 'stop' &&
        reasonKey(other) === wanted &&
        open.every((device) => clients.includes(device)),
    )
    if (waits === undefined || open.length === 0) return undefined
    const missing = PEOPLE_FOR_MANY - waits.agreed.length
    return { stopped: 0, released: 0, waits: { request: waits.id, missing } }
  }

  async #perform(actor: Actor, input: QuarantineInput): Promise<Result<QuarantineActed, QuarantineProblem>> {
    const { tenant } = actor
    const { state, out } = step(this.#stateOf(tenant), input)
    for (const one of out) if (one.type === 'refused') return fail(PROBLEM_OF[one.why])
    const released = out.flatMap((one) => (one.type === 'released' ? [one.client as DeviceId] : []))
    // Before they are let go: the secret of before has been in reach of whatever they were stopped for.
    if (!(await this.#parts.accounts.voidSecrets(actor, released)).ok) return fail('not-stored')
    if (!(await this.#parts.store.saveSetting(nameOf(tenant), writeState(state)))) return fail('not-stored')
    this.#keep(tenant, state)
    await this.#enforce(actor, out)
    if (actor.person === BY_POLICY && 'reason' in input) await this.#note(actor, input.reason, out)
    this.#tellAdmins(actor, out)
    return ok(actedOf(out))
  }

  #inputOf(actor: Actor, act: QuarantineAct, fleet: number): QuarantineInput {
    const by = { kind: 'person', id: actor.person } as const
    const at = this.#parts.wallTime()
    if ('request' in act) return { type: act.type, id: act.request, by, at }
    const id = randomId(this.#parts.randomBytes)
    const { devices: clients, why } = act
    if (act.type === 'removal') return { type: 'removal-asked', by, at, clients }
    if (act.type === 'release') return { type: 'release', id, by, at, clients, why }
    return { type: 'stop', id, by, at, clients, fleet, reason: { kind: 'person', why }, isCounting: true }
  }

  /** What a policy does; what people do is noted where they ask for it. */
  async #note(actor: Actor, reason: Reason, out: readonly QuarantineOutput[]): Promise<void> {
    for (const one of out) {
      if (one.type !== 'audit') continue
      const detail = { what: one.act, devices: String(one.clients), why: wordsOf(reason) }
      const noted = await this.#parts.accounts.note(actor, 'quarantine-stop', '', detail)
      if (!noted.ok) this.#parts.log.error('audit.not-noted', { act: one.act, why: noted.error.code })
    }
  }

  /** What nobody has decided just now, and what somebody else has to decide. */
  #tellAdmins({ tenant, person }: Actor, out: readonly QuarantineOutput[]): void {
    const isPolicy = person === BY_POLICY
    const stopped = out.flatMap((one) => (one.type === 'stopped' ? [one.stop] : []))
    const waits = out.find((one) => one.type === 'waits')
    const told = isPolicy ? stopped.length : 0
    if (told === 0 && waits === undefined) return
    const reason = waits?.request.reason ?? stopped[0]?.reasons.at(-1)
    this.#parts.tellAdmins(tenant, {
      ...(!isPolicy && { by: person }),
      ...{ does: waits?.request.does ?? 'stop', stopped: told, missing: waits?.missing ?? 0 },
      waiting: waits?.request.clients.length ?? 0,
      why: reason === undefined ? '' : wordsOf(reason),
    })
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
