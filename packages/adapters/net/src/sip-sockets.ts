// All sockets of the SIP side behind one door: listeners and connections in, flows and whole messages out.
// Knows nothing of SIP besides keep-alives and the WebSocket subprotocol.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type Flow,
  fail,
  type Log,
  type Ms,
  ok,
  type Result,
  randomId,
  type SocketAddress,
} from '@rufwerk/core'
import { isOutside, isWildcard, writeSocketAddress } from './address.ts'
import { type AddressRules, advertisedAddress } from './advertise.ts'
import { type Connection, Connections } from './connections.ts'
import { type NetCounts, newCounts } from './counts.ts'
import { NET_LIMITS, type NetLimits } from './limits.ts'
import {
  type ConnectError,
  type ListenError,
  type ListenTransport,
  listenLimit,
  listenWildcard,
} from './listen-error.ts'
import { type Destination, Outgoing } from './outgoing.ts'
import { SourceRates } from './rate.ts'
import type { Framer, Receiver } from './receiver.ts'
import { endsOf, TcpConnection, TcpListener } from './tcp.ts'
import type { Timers } from './timer-wheel.ts'
import { TlsListener, type TlsListenOptions } from './tls.ts'
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
  /** Asked for each new flow; without it every peer is told the local address. */
  readonly addresses?: AddressRules
  /** Addresses of the Internet that come in though a listener takes none: those of our carriers. */
  readonly isExpected?: (address: string) => boolean
}

/** Who is behind an upgrade, as the HTTP side found out. */
export interface WebSocketPeer {
  readonly device: string
  /** True behind HTTPS. */
  readonly isSecure?: boolean
  /** Who is behind a trusted proxy; the other end of the socket unless given. */
  readonly address?: string
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
  readonly #listeners: (TcpListener | TlsListener)[] = []
  readonly #outgoing: Outgoing
  readonly #door: WebSocketDoor
  readonly #addresses: AddressRules | undefined
  readonly #isExpected: (address: string) => boolean
  /** Distinguishes connections of this run from those that a stored binding remembers. */
  readonly #run: string
  #lastConnection = 0
  #isClosed = false

  constructor(options: SipSocketsOptions) {
    this.#receiver = options.receiver
    this.#newFramer = options.newFramer
    this.#addresses = options.addresses
    this.#isExpected = options.isExpected ?? (() => false)
    this.#log = options.log
    this.#limits = { ...NET_LIMITS, ...options.limits }
    this.#connections = new Connections(this.#limits)
    this.#door = new WebSocketDoor(this.#limits.messageBytesMax)
    this.#run = randomId(options.randomBytes).slice(0, 8)
    this.#shared = {
      limits: this.#limits,
      counts: this.#counts,
      rates: new SourceRates(this.#limits),
      stunRates: new SourceRates(this.#limits, this.#limits.stunPerSecondMax),
      handshakeRates: new SourceRates(this.#limits, this.#limits.handshakesPerSecondMax),
      timers: options.timers,
      random: () => Buffer.from(options.randomBytes(4)).readUInt32BE() / 2 ** 32,
      deliver: (flow, bytes) => this.#deliver(flow, bytes),
      told: (ends) => this.#told(ends),
      isOutside: (address) => this.#isOutside(address),
      isFromRelay: options.addresses?.isFromRelay ?? (() => false),
    }
    this.#outgoing = new Outgoing({
      shared: this.#shared,
      connections: this.#connections,
      adopt: (socket, transport) => this.#adopt(socket, transport),
    })
  }

