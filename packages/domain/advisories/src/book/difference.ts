// What a revision changes: products that are more or less, or of which something else is said. Products are
// compared by what they are described as; the ids are the issuer's own and may change.
import type { Entry } from '../match/index-advisories.ts'
import { statusesOf } from '../match/index-advisories.ts'
import type { Product } from '../read/product-tree.ts'
import type { Advisory } from '../read/read.ts'

type Said = Entry['verdict']

export interface Change {
  readonly productName: string
  /** In the newer document where it is there. */
  readonly product: string
  readonly before: Said | undefined
  readonly after: Said | undefined
}

interface Line {
  readonly product: Product
  readonly said: Said
}

function linesOf({ csaf, products }: Advisory): Map<string, Line> {
  const statuses = statusesOf(csaf.vulnerabilities ?? [])
  return new Map(
    products.flatMap((product) => {
      const said = statuses.get(product.id)
      return said === undefined ? [] : [[identityOf(product), { product, said }] as const]
    }),
  )
}

function identityOf({
  vendor,
  productNames,
  platform,
  architecture,
  version,
  range,
  name,
  ...rest
}: Product): string {
  const { relationship } = rest
  const isDescribed = productNames.length > 0 && relationship === undefined
  return JSON.stringify(isDescribed ? [vendor, productNames, platform, architecture, version, range] : [name])
}

/** Sorted as the documents are, what is gone first. */
export function difference(before: Advisory | undefined, after: Advisory): Change[] {
  const old = before === undefined ? new Map<string, Line>() : linesOf(before)
  const fresh = linesOf(after)
  const gone = [...old].filter(([identity]) => !fresh.has(identity))
  const changed = [...fresh].filter(([identity, { said }]) => old.get(identity)?.said !== said)
  return [
    ...gone.map(([, { product, said }]) => change(product, said, undefined)),
    ...changed.map(([identity, { product, said }]) => change(product, old.get(identity)?.said, said)),
  ]
}

function change(product: Product, before: Said | undefined, after: Said | undefined): Change {
  return { productName: product.name, product: product.id, before, after }
}
