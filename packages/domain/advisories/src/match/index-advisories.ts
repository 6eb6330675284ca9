// All products of all advisories about which something is said, ready to be looked up by hash, name and purl.
import { type Platform, platformsIn } from '../platform.ts'
import { type Purl, parsePurl } from '../purl.ts'
import type { StatusName, Vulnerability } from '../read/csaf.ts'
import type { Product } from '../read/product-tree.ts'
import type { Advisory } from '../read/read.ts'
import { productKey } from './product-names.ts'
import { isStricter, type Statement, type Verdict } from './verdict.ts'

export interface Entry {
  readonly product: Product
  readonly verdict: Exclude<Verdict, 'notMentioned'>
  readonly origin: Pick<Statement, 'issuer' | 'advisory' | 'revision' | 'product' | 'productName'>
  readonly key: string | undefined
  readonly platform: Platform | undefined
  readonly purl: Purl | undefined
  /** A part of another product that is no operating system: whether that is there too, nobody reports. */
  readonly isPart: boolean
}

export interface AdvisoryIndex {
  readonly byHash: ReadonlyMap<string, readonly Entry[]>
  readonly byFileName: ReadonlyMap<string, readonly Entry[]>
  readonly byKey: ReadonlyMap<string, readonly Entry[]>
  readonly byPurl: ReadonlyMap<string, readonly Entry[]>
}

const VERDICT_OF: Readonly<Record<StatusName, Entry['verdict'] | undefined>> = {
  first_affected: 'affected',
  known_affected: 'affected',
  last_affected: 'affected',
  known_not_affected: 'notAffected',
  first_fixed: 'fixed',
  fixed: 'fixed',
  recommended: undefined,
  under_investigation: 'underInvestigation',
}

/** Of a product with several vulnerabilities the strictest counts. */
export function statusesOf(vulnerabilities: readonly Vulnerability[]): Map<string, Entry['verdict']> {
  const found = new Map<string, Entry['verdict']>()
  for (const { product_status = {} } of vulnerabilities)
    for (const [name, verdict] of Object.entries(VERDICT_OF))
      for (const id of product_status[name as StatusName] ?? [])
        if (verdict && isStricter(verdict, found.get(id) ?? 'notMentioned')) found.set(id, verdict)
  return found
}

export function indexAdvisories(advisories: readonly Advisory[]): AdvisoryIndex {
  const entries = advisories.flatMap(entriesOf)
  const byEach = (names: (entry: Entry) => readonly string[]) => {
    const index = new Map<string, Entry[]>()
    for (const entry of entries)
      for (const name of new Set(names(entry))) {
        const list = index.get(name)
        if (list) list.push(entry)
        else index.set(name, [entry])
      }
    return index
  }
  return {
    byHash: byEach(({ product }) => product.files.flatMap(({ hashes }) => sha256Of(hashes) ?? [])),
    byFileName: byEach(({ product }) => product.files.map(({ name }) => name.toLowerCase())),
    byKey: byEach(({ key }) => (key === undefined ? [] : [key])),
    byPurl: byEach(({ purl }) => (purl === undefined ? [] : [purlKey(purl)])),
  }
}

export function purlKey({ type, namespace, name }: Purl): string {
  return `${type}/${namespace}/${name}`
}

export function sha256Of(hashes: Readonly<Record<string, string>>): string | undefined {
  return hashes.sha256 ?? hashes['sha-256']
}

function entriesOf({ csaf, products }: Advisory): Entry[] {
  const statuses = statusesOf(csaf.vulnerabilities ?? [])
  const byId = new Map(products.map((product) => [product.id, product]))
  const { tracking, publisher } = csaf.document
  return products.flatMap((product) => {
    const verdict = statuses.get(product.id)
    if (verdict === undefined) return []
    const { base, platform, isPart } = resolve(product, byId)
    const name = base.productNames.at(-1)
    return [
      {
        product: base,
        verdict,
        origin: {
          issuer: publisher.namespace,
          advisory: tracking.id,
          revision: tracking.version,
          product: product.id,
          productName: product.name,
        },
        key: name === undefined ? undefined : productKey(base.vendor, name),
        platform,
        purl: base.purl === undefined ? undefined : parsePurl(base.purl),
        isPart,
      },
    ]
  })
}

interface Resolved {
  readonly base: Product
  readonly platform: Platform | undefined
  readonly isPart: boolean
}

/** "A installed on B" is A on the operating system B; on anything else it is A, with a doubt. */
function resolve(product: Product, byId: ReadonlyMap<string, Product>): Resolved {
  const { relationship } = product
  const inner = relationship && byId.get(relationship.product)
  const host = relationship && byId.get(relationship.to)
  if (!inner || !host) return { base: product, platform: product.platform, isPart: false }
  const resolved = resolve(inner, byId)
  const [named, ...more] = platformsIn(host.name)
  const platform = host.platform ?? (more.length === 0 ? named : undefined)
  if (relationship.category === 'installed_on' && platform !== undefined) return { ...resolved, platform }
  return { ...resolved, isPart: true }
}
