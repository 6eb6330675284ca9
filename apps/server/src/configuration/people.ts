// Sites and people of a configuration file: added and changed, never removed. No passwords and no phones:
// those are secrets. Who is new gets in by a sign-in link.
import type { Accounts } from '@rufwerk/accounts'
import type { RosterProblem } from '@rufwerk/accounts/roster'
import { PeopleSection } from '@rufwerk/contract/configuration'
import { fail, ok } from '@rufwerk/core'
import type { ConfigSection } from './section.ts'

const SENTENCES: Readonly<Partial<Record<RosterProblem['code'], string>>> = {
  'unknown-site': 'There is no such site in the file.',
  twice: 'It is there twice.',
  'id-invalid': 'This is no id.',
  'no-admin': 'Nobody would be an administrator.',
  'extension-taken': 'Two people would have this extension.',
  'email-taken': 'Two people would have this mail address.',
  'extension-reserved': 'This is an emergency number.',
}

export function peopleSection(accounts: Accounts): ConfigSection {
  return {
    name: 'people',
    async export(tenant) {
      const directory = accounts.directoryOf(tenant)
      if (directory === undefined) return undefined
      const sites = [...directory.sites.values()].map(({ id, name }) => ({ id, name }))
      const people = directory.people.map(({ id, site, name, extension, email, role, kind, language }) => ({
        ...{ id, site, name, extension, role, kind, language },
        ...(email !== undefined && { email }),
      }))
      return { sites, people } satisfies PeopleSection
    },
    async prepare(draft, value) {
      const read = PeopleSection.safeParse(value)
      if (!read.success) {
        const path = read.error.issues[0]?.path.join('.') ?? ''
        return fail([{ path, sentence: `${path || 'The section'} is not as it should be.` }])
      }
      const people = read.data.people.map(({ email, ...person }) => ({
        ...person,
        ...(email !== undefined && { email }),
      }))
      const preview = accounts.previewRoster(draft.actor, { sites: read.data.sites, people })
      if (!preview.ok)
        return fail(
          preview.error.map(({ path, code }) => ({ path, sentence: SENTENCES[code] ?? `${path}: ${code}` })),
        )
      draft.directory = preview.value.directory
      draft.ids = preview.value.ids
      const isNothing = preview.value.changes.length === 0
      return ok({
        changes: preview.value.differences,
        apply: async () => isNothing || (await accounts.applyRoster(draft.actor, preview.value)).ok,
        undo: async () => isNothing || (await accounts.undoRoster(draft.actor, preview.value)).ok,
      })
    },
  }
}
