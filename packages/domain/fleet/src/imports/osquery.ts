// Results of osquery: rows of a table as JSON (`osqueryi --json`), and lines of its log, snapshots and
// differences. Tables: programs, apps, deb_packages, rpm_packages, system_info, os_version.
import { type Platform, platformNamed } from '@rufwerk/advisories'
import { BROKEN_LINES_MAX, IMPORT_CHARS_MAX, ROWS_MAX } from '../limits.ts'
import type { DeviceReport, Found } from '../report.ts'
import { type Imported, Remarks } from './remarks.ts'
import type { ImportSettings } from './table.ts'

type Cells = ReadonlyMap<string, string>

interface Draft {
  host: string | undefined
  serial: string | undefined
  uuid: string | undefined
  platform: Platform | undefined
  platformVersion: string | undefined
  readonly installations: Found[]
}

export interface OsquerySettings extends ImportSettings {
  /** Whose rows they are where they do not say it themselves. */
  readonly hostname?: string
}

/** A list of rows, an object with tables by name, or a line of the log on each line. */
export function importOsquery(text: string, settings: OsquerySettings): Imported {
  const remarks = new Remarks()
  if (text.length > IMPORT_CHARS_MAX) {
    remarks.add(0, 'too-long')
    return remarks.with([])
  }
  if (text.trim() === '') {
    remarks.add(0, 'empty')
    return remarks.with([])
  }
  const devices = new Map<string, Draft>()
  const whole = parsed(text)
  if (Array.isArray(whole)) takeRows(devices, whole, settings.hostname, remarks, 0)
  else if (isObject(whole) && !isLogLine(whole))
    for (const rows of Object.values(whole)) takeRows(devices, rows, settings.hostname, remarks, 0)
  else takeLog(devices, text, remarks)
  const reports = [...devices.values()].flatMap((draft) => reportOf(draft, settings))
  if (reports.length < devices.size) remarks.addUnread(0, 'nameless')
  return remarks.with(reports)
}

function takeLog(devices: Map<string, Draft>, text: string, remarks: Remarks): void {
  const lines = text.split('\n')
  let most = Math.min(lines.length, ROWS_MAX)
  for (let index = 0; index < most; index += 1) {
    const line = lines[index]?.trim() ?? ''
    if (line !== '') takeLine(devices, line, remarks, index + 1)
    // Each line that is no JSON costs as much as a hundred that are.
    if (remarks.unread >= BROKEN_LINES_MAX) most = index + 1
  }
  if (most < lines.length) remarks.addUnread(most + 1, 'rows-left', lines.length - most)
}

function takeLine(devices: Map<string, Draft>, line: string, remarks: Remarks, number: number): void {
  const entry = parsed(line)
  if (entry === undefined) remarks.addUnread(number, 'json')
  else if (!isObject(entry) || !isLogLine(entry)) remarks.addUnread(number, 'row-unknown')
  else if (entry.action !== 'removed') {
    const host = typeof entry.hostIdentifier === 'string' ? entry.hostIdentifier : undefined
    const rows = Array.isArray(entry.snapshot) ? entry.snapshot : [entry.columns]
    takeRows(devices, rows, host, remarks, number)
  }
}

function isLogLine(value: Readonly<Record<string, unknown>>): boolean {
  return 'hostIdentifier' in value && ('snapshot' in value || 'columns' in value)
}

function takeRows(
  devices: Map<string, Draft>,
  given: unknown,
  host: string | undefined,
  remarks: Remarks,
  line: number,
): void {
  const rows: readonly unknown[] = Array.isArray(given) ? given : [undefined]
  for (const row of rows.slice(0, ROWS_MAX)) {
    const cells = cellsOf(row)
    if (cells === undefined || !take(draftOf(devices, host, cells), cells))
      remarks.addUnread(line, 'row-unknown')
  }
  if (rows.length > ROWS_MAX) remarks.addUnread(line, 'rows-left')
}

/** Rows of system_info name their device themselves. */
function draftOf(devices: Map<string, Draft>, host: string | undefined, cells: Cells): Draft {
  const name = (host ?? cells.get('hostname') ?? '').toLowerCase()
  // A list of one device has its name in one row only.
  const only = devices.size === 1 ? [...devices.values()][0] : undefined
  const known = devices.get(name) ?? (host === undefined ? only : undefined)
  if (known !== undefined) return known
  const none = { serial: undefined, uuid: undefined, platform: undefined, platformVersion: undefined }
  const draft: Draft = { host, ...none, installations: [] }
  devices.set(name, draft)
  return draft
}

/** False for a row of no known table. */
function take(draft: Draft, cells: Cells): boolean {
  const [name, version] = [cells.get('name'), cells.get('version')]
  if (cells.has('hardware_serial') || cells.has('computer_name')) {
    draft.host ??= cells.get('hostname') ?? cells.get('computer_name')
    draft.serial ??= cells.get('hardware_serial')
    draft.uuid ??= cells.get('uuid')
    return true
  }
  if (name !== undefined && cells.has('codename') && cells.has('major')) {
    draft.platform ??=
      platformNamed(name) ??
      platformNamed(name.split(' ')[0] ?? '') ??
      platformNamed(cells.get('platform') ?? '')
    draft.platformVersion ??= version
    return true
  }
  if (name === undefined) return false
  const isApp = cells.has('bundle_identifier') || cells.has('bundle_short_version')
  const shown = isApp ? (cells.get('bundle_short_version') ?? cells.get('bundle_version')) : version
  if (shown === undefined) return false
  const platform: Platform | undefined = isApp
    ? 'macos'
    : cells.has('install_location') || cells.has('publisher')
      ? 'windows'
      : cells.has('arch') || cells.has('maintainer')
        ? 'linux'
        : undefined
  const [vendor, path] = [cells.get('publisher'), cells.get('path') ?? cells.get('install_location')]
  draft.installations.push({
    product: isApp ? name.replace(/\.app$/i, '') : name,
    ...(shown !== '' && { version: shown }),
    ...(platform !== undefined && { platform }),
    ...(vendor !== undefined && vendor !== '' && { vendor }),
    ...(path !== undefined && path !== '' && { path }),
  })
  return true
}

function reportOf(
  { host, serial, uuid, platform, platformVersion, installations }: Draft,
  { tenant, seenAt }: OsquerySettings,
): DeviceReport[] {
  if ((host ?? serial ?? uuid) === undefined) return []
  const system = platform ?? installations.find((found) => found.platform !== undefined)?.platform
  return [
    {
      ...{
        seenAt,
        source: 'osquery',
        tenant,
        kind: 'computer',
        addresses: [],
        coverage: 'part',
        installations,
      },
      device: {
        ...(serial !== undefined && { serial }),
        ...(uuid !== undefined && { instance: uuid }),
        ...(host !== undefined && { hostname: host }),
      },
      ...(system !== undefined && { platform: system }),
      ...(platformVersion !== undefined && { platformVersion }),
    },
  ]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Thrown for what is no JSON; a log has one on each line.
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** osquery writes all cells as text. */
function cellsOf(row: unknown): Cells | undefined {
  if (!isObject(row)) return undefined
  const cells = Object.entries(row).filter((cell): cell is [string, string] => typeof cell[1] === 'string')
  return new Map(cells)
}
