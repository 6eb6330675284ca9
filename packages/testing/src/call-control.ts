// One run of call control, from its start to its crash: the real user agent and exchange behind ports that go
// dead when it is killed. Put together as apps/server does it.
import {
  type CallJournal,
  type CallView,
  Exchange,
  type ExchangePorts,
  type LegEvent,
  type LegPort,
} from '@rufwerk/calls'
import { type DeviceId, type Log, type Ms, ms, randomId, type TenantId } from '@rufwerk/core'
import type { DevicePort, SipTransport } from '@rufwerk/legs'
import {
  type BindingStore,
  type LegLimits,
  type MediaPort,
  type RecoveryStore,
  recoverCalls,
  UserAgent,
  type UserAgentPorts,
  type WatchPort,
} from '@rufwerk/legs'
import type { TrunkPorts } from '@rufwerk/legs/trunks'
import type { Contact, Live, RoutingConfig } from '@rufwerk/routing'
import type { SeededRandom } from './random.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** As apps/server. */
const REOPENED_WITHIN = ms(1_000)

export interface CallControlParts {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly log: Log
  readonly tenant: TenantId
  readonly devices: DevicePort
  readonly transport: SipTransport
  readonly media: MediaPort
  readonly journal: CallJournal
  readonly bindings: BindingStore
  readonly config: () => RoutingConfig
  /** Where a person can be called now; `own` tells for one device. */
  readonly contactsOf: (person: string, own: (device: DeviceId) => readonly Contact[]) => readonly Contact[]
  readonly limits?: Partial<LegLimits>
  readonly watch?: WatchPort
  readonly gate?: UserAgentPorts['gate']
  readonly onView?: (view: CallView) => void
  readonly onRegistrationsChanged?: (device: DeviceId) => void
  /** Stands between the calls and their legs; for planted faults. */
  readonly wrapLegs?: (legs: LegPort) => LegPort
  /** Boxes, queues and rooms of this run. */
  readonly services?: (run: CallControl) => ExchangePorts['services']
  readonly trunks?: TrunkPorts
  /** Whose calls are recorded. */
  readonly recorder?: (run: CallControl) => ExchangePorts['recorder']
  /** How each recording ended, often after the end of its call. */
  readonly onRecorded?: (event: LegEvent & { readonly type: 'recorded' }) => void
  /** What else routing asks of now. */
  readonly live?: (run: CallControl) => Partial<Live>
}

/** What is read of the store when call control starts. */
export type StartStore = RecoveryStore

export class CallControl {
  readonly userAgent: UserAgent
  readonly exchange: Exchange
  readonly #parts: CallControlParts
  readonly #timers = new Set<Disposable>()
  #isAlive = true

