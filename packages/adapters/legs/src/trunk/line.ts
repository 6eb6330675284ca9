// One trunk as it runs: performs what the registration client and the watch say, and holds the flow that
// calls take. What it knows of the carrier is lost with the process and found out again.
import { type Flow, isReliable, minutes, ms, randomId, seconds, toldAddress } from '@rufwerk/core'
import { newRequest, type SipRequest, type SipResponse, writeUri } from '@rufwerk/sip'
import {
  carrierRoute,
  NO_WATCH,
  newRegistration,
  type Registration,
  type RegistrationOutput,
  type registrationStatus,
  stepRegistration,
  stepWatch,
  type Watch,
} from '@rufwerk/sip/trunk'
import { SDP_TYPE } from '../headers.ts'
import { type LegContext, newTag, random } from '../leg/context.ts'
import { type Reached, Servers } from './servers.ts'
import type { TrunkPlan } from './settings.ts'
import type { CarrierNetwork, TrunkProblem, TrunkState } from './trunk-ports.ts'

/** A NAT before us forgets the way after 30 s or more; RFC 5626 §4.4.1 has 24 to 29 s for UDP. */
const KEEP_ALIVE_MS = [24_000, 29_000] as const
const LOOK_UP_EVERY = minutes(5)
const KEEP_ALIVE = Buffer.from('\r\n\r\n')
/** Until it is known from where we speak; replaced before anything is sent. */
const NOWHERE = { address: '0.0.0.0', port: 5060 }

type RegistrationInput = Parameters<typeof stepRegistration>[2]
type WatchInput = Parameters<typeof stepWatch>[2]

export interface LineOptions {
  readonly context: LegContext
  readonly network: CarrierNetwork
  /** The carrier is reached over this flow from now on: what waited for that goes on. */
  readonly onFlow: (line: TrunkLine, flow: Flow) => void
}

export class TrunkLine {
  readonly plan: TrunkPlan
  readonly servers: Servers
  readonly #options: LineOptions
  #registration: Registration
  #watch: Watch = NO_WATCH
  /** By name: `refresh`, `retry`, `expiry` of the registration, `watch`, `keep-alive`, `look-up`. */
  readonly #timers = new Map<string, Disposable>()
  /** Inputs that came while another one was performed. */
  readonly #waiting: RegistrationInput[] = []
  #isPerforming = false
  /** Over which the last REGISTER went. */
  #registersOver: Reached | undefined
  /** The flow of the last REGISTER, and the address of ours that it told. */
  #told = ''
  #problem: { readonly why: TrunkProblem; readonly status?: number } | undefined
  #isClosed = false

  constructor(plan: TrunkPlan, options: LineOptions) {
    this.plan = plan
    this.#options = options
    this.servers = new Servers(plan, options.network)
    this.#registration = newRegistration(this.#env())
  }

  start(): void {
    if (this.plan.registration !== undefined) this.#step({ type: 'start', local: NOWHERE })
    else this.#lookUp()
    if (this.plan.settings.watch !== undefined) this.#stepWatch({ type: 'start' })
  }

