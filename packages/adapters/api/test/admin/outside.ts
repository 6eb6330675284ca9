// Who takes reports from outside in an office: what came in is in a list, and one webhook has a token.
import type { OutsidePort } from '@rufwerk/api/outside'
import { type OutsideStatus, outsideStatus, type Told } from '@rufwerk/cases/outside'
import type { SuspicionReport } from '@rufwerk/contract/cases'
import { fail, ok } from '@rufwerk/core'

const OTHER_TENANT = 'tenant-other'
export const WEBHOOK = { id: 'webhook-1', token: `rfw_x_${'k'.repeat(43)}` }
/** Of the first report. */
export const PAGE_TOKEN = 't'.repeat(43)

export interface OutsideList extends OutsidePort {
  readonly told: Told[]
  readonly sent: SuspicionReport[]
  /** What comes after so many is too much. */
  dayMax: number
}

export function outsideOf(): OutsideList {
  const told: Told[] = []
  const sent: SuspicionReport[] = []
  const one = { id: WEBHOOK.id, name: 'Scanner', madeAt: 1, madeBy: 'Anna' }
  const statusOf = (): OutsideStatus => outsideStatus('r1', 1, undefined)
  const list: OutsideList = {
    ...{ told, sent, dayMax: 1_000 },
    company: () => ({ name: 'Muster & <Söhne>', language: 'de' }),
    report: async (report) => {
      if (told.length >= list.dayMax) return fail('full')
      told.push(report)
      return ok(PAGE_TOKEN)
    },
    status: async (token) => ok(token === PAGE_TOKEN && told.length > 0 ? statusOf() : undefined),
    fromWebhook: async (token, report) => {
      if (token !== WEBHOOK.token) return fail('unknown-token')
      sent.push(report)
      return ok({ receipt: 'r2', how: 'opened' })
    },
    webhooks: async () => ok({ webhooks: [one] }),
    addWebhook: async () => ok({ id: WEBHOOK.id, token: WEBHOOK.token }),
    removeWebhook: async (tenant, id) => ok(tenant !== OTHER_TENANT && id === WEBHOOK.id),
  }
  return list
}
