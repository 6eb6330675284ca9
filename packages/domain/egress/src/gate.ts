// Decides whether a name may be asked for and an address may be reached: by the targets, and by what the DNS
// said about their names. Everything else is refused.
import { neighbourhood } from '@rufwerk/core/ip-address'
import { ADDRESSES_MAX, NAMES_MAX } from './limits.ts'
import { hostOf, keyOf, type Target } from './targets.ts'

/** What the DNS said about a name. */
export interface Answers {
  readonly addresses?: readonly string[]
  /** SRV: a name and its port. */
  readonly services?: readonly { readonly name: string; readonly port: number }[]
  /** NAPTR and CNAME: other names for it. */
  readonly names?: readonly string[]
}

/** One way: a target, and the ports that are good for it under this name. */
interface Way {
  readonly target: Target
  readonly ports: readonly number[]
}

/** RFC 6761 §6.3: asks nobody. */
const LOCALHOST = ['127.0.0.1', '::1']
const SERVICE = /^(?:_[a-z0-9-]+\.){2}/

export class Gate {
  #key = ''
  #targets: readonly Target[] = []
  /** Of the targets themselves. */
  #hosts = new Map<string, Way[]>()
  /** What the DNS added to them. */
  readonly #names = new Map<string, Way[]>()
  readonly #addresses = new Map<string, Way[]>()

  /** From now on these. What the DNS said about those that stay is still known. */
  set(targets: readonly Target[]): void {
    const key = targets.map(keyOf).join('\n')
    if (key === this.#key) return
    this.#key = key
    this.#targets = targets
    this.#hosts = new Map()
    for (const target of targets) {
      const way = { target, ports: target.ports }
      addTo(this.#hosts, target.host, way)
      if (isLocalhost(target.host)) for (const address of LOCALHOST) addTo(this.#hosts, address, way)
    }
    const kept = new Map(targets.map((target) => [keyOf(target), target]))
    for (const learned of [this.#names, this.#addresses]) {
      for (const [host, ways] of learned) {
        const left = ways.filter(({ target }) => kept.has(keyOf(target)))
        if (left.length > 0) learned.set(host, left)
        else learned.delete(host)
      }
    }
  }

  targets(): readonly Target[] {
    return this.#targets
  }

  /** Addresses of a target's name, as far as the DNS was asked. */
  addressesOf(target: Target): string[] {
    const key = keyOf(target)
    return [...this.#addresses].flatMap(([address, ways]) =>
      ways.some((way) => keyOf(way.target) === key) ? [address] : [],
    )
  }

  /** Whether the DNS may be asked about this name: a question is a message to a stranger, too. */
  mayAsk(name: string): boolean {
    return this.#waysOf(hostOf(name)).length > 0
  }

  /** What the DNS said about a name that it was asked for. */
  learn(name: string, { addresses = [], services = [], names = [] }: Answers): void {
    const ways = this.#waysOf(hostOf(name))
    for (const way of ways) {
      // A name that leads to this machine is a trick (DNS rebinding), or should be `localhost`.
      for (const address of addresses.filter((one) => neighbourhood(one) !== 'loopback'))
        this.#keep(this.#addresses, ADDRESSES_MAX, address, way)
      if (!way.target.isFollowed) continue
      for (const other of names) this.#keep(this.#names, NAMES_MAX, other, way)
      for (const { name: server, port } of services)
        this.#keep(this.#names, NAMES_MAX, server, { target: way.target, ports: [port] })
    }
  }

  mayReach(protocol: 'tcp' | 'udp', address: string, port: number): boolean {
    return this.#reaching(hostOf(address)).some(
      ({ target, ports }) => target.protocol === protocol && ports.includes(port),
    )
  }

  /** Whether any target is at this address. */
  isKnown(address: string): boolean {
    return this.#reaching(hostOf(address)).length > 0
  }

  /** Entries that are remembered beside the targets. */
  size(): number {
    return this.#names.size + this.#addresses.size
  }

  #reaching(address: string): readonly Way[] {
    return [...(this.#hosts.get(address) ?? []), ...(this.#addresses.get(address) ?? [])]
  }

  #waysOf(name: string): readonly Way[] {
    const found = [...(this.#hosts.get(name) ?? []), ...(this.#names.get(name) ?? [])]
    const service = SERVICE.exec(name)?.[0]
    if (service === undefined) return found
    const owner = this.#hosts.get(name.slice(service.length)) ?? []
    return [...found, ...owner.filter(({ target }) => target.isFollowed)]
  }

  #keep(into: Map<string, Way[]>, max: number, host: string, way: Way): void {
    const at = hostOf(host)
    if (at === '') return
    const ways = into.get(at) ?? []
    into.delete(at)
    const isThere = ways.some(
      ({ target, ports }) => keyOf(target) === keyOf(way.target) && ports.join() === way.ports.join(),
    )
    into.set(at, isThere ? ways : [...ways, way])
    const [oldest] = into.keys()
    if (into.size > max && oldest !== undefined) into.delete(oldest)
  }
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function addTo(map: Map<string, Way[]>, host: string, way: Way): void {
  map.set(host, [...(map.get(host) ?? []), way])
}
