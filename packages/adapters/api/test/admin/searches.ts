// Searches of the one case of an office, and how their routes are used rightly.
import type { SearchPort } from '@rufwerk/api/search'
import { fail, ok } from '@rufwerk/core'

const OTHER_TENANT = 'tenant-other'
const ID = 'k1'
const ofColleague = async () => ({ id: ID })
const named = (name: string) => ({
  query: `?name=${name}`,
  ofColleague: async () => ({ id: ID, query: `?name=${name}` }),
})

export const SEARCH_EXAMPLES = {
  addIndicators: { access: 'admin', id: () => ID, ...named('list.txt') },
  searchLog: { access: 'admin', id: () => ID, ...named('proxy.log') },
  searchOwn: { access: 'admin', id: () => ID, ofColleague },
  caseSearches: { access: 'admin', id: () => ID, ofColleague },
} as const

/** Another company has no case. */
export function searchOf(): SearchPort {
  const found = {
    ...{ line: 1, who: {}, found: { kind: 'domain', text: 'evil[.]example' }, seen: 'evil[.]example' },
    origin: { document: 'list.txt', place: 'line 1' },
  }
  const search = {
    ...({ name: 'proxy.log', kind: 'log', at: 1, by: 'Ada', lines: 1, compared: 1 } as const),
    ...{ notUnderstood: 0, tooLong: 0, notRead: [], hits: [found], hitsBeyond: 0 },
  }
  const file = { name: 'list.txt', format: 'list', indicators: 1, rules: 0 }
  const own = (tenant: string) => tenant !== OTHER_TENANT
  return {
    addIndicators: async ({ tenant }) =>
      own(tenant) ? ok({ ...file, remarks: [], remarksLeft: 0 }) : fail('unknown-case'),
    searchLog: async ({ tenant }) => (own(tenant) ? ok(search) : fail('unknown-case')),
    searchOwn: async ({ tenant }) => (own(tenant) ? ok(search) : fail('unknown-case')),
    searches: async (tenant) =>
      own(tenant)
        ? ok({ indicators: [{ ...file, at: 1, by: 'Ada' }], searches: [search] })
        : fail('unknown-case'),
  }
}
