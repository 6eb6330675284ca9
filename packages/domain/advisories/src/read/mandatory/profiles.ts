// CSAF 2.0 §6.1.12, §6.1.15, §6.1.26, §6.1.27 and §6.1.28: languages, and what each kind of document must
// have.
import type { Concerned, Csaf, Vulnerability } from '../csaf.ts'
import { isKnownLanguage } from '../language.ts'
import { groupsOf } from '../products.ts'
import type { MandatoryTest } from './test.ts'
import { each } from './vulnerabilities.ts'

const INCIDENT = 'csaf_security_incident_response'
const INFORMATIONAL = 'csaf_informational_advisory'
const ADVISORY = 'csaf_security_advisory'
const VEX = 'csaf_vex'
const PROFILES = new Set(['csaf_base', INCIDENT, INFORMATIONAL, ADVISORY, VEX])
const RESERVED = new Set(['securityincidentresponse', 'informationaladvisory', 'securityadvisory', 'vex'])

function languages({ document }: Csaf): string[] {
  return (['lang', 'source_lang'] as const).flatMap((name) => {
    const tag = document[name]
    return tag === undefined || isKnownLanguage(tag) ? [] : [`/document/${name}`]
  })
}

function category({ document }: Csaf): string[] {
  if (PROFILES.has(document.category)) return []
  const lower = document.category.toLowerCase()
  const isReserved = lower.startsWith('csaf_') || RESERVED.has(lower.replace(/[_\-\s]+/g, ''))
  return isReserved ? ['/document/category'] : []
}

const NOTES = new Set(['description', 'details', 'general', 'summary'])

/** Applies where the document is of one of these kinds. */
function only(kinds: readonly string[], find: MandatoryTest['find']): MandatoryTest['find'] {
  return (csaf) => (kinds.includes(csaf.document.category) ? find(csaf) : [])
}

/** Where a vulnerability is not as `isRight` wants it. */
function every(isRight: (item: Vulnerability) => boolean, name = ''): MandatoryTest['find'] {
  return (csaf) => each(csaf, (item, pointer) => (isRight(item) ? [] : [`${pointer}${name}`]))
}

/** Products of a status for which none of the statements speaks. */
function unspoken(
  status: 'known_affected' | 'known_not_affected',
  statements: (item: Vulnerability) => readonly Concerned[],
): MandatoryTest['find'] {
  return (csaf) => {
    const groups = groupsOf(csaf)
    return each(csaf, (item, pointer) => {
      const spoken = new Set<string>()
      for (const { product_ids = [], group_ids = [] } of statements(item)) {
        for (const id of product_ids) spoken.add(id)
        for (const group of group_ids) for (const id of groups.get(group) ?? []) spoken.add(id)
      }
      return (item.product_status?.[status] ?? []).flatMap((id, index) =>
        spoken.has(id) ? [] : [`${pointer}/product_status/${status}/${index}`],
      )
    })
  }
}

const VEX_STATUSES = ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'] as const
const isImpact = ({ category: kind }: { readonly category: string }) => kind === 'impact'

export const PROFILE_TESTS: readonly MandatoryTest[] = [
  {
    id: '6.1.12',
    de: 'Diese Sprache gibt es nicht.',
    en: 'There is no such language.',
    find: languages,
  },
  {
    id: '6.1.15',
    de: 'Eine Übersetzung muss sagen, aus welcher Sprache.',
    en: 'A translation must say from which language.',
    find: ({ document }) =>
      document.publisher.category === 'translator' && !document.source_lang ? ['/document/source_lang'] : [],
  },
  {
    id: '6.1.26',
    de: 'Dieser Name ist für eine Art von Dokument vergeben, die anders heißt.',
    en: 'This name is kept for a kind of document that is called otherwise.',
    find: category,
  },
  {
    id: '6.1.27.1',
    de: 'Das Dokument braucht eine Beschreibung.',
    en: 'The document needs a description.',
    find: only([INCIDENT, INFORMATIONAL], ({ document }) =>
      document.notes?.some((note) => NOTES.has(note.category)) ? [] : ['/document/notes'],
    ),
  },
  {
    id: '6.1.27.2',
    de: 'Das Dokument braucht einen Verweis nach außen.',
    en: 'The document needs a reference to elsewhere.',
    find: only([INCIDENT, INFORMATIONAL], ({ document }) =>
      document.references?.some((reference) => reference.category === 'external')
        ? []
        : ['/document/references'],
    ),
  },
  {
    id: '6.1.27.3',
    de: 'Diese Art von Dokument darf keine Schwachstellen nennen.',
    en: 'This kind of document must not name vulnerabilities.',
    find: only([INFORMATIONAL], (csaf) => (csaf.vulnerabilities ? ['/vulnerabilities'] : [])),
  },
  {
    id: '6.1.27.4',
    de: 'Diese Art von Dokument muss Produkte nennen.',
    en: 'This kind of document must name products.',
    find: only([ADVISORY, VEX], (csaf) => (csaf.product_tree ? [] : ['/product_tree'])),
  },
  {
    id: '6.1.27.5',
    de: 'Diese Schwachstelle braucht eine Beschreibung.',
    en: 'This vulnerability needs a description.',
    find: only(
      [ADVISORY, VEX],
      every((item) => item.notes !== undefined, '/notes'),
    ),
  },
  {
    id: '6.1.27.6',
    de: 'Diese Schwachstelle muss sagen, welche Produkte sie betrifft.',
    en: 'This vulnerability must say which products it affects.',
    find: only(
      [ADVISORY],
      every((item) => item.product_status !== undefined, '/product_status'),
    ),
  },
  {
    id: '6.1.27.7',
    de: 'Hier fehlt, was behoben, betroffen, nicht betroffen oder in Untersuchung ist.',
    en: 'What is fixed, affected, not affected or under investigation is missing here.',
    find: only(
      [VEX],
      every((item) => VEX_STATUSES.some((name) => item.product_status?.[name]), '/product_status'),
    ),
  },
  {
    id: '6.1.27.8',
    de: 'Diese Schwachstelle braucht eine CVE- oder eine andere Nummer.',
    en: 'This vulnerability needs a CVE or another number.',
    find: only(
      [VEX],
      every((item) => item.cve !== undefined || item.ids !== undefined),
    ),
  },
  {
    id: '6.1.27.9',
    de: 'Warum dieses Produkt nicht betroffen ist, steht nirgends.',
    en: 'Why this product is not affected is said nowhere.',
    find: only(
      [VEX],
      unspoken('known_not_affected', ({ flags = [], threats = [] }) => [
        ...flags,
        ...threats.filter(isImpact),
      ]),
    ),
  },
  {
    id: '6.1.27.10',
    de: 'Was bei diesem betroffenen Produkt zu tun ist, steht nirgends.',
    en: 'What to do about this affected product is said nowhere.',
    find: only(
      [VEX],
      unspoken('known_affected', ({ remediations = [] }) => remediations),
    ),
  },
  {
    id: '6.1.27.11',
    de: 'Diese Art von Dokument muss Schwachstellen nennen.',
    en: 'This kind of document must name vulnerabilities.',
    find: only([ADVISORY, VEX], (csaf) => (csaf.vulnerabilities ? [] : ['/vulnerabilities'])),
  },
  {
    id: '6.1.28',
    de: 'Die Übersetzung hat dieselbe Sprache wie das Original.',
    en: 'The translation has the language of the original.',
    find: ({ document }) =>
      document.lang !== undefined && document.lang === document.source_lang ? ['/document/lang'] : [],
  },
]
