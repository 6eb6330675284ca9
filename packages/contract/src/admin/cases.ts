// /reports and /cases: what somebody found suspicious, and what was done about it.
import { Time, z } from '../schema.ts'

const Words = z.string().trim().max(4_000)
const Name = z.string().trim().min(1).max(512)
const Sha256 = z.string().regex(/^[0-9a-fA-F]{64}$/)

export const SuspicionReport = z
  .strictObject({
    hashes: z.array(Sha256).max(50).default([]).describe('SHA-256 of files.'),
    fileName: Name.optional(),
    product: Name.optional(),
    version: Name.optional(),
    words: Words.default('').describe('What was seen. Something of all this has to be said.'),
  })
  .meta({ id: 'SuspicionReport' })
export type SuspicionReport = z.infer<typeof SuspicionReport>

export const SuspicionReceived = z
  .object({ receipt: z.string(), how: z.enum(['opened', 'joined', 'reopened']) })
  .meta({ id: 'SuspicionReceived' })
export type SuspicionReceived = z.infer<typeof SuspicionReceived>

export const WebhookWish = z.strictObject({ name: Name.max(100) }).meta({ id: 'WebhookWish' })
export type WebhookWish = z.infer<typeof WebhookWish>

export const WebhookMade = z
  .object({
    id: z.string(),
    token: z.string().describe('Sent as `Authorization: Bearer …`. It is shown now and never again.'),
    address: z.string().describe('Where security software reports with it.'),
  })
  .meta({ id: 'WebhookMade' })
export type WebhookMade = z.infer<typeof WebhookMade>

export const WebhookList = z
  .object({
    webhooks: z.array(z.object({ id: z.string(), name: z.string(), madeAt: Time, madeBy: z.string() })),
  })
  .meta({ id: 'WebhookList' })
export type WebhookList = z.infer<typeof WebhookList>

const Status = z
  .enum(['open', 'proposed', 'closed'])
  .describe('`proposed`: closing it waits for a second person who has not reported it.')
const Verdict = z.enum(['false-positive', 'removed', 'not-affected'])
const EvidenceKind = z.enum([
  'reproduced-build',
  'source-review',
  'file-analysis',
  'removal-verified',
  'inventory-look',
  'log-extract',
  'vendor-statement',
  'scanner-verdict',
])
const Level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

const Summary = {
  id: z.string(),
  about: z.string().optional().describe('The file or program that the first report names.'),
  hashes: z.array(z.string()),
  level: Level.describe('Of the four levels of the BSI; set by a person.'),
  status: Status,
  verdict: Verdict.optional(),
  openedAt: Time,
  answerDue: Time,
  answeredAt: Time.optional(),
  decisionDue: Time,
  reports: z.int(),
  owner: z.string().optional(),
}

export const CaseList = z
  .object({
    open: z.int(),
    closed: z.int(),
    lateAnswers: z.int().describe('Deadlines that have passed, of all cases.'),
    lateDecisions: z.int(),
    cases: z.array(z.object(Summary)).describe('Open ones first, the newest first, at most 200.'),
  })
  .meta({ id: 'CaseList' })
export type CaseList = z.infer<typeof CaseList>

export const CaseDetail = z
  .object({
    ...Summary,
    origins: z.array(
      z.object({
        at: Time,
        kind: z.enum(['person', 'webhook', 'outside', 'advisory']),
        by: z.string(),
        fileName: z.string().optional(),
        product: z.string().optional(),
        version: z.string().optional(),
        words: z.string(),
      }),
    ),
    timeline: z.array(z.object({ at: Time, act: z.string(), by: z.string().optional(), words: z.string() })),
    evidence: z.array(
      z.object({ at: Time, by: z.string(), kind: EvidenceKind, what: z.string(), sha256: z.string() }),
    ),
    proposedBy: z.string().optional(),
    confirmedBy: z.string().optional(),
    why: z.string().optional(),
  })
  .meta({ id: 'CaseDetail' })
export type CaseDetail = z.infer<typeof CaseDetail>

const Said = Words.min(1)
const Texts = z.strictObject({ de: z.string().min(1).max(8_000), en: z.string().min(1).max(8_000) })
const Line = z.string().trim().min(1).max(200)
const Product = z.strictObject({
  vendor: Line,
  product: Line,
  version: Line,
  status: z.enum(['affected', 'notAffected', 'fixed', 'underInvestigation']),
  file: z.strictObject({ name: Line, sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
})
const Phase = z
  .enum(['incident-response', 'advisory', 'vex'])
  .describe('Which documents machines get: each phase adds one, and none is taken back.')

const Warned = {
  level: Level,
  title: Texts,
  summary: Texts,
  advice: z.array(Texts).max(30),
  products: z.array(Product).min(1).max(200),
  checked: z
    .strictObject({ at: Time, by: Line, what: Texts })
    .describe('What was checked, when and by whom; public.'),
}

export const WarningDraft = z
  .strictObject({
    ...Warned,
    phase: Phase,
    change: Texts.describe('What is new in this revision.'),
    seen: z.int().min(0).describe('How many revisions there were when it was written; 0 for the first.'),
  })
  .meta({ id: 'WarningDraft' })
export type WarningDraft = z.infer<typeof WarningDraft>

export const WarningView = z
  .object({
    ...Warned,
    number: z.string().describe('Its page: /security/warnings/{number}.'),
    products: z.array(Product.extend({ id: z.string() })),
    revisions: z.array(z.object({ at: Time, phase: Phase, summary: Texts })).describe('Oldest first.'),
  })
  .meta({ id: 'WarningView' })
export type WarningView = z.infer<typeof WarningView>

export const CaseAct = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('answer'), words: Said }).describe('The first answer: stops its clock.'),
    z.strictObject({ type: z.literal('note'), words: Said }),
    z.strictObject({ type: z.literal('assign'), owner: Name }),
    z.strictObject({ type: z.literal('rate'), level: Level, why: Words.default('') }),
    z.strictObject({ type: z.literal('evidence'), kind: EvidenceKind, what: Said, sha256: Sha256 }),
    z.strictObject({ type: z.literal('propose'), verdict: Verdict, why: Said }).describe('Asks to close it.'),
    z.strictObject({ type: z.literal('confirm') }).describe('By another person than who proposed it.'),
    z.strictObject({ type: z.literal('reject'), why: Words.default('') }),
  ])
  .meta({ id: 'CaseAct' })
export type CaseAct = z.infer<typeof CaseAct>
