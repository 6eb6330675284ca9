// A carrier in memory and a user agent that has trunks to it; a scripted listener stands for the calls.
import assert from 'node:assert/strict'
import type { LegEvent } from '@rufwerk/calls'
import {
  type CallId,
  type Flow,
  type LegId,
  type LogFields,
  SILENT_LOG,
  type SocketAddress,
  type TenantId,
} from '@rufwerk/core'
import {
  answerChallenge,
  newRequest,
  newResponse,
  parseMessage,
  parseUri,
  type SipRequest,
  type SipResponse,
  writeMessage,
} from '@rufwerk/sip'
import type { RegistrarTarget } from '@rufwerk/sip/trunk'
import { FakeMedia, FakeStore, SeededNetwork, SeededRandom, settled, VirtualClock } from '@rufwerk/testing'
import { type GatePort, type IncomingCall, type LegLimits, UserAgent } from '../../src/index.ts'
import { CARRIER_PROFILES, type TrunkId, type TrunkSettings } from '../../src/trunk/index.ts'

export const US: SocketAddress = { address: '10.0.0.1', port: 5060 }
export const CARRIER: SocketAddress = { address: '10.9.0.1', port: 5060 }
export const DOMAIN = 'carrier.example'
export const PASSWORD = 'not-to-be-seen'
const TENANT = 'tenant-1' as TenantId
const REALM = 'carrier'
const CHALLENGE = `Digest realm="${REALM}", nonce="nonce-1", algorithm=MD5, qop="auth"`
export const T1 = 't1' as TrunkId

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 10.9.0.1',
  's=-',
  'c=IN IP4 10.9.0.1',
  't=0 0',
  'm=audio 20000 RTP/AVP 8',
  '',
].join('\r\n')

/** A customer of the carrier; what is not said is as in the generic profile. */
export function customer(change: Partial<TrunkSettings> = {}): TrunkSettings {
  const generic = CARRIER_PROFILES.find(({ id }) => id === 'generic')
  assert.ok(generic)
  return {
    ...generic.manner,
    id: T1,
    tenant: TENANT,
    name: 'Carrier',
    country: 'de',
    domain: DOMAIN,
    account: 'account1',
    password: () => PASSWORD,
    sources: [],
    ...change,
  }
}

/** A trunk to another system that both know by address. */
export function neighbour(change: Partial<TrunkSettings> = {}): TrunkSettings {
  const known = CARRIER_PROFILES.find(({ id }) => id === 'address')
  assert.ok(known)
  return { ...customer(), ...known.manner, password: undefined, ...change } as TrunkSettings
}

export type CarrierAnswer =
  | number
  | {
      readonly status: number
      readonly headers?: readonly (readonly [string, string])[]
      readonly body?: string
    }

/** One server of a carrier. */
export class Carrier {
  readonly requests: SipRequest[] = []
  readonly responses: SipResponse[] = []
  /** Over which the last request came. */
  flow: Flow | undefined
  /** Bytes that are no message, such as keep-alives. */
  strays = 0
  /** What it says in Via of where we are, as parameters. */
  seen: string | undefined
  /** Undefined: it says nothing. */
  answer: (request: SipRequest) => CarrierAnswer | readonly CarrierAnswer[] | undefined = (request) =>
    this.obliging(request)
  readonly #network: SeededNetwork
  readonly at: SocketAddress

  constructor(network: SeededNetwork, at: SocketAddress) {
    this.#network = network
    this.at = at
    network.attach(at, this)
  }

  onMessage(flow: Flow, bytes: Uint8Array): void {
    const parsed = parseMessage(bytes)
    if (!parsed.ok) {
      this.strays += 1
      return
    }
    const message = parsed.value
    this.flow = flow
    if (message.kind === 'response') {
      this.responses.push(message)
      return
    }
    this.requests.push(message)
    if (message.method === 'ACK') return
    const answers = this.answer(message)
    if (answers === undefined) return
    for (const one of Array.isArray(answers) ? answers : [answers]) this.respond(message, flow, one)
  }

  respond(request: SipRequest, flow: Flow, answer: CarrierAnswer): void {
    const { status, headers = [], body } = typeof answer === 'number' ? { status: answer } : answer
    const toTag = status === 100 || request.headers.toTag !== undefined ? undefined : 'carrier'
    const contact = ['Contact', `<sip:carrier@${this.at.address}:${this.at.port}>`] as const
    const own = request.method === 'REGISTER' ? [] : [contact]
    const response = newResponse(request, status, {
      ...(toTag && { toTag }),
      headers: [...own, ...headers],
      ...(body && { body: { type: 'application/sdp', content: body } }),
    })
    const text = Buffer.from(writeMessage(response)).toString()
    // RFC 3581 §4.
    const told = this.seen === undefined ? text : text.replace(/;rport(?=[;\r])/, `;${this.seen}`)
    this.#network.send(flow, Buffer.from(told))
  }

