// The media engine: endpoints by id, commands in, numbered events out. Everything with a socket, a timer or a
// random number is made here and handed down.
import { randomBytes as nodeRandomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
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
  type EngineFigures,
  NO_RTP_MAX,
  PROTOCOL_VERSION,
  type Reply,
  STATS_INTERVAL,
  UNATTENDED_MAX,
  UNCLAIMED_MAX,
} from '@rufwerk/media-control'
import { countBridges } from './bridges.ts'
import { Custody, type CustodyLimits, type CustodyVerdict } from './custody.ts'
import { Endpoint, type Surroundings } from './endpoint/endpoint.ts'
import { PlainTransport } from './endpoint/plain-transport.ts'
import { isPortFree, PortPool, type PortRange } from './endpoint/ports.ts'
import { RelayDoors } from './endpoint/relay-door.ts'
import { SharedPorts, WebRtcTransport } from './endpoint/webrtc-transport.ts'
import { EventLog } from './event-log.ts'
import { EMERGENCY_ENDPOINTS_MAX, ENDPOINTS_MAX, HOUSEKEEPING_INTERVAL, REPORT_INTERVAL } from './limits.ts'
import { Mixes } from './mix/mixes.ts'
import { readCommand } from './read-command.ts'
import { type CreateFile, createGrowingFile } from './recording/chunk-writer.ts'
import { Recordings } from './recording/recordings.ts'
import { DONE, type Refused, refused, UNKNOWN } from './refusal.ts'
import { type Described, snapshotPage } from './snapshot-page.ts'
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
  /** UDP ports of a relay on this machine, if there is one; the first is ours. */
  readonly relayPorts?: PortRange | undefined
  /** Folder of the WAV prompts. */
  readonly promptsDir: string
  /** Folder of what companies have recorded themselves, one folder each; absent: none have. */
  readonly ownPromptsDir?: string | undefined
  /** Folder of the recordings, made when the first one begins; absent: none can be made. */
  readonly recordingsDir?: string | undefined
  /** Folder of what call control decrypted to be played as `message/NAME`; absent: nothing is. */
  readonly messagesDir?: string | undefined
  /** How a file of a recording is made; on the disk when absent. */
  readonly createFile?: CreateFile
  /** Endpoints at the same time; ENDPOINTS_MAX when absent. */
  readonly endpointsMax?: number
  /** How long media keeps what nobody asks for; the limits of media-control where absent. */
  readonly custody?: Partial<CustodyLimits>
  readonly now?: () => Instant
  readonly wallNow?: () => WallTime
  readonly randomBytes?: (size: number) => Uint8Array
}

/** Endpoints, port pairs in use, streams that make, mix or record sound, mixes, recordings. */
type EngineSize = Readonly<Record<'endpoints' | 'ports' | 'ticking' | 'mixes' | 'recordings', number>>
type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

/** What a WebRTC connection did not take: our caller's fault when it says so, else the library's. */
function refusedBy(why: string): Refused {
  return refused(why.startsWith('bad ') ? 'bad-argument' : 'failed', why)
}

/** What is answered to the request that opened this endpoint. */
function openedReply(endpoint: Endpoint): Reply {
  const local = endpoint.transport?.ends().local
  const own = { ssrc: endpoint.stream.ssrc, cname: endpoint.cname }
  if (local?.type === 'rtp') return { type: 'openedRtp', rtp: local.rtp, rtcpPort: local.rtcpPort, ...own }
  if (local?.ice) return { type: 'openedWebRtc', local: local.ice, ...own }
  return refused('failed', 'the endpoint is not open yet')
}

