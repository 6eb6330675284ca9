// /session: signing in by password or by one-time link, and out. The session itself is a cookie that scripts
// cannot read.

import { z } from './schema.ts'
import { Country, Language, LinkToken, Password, Role } from './vocabulary.ts'

export const SignIn = z
  .strictObject({
    login: z.string().trim().min(1).max(254).describe('Email address or extension.'),
    password: Password,
  })
  .meta({ id: 'SignIn' })
export type SignIn = z.infer<typeof SignIn>

export const SignInByLink = z
  .strictObject({ token: LinkToken.describe('From the fragment #link=….') })
  .meta({ id: 'SignInByLink' })
export type SignInByLink = z.infer<typeof SignInByLink>

export const Session = z
  .object({
    person: z.object({
      id: z.string(),
      name: z.string(),
      extension: z.string(),
      email: z.string().optional(),
      role: Role,
    }),
    tenant: z.object({ id: z.string(), name: z.string(), country: Country }),
    language: Language,
    isDemo: z.boolean(),
    hasTelephony: z.boolean().describe('False where the defence runs alone, beside another phone system.'),
    hasPassword: z.boolean().describe('False while the person came by link and set none.'),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

/** The current password may be absent for a person who came by link and has none; else password-wrong. */
export const PasswordChange = z
  .strictObject({
    currentPassword: Password.optional(),
    newPassword: Password,
  })
  .meta({ id: 'PasswordChange' })
export type PasswordChange = z.infer<typeof PasswordChange>
