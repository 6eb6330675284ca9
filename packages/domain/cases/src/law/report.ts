// Forms for authorities, filled in as far as a case knows. What nobody has said stands there as not known:
// nothing is guessed, and nothing is sent from here.
import { threatLevelName } from '@rufwerk/advisories'
import { fail, ok, type Result } from '@rufwerk/core'
import { WORDS_CHARS_MAX } from '../limits.ts'
import type { Case } from '../state.ts'
import { type LawClock, VERIFY } from './clock.ts'
import { DUTIES, type Law, type Stage } from './duties.ts'

export type Language = 'de' | 'en'

const LABELS = {
  entity: ['Meldende Stelle', 'Reporting entity'],
  contact: ['Ansprechstelle', 'Point of contact'],
  becameAwareAt: ['Kenntnis seit', 'Became aware at'],
  description: ['Was geschehen ist', 'What happened'],
  severity: ['Einstufung (Stufen des BSI)', 'Severity (levels of the BSI)'],
  products: ['Betroffene Produkte', 'Products concerned'],
  indicators: ['Kompromittierungsindikatoren (SHA-256)', 'Indicators of compromise (SHA-256)'],
  suspectedUnlawful: [
    'Rechtswidrige oder böswillige Handlung vermutet',
    'Suspected unlawful or malicious act',
  ],
  crossBorder: ['Grenzüberschreitende Auswirkungen', 'Cross-border impact'],
  memberStates: ['Mitgliedstaaten mit dem Produkt', 'Member States where the product is available'],
  impact: ['Auswirkungen', 'Impact'],
  rootCause: ['Ursache', 'Root cause'],
  measures: ['Ergriffene und geplante Maßnahmen', 'Measures taken and planned'],
  people: ['Kategorien und ungefähre Zahl betroffener Personen', 'Categories and number of data subjects'],
  records: ['Kategorien und ungefähre Zahl der Datensätze', 'Categories and number of records'],
  protectionOfficer: ['Datenschutzbeauftragte Person', 'Data protection officer'],
  consequences: ['Wahrscheinliche Folgen', 'Likely consequences'],
  delay: ['Gründe einer Verzögerung', 'Reasons for a delay'],
} as const

export type FactName = keyof typeof LABELS
/** What people have said; it goes before what the case knows by itself. */
export type Facts = Readonly<Partial<Record<FactName, string>>>

const COMMON: readonly FactName[] = ['entity', 'contact', 'becameAwareAt', 'description']
const EARLY: Readonly<Record<Law, readonly FactName[]>> = {
  nis2: ['suspectedUnlawful', 'crossBorder'],
  gdpr: [],
  'cra-vulnerability': ['products', 'memberStates'],
  'cra-incident': ['products', 'suspectedUnlawful', 'memberStates'],
}
const NOTIFIED: readonly FactName[] = ['severity', 'products', 'impact', 'indicators', 'measures']
const GDPR: readonly FactName[] = [
  'people',
  'records',
  'protectionOfficer',
  'consequences',
  'measures',
  'delay',
]

function factsIn(law: Law, stage: Stage): readonly FactName[] {
  if (law === 'gdpr') return [...COMMON, ...GDPR]
  const early = [...COMMON, ...EARLY[law]]
  if (stage === 'early-warning') return early
  const notified = [...new Set([...early, ...NOTIFIED])]
  return stage === 'notification' ? notified : [...notified, 'rootCause']
}

export interface AuthorityReport {
  readonly law: Law
  readonly stage: Stage
  readonly article: string
  readonly language: Language
  readonly case: string
  readonly verify: string
  /** `null`: not known at the time of the report. */
  readonly fields: readonly {
    readonly name: FactName
    readonly label: string
    readonly value: string | null
  }[]
}

/** Of which fact is too long, or that the law has no such stage. */
export function authorityReport(
  one: Case,
  { law, becameAwareAt }: LawClock,
  stage: Stage,
  language: Language,
  facts: Facts,
): Result<AuthorityReport, FactName | 'unknown-stage'> {
  const duty = DUTIES.find((known) => known.law === law && known.stage === stage)
  if (duty === undefined) return fail('unknown-stage')
  const known: Facts = { ...ofCase(one, language), becameAwareAt: new Date(becameAwareAt).toISOString() }
  const names = factsIn(law, stage)
  const long = names.find((name) => (facts[name]?.length ?? 0) > WORDS_CHARS_MAX)
  if (long !== undefined) return fail(long)
  const fields = names.map((name) => {
    const [de, en] = LABELS[name]
    const said = name === 'becameAwareAt' ? undefined : facts[name]?.trim()
    const value = said === undefined || said === '' ? (known[name] ?? null) : said
    return { name, label: language === 'de' ? de : en, value }
  })
  const { article } = duty
  return ok({ law, stage, article, language, case: one.id, verify: VERIFY[language], fields })
}

/** What follows from the reports without a judgement. */
function ofCase({ intakes, hashes, level }: Case, language: Language): Facts {
  const products = intakes.flatMap(({ report: { product, version } }) =>
    product === undefined ? [] : [version === undefined ? product : `${product} ${version}`],
  )
  const first = intakes.find(({ report }) => report.words !== '')
  const list = (items: readonly string[]) => [...new Set(items)].join(', ')
  return {
    ...(first !== undefined && { description: first.report.words }),
    ...(products.length > 0 && { products: list(products) }),
    ...(hashes.length > 0 && { indicators: list(hashes) }),
    severity: threatLevelName(level)[language],
  }
}

const UNKNOWN = {
  de: 'zum Zeitpunkt der Meldung nicht bekannt',
  en: 'not known at the time of the report',
} as const
const STAGE_NAMES = {
  'early-warning': ['Frühwarnung', 'Early warning'],
  notification: ['Meldung', 'Notification'],
  'final-report': ['Abschlussbericht', 'Final report'],
} as const

/** Lines of a value are indented: no value can look like a field of its own. */
export function reportText({ language, stage, article, verify, case: id, fields }: AuthorityReport): string {
  const [de, en] = STAGE_NAMES[stage]
  const head = [
    `${language === 'de' ? de : en}: ${article} (${verify})`,
    `${language === 'de' ? 'Fall' : 'Case'}: ${id}`,
  ]
  const lines = fields.map(({ label, value }) => {
    const said = (value ?? UNKNOWN[language]).split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    return `${label}:\n${said.map((line) => `  ${line}`).join('\n')}`
  })
  return `${[...head, ...lines].join('\n\n')}\n`
}
