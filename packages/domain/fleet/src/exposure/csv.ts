// The exposure as CSV (RFC 4180) for spreadsheets. What others wrote stays text: a cell that would begin a
// formula gets an apostrophe in front.
import type { Exposed, Exposure, Reason } from './exposure.ts'

const COLUMNS = {
  de: [
    'Zustand',
    'Gerät',
    'Seriennummer',
    'Person',
    'Standort',
    'System',
    'Programm',
    'Fassung',
    'Seit',
    'Zuletzt',
  ],
  en: [
    'State',
    'Device',
    'Serial number',
    'Person',
    'Site',
    'System',
    'Program',
    'Version',
    'Since',
    'Last seen',
  ],
} as const
const MORE = {
  de: ['Adressen', 'Quelle', 'Grund'],
  en: ['Addresses', 'Source', 'Reason'],
} as const
const STATES = {
  de: {
    affected: 'betroffen',
    unknown: 'unbekannt',
    underInvestigation: 'in Untersuchung',
    clean: 'nicht betroffen',
  },
  en: {
    affected: 'affected',
    unknown: 'unknown',
    underInvestigation: 'under investigation',
    clean: 'not affected',
  },
} as const

/** A row for each reason, one for a device without. Lines end with CRLF; a byte order mark is not there. */
export function exposureCsv({ devices }: Exposure, language: 'de' | 'en'): string {
  const rows = devices.flatMap((device) =>
    (device.reasons.length === 0 ? [undefined] : device.reasons).map((reason) =>
      row(device, reason, language),
    ),
  )
  const lines = [[...COLUMNS[language], ...MORE[language]], ...rows]
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}

function row(device: Exposed, reason: Reason | undefined, language: 'de' | 'en'): string[] {
  const { names, person = '', site = '', platform = '', addresses, lastSeen, state, unknown } = device
  const { found, source = '', since, because = [] } = reason ?? {}
  const origins = because.map(
    ({ issuer, advisory, revision, by }) => `${advisory} ${revision} (${issuer}, ${by})`,
  )
  return [
    ...[STATES[language][state], names.hostname ?? names.account ?? device.device, names.serial ?? ''],
    ...[person, site, platform, found?.product ?? found?.userAgent ?? '', found?.version ?? ''],
    ...[since === undefined ? '' : time(since), time(reason?.lastSeen ?? lastSeen), addresses.join(' ')],
    ...[source, [...unknown, ...origins].join('; ')],
  ]
}

const time = (at: number): string => new Date(at).toISOString()

/** A spreadsheet takes `=`, `+`, `-`, `@`, a tab or a carriage return at the beginning for a formula. */
export function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
