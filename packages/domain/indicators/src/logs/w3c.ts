// The extended log file format of the W3C (ELFF): IIS, Blue Coat, Forefront. Its header says which value is
// what, and may stand in the middle again.
import { visitEvent } from './events.ts'
import {
  type Columns,
  type LineRead,
  LOG_LIMITS,
  type LogFormat,
  NOT_UNDERSTOOD,
  NOTHING,
  told,
} from './format.ts'
import { anyTime, isoTime } from './time.ts'

export const W3C: LogFormat = { name: 'w3c', read }

function read(line: string, columns?: Columns): LineRead {
  if (line.startsWith('#')) return readDirective(line)
  if (columns === undefined) return NOT_UNDERSTOOD
  const cells = line.includes('\t')
    ? line.split('\t')
    : (line.match(/"(?:[^"]|"")*"|\[[^\]\s]* [^\]\s]*\]|\S+/g) ?? [])
  if (cells.length !== columns.names.length) return NOT_UNDERSTOOD
  const values = new Map(columns.names.map((name, at) => [name, plain(cells[at] ?? '')]))
  return told(visitOf(values))
}

function readDirective(line: string): LineRead {
  const fields = /^#fields:\s*(.*)$/i.exec(line)?.[1]
  if (fields === undefined) return NOTHING
  const names = fields.trim().toLowerCase().split(/\s+/)
  return names.length > LOG_LIMITS.columns ? NOT_UNDERSTOOD : { type: 'columns', columns: { names } }
}

function plain(cell: string): string {
  const text = cell.startsWith('"') && cell.endsWith('"') && cell.length > 1 ? cell.slice(1, -1) : cell
  return text.replaceAll('""', '"').trim()
}

function visitOf(values: ReadonlyMap<string, string>) {
  const value = (...names: readonly string[]): string | undefined =>
    names.map((name) => values.get(name)).find((text) => text !== undefined && text !== '' && text !== '-')
  const whole = value('cs-uri', 'c-uri', 's-uri', 'x-cs-url')
  const path = value('cs-uri-path', 'cs-uri-stem', 'c-uri-stem') ?? ''
  const query = value('cs-uri-query', 'c-uri-query')
  const mark = query === undefined || query.startsWith('?') ? '' : '?'
  const isTunnel = value('cs-method') === 'CONNECT'
  return visitEvent({
    time: timeOf(value('date'), value('time'), value('x-timestamp', 'localtime', 'gmttime')),
    client: value('c-ip', 'x-forwarded-for'),
    clientName: value('c-dns'),
    user: value('cs-username', 'cs-userdn'),
    method: value('cs-method'),
    url: whole ?? (isTunnel && path === '/' ? '' : `${path}${mark}${query ?? ''}`),
    host: value('cs-host', 'cs(host)', 'r-host', 's-dns', 'cs-uri-host'),
    status: value('sc-status'),
    agent: value('cs(user-agent)'),
    server: value('r-ip', 's-ip', 's-supplier-ip'),
  })
}

/** Date and time are UTC. */
function timeOf(date: string | undefined, time: string | undefined, other: string | undefined) {
  if (date !== undefined && time !== undefined) return isoTime(`${date} ${time}Z`)
  const text = other ?? [date, time].filter((one) => one !== undefined).join(' ')
  return anyTime(text.replace(/^\[|\]$/g, ''))
}
