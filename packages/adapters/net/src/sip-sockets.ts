// All sockets of the SIP side behind one door: listeners and connections in, flows and whole messages out.
// Knows nothing of SIP besides keep-alives and the WebSocket subprotocol.
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Flow, fail, type Log, ok, type Result, randomId, type SocketAddress } from '@rufwerk/core'
import { isWildcard, neighbourhood, plainAddress, writeSocketAddress } from './address.ts'
import { type Connection, Connections } from './connections.ts'
import { type NetCounts, newCounts } from './counts.ts'
import { NET_LIMITS, type NetLimits } from './limits.ts'
import {
  type ConnectError,
  connectError,
  type ListenError,
  listenLimit,
  listenWildcard,
} from './listen-error.ts'
import { SourceRates } from './rate.ts'
import type { Framer, Receiver } from './receiver.ts'
import { endsOf, TcpConnection, TcpListener } from './tcp.ts'
import type { Timers } from './timer-wheel.ts'
import { type ListenOptions, type Shared, UdpListener } from './udp.ts'
import { offersSip, refuseUpgrade, WebSocketConnection, WebSocketDoor } from './web-socket.ts'

export interface SipSocketsOptions {
  readonly receiver: Receiver
  /** Makes the framer of one TCP connection. */
  readonly newFramer: () => Framer
  readonly timers: Timers
  readonly log: Log
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits?: Partial<NetLimits>
}

/** Who is behind an upgrade, as the HTTP side found out. */
export interface WebSocketPeer {
  readonly device: string
  /** True behind HTTPS. */
  readonly isSecure?: boolean
}

export class SipSockets {
  readonly #receiver: Receiver
  readonly #newFramer: () => Framer
  readonly #log: Log
  readonly #limits: NetLimits
  readonly #counts: NetCounts = newCounts()
  readonly #shared: Shared
  readonly #connections: Connections
  readonly #udp = new Map<string, UdpListener>()
  readonly #tcp: TcpListener[] = []
  readonly #opening = new Map<string, Promise<Result<Flow, ConnectError>>>()
  /** Connections we opened, by remote end, to use again. */
  readonly #opened = new Map<string, Flow>()
  readonly #door: WebSocketDoor
  /** Distinguishes connections of this run from those that a stored binding remembers. */
  readonly #run: string
  #lastConnection = 0
  #isClosed = false

  constructor(options: SipSocketsOptions) {
    this.#receiver = options.receiver
    this.#newFramer = options.newFramer
    this.#log = options.log
    this.#limits = { ...NET_LIMITS, ...options.limits }
    this.#connections = new Connections(this.#limits)
    this.#door = new WebSocketDoor(this.#limits.messageBytesMax)
    this.#run = randomId(options.randomBytes).slice(0, 8)
    this.#shared = {
      limits: this.#limits,
      counts: this.#counts,
      rates: new SourceRates(this.#limits),
      timers: options.timers,
      deliver: (flow, bytes) => this.#deliver(flow, bytes),
    }
  }

