// A CSAF 2.0 document once its shape was compared: names as in the standard, only what is used here.

export interface Csaf {
  readonly document: CsafDocument
  readonly product_tree?: ProductTree
  readonly vulnerabilities?: readonly Vulnerability[]
}

export interface CsafDocument {
  readonly category: string
  readonly title: string
  readonly lang?: string
  readonly source_lang?: string
  readonly aggregate_severity?: { readonly text: string; readonly namespace?: string }
  readonly distribution?: { readonly tlp?: { readonly label: string } }
  readonly notes?: readonly { readonly category: string; readonly text: string }[]
  readonly references?: readonly { readonly category?: string; readonly url: string }[]
  readonly publisher: { readonly category: string; readonly name: string; readonly namespace: string }
  readonly tracking: Tracking
}

export interface Tracking {
  readonly id: string
  readonly status: 'draft' | 'final' | 'interim'
  readonly version: string
  readonly initial_release_date: string
  readonly current_release_date: string
  readonly revision_history: readonly Revision[]
}

export interface Revision {
  readonly date: string
  readonly number: string
  readonly summary: string
}

export interface ProductTree {
  readonly branches?: readonly Branch[]
  readonly full_product_names?: readonly FullProductName[]
  readonly product_groups?: readonly { readonly group_id: string; readonly product_ids: readonly string[] }[]
  readonly relationships?: readonly Relationship[]
}

export interface Branch {
  readonly category: string
  readonly name: string
  readonly branches?: readonly Branch[]
  readonly product?: FullProductName
}

export interface FullProductName {
  readonly name: string
  readonly product_id: string
  readonly product_identification_helper?: Identification
}

export interface Identification {
  readonly cpe?: string
  readonly purl?: string
  readonly hashes?: readonly FileHashes[]
  readonly model_numbers?: readonly string[]
  readonly serial_numbers?: readonly string[]
}

export interface FileHashes {
  readonly filename: string
  readonly file_hashes: readonly { readonly algorithm: string; readonly value: string }[]
}

export interface Relationship {
  readonly category: string
  readonly full_product_name: FullProductName
  readonly product_reference: string
  readonly relates_to_product_reference: string
}

/** What flags, remediations and threats speak of. */
export interface Concerned {
  readonly product_ids?: readonly string[]
  readonly group_ids?: readonly string[]
}

export const STATUS_NAMES = [
  ...(['first_affected', 'known_affected', 'last_affected', 'known_not_affected', 'first_fixed'] as const),
  ...(['fixed', 'recommended', 'under_investigation'] as const),
] as const
export type StatusName = (typeof STATUS_NAMES)[number]
export type ProductStatus = { readonly [name in StatusName]?: readonly string[] }

export interface Vulnerability {
  readonly cve?: string
  readonly cwe?: { readonly id: string; readonly name: string }
  readonly ids?: readonly unknown[]
  readonly notes?: readonly unknown[]
  readonly title?: string
  readonly product_status?: ProductStatus
  readonly involvements?: readonly { readonly date?: string; readonly party: string }[]
  readonly flags?: readonly (Concerned & { readonly label: string })[]
  readonly remediations?: readonly (Concerned & { readonly category: string; readonly details: string })[]
  readonly threats?: readonly (Concerned & { readonly category: string; readonly details: string })[]
  readonly scores?: readonly Score[]
}

export interface Score {
  readonly products: readonly string[]
  readonly cvss_v2?: Cvss
  readonly cvss_v3?: Cvss
}

/** Scores and the metrics of `cvss-metrics.ts` by their JSON names. */
export interface Cvss {
  readonly version: string
  readonly vectorString: string
  readonly [name: string]: unknown
}
