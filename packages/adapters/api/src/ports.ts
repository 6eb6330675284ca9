// What the HTTP side needs from outside. The store's history and the composition of legs and calls fit these
// by their shape; this package imports neither.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Accounts, Actor } from '@rufwerk/accounts'
import type { CallEvent, CallView, Cdr, LegQuality } from '@rufwerk/calls'
import type {
  Hold,
  PersonalDataSource,
  RecordFilter,
  RetentionRules,
  Separator,
} from '@rufwerk/calls/records'
import type { Asker, RoomAct, RoomId, RoomSettings } from '@rufwerk/conferences'
import type { PhoneServer } from '@rufwerk/contract'
import type { AuditHead, AuditPage } from '@rufwerk/contract/audit'
import type { Backup, BackupSettings, Backups } from '@rufwerk/contract/backups'
import type { Configuration, ConfigurationChecked, ConfigurationState } from '@rufwerk/contract/configuration'
import type { MailSettings, MailState } from '@rufwerk/contract/mail'
import type { Alarm, CallTrace, Draining, TracedMessage } from '@rufwerk/contract/operations'
import type { AgentAct, AgentLive, QueueEvents, QueueFigures, QueueLive } from '@rufwerk/contract/queues'
import type { PhoneRelay } from '@rufwerk/contract/relay'
import type { RoomLive } from '@rufwerk/contract/rooms'
import type {
  CallId,
  DeviceId,
  Instant,
  Log,
  Ms,
  PersonId,
  RecordingId,
  Result,
  TenantId,
  WallTime,
} from '@rufwerk/core'
import type { VoicemailBook } from '@rufwerk/messaging'
import type { PhoneCodes } from '@rufwerk/provisioning'
import type { QueueConfig, QueueId } from '@rufwerk/queues'
import type { CallRecording, RecordingRules, RecordingStore } from '@rufwerk/recordings'
import type { Live, PersonState } from '@rufwerk/routing'
import type { OwnSettings, SettingProblem } from '@rufwerk/routing/own'
import type { PlanBook } from '@rufwerk/routing/versions'
import type { AttacksPort } from './attacks-port.ts'
import type { CasesPort } from './cases-port.ts'
import type { FleetPort } from './fleet-port.ts'
import type { QuarantinePort } from './quarantine-port.ts'
import type { SearchPort } from './routes/defence/search-port.ts'
import type { FleetWorkPort } from './routes/defence/work-port.ts'
import type { EgressPort } from './routes/egress.ts'
import type { TrunkDesk } from './routes/services/trunk-desk.ts'
import type { WebApp } from './web/web-app.ts'

