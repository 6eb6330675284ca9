// A network in memory, from a seed: datagrams are lost, delayed, doubled and reordered; connections are not,
// but can be cut. Each host is attached at one address.
import { type Flow, ms, type SocketAddress, type TransportName } from '@rufwerk/core'
import { SeededRandom } from './random.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface NetworkOptions {
  readonly clock: VirtualClock
  readonly seed: number
  /** Share of datagrams that never arrive, 0 to 1. */
  readonly loss?: number
  /** Share of datagrams that arrive twice. */
  readonly duplicates?: number
  /** Shortest and longest way, in ms; datagrams overtake each other when they differ. */
  readonly delayMs?: readonly [number, number]
}

export interface Host {
  onMessage(flow: Flow, bytes: Uint8Array): void
  onFlowClosed?(flow: Flow): void
}

interface Connection {
  readonly ends: readonly [Flow, Flow]
  isOpen: boolean
}

export class SeededNetwork {
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #loss: number
  readonly #duplicates: number
  readonly #delayMs: readonly [number, number]
  readonly #hosts = new Map<string, Host>()
  readonly #connections = new Map<string, Connection>()
  #lastConnection = 0
  /** Messages in both directions, lost ones included. */
  sent = 0
  lost = 0

  constructor(options: NetworkOptions) {
    this.#clock = options.clock
    this.#random = new SeededRandom(options.seed)
    this.#loss = options.loss ?? 0
    this.#duplicates = options.duplicates ?? 0
    this.#delayMs = options.delayMs ?? [1, 1]
  }

  attach(at: SocketAddress, host: Host): void {
    this.#hosts.set(keyOf(at), host)
  }

  detach(at: SocketAddress): void {
    this.#hosts.delete(keyOf(at))
  }

  /** The UDP flow from one address to another, seen from the first. */
  flow(local: SocketAddress, remote: SocketAddress): Flow {
    return { id: `udp:${keyOf(local)}:${keyOf(remote)}`, transport: 'udp', local, remote }
  }

  /**
   * Opens a connection; `device` is what the far end learned in the handshake. Returns the near end's flow.
   */
  connect(
    transport: Exclude<TransportName, 'udp'>,
    near: SocketAddress,
    far: SocketAddress,
    device?: string,
  ): Flow {
    this.#lastConnection += 1
    const name = `${transport}:${this.#lastConnection}`
    const nearEnd: Flow = { id: `${name}:near`, transport, local: near, remote: far }
    const farEnd: Flow = {
      id: `${name}:far`,
      transport,
      local: far,
      remote: near,
      ...(device ? { device } : {}),
    }
    const connection: Connection = { ends: [nearEnd, farEnd], isOpen: true }
    this.#connections.set(nearEnd.id, connection)
    this.#connections.set(farEnd.id, connection)
    return nearEnd
  }

  /** Closes a connection for both ends. */
  cut(flow: Flow): void {
    const connection = this.#connections.get(flow.id)
    if (connection === undefined) return
    connection.isOpen = false
    for (const end of connection.ends) {
      this.#connections.delete(end.id)
      this.#hosts.get(keyOf(end.local))?.onFlowClosed?.(end)
    }
  }

  send = (flow: Flow, bytes: Uint8Array): boolean => {
    this.sent += 1
    if (flow.transport !== 'udp') return this.#sendReliably(flow, bytes)
    if (this.#random.next() < this.#loss) {
      this.lost += 1
      return true // The sender of a datagram never knows.
    }
    const copies = this.#random.next() < this.#duplicates ? 2 : 1
    const back = this.flow(flow.remote, flow.local)
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = ms(this.#random.between(...this.#delayMs))
      this.#clock.arm(delay, () => this.#hosts.get(keyOf(flow.remote))?.onMessage(back, bytes))
    }
    return true
  }

  #sendReliably(flow: Flow, bytes: Uint8Array): boolean {
    const connection = this.#connections.get(flow.id)
    if (connection === undefined) return false
    const [near, far] = connection.ends
    const receiver = flow.id === near.id ? far : near
    this.#clock.arm(ms(this.#delayMs[0]), () => {
      if (connection.isOpen) this.#hosts.get(keyOf(receiver.local))?.onMessage(receiver, bytes)
    })
    return true
  }
}

function keyOf({ address, port }: SocketAddress): string {
  return `${address}:${port}`
}
