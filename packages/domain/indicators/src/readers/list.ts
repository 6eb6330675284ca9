// Plain lists, one value a line, and CSV (RFC 4180; also `;` and tabs).
import { delimiterOf, type Row, rowsOf } from '../csv.ts'
import { readValue } from '../defang.ts'
import { LIMITS, type Observable, type Reading } from '../model.ts'
import { Collected } from '../remarks.ts'

export interface Source {
  readonly caseId: string
  /** Name of the file or address it came from. */
  readonly document: string
}

export function readList(text: string, source: Source): Reading {
  const found = new Collected()
  let number = 0
  for (const line of text.split(/\r\n|[\r\n]/)) {
    number += 1
    const place = `line ${number}`
    const value = withoutComment(line)
    if (value === '') continue
    if (value.length > LIMITS.lineChars) {
      found.remark('too-long', place)
      continue
    }
    const match = /^(domain|url|ip|file|hash|sha256|sha1|md5)\s*[:=]\s*(?!\/\/)(.+)$/i.exec(value)
    const kind = match?.[1]?.toLowerCase().replace(/^(sha256|sha1|md5)$/, 'hash') as Observable['kind']
    const read = match ? readValue(match[2] ?? '', kind) : readValue(value)
    if (read.ok) found.indicator(read.value, { ...source, place })
    else found.remark(read.error, place, value)
  }
  return found.reading('list')
}

function withoutComment(line: string): string {
  const plain = line.replace(/^\uFEFF/, '').trim()
  if (/^(#|;|\/\/)/.test(plain)) return ''
  const comment = plain.search(/\s[#;]/)
  return (comment < 0 ? plain : plain.slice(0, comment)).replace(/^[-*•]\s+/, '').trim()
}

const VALUE_COLUMNS = ['value', 'indicator', 'ioc', 'indicator_value', 'observable', 'wert']
const TYPE_COLUMNS = ['type', 'indicator_type', 'ioc_type', 'kind', 'typ']
const CONFIDENCE_COLUMNS = ['confidence', 'vertrauen']
const FROM_COLUMNS = ['valid_from', 'first_seen', 'firstseen', 'first_valid']
const UNTIL_COLUMNS = ['valid_until', 'last_valid', 'expires', 'expiration']

/** Types as MISP, STIX and common feeds name them. */
const KIND_OF_TYPE = new Map<string, Observable['kind']>(
  Object.entries({
    domain: ['domain', 'hostname', 'domain-name', 'fqdn', 'host'],
    url: ['url', 'uri', 'link'],
    ip: ['ip', 'ipv4', 'ipv6', 'ip-dst', 'ip-src', 'ipv4-addr', 'ipv6-addr'],
    network: ['cidr', 'network'],
    hash: ['sha256', 'sha-256', 'sha1', 'sha-1', 'md5', 'hash'],
    file: ['file', 'filename', 'file-name', 'filepath', 'path'],
  }).flatMap(([kind, types]) => types.map((type) => [type, kind as Observable['kind']] as const)),
)

export function isCsvHeader(line: string): boolean {
  const names = rowsOf(line, delimiterOf(line)).rows[0]?.cells.map(plainName) ?? []
  return names.length > 1 && columnOf(names, VALUE_COLUMNS) >= 0
}

export function readCsv(text: string, source: Source): Reading {
  const found = new Collected()
  const plain = text.replace(/^\uFEFF/, '')
  const firstLine = plain.slice(0, LIMITS.lineChars).split(/[\r\n]/)[0] ?? ''
  const { rows, openAt } = rowsOf(plain, delimiterOf(firstLine))
  const columns = columnsOf(rows[0]?.cells.map(plainName) ?? [])
  if (columns.value < 0) {
    found.remark('no-header', 'line 1', firstLine)
    return found.reading('csv')
  }
  for (const row of rows.slice(1)) readRow(row, columns, source, found)
  if (openAt !== undefined) found.remark('quote-open', `line ${openAt}`)
  return found.reading('csv')
}

type Columns = Readonly<Record<'value' | 'type' | 'confidence' | 'validFrom' | 'validUntil', number>>

/** Where each is; -1 for what is not there. */
function columnsOf(names: readonly string[]): Columns {
  return {
    value: columnOf(names, VALUE_COLUMNS),
    type: columnOf(names, TYPE_COLUMNS),
    confidence: columnOf(names, CONFIDENCE_COLUMNS),
    validFrom: columnOf(names, FROM_COLUMNS),
    validUntil: columnOf(names, UNTIL_COLUMNS),
  }
}

function readRow({ cells, line }: Row, columns: Columns, source: Source, found: Collected): void {
  if (cells.every((cell) => cell.trim() === '')) return
  const place = `line ${line}`
  const cell = (name: keyof Columns): string => cells[columns[name]]?.trim() ?? ''
  const type = cell('type').toLowerCase()
  const kind = KIND_OF_TYPE.get(type)
  if (type !== '' && kind === undefined) {
    found.remark('type-unknown', place, type)
    return
  }
  const read = readValue(cell('value'), kind)
  if (!read.ok) {
    found.remark(read.error, place, cell('value'))
    return
  }
  const [confidence, validFrom, validUntil] = [cell('confidence'), cell('validFrom'), cell('validUntil')]
  found.indicator(read.value, {
    ...{ ...source, place },
    ...(confidence && { confidence }),
    ...(validFrom && { validFrom }),
    ...(validUntil && { validUntil }),
  })
}

const plainName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')

function columnOf(names: readonly string[], wanted: readonly string[]): number {
  return names.findIndex((name) => wanted.includes(name))
}
