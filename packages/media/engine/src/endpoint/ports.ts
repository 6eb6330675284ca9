// Pairs of UDP sockets for RTP (even port) and RTCP (the odd one above), RFC 3550 §11, from a bounded
// range. Closed pairs stay bound for the next call, because opening two sockets costs more than a whole
// call setup. Lookups are synchronous: only literal addresses come here, and node:dgram then binds and
// sends without a tick.
import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { isIP } from 'node:net'
import { assert, fail, ok, type Result } from '@rufwerk/core'
import { IDLE_PAIRS_MAX, PORT_ATTEMPTS_MAX, RTP_ADDRESSES_MAX } from '../limits.ts'

/** Hears what arrives on a pair. Hot: one call per datagram. */
export interface PairListener {
  rtpArrived(packet: Buffer, address: string, port: number): void
  rtcpArrived(packet: Buffer, address: string, port: number): void
}

export interface PortRange {
  /** Lowest and highest UDP port, both may be used; a pair starts at an even one. */
  readonly low: number
  readonly high: number
}

export type PortError = { readonly code: 'no-port' | 'limit' | 'failed'; readonly why: string }

/** Asked for each packet that is sent, so it looks at nothing: a socket has one family. */
const literalLookup =
  (family: 4 | 6): NonNullable<SocketOptions['lookup']> =>
  (address, _options, callback) =>
    callback(null, address, family)

export class PortPair {
  readonly address: string
  readonly port: number
  /** Undefined while nobody uses the pair; datagrams are then read and forgotten. */
  listener: PairListener | undefined
  readonly #rtp: Socket
  readonly #rtcp: Socket

  constructor(address: string, port: number, rtp: Socket, rtcp: Socket) {
    this.address = address
    this.port = port
    this.#rtp = rtp
    this.#rtcp = rtcp
    rtp.on('message', (packet, source) => this.listener?.rtpArrived(packet, source.address, source.port))
    rtcp.on('message', (packet, source) => this.listener?.rtcpArrived(packet, source.address, source.port))
  }

  /** Sends at once; a full socket buffer loses the packet, as the network would. */
  sendRtp(packet: Uint8Array, port: number, address: string): void {
    this.#rtp.send(packet, port, address)
  }

  sendRtcp(packet: Uint8Array, port: number, address: string): void {
    this.#rtcp.send(packet, port, address)
  }

  close(): void {
    this.listener = undefined
    this.#rtp.close()
    this.#rtcp.close()
  }
}

interface AddressPorts {
  readonly idle: PortPair[]
  /** Even ports of all pairs of this address, leased and idle. */
  readonly bound: Set<number>
}

export class PortPool {
  readonly #range: PortRange
  readonly #random: (below: number) => number
  readonly #addresses = new Map<string, AddressPorts>()
  #leased = 0

  constructor(range: PortRange, random: (below: number) => number) {
    assert(range.low >= 1024 && range.high <= 65_535 && range.low < range.high, 'a port range is 1024–65535')
    this.#range = range
    this.#random = random
  }

