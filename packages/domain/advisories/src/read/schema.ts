// The shape of a CSAF 2.0 document (chapter 3 of the standard).
import { METRICS_2, METRICS_3, type Metric, readVector } from './cvss-metrics.ts'
import { list, oneOf, record, type Shape, text } from './shape.ts'
import { date, documentVersion, isCpe, isUri, language, uri } from './texts.ts'

const texts = list(text())
const uniqueTexts = list(text(), { isUnique: true })

const acknowledgments = list(
  record({ names: texts, organization: text(), summary: text(), urls: list(uri) }, { min: 1 }),
)
const notes = list(
  record({
    audience: text(),
    'category!': oneOf('description', 'details', 'faq', 'general', 'legal_disclaimer', 'other', 'summary'),
    'text!': text(),
    title: text(),
  }),
)
const references = list(record({ category: oneOf('external', 'self'), 'summary!': text(), 'url!': uri }))

const isHash = (given: string) => /^[0-9a-fA-F]{32,}$/.test(given)
const hash = text(isHash, { de: 'Hier muss eine Prüfsumme stehen.', en: 'A checksum must stand here.' })
const cpe = text(isCpe, { de: 'Hier muss ein CPE-Name stehen.', en: 'A CPE name must stand here.' })
const isPurl = (given: string) => isUri(given) && /^pkg:[A-Za-z.+-][A-Za-z0-9.+-]*\/.+/.test(given)
const purl = text(isPurl, { de: 'Hier muss eine Package-URL stehen.', en: 'A package URL must stand here.' })

const identification = record(
  {
    cpe,
    hashes: list(
      record({ 'file_hashes!': list(record({ 'algorithm!': text(), 'value!': hash })), 'filename!': text() }),
    ),
    model_numbers: uniqueTexts,
    purl,
    sbom_urls: list(uri),
    serial_numbers: uniqueTexts,
    skus: texts,
    x_generic_uris: list(record({ 'namespace!': uri, 'uri!': uri })),
  },
  { min: 1 },
)
const product = record({
  'name!': text(),
  'product_id!': text(),
  product_identification_helper: identification,
})

const BRANCH_CATEGORIES = [
  ...['architecture', 'host_name', 'language', 'legacy', 'patch_level', 'product_family', 'product_name'],
  ...['product_version', 'product_version_range', 'service_pack', 'specification', 'vendor'],
]
const branches: Shape = list({
  is: 'later',
  shape: () =>
    record(
      { branches, 'category!': oneOf(...BRANCH_CATEGORIES), 'name!': text(), product },
      { min: 3, max: 3 },
    ),
})
const productTree = record(
  {
    branches,
    full_product_names: list(product),
    product_groups: list(
      record({
        'group_id!': text(),
        'product_ids!': list(text(), { min: 2, isUnique: true }),
        summary: text(),
      }),
    ),
    relationships: list(
      record({
        'category!': oneOf(
          ...['default_component_of', 'external_component_of', 'installed_on', 'installed_with'],
          'optional_component_of',
        ),
        'full_product_name!': product,
        'product_reference!': text(),
        'relates_to_product_reference!': text(),
      }),
    ),
  },
  { min: 1 },
)

const outsideWithout = (edge: RegExp) => (given: string) =>
  given !== '' &&
  !edge.test(given[0] ?? '') &&
  !edge.test(given.at(-1) ?? '') &&
  !/[\n\r\u2028\u2029]/.test(given)
const trackingId = text(outsideWithout(/\s/), {
  de: 'Die Nummer darf nicht mit Leerraum anfangen oder enden.',
  en: 'The number must not begin or end with white space.',
})
const category = text(outsideWithout(/[\s\-_.]/), {
  de: 'Die Art darf nicht mit Leerraum, Strich oder Punkt anfangen oder enden.',
  en: 'The category must not begin or end with white space, a dash or a dot.',
})

const document = record({
  acknowledgments,
  aggregate_severity: record({ namespace: uri, 'text!': text() }),
  'category!': category,
  'csaf_version!': oneOf('2.0'),
  distribution: record(
    { text: text(), tlp: record({ 'label!': oneOf('AMBER', 'GREEN', 'RED', 'WHITE'), url: uri }) },
    { min: 1 },
  ),
  lang: language,
  notes,
  'publisher!': record({
    'category!': oneOf('coordinator', 'discoverer', 'other', 'translator', 'user', 'vendor'),
    contact_details: text(),
    issuing_authority: text(),
    'name!': text(),
    'namespace!': uri,
  }),
  references,
  source_lang: language,
  'title!': text(),
  'tracking!': record({
    aliases: uniqueTexts,
    'current_release_date!': date,
    generator: record({ date, 'engine!': record({ 'name!': text(), version: text() }) }),
    'id!': trackingId,
    'initial_release_date!': date,
    'revision_history!': list(
      record({ 'date!': date, legacy_version: text(), 'number!': documentVersion, 'summary!': text() }),
    ),
    'status!': oneOf('draft', 'final', 'interim'),
    'version!': documentVersion,
  }),
})

