// What counts as evidence, and for which verdict it is enough. The word of a scanner opens a case and closes
// none: in 2023 "clean by other scanners" was the reason why nobody looked for a week.

export const EVIDENCE_KINDS = [
  /** Built again from source by others, with the same checksum. */
  'reproduced-build',
  /** Somebody has read the source that the file is made of. */
  'source-review',
  /** Somebody has taken the file apart. */
  'file-analysis',
  /** A look at everything that no longer shows the file. */
  'removal-verified',
  /** A look at everything that never showed the file. */
  'inventory-look',
  'log-extract',
  'vendor-statement',
  'scanner-verdict',
] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

export const VERDICTS = ['false-positive', 'removed', 'not-affected'] as const
export type Verdict = (typeof VERDICTS)[number]

/** One of them is needed; the others go beside them. */
const ENOUGH: Readonly<Record<Verdict, readonly EvidenceKind[]>> = {
  'false-positive': ['reproduced-build', 'source-review', 'file-analysis'],
  removed: ['removal-verified'],
  'not-affected': ['inventory-look'],
}

export interface Evidence {
  readonly id: string
  readonly by: string
  readonly at: number
  readonly kind: EvidenceKind
  readonly what: string
  /** Of what it is about, or of the record of it: 64 lower-case hexadecimal digits. */
  readonly sha256: string
}

export function isEnough(verdict: Verdict, evidence: readonly Evidence[]): boolean {
  return evidence.some(({ kind }) => ENOUGH[verdict].includes(kind))
}

export function isEvidenceKind(value: unknown): value is EvidenceKind {
  return (EVIDENCE_KINDS as readonly unknown[]).includes(value)
}

export function isVerdict(value: unknown): value is Verdict {
  return (VERDICTS as readonly unknown[]).includes(value)
}
