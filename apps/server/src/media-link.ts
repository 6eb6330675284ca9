// The stream to the media process: connects, says hello with our generation, and connects again when the
// media process was restarted. Without a stream commands are refused at once, so that a call ends instead of
// waiting.
import { connect, type Socket } from 'node:net'
import { type Log, type Ms, ms } from '@rufwerk/core'
import type { MediaPort } from '@rufwerk/legs'
import { type BytePort, MediaClient, type MediaEvent, type Reply } from '@rufwerk/media-control'

/** Pause between attempts to reach a media process that is not there yet, or again. */
const RETRY_INTERVAL: Ms = ms(50)

const GONE: Reply = { type: 'refused', code: 'failed', why: 'the media process is gone' }

export interface MediaLinkOptions {
  /** Path of the media process's Unix socket. */
  readonly path: string
  readonly generation: number
  readonly log: Log
  /** All endpoints of the media process are gone. */
  readonly onDead: () => void
}

export interface MediaLink extends MediaPort {
  /** Resolves when the media process has answered hello for the first time. */
  readonly ready: Promise<void>
  /** The whole system stops: from now on the loss of the media process is no news. */
  expectEnd(): void
  close(): void
}

export function openMediaLink(options: MediaLinkOptions): MediaLink {
  const { log, generation } = options
  const ready = Promise.withResolvers<void>()
  let listener: (event: MediaEvent) => void = () => {}
  let client: MediaClient | undefined
  let isClosed = false
  let isEnding = false
  const retry = (): void => {
    if (!isClosed) setTimeout(attempt, RETRY_INTERVAL)
  }
  const attempt = (): void => {
    const socket = connect(options.path)
    socket.once('error', () => {
      socket.destroy()
      retry()
    })
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      void greet(socket)
    })
  }
  const greet = async (socket: Socket): Promise<void> => {
    const fresh = new MediaClient({
      port: bytePort(socket),
      every: (interval, callback) => {
        const timer = setInterval(callback, interval)
        return { [Symbol.dispose]: () => clearInterval(timer) }
      },
      onEvent: (event) => listener(event),
      onDead: (why) => {
        if (isEnding) return
        log.error('media process lost', { why })
        socket.destroy()
        client = undefined
        options.onDead()
        retry()
      },
    })
    const reply = await fresh.hello(generation)
    if (reply.type !== 'hello') {
      log.error('media process refused', { why: reply.type === 'refused' ? reply.why : reply.type })
      return
    }
    await clear(fresh)
    client = fresh
    ready.resolve()
  }
  attempt()
  return {
    ready: ready.promise,
    command: (command) => client?.command(command) ?? Promise.resolve(GONE),
    onEvent: (next) => {
      listener = next
    },
    expectEnd: () => {
      isEnding = true
    },
    close: () => {
      isClosed = true
      client?.close()
    },
  }
}

/**
 * Closes what an earlier run of this server left open: its calls are over, and nobody would ever close it.
 */
async function clear(client: MediaClient): Promise<void> {
  for (;;) {
    const reply = await client.command({ type: 'snapshot' })
    if (reply.type !== 'snapshot' || reply.endpoints.length === 0) return
    await Promise.all(reply.endpoints.map(({ endpoint }) => client.command({ type: 'close', endpoint })))
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
