// Devices and their programs from a table with a header: lists that people keep, and exports of Intune
// ("AppInvRawData" with a row for each app, "Devices"). Columns are found by their names in both languages.
import { platformNamed } from '@rufwerk/advisories'
import { IMPORT_CHARS_MAX, ROWS_MAX } from '../limits.ts'
import type { DeviceNames, DeviceReport, Found, Kind, Source } from '../report.ts'
import { delimiterOf, type Row, readRows } from './csv.ts'
import { type Imported, Remarks } from './remarks.ts'

export interface ImportSettings {
  readonly tenant: string
  readonly seenAt: number
}

const COLUMNS = {
  hostname: [
    'hostname',
    'host',
    'computer',
    'computername',
    'device',
    'devicename',
    'pc',
    'gerät',
    'gerätename',
    'rechner',
    'rechnername',
  ],
  serial: ['serial', 'serialnumber', 'serialno', 'seriennummer', 'serien nr', 'sn'],
  mac: ['mac', 'macaddress', 'wifimac', 'ethernetmac', 'macadresse', 'hardwareadresse'],
  instance: ['deviceid', 'instance', 'uuid', 'geräteid'],
  account: ['account', 'sipaccount', 'sipuser', 'sipname', 'konto', 'sipkonto', 'sipbenutzer'],
  person: [
    'person',
    'user',
    'username',
    'primaryuserupn',
    'primaryuser',
    'emailaddress',
    'owner',
    'benutzer',
    'benutzername',
    'mitarbeiter',
    'name des benutzers',
  ],
  site: ['site', 'location', 'office', 'standort', 'niederlassung', 'ort'],
  platform: ['platform', 'os', 'operatingsystem', 'osdescription', 'betriebssystem', 'system', 'plattform'],
  platformVersion: ['osversion', 'operatingsystemversion', 'betriebssystemversion', 'systemversion'],
  product: [
    'product',
    'productname',
    'app',
    'appname',
    'application',
    'applicationname',
    'software',
    'program',
    'programm',
    'programmname',
    'anwendung',
    'produkt',
  ],
  version: ['version', 'appversion', 'applicationversion', 'productversion', 'programmversion', 'fassung'],
  vendor: ['vendor', 'publisher', 'manufacturer', 'applicationpublisher', 'hersteller', 'herausgeber'],
  sha256: ['sha256', 'hash', 'filehash', 'checksum', 'prüfsumme'],
  path: ['path', 'file', 'filepath', 'installlocation', 'pfad', 'datei', 'speicherort'],
  address: ['ip', 'ipaddress', 'address', 'ipadresse', 'adresse'],
  kind: ['kind', 'devicetype', 'type', 'art', 'geräteart'],
} as const
type Column = keyof typeof COLUMNS

