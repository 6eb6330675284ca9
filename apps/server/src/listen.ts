// Opens the SIP listeners: loopback and private addresses unless told otherwise; UDP, TCP and TLS on each.
import type { PhoneServer } from '@rufwerk/contract'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import { localAddresses, type SipSockets, type TlsIdentity } from '@rufwerk/net'

export interface SipListenOptions {
  /** Empty: loopback and all private addresses. */
  readonly hosts: readonly string[]
  readonly port: number
  readonly tlsPort: number
  readonly identity: TlsIdentity
  /** Transports that take public addresses. */
  readonly allowPublic: readonly ('tls' | 'tcp' | 'udp')[]
  readonly log: Log
}

/** Where somebody can register. */
export interface SipListening {
  /** With UDP or TCP. */
  readonly addresses: readonly string[]
  /** With TLS. */
  readonly tlsAddresses: readonly string[]
}

/**
 * The addresses to listen on. An address that was asked for must open; one of our own choice may be missing.
 */
export async function listenSip(
  sockets: SipSockets,
  { hosts, port, tlsPort, identity, allowPublic, log }: SipListenOptions,
): Promise<Result<SipListening, string>> {
  const chosen = hosts.length > 0 ? hosts : ownAddresses()
  const addresses: string[] = []
  const tlsAddresses: string[] = []
  const isAllowed = (transport: 'tls' | 'tcp' | 'udp') => ({
    isPublicAllowed: allowPublic.includes(transport),
  })
  for (const address of chosen) {
    const udp = await sockets.listenUdp({ address, port, ...isAllowed('udp') })
    const tcp = await sockets.listenTcp({ address, port, ...isAllowed('tcp') })
    const tls = await sockets.listenTls({ address, port: tlsPort, identity, ...isAllowed('tls') })
    for (const listening of [udp, tcp, tls]) {
      if (listening.ok) continue
      const { code, message } = listening.error
      if (code === 'address-not-available' && hosts.length === 0) {
        log.warn('address left out', { address, message })
        continue
      }
      const isAddress = code === 'address-not-available' || code === 'wildcard'
      const flag = isAddress
        ? '--sip-host'
        : listening.error.port === tlsPort
          ? '--sip-tls-port'
          : '--sip-port'
      return fail(`${message}; choose another one with ${flag}.`)
    }
    if (udp.ok || tcp.ok) addresses.push(address)
    if (tls.ok) tlsAddresses.push(address)
  }
  return ok({ addresses, tlsAddresses })
}

/** Where phones and browsers of this network find us. */
export function ownAddresses(): string[] {
  return localAddresses()
    .filter(({ where }) => where !== 'public')
    .map(({ address }) => address)
}

/** What a phone in the same network registers at: a private address before loopback, IPv4 before IPv6. */
export function phoneServer(
  { addresses, tlsAddresses }: SipListening,
  { port, tlsPort }: Pick<SipListenOptions, 'port' | 'tlsPort'>,
): PhoneServer {
  const rank = (address: string): number =>
    (address === '::1' || address.startsWith('127.') ? 2 : 0) + (address.includes(':') ? 1 : 0)
  const [server = '127.0.0.1'] = addresses.toSorted((a, b) => rank(a) - rank(b))
  return { server, port, ...(tlsAddresses.includes(server) && { tlsPort }) }
}
