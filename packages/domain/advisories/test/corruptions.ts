// For each mandatory test one way to make a good document break it, and nothing else where that is possible.
import { FIXTURES, type Loose, looseCopy } from './fixtures.ts'

export interface Corruption {
  readonly rule: string
  readonly corrupt: (document: Loose) => void
  readonly from?: (typeof FIXTURES)[number]
  /** What the fault breaks besides, in our eyes and in theirs. */
  readonly besides?: readonly string[]
}

const [, INCIDENT, VEX] = FIXTURES
const first = (document: Loose) => document.vulnerabilities[0]
const group = (document: Loose) => document.product_tree.product_groups[0]
const windows = (document: Loose) => document.product_tree.branches[0].branches[0].branches[0]
const cvss = (document: Loose) => first(document).scores[0].cvss_v3

const revision = (number: string, date = '2023-03-31T12:00:00.000Z') => ({ date, number, summary: 'More.' })

function relate(document: Loose, id: string, product: string, to: string): void {
  document.product_tree.relationships ??= []
  document.product_tree.relationships.push({
    category: 'installed_on',
    full_product_name: { name: id, product_id: id },
    product_reference: product,
    relates_to_product_reference: to,
  })
}

function versions(document: Loose, version: string, ...numbers: readonly string[]): void {
  document.document.tracking.version = version
  document.document.tracking.revision_history = numbers.map((number, index) =>
    revision(number, `2023-03-0${index + 1}T12:00:00.000Z`),
  )
}

