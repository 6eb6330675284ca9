// A network in memory, from a seed: datagrams are lost, delayed, doubled and reordered; connections are not,
// but can be cut. Each host is attached at one address; a NAT before it may give it another one.
import {
  between,
  type Flow,
  type Instant,
  type Ms,
  ms,
  type SocketAddress,
  type TransportName,
} from '@rufwerk/core'
import { SeededRandom } from './random.ts'
import type { VirtualClock } from './virtual-clock.ts'

const NAT_FIRST_PORT = 40_000

export interface Weather {
  /** Share of datagrams that never arrive, 0 to 1. */
  readonly loss?: number
  /** Share of datagrams that arrive twice. */
  readonly duplicates?: number
  /** Shortest and longest way, in ms; datagrams overtake each other when they differ. */
  readonly delayMs?: readonly [number, number]
}

export interface NetworkOptions extends Weather {
  readonly clock: VirtualClock
  readonly seed: number
  /** Sees every message when it is sent, with what becomes of it. */
  readonly tap?: (message: SentMessage) => void
}

export interface SentMessage {
  readonly flow: Flow
  readonly bytes: Uint8Array
  readonly fate: 'sent' | 'sent twice' | 'lost' | 'cut off' | 'no connection'
}

export interface Host {
  onMessage(flow: Flow, bytes: Uint8Array): void
  onFlowClosed?(flow: Flow): void
}

interface Nat {
  /** The address that others see, and the port of the next mapping. */
  readonly address: string
  nextPort: number
  readonly forgetsAfter: Ms
  sentAt: Instant | undefined
}

interface Connection {
  readonly ends: readonly [Flow, Flow]
  isOpen: boolean
}

export class SeededNetwork {
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #tap: (message: SentMessage) => void
  #weather: Required<Weather>
  readonly #hosts = new Map<string, Host>()
  readonly #connections = new Map<string, Connection>()
  /** By the address that a host believes to have: the one that others see. */
  readonly #outside = new Map<string, SocketAddress>()
  /** By the address that others see. */
  readonly #inside = new Map<string, SocketAddress>()
  /** By the address that a host believes to have. */
  readonly #nats = new Map<string, Nat>()
  /** IP addresses whose datagrams and segments do not get through. */
  readonly #cutOff = new Set<string>()
  /** Segments that wait until their way is open again, in the order they were sent. */
  #held: { readonly flow: Flow; readonly arrive: () => void }[] = []
  #lastConnection = 0
  /** Messages in both directions, lost ones included. */
  sent = 0
  lost = 0

  constructor(options: NetworkOptions) {
    this.#clock = options.clock
    this.#random = new SeededRandom(options.seed)
    this.#tap = options.tap ?? (() => undefined)
    this.#weather = { loss: 0, duplicates: 0, delayMs: [1, 1] }
    this.setWeather(options)
  }

  /** From now on; what is not named stays as it is. */
  setWeather({ loss, duplicates, delayMs }: Weather): void {
    const { loss: l, duplicates: d, delayMs: m } = this.#weather
    this.#weather = { loss: loss ?? l, duplicates: duplicates ?? d, delayMs: delayMs ?? m }
  }

  attach(at: SocketAddress, host: Host): void {
    this.#hosts.set(keyOf(at), host)
  }

  detach(at: SocketAddress): void {
    this.#hosts.delete(keyOf(at))
  }

