// The media process' end of the control stream: accepts call control, one at a time, and gives each command
// to the engine. The newest generation that says hello rules; from its claim on it gets the events, what was
// not acknowledged again. One that says nothing for three heartbeats is cut off: it hangs.
import { createServer, type Server, type Socket } from 'node:net'
import type { Log } from '@rufwerk/core'
import type { Engine } from '@rufwerk/engine'
import {
  type Envelope,
  frame,
  HEARTBEAT_INTERVAL,
  HEARTBEATS_MISSED_MAX,
  type Reply,
  Unframer,
} from '@rufwerk/media-control'

/** Bytes that may wait for a slow call control before the stream is cut. It may come back. */
const WRITE_QUEUE_BYTES_MAX = 8 * 1024 * 1024
/** Connections at once: one that rules, one that takes over, and room for a mistake. */
const CONNECTIONS_MAX = 4

/** How long answers that nobody waits for are held back; the next other one takes them along. */
const HELD_MS_MAX = 20

const NOT_GREETED: Reply = { type: 'refused', code: 'version', why: 'say hello first' }

export class ControlServer {
  readonly #engine: Engine
  readonly #log: Log
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Timers of those that hold something back. */
  readonly #held = new Map<Socket, NodeJS.Timeout>()
  #ruler: Socket | undefined
  /** The ruler once it has claimed and gets the events. */
  #hearer: Socket | undefined
  /** Heartbeats since the ruler's last byte. */
  #silentBeats = 0
  #watch: NodeJS.Timeout | undefined
  #onDetached: () => void = () => {}

  constructor(engine: Engine, log: Log) {
    this.#engine = engine
    this.#log = log
    this.#server = createServer((socket) => this.#accept(socket))
    this.#server.maxConnections = CONNECTIONS_MAX
  }

  /** Resolves when it listens. Rejects when the path or the descriptor cannot be listened on. */
  listen(where: { readonly path: string } | { readonly fd: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(where, () => {
        this.#server.off('error', reject)
        this.#server.on('error', (error) => this.#log.error('control.failed', { error: error.message }))
        resolve()
      })
    })
  }

  /** Calls back when call control has gone; at once when there is none. */
  whenDetached(callback: () => void): void {
    this.#onDetached = callback
    if (!this.#ruler) callback()
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    const unframer = new Unframer()
    socket.on('data', (bytes: Uint8Array) => {
      if (this.#ruler === socket) this.#silentBeats = 0
      const messages = unframer.push(bytes)
      if (!messages.ok) {
        this.#log.warn('control.broken', { why: messages.error })
        socket.destroy()
        return
      }
      for (const message of messages.value) void this.#perform(socket, message)
    })
    socket.on('error', (error) => this.#log.warn('control.lost', { error: error.message }))
    socket.on('close', () => {
      this.#sockets.delete(socket)
      clearTimeout(this.#held.get(socket))
      this.#held.delete(socket)
      if (this.#ruler !== socket) return
      this.#ruler = undefined
      clearInterval(this.#watch)
      this.#engine.events.listen(undefined)
      this.#engine.detached()
      this.#log.info('control.detached')
      this.#onDetached()
    })
  }

  close(): void {
    clearInterval(this.#watch)
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #perform(socket: Socket, message: unknown): Promise<void> {
    const { id, command } = (message ?? {}) as { id?: unknown; command?: { type?: unknown } }
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
      this.#log.warn('control.broken', { why: 'a message without a number' })
      socket.destroy()
      return
    }
    const isHello = command?.type === 'hello'
    const isGreeted = isHello || this.#ruler === socket
    const reply = isGreeted ? await this.#engine.perform(command) : NOT_GREETED
    const isHeld = reply.type === 'done' && (command?.type === 'configure' || command?.type === 'setSource')
    this.#write(socket, { id, reply }, isHeld)
    if (reply.type === 'hello') this.#rule(socket)
    if (reply.type === 'claimed' && this.#ruler === socket) this.#tellEvents(socket)
  }

  #rule(socket: Socket): void {
    const previous = this.#ruler
    this.#ruler = socket
    if (previous && previous !== socket) previous.destroy()
    this.#engine.events.listen(undefined)
    this.#silentBeats = 0
    clearInterval(this.#watch)
    this.#watch = setInterval(() => this.#beat(socket), HEARTBEAT_INTERVAL)
    this.#log.info('control.attached')
  }

  #tellEvents(socket: Socket): void {
    if (this.#hearer === socket) return
    this.#hearer = socket
    this.#engine.events.listen((numbered) => this.#write(socket, numbered))
  }

  #beat(socket: Socket): void {
    this.#silentBeats += 1
    if (this.#silentBeats <= HEARTBEATS_MISSED_MAX) return
    this.#log.warn('control.silent')
    socket.destroy()
  }

  /**
   * What is said in one turn of the event loop goes out in one write, what is held back with the next one.
   * Each write wakes the other process.
   */
  #write(socket: Socket, envelope: Envelope, isHeld = false): void {
    if (socket.destroyed) return
    const held = this.#held.get(socket)
    if (socket.writableCorked === 0) {
      socket.cork()
      if (isHeld) this.#hold(socket)
      else setImmediate(() => socket.uncork())
    } else if (held !== undefined && !isHeld) {
      clearTimeout(held)
      this.#held.delete(socket)
      setImmediate(() => socket.uncork())
    }
    socket.write(frame(envelope))
    if (socket.writableLength <= WRITE_QUEUE_BYTES_MAX) return
    this.#log.error('control.slow', { bytes: socket.writableLength })
    socket.destroy()
  }

  #hold(socket: Socket): void {
    const release = (): void => {
      this.#held.delete(socket)
      socket.uncork()
    }
    this.#held.set(socket, setTimeout(release, HELD_MS_MAX))
  }
}
