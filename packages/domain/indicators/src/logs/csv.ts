// CSV of whatever device, by the names in its first line. A value that is quoted over several lines is not
// understood.
import { delimiterOf, rowsOf } from '../csv.ts'
import { eventOf, present } from '../event.ts'
import { connectionEvent, questionEvent, visitEvent, withoutPort } from './events.ts'
import { type Columns, type LineRead, LOG_LIMITS, type LogFormat, NOT_UNDERSTOOD } from './format.ts'
import { anyTime } from './time.ts'

export const CSV: LogFormat = { name: 'csv', read }

const NAMES = {
  time: ['time', 'timestamp', '@timestamp', 'datetime', 'date_time', '_time', 'date', 'zeit', 'zeitpunkt'],
  client: [
    ...['client', 'client_ip', 'clientip', 'c_ip', 'src', 'src_ip', 'srcip', 'source', 'source_ip'],
    ...['source_address', 'client_address', 'id_orig_h', 'quelle'],
  ],
  port: ['src_port', 'srcport', 'source_port', 'id_orig_p'],
  clientName: ['client_name', 'computer', 'device', 'device_name', 'src_host', 'source_host', 'hostname'],
  user: ['user', 'username', 'user_name', 'src_user', 'benutzer'],
  url: ['url', 'uri', 'request_url', 'c_uri', 'cs_uri', 'full_url', 'request'],
  host: [
    'host',
    'domain',
    'fqdn',
    'dest_host',
    'destination_host',
    'dst_host',
    'cs_host',
    'server_name',
    'sni',
  ],
  query: ['query', 'qname', 'query_name', 'queryname', 'dns_query', 'dns_question_name', 'question'],
  recordType: ['qtype', 'query_type', 'record_type', 'qtype_name'],
  answers: ['answer', 'answers', 'response', 'resolved_ip', 'query_results'],
  server: [
    ...['dst', 'dst_ip', 'dstip', 'dest_ip', 'dest', 'destination', 'destination_ip', 'destination_address'],
    ...['r_ip', 'server_ip', 'remote_ip', 'id_resp_h', 'ziel'],
  ],
  serverPort: ['dst_port', 'dstport', 'dest_port', 'destination_port', 'id_resp_p'],
  action: ['action', 'aktion', 'verdict'],
  method: ['method', 'http_method', 'cs_method'],
  status: ['status', 'status_code', 'sc_status'],
  agent: ['user_agent', 'useragent', 'cs_user_agent'],
  hash: ['sha256', 'sha1', 'md5', 'hash', 'file_hash'],
  file: ['file', 'file_name', 'filename', 'file_path', 'path'],
} as const
type Name = keyof typeof NAMES
const NAME_OF = new Map<string, Name>(
  (Object.keys(NAMES) as Name[]).flatMap((name) => NAMES[name].map((written) => [written, name] as const)),
)
/** A header without any of these names nothing that is searched for. */
const TARGETS: readonly Name[] = ['url', 'host', 'query', 'server', 'hash', 'file']

function read(line: string, columns?: Columns): LineRead {
  if (columns === undefined) return readHeader(line)
  const { rows, openAt } = rowsOf(line, columns.delimiter ?? ',')
  const cells = rows[0]?.cells ?? []
  if (openAt !== undefined || rows.length !== 1 || cells.length !== columns.names.length)
    return NOT_UNDERSTOOD
  const values = new Map<Name, string>()
  for (const [at, name] of columns.names.entries()) {
    const known = NAME_OF.get(name)
    const [cell] = present(cells[at]?.trim())
    if (known !== undefined && cell !== undefined && !values.has(known)) values.set(known, cell)
  }
  return { type: 'event', event: rowEvent(values) }
}

function readHeader(line: string): LineRead {
  const delimiter = delimiterOf(line)
  const { rows, openAt } = rowsOf(line, delimiter)
  const names = (rows[0]?.cells ?? []).map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replace(/[\s.-]+/g, '_'),
  )
  const known = names.map((name) => NAME_OF.get(name))
  const isHeader = names.length > 1 && known.some((name) => name !== undefined && TARGETS.includes(name))
  if (!isHeader || openAt !== undefined || names.length > LOG_LIMITS.columns) return NOT_UNDERSTOOD
  return { type: 'columns', columns: { names, delimiter } }
}

function rowEvent(values: ReadonlyMap<Name, string>) {
  const value = (name: Name): string | undefined => values.get(name)
  const time = anyTime(value('time') ?? '')
  const [client, server, user, host] = [value('client'), value('server'), value('user'), value('host')]
  const seen = values.has('query')
    ? questionEvent({
        ...{ time, client, name: value('query'), recordType: value('recordType') },
        answers: (value('answers') ?? '').split(/[;,|\s]+/),
      })
    : values.has('url') || values.has('method') || values.has('agent')
      ? visitEvent({
          ...{ time, client, user, host, url: value('url'), method: value('method') },
          ...{ status: value('status'), agent: value('agent') },
        })
      : connectionEvent({
          ...{ time, from: client, fromPort: value('port'), to: server, toPort: value('serverPort') },
          ...{ action: value('action'), toName: host === undefined ? undefined : withoutPort(host), user },
        })
  const fromName = value('clientName')
  return eventOf({
    ...seen,
    who: { ...seen.who, ...(fromName && { host: fromName }), ...(user && { user }) },
    // A destination may be a name; the matcher takes both.
    domains: [...seen.domains, ...present(server && withoutPort(server), host && withoutPort(host))],
    hashes: present(value('hash')),
    files: present(value('file')),
  })
}
