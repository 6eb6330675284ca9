// Firewalls by syslog: the Linux kernel (iptables, nftables, ufw), and filterlog of pfSense and OPNsense.
import type { LogTime } from '../event.ts'
import { connectionEvent } from './events.ts'
import { type LineRead, NOT_UNDERSTOOD, NOTHING, told } from './format.ts'

/** `[UFW BLOCK] IN= OUT=eth0 SRC=10.0.0.5 DST=192.0.2.1 … PROTO=TCP SPT=51234 DPT=443 …` */
export function readKernel(message: string, time: LogTime | undefined): LineRead {
  if (!/(?:^| )IN=\S* OUT=/.test(message)) return NOTHING
  // An ICMP error repeats the head of the packet that it is about, in brackets.
  const own = message.slice(message.search(/\bIN=/)).split(' [SRC=')[0] ?? ''
  const value = (name: string): string | undefined =>
    own
      .split(' ')
      .find((word) => word.startsWith(`${name}=`))
      ?.slice(name.length + 1)
  const [from, to] = [value('SRC'), value('DST')]
  if (from === undefined || to === undefined) return NOT_UNDERSTOOD
  return told(connectionEvent({ time, from, to, fromPort: value('SPT'), toPort: value('DPT') }))
}

/** Where the values are, counted from 0: https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html */
const PLACES = {
  4: { from: 18, to: 19, fromPort: 20, toPort: 21 },
  6: { from: 15, to: 16, fromPort: 17, toPort: 18 },
} as const

export function readFilterlog(message: string, time: LogTime | undefined): LineRead {
  const cells = message.trim().split(',')
  const places = cells[8] === '4' ? PLACES[4] : cells[8] === '6' ? PLACES[6] : undefined
  if (places === undefined || cells.length <= places.to) return NOT_UNDERSTOOD
  const port = (at: number): string | undefined => (/^\d{1,5}$/.test(cells[at] ?? '') ? cells[at] : undefined)
  return told(
    connectionEvent({
      ...{ time, from: cells[places.from], to: cells[places.to], action: cells[6] },
      ...{ fromPort: port(places.fromPort), toPort: port(places.toPort) },
    }),
  )
}
