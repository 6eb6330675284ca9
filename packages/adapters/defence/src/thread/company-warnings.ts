// The warnings of a company: every revision as it was published, and the files of a provider of CSAF, which
// are made here, where no call waits for it.
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import {
  CSAF_PATH,
  changedAt,
  providerFiles,
  publish,
  WARNING_PATH,
  WARNINGS_MAX,
  type Warning,
} from '@rufwerk/cases/warn'
import type { ProviderWish, Published, PublishWish } from '../case-messages.ts'
import type { CasesMachine } from './company-outside.ts'

const hex = (name: string) => (text: string) => createHash(name).update(text).digest('hex')
const DIGESTS = { sha256: hex('sha256'), sha512: hex('sha512') }

export class CompanyWarnings {
  readonly #database: DatabaseSync
  readonly #tenant: string
  readonly #cases: CasesMachine

  constructor(database: DatabaseSync, tenant: string, cases: CasesMachine) {
    this.#database = database
    this.#tenant = tenant
    this.#cases = cases
  }

  all(): readonly (readonly [string, Warning])[] {
    const rows = this.#database
      .prepare('SELECT "case", warning FROM warnings WHERE tenant = ? ORDER BY revision')
      .all(this.#tenant)
    // The newest revision of each, at the place of the first.
    return [...new Map(rows.map((row) => [String(row.case), JSON.parse(String(row.warning)) as Warning]))]
  }

  publish({ case: id, draft, urn, at, by, seen }: PublishWish): Published {
    const refused = (why: Extract<Published, { type: 'refused' }>['why']): Published => ({
      type: 'refused',
      why,
    })
    if (this.#cases.get(id) === undefined) return refused('unknown-case')
    const all = new Map(this.all())
    const before = all.get(id)
    if ((before?.revisions.length ?? 0) !== seen) return refused('changed-meanwhile')
    if (before === undefined && all.size >= WARNINGS_MAX) return refused('full')
    const number = `${new Date(at).getUTCFullYear()}-${all.size + 1}`
    const made = publish(before, draft, { urn, number }, at)
    if (!made.ok) return refused(made.error)
    this.#database
      .prepare('INSERT INTO warnings (tenant, "case", at, "by", warning) VALUES (?, ?, ?, ?, ?)')
      .run(this.#tenant, id, at, by, JSON.stringify(made.value))
    const words = `warning ${made.value.number}, revision ${made.value.revisions.length}, published`
    this.#cases.step({ type: 'note', case: id, by: { kind: 'person', id: by }, at, words })
    return { type: 'published', warning: made.value }
  }

  provider({ origin, company, language, since }: ProviderWish): ReadonlyMap<string, string> | undefined {
    const warnings = this.all().map(([, warning]) => warning)
    const made = providerFiles(
      warnings,
      {
        publisher: { category: 'user', name: company, namespace: origin },
        ...{ language, folder: `${origin}${CSAF_PATH}` },
        pageOf: ({ number }) => `${origin}${WARNING_PATH}${number}`,
        lastUpdated: Math.max(since, ...warnings.map(changedAt)),
      },
      DIGESTS,
    )
    return made.ok ? made.value : undefined
  }
}
