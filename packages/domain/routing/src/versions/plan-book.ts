// The dial plans of all tenants with their versions: keeps the newest in memory in step with the store, and
// makes the configuration that route() decides from. A change is committed first and then seen by new calls;
// whoever holds the configuration of before keeps it.
import { fail, type Log, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { RoutingConfig } from '../config.ts'
import type { DialPlan, FeatureCode } from '../dial-plan.ts'
import { indexOf } from '../dial-plan-index.ts'
import { type Company, readStored, writeStored } from './check-plan.ts'
import type { PlanChecker, PlanComparison, PlanVerdict } from './checking.ts'
import { CHANGES_WAITING_MAX, VERSIONS_KEPT_MAX } from './limits.ts'
import { newCodes } from './new-codes.ts'
import type { PlanProblem } from './problem.ts'
import {
  type AnsweredCodes,
  answerCodes,
  applyPlan,
  codesKnown,
  FRESH_HEAD,
  type Head,
  type PlanRefusal,
  type PlanVersion,
  rollBack,
  type VersionEntry,
  type WantedPlan,
} from './versions.ts'

/** A version as it is stored: the plan is JSON. */
export interface StoredVersion extends VersionEntry {
  readonly plan: string
}

export interface PlanStore {
  /**
   * Adds a version and removes those of the tenant up to `forget`, in one transaction. `conflict`: there is
   * one of that number already.
   */
  add(version: StoredVersion, forget: number): Promise<'committed' | 'conflict' | 'not-stored'>
  /** Newest first. */
  list(tenant: TenantId): Promise<readonly VersionEntry[]>
  read(tenant: TenantId, version: number): Promise<StoredVersion | undefined>
}

export interface PlanBookPorts {
  readonly store: PlanStore
  /** The same object as long as nothing has changed. */
  readonly companyOf: (tenant: TenantId) => Company | undefined
  readonly checker: PlanChecker
  readonly wallTime: () => WallTime
  readonly log: Log
}

/** What is in force. */
export interface Applied extends Head {
  /** A stored plan was not as it should be when it was loaded, or when review() looked at it. */
  readonly trouble?: PlanTrouble
}

export interface PlanTrouble {
  /** `unreadable`: the plan of version `used` is in force instead. `wrong`: it is in force, with mistakes. */
  readonly kind: 'unreadable' | 'wrong'
  readonly version: number
  readonly used: number
  readonly problems: readonly PlanProblem[]
}

interface Actor {
  readonly tenant: TenantId
  readonly person: PersonId
}

interface Made {
  readonly company: Company
  readonly plan: DialPlan
  readonly config: RoutingConfig
}

/**
 * Loads what is stored for these tenants: whether it can be read, and not again whether it makes sense, which
 * was asked when it was stored; review() asks for it. Never fails because of what a plan holds.
 */
export async function openPlanBook(ports: PlanBookPorts, tenants: readonly TenantId[]): Promise<PlanBook> {
  const loaded = new Map<TenantId, Applied>()
  for (const tenant of tenants) loaded.set(tenant, await load(ports, tenant))
  return new PlanBook(ports, loaded)
}

export class PlanBook {
  readonly #ports: PlanBookPorts
  /** One per tenant that has a version. */
  readonly #applied: Map<TenantId, Applied>
  readonly #made = new Map<TenantId, Made>()
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(ports: PlanBookPorts, applied: Map<TenantId, Applied>) {
    this.#ports = ports
    this.#applied = applied
  }

  applied(tenant: TenantId): Applied {
    return this.#applied.get(tenant) ?? FRESH_HEAD
  }

  /**
   * People and dial plan together. Its version grows with every change of either: it is the sum of both. The
   * same object until then.
   */
  config(tenant: TenantId): RoutingConfig | undefined {
    const company = this.#ports.companyOf(tenant)
    if (company === undefined) return undefined
    const { version, plan } = this.applied(tenant)
    const known = this.#made.get(tenant)
    // Each version has a plan of its own, also one that restores another.
    if (known?.company === company && known.plan === plan) return known.config
    const config = version === 0 ? company.config : withPlan(company.config, plan, version)
    this.#made.set(tenant, { company, plan, config })
    return config
  }

  /** The configuration as it would be with this plan, which nobody has applied. */
  async tryOut(tenant: TenantId, input: unknown): Promise<Result<RoutingConfig, PlanRefusal>> {
    const company = this.#company(tenant)
    const checked = await this.check(input, company)
    if (!checked.ok) return checked
    return ok(withPlan(company.config, checked.value.plan, this.applied(tenant).version))
  }

  /** For a company that may be another one than that of today. */
  check(input: unknown, company: Company): Promise<PlanVerdict> {
    return this.#ports.checker.check(input, company)
  }

  /** Whether a flow, a service or a number to dial quickly has this extension. */
  hasExtension(tenant: TenantId, extension: string): boolean {
    const config = this.config(tenant)
    if (config === undefined) return false
    const index = indexOf(config)
    return index.targets.has(extension) || index.slots.has(extension) || index.speedDial.has(extension)
  }

  /** Applies a plan; one that is applied already makes no version. */
  change(actor: Actor, wanted: WantedPlan): Promise<Result<Applied, PlanRefusal>> {
    return this.#inTurn(async () => {
      const { tenant } = actor
      const head = this.applied(tenant)
      // What cannot be read is mended by any plan, also by the one that took its place.
      const { version, entry } = head
      const isReadable = head.trouble?.kind !== 'unreadable'
      const known = isReadable ? head : { version, ...(entry && { entry }) }
      const next = await applyPlan(known, wanted, this.#author(actor), this.#checkFor(tenant))
      if (!next.ok) return next
      return next.value === undefined ? ok(head) : this.#commit(next.value)
    })
  }

  /** Usual codes that came after the plan in force and that it could have; none while that cannot be read. */
  newCodes(tenant: TenantId): readonly FeatureCode[] {
    const head = this.applied(tenant)
    if (head.trouble?.kind === 'unreadable') return []
    return newCodes(head.plan, codesKnown(head), this.#ports.companyOf(tenant)?.performed)
  }

  /** Adds those of the new codes that are wanted; nobody is told of the others any more. */
  answerCodes(actor: Actor, answered: AnsweredCodes): Promise<Result<Applied, PlanRefusal>> {
    return this.#inTurn(async () => {
      const { tenant } = actor
      const [head, offered] = [this.applied(tenant), this.newCodes(tenant)]
      const next = await answerCodes(head, offered, answered, this.#author(actor), this.#checkFor(tenant))
      if (!next.ok) return next
      return next.value === undefined ? ok(head) : this.#commit(next.value)
    })
  }

  /** The version before becomes the next one. */
  rollBack(actor: Actor, expected: number): Promise<Result<Applied, PlanRefusal>> {
    return this.#inTurn(async () => {
      const { tenant } = actor
      const head = this.applied(tenant)
      const json = await this.#stored(tenant, head.version - 1)
      const before = json === undefined ? undefined : { version: head.version - 1, plan: parsed(json) }
      const next = await rollBack(head, before, expected, this.#author(actor), this.#checkFor(tenant))
      return next.ok ? this.#commit(next.value) : next
    })
  }

  /** Newest first, at most VERSIONS_KEPT_MAX; version 0 is not among them. */
  versions(tenant: TenantId): Promise<readonly VersionEntry[]> {
    return this.#ports.store.list(tenant)
  }

  /** `unreadable` also when a version is not kept any more. Version 0 is the empty plan. */
  async diff(tenant: TenantId, from: number, to: number): Promise<PlanComparison> {
    const [before, after] = await Promise.all([this.#stored(tenant, from), this.#stored(tenant, to)])
    if (before === undefined || after === undefined) return fail({ code: 'unreadable' })
    return this.#ports.checker.compare(before, after)
  }

  /** What a plan would change of the one in force. */
  changes(tenant: TenantId, plan: DialPlan): Promise<PlanComparison> {
    return this.#ports.checker.compare(writeStored(this.applied(tenant).plan), writeStored(plan))
  }

  /** A plan that is kept, as JSON that nobody has read yet. */
  async #stored(tenant: TenantId, version: number): Promise<string | undefined> {
    const head = this.applied(tenant)
    if (version === head.version && head.trouble?.kind !== 'unreadable') return writeStored(head.plan)
    if (version === 0) return writeStored(FRESH_HEAD.plan)
    return version > 0 ? (await this.#ports.store.read(tenant, version))?.plan : undefined
  }

  /** What was wrong with stored plans and was not mended since. */
  troubles(): readonly PlanTrouble[] {
    return [...this.#applied.values()].flatMap(({ trouble }) => trouble ?? [])
  }

  /**
   * Asks again whether what is in force makes sense: people may have gone since it was stored. It stays in
   * force, and troubles() tells. False: not everything could be checked.
   */
  async review(): Promise<boolean> {
    let isDone = true
    for (const [tenant, applied] of this.#applied) {
      const company = this.#ports.companyOf(tenant)
      if (company === undefined || applied.version === 0 || applied.trouble !== undefined) continue
      const checked = await this.check(applied.plan, company)
      if (checked.ok || this.#applied.get(tenant) !== applied) continue
      if (checked.error.code !== 'wrong') {
        isDone = false
        continue
      }
      const { version } = applied
      const trouble = { kind: 'wrong', version, used: version, problems: checked.error.problems } as const
      this.#applied.set(tenant, { ...applied, trouble })
      this.#ports.log.error('stored dial plan', toldTrouble(tenant, trouble))
    }
    return isDone
  }

  async #commit({ plan, json, ...entry }: PlanVersion): Promise<Result<Applied, PlanRefusal>> {
    const { tenant, version } = entry
    const stored = await this.#ports.store.add({ ...entry, plan: json }, version - VERSIONS_KEPT_MAX)
    if (stored === 'conflict') return fail({ code: 'conflict', version })
    if (stored === 'not-stored') return fail({ code: 'not-stored' })
    const applied: Applied = { version, plan, entry }
    this.#applied.set(tenant, applied)
    this.#ports.log.info('dial plan applied', { tenant, version })
    return ok(applied)
  }

  #author({ tenant, person }: Actor) {
    return { tenant, by: person, at: this.#ports.wallTime() }
  }

  #checkFor(tenant: TenantId): (plan: unknown) => Promise<PlanVerdict> {
    return (plan) => this.check(plan, this.#company(tenant))
  }

  #company(tenant: TenantId): Company {
    const company = this.#ports.companyOf(tenant)
    if (company === undefined) throw new RangeError('the tenant does not exist')
    return company
  }

  /** One change after the other; a failed one does not stop the next. */
  async #inTurn<T>(act: () => Promise<Result<T, PlanRefusal>>): Promise<Result<T, PlanRefusal>> {
    if (this.#waiting >= CHANGES_WAITING_MAX) return fail({ code: 'not-checked', why: 'busy' })
    this.#waiting += 1
    const result = this.#turn.then(act).finally(() => {
      this.#waiting -= 1
    })
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
}

