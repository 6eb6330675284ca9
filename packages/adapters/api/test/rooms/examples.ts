// Requests to the routes of rooms, for the tests of all routes.
import type { Staffed } from '../office.ts'

/** A room that nobody but admins moderates. */
function aRoom(office: Staffed): string {
  return office.rooms(office.admin.person.tenant).put('room-1')
}

async function theirs(office: Staffed): Promise<{ readonly id: string }> {
  return { id: aRoom(office) }
}

const room = { id: aRoom, ofColleague: theirs }

export const ROOM_EXAMPLES = {
  rooms: { access: 'admin' },
  createRoom: { access: 'admin', body: { room: 'new', name: 'Monday', pin: '4711' } },
  changeRoom: { access: 'admin', ...room, body: { room: 'room-1', name: 'Tuesday' } },
  removeRoom: { access: 'admin', ...room },
  roomLive: { access: 'person', ...room },
  roomAct: { access: 'person', ...room, body: { type: 'lock' } },
} as const
