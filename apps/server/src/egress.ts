// Where this server may connect to: what its configuration needs at the moment. The guard that was loaded
// before it (@rufwerk/net, src/egress) asks here; what it refuses is in the log.
import type { EgressPort } from '@rufwerk/api/egress'
import type { Egress as EgressView } from '@rufwerk/contract/egress'
import type { Log, TenantId } from '@rufwerk/core'
import { type Configuration, Gate, Refusals, type Target, targetsOf } from '@rufwerk/egress'
import { type EgressControl, takeEgressControl } from '@rufwerk/net/egress'
import type { Flags } from './flags.ts'

export class Egress implements EgressPort {
  readonly #flags: Flags
  readonly #control: EgressControl | undefined
  readonly #gate: Gate
  readonly #refusals: Refusals
  readonly #sources: (() => Partial<Configuration>)[] = []
  /** Where the issuers publish that companies have pinned. */
  readonly #advisories = new Map<TenantId, readonly string[]>()

  constructor(flags: Flags, log: Log, control = takeEgressControl()) {
    this.#flags = flags
    this.#control = control
    // Without a guard, as in tests of single parts, it is only told what would be allowed.
    this.#gate = control?.gate ?? new Gate()
    this.#refusals = control?.refusals ?? new Refusals()
    this.#sources.push(() => ofFlags(flags))
    control?.follow(() => this.#targets())
    control?.onLine(({ kind, to, port, by }, times) =>
      log.warn('egress refused', { kind, to, port, by, times }),
    )
    if (control === undefined) log.warn('egress not guarded', {})
  }

  /** What this part of the configuration needs is asked for again before each decision. */
  add(source: () => Partial<Configuration>): void {
    this.#sources.push(source)
  }

  /** Advisories are fetched by a thread: it is told before it is asked to. */
  publishers(tenant: TenantId, urls: readonly string[]): void {
    this.#advisories.set(tenant, urls)
    this.#control?.allowThreads(targetsOf({ trunks: [], servers: [], urls: this.#published() }))
  }

  refused(): number {
    return this.#refusals.total()
  }

  view(): EgressView {
    const targets = [...this.#targets(), ...targetsOf({ trunks: [], servers: [], urls: this.#published() })]
    this.#gate.set(this.#targets())
    return {
      isGuarded: this.#control !== undefined,
      allowed: targets.map((target) => ({
        ...{ why: target.why, host: target.host, protocol: target.protocol, ports: [...target.ports] },
        ...{ isFollowed: target.isFollowed, addresses: this.#gate.addressesOf(target) },
      })),
      ownUdpPorts: ownUdpPorts(this.#flags),
      refused: [...this.#refusals.entries()],
      refusedTotal: this.#refusals.total(),
    }
  }

  #published(): Configuration['urls'] {
    return [...this.#advisories.values()].flat().map((url) => ({ url, why: 'advisories' }))
  }

  #targets(): readonly Target[] {
    const all: Configuration = { trunks: [], servers: [], urls: [] }
    const merged = this.#sources
      .map((source) => source())
      .reduce<Configuration>(
        (sum, { trunks = [], servers = [], urls = [] }) => ({
          trunks: [...sum.trunks, ...trunks],
          servers: [...sum.servers, ...servers],
          urls: [...sum.urls, ...urls],
        }),
        all,
      )
    return targetsOf(merged)
  }
}

function ofFlags({ acme, nat: { stun } }: Flags): Partial<Configuration> {
  return {
    servers: stun === undefined ? [] : [{ ...stun, protocol: 'udp', why: 'stun' }],
    urls: acme === undefined ? [] : [{ url: acme.directoryUrl, why: 'certificates' }],
  }
}

/** Calls come from these, and say where they go. */
function ownUdpPorts(flags: Flags): string[] {
  if (flags.isGuard) return []
  const { sipPort, mediaPortFirst, mediaPortLast, webrtcPort, nat } = flags
  return [
    `${sipPort}`,
    `${mediaPortFirst}-${mediaPortLast}`,
    ...(webrtcPort === undefined ? [] : [`${webrtcPort}`]),
    ...(nat.turn === undefined ? [] : [`${nat.turn.relayFirst}-${nat.turn.relayLast}`]),
  ]
}
