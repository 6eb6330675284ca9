// /audit: who administered what, as a chain of hashes with signed heads.
import { Time, z } from '../schema.ts'

export const AuditQuery = z.strictObject({
  before: z.coerce.number().int().min(1).optional().describe('Only entries with smaller numbers.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type AuditQuery = z.infer<typeof AuditQuery>

export const AuditPage = z
  .object({
    entries: z
      .array(
        z.object({
          seq: z.int().describe('From 1, without gaps.'),
          at: Time,
          act: z.string(),
          actor: z.string().describe('A person’s id; empty when it was erased.'),
          subject: z.string().describe('What it was done to: an id.'),
          detail: z.record(z.string(), z.string()),
          isErased: z.boolean().describe('What named people was erased; the hash stays.'),
        }),
      )
      .describe('Newest first.'),
  })
  .meta({ id: 'AuditPage' })
export type AuditPage = z.infer<typeof AuditPage>

export const AuditHead = z
  .object({
    tenant: z.string(),
    seq: z.int().describe('Entries that it covers.'),
    hash: z.string(),
    at: z.int().describe('When it was signed, UTC milliseconds.'),
    signature: z.string().describe('Ed25519, base64.'),
    key: z.string().describe('The public key, PEM.'),
  })
  .meta({ id: 'AuditHead' })
export type AuditHead = z.infer<typeof AuditHead>
