// Conference rooms in a configuration file: without their PINs. A room that is known keeps its own; a new one
// needs them in the file.
import type { RoomDesk } from '@rufwerk/api'
import { roomSettingsOf } from '@rufwerk/api/rooms'
import { checkRoom, ROOM_DEFAULTS, ROOMS_MAX, type RoomSettings } from '@rufwerk/conferences'
import { RoomsSection } from '@rufwerk/contract/configuration'
import { fail, ok, type Result, type TenantId } from '@rufwerk/core'
import { byId, type Entry, prepareAll, readSection } from './entries.ts'
import type { ConfigProblem, ConfigSection, ImportDraft } from './section.ts'

type Desk = Pick<RoomDesk, 'settings' | 'save' | 'remove'>
type Given = ReturnType<typeof RoomsSection.parse>[number]

export function roomsSection(deskOf: (tenant: TenantId) => Desk | undefined): ConfigSection {
  return {
    name: 'rooms',
    async export(tenant) {
      const rooms = deskOf(tenant)?.settings() ?? []
      return rooms.length === 0 ? undefined : byId(rooms, idOf).map(withoutPins)
    },
    async prepare(draft, value) {
      const desk = deskOf(draft.actor.tenant)
      if (desk === undefined) return fail([{ path: '', sentence: 'There are no rooms here yet.' }])
      const read = readSection(RoomsSection.safeParse(value))
      if (!read.ok) return read
      const known = new Map<string, RoomSettings>(desk.settings().map((room) => [room.room, room]))
      const about = { idOf, known: [...known.keys()], max: ROOMS_MAX }
      return prepareAll(read.value, about, (given) => {
        const before = known.get(given.room)
        const wanted = roomOf(given, before, draft)
        return wanted.ok ? ok(entryOf(desk, before, wanted.value)) : wanted
      })
    },
  }
}

function roomOf(
  given: Given,
  before: RoomSettings | undefined,
  { directory }: ImportDraft,
): Result<RoomSettings, ConfigProblem> {
  const { pin, moderatorPin, hasPin, hasModeratorPin, ...rest } = given
  const pins = before ?? { pin, moderatorPin }
  for (const [name, has, there] of [
    ['pin', hasPin, pins.pin],
    ['moderatorPin', hasModeratorPin, pins.moderatorPin],
  ] as const)
    if (has === true && there === undefined)
      return fail({ path: name, sentence: `The room ${given.room} needs its ${name}, which no export has.` })
  const room: RoomSettings = {
    ...ROOM_DEFAULTS,
    ...roomSettingsOf(rest),
    ...(pins.pin !== undefined && { pin: pins.pin }),
    ...(pins.moderatorPin !== undefined && { moderatorPin: pins.moderatorPin }),
  }
  if (room.moderators.some((person) => !directory.byPerson.has(person)))
    return fail({ path: 'moderators', sentence: `A moderator of the room ${room.room} is nobody here.` })
  const checked = checkRoom(room)
  if (checked.ok) return checked
  const { field, problem } = checked.error
  return fail({ path: field, sentence: `The room ${room.room} cannot be so: ${problem}.` })
}

function entryOf(desk: Desk, before: RoomSettings | undefined, after: RoomSettings): Entry {
  return {
    id: after.room,
    before: before && withoutPins(before),
    after: withoutPins(after),
    put: async () => (await desk.save(after, before === undefined)).ok,
    takeBack: async () =>
      (before === undefined ? await desk.remove(after.room) : await desk.save(before, false)).ok,
  }
}

function withoutPins({ pin, moderatorPin, isPassing: _, ...room }: RoomSettings): object {
  const has = { ...(pin !== undefined && { hasPin: true }) }
  return { ...room, ...has, ...(moderatorPin !== undefined && { hasModeratorPin: true }) }
}

function idOf({ room }: { readonly room: string }): string {
  return room
}
