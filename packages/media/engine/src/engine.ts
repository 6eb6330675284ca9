// The media engine: endpoints by id, commands in, numbered events out. Everything with a socket, a timer or a
// random number is made here and handed down.
import { randomBytes as nodeRandomBytes } from 'node:crypto'
import {
  type EndpointId,
  fail,
  type Instant,
  instant,
  type Log,
  ok,
  type Result,
  type WallTime,
  wallTime,
} from '@rufwerk/core'
import {
  type Command,
  PROTOCOL_VERSION,
  type Reply,
  SNAPSHOT_ENDPOINTS_MAX,
  STATS_INTERVAL,
} from '@rufwerk/media-control'
import { Endpoint, type Surroundings } from './endpoint/endpoint.ts'
import { PlainTransport } from './endpoint/plain-transport.ts'
import { isPortFree, PortPool, type PortRange } from './endpoint/ports.ts'
import { SharedPorts, WebRtcTransport } from './endpoint/webrtc-transport.ts'
import { EventLog } from './event-log.ts'
import { ENDPOINTS_MAX, HOUSEKEEPING_INTERVAL, REPORT_INTERVAL } from './limits.ts'
import { readCommand } from './read-command.ts'
import { PromptLibrary } from './sound/prompts.ts'
import { SourceSetter } from './sound/source-setter.ts'
import { OutboundStream } from './stream/outbound.ts'
import { Ticker } from './stream/ticker.ts'

export interface EngineOptions {
  readonly log: Log
  readonly portRange: PortRange
  /**
   * UDP port shared by the WebRTC connections of the first local address; further addresses take the next.
   */
  readonly webrtcPort: number
  /** Folder of the WAV prompts. */
  readonly promptsDir: string
  /** Endpoints at the same time; ENDPOINTS_MAX when absent. */
  readonly endpointsMax?: number
  readonly now?: () => Instant
  readonly wallNow?: () => WallTime
  readonly randomBytes?: (size: number) => Uint8Array
}

type Refused = Extract<Reply, { type: 'refused' }>
type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

const DONE: Reply = { type: 'done' }
const UNKNOWN: Refused = { type: 'refused', code: 'unknown-endpoint', why: 'no such endpoint' }

function refused(code: Refused['code'], why: string): Refused {
  return { type: 'refused', code, why }
}

/** Builds an engine. It opens nothing before the first command; `close` ends it. */
export function createEngine(options: EngineOptions): Engine {
  return new Engine(options)
}

export class Engine {
  readonly events = new EventLog()
  readonly #log: Log
  readonly #now: () => Instant
  readonly #randomBytes: (size: number) => Uint8Array
  readonly #endpointsMax: number
  readonly #surroundings: Surroundings
  readonly #ticker: Ticker
  readonly #ports: PortPool
  readonly #sharedPorts: SharedPorts
  readonly #sources: SourceSetter
  readonly #endpoints = new Map<EndpointId, Endpoint>()
  /** Packets received when an endpoint's stats were last told. */
  readonly #told = new WeakMap<Endpoint, number>()
  #generation = -1
  #nextKey = 0
  #tickTimer: NodeJS.Timeout | undefined
  #housekeeping: NodeJS.Timeout | undefined
  #statsTimer: NodeJS.Timeout | undefined

