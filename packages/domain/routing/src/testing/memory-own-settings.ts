// An OwnSettingsStore in memory with the rules of the real one; for tests of what is built on it.
import type { PersonId, TenantId } from '@rufwerk/core'
import type { OwnSettings, OwnSettingsStore } from '../own/own-settings.ts'

export class MemoryOwnSettings implements OwnSettingsStore {
  readonly rows = new Map<PersonId, OwnSettings & { readonly tenant: TenantId; readonly person: PersonId }>()
  /** What the next changes meet; false writes nothing. */
  canWrite = true

  async all() {
    return [...this.rows.values()]
  }

  async save(tenant: TenantId, person: PersonId, settings: OwnSettings): Promise<boolean> {
    if (this.canWrite) this.rows.set(person, { ...settings, tenant, person })
    return this.canWrite
  }
}
