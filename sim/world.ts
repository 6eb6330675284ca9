// The world of one run: the network, the phones, the media process and the disk go on; call control is killed
// and started again in the middle of them.
import type { CallEvent, CallJournal, Cdr, StoredLeg } from '@rufwerk/calls'
import {
  type EndpointId,
  type Flow,
  type Log,
  type LogFields,
  ms,
  type PersonId,
  SILENT_LOG,
  type SocketAddress,
} from '@rufwerk/core'
import { type AudioSource, type Command, NO_RTP_MAX, STATS_INTERVAL } from '@rufwerk/media-control'
import type { Store } from '@rufwerk/store'
import { SimulatedDisk } from '@rufwerk/store/testing'
import {
  CallControl,
  type FakeEndpoint,
  FakeMedia,
  SeededNetwork,
  SeededRandom,
  type SentMessage,
  type SimulatedCall,
  SimulatedPhone,
  VirtualClock,
} from '@rufwerk/testing'
import { Carriers } from './carriers.ts'
import { CONFIG, type CompanyDevice, DEVICES, personAt, QUEUES, TENANT } from './company.ts'
import { NO_FAULT, type PlantedFault } from './faults/planted.ts'
import { drawHabits } from './habits.ts'
import { Services, simulatedQueue } from './services.ts'
import { Tapes } from './tapes.ts'
import { Trace } from './trace.ts'

export const SERVER: SocketAddress = { address: '10.0.0.1', port: 5060 }
/** Different streams of chance, so that what the server draws does not change what people do. */
const STREAM = {
  network: 0x1000_0000,
  server: 0x2000_0000,
  phones: 0x3000_0000,
  disk: 0x4000_0000,
  habits: 0x5000_0000,
  sounds: 0x6000_0000,
} as const

/** How long the words of a prompt are. */
const PROMPT_TIME = ms(2500)

/** Without a media process for so long its endpoints are given up; and so much later calls end. */
const GIVE_UP = ms(5000)
const MEDIA_AWAY_MAX = ms(20_000)

const QUEUE_CONFIGS = QUEUES.map(({ id, members }) => simulatedQueue(id, members.map(personAt)))

/** Of the ports that a media process had, every fifth is somebody else's when the next one comes. */
const PORTS_PER_STRANGER = 5
const PORTS_PER_PAIR = 2

function mediaWithStrangers(): FakeMedia {
  const media = new FakeMedia()
  media.isPortTaken = (port) => (port / PORTS_PER_PAIR) % PORTS_PER_STRANGER === 0
  return media
}

/** The phone has been told of no other port; what it sends comes from where this endpoint sends to. */
export function sendsTo(
  { remote, rtpPort, phone }: SimulatedCall,
  { port, configured }: FakeEndpoint,
): boolean {
  const told = remote?.media.find(({ kind }) => kind === 'audio')?.port
  const { address } = phone.options.at
  const rtp = configured?.remote?.rtp
  return told === port && rtp?.address === address && rtp.port === rtpPort
}

/** What excuses that a call's two ends do not agree: its phone lost its only path. */
export type Excuse = 'vanish' | 'rebind' | 'cut'

export interface Member {
  readonly device: CompanyDevice
  readonly phone: SimulatedPhone
  /** Switched off, or away: it hears nothing. */
  isAway: boolean
}

/** Hears what happens while it happens. */
export interface Witness {
  /** The media process, which has done it. */
  mediaTold(command: Command): void
  /** Call control. */
  crashed(): void
  /** By call control. */
  received(bytes: Uint8Array): void
  sent(message: SentMessage, isFromServer: boolean): void
  legSaved(leg: StoredLeg): void
  /** By the store: anything. */
  committed(): void
  eventsAppended(events: readonly CallEvent[]): void
  ended(cdr: Cdr): void
  logged(event: string, fields: LogFields | undefined): void
}

