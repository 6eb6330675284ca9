// The telephone side of Rufwerk in this process, with real sockets, a DNS of the test and the real media
// process, and a switchboard of two rules: what a phone dials goes over the trunk, what comes over a trunk
// rings the phone.
import { randomFillSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LegEvent } from '@rufwerk/calls'
import {
  createLog,
  createRandomPool,
  type DeviceId,
  type LegId,
  type PersonId,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import { type DeviceCredentials, type IncomingCall, type MediaPort, UserAgent } from '@rufwerk/legs'
import type { TrunkSettings } from '@rufwerk/legs/trunks'
import { Carriers, SipResolver, SipSockets, TimerWheel } from '@rufwerk/net'
import type { TrunkId } from '@rufwerk/routing'
import { digestHa1, StreamFramer } from '@rufwerk/sip'
import { connectMediaSocket } from '@rufwerk/testing/media-socket'
import { Child } from '../support/child.ts'
import { freePorts } from '../support/ports.ts'
import type { PhoneAccount } from '../support/server.ts'

const ADDRESS = '127.0.0.1'
const MEDIA_PORTS = 40
const TENANT = 'house' as TenantId
const PHONE = 'phone' as DeviceId
const PASSWORD = 'of-the-phone'
const MEDIA = join(import.meta.dirname, '../../apps/media/src/main.ts')

/** How the phone's number is written for the carrier. */
export interface Attempt {
  readonly trunk: TrunkId
  readonly caller?: string
  readonly isHidden?: boolean
}

export class House {
  readonly account: PhoneAccount
  readonly incoming: IncomingCall[] = []
  readonly events: { readonly leg: LegId; readonly event: LegEvent }[] = []
  readonly logged: string[] = []
  readonly #userAgent: UserAgent
  readonly #close: (() => Promise<void> | void)[]
  readonly #partners = new Map<LegId, LegId>()
  #attempt: Attempt | undefined
  #legs = 0

  private constructor(
    account: PhoneAccount,
    userAgent: UserAgent,
    logged: string[],
    close: (() => Promise<void> | void)[],
  ) {
    this.account = account
    this.logged = logged
    this.#userAgent = userAgent
    this.#close = close
    userAgent.listen({
      onIncoming: (call) => this.#onIncoming(call),
      onLegEvent: (leg, event) => this.#onLegEvent(leg, event),
    })
  }

  /** Listens on `port`. */
  static async open(settings: readonly TrunkSettings[], dnsPort: number, port: number): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), 'rufwerk-trunks-'))
    const path = join(folder, 'media')
    const mediaPort = await freePorts(MEDIA_PORTS)
    const ports = `${mediaPort}-${mediaPort + MEDIA_PORTS - 1}`
    const webrtc = String(await freePorts(1))
    const child = new Child(process.execPath, [
      ...[MEDIA, '--control-socket', path, '--media-ports', ports, '--webrtc-port', webrtc],
    ])
    await child.said(/media\.ready/)
    const logged: string[] = []
    const now = () => wallTime(Date.now())
    const log = createLog('debug', (line) => void logged.push(line), now)
    const randomBytes = createRandomPool(randomFillSync)
    const timers = new TimerWheel({ onError: (error) => log.error('timer', { error: String(error) }) })
    let onEvent: Parameters<MediaPort['onEvent']>[0] = () => undefined
    const client = connectMediaSocket(path, { onEvent: (event) => onEvent(event), onDead: () => undefined })
    await client.hello(1)
    await client.claim([])
    const media: MediaPort = {
      command: (command) => client.command(command),
      onEvent: (listener) => {
        onEvent = listener
      },
    }
    const families = [4] as const
    const resolver = new SipResolver({
      ...{ timers, random: Math.random, transports: ['tls', 'tcp', 'udp'] as const, families },
      servers: [`${ADDRESS}:${dnsPort}`],
    })
    let userAgent: UserAgent | undefined
    const sockets = new SipSockets({
      receiver: {
        onMessage: (flow, bytes) => userAgent?.onMessage(flow, bytes),
        onFlowClosed: (flow) => userAgent?.onFlowClosed(flow),
      },
      newFramer: () => new StreamFramer(),
      ...{ timers, log, randomBytes },
    })
    userAgent = newUserAgent({ settings, sockets, resolver, timers, media, log, randomBytes })
    const account = { sipName: 'phone', password: PASSWORD, server: ADDRESS, port }
    const house = new House(account, userAgent, logged, [
      () => userAgent?.close(),
      () => sockets.close(),
      () => resolver.close(),
      () => client.close(),
      () => child.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ])
    for (const listening of [
      await sockets.listenUdp({ address: ADDRESS, port }),
      await sockets.listenTcp({ address: ADDRESS, port }),
    ])
      if (!listening.ok) throw new Error(listening.error.message)
    userAgent.resume()
    return house
  }

  async close(): Promise<void> {
    for (const close of this.#close) await close()
  }

  trunks() {
    return this.#userAgent.trunkStates()
  }

  /** What the phone dials from now on goes so. */
  callsOver(attempt: Attempt): void {
    this.#attempt = attempt
  }

  /** How the last leg over a trunk, or to the phone, was refused; undefined while it was not. */
  refusal(): number | undefined {
    const refused = this.events.map(({ event }) => event).findLast(({ type }) => type === 'refused')
    return refused?.type === 'refused' ? refused.status : undefined
  }

  #onIncoming(call: IncomingCall): 'accepted' {
    this.incoming.push(call)
    this.#legs += 1
    const leg = `out-${this.#legs}` as LegId
    this.#partners.set(leg, call.leg)
    this.#partners.set(call.leg, leg)
    const common = { call: call.call, leg, callerLeg: call.leg, caller: call.caller }
    if (call.caller.kind === 'outside') {
      const [contact] = this.#userAgent.contactsOf(PHONE)
      if (contact === undefined) throw new Error('the phone is not registered')
      this.#userAgent.dial({ ...common, destination: { to: 'contact', contact } })
    } else {
      const { trunk, caller, isHidden = false } = this.#attempt ?? { trunk: 'none' as TrunkId }
      const attempt = {
        trunk,
        number: call.dialled,
        isHidden,
        mayCutOthers: false,
        ...(caller && { caller }),
      }
      this.#userAgent.dial({ ...common, destination: { to: 'trunk', number: call.dialled, attempt } })
    }
    return 'accepted'
  }

  #onLegEvent(leg: LegId, event: LegEvent): void {
    this.events.push({ leg, event })
    const partner = this.#partners.get(leg)
    if (partner === undefined) return
    if (event.type === 'ringing') this.#userAgent.ring(partner)
    if (event.type === 'answered') {
      this.#userAgent.setSource(partner, { type: 'leg', leg })
      this.#userAgent.setSource(leg, { type: 'leg', leg: partner })
      this.#userAgent.answer(partner)
    }
    if (event.type !== 'refused' && event.type !== 'ended') return
    this.#partners.delete(leg)
    this.#partners.delete(partner)
    const status = event.type === 'refused' ? event.status : 480
    this.#userAgent.end(partner, { status, cause: event.cause ?? 16 })
  }
}