  /** Opens a UDP socket on one address; port 0 lets the system choose. Returns where it listens. */
  async listenUdp(options: ListenOptions): Promise<Result<SocketAddress, ListenError>> {
    if (isWildcard(options.address)) return fail(listenWildcard('udp', options))
    if (this.#sockets() >= this.#limits.socketsMax)
      return fail(listenLimit('udp', options, this.#limits.socketsMax))
    const opened = await UdpListener.open(options, this.#shared)
    if (!opened.ok) return opened
    this.#udp.set(writeSocketAddress(opened.value.local), opened.value)
    return ok(opened.value.local)
  }

  /** Opens a TCP listener on one address; port 0 lets the system choose. Returns where it listens. */
  async listenTcp(options: ListenOptions): Promise<Result<SocketAddress, ListenError>> {
    if (isWildcard(options.address)) return fail(listenWildcard('tcp', options))
    if (this.#sockets() >= this.#limits.socketsMax)
      return fail(listenLimit('tcp', options, this.#limits.socketsMax))
    const opened = await TcpListener.open(
      options,
      (socket) => this.#accept(socket, options.isPublicAllowed ?? false),
      () => {
        this.#counts.socketErrors += 1
      },
    )
    if (!opened.ok) return opened
    this.#tcp.push(opened.value)
    return ok(opened.value.local)
  }

  /** A TCP flow to `remote`: one that we opened before, or a new connection. */
  async openTcp(remote: SocketAddress, localAddress: string): Promise<Result<Flow, ConnectError>> {
    const key = `${localAddress}>${writeSocketAddress(remote)}`
    const known = this.#opened.get(key)
    if (known !== undefined && this.#connections.get(known.id) !== undefined) return ok(known)
    const pending = this.#opening.get(key)
    if (pending !== undefined) return pending
    if (this.#opening.size >= this.#limits.connectingMax || !this.#connections.hasRoomFor(remote.address))
      return fail({
        code: 'limit',
        remote,
        message: `TCP ${writeSocketAddress(remote)}: too many connections`,
      })
    const opening = this.#connect(remote, localAddress, key)
    this.#opening.set(key, opening)
    try {
      return await opening
    } finally {
      this.#opening.delete(key)
    }
  }

  /**
   * Takes over an HTTP upgrade that the caller has authorised. Answers the handshake itself, also when it
   * refuses; returns false then.
   */
  acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, peer: WebSocketPeer): boolean {
    const ends = endsOf(request.socket)
    if (ends === undefined || this.#isClosed || !offersSip(request)) {
      this.#counts.refusedHandshakes += 1
      refuseUpgrade(socket, 400)
      return false
    }
    if (!this.#connections.hasRoomFor(ends.remote.address)) {
      this.#counts.refusedConnections += 1
      refuseUpgrade(socket, 503)
      return false
    }
    this.#door.accept(request, socket, head, (webSocket) => {
      const transport = peer.isSecure === true ? 'wss' : 'ws'
      const flow: Flow = { id: this.#newId(transport), transport, ...ends, device: peer.device }
      this.#connections.add(
        new WebSocketConnection(webSocket, flow, this.#shared, (gone) => this.#forget(gone)),
      )
    })
    return true
  }

  /** Hands a message to the flow's socket. False when it certainly will not arrive. */
  send(flow: Flow, bytes: Uint8Array): boolean {
    const isSent =
      flow.transport === 'udp'
        ? (this.#udp.get(writeSocketAddress(flow.local))?.send(flow.remote, bytes) ?? false)
        : (this.#connections.get(flow.id)?.send(bytes) ?? false)
    if (isSent) this.#counts.sent += 1
    else this.#counts.notSent += 1
    return isSent
  }

  /** True while something can be sent on the flow. */
  isOpen(flow: Flow): boolean {
    return flow.transport === 'udp'
      ? this.#udp.has(writeSocketAddress(flow.local))
      : this.#connections.get(flow.id) !== undefined
  }

  /** Closes one connection; UDP flows have nothing to close. */
  closeFlow(flowId: string): void {
    this.#connections.get(flowId)?.close(true)
  }

  /** Closes every connection of a device, as signing out does. Returns how many. */
  closeDevice(device: string): number {
    const ofDevice = [...this.#connections.all()].filter(({ flow }) => flow.device === device)
    for (const connection of ofDevice) connection.close(true)
    return ofDevice.length
  }

  counts(): Readonly<NetCounts> {
    return this.#counts
  }

  /** Open connections and outgoing ones that are being opened. */
  size(): number {
    return this.#connections.size() + this.#opening.size
  }

  /** Stops listening, closes every connection and resolves when the sockets are gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#door.close()
    const closing = [...this.#udp.values(), ...this.#tcp].map((listener) => listener.close())
    for (const connection of [...this.#connections.all()]) connection.close(false)
    this.#udp.clear()
    this.#tcp.length = 0
    await Promise.all(closing)
  }

  #sockets(): number {
    return this.#udp.size + this.#tcp.length
  }

  #newId(transport: string): string {
    this.#lastConnection += 1
    return `${transport}:${this.#run}:${this.#lastConnection}`
  }

  #accept(socket: Socket, isPublicAllowed: boolean): void {
    const ends = endsOf(socket)
    if (ends === undefined || this.#isClosed) {
      socket.destroy()
      return
    }
    if (!isPublicAllowed && neighbourhood(ends.remote.address) === 'public') {
      this.#counts.fromPublic += 1
      socket.destroy()
      return
    }
    if (!this.#connections.hasRoomFor(ends.remote.address)) {
      this.#counts.refusedConnections += 1
      socket.destroy()
      return
    }
    this.#adopt(socket, { id: this.#newId('tcp'), transport: 'tcp', ...ends })
  }

  #adopt(socket: Socket, flow: Flow): void {
    const owner = { shared: this.#shared, onClosed: (gone: Connection) => this.#forget(gone) }
    this.#connections.add(new TcpConnection(socket, flow, this.#newFramer(), owner))
  }

  async #connect(remote: SocketAddress, local: string, key: string): Promise<Result<Flow, ConnectError>> {
    const socket = connect({ host: plainAddress(remote.address), port: remote.port, localAddress: local })
    const opened = Promise.withResolvers<unknown>()
    socket.once('error', opened.resolve)
    socket.once('connect', () => opened.resolve(undefined))
    const timeout = this.#shared.timers.arm(this.#limits.connectWithin, () =>
      opened.resolve(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    )
    const error = await opened.promise
    timeout[Symbol.dispose]()
    const ends = endsOf(socket)
    if (error !== undefined || ends === undefined || this.#isClosed) {
      socket.on('error', () => undefined) // Whatever else it says about a connection we gave up.
      socket.destroy()
      return fail(connectError(remote, error ?? new Error('closed')))
    }
    socket.removeAllListeners('error')
    const flow: Flow = { id: this.#newId('tcp'), transport: 'tcp', ...ends }
    this.#adopt(socket, flow)
    this.#opened.set(key, flow)
    return ok(flow)
  }

  #forget(connection: Connection): void {
    if (!this.#connections.remove(connection)) return
    for (const [key, flow] of this.#opened) if (flow.id === connection.flow.id) this.#opened.delete(key)
    this.#guard('flow-closed', connection.flow, () => this.#receiver.onFlowClosed(connection.flow))
  }

  #deliver(flow: Flow, bytes: Uint8Array): void {
    this.#guard('message', flow, () => this.#receiver.onMessage(flow, bytes))
  }

  /** What the receiver throws is our bug; it must not reach the other connections. */
  #guard(what: string, flow: Flow, call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#counts.receiverErrors += 1
      this.#log.error('receiver threw', { what, flow: flow.id, error: String(error) })
    }
  }
}