export class World {
  readonly clock = new VirtualClock()
  readonly trace = new Trace(this.clock.now)
  readonly media = mediaWithStrangers()
  readonly tapes = new Tapes(this.media, this.clock.now)
  readonly network: SeededNetwork
  readonly disk: SimulatedDisk
  readonly members: readonly Member[]
  readonly carriers: Carriers
  readonly excuses = new Map<SimulatedCall, Set<Excuse>>()
  /** By Call-ID: which run of call control sent this INVITE; 0 when it had no chance. */
  readonly invitedIn = new Map<string, number>()
  /** How often call control was started. */
  run = 0
  control: CallControl | undefined
  /** Of this run. */
  services: Services | undefined
  store: Store | undefined
  /** There is no room on the disk. */
  isDiskFull = false
  wasDiskFull = false
  /** A transaction of the disk takes at most this long, in ms. */
  slowestCommitMs = 8
  /** Kills call control when it has sent this many more messages. */
  messagesUntilCrash = Number.POSITIVE_INFINITY
  /** Sees what everybody sends, while it is under way. */
  onUnderWay: (method: string, status: number, callId: string, to: Member | undefined) => void = () =>
    undefined
  /** Somebody hears words from now on. */
  onPrompt: (endpoint: EndpointId, names: readonly string[]) => void = () => undefined
  readonly #random: Readonly<Record<'server' | 'disk' | 'sounds', SeededRandom>>
  readonly #fault: PlantedFault
  readonly #witness: () => Witness
  #nextOutsidePort = 20_000
  readonly #mixes = new Map<string, number>()

  constructor(seed: number, witness: () => Witness, fault: PlantedFault = NO_FAULT) {
    this.#witness = witness
    this.#fault = fault
    const stream = (name: keyof typeof STREAM) => new SeededRandom(STREAM[name] + seed * 7919)
    this.#random = { server: stream('server'), disk: stream('disk'), sounds: stream('sounds') }
    const tap = (message: SentMessage): void => this.#noteMessage(message)
    this.network = new SeededNetwork({ clock: this.clock, seed: STREAM.network + seed * 7919, tap })
    const { clock, network } = this
    this.disk = new SimulatedDisk({
      clock: { now: clock.now, arm: (delay, callback) => clock.arm(ms(delay), callback) },
      log: this.#log(),
      isFull: () => this.isDiskFull,
      onCommit: () => this.#witness().committed(),
      commitMs: () => this.#random.disk.between(1, this.slowestCommitMs),
    })
    this.disk.change(
      `INSERT INTO tenants VALUES ('${TENANT}', 'Company', 'de', 'de', 0, 1, ${clock.wallTime()})`,
    )
    this.media.tap = (command, reply) => {
      const source = command.type === 'setSource' ? ` ${this.#written(command.source)}` : ''
      const endpoint = 'endpoint' in command ? ` ${command.endpoint.slice(0, 6)}` : ''
      this.trace.add(`media ${command.type}${endpoint}${source} ${reply.type}`)
      if (reply.type === 'refused') return
      this.tapes.told(command)
      this.#witness().mediaTold(command)
      if (command.type === 'openRtp' && command.wishedPort !== undefined) this.#hear(command.endpoint)
      if (command.type === 'setSource') this.#playOut(command.endpoint, command.source)
    }
    const random = stream('phones')
    this.carriers = new Carriers({ clock, network, random, server: SERVER })
    const likings = stream('habits')
    this.members = DEVICES.map((device, index) => {
      const at = { address: `10.0.1.${index + 1}`, port: 5062 }
      const { sipName: user, password, transport } = device
      const way = transport === 'ws' ? { device: device.device } : { transport }
      const habits = drawHabits(likings, device.instance)
      const options = { clock, network, random, at, server: SERVER, user, password, habits, ...way }
      return { device, phone: new SimulatedPhone(options), isAway: false }
    })
  }

  /** Those of the company and of its carriers. */
  phones(): SimulatedPhone[] {
    return [...this.members.map(({ phone }) => phone), ...this.carriers.phones]
  }

  get isUp(): boolean {
    return this.control !== undefined
  }

  calls(): SimulatedCall[] {
    return this.phones().flatMap((phone) => phone.calls)
  }