interface Parts {
  readonly settings: readonly TrunkSettings[]
  readonly sockets: SipSockets
  readonly resolver: SipResolver
  readonly timers: TimerWheel
  readonly media: MediaPort
  readonly log: ReturnType<typeof createLog>
  readonly randomBytes: (size: number) => Uint8Array
}

function newUserAgent({ settings, sockets, resolver, timers, media, log, randomBytes }: Parts): UserAgent {
  const device: DeviceCredentials = {
    ...{ device: PHONE, tenant: TENANT, person: 'person' as PersonId, extension: '100', name: 'Ada' },
    ...{ sipName: 'phone', kind: 'phone', country: 'de' },
    secret: { algorithm: 'md5', ha1: digestHa1('md5', 'phone', TENANT, PASSWORD) },
  }
  const nothing = (): void => undefined
  return new UserAgent(
    {
      transport: { send: (flow, bytes) => sockets.send(flow, bytes) },
      devices: {
        bySipName: (name) => (name === 'phone' ? device : undefined),
        byId: (id) => (id === PHONE ? device : undefined),
      },
      bindings: {
        saveBinding: nothing,
        removeBinding: nothing,
        loadBindings: async () => [],
        committed: async () => true,
      },
      journal: {
        append: nothing,
        saveLeg: nothing,
        end: nothing,
        committed: async () => true,
        isOverloaded: () => false,
      },
      trunks: {
        book: { trunks: () => settings, onChanged: nothing, toE164: () => undefined },
        network: new Carriers({ sockets, resolver, log }),
      },
      ...{ timers, media, log, randomBytes, wallTime: () => wallTime(Date.now()) },
    },
    { realm: TENANT, nonceKey: randomBytes(32), product: 'Rufwerk/test' },
  )
}
