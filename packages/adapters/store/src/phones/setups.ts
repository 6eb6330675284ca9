// The phones that fetch their settings: one row per device, with the hash of a key only while it is open.
import type { AccountsStore, Change } from '@rufwerk/accounts'
import { type PhoneSetup, SETUPS_PER_MAC_MAX } from '@rufwerk/accounts/phones'
import { type DeviceId, type PersonId, type TenantId, unreachable, type WallTime } from '@rufwerk/core'
import type { Selectable } from 'kysely'
import { type Database, statement } from '../dialect.ts'
import type { Statement } from '../group-writer.ts'
import type { Tables } from '../schema.ts'

export type SetupChange = Extract<Change, { readonly type: `${string}PhoneSetup` | `${string}PhoneSetups` }>

type SetupReads = Pick<AccountsStore, 'phoneSetupsOf' | 'phoneSetupByToken' | 'phoneSetupsByMac'>

const CLOSED = { state: 'closed', token: null, pin: null } as const

export function setupReads(database: Database): SetupReads {
  const all = () => database.selectFrom('phone_setups').selectAll().orderBy('created_at', 'desc')
  return {
    async phoneSetupsOf(tenant: TenantId) {
      return (await all().where('tenant', '=', tenant).execute()).map(readSetup)
    },
    async phoneSetupByToken(token) {
      const row = await all().where('token', '=', token).executeTakeFirst()
      return row && readSetup(row)
    },
    async phoneSetupsByMac(mac: string) {
      const open = all().where('mac', '=', mac).where('pin', 'is not', null)
      const rows = await open.limit(SETUPS_PER_MAC_MAX).execute()
      return rows.flatMap((row) => (row.pin === null ? [] : [{ setup: readSetup(row), pin: row.pin }]))
    },
  }
}

export function setupStatements(database: Database, change: SetupChange): Statement[] {
  switch (change.type) {
    case 'putPhoneSetup': {
      const row = setupRow(change)
      const insert = database.insertInto('phone_setups').values(row)
      return [statement(insert.onConflict((clash) => clash.column('device').doUpdateSet(row)))]
    }
    case 'usePhoneSetup': {
      const { device, at, from, agent, mac } = change
      const used = { state: 'used', token: null, pin: null, used_at: at, used_from: from, used_agent: agent }
      const update = database.updateTable('phone_setups').set({ ...used, ...(mac !== undefined && { mac }) })
      return [statement(update.where('device', '=', device).where('state', '=', 'open'), true)]
    }
    case 'closePhoneSetup': {
      const update = database.updateTable('phone_setups').set(CLOSED)
      return [statement(update.where('device', '=', change.device).where('state', '=', 'open'))]
    }
    case 'closeExpiredPhoneSetups': {
      const update = database.updateTable('phone_setups').set(CLOSED).where('state', '=', 'open')
      return [statement(update.where('expires_at', '<=', change.at))]
    }
    default:
      return unreachable(change)
  }
}

function setupRow({
  setup,
  token,
  pin,
}: Extract<SetupChange, { type: 'putPhoneSetup' }>): Selectable<Tables['phone_setups']> {
  const { device, tenant, maker, way, mac, by, createdAt, expiresAt, state, used } = setup
  return {
    ...{ device, tenant, maker, way, mac: mac ?? null, made_by: by, created_at: createdAt },
    ...{ expires_at: expiresAt, state, token: token ?? null, pin: pin ?? null },
    ...{ used_at: used?.at ?? null, used_from: used?.from ?? null, used_agent: used?.agent ?? null },
  }
}

function readSetup(row: Selectable<Tables['phone_setups']>): PhoneSetup {
  return {
    device: row.device as DeviceId,
    tenant: row.tenant as TenantId,
    maker: row.maker as PhoneSetup['maker'],
    way: row.way as PhoneSetup['way'],
    ...(row.mac !== null && { mac: row.mac }),
    by: row.made_by as PersonId,
    createdAt: row.created_at as WallTime,
    expiresAt: row.expires_at as WallTime,
    state: row.state as PhoneSetup['state'],
    ...(row.used_at !== null && {
      used: { at: row.used_at as WallTime, from: row.used_from ?? '', agent: row.used_agent ?? '' },
    }),
  }
}
