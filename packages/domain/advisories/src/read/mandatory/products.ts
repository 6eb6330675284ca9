// CSAF 2.0 §6.1.1 to §6.1.5, §6.1.13, §6.1.25 and §6.1.31: the product tree is sound.
import { parsePurl } from '../../purl.ts'
import type { Csaf } from '../csaf.ts'
import { branchesOf, concerned, productMentions, productsOf } from '../products.ts'
import { type MandatoryTest, repeated } from './test.ts'

function undefinedProducts(csaf: Csaf): string[] {
  const defined = new Set(productsOf(csaf).map(({ value }) => value.product_id))
  return productMentions(csaf).flatMap(({ value, pointer }) => (defined.has(value) ? [] : [pointer]))
}

function productsDefinedTwice(csaf: Csaf): string[] {
  return repeated(
    productsOf(csaf),
    ({ value }) => value.product_id,
    ({ pointer }) => `${pointer}/product_id`,
  )
}

/** Relationships whose product is, over any number of others, a part of its own definition. */
function circles(csaf: Csaf): string[] {
  const relationships = csaf.product_tree?.relationships ?? []
  const reaches = new Map<string, string[]>()
  for (const { full_product_name, product_reference, relates_to_product_reference } of relationships) {
    const known = reaches.get(full_product_name.product_id) ?? []
    known.push(product_reference, relates_to_product_reference)
    reaches.set(full_product_name.product_id, known)
  }
  const inCircle = new Set(strongCircles(reaches))
  return relationships.flatMap((relationship, index) =>
    inCircle.has(relationship.full_product_name.product_id) ? [`/product_tree/relationships/${index}`] : [],
  )
}

/** What remains after everything was taken away that refers to nothing that remains. */
function strongCircles(reaches: ReadonlyMap<string, readonly string[]>): Iterable<string> {
  const referredBy = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const [id, targets] of reaches) {
    const inner = targets.filter((target) => reaches.has(target))
    open.set(id, inner.length)
    for (const target of inner) {
      const list = referredBy.get(target) ?? []
      list.push(id)
      referredBy.set(target, list)
    }
  }
  const done = [...open].filter(([, count]) => count === 0).map(([id]) => id)
  for (let id = done.pop(); id !== undefined; id = done.pop()) {
    open.delete(id)
    for (const above of referredBy.get(id) ?? []) {
      const left = (open.get(above) ?? 0) - 1
      open.set(above, left)
      if (left === 0) done.push(above)
    }
  }
  return open.keys()
}

function undefinedGroups(csaf: Csaf): string[] {
  const defined = new Set(csaf.product_tree?.product_groups?.map(({ group_id }) => group_id))
  return concerned(csaf, 'group_ids').flatMap(({ value, pointer }) => (defined.has(value) ? [] : [pointer]))
}

function groupsDefinedTwice(csaf: Csaf): string[] {
  const groups = (csaf.product_tree?.product_groups ?? []).map(({ group_id }, index) => ({ group_id, index }))
  return repeated(
    groups,
    ({ group_id }) => group_id,
    ({ index }) => `/product_tree/product_groups/${index}/group_id`,
  )
}

function badPurls(csaf: Csaf): string[] {
  return productsOf(csaf).flatMap(({ value, pointer }) => {
    const purl = value.product_identification_helper?.purl
    if (purl === undefined || parsePurl(purl)) return []
    return [`${pointer}/product_identification_helper/purl`]
  })
}

function repeatedHashes(csaf: Csaf): string[] {
  return productsOf(csaf).flatMap(({ value, pointer }) =>
    (value.product_identification_helper?.hashes ?? []).flatMap(({ file_hashes }, at) =>
      repeated(
        file_hashes.map(({ algorithm }, index) => ({ algorithm, index })),
        ({ algorithm }) => algorithm,
        ({ index }) => `${pointer}/product_identification_helper/hashes/${at}/file_hashes/${index}`,
      ),
    ),
  )
}

const RANGE_WORDS = new Set(['after', 'all', 'before', 'earlier', 'later', 'prior', 'versions'])

function rangesAsVersions(csaf: Csaf): string[] {
  return branchesOf(csaf).flatMap(({ value, pointer }) => {
    if (value.category !== 'product_version') return []
    const words = value.name.toLowerCase().split(/\s+/)
    const isRange = /[<>]/.test(value.name) || words.some((word) => RANGE_WORDS.has(word))
    return isRange ? [`${pointer}/name`] : []
  })
}

export const PRODUCT_TESTS: readonly MandatoryTest[] = [
  {
    id: '6.1.1',
    de: 'Dieses Produkt ist nirgends im Dokument beschrieben.',
    en: 'This product is described nowhere in the document.',
    find: undefinedProducts,
  },
  {
    id: '6.1.2',
    de: 'Diese Produktnummer ist schon vergeben.',
    en: 'This product id is taken already.',
    find: productsDefinedTwice,
  },
  {
    id: '6.1.3',
    de: 'Dieses Produkt ist über Beziehungen Teil von sich selbst.',
    en: 'This product is, through relationships, a part of itself.',
    find: circles,
  },
  {
    id: '6.1.4',
    de: 'Diese Produktgruppe ist nirgends im Dokument beschrieben.',
    en: 'This product group is described nowhere in the document.',
    find: undefinedGroups,
  },
  {
    id: '6.1.5',
    de: 'Diese Gruppennummer ist schon vergeben.',
    en: 'This group id is taken already.',
    find: groupsDefinedTwice,
  },
  { id: '6.1.13', de: 'Diese Package-URL ist ungültig.', en: 'This package URL is invalid.', find: badPurls },
  {
    id: '6.1.25',
    de: 'Für diese Datei steht dasselbe Prüfsummenverfahren zweimal da.',
    en: 'The same checksum algorithm stands twice for this file.',
    find: repeatedHashes,
  },
  {
    id: '6.1.31',
    de: 'Das ist ein Bereich von Versionen und keine einzelne Version.',
    en: 'This is a range of versions and no single version.',
    find: rangesAsVersions,
  },
]