export const CORRUPTIONS: readonly Corruption[] = [
  { rule: '6.1.1', corrupt: (document) => first(document).product_status.known_affected.push('NOBODY') },
  { rule: '6.1.1', corrupt: (document) => relate(document, 'R', 'NOBODY', '3CXPID-PWA') },
  {
    rule: '6.1.2',
    corrupt: (document) => {
      document.product_tree.full_product_names = [{ name: 'Again', product_id: '3CXPID-PWA' }]
    },
  },
  { rule: '6.1.3', corrupt: (document) => relate(document, 'R', 'R', '3CXPID-PWA') },
  {
    rule: '6.1.3',
    corrupt: (document) => {
      relate(document, 'A', '3CXPID-PWA', 'B')
      relate(document, 'B', 'A', '3CXPID-PWA')
    },
  },
  { rule: '6.1.4', corrupt: (document) => first(document).threats[0].group_ids.push('NOBODY') },
  { rule: '6.1.5', corrupt: (document) => document.product_tree.product_groups.push(group(document)) },
  {
    rule: '6.1.6',
    corrupt: (document) => first(document).product_status.known_not_affected.push('3CXPID-M-0402'),
  },
  {
    rule: '6.1.6',
    corrupt: (document) => {
      first(document).product_status.first_fixed = ['3CXPID-M-0402']
    },
  },
  { rule: '6.1.7', corrupt: (document) => first(document).scores.push(first(document).scores[0]) },
  {
    rule: '6.1.8',
    corrupt: (document) => {
      cvss(document).vectorString = 'CVSS:3.1/AV:Q'
    },
    besides: ['schema'],
  },
  {
    rule: '6.1.8',
    corrupt: (document) => {
      delete cvss(document).baseSeverity
    },
    besides: ['schema'],
  },
  {
    rule: '6.1.9',
    corrupt: (document) => {
      cvss(document).baseScore = 7.9
    },
  },
  {
    rule: '6.1.9',
    corrupt: (document) => {
      cvss(document).baseSeverity = 'LOW'
    },
  },
  {
    rule: '6.1.10',
    corrupt: (document) => {
      cvss(document).attackVector = 'NETWORK'
    },
  },
  {
    rule: '6.1.11',
    corrupt: (document) => {
      first(document).cwe.name = 'Cross-site something'
    },
  },
  {
    rule: '6.1.12',
    corrupt: (document) => {
      document.document.lang = 'ez'
    },
  },
  {
    rule: '6.1.13',
    corrupt: (document) => {
      windows(document).product.product_identification_helper.purl = 'pkg:maven/@1.3.4'
    },
  },
  {
    rule: '6.1.14',
    corrupt: (document) => versions(document, '1', '2', '1'),
    besides: ['6.1.21'],
  },
  {
    rule: '6.1.15',
    corrupt: (document) => {
      document.document.publisher.category = 'translator'
    },
  },
  {
    rule: '6.1.16',
    corrupt: (document) => {
      document.document.tracking.version = '2'
    },
  },
  { rule: '6.1.17', corrupt: (document) => versions(document, '0.9.5', '0.9.5'), besides: ['6.1.18'] },
  { rule: '6.1.18', corrupt: (document) => versions(document, '1', '0', '1') },
  {
    rule: '6.1.19',
    corrupt: (document) => versions(document, '1.0.0', '1.0.0-rc', '1.0.0'),
  },
  {
    rule: '6.1.20',
    corrupt: (document) => versions(document, '1.0.0-alpha', '1.0.0-alpha'),
    besides: ['6.1.17', '6.1.19'],
  },
  { rule: '6.1.21', corrupt: (document) => versions(document, '3', '1', '3') },
  { rule: '6.1.22', corrupt: (document) => versions(document, '1', '1', '1') },
  {
    rule: '6.1.23',
    corrupt: (document) => document.vulnerabilities.push(first(document)),
  },
  {
    rule: '6.1.24',
    corrupt: (document) => {
      const entry = { date: '2023-03-29T10:00:00.000Z', party: 'vendor' }
      first(document).involvements = [
        { ...entry, status: 'contact_attempted' },
        { ...entry, status: 'disputed' },
      ]
    },
  },
  {
    rule: '6.1.25',
    corrupt: (document) => {
      const hashes = windows(document).product.product_identification_helper.hashes[0].file_hashes
      hashes.push({ algorithm: 'sha256', value: 'a'.repeat(64) })
    },
  },
  {
    rule: '6.1.26',
    corrupt: (document) => {
      document.document.category = 'Security_Incident_Response'
    },
  },
  {
    rule: '6.1.26',
    corrupt: (document) => {
      document.document.category = 'csaf_anything'
    },
  },
  {
    rule: '6.1.27.1',
    from: INCIDENT,
    corrupt: (document) => {
      document.document.notes[0].category = 'legal_disclaimer'
    },
  },
  {
    rule: '6.1.27.2',
    from: INCIDENT,
    corrupt: (document) => {
      document.document.references = document.document.references.filter(
        (item: Loose) => item.category === 'self',
      )
    },
  },
  {
    rule: '6.1.27.3',
    corrupt: (document) => {
      document.document.category = 'csaf_informational_advisory'
    },
  },
  {
    rule: '6.1.27.4',
    corrupt: (document) => {
      delete document.product_tree
      document.vulnerabilities = [{ notes: first(document).notes, product_status: { fixed: ['X'] } }]
    },
    besides: ['6.1.1'],
  },
  {
    rule: '6.1.27.5',
    corrupt: (document) => {
      delete first(document).notes
    },
  },
  {
    rule: '6.1.27.6',
    corrupt: (document) => {
      delete first(document).product_status
    },
  },
  {
    rule: '6.1.27.7',
    from: VEX,
    corrupt: (document) => {
      first(document).product_status = { first_fixed: ['3CXPID-PWA'], recommended: ['3CXPID-W-0407'] }
    },
  },
  {
    rule: '6.1.27.8',
    from: VEX,
    corrupt: (document) => {
      delete first(document).cve
    },
  },
  {
    rule: '6.1.27.9',
    from: VEX,
    corrupt: (document) => {
      delete first(document).flags
    },
  },
  {
    rule: '6.1.27.10',
    from: VEX,
    corrupt: (document) => {
      delete first(document).remediations
    },
  },
  {
    rule: '6.1.27.11',
    corrupt: (document) => {
      delete document.vulnerabilities
    },
  },
  {
    rule: '6.1.28',
    corrupt: (document) => {
      document.document.source_lang = 'en-US'
    },
  },
  {
    rule: '6.1.29',
    corrupt: (document) => {
      delete first(document).remediations[0].group_ids
    },
  },
  { rule: '6.1.30', corrupt: (document) => versions(document, '2', '1.0.0', '2') },
  {
    rule: '6.1.31',
    corrupt: (document) => {
      windows(document).name = '<=18.12.407'
    },
  },
  {
    rule: '6.1.31',
    corrupt: (document) => {
      windows(document).name = '18.12.407 and Earlier'
    },
  },
  {
    rule: '6.1.32',
    corrupt: (document) => {
      delete first(document).flags[0].product_ids
    },
  },
  {
    rule: '6.1.33',
    corrupt: (document) => {
      first(document).flags.push({ label: 'component_not_present', product_ids: ['3CXPID-PWA'] })
      // The library looks only at documents whose groups have no summary.
      delete group(document).summary
    },
  },
]

export function corrupted({ corrupt, from }: Corruption): Loose {
  const document = looseCopy(from)
  corrupt(document)
  // Lists that were put in twice must be two: a copy through text.
  return JSON.parse(JSON.stringify(document))
}
