// One UDP socket on one local address. Its flows are pairs of addresses and are remembered only to save work.
// Hot path: no allocation per datagram besides what node:dgram makes itself.
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type Flow, fail, ok, type Result, type SocketAddress } from '@rufwerk/core'
import { writeSocketAddress } from './address.ts'
import type { NetCounts } from './counts.ts'
import type { NetLimits } from './limits.ts'
import { type ListenError, listenError } from './listen-error.ts'
import type { SourceRates } from './rate.ts'
import { answerStun, looksLikeStun } from './stun.ts'
import type { Timers } from './timer-wheel.ts'

/** What a listener shares with all the others. */
export interface Shared {
  readonly limits: NetLimits
  readonly counts: NetCounts
  readonly rates: SourceRates
  readonly stunRates: SourceRates
  readonly handshakeRates: SourceRates
  readonly timers: Timers
  /** From 0 to 1. */
  readonly random: () => number
  /** What a flow tells the peer about us. */
  readonly told: (ends: Pick<Flow, 'local' | 'remote'>) => Pick<Flow, 'advertised'>
  /** From where nobody comes in unless the listener allows it. */
  readonly isOutside: (address: string) => boolean
  /** Comes from nobody whom we would answer. */
  readonly isFromRelay: (remote: SocketAddress) => boolean
  /** Gives a message to the receiver and catches what it throws. */
  readonly deliver: (flow: Flow, bytes: Uint8Array) => void
}

export interface ListenOptions extends SocketAddress {
  /** Datagrams and connections from addresses that are neither private nor loopback; off unless set. */
  readonly isPublicAllowed?: boolean
}

const SOCKET_BUFFER_BYTES = 4_194_304 // What the kernel allows of it; bursts must not be lost in the queue.
const UDP_PAYLOAD_BYTES_MAX = 65_507

type Lookup = NonNullable<SocketOptions['lookup']>

/** Addresses are never names here, so that node:dgram need not ask the resolver for each datagram. */
function noLookup(family: 4 | 6): Lookup {
  return (address, _options, callback) => callback(null, address, family)
}

export class UdpListener {
  readonly local: SocketAddress
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #isPublicAllowed: boolean
  #flows = new Map<string, Map<number, Flow>>()
  #flowCount = 0
  readonly #onSent: (error: Error | null) => void

  private constructor(socket: Socket, options: ListenOptions, shared: Shared) {
    this.#socket = socket
    this.#shared = shared
    this.#isPublicAllowed = options.isPublicAllowed ?? false
    const bound = socket.address()
    this.local = { address: bound.address, port: bound.port }
    this.#onSent = (error) => {
      if (error !== null) shared.counts.socketErrors += 1
    }
    socket.on('error', this.#onSent)
    socket.on('message', (bytes, from) => this.#receive(bytes, from))
  }

  static async open(options: ListenOptions, shared: Shared): Promise<Result<UdpListener, ListenError>> {
    const family = isIPv6(options.address) ? 6 : 4
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: noLookup(family),
      ipv6Only: family === 6,
    })
    const opened = Promise.withResolvers<unknown>()
    socket.once('error', opened.resolve)
    socket.bind({ address: options.address, port: options.port, exclusive: true }, () =>
      opened.resolve(undefined),
    )
    const error = await opened.promise
    if (error !== undefined) {
      socket.close()
      return fail(listenError('udp', options, error))
    }
    socket.removeAllListeners('error')
    try {
      socket.setRecvBufferSize(SOCKET_BUFFER_BYTES)
      socket.setSendBufferSize(SOCKET_BUFFER_BYTES)
    } catch (refused) {
      if (!(refused instanceof Error)) throw refused // A smaller buffer is no reason not to listen.
    }
    return ok(new UdpListener(socket, options, shared))
  }

  send(remote: SocketAddress, bytes: Uint8Array): boolean {
    if (bytes.length > UDP_PAYLOAD_BYTES_MAX) return false
    this.#socket.send(bytes, remote.port, remote.address, this.#onSent)
    return true
  }

  /** The flow to a peer of this socket. */
  flowTo(address: string, port: number): Flow {
    let byPort = this.#flows.get(address)
    const known = byPort?.get(port)
    if (known !== undefined) return known
    if (this.#flowCount >= this.#shared.limits.udpFlowsMax) {
      this.forgetFlows()
      byPort = undefined
    }
    if (byPort === undefined) {
      byPort = new Map()
      this.#flows.set(address, byPort)
    }
    const remote = { address, port }
    const id = `udp:${writeSocketAddress(this.local)}:${writeSocketAddress(remote)}`
    const { local } = this
    const flow: Flow = { id, transport: 'udp', local, remote, ...this.#shared.told({ local, remote }) }
    byPort.set(port, flow)
    this.#flowCount += 1
    return flow
  }

  /** They are made again when they are needed. */
  forgetFlows(): void {
    this.#flows = new Map()
    this.#flowCount = 0
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve))
  }

  #receive(bytes: Uint8Array, from: RemoteInfo): void {
    const { limits, counts, rates, timers, deliver, isOutside, isFromRelay } = this.#shared
    if (isFromRelay(from)) {
      counts.fromPublic += 1
      return
    }
    let admission = rates.admit(from.address, timers.now(), this.#isPublicAllowed)
    if (admission === 'public' && !isOutside(from.address))
      admission = rates.admit(from.address, timers.now(), true)
    if (admission !== 'admitted') {
      if (admission === 'public') counts.fromPublic += 1
      else counts.overRate += 1
      return
    }
    if (bytes.length > limits.messageBytesMax) {
      counts.oversize += 1
      return
    }
    if (isKeepAlive(bytes)) return // A bare CRLF is not answered on UDP; STUN is (RFC 5626 §3.5.2).
    if (looksLikeStun(bytes)) {
      this.#answerStun(bytes, from)
      return
    }
    counts.received += 1
    deliver(this.flowTo(from.address, from.port), bytes)
  }

  /** The sender's address may be false: few answers per second, hardly longer than the question. */
  #answerStun(bytes: Uint8Array, from: RemoteInfo): void {
    const { counts, stunRates, timers } = this.#shared
    const isAdmitted = stunRates.admit(from.address, timers.now(), true) === 'admitted'
    const answer = isAdmitted ? answerStun(bytes, from) : undefined
    if (answer === undefined) {
      counts.stunDropped += 1
      return
    }
    counts.stunAnswers += 1
    this.#socket.send(answer, from.port, from.address, this.#onSent)
  }
}

/** Only CR, LF, NUL and spaces, as NAT keep-alives of phones are; at most 16 bytes. */
function isKeepAlive(bytes: Uint8Array): boolean {
  if (bytes.length > 16) return false
  for (const byte of bytes) if (byte !== 13 && byte !== 10 && byte !== 0 && byte !== 32) return false
  return true
}