export interface CallHistory {
  /**
   * Calls that a person made, was meant by, or answered, newest first; undefined when the cursor is not
   * ours.
   */
  callsOf(
    tenant: TenantId,
    person: PersonId,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<{ readonly calls: readonly Cdr[]; readonly next?: string } | undefined>
  /** One call with its events, oldest first. */
  call(
    tenant: TenantId,
    call: CallId,
  ): Promise<{ readonly cdr: Cdr; readonly events: readonly CallEvent[] } | undefined>
}

export type PresenceState = 'available' | 'ringing' | 'talking' | 'offline'

/** What happened, as it happens. */
export type LiveFact =
  | {
      readonly type: 'presence'
      readonly tenant: TenantId
      readonly person: PersonId
      readonly presence: PresenceState
    }
  /** A device of this person was registered, or is not any more. */
  | { readonly type: 'devices'; readonly tenant: TenantId; readonly person: PersonId }
  /** Every change of a call; the one with `ended` is the last. */
  | { readonly type: 'call'; readonly view: CallView }
  | {
      readonly type: 'quality'
      readonly call: CallId
      readonly role: 'caller' | 'callee'
      readonly quality: LegQuality
    }
  /** Something happened in a queue, which concerns `people` and admins. */
  | {
      readonly type: 'queue'
      readonly tenant: TenantId
      readonly people: readonly PersonId[]
      readonly queue: QueueLive
    }
  /** An agent does something else, which concerns the agent and admins. */
  | { readonly type: 'agent'; readonly tenant: TenantId; readonly agent: AgentLive }
  /** Something happened in a conference room, which concerns `people` and admins. */
  | {
      readonly type: 'room'
      readonly tenant: TenantId
      readonly people: readonly PersonId[]
      readonly room: RoomLive
    }
  /** A call detail record was stored; `people` had part in it. */
  | { readonly type: 'recorded'; readonly tenant: TenantId; readonly people: readonly PersonId[] }

export interface LivePort {
  presenceOf(person: PersonId): PresenceState
  /** The calls that last, of all tenants. */
  calls(): readonly CallView[]
  isRegistered(device: DeviceId): boolean
  /** Calls back until disposed. What was true before is read by the other members. */
  subscribe(listener: (fact: LiveFact) => void): Disposable
}

/** Who opens the WebSocket of a phone. */
export interface PhoneClaim {
  readonly device: DeviceId
  readonly isSecure: boolean
  /** Of the browser behind a proxy; the other end of the socket unless given. */
  readonly address?: string
}

/** The SIP side of a browser's phone. */
export interface PhonePort {
  /** Takes over an upgrade that showed a good ticket; answers subprotocol `sip`. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, claim: PhoneClaim): void
  /** Closes the WebSockets of a device, whose session has ended or which was removed. */
  close(device: DeviceId): void
}

/** The certificate in use and where it comes from. */
export interface CertificatePort {
  state():
    | {
        readonly source: 'local' | 'files' | 'acme'
        readonly notBefore: WallTime
        readonly notAfter: WallTime
        /** As in the certificate: `DNS:pbx.example, IP Address:192.0.2.1`. */
        readonly names: string
        readonly issuer: string
        readonly fingerprint: string
      }
    | undefined
  /** The local authority, while it is in use. */
  authority():
    | {
        readonly pem: string
        readonly der: Uint8Array
        readonly fingerprint: string
        readonly notAfter: WallTime
      }
    | undefined
  /** What an ACME authority expects at this path; undefined for 404. */
  answerChallenge(path: string): string | undefined
}

/** Why no new call should be sent here. */
export type NotReady = 'draining' | 'starting' | 'store-failing' | 'store-overloaded' | 'media-missing'

/** What those who run the system see and do. */
export interface OperationsPort {
  /** Empty: ready for calls. */
  notReady(): readonly NotReady[]
  /** In the text format of Prometheus. */
  metrics(): string
  /** Beyond loopback, which always may. */
  mayReadMetrics(address: string): boolean
  alarms(): readonly Alarm[]
  /** Undefined: nothing is kept of this call. */
  trace(call: CallId):
    | (Pick<CallTrace, 'dropped'> & {
        readonly messages: readonly Omit<TracedMessage, 'startLine'>[]
      })
    | undefined
  switchTrace(isOn: boolean): void
  /** Begins to end; `seconds` for the calls that go on, as configured when absent. */
  drain(seconds?: number): Draining
}

/** The records of all calls of a company, and what is kept of people by their number. */
export interface RecordsPort {
  /** Newest first; undefined when the cursor was not made for this company and filter. */
  page(
    tenant: TenantId,
    filter: RecordFilter,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<{ readonly calls: readonly Cdr[]; readonly next?: string } | undefined>
  /** CSV in pieces, read on when it is asked to. */
  table(tenant: TenantId, filter: RecordFilter, separator: Separator): AsyncIterable<string>
  retention(tenant: TenantId): Promise<RetentionRules>
  /** False when it could not be stored. */
  setRetention(tenant: TenantId, rules: RetentionRules): Promise<boolean>
  readonly holds: {
    add(hold: Hold): Promise<boolean>
    remove(tenant: TenantId, id: string): Promise<'removed' | 'unknown' | 'not-stored'>
    list(tenant: TenantId): Promise<readonly Hold[]>
  }
  readonly personal: readonly PersonalDataSource[]
  wallTime(): WallTime
}

/** Encrypted copies of everything. */
export interface BackupsPort {
  state(): Promise<Backups>
  /** False when it could not be stored. */
  change(settings: BackupSettings): Promise<boolean>
  setKey(secret: string): Promise<boolean>
  /** `no-key`, or a sentence. */
  run(): Promise<Result<Backup, string>>
}

/** The log of administration of a company: who did what, as a chain that can be verified. */
export interface AuditPort {
  /** Newest first, with numbers below `before`. */
  page(tenant: TenantId, page: { readonly before?: number; readonly limit: number }): Promise<AuditPage>
  /** Signed now. Undefined when it could not be stored. */
  head(tenant: TenantId): Promise<AuditHead | undefined>
  /** All of it for `rufwerk audit verify`, in lines. Undefined as with `head`. */
  file(tenant: TenantId): Promise<AsyncIterable<string> | undefined>
}

/** The configuration of a company as one file. */
export interface ConfigurationPort {
  export(tenant: TenantId): Promise<ConfigurationState>
  check(actor: Actor, file: Configuration): Promise<ConfigurationChecked>
  /** Nothing was changed when there are problems, or when it fails. */
  import(
    actor: Actor,
    file: Configuration,
    expected: string,
  ): Promise<Result<ConfigurationChecked, 'conflict' | 'not-stored'>>
}

/** The dial plans, and what is live now. */
export interface DialPlanPort {
  readonly book: PlanBook
  live(): Live
  wallTime(): WallTime
}

/** Why something about a queue was not done. */
export type QueueRefusal =
  | { readonly code: 'wrong'; readonly place: string; readonly sentence: string }
  | { readonly code: 'taken' | 'not-there' | 'too-many' | 'not-stored' }

/** The queues of a company. */
export interface QueueDesk {
  settings(): readonly QueueConfig[]
  /** What is absent in `given` has its default. */
  save(given: object, isNew: boolean): Promise<Result<QueueConfig, QueueRefusal>>
  remove(queue: QueueId): Promise<Result<undefined, QueueRefusal>>
  live(queue: QueueId): QueueLive | undefined
  figures(queue: QueueId): Promise<QueueFigures | undefined>
  /** Newest first. */
  events(queue: QueueId, before: number | undefined): Promise<QueueEvents>
  agents(): readonly AgentLive[]
  /** Undefined: in no queue. */
  agent(person: PersonId): AgentLive | undefined
  /** A sentence when it was not possible. */
  act(agent: PersonId, act: Omit<AgentAct, 'agent'>): Result<undefined, string>
}

/** Recorded calls. */
export interface RecordingsPort {
  readonly store: Pick<RecordingStore, 'read' | 'list' | 'log' | 'accesses' | 'setHold'>
  rulesOf(tenant: TenantId): RecordingRules
  /** False: not stored, and nothing is changed. */
  changeRules(tenant: TenantId, rules: RecordingRules): Promise<boolean>
  /** WAV. */
  open(
    recording: RecordingId,
    wish: {
      readonly form: 'mixed' | 'stereo' | 'received' | 'sent'
      readonly pauses: 'beep' | 'silence'
    },
  ): Promise<Result<{ readonly sound: AsyncIterable<Uint8Array> }, string>>
  /** Logged, then gone. */
  erase(recording: CallRecording, who: { readonly by: PersonId; readonly reason?: string }): Promise<boolean>
  /** Whether somebody talks in a call that goes on. */
  isIn(call: CallId, person: PersonId): boolean
  /** Whether `begin` would ask the others. */
  mayBegin(call: CallId, by: PersonId): boolean
  /** False: it cannot be done now. */
  begin(call: CallId, by: PersonId): boolean
  /** False: it is not recorded, or no media process does it now; then it is as it was. */
  pause(call: CallId, isPaused: boolean): Promise<boolean>
  stop(call: CallId): boolean
  wallTime(): WallTime
}

/** How mail leaves the house. */
export interface MailPort {
  state(tenant: TenantId): MailState
  change(
    tenant: TenantId,
    settings: MailSettings,
    by: PersonId,
  ): Promise<Result<void, { readonly field: string; readonly message: string } | 'not-stored'>>
  /** False: not stored. */
  remove(tenant: TenantId, by: PersonId): Promise<boolean>
  /** Sends a mail at once. */
  test(
    tenant: TenantId,
    to: string,
    language: 'de' | 'en',
  ): Promise<Result<void, { readonly code: string; readonly sentence: string }>>
}

/** Where phones fetch their settings, and what only the composition knows of these. */
export interface ProvisioningPort {
  /** Address with a slash at its end: `https://pbx.example:8443/provision/`. */
  readonly folder: string
  /** Where such phones register. */
  readonly server: { readonly host: string; readonly port: number; readonly transport: 'tls' | 'tcp' }
  codesOf(tenant: TenantId): PhoneCodes
  wallTime(): WallTime
}

/** Boxes, and the sound of their messages. */
export interface VoicemailPort {
  readonly book: VoicemailBook
  /** A whole WAV file in pieces, read on as it is taken. */
  sound(recording: RecordingId): Promise<AsyncIterable<Uint8Array> | 'busy' | 'unreadable'>
}

/** What callers hear besides people. */
export interface PromptState {
  /** Language and name: `de-welcome`, `music-hold`. */
  readonly file: string
  readonly language: 'de' | 'en' | 'music'
  readonly name: string
  /** What the built-in one says, and when. */
  readonly text?: string
  readonly use?: string
  readonly isBuiltIn: boolean
  readonly isFixed: boolean
  readonly own?: { readonly seconds: number; readonly changedAt: WallTime }
}

export type PromptRefusal =
  | { readonly why: 'no-name' | 'fixed' | 'full' | 'busy' | 'not-stored' }
  /** The sentence says what the file is instead. */
  | { readonly why: 'no-sound'; readonly sentence: string }

export interface PromptDoor {
  list(tenant: TenantId): readonly PromptState[]
  /** Takes `bytes` over. */
  replace(
    tenant: TenantId,
    by: PersonId,
    file: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Result<PromptState, PromptRefusal>>
  /** The place in the settings of the company that names it, so that nothing would be heard without it. */
  usedAt(tenant: TenantId, file: string): string | undefined
  /** False when there is no own one. */
  reset(tenant: TenantId, by: PersonId, file: string): Promise<boolean>
  /** A wave file; undefined when there is none. */
  sound(tenant: TenantId, file: string): Promise<Uint8Array | undefined>
}

/** Why something about a conference room was not done. */
export type RoomRefusal =
  | { readonly code: 'wrong'; readonly field: string; readonly problem: string }
  | { readonly code: 'taken' | 'not-there' | 'too-many' | 'not-stored' | 'not-allowed' }

/** The conference rooms of a company. */
export interface RoomDesk {
  settings(): readonly RoomSettings[]
  /** What is absent in `given` has its default. */
  save(
    given: Partial<RoomSettings> & Pick<RoomSettings, 'room' | 'name'>,
    isNew: boolean,
  ): Promise<Result<RoomSettings, RoomRefusal>>
  remove(room: RoomId): Promise<Result<undefined, RoomRefusal>>
  mayModerate(room: RoomId, by: Asker): boolean
  live(room: RoomId): RoomLive | undefined
  act(room: RoomId, by: Asker, act: RoomAct): Result<undefined, RoomRefusal>
}

/** What people set for themselves; a change is in force for the next call. */
export interface OwnSettingsPort {
  of(person: PersonId): OwnSettings
  setState(person: PersonId, state: PersonState): Promise<Result<OwnSettings, SettingProblem>>
  /** `dialled`: as the person would dial it. */
  forwardTo(person: PersonId, dialled: string): Promise<Result<OwnSettings, SettingProblem>>
  forwardOff(person: PersonId): Promise<Result<OwnSettings, SettingProblem>>
}

/** The relay for sound of browsers without UDP. */
export interface RelayPort {
  credentialsFor(person: PersonId): PhoneRelay
}

export interface ApiClock {
  now(): Instant
  /** Calls back once after `delay` unless disposed. */
  arm(delay: Ms, callback: () => void): Disposable
}

export interface ApiSettings {
  readonly version: string
  /** Said before there is a tenant; afterwards the tenant knows. */
  readonly isDemo: boolean
  /** Host part of the browsers' addresses of record. */
  readonly sipDomain: string
  /** Where a desk phone registers. */
  readonly phoneServer: Readonly<PhoneServer>
  /** Scheme, host and port for links that are made on the command line; no slash at the end. */
  readonly origin?: string
  /** Names by which the server may be reached, lower case, without port; absent: any. */
  readonly hostNames?: readonly string[]
}

export interface ApiPorts {
  readonly accounts: Accounts
  readonly history: CallHistory
  readonly live: LivePort
  /** Absent: there is no telephony here, and nothing about it. */
  readonly phones?: PhonePort
  /** Absent in tests of other things. */
  readonly dialPlans?: DialPlanPort
  /** Absent in tests of other things; undefined while a company has no telephony. */
  readonly queues?: (tenant: TenantId) => QueueDesk | undefined
  /** Absent in tests of other things. */
  readonly records?: RecordsPort
  readonly recordings?: RecordingsPort
  readonly voicemail?: VoicemailPort
  /** Absent in tests of other things. */
  readonly prompts?: PromptDoor
  /** Absent in tests of other things. */
  readonly configuration?: ConfigurationPort
  /** As with queues. */
  readonly rooms?: (tenant: TenantId) => RoomDesk | undefined
  /** As with queues. */
  readonly trunks?: (tenant: TenantId) => TrunkDesk | undefined
  readonly mail?: MailPort
  /** Absent in tests of other things. */
  readonly quarantine?: QuarantinePort
  readonly attacks?: AttacksPort
  /** Absent where nobody keeps an inventory. */
  readonly fleet?: FleetPort
  readonly fleetWork?: FleetWorkPort
  readonly search?: SearchPort
  readonly cases?: CasesPort
  /** Absent in tests of other things. */
  readonly egress?: EgressPort
  /** Absent without HTTPS: then no phone fetches anything. */
  readonly provisioning?: ProvisioningPort
  /** Absent in tests of other things. */
  readonly ownSettings?: OwnSettingsPort
  /** Absent in tests of other things. */
  readonly backups?: BackupsPort
  /** Absent in tests of other things. */
  readonly audit?: AuditPort
  /** Absent: there is none. */
  readonly relay?: RelayPort
  /** Absent while the web app is not built: then its pages say so. */
  readonly web?: WebApp
  /** Absent where nothing listens with TLS. */
  readonly certificates?: CertificatePort
  /** Absent in tests of other things. */
  readonly operations?: OperationsPort
  readonly clock: ApiClock
  readonly randomBytes: (size: number) => Uint8Array
  readonly isOverloaded: () => boolean
  /** Told for each answer, with its HTTP status. */
  readonly onAnswered?: (status: number) => void
  /** Told for each sign-in with a wrong login or password. */
  readonly onWrongPassword?: () => void
  readonly log: Log
  readonly settings: ApiSettings
}
