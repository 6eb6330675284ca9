// What phones do not need: pages and API, configuration, records, backups, and how we are doing. A third of
// all that is loaded: it comes once the sockets for phones are open.
import { join } from 'node:path'
import type { Accounts } from '@rufwerk/accounts'
import { type Api, createApi, loadWebApp } from '@rufwerk/api'
import type { CasesPort } from '@rufwerk/api/cases'
import type { EgressPort } from '@rufwerk/api/egress'
import type { FleetPort } from '@rufwerk/api/fleet'
import type { FleetWorkPort } from '@rufwerk/api/fleet-work'
import type { QuarantinePort } from '@rufwerk/api/quarantine'
import type { SearchPort } from '@rufwerk/api/search'
import type { PhoneServer } from '@rufwerk/contract'
import { type Log, ok, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { SipTrace } from '@rufwerk/legs'
import type { TrunkId } from '@rufwerk/legs/trunks'
import type { CertificateStore, SipSockets, TimerWheel } from '@rufwerk/net'
import type { OwnSettingsBook } from '@rufwerk/routing/own'
import type { Language } from '@rufwerk/routing/prompts'
import type { PlanBook } from '@rufwerk/routing/versions'
import type { Seal, Store } from '@rufwerk/store'
import { runBackup } from '@rufwerk/store/backup'
import type { AttackDesk } from '../attacks/attack-desk.ts'
import { ConfigurationBook } from '../configuration/book.ts'
import { allSections } from '../configuration/sections.ts'
import { TrunkFileDesk } from '../configuration/trunk-desk.ts'
import { NOBODY } from '../dial-plans.ts'
import type { Flags } from '../flags.ts'
import type { MailOffice } from '../mail/mail-office.ts'
import type { MediaLink } from '../media-link.ts'
import { emergencyFindings } from '../ops/emergency.ts'
import { Operations } from '../ops/operations.ts'
import type { TollWatch } from '../ops/toll-watch.ts'
import type { Presence } from '../presence.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { CallRecordings } from '../recordings/call-recordings.ts'
import { personalRecordings } from '../recordings/personal.ts'
import type { SoundFiles } from '../recordings/sound-files.ts'
import { AuditLog } from '../records/audit-log.ts'
import { Backups } from '../records/backups.ts'
import { openRecords, type Records } from '../records/records.ts'
import type { VoicemailService } from '../services/open-voicemail.ts'
import { personalVoicemail } from '../services/voicemail-personal.ts'
import type { Telephony } from '../telephony.ts'
import { openRelay } from '../turn/open-relay.ts'
import type { Relay } from '../turn/relay.ts'
import { PRODUCT, VERSION } from '../version.ts'
import { openDoors, WEB_APP } from './doors.ts'
import { originOf } from './link.ts'
import { provisioningPort } from './provisioning.ts'

export interface WebSideParts {
  readonly flags: Flags
  readonly store: Store
  readonly accounts: Accounts
  readonly sockets: SipSockets
  readonly media: MediaLink
  readonly certificates: CertificateStore
  readonly trace: SipTrace
  readonly timers: TimerWheel
  readonly dialPlans: PlanBook
  readonly hasPrompt: (tenant: TenantId, language: Language, name: string) => boolean
  readonly prompts: Prompts
  readonly presence: Presence
  readonly own: OwnSettingsBook
  readonly tolls: TollWatch
  readonly mail: MailOffice
  readonly quarantine: QuarantinePort
  readonly fleet: FleetPort
  readonly fleetWork: FleetWorkPort
  readonly search: SearchPort
  readonly cases: CasesPort
  readonly attacks: AttackDesk
  readonly egress: EgressPort & { refused(): number }
  readonly voicemail: VoicemailService
  readonly callRecordings: CallRecordings
  readonly soundFiles: SoundFiles
  /** What the credentials of the relay are made with; 32 bytes. */
  readonly turnSecret: Uint8Array
  /** For the heads of the log of administration. */
  readonly auditKey: Uint8Array
  /** How trunks are reached; admins export and import it. */
  readonly trunkFile: string
  /** For the passwords in it. */
  readonly trunkSeal: Seal
  /** Where phones register. */
  readonly register: () => PhoneServer
  /** The sockets of SIP are open. */
  readonly isListening: () => boolean
  /** The host part of browsers' addresses. */
  readonly sipDomain: string
  /** Undefined until there is a tenant. */
  readonly telephony: () => Telephony | undefined
  /** Takes no new calls, waits at most so many seconds, and ends the process. */
  readonly stop: (drainSeconds: number) => void
  readonly randomBytes: (size: number) => Uint8Array
  readonly wallTime: () => WallTime
  readonly log: Log
}

export interface WebSide {
  /** From now on `/healthz` sends new calls elsewhere. */
  drainBegun(): void
  close(): Promise<void>
}

/** What the figures tell of web and API. */
interface Counted {
  readonly answers: Map<number, number>
  wrongPasswords: number
  connections: () => number
  entries: () => number
}

/** A message names the flag that changes it. */
export async function openWebSide(parts: WebSideParts): Promise<Result<WebSide, string>> {
  const { turnSecret } = parts
  const relay = openRelay({ ...parts, secret: turnSecret })
  if (!relay.ok) return relay
  const counted: Counted = { answers: new Map(), wrongPasswords: 0, connections: () => 0, entries: () => 0 }
  const backups = await openBackups(parts)
  const operations = openOperations(parts, backups, counted)
  const audit = new AuditLog({ ...parts, key: parts.auditKey })
  const records = recordsOf(parts, audit)
  const api = await openApi(parts, { audit, backups, operations, records, counted, relay: relay.value })
  counted.entries = () => api.size()
  const doors = await openDoors(api, parts)
  if (!doors.ok) return doors
  counted.connections = () => doors.value.size()
  return ok({
    drainBegun: () => operations.drainBegun(),
    close: async () => {
      operations.close()
      backups.close()
      audit.close()
      api.close()
      await doors.value.close()
      relay.value?.close()
      await records.close()
    },
  })
}

function openBackups({ flags, store, timers, wallTime, log }: WebSideParts): Promise<Backups> {
  return new Backups({
    ...{ dataDir: flags.data, folder: flags.backupFolder ?? join(flags.data, 'backups'), program: VERSION },
    ...{ store, timers, wallTime, log, run: runBackup },
  }).open()
}

function openOperations(parts: WebSideParts, backups: Backups, counted: Counted): Operations {
  const { accounts, dialPlans, tolls, mail, telephony } = parts
  return new Operations({
    ...parts,
    web: () => ({ ...counted, connections: counted.connections(), entries: counted.entries() }),
    backupFindings: () => backups.findings(),
    dialPlanTroubles: () => dialPlans.troubles(),
    found: () => [
      ...emergencyFindings(accounts, (id) => dialPlans.config(id)),
      ...(telephony()?.helpCalls.findings() ?? []),
      ...(telephony()?.brokenFlows.findings() ?? []),
      ...tolls.findings(),
      ...parts.attacks.findings(),
      ...mail.findings(),
    ],
  })
}

function recordsOf(parts: WebSideParts, auditLog: AuditLog): Records {
  const { flags, store, accounts, callRecordings, soundFiles, voicemail, timers, wallTime, log } = parts
  return openRecords({
    ...{ dataDir: flags.data, store, timers, log, wallTime },
    sources: [
      personalRecordings(callRecordings, { store: store.recordings, soundFiles }),
      personalVoicemail(voicemail),
      auditLog.personal(),
    ],
    tenants: () => accounts.directories().map((directory) => directory.tenant.id),
  })
}

function configurationOf(parts: WebSideParts): ConfigurationBook {
  const { accounts, callRecordings, flags, log } = parts
  const { ringSeconds } = flags
  const sections = allSections({ ...parts, ringSeconds, recordings: callRecordings })
  return new ConfigurationBook({ accounts, sections, log })
}

/** The carriers of a company whose calls are served. */
function trunkDeskOf(parts: WebSideParts): (id: TenantId) => TrunkFileDesk | undefined {
  const { accounts, telephony, trunkFile: path, trunkSeal: seal, log } = parts
  let desk: TrunkFileDesk | undefined
  return (id) => {
    const started = telephony()
    const tenant = accounts.directoryOf(id)?.tenant
    if (tenant === undefined || started?.rooms.tenant !== id) return undefined
    desk ??= new TrunkFileDesk({
      ...{ path, tenant, seal, product: PRODUCT, log },
      stateOf: (trunk) => started.userAgent.trunkState(trunk as TrunkId),
    })
    return desk
  }
}

interface Offices {
  readonly audit: AuditLog
  readonly backups: Backups
  readonly operations: Operations
  readonly records: Records
  readonly counted: Counted
  readonly relay: Relay | undefined
}

async function openApi(parts: WebSideParts, offices: Offices): Promise<Api> {
  const { accounts, store, presence, sockets, certificates, dialPlans, callRecordings, voicemail } = parts
  const { flags, register, prompts, own, mail, telephony, timers, randomBytes, wallTime, log } = parts
  const { counted, relay, ...others } = offices
  const webApp = await loadWebApp(WEB_APP)
  if (!webApp.ok) log.warn('web app missing', { why: webApp.error })
  const configOf = (id: TenantId) => dialPlans.config(id)
  const provisioning = provisioningPort({ flags, register, wallTime, configOf })
  return createApi({
    ...{
      accounts,
      history: store.history,
      live: presence,
      certificates,
      mail,
      quarantine: parts.quarantine,
      ...{ fleet: parts.fleet, fleetWork: parts.fleetWork, cases: parts.cases },
      attacks: parts.attacks,
      search: parts.search,
      egress: parts.egress,
      prompts,
      voicemail,
      ...others,
    },
    phones: {
      accept: (request, socket, head, claim) => void sockets.acceptWebSocket(request, socket, head, claim),
      close: (device) => void sockets.closeDevice(device),
    },
    ...(webApp.ok && { web: webApp.value }),
    ...(relay && { relay }),
    ...(provisioning && { provisioning }),
    configuration: configurationOf(parts),
    recordings: callRecordings.port(),
    dialPlans: { book: dialPlans, live: () => telephony()?.live ?? NOBODY, wallTime },
    queues: (id) => (telephony()?.queues.tenant === id ? telephony()?.queues.desk : undefined),
    rooms: (id) => (telephony()?.rooms.tenant === id ? telephony()?.rooms : undefined),
    trunks: trunkDeskOf(parts),
    ownSettings: own,
    onAnswered: (status) => void counted.answers.set(status, (counted.answers.get(status) ?? 0) + 1),
    onWrongPassword: () => {
      counted.wrongPasswords += 1
    },
    clock: timers,
    isOverloaded: () => store.journal.isOverloaded(),
    ...{ randomBytes, log },
    settings: {
      version: VERSION,
      isDemo: flags.isDemo,
      sipDomain: parts.sipDomain,
      get phoneServer() {
        return register()
      },
      origin: originOf(flags),
      ...(flags.hostNames.length > 0 && { hostNames: flags.hostNames }),
    },
  })
}
