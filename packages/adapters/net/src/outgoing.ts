// Connections to use for requests of ours (RFC 5923): those we opened, and those that a peer opened and may
// be used in the other direction. A missing one is opened once, however many wait for it.
import { connect, type Socket } from 'node:net'
import { type Flow, fail, ok, type Result, type SocketAddress } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import { writeSocketAddress } from './address.ts'
import type { Connection, Connections } from './connections.ts'
import { type ConnectError, connectError, connectLimit } from './listen-error.ts'
import { connectTls, type TlsPeer } from './tls.ts'
import type { Shared } from './udp.ts'

/** One address to send to, as `selectTargets` or a stored binding gives it. */
export type Destination = {
  readonly remote: SocketAddress
  /** Which of our addresses it is reached from. */
  readonly localAddress: string
} & ({ readonly transport: 'tcp' } | { readonly transport: 'tls'; readonly peer: TlsPeer })

interface OutgoingParts {
  readonly shared: Shared
  readonly connections: Connections
  /** Makes a connection of an open socket; undefined when we are closing. */
  readonly adopt: (socket: Socket, transport: 'tcp' | 'tls') => Flow | undefined
}

interface Opening {
  readonly outcome: Promise<Result<Flow, ConnectError>>
  waiters: number
}

/** Ports of a peer that one connection of its may stand for. */
const ALIASES_MAX = 4

export class Outgoing {
  readonly #parts: OutgoingParts
  readonly #opening = new Map<string, Opening>()
  /** Ids of flows by where they lead, the latest last. */
  readonly #flows = new Map<string, Set<string>>()
  /** The same the other way round, so that most connections are forgotten without a search. */
  readonly #keys = new Map<string, string[]>()
  #waitingBytes = 0

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  /** A flow to `destination`: an open connection, one that is being opened, or a new one. */
  async open(destination: Destination): Promise<Result<Flow, ConnectError>> {
    const { shared, connections } = this.#parts
    const known = this.#reusable(destination)
    if (known !== undefined) {
      shared.counts.reused += 1
      return ok(known)
    }
    const key = openingKey(destination)
    const pending = this.#opening.get(key)
    if (pending !== undefined) return this.#wait(pending, destination)
    const { remote, transport } = destination
    if (this.#opening.size >= shared.limits.connectingMax || !connections.hasRoomFor(remote.address))
      return fail(connectLimit(transport, remote))
    const opening = { outcome: this.#connect(destination), waiters: 1 }
    this.#opening.set(key, opening)
    try {
      return await opening.outcome
    } finally {
      this.#opening.delete(key)
    }
  }

  /**
   * Like `open`, and sends `bytes` on the flow. Messages that wait for the same connection keep their order.
   */
  async send(destination: Destination, bytes: Uint8Array): Promise<Result<Flow, ConnectError>> {
    const { connections, shared } = this.#parts
    if (this.#waitingBytes + bytes.length > shared.limits.waitingBytesMax)
      return fail(connectLimit(destination.transport, destination.remote))
    this.#waitingBytes += bytes.length
    try {
      const opened = await this.open(destination)
      if (!opened.ok || connections.get(opened.value.id)?.send(bytes)) return opened
      return fail(connectError(destination.transport, destination.remote, new Error('closed')))
    } finally {
      this.#waitingBytes -= bytes.length
    }
  }

  /**
   * Lets our requests to `port` of the peer use a connection that the peer opened (RFC 5923 §6). Over TLS
   * only when the peer showed a certificate; otherwise anybody could have our calls sent to himself.
   */
  alias(connection: Connection, port: number): boolean {
    const { flow } = connection
    if (flow.transport !== 'tcp' && flow.transport !== 'tls') return false
    if (flow.transport === 'tls' && connection.peerCertificate() === undefined) return false
    if ((this.#keys.get(flow.id)?.length ?? 0) >= ALIASES_MAX) return false
    this.#remember(flow, { address: flow.remote.address, port })
    return true
  }

  /** The one place where a flow leaves the table. */
  forget(flow: Flow): void {
    for (const key of this.#keys.get(flow.id) ?? []) {
      const ids = this.#flows.get(key)
      ids?.delete(flow.id)
      if (ids?.size === 0) this.#flows.delete(key)
    }
    this.#keys.delete(flow.id)
  }

  /** Connections that are being opened. */
  size(): number {
    return this.#opening.size
  }

  async #wait(opening: Opening, { transport, remote }: Destination): Promise<Result<Flow, ConnectError>> {
    if (opening.waiters >= this.#parts.shared.limits.waitersPerConnectionMax)
      return fail(connectLimit(transport, remote))
    opening.waiters += 1
    return opening.outcome
  }

  /** RFC 5923 §4: over TLS a connection is the right one only if its certificate names whom we want. */
  #reusable(destination: Destination): Flow | undefined {
    const { transport, localAddress, remote } = destination
    for (const id of [...(this.#flows.get(flowKey(transport, localAddress, remote)) ?? [])].reverse()) {
      const connection = this.#parts.connections.get(id)
      if (connection === undefined) continue
      if (destination.transport === 'tcp') return connection.flow
      if (connection.peerCertificate()?.isFor(destination.peer.name)) return connection.flow
    }
    return undefined
  }

  #remember({ id, transport, local }: Flow, remote: SocketAddress): void {
    const key = flowKey(transport, local.address, remote)
    const ids = this.#flows.get(key) ?? new Set()
    if (ids.has(id)) return
    ids.add(id)
    this.#flows.set(key, ids)
    this.#keys.set(id, [...(this.#keys.get(id) ?? []), key])
  }

  async #connect(destination: Destination): Promise<Result<Flow, ConnectError>> {
    const { shared, adopt } = this.#parts
    const { remote, transport, localAddress } = destination
    const socket =
      destination.transport === 'tls'
        ? connectTls(remote, localAddress, destination.peer)
        : connect({ host: plainHost(remote.address), port: remote.port, localAddress })
    const error = await this.#untilOpen(socket, transport)
    const flow = error === undefined ? adopt(socket, transport) : undefined
    if (flow === undefined) {
      socket.on('error', () => undefined) // Whatever else it says about a connection we gave up.
      socket.destroy()
      shared.counts.openFailures += 1
      return fail(connectError(transport, remote, error ?? new Error('closed')))
    }
    shared.counts.opened += 1
    this.#remember(flow, remote)
    return ok(flow)
  }

  /** Resolves to what went wrong, or to undefined. */
  async #untilOpen(socket: Socket, transport: 'tcp' | 'tls'): Promise<unknown> {
    const { timers, limits } = this.#parts.shared
    const opened = Promise.withResolvers<unknown>()
    socket.once('error', opened.resolve)
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => opened.resolve(undefined))
    socket.once('close', () => opened.resolve(new Error('closed')))
    const timeout = timers.arm(limits.connectWithin, () =>
      opened.resolve(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    )
    const error = await opened.promise
    timeout[Symbol.dispose]()
    socket.off('error', opened.resolve)
    return error
  }
}

function flowKey(transport: string, localAddress: string, remote: SocketAddress): string {
  return `${transport}:${localAddress}>${writeSocketAddress(remote)}`
}

/** Two names at one address are two connections, until one is seen to have a certificate for both. */
function openingKey(destination: Destination): string {
  const { transport, localAddress, remote } = destination
  const key = flowKey(transport, localAddress, remote)
  return destination.transport === 'tls' ? `${key} ${destination.peer.name}` : key
}
