// HoldStore over SQLite: who asked that which records stay. A hold is JSON that the store does not look into.
import type { Hold } from '@rufwerk/calls/records'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter } from '../group-writer.ts'
import type { HoldStore } from '../ports.ts'

export function createHoldStore(database: Database, writer: GroupWriter): HoldStore {
  return {
    async add(hold) {
      const row = { id: hold.id, tenant: hold.tenant, hold: JSON.stringify(hold) }
      return (await writer.transaction([statement(database.insertInto('holds').values(row))])) === 'written'
    },
    async remove(tenant, id) {
      const row = database.deleteFrom('holds').where('tenant', '=', tenant).where('id', '=', id)
      const outcome = await writer.transaction([statement(row, true)])
      if (outcome === 'written') return 'removed'
      return outcome === 'conflict' ? 'unknown' : 'not-stored'
    },
    async list(tenant) {
      const query = database.selectFrom('holds').select('hold').where('tenant', '=', tenant)
      return (await query.orderBy('id').execute()).map(({ hold }) => JSON.parse(hold) as Hold)
    },
  }
}
