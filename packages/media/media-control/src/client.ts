// The call-control side of the control stream: commands become promises, events come in order and are
// acknowledged, and a media process that does not answer is dead, whether it crashed or hangs.
// No sockets and no timers of its own: both are handed in.
import { type EndpointId, fail, type Ms, ms, ok, type Result } from '@rufwerk/core'
import { frame, Unframer } from './framing.ts'
import {
  CLAIM_ENDPOINTS_MAX,
  type Command,
  type EngineFigures,
  type Envelope,
  type MediaEvent,
  PROTOCOL_VERSION,
  type Reply,
} from './messages.ts'
import type { EndpointSnapshot } from './snapshot.ts'

/** How often a ping is sent. */
export const HEARTBEAT_INTERVAL: Ms = ms(500)
/** So many intervals without a byte from the other side mean that it is dead. */
export const HEARTBEATS_MISSED_MAX = 3
/** Commands without an answer; the next one is refused with `limit`. */
export const PENDING_COMMANDS_MAX = 10_000
/** Events are acknowledged with each heartbeat, and earlier after so many. */
const ACKNOWLEDGE_EVERY = 200

/** A stream of bytes in both directions: a socket, or two ends of memory in a test. */
export interface BytePort {
  write(bytes: Uint8Array): void
  onBytes(listener: (bytes: Uint8Array) => void): void
  /** The other side has gone, or the stream failed. */
  onClosed(listener: () => void): void
  close(): void
}

export interface MediaClientPorts {
  readonly port: BytePort
  /** Calls back again and again until disposed. */
  readonly every: (interval: Ms, callback: () => void) => Disposable
  readonly onEvent: (event: MediaEvent) => void
  /** Called once. Every command that waits is answered with `failed` before. */
  readonly onDead: (why: string) => void
}

type Refused = Extract<Reply, { type: 'refused' }>
type Page = Extract<Reply, { type: 'snapshot' }>

/** The process is ours, but what it says may be mangled: looked at as far as this file relies on it. */
function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== 'object' || message === null) return false
  if ('reply' in message) return isTyped(message.reply) && 'id' in message && typeof message.id === 'number'
  return (
    'event' in message && isTyped(message.event) && 'number' in message && Number.isInteger(message.number)
  )
}

