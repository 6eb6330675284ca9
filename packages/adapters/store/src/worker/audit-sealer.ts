// Puts entries of the log of administration into their chain, in the transaction that stores them: they are
// numbered and hashed in the order in which they were written, whoever wrote them.
import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { follow, genesis, SALT_BYTES } from '@rufwerk/audit'

const UNSEALED =
  'SELECT id, tenant, at, actor, act, subject, detail FROM audit WHERE hash IS NULL ORDER BY id'
const LAST = 'SELECT seq, hash FROM audit WHERE tenant = ? AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1'
const SEAL = 'UPDATE audit SET seq = ?, salt = ?, commitment = ?, hash = ? WHERE id = ?'

interface Unsealed {
  readonly id: number
  readonly tenant: string
  readonly at: number
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly detail: string
}

/** Does this statement write an entry? */
export function isAuditInsert(sql: string): boolean {
  return /^insert into "?audit"? /i.test(sql)
}

/** Seals every entry that is not; call it within the transaction that wrote them. */
export function sealAudit(database: DatabaseSync): void {
  const ends = new Map<string, { readonly seq: number; readonly hash: string }>()
  const last = database.prepare(LAST)
  const seal = database.prepare(SEAL)
  for (const row of database.prepare(UNSEALED).all()) {
    const { id, tenant, at, actor, act, subject, detail } = row as unknown as Unsealed
    const end = ends.get(tenant) ?? (last.get(tenant) as undefined | { seq: number; hash: string })
    const told = { actor, subject, detail: JSON.parse(detail) as Readonly<Record<string, string>> }
    const salt = randomBytes(SALT_BYTES).toString('hex')
    const entry = follow(end ?? { seq: 0, hash: genesis(tenant) }, { at, act, told, salt })
    seal.run(entry.seq, salt, entry.commitment, entry.hash, id)
    ends.set(tenant, entry)
  }
}
