// The telephone side put together for one tenant: user agent, exchange and media, behind the sockets. It
// comes to life when there is a tenant, because the digest realm is the tenant's id.
import type { Accounts, Tenant } from '@rufwerk/accounts'
import { type CallJournal, type Clock, Exchange } from '@rufwerk/calls'
import {
  wallTime as asWallTime,
  type DeviceId,
  type Flow,
  type Log,
  minutes,
  type PersonId,
  randomId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import { type LegListener, type MediaPort, type SipTrace, UserAgent } from '@rufwerk/legs'
import type { TrunkPorts } from '@rufwerk/legs/trunks'
import type { SipSockets, Timers } from '@rufwerk/net'
import type { Contact, Live, RoutingConfig } from '@rufwerk/routing'
import type { OwnSettingsBook } from '@rufwerk/routing/own'
import type { Store } from '@rufwerk/store'
import type { AttackDesk } from './attacks/attack-desk.ts'
import { devicePort } from './devices.ts'
import type { FleetDesk } from './fleet/fleet-desk.ts'
import type { QuarantineDesk } from './fleet/quarantine-desk.ts'
import { Idle } from './idle.ts'
import { Lamps } from './lamps.ts'
import { BrokenFlows } from './ops/broken-flows.ts'
import { HelpCalls } from './ops/help-calls.ts'
import type { TollWatch } from './ops/toll-watch.ts'
import type { Presence } from './presence.ts'
import type { CallRecordings } from './recordings/call-recordings.ts'
import type { SoundFiles } from './recordings/sound-files.ts'
import type { VoicemailService } from './services/open-voicemail.ts'
import type { QueueService } from './services/queues-start.ts'
import type { RoomsDesk } from './services/rooms-desk.ts'
import { Settings } from './settings.ts'

export interface TelephonyParts {
  readonly accounts: Accounts
  readonly store: Store
  readonly sockets: SipSockets
  readonly timers: Timers
  readonly media: MediaPort
  readonly presence: Presence
  readonly queues: QueueService
  readonly rooms: RoomsDesk
  readonly tolls: TollWatch
  readonly quarantine: Pick<QuarantineDesk, 'restrictionOf'>
  readonly fleet: Pick<FleetDesk, 'heard' | 'heardOfTrunk'>
  readonly attacks: AttackDesk
  /** What people have set for themselves. */
  readonly own: OwnSettingsBook
  readonly voicemail: VoicemailService
  readonly log: Log
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  readonly nonceKey: Uint8Array
  /** People and dial plan as they are now: asked for each new call. */
  readonly configOf: (tenant: TenantId) => RoutingConfig | undefined
  readonly product: string
  readonly trace: SipTrace
  readonly trunks: TrunkPorts
  readonly soundFiles: SoundFiles
  readonly callRecordings: CallRecordings
}

/** A call may have begun on the day before the one whose limits it counts for. */
const USAGE_WINDOW = minutes(48 * 60)

export class Telephony {
  readonly exchange: Exchange
  readonly userAgent: UserAgent
  readonly queues: QueueService
  readonly rooms: RoomsDesk
  /** Who has called for help lately. */
  readonly helpCalls: HelpCalls
  readonly brokenFlows: BrokenFlows
  readonly #tenant: TenantId
  /** What routing needs to know of now. */
  readonly live: Live

  constructor(parts: TelephonyParts, tenant: Tenant) {
    const { accounts, store, timers, log, wallTime, randomBytes } = parts
    this.#tenant = tenant.id
    this.queues = parts.queues
    this.rooms = parts.rooms
    const journal = tellingJournal(store.journal, parts)
    const devices = devicePort(accounts, (device) => parts.quarantine.restrictionOf(device))
    const lamps = this.#lampsOf(parts, tenant.id)
    this.userAgent = new UserAgent(
      {
        transport: { send: (flow, bytes) => parts.sockets.send(flow, bytes) },
        timers,
        devices,
        bindings: store.bindings,
        journal,
        media: parts.media,
        ...{ log, randomBytes, wallTime },
        trace: parts.trace,
        watch: lamps,
        gate: parts.attacks,
        trunks: parts.trunks,
      },
      {
        realm: tenant.id,
        nonceKey: parts.nonceKey,
        product: parts.product,
        onRegistrationsChanged: (device) => {
          parts.presence.registrationsChanged(device)
          parts.queues.registrationsChanged(device)
        },
        onHeard: (device, heard) => parts.fleet.heard(device, heard),
        onTrunkHeard: (trunk, heard) => parts.fleet.heardOfTrunk(trunk, heard),
      },
    )
    const idle = new Idle(wallTime)
    this.helpCalls = new HelpCalls({ accounts: parts.accounts, now: () => timers.now(), wallTime, log })
    this.brokenFlows = new BrokenFlows({ now: () => timers.now(), wallTime, log })
    const clock: Clock = { wallTime, arm: (delay, callback) => timers.arm(delay, callback) }
    const live = this.#liveOf(parts, tenant.id, idle)
    this.live = live
    this.exchange = new Exchange({
      legs: this.userAgent,
      journal,
      clock,
      log,
      routing: (id) => {
        const config = parts.configOf(id)
        return config && { config, live }
      },
      settings: new Settings({
        ...{ own: parts.own, queues: parts.queues.desk },
        languageOf: () => tenant.language,
      }),
      services: servicesOf(parts),
      recorder: parts.callRecordings,
      newId: () => randomId(randomBytes),
      seed: () => Buffer.from(randomBytes(4)).readUInt32BE(),
      onView: (view) => {
        parts.presence.show(view)
        idle.show(view)
        this.helpCalls.show(view)
        this.brokenFlows.show(view)
        lamps.show(view)
        parts.queues.port.callShown(view)
      },
      onQuality: (view, role, { quality }) => parts.presence.measured(view, role, quality),
    })
    this.userAgent.listen(this.#listener(parts))
  }

  #listener({ soundFiles, attacks }: TelephonyParts): LegListener {
    return {
      onIncoming: (incoming) => {
        attacks.called(incoming)
        return this.exchange.onIncoming(incoming)
      },
      isEmergency: (told) => this.exchange.isEmergency(told),
      isInEmergency: (leg) => this.exchange.isInEmergency(leg),
      onLegEvent: (leg, event) => {
        // Often after the end of its call.
        if (event.type === 'recorded') soundFiles.recorded(event)
        else this.exchange.onLegEvent(leg, event)
      },
    }
  }

  /** What routing asks of now. */
  #lampsOf({ accounts, voicemail }: TelephonyParts, tenant: TenantId): Lamps {
    return new Lamps(
      accounts,
      (person) => this.userAgent.callsChanged(person),
      (person) => voicemail.messagesOf(tenant, person),
    )
  }

  #liveOf(parts: TelephonyParts, tenant: TenantId, idle: Idle): Live {
    const { accounts } = parts
    return {
      contactsOf: (person) => contactsOf(this.userAgent, accounts, person),
      trunk: (id) => this.userAgent.trunkState(id) ?? { isUp: false, calls: 0 },
      isBusy: (person) => parts.presence.presenceOf(person) === 'talking',
      idleSince: (person) => idle.since(person),
      boxOf: (person) => parts.voicemail.book.boxOf(tenant, person)?.id,
      stateOf: (person) => parts.own.stateOf(person),
      forwardOf: (person) => parts.own.forwardOf(person),
      siteOf: (device) => accounts.directoryOfDevice(device)?.byDevice.get(device)?.site,
      usageOf: (payer) => this.exchange.usageOf(tenant, payer),
    }
  }

  /** Reads what was used of the day's limits before this start; before the first call. */
  async rememberUsage(store: Store, now: WallTime): Promise<void> {
    const cdrs = await store.history.spentSince(this.#tenant, asWallTime(now - USAGE_WINDOW))
    for (const cdr of cdrs) this.exchange.remember(cdr)
  }

  /** Sockets are open: what is due to phones is said, and queues go on. */
  resume(): void {
    this.userAgent.resume()
    this.queues.resume()
  }

  onMessage(flow: Flow, bytes: Uint8Array): void {
    this.userAgent.onMessage(flow, bytes)
  }

  onFlowClosed(flow: Flow): void {
    this.userAgent.onFlowClosed(flow)
  }

  isRegistered(device: DeviceId): boolean {
    return this.userAgent.contactsOf(device).length > 0
  }

  /** Ends every call, as when the sound is gone. */
  hangUpAll(): void {
    for (const { call } of this.exchange.views()) this.exchange.hangUp(call)
  }
}

function servicesOf({ queues, rooms, voicemail }: TelephonyParts) {
  return { queue: queues.port, conference: rooms.port, voicemail: voicemail.service }
}

function contactsOf(userAgent: UserAgent, accounts: Accounts, person: PersonId): Contact[] {
  for (const directory of accounts.directories()) {
    const devices = directory.devicesOf.get(person)
    if (devices) return devices.flatMap((device) => userAgent.contactsOf(device.id))
  }
  return []
}

/** The store's journal, which also tells when a call detail record can be read, and what calls cost. */
function tellingJournal(
  journal: CallJournal,
  { presence, tolls }: Pick<TelephonyParts, 'presence' | 'tolls'>,
): CallJournal {
  return {
    append: (events) => {
      journal.append(events)
      tolls.heard(events)
    },
    saveLeg: (leg) => journal.saveLeg(leg),
    end: (cdr, events) => {
      journal.end(cdr, events)
      tolls.ended(cdr, events)
      void journal.committed('patient').then((isCommitted) => {
        if (isCommitted) presence.recorded(cdr)
      })
    },
    committed: (patience) => journal.committed(patience),
    isOverloaded: () => journal.isOverloaded(),
  }
}