function isTyped(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Pages go forward: one that leads back to itself would never end. */
function isPageAfter({ endpoints, next }: Page, from = -1): boolean {
  return Array.isArray(endpoints) && (next === undefined || (Number.isInteger(next) && next > from))
}

/** What a heartbeat was answered, as far as it is figures. */
function figuresOf(reply: Reply): EngineFigures | undefined {
  if (reply.type !== 'alive' || typeof reply.figures !== 'object' || reply.figures === null) return undefined
  const { endpoints, endpointsMax, bridges, portPairsUsed, portPairsFree, sounding } = reply.figures
  const figures = { endpoints, endpointsMax, bridges, portPairsUsed, portPairsFree, sounding }
  return Object.values(figures).every((value) => Number.isFinite(value)) ? figures : undefined
}

function whyNot(reply: Reply): string {
  return reply.type === 'refused' && typeof reply.why === 'string' ? reply.why : 'another answer'
}

function refused(code: Refused['code'], why: string): Refused {
  return { type: 'refused', code, why }
}

export class MediaClient {
  readonly #ports: MediaClientPorts
  readonly #unframer = new Unframer()
  readonly #pending = new Map<number, (reply: Reply) => void>()
  readonly #heartbeat: Disposable
  #nextId = 1
  #silentIntervals = 0
  #lastEvent = 0
  #acknowledged = 0
  #isClosed = false
  #figures: EngineFigures | undefined

  constructor(ports: MediaClientPorts) {
    this.#ports = ports
    ports.port.onBytes((bytes) => this.#received(bytes))
    ports.port.onClosed(() => this.#die('the stream was closed'))
    this.#heartbeat = ports.every(HEARTBEAT_INTERVAL, () => this.#beat())
  }

  /** The first command: agrees on the version and takes over from older generations of call control. */
  hello(generation: number): Promise<Reply> {
    return this.command({ type: 'hello', version: PROTOCOL_VERSION, generation })
  }

  /** How full the media process is, as of the last heartbeat; undefined before the first one. */
  get figures(): EngineFigures | undefined {
    return this.#figures
  }

  /** All endpoints of the media process, page by page. Fails with why when it refuses or goes. */
  async snapshot(): Promise<Result<EndpointSnapshot[], string>> {
    const endpoints: EndpointSnapshot[] = []
    for (let from: number | undefined, isLast = false; !isLast; ) {
      const page = await this.command({ type: 'snapshot', ...(from === undefined ? {} : { from }) })
      if (page.type !== 'snapshot' || !isPageAfter(page, from)) return fail(whyNot(page))
      endpoints.push(...page.endpoints)
      from = page.next
      isLast = from === undefined
    }
    return ok(endpoints)
  }

  /**
   * Claims these endpoints; all others that were open when we said hello are closed. Events begin: before
   * it, say with `skipEvents` which ones are known. Gives the claimed ones that are not open any more.
   */
  async claim(endpoints: readonly EndpointId[]): Promise<Result<EndpointId[], string>> {
    const unknown: EndpointId[] = []
    for (let at = 0, isComplete = false; !isComplete; at += CLAIM_ENDPOINTS_MAX) {
      isComplete = at + CLAIM_ENDPOINTS_MAX >= endpoints.length
      const part = endpoints.slice(at, at + CLAIM_ENDPOINTS_MAX)
      const reply = await this.command({ type: 'claim', endpoints: part, isComplete })
      if (reply.type !== 'claimed' || !Array.isArray(reply.unknown)) return fail(whyNot(reply))
      unknown.push(...reply.unknown)
    }
    return ok(unknown)
  }

  /** The number of the last event that was delivered; 0 before the first. */
  get lastEvent(): number {
    return this.#lastEvent
  }

  /** Events up to this one were delivered by an earlier client of the same media process. */
  skipEvents(upTo: number): void {
    this.#lastEvent = Math.max(this.#lastEvent, upTo)
  }

  /** Never rejects: without a media process the answer is `refused`. */
  command(command: Command): Promise<Reply> {
    if (this.#isClosed) return Promise.resolve(refused('failed', 'the media process is gone'))
    if (this.#pending.size >= PENDING_COMMANDS_MAX)
      return Promise.resolve(refused('limit', 'too many commands wait for an answer'))
    const id = this.#nextId
    this.#nextId += 1
    return new Promise((resolve) => {
      this.#pending.set(id, resolve)
      this.#ports.port.write(frame({ id, command }))
    })
  }

  /** Lets go of the media process without telling anybody that it died. */
  close(): void {
    this.#end('closed')
  }

  /** Commands that wait for their answer. */
  size(): number {
    return this.#pending.size
  }

  #received(bytes: Uint8Array): void {
    if (this.#isClosed) return
    this.#silentIntervals = 0
    const messages = this.#unframer.push(bytes)
    if (!messages.ok) {
      this.#die(`the stream is broken: ${messages.error}`)
      return
    }
    for (const message of messages.value) {
      if (isEnvelope(message)) this.#dispatch(message)
      else this.#die('the stream is broken: not a message')
      if (this.#isClosed) return
    }
  }

  #dispatch(envelope: Envelope): void {
    if ('reply' in envelope) {
      const resolve = this.#pending.get(envelope.id)
      this.#pending.delete(envelope.id)
      resolve?.(envelope.reply)
      return
    }
    // After a reconnection events may come twice; numbers only grow.
    if (envelope.number <= this.#lastEvent) return
    this.#lastEvent = envelope.number
    if (this.#lastEvent - this.#acknowledged >= ACKNOWLEDGE_EVERY) this.#acknowledge()
    this.#ports.onEvent(envelope.event)
  }

  #beat(): void {
    this.#silentIntervals += 1
    if (this.#silentIntervals > HEARTBEATS_MISSED_MAX) {
      this.#die('no answer to the heartbeat')
      return
    }
    if (this.#lastEvent > this.#acknowledged) this.#acknowledge()
    else this.#note(this.command({ type: 'ping' }))
  }

  #acknowledge(): void {
    this.#acknowledged = this.#lastEvent
    this.#note(this.command({ type: 'acknowledge', event: this.#lastEvent }))
  }

  #note(beat: Promise<Reply>): void {
    void beat.then((reply) => {
      this.#figures = figuresOf(reply) ?? this.#figures
    })
  }

  #die(why: string): void {
    if (this.#isClosed) return
    this.#end(why)
    this.#ports.onDead(why)
  }

  #end(why: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#heartbeat[Symbol.dispose]()
    this.#ports.port.close()
    for (const resolve of this.#pending.values()) resolve(refused('failed', why))
    this.#pending.clear()
  }
}
