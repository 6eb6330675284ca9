// /cases/{id}/indicators and /cases/{id}/searches: what a case looks for in logs, and what was found.
import { Time, z } from '../schema.ts'

export const SearchQuery = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]+$/u)
    .describe('Of the file, as hits name it.'),
})
export type SearchQuery = z.infer<typeof SearchQuery>

export const IndicatorsRead = z
  .object({
    name: z.string(),
    format: z.string(),
    indicators: z.int(),
    rules: z.int().describe('Several values that have to come together in one line.'),
    remarks: z
      .array(z.object({ where: z.string(), de: z.string(), en: z.string() }))
      .describe('What was not read, or is not searched for; at most 100.'),
    remarksLeft: z.int(),
  })
  .meta({ id: 'IndicatorsRead' })
export type IndicatorsRead = z.infer<typeof IndicatorsRead>

const Hit = z.object({
  line: z.int().describe('0 where it is about a device.'),
  time: z.string().optional().describe('As the log wrote it.'),
  at: Time.optional().describe('Only where the log says year and zone.'),
  who: z.object({
    address: z.string().optional(),
    host: z.string().optional(),
    user: z.string().optional(),
  }),
  found: z.object({ kind: z.string(), text: z.string().describe('Defanged.') }),
  origin: z.object({ document: z.string(), place: z.string() }),
  seen: z.string().describe('In which text; defanged.'),
})

export const SearchResult = z
  .object({
    name: z.string(),
    kind: z.enum(['log', 'own']),
    at: Time,
    by: z.string(),
    format: z.string().optional().describe('Absent when no reader understood a line.'),
    lines: z.int(),
    compared: z.int().describe('Lines that told something that was compared.'),
    notUnderstood: z.int(),
    tooLong: z.int(),
    notRead: z.array(z.int()).describe('The first lines that were not read.'),
    hits: z.array(Hit),
    hitsBeyond: z.int().describe('Hits that are counted only.'),
  })
  .meta({ id: 'SearchResult' })
export type SearchResult = z.infer<typeof SearchResult>

export const CaseSearches = z
  .object({
    indicators: z.array(
      z.object({
        name: z.string(),
        at: Time,
        by: z.string(),
        format: z.string(),
        indicators: z.int(),
        rules: z.int(),
      }),
    ),
    searches: z.array(SearchResult).describe('The oldest first.'),
  })
  .meta({ id: 'CaseSearches' })
export type CaseSearches = z.infer<typeof CaseSearches>
