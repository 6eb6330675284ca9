// Accounts' nouns as rows, and back.
import type { Change, Device, Link, Person, Session, Site, Tenant } from '@rufwerk/accounts'
import type { DeviceId, PersonId, SessionId, SiteId, TenantId, WallTime } from '@rufwerk/core'
import type { Insertable, Selectable } from 'kysely'
import type { Tables } from './schema.ts'

type Row<Name extends keyof Tables> = Selectable<Tables[Name]>

export function tenantRow({
  id,
  name,
  country,
  language,
  isDemo,
  version,
  createdAt,
}: Tenant): Row<'tenants'> {
  return { id, name, country, language, is_demo: isDemo ? 1 : 0, version, created_at: createdAt }
}

export function readTenant(row: Row<'tenants'>): Tenant {
  return {
    id: row.id as TenantId,
    name: row.name,
    country: row.country as Tenant['country'],
    language: row.language as Tenant['language'],
    isDemo: row.is_demo === 1,
    version: row.version,
    createdAt: row.created_at as WallTime,
  }
}

export function readSite(row: Row<'sites'>): Site {
  return { id: row.id as SiteId, tenant: row.tenant as TenantId, name: row.name }
}

export function personRow({ email, createdAt, ...person }: Person): Row<'people'> {
  return { ...person, email: email ?? null, created_at: createdAt }
}

export function readPerson(row: Row<'people'>): Person {
  return {
    id: row.id as PersonId,
    tenant: row.tenant as TenantId,
    site: row.site as SiteId,
    name: row.name,
    extension: row.extension,
    ...(row.email !== null && { email: row.email }),
    role: row.role as Person['role'],
    kind: row.kind as Person['kind'],
    language: row.language as Person['language'],
    createdAt: row.created_at as WallTime,
  }
}

export function deviceRow(device: Device): Row<'devices'> {
  const { id, tenant, site, person, kind, name, sipName } = device
  const any = { id, tenant, site, person, kind, name, sip_name: sipName, created_at: device.createdAt }
  if (device.kind === 'browser') {
    return { ...any, algorithm: null, ha1_md5: null, ha1_sha256: null, srtp: null, session: device.session }
  }
  const { md5, sha256 } = device.ha1
  const { algorithm, srtp } = device
  return { ...any, algorithm, ha1_md5: md5, ha1_sha256: sha256, srtp, session: null }
}

export function readDevice(row: Row<'devices'>): Device {
  const any = {
    id: row.id as DeviceId,
    tenant: row.tenant as TenantId,
    site: row.site as SiteId,
    person: row.person as PersonId,
    name: row.name,
    sipName: row.sip_name,
    createdAt: row.created_at as WallTime,
  }
  if (row.kind === 'browser') return { kind: 'browser', ...any, session: row.session as SessionId }
  const algorithm = row.algorithm === 'sha-256' ? 'sha-256' : 'md5'
  const srtp = row.srtp === 'on' || row.srtp === 'required' ? row.srtp : 'off'
  const ha1 = { md5: row.ha1_md5 ?? '', sha256: row.ha1_sha256 ?? '' }
  return { kind: 'phone', ...any, algorithm, srtp, ha1 }
}

export function sessionRow({ session, token }: Extract<Change, { type: 'putSession' }>): Row<'sessions'> {
  const { id, tenant, person, createdAt, lastSeenAt } = session
  return { id, tenant, person, token, created_at: createdAt, last_seen_at: lastSeenAt }
}

export function readSession(row: Row<'sessions'>): Session {
  return {
    id: row.id as SessionId,
    tenant: row.tenant as TenantId,
    person: row.person as PersonId,
    createdAt: row.created_at as WallTime,
    lastSeenAt: row.last_seen_at as WallTime,
  }
}

export function linkRow({ link, token }: Extract<Change, { type: 'putLink' }>): Insertable<Tables['links']> {
  const owner = link.kind === 'sign-in' ? link : { tenant: null, person: null }
  return { token, kind: link.kind, tenant: owner.tenant, person: owner.person, expires_at: link.expiresAt }
}

export function readLink(row: Row<'links'>): Link {
  const expiresAt = row.expires_at as WallTime
  if (row.kind === 'setup') return { kind: 'setup', expiresAt }
  return { kind: 'sign-in', expiresAt, tenant: row.tenant as TenantId, person: row.person as PersonId }
}
