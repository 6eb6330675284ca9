// The small words that several resources share: languages, names, extensions, times.
import { LIMITS } from './limits.ts'
import { z } from './schema.ts'

export const Language = z.enum(['de', 'en']).meta({ id: 'Language' })
export type Language = z.infer<typeof Language>

export const Country = z.enum(['de', 'us']).meta({ id: 'Country' })
export type Country = z.infer<typeof Country>

export const Role = z.enum(['admin', 'user']).meta({ id: 'Role' })
export type Role = z.infer<typeof Role>

/** What a person is doing now. */
export const Presence = z.enum(['available', 'ringing', 'talking', 'offline']).meta({ id: 'Presence' })
export type Presence = z.infer<typeof Presence>

/** A name to show: no control characters, because it travels in SIP headers. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.nameLengthMax)
  .regex(/^\P{C}*$/u)

/** What colleagues dial. */
export const Extension = z
  .string()
  .regex(new RegExp(`^[1-9]\\d{${LIMITS.extensionDigitsMin - 1},${LIMITS.extensionDigitsMax - 1}}$`))

export const Email = z.email().max(LIMITS.emailLengthMax)

/** A password as typed, with room to answer password-too-long. Accounts decides whether it is good enough. */
export const Password = z
  .string()
  .min(1)
  .max(LIMITS.passwordLengthMax * 4)

/** The secret part of a one-time link; travels in fragments and bodies, never in paths or queries. */
export const LinkToken = z.string().regex(/^[0-9A-Za-z_-]{16,128}$/)

/** A person as others see one in a call. */
export const Party = z
  .object({
    person: z.string().optional().describe('Absent for what is not a person here: a number, the echo.'),
    extension: z.string().describe('The extension or number; `anonymous` for a caller who hides it.'),
    name: z.string(),
  })
  .meta({ id: 'Party' })
export type Party = z.infer<typeof Party>
