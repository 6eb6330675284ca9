// The nouns of accounts: who belongs to a company, with what they telephone, and how they signed in. Secrets
// (password hashes, tokens) are not fields of these, so that handing one of them out cannot leak any.
import type { DeviceId, PersonId, SessionId, SiteId, TenantId, WallTime } from '@rufwerk/core'

export type Language = 'de' | 'en'
export type Country = 'de' | 'us'
export type Role = 'admin' | 'user'

/**
 * A company. Its id is the digest realm of its phones: it never changes, because stored HA1 hashes hold it.
 */
export interface Tenant {
  readonly id: TenantId
  readonly name: string
  readonly country: Country
  readonly language: Language
  readonly isDemo: boolean
  /** Grows by one with every change of the tenant, its sites or its people; survives restarts. */
  readonly version: number
  readonly createdAt: WallTime
}

/** A place of work; decides which trunk an emergency call takes. */
export interface Site {
  readonly id: SiteId
  readonly tenant: TenantId
  readonly name: string
}

export interface Person {
  readonly id: PersonId
  readonly tenant: TenantId
  readonly site: SiteId
  readonly name: string
  readonly extension: string
  /** Lower case; unique within the tenant. */
  readonly email?: string
  readonly role: Role
  /** `voice` answers by itself (the demonstration's Anna). */
  readonly kind: 'person' | 'voice'
  readonly language: Language
  readonly createdAt: WallTime
}

export type DigestAlgorithm = 'md5' | 'sha-256'

/** Whether a phone's sound is encrypted: never, where it can, or nothing else (RFC 4568). */
export type SrtpMode = 'off' | 'on' | 'required'

interface AnyDevice {
  readonly id: DeviceId
  readonly tenant: TenantId
  readonly site: SiteId
  readonly person: PersonId
  readonly name: string
  /** User part of the address of record and digest user name; unique within the tenant. */
  readonly sipName: string
  readonly createdAt: WallTime
}

/** Authenticates by digest. */
export interface Phone extends AnyDevice {
  readonly kind: 'phone'
  readonly algorithm: DigestAlgorithm
  readonly srtp: SrtpMode
  /**
   * H(sipName:realm:password) in hex (RFC 8760 §2.6), realm = tenant id. As good as the password: never
   * shown.
   */
  readonly ha1: { readonly md5: string; readonly sha256: string }
}

/** Authenticates by the signed-in session; lives and dies with it; has no digest credentials at all. */
export interface BrowserDevice extends AnyDevice {
  readonly kind: 'browser'
  readonly session: SessionId
}

export type Device = Phone | BrowserDevice

export interface Session {
  readonly id: SessionId
  readonly tenant: TenantId
  readonly person: PersonId
  readonly createdAt: WallTime
  /** Written at most once per SESSION_TOUCH_INTERVAL. */
  readonly lastSeenAt: WallTime
}

/** A link that works once. `setup` belongs to nobody yet; `sign-in` signs a person in without a password. */
export type Link =
  | { readonly kind: 'setup'; readonly expiresAt: WallTime }
  | {
      readonly kind: 'sign-in'
      readonly expiresAt: WallTime
      readonly tenant: TenantId
      readonly person: PersonId
    }

/** Whose phones, or whose app, can fetch their settings. */
export type PhoneMaker = 'yealink' | 'snom' | 'linphone'

/** How a phone comes to its settings, once: the last setup of a device, open or not. Holds no secret. */
export interface PhoneSetup {
  readonly device: DeviceId
  readonly tenant: TenantId
  readonly maker: PhoneMaker
  /** By a link, or by the hardware address and a PIN. */
  readonly way: 'link' | 'pin'
  /** Twelve digits in lower case: the only phone it is for, or the one that came. */
  readonly mac?: string
  /** Who made it. */
  readonly by: PersonId
  readonly createdAt: WallTime
  readonly expiresAt: WallTime
  readonly state: 'open' | 'used' | 'closed'
  /** Who fetched: when, from which IP address, and what it said it was. */
  readonly used?: { readonly at: WallTime; readonly from: string; readonly agent: string }
}

export type AuditAct =
  | 'set-up'
  | 'person-added'
  | 'link-created'
  | 'phone-created'
  | 'phone-changed'
  | 'phone-setup-created'
  | 'phone-setup-closed'
  | 'phone-set-up'
  | 'mail-changed'
  | 'mail-removed'
  | 'device-removed'
  | 'password-changed'
  | 'signed-in'
  | 'signed-out'
  /** What other parts tell by `note`. */
  | 'records-exported'
  | 'retention-changed'
  | 'hold-added'
  | 'hold-removed'
  | 'personal-found'
  | 'personal-exported'
  | 'personal-erased'
  | 'configuration-imported'
  | 'configuration-exported'
  | 'backup-made'
  | 'backups-changed'
  | 'audit-exported'
  | 'secrets-voided'
  | 'quarantine-stop'
  | 'quarantine-release'
  | 'quarantine-removal'
  | 'quarantine-agreed'
  | 'quarantine-withdrawn'
  /** By a route that has no word of its own; `detail.route` names it. */
  | 'administered'
  | 'accessed'

export interface AuditEntry {
  readonly tenant: TenantId
  readonly at: WallTime
  /** Who acted. */
  readonly actor: PersonId
  readonly act: AuditAct
  /** What it was done to: an id. */
  readonly subject: string
  /** For people to read, without secrets. */
  readonly detail: Readonly<Record<string, string>>
}
