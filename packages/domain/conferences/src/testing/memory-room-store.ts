// A RoomStore in memory.
import type { TenantId } from '@rufwerk/core'
import type { RoomId, RoomSettings } from '../room.ts'
import type { RoomStore } from '../room-store.ts'

export class MemoryRoomStore implements RoomStore {
  readonly #rooms = new Map<TenantId, Map<RoomId, RoomSettings>>()
  /** Takes nothing: a full disk. */
  isFull = false

  async loadRooms(tenant: TenantId): Promise<readonly RoomSettings[]> {
    return [...(this.#rooms.get(tenant)?.values() ?? [])]
  }

  async saveRoom(tenant: TenantId, settings: RoomSettings): Promise<boolean> {
    if (this.isFull) return false
    const rooms = this.#rooms.get(tenant) ?? new Map<RoomId, RoomSettings>()
    this.#rooms.set(tenant, rooms.set(settings.room, settings))
    return true
  }

  async removeRoom(tenant: TenantId, room: RoomId): Promise<boolean> {
    if (this.isFull) return false
    this.#rooms.get(tenant)?.delete(room)
    return true
  }
}
