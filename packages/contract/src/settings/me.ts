// /me: what people set for themselves, as by the codes of their phones.
import { z } from '../schema.ts'

export const OwnState = z
  .strictObject({
    state: z
      .enum(['available', 'away', 'doNotDisturb'])
      .describe('Where calls go in each of them is said by the dial plan.'),
  })
  .meta({ id: 'OwnState' })
export type OwnState = z.infer<typeof OwnState>

export const NewOwnForwarding = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(64)
      .regex(/^\P{C}*$/u)
      .describe('An extension or a number, as one would dial it.'),
  })
  .meta({ id: 'NewOwnForwarding' })
export type NewOwnForwarding = z.infer<typeof NewOwnForwarding>

/** Without anything: sites have no networks, so nobody knows. */
export const OwnPlace = z
  .object({
    isKnown: z
      .boolean()
      .optional()
      .describe('This request came from a network of a site; false: from outside all of them.'),
    site: z
      .object({ id: z.string(), name: z.string() })
      .optional()
      .describe('Whose emergency centre answers somebody who calls from here.'),
  })
  .meta({ id: 'OwnPlace' })
export type OwnPlace = z.infer<typeof OwnPlace>

/** Without anything: calls go as the dial plan says. */
export const OwnForwarding = z
  .object({
    person: z.object({ id: z.string(), name: z.string(), extension: z.string() }).optional(),
    extension: z.string().optional().describe('Of a group, a queue and the like.'),
    number: z.string().optional().describe('E.164.'),
  })
  .meta({ id: 'OwnForwarding' })
export type OwnForwarding = z.infer<typeof OwnForwarding>
