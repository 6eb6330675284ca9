// Messages made from the grammar of RFC 3261 §25.1: well-formed, with forms that phones rarely send.
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { extensionLine } from './sip-extensions.ts'

export const METHODS = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'INFO',
  'REFER',
  'UPDATE',
  'PRACK',
  'MESSAGE',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
] as const
const HOSTS = [
  'pbx',
  '192.0.2.1',
  '[2001:db8::1]',
  '[::ffff:192.0.2.9]',
  'a-b.example.com',
  'xn--9ca.de',
  'localhost',
]
const USERS = [
  '101',
  'p101',
  '%61%00',
  'a;b=c',
  "1_x.~(to-be!sure)&isn't+it$",
  '+4930123',
  '*43',
  '%F0%9F%98%80',
  '#31#',
]
const TOKENS = ['a', 'tag', '__proto__', 'constructor', 'toString', "_token~1'+`*%!-.", 'z9hG4bK', 'x-1']
const NAMES = [
  '"Ada \\"L\\" \\\\"',
  'Ada',
  '""',
  'Müller',
  '"\\\0"',
  '"<script>alert(1)</script>"',
  "=1+1;'--",
]
const TRANSPORTS = ['UDP', 'TCP', 'TLS', 'WS', 'WSS', 'SCTP', 'x']

const NUMBERED = ['Expires', 'Session-Expires', 'Min-SE', 'RSeq']
const ADDRESSED = ['Replaces', 'Refer-To', 'r', 'Reason', 'P-Asserted-Identity']

/** Space or a fold, where the grammar allows one. */
function space(random: SeededRandom): string {
  return random.next() < 0.85 ? '' : pick([' ', '\t', '   ', '\r\n ', ' \r\n\t'], random)
}

function params(random: SeededRandom, gap = ''): string {
  let text = ''
  for (let count = random.between(0, 3); count > 0; count--) {
    const value = pick(['', `=${pick(TOKENS, random)}`, gap === '' ? '' : '="a;b,c\\"d"'], random)
    text += `${gap};${gap}${pick(TOKENS, random)}${value}`
  }
  return text
}

export function uri(random: SeededRandom): string {
  if (random.next() < 0.1)
    return pick(['tel:+4930123;phone-context=x', 'isbn:123', 'urn:service:sos'], random)
  const user = random.next() < 0.8 ? `${pick(USERS, random)}${random.next() < 0.1 ? ':pw' : ''}@` : ''
  const port = random.next() < 0.3 ? `:${random.between(0, 65_535)}` : ''
  return `${pick(['sip', 'sips', 'SIP'], random)}:${user}${pick(HOSTS, random)}${port}${params(random)}`
}

function address(random: SeededRandom): string {
  if (random.next() < 0.15) return `sip:${pick(HOSTS, random)}${params(random, space(random))}`
  const name = random.next() < 0.5 ? '' : `${pick(NAMES, random)}${space(random)}`
  return `${name}<${uri(random)}>${params(random, space(random))}`
}

function via(random: SeededRandom): string {
  const gap = () => space(random)
  const protocol = `SIP${gap()}/${gap()}2.0${gap()}/${gap()}${pick(TRANSPORTS, random)}`
  return `${protocol} ${pick(HOSTS, random)};branch=z9hG4bK${random.between(0, 99)}${params(random, gap())}`
}

function header(random: SeededRandom): string {
  const gap = space(random)
  if (random.next() < 0.3) return extensionLine(random)
  switch (random.between(0, 11)) {
    case 0:
      return `${pick(['Contact', 'm'], random)}${gap}: ${pick(['*', address(random)], random)}`
    case 1:
      return `${pick(['Route', 'Record-Route', 'Path'], random)}: <${uri(random)};lr>, ${address(random)}`
    case 2:
      return `${pick(NUMBERED, random)}: ${random.between(0, 2 ** 31)}`
    case 3:
      return `${pick(['Require', 'Supported', 'k', 'Allow'], random)}: ${pick(TOKENS, random)}, 100rel`
    case 4:
      return `${pick(TOKENS, random)}: ${pick(TOKENS, random)}${gap} ${pick(TOKENS, random)}`
    case 5:
      return `Authorization: Digest username="${pick(USERS, random)}", realm="x", uri="${uri(random)}"`
    case 6:
      return `${pick(ADDRESSED, random)}: ${address(random)}`
    case 7:
      return `Subject: ${'long '.repeat(random.between(0, 50))}`
    case 8:
      return `Via: ${via(random)}, ${via(random)}`
    case 9:
      return `Timestamp: ${random.between(0, 100)}.5`
    case 10:
      return 'Accept: application/sdp;level=1, text/*;q=0.5'
    default:
      return `__proto__: ${pick(TOKENS, random)}`
  }
}

/** A request, or sometimes a response, with any body. */
export function sipMessage(random: SeededRandom, bodies: readonly Uint8Array[]): Uint8Array {
  const method = pick(METHODS, random)
  const isRequest = random.next() < 0.8
  const start = isRequest
    ? `${method} ${uri(random)} SIP/2.0`
    : `SIP/2.0 ${random.between(100, 699)} ${pick(['OK', '', 'Größe'], random)}`
  const body = random.next() < 0.4 ? pick(bodies, random) : Buffer.alloc(0)
  const lines = [
    `${pick(['Via', 'v', 'VIA'], random)}: ${via(random)}`,
    `${pick(['From', 'f'], random)}: ${address(random)};tag=${pick(TOKENS, random)}`,
    `${pick(['To', 't'], random)}:${space(random)} ${address(random)}`,
    `${pick(['Call-ID', 'i'], random)}: ${random.between(0, 9)}@${pick(HOSTS, random)}`,
    `CSeq: ${random.between(0, 9)}${space(random)} ${method}`,
    ...Array.from({ length: random.between(0, 6) }, () => header(random)),
  ]
  if (random.next() < 0.8) lines.push(`Content-Length: ${body.length}`)
  if (body.length > 0) lines.push('Content-Type: application/sdp')
  for (let at = lines.length - 1; at > 0; at--) {
    const other = random.between(0, at)
    const moved = lines[at] as string
    lines[at] = lines[other] as string
    lines[other] = moved
  }
  return Buffer.concat([Buffer.from(`${[start, ...lines].join('\r\n')}\r\n\r\n`, 'utf8'), body])
}
