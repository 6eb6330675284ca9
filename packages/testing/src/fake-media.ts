// A media process that answers as the real one would, but moves no sound. Knows which endpoints are open,
// refuses what the real one must refuse, and notes when one call is given the sound of another.
import type { CallId, EndpointId, LegId, RecordingId, TenantId } from '@rufwerk/core'
import type {
  AnnouncedSound,
  AudioSource,
  Command,
  EndpointSnapshot,
  EndpointStats,
  IceDtls,
  MediaEvent,
  MixId,
  Reply,
} from '@rufwerk/media-control'

type Configure = Extract<Command, { readonly type: 'configure' }>
type Record = Extract<Command, { readonly type: 'record' }>

const FIGURES = { lengthMs: 1_000, lostMs: 0, bytes: 32_000 }

export interface FakeEndpoint {
  readonly tenant: string
  readonly kind: 'rtp' | 'webrtc'
  readonly leg: string
  readonly call: string
  readonly address: string
  readonly port: number
  source: AudioSource
  configured: Configure | undefined
  /** Of WebRTC alone. */
  readonly localIce: IceDtls | undefined
  remoteIce: IceDtls | undefined
  /** Of WebRTC: the connection to the peer is gone, the endpoint is still there. */
  isBroken: boolean
  readonly digits: string[]
  /** What is played to it alone in its mix. */
  announced: AnnouncedSound | undefined
}

export const FAKE_ICE: IceDtls = {
  ufrag: 'fake',
  pwd: 'fakefakefakefakefakefake',
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  setup: 'actpass',
  candidates: ['candidate:1 1 udp 2130706431 127.0.0.1 18000 typ host'],
}

export class FakeMedia {
  readonly endpoints = new Map<EndpointId, FakeEndpoint>()
  readonly commands: Command[] = []
  /** That go on, and whether they are paused. */
  readonly recordings = new Map<RecordingId, Omit<Record, 'isPaused'> & { readonly isPaused: boolean }>()
  readonly refused: Command[] = []
  /** Sources that belong to another call or tenant than who would hear them: there must never be one. */
  readonly strays: string[] = []
  /** Whether somebody was led from one call to the other. */
  areJoined: (one: string, other: string) => boolean = () => false
  /** Sees every command with its reply. */
  tap: (command: Command, reply: Reply) => void = () => undefined
  /** Refuses to open anything: a process without ports. */
  isFull = false
  /** So many peer connections are refused, as by a library that fails. */
  connectsRefused = 0
  /** Names of which there is no recording. */
  readonly missingPrompts = new Set<string>()
  /** Somebody else has this port: a wish for it is not met. */
  isPortTaken: (port: number) => boolean = () => false
  /** No process is there: every command is refused. */
  isGone = false
  /** What is played to all of a mix. */
  readonly #toAll = new Map<MixId, AnnouncedSound>()
  /** How long what was recorded is, in ms. */
  lengthOf: (recording: RecordingId) => number = () => FIGURES.lengthMs
  /** The ends of recordings are not told, as by a disk that hangs. */
  isDiskStuck = false
  #listener: (event: MediaEvent) => void = () => undefined
  #nextPort: number
  /** Opened since call control asked last for what is open: a claim that does not name them leaves them. */
  readonly #opened = new Set<EndpointId>()

  /** `firstPort`: where it begins to give ports. */
  constructor(firstPort = 16_000) {
    this.#nextPort = firstPort
  }

  /** Answers in a later turn, as a process would. */
  command = async (command: Command): Promise<Reply> => {
    this.commands.push(command)
    const reply = this.#perform(command)
    if (reply.type === 'refused') this.refused.push(command)
    this.tap(command, reply)
    return reply
  }

  onEvent = (listener: (event: MediaEvent) => void): void => {
    this.#listener = listener
  }

  emit(event: MediaEvent): void {
    this.#listener(event)
  }

