// The product tree of CSAF 2.0 §3.2.2 as a flat list: every product with what its branches and its helper
// say.
import { type Platform, platformNamed, platformsIn } from '../platform.ts'
import { type NotEvaluated, parseRange, type VersionRange } from '../versions/range.ts'
import type { Branch, Csaf, Identification } from './csaf.ts'
import { groupsOf, productsOf } from './products.ts'

export interface ProductFile {
  readonly name: string
  /** Lower case, by the name of its algorithm in lower case. */
  readonly hashes: Readonly<Record<string, string>>
}

export interface Product {
  readonly id: string
  /** The full name, for people. */
  readonly name: string
  readonly vendor: string | undefined
  /** Names of the branches `product_name`, and of `product_family`, innermost last. */
  readonly productNames: readonly string[]
  readonly version: string | undefined
  readonly range: VersionRange | NotEvaluated | undefined
  /** Undefined when no branch and no name says one, or when they say several. */
  readonly platform: Platform | undefined
  readonly architecture: string | undefined
  readonly files: readonly ProductFile[]
  readonly purl: string | undefined
  readonly cpe: string | undefined
  readonly modelNumbers: readonly string[]
  readonly serialNumbers: readonly string[]
  readonly groups: readonly string[]
  /** What it is made of: this product `installed_on` that one. */
  readonly relationship:
    | { readonly category: string; readonly product: string; readonly to: string }
    | undefined
}

export function flatten(csaf: Csaf): Product[] {
  const groups = groupsOf(csaf)
  const groupsById = new Map<string, string[]>()
  for (const [group, ids] of groups)
    for (const id of ids) groupsById.set(id, [...(groupsById.get(id) ?? []), group])
  const relationships = new Map(
    (csaf.product_tree?.relationships ?? []).map((item) => [item.full_product_name.product_id, item]),
  )
  return productsOf(csaf).map(({ value, path }) => {
    const related = relationships.get(value.product_id)
    return {
      id: value.product_id,
      name: value.name,
      ...fromBranches(path, value.name),
      ...identified(value.product_identification_helper),
      groups: groupsById.get(value.product_id) ?? [],
      relationship: related && {
        category: related.category,
        product: related.product_reference,
        to: related.relates_to_product_reference,
      },
    }
  })
}

function fromBranches(path: readonly Branch[], fullName: string) {
  const last = (category: string) => path.findLast((branch) => branch.category === category)?.name
  const range = last('product_version_range')
  return {
    vendor: last('vendor'),
    productNames: path
      .filter(({ category }) => category === 'product_family' || category === 'product_name')
      .map(({ name }) => name),
    version: last('product_version'),
    range: range === undefined ? undefined : parseRange(range),
    platform: platformOf(path, fullName),
    architecture: last('architecture'),
  }
}

/**
 * A branch that is an operating system, else the one that names of products say, else the one of the full
 * name.
 */
function platformOf(path: readonly Branch[], fullName: string): Platform | undefined {
  const whole = path.flatMap(({ name }) => platformNamed(name) ?? [])
  const named = path.filter(({ category }) => category === 'product_name' || category === 'product_family')
  const candidates = [whole, named.flatMap(({ name }) => platformsIn(name)), platformsIn(fullName)]
  const said = new Set(candidates.find((found) => found.length > 0))
  const [only] = said
  return said.size === 1 ? only : undefined
}

function identified(helper: Identification | undefined) {
  return {
    files: (helper?.hashes ?? []).map(({ filename, file_hashes }) => ({
      name: filename,
      hashes: Object.fromEntries(
        file_hashes.map(({ algorithm, value }) => [algorithm.toLowerCase(), value.toLowerCase()]),
      ),
    })),
    purl: helper?.purl,
    cpe: helper?.cpe,
    modelNumbers: helper?.model_numbers ?? [],
    serialNumbers: helper?.serial_numbers ?? [],
  }
}
