// Walks over the places of a document where products are defined and mentioned.
import type { Branch, Csaf, FullProductName } from './csaf.ts'
import { STATUS_NAMES } from './csaf.ts'

export interface Placed<T> {
  readonly value: T
  readonly pointer: string
}

export interface PlacedProduct extends Placed<FullProductName> {
  /** The branches above it, outermost first; empty outside of branches. */
  readonly path: readonly Branch[]
}

export function branchesOf(csaf: Csaf): (Placed<Branch> & { readonly path: readonly Branch[] })[] {
  const found: (Placed<Branch> & { readonly path: readonly Branch[] })[] = []
  const walk = (branches: readonly Branch[], pointer: string, above: readonly Branch[]) => {
    for (const [index, value] of branches.entries()) {
      const path = [...above, value]
      found.push({ value, pointer: `${pointer}/${index}`, path })
      walk(value.branches ?? [], `${pointer}/${index}/branches`, path)
    }
  }
  walk(csaf.product_tree?.branches ?? [], '/product_tree/branches', [])
  return found
}

/** Every definition of a product, in branches, in the plain list, and by a relationship. */
export function productsOf(csaf: Csaf): PlacedProduct[] {
  const inBranches = branchesOf(csaf).flatMap(({ value, pointer, path }) =>
    value.product ? [{ value: value.product, pointer: `${pointer}/product`, path }] : [],
  )
  const listed = (csaf.product_tree?.full_product_names ?? []).map((value, index) => ({
    value,
    pointer: `/product_tree/full_product_names/${index}`,
    path: [],
  }))
  const related = (csaf.product_tree?.relationships ?? []).map((relationship, index) => ({
    value: relationship.full_product_name,
    pointer: `/product_tree/relationships/${index}/full_product_name`,
    path: [],
  }))
  return [...inBranches, ...listed, ...related]
}

function placed(values: readonly string[] | undefined, pointer: string): Placed<string>[] {
  return (values ?? []).map((value, index) => ({ value, pointer: `${pointer}/${index}` }))
}

/** Every mention of a product by its id. */
export function productMentions(csaf: Csaf): Placed<string>[] {
  const tree = csaf.product_tree
  const groups = (tree?.product_groups ?? []).flatMap((group, index) =>
    placed(group.product_ids, `/product_tree/product_groups/${index}/product_ids`),
  )
  const relationships = (tree?.relationships ?? []).flatMap((relationship, index) => {
    const pointer = `/product_tree/relationships/${index}`
    return [
      { value: relationship.product_reference, pointer: `${pointer}/product_reference` },
      {
        value: relationship.relates_to_product_reference,
        pointer: `${pointer}/relates_to_product_reference`,
      },
    ]
  })
  const statuses = (csaf.vulnerabilities ?? []).flatMap((vulnerability, index) => {
    const pointer = `/vulnerabilities/${index}`
    const named = STATUS_NAMES.flatMap((name) =>
      placed(vulnerability.product_status?.[name], `${pointer}/product_status/${name}`),
    )
    const scored = (vulnerability.scores ?? []).flatMap((score, at) =>
      placed(score.products, `${pointer}/scores/${at}/products`),
    )
    return [...named, ...scored]
  })
  return [...groups, ...relationships, ...statuses, ...concerned(csaf, 'product_ids')]
}

/** What flags, remediations and threats name. */
export function concerned(csaf: Csaf, key: 'product_ids' | 'group_ids'): Placed<string>[] {
  return (csaf.vulnerabilities ?? []).flatMap((vulnerability, index) =>
    (['flags', 'remediations', 'threats'] as const).flatMap((name) =>
      (vulnerability[name] ?? []).flatMap((item, at) =>
        placed(item[key], `/vulnerabilities/${index}/${name}/${at}/${key}`),
      ),
    ),
  )
}

/** Products of each group. Of a group that is defined twice the first counts. */
export function groupsOf(csaf: Csaf): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, ReadonlySet<string>>()
  for (const { group_id, product_ids } of csaf.product_tree?.product_groups ?? [])
    if (!groups.has(group_id)) groups.set(group_id, new Set(product_ids))
  return groups
}
