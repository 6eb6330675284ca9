// What we know of a case of our own, from which every kind of document about it is written.
import type { Revision } from '../read/csaf.ts'

export const DOCUMENT_KINDS = [
  'csaf_security_incident_response',
  'csaf_security_advisory',
  'csaf_vex',
] as const
export type DocumentKind = (typeof DOCUMENT_KINDS)[number]

export type CaseStatus = 'affected' | 'notAffected' | 'fixed' | 'underInvestigation'

export interface CaseProduct {
  readonly id: string
  readonly vendor: string
  readonly product: string
  readonly version: string
  readonly status: CaseStatus
  readonly file?: { readonly name: string; readonly sha256: string }
}

export interface Publisher {
  readonly category: 'coordinator' | 'discoverer' | 'other' | 'user' | 'vendor'
  readonly name: string
  /** An address that is ours and stays the same. */
  readonly namespace: string
}

export interface CaseRecord {
  readonly publisher: Publisher
  /** Of each document its own id, the same over all revisions. */
  readonly ids: Readonly<Record<DocumentKind, string>>
  readonly language: string
  readonly title: string
  readonly summary: string
  readonly reference: { readonly summary: string; readonly url: string }
  /** Oldest first, whole numbers. */
  readonly revisions: readonly Revision[]
  readonly isFinal: boolean
  readonly vulnerability: {
    readonly cve?: string
    /** Where there is no CVE number. */
    readonly ownNumber: string
    readonly description: string
    /** What whoever has an affected product should do. */
    readonly advice: string
  }
  readonly products: readonly CaseProduct[]
}
