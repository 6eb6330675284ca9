// Which trunks there are, for the SIP side and for routing: the settings as they are now, who is told when
// they change, and the numbers of callers as E.164.
import { isIP } from 'node:net'
import type { TrunkBook, TrunkId, TrunkSettings, TrunkState } from '@rufwerk/legs/trunks'
import type { Trunk } from '@rufwerk/routing'
import { readFromCarrier } from '@rufwerk/routing/numbers'
import type { Finding } from './ops/alarms.ts'

/** Empty until somebody sets trunks. */
export class Trunks implements TrunkBook {
  readonly #planOf: () => readonly Trunk[]
  #all: readonly TrunkSettings[] = []
  #onChanged: () => void = () => undefined

  /** `planOf`: what routing knows of the trunks now. */
  constructor(planOf: () => readonly Trunk[]) {
    this.#planOf = planOf
  }

  /** From now on there are these; settings that are the same object go on without a break. */
  set(all: readonly TrunkSettings[]): void {
    this.#all = all
    this.#onChanged()
  }

  trunks(): readonly TrunkSettings[] {
    return this.#all
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
