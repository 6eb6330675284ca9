// BindingStore over SQLite. A write that fails is not tried again: the phone registers again anyway, and what
// waits for a full disk is kept for calls.
import type { DeviceId, Log, TenantId, WallTime } from '@rufwerk/core'
import { type Database, statement } from './dialect.ts'
import type { GroupWriter, Settled } from './group-writer.ts'
import type { BindingStore, StoredBinding } from './ports.ts'
import { HOT } from './worker/messages.ts'

export function createBindingStore(database: Database, writer: GroupWriter, log: Log): BindingStore {
  const watch = (what: string, device: DeviceId, settled: Promise<Settled>): void => {
    void settled.then((outcome) => {
      if (outcome !== 'written') log.error('binding not stored', { what, device, outcome })
    })
  }
  return {
    saveBinding({ tenant, device, binding, expiresAt, version, state }: StoredBinding): void {
      const cells = [HOT.putBinding, device, binding, tenant, expiresAt, version, state]
      watch('save', device, writer.once(1, cells))
    },
    removeBinding(device: DeviceId, binding: string): void {
      watch('remove', device, writer.once(1, [HOT.removeBinding, device, binding]))
    },
    async loadBindings(now: WallTime): Promise<readonly StoredBinding[]> {
      await writer.transaction([statement(database.deleteFrom('bindings').where('expires_at', '<=', now))])
      const rows = await database.selectFrom('bindings').selectAll().execute()
      return rows.map(({ tenant, device, binding, expires_at, version, state }) => ({
        tenant: tenant as TenantId,
        device: device as DeviceId,
        binding,
        expiresAt: expires_at as WallTime,
        version,
        state,
      }))
    },
    committed: () => writer.committed(),
  }
}
