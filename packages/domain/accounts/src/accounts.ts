// The door of this package: what can be done with accounts. Every refusal is a value; `not-stored` means that
// nothing was changed.
import type { DeviceId, Emitter, PersonId, Result, SessionId, TenantId, WallTime } from '@rufwerk/core'
import type { Directory } from './directory.ts'
import type { AccountsError } from './errors.ts'
import type {
  AuditAct,
  AuditEntry,
  BrowserDevice,
  Country,
  DigestAlgorithm,
  Language,
  Person,
  Phone,
  PhoneMaker,
  PhoneSetup,
  Role,
  Session,
  SrtpMode,
} from './nouns.ts'
import type { RosterPreview, RosterProblem, WantedRoster } from './roster.ts'

type Outcome<T> = Promise<Result<T, AccountsError>>

/** Who does something: the signed-in person. A `Session` is one. */
export interface Actor {
  readonly tenant: TenantId
  readonly person: PersonId
}

/** Who works at the machine itself, with the right to the data folder: no person has this id. */
export const LOCAL_ADMIN = 'local-admin' as PersonId

/** What a company has decided beforehand, with nobody at the machine: no person has this id. */
export const BY_POLICY = 'by-policy' as PersonId

/** A token is shown once, in a link or a cookie; only its hash is kept. */
export interface IssuedToken {
  readonly token: string
  readonly expiresAt: WallTime
}

export interface SetupRequest {
  readonly token: string
  readonly company: string
  readonly country: Country
  readonly language: Language
  readonly admin: {
    readonly name: string
    readonly email: string
    readonly password: string
    readonly extension: string
  }
  /** 0 to COLLEAGUES_MAX. */
  readonly colleagues: readonly { readonly name: string; readonly extension: string }[]
}

export interface SignedIn {
  /** For the cookie. */
  readonly token: string
  readonly session: Session
  readonly person: Person
}

export interface SetUp extends SignedIn {
  readonly colleagueLinks: readonly (IssuedToken & { readonly person: Person })[]
}

export interface NewPerson {
  readonly name: string
  readonly extension: string
  readonly email?: string
  readonly role?: Role
  readonly kind?: 'person' | 'voice'
  readonly language?: Language
}

export interface WantedPhoneSetup {
  readonly person: PersonId
  /** Of a new phone; ignored where `device` says which. */
  readonly name: string
  /** A phone that is there: it gets a new password when it fetches, and keeps the old one until then. */
  readonly device?: DeviceId
  readonly maker: PhoneMaker
  readonly way: 'link' | 'pin'
  /** Twelve digits in lower case. Needed for a PIN; with it a link is for this phone alone. */
  readonly mac?: string
  readonly srtp: SrtpMode
}

export interface NewPhoneSetup {
  readonly device: Phone
  readonly setup: PhoneSetup
  /** The token of the link or the PIN; only its hash is kept. */
  readonly key: string
}

/** A phone that asks for its settings. */
export interface FetchAttempt {
  readonly key: { readonly token: string } | { readonly pin: string }
  readonly maker: PhoneMaker
  /** As in the name of the file it asks for. */
  readonly mac?: string
  /** The IP address it comes from. */
  readonly address: string
  /** What it says it is. */
  readonly agent: string
}

export interface FetchedPhone {
  readonly device: Phone
  /** Made just now, and known to nobody else. */
  readonly password: string
  readonly person: Person
  readonly directory: Directory
}

/** Facts for those who must act on them: close a socket, push a list, forget a registration. */
export type AccountsEvents = {
  directoryChanged: Directory
  /** Signed out, expired or replaced: its sockets must be closed. */
  sessionEnded: { readonly session: SessionId; readonly device?: DeviceId }
  deviceRemoved: { readonly tenant: TenantId; readonly device: DeviceId; readonly sipName: string }
}

export interface Accounts {
  readonly events: Emitter<AccountsEvents>
  /** The current snapshot of a tenant. */
  directoryOf(tenant: TenantId): Directory | undefined
  directories(): readonly Directory[]
  /** Looks through all tenants. */
  directoryOfDevice(device: DeviceId): Directory | undefined

