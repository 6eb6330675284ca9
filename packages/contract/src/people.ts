// /people: the colleagues of the tenant with their presence; admins add people and make sign-in links.

import { Time, z } from './schema.ts'
import { Email, Extension, Language, Name, Presence, Role } from './vocabulary.ts'

export const Person = z
  .object({
    id: z.string(),
    name: z.string(),
    extension: z.string(),
    kind: z.enum(['person', 'voice']).describe('A voice is the demonstration voice that answers by itself.'),
    presence: Presence,
    role: Role.optional().describe('Only admins see it.'),
    email: z.string().optional().describe('Only admins see it.'),
  })
  .meta({ id: 'Person' })
export type Person = z.infer<typeof Person>

/** Sorted by extension. */
export const People = z.object({ people: z.array(Person) }).meta({ id: 'People' })
export type People = z.infer<typeof People>

export const NewPerson = z
  .strictObject({
    name: Name,
    extension: Extension,
    email: Email.optional(),
    role: Role.default('user'),
    language: Language.optional().describe("The tenant's language when absent."),
  })
  .meta({ id: 'NewPerson' })
export type NewPerson = z.input<typeof NewPerson>

export const PersonLink = z
  .object({
    url: z.string().describe('Works once; the secret is in the fragment (#link=…).'),
    expiresAt: Time,
  })
  .meta({ id: 'PersonLink' })
export type PersonLink = z.infer<typeof PersonLink>
