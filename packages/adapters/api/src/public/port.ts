// What the interface needs of whoever takes reports from outside, and from security software.
import type { Actor } from '@rufwerk/accounts'
import type { OutsideStatus, Told } from '@rufwerk/cases/outside'
import type { Warning } from '@rufwerk/cases/warn'
import type {
  SuspicionReceived,
  SuspicionReport,
  WarningDraft,
  WarningView,
  WebhookList,
} from '@rufwerk/contract/cases'
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

export type WarningProblem =
  | FleetProblem
  | 'full'
  | 'unknown-case'
  /** Somebody else has published a revision, or there is one already. */
  | 'changed-meanwhile'
  | 'phase-back'
  | 'wrong-title'
  | 'wrong-text'
  | 'wrong-products'
  | 'wrong-time'
  | 'wrong-document'

export interface WarningsPort {
  publish(actor: Actor, caseId: string, draft: WarningDraft): Promise<Result<WarningView, WarningProblem>>
  ofCase(tenant: TenantId, caseId: string): Promise<Result<WarningView | undefined, FleetProblem>>
  /** Of the company of the public pages, the oldest first. */
  all(): Promise<Result<readonly Warning[], FleetProblem>>
  /** `urn:uuid:…`, and when the company came. */
  feed(): { readonly urn: string; readonly since: number }
  /** Path → text of what a provider of CSAF serves at this origin. */
  provider(origin: string): Promise<Result<ReadonlyMap<string, string>, FleetProblem>>
}
