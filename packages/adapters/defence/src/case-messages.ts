// What is asked of the thread about reports that nobody of the company has made: from outside, and by
// security software.
import type { Case, CasesOutput, IntakeInput } from '@rufwerk/cases'
import type { Draft, PublishProblem, Warning } from '@rufwerk/cases/warn'

export interface CaseOrders {
  readonly reportOutside: { readonly ask: OutsideWish; readonly answer: OutsideTaken }
  readonly outsideReport: {
    readonly ask: { readonly digest: string }
    readonly answer: OutsideKept | undefined
  }
  readonly webhooks: { readonly ask: object; readonly answer: readonly Webhook[] }
  /** False: there are as many as there may be. */
  readonly addWebhook: {
    readonly ask: { readonly webhook: Webhook; readonly digest: string; readonly most: number }
    readonly answer: boolean
  }
  /** False: there is none of that id. */
  readonly removeWebhook: { readonly ask: { readonly id: string }; readonly answer: boolean }
  readonly publish: { readonly ask: PublishWish; readonly answer: Published }
  /** By the case they are of, the oldest first. */
  readonly warnings: { readonly ask: object; readonly answer: readonly (readonly [string, Warning])[] }
  /** Path → text of what a provider of CSAF serves; undefined: it cannot be written for these places. */
  readonly provider: { readonly ask: ProviderWish; readonly answer: ReadonlyMap<string, string> | undefined }
  readonly webhookOf: { readonly ask: { readonly digest: string }; readonly answer: Webhook | undefined }
}

export interface PublishWish {
  readonly case: string
  readonly draft: Draft
  /** Of a first revision. */
  readonly urn: string
  readonly at: number
  readonly by: string
  /** Revisions that whoever wrote it has seen. */
  readonly seen: number
}

export type Published =
  | { readonly type: 'published'; readonly warning: Warning }
  | { readonly type: 'refused'; readonly why: PublishProblem | 'unknown-case' | 'changed-meanwhile' }

export interface ProviderWish {
  readonly origin: string
  readonly company: string
  readonly language: 'de' | 'en'
  /** Of a provider without warnings. */
  readonly since: number
}

export interface OutsideWish {
  readonly input: IntakeInput
  /** `outside`, or the id of a webhook: counted apart. */
  readonly source: string
  /** SHA-256 of the token in the address of its page. */
  readonly digest: string
  /** In 24 hours. */
  readonly most: number
}

export type OutsideTaken =
  | { readonly type: 'too-many' }
  | { readonly type: 'stepped'; readonly out: readonly CasesOutput[] }

export interface OutsideKept {
  readonly receipt: string
  readonly at: number
  readonly case: Case | undefined
}

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly madeAt: number
  readonly madeBy: string
}