  /** Opens a UDP socket on one address; port 0 lets the system choose. Returns where it listens. */
  async listenUdp(options: ListenOptions): Promise<Result<SocketAddress, ListenError>> {
    const refused = this.#refusal('udp', options)
    if (refused !== undefined) return fail(refused)
    const opened = await UdpListener.open(options, this.#shared)
    if (!opened.ok) return opened
    this.#udp.set(writeSocketAddress(opened.value.local), opened.value)
    return ok(opened.value.local)
  }

  /** Opens a TCP listener on one address; port 0 lets the system choose. Returns where it listens. */
  async listenTcp(options: ListenOptions): Promise<Result<SocketAddress, ListenError>> {
    const refused = this.#refusal('tcp', options)
    if (refused !== undefined) return fail(refused)
    const opened = await TcpListener.open(
      options,
      (socket) => {
        if (this.#mayEnter(socket, options.isPublicAllowed ?? false)) this.#accept(socket, 'tcp')
      },
      () => {
        this.#counts.socketErrors += 1
      },
    )
    if (!opened.ok) return opened
    this.#listeners.push(opened.value)
    return ok(opened.value.local)
  }

  /** Opens a TLS listener on one address; port 0 lets the system choose. Returns where it listens. */
  async listenTls(options: TlsListenOptions): Promise<Result<SocketAddress, ListenError>> {
    const refused = this.#refusal('tls', options)
    if (refused !== undefined) return fail(refused)
    const opened = await TlsListener.open(options, {
      shared: this.#shared,
      connections: this.#connections,
      admit: (socket) => this.#mayEnter(socket, options.isPublicAllowed ?? false),
      onSocket: (socket) => this.#accept(socket, 'tls'),
    })
    if (!opened.ok) return opened
    this.#listeners.push(opened.value)
    return ok(opened.value.local)
  }

  /**
   * A TCP or TLS flow to an address: a connection that is open already and may be used (RFC 5923), or a new
   * one. Fails when the peer is not there in time, is not who it should be over TLS, or limits are reached.
   */
  open(destination: Destination): Promise<Result<Flow, ConnectError>> {
    return this.#outgoing.open(destination)
  }

  /** The UDP flow to an address from one of ours; undefined when nothing listens there. */
  udpFlow(localAddress: string, remote: SocketAddress): Flow | undefined {
    for (const listener of this.#udp.values())
      if (listener.local.address === localAddress) return listener.flowTo(remote.address, remote.port)
    return undefined
  }

  /** Opens like `open` and sends; messages wait, within limits, while the connection is being opened. */
  async sendTo(destination: Destination, bytes: Uint8Array): Promise<Result<Flow, ConnectError>> {
    const sent = await this.#outgoing.send(destination, bytes)
    if (sent.ok) this.#counts.sent += 1
    else this.#counts.notSent += 1
    return sent
  }

  /**
   * Lets `open` use a connection that the peer opened, for requests to `port` of its address: for a peer that
   * asked for it (`alias` in its Via, RFC 5923 §6) and that the caller has authenticated. False when the
   * connection is gone, or is TLS without a verified client certificate.
   */
  alias(flowId: string, port: number): boolean {
    const connection = this.#connections.get(flowId)
    return connection !== undefined && this.#outgoing.alias(connection, port)
  }

  /**
   * Pings the peer about this often from now on, and closes the connection when it is silent for ten seconds
   * after one (RFC 5626 §4.4.1). False for UDP and for connections that are gone.
   */
  keepAlive(flowId: string, every: Ms): boolean {
    const connection = this.#connections.get(flowId)
    connection?.keepAlive(every)
    return connection !== undefined
  }

  /**
   * Takes over an HTTP upgrade that the caller has authorised. Answers the handshake itself, also when it
   * refuses; returns false then.
   */
  acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, peer: WebSocketPeer): boolean {
    const ends = endsOf(request.socket, peer.address)
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
      const told = this.#told(ends)
      const flow: Flow = { id: this.#newId(transport), transport, ...ends, ...told, device: peer.device }
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

  /** The rules say something else now: UDP peers are told so from their next message on. */
  addressesChanged(): void {
    for (const listener of this.#udp.values()) listener.forgetFlows()
  }

  counts(): Readonly<NetCounts> {
    return this.#counts
  }

  /** Open connections, handshakes, and outgoing connections that are being opened. */
  size(): number {
    return this.#connections.size() + this.#outgoing.size()
  }

  /** Stops listening, closes every connection and resolves when the sockets are gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#door.close()
    const closing = [...this.#udp.values(), ...this.#listeners].map((listener) => listener.close())
    for (const connection of [...this.#connections.all()]) connection.close(false)
    this.#udp.clear()
    this.#listeners.length = 0
    await Promise.all(closing)
  }

  /** What a flow with these ends tells the peer about us. */
  #told({ local, remote }: Pick<Flow, 'local' | 'remote'>): Pick<Flow, 'advertised'> {
    const advertised = this.#addresses && advertisedAddress(this.#addresses, local.address, remote.address)
    return advertised === undefined ? {} : { advertised }
  }

  /** From where nobody comes in unless a listener allows it. */
  #isOutside(address: string): boolean {
    return isOutside(address) && this.#addresses?.isLocal(address) !== true && !this.#isExpected(address)
  }

  #sockets(): number {
    return this.#udp.size + this.#listeners.length
  }

  /** Why this cannot be listened on, before the system is asked. */
  #refusal(transport: ListenTransport, at: SocketAddress): ListenError | undefined {
    if (isWildcard(at.address)) return listenWildcard(transport, at)
    const { socketsMax } = this.#limits
    return this.#sockets() >= socketsMax ? listenLimit(transport, at, socketsMax) : undefined
  }

  #newId(transport: string): string {
    this.#lastConnection += 1
    return `${transport}:${this.#run}:${this.#lastConnection}`
  }

  /** Whether a peer may connect at all; its socket is gone if not. */
  #mayEnter(socket: Socket, isPublicAllowed: boolean): boolean {
    const ends = endsOf(socket)
    if (ends === undefined || this.#isClosed) {
      socket.destroy()
      return false
    }
    if (isPublicAllowed || !this.#isOutside(ends.remote.address)) return true
    this.#counts.fromPublic += 1
    socket.destroy()
    return false
  }

  #accept(socket: Socket, transport: 'tcp' | 'tls'): void {
    const ends = endsOf(socket)
    if (ends !== undefined && !this.#connections.hasRoomFor(ends.remote.address)) {
      this.#counts.refusedConnections += 1
      socket.destroy()
      return
    }
    if (this.#adopt(socket, transport) === undefined) socket.destroy()
  }

  /** Makes a connection of an open socket. */
  #adopt(socket: Socket, transport: 'tcp' | 'tls'): Flow | undefined {
    const ends = endsOf(socket)
    if (ends === undefined || this.#isClosed) return undefined
    const flow: Flow = { id: this.#newId(transport), transport, ...ends, ...this.#told(ends) }
    const owner = { shared: this.#shared, onClosed: (gone: Connection) => this.#forget(gone) }
    this.#connections.add(new TcpConnection(socket, flow, this.#newFramer(), owner))
    return flow
  }

  #forget(connection: Connection): void {
    if (!this.#connections.remove(connection)) return
    this.#outgoing.forget(connection.flow)
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
