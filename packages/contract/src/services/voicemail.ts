// /voicemail: boxes and their messages. One's own and those one shares are listened to by their owners only;
// what a box is like is set by admins.
import { Id, Time, z } from '../schema.ts'
import { Email, Name } from '../vocabulary.ts'

const Kind = z
  .enum(['personal', 'shared'])
  .describe('A personal box has one owner, and the id of that person.')
const Pin = z
  .string()
  .regex(/^[0-9]{1,32}$/)
  .describe('Four to twelve digits that are not guessed at once.')
const Days = z.int().min(1).max(3650)

const Mail = z.strictObject({
  to: Email,
  attachesSound: z.boolean().default(true).describe('With the sound, as WAV.'),
  deletesAfter: z
    .boolean()
    .default(false)
    .describe('When the mail server has taken the mail with the sound, the message goes from the box.'),
})

/** A box as one of its owners sees it. */
export const VoicemailBox = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: Kind,
    unheard: z.int(),
    heard: z.int(),
    isFull: z.boolean().describe('It takes no more messages until some are deleted.'),
    hasPin: z.boolean().describe('Without a PIN it is reached from its owners’ phones only.'),
    greetings: z.array(z.enum(['own', 'busy', 'closed', 'temporary'])).describe('Those that were recorded.'),
  })
  .meta({ id: 'VoicemailBox' })
export type VoicemailBox = z.infer<typeof VoicemailBox>

export const VoicemailBoxes = z.object({ boxes: z.array(VoicemailBox) }).meta({ id: 'VoicemailBoxes' })
export type VoicemailBoxes = z.infer<typeof VoicemailBoxes>

export const VoicemailMessage = z
  .object({
    id: z.string(),
    receivedAt: Time,
    lengthMs: z.int(),
    from: z.string().optional().describe('E.164 or an extension; absent when it was hidden.'),
    name: z.string().optional(),
    isUrgent: z.boolean(),
    readAt: Time.optional().describe('Absent while the message is new.'),
  })
  .meta({ id: 'VoicemailMessage' })
export type VoicemailMessage = z.infer<typeof VoicemailMessage>

export const VoicemailQuery = z.object({ box: Id })
export type VoicemailQuery = z.infer<typeof VoicemailQuery>

/** Newest first. */
export const VoicemailMessages = z
  .object({ messages: z.array(VoicemailMessage) })
  .meta({ id: 'VoicemailMessages' })
export type VoicemailMessages = z.infer<typeof VoicemailMessages>

export const VoicemailMark = z.strictObject({ isRead: z.boolean() }).meta({ id: 'VoicemailMark' })
export type VoicemailMark = z.infer<typeof VoicemailMark>

export const VoicemailPin = z
  .strictObject({ pin: Pin.nullable().describe('null: none any more.') })
  .meta({ id: 'VoicemailPin' })
export type VoicemailPin = z.infer<typeof VoicemailPin>

/** What may be set of a box; beyond the limits it is refused with the field that is meant. */
export const VoicemailSettings = z
  .strictObject({
    name: Name,
    kind: Kind,
    owners: z.array(Id).max(100).describe('People who listen. One of a personal box.'),
    asksPinInside: z.boolean().default(false).describe('Ask for the PIN also on an owner’s phone.'),
    callsBackFromOutside: z
      .boolean()
      .default(false)
      .describe('Call back also for who came in by PIN, from any telephone.'),
    takesMessages: z.boolean().default(true).describe('false: it says its greeting and ends.'),
    longestMessageSeconds: z.int().min(10).max(600).default(180),
    messagesMax: z.int().min(1).max(1000).default(100),
    keepHeardDays: Days.optional().describe('After a message was heard. Absent: kept.'),
    keepDays: Days.optional().describe('After a message came, heard or not. Absent: kept.'),
    temporaryUntil: Time.optional().describe(
      'Until when the temporary greeting counts; absent: until removed.',
    ),
    mail: Mail.optional().describe('A mail about each new message; absent: none.'),
  })
  .meta({ id: 'VoicemailSettings' })
export type VoicemailSettings = z.input<typeof VoicemailSettings>

export const NewVoicemailBox = VoicemailSettings.extend({
  id: Id.optional().describe('Of a shared box: as in the dial plan. A personal box has that of its owner.'),
  pin: Pin.optional(),
}).meta({ id: 'NewVoicemailBox' })
export type NewVoicemailBox = z.input<typeof NewVoicemailBox>

export const VoicemailBoxState = VoicemailSettings.extend({
  id: z.string(),
  hasPin: z.boolean(),
  messages: z.int(),
}).meta({ id: 'VoicemailBoxState' })
export type VoicemailBoxState = z.infer<typeof VoicemailBoxState>

/** For admins: what is in a box is not told. */
export const VoicemailBoxStates = z
  .object({ boxes: z.array(VoicemailBoxState) })
  .meta({ id: 'VoicemailBoxStates' })
export type VoicemailBoxStates = z.infer<typeof VoicemailBoxStates>
