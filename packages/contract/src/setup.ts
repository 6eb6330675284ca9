// /setup: the welcome in three steps. The token comes from the fragment of the printed link.
import { LIMITS } from './limits.ts'
import { z } from './schema.ts'
import { Country, Email, Extension, Language, LinkToken, Name, Password } from './vocabulary.ts'

export const SetupState = z
  .object({
    state: z.enum(['open', 'done']),
    isDemo: z.boolean(),
    hasTelephony: z.boolean(),
  })
  .meta({ id: 'SetupState' })
export type SetupState = z.infer<typeof SetupState>

export const SetupRequest = z
  .strictObject({
    token: LinkToken,
    language: Language,
    company: Name,
    country: Country,
    admin: z.strictObject({ name: Name, email: Email, password: Password, extension: Extension }),
    colleagues: z.array(z.strictObject({ name: Name, extension: Extension })).max(LIMITS.colleaguesMax),
  })
  .meta({ id: 'SetupRequest' })
export type SetupRequest = z.infer<typeof SetupRequest>

/** The answer also sets the session cookie of the admin. */
export const SetupResult = z
  .object({
    colleagueLinks: z.array(
      z.object({
        name: z.string(),
        url: z.string().describe('Works once; the secret is in the fragment (#link=…).'),
      }),
    ),
  })
  .meta({ id: 'SetupResult' })
export type SetupResult = z.infer<typeof SetupResult>
