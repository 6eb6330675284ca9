// What the telephone system itself hears of its devices, gathered for a moment before it goes to the thread:
// phones register every few minutes and say the same each time.
import type { DeviceReport } from '@rufwerk/fleet'
import { GATHERED_MAX, GATHERED_MS, REPEATED_MS, TOLD_MAX } from './limits.ts'

interface Told {
  readonly what: string
  readonly at: number
}

export interface SightingsParts {
  /** Calls back once. */
  readonly arm: (ms: number, callback: () => void) => unknown
  /** Reports of one company. */
  readonly tell: (tenant: string, reports: readonly DeviceReport[]) => void
}

export class Sightings {
  readonly #parts: SightingsParts
  /** By company and account; the one told of longest ago stands first. */
  readonly #told = new Map<string, Told>()
  readonly #gathered = new Map<string, DeviceReport>()
  #isArmed = false
  #lost = 0

  constructor(parts: SightingsParts) {
    this.#parts = parts
  }

  /** A device that says the same again is reported once an hour. */
  see(report: DeviceReport): void {
    const { seenAt, tenant, device, ...rest } = report
    const key = JSON.stringify([tenant, device])
    const what = JSON.stringify(rest)
    const before = this.#told.get(key)
    if (before !== undefined && before.what === what && seenAt - before.at < REPEATED_MS) return
    if (this.#gathered.size >= GATHERED_MAX && !this.#gathered.has(key)) {
      this.#lost += 1
      return
    }
    this.#told.delete(key)
    this.#told.set(key, { what, at: seenAt })
    if (this.#told.size > TOLD_MAX)
      for (const oldest of this.#told.keys()) {
        this.#told.delete(oldest)
        break
      }
    this.#gathered.set(key, report)
    if (this.#isArmed) return
    this.#isArmed = true
    this.#parts.arm(GATHERED_MS, () => this.#flush())
  }

  /** Reports that were not gathered because there were too many: they come again. */
  lost(): number {
    return this.#lost
  }

  size(): number {
    return this.#told.size + this.#gathered.size
  }

  #flush(): void {
    this.#isArmed = false
    const reports = [...this.#gathered.values()]
    this.#gathered.clear()
    for (const [tenant, own] of Map.groupBy(reports, (one) => one.tenant)) this.#parts.tell(tenant, own)
  }
}
