// One case of an office, and how the routes about cases are used rightly.
import type { CasesPort } from '@rufwerk/api/cases'
import type { CaseDetail, CaseList } from '@rufwerk/contract/cases'
import { fail, ok } from '@rufwerk/core'
import { outsideOf, WEBHOOK } from './outside.ts'
import { DRAFT, warningsOf } from './warnings.ts'

const OTHER_TENANT = 'tenant-other'
const KNOWN = 'case-1'
const ofCase = { id: () => KNOWN, ofColleague: async () => ({ id: KNOWN }) }

export const CASE_EXAMPLES = {
  reportSuspicion: { access: 'person', body: { words: 'My scanner flags it.' } },
  cases: { access: 'admin' },
  case: { access: 'admin', ...ofCase },
  warning: { access: 'admin', ...ofCase },
  publishWarning: { access: 'admin', ...ofCase, body: DRAFT },
  webhooks: { access: 'admin' },
  addWebhook: { access: 'admin', body: { name: 'Scanner' } },
  removeWebhook: { access: 'admin', id: () => WEBHOOK.id, ofColleague: async () => ({ id: WEBHOOK.id }) },
  actOnCase: { access: 'admin', ...ofCase, body: { type: 'answer', words: 'We look at it.' } },
} as const

export function casesOf(): CasesPort {
  const times = { openedAt: 1, answerDue: 2, decisionDue: 3 }
  const summary: CaseList['cases'][number] = {
    ...{ id: KNOWN, hashes: [], reports: 1, ...times },
    level: 2,
    status: 'open',
  }
  const detail: CaseDetail = {
    ...summary,
    origins: [{ at: 1, kind: 'person', by: 'Ben', words: 'x' }],
    timeline: [{ at: 1, act: 'opened', words: '' }],
    evidence: [],
  }
  const own = (tenant: string, id: string) =>
    tenant !== OTHER_TENANT && id === KNOWN ? ok(detail) : fail('unknown-case' as const)
  return {
    outside: outsideOf(),
    warnings: warningsOf(KNOWN),
    report: async () => ok({ receipt: 'r1', how: 'opened' }),
    list: async () => ok({ open: 1, closed: 0, lateAnswers: 0, lateDecisions: 0, cases: [summary] }),
    detail: async (tenant, id) => own(tenant, id),
    act: async ({ tenant }, id) => own(tenant, id),
  }
}