  setupState(): 'open' | 'done'
  /** Makes a set-up link (SETUP_LINK_LIFE, once) and voids earlier ones. Refused once set up. */
  prepareSetup(): Outcome<IssuedToken>
  /**
   * Creates the tenant, its site, the admin (signed in afterwards) and colleagues with their sign-in links.
   */
  setUp(request: SetupRequest): Outcome<SetUp>

  /** `login` is an e-mail address or an extension; `address` is the IP address it came from. */
  signIn(attempt: {
    readonly login: string
    readonly password: string
    readonly address: string
  }): Outcome<SignedIn>
  signInByLink(attempt: { readonly token: string; readonly address: string }): Outcome<SignedIn>
  /** The live session of a cookie's token, or undefined. Called per request. */
  sessionOf(token: string): Promise<Session | undefined>
  signOut(session: Session): Outcome<void>
  /** False while somebody came by link and set none. */
  hasPassword(actor: Actor): Promise<boolean>
  /** Ends all other sessions of the person. `current` may be absent while no password was set. */
  changePassword(
    session: Session,
    passwords: { readonly current?: string; readonly next: string },
  ): Outcome<void>

  people(tenant: TenantId): readonly Person[]
  /** Admins only. */
  addPerson(actor: Actor, person: NewPerson): Outcome<Person>
  /** What sites and people of a file would change; applies nothing. Admins only. */
  previewRoster(actor: Actor, wanted: WantedRoster): Result<RosterPreview, readonly RosterProblem[]>
  /** All of it or nothing. `conflict` when the directory is another one than the preview was made for. */
  applyRoster(actor: Actor, preview: RosterPreview): Outcome<void>
  /** Takes back what was just applied. */
  undoRoster(actor: Actor, preview: RosterPreview): Outcome<void>
  /** A sign-in link (SIGN_IN_LINK_LIFE, once). For oneself, or by an admin for anyone. */
  createSignInLink(actor: Actor, person: PersonId): Outcome<IssuedToken>

  /** For oneself, or by an admin for anyone. The password is not stored and cannot be shown again. */
  createPhone(
    actor: Actor,
    phone: {
      readonly person: PersonId
      readonly name: string
      readonly algorithm?: DigestAlgorithm
      readonly srtp?: SrtpMode
    },
  ): Outcome<{ readonly device: Phone; readonly password: string }>
  /** Of one's own phone, or any by an admin. Holds from its next call on. */
  changePhone(
    actor: Actor,
    phone: DeviceId,
    change: { readonly name?: string; readonly srtp?: SrtpMode },
  ): Outcome<Phone>
  /** A phone that will fetch its settings. For oneself, or by an admin for anyone; the one before is void. */
  createPhoneSetup(actor: Actor, wanted: WantedPhoneSetup): Outcome<NewPhoneSetup>
  /** Of one's own phones, or of all by an admin; newest first. */
  phoneSetups(actor: Actor): Outcome<readonly PhoneSetup[]>
  /** Its link or PIN is void from now on; the phone itself stays as it is. */
  closePhoneSetup(actor: Actor, device: DeviceId): Outcome<void>
  /** Gives a phone its password, once. */
  fetchPhone(attempt: FetchAttempt): Outcome<FetchedPhone>
  /** The device of this browser session; created at the first call. */
  browserDevice(session: Session): Outcome<BrowserDevice>
  /**
   * Makes what these devices prove themselves with good for nothing: phones need a new setup, browsers are
   * signed out. Ids of nobody are left out. Admins only.
   */
  voidSecrets(actor: Actor, devices: readonly DeviceId[]): Outcome<void>
  /** One's own, or any by an admin. */
  removeDevice(actor: Actor, device: DeviceId): Outcome<void>

  /** Writes down what an admin does elsewhere; `detail` is for people to read, without secrets. */
  note(actor: Actor, act: AuditAct, subject: string, detail?: Readonly<Record<string, string>>): Outcome<void>
  /** Newest first. Admins only. */
  audit(actor: Actor, limit: number): Outcome<readonly AuditEntry[]>
  /** Removes expired sessions (with their browser devices) and links; call it at start and hourly. */
  sweep(): Promise<void>
  /** Entries in bounded maps, for the leak check. */
  size(): number
}
