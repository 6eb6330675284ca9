// A server under attack: what was observed of whom, and what is said about it.
import {
  type AttackEvent,
  type AttackKind,
  blockOf,
  EMPTY_INTRUSION,
  type Intrusion,
  type IntrusionInput,
  step,
} from '../src/index.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const SCANNER = '203.0.113.9'
export const OFFICE = '198.51.100.7'

interface How {
  readonly port?: number
  readonly isProven?: boolean
  readonly isSpared?: boolean
  readonly name?: string
}

export class Siege {
  state: Intrusion = EMPTY_INTRUSION
  at = 0
  readonly told: AttackEvent[] = []

  says(input: IntrusionInput): AttackEvent[] {
    const { state, out } = step(this.state, input)
    this.state = state
    const events = out.map(({ event }) => event)
    this.told.push(...events)
    return events
  }

  /** So many times, one after the other. */
  see(address: string, kind: AttackKind, times: number, how: How = {}): void {
    const { port = 5060, isProven = false, isSpared = false, name } = how
    const flow = flowOf(address, port)
    for (let count = 0; count < times; count += 1)
      this.says({
        ...{ type: 'observed', at: this.at, kind, address, flow, isProven, isSpared },
        ...(name !== undefined && { name }),
      })
  }

  phone(address: string, port = 5060): void {
    this.says({ type: 'authenticated', at: this.at, address, flow: flowOf(address, port) })
  }

  drop(source: string, count: number): void {
    this.says({ type: 'dropped', at: this.at, source, count })
  }

  /** Time passes, with a look every ten seconds. */
  pass(time: number, each: () => void = () => undefined): void {
    const end = this.at + time
    while (this.at < end) {
      this.at = Math.min(end, this.at + 10_000)
      each()
      this.says({ type: 'tick', at: this.at })
    }
  }

  isBlocked(address: string, { port = 5060, isProven = false }: How = {}): boolean {
    const origin = { address, flow: flowOf(address, port), isForgeable: !isProven }
    return blockOf(this.state, origin, this.at) !== undefined
  }

  blocks(): number {
    return this.told.filter(({ what }) => what === 'blocked').length
  }
}

const flowOf = (address: string, port: number): string => `udp:${address}:${port}`
