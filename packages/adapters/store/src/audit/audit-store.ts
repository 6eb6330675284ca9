// The chain of administration: its entries in the order of their numbers, its signed heads, and what names
// people erased from it. Entries are written with what they tell of (accounts-store.ts) and sealed by the
// worker (worker/audit-sealer.ts).
import type { Entry, SignedHead } from '@rufwerk/audit'
import type { TenantId } from '@rufwerk/core'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter } from '../group-writer.ts'

const DAY_MS = 86_400_000
/** Entries that are read at a time. */
export const AUDIT_PAGE = 500

export interface AuditStore {
  /** The last entry of each company that has one. */
  ends(): Promise<readonly { readonly tenant: TenantId; readonly seq: number; readonly hash: string }[]>
  /** From the number after `after` on, at most AUDIT_PAGE. */
  entries(tenant: TenantId, after: number): Promise<readonly Entry[]>
  /** The last of each day (UTC) on which one was signed, oldest first. */
  heads(tenant: TenantId): Promise<readonly SignedHead[]>
  /** Replaces the one of the same day. False when it could not be stored. */
  putHead(head: SignedHead): Promise<boolean>
  /** Erases what names people from these entries; their hashes stay. False when it could not be stored. */
  erase(tenant: TenantId, seqs: readonly number[]): Promise<boolean>
}

export function createAuditStore(database: Database, writer: Pick<GroupWriter, 'transaction'>): AuditStore {
  return {
    async ends() {
      // With max() SQLite takes the other columns from the row that has it.
      const seq = database.fn.max<number>('seq').as('seq')
      const query = database.selectFrom('audit').select(['tenant', 'hash', seq]).groupBy('tenant')
      const rows = await query.where('seq', 'is not', null).execute()
      return rows.map((row) => ({ tenant: row.tenant as TenantId, seq: row.seq, hash: row.hash ?? '' }))
    },
    async entries(tenant, after) {
      const query = database.selectFrom('audit').selectAll().where('tenant', '=', tenant)
      const rows = await query.where('seq', '>', after).orderBy('seq').limit(AUDIT_PAGE).execute()
      return rows.map(({ seq, at, act, commitment, hash, salt, actor, subject, detail }) => {
        const link = { seq: seq ?? 0, at, act, commitment: commitment ?? '', hash: hash ?? '' }
        if (salt === null) return link
        return { ...link, told: { salt, actor, subject, detail: readDetail(detail) } }
      })
    },
    async heads(tenant) {
      const query = database.selectFrom('audit_heads').select(['seq', 'hash', 'at', 'signature'])
      const rows = await query.where('tenant', '=', tenant).orderBy('day').execute()
      return rows.map((row) => ({ tenant, ...row }))
    },
    async putHead({ tenant, seq, hash, at, signature }) {
      const row = { tenant, day: Math.floor(at / DAY_MS), seq, hash, at, signature }
      const insert = database.insertInto('audit_heads').values(row)
      const put = insert.onConflict((clash) => clash.columns(['tenant', 'day']).doUpdateSet(row))
      return (await writer.transaction([statement(put)])) === 'written'
    },
    async erase(tenant, seqs) {
      const nothing = { actor: '', subject: '', detail: '{}', salt: null }
      const erased = seqs.map((seq) =>
        statement(
          database.updateTable('audit').set(nothing).where('tenant', '=', tenant).where('seq', '=', seq),
          true,
        ),
      )
      return (await writer.transaction(erased)) === 'written'
    },
  }
}

function readDetail(text: string): Readonly<Record<string, string>> {
  return JSON.parse(text) as Readonly<Record<string, string>>
}
