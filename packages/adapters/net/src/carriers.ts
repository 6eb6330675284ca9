// The way to carriers: names by the DNS (RFC 3263), and flows from the sockets that phones use, too.
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Flow, Log, Ms } from '@rufwerk/core'
import { isWildcard, writeSocketAddress } from './address.ts'
import type { SipResolver } from './dns/resolver.ts'
import type { Target, Wanted } from './dns/select.ts'
import type { SipSockets } from './sip-sockets.ts'
import type { TlsPeer } from './tls.ts'

/** Any port does: only the route is looked at. */
const SOME_PORT = 9

export interface CarriersParts {
  readonly sockets: SipSockets
  readonly resolver: SipResolver
  readonly log: Log
}

export class Carriers {
  readonly #parts: CarriersParts

  constructor(parts: CarriersParts) {
    this.#parts = parts
  }

  /** What to try, in order; empty when the name leads nowhere, which the log says. */
  async resolve(wanted: Omit<Wanted, 'isSecure'>): Promise<readonly Target[]> {
    const { resolver, log } = this.#parts
    const found = await resolver.resolve({ ...wanted, isSecure: false })
    if (found.ok) return found.value
    log.warn('carrier not found', { host: wanted.host, why: found.error.message })
    return []
  }

  /**
   * Over UDP the flow from our socket of the address that the system would send from; else a connection.
   * Undefined when there is none, which the log says.
   */
  async open(target: Target, peer: TlsPeer): Promise<Flow | undefined> {
    const { sockets, log } = this.#parts
    const remote = { address: target.address, port: target.port }
    const server = writeSocketAddress(remote)
    const localAddress = await localAddressTo(remote.address)
    if (localAddress === undefined) {
      log.warn('no way to the carrier', { server })
      return undefined
    }
    if (target.transport === 'udp') {
      const flow = sockets.udpFlow(localAddress, remote)
      if (flow === undefined) log.warn('nothing listens for the carrier', { server, localAddress })
      return flow
    }
    const to = { remote, localAddress }
    const opened = await sockets.open(
      target.transport === 'tcp' ? { transport: 'tcp', ...to } : { transport: 'tls', ...to, peer },
    )
    if (opened.ok) return opened.value
    log.warn('carrier not reached', { server, why: opened.error.message })
    return undefined
  }

  keepAlive(flow: Flow, every: Ms): void {
    this.#parts.sockets.keepAlive(flow.id, every)
  }
}

/**
 * Which address of ours the system would send from to `remote`, an IP address: nothing is sent to find out.
 * Undefined when there is no way.
 */
export function localAddressTo(remote: string): Promise<string | undefined> {
  const found = Promise.withResolvers<string | undefined>()
  const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4')
  const end = (address: string | undefined): void => {
    socket.removeAllListeners()
    socket.on('error', () => undefined)
    socket.close()
    found.resolve(address)
  }
  socket.once('error', () => end(undefined))
  socket.connect(SOME_PORT, remote, () => {
    const { address } = socket.address()
    end(isWildcard(address) ? undefined : address)
  })
  return found.promise
}