  /** Challenges who shows no right credentials, takes the rest. */
  obliging(request: SipRequest): CarrierAnswer {
    const { method } = request
    if (method === 'OPTIONS' || method === 'BYE' || method === 'CANCEL') return 200
    if (!hasRightCredentials(request)) return { status: 401, headers: [['WWW-Authenticate', CHALLENGE]] }
    if (method === 'REGISTER') return { status: 200, headers: granted(request) }
    return { status: 200, body: SDP }
  }

  /** Sends over the flow that requests come over, or another one. */
  send(request: SipRequest, flow = this.flow): void {
    assert.ok(flow)
    const { address, port } = this.at
    const via = `SIP/2.0/${flow.transport.toUpperCase()} ${address}:${port}`
    const branch = `z9hG4bK${request.headers.callId}${request.headers.cseq.seq}${request.method}`
    const text = Buffer.from(writeMessage(request)).toString()
    const end = text.indexOf('\r\n') + 2
    const line = `Via: ${via};branch=${branch}\r\n`
    this.#network.send(flow, Buffer.from(text.slice(0, end) + line + text.slice(end)))
  }

  of(method: string): SipRequest[] {
    return this.requests.filter((request) => request.method === method)
  }

  last(method: string): SipRequest {
    const request = this.of(method).at(-1)
    assert.ok(request, `no ${method} came`)
    return request
  }
}

/** What a registrar says that keeps the contact as it is. */
function granted(request: SipRequest): [string, string][] {
  const expires = request.headers.expires ?? 600
  const contacts = request.headers.all('contact').filter((text) => !text.includes('expires=0'))
  if (expires === 0) return []
  return contacts.map((text) => ['Contact', text.replace(/;expires=\d+/, `;expires=${expires}`)])
}

function hasRightCredentials({ headers, method }: SipRequest): boolean {
  const text = headers.get('authorization') ?? ''
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(text)?.[1] ?? ''
  const known = { user: field('username'), password: PASSWORD, method, uri: field('uri') }
  const nc = Number.parseInt(field('nc') || '1', 16)
  return text !== '' && answerChallenge(CHALLENGE, { ...known, cnonce: field('cnonce'), nc }) === text
}

type Dial = Parameters<UserAgent['dial']>[0]
type Destination = Extract<Dial['destination'], { readonly to: 'trunk' }>

type Zone = Record<string, readonly RegistrarTarget[]>

export class TrunkRig {
  readonly clock = new VirtualClock()
  readonly random = new SeededRandom(7)
  readonly network = new SeededNetwork({ clock: this.clock, seed: 3 })
  readonly media = new FakeMedia()
  readonly store = new FakeStore()
  readonly logged: string[] = []
  readonly incoming: IncomingCall[] = []
  /** What was told of who calls through which trunk. */
  readonly heard: string[] = []
  readonly events: { readonly leg: LegId; readonly event: LegEvent }[] = []
  /** What the calls do with a call that comes in. */
  onIncoming: (call: IncomingCall) => void = () => undefined
  /** Where names lead. */
  readonly #zone: Zone
  /** Servers that no connection can be opened to. */
  readonly closed = new Set<string>()
  /** The address of ours that the Internet knows. */
  advertised: string | undefined
  /** Names asked for by TLS. */
  readonly tlsNames: string[] = []
  settings: readonly TrunkSettings[]
  onChanged: () => void = () => undefined
  userAgent: UserAgent
  readonly #limits: Partial<LegLimits>
  readonly #gate: GatePort | undefined
  readonly #connections = new Map<string, Flow>()
  #legs = 0

  constructor(
    settings: readonly TrunkSettings[],
    zone: Zone = { [DOMAIN]: [{ ...CARRIER, transport: 'udp' }] },
    limits: Partial<LegLimits> = {},
    gate?: GatePort,
  ) {
    this.#gate = gate
    this.settings = settings
    this.#zone = zone
    this.#limits = limits
    this.userAgent = this.#start()
    this.userAgent.resume()
  }

  /** The process dies and comes back; this leg is of a call that goes on. */
  async restart(leg: LegId): Promise<void> {
    this.userAgent.close()
    this.userAgent = this.#start()
    const known = await this.media.command({ type: 'snapshot' })
    assert.ok(known.type === 'snapshot')
    this.userAgent.restoreLegs([...this.store.legs.values()], known.endpoints)
    this.userAgent.keepLegs(new Set([leg]))
    this.userAgent.resume()
  }

