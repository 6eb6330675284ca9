// What is kept of one company, read at its first order and written before anybody is answered.
import type { DatabaseSync } from 'node:sqlite'
import type { AdvisoryBook, Conflict, Issuer } from '@rufwerk/advisories/book'
import type { Listed } from '@rufwerk/advisories/provider'
import { readAdvisory } from '@rufwerk/advisories/read'
import { type Cases, EMPTY_CASES, readCases, writeCases } from '@rufwerk/cases'
import { assert } from '@rufwerk/core'
import { type Change, changedDevices, type Inventory, readInventory, type StoredDevice } from '@rufwerk/fleet'
import type { AllowedVersions } from '@rufwerk/quarantine/policy'
import { CHANGES_MAX } from '../limits.ts'
import type { Feed, Search } from '../messages.ts'
import { type PublicKey, readPublicKey } from '../openpgp-key.ts'
import { type CasesMachine, CompanyOutside } from './company-outside.ts'
import type { KeptIndicators } from './company-searches.ts'
import { CompanyWarnings } from './company-warnings.ts'
import { together } from './database.ts'

interface DocumentRow {
  readonly issuer: string
  readonly id: string
  readonly revision: string
  readonly document: string
}

export class CompanyStore {
  readonly #database: DatabaseSync
  readonly #tenant: string
  #changes: number

  constructor(database: DatabaseSync, tenant: string) {
    this.#database = database
    this.#tenant = tenant
    const { count } = this.#get('SELECT count(*) AS count FROM changes WHERE tenant = ?') as { count: number }
    this.#changes = count
  }

