// What accounts needs from outside. Writes are lists of changes, applied as a whole or not at all.
import type { DeviceId, Log, PersonId, SessionId, SiteId, TenantId, WallTime } from '@rufwerk/core'
import type { AuditEntry, Device, Link, Person, PhoneSetup, Session, Site, Tenant } from './nouns.ts'

/** Hex SHA-256 of a token. Tokens themselves are never stored. */
export type TokenHash = string & { readonly stored: 'sha-256' }

/** One row to write. `put…` inserts or replaces by id. */
export type Change =
  | { readonly type: 'putTenant'; readonly tenant: Tenant }
  | { readonly type: 'putSite'; readonly site: Site }
  | { readonly type: 'putPerson'; readonly person: Person }
  /** Takes back an import: with devices, sessions, links and password. */
  | { readonly type: 'removePerson'; readonly tenant: TenantId; readonly person: PersonId }
  /** Of which no person is left. */
  | { readonly type: 'removeSite'; readonly site: SiteId }
  /** `hash` is an argon2id string in PHC form. */
  | {
      readonly type: 'putPassword'
      readonly tenant: TenantId
      readonly person: PersonId
      readonly hash: string
    }
  | { readonly type: 'putDevice'; readonly device: Device }
  | { readonly type: 'removeDevice'; readonly tenant: TenantId; readonly device: DeviceId }
  | { readonly type: 'putSession'; readonly session: Session; readonly token: TokenHash }
  | { readonly type: 'touchSession'; readonly session: SessionId; readonly at: WallTime }
  /** Removes the session and its browser device. */
  | { readonly type: 'removeSession'; readonly session: SessionId }
  | { readonly type: 'putLink'; readonly link: Link; readonly token: TokenHash }
  /** Removes a link that must still be there: otherwise the whole list is a conflict. */
  | { readonly type: 'useLink'; readonly token: TokenHash }
  | { readonly type: 'removeSetupLinks' }
  /** Removes the person's sign-in links but the `keep` that expire last. */
  | {
      readonly type: 'removeOldLinks'
      readonly tenant: TenantId
      readonly person: PersonId
      readonly keep: number
    }
  | { readonly type: 'removeExpiredLinks'; readonly at: WallTime }
  /** Replaces the one of the device; exactly one of the keys is there. `pin` is an argon2id string. */
  | {
      readonly type: 'putPhoneSetup'
      readonly setup: PhoneSetup
      readonly token?: TokenHash
      readonly pin?: string
    }
  /** Makes an open one used and forgets its key; when it is not open, the whole list is a conflict. */
  | {
      readonly type: 'usePhoneSetup'
      readonly device: DeviceId
      readonly at: WallTime
      readonly from: string
      readonly agent: string
      readonly mac?: string
    }
  /** Makes an open one closed and forgets its key. */
  | { readonly type: 'closePhoneSetup'; readonly device: DeviceId }
  | { readonly type: 'closeExpiredPhoneSetups'; readonly at: WallTime }
  | { readonly type: 'audit'; readonly entry: AuditEntry }

/**
 * `committed`: it survives a power cut. `conflict`: a used link, or an id, extension, e-mail, SIP name or
 * browser session that is already taken. `not-stored`: the store cannot write. In both nothing was written.
 */
export type Applied = 'committed' | 'conflict' | 'not-stored'

export interface Roster {
  readonly tenant: Tenant
  readonly sites: readonly Site[]
  readonly people: readonly Person[]
  readonly devices: readonly Device[]
}

/** A setup that waits for its phone, with the stored form of its PIN. */
export interface OpenPhoneSetup {
  readonly setup: PhoneSetup
  readonly pin: string
}

export interface AccountsStore {
  apply(changes: readonly Change[]): Promise<Applied>
  /** Everything the directories are built from. */
  rosters(): Promise<readonly Roster[]>
  passwordOf(tenant: TenantId, person: PersonId): Promise<string | undefined>
  sessionByToken(token: TokenHash): Promise<Session | undefined>
  sessionsOf(tenant: TenantId, person: PersonId): Promise<readonly Session[]>
  /** Sessions created before `createdBefore` or last seen before `seenBefore`; at most `limit`. */
  oldSessions(createdBefore: WallTime, seenBefore: WallTime, limit: number): Promise<readonly Session[]>
  linkByToken(token: TokenHash): Promise<Link | undefined>
  /** Of the phones that are there, newest first. */
  phoneSetupsOf(tenant: TenantId): Promise<readonly PhoneSetup[]>
  phoneSetupByToken(token: TokenHash): Promise<PhoneSetup | undefined>
  /** The open ones with a PIN, of all tenants: newest first, at most SETUPS_PER_MAC_MAX. */
  phoneSetupsByMac(mac: string): Promise<readonly OpenPhoneSetup[]>
  /** Newest first, at most `limit`. */
  auditOf(tenant: TenantId, limit: number): Promise<readonly AuditEntry[]>
}

export interface AccountsPorts {
  readonly store: AccountsStore
  readonly passwords: PasswordHasher
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  readonly log: Log
}

/** Slow on purpose, off the main thread, a bounded number at once; undefined means too many are waiting. */
export interface PasswordHasher {
  hash(password: string): Promise<string | undefined>
  /** Does the same work when there is no stored hash; then the answer is false. */
  verify(password: string, stored: string | undefined): Promise<boolean | undefined>
}
