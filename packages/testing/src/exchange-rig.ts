// A whole exchange in memory: user agent, calls and routing as they are, with a virtual clock, a seeded
// network, a media process without sound and a store that commits when it is told to.
import type {
  CallEvent,
  CallJournal,
  CallView,
  Cdr,
  EndedLeg,
  Exchange,
  StoredLeg,
  UnfinishedCall,
} from '@rufwerk/calls'
import {
  type CallId,
  type DeviceId,
  type Flow,
  type LogFields,
  type PersonId,
  SILENT_LOG,
  type SocketAddress,
  seconds,
  type TenantId,
} from '@rufwerk/core'
import type {
  BindingStore,
  DeviceCredentials,
  LegLimits,
  MediaPort,
  StoredBinding,
  UserAgent,
} from '@rufwerk/legs'
import type { TrunkId, TrunkPorts } from '@rufwerk/legs/trunks'
import { type DialPlan, EMPTY_DIAL_PLAN, type RoutingConfig, type RoutingPerson } from '@rufwerk/routing'
import { digestHa1 } from '@rufwerk/sip'
import { CallControl, type CallControlParts, type StartStore } from './call-control.ts'
import { FakeMedia } from './fake-media.ts'
import { FakeWatch } from './fake-watch.ts'
import { type NetworkOptions, SeededNetwork } from './network.ts'
import type { PhoneHabits } from './phone-habits.ts'
import { SeededRandom } from './random.ts'
import { SimulatedPhone } from './simulated-phone.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

export const RIG_TENANT = 'tenant-1' as TenantId
export const RIG_SERVER: SocketAddress = { address: '10.0.0.1', port: 5060 }
/** A dial plan with nothing but a room, at 800. */
export const ROOM_PLAN: DialPlan = {
  ...EMPTY_DIAL_PLAN,
  services: [{ kind: 'conference', id: 'room', extension: '800' }],
}
const NETWORK_SEED_STEP = 7
/** Another process gives other ports than the one before. */
const PORTS_PER_PROCESS = 400
const RING_TIME = seconds(25)

export interface RigOptions {
  readonly seed?: number
  readonly loss?: number
  readonly duplicates?: number
  readonly delayMs?: readonly [number, number]
  readonly limits?: Partial<LegLimits>
  /** Trunks, rules and flows; absent: there are people, and nothing else. */
  readonly dialPlan?: DialPlan
  /** Boxes, queues and rooms, made anew for each run of call control. */
  readonly services?: CallControlParts['services']
  /** There is voicemail. */
  readonly hasBoxes?: boolean
  /** Carriers that are reached over the network of the rig. */
  readonly trunks?: (rig: Pick<ExchangeRig, 'clock' | 'network' | 'random'>) => TrunkPorts
  /** Phones can watch nothing. */
  readonly isUnwatched?: boolean
  /** Who is blocked. */
  readonly gate?: CallControlParts['gate']
  /** Sees every message when it is sent. */
  readonly tap?: NetworkOptions['tap']
}

/** A store in memory. */
export class FakeStore implements CallJournal, BindingStore {
  readonly events: CallEvent[] = []
  readonly cdrs: Cdr[] = []
  readonly legs = new Map<string, StoredLeg>()
  readonly ended: EndedLeg[] = []
  readonly bindings = new Map<string, StoredBinding>()
  legWrites = 0
  /** Calls of which no record can be made. */
  readonly forgotten: CallId[] = []
  /** Set to hold commits back: they resolve when it does. */
  gate: Promise<boolean> = Promise.resolve(true)

  append(events: readonly CallEvent[]): void {
    this.events.push(...events)
  }

  saveLeg(leg: StoredLeg): void {
    this.legWrites += 1
    this.legs.set(leg.leg, leg)
  }

  end(cdr: Cdr, events: readonly CallEvent[]): void {
    this.cdrs.push(cdr)
    this.events.push(...events)
    for (const [id, leg] of this.legs) {
      if (leg.call !== cdr.call) continue
      this.legs.delete(id)
      this.ended.push({ leg, cdr })
    }
  }

  committed(): Promise<boolean> {
    return this.gate
  }

