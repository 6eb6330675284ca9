// /recordings: recorded calls, who agreed to them, who heard them, and the rules by which they are made.
import { LIMITS } from '../limits.ts'
import { Id, Time, z } from '../schema.ts'
import { Name } from '../vocabulary.ts'

const PURPOSES_MAX = 20
const RULES_MAX = 500
const KEEP_DAYS_MAX = 3_650
const REASON_LENGTH_MAX = 300

const Reason = z
  .string()
  .max(REASON_LENGTH_MAX)
  .regex(/^\P{C}*$/u)
  .describe('Admins give one for what is not their own; it is logged.')
const PurposeId = z.string().regex(/^[0-9a-z-]{1,40}$/)
const Place = z.string().min(1).max(64)
const People = z.array(Id).max(RULES_MAX)

export const RecordingPurpose = z
  .object({ id: PurposeId, name: Name, keepDays: z.int().min(1).max(KEEP_DAYS_MAX) })
  .meta({ id: 'RecordingPurpose' })

/** Whose calls are recorded. Nothing is while `isOn` is false, and nothing without a key press. */
export const RecordingRules = z
  .strictObject({
    isOn: z.boolean(),
    purposes: z.array(RecordingPurpose).max(PURPOSES_MAX),
    rules: z
      .array(
        z.strictObject({
          of: z.union([
            z.strictObject({ person: Id }),
            z.strictObject({ queue: Place }),
            z.strictObject({ trunk: Place }),
          ]),
          calls: z.enum(['in', 'out', 'both']),
          purpose: PurposeId,
        }),
      )
      .max(RULES_MAX)
      .describe('The first that fits counts.'),
    onDemand: z.strictObject({ people: People, purpose: PurposeId }).optional(),
    objectors: People.describe('Nothing that they talk in is recorded.'),
    supervisors: z
      .array(z.strictObject({ person: Id, people: People, queues: z.array(Place).max(RULES_MAX) }))
      .max(RULES_MAX)
      .describe('Who may hear recordings of others.'),
  })
  .meta({ id: 'RecordingRules' })
export type RecordingRules = z.infer<typeof RecordingRules>

const Somebody = z.object({ person: z.string(), name: z.string() })

export const Recording = z
  .object({
    id: z.string(),
    call: z.string(),
    startedAt: Time,
    lengthMs: z.int().optional().describe('Pauses included; absent while it goes on.'),
    direction: z.enum(['in', 'out', 'inside']),
    people: z.array(Somebody),
    numbers: z.array(z.string()).describe('E.164, of the outside.'),
    queue: z.string().optional(),
    trunk: z.string().optional(),
    purpose: RecordingPurpose,
    by: Somebody.optional().describe('Who wanted it; absent: a rule.'),
    continues: z
      .object({ recording: z.string(), brokeAt: Time })
      .optional()
      .describe('The one before it, which broke off with the connection; what was said between is missing.'),
    keptUntil: Time.optional().describe('Absent while it is held.'),
    hold: z.object({ by: Somebody, at: Time, reason: z.string() }).optional(),
  })
  .meta({ id: 'Recording' })
export type Recording = z.infer<typeof Recording>

export const RecordingsQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,16}\.[0-9A-Za-z_-]{1,64}$/)
    .optional()
    .describe('nextCursor of the page before.'),
  limit: z.coerce.number().int().min(1).max(LIMITS.callsPerPageMax).default(LIMITS.callsPerPageDefault),
  number: z
    .string()
    .regex(/^\+?\d{1,20}$/)
    .optional()
    .describe('E.164.'),
  scope: z.enum(['mine', 'all']).default('mine').describe('`all`: admins only, with a reason.'),
  reason: Reason.optional(),
})

/** Newest first. */
export const RecordingPage = z
  .object({ recordings: z.array(Recording), nextCursor: z.string().optional() })
  .meta({ id: 'RecordingPage' })

export const RecordingSoundQuery = z.strictObject({
  form: z.enum(['mixed', 'stereo', 'received', 'sent']).default('mixed'),
  pauses: z.enum(['beep', 'silence']).default('beep').describe('How a pause is heard.'),
  act: z.enum(['play', 'download']).default('play'),
  reason: Reason.optional(),
})

export const ReasonQuery = z.strictObject({ reason: Reason.optional() })
export const HoldRequest = z.strictObject({ reason: Reason })

/** What proves that everybody who was asked agreed. */
export const RecordingEvidence = z
  .object({
    evidence: z.array(
      z.object({
        number: z.string().optional().describe('Absent when it was hidden, or for somebody of the house.'),
        trunk: z.string().optional(),
        person: Somebody.optional(),
        at: Time,
        key: z.string(),
        version: z.string().describe('Of the question.'),
        language: z.string(),
        wording: z.string().describe('The question as it was played.'),
      }),
    ),
  })
  .meta({ id: 'RecordingEvidence' })
export type RecordingEvidence = z.infer<typeof RecordingEvidence>

export const RecordingAccesses = z
  .object({
    accesses: z.array(
      z.object({
        recording: z.string(),
        at: Time,
        by: Somebody.optional().describe('Absent: the system, when the time was over.'),
        act: z.string(),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'RecordingAccesses' })
export type RecordingAccesses = z.infer<typeof RecordingAccesses>

/** Of a call that goes on, by somebody who talks in it. */
export const RecordingAct = z
  .strictObject({ act: z.enum(['begin', 'pause', 'resume', 'stop']) })
  .meta({ id: 'RecordingAct' })
