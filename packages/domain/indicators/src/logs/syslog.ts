// What many programs write into one file: the head (RFC 3164, RFC 5424, ISO times) is read, and the program
// says which reader its message is for. Messages of others tell nothing that is searched for.
import type { LogTime } from '../event.ts'
import { readAsa } from './asa.ts'
import { readBind, readDnsmasq, readUnbound } from './dns.ts'
import { readFilterlog, readKernel } from './firewall.ts'
import { type LineRead, type LogFormat, NOT_UNDERSTOOD, NOTHING } from './format.ts'
import { readFortigate } from './fortigate.ts'
import { isoTime, syslogTime } from './time.ts'

export const SYSLOG: LogFormat = { name: 'syslog', read }

type MessageReader = (message: string, time: LogTime | undefined) => LineRead

const READERS = new Map<string, MessageReader>([
  ['dnsmasq', readDnsmasq],
  ['unbound', readUnbound],
  ['named', readBind],
  ['kernel', readKernel],
  ['filterlog', readFilterlog],
])

const ISO = '\\d{4}-\\d\\d-\\d\\dT[0-9:.,]{8,18}(?:Z|[+-]\\d\\d:?\\d\\d)?'
const NEW_HEAD = new RegExp(`^<\\d{1,3}>1 (${ISO}|-) \\S{1,255} (\\S{1,48}) \\S{1,128} \\S{1,32} (.*)$`, 's')
const ISO_HEAD = new RegExp(`^(?:<\\d{1,3}>)?(${ISO}) (.*)$`, 's')
const OLD_HEAD =
  /^(?:<\d{1,3}>)?(?:\d{1,10}: )?[*.]?([A-Z][a-z]{2} [ \d]?\d(?: \d{4})? \d\d:\d\d:\d\d)(?:\.\d{1,6})?(?: [A-Z]{3,5})?:? (.*)$/s
/** The host may be missing, where the program writes the file by itself. */
const TAG = /^(?:\S{0,254}[^\s:\]] )?:? ?([\w.-]{1,64})(?:\/[\w.-]{1,64})?(?:\[[\d:]{1,24}\])?: ?(.*)$/s

function read(line: string): LineRead {
  const { time, program, message } = headOf(line) ?? {}
  if (message === undefined) return NOT_UNDERSTOOD
  const reader = READERS.get(program ?? '')
  if (reader !== undefined) return reader(message, time)
  if (/%(?:ASA|FTD|PIX)-/i.test(message)) return readAsa(message, time)
  if (/(?:^|\s)date=\d{4}-\d\d-\d\d time=/.test(message)) return readFortigate(message)
  return NOTHING
}

interface Head {
  readonly time?: LogTime | undefined
  readonly program?: string | undefined
  readonly message: string
}

function headOf(line: string): Head | undefined {
  const five = NEW_HEAD.exec(line)
  if (five !== null) {
    const [, stamp = '', program = '', rest = ''] = five
    return { time: isoTime(stamp), program, message: withoutStructure(rest) }
  }
  const iso = ISO_HEAD.exec(line)
  const old = iso === null ? OLD_HEAD.exec(line) : null
  const [, stamp = '', rest = ''] = iso ?? old ?? []
  if (stamp === '') return undefined
  const time = iso === null ? syslogTime(stamp) : isoTime(stamp)
  const [, program, message] = TAG.exec(rest) ?? []
  // Of a program that is not known the whole is looked at: ASA and FortiGate have no name there.
  return READERS.has(program ?? '') ? { time, program, message: message ?? '' } : { time, message: rest }
}

/** Structured data (RFC 5424 §6.3) is left out; a bracket in a value is escaped. */
function withoutStructure(text: string): string {
  if (!text.startsWith('[')) return text.replace(/^- ?/, '').replace(/^\uFEFF/, '')
  let at = 0
  while (text[at] === '[') {
    at += 1
    while (at < text.length && text[at] !== ']') at += text[at] === '\\' ? 2 : 1
    at += 1
  }
  return text
    .slice(at)
    .replace(/^ /, '')
    .replace(/^\uFEFF/, '')
}
