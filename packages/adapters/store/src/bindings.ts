// BindingStore over SQLite. A write that fails is not tried again: the phone registers again anyway, and what
// waits for a full disk is kept for calls.
import type { DeviceId, TenantId, WallTime } from '@rufwerk/core'
import { type Database, statement } from './dialect.ts'
import type { GroupWriter } from './group-writer.ts'
import type { BindingStore, StoredBinding } from './ports.ts'
import { HOT } from './worker/messages.ts'

export function createBindingStore(database: Database, writer: GroupWriter): BindingStore {
  return {
    saveBinding({ tenant, device, binding, expiresAt, version, state }: StoredBinding): void {
      void writer.once(1, [HOT.putBinding, device, binding, tenant, expiresAt, version, state])
    },
    removeBinding(device: DeviceId, binding: string): void {
      void writer.once(1, [HOT.removeBinding, device, binding])
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
