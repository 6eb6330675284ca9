// Cisco ASA and Firepower by syslog. Connections and URLs are told with who began them; of any other message
// the addresses are taken.
import { ipBytes } from '@rufwerk/core/ip-address'
import { eventOf, type LogTime } from '../event.ts'
import { connectionEvent, visitEvent } from './events.ts'
import { type LineRead, NOT_UNDERSTOOD, NOTHING, told } from './format.ts'

/** Addresses of one message that are looked at. */
const ADDRESSES_MAX = 16
/** Longer words are no addresses. */
const WORD_CHARS_MAX = 128

interface End {
  readonly address: string
  readonly port?: string
}

/** `%ASA-6-302013: Built outbound TCP connection 1 for outside:192.0.2.1/443 (…) to inside:10.0.0.5/5 (…)` */
export function readAsa(message: string, time: LogTime | undefined): LineRead {
  const match = /%(?:ASA|FTD|PIX)-(?:[a-z]+-)?\d-(\d{6}):? (.*)$/is.exec(message)
  if (match === null) return NOT_UNDERSTOOD
  const [, id, text = ''] = match
  if (id === '304001' || id === '304002') return readUrl(text, time)
  const ends = text
    .split(/\s+/)
    .map(endOf)
    .filter((end) => end !== undefined)
    .slice(0, ADDRESSES_MAX)
  const [first, second] = ends
  if (first === undefined) return NOTHING
  if (second === undefined) return told(eventOf({ ...known(time), addresses: [first.address] }))
  const pair = pairOf(text, ends)
  if (pair === undefined)
    return told(eventOf({ ...known(time), addresses: ends.map(({ address }) => address) }))
  const { from, to } = pair
  const event = connectionEvent({
    ...{ time, from: from.address, fromPort: from.port, to: to.address, toPort: to.port },
    action: text.split(' ')[0]?.toLowerCase(),
  })
  return told(eventOf({ ...event, addresses: ends.map(({ address }) => address) }))
}

const known = (time: LogTime | undefined) => ({ category: 'network_connection', time }) as const

/** Who began it, and where it went. Addresses in brackets are the same, translated. */
function pairOf(text: string, ends: readonly End[]): { readonly from: End; readonly to: End } | undefined {
  const [for_, to_] = ['for', 'to'].map((word) => endBehind(text, word))
  if (/^(?:Built|Teardown) /.test(text) && for_ !== undefined && to_ !== undefined)
    return /^Built outbound /.test(text) ? { from: to_, to: for_ } : { from: for_, to: to_ }
  const [src, dst] = ['src', 'dst'].map((word) => endBehind(text, word))
  if (src !== undefined && dst !== undefined) return { from: src, to: dst }
  const [from, to] = ends
  return / -> | to /.test(text) && from !== undefined && to !== undefined ? { from, to } : undefined
}

function endBehind(text: string, word: string): End | undefined {
  const words = text.split(/\s+/)
  const at = words.indexOf(word)
  return at < 0 ? undefined : endOf(words[at + 1] ?? '')
}

/** `outside:192.0.2.1/443`, `inside/10.0.0.5(51234)`, `192.0.2.1`. */
function endOf(word: string): End | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined
  const bare = word.replace(/^\(/, '').replace(/[),;.]+$/, '')
  const match = /^(.+?)(?:[/(](\d{1,5}))?$/.exec(bare)
  const [, place = '', port] = match ?? []
  const zone = place.search(/[:/]/)
  const address = [place, place.slice(zone + 1)].find((text) => ipBytes(text) !== undefined)
  return address === undefined ? undefined : { address, ...(port !== undefined && { port }) }
}

/** `10.0.0.5 Accessed URL 192.0.2.1:http://a.example/b`, of some with the person before it. */
function readUrl(text: string, time: LogTime | undefined): LineRead {
  const match = /^(?:(\S{1,255})@)?(\S{2,64}) Access(?:ed|ing|) ?(?:denied )?URL (\S{2,64}?):(\S+)/i.exec(
    text,
  )
  if (match === null) return NOT_UNDERSTOOD
  const [, user, client, server, rest = ''] = match
  const isUrl = rest.startsWith('http') || rest.startsWith('/')
  return told(visitEvent({ time, client, user, server, url: isUrl ? rest : `http://${rest}` }))
}
