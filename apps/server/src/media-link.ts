// The stream to the media process: attaches with our generation, hears what is open there, says what goes on,
// and attaches again when the stream broke or the media process was restarted. Meanwhile commands are refused
// at once, so that a call ends instead of waiting.
import { connect, type Socket } from 'node:net'
import { type EndpointId, type Log, type Ms, ms, seconds } from '@rufwerk/core'
import type { MediaPort } from '@rufwerk/legs'
import {
  type BytePort,
  type Command,
  type EndpointSnapshot,
  type EngineFigures,
  MediaClient,
  type MediaEvent,
  type Reply,
} from '@rufwerk/media-control'

/** Pause between attempts to reach a media process that is not there yet, or again. */
const RETRY_INTERVAL: Ms = ms(50)
/** After this without a media process calls end, even if it comes back. A restart takes less than 3 s. */
const GIVE_UP_AFTER: Ms = seconds(5)

const GONE: Reply = { type: 'refused', code: 'failed', why: 'the media process is gone' }

export interface Attached {
  /**
   * `first`: for the first time in this run; what is open was opened by an earlier run of call control.
   * `same`: the stream broke and is back. `new`: another media process, after `onDead`; all that was is gone.
   */
  readonly media: 'first' | 'same' | 'new'
  readonly endpoints: readonly EndpointSnapshot[]
}

export interface MediaLinkOptions {
  /** Path of the media process's Unix socket. */
  readonly path: string
  readonly generation: number
  readonly log: Log
  /**
   * Says which endpoints go on; the others are closed. Those that were opened over this link and not closed
   * go on with `same` in any case. Commands are possible already, events come afterwards.
   */
  readonly onAttached: (attached: Attached) => readonly EndpointId[] | Promise<readonly EndpointId[]>
  /** Without a media process for so long, its endpoints are given up; GIVE_UP_AFTER when absent. */
  readonly giveUpAfter?: Ms
  /** All endpoints of the media process are gone. Not called when only the stream broke. */
  readonly onDead: () => void
}

/** Figures for health and metrics. */
export interface MediaFigures {
  readonly isAttached: boolean
  /** Open over this link. */
  readonly endpoints: number
  /** Media processes that came after another one. */
  readonly restarts: number
  /** Times that the stream broke. */
  readonly losses: number
  /** Commands that were refused; none is answered so while media is gone. */
  readonly refusals: number
  /** What the media process counts itself; absent while it is not attached, or has told nothing yet. */
  readonly engine?: EngineFigures
}

export interface MediaLink extends MediaPort {
  /** Resolves when endpoints have been claimed for the first time. */
  readonly ready: Promise<void>
  figures(): MediaFigures
  /** The whole system stops: from now on the loss of the media process is no news. */
  expectEnd(): void
  close(): void
}

export function openMediaLink(options: MediaLinkOptions): MediaLink {
  return new Link(options)
}

class Link implements MediaLink {
  readonly ready: Promise<void>
  readonly #options: MediaLinkOptions
  readonly #attachedOnce = Promise.withResolvers<void>()
  /** Opened over this link and not closed. */
  readonly #open = new Set<EndpointId>()
  #listener: (event: MediaEvent) => void = () => {}
  /** Present while attached. */
  #client: MediaClient | undefined
  /** The media process that we were attached to last, and the last event that it told. */
  #instance: string | undefined
  #lastEvent = 0
  #givingUp: NodeJS.Timeout | undefined
  #isGivenUp = true
  /** What goes on is asked one attachment after the other, even when the stream breaks meanwhile. */
  #asking: Promise<unknown> = Promise.resolve()
  #restarts = 0
  #losses = 0
  #refusals = 0
  #isEnding = false
  #isClosed = false

  constructor(options: MediaLinkOptions) {
    this.#options = options
    this.ready = this.#attachedOnce.promise
    this.#connect()
  }

  command = (command: Command): Promise<Reply> => {
    const reply = this.#client?.command(command) ?? Promise.resolve(GONE)
    if (this.#client !== undefined) void reply.then(({ type }) => this.#count(type))
    if (command.type === 'close') {
      this.#open.delete(command.endpoint)
      // Once more with the answer: the endpoint may have been opening.
      void reply.then(() => this.#open.delete(command.endpoint))
    }
    if (command.type === 'openRtp' || command.type === 'openWebRtc') {
      void reply.then(({ type }) => {
        if (type !== 'refused') this.#open.add(command.endpoint)
      })
    }
    return reply
  }

  onEvent = (listener: (event: MediaEvent) => void): void => {
    this.#listener = listener
  }

  figures(): MediaFigures {
    const engine = this.#client?.figures
    return {
      ...(engine && { engine }),
      isAttached: this.#client !== undefined,
      endpoints: this.#open.size,
      restarts: this.#restarts,
      losses: this.#losses,
      refusals: this.#refusals,
    }
  }

  expectEnd(): void {
    this.#isEnding = true
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#givingUp)
    this.#client?.close()
    this.#client = undefined
  }

  #connect(): void {
    const socket = connect(this.#options.path)
    socket.once('error', () => {
      socket.destroy()
      this.#retry()
    })
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      void this.#greet(socket)
    })
  }

