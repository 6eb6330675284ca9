// The way to carriers: names by the DNS (RFC 3263), and flows from the sockets that phones use, too.
import { isIP } from 'node:net'
import type { Flow, Log } from '@rufwerk/core'
import type { CarrierNetwork } from '@rufwerk/legs'
import { localAddressTo, type SipResolver, type SipSockets, writeSocketAddress } from '@rufwerk/net'

export interface TrunkNetworkParts {
  readonly sockets: SipSockets
  readonly resolver: SipResolver
  readonly log: Log
}

export function openTrunkNetwork({ sockets, resolver, log }: TrunkNetworkParts): CarrierNetwork {
  return {
    async resolve({ host, port, transport }) {
      const wanted = { host, isSecure: false, ...(port && { port }), ...(transport && { transport }) }
      const found = await resolver.resolve(wanted)
      if (found.ok) return found.value
      log.warn('carrier not found', { host, why: found.error.message })
      return []
    },
    async open(target, { name, authorities }): Promise<Flow | undefined> {
      const remote = { address: target.address, port: target.port }
      const localAddress = await localAddressTo(remote.address)
      if (localAddress === undefined) {
        log.warn('no way to the carrier', { server: writeSocketAddress(remote) })
        return undefined
      }
      if (target.transport === 'udp') {
        const flow = sockets.udpFlow(localAddress, remote)
        if (flow === undefined) log.warn('nothing listens for the carrier', { address: localAddress })
        return flow
      }
      const opened = await sockets.open(
        target.transport === 'tcp'
          ? { transport: 'tcp', remote, localAddress }
          : { transport: 'tls', remote, localAddress, peer: { name, ...(authorities && { authorities }) } },
      )
      if (opened.ok) return opened.value
      log.warn('carrier not reached', { server: writeSocketAddress(remote), why: opened.error.message })
      return undefined
    },
    keepAlive: (flow, every) => void sockets.keepAlive(flow.id, every),
  }
}

/** The versions of IP that we can speak from, the dearest first. */
export function familiesOf(addresses: readonly string[]): readonly (4 | 6)[] {
  const isThere = (family: number): boolean => addresses.some((address) => isIP(address) === family)
  return ([4, 6] as const).filter(isThere)
}