  /** The process is killed, and forgets everything; another one is there when `isGone` is false again. */
  die(): void {
    this.isGone = true
    this.endpoints.clear()
    this.#toAll.clear()
    this.recordings.clear()
  }

  /** ICE gives up, or DTLS is closed; the endpoint stays open. */
  breakConnection(endpoint: EndpointId, why = 'failed'): void {
    const open = this.endpoints.get(endpoint)
    if (open === undefined || open.isBroken) return
    open.isBroken = true
    this.emit({ type: 'disconnected', endpoint, why })
  }

  /** RTP has come to it, as is told every now and then. */
  hear(endpoint: EndpointId): void {
    const open = this.endpoints.get(endpoint)
    if (open !== undefined) this.emit({ type: 'stats', endpoint, stats: statsOf(open) })
  }

  /** The endpoint of a leg that is open now. */
  ofLeg(leg: string): (FakeEndpoint & { readonly id: EndpointId }) | undefined {
    for (const [id, endpoint] of this.endpoints) if (endpoint.leg === leg) return { ...endpoint, id }
    return undefined
  }

  /** The legs whose sound this one gets, in order. */
  heardBy(leg: string): string[] {
    const own = this.ofLeg(leg)
    if (own === undefined) return []
    const { source } = own
    if (source.type === 'endpoint') return [this.endpoints.get(source.endpoint)?.leg ?? '']
    if (source.type !== 'mix') return []
    const heard = this.#membersOf(source.mix).filter(([id, other]) => {
      if (id === own.id || other.source.type !== 'mix' || other.source.isMuted) return false
      return other.source.heardBy?.includes(own.id) ?? true
    })
    return heard.map(([, other]) => other.leg).sort()
  }

  /** What is played to all who are in this mix. */
  announcedIn(mix: MixId): AnnouncedSound | undefined {
    return this.#toAll.get(mix)
  }

  /** Open endpoints. */
  size(): number {
    return this.endpoints.size
  }

  #perform(command: Command): Reply {
    if (this.isGone) return { type: 'refused', code: 'failed', why: 'the media process is gone' }
    if (command.type === 'openRtp' || command.type === 'openWebRtc') return this.#open(command)
    if (command.type === 'snapshot') return this.#snapshot()
    if (command.type === 'claim') return this.#claim(command)
    if (command.type === 'announce') return this.#announce(command)
    if (command.type === 'stopRecording' || command.type === 'pauseRecording') return this.#recording(command)
    if (!('endpoint' in command)) return { type: 'done' }
    const endpoint = this.endpoints.get(command.endpoint)
    if (endpoint === undefined) return { type: 'refused', code: 'unknown-endpoint', why: command.type }
    switch (command.type) {
      case 'configure':
        endpoint.configured = command
        return { type: 'done' }
      case 'connectWebRtc':
        if (this.connectsRefused > 0) {
          this.connectsRefused -= 1
          return { type: 'refused', code: 'failed', why: 'the library cannot' }
        }
        endpoint.remoteIce = command.remote
        return { type: 'done' }
      case 'setSource':
        return this.#setSource(endpoint, command.source)
      case 'record':
        this.recordings.set(command.recording, { ...command, isPaused: command.isPaused ?? false })
        return { type: 'done' }
      case 'sendDtmf':
        endpoint.digits.push(command.digit)
        return { type: 'done' }
      case 'close':
        this.endpoints.delete(command.endpoint)
        this.#endRecordings(command.endpoint)
        return { type: 'closed', stats: statsOf(endpoint) }
    }
  }

  #announce({ mix, to, sound }: Extract<Command, { readonly type: 'announce' }>): Reply {
    const members = this.#membersOf(mix)
    if (members.length === 0) return { type: 'refused', code: 'unknown-mix', why: mix }
    if (sound.type === 'prompt' && sound.names.some((name) => this.missingPrompts.has(name)))
      return { type: 'refused', code: 'bad-argument', why: 'there is no such prompt' }
    const member = to === undefined ? undefined : members.find(([id]) => id === to)?.[1]
    if (to !== undefined && member === undefined)
      return { type: 'refused', code: 'unknown-endpoint', why: mix }
    if (member !== undefined) member.announced = sound
    else this.#toAll.set(mix, sound)
    return { type: 'done' }
  }

  #membersOf(mix: MixId): [EndpointId, FakeEndpoint][] {
    return [...this.endpoints].filter(([, { source }]) => source.type === 'mix' && source.mix === mix)
  }

  #recording(command: Extract<Command, { readonly type: 'stopRecording' | 'pauseRecording' }>): Reply {
    const { recording } = command
    const open = this.recordings.get(recording)
    if (open === undefined) return { type: 'refused', code: 'unknown-recording', why: 'no such recording' }
    if (command.type === 'pauseRecording') {
      this.recordings.set(recording, { ...open, isPaused: command.isPaused })
      return { type: 'done' }
    }
    const figures = this.#figuresOf(recording)
    this.recordings.delete(recording)
    return { type: 'recorded', figures }
  }

  /** Ends one by itself, told in a later turn. */
  endRecording(recording: RecordingId, why: 'endpoint-closed' | 'length' | 'disk-full' | 'failed'): void {
    const { endpoint } = this.recordings.get(recording) ?? {}
    const figures = this.#figuresOf(recording)
    this.recordings.delete(recording)
    if (endpoint === undefined || this.isDiskStuck) return
    void Promise.resolve().then(() =>
      this.emit({ type: 'recordingEnded', recording, endpoint, why, figures }),
    )
  }

  #figuresOf(recording: RecordingId): typeof FIGURES {
    return { ...FIGURES, lengthMs: this.lengthOf(recording) }
  }

  #endRecordings(of: EndpointId): void {
    for (const [recording, { endpoint }] of this.recordings)
      if (endpoint === of) this.endRecording(recording, 'endpoint-closed')
  }

  #setSource(endpoint: FakeEndpoint, source: AudioSource): Reply {
    if (source.type === 'prompt' && source.names.some((name) => this.missingPrompts.has(name)))
      return { type: 'refused', code: 'bad-argument', why: 'there is no such prompt' }
    if (source.type === 'endpoint') {
      const heard = this.endpoints.get(source.endpoint)
      if (heard === undefined) return { type: 'refused', code: 'unknown-endpoint', why: 'source' }
      const isOne = heard.call === endpoint.call || this.areJoined(heard.call, endpoint.call)
      if (heard.tenant !== endpoint.tenant || !isOne)
        this.strays.push(`leg ${endpoint.leg} of ${endpoint.call} hears ${heard.leg} of ${heard.call}`)
    }
    if (source.type === 'mix')
      for (const [, other] of this.#membersOf(source.mix))
        if (other.tenant !== endpoint.tenant)
          this.strays.push(`leg ${endpoint.leg} is in a mix with ${other.leg} of ${other.tenant}`)
    endpoint.source = source
    return { type: 'done' }
  }

  #snapshot(): Reply {
    this.#opened.clear()
    const endpoints = [...this.endpoints].map(([endpoint, open]) => {
      const own = [...this.recordings.values()].filter((recording) => recording.endpoint === endpoint)
      const recordings = own.map(({ recording, file, tracks, isPaused }) => ({
        ...{ recording, file, tracks, isPaused },
        ...this.#figuresOf(recording),
      }))
      const recorded = recordings.length > 0 ? { recordings } : {}
      return { ...snapshotOf(endpoint, open), ...this.#announcedTo(open), ...recorded }
    })
    return { type: 'snapshot', left: 0, endpoints }
  }

  #announcedTo({ source, announced: own }: FakeEndpoint): Pick<EndpointSnapshot, 'announced'> {
    const all = source.type === 'mix' ? this.#toAll.get(source.mix) : undefined
    return own || all ? { announced: { ...(own && { own }), ...(all && { all }) } } : {}
  }

  /** What was opened by a call control before, and is not listed, is nobody's. */
  #claim({ endpoints, isComplete }: Extract<Command, { readonly type: 'claim' }>): Reply {
    const unknown = endpoints.filter((endpoint) => !this.endpoints.has(endpoint))
    if (isComplete)
      for (const endpoint of [...this.endpoints.keys()])
        if (!endpoints.includes(endpoint) && !this.#opened.has(endpoint)) {
          this.endpoints.delete(endpoint)
          this.#endRecordings(endpoint)
        }
    return { type: 'claimed', unknown }
  }

  #open(command: Extract<Command, { readonly type: 'openRtp' | 'openWebRtc' }>): Reply {
    if (this.isFull) return { type: 'refused', code: 'no-port', why: 'full' }
    if (this.endpoints.has(command.endpoint)) return { type: 'refused', code: 'bad-argument', why: 'open' }
    const isRtp = command.type === 'openRtp'
    const port = (isRtp ? this.#wished(command.wishedPort) : undefined) ?? this.#freePort()
    // An answer takes a role, an offer leaves it open (RFC 8842 §5.2 and §5.3).
    const setup = isRtp || command.remote === undefined ? 'actpass' : 'active'
    const localIce: IceDtls | undefined = isRtp ? undefined : { ...FAKE_ICE, ufrag: `fake${port}`, setup }
    this.#opened.add(command.endpoint)
    this.endpoints.set(command.endpoint, {
      kind: isRtp ? 'rtp' : 'webrtc',
      tenant: command.tenant,
      leg: command.leg,
      call: command.call,
      address: command.address,
      port,
      source: { type: 'silence' },
      configured: undefined,
      localIce,
      remoteIce: isRtp ? undefined : command.remote,
      isBroken: false,
      digits: [],
      announced: undefined,
    })
    const own = ownStream(port)
    if (localIce) return { type: 'openedWebRtc', local: localIce, ...own }
    return { type: 'openedRtp', rtp: { address: command.address, port }, rtcpPort: port + 1, ...own }
  }

  #wished(port: number | undefined): number | undefined {
    const isMet = port !== undefined && isLeft(port, this.endpoints) && !this.isPortTaken(port)
    return isMet ? port : undefined
  }

  #freePort(): number {
    let port = this.#nextPort
    while (!isLeft(port, this.endpoints)) port = after(port)
    this.#nextPort = after(port)
    return port
  }
}

