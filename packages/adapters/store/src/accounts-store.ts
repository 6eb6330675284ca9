// AccountsStore over SQLite. A list of changes is one unit of the group commit: all or nothing.
import type { AccountsStore, Applied, AuditEntry, Change, Roster, TokenHash } from '@rufwerk/accounts'
import { type PersonId, type TenantId, unreachable, type WallTime } from '@rufwerk/core'
import {
  deviceRow,
  linkRow,
  personRow,
  readDevice,
  readLink,
  readPerson,
  readSession,
  readSite,
  readTenant,
  sessionRow,
  tenantRow,
} from './accounts-rows.ts'
import { type Database, statement } from './dialect.ts'
import type { GroupWriter, Statement } from './group-writer.ts'
import { setupReads, setupStatements } from './phones/setups.ts'

export function createAccountsStore(database: Database, writer: GroupWriter): AccountsStore {
  return {
    async apply(changes): Promise<Applied> {
      const outcome = await writer.transaction(changes.flatMap((change) => statements(database, change)))
      if (outcome === 'written') return 'committed'
      return outcome === 'conflict' ? 'conflict' : 'not-stored'
    },
    async rosters(): Promise<readonly Roster[]> {
      const tenants = await database.selectFrom('tenants').selectAll().execute()
      const sites = (await database.selectFrom('sites').selectAll().execute()).map(readSite)
      const people = (await database.selectFrom('people').selectAll().execute()).map(readPerson)
      const devices = (await database.selectFrom('devices').selectAll().execute()).map(readDevice)
      return tenants.map((row) => {
        const isOwn = (each: { readonly tenant: TenantId }) => each.tenant === row.id
        return {
          tenant: readTenant(row),
          sites: sites.filter(isOwn),
          people: people.filter(isOwn),
          devices: devices.filter(isOwn),
        }
      })
    },
    async passwordOf(tenant: TenantId, person: PersonId) {
      const query = database.selectFrom('passwords').select('hash')
      const row = await query.where('person', '=', person).where('tenant', '=', tenant).executeTakeFirst()
      return row?.hash
    },
    async sessionByToken(token: TokenHash) {
      const query = database.selectFrom('sessions').selectAll().where('token', '=', token)
      const row = await query.executeTakeFirst()
      return row && readSession(row)
    },
    async sessionsOf(tenant: TenantId, person: PersonId) {
      const query = database.selectFrom('sessions').selectAll().where('person', '=', person)
      return (await query.where('tenant', '=', tenant).execute()).map(readSession)
    },
    async oldSessions(createdBefore: WallTime, seenBefore: WallTime, limit: number) {
      const query = database
        .selectFrom('sessions')
        .selectAll()
        .where((is) => is.or([is('created_at', '<', createdBefore), is('last_seen_at', '<', seenBefore)]))
      return (await query.limit(limit).execute()).map(readSession)
    },
    async linkByToken(token: TokenHash) {
      const row = await database.selectFrom('links').selectAll().where('token', '=', token).executeTakeFirst()
      return row && readLink(row)
    },
    ...setupReads(database),
    async auditOf(tenant: TenantId, limit: number): Promise<readonly AuditEntry[]> {
      const query = database.selectFrom('audit').selectAll().where('tenant', '=', tenant)
      const rows = await query.orderBy('id', 'desc').limit(limit).execute()
      return rows.map(({ at, actor, act, subject, detail }) => ({
        tenant,
        at: at as WallTime,
        actor: actor as PersonId,
        act: act as AuditEntry['act'],
        subject,
        detail: JSON.parse(detail) as AuditEntry['detail'],
      }))
    },
  }
}

function statements(database: Database, change: Change): Statement[] {
  switch (change.type) {
    case 'putTenant': {
      const row = tenantRow(change.tenant)
      const insert = database.insertInto('tenants').values(row)
      return [statement(insert.onConflict((clash) => clash.column('id').doUpdateSet(row)))]
    }
    case 'putSite': {
      const { id, tenant, name } = change.site
      const insert = database.insertInto('sites').values({ id, tenant, name })
      return [statement(insert.onConflict((clash) => clash.column('id').doUpdateSet({ name })))]
    }
    case 'putPerson': {
      const row = personRow(change.person)
      const insert = database.insertInto('people').values(row)
      return [statement(insert.onConflict((clash) => clash.column('id').doUpdateSet(row)))]
    }
    case 'removePerson':
      return [statement(database.deleteFrom('people').where('id', '=', change.person))]
    case 'removeSite':
      return [statement(database.deleteFrom('sites').where('id', '=', change.site))]
    case 'putPassword': {
      const { tenant, person, hash } = change
      const insert = database.insertInto('passwords').values({ tenant, person, hash })
      return [statement(insert.onConflict((clash) => clash.column('person').doUpdateSet({ hash })))]
    }
    case 'putDevice': {
      const row = deviceRow(change.device)
      const insert = database.insertInto('devices').values(row)
      return [statement(insert.onConflict((clash) => clash.column('id').doUpdateSet(row)))]
    }
    case 'removeDevice':
      return [
        statement(database.deleteFrom('bindings').where('device', '=', change.device)),
        statement(database.deleteFrom('devices').where('id', '=', change.device)),
      ]
    case 'audit': {
      const { tenant, at, actor, act, subject, detail } = change.entry
      const row = { tenant, at, actor, act, subject, detail: JSON.stringify(detail) }
      return [statement(database.insertInto('audit').values(row))]
    }
    case 'putPhoneSetup':
    case 'usePhoneSetup':
    case 'closePhoneSetup':
    case 'closeExpiredPhoneSetups':
      return setupStatements(database, change)
    default:
      return accessStatements(database, change)
  }
}

type AccessChange = Extract<
  Change,
  { readonly type: `${string}Session` | `${string}Link` | `${string}Links` }
>

function accessStatements(database: Database, change: AccessChange): Statement[] {
  switch (change.type) {
    case 'putSession': {
      const row = sessionRow(change)
      const insert = database.insertInto('sessions').values(row)
      return [statement(insert.onConflict((clash) => clash.column('id').doUpdateSet(row)))]
    }
    case 'touchSession': {
      const update = database.updateTable('sessions').set({ last_seen_at: change.at })
      return [statement(update.where('id', '=', change.session))]
    }
    case 'removeSession': {
      const devices = database.selectFrom('devices').select('id').where('session', '=', change.session)
      return [
        statement(database.deleteFrom('bindings').where('device', 'in', devices)),
        statement(database.deleteFrom('sessions').where('id', '=', change.session)),
      ]
    }
    case 'putLink':
      return [statement(database.insertInto('links').values(linkRow(change)))]
    case 'useLink':
      return [statement(database.deleteFrom('links').where('token', '=', change.token), true)]
    case 'removeSetupLinks':
      return [statement(database.deleteFrom('links').where('kind', '=', 'setup'))]
    case 'removeOldLinks': {
      const { tenant, person, keep } = change
      const ofPerson = { kind: 'sign-in', tenant, person }
      const links = database.selectFrom('links').where((is) => is.and(ofPerson))
      const kept = links.select('token').orderBy('expires_at', 'desc').limit(keep)
      const others = database.deleteFrom('links').where((is) => is.and(ofPerson))
      return [statement(others.where('token', 'not in', kept))]
    }
    case 'removeExpiredLinks':
      return [statement(database.deleteFrom('links').where('expires_at', '<=', change.at))]
    default:
      return unreachable(change)
  }
}
