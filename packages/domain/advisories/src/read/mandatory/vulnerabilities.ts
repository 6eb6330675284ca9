// CSAF 2.0 §6.1.6, §6.1.7, §6.1.11, §6.1.23, §6.1.24, §6.1.29, §6.1.32 and §6.1.33: what is said about
// products does not contradict itself.

import type { Concerned, Csaf, StatusName, Vulnerability } from '../csaf.ts'
import cwe from '../cwe.json' with { type: 'json' }
import { groupsOf } from '../products.ts'
import { type MandatoryTest, repeated } from './test.ts'

/** Calls `find` for each vulnerability, with the pointer to it. */
export function each(
  csaf: Csaf,
  find: (vulnerability: Vulnerability, pointer: string) => readonly string[],
): string[] {
  return (csaf.vulnerabilities ?? []).flatMap((item, index) => find(item, `/vulnerabilities/${index}`))
}

const CONTRADICTING: readonly (readonly StatusName[])[] = [
  ['first_affected', 'known_affected', 'last_affected'],
  ['known_not_affected'],
  ['first_fixed', 'fixed'],
  ['under_investigation'],
]

function contradictions(vulnerability: Vulnerability, pointer: string): string[] {
  const firstGroup = new Map<string, number>()
  const found: string[] = []
  for (const [group, names] of CONTRADICTING.entries())
    for (const name of names)
      for (const [index, id] of (vulnerability.product_status?.[name] ?? []).entries()) {
        const first = firstGroup.get(id) ?? group
        firstGroup.set(id, first)
        if (first !== group) found.push(`${pointer}/product_status/${name}/${index}`)
      }
  return found
}

function scoredTwice(vulnerability: Vulnerability, pointer: string): string[] {
  const scored = (vulnerability.scores ?? []).flatMap((score, at) =>
    [score.cvss_v2, score.cvss_v3].flatMap((cvss) =>
      score.products.map((id, index) => ({ cvss, id, pointer: `${pointer}/scores/${at}/products/${index}` })),
    ),
  )
  return repeated(
    scored.filter(({ cvss }) => cvss !== undefined),
    ({ cvss, id }) => `${cvss?.version} ${id}`,
    (item) => item.pointer,
  )
}

const CWE_NAMES: Readonly<Record<string, string>> = cwe.names

function wrongCwe({ cwe: given }: Vulnerability, pointer: string): string[] {
  if (!given) return []
  const number = given.id.slice('CWE-'.length)
  if (!Object.hasOwn(CWE_NAMES, number)) return [`${pointer}/cwe/id`]
  return CWE_NAMES[number] === given.name ? [] : [`${pointer}/cwe/name`]
}

function repeatedCves(csaf: Csaf): string[] {
  const all = (csaf.vulnerabilities ?? []).map(({ cve }, index) => ({ cve, index }))
  return repeated(
    all.filter(({ cve }) => cve !== undefined),
    ({ cve }) => String(cve),
    ({ index }) => `/vulnerabilities/${index}/cve`,
  )
}

function repeatedInvolvements(vulnerability: Vulnerability, pointer: string): string[] {
  const all = (vulnerability.involvements ?? []).map(({ party, date }, index) => ({ party, date, index }))
  return repeated(
    all.filter(({ date }) => date !== undefined),
    ({ party, date }) => `${party} ${date}`,
    ({ index }) => `${pointer}/involvements/${index}`,
  )
}

const namesNobody = ({ product_ids, group_ids }: Concerned) =>
  product_ids === undefined && group_ids === undefined

function withoutProducts(items: readonly Concerned[] | undefined, pointer: string): string[] {
  return (items ?? []).flatMap((item, index) => (namesNobody(item) ? [`${pointer}/${index}`] : []))
}

/** All labels of CSAF 2.0 are justifications of VEX: a product has one at most. */
function severalFlags(csaf: Csaf): string[] {
  const groups = groupsOf(csaf)
  return each(csaf, ({ flags = [] }, pointer) => {
    const flagged = new Set<string>()
    return flags.flatMap((flag, index) => {
      const own = new Set(flag.product_ids)
      for (const id of flag.group_ids ?? []) for (const product of groups.get(id) ?? []) own.add(product)
      const isRepeated = [...own].some((id) => flagged.has(id))
      for (const id of own) flagged.add(id)
      return isRepeated ? [`${pointer}/flags/${index}`] : []
    })
  })
}

export const VULNERABILITY_TESTS: readonly MandatoryTest[] = [
  {
    id: '6.1.6',
    de: 'Über dieses Produkt stehen hier Angaben, die sich widersprechen.',
    en: 'What is said about this product here contradicts itself.',
    find: (csaf) => each(csaf, contradictions),
  },
  {
    id: '6.1.7',
    de: 'Dieses Produkt hat zwei Bewertungen nach derselben Version von CVSS.',
    en: 'This product has two scores of the same version of CVSS.',
    find: (csaf) => each(csaf, scoredTwice),
  },
  {
    id: '6.1.11',
    de: 'Diese Nummer gibt es in CWE nicht, oder sie heißt dort anders.',
    en: 'CWE does not have this number, or has another name for it.',
    find: (csaf) => each(csaf, wrongCwe),
  },
  {
    id: '6.1.23',
    de: 'Diese CVE-Nummer steht schon bei einer anderen Schwachstelle.',
    en: 'This CVE number stands at another vulnerability already.',
    find: repeatedCves,
  },
  {
    id: '6.1.24',
    de: 'Für diesen Beteiligten und diesen Zeitpunkt gibt es schon einen Eintrag.',
    en: 'There is an entry for this party and time already.',
    find: (csaf) => each(csaf, repeatedInvolvements),
  },
  {
    id: '6.1.29',
    de: 'Diese Maßnahme sagt nicht, für welches Produkt sie gilt.',
    en: 'This remediation does not say for which product it is.',
    find: (csaf) =>
      each(csaf, (item, pointer) => withoutProducts(item.remediations, `${pointer}/remediations`)),
  },
  {
    id: '6.1.32',
    de: 'Diese Begründung sagt nicht, für welches Produkt sie gilt.',
    en: 'This flag does not say for which product it is.',
    find: (csaf) => each(csaf, (item, pointer) => withoutProducts(item.flags, `${pointer}/flags`)),
  },
  {
    id: '6.1.33',
    de: 'Ein Produkt hat hier mehr als eine Begründung.',
    en: 'A product has more than one justification here.',
    find: severalFlags,
  },
]
