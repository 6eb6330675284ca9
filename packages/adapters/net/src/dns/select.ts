// Where a SIP URI leads (RFC 3263): which names to ask the DNS for, and from its answers the ordered list of
// transport, address and port to try. Pure: answers and randomness are given.
import { isIP, isIPv4 } from 'node:net'
import type { SocketAddress } from '@rufwerk/core'

export type SipTransport = 'udp' | 'tcp' | 'tls'

/** The parts of a URI that decide where it leads. */
export interface Wanted {
  /** A host name, or an IP address without brackets. */
  readonly host: string
  readonly port?: number
  /** The `transport` parameter. */
  readonly transport?: SipTransport
  /** True for `sips:`. */
  readonly isSecure: boolean
}

/** One thing to try. Over TLS the certificate must be for `Wanted.host`, whatever the DNS says. */
export interface Target extends SocketAddress {
  readonly transport: SipTransport
}

export interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly name: string
}

export interface NaptrRecord {
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly service: string
  readonly regexp: string
  readonly replacement: string
}

/** What the DNS said; a name without answer is missing. Names are in lower case. */
export interface DnsAnswers {
  readonly naptr: readonly NaptrRecord[]
  readonly srv: ReadonlyMap<string, readonly SrvRecord[]>
  /** IPv4 and IPv6 addresses by host name. */
  readonly addresses: ReadonlyMap<string, readonly string[]>
}

/** What we can do. */
export interface TargetPolicy {
  /** The transports we speak, the dearest first. */
  readonly transports: readonly SipTransport[]
  /** The versions of IP that we have addresses of, the dearest first. */
  readonly families: readonly (4 | 6)[]
}

/** A transport and the SRV name under which it is found. */
export interface Service {
  readonly transport: SipTransport
  readonly name: string
}

/** More than these are not tried. */
export const TARGETS_MAX = 32
const SERVICE_OF = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp' } as const
const NAPTR_TRANSPORTS: Readonly<Record<string, SipTransport>> = {
  'sip+d2u': 'udp',
  'sip+d2t': 'tcp',
  'sips+d2t': 'tls',
}

/** The transport that the URI itself decides (RFC 3263 §4.1), or undefined when the DNS does. */
export function fixedTransport(wanted: Wanted): SipTransport | undefined {
  if (wanted.transport !== undefined) return wanted.isSecure ? 'tls' : wanted.transport
  const isDirect = isIP(wanted.host) !== 0 || wanted.port !== undefined
  return isDirect ? defaultTransport(wanted) : undefined
}

/** The SRV names to ask for, in the order they are tried; none when the URI says address or port (§4.2). */
export function servicesOf(
  wanted: Wanted,
  naptr: readonly NaptrRecord[],
  policy: TargetPolicy,
): readonly Service[] {
  if (isIP(wanted.host) !== 0 || wanted.port !== undefined) return []
  const host = wanted.host.toLowerCase()
  const fixed = fixedTransport(wanted)
  if (fixed !== undefined) return [{ transport: fixed, name: `${SERVICE_OF[fixed]}.${host}` }]
  const able = policy.transports.filter((transport) => transport === 'tls' || !wanted.isSecure)
  const named = naptr
    .filter(({ flags, regexp }) => flags.toLowerCase() === 's' && regexp === '')
    .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
    .map(({ service, replacement }) => {
      return { transport: NAPTR_TRANSPORTS[service.toLowerCase()], name: plainName(replacement) }
    })
    .filter((one): one is Service => one.transport !== undefined && able.includes(one.transport))
  if (named.length > 0) return named
  return able.map((transport) => ({ transport, name: `${SERVICE_OF[transport]}.${host}` }))
}

/** The host names whose addresses are needed. */
export function hostsOf(
  wanted: Wanted,
  services: readonly Service[],
  answers: DnsAnswers,
): readonly string[] {
  if (isIP(wanted.host) !== 0) return []
  const records = services.flatMap(({ name }) => answers.srv.get(name) ?? [])
  const hosts = records.map(({ name }) => plainName(name)).filter((name) => name !== '' && isIP(name) === 0)
  return records.length === 0 ? [wanted.host.toLowerCase()] : [...new Set(hosts)].slice(0, TARGETS_MAX)
}

/** What to try, in order. Empty when the answers lead nowhere. `random` gives 0 to 1, below 1. */
export function selectTargets(
  wanted: Wanted,
  answers: DnsAnswers,
  policy: TargetPolicy,
  random: () => number,
): readonly Target[] {
  const services = servicesOf(wanted, answers.naptr, policy)
  const targets: Target[] = []
  let hasRecords = false
  for (const { transport, name } of services) {
    const records = answers.srv.get(name) ?? []
    hasRecords ||= records.length > 0
    for (const record of orderSrv(records, random))
      targets.push(...targetsAt(plainName(record.name), record.port, transport, answers, policy))
  }
  // RFC 3263 §4.2: without SRV records the host itself, at the port of the URI or the usual one.
  if (!hasRecords) {
    const transport = fixedTransport(wanted) ?? defaultTransport(wanted)
    const port = wanted.port ?? (transport === 'tls' ? 5061 : 5060)
    targets.push(...targetsAt(wanted.host.toLowerCase(), port, transport, answers, policy))
  }
  const unique = new Map(targets.map((target) => [Object.values(target).join(' '), target]))
  return [...unique.values()].slice(0, TARGETS_MAX)
}

/** RFC 2782: lower priorities first, among equals the heavier more often first. */
export function orderSrv(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const ordered: SrvRecord[] = []
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b)
  for (const wantedPriority of priorities) {
    // Those without weight come first in the list, so that they have a small chance.
    const rest = records
      .filter(({ priority }) => priority === wantedPriority)
      .toSorted((a, b) => Math.min(a.weight, 1) - Math.min(b.weight, 1))
    while (rest.length > 0) {
      const sum = rest.reduce((total, { weight }) => total + weight, 0)
      const point = Math.floor(random() * (sum + 1))
      let running = 0
      const at = rest.findIndex(({ weight }) => {
        running += weight
        return running >= point
      })
      ordered.push(...rest.splice(Math.max(at, 0), 1))
    }
  }
  // A single "." says that the service is decidedly not there.
  return ordered.filter(({ name, port }) => plainName(name) !== '' && port > 0 && port <= 65_535)
}

/** The addresses of one host, IPv6 and IPv4 by turns, so that a broken one costs a single attempt. */
function targetsAt(
  host: string,
  port: number,
  transport: SipTransport,
  answers: DnsAnswers,
  policy: TargetPolicy,
): Target[] {
  if (!policy.transports.includes(transport)) return []
  const found = isIP(host) === 0 ? (answers.addresses.get(host) ?? []) : [host]
  const [first = [], second = []] = policy.families.map((family) =>
    found.filter((address) => isIPv4(address) === (family === 4)),
  )
  const turns = Array.from({ length: Math.max(first.length, second.length) }, (_, at) => [
    first[at],
    second[at],
  ])
  const addresses = turns.flat().filter((address) => address !== undefined)
  return addresses.map((address) => ({ transport, address, port }))
}

function defaultTransport({ isSecure }: Wanted): SipTransport {
  return isSecure ? 'tls' : 'udp'
}

/** In lower case, without the dot at the end. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