/** Whether it was opened with what this command asks for. */
function isSameEnd({ transport }: Endpoint, command: Of<'openRtp' | 'openWebRtc'>): boolean {
  if (command.type === 'openRtp')
    return (
      transport instanceof PlainTransport &&
      transport.pair.address === command.address &&
      transport.advertised === (command.advertised ?? command.address)
    )
  if (!(transport instanceof WebRtcTransport) || transport.address !== command.address) return false
  if (transport.advertised !== command.advertised) return false
  return command.remote === undefined || transport.hasRemote(command.remote)
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
  readonly #doors: RelayDoors
  readonly #mixes: Mixes
  readonly #recordings: Recordings
  readonly #sources: SourceSetter
  readonly #custody: Custody
  /** Names this run of the media process. */
  readonly #instance: string
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
    const limits = { noRtpMax: NO_RTP_MAX, unclaimedMax: UNCLAIMED_MAX, unattendedMax: UNATTENDED_MAX }
    const custodyLimits = { ...limits, ...options.custody }
    this.#custody = new Custody(custodyLimits)
    this.#instance = Buffer.from(this.#randomBytes(12)).toString('base64url')
    this.#ticker = new Ticker(onError)
    this.#ports = new PortPool(options.portRange, (below) => this.#random32() % below)
    this.#sharedPorts = new SharedPorts(options.webrtcPort, isPortFree)
    this.#doors = new RelayDoors(options.relayPorts, (ufrag) => this.#passwordOf(ufrag))
    this.#surroundings = {
      now: this.#now,
      wallNow: options.wallNow ?? (() => wallTime(Date.now())),
      ticker: this.#ticker,
      wake: () => this.#armTicker(),
      emit: (event) => this.events.append(event),
      onError,
      noRtpMax: custodyLimits.noRtpMax,
    }
    const prompts = new PromptLibrary(options.promptsDir, log, options.ownPromptsDir, options.messagesDir)
    this.#recordings = new Recordings({
      ...this.#surroundings,
      randomBytes: this.#randomBytes,
      directory: options.recordingsDir,
      createFile: options.createFile ?? createGrowingFile,
    })
    this.#mixes = new Mixes({ ...this.#surroundings, prompts })
    this.#sources = new SourceSetter(prompts, this.#mixes, onError)
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

  /** Nobody commands any more: endpoints stay while RTP flows, until somebody says hello. */
  detached(): void {
    this.#custody.detached(this.#now())
  }

  /** What is open: all zero when every call has ended and the files of recordings are closed. */
  size(): EngineSize {
    return {
      endpoints: this.#endpoints.size,
      ports: this.#ports.size(),
      ticking: this.#ticker.size(),
      mixes: this.#mixes.size(),
      recordings: this.#recordings.size(),
    }
  }

  /** How full it is. */
  figures(): EngineFigures {
    return {
      endpoints: this.#endpoints.size,
      endpointsMax: this.#endpointsMax,
      bridges: countBridges(this.#endpoints),
      portPairsUsed: this.#ports.size(),
      portPairsFree: this.#ports.free(),
      sounding: this.#ticker.size(),
    }
  }

  /** Closes all endpoints and timers. */
  close(): void {
    for (const endpoint of [...this.#endpoints.values()]) this.#close(endpoint)
    this.#ports.close()
    this.#doors.close()
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
        return { type: 'alive', figures: this.figures() }
      case 'acknowledge':
        this.events.acknowledge(command.event)
        return { type: 'alive', figures: this.figures() }
      case 'snapshot':
        return snapshotPage(this.#described(), command.from ?? 0, this.#now())
      case 'claim':
        return this.#claim(command)
      case 'announce':
        return this.#mixes.announce(command)
      case 'pauseRecording':
        return this.#recordings.pause(command)
      case 'stopRecording':
        return this.#recordings.stop(command.recording)
      default:
        return this.#performOn(command)
    }
  }

  #performOn(
    command: Of<'connectWebRtc' | 'configure' | 'setSource' | 'sendDtmf' | 'record' | 'close'>,
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
      case 'record':
        return this.#recordings.begin(command, endpoint)
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
    this.#custody.attached(this.#now())
    return { type: 'hello', version: PROTOCOL_VERSION, pid: process.pid, instance: this.#instance }
  }

  #claim(command: Of<'claim'>): Reply {
    const unknown: EndpointId[] = []
    for (const id of command.endpoints) {
      const endpoint = this.#endpoints.get(id)
      if (endpoint) endpoint.claimedBy = this.#custody.attachment
      else unknown.push(id)
    }
    if (command.isComplete)
      for (const endpoint of [...this.#endpoints.values()])
        if (this.#custody.isUnclaimed(endpoint)) this.#closeAlone(endpoint, 'unclaimed')
    return { type: 'claimed', unknown }
  }

  #openRtp(command: Of<'openRtp'>): Reply {
    const known = this.#endpoints.get(command.endpoint)
    if (known) return this.#reopened(known, command)
    const made = this.#makeEndpoint(command)
    if (!made.ok) return made.error
    const endpoint = made.value
    const pair = this.#ports.lease(command.address, command.wishedPort)
    if (!pair.ok) return refused(pair.error.code, pair.error.why)
    endpoint.attach(
      new PlainTransport(pair.value, endpoint, (used) => this.#ports.release(used), command.advertised),
    )
    this.#admit(endpoint)
    return openedReply(endpoint)
  }

  async #openWebRtc(command: Of<'openWebRtc'>): Promise<Reply> {
    const known = this.#endpoints.get(command.endpoint)
    if (known) return this.#reopened(known, command)
    const made = this.#makeEndpoint(command)
    if (!made.ok) return made.error
    const endpoint = made.value
    const port = this.#sharedPorts.portOf(command.address)
    if (!port.ok) return refused(port.error, 'no WebRTC port for this local address')
    const id = command.endpoint
    const { address, advertised } = command
    const doorPort = advertised === undefined ? undefined : this.#doors.portOf(address, port.value)
    const told = { address, advertised, doorPort }
    const transport = new WebRtcTransport(id, told, port.value, endpoint, {
      connected: () => this.events.append({ type: 'connected', endpoint: id }),
      disconnected: (why) => this.events.append({ type: 'disconnected', endpoint: id, why }),
    })
    endpoint.attach(transport)
    this.#admit(endpoint)
    const opened = await transport.open(command.remote)
    if (opened.ok) return openedReply(endpoint)
    if (this.#endpoints.get(id) === endpoint) this.#close(endpoint)
    return refusedBy(opened.error)
  }

  /** The same request once more, by a call control that lost the answer: it is answered as before. */
  #reopened(endpoint: Endpoint, command: Of<'openRtp' | 'openWebRtc'>): Reply {
    const { tenant, call, leg } = endpoint.identity
    const isOwn = tenant === command.tenant && call === command.call && leg === command.leg
    if (!isOwn || !isSameEnd(endpoint, command))
      return refused('bad-argument', 'the endpoint is open already')
    endpoint.claimedBy = this.#custody.attachment
    return openedReply(endpoint)
  }

  #connectWebRtc(endpoint: Endpoint, command: Of<'connectWebRtc'>): Reply {
    const { transport } = endpoint
    if (!(transport instanceof WebRtcTransport)) return refused('bad-argument', 'not a WebRTC endpoint')
    const connected = transport.connect(command.remote)
    return connected.ok ? DONE : refusedBy(connected.error)
  }

  #configure(endpoint: Endpoint, command: Of<'configure'>): Reply {
    const { direction, send, receive, dtmf, receiveDtmf, srtp } = command
    const remote = command.remote ?? endpoint.configuration?.remote
    if (endpoint.transport?.type === 'rtp' && !remote)
      return refused('bad-argument', 'plain RTP needs a remote address')
    const configuration = {
      ...{ direction, send, receive },
      ...(remote ? { remote } : {}),
      ...(dtmf ? { dtmf } : {}),
      ...(receiveDtmf ? { receiveDtmf } : {}),
      ...(srtp ? { srtp } : {}),
    }
    // Said again it must not disturb what is heard.
    if (!isDeepStrictEqual(configuration, endpoint.configuration)) endpoint.configure(configuration)
    return DONE
  }

  #setSource(endpoint: Endpoint, command: Of<'setSource'>): Reply | Promise<Reply> {
    const { source } = command
    const heard = source.type === 'endpoint' ? this.#endpoints.get(source.endpoint) : endpoint
    if (!heard) return UNKNOWN
    return this.#sources.set(endpoint, source, heard)
  }

  #sendDtmf(endpoint: Endpoint, command: Of<'sendDtmf'>): Reply {
    const pressed = endpoint.press(command.digit, command.durationMs)
    if (pressed === 'full') return refused('limit', 'too many digits are waiting')
    return pressed === 'sending' ? DONE : refused('failed', 'digits were not negotiated')
  }

  #makeEndpoint(command: Of<'openRtp' | 'openWebRtc'>): Result<Endpoint, Refused> {
    const { endpoint: id, tenant, call, leg, isEmergency = false } = command
    const reserve = isEmergency ? EMERGENCY_ENDPOINTS_MAX : 0
    if (this.#endpoints.size >= this.#endpointsMax + reserve)
      return fail(refused('limit', `${this.#endpointsMax} endpoints are open`))
    this.#nextKey += 1
    const stream = new OutboundStream(this.#random32(), this.#random32() & 0x7fff, this.#random32())
    const cname = Buffer.from(this.#randomBytes(12)).toString('base64url') // RFC 7022 §4.2.
    const firstReport = instant(this.#now() + (this.#random32() % REPORT_INTERVAL))
    const identity = { endpoint: id, tenant, call, leg }
    const { attachment } = this.#custody
    return ok(
      new Endpoint(identity, this.#nextKey, stream, cname, firstReport, attachment, this.#surroundings),
    )
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
    this.#recordings.endpointCloses(endpoint)
    endpoint.close()
    if (this.#endpoints.size === 0) {
      clearInterval(this.#housekeeping)
      clearInterval(this.#statsTimer)
      this.#housekeeping = undefined
      this.#statsTimer = undefined
    }
    return stats
  }

  /** Closes what call control did not ask to close, and tells it. */
  #closeAlone(endpoint: Endpoint, why: CustodyVerdict): void {
    const id = endpoint.identity.endpoint
    this.#log.info('endpoint.closed', { endpoint: id, why })
    this.events.append({ type: 'closed', endpoint: id, why, stats: this.#close(endpoint) })
  }

  /** The endpoints as a snapshot tells of them. */
  *#described(): Generator<Described> {
    for (const endpoint of this.#endpoints.values()) {
      const snapshot = (now: Instant) => {
        const recordings = this.#recordings.of(endpoint)
        return { ...endpoint.snapshot(now), ...(recordings.length > 0 ? { recordings } : {}) }
      }
      yield { key: endpoint.key, snapshot }
    }
  }

  #housekeep(): void {
    const now = this.#now()
    this.#recordings.housekeep(now)
    for (const [endpoint, why] of this.#custody.due(this.#endpoints.values(), now))
      this.#closeAlone(endpoint, why)
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

  #passwordOf(ufrag: string): string | undefined {
    for (const { transport } of this.#endpoints.values()) {
      const password = transport instanceof WebRtcTransport ? transport.passwordOf(ufrag) : undefined
      if (password !== undefined) return password
    }
    return undefined
  }

  #random32(): number {
    const bytes = this.#randomBytes(4)
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
  }
}
