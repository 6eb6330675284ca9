// /fleet/versions and /fleet/playbook: which versions of others' clients are allowed, and what advisories
// recommend, as work.
import { Time, z } from '../schema.ts'

const Text = z.string().trim().min(1).max(512)

const VersionRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  product: Text.describe('As clients and lists name it; upper and lower case do not matter.'),
  platform: z
    .enum(['windows', 'macos', 'linux', 'android', 'ios', 'web'])
    .optional()
    .describe('On every system unless given.'),
  ranges: z
    .array(z.string().min(1).max(512))
    .min(1)
    .max(20)
    .describe('`>=18.12.422`, `18.12.402`, or `vers:npm/…`: one of them is enough.'),
  mode: z.enum(['watch', 'enforce']).describe('`enforce` stops, within the limit of one policy.'),
  stopsUnknown: z
    .boolean()
    .default(false)
    .describe('A version that nobody can read is as good as a forbidden one.'),
})

export const FleetVersions = z
  .strictObject({ rules: z.array(VersionRule).max(100) })
  .meta({ id: 'FleetVersions' })
export type FleetVersions = z.infer<typeof FleetVersions>

export const FleetVersionsState = z
  .object({
    rules: z.array(VersionRule),
    devices: z
      .array(
        z.object({
          device: z.string(),
          person: z.string().optional(),
          rule: z.string(),
          judgement: z.enum(['allowed', 'forbidden', 'unknown']),
          version: z.string().optional(),
          userAgent: z.string().optional(),
        }),
      )
      .describe('Forbidden ones first, then those that nobody can read; at most 500.'),
    forbidden: z.int(),
    unknown: z.int(),
    acted: z
      .object({ stopped: z.int(), missing: z.int().describe('So many people still have to agree.') })
      .optional()
      .describe('What the rules that are enforced did now.'),
  })
  .meta({ id: 'FleetVersionsState' })
export type FleetVersionsState = z.infer<typeof FleetVersionsState>

export const PlaybookQuery = z.strictObject({ issuer: Text, advisory: Text })
export type PlaybookQuery = z.infer<typeof PlaybookQuery>

const Step = z.string().regex(/^[0-9a-f]{16}$/)
const Words = z.string().trim().min(1).max(4_000)

export const PlaybookAct = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...{ ...PlaybookQuery.shape, type: z.literal('assign'), step: Step },
      owner: z.string().describe('Id of a person of the company.'),
      deadline: z.int().min(0).max(8.64e15).describe('UTC milliseconds.'),
    }),
    z.strictObject({
      ...{ ...PlaybookQuery.shape, type: z.literal('evidence'), step: Step },
      text: Words.describe('What was seen or done.'),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .describe('Of a file that is kept with the case.'),
    }),
    z.strictObject({ ...PlaybookQuery.shape, type: z.literal('done'), step: Step }),
    z.strictObject({ ...PlaybookQuery.shape, type: z.literal('reopen'), step: Step }),
  ])
  .meta({ id: 'PlaybookAct' })
export type PlaybookAct = z.infer<typeof PlaybookAct>

export const Playbook = z
  .object({
    wanted: z.int().describe('Steps that the newest revision recommends.'),
    done: z.int(),
    overdue: z.int(),
    steps: z.array(
      z.object({
        id: Step,
        category: z.string().describe('As CSAF names it: `mitigation`, `workaround`, `vendor_fix` …'),
        text: z.string(),
        owner: z.string().optional().describe('The name of whoever took it over.'),
        deadline: Time.optional(),
        evidence: z.array(
          z.object({ by: z.string(), at: Time, text: z.string(), sha256: z.string().optional() }),
        ),
        doneBy: z.string().optional(),
        doneAt: Time.optional(),
        isWithdrawn: z.boolean().describe('The newest revision does not recommend it any more.'),
      }),
    ),
  })
  .meta({ id: 'Playbook' })
export type Playbook = z.infer<typeof Playbook>
