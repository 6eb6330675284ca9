// Which trunks there are, for the SIP side and for routing: the settings as they are now, who is told when
// they change, and the numbers of callers as E.164.
import { isIP } from 'node:net'
import type { Carrier, Configuration } from '@rufwerk/egress'
import type { TrunkBook, TrunkId, TrunkSettings, TrunkState } from '@rufwerk/legs/trunks'
import type { Trunk } from '@rufwerk/routing'
import { readFromCarrier } from '@rufwerk/routing/numbers'
import type { Finding } from './ops/alarms.ts'

/** A registration at a carrier that is not ours any more is ended there, which takes so long at most. */
const LEAVING_MS = 60_000
const LEAVING_MAX = 100

/** Empty until somebody sets trunks. */
export class Trunks implements TrunkBook {
  readonly #planOf: () => readonly Trunk[]
  readonly #now: () => number
  #all: readonly TrunkSettings[] = []
  #leaving: readonly { readonly settings: TrunkSettings; readonly until: number }[] = []
  #onChanged: () => void = () => undefined

  /** `planOf`: what routing knows of the trunks now. */
  constructor(planOf: () => readonly Trunk[], now = () => performance.now()) {
    this.#planOf = planOf
    this.#now = now
  }

  /** From now on there are these; settings that are the same object go on without a break. */
  set(all: readonly TrunkSettings[]): void {
    const until = this.#now() + LEAVING_MS
    const gone = this.#all.filter((settings) => !all.includes(settings))
    this.#leaving = [...this.#staying(), ...gone.map((settings) => ({ settings, until }))]
    this.#all = all
    this.#onChanged()
  }

  trunks(): readonly TrunkSettings[] {
    return this.#all
  }

  /** Where they are, and for a minute where those were that are gone. */
  targets(): Pick<Configuration, 'trunks'> {
    const of = ({ domain, port, outboundProxy, transport }: TrunkSettings): Carrier => ({
      ...(outboundProxy ?? { host: domain, port }),
      transport,
    })
    return { trunks: [...this.#all, ...this.#staying().map(({ settings }) => settings)].map(of) }
  }

  #staying() {
    return this.#leaving.filter(({ until }) => this.#now() < until).slice(-LEAVING_MAX)
  }

  onChanged(listener: () => void): void {
    this.#onChanged = listener
  }

  toE164(id: TrunkId, number: string): string | undefined {
    const trunk = this.#planOf().find((one) => one.id === id)
    const read = trunk && readFromCarrier(number, trunk.format, trunk)
    return read?.ok && read.value.kind === 'e164' ? read.value.number : undefined
  }
}

/** One alarm for all trunks that are down: who runs the system sees which, and why the first one is. */
export function trunkFindings(states: readonly TrunkState[]): readonly Finding[] {
  const down = states.filter(({ isUp, problem }) => !isUp && problem !== undefined)
  const [first] = down
  if (first?.problem === undefined) return []
  const { why, status } = first.problem
  const trunks = down.map(({ name }) => name).join(', ')
  const said = status === undefined ? why : `${why}, ${status}`
  const values = { trunks, why: said, down: down.length, all: states.length }
  const message = `No calls over ${trunks} (${said}).`
  return [{ kind: 'trunk-down', severity: 'problem', values, message }]
}

/** The versions of IP that we can speak from, the dearest first. */
export function familiesOf(addresses: readonly string[]): readonly (4 | 6)[] {
  return ([4, 6] as const).filter((family) => addresses.some((address) => isIP(address) === family))
}
