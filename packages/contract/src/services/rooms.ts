// Conference rooms: settings, who is in them, and what moderators do.
import { Id, Time, z } from '../schema.ts'

const Pin = z.string().describe('4 to 12 digits that are not guessed first.')

/** What is absent has its default. Ranges are judged by the server, which names the field. */
export const RoomSettings = z
  .strictObject({
    room: Id.describe('The id of the service in the dial plan.'),
    name: z.string(),
    pin: Pin.optional().describe('Absent: nobody is asked for one.'),
    moderatorPin: Pin.optional().describe('Makes a moderator of who keys it.'),
    moderators: z.array(Id).optional().describe('People who are moderators without a PIN.'),
    asksInside: z.boolean().optional().describe('People of the company are asked for the PIN, too.'),
    isOpenToOutside: z.boolean().optional().describe('Callers from outside may come in; only with a PIN.'),
    membersMax: z.int().optional(),
    waitsForModerator: z.boolean().optional().describe('The others wait until a moderator is there.'),
    endsWithModerator: z.boolean().optional().describe('With the last moderator everybody leaves.'),
    entersMuted: z.boolean().optional(),
    hasTones: z.boolean().optional().describe('A tone when somebody comes or goes.'),
    opensAt: Time.optional(),
    closesAt: Time.optional(),
    lengthMax: z.int().optional().describe('Milliseconds from the first member on.'),
  })
  .meta({ id: 'RoomSettings' })
export type RoomSettings = z.infer<typeof RoomSettings>

/** All of them, with what was not set. */
export const Room = RoomSettings.required({
  moderators: true,
  asksInside: true,
  isOpenToOutside: true,
  membersMax: true,
  waitsForModerator: true,
  endsWithModerator: true,
  entersMuted: true,
  hasTones: true,
  lengthMax: true,
}).meta({ id: 'Room' })
export type Room = z.infer<typeof Room>

export const Rooms = z.object({ rooms: z.array(Room) }).meta({ id: 'Rooms' })
export type Rooms = z.infer<typeof Rooms>

export const RoomMember = z
  .object({
    member: Id.describe('The call.'),
    person: Id.optional().describe('Of the company; absent: a caller from outside.'),
    name: z.string().optional().describe('Name or number; absent: hidden.'),
    state: z.enum(['inside', 'waiting']).describe('Waiting: for a moderator.'),
    isModerator: z.boolean(),
    isMuted: z.boolean(),
    since: Time.optional(),
  })
  .meta({ id: 'RoomMember' })
export type RoomMember = z.infer<typeof RoomMember>

/** What goes on in a room. */
export const RoomLive = z
  .object({
    room: Id,
    name: z.string(),
    isLocked: z.boolean(),
    startedAt: Time.optional(),
    members: z.array(RoomMember).describe('In the order in which they came.'),
  })
  .meta({ id: 'RoomLive' })
export type RoomLive = z.infer<typeof RoomLive>

/** What a moderator does. */
export const RoomAct = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.enum(['mute', 'unmute', 'kick']), member: Id }),
    z
      .strictObject({ type: z.enum(['muteAll', 'unmuteAll', 'lock', 'unlock', 'end']) })
      .describe('All: everybody but moderators.'),
  ])
  .meta({ id: 'RoomAct' })
export type RoomAct = z.infer<typeof RoomAct>
