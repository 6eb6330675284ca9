// The servers of one carrier: looked up, reached one after the other, remembered so that their calls are
// known by where they come from. Holds one flow, the one in use.
import type { Flow, SocketAddress } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import type { RegistrarTarget } from '@rufwerk/sip/trunk'
import type { TrunkPlan } from './settings.ts'
import { keyOf } from './sources.ts'
import type { CarrierNetwork } from './trunk-ports.ts'

/** Servers that are tried for one request. */
const SERVERS_TRIED_MAX = 4

/** A server that can be reached, and the way to it. */
export interface Reached {
  readonly flow: Flow
  readonly target: RegistrarTarget
}

export class Servers {
  readonly #plan: TrunkPlan
  readonly #network: CarrierNetwork
  /** As the DNS named them last; kept while it says nothing. */
  #targets: readonly RegistrarTarget[] = []
  #addresses: ReadonlySet<string> = new Set()
  #pairs: ReadonlySet<string> = new Set()
  #current: Reached | undefined

  constructor(plan: TrunkPlan, network: CarrierNetwork) {
    this.#plan = plan
    this.#network = network
  }

  /** The one in use, while its flow stands. */
  get current(): Reached | undefined {
    return this.#current
  }

  use(reached: Reached | undefined): void {
    this.#current = reached
  }

  /** Asks the DNS. Empty when it says nothing. */
  async lookUp(): Promise<readonly RegistrarTarget[]> {
    const targets = await this.#network.resolve(this.#plan.wanted)
    if (targets.length === 0) return []
    this.#targets = targets
    this.#addresses = new Set(targets.map(({ address }) => plainHost(address)))
    this.#pairs = new Set(targets.map(keyOf))
    return targets
  }

  open(target: RegistrarTarget): Promise<Flow | undefined> {
    const { settings, tlsName } = this.#plan
    const { authorities } = settings
    return this.#network.open(target, { name: tlsName, ...(authorities && { authorities }) })
  }

  /** The first that can be reached and is not among `tried`; those that cannot are added to it. */
  async reach(tried: Set<string>): Promise<Reached | undefined> {
    const { current } = this
    if (current !== undefined && !tried.has(serverKey(current.target))) return current
    const found = await this.lookUp()
    const targets = found.length > 0 ? found : this.#targets
    for (const target of targets.slice(0, SERVERS_TRIED_MAX)) {
      if (tried.has(serverKey(target))) continue
      const flow = await this.open(target)
      if (flow !== undefined) return { flow, target }
      tried.add(serverKey(target))
    }
    return undefined
  }

  /** True when one of them has this address. */
  hasAddress(address: string): boolean {
    return this.#addresses.has(plainHost(address))
  }

  has(remote: SocketAddress): boolean {
    return this.#pairs.has(keyOf(remote))
  }
}

/** One text per server and transport. */
export function serverKey(target: RegistrarTarget): string {
  return `${target.transport} ${keyOf(target)}`
}
