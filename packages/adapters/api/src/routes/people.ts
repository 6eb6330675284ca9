// /people: the colleagues of the visitor's tenant. Addresses and roles are for admins only.
import type { Person as AccountsPerson } from '@rufwerk/accounts'
import { NewPerson, People, Person, PersonLink } from '@rufwerk/contract'
import { fail, ok, type PersonId } from '@rufwerk/core'
import { accountsRefusal } from '../accounts-refusal.ts'
import type { ApiPorts, LivePort } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'
import { linkUrl } from './setup.ts'

export function peopleRoutes({ accounts, live, dialPlans }: ApiPorts): readonly Route[] {
  return [
    signedInRoute({
      name: 'people',
      method: 'get',
      path: '/people',
      summary: 'The colleagues, by extension, with their presence.',
      access: 'person',
      status: 200,
      answer: People,
      run: async ({ who }) => {
        const isAdmin = who.person.role === 'admin'
        return ok({ people: who.directory.people.map((person) => personView(person, live, isAdmin)) })
      },
    }),
    signedInRoute({
      name: 'addPerson',
      noted: 'by-itself',
      method: 'post',
      path: '/people',
      summary: 'Adds a person.',
      access: 'admin',
      body: NewPerson,
      status: 201,
      answer: Person,
      refusals: ['extension-taken', 'extension-reserved', 'email-taken', 'limit-reached'],
      run: async ({ who, body }) => {
        const { email, language, ...rest } = body
        // A flow or a box of the dial plan has it: calls to it would go to the newcomer.
        if (dialPlans?.book.hasExtension(who.person.tenant, body.extension))
          return fail({
            code: 'extension-taken',
            field: 'extension',
            message: 'The dial plan has this extension.',
          })
        const result = await accounts.addPerson(who.session, {
          ...rest,
          ...(email !== undefined && { email }),
          ...(language !== undefined && { language }),
        })
        if (result.ok) return ok(personView(result.value, live, true))
        return fail(accountsRefusal(result.error, NEW_PERSON_FIELDS))
      },
    }),
    signedInRoute({
      name: 'createSignInLink',
      method: 'post',
      path: '/people/{id}/link',
      summary: 'A link that signs a person in once: for oneself, or by an admin for anyone.',
      access: 'person',
      act: 'signInLink',
      status: 201,
      answer: PersonLink,
      run: async ({ who, id, origin }) => {
        const result = await accounts.createSignInLink(who.session, id as PersonId)
        if (!result.ok) return fail(accountsRefusal(result.error))
        return ok({ url: linkUrl(origin, result.value.token), expiresAt: result.value.expiresAt })
      },
    }),
  ]
}

const NEW_PERSON_FIELDS = {
  'name-invalid': 'name',
  'email-invalid': 'email',
  'email-taken': 'email',
  'extension-invalid': 'extension',
  'extension-reserved': 'extension',
  'extension-taken': 'extension',
} as const

function personView(person: AccountsPerson, live: LivePort, isAdmin: boolean): Person {
  return {
    id: person.id,
    name: person.name,
    extension: person.extension,
    kind: person.kind,
    presence: live.presenceOf(person.id),
    ...(isAdmin && { role: person.role }),
    ...(isAdmin && person.email !== undefined && { email: person.email }),
  }
}
