// FortiGate: `date=… time=… srcip=… dstip=… hostname="…"`, in files and by syslog.
import { eventOf, type LogTime, present } from '../event.ts'
import { connectionEvent, questionEvent, visitEvent } from './events.ts'
import { type LineRead, type LogFormat, NOT_UNDERSTOOD, NOTHING, told } from './format.ts'
import { isoTime } from './time.ts'

export const FORTIGATE: LogFormat = { name: 'fortigate', read: readFortigate }

const PAIRS_MAX = 256

export function readFortigate(line: string): LineRead {
  const start = line.search(/(?:^|[\s>])(?:logver=\d+ )?(?:timestamp=\d+ )?date=\d{4}-\d\d-\d\d /)
  if (start < 0) return NOT_UNDERSTOOD
  const values = pairsOf(line.slice(start).replace(/^[\s>]/, ''))
  const value = (...names: readonly string[]): string | undefined =>
    present(...names.map((name) => values.get(name)))[0]
  const time = timeOf(value('date'), value('time'), value('tz'), value('eventtime'))
  const [client, server, user] = [value('srcip'), value('dstip'), value('user', 'unauthuser')]
  const [name, host] = [value('srcname', 'devname_src'), value('hostname', 'dstname', 'sni')]
  if (client === undefined && server === undefined) return NOTHING
  const ports = { fromPort: value('srcport'), toPort: value('dstport') }
  const connection = connectionEvent({
    ...{ time, from: client, to: server, ...ports, action: value('action') },
    ...{ fromName: name, toName: host, user },
  })
  const [query, url] = [value('qname'), value('url')]
  const answers = (value('ipaddr', 'resolvedip') ?? '').split(/[,\s]+/)
  const seen =
    query !== undefined
      ? questionEvent({ time, client, name: query, recordType: value('qtype'), answers })
      : url !== undefined
        ? visitEvent({
            time,
            client,
            user,
            url,
            host,
            server,
            agent: value('agent'),
            method: value('httpmethod'),
          })
        : connection
  return told(
    eventOf({
      ...{ ...seen, who: connection.who, addresses: connection.addresses },
      domains: [...seen.domains, ...present(seen === connection ? undefined : host)],
      hashes: present(value('filehash', 'checksum')).filter((text) => text.length >= 32),
      files: present(value('filename')),
    }),
  )
}

function timeOf(date = '', time = '', zone = '', nanoseconds = ''): LogTime | undefined {
  const text = `${date} ${time}${zone}`
  if (/^\d{19}$/.test(nanoseconds)) return { text, at: Number(nanoseconds.slice(0, 13)), missing: [] }
  return isoTime(text)
}

/** From one `=` to the next, so that a line without any costs nothing. */
function pairsOf(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  let at = 0
  while (pairs.size < PAIRS_MAX) {
    const equals = text.indexOf('=', at)
    if (equals < 0) break
    const key = text.slice(Math.max(at, text.lastIndexOf(' ', equals) + 1), equals)
    const isQuoted = text[equals + 1] === '"'
    const end = isQuoted ? endOfQuote(text, equals + 2) : text.indexOf(' ', equals)
    const value = text.slice(equals + (isQuoted ? 2 : 1), end < 0 ? undefined : end)
    if (!pairs.has(key)) pairs.set(key, value.replaceAll('\\"', '"'))
    if (end < 0) break
    at = end + 1
  }
  return pairs
}

function endOfQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (text[at - 1] !== '\\') return at
  }
  return -1
}
