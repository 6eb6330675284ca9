// What the configuration needs to reach, each with its reason.
import { plainHost } from '@rufwerk/core/ip-address'
import { TARGETS_MAX } from './limits.ts'

export type Why = 'trunk' | 'mail' | 'mail-tokens' | 'certificates' | 'stun' | 'advisories' | 'syslog'

export interface Target {
  /** A name in lower case without its last dot, or an IP address. */
  readonly host: string
  readonly protocol: 'tcp' | 'udp'
  /** And those that its SRV records name, if it `isFollowed`. */
  readonly ports: readonly number[]
  /** NAPTR and SRV records of the name say where it really is (RFC 3263). */
  readonly isFollowed: boolean
  readonly why: Why
}

export interface Carrier {
  readonly host: string
  /** Absent: what the DNS says, else the one of the protocol. */
  readonly port?: number | undefined
  readonly transport?: 'udp' | 'tcp' | 'tls' | undefined
}

export interface Configuration {
  readonly trunks: readonly Carrier[]
  readonly servers: readonly {
    readonly host: string
    readonly port: number
    readonly protocol: 'tcp' | 'udp'
    readonly why: Why
  }[]
  /** Addresses that are asked by https, or by http where the configuration says so. */
  readonly urls: readonly { readonly url: string; readonly why: Why }[]
}

/** RFC 3261 §19.1.2. */
const SIP_PORT = 5_060
const SIPS_PORT = 5_061
const HTTPS_PORT = 443
const HTTP_PORT = 80

/** Each place once per reason, in the order of the configuration. What is no place is left out. */
export function targetsOf({ trunks, servers, urls }: Configuration): readonly Target[] {
  const all = [
    ...trunks.flatMap(carrierTargets),
    ...servers.map(({ host, port, protocol, why }) => ({
      ...{ host: hostOf(host), protocol, ports: [port], isFollowed: false, why },
    })),
    ...urls.flatMap(({ url, why }) => urlTarget(url, why)),
  ]
  const byKey = new Map<string, Target>()
  for (const target of all) if (target.host !== '') byKey.set(keyOf(target), target)
  return [...byKey.values()].slice(0, TARGETS_MAX)
}

/** Two targets with the same key are the same. */
export function keyOf({ host, protocol, ports, isFollowed, why }: Target): string {
  return `${why} ${protocol} ${host} ${ports.join()}${isFollowed ? ' followed' : ''}`
}

/** As it is compared: names without regard to case and a last dot, addresses in one spelling. */
export function hostOf(host: string): string {
  return plainHost(host).replace(/\.$/, '')
}

function carrierTargets({ host, port, transport }: Carrier): Target[] {
  const isFollowed = port === undefined
  const of = (protocol: 'tcp' | 'udp', ports: readonly number[]): Target => {
    const mayGo = port === undefined ? ports : [port]
    return { host: hostOf(host), protocol, ports: mayGo, isFollowed, why: 'trunk' }
  }
  if (transport === 'udp') return [of('udp', [SIP_PORT])]
  if (transport === 'tcp') return [of('tcp', [SIP_PORT])]
  if (transport === 'tls') return [of('tcp', [SIPS_PORT])]
  return [of('udp', [SIP_PORT]), of('tcp', [SIP_PORT, SIPS_PORT])]
}

function urlTarget(text: string, why: Why): Target[] {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return []
  const port = url.port === '' ? (url.protocol === 'https:' ? HTTPS_PORT : HTTP_PORT) : Number(url.port)
  return [{ host: hostOf(url.hostname), protocol: 'tcp', ports: [port], isFollowed: false, why }]
}