const after = (port: number): number => (port >= 17_998 ? 16_000 : port + 2)
const isLeft = (port: number, endpoints: FakeMedia['endpoints']): boolean =>
  endpoints.values().every((endpoint) => endpoint.port !== port)

const ownStream = (port: number) => ({ ssrc: port * 7919, cname: `fake-${port}` })

function snapshotOf(endpoint: EndpointId, open: FakeEndpoint): EndpointSnapshot {
  const { type: _type, endpoint: _endpoint, ...configuration } = open.configured ?? {}
  const { address, port, localIce, remoteIce } = open
  return {
    endpoint,
    tenant: open.tenant as TenantId,
    call: open.call as CallId,
    leg: open.leg as LegId,
    local: localIce
      ? { type: 'webrtc', address, ice: localIce, ...(remoteIce ? { remote: remoteIce } : {}) }
      : { type: 'rtp', rtp: { address, port }, rtcpPort: port + 1 },
    ...ownStream(port),
    ...(open.configured ? { configuration: configuration as EndpointSnapshot['configuration'] } : {}),
    source: open.source,
    isConnected: open.configured !== undefined && !open.isBroken,
    isSilent: false,
    stats: statsOf(open),
  }
}

function statsOf(endpoint: FakeEndpoint): EndpointStats {
  return {
    packetsSent: 50,
    packetsReceived: 49,
    lost: 1,
    jitterMs: 2,
    mos: 4.2,
    rubbish: 0,
    isRelayed: endpoint.source.type === 'endpoint',
    codec: endpoint.configured?.send.name ?? 'PCMA',
  }
}
