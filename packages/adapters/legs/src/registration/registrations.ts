// REGISTER (RFC 3261 §10.3) of devices that proved who they are: bindings in memory, stored before the 200,
// read again at the start. What needs a connection ends with it. What cannot be stored is refused and undone.
import { isIP } from 'node:net'
import {
  between,
  type DeviceId,
  type Flow,
  type Instant,
  instant,
  isReliable,
  type Log,
  type WallTime,
  wallTime,
} from '@rufwerk/core'
import {
  type Binding,
  newResponse,
  parseNameAddr,
  parseUri,
  Registrar,
  type RegistrarOutput,
  type SipRequest,
  type SipResponse,
} from '@rufwerk/sip'
import type { LegCounts } from '../counts.ts'
import type { LegLimits } from '../limits.ts'
import type {
  BindingStore,
  DeviceCredentials,
  DevicePort,
  Heard,
  StoredBinding,
  Timers,
  UserAgentOptions,
} from '../ports.ts'
import { KeepAlive, type KeepAliveOptions } from './keep-alive.ts'

/** Version of the shape of StoredBinding.state. */
const STATE_VERSION = 1
/**
 * A contact is stored to live this share of its time longer than it was told. A refresh that changes nothing
 * else need not be stored as long as the stored time covers it: so after a restart a contact is never gone
 * too early, and goes at most this much too late.
 */
const STORED_LONGER = 0.5
/** What a 503 tells the phone to wait, in seconds. */
const RETRY_AFTER_S = '30'

export interface RegistrationsOptions {
  readonly devices: DevicePort
  readonly bindings: BindingStore
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
  readonly limits: LegLimits
  readonly counts: LegCounts
  readonly guard: (what: string, work: () => void) => void
  readonly keepAlive: Pick<KeepAliveOptions, 'random' | 'ask' | 'drop'>
  /** A contact came, went, stopped answering or answers again. */
  readonly onChanged: (device: DeviceId) => void
  /** A contact was registered or refreshed; `before` is what it was until now. */
  readonly onBound: (device: DeviceId, binding: Binding, before: Binding | undefined) => void
  readonly onHeard: UserAgentOptions['onHeard']
}

/** What StoredBinding.state holds. */
type StoredState = Omit<Binding, 'aor' | 'expiresAt'>

/** A contact in the store. */
interface Stored {
  readonly until: WallTime
  isCommitted: boolean
}

export class Registrations {
  readonly #options: RegistrationsOptions
  readonly #registrar: Registrar
  readonly #keepAlive: KeepAlive
  readonly #timers = new Map<string, Disposable>()
  /** What was handed to the store last; entries leave with their contact. */
  readonly #stored = new Map<string, Stored>()