  /** Takes the binding away, as far as that can still be said. */
  stop(): void {
    if (this.plan.registration !== undefined) this.#step({ type: 'stop' })
    this.close()
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers.values()) timer[Symbol.dispose]()
    this.#timers.clear()
  }

  /** A server to send a request to that is not among `tried`; those that cannot be reached are added. */
  async reach(tried: Set<string>): Promise<Reached | undefined> {
    const reached = await this.servers.reach(tried)
    const isNew = this.servers.current?.flow.id !== reached?.flow.id
    // A customer takes the flow that it registered over.
    if (reached !== undefined && isNew && this.plan.registration === undefined && !this.#isClosed)
      this.#takeFlow(reached)
    return reached
  }

  isUp(): boolean {
    if (this.plan.settings.watch !== undefined && this.#watch.state === 'down') return false
    if (this.plan.registration === undefined) return true
    return this.#registration.binding !== undefined
  }

  state(calls: number): TrunkState {
    const { id, name } = this.plan.settings
    const problem = this.#problem
    return { trunk: id, name, isUp: this.isUp(), calls, ...(problem && { problem }) }
  }

  /** Whether what comes over this flow comes from the carrier. Never asks what the message says. */
  recognises(flow: Flow): boolean {
    const { settings, sources } = this.plan
    const { transport, remote } = flow
    if (flow.device !== undefined || transport === 'ws' || transport === 'wss') return false
    if (settings.transport === 'tls' && transport !== 'tls') return false
    if (this.servers.current?.flow.id === flow.id || sources.has(remote)) return true
    // A customer is called from where it registered; over a connection that is the connection itself.
    if (settings.kind === 'register') return transport === 'udp' && this.servers.has(remote)
    return this.servers.hasAddress(remote.address)
  }

  isPeer(address: string): boolean {
    return this.servers.hasAddress(address) || this.plan.sources.hasAddress(address)
  }

  /** Values of Route of a request outside dialogs. */
  routes(): readonly string[] {
    const { registration, routes } = this.plan
    return registration === undefined ? routes : carrierRoute(registration, this.#registration)
  }

  /** A connection has closed. */
  flowClosed(flow: Flow): void {
    if (this.servers.current?.flow.id === flow.id) this.flowFailed()
  }

  /** The flow in use leads nowhere any more, or its server is silent. */
  flowFailed(): void {
    this.servers.use(undefined)
    if (this.plan.registration !== undefined) this.#step({ type: 'flowFailed' })
  }

  /** Timers, and inputs that wait. */
  size(): number {
    return this.#timers.size + this.#waiting.length
  }

  #env() {
    const { timers, randomBytes } = this.#options.context.ports
    return { now: timers.now(), randomBytes }
  }

  #guard(what: string, work: () => void): void {
    const { counts, ports } = this.#options.context
    try {
      work()
    } catch (error) {
      counts.failures += 1
      ports.log.error('trunk failed', { trunk: this.plan.settings.id, what, error: String(error) })
    }
  }

  /** Work that has to wait for the network; what it finds when the line was closed meanwhile is dropped. */
  #later<T>(asked: Promise<T>, then: (value: T | undefined) => void): void {
    const settle = (value: T | undefined): void => {
      if (!this.#isClosed) this.#guard('network', () => then(value))
    }
    asked.then(settle, () => settle(undefined))
  }

  #arm(name: string, after: Parameters<LegContext['ports']['timers']['arm']>[0], work: () => void): void {
    this.#disarm(name)
    if (this.#isClosed) return
    const timer = this.#options.context.ports.timers.arm(after, () => {
      this.#timers.delete(name)
      this.#guard(name, work)
    })
    this.#timers.set(name, timer)
  }

  #disarm(name: string): void {
    this.#timers.get(name)?.[Symbol.dispose]()
    this.#timers.delete(name)
  }

  #step(input: RegistrationInput): void {
    const { registration: plan } = this.plan
    this.#waiting.push(input)
    if (this.#isPerforming || plan === undefined) return
    this.#isPerforming = true
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        const { registration, out } = stepRegistration(plan, this.#registration, next, this.#env())
        this.#registration = registration
        for (const output of out) this.#perform(output)
      }
    } finally {
      this.#isPerforming = false
    }
  }

  /** Whose calls come in is told by the addresses that the DNS names, so they are asked for again. */
  #lookUp(): void {
    this.#later(this.servers.lookUp(), () => this.#arm('look-up', LOOK_UP_EVERY, () => this.#lookUp()))
  }

  #perform(output: RegistrationOutput): void {
    switch (output.type) {
      case 'resolve':
        this.#later(this.#findServers(), (targets) =>
          this.#step({ type: 'resolved', targets: targets ?? [] }),
        )
        break
      case 'send':
        this.#register(output)
        break
      case 'arm':
        this.#arm(output.timer, output.after, () => this.#step({ type: 'timer', timer: output.timer }))
        break
      case 'disarm':
        this.#disarm(output.timer)
        break
      case 'changed':
        this.#changed(output.status)
        break
      case 'alarm':
        this.#complain(output.why, output.status)
        break
    }
  }

  /** The servers, the first that can be reached in front: Contact names where we speak to it from. */
  async #findServers(): Promise<readonly Reached['target'][]> {
    const targets = await this.servers.lookUp()
    for (const target of targets) {
      const flow = await this.servers.open(target)
      if (flow === undefined) continue
      this.#localChanged(flow)
      return [target, ...targets.filter((other) => other !== target)]
    }
    return targets.slice(0, 1)
  }

  /**
   * Another flow, or another address that we are to tell on it. What the carrier saw us at stays otherwise.
   */
  #localChanged(flow: Flow): void {
    const local = { address: toldAddress(flow), port: flow.local.port }
    const told = `${flow.id} ${local.address}`
    if (this.#isClosed || this.#told === told) return
    this.#told = told
    this.#step({ type: 'localChanged', local })
  }

  #register({ request, target }: Extract<RegistrationOutput, { type: 'send' }>): void {
    const { seq } = request.headers.cseq
    const { context } = this.#options
    const asked = this.servers.open(target)
    const send = (flow: Flow | undefined): void => {
      if (flow === undefined) {
        this.#step({ type: 'failed', seq })
        return
      }
      context.counts.trunkRegisters += 1
      // After what is under way: its answer is followed by another one that names the new address.
      this.#localChanged(flow)
      this.#registersOver = { flow, target }
      context.transactions.request(request, flow, {
        onResponse: (response) => this.#guard('REGISTER', () => this.#answered(response)),
        onFailed: () => this.#guard('REGISTER', () => this.#step({ type: 'failed', seq })),
      })
    }
    // A line that was closed still says that its binding goes, if that can be said at once.
    asked.then((flow) => this.#guard('REGISTER', () => send(flow)))
  }

  #answered(response: SipResponse): void {
    if (response.status < 200) return
    this.#step({ type: 'response', response })
  }

  #changed(status: ReturnType<typeof registrationStatus>): void {
    const { log } = this.#options.context.ports
    const { id, name } = this.plan.settings
    if (status.state === 'registered') {
      this.#problem = undefined
      const reached = this.#registersOver
      log.info('trunk registered', { trunk: id, name, server: reached?.flow.remote.address })
      if (reached !== undefined) this.#takeFlow(reached)
    } else if (status.state === 'failed') {
      this.#options.context.counts.trunkFailures += 1
      log.info('trunk not registered', { trunk: id, name, why: status.why, status: status.status })
    }
  }

  #takeFlow(reached: Reached): void {
    const { flow } = reached
    this.servers.use(reached)
    const { binding } = this.#registration
    if (!isReliable(flow.transport)) this.#keepAlive()
    else if (binding?.flowTimerS !== undefined)
      this.#options.network.keepAlive(flow, seconds(binding.flowTimerS))
    this.#options.onFlow(this, flow)
  }

  /** Bare line ends keep the way through a NAT open, and nobody answers them over UDP (RFC 5626 §4.4). */
  #keepAlive(): void {
    const { context } = this.#options
    const [least, most] = KEEP_ALIVE_MS
    const wait = ms(Math.round(least + (most - least) * random(context)))
    this.#arm('keep-alive', wait, () => {
      const { current } = this.servers
      if (current === undefined) return
      context.ports.transport.send(current.flow, KEEP_ALIVE)
      this.#keepAlive()
    })
  }

  #complain(why: TrunkProblem, status: number | undefined): void {
    const { id, name } = this.plan.settings
    this.#problem = { why, ...(status === undefined ? {} : { status }) }
    this.#options.context.ports.log.warn('trunk down', { trunk: id, name, why, status })
  }

  #stepWatch(input: WatchInput): void {
    const { watch: settings } = this.plan.settings
    if (settings === undefined || this.#isClosed) return
    const { watch, out } = stepWatch(settings, this.#watch, input, random(this.#options.context))
    this.#watch = watch
    for (const output of out)
      switch (output.type) {
        case 'ask':
          this.#later(this.reach(new Set()), (reached) => this.#ask(reached))
          break
        case 'arm':
          this.#arm('watch', output.after, () => this.#stepWatch({ type: 'timer' }))
          break
        case 'disarm':
          this.#disarm('watch')
          break
        case 'changed':
          this.#watched(output.state)
          break
      }
  }

  #watched(state: 'up' | 'down'): void {
    const { log } = this.#options.context.ports
    const { id, name, kind } = this.plan.settings
    if (state === 'down') {
      this.#complain('no-answer', undefined)
      this.flowFailed()
    } else {
      if (this.#problem?.why === 'no-answer') this.#problem = undefined
      log.info('trunk answers', { trunk: id, name, kind })
    }
  }

  #ask(reached: Reached | undefined): void {
    if (reached === undefined) {
      this.#stepWatch({ type: 'failed' })
      return
    }
    this.#options.context.transactions.request(this.#question(), reached.flow, {
      onResponse: ({ status }) => {
        if (status >= 200) this.#guard('OPTIONS', () => this.#stepWatch({ type: 'answered', status }))
      },
      onFailed: () => this.#guard('OPTIONS', () => this.#stepWatch({ type: 'failed' })),
    })
  }

  #question(): SipRequest {
    const { context } = this.#options
    const { identity } = this.plan
    const from = { scheme: 'sip', user: identity.account, host: identity.domain, params: new Map() }
    return newRequest({
      method: 'OPTIONS',
      uri: { scheme: 'sip', host: identity.domain, params: new Map() },
      from: `<${writeUri(from)}>;tag=${newTag(context)}`,
      to: `<sip:${identity.domain}>`,
      callId: randomId(context.ports.randomBytes),
      seq: 1,
      headers: [
        ...this.routes().map((route) => ['Route', route] as const),
        ['Accept', SDP_TYPE],
        ['User-Agent', context.product],
      ],
    })
  }
}