  /**
   * Starts call control over what is committed, and opens its socket when it is ready. With `killedAfterMs`
   * it may be killed before that; then it is not up.
   */
  async start(killedAfterMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.run += 1
    this.trace.add(`start call control, run ${this.run}`)
    this.#fault.beforeStart?.(this)
    const opened = await this.disk.open()
    const store = this.#fault.wrapStore?.(opened, this) ?? opened
    while (this.media.isGone) await this.clock.pass(10) // Calls are taken up when it is there.
    const { control, services } = this.#build(store)
    let isReady = false
    const starting = services
      .open(QUEUE_CONFIGS, this.run === 1)
      .then(() => control.start({ ...store, journal: this.#watched(store.journal) }))
      .then(() => services.sounds.recover())
      .then(() => {
        isReady = true
      })
    const killedAt = this.clock.now() + killedAfterMs
    while (!isReady) {
      await this.clock.pass(2)
      if (isReady || this.clock.now() < killedAt) continue
      this.trace.add('CRASH of call control while it starts')
      control.kill()
      this.disk.crash()
      return
    }
    await starting
    this.control = control
    this.services = services
    this.store = store
    const receive = (flow: Flow, bytes: Uint8Array): void => {
      this.#witness().received(bytes)
      control.userAgent.onMessage(flow, bytes)
    }
    const onMessage = this.#fault.wrapReceive?.(receive, this) ?? receive
    this.network.attach(SERVER, { onMessage, onFlowClosed: (flow) => control.userAgent.onFlowClosed(flow) })
    control.resume()
    services.resume()
    this.trace.add('call control is ready')
  }

  /** As kill -9: what was not committed is gone, connections close, datagrams find nobody. */
  crash(): void {
    const { control } = this
    if (control === undefined) return
    this.trace.add('CRASH of call control')
    this.#witness().crashed()
    this.messagesUntilCrash = Number.POSITIVE_INFINITY
    control.kill()
    this.disk.crash()
    this.control = undefined
    this.services = undefined
    this.store = undefined
    this.network.detach(SERVER)
    this.network.cutAll(SERVER)
  }

  /**
   * As kill -9 of the media process; another one that knows nothing is there `forMs` later. Told to call
   * control as `apps/server` does: when that one is there, or after a while without.
   */
  loseMedia(forMs: number): void {
    const { clock, control } = this
    if (this.media.isGone) return
    this.trace.add('CRASH of the media process')
    this.media.die()
    this.tapes.changed()
    let isTold = false
    const tell = (): void => {
      if (isTold || control === undefined || this.control !== control) return
      isTold = true
      control.userAgent.mediaLost()
    }
    clock.arm(GIVE_UP, tell)
    const away = clock.arm(ms(GIVE_UP + MEDIA_AWAY_MAX), () => {
      if (this.control !== control) return
      for (const { call } of control?.exchange.views() ?? []) control?.exchange.hangUp(call)
    })
    clock.arm(ms(forMs), () => {
      this.trace.add('another media process is there')
      this.media.isGone = false
      away[Symbol.dispose]()
      tell()
      if (this.control === control) control?.userAgent.mediaFound([])
    })
  }

  /** What phones send to this endpoint is told as the media process does it. */
  #hear(endpoint: EndpointId): void {
    this.clock.arm(STATS_INTERVAL, () => {
      const open = this.media.endpoints.get(endpoint)
      const isHeard = open && this.calls().some((call) => call.state === 'talking' && sendsTo(call, open))
      if (isHeard) this.media.hear(endpoint)
    })
  }

  /**
   * Nobody sends sound any more: the media process says so of each endpoint that is still open, as for a call
   * whose BYE went into a connection that was gone.
   */
  fallSilent(): void {
    for (const endpoint of [...this.media.endpoints.keys()])
      this.media.emit({ type: 'silent', endpoint, forMs: NO_RTP_MAX })
  }

  excuse(call: SimulatedCall, excuse: Excuse): void {
    if (call.state === 'ended') return
    const known = this.excuses.get(call)
    if (known) known.add(excuse)
    else this.excuses.set(call, new Set([excuse]))
  }

  excuseMember({ phone }: Member, excuse: Excuse): void {
    for (const call of phone.calls) this.excuse(call, excuse)
  }

  /** Nothing gets to a phone or from it, for as long as it is away. */
  leave(member: Member): void {
    member.isAway = true
    this.excuseMember(member, 'vanish')
    this.network.partition(member.phone.options.at.address, true)
  }

  comeBack(member: Member): void {
    if (!member.isAway) return
    member.isAway = false
    this.excuseMember(member, 'vanish')
    this.network.partition(member.phone.options.at.address, false)
  }

  /** The NAT before a phone gives it another port. */
  rebind(member: Member): void {
    const { at } = member.phone.options
    this.#nextOutsidePort += 1
    this.excuseMember(member, 'rebind')
    this.network.rebind(at, { address: at.address, port: this.#nextOutsidePort })
  }

  /** Which phone's call gets the sound of an endpoint. */
  talkerOf(endpoint: FakeEndpoint | undefined): SimulatedCall | undefined {
    const rtp = endpoint?.configured?.remote?.rtp
    if (rtp !== undefined) return this.phoneAt(rtp.address)?.calls.find(({ rtpPort }) => rtpPort === rtp.port)
    const ufrag = endpoint?.remoteIce?.ufrag
    return ufrag === undefined ? undefined : this.calls().find((call) => call.ufrag === ufrag)
  }

  phoneAt(address: string): SimulatedPhone | undefined {
    return this.phones().find(({ options }) => options.at.address === address)
  }

  memberOf({ phone }: SimulatedCall): Member | undefined {
    return this.members.find((member) => member.phone === phone)
  }

  memberAt(address: string): Member | undefined {
    return this.members.find(({ phone }) => phone.options.at.address === address)
  }

  #build(store: Store): { readonly control: CallControl; readonly services: Services } {
    const { clock, media, network } = this
    let services: Services | undefined
    const send = (flow: Flow, bytes: Uint8Array): boolean => {
      const isSent = network.send(flow, bytes)
      this.messagesUntilCrash -= 1
      if (this.messagesUntilCrash <= 0) this.crash()
      return isSent
    }
    const control = new CallControl({
      clock,
      random: this.#random.server,
      log: this.#log(),
      tenant: TENANT,
      devices: {
        bySipName: (name) => DEVICES.find((device) => device.sipName === name),
        byId: (id) => DEVICES.find((device) => device.device === id),
      },
      transport: { send: this.#fault.wrapSend?.(send, this) ?? send },
      media: this.#fault.wrapMedia?.(media, this) ?? media,
      journal: this.#watched(store.journal),
      bindings: store.bindings,
      config: () => CONFIG,
      contactsOf: (person, own) =>
        DEVICES.filter((device) => device.person === person).flatMap(({ device }) => own(device)),
      services: (run) => {
        services = this.#servicesOf(run, store)
        return services.ports
      },
      watch: {
        personAt: (extension, watcher) => services?.sounds.lamps.personAt(extension, watcher),
        callsOf: (person) => services?.sounds.lamps.callsOf(person) ?? [],
        messagesOf: (person) => services?.sounds.lamps.messagesOf?.(person) ?? { unheard: 0, heard: 0 },
      },
      recorder: () => services?.sounds.recordings,
      onRecorded: (event) => services?.sounds.files.recorded(event),
      trunks: this.carriers.ports,
      live: (run) => ({
        trunk: (id) => run.userAgent.trunkState(id) ?? { isUp: false, calls: 0 },
        boxOf: (person) => services?.sounds.boxOf(person),
      }),
      onView: (view) => {
        services?.sounds.lamps.show(view)
        services?.queues.callShown(view)
      },
      onRegistrationsChanged: (device) => {
        const person = DEVICES.find((one) => one.device === device)?.person
        if (person !== undefined) services?.queues.reachabilityChanged(person)
      },
    })
    if (services === undefined) throw new Error('call control was made without its services')
    return { control, services }
  }

  #servicesOf(run: CallControl, store: Store): Services {
    const isReachable = (person: PersonId): boolean =>
      DEVICES.some((one) => one.person === person && run.userAgent.contactsOf(one.device).length > 0)
    const { clock, tapes } = this
    const parts = { tenant: TENANT, clock, tapes, store, log: this.#log(), seed: this.run, isReachable }
    return new Services({ ...parts, random: this.#random.sounds, config: () => CONFIG }, run)
  }

  #watched(journal: CallJournal): CallJournal {
    const witness = this.#witness
    return {
      append: (events) => {
        witness().eventsAppended(events)
        journal.append(events)
      },
      saveLeg: (leg) => {
        witness().legSaved(leg)
        journal.saveLeg(leg)
      },
      end: (cdr, events) => {
        this.trace.add(`CDR ${cdr.call.slice(0, 6)} ${callerOf(cdr)} to ${cdr.dialled} ${cdr.why.rule}`)
        witness().ended(cdr)
        journal.end(cdr, events)
      },
      committed: (patience) => journal.committed(patience),
      isOverloaded: () => journal.isOverloaded(),
    }
  }

  /** What is not looped comes to its end. */
  #playOut(endpoint: EndpointId, source: AudioSource): void {
    if (source.type !== 'prompt' || source.isLooped) return
    this.onPrompt(endpoint, source.names)
    this.clock.arm(PROMPT_TIME, () => {
      if (this.media.endpoints.get(endpoint)?.source === source)
        this.media.emit({ type: 'sourceEnded', endpoint })
    })
  }

  /** Mixes for a while have names of true chance: they are numbered here. */
  #written(source: AudioSource): string {
    if (source.type !== 'mix') return JSON.stringify(source)
    const number = this.#mixes.get(source.mix) ?? this.#mixes.size + 1
    this.#mixes.set(source.mix, number)
    return JSON.stringify({ ...source, mix: `mix ${number}` })
  }

  #noteMessage(message: SentMessage): void {
    const { flow, bytes, fate } = message
    const nameOf = ({ address }: SocketAddress): string =>
      address === SERVER.address ? 'server' : (this.phoneAt(address)?.options.user ?? address)
    const text = Buffer.from(bytes).toString('latin1')
    const first = text.slice(0, text.indexOf('\r\n'))
    const cseq = /^CSeq: ?([^\r]*)/im.exec(text)?.[1] ?? '-'
    const status = Number(/^SIP\/2\.0 (\d+)/.exec(first)?.[1] ?? 0)
    const method = status === 0 ? (first.split(' ')[0] ?? '') : (cseq.split(' ')[1] ?? '')
    const wholeCallId = /^(?:Call-ID|i): ?([^\r]*)/im.exec(text)?.[1] ?? ''
    this.onUnderWay(method, status, wholeCallId, this.memberAt(flow.remote.address))
    if (first.startsWith('INVITE ') && flow.local.address === SERVER.address)
      this.#noteInvite(wholeCallId, this.memberAt(flow.remote.address))
    const what = fate === 'sent' ? '' : ` [${fate}]`
    this.trace.add(
      `${nameOf(flow.local)} > ${nameOf(flow.remote)} ${first} (${wholeCallId.slice(0, 6)} ${cseq})${what}`,
      bytes,
    )
    this.#witness().sent(message, flow.local.address === SERVER.address)
  }

  /** One that is sent to a phone that is away comes too late, if at all: of no run. */
  #noteInvite(callId: string, to: Member | undefined): void {
    if (!this.invitedIn.has(callId)) this.invitedIn.set(callId, to?.isAway ? 0 : this.run)
  }

  #log(): Log {
    const say = (event: string, fields?: LogFields): void => {
      this.trace.add(`log ${event} ${JSON.stringify(fields ?? {})}`)
      this.#witness().logged(event, fields)
    }
    return { ...SILENT_LOG, error: say }
  }
}

function callerOf({ from }: Cdr): string {
  return from.kind === 'inside' ? from.extension : (from.number ?? from.trunk)
}
