// The dial plan of a configuration file: takes the place of the one in force, as a new version.
import type { Directory } from '@rufwerk/accounts'
import { fail, ok } from '@rufwerk/core'
import { type Company, checkPlan, diffPlans, type PlanBook } from '@rufwerk/routing/versions'
import type { ConfigSection } from './section.ts'

const NOTE = 'import'

export function dialPlanSection(book: PlanBook, companyOf: (directory: Directory) => Company): ConfigSection {
  return {
    name: 'dialPlan',
    export: async (tenant) => book.applied(tenant).plan,
    async prepare(draft, value) {
      const { actor, directory } = draft
      const checked = checkPlan(value, companyOf(directory))
      if (!checked.ok) return fail(checked.error.map(({ path, sentence }) => ({ path, sentence })))
      draft.dialPlan = checked.value
      const before = book.applied(actor.tenant)
      const { changes } = diffPlans(before.plan, checked.value)
      return ok({
        changes,
        apply: async () =>
          (await book.change(actor, { expected: before.version, plan: checked.value, note: NOTE })).ok,
        undo: async () => {
          const { version } = book.applied(actor.tenant)
          return version === before.version || (await book.rollBack(actor, version)).ok
        },
      })
    },
  }
}
