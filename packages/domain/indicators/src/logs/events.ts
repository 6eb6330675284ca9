// The three kinds of records that proxies, resolvers and firewalls write, with the names that Sigma gives
// their fields.
import { eventOf, type LogEvent, type LogTime, present, whoOf } from '../event.ts'

type Text = string | undefined

export interface Visit {
  readonly time?: LogTime | undefined
  readonly client?: Text
  readonly clientName?: Text
  readonly user?: Text
  readonly method?: Text
  /** Whole, only a path, or `host:port` of a CONNECT. */
  readonly url?: Text
  /** When the URL does not say it. */
  readonly host?: Text
  readonly status?: Text
  readonly agent?: Text
  /** Address of the server that was asked. */
  readonly server?: Text
}

export function visitEvent(visit: Visit): LogEvent {
  const [url = ''] = present(visit.url)
  const { host, path, isWhole } = partsOf(url, visit.host ?? '')
  const whole = isWhole || host === '' ? url : `${host}${path}`
  const hash = path.split('#')[0] ?? ''
  const mark = hash.indexOf('?')
  const stem = mark < 0 ? hash : hash.slice(0, mark)
  const lastDot = stem.lastIndexOf('.')
  const fields = fieldsOf({
    ...{ 'c-uri': whole, 'cs-uri': whole, 'c-uri-stem': stem, 'cs-uri-stem': stem },
    ...{ 'c-uri-query': mark < 0 ? '' : hash.slice(mark + 1) },
    ...{ 'cs-uri-query': mark < 0 ? '' : hash.slice(mark + 1) },
    'c-uri-extension': lastDot > stem.lastIndexOf('/') ? stem.slice(lastDot + 1) : '',
    ...{ 'cs-host': host, 'r-dns': host, 'cs-method': visit.method, 'sc-status': visit.status },
    ...{ 'c-useragent': visit.agent, 'cs-user-agent': visit.agent, 'cs-username': visit.user },
    ...{ 'c-ip': visit.client, src_ip: visit.client, dst_ip: visit.server },
  })
  const isPathOnly = host === '' || path === ''
  return eventOf({
    ...{ category: 'proxy', time: visit.time, fields },
    who: whoOf(visit.client, visit.clientName, visit.user),
    domains: isPathOnly ? present(host) : [],
    urls: isPathOnly ? [] : [whole],
    addresses: present(visit.server),
  })
}

/** `path` is empty for `host:port`. */
function partsOf(url: string, otherHost: string) {
  const scheme = /^[a-z][a-z0-9+-]{0,20}:\/\//i.exec(url)?.[0]
  if (scheme === undefined && (url === '' || url.startsWith('/')))
    return { host: withoutPort(present(otherHost)[0] ?? ''), path: url, isWhole: false }
  const rest = url.slice(scheme?.length ?? 0)
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const host = withoutPort(authority.slice(authority.lastIndexOf('@') + 1))
  const path = end < 0 ? (scheme === undefined ? '' : '/') : rest.slice(end)
  return { host, path, isWhole: true }
}

export function withoutPort(host: string): string {
  const isBareV6 = host.includes(':') && !host.startsWith('[') && host.indexOf(':') !== host.lastIndexOf(':')
  return isBareV6 ? host : host.replace(/:\d{0,5}$/, '')
}

export interface Question {
  readonly time?: LogTime | undefined
  readonly client?: Text
  readonly name?: Text
  readonly recordType?: Text
  /** Addresses, or names that it is another name for. */
  readonly answers?: readonly Text[]
}

export function questionEvent({ time, client, name, recordType, answers = [] }: Question): LogEvent {
  const [query = ''] = present(name)
  const found = present(...answers)
  const plain = query.endsWith('.') ? query.slice(0, -1) : query
  const said = found.join(';')
  const fields = fieldsOf({
    ...{ query: plain, QueryName: plain, record_type: recordType, src_ip: client },
    ...{ answer: said, QueryResults: said },
  })
  // The matcher takes an address where a name may stand.
  return eventOf({
    category: 'dns',
    time,
    fields,
    who: whoOf(client),
    domains: [...present(query), ...found],
  })
}

export interface Connection {
  readonly time?: LogTime | undefined
  readonly from?: Text
  readonly fromPort?: Text
  readonly to?: Text
  readonly toPort?: Text
  readonly action?: Text
  /** Name of who began it, and of where it went. */
  readonly fromName?: Text
  readonly toName?: Text
  readonly user?: Text
}

export function connectionEvent(seen: Connection): LogEvent {
  const { from, fromPort, to, toPort, toName } = seen
  const fields = fieldsOf({
    ...{ src_ip: from, SourceIp: from, src_port: fromPort, SourcePort: fromPort },
    ...{ dst_ip: to, DestinationIp: to, dst_port: toPort, DestinationPort: toPort },
    ...{ action: seen.action, DestinationHostname: toName },
  })
  return eventOf({
    ...{ category: 'network_connection', time: seen.time, fields },
    who: whoOf(from, seen.fromName, seen.user),
    domains: present(toName),
    // An address that is searched for may be the one that came in.
    addresses: present(to, from),
  })
}

function fieldsOf(fields: Readonly<Record<string, Text>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(fields).filter((entry): entry is [string, string] => !!entry[1] && entry[1] !== '-'),
  )
}
