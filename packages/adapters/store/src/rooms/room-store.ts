// RoomStore over SQLite: a row per room; its settings are JSON that the store does not look into.
import type { RoomSettings, RoomStore } from '@rufwerk/conferences'
import type { Log } from '@rufwerk/core'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter } from '../group-writer.ts'

export function createRoomStore(database: Database, writer: GroupWriter, log: Log): RoomStore {
  return {
    async loadRooms(tenant) {
      const query = database.selectFrom('rooms').select('settings').where('tenant', '=', tenant)
      const rows = await query.orderBy('room').execute()
      return rows.flatMap(({ settings }) => readSettings(settings, log))
    },
    async saveRoom(tenant, given) {
      const { room } = given
      const settings = JSON.stringify(given)
      const insert = database.insertInto('rooms').values({ tenant, room, settings })
      const put = insert.onConflict((rows) => rows.columns(['tenant', 'room']).doUpdateSet({ settings }))
      return (await writer.transaction([statement(put)])) === 'written'
    },
    async removeRoom(tenant, room) {
      const remove = database.deleteFrom('rooms').where('tenant', '=', tenant).where('room', '=', room)
      return (await writer.transaction([statement(remove)])) === 'written'
    },
  }
}

/** None where the row cannot be read, which would be the work of somebody else. */
function readSettings(text: string, log: Log): readonly RoomSettings[] {
  try {
    return [JSON.parse(text)]
  } catch (error) {
    log.error('store.room-unreadable', { why: String(error) })
    return []
  }
}
