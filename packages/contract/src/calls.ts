// /calls: the calls of the signed-in person, those that ended (records) and those that last (views).
import { LIMITS } from './limits.ts'
import { Time, z } from './schema.ts'
import { Party } from './vocabulary.ts'

/** The rule that decided, and what its explanation names. */
export const Why = z
  .object({ rule: z.string(), values: z.record(z.string(), z.string()) })
  .meta({ id: 'Why' })
export type Why = z.infer<typeof Why>

export const Quality = z
  .object({
    codec: z.string(),
    isRelayed: z.boolean().describe('True when the packets pass without transcoding.'),
    isEncrypted: z.boolean().optional().describe('True when this phone and the system encrypt the sound.'),
    packetsSent: z.number(),
    packetsReceived: z.number(),
    lost: z.number().describe('Packets that never came.'),
    rubbish: z.number().optional().describe('Packets dropped: not RTP, or from a stranger.'),
    jitterMs: z.number(),
    roundTripMs: z.number().optional(),
    mos: z.number().optional().describe('Estimated mean opinion score, 1–4.5.'),
  })
  .meta({ id: 'Quality' })
export type Quality = z.infer<typeof Quality>

export const LegRole = z.enum(['caller', 'callee']).meta({ id: 'LegRole' })
export type LegRole = z.infer<typeof LegRole>

export const Forwarding = z
  .object({
    by: Party,
    why: z
      .enum([
        ...(['all', 'available', 'away', 'doNotDisturb', 'busy', 'noAnswer', 'notRegistered'] as const),
        ...(['deflection', 'unknown'] as const),
      ])
      .describe('The state that the forward was set for; `all`: always.'),
  })
  .meta({ id: 'Forwarding' })
export type Forwarding = z.infer<typeof Forwarding>

/** One call that has ended, as the signed-in person saw it. */
export const CallRecord = z
  .object({
    id: z.string(),
    direction: z.enum(['outgoing', 'incoming']),
    from: Party,
    dialled: z.string(),
    to: Party.optional().describe('Whom the plan meant, when it meant a person.'),
    startedAt: Time,
    ringingAt: Time.optional(),
    answeredAt: Time.optional().describe('Absent: not answered, for an incoming call: missed.'),
    endedAt: Time,
    answeredBy: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('person'), person: z.string(), name: z.string() }),
        z.object({ kind: z.literal('outside'), number: z.string() }),
        z.object({ kind: z.literal('system'), name: z.string() }),
      ])
      .optional(),
    endedBy: z.enum(['caller', 'callee', 'system', 'network']),
    cause: z.int().describe('ITU-T Q.850 cause.'),
    status: z.int().describe('SIP status that the caller got.'),
    why: Why,
    forwardings: z
      .array(Forwarding)
      .optional()
      .describe('Who has forwarded it and why, in that order; absent: nobody.'),
    transferredTo: z.string().optional().describe('The call that somebody of this one was transferred to.'),
    transferredFrom: z.string().optional().describe('The call that somebody was transferred from.'),
  })
  .meta({ id: 'CallRecord' })
export type CallRecord = z.infer<typeof CallRecord>

export const CallsQuery = z.object({
  cursor: z
    .string()
    .regex(/^[0-9A-Za-z_.~:-]{1,200}$/)
    .optional()
    .describe('nextCursor of the page before.'),
  limit: z.coerce.number().int().min(1).max(LIMITS.callsPerPageMax).default(LIMITS.callsPerPageDefault),
})
export type CallsQuery = z.input<typeof CallsQuery>

/** Newest first. */
export const CallPage = z
  .object({
    calls: z.array(CallRecord),
    nextCursor: z.string().optional().describe('Absent on the last page.'),
  })
  .meta({ id: 'CallPage' })
export type CallPage = z.infer<typeof CallPage>

/** One step of a call, as stored. */
export const CallStep = z
  .object({
    at: Time,
    type: z.string(),
    leg: z.string().optional(),
    why: Why.optional(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .meta({ id: 'CallStep' })
export type CallStep = z.infer<typeof CallStep>

export const CallDetail = z
  .object({
    call: CallRecord,
    events: z.array(CallStep),
    quality: z.array(z.object({ leg: z.string(), role: LegRole, quality: Quality })),
  })
  .meta({ id: 'CallDetail' })
export type CallDetail = z.infer<typeof CallDetail>

/** A call while it lasts; the view with `ended` is the last one. */
export const CallView = z
  .object({
    call: z.string(),
    state: z.enum(['ringing', 'talking', 'ended']),
    direction: z.enum(['outgoing', 'incoming']),
    from: Party,
    dialled: z.string(),
    to: Party.optional(),
    answeredAt: Time.optional(),
    why: Why,
    cause: z.int().optional().describe('ITU-T Q.850 cause; set once ended.'),
    heldBy: LegRole.optional(),
    recording: z
      .enum(['asking', 'on', 'paused'])
      .optional()
      .describe('Absent: it is not recorded. `asking`: somebody is asked whether it may be.'),
    mayRecord: z.boolean().optional().describe('True: this person may have it recorded now.'),
  })
  .meta({ id: 'CallView' })
export type CallView = z.infer<typeof CallView>