  isOverloaded(): boolean {
    return false
  }

  saveBinding(binding: StoredBinding): void {
    this.bindings.set(`${binding.device} ${binding.binding}`, binding)
  }

  removeBinding(device: DeviceId, binding: string): void {
    this.bindings.delete(`${device} ${binding}`)
  }

  async loadLegs(): Promise<readonly StoredLeg[]> {
    return [...this.legs.values()]
  }

  /** Calls that were begun and have no record. */
  async unfinishedCalls(): Promise<readonly UnfinishedCall[]> {
    const ended = new Set([...this.cdrs.map((cdr) => cdr.call), ...this.forgotten])
    const byCall = Map.groupBy(this.events, (event) => event.call)
    return [...byCall]
      .filter(([call]) => !ended.has(call))
      .map(([call, events]) => ({ tenant: RIG_TENANT, call, events }))
  }

  /** Whether somebody was led from one call to the other by transfers. */
  areJoined(one: string, other: string): boolean {
    const joined = new Set([one])
    for (const call of joined) {
      for (const { call: here, detail } of this.events) {
        const there = detail?.transferredFrom ?? detail?.transferredTo
        if (typeof there !== 'string') continue
        if (here === call) joined.add(there)
        else if (there === call) joined.add(here)
      }
    }
    return joined.has(other)
  }

  forgetCall(call: CallId): void {
    this.forgotten.push(call)
    for (const [id, leg] of this.legs) if (leg.call === call) this.legs.delete(id)
  }

  async loadBindings(): Promise<readonly StoredBinding[]> {
    return [...this.bindings.values()]
  }
}

export class ExchangeRig {
  readonly clock = new VirtualClock()
  readonly random: SeededRandom
  readonly network: SeededNetwork
  readonly store: FakeStore
  #nextFirstPort = 16_000
  media = this.#newMedia()
  readonly views: CallView[] = []
  /** What phones may watch. */
  readonly watch: FakeWatch
  readonly phones: SimulatedPhone[] = []
  /** What was logged as warning or error. */
  readonly complaints: string[] = []
  readonly registrationChanges: DeviceId[] = []
  readonly #devices = new Map<string, DeviceCredentials>()
  readonly #sipNamesOf = new Map<string, Set<string>>()
  readonly #people = new Map<string, RoutingPerson>()
  readonly #options: RigOptions
  #control: CallControl
  #onMediaEvent: Parameters<MediaPort['onEvent']>[0] = () => undefined
  #nextHost = 10

  constructor(options: RigOptions = {}, store = new FakeStore()) {
    const seed = options.seed ?? 1
    this.random = new SeededRandom(seed)
    this.store = store
    this.#options = options
    const { loss, duplicates, delayMs, tap } = options
    const weather = { ...(loss ? { loss } : {}), ...(duplicates ? { duplicates } : {}) }
    const way = delayMs ? { delayMs } : {}
    this.network = new SeededNetwork({
      clock: this.clock,
      seed: seed + NETWORK_SEED_STEP,
      ...weather,
      ...way,
      ...(tap ? { tap } : {}),
    })
    this.watch = new FakeWatch(options.hasBoxes ?? false)
    this.watch.onChanged = (person) => this.userAgent.callsChanged(person)
    this.#control = this.#start()
    this.network.attach(RIG_SERVER, this.userAgent)
    this.userAgent.resume()
  }

  get userAgent(): UserAgent {
    return this.#control.userAgent
  }

  get exchange(): Exchange {
    return this.#control.exchange
  }

  /** Everything that the run of call control that is going on holds; see CallControl. */
  get sizes(): ReturnType<CallControl['sizes']> {
    return this.#control.sizes()
  }

  /** As kill -9 of call control; connections are cut, datagrams find nobody. */
  kill(): void {
    this.#control.kill()
    this.network.detach(RIG_SERVER)
    this.network.cutAll(RIG_SERVER)
  }

