// What the interface needs of whoever takes reports from outside, and from security software.
import type { Actor } from '@rufwerk/accounts'
import type { OutsideStatus, Told } from '@rufwerk/cases/outside'
import type { SuspicionReceived, SuspicionReport, WebhookList } from '@rufwerk/contract/cases'
import type { Result, TenantId } from '@rufwerk/core'
import type { FleetProblem } from '../fleet-port.ts'

/** `full`: as many as there may be, of a day or at all. */
export type OutsideProblem = FleetProblem | 'full'

export interface OutsidePort {
  /** Whose public pages they are; undefined before there is a company. */
  company(): { readonly name: string; readonly language: 'de' | 'en' } | undefined
  /** The token in the address of its page. */
  report(told: Told): Promise<Result<string, OutsideProblem>>
  status(token: string): Promise<Result<OutsideStatus | undefined, FleetProblem>>
  fromWebhook(
    token: string,
    report: SuspicionReport,
  ): Promise<Result<SuspicionReceived, OutsideProblem | 'unknown-token' | 'nothing-said'>>
  webhooks(tenant: TenantId): Promise<Result<WebhookList, FleetProblem>>
  /** The token is nowhere else afterwards. */
  addWebhook(
    actor: Actor,
    name: string,
  ): Promise<Result<{ readonly id: string; readonly token: string }, OutsideProblem>>
  removeWebhook(tenant: TenantId, id: string): Promise<Result<boolean, FleetProblem>>
}
