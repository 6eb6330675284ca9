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
  /** UDP is open, TCP and TLS are not: with these come at once all phones that lost their connection. */
  readonly beforeConnections: () => Promise<void>
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
  { hosts, port, tlsPort, identity, allowPublic, beforeConnections, log }: SipListenOptions,
): Promise<Result<SipListening, string>> {
  const chosen = hosts.length > 0 ? hosts : ownAddresses()
  const isAllowed = (transport: 'tls' | 'tcp' | 'udp') => ({
    isPublicAllowed: allowPublic.includes(transport),
  })
  /** Where it is open, or why it may not be closed. */
  const openAll = async (listen: Listen): Promise<Result<ReadonlySet<string>, string>> => {
    const open = new Set<string>()
    for (const address of chosen) {
      const listening = await listen(address)
      if (listening.ok) {
        open.add(address)
        continue
      }
      const { code, message } = listening.error
      if (code !== 'address-not-available' || hosts.length > 0)
        return fail(`${message}; choose another one with ${flagFor(listening.error, tlsPort)}.`)
      log.warn('address left out', { address, message })
    }
    return ok(open)
  }
  const udp = await openAll((address) => sockets.listenUdp({ address, port, ...isAllowed('udp') }))
  if (!udp.ok) return udp
  await beforeConnections()
  const tcp = await openAll((address) => sockets.listenTcp({ address, port, ...isAllowed('tcp') }))
  if (!tcp.ok) return tcp
  const tls = await openAll((address) =>
    sockets.listenTls({ address, port: tlsPort, identity, ...isAllowed('tls') }),
  )
  if (!tls.ok) return tls
  const isOpen = (address: string): boolean => udp.value.has(address) || tcp.value.has(address)
  return ok({ addresses: chosen.filter(isOpen), tlsAddresses: [...tls.value] })
}

type Listen = (address: string) => ReturnType<SipSockets['listenUdp']>
type Failure = Extract<Awaited<ReturnType<Listen>>, { ok: false }>['error']

/** The flag that chooses another address or port. */
function flagFor({ code, port }: Failure, tlsPort: number): string {
  if (code === 'address-not-available' || code === 'wildcard') return '--sip-host'
  return port === tlsPort ? '--sip-tls-port' : '--sip-port'
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
