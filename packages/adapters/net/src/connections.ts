// The table of open connections, whatever their transport: found by flow id, counted per address, closed by
// device. Each entry is removed in `remove` and nowhere else.
import type { Flow } from '@rufwerk/core'
import { neighbourhood } from './address.ts'
import type { NetLimits } from './limits.ts'

/** One open connection. */
export interface Connection {
  readonly flow: Flow
  /** False when it cannot be written; the connection may be closed because of that. */
  send(bytes: Uint8Array): boolean
  /** Ends it. `isPolite` lets what was written still go out. */
  close(isPolite: boolean): void
}

export class Connections {
  readonly #limits: NetLimits
  readonly #byFlow = new Map<string, Connection>()
  readonly #perAddress = new Map<string, number>()

  constructor(limits: NetLimits) {
    this.#limits = limits
  }

  /** True when one more connection from `address` is within the limits. */
  hasRoomFor(address: string): boolean {
    if (this.#byFlow.size >= this.#limits.connectionsMax) return false
    const max =
      neighbourhood(address) === 'public'
        ? this.#limits.connectionsPerAddressMax
        : this.#limits.connectionsPerPrivateAddressMax
    return (this.#perAddress.get(address) ?? 0) < max
  }

  add(connection: Connection): void {
    const { address } = connection.flow.remote
    this.#byFlow.set(connection.flow.id, connection)
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
  }

  /** False when it was removed before. */
  remove(connection: Connection): boolean {
    if (!this.#byFlow.delete(connection.flow.id)) return false
    const { address } = connection.flow.remote
    const rest = (this.#perAddress.get(address) ?? 0) - 1
    if (rest > 0) this.#perAddress.set(address, rest)
    else this.#perAddress.delete(address)
    return true
  }

  get(flowId: string): Connection | undefined {
    return this.#byFlow.get(flowId)
  }

  all(): IterableIterator<Connection> {
    return this.#byFlow.values()
  }

  size(): number {
    return this.#byFlow.size
  }
}