function cvss(version: string, metrics: readonly Metric[]): Shape {
  const score: Shape = { is: 'number', min: 0, max: 10 }
  const severity = oneOf('NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL')
  const vector = text((given) => readVector(given, version) !== undefined, {
    de: `Hier muss ein Vektor von CVSS ${version} stehen.`,
    en: `A vector of CVSS ${version} must stand here.`,
  })
  const values = metrics.map(([name, , of]) => [name, oneOf(...Object.keys(of))] as const)
  const severities = {
    'baseSeverity!': severity,
    temporalSeverity: severity,
    environmentalSeverity: severity,
  }
  return record({
    'version!': oneOf(version),
    'vectorString!': vector,
    'baseScore!': score,
    temporalScore: score,
    environmentalScore: score,
    ...Object.fromEntries(values),
    ...(version === '2.0' ? {} : severities),
  })
}

const pattern = (expression: RegExp, what: string) =>
  text((given) => expression.test(given), {
    de: `Hier muss eine ${what}-Nummer stehen.`,
    en: `A ${what} number must stand here.`,
  })

const about = { date, group_ids: uniqueTexts, product_ids: uniqueTexts }
const vulnerability = record(
  {
    acknowledgments,
    cve: pattern(/^CVE-[0-9]{4}-[0-9]{4,}$/, 'CVE'),
    cwe: record({ 'id!': pattern(/^CWE-[1-9]\d{0,5}$/, 'CWE'), 'name!': text() }),
    discovery_date: date,
    flags: list(
      record({
        ...about,
        'label!': oneOf(
          ...['component_not_present', 'inline_mitigations_already_exist', 'vulnerable_code_not_present'],
          ...['vulnerable_code_cannot_be_controlled_by_adversary', 'vulnerable_code_not_in_execute_path'],
        ),
      }),
      { isUnique: true },
    ),
    ids: list(record({ 'system_name!': text(), 'text!': text() }), { isUnique: true }),
    involvements: list(
      record({
        date,
        'party!': oneOf('coordinator', 'discoverer', 'other', 'user', 'vendor'),
        'status!': oneOf(
          'completed',
          'contact_attempted',
          'disputed',
          'in_progress',
          'not_contacted',
          'open',
        ),
        summary: text(),
      }),
      { isUnique: true },
    ),
    notes,
    product_status: record(
      Object.fromEntries(
        [
          ...[
            'first_affected',
            'first_fixed',
            'fixed',
            'known_affected',
            'known_not_affected',
            'last_affected',
          ],
          ...['recommended', 'under_investigation'],
        ].map((name) => [name, uniqueTexts]),
      ),
      { min: 1 },
    ),
    references,
    release_date: date,
    remediations: list(
      record({
        ...about,
        'category!': oneOf('mitigation', 'no_fix_planned', 'none_available', 'vendor_fix', 'workaround'),
        'details!': text(),
        entitlements: texts,
        restart_required: record({
          'category!': oneOf(
            ...['connected', 'dependencies', 'machine', 'none', 'parent', 'service', 'system'],
            ...['vulnerable_component', 'zone'],
          ),
          details: text(),
        }),
        url: uri,
      }),
    ),
    scores: list(
      record(
        {
          cvss_v2: cvss('2.0', METRICS_2),
          cvss_v3: {
            is: 'by-version',
            shapes: { '3.0': cvss('3.0', METRICS_3), '3.1': cvss('3.1', METRICS_3) },
          },
          'products!': uniqueTexts,
        },
        { min: 2 },
      ),
    ),
    threats: list(
      record({ ...about, 'category!': oneOf('exploit_status', 'impact', 'target_set'), 'details!': text() }),
    ),
    title: text(),
  },
  { min: 1 },
)

export const CSAF_SHAPE: Shape = record({
  'document!': document,
  product_tree: productTree,
  vulnerabilities: list(vulnerability),
})
