// The debug log of the DNS server of Windows, one line for a packet. Dates are as the country writes them.
import { questionEvent } from './events.ts'
import { type LineRead, type LogFormat, NOT_UNDERSTOOD, NOTHING, told } from './format.ts'
import { unreadTime } from './time.ts'

export const WINDOWS_DNS: LogFormat = { name: 'windows-dns', read }

const PACKET = new RegExp(
  [
    /^(\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}:\d\d:\d\d(?: [AP]M)?) [0-9A-F]{1,8} PACKET\s+/,
    /[0-9A-F]{8,16} (?:UDP|TCP) (Rcv|Snd) (\S+)\s+[0-9a-f]{4} (R| )\s*\S \[[^\]]{1,40}\] (\S+)\s+(\S+)/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
)

/** `3/28/2023 10:00:00 AM F54 PACKET  028657F0 UDP Rcv 10.0.0.5 0001   Q [0001   D   NOERROR] A (1)a(0)` */
function read(line: string): LineRead {
  // Its head, and the inside of packets where somebody wants it.
  if (!/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4} /.test(line)) return NOTHING
  const match = PACKET.exec(line)
  if (match === null) return / PACKET /.test(line) ? NOT_UNDERSTOOD : NOTHING
  const [, time = '', direction, remote, reply, recordType, coded = ''] = match
  const name = nameOf(coded)
  if (name === undefined) return NOT_UNDERSTOOD
  // Who asks sends what is no answer, or gets what is one.
  const isClient = (direction === 'Rcv') === (reply === ' ')
  const client = isClient ? remote : undefined
  return told(questionEvent({ time: unreadTime(time), client, name, recordType }))
}

/** `(1)a(7)example(0)` */
function nameOf(coded: string): string | undefined {
  if (!coded.startsWith('(')) return undefined
  const labels = coded.split(/\(\d{1,3}\)/).filter((label) => label !== '')
  return labels.length === 0 ? '-' : labels.join('.')
}
