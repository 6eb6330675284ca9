// The dial plan of a configuration file: takes the place of the one in force, as a new version.
import type { Directory } from '@rufwerk/accounts'
import { fail, ok } from '@rufwerk/core'
import type { Company, PlanBook } from '@rufwerk/routing/versions'
import type { ConfigSection } from './section.ts'

const NOTE = 'import'
const NOT_CHECKED = { path: '', sentence: 'The plan could not be checked now; please try again.' }

export function dialPlanSection(book: PlanBook, companyOf: (directory: Directory) => Company): ConfigSection {
  return {
    name: 'dialPlan',
    export: async (tenant) => book.applied(tenant).plan,
    async prepare(draft, value) {
      const { actor, directory } = draft
      const checked = await book.check(value, companyOf(directory))
      if (!checked.ok) {
        if (checked.error.code === 'not-checked') return fail([NOT_CHECKED])
        return fail(checked.error.problems.map(({ path, sentence }) => ({ path, sentence })))
      }
      const { plan } = checked.value
      draft.dialPlan = plan
      const before = book.applied(actor.tenant)
      const diff = await book.changes(actor.tenant, plan)
      if (!diff.ok) return fail([NOT_CHECKED])
      const { changes } = diff.value
      return ok({
        changes,
        apply: async () => (await book.change(actor, { expected: before.version, plan, note: NOTE })).ok,
        undo: async () => {
          const { version } = book.applied(actor.tenant)
          return version === before.version || (await book.rollBack(actor, version)).ok
        },
      })
    },
  }
}