  constructor(parts: CallControlParts) {
    this.#parts = parts
    const { clock, random, log, devices, tenant } = parts
    const journal = this.#journal()
    const timers = { now: clock.now, arm: this.arm }
    this.userAgent = new UserAgent(
      {
        transport: { send: (flow, bytes) => this.#isAlive && parts.transport.send(flow, bytes) },
        timers,
        devices,
        bindings: this.#bindings(),
        journal,
        media: this.#media(),
        log,
        randomBytes: random.bytes,
        wallTime: clock.wallTime,
        ...(parts.watch ? { watch: parts.watch } : {}),
        ...(parts.gate ? { gate: parts.gate } : {}),
        ...(parts.trunks ? { trunks: parts.trunks } : {}),
      },
      {
        realm: tenant,
        nonceKey: random.bytes(32),
        product: 'Rufwerk/test',
        ...(parts.limits ? { limits: parts.limits } : {}),
        onRegistrationsChanged: (device) => parts.onRegistrationsChanged?.(device),
      },
    )
    const own = (device: DeviceId) => this.userAgent.contactsOf(device)
    const services = parts.services?.(this)
    const recorder = parts.recorder?.(this)
    const live: Live = { contactsOf: (person) => parts.contactsOf(person, own), ...parts.live?.(this) }
    this.exchange = new Exchange({
      ...(services && { services }),
      ...(recorder && { recorder }),
      legs: parts.wrapLegs?.(this.userAgent) ?? this.userAgent,
      journal,
      clock: { wallTime: clock.wallTime, arm: this.arm },
      log,
      routing: () => ({ config: parts.config(), live }),
      newId: () => randomId(random.bytes),
      seed: () => random.between(0, 1_000_000),
      onView: (view) => parts.onView?.(view),
    })
    this.userAgent.listen({
      onIncoming: (incoming) => this.exchange.onIncoming(incoming),
      isEmergency: (told) => this.exchange.isEmergency(told),
      isInEmergency: (leg) => this.exchange.isInEmergency(leg),
      onLegEvent: (leg, event) => {
        if (event.type === 'recorded') parts.onRecorded?.(event)
        else this.exchange.onLegEvent(leg, event)
      },
    })
  }

  /** What the server does before it opens its sockets. */
  async start(store: StartStore): Promise<void> {
    const { userAgent, exchange } = this
    const { media } = this.#parts
    const reply = await media.command({ type: 'snapshot' })
    const open = reply.type === 'snapshot' ? reply.endpoints : []
    const endpoints = await recoverCalls({ userAgent, exchange, store, endpoints: open })
    await media.command({ type: 'claim', endpoints, isComplete: true })
    await userAgent.reopened(REOPENED_WITHIN)
    await userAgent.restore()
  }

  /** What the server does when its sockets are open. */
  resume(): void {
    this.userAgent.resume()
  }

  /** As kill -9: from now on nothing is sent, written, armed or answered. What is on the stack runs out. */
  kill(): void {
    this.#isAlive = false
    for (const timer of [...this.#timers]) timer[Symbol.dispose]()
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Everything that must be zero when no call is going on and nobody is registered. */
  sizes() {
    const { legs, transactions, bindings, keptAlive, events, watching, trunks } = this.userAgent.sizes()
    return {
      legs,
      transactions,
      bindings,
      keptAlive,
      events,
      watching,
      trunks,
      calls: this.exchange.size(),
      timers: this.#timers.size,
    }
  }

  /** A timer of this run: it dies with it. */
  arm = (delay: Ms, callback: () => void): Disposable => {
    if (!this.#isAlive) return { [Symbol.dispose]: () => undefined }
    const timer = this.#parts.clock.arm(delay, () => {
      this.#timers.delete(entry)
      callback()
    })
    const entry: Disposable = {
      [Symbol.dispose]: () => {
        this.#timers.delete(entry)
        timer[Symbol.dispose]()
      },
    }
    this.#timers.add(entry)
    return entry
  }

  /** The promise of a dead run never settles. */
  async #whileAlive<Value>(work: () => Promise<Value>): Promise<Value> {
    const never = new Promise<Value>(() => undefined)
    if (!this.#isAlive) return never
    const value = await work()
    return this.#isAlive ? value : never
  }

  #media(): MediaPort {
    const { media } = this.#parts
    return {
      command: (command) => this.#whileAlive(() => media.command(command)),
      onEvent: (listener) => media.onEvent((event) => (this.#isAlive ? listener(event) : undefined)),
    }
  }

  #journal(): CallJournal {
    const { journal } = this.#parts
    return {
      append: (events) => (this.#isAlive ? journal.append(events) : undefined),
      saveLeg: (leg) => (this.#isAlive ? journal.saveLeg(leg) : undefined),
      end: (cdr, events) => (this.#isAlive ? journal.end(cdr, events) : undefined),
      committed: (patience) => this.#whileAlive(() => journal.committed(patience)),
      isOverloaded: () => journal.isOverloaded(),
    }
  }

  #bindings(): BindingStore {
    const { bindings } = this.#parts
    return {
      saveBinding: (binding) => (this.#isAlive ? bindings.saveBinding(binding) : undefined),
      removeBinding: (device, binding) =>
        this.#isAlive ? bindings.removeBinding(device, binding) : undefined,
      loadBindings: (now) => this.#whileAlive(() => bindings.loadBindings(now)),
      committed: () => this.#whileAlive(() => bindings.committed()),
    }
  }
}
