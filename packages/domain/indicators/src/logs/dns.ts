// Resolvers: dnsmasq, BIND and unbound, in files and by syslog.
import type { LogTime } from '../event.ts'
import { questionEvent } from './events.ts'
import { type LineRead, type LogFormat, NOT_UNDERSTOOD, NOTHING, told } from './format.ts'
import { epochTime, isoTime, wordTime } from './time.ts'

export const BIND: LogFormat = { name: 'bind', read: readBindFile }
export const UNBOUND: LogFormat = { name: 'unbound', read: readUnboundFile }

/** `query[A] a.example from 10.0.0.5`, `reply a.example is 192.0.2.1`, of some behind the client. */
export function readDnsmasq(message: string, time: LogTime | undefined): LineRead {
  const extra = /^\d+ (\S+)\/\d+ /.exec(message)
  const [act = '', name, link = '', value] = message.slice(extra?.[0].length ?? 0).split(' ')
  const recordType = /^(?:dnssec-)?query\[([^\]]{1,20})\]$/.exec(act)?.[1]
  if (recordType !== undefined) {
    // The resolver's own, to prove a signature.
    if (act.startsWith('dnssec')) return NOTHING
    if (link !== 'from' || !value) return NOT_UNDERSTOOD
    return told(questionEvent({ time, client: value, name, recordType }))
  }
  // What is asked of other resolvers was asked by somebody before.
  if (!['reply', 'cached', 'config'].includes(act)) return act.startsWith('query') ? NOT_UNDERSTOOD : NOTHING
  if (link !== 'is' || !value) return NOT_UNDERSTOOD
  return told(questionEvent({ time, client: extra?.[1], name, answers: [value] }))
}

const BIND_QUERY = new RegExp(
  [
    /\bclient (?:@0x[0-9a-f]{1,16} )?([0-9a-f.:%]{2,64})#\d{1,5}(?: \([^)]{0,1024}\))?: /,
    /(?:view [^:\s]{1,255}: )?query: (\S+) \S+ (\S+)/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
)

/** `client @0x7f 10.0.0.5#53124 (a.example): query: a.example IN A +E(0)K (10.0.0.1)` */
export function readBind(message: string, time: LogTime | undefined): LineRead {
  const match = BIND_QUERY.exec(message)
  if (match === null) return message.includes(' query: ') ? NOT_UNDERSTOOD : NOTHING
  const [, client, name, recordType] = match
  return told(questionEvent({ time, client, name, recordType }))
}

function readBindFile(line: string): LineRead {
  const said = /^(\d{1,2}-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d\.\d{1,6}|\d{4}-\d\d-\d\dT\S{8,20}) /.exec(
    line,
  )?.[1]
  const time = said === undefined ? undefined : (wordTime(said) ?? isoTime(said))
  return said === undefined || time === undefined
    ? NOT_UNDERSTOOD
    : readBind(line.slice(said.length + 1), time)
}

/** `info: 10.0.0.5 a.example. A IN`, and answers with their code behind it. */
export function readUnbound(message: string, time: LogTime | undefined): LineRead {
  const text = message.replace(/^\[[\d:a-f]{1,16}\] /, '').replace(/^(?:info|query|reply): /, '')
  const match = /^([0-9a-f.:]{2,45}) (\S+) ([A-Z0-9]{1,20}) [A-Z]{2}\b/.exec(text)
  if (match === null) return NOTHING
  const [, client, name, recordType] = match
  return told(questionEvent({ time, client, name, recordType }))
}

/** `[1679990000] unbound[123:0] info: …` */
function readUnboundFile(line: string): LineRead {
  const match = /^\[(\d{9,11})\] unbound\[[\d:a-f]{1,24}\] (.*)$/s.exec(line)
  return match === null ? NOT_UNDERSTOOD : readUnbound(match[2] ?? '', epochTime(match[1] ?? ''))
}