/** Undefined, which is no plan, when it is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function withPlan(config: RoutingConfig, dialPlan: DialPlan, version: number): RoutingConfig {
  return { ...config, version: config.version + version, dialPlan }
}

/** The newest plan that can be read. */
async function load(ports: PlanBookPorts, tenant: TenantId): Promise<Applied> {
  const { store, log } = ports
  const entries = await store.list(tenant)
  const [newest] = entries
  if (newest === undefined) return FRESH_HEAD
  const { version } = newest
  let problems: readonly PlanProblem[] | undefined
  const found = (used: number, plan: DialPlan): Applied => {
    if (problems === undefined) return { version, plan, entry: newest }
    const trouble: PlanTrouble = { kind: 'unreadable', version, used, problems }
    log.error('stored dial plan', toldTrouble(tenant, trouble))
    return { version, plan, entry: newest, trouble }
  }
  for (const entry of entries) {
    const read = readStored((await store.read(tenant, entry.version))?.plan ?? '')
    if (read.ok) return found(entry.version, read.value)
    problems ??= read.error
  }
  return found(0, FRESH_HEAD.plan)
}

function toldTrouble(tenant: TenantId, { kind, version, used, problems }: PlanTrouble) {
  return { tenant, kind, version, used, problem: problems[0]?.sentence ?? '' }
}
