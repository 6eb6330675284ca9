// Reports that nobody of the company has made: by the public form, and by security software with a token. Of
// tokens only digests are kept. They go to the company that this server was set up for, which is the first.
import { createHash } from 'node:crypto'
import type { Accounts, Actor } from '@rufwerk/accounts'
import type { FleetProblem } from '@rufwerk/api/fleet'
import type { OutsidePort, OutsideProblem } from '@rufwerk/api/outside'
import type { Origin, Report } from '@rufwerk/cases'
import {
  OUTSIDE_DAY_MAX,
  type OutsideStatus,
  outsideStatus,
  type Told,
  WEBHOOK_DAY_MAX,
  WEBHOOKS_MAX,
} from '@rufwerk/cases/outside'
import type { SuspicionReceived, SuspicionReport, WebhookList } from '@rufwerk/contract/cases'
import { fail, ok, type PersonId, type Result, randomId, type TenantId, type WallTime } from '@rufwerk/core'
import type { Defence } from '@rufwerk/defence'

export interface OutsideDeskParts {
  readonly defence: Pick<Defence, 'ask'>
  readonly accounts: Pick<Accounts, 'directories' | 'directoryOf'>
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
}

/** What a report says until a person rates it: BSI's "watched more closely". */
const FIRST_LEVEL = 2
const TOKEN_BYTES = 32
/** The company stands in it, because security software says nothing else. */
const WEBHOOK_TOKEN = /^rfw_([0-9A-Za-z-]{1,64})_[A-Za-z0-9_-]{43}$/

interface Taking {
  readonly origin: Origin
  readonly report: Report
  /** Counted apart. */
  readonly source: string
  readonly token: string
  readonly most: number
}

export class OutsideDesk implements OutsidePort {
  readonly #parts: OutsideDeskParts

  constructor(parts: OutsideDeskParts) {
    this.#parts = parts
  }

  company(): ReturnType<OutsidePort['company']> {
    const tenant = this.#parts.accounts.directories()[0]?.tenant
    return tenant && { name: tenant.name, language: tenant.language }
  }

  async report({ report, contact }: Told): Promise<Result<string, OutsideProblem>> {
    const tenant = this.#first()
    if (tenant === undefined) return fail('failed')
    const token = this.#newToken()
    const origin: Origin = { kind: 'outside', ...(contact !== undefined && { contact }) }
    const most = OUTSIDE_DAY_MAX
    const taken = await this.#take(tenant, { origin, report, source: 'outside', token, most })
    if (taken.ok) return ok(token)
    return fail(taken.error === 'nothing-said' ? 'failed' : taken.error)
  }

  async status(token: string): Promise<Result<OutsideStatus | undefined, FleetProblem>> {
    const tenant = this.#first()
    if (tenant === undefined) return ok(undefined)
    const found = await this.#parts.defence.ask('outsideReport', { tenant, digest: digestOf(token) })
    if (!found.ok || found.value === undefined) return found.ok ? ok(undefined) : found
    const { receipt, at, case: one } = found.value
    return ok(outsideStatus(receipt, at, one))
  }

  async fromWebhook(
    token: string,
    { fileName, product, version, ...said }: SuspicionReport,
  ): Promise<Result<SuspicionReceived, OutsideProblem | 'unknown-token' | 'nothing-said'>> {
    const tenant = WEBHOOK_TOKEN.exec(token)?.[1] as TenantId | undefined
    // Nobody's company gets a file of its own by being named.
    if (tenant === undefined || this.#parts.accounts.directoryOf(tenant) === undefined)
      return fail('unknown-token')
    const webhook = await this.#parts.defence.ask('webhookOf', { tenant, digest: digestOf(token) })
    if (!webhook.ok) return webhook
    if (webhook.value === undefined) return fail('unknown-token')
    const report = {
      ...{ words: said.words, hashes: [...new Set(said.hashes.map((hash) => hash.toLowerCase()))] },
      ...(fileName !== undefined && { fileName }),
      ...(product !== undefined && { product }),
      ...(version !== undefined && { version }),
    }
    const { id, name } = webhook.value
    const origin = { kind: 'webhook', source: name } as const
    return this.#take(tenant, {
      ...{ origin, report, source: id, token: this.#newToken(), most: WEBHOOK_DAY_MAX },
    })
  }

  async webhooks(tenant: TenantId): Promise<Result<WebhookList, FleetProblem>> {
    const known = await this.#parts.defence.ask('webhooks', { tenant })
    if (!known.ok) return known
    const people = this.#parts.accounts.directoryOf(tenant)?.byPerson
    const nameOf = (id: string): string => people?.get(id as PersonId)?.name ?? id
    return ok({ webhooks: known.value.map((one) => ({ ...one, madeBy: nameOf(one.madeBy) })) })
  }

  async addWebhook(
    { tenant, person }: Actor,
    name: string,
  ): Promise<Result<{ readonly id: string; readonly token: string }, OutsideProblem>> {
    const id = randomId(this.#parts.randomBytes)
    const token = `rfw_${tenant}_${this.#newToken()}`
    const added = await this.#parts.defence.ask('addWebhook', {
      webhook: { id, name, madeAt: this.#parts.wallTime(), madeBy: person },
      ...{ tenant, digest: digestOf(token), most: WEBHOOKS_MAX },
    })
    if (!added.ok) return added
    return added.value ? ok({ id, token }) : fail('full')
  }

  removeWebhook(tenant: TenantId, id: string): Promise<Result<boolean, FleetProblem>> {
    return this.#parts.defence.ask('removeWebhook', { tenant, id })
  }

  async #take(
    tenant: TenantId,
    { origin, report, source, token, most }: Taking,
  ): Promise<Result<SuspicionReceived, OutsideProblem | 'nothing-said'>> {
    const receipt = randomId(this.#parts.randomBytes)
    const at = this.#parts.wallTime()
    const taken = await this.#parts.defence.ask('reportOutside', {
      ...{ tenant, source, digest: digestOf(token), most },
      input: {
        ...{ type: 'intake', id: randomId(this.#parts.randomBytes), receipt, at, origin, report },
        ...{ ownReleases: [], level: FIRST_LEVEL },
      },
    })
    if (!taken.ok) return taken
    if (taken.value.type === 'too-many') return fail('full')
    for (const one of taken.value.out) {
      if (one.type === 'received') return ok({ receipt, how: one.how })
      if (one.type === 'refused') return fail(one.why === 'malformed' ? 'nothing-said' : 'full')
    }
    return fail('failed')
  }

  #first(): TenantId | undefined {
    return this.#parts.accounts.directories()[0]?.tenant.id
  }

  #newToken(): string {
    return Buffer.from(this.#parts.randomBytes(TOKEN_BYTES)).toString('base64url')
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')
