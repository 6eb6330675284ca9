// /fleet: which devices there are, who is affected by what is known, and whose advisories count.
import { Time, z } from '../schema.ts'

const State = z
  .enum(['affected', 'unknown', 'underInvestigation', 'clean'])
  .describe('`unknown`: nobody can say. It is never counted as clean.')
const Counts = z.object({
  affected: z.int(),
  unknown: z.int(),
  underInvestigation: z.int(),
  clean: z.int(),
})
const Text = z.string().max(2_048)

export const FleetExposureQuery = z.strictObject({
  state: State.optional(),
  from: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('So many are left out.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type FleetExposureQuery = z.infer<typeof FleetExposureQuery>

const Found = {
  vendor: z.string().optional(),
  product: z.string().optional(),
  version: z.string().optional(),
  userAgent: z.string().optional(),
  path: z.string().optional(),
}

export const FleetExposure = z
  .object({
    at: Time,
    devices: z
      .array(
        z.object({
          device: z.string(),
          id: z
            .string()
            .optional()
            .describe('Its id for `/quarantine`. Absent without an account here: only people can stop it.'),
          names: z.record(z.string(), z.string()).describe('What it is known by.'),
          kind: z.string(),
          platform: z.string().optional(),
          person: z.string().optional(),
          site: z.string().optional(),
          addresses: z.array(z.string()),
          lastSeen: Time,
          state: State,
          unknown: z.array(z.string()).describe('Why nobody can say.'),
          reasons: z.array(
            z.object({
              ...Found,
              source: z.string().describe('Who reported it: a report, and no proof.'),
              since: Time,
              lastSeen: Time,
              isContradicted: z.boolean().describe('Advisories disagree.'),
              because: z.array(
                z.object({
                  issuer: z.string(),
                  advisory: z.string(),
                  revision: z.string(),
                  product: z.string(),
                  by: z.string(),
                  doubt: z.string().optional(),
                }),
              ),
            }),
          ),
        }),
      )
      .describe('The affected first.'),
    total: z.int().describe('Devices in this state, or of all.'),
    all: Counts,
    bySite: z.array(z.object({ name: z.string().describe('Empty: not known.'), counts: Counts })),
    byPlatform: z.array(z.object({ name: z.string().describe('Empty: not known.'), counts: Counts })),
  })
  .meta({ id: 'FleetExposure' })
export type FleetExposure = z.infer<typeof FleetExposure>

export const FleetTableQuery = z.strictObject({ language: z.enum(['de', 'en']).default('de') })
export type FleetTableQuery = z.infer<typeof FleetTableQuery>

export const FleetHistoryQuery = z.strictObject({
  after: z.coerce.number().int().min(0).describe('UTC milliseconds, included.'),
  until: z.coerce.number().int().min(0).describe('UTC milliseconds, included.'),
  product: Text.optional(),
  version: Text.optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .optional(),
})
export type FleetHistoryQuery = z.infer<typeof FleetHistoryQuery>

export const FleetHistory = z
  .object({
    runs: z
      .array(
        z.object({
          device: z.string(),
          ...Found,
          from: Time,
          until: Time.describe('When it was reported last; it may have gone on for longer.'),
        }),
      )
      .describe('Oldest first, at most 500.'),
    total: z.int(),
  })
  .meta({ id: 'FleetHistory' })
export type FleetHistory = z.infer<typeof FleetHistory>

export const FleetImportQuery = z.strictObject({
  format: z
    .enum(['table', 'osquery', 'collector'])
    .describe('A table with a header (also of Intune), results of osquery, or the report of a collector.'),
})
export type FleetImportQuery = z.infer<typeof FleetImportQuery>

export const FleetImported = z
  .object({
    devices: z.int().describe('Reports that were taken in.'),
    changes: z.int().describe('Entries of the history.'),
    refused: z.int(),
    namesDiffer: z.int().describe('Reports with names of several devices; nothing was merged.'),
    cut: z.int().describe('Installations beyond what is kept of a device.'),
    unread: z.int().describe('Rows that could not be read: what they said is unknown.'),
    remarks: z.array(
      z.object({ where: z.string(), what: z.string().optional(), de: z.string(), en: z.string() }),
    ),
    remarksLeft: z.int(),
  })
  .meta({ id: 'FleetImported' })
export type FleetImported = z.infer<typeof FleetImported>

const Address = Text.regex(/^https:\/\/[^\s?#]+[^\s?#/]$/)

export const FleetIssuer = z
  .strictObject({
    namespace: Text.min(1).describe('`document.publisher.namespace` of its documents.'),
    addresses: z
      .array(Text.regex(/^https:\/\/[^\s?#]+\/$/))
      .min(1)
      .max(20)
      .describe('Folders that it publishes in.'),
    keys: z
      .array(z.string().min(1).max(65_536))
      .max(5)
      .default([])
      .describe('Public keys in OpenPGP armor: where there are any, one of them must have signed.'),
    provider: Address.optional().describe(
      'Its provider-metadata.json, when it is to be asked once an hour what is new.',
    ),
  })
  .meta({ id: 'FleetIssuer' })
export type FleetIssuer = z.infer<typeof FleetIssuer>

export const FleetIssuerQuery = z.strictObject({ namespace: Text.min(1) })
export type FleetIssuerQuery = z.infer<typeof FleetIssuerQuery>

const Document = {
  issuer: z.string(),
  id: z.string(),
  revision: z.string(),
  title: z.string(),
}

const Feed = z
  .object({
    askedAt: Time,
    problem: z
      .enum(['unreachable', 'not-found', 'too-large', 'unreadable', 'other-issuer', 'full'])
      .optional()
      .describe('Why not all of it could be asked.'),
    listed: z.int().describe('Documents that it lists.'),
    unread: z.int().describe('Entries of its lists that cannot be read.'),
    taken: z.int(),
    refused: z.int(),
    missed: z
      .array(z.string())
      .describe('Listed, but not to be had or not proven; asked for again. At most 20.'),
    missedTotal: z.int(),
    left: z.int().describe('Listed, and taken when it is asked again.'),
  })
  .describe('How it went when it was asked last.')

export const FleetPolled = z
  .object({
    feeds: z.array(z.object({ namespace: z.string(), feed: Feed })),
    counts: z.int().describe('So many documents count now that did not before.'),
    acted: z
      .object({ stopped: z.int(), missing: z.int().describe('So many people still have to agree.') })
      .optional()
      .describe('What the policy did about it.'),
  })
  .meta({ id: 'FleetPolled' })
export type FleetPolled = z.infer<typeof FleetPolled>

export const FleetAdvisories = z
  .object({
    issuers: z.array(
      z.object({
        namespace: z.string(),
        addresses: z.array(z.string()),
        keys: z.array(z.string()).describe('Fingerprints, to compare by eye.'),
        provider: z.string().optional(),
        feed: Feed.optional(),
      }),
    ),
    documents: z.array(
      z.object({ ...Document, counts: z.boolean().describe('False once its issuer is pinned no more.') }),
    ),
    conflicts: z
      .array(z.object({ namespace: z.string(), id: z.string(), version: z.string() }))
      .describe('Other documents under the same name and version: nothing was merged.'),
  })
  .meta({ id: 'FleetAdvisories' })
export type FleetAdvisories = z.infer<typeof FleetAdvisories>

export const FleetAdvisoryQuery = z.strictObject({
  address: Address.describe('Where its issuer published it, by the word of whoever sends it.'),
  signature: z.string().max(8_192).optional().describe('Its .asc file, where a key has to have signed.'),
})
export type FleetAdvisoryQuery = z.infer<typeof FleetAdvisoryQuery>

export const FleetAdvisoryFetch = z.strictObject({ address: Address }).meta({ id: 'FleetAdvisoryFetch' })
export type FleetAdvisoryFetch = z.infer<typeof FleetAdvisoryFetch>

export const FleetReceived = z
  .object({
    outcome: z
      .enum(['counts', 'known', 'refused', 'conflict', 'malformed', 'not-fetched'])
      .describe('Only `counts` changes anything.'),
    why: z.string().optional(),
    signature: z
      .enum(['no-signature', 'bad-signature', 'no-gpgv'])
      .optional()
      .describe('What is wrong with the signature, where a key has to have signed.'),
    document: z.object(Document).optional(),
    products: z
      .array(z.object({ product: z.string(), before: z.string().optional(), after: z.string().optional() }))
      .describe('What this revision says otherwise than the one before.'),
    changed: z
      .array(z.object({ device: z.string(), before: State.optional(), after: State.optional() }))
      .describe('Devices whose state it changes, at most 500.'),
    changedTotal: z.int(),
    findings: z
      .array(z.object({ where: z.string(), de: z.string(), en: z.string() }))
      .describe('What is wrong with the document, at most 100.'),
    acted: z
      .object({ stopped: z.int(), missing: z.int().describe('So many people still have to agree.') })
      .optional()
      .describe('What the policy did about it.'),
  })
  .meta({ id: 'FleetReceived' })
export type FleetReceived = z.infer<typeof FleetReceived>

export const FleetStop = z
  .strictObject({ issuer: Text.min(1), advisory: Text.min(1) })
  .meta({ id: 'FleetStop' })
export type FleetStop = z.infer<typeof FleetStop>

export const FleetStopped = z
  .object({
    stopped: z.int(),
    waits: z.object({ request: z.string(), missing: z.int() }).optional(),
    without: z.int().describe('Affected devices that use no account here: only people can stop them.'),
  })
  .meta({ id: 'FleetStopped' })
export type FleetStopped = z.infer<typeof FleetStopped>

export const FleetPolicy = z
  .strictObject({
    stopsAffected: z
      .boolean()
      .describe(
        'Who an advisory that counts calls affected is stopped at once, within the limit of one person.',
      ),
  })
  .meta({ id: 'FleetPolicy' })
export type FleetPolicy = z.infer<typeof FleetPolicy>

export const EvidenceWish = z
  .strictObject({
    case: z.string().trim().min(1).max(100).describe('As the company names it.'),
    title: z.string().trim().min(1).max(500),
    after: z.int().min(0).max(8.64e15).describe('UTC milliseconds, included.'),
    until: z.int().min(0).max(8.64e15).describe('UTC milliseconds, included.'),
  })
  .meta({ id: 'EvidenceWish' })
export type EvidenceWish = z.infer<typeof EvidenceWish>

export const EvidenceKey = z
  .object({
    key: z
      .string()
      .describe('The public key, PEM: to be told to investigators in another way than the file.'),
    fingerprint: z.string().describe('SHA-256 of the key, hex, to compare by eye.'),
  })
  .meta({ id: 'EvidenceKey' })
export type EvidenceKey = z.infer<typeof EvidenceKey>
