// What is searched for and where it is from. Texts are defanged: only the matcher makes them whole again, and
// nothing here is ever resolved or fetched.

export type Words = Readonly<Record<'en' | 'de', string>>

export type HashAlgorithm = 'sha256' | 'sha1' | 'md5'
export type IndicatorKind = 'domain' | 'url' | 'ip' | 'network' | 'hash' | 'file'

/** One value as it is stored and shown. */
export interface Observable {
  readonly kind: IndicatorKind
  /** Defanged: `evil[.]example`, `hxxps://evil[.]example/a*`; hashes in lower case. */
  readonly text: string
  readonly algorithm?: HashAlgorithm
}

/** Where a source said it, and how sure it was. */
export interface Provenance {
  readonly caseId: string
  /** Name or id of the document. */
  readonly document: string
  /** `line 12`, a JSON pointer, or `rule 2, line 40`. */
  readonly place: string
  /** The source's own word or number. */
  readonly confidence?: string
  /** ISO 8601, as the source says. */
  readonly validFrom?: string
  readonly validUntil?: string
}

export interface Indicator extends Observable, Provenance {
  /** SHA-1 and MD5: two files can have the same. */
  readonly isWeak: boolean
}

/** What kind of thing a log line tells of; the logsource categories of Sigma. */
export type EventCategory =
  | 'proxy'
  | 'dns'
  | 'network_connection'
  | 'image_load'
  | 'process_creation'
  | 'file_event'

export type TextTest =
  /** Lower case, with the wildcards `*` and `?`. */
  | { readonly type: 'glob'; readonly glob: readonly GlobPart[] }
  | { readonly type: 'network'; readonly network: string }
  | { readonly type: 'absent' }

/** A piece of text, or a wildcard. */
export type GlobPart = string | { readonly any: 'many' | 'one' }

export type Condition =
  | { readonly type: 'all' | 'any'; readonly parts: readonly Condition[] }
  | { readonly type: 'not'; readonly part: Condition }
  | { readonly type: 'seen'; readonly observable: Observable }
  | { readonly type: 'field'; readonly field: string; readonly test: TextTest }

/** More than one value has to come together in one record. */
export interface Rule extends Provenance {
  readonly name: string
  /** Only records of this kind; any without it. */
  readonly category?: EventCategory
  readonly condition: Condition
}

/** Something that was read and is not searched for, or not read at all. */
export interface Remark {
  readonly code: string
  readonly place: string
  readonly sentence: Words
}

export interface Reading {
  readonly format: string
  readonly indicators: readonly Indicator[]
  readonly rules: readonly Rule[]
  /** Not understood, or not applicable, with the reason. */
  readonly remarks: readonly Remark[]
  /** Remarks beyond the limit are counted here. */
  readonly remarksBeyond: number
}

export const LIMITS = {
  /** Characters of one document. */
  document: 16 * 1024 * 1024,
  /** Characters of a file of Sigma. */
  yaml: 64 * 1024,
  lineChars: 4_096,
  indicators: 200_000,
  /** Names, paths and URLs with `*` or `?`, and paths: each is compared with each file or URL. */
  wildcards: 5_000,
  rules: 2_000,
  remarks: 1_000,
  depth: 64,
  /** Tests in one rule. */
  tests: 2_000,
} as const
