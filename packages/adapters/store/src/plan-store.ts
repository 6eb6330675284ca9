// PlanStore over SQLite: a row per version of a tenant's dial plan. The plan is JSON that the store does not
// look into.
import type { PersonId, TenantId, WallTime } from '@rufwerk/core'
import type { PlanStore, VersionEntry } from '@rufwerk/routing/versions'
import type { Selectable } from 'kysely'
import { type Database, statement } from './dialect.ts'
import type { GroupWriter } from './group-writer.ts'
import type { Tables } from './schema.ts'

const ENTRY = ['tenant', 'version', 'at', 'author', 'note', 'restores', 'codes_known'] as const

export function createPlanStore(database: Database, writer: GroupWriter): PlanStore {
  return {
    async add({ tenant, version, at, by, note, restores, codesKnown, plan }, forget) {
      const row = {
        ...{ tenant, version, at, author: by, plan },
        ...{ note: note ?? null, restores: restores ?? null, codes_known: codesKnown ?? null },
      }
      const old = database
        .deleteFrom('dial_plans')
        .where('tenant', '=', tenant)
        .where('version', '<=', forget)
      const outcome = await writer.transaction([
        statement(database.insertInto('dial_plans').values(row)),
        statement(old),
      ])
      if (outcome === 'written') return 'committed'
      return outcome === 'conflict' ? 'conflict' : 'not-stored'
    },
    async list(tenant) {
      const query = database.selectFrom('dial_plans').select(ENTRY).where('tenant', '=', tenant)
      return (await query.orderBy('version', 'desc').execute()).map(readEntry)
    },
    async read(tenant, version) {
      const query = database.selectFrom('dial_plans').selectAll().where('tenant', '=', tenant)
      const row = await query.where('version', '=', version).executeTakeFirst()
      return row && { ...readEntry(row), plan: row.plan }
    },
  }
}

function readEntry(row: Omit<Selectable<Tables['dial_plans']>, 'plan'>): VersionEntry {
  return {
    tenant: row.tenant as TenantId,
    version: row.version,
    at: row.at as WallTime,
    by: row.author as PersonId,
    ...(row.note !== null && { note: row.note }),
    ...(row.restores !== null && { restores: row.restores }),
    ...(row.codes_known !== null && { codesKnown: row.codes_known }),
  }
}
