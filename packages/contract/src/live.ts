// The live channel: a WebSocket on which the server only talks. It opens with the cookie and the right
// Origin.
import { CallView, LegRole, Quality } from './calls.ts'
import { AgentLive, QueueLive } from './queues.ts'
import { z } from './schema.ts'
import { RoomLive } from './services/rooms.ts'
import { Presence } from './vocabulary.ts'

/** Why the server closes the live channel or a phone's WebSocket (RFC 6455 §7.4.2, private range). */
export const CLOSE_CODES = {
  /** The session has ended: show the sign-in page. */
  signedOut: 4401,
  /** The client did not read fast enough: connect again, a snapshot follows. */
  tooSlow: 4408,
  /** The client sent something; nothing is expected. */
  unexpectedMessage: 4400,
} as const

/** What the server pushes. The first message of a connection is the snapshot. */
export const LiveMessage = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('snapshot'),
      presence: z.record(z.string(), Presence).describe('By person.'),
      calls: z.array(CallView).describe("The signed-in person's calls that last."),
    }),
    z.object({ type: z.literal('presence'), person: z.string(), presence: Presence }),
    z.object({ type: z.literal('call'), call: CallView }),
    z.object({ type: z.literal('quality'), call: z.string(), role: LegRole, quality: Quality }),
    z
      .object({ type: z.literal('queue'), queue: QueueLive })
      .describe('What goes on in a queue; its members, its supervisors and admins get it.'),
    z
      .object({ type: z.literal('agent'), agent: AgentLive })
      .describe('An agent does something else; the agent and admins get it.'),
    z
      .object({ type: z.literal('room'), room: RoomLive })
      .describe('What goes on in a conference room; its moderators and admins get it.'),
    z.object({ type: z.literal('calls-changed') }).describe('The list of recent calls has a new record.'),
    z.object({ type: z.literal('people-changed') }).describe('Somebody was added or changed.'),
    z
      .object({ type: z.literal('devices-changed') })
      .describe('A phone of the signed-in person was registered, or is not any more.'),
    z
      .object({ type: z.literal('call-count'), ringing: z.int(), talking: z.int() })
      .describe('All calls of the tenant; only admins get it.'),
  ])
  .meta({ id: 'LiveMessage' })
export type LiveMessage = z.infer<typeof LiveMessage>
