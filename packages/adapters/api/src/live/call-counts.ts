// How many calls ring and how many talk, by tenant; told at most twice a second, however many calls there
// are.
import type { CallView } from '@rufwerk/calls'
import { assert, ms, type TenantId } from '@rufwerk/core'
import { LIMITS } from '../limits.ts'
import type { ApiClock } from '../ports.ts'

export interface Counts {
  ringing: number
  talking: number
}

export class CallCounts {
  readonly #clock: ApiClock
  readonly #tell: (tenant: TenantId, counts: Counts) => void
  readonly #byTenant = new Map<TenantId, Counts>()
  readonly #changed = new Set<TenantId>()
  #timer: Disposable | undefined

  constructor(clock: ApiClock, tell: (tenant: TenantId, counts: Counts) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  of(tenant: TenantId): Counts {
    return this.#byTenant.get(tenant) ?? { ringing: 0, talking: 0 }
  }

  /** A call that was not known before comes from `ended`. */
  change(tenant: TenantId, from: CallView['state'], to: CallView['state']): void {
    if (from === to) return
    const counts = this.of(tenant)
    if (from !== 'ended') counts[from] -= 1
    if (to !== 'ended') counts[to] += 1
    assert(counts.ringing >= 0 && counts.talking >= 0, 'a call leaves only a state in which it was')
    if (counts.ringing + counts.talking > 0) this.#byTenant.set(tenant, counts)
    else this.#byTenant.delete(tenant)
    this.#changed.add(tenant)
    this.#timer ??= this.#clock.arm(ms(LIMITS.liveCallCountMs), () => this.#flush())
  }

  size(): number {
    return this.#byTenant.size + this.#changed.size
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#changed.clear()
    this.#byTenant.clear()
  }

  #flush(): void {
    this.#timer = undefined
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const tenant of changed) this.#tell(tenant, this.of(tenant))
  }
}
