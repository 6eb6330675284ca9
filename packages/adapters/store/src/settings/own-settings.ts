// OwnSettingsStore over SQLite: a row per person who has set something. The forward is JSON that the store
// does not look into but to read it.
import type { PersonId, TenantId } from '@rufwerk/core'
import type { PersonState, Target } from '@rufwerk/routing'
import type { OwnSettings, OwnSettingsStore } from '@rufwerk/routing/own'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter } from '../group-writer.ts'

const STATES: ReadonlySet<string> = new Set(['available', 'away', 'doNotDisturb'] satisfies PersonState[])

export function createOwnSettingsStore(database: Database, writer: GroupWriter): OwnSettingsStore {
  return {
    async all() {
      const rows = await database.selectFrom('own_settings').selectAll().execute()
      return rows.map(({ tenant, person, state, forward }) => ({
        tenant: tenant as TenantId,
        person: person as PersonId,
        ...readOwn(state, forward),
      }))
    },
    async save(tenant, person, { state, forward }) {
      const row = { state, forward: forward === undefined ? null : JSON.stringify(forward) }
      const insert = database.insertInto('own_settings').values({ tenant, person, ...row })
      const write = insert.onConflict((clash) => clash.column('person').doUpdateSet(row))
      return (await writer.transaction([statement(write)])) === 'written'
    },
  }
}

function readOwn(state: string, forward: string | null): OwnSettings {
  return {
    state: STATES.has(state) ? (state as PersonState) : 'available',
    ...(forward !== null && { forward: JSON.parse(forward) as Target }),
  }
}
