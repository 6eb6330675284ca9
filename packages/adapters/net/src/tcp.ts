// TCP and TLS: a listener per local address, one object per connection whoever opened it. Streams are cut
// into messages by the injected framer; a peer that is slow, silent, or does not read loses its connection.
import { createServer, isIPv6, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import {
  after,
  between,
  type Flow,
  fail,
  type Instant,
  type Ms,
  ms,
  ok,
  type Result,
  type SocketAddress,
} from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import type { Connection } from './connections.ts'
import { KeepAlive, PING, PONG } from './keep-alive.ts'
import { type ListenError, listenError } from './listen-error.ts'
import { type PeerCertificate, peerCertificateOf } from './peer-certificate.ts'
import type { Framer } from './receiver.ts'
import type { ListenOptions, Shared } from './udp.ts'

const KEEP_ALIVE_MS = 60_000 // The operating system's probes find peers that vanished without a word.

/** What a connection tells its owner. */
export interface TcpOwner {
  readonly shared: Shared
  onClosed(connection: Connection): void
}

export class TcpConnection implements Connection {
  readonly flow: Flow
  readonly #socket: Socket
  readonly #framer: Framer
  readonly #owner: TcpOwner
  #hasSpoken = false
  #lastByteAt: Instant
  /** Since when the start of a message waits for its rest. */
  #partialSince: Instant | undefined
  #timer: Disposable | undefined
  #keepAlive: Disposable | undefined
  #chunks = 0
  #isPongDue = false

  constructor(socket: Socket, flow: Flow, framer: Framer, owner: TcpOwner) {
    this.flow = flow
    this.#socket = socket
    this.#framer = framer
    this.#owner = owner
    this.#lastByteAt = owner.shared.timers.now()
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on('data', (chunk) => {
      if (typeof chunk !== 'string') this.#receive(chunk) // Never text: no encoding is set.
    })
    socket.on('end', () => socket.end())
    socket.on('error', () => {
      owner.shared.counts.socketErrors += 1
    })
    socket.on('close', () => this.#closed())
    this.#watch()
  }

  send(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || !this.#socket.writable) return false
    if (this.#socket.writableLength + bytes.length > this.#owner.shared.limits.outputBytesMax) {
      this.#owner.shared.counts.closedForOutput += 1
      this.#socket.destroy()
      return false
    }
    this.#socket.write(bytes)
    return true
  }

  peerCertificate(): PeerCertificate | undefined {
    return this.#socket instanceof TLSSocket ? peerCertificateOf(this.#socket) : undefined
  }

  keepAlive(every: Ms): void {
    const { timers, limits, random, counts } = this.#owner.shared
    this.#keepAlive?.[Symbol.dispose]()
    this.#keepAlive = new KeepAlive({
      ...{ timers, every, random, pongWithin: limits.pongWithin },
      sendPing: () => {
        this.#isPongDue = true
        this.send(PING)
      },
      heard: () => this.#chunks,
      onDead: () => {
        counts.closedForNoPong += 1
        this.#socket.destroy()
      },
    })
  }

  close(isPolite: boolean): void {
    if (isPolite) this.#socket.destroySoon()
    else this.#socket.destroy()
  }

  #receive(chunk: Uint8Array): void {
    const { timers, rates, counts, deliver } = this.#owner.shared
    const now = timers.now()
    this.#lastByteAt = now
    this.#chunks += 1
    if (this.#isPongDue && this.#framer.size() === 0 && isLineEnd(chunk)) {
      this.#isPongDue = false // Not for the framer: two pongs would be a ping.
      return
    }
    let hasMessage = false
    let hasPing = false
    for (const item of this.#framer.push(chunk)) {
      if (item.type === 'ping') {
        hasPing = true
        continue
      }
      hasMessage = true
      if (rates.admit(this.flow.remote.address, now, true) !== 'admitted') {
        counts.closedForRate += 1
        this.#socket.destroy()
        return
      }
      counts.received += 1
      deliver(this.flow, item.bytes)
      if (item.type === 'broken') {
        counts.closedForFraming += 1
        this.#socket.destroySoon() // The answer, if there was one, still goes out.
        return
      }
    }
    if (hasPing) this.send(PONG) // One pong is enough for the pings of one chunk.
    if (hasMessage || hasPing) this.#hasSpoken = true
    this.#watchPartial(now, hasMessage)
  }

  /** The clock of a partial message starts with its first byte, not with its latest. */
  #watchPartial(now: Instant, hasMessage: boolean): void {
    // A single CRLF waits for a second one: it is a pong or a habit, not the start of a message.
    if (this.#framer.size() <= PONG.length) this.#partialSince = undefined
    else if (this.#partialSince === undefined || hasMessage) this.#startPartial(now)
  }

  #startPartial(now: Instant): void {
    this.#partialSince = now
    this.#watch()
  }

  /** One timer per connection, armed for the earliest of its deadlines and looked at again when it is due. */
  #watch(): void {
    this.#timer?.[Symbol.dispose]()
    const { timers } = this.#owner.shared
    const rest = ms(Math.max(between(timers.now(), this.#deadline()), 0))
    this.#timer = timers.arm(rest, () => this.#look())
  }

  #look(): void {
    const { timers, counts } = this.#owner.shared
    if (timers.now() < this.#deadline()) {
      this.#watch()
      return
    }
    counts.closedForSilence += 1
    this.#socket.destroy()
  }

  #deadline(): Instant {
    const { limits } = this.#owner.shared
    if (this.#partialSince !== undefined) return after(this.#partialSince, limits.messageWithin)
    return after(this.#lastByteAt, this.#hasSpoken ? limits.idle : limits.firstMessageWithin)
  }

  #closed(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#keepAlive?.[Symbol.dispose]()
    this.#keepAlive = undefined
    this.#owner.onClosed(this)
  }
}

function isLineEnd(chunk: Uint8Array): boolean {
  return chunk.length === PONG.length && chunk[0] === 13 && chunk[1] === 10
}

/** The two ends of a connected socket; undefined when it is gone already. */
export function endsOf(
  socket: Socket,
  behind?: string,
): { local: SocketAddress; remote: SocketAddress } | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket
  if (localAddress === undefined || localPort === undefined) return undefined
  if (remoteAddress === undefined || remotePort === undefined) return undefined
  return {
    local: { address: plainHost(localAddress), port: localPort },
    remote: { address: plainHost(behind ?? remoteAddress), port: remotePort },
  }
}

export class TcpListener {
  readonly local: SocketAddress
  readonly #server: Server

  private constructor(server: Server, local: SocketAddress) {
    this.#server = server
    this.local = local
  }

  /** `onSocket` gets each accepted socket and decides what becomes of it. */
  static async open(
    options: ListenOptions,
    onSocket: (socket: Socket) => void,
    onError: (error: Error) => void,
    transport: 'tcp' | 'tls' = 'tcp',
  ): Promise<Result<TcpListener, ListenError>> {
    const server = createServer({ allowHalfOpen: false }, onSocket)
    const opened = Promise.withResolvers<unknown>()
    server.once('error', opened.resolve)
    const { address: host, port: wanted } = options
    server.listen({ host, port: wanted, backlog: 1024, exclusive: true, ipv6Only: isIPv6(host) }, () =>
      opened.resolve(undefined),
    )
    const error = await opened.promise
    if (error !== undefined) return fail(listenError(transport, options, error))
    server.removeAllListeners('error')
    server.on('error', onError)
    const bound = server.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : options.port
    return ok(new TcpListener(server, { address: options.address, port }))
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