  #start(): UserAgent {
    const write = (event: string, fields?: LogFields): void => {
      this.logged.push(`${event} ${JSON.stringify(fields)}`)
    }
    const log = { ...SILENT_LOG, debug: write, info: write, warn: write, error: write }
    const { clock, random, store, media } = this
    const userAgent = new UserAgent(
      {
        transport: { send: this.network.send },
        timers: { now: clock.now, arm: clock.arm },
        devices: { bySipName: () => undefined, byId: () => undefined },
        bindings: store,
        journal: store,
        media,
        log,
        randomBytes: random.bytes,
        wallTime: clock.wallTime,
        ...(this.#gate && { gate: this.#gate }),
        trunks: {
          book: {
            trunks: () => this.settings,
            onChanged: (listener) => {
              this.onChanged = listener
            },
            toE164: (_trunk, number) => (number.startsWith('0') ? `+49${number.slice(1)}` : undefined),
          },
          network: {
            resolve: async ({ host }) => this.#zone[host] ?? [],
            open: async (target, tls) => this.#open(target, tls.name),
            keepAlive: () => undefined,
          },
        },
      },
      {
        ...{ realm: TENANT, nonceKey: random.bytes(32), product: 'Rufwerk/test', limits: this.#limits },
        onTrunkHeard: ({ trunk }, { userAgent: said, address }) => {
          this.heard.push(`${trunk} ${address} ${said ?? '-'}`)
        },
      },
    )
    userAgent.listen({
      onIncoming: (call) => {
        this.incoming.push(call)
        this.onIncoming(call)
        return 'accepted'
      },
      onLegEvent: (leg, event) => void this.events.push({ leg, event }),
    })
    this.network.attach(US, userAgent)
    return userAgent
  }

  set(settings: readonly TrunkSettings[]): void {
    this.settings = settings
    this.onChanged()
  }

  /** Lets everything that is under way happen. */
  async settle(ms = 100): Promise<void> {
    await this.clock.pass(ms)
    await settled()
  }

  /** A call over the trunk. */
  dial(
    attempt: Partial<Destination['attempt']> = {},
    call = 'call-1' as CallId,
    help: Pick<Destination, 'isEmergency'> = {},
  ): LegId {
    this.#legs += 1
    const leg = `leg-${this.#legs}` as LegId
    const known = { trunk: T1, number: '+493012345678', caller: '+4930555000', isHidden: false }
    const destination = { to: 'trunk', number: '+493012345678' } as const
    this.userAgent.dial({
      call,
      leg,
      callerLeg: 'nobody' as LegId,
      caller: {
        kind: 'inside',
        tenant: TENANT,
        person: 'p' as never,
        device: 'd' as never,
        extension: '100',
        name: 'Ada',
      },
      destination: { ...destination, ...help, attempt: { ...known, mayCutOthers: false, ...attempt } },
    })
    return leg
  }

  eventsOf(leg: LegId): LegEvent[] {
    return this.events.filter((one) => one.leg === leg).map(({ event }) => event)
  }

  /** The last event of the leg that is no figure. */
  outcome(leg: LegId): LegEvent | undefined {
    return this.eventsOf(leg).findLast(({ type }) => type !== 'quality')
  }

  state() {
    return this.userAgent.trunkStates()[0]
  }

  #open(target: RegistrarTarget, name: string): Flow | undefined {
    if (this.closed.has(target.address)) return undefined
    const remote = { address: target.address, port: target.port }
    const told = this.advertised === undefined ? {} : { advertised: this.advertised }
    if (target.transport === 'udp') return { ...this.network.flow(US, remote), ...told }
    if (target.transport === 'tls') this.tlsNames.push(name)
    const known = this.#connections.get(target.address)
    if (known !== undefined) return known
    const flow = this.network.connect(target.transport, US, remote)
    this.#connections.set(target.address, flow)
    return flow
  }

  /** Connections to this server are cut; the next one is another. */
  cut(address: string): void {
    const flow = this.#connections.get(address)
    assert.ok(flow)
    this.#connections.delete(address)
    this.network.cut(flow)
  }
}

/** Rig with one server at CARRIER, after it had time to register. */
export async function registered(
  change: Partial<TrunkSettings> = {},
): Promise<{ rig: TrunkRig; carrier: Carrier }> {
  const rig = new TrunkRig([customer(change)])
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  return { rig, carrier }
}

/** An INVITE as a carrier sends it. */
export function invite(parts: {
  readonly uri: string
  readonly to?: string
  readonly from?: string
  readonly callId?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}): SipRequest {
  const uri = parseUri(parts.uri)
  assert.ok(uri.ok)
  return newRequest({
    method: 'INVITE',
    uri: uri.value,
    from: `${parts.from ?? `<sip:0171555@${DOMAIN}>`};tag=f1`,
    to: parts.to ?? `<${parts.uri}>`,
    callId: parts.callId ?? 'in-1',
    seq: 1,
    headers: [['Contact', `<sip:carrier@${CARRIER.address}:5060>`], ...(parts.headers ?? [])],
    body: { type: 'application/sdp', content: parts.body ?? SDP },
  })
}