  /**
   * A pair of nobody, bound to `address`. Give it back with `release`. A wish is met by a pair of the range
   * that nobody has had here: of one that is idle, late packets of its former call may come.
   */
  lease(address: string, wished?: number): Result<PortPair, PortError> {
    let ports = this.#addresses.get(address)
    if (!ports) {
      if (this.#addresses.size >= RTP_ADDRESSES_MAX) return fail({ code: 'limit', why: 'too many addresses' })
      ports = { idle: [], bound: new Set() }
      this.#addresses.set(address, ports)
    }
    const pair = this.#wished(address, wished, ports.bound) ?? takeOlder(ports.idle, this.#random)
    if (pair) {
      this.#leased += 1
      return ok(pair)
    }
    const opened = this.#open(address, ports.bound)
    if (opened.ok) this.#leased += 1
    else if (ports.bound.size === 0) this.#addresses.delete(address)
    return opened
  }

  release(pair: PortPair): void {
    pair.listener = undefined
    const ports = this.#addresses.get(pair.address)
    assert(ports, 'a released pair was leased here')
    this.#leased -= 1
    if (ports.idle.length < IDLE_PAIRS_MAX) {
      ports.idle.push(pair)
      return
    }
    ports.bound.delete(pair.port)
    pair.close()
  }

  /** Pairs in use. */
  size(): number {
    return this.#leased
  }

  /** Pairs bound and waiting, over all addresses. */
  idle(): number {
    let count = 0
    for (const ports of this.#addresses.values()) count += ports.idle.length
    return count
  }

  /** Pairs that could still be leased on the addresses in use, or on the first one; some may be another's. */
  free(): number {
    const { count } = pairsOf(this.#range)
    return count * Math.max(1, this.#addresses.size) - this.#leased
  }

  /** Closes the idle pairs; leased ones must have been released before. */
  close(): void {
    for (const ports of this.#addresses.values()) for (const pair of ports.idle) pair.close()
    this.#addresses.clear()
  }

  #wished(address: string, port: number | undefined, bound: Set<number>): PortPair | undefined {
    const { first, count } = pairsOf(this.#range)
    if (port === undefined || port < first || port >= first + 2 * count || port % 2 !== 0) return undefined
    if (bound.has(port)) return undefined
    const pair = bindPair(address, port)
    if (!pair.ok) return undefined
    bound.add(port)
    return pair.value
  }

  #open(address: string, bound: Set<number>): Result<PortPair, PortError> {
    const { first, count } = pairsOf(this.#range)
    if (bound.size >= count) return fail({ code: 'no-port', why: 'all ports of the range are in use' })
    const start = this.#random(count)
    let attempts = 0
    for (let step = 0; step < count && attempts < PORT_ATTEMPTS_MAX; step++) {
      const port = first + ((start + step) % count) * 2
      if (bound.has(port)) continue
      attempts += 1
      const pair = bindPair(address, port)
      if (pair.ok) {
        bound.add(port)
        return pair
      }
      if (pair.error !== 'EADDRINUSE' && pair.error !== 'EACCES')
        return fail({ code: 'failed', why: `cannot bind ${address}: ${pair.error}` })
    }
    return fail({ code: 'no-port', why: `no free port found after ${attempts} attempts` })
  }
}

/** The first even port, and how many pairs there are from it on. */
function pairsOf({ low, high }: PortRange): { first: number; count: number } {
  const first = (low + 1) & ~1
  return { first, count: Math.floor((high - first + 1) / 2) }
}

/** Takes a random pair of the older half: late packets of its former call have mostly stopped. */
function takeOlder(idle: PortPair[], random: (below: number) => number): PortPair | undefined {
  if (idle.length === 0) return undefined
  const index = idle.length < 4 ? 0 : random(idle.length >> 1)
  return idle.splice(index, 1)[0]
}

/** Whether nobody has this UDP port at present. */
export function isPortFree(address: string, port: number): boolean {
  const bound = bindSocket(address, port)
  if (bound.ok) bound.value.close()
  return bound.ok
}

function bindPair(address: string, port: number): Result<PortPair, string> {
  const rtp = bindSocket(address, port)
  if (!rtp.ok) return rtp
  const rtcp = bindSocket(address, port + 1)
  if (rtcp.ok) return ok(new PortPair(address, port, rtp.value, rtcp.value))
  rtp.value.close()
  return rtcp
}

function bindSocket(address: string, port: number): Result<Socket, string> {
  const family = isIP(address) === 6 ? 6 : 4
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', lookup: literalLookup(family) })
  let failure = ''
  socket.on('error', (error: NodeJS.ErrnoException) => {
    // After binding, errors only report what the network did with single packets.
    failure = error.code ?? 'unknown'
  })
  socket.bind({ port, address, exclusive: true })
  if (failure === '') return ok(socket)
  socket.close()
  return fail(failure)
}