  constructor(options: RegistrationsOptions) {
    this.#options = options
    const { contactsPerDeviceMax, bindingsMax, flowTimer } = options.limits
    this.#registrar = new Registrar({
      contactsPerAorMax: contactsPerDeviceMax,
      bindingsMax,
      flowTimerS: flowTimer / 1000,
    })
    this.#keepAlive = new KeepAlive({
      ...options,
      ...options.keepAlive,
      onReachable: (aor) => {
        const device = options.devices.bySipName(aor)
        if (device !== undefined) options.onChanged(device.device)
      },
    })
  }

  /**
   * Executes a REGISTER and calls back with its response, once what it changed is committed: or with 503 when
   * that cannot be. Deviates from RFC 3261 §10.3 step 7, which names 500: 503 lets a phone with a second
   * server turn to it.
   */
  register(
    request: SipRequest,
    device: DeviceCredentials,
    flow: Flow,
    toTag: string,
    /** 0 to 1: shortens what is granted, so that phones which came at once do not come back at once. */
    random: number,
    respond: (response: SipResponse) => void,
  ): void {
    const { timers, bindings, counts, guard } = this.#options
    const { response, out } = this.#registrar.register(
      request,
      device.sipName,
      flow,
      timers.now(),
      toTag,
      random,
    )
    for (const output of out) if (output.type === 'bound') this.#keepAlive.watch(output.binding, request)
    const saved: Stored[] = []
    if (!this.#perform(out, device, saved)) {
      respond(response)
      return
    }
    const done = (isCommitted: boolean): void => {
      for (const stored of saved) stored.isCommitted = isCommitted
      guard('REGISTER', () => {
        if (isCommitted) {
          respond(response)
          return
        }
        counts.refusedUncommitted += 1
        for (const output of out) this.#undo(output, device, request)
        respond(newResponse(request, 503, { toTag, headers: [['Retry-After', RETRY_AFTER_S]] }))
      })
    }
    bindings.committed().then(done, () => done(false))
  }

  /** Live contacts, highest q first. */
  bindingsOf(sipName: string): readonly Binding[] {
    return this.#registrar.bindings(sipName)
  }

  /** Those of them that can be called: a contact behind a NAT that stopped answering cannot. */
  reachableOf(sipName: string): readonly Binding[] {
    return this.bindingsOf(sipName).filter((binding) => this.#keepAlive.isReachable(binding))
  }

  flowClosed(flow: Flow): void {
    for (const output of this.#registrar.flowFailed(flow)) this.#performFor(output)
  }

  /** A request to this contact got 430 (RFC 5626 §11.5). */
  flowRefused(binding: Binding): void {
    for (const output of this.#registrar.flowRefused(binding)) this.#performFor(output)
  }

  /** The device was deleted or signed out; it need not be known any more. */
  remove(device: DeviceId, sipName: string): void {
    for (const output of this.#registrar.remove(sipName)) {
      if (output.type !== 'unbound') {
        this.#performFor(output)
        continue
      }
      this.#leave(output)
      this.#options.bindings.removeBinding(device, output.binding.key)
    }
    this.#options.onChanged(device)
  }

  /** Reads what was stored. Contacts behind a connection are gone: it did not survive the restart. */
  async restore(): Promise<void> {
    const { bindings, devices, log, timers } = this.#options
    const stored = await bindings.loadBindings(this.#options.wallTime())
    const now = timers.now()
    for (const one of stored) {
      const device = devices.byId(one.device)
      const binding = device === undefined ? undefined : this.#read(one, device.sipName, now)
      if (device === undefined || binding === undefined || binding.flow.transport !== 'udp') {
        bindings.removeBinding(one.device, one.binding)
        continue
      }
      for (const output of this.#registrar.restore(binding, now)) {
        if (output.type === 'bound') {
          this.#stored.set(output.key, { until: one.expiresAt, isCommitted: true })
          this.#keepAlive.watch(output.binding)
        }
        this.#performFor(output)
      }
    }
    log.info('registrations restored', { bindings: this.#registrar.size() })
  }

  /** Bindings, their timers, what is known of how they are stored, and those that are kept alive. */
  size(): number {
    return this.#registrar.size() + this.#timers.size + this.#stored.size + this.#keepAlive.size()
  }

  /** Contacts that are registered. */
  contacts(): number {
    return this.#registrar.size()
  }

  /** Contacts behind a NAT that get OPTIONS. */
  keptAlive(): number {
    return this.#keepAlive.contacts()
  }

  close(): void {
    this.#keepAlive.close()
    for (const timer of this.#timers.values()) timer[Symbol.dispose]()
    this.#timers.clear()
  }

  #read(stored: StoredBinding, sipName: string, now: Instant): Binding | undefined {
    if (stored.version !== STATE_VERSION) return undefined
    let why = 'no request could be made of it'
    try {
      const state = JSON.parse(stored.state) as StoredState
      const rest = stored.expiresAt - this.#options.wallTime()
      if (isUsable(state)) return { ...state, aor: sipName, expiresAt: instant(now + rest) }
    } catch (error) {
      why = String(error)
    }
    this.#options.log.warn('stored binding is not readable', { error: why })
    return undefined
  }

  #performFor(output: RegistrarOutput): void {
    if (output.type === 'arm' || output.type === 'disarm') {
      this.#perform([output], undefined)
      return
    }
    this.#perform([output], this.#options.devices.bySipName(output.binding.aor))
  }

  /** True when something was handed to the store; `saved` gets what. */
  #perform(
    outputs: readonly RegistrarOutput[],
    device: DeviceCredentials | undefined,
    saved: Stored[] = [],
  ): boolean {
    let hasStored = false
    let hasChanged = false
    for (const output of outputs) {
      switch (output.type) {
        case 'arm':
          this.#arm(output.key, output.after)
          break
        case 'disarm':
          this.#timers.get(output.key)?.[Symbol.dispose]()
          this.#timers.delete(output.key)
          break
        case 'bound':
          hasChanged ||= output.before === undefined
          if (device === undefined) break
          hasStored = this.#save(output, device, saved) || hasStored
          this.#options.onBound(device.device, output.binding, output.before)
          this.#options.onHeard?.(device.device, heardOf(output.binding))
          break
        case 'unbound':
          hasChanged = true
          this.#leave(output)
          if (device !== undefined) hasStored = this.#forget(output.binding, device) || hasStored
          break
      }
    }
    if (hasChanged && device !== undefined) this.#options.onChanged(device.device)
    return hasStored
  }

  /** What is known of a contact goes with it. */
  #leave({ key, binding }: Extract<RegistrarOutput, { type: 'unbound' }>): void {
    this.#stored.delete(key)
    this.#keepAlive.forget(binding)
  }

  #arm(key: string, after: Parameters<Timers['arm']>[0]): void {
    this.#timers.get(key)?.[Symbol.dispose]()
    const timer = this.#options.timers.arm(after, () => {
      this.#timers.delete(key)
      this.#options.guard('binding', () => {
        for (const output of this.#registrar.timer(key)) this.#performFor(output)
      })
    })
    this.#timers.set(key, timer)
  }

  /** Makes one change undone (RFC 3261 §10.3 step 7: all or nothing), unless others followed it. */
  #undo(output: RegistrarOutput, { device, sipName }: DeviceCredentials, request: SipRequest): void {
    if (output.type !== 'bound' && output.type !== 'unbound') return
    const { binding, key } = output
    const current = this.#registrar.bindings(sipName).find((one) => one.key === binding.key)
    const isLatest = output.type === 'bound' ? current === binding : current === undefined
    if (!isLatest || this.#options.devices.byId(device) === undefined) return
    const before = output.type === 'bound' ? output.before : binding
    // That of a contact that is not known any more: its Via may be all that tells of a NAT.
    const told = output.type === 'unbound' ? request : undefined
    const restored = before && this.#canReturn(before, current) ? this.#restore(before, told) : false
    if (restored || output.type === 'unbound') {
      if (output.type === 'unbound') this.#options.onChanged(device)
      return
    }
    this.#timers.get(key)?.[Symbol.dispose]()
    this.#timers.delete(key)
    for (const gone of this.#registrar.timer(key)) this.#performFor(gone)
  }

  /** A connection that the contact does not use any more may be closed by now. */
  #canReturn({ flow }: Binding, current: Binding | undefined): boolean {
    return !isReliable(flow.transport) || flow.id === current?.flow.id
  }

  /** What the store has of it does not matter: the next refresh is stored. */
  #restore(before: Binding, told: SipRequest | undefined): boolean {
    const outputs = this.#registrar.restore(before, this.#options.timers.now())
    for (const output of outputs) {
      if (output.type === 'arm') this.#arm(output.key, output.after)
      else if (output.type === 'bound') this.#keepAlive.watch(output.binding, told)
    }
    return outputs.length > 0
  }

  /** A browser's contact dies with its connection and is not stored. */
  #save(
    { key, binding, before }: Extract<RegistrarOutput, { type: 'bound' }>,
    device: DeviceCredentials,
    saved: Stored[],
  ): boolean {
    if (binding.flow.device !== undefined) return false
    const { timers, bindings } = this.#options
    const left = between(timers.now(), binding.expiresAt)
    const expiresAt = this.#options.wallTime() + left
    const latest = wallTime(Math.ceil(expiresAt + left * STORED_LONGER)) // Rows hold whole milliseconds.
    const known = this.#stored.get(key)
    const isCovered = known?.isCommitted && known.until >= expiresAt && known.until <= latest
    // A contact that is stored but was not known was just read from the store.
    if (before === undefined ? known !== undefined : isCovered && isSameContact(before, binding)) return false
    const stored: Stored = { until: latest, isCommitted: false }
    this.#stored.set(key, stored)
    saved.push(stored)
    const { aor: _aor, expiresAt: _instant, ...state } = binding
    bindings.saveBinding({
      tenant: device.tenant,
      device: device.device,
      binding: binding.key,
      expiresAt: latest,
      version: STATE_VERSION,
      state: JSON.stringify(state),
    })
    return true
  }

  #forget(binding: Binding, device: DeviceCredentials): boolean {
    if (binding.flow.device !== undefined) return false
    this.#options.bindings.removeBinding(device.device, binding.key)
    return true
  }
}

function heardOf({ userAgent, flow }: Binding): Heard {
  return { ...(userAgent !== undefined && { userAgent }), address: flow.remote.address }
}

/** Contact, Path and flow of a stored contact can be used. What is not there at all throws. */
function isUsable({ key, contact, path = [], flow }: StoredState): boolean {
  if (typeof key !== 'string' || !parseUri(contact).ok || isIP(flow.remote.address) === 0) return false
  return path.every((entry) => parseNameAddr(entry).ok)
}

/**
 * Requests go the same way. Call-ID and CSeq may differ: they only put requests of one run in order, because
 * credentials from before a restart are stale.
 */
function isSameContact(one: Binding, other: Binding): boolean {
  const isSameText = one.contact === other.contact && one.instance === other.instance
  const isSameWay = one.path?.join() === other.path?.join() && one.regId === other.regId
  const isSamePhone = one.q === other.q && one.userAgent === other.userAgent
  return isSameText && isSameWay && isSamePhone && one.flow.id === other.flow.id
}
