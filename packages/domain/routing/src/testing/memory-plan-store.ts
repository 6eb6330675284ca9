// A PlanStore in memory with the rules of the real one; for tests of what is built on it.
import type { TenantId } from '@rufwerk/core'
import type { PlanStore, StoredVersion } from '../versions/plan-book.ts'

export class MemoryPlanStore implements PlanStore {
  /** In the order in which they were added. */
  rows: StoredVersion[] = []
  /** What the next changes meet; anything but `committed` writes nothing. */
  outcome: 'committed' | 'conflict' | 'not-stored' = 'committed'

  async add(added: StoredVersion, forget: number): Promise<'committed' | 'conflict' | 'not-stored'> {
    if (this.outcome !== 'committed') return this.outcome
    const { tenant, version } = added
    if (this.rows.some((row) => row.tenant === tenant && row.version === version)) return 'conflict'
    this.rows = [...this.rows.filter((row) => row.tenant !== tenant || row.version > forget), added]
    return 'committed'
  }

  async list(tenant: TenantId) {
    const own = this.rows.filter((row) => row.tenant === tenant)
    return own.toSorted((a, b) => b.version - a.version).map(({ plan: _, ...entry }) => entry)
  }

  async read(tenant: TenantId, version: number): Promise<StoredVersion | undefined> {
    return this.rows.find((row) => row.tenant === tenant && row.version === version)
  }
}
