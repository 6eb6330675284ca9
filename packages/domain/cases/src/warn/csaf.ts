// The documents of a warning for machines: incident response first, then the advisory, then VEX. Each counts
// its own revisions from 1, beginning with the one of the warning in which it came.
import type { Finding } from '@rufwerk/advisories/read'
import {
  type CaseRecord,
  type Digests,
  type DocumentKind,
  folderOf,
  type Published,
  type Publisher,
  providerMetadata,
  writeDocument,
} from '@rufwerk/advisories/write'
import { fail, ok, type Result } from '@rufwerk/core'
import { type Language, PHASES, type Warning } from './warning.ts'

const KINDS: readonly DocumentKind[] = [
  'csaf_security_incident_response',
  'csaf_security_advisory',
  'csaf_vex',
]
const PREFIXES: Readonly<Record<DocumentKind, string>> = {
  csaf_security_incident_response: 'IR',
  csaf_security_advisory: 'SA',
  csaf_vex: 'VEX',
}

export interface ProviderPlaces {
  readonly publisher: Publisher
  readonly language: Language
  /** The page of a warning for people. */
  readonly pageOf: (warning: Warning) => string
  /** The folder of the documents, with a slash at its end. */
  readonly folder: string
  readonly lastUpdated: number
}

export type ProviderProblem =
  | { readonly warning: string; readonly findings: readonly Finding[] }
  /** Two documents would have one name. */
  | 'name-twice'

export function documentsOf(
  warning: Warning,
  places: Omit<ProviderPlaces, 'folder' | 'lastUpdated'>,
): Result<readonly Published[], readonly Finding[]> {
  const documents: Published[] = []
  for (const [index, kind] of KINDS.entries()) {
    const from = warning.revisions.findIndex(({ phase }) => PHASES.indexOf(phase) >= index)
    if (from === -1) continue
    const record = recordOf(warning, places, from)
    const text = writeDocument(record, kind)
    if (!text.ok) return fail(text.error)
    const { ids, revisions } = record
    const [first, last] = [revisions[0]?.date ?? '', revisions.at(-1)?.date ?? '']
    const dates = { initialReleaseDate: first, currentReleaseDate: last }
    documents.push({ id: ids[kind], ...dates, text: text.value })
  }
  return ok(documents)
}

/** Path → text of everything that a provider of CSAF serves, `provider-metadata.json` among it. */
export function providerFiles(
  warnings: readonly Warning[],
  places: ProviderPlaces,
  digests: Digests,
): Result<ReadonlyMap<string, string>, ProviderProblem> {
  const all: Published[] = []
  for (const warning of warnings) {
    const documents = documentsOf(warning, places)
    if (!documents.ok) return fail({ warning: warning.number, findings: documents.error })
    all.push(...documents.value)
  }
  const files = folderOf(all, digests)
  if (files === undefined) return fail('name-twice')
  const updated = new Date(places.lastUpdated).toISOString()
  return ok(files.set('provider-metadata.json', providerMetadata(places.publisher, places.folder, updated)))
}

type RecordPlaces = Pick<ProviderPlaces, 'publisher' | 'language' | 'pageOf'>

function recordOf(warning: Warning, { publisher, language, pageOf }: RecordPlaces, from: number): CaseRecord {
  const { number, title, summary, advice, products } = warning
  const [ir, sa, vex] = KINDS.map((kind) => `${PREFIXES[kind]}-${number}`)
  return {
    ...{ publisher, language, title: title[language], summary: summary[language], products },
    ids: {
      csaf_security_incident_response: ir ?? '',
      csaf_security_advisory: sa ?? '',
      csaf_vex: vex ?? '',
    },
    reference: { summary: title[language], url: pageOf(warning) },
    revisions: warning.revisions.slice(from).map((revision, index) => ({
      date: new Date(revision.at).toISOString(),
      number: String(index + 1),
      summary: revision.summary[language],
    })),
    isFinal: warning.revisions.at(-1)?.phase === 'vex',
    vulnerability: {
      ownNumber: number,
      description: summary[language],
      advice: advice.map((step) => step[language]).join('\n'),
    },
  }
}
