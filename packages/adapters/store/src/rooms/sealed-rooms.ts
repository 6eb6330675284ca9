// The PINs of conference rooms, sealed at rest. Not hashed: whoever invites has to read them out, and a hash
// of so few digits is undone in minutes. Whoever has the database alone has neither.
import { randomInt } from 'node:crypto'
import type { RoomSettings, RoomStore } from '@rufwerk/conferences'
import type { Log, TenantId } from '@rufwerk/core'
import { sealWith } from '../secrets/sealed.ts'

const SEALED = 'sealed:'
const PIN_FIELDS = ['pin', 'moderatorPin'] as const
/** A longer one no caller can key. */
const LOST_PIN_DIGITS = 12

/** `key`: 32 bytes, for this alone. Plain PINs, of earlier versions, are sealed when they are read. */
export function sealedRooms(store: RoomStore, { key, log }: { key: Uint8Array; log: Log }): RoomStore {
  const seal = sealWith(key)

  function close(tenant: TenantId, settings: RoomSettings): RoomSettings {
    return changed(settings, (pin, field) => SEALED + seal.close(pin, placeOf(tenant, settings, field)))
  }

  /** What cannot be opened becomes a PIN that nobody knows, so that the room does not stand open. */
  function open(tenant: TenantId, settings: RoomSettings): RoomSettings {
    return changed(settings, (pin, field) => {
      if (!pin.startsWith(SEALED)) return pin
      const opened = seal.open(pin.slice(SEALED.length), placeOf(tenant, settings, field))
      if (opened !== undefined) return opened
      log.error('PIN of a room cannot be read; set another one', { tenant, room: settings.room, field })
      return Array.from({ length: LOST_PIN_DIGITS }, () => randomInt(10)).join('')
    })
  }

  return {
    async loadRooms(tenant) {
      const stored = await store.loadRooms(tenant)
      for (const room of stored.filter(hasPlainPin))
        if (!(await store.saveRoom(tenant, close(tenant, room))))
          log.error('PIN of a room not sealed', { tenant, room: room.room })
      return stored.map((room) => open(tenant, room))
    },
    saveRoom: (tenant, settings) => store.saveRoom(tenant, close(tenant, settings)),
    removeRoom: (tenant, room) => store.removeRoom(tenant, room),
  }
}

type PinField = (typeof PIN_FIELDS)[number]

function changed(room: RoomSettings, change: (pin: string, field: PinField) => string): RoomSettings {
  const pins = PIN_FIELDS.flatMap((field) => {
    const pin = room[field]
    return pin === undefined ? [] : [[field, change(pin, field)] as const]
  })
  return { ...room, ...Object.fromEntries(pins) }
}

function hasPlainPin(room: RoomSettings): boolean {
  return PIN_FIELDS.some((field) => room[field]?.startsWith(SEALED) === false)
}

/** A sealed PIN opens only where it was closed. */
function placeOf(tenant: TenantId, { room }: RoomSettings, field: PinField): string {
  return `${tenant} ${room} ${field}`
}
