// Reports from outside and by webhooks: counted by day, and found again by the digest of a token that only
// whoever reported has.
import type { DatabaseSync } from 'node:sqlite'
import type { Case, CasesInput, CasesOutput } from '@rufwerk/cases'
import { OUTSIDE_KEPT_MS } from '@rufwerk/cases/outside'
import type { OutsideKept, OutsideTaken, OutsideWish, Webhook } from '../case-messages.ts'

const DAY_MS = 24 * 3_600_000

/** The machine of the cases. */
export interface CasesMachine {
  step(input: CasesInput): readonly CasesOutput[]
  get(id: string): Case | undefined
}

export class CompanyOutside {
  readonly #database: DatabaseSync
  readonly #tenant: string
  readonly #cases: CasesMachine

  constructor(database: DatabaseSync, tenant: string, cases: CasesMachine) {
    this.#database = database
    this.#tenant = tenant
    this.#cases = cases
  }

  report({ input, source, digest, most }: OutsideWish): OutsideTaken {
    const { at, receipt } = input
    this.#run('DELETE FROM outside WHERE tenant = ? AND at < ?', at - OUTSIDE_KEPT_MS)
    const today = this.#row(
      'SELECT count(*) AS count FROM outside WHERE tenant = ? AND source = ? AND at > ?',
      source,
      at - DAY_MS,
    )
    if (Number(today?.count) >= most) return { type: 'too-many' }
    const out = this.#cases.step(input)
    const received = out.find((one) => one.type === 'received')
    if (received !== undefined)
      this.#run(
        'INSERT INTO outside (tenant, source, at, digest, receipt, "case") VALUES (?, ?, ?, ?, ?, ?)',
        ...[source, at, digest, receipt, received.case],
      )
    return { type: 'stepped', out }
  }

  find(digest: string): OutsideKept | undefined {
    const row = this.#row('SELECT at, receipt, "case" FROM outside WHERE tenant = ? AND digest = ?', digest)
    if (row === undefined) return undefined
    const found = this.#cases.get(String(row.case))
    return { receipt: String(row.receipt), at: Number(row.at), case: found }
  }

  webhooks(): readonly Webhook[] {
    return this.#database
      .prepare('SELECT id, name, at, "by" FROM webhooks WHERE tenant = ? ORDER BY at, id')
      .all(this.#tenant)
      .map(webhookOf)
  }

  addWebhook({ id, name, madeAt, madeBy }: Webhook, digest: string, most: number): boolean {
    if (this.webhooks().length >= most) return false
    this.#run(
      'INSERT INTO webhooks (tenant, id, name, at, "by", digest) VALUES (?, ?, ?, ?, ?, ?)',
      ...[id, name, madeAt, madeBy, digest],
    )
    return true
  }

  removeWebhook(id: string): boolean {
    return this.#run('DELETE FROM webhooks WHERE tenant = ? AND id = ?', id) > 0
  }

  webhookOf(digest: string): Webhook | undefined {
    const row = this.#row('SELECT id, name, at, "by" FROM webhooks WHERE tenant = ? AND digest = ?', digest)
    return row && webhookOf(row)
  }

  #row(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    return this.#database.prepare(sql).get(this.#tenant, ...values)
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.prepare(sql).run(this.#tenant, ...values).changes)
  }
}

function webhookOf(row: Record<string, unknown>): Webhook {
  const { id, name, at, by } = row
  return { id: String(id), name: String(name), madeAt: Number(at), madeBy: String(by) }
}
