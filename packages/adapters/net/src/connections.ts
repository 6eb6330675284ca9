// The table of open connections, whatever their transport: found by flow id, counted per address, closed by
// device. Each entry is removed in `remove` and nowhere else.
import type { Flow, Ms } from '@rufwerk/core'
import { isOutside, sourceOf } from './address.ts'
import type { NetLimits } from './limits.ts'
import type { PeerCertificate } from './peer-certificate.ts'

/** One open connection. */
export interface Connection {
  readonly flow: Flow
  /** False when it cannot be written; the connection may be closed because of that. */
  send(bytes: Uint8Array): boolean
  /** Whom the other end proved to be by TLS; undefined when it did not. */
  peerCertificate(): PeerCertificate | undefined
  /** Sends a ping about this often from now on, and ends the connection when the peer is silent after one. */
  keepAlive(every: Ms): void
  /** Ends it. `isPolite` lets what was written still go out. */
  close(isPolite: boolean): void
}

/** Room for a connection that is not open yet; disposing gives it back. */
export type Reservation = Disposable

export class Connections {
  readonly #limits: NetLimits
  readonly #byFlow = new Map<string, Connection>()
  readonly #perSource = new Map<string, number>()
  /** Handshakes by source. */
  readonly #reservedPerSource = new Map<string, number>()
  #reserved = 0

  constructor(limits: NetLimits) {
    this.#limits = limits
  }

  /** True when one more connection from `address` is within the limits. */
  hasRoomFor(address: string): boolean {
    if (this.#byFlow.size + this.#reserved >= this.#limits.connectionsMax) return false
    const max = isOutside(address)
      ? this.#limits.connectionsPerAddressMax
      : this.#limits.connectionsPerPrivateAddressMax
    return (this.#perSource.get(sourceOf(address)) ?? 0) < max
  }

  /**
   * Room for a handshake with `address`, counted like a connection until disposed; undefined without room.
   */
  reserve(address: string): Reservation | undefined {
    const { handshakesMax, handshakesPerAddressMax } = this.#limits
    const ofSource = this.#reservedPerSource.get(sourceOf(address)) ?? 0
    if (this.#reserved >= handshakesMax || ofSource >= handshakesPerAddressMax) return undefined
    if (!this.hasRoomFor(address)) return undefined
    this.#reserve(address, 1)
    return { [Symbol.dispose]: () => this.#reserve(address, -1) }
  }

  add(connection: Connection): void {
    this.#byFlow.set(connection.flow.id, connection)
    this.#count(connection.flow.remote.address, 1)
  }

  /** False when it was removed before. */
  remove(connection: Connection): boolean {
    if (!this.#byFlow.delete(connection.flow.id)) return false
    this.#count(connection.flow.remote.address, -1)
    return true
  }

  get(flowId: string): Connection | undefined {
    return this.#byFlow.get(flowId)
  }

  all(): IterableIterator<Connection> {
    return this.#byFlow.values()
  }

  /** Open connections and handshakes. */
  size(): number {
    return this.#byFlow.size + this.#reserved
  }

  #reserve(address: string, change: 1 | -1): void {
    this.#reserved += change
    add(this.#reservedPerSource, sourceOf(address), change)
    this.#count(address, change)
  }

  #count(address: string, change: 1 | -1): void {
    add(this.#perSource, sourceOf(address), change)
  }
}

/** Entries that come to zero are removed. */
function add(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}