  /** Throws when a row is damaged: nobody is called clean by an inventory that is not whole. */
  inventory(): Inventory {
    const rows = this.#all('SELECT key, device, names FROM devices WHERE tenant = ?')
    const read = readInventory(this.#tenant, rows as unknown as StoredDevice[])
    if (!read.ok) throw new Error(`the inventory is damaged at ${read.error}`)
    return read.value
  }

  book(): AdvisoryBook {
    const issuers = this.#all('SELECT issuer FROM issuers WHERE tenant = ?').map(
      ({ issuer }) => JSON.parse(String(issuer)) as Issuer,
    )
    // The newest revision of each stands last.
    const documents = new Map<string, Parsed>()
    for (const row of this.documents()) documents.set(JSON.stringify([row.issuer, row.id]), parsed(row))
    const conflicts = this.#all('SELECT conflict FROM conflicts WHERE tenant = ? ORDER BY number').map(
      ({ conflict }) => JSON.parse(String(conflict)) as Conflict,
    )
    return { issuers: new Map(issuers.map((one) => [one.namespace, one])), documents, conflicts }
  }

  keepInventory(before: Inventory, after: Inventory, changes: readonly Change[]): void {
    if (this.#changes + changes.length > CHANGES_MAX) throw new Error('the history is full')
    const device = this.#database.prepare('INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?)')
    const change = this.#database.prepare('INSERT INTO changes (tenant, at, change) VALUES (?, ?, ?)')
    together(this.#database, () => {
      for (const row of changedDevices(before, after))
        device.run(this.#tenant, row.key, row.device, row.names)
      for (const one of changes) change.run(this.#tenant, one.at, JSON.stringify(one))
    })
    this.#changes += changes.length
  }

  keepIssuers({ issuers }: AdvisoryBook): void {
    const insert = this.#database.prepare('INSERT INTO issuers VALUES (?, ?, ?)')
    together(this.#database, () => {
      this.#database.prepare('DELETE FROM issuers WHERE tenant = ?').run(this.#tenant)
      for (const one of issuers.values()) insert.run(this.#tenant, one.namespace, JSON.stringify(one))
    })
  }

  keepKey(fingerprint: string, armored: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO keys VALUES (?, ?, ?)')
      .run(this.#tenant, fingerprint, armored)
  }

  /** Of all issuers that were ever pinned. */
  keys(): PublicKey[] {
    return this.#all('SELECT key FROM keys WHERE tenant = ?').flatMap(
      ({ key }) => readPublicKey(String(key)) ?? [],
    )
  }

  feed(namespace: string): Feed | undefined {
    const row = this.#database
      .prepare('SELECT feed FROM feeds WHERE tenant = ? AND namespace = ?')
      .get(this.#tenant, namespace)
    return row && (JSON.parse(String(row.feed)) as Feed)
  }

  keepFeed(namespace: string, feed: Feed): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)')
      .run(this.#tenant, namespace, JSON.stringify(feed))
  }

  /** What of a provider's list is done with: address → the time that it gave. */
  doneWith(namespace: string): Map<string, number> {
    const rows = this.#database
      .prepare('SELECT address, at FROM listed WHERE tenant = ? AND namespace = ?')
      .all(this.#tenant, namespace)
    return new Map(rows.map(({ address, at }) => [String(address), Number(at)]))
  }

  keepDone(namespace: string, { address, at }: Listed): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?)')
      .run(this.#tenant, namespace, address, at)
  }

  /** Somebody pinned it anew: all of it is looked at again. */
  forgetDone(namespace: string): void {
    for (const table of ['listed', 'feeds'])
      this.#database
        .prepare(`DELETE FROM ${table} WHERE tenant = ? AND namespace = ?`)
        .run(this.#tenant, namespace)
  }

  /** The text as it came in: all revisions stay. */
  keepDocument(
    of: { readonly issuer: string; readonly id: string; readonly revision: string },
    text: string,
  ) {
    this.#database
      .prepare('INSERT INTO documents (tenant, issuer, id, revision, document) VALUES (?, ?, ?, ?, ?)')
      .run(this.#tenant, of.issuer, of.id, of.revision, text)
  }

  keepConflict(conflict: Conflict): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO conflicts (tenant, conflict) VALUES (?, ?)')
      .run(this.#tenant, JSON.stringify(conflict))
  }

  cases(): Cases {
    const row = this.#all('SELECT cases FROM cases WHERE tenant = ?')[0]
    if (row === undefined) return EMPTY_CASES
    const read = readCases(String(row.cases))
    if (!read.ok) throw new Error(`the cases are damaged at ${read.error}`)
    return read.value
  }

  keepCases(cases: Cases): void {
    this.#database.prepare('INSERT OR REPLACE INTO cases VALUES (?, ?)').run(this.#tenant, writeCases(cases))
  }

  allowed(): readonly AllowedVersions[] {
    const row = this.#all('SELECT rules FROM allowed WHERE tenant = ?')[0]
    return row === undefined ? [] : (JSON.parse(String(row.rules)) as AllowedVersions[])
  }

  keepAllowed(rules: readonly AllowedVersions[]): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO allowed VALUES (?, ?)')
      .run(this.#tenant, JSON.stringify(rules))
  }

  playbook([issuer, advisory]: readonly [string, string]): string | undefined {
    const row = this.#database
      .prepare('SELECT steps FROM playbooks WHERE tenant = ? AND issuer = ? AND advisory = ?')
      .get(this.#tenant, issuer, advisory)
    return row && String(row.steps)
  }

  keepPlaybook([issuer, advisory]: readonly [string, string], steps: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO playbooks VALUES (?, ?, ?, ?)')
      .run(this.#tenant, issuer, advisory, steps)
  }

  /** As they are kept, by issuer and document. */
  playbooks(): readonly object[] {
    return this.#all('SELECT issuer, advisory, steps FROM playbooks WHERE tenant = ?').map(
      ({ issuer, advisory, steps }) => ({ issuer, advisory, steps: JSON.parse(String(steps)) }),
    )
  }

  warnings(cases: CasesMachine): CompanyWarnings {
    return new CompanyWarnings(this.#database, this.#tenant, cases)
  }

  outside(cases: CasesMachine): CompanyOutside {
    return new CompanyOutside(this.#database, this.#tenant, cases)
  }

  keepIndicators(id: string, file: KeptIndicators): void {
    this.#database
      .prepare('INSERT INTO indicators (tenant, case_id, file) VALUES (?, ?, ?)')
      .run(this.#tenant, id, JSON.stringify(file))
  }

  /** Of a case, or of all. */
  indicatorsOf(id?: string): KeptIndicators[] {
    return this.#ofCase('SELECT file AS text FROM indicators WHERE tenant = ? AND case_id ', id)
  }

  keepSearch(id: string, search: Search): void {
    this.#database
      .prepare('INSERT INTO searches (tenant, case_id, search) VALUES (?, ?, ?)')
      .run(this.#tenant, id, JSON.stringify(search))
  }

  searchesOf(id?: string): Search[] {
    return this.#ofCase('SELECT search AS text FROM searches WHERE tenant = ? AND case_id ', id)
  }

  #ofCase<Kept>(sql: string, id: string | undefined): Kept[] {
    const rows = this.#database
      .prepare(`${sql} ${id === undefined ? 'LIKE' : '='} ? ORDER BY number`)
      .all(this.#tenant, id ?? '%')
    return rows.map(({ text }) => JSON.parse(String(text)) as Kept)
  }

  /** Oldest first, read while it is gone through. */
  *history(): Generator<Change> {
    const rows = this.#database.prepare('SELECT change FROM changes WHERE tenant = ? ORDER BY number')
    for (const { change } of rows.iterate(this.#tenant)) yield JSON.parse(String(change)) as Change
  }

  /** All revisions as they came, the oldest first. */
  documents(): DocumentRow[] {
    return this.#all(
      'SELECT issuer, id, revision, document FROM documents WHERE tenant = ? ORDER BY number',
    ) as unknown as DocumentRow[]
  }

  #all(sql: string): Record<string, unknown>[] {
    return this.#database.prepare(sql).all(this.#tenant)
  }

  #get(sql: string): unknown {
    const row = this.#database.prepare(sql).get(this.#tenant)
    assert(row, 'a count has a row')
    return row
  }
}

type Parsed = AdvisoryBook['documents'] extends ReadonlyMap<string, infer Advisory> ? Advisory : never

function parsed({ issuer, id, document }: DocumentRow): Parsed {
  const read = readAdvisory(document)
  if (!read.ok) throw new Error(`the advisory ${id} of ${issuer} is damaged`)
  return read.value
}