const COLUMN_OF = new Map<string, Column>(
  (Object.entries(COLUMNS) as [Column, readonly string[]][]).flatMap(([column, names]) =>
    names.map((name) => [plain(name), column] as const),
  ),
)
/** Known columns of Intune that say nothing more than others. */
const SILENT = new Set(
  ['applicationkey', 'applicationshortversion', 'userid', 'devicecount', 'lastcheckin'].map(plain),
)
const KINDS: Readonly<Record<string, Kind>> = {
  ...{ computer: 'computer', pc: 'computer', laptop: 'computer', notebook: 'computer', desktop: 'computer' },
  ...{ phone: 'desk-phone', deskphone: 'desk-phone', tischtelefon: 'desk-phone', telefon: 'desk-phone' },
  ...{ softphone: 'softphone', mobile: 'mobile', mobil: 'mobile', smartphone: 'mobile', handy: 'mobile' },
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** Rows of one device may stand anywhere; what two of them say about it is taken from the first. */
export function importTable(text: string, { tenant, seenAt }: ImportSettings): Imported {
  const remarks = new Remarks()
  if (text.length > IMPORT_CHARS_MAX) {
    remarks.add(0, 'too-long')
    return remarks.with([])
  }
  const rows = readRows(text, delimiterOf(text))
  const { value: header } = rows.next() as IteratorResult<Row, undefined>
  if (header === undefined) {
    remarks.add(0, 'empty')
    return remarks.with([])
  }
  const columns = header.cells.map((name) => COLUMN_OF.get(plain(name)))
  const isNaming = columns.some((column) => column !== undefined && NAMES.some((name) => name === column))
  if (!isNaming) {
    const isSum = header.cells.some((name) => plain(name) === 'devicecount')
    remarks.add(1, isSum ? 'no-devices' : 'no-header')
    return remarks.with([])
  }
  for (const [index, name] of header.cells.entries())
    if (columns[index] === undefined && name.trim() !== '' && !SILENT.has(plain(name)))
      remarks.add(1, 'column-unknown', name)
  const source: Source = header.cells.some((name) => /^application ?key$|^device ?id$/i.test(name.trim()))
    ? 'intune'
    : 'csv'
  const devices = new Map<string, Draft>()
  let count = 0
  for (const row of rows) {
    count += 1
    if (count > ROWS_MAX) {
      remarks.addUnread(row.line, 'rows-left')
      break
    }
    if (row.problem !== undefined) remarks.addUnread(row.line, row.problem)
    else if (!add(devices, columns, row.cells)) remarks.addUnread(row.line, 'nameless')
  }
  return remarks.with([...devices.values()].map((draft) => reportOf(draft, { tenant, seenAt }, source)))
}

interface Draft {
  readonly said: Map<Column, string>
  readonly addresses: Set<string>
  readonly installations: Found[]
}

const NAMES = ['serial', 'instance', 'mac', 'hostname', 'account'] as const
const OF_APP = new Set<Column>(['product', 'version', 'vendor', 'sha256', 'path', 'address'])

/** False when the row names no device. */
function add(
  devices: Map<string, Draft>,
  columns: readonly (Column | undefined)[],
  cells: readonly string[],
): boolean {
  const said = new Map<Column, string>()
  for (const [index, column] of columns.entries()) {
    const text = cells[index]?.trim() ?? ''
    if (column !== undefined && text !== '' && !said.has(column)) said.set(column, text)
  }
  const name = NAMES.find((column) => said.has(column))
  if (name === undefined) return false
  const key = `${name} ${said.get(name)?.toLowerCase()}`
  const draft: Draft = devices.get(key) ?? { said: new Map(), addresses: new Set(), installations: [] }
  devices.set(key, draft)
  for (const [column, text] of said)
    if (!OF_APP.has(column) && !draft.said.has(column)) draft.said.set(column, text)
  for (const address of said.get('address')?.split(/[\s,;]+/) ?? [])
    if (address !== '') draft.addresses.add(address)
  const found = foundIn(said)
  if (found !== undefined) draft.installations.push(found)
  return true
}

function foundIn(said: ReadonlyMap<Column, string>): Found | undefined {
  const [product, version, vendor] = (['product', 'version', 'vendor'] as const).map((column) =>
    said.get(column),
  )
  const [sha256, path] = (['sha256', 'path'] as const).map((column) => said.get(column))
  if (product === undefined && version === undefined && sha256 === undefined) return undefined
  const name = path?.split(/[\\/]/).at(-1)
  const platform = platformIn(said.get('platform'))
  return {
    ...(product !== undefined && { product }),
    ...(vendor !== undefined && { vendor }),
    ...(version !== undefined && { version }),
    ...(platform !== undefined && { platform }),
    ...(path !== undefined && { path }),
    ...(sha256 !== undefined && { files: [{ sha256, ...(name !== undefined && name !== '' && { name }) }] }),
  }
}

/** `Windows 11 Pro` and `macOS 14.2`, too: the first word is the system. */
function platformIn(text: string | undefined) {
  if (text === undefined) return undefined
  return platformNamed(text) ?? platformNamed(text.split(/[\s(]/)[0] ?? '')
}

function reportOf(
  { said, addresses, installations }: Draft,
  { tenant, seenAt }: ImportSettings,
  source: Source,
): DeviceReport {
  const device: { -readonly [kind in keyof DeviceNames]: string } = {}
  for (const name of NAMES) {
    const text = said.get(name)
    if (text !== undefined) device[name] = text
  }
  const platform = platformIn(said.get('platform'))
  const [platformVersion, person, site] = [said.get('platformVersion'), said.get('person'), said.get('site')]
  const kind =
    KINDS[plain(said.get('kind') ?? '')] ??
    (platform === 'ios' || platform === 'android' ? 'mobile' : 'computer')
  return {
    ...{ seenAt, source, tenant, device, kind, addresses: [...addresses], coverage: 'part', installations },
    ...(platform !== undefined && { platform }),
    ...(platformVersion !== undefined && { platformVersion }),
    ...(person !== undefined && { person }),
    ...(site !== undefined && { site }),
  }
}