  /** Nothing gets to or from an IP address any more, or again. What is under way on connections waits. */
  partition(address: string, isCutOff: boolean): void {
    if (isCutOff) this.#cutOff.add(address)
    else this.#cutOff.delete(address)
    const held = this.#held
    this.#held = []
    for (const one of held) {
      if (this.#isCutOff(one.flow)) this.#held.push(one)
      else this.#clock.arm(ms(0), one.arrive)
    }
  }

  /** The NAT before a host forgets its mapping: its datagrams have another source from now on. */
  rebind(at: SocketAddress, outside: SocketAddress): void {
    const before = this.#outside.get(keyOf(at))
    if (before !== undefined) this.#inside.delete(keyOf(before))
    this.#outside.set(keyOf(at), outside)
    this.#inside.set(keyOf(outside), at)
  }

  /**
   * Puts a NAT before a host, for UDP: others see `address`, with another port each time the host has sent
   * nothing for as long as the NAT remembers (RFC 4787 §4.3); until it sends again nothing reaches it.
   */
  putBehindNat(at: SocketAddress, address: string, forgetsAfter: Ms): void {
    this.#nats.set(keyOf(at), { address, nextPort: NAT_FIRST_PORT, forgetsAfter, sentAt: undefined })
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
    for (const end of connection.ends) this.#connections.delete(end.id)
    for (const end of connection.ends) this.#hosts.get(keyOf(end.local))?.onFlowClosed?.(end)
  }

  /** Closes every connection of a host that has gone. */
  cutAll(at: SocketAddress): void {
    const own = [...this.#connections.values()].filter(({ ends }) =>
      ends.some((end) => keyOf(end.local) === keyOf(at)),
    )
    for (const { ends } of new Set(own)) this.cut(ends[0])
  }

  send = (flow: Flow, bytes: Uint8Array): boolean => {
    this.sent += 1
    if (flow.transport !== 'udp') return this.#sendReliably(flow, bytes)
    this.#passNat(flow.local)
    const { loss, duplicates, delayMs } = this.#weather
    const isLost = this.#random.next() < loss
    if (isLost || this.#isCutOff(flow)) {
      this.lost += 1
      this.#tap({ flow, bytes, fate: isLost ? 'lost' : 'cut off' })
      return true // The sender of a datagram never knows.
    }
    const copies = this.#random.next() < duplicates ? 2 : 1
    this.#tap({ flow, bytes, fate: copies === 2 ? 'sent twice' : 'sent' })
    const source = this.#outside.get(keyOf(flow.local)) ?? flow.local
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = ms(this.#random.between(...delayMs))
      this.#clock.arm(delay, () => {
        const at = this.#behind(flow.remote)
        if (at !== undefined) this.#hosts.get(keyOf(at))?.onMessage(this.flow(at, source), bytes)
      })
    }
    return true
  }

  /** Who gets what is sent to this address: behind a NAT the old address is nobody's any more. */
  #behind(outside: SocketAddress): SocketAddress | undefined {
    const inside = this.#inside.get(keyOf(outside))
    if (inside !== undefined) return this.#isForgotten(this.#nats.get(keyOf(inside))) ? undefined : inside
    return this.#outside.has(keyOf(outside)) ? undefined : outside
  }

  /** A datagram leaves through the NAT, if there is one, and keeps its mapping. */
  #passNat(at: SocketAddress): void {
    const nat = this.#nats.get(keyOf(at))
    if (nat === undefined) return
    if (this.#isForgotten(nat)) {
      this.rebind(at, { address: nat.address, port: nat.nextPort })
      nat.nextPort += 1
    }
    nat.sentAt = this.#clock.now()
  }

  #isForgotten(nat: Nat | undefined): boolean {
    if (nat === undefined) return false
    return nat.sentAt === undefined || between(nat.sentAt, this.#clock.now()) >= nat.forgetsAfter
  }

  #isCutOff({ local, remote }: Flow): boolean {
    return this.#cutOff.has(local.address) || this.#cutOff.has(remote.address)
  }

  #sendReliably(flow: Flow, bytes: Uint8Array): boolean {
    const connection = this.#connections.get(flow.id)
    this.#tap({ flow, bytes, fate: connection === undefined ? 'no connection' : 'sent' })
    if (connection === undefined) return false
    const [near, far] = connection.ends
    const receiver = flow.id === near.id ? far : near
    const arrive = (): void => {
      if (!connection.isOpen) return
      if (this.#isCutOff(flow)) this.#held.push({ flow, arrive })
      else this.#hosts.get(keyOf(receiver.local))?.onMessage(receiver, bytes)
    }
    this.#clock.arm(ms(this.#weather.delayMs[0]), arrive)
    return true
  }
}

function keyOf({ address, port }: SocketAddress): string {
  return `${address}:${port}`
}
