// What the company warns of: admins publish, everybody reads. What is public is kept here as it was read
// last, so that readers cost the thread of the defence nothing.
import { createHash } from 'node:crypto'
import type { Accounts, Actor } from '@rufwerk/accounts'
import type { FleetProblem } from '@rufwerk/api/fleet'
import type { WarningProblem, WarningsPort } from '@rufwerk/api/outside'
import type { PublishProblem, Warning } from '@rufwerk/cases/warn'
import type { WarningDraft, WarningView } from '@rufwerk/contract/cases'
import { fail, ok, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { Defence } from '@rufwerk/defence'

export interface WarningsDeskParts {
  readonly defence: Pick<Defence, 'ask'>
  readonly accounts: Pick<Accounts, 'directories'>
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
}

/** Names by which the files of a provider are kept at once; they hold addresses with that name. */
const ORIGINS_MAX = 4

type Files = Promise<Result<ReadonlyMap<string, string>, FleetProblem>>

export class WarningsDesk implements WarningsPort {
  readonly #parts: WarningsDeskParts
  #public: readonly Warning[] | undefined
  readonly #files = new Map<string, Files>()

  constructor(parts: WarningsDeskParts) {
    this.#parts = parts
  }

  async publish(
    { tenant, person }: Actor,
    caseId: string,
    { seen, ...written }: WarningDraft,
  ): Promise<Result<WarningView, WarningProblem>> {
    const { defence, wallTime, randomBytes } = this.#parts
    const products = written.products.map(({ file, ...product }) => ({ ...product, ...(file && { file }) }))
    const published = await defence.ask('publish', {
      ...{ tenant, case: caseId, draft: { ...written, products }, seen, at: wallTime(), by: person },
      urn: urnOf(randomBytes(16)),
    })
    if (!published.ok) return published
    if (published.value.type === 'refused') return fail(problemOf(published.value.why))
    this.#public = undefined
    this.#files.clear()
    return ok(viewOf(published.value.warning))
  }

  async ofCase(tenant: TenantId, caseId: string): Promise<Result<WarningView | undefined, FleetProblem>> {
    const all = await this.#parts.defence.ask('warnings', { tenant })
    if (!all.ok) return all
    const found = new Map(all.value).get(caseId)
    return ok(found && viewOf(found))
  }

  async all(): Promise<Result<readonly Warning[], FleetProblem>> {
    const tenant = this.#first()
    if (tenant === undefined) return ok([])
    if (this.#public !== undefined) return ok(this.#public)
    const all = await this.#parts.defence.ask('warnings', { tenant: tenant.id })
    if (!all.ok) return all
    this.#public = all.value.map(([, warning]) => warning)
    return ok(this.#public)
  }

  feed(): { readonly urn: string; readonly since: number } {
    const tenant = this.#first()
    const digest = createHash('sha256').update(`feed of ${tenant?.id}`).digest()
    return { urn: urnOf(digest.subarray(0, 16)), since: tenant?.createdAt ?? 0 }
  }

  provider(origin: string): Files {
    const known = this.#files.get(origin)
    if (known !== undefined) return known
    const [oldest] = this.#files.keys()
    if (oldest !== undefined && this.#files.size >= ORIGINS_MAX) this.#files.delete(oldest)
    const asked = this.#provide(origin)
    this.#files.set(origin, asked)
    // What went wrong is tried again.
    void asked.then(({ ok: isGood }) => isGood || this.#files.delete(origin))
    return asked
  }

  async #provide(origin: string): Files {
    const tenant = this.#first()
    if (tenant === undefined) return ok(new Map())
    const { id, name: company, language, createdAt: since } = tenant
    const made = await this.#parts.defence.ask('provider', { tenant: id, origin, company, language, since })
    if (!made.ok) return made
    return made.value === undefined ? fail('failed') : ok(made.value)
  }

  #first() {
    return this.#parts.accounts.directories()[0]?.tenant
  }
}

/** RFC 9562 §5.8: a UUID of our own making. */
function urnOf(bytes: Uint8Array): string {
  const own = Uint8Array.from(bytes)
  own[6] = 0x80 | ((own[6] ?? 0) & 0x0f)
  own[8] = 0x80 | ((own[8] ?? 0) & 0x3f)
  return `urn:uuid:${Buffer.from(own)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
}

function problemOf(why: PublishProblem | 'unknown-case' | 'changed-meanwhile'): WarningProblem {
  return typeof why === 'string' ? why : `wrong-${why.wrong}`
}

function viewOf({ urn: _, ...shown }: Warning): WarningView {
  const { level, title, summary, advice, checked, number, products, revisions } = shown
  return {
    ...{ level, number, title, summary, checked },
    advice: [...advice],
    products: products.map((one) => ({ ...one })),
    revisions: revisions.map((one) => ({ ...one })),
  }
}
