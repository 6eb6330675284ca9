// Indicators as rules of Sigma (specification 2): one document for each kind of log they can stand in.
import { fail, ok, type Result } from '@rufwerk/core'
import { checkIndicators, type Indicator, type IndicatorProblem, isTime, isUuid } from './indicator.ts'

type Category = 'dns' | 'proxy' | 'firewall' | 'file_event' | 'process_creation'

/** Field of the taxonomy and value as Sigma writes it, of each kind. */
const PLACES: Readonly<
  Record<
    Category,
    { readonly title: string; readonly fieldsOf: (one: Indicator) => readonly (readonly [string, string])[] }
  >
> = {
  dns: {
    title: 'names looked up',
    fieldsOf: ({ kind, value }) => (kind === 'domain' ? [['query', escaped(value)]] : []),
  },
  proxy: {
    title: 'pages asked for',
    fieldsOf({ kind, value }) {
      if (kind === 'domain') return [['cs-host', escaped(value)]]
      return kind === 'url' ? [['c-uri', escaped(value)]] : []
    },
  },
  firewall: {
    title: 'addresses called',
    fieldsOf: ({ kind, value }) => (kind === 'ipv4' || kind === 'ipv6' ? [['dst_ip', escaped(value)]] : []),
  },
  file_event: {
    title: 'files written',
    fieldsOf: ({ kind, value }) =>
      kind === 'file-name'
        ? ['\\', '/'].map((before) => ['TargetFilename|endswith', escaped(`${before}${value}`)] as const)
        : [],
  },
  process_creation: {
    title: 'programs started',
    fieldsOf({ kind, value }) {
      const name = kind === 'sha256' || kind === 'sha1' || kind === 'md5' ? kind.toUpperCase() : undefined
      return name === undefined ? [] : [['Hashes|contains', `${name}=${value.toUpperCase()}`]]
    },
  },
}

export const SIGMA_CATEGORIES = Object.keys(PLACES) as readonly Category[]

export interface SigmaWish {
  /** Of the case, part of each title. */
  readonly name: string
  /** UUID version 4 of each document. */
  readonly ids: Readonly<Record<Category, string>>
  /** UTC milliseconds. */
  readonly at: number
}

const NAME_CHARS_MAX = 200

export function writeSigma(
  indicators: readonly Indicator[],
  { name, ids, at }: SigmaWish,
): Result<string, { readonly code: IndicatorProblem; readonly at: number }> {
  if (!SIGMA_CATEGORIES.every((category) => isUuid(ids[category]))) return fail({ code: 'id', at: -1 })
  if (!isTime(at)) return fail({ code: 'time', at: -1 })
  if (name.length > NAME_CHARS_MAX || /[\p{C}\p{Zl}\p{Zp}]/u.test(name)) return fail({ code: 'text', at: -1 })
  const checked = checkIndicators(indicators)
  if (!checked.ok) return checked
  const documents = SIGMA_CATEGORIES.flatMap((category) => {
    const byField = fieldsOf(checked.value, category)
    if (byField.size === 0) return []
    const selections = [...byField].flatMap(([field, values], number) => [
      `    selection_${number + 1}:`,
      `        ${field}:`,
      ...values.map((value) => `            - ${quoted(value)}`),
    ])
    return [
      [
        `title: ${quoted(`${name}: ${PLACES[category].title}`)}`,
        `id: ${ids[category]}`,
        'status: experimental',
        `date: ${new Date(at).toISOString().slice(0, 10)}`,
        'logsource:',
        `    category: ${category}`,
        'detection:',
        ...selections,
        '    condition: 1 of selection_*',
        'level: high',
        '',
      ].join('\n'),
    ]
  })
  return ok(documents.join('---\n'))
}

function fieldsOf(
  indicators: readonly Indicator[],
  category: Category,
): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>()
  for (const one of indicators)
    for (const [field, value] of PLACES[category].fieldsOf(one)) {
      const values = fields.get(field)
      if (values === undefined) fields.set(field, [value])
      else values.push(value)
    }
  return fields
}

/** A backslash stands before a wildcard that is none, and before itself. */
const escaped = (value: string): string => value.replace(/[\\*?]/g, '\\$&')

/** A single-quoted scalar (YAML 1.2 §7.3.2): only the quote itself is doubled. */
const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`
