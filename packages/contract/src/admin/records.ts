// /cdrs and /personal: the calls of the company for admins, how long they are kept, what is kept of one
// number.
import { CallRecord, CallStep } from '../calls.ts'
import { LIMITS } from '../limits.ts'
import { Id, Time, z } from '../schema.ts'

export const CallOutcome = z
  .enum(['answered', 'noAnswer', 'givenUp', 'busy', 'refused', 'failed'])
  .describe('givenUp: who called hung up before anybody answered.')
  .meta({ id: 'CallOutcome' })
export type CallOutcome = z.infer<typeof CallOutcome>

/** As people write it, or an extension. */
export const SoughtNumber = z
  .string()
  .max(40)
  .regex(/^\+?[0-9][0-9 ()/.-]{1,38}$/)
  .describe('A number as people write it, or an extension.')

/** A time in a query: milliseconds, or ISO 8601 with its zone. */
const QueryTime = z
  .union([z.iso.datetime({ offset: true }), z.string().regex(/^\d{1,14}$/)])
  .describe('ISO 8601 with a zone, or UTC milliseconds.')

const FILTER = {
  since: QueryTime.optional().describe('Begun then or later: ISO 8601 with a zone, or UTC milliseconds.'),
  until: QueryTime.optional().describe('Begun before.'),
  person: Id.optional().describe('Who called, was meant or answered.'),
  number: SoughtNumber.optional(),
  trunk: Id.optional(),
  outcome: CallOutcome.optional(),
}

export const RecordsQuery = z.object({
  ...FILTER,
  cursor: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,100}$/)
    .optional()
    .describe('nextCursor of the page before; good for the same filter only.'),
  limit: z.coerce.number().int().min(1).max(LIMITS.recordsPerPageMax).default(LIMITS.recordsPerPageDefault),
})
export type RecordsQuery = z.input<typeof RecordsQuery>

export const RecordsTableQuery = z.object({
  ...FILTER,
  separator: z
    .enum(['comma', 'semicolon'])
    .default('comma')
    .describe('semicolon: with a byte order mark, as a spreadsheet in German reads it.'),
})
export type RecordsTableQuery = z.input<typeof RecordsTableQuery>

/** A call that has ended, as an admin sees it. */
export const CompanyRecord = CallRecord.omit({ direction: true })
  .extend({
    direction: z.enum(['incoming', 'outgoing', 'inside']),
    outcome: CallOutcome,
    trunks: z.array(z.string()).describe('The trunks that it came through or went to.'),
  })
  .meta({ id: 'CompanyRecord' })
export type CompanyRecord = z.infer<typeof CompanyRecord>

export const CompanyRecords = z
  .object({
    records: z.array(CompanyRecord).describe('Newest first; may be few, and even none, while there is more.'),
    nextCursor: z.string().optional().describe('Absent on the last page.'),
  })
  .meta({ id: 'CompanyRecords' })
export type CompanyRecords = z.infer<typeof CompanyRecords>

export const CompanyRecordDetail = z
  .object({ record: CompanyRecord, events: z.array(CallStep) })
  .meta({ id: 'CompanyRecordDetail' })
export type CompanyRecordDetail = z.infer<typeof CompanyRecordDetail>

const Days = z.int().min(1).max(3_650)

/** How long the records of calls are kept. */
export const Retention = z
  .strictObject({
    keepDays: Days,
    emergencyKeepDays: Days.optional().describe('Calls to emergency numbers; as the others when absent.'),
    shortenAfterDays: Days.optional().describe(
      'Then the last three digits of outside numbers and the names of outside callers go; absent: never.',
    ),
  })
  .meta({ id: 'Retention' })
export type Retention = z.infer<typeof Retention>

/** What is absent does not narrow a hold; one of these must be there. */
export const NewHold = z
  .strictObject({
    reason: z.string().trim().min(1).max(200),
    call: Id.optional(),
    number: SoughtNumber.optional(),
    since: Time.optional(),
    until: Time.optional().describe('Not included.'),
  })
  .meta({ id: 'NewHold' })
export type NewHold = z.infer<typeof NewHold>

/** Records that neither time nor a request removes or shortens. */
export const Hold = NewHold.extend({
  id: z.string(),
  at: Time,
  by: z.object({ person: z.string(), name: z.string() }),
}).meta({ id: 'Hold' })
export type Hold = z.infer<typeof Hold>

export const Holds = z.object({ holds: z.array(Hold) }).meta({ id: 'Holds' })
export type Holds = z.infer<typeof Holds>

export const PersonalRequest = z
  .strictObject({ number: SoughtNumber.describe('A number of the public network.') })
  .meta({ id: 'PersonalRequest' })
export type PersonalRequest = z.infer<typeof PersonalRequest>

export const PersonalFound = z
  .object({
    sources: z.array(
      z.object({
        name: z.string().describe('calls, recordings, voicemail …'),
        count: z.int(),
        held: z.int().describe('Of these: those that a hold keeps from being erased.'),
        oldest: Time.optional(),
        newest: Time.optional(),
      }),
    ),
  })
  .meta({ id: 'PersonalFound' })
export type PersonalFound = z.infer<typeof PersonalFound>

export const PersonalErased = z
  .object({
    sources: z.array(
      z.object({
        name: z.string(),
        erased: z.int(),
        held: z.int().describe('Left, because somebody holds them.'),
        unfinished: z.int().describe('Left, because they are not over yet: ask again later.'),
      }),
    ),
  })
  .meta({ id: 'PersonalErased' })
export type PersonalErased = z.infer<typeof PersonalErased>