  constructor(options: EngineOptions) {
    const { log } = options
    this.#log = log
    this.#now = options.now ?? (() => instant(performance.now()))
    this.#randomBytes = options.randomBytes ?? nodeRandomBytes
    const onError = (error: unknown) => log.error('engine.failed', { error: String(error) })
    this.#endpointsMax = options.endpointsMax ?? ENDPOINTS_MAX
    this.#ticker = new Ticker(onError)
    this.#ports = new PortPool(options.portRange, (below) => this.#random32() % below)
    this.#sharedPorts = new SharedPorts(options.webrtcPort, isPortFree)
    this.#surroundings = {
      now: this.#now,
      wallNow: options.wallNow ?? (() => wallTime(Date.now())),
      ticker: this.#ticker,
      wake: () => this.#armTicker(),
      emit: (event) => this.events.append(event),
      onError,
    }
    this.#sources = new SourceSetter(new PromptLibrary(options.promptsDir, log), onError)
  }

  /** Does one command. Never rejects: what cannot be done is a `refused` reply. */
  async perform(command: unknown): Promise<Reply> {
    const read = readCommand(command)
    if (!read.ok) return refused('bad-argument', read.error)
    try {
      return await this.#perform(read.value)
    } catch (error) {
      this.#log.error('command.failed', { command: read.value.type, error: String(error) })
      return refused('failed', 'internal error')
    }
  }

  /** Endpoints, port pairs in use, streams that make sound: all zero when every call has ended. */
  size(): { readonly endpoints: number; readonly ports: number; readonly ticking: number } {
    return { endpoints: this.#endpoints.size, ports: this.#ports.size(), ticking: this.#ticker.size() }
  }

  /** Closes all endpoints and timers. */
  close(): void {
    for (const endpoint of [...this.#endpoints.values()]) this.#close(endpoint)
    this.#ports.close()
    clearTimeout(this.#tickTimer)
    this.#tickTimer = undefined
  }

  #perform(command: Command): Reply | Promise<Reply> {
    switch (command.type) {
      case 'hello':
        return this.#hello(command)
      case 'openRtp':
        return this.#openRtp(command)
      case 'openWebRtc':
        return this.#openWebRtc(command)
      case 'ping':
        return DONE
      case 'acknowledge':
        this.events.acknowledge(command.event)
        return DONE
      case 'snapshot':
        return this.#snapshot()
      default:
        return this.#performOn(command)
    }
  }

  #performOn(
    command: Of<'connectWebRtc' | 'configure' | 'setSource' | 'sendDtmf' | 'close'>,
  ): Reply | Promise<Reply> {
    const endpoint = this.#endpoints.get(command.endpoint)
    if (!endpoint) return UNKNOWN
    switch (command.type) {
      case 'connectWebRtc':
        return this.#connectWebRtc(endpoint, command)
      case 'configure':
        return this.#configure(endpoint, command)
      case 'setSource':
        return this.#setSource(endpoint, command)
      case 'sendDtmf':
        return this.#sendDtmf(endpoint, command)
      case 'close':
        return { type: 'closed', stats: this.#close(endpoint) }
    }
  }

  #hello(command: Of<'hello'>): Reply {
    if (command.version !== PROTOCOL_VERSION)
      return refused('version', `this media process speaks version ${PROTOCOL_VERSION}`)
    if (command.generation < this.#generation)
      return refused('version', `generation ${this.#generation} has already attached`)
    this.#generation = command.generation
    return { type: 'hello', version: PROTOCOL_VERSION, pid: process.pid }
  }

  #openRtp(command: Of<'openRtp'>): Reply {
    const made = this.#makeEndpoint(command)
    if (!made.ok) return made.error
    const endpoint = made.value
    const pair = this.#ports.lease(command.address)
    if (!pair.ok) return refused(pair.error.code, pair.error.why)
    endpoint.attach(new PlainTransport(pair.value, endpoint, (used) => this.#ports.release(used)))
    this.#admit(endpoint)
    const { address, port } = pair.value
    const { ssrc } = endpoint.stream
    return { type: 'openedRtp', rtp: { address, port }, rtcpPort: port + 1, ssrc, cname: endpoint.cname }
  }

  async #openWebRtc(command: Of<'openWebRtc'>): Promise<Reply> {
    const made = this.#makeEndpoint(command)
    if (!made.ok) return made.error
    const endpoint = made.value
    const port = this.#sharedPorts.portOf(command.address)
    if (!port.ok) return refused(port.error, 'no WebRTC port for this local address')
    const id = command.endpoint
    const transport = new WebRtcTransport(id, command.address, port.value, endpoint, {
      connected: () => this.events.append({ type: 'connected', endpoint: id }),
      disconnected: (why) => this.events.append({ type: 'disconnected', endpoint: id, why }),
    })
    endpoint.attach(transport)
    this.#admit(endpoint)
    const opened = await transport.open(command.remote)
    if (opened.ok)
      return { type: 'openedWebRtc', local: opened.value, ssrc: endpoint.stream.ssrc, cname: endpoint.cname }
    if (this.#endpoints.get(id) === endpoint) this.#close(endpoint)
    return refused(opened.error.startsWith('bad ') ? 'bad-argument' : 'failed', opened.error)
  }

  #connectWebRtc(endpoint: Endpoint, command: Of<'connectWebRtc'>): Reply {
    const { transport } = endpoint
    if (!(transport instanceof WebRtcTransport)) return refused('bad-argument', 'not a WebRTC endpoint')
    const connected = transport.connect(command.remote)
    return connected.ok ? DONE : refused('bad-argument', connected.error)
  }

  #configure(endpoint: Endpoint, command: Of<'configure'>): Reply {
    const { remote, direction, send, receive, dtmf } = command
    const receiveDtmf = command.receiveDtmf ?? (dtmf ? [dtmf] : [])
    if (endpoint.transport?.type === 'rtp' && !remote && !endpoint.negotiated)
      return refused('bad-argument', 'plain RTP needs a remote address')
    endpoint.configure({ direction, send, receive, dtmf, receiveDtmf }, remote)
    return DONE
  }

  async #setSource(endpoint: Endpoint, command: Of<'setSource'>): Promise<Reply> {
    const { source } = command
    const heard = source.type === 'endpoint' ? this.#endpoints.get(source.endpoint) : endpoint
    if (!heard) return UNKNOWN
    const set = await this.#sources.set(endpoint, source, heard)
    return set.ok ? DONE : refused('bad-argument', set.error)
  }

  #sendDtmf(endpoint: Endpoint, command: Of<'sendDtmf'>): Reply {
    const pressed = endpoint.press(command.digit, command.durationMs)
    if (pressed === 'full') return refused('limit', 'too many digits are waiting')
    return pressed === 'sending' ? DONE : refused('failed', 'digits were not negotiated')
  }

  #snapshot(): Reply {
    const endpoints: Extract<Reply, { type: 'snapshot' }>['endpoints'][number][] = []
    for (const endpoint of this.#endpoints.values()) {
      if (endpoints.length === SNAPSHOT_ENDPOINTS_MAX) break
      endpoints.push({ ...endpoint.identity, stats: endpoint.stats() })
    }
    return { type: 'snapshot', endpoints, left: this.#endpoints.size - endpoints.length }
  }

  #makeEndpoint(command: Of<'openRtp' | 'openWebRtc'>): Result<Endpoint, Refused> {
    const { endpoint: id, tenant, call, leg } = command
    if (this.#endpoints.has(id)) return fail(refused('bad-argument', 'the endpoint is open already'))
    if (this.#endpoints.size >= this.#endpointsMax)
      return fail(refused('limit', `${this.#endpointsMax} endpoints are open`))
    this.#nextKey += 1
    const stream = new OutboundStream(this.#random32(), this.#random32() & 0x7fff, this.#random32())
    const cname = Buffer.from(this.#randomBytes(12)).toString('base64url') // RFC 7022 §4.2.
    const firstReport = instant(this.#now() + (this.#random32() % REPORT_INTERVAL))
    const identity = { endpoint: id, tenant, call, leg }
    return ok(new Endpoint(identity, this.#nextKey, stream, cname, firstReport, this.#surroundings))
  }

  #admit(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.identity.endpoint, endpoint)
    this.#housekeeping ??= setInterval(() => this.#housekeep(), HOUSEKEEPING_INTERVAL)
    this.#statsTimer ??= setInterval(() => this.#tellStats(), STATS_INTERVAL)
  }

  /** The one place where an endpoint leaves the engine. */
  #close(endpoint: Endpoint) {
    this.#endpoints.delete(endpoint.identity.endpoint)
    const stats = endpoint.stats()
    endpoint.close()
    if (this.#endpoints.size === 0) {
      clearInterval(this.#housekeeping)
      clearInterval(this.#statsTimer)
      this.#housekeeping = undefined
      this.#statsTimer = undefined
    }
    return stats
  }

  #housekeep(): void {
    const now = this.#now()
    for (const endpoint of this.#endpoints.values()) {
      endpoint.housekeep(now)
      if (endpoint.reportAt > now) continue
      // RFC 3550 §6.3.1: 0.5 to 1.5 times the interval, so that reports do not come in step.
      endpoint.reportAt = instant(now + REPORT_INTERVAL * (0.5 + (this.#random32() % 1000) / 1000))
      endpoint.report(false)
    }
  }

  #tellStats(): void {
    for (const endpoint of this.#endpoints.values()) {
      const { packetsReceived } = endpoint
      if (packetsReceived === (this.#told.get(endpoint) ?? 0)) continue
      this.#told.set(endpoint, packetsReceived)
      this.events.append({ type: 'stats', endpoint: endpoint.identity.endpoint, stats: endpoint.stats() })
    }
  }

  #armTicker(): void {
    const nextAt = this.#ticker.nextAt()
    if (this.#tickTimer || nextAt === undefined) return
    this.#tickTimer = setTimeout(
      () => {
        this.#tickTimer = undefined
        this.#ticker.advance(this.#now())
        this.#armTicker()
      },
      Math.max(0, nextAt - this.#now()),
    )
  }

  #random32(): number {
    const bytes = this.#randomBytes(4)
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
  }
}