  /** As the crash of the media process; another one answers, in which others have the ports, or nobody. */
  replaceMedia(arePortsTaken = false): void {
    this.#nextFirstPort = 16_000 + ((this.#nextFirstPort + PORTS_PER_PROCESS - 16_000) % 2_000)
    this.media = this.#newMedia()
    this.media.isPortTaken = () => arePortsTaken
    this.media.onEvent(this.#onMediaEvent)
  }

  /** Starts call control again over what is stored, with the phones and the network as they are. */
  async startAgain(): Promise<void> {
    const control = this.#start()
    this.#control = control
    let isReady = false
    const starting = control.start(startStore(this.store)).finally(() => {
      isReady = true
    })
    while (!isReady) await this.clock.pass(1)
    await starting
    this.network.attach(RIG_SERVER, control.userAgent)
    control.resume()
  }

  #newMedia(): FakeMedia {
    const media = new FakeMedia(this.#nextFirstPort)
    media.areJoined = (one, other) => this.store.areJoined(one, other)
    return media
  }

  #start(): CallControl {
    const complain = (event: string, fields?: LogFields): void => {
      this.complaints.push(`${event} ${JSON.stringify(fields)}`)
    }
    const log = { ...SILENT_LOG, warn: complain, error: complain }
    const devices = {
      bySipName: (name: string) => this.#devices.get(name),
      byId: (id: DeviceId) => this.#devices.get(id.replace(/^device-/, '')),
    }
    const { clock, random, store } = this
    const { limits, services, trunks, gate } = this.#options
    const media: MediaPort = {
      command: (command) => this.media.command(command),
      onEvent: (listener) => {
        this.#onMediaEvent = listener
        this.media.onEvent(listener)
      },
    }
    return new CallControl({
      ...{ clock, random, media, log, devices },
      tenant: RIG_TENANT,
      transport: this.network,
      journal: store,
      bindings: store,
      config: () => this.#config(),
      contactsOf: (person, own) =>
        [...(this.#sipNamesOf.get(person) ?? [])]
          .flatMap((sipName) => this.#devices.get(sipName) ?? [])
          .flatMap(({ device }) => own(device)),
      ...(limits ? { limits } : {}),
      ...(services ? { services } : {}),
      ...(gate ? { gate } : {}),
      ...(trunks && {
        trunks: trunks(this),
        live: (run: CallControl) => ({
          trunk: (id: TrunkId) => run.userAgent.trunkState(id) ?? { isUp: false, calls: 0 },
        }),
      }),
      ...(this.#options.isUnwatched ? {} : { watch: this.watch }),
      onView: (view) => {
        this.views.push(view)
        this.watch.show(view)
      },
      onRegistrationsChanged: (device) => this.registrationChanges.push(device),
    })
  }

  /** A person with one device; the device's SIP name is the extension with a "p" in front, unless told. */
  addDevice(
    extension: string,
    options: {
      readonly kind?: 'phone' | 'browser'
      readonly algorithm?: 'md5' | 'sha-256'
      readonly srtp?: DeviceCredentials['srtp']
      readonly sipName?: string
    } = {},
  ): DeviceCredentials {
    const sipName = options.sipName ?? `p${extension}`
    const person = `person-${extension}` as PersonId
    const name = `Person ${extension}`
    const kind = options.kind ?? 'phone'
    const algorithm = options.algorithm ?? 'md5'
    const secret = { algorithm, ha1: digestHa1(algorithm, sipName, RIG_TENANT, passwordOf(sipName)) }
    const device: DeviceCredentials = {
      device: `device-${sipName}` as DeviceId,
      tenant: RIG_TENANT,
      person,
      extension,
      name,
      sipName,
      kind,
      country: 'de',
      ...(options.srtp ? { srtp: options.srtp } : {}),
      ...(kind === 'phone' ? { secret } : {}),
    }
    this.#devices.set(sipName, device)
    const names = this.#sipNamesOf.get(person) ?? new Set()
    this.#sipNamesOf.set(person, names.add(sipName))
    this.watch.people.set(extension, person)
    this.#people.set(extension, { person, extension, name, kind: 'person' })
    return device
  }

  removeDevice(sipName: string): void {
    this.#devices.delete(sipName)
  }

  /** Puts a device in quarantine, as the server does: once it is closed its secret is good for nothing. */
  stopDevice(sipName: string, quarantine: 'emergency' | 'nothing'): void {
    const device = this.#devices.get(sipName)
    if (device === undefined) throw new Error(`no device ${sipName}`)
    const { secret, ...others } = device
    const kept = quarantine === 'emergency' && secret !== undefined ? { secret } : {}
    this.#devices.set(sipName, { ...others, ...kept, quarantine })
    this.userAgent.removeDevice(device.device, sipName)
  }

  /** Lets a device go again, with the secret that it had. */
  releaseDevice(sipName: string): void {
    const device = this.#devices.get(sipName)
    if (device === undefined) throw new Error(`no device ${sipName}`)
    const { quarantine: _, ...others } = device
    this.#devices.set(sipName, others)
  }

  /** A phone for a device; every phone stands at an address of its own. */
  addPhone(
    sipName: string,
    options: {
      readonly password?: string
      readonly transport?: 'udp' | 'tcp'
      readonly srtp?: DeviceCredentials['srtp']
      readonly habits?: PhoneHabits
    } = {},
  ): SimulatedPhone {
    const device = this.#devices.get(sipName)
    this.#nextHost += 1
    const phone = new SimulatedPhone({
      clock: this.clock,
      network: this.network,
      random: this.random,
      at: { address: `10.0.${this.#nextHost >> 8}.${this.#nextHost & 255}`, port: 5062 },
      server: RIG_SERVER,
      user: sipName,
      password: options.password ?? passwordOf(sipName),
      ...(device?.kind === 'browser' ? { device: device.device } : {}),
      ...(options.transport ? { transport: options.transport } : {}),
      ...(options.srtp ? { srtp: options.srtp } : {}),
      ...(options.habits ? { habits: options.habits } : {}),
    })
    this.phones.push(phone)
    return phone
  }

  /** A person, a device and a registered phone. */
  async registered(
    extension: string,
    options: Parameters<ExchangeRig['addDevice']>[1] & { readonly transport?: 'udp' | 'tcp' } = {},
  ): Promise<SimulatedPhone> {
    const { sipName } = this.addDevice(extension, options)
    const { transport, srtp } = options
    const phone = this.addPhone(sipName, { ...(transport && { transport }), ...(srtp && { srtp }) })
    phone.register()
    await this.clock.pass(100)
    return phone
  }

  /** Restarts call control: a new rig over the same store has lost everything else. */
  async restarted(): Promise<ExchangeRig> {
    const next = new ExchangeRig({ seed: 99 }, this.store)
    for (const [name, device] of this.#devices) next.#devices.set(name, device)
    for (const [person, names] of this.#sipNamesOf) next.#sipNamesOf.set(person, names)
    for (const [extension, person] of this.#people) next.#people.set(extension, person)
    await next.userAgent.restore()
    await settled()
    return next
  }

  /** Everything that must be zero once all calls are over and all transactions have timed out. */
  leftovers() {
    const { legs, transactions, events, watching } = this.userAgent.sizes()
    const phones = this.phones.reduce((sum, phone) => sum + phone.size(), 0)
    const { exchange, media, store } = this
    return {
      legs,
      transactions,
      events,
      watching,
      phones,
      exchange: exchange.size(),
      endpoints: media.size(),
      storedLegs: store.legs.size,
      refusedCommands: media.refused.length,
    }
  }

  /** The message with its flow, as the network would hand it over. */
  receive(flow: Flow, bytes: Uint8Array | string): void {
    this.userAgent.onMessage(flow, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  }

  #config(): RoutingConfig {
    const shared = { tenant: RIG_TENANT, version: 1, country: 'de', language: 'de', isDemo: false } as const
    const { dialPlan } = this.#options
    return { ...shared, ringTime: RING_TIME, byExtension: this.#people, ...(dialPlan && { dialPlan }) }
  }
}

export function passwordOf(sipName: string): string {
  return `secret-of-${sipName}`
}

function startStore(store: FakeStore): StartStore {
  return {
    journal: store,
    loadLegs: () => store.loadLegs(),
    endedLegs: async () => [...store.ended],
    unfinishedCalls: () => store.unfinishedCalls(),
    forgetCall: (call) => store.forgetCall(call),
  }
}
