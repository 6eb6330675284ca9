// CSAF 2.0: hashes and names of files in /product_tree, of products that are affected. A hash of a repaired
// product is no indicator.
import { readValue } from '../defang.ts'
import type { Observable, Provenance, Reading } from '../model.ts'
import { Collected } from '../remarks.ts'
import { type Json, listOf, objectOf, parseJson, textOf } from './json.ts'
import type { Source } from './list.ts'

const AFFECTED = ['known_affected', 'first_affected', 'last_affected']
const OTHER = ['known_not_affected', 'fixed', 'first_fixed', 'recommended', 'under_investigation']

export function isCsaf(json: unknown): boolean {
  return textOf(objectOf(objectOf(json)?.document)?.csaf_version) !== undefined
}

export function readCsaf(text: string, source: Source): Reading {
  const found = new Collected()
  const parsed = parseJson(text)
  if (!parsed.ok) found.remark(parsed.error.code, '/', parsed.error.about)
  else if (!isCsaf(parsed.value)) found.remark('not-this-format', '/document', 'CSAF 2.0')
  else readDocument(objectOf(parsed.value) ?? {}, source, found)
  return found.reading('csaf')
}

interface Statuses {
  readonly affected: ReadonlySet<string>
  readonly other: ReadonlySet<string>
}

function readDocument(root: Json, source: Source, found: Collected): void {
  const tracking = objectOf(objectOf(root.document)?.tracking)
  const from = { ...source, document: textOf(tracking?.id) ?? source.document }
  const statuses = statusesOf(root)
  const tree = objectOf(root.product_tree)
  if (tree === undefined) {
    found.remark('field-missing', '/product_tree')
    return
  }
  const visit = (value: unknown, place: string): void => readProduct(value, place, from, statuses, found)
  for (const [at, one] of listOf(tree.full_product_names).entries())
    visit(one, `/product_tree/full_product_names/${at}`)
  for (const [at, one] of listOf(tree.relationships).entries())
    visit(objectOf(one)?.full_product_name, `/product_tree/relationships/${at}/full_product_name`)
  // Depth is bounded by the reader of JSON.
  const walk = (branches: unknown, place: string): void => {
    for (const [at, one] of listOf(branches).entries()) {
      const branch = objectOf(one)
      if (branch?.product !== undefined) visit(branch.product, `${place}/${at}/product`)
      walk(branch?.branches, `${place}/${at}/branches`)
    }
  }
  walk(tree.branches, '/product_tree/branches')
}

function statusesOf(root: Json): Statuses {
  const affected = new Set<string>()
  const other = new Set<string>()
  for (const vulnerability of listOf(root.vulnerabilities)) {
    const status = objectOf(objectOf(vulnerability)?.product_status) ?? {}
    for (const name of AFFECTED) for (const id of listOf(status[name])) affected.add(String(id))
    for (const name of OTHER) for (const id of listOf(status[name])) other.add(String(id))
  }
  return { affected, other }
}

function readProduct(
  value: unknown,
  place: string,
  source: Source,
  { affected, other }: Statuses,
  found: Collected,
): void {
  const product = objectOf(value)
  const hashes = listOf(objectOf(product?.product_identification_helper)?.hashes)
  if (product === undefined || hashes.length === 0) return
  const id = textOf(product.product_id) ?? ''
  const isSaid = affected.size + other.size > 0
  if (isSaid && !affected.has(id)) {
    found.remark('not-affected', place, textOf(product.name) ?? id)
    return
  }
  for (const [at, one] of hashes.entries()) {
    const here = `${place}/product_identification_helper/hashes/${at}`
    const entry = objectOf(one)
    for (const [index, fileHash] of listOf(entry?.file_hashes).entries()) {
      const { algorithm, value: hash } = objectOf(fileHash) ?? {}
      const from = { ...source, place: `${here}/file_hashes/${index}` }
      if (!/^(sha-?256|sha-?1|md5)$/i.test(String(algorithm)))
        found.remark('hash-unknown', from.place, String(algorithm))
      else takeValue(textOf(hash) ?? '', 'hash', from, found)
    }
    const name = textOf(entry?.filename)
    if (name !== undefined) takeValue(name, 'file', { ...source, place: `${here}/filename` }, found)
  }
}

export function takeValue(text: string, kind: Observable['kind'], from: Provenance, found: Collected): void {
  const read = readValue(text, kind)
  if (read.ok) found.indicator(read.value, from)
  else found.remark(read.error, from.place, text)
}
