// CSAF 2.0 documents of a case: incident response, security advisory, VEX. Keys are sorted, and what does
// not pass our own reader is not written.
import { fail, ok, type Result } from '@rufwerk/core'
import type { Finding } from '../read/finding.ts'
import type { Json } from '../read/json.ts'
import { writeSorted } from '../read/json.ts'
import { readAdvisory } from '../read/read.ts'
import type { CaseProduct, CaseRecord, CaseStatus, DocumentKind } from './case-record.ts'

const STATUS: Readonly<Record<CaseStatus, string>> = {
  affected: 'known_affected',
  notAffected: 'known_not_affected',
  fixed: 'fixed',
  underInvestigation: 'under_investigation',
}

export function writeDocument(record: CaseRecord, kind: DocumentKind): Result<string, readonly Finding[]> {
  // Dropping what is undefined: a field is there or is not.
  const plain: Json = JSON.parse(JSON.stringify(documentOf(record, kind)))
  const text = `${writeSorted(plain, 2)}\n`
  const read = readAdvisory(text)
  return read.ok ? ok(text) : fail(read.error)
}

function documentOf(record: CaseRecord, kind: DocumentKind) {
  const { publisher, revisions, reference, summary, vulnerability, products } = record
  const [first, last] = [revisions[0], revisions.at(-1)]
  return {
    document: {
      category: kind,
      csaf_version: '2.0',
      distribution: { tlp: { label: 'WHITE', url: 'https://www.first.org/tlp/' } },
      lang: record.language,
      notes: [{ category: 'summary', text: summary }],
      publisher,
      references: [{ category: 'external', ...reference }],
      title: record.title,
      tracking: {
        current_release_date: last?.date,
        id: record.ids[kind],
        initial_release_date: first?.date,
        revision_history: revisions,
        status: record.isFinal ? 'final' : 'interim',
        version: last?.number,
      },
    },
    product_tree: { branches: branchesOf(products) },
    vulnerabilities: [
      {
        cve: vulnerability.cve,
        ids: [{ system_name: publisher.name, text: vulnerability.ownNumber }],
        notes: [{ category: 'description', text: vulnerability.description }],
        product_status: statusesOf(products),
        ...statementsOf(record),
      },
    ],
  }
}

function branchesOf(products: readonly CaseProduct[]) {
  const byVendor = Map.groupBy(products, ({ vendor }) => vendor)
  return [...byVendor].map(([vendor, ofVendor]) => ({
    category: 'vendor',
    name: vendor,
    branches: [...Map.groupBy(ofVendor, ({ product }) => product)].map(([product, versions]) => ({
      category: 'product_name',
      name: product,
      branches: versions.map(versionOf),
    })),
  }))
}

function versionOf({ id, product, version, file }: CaseProduct) {
  const file_hashes = [{ algorithm: 'sha256', value: file?.sha256 }]
  return {
    category: 'product_version',
    name: version,
    product: {
      name: `${product} ${version}`,
      product_id: id,
      product_identification_helper: file && { hashes: [{ file_hashes, filename: file.name }] },
    },
  }
}

function statusesOf(products: readonly CaseProduct[]) {
  const groups = Map.groupBy(products, ({ status }) => STATUS[status])
  return Object.fromEntries([...groups].map(([name, list]) => [name, list.map(({ id }) => id)]))
}

/** What VEX wants besides: what to do, and why a product is not affected (§6.1.27.9, §6.1.27.10). */
function statementsOf({ products, vulnerability }: CaseRecord) {
  const idsOf = (status: CaseStatus) => products.filter((item) => item.status === status).map(({ id }) => id)
  const [affected, clean] = [idsOf('affected'), idsOf('notAffected')]
  const remediation = { category: 'mitigation', details: vulnerability.advice, product_ids: affected }
  const flag = { label: 'vulnerable_code_not_present', product_ids: clean }
  return {
    remediations: affected.length > 0 ? [remediation] : undefined,
    flags: clean.length > 0 ? [flag] : undefined,
  }
}
