// What is stored of rooms: their settings. Implemented by the store.
import type { TenantId } from '@rufwerk/core'
import type { RoomId, RoomSettings } from './room.ts'

export interface RoomStore {
  loadRooms(tenant: TenantId): Promise<readonly RoomSettings[]>
  /** False: it could not be stored. */
  saveRoom(tenant: TenantId, settings: RoomSettings): Promise<boolean>
  removeRoom(tenant: TenantId, room: RoomId): Promise<boolean>
}