  #retry(): void {
    if (!this.#isClosed) setTimeout(() => this.#isClosed || this.#connect(), RETRY_INTERVAL)
  }

  async #greet(socket: Socket): Promise<void> {
    let isLost = false
    const client: MediaClient = new MediaClient({
      port: bytePort(socket),
      every: (interval, callback) => {
        const timer = setInterval(callback, interval)
        return { [Symbol.dispose]: () => clearInterval(timer) }
      },
      onEvent: (event) => this.#heard(event),
      onDead: (why) => {
        isLost = true
        this.#lost(client, why)
      },
    })
    const hello = await client.hello(this.#options.generation)
    const failure =
      hello.type === 'hello'
        ? await this.#attach(client, hello.instance)
        : hello.type === 'refused'
          ? hello.why
          : `hello was answered ${hello.type}`
    if (failure === undefined || isLost || this.#isClosed) return
    this.#options.log.warn('media process not attached', { why: failure })
    if (this.#client === client) this.#client = undefined
    client.close()
    this.#retry()
  }

  /** What is open there goes on as far as it is wanted. Gives why it failed. */
  async #attach(client: MediaClient, instance: string): Promise<string | undefined> {
    const media = this.#instance === undefined ? 'first' : this.#instance === instance ? 'same' : 'new'
    if (media === 'new') {
      this.#restarts += 1
      this.#giveUp()
    }
    const snapshot = await client.snapshot()
    if (!snapshot.ok) return snapshot.error
    if (media === 'same') client.skipEvents(this.#lastEvent)
    this.#instance = instance
    this.#client = client
    clearTimeout(this.#givingUp)
    this.#isGivenUp = false
    const wanted = await this.#wanted({ media, endpoints: snapshot.value })
    for (const endpoint of wanted) this.#open.add(endpoint)
    const claimed = await client.claim([...this.#open])
    if (!claimed.ok) return claimed.error
    for (const endpoint of claimed.value) this.#open.delete(endpoint)
    this.#options.log.info('media process attached', {
      media,
      open: snapshot.value.length,
      kept: this.#open.size,
    })
    this.#attachedOnce.resolve()
    return undefined
  }

  #wanted(attached: Attached): Promise<readonly EndpointId[]> {
    const asked = this.#asking
      .then(() => this.#options.onAttached(attached))
      .catch((error: unknown) => {
        this.#options.log.error('endpoints could not be taken over', { error: String(error) })
        return []
      })
    this.#asking = asked
    return asked
  }

  #count(reply: Reply['type']): void {
    if (reply === 'refused') this.#refusals += 1
  }

  #heard(event: MediaEvent): void {
    if (event.type === 'closed') this.#open.delete(event.endpoint)
    this.#listener(event)
  }

  #lost(client: MediaClient, why: string): void {
    if (this.#client === client) {
      this.#client = undefined
      this.#losses += 1
      this.#lastEvent = client.lastEvent
      if (!this.#isEnding) this.#options.log.error('media process lost', { why })
      const { giveUpAfter = GIVE_UP_AFTER } = this.#options
      this.#givingUp = setTimeout(() => this.#giveUp(), giveUpAfter)
    }
    this.#retry()
  }

  #giveUp(): void {
    clearTimeout(this.#givingUp)
    if (this.#isGivenUp) return
    this.#isGivenUp = true
    this.#open.clear()
    this.#lastEvent = 0
    if (!this.#isEnding) this.#options.onDead()
  }
}

/** Commands of one turn of the event loop go out in one write: each write wakes the other process. */
function bytePort(socket: Socket): BytePort {
  let waiting: Uint8Array[] = []
  const flush = (): void => {
    const [first] = waiting
    if (first === undefined) return
    socket.write(waiting.length === 1 ? first : Buffer.concat(waiting))
    waiting = []
  }
  return {
    write: (bytes) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push(bytes)
    },
    onBytes: (listener) => void socket.on('data', listener),
    onClosed: (listener) => {
      // An error is followed by close; without a listener it would end this process.
      socket.on('error', () => {})
      socket.once('close', listener)
    },
    close: () => socket.destroy(),
  }
}
