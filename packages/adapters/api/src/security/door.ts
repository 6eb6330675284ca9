// Who may reach the console at all, before any route is looked at.
import { isIP } from 'node:net'
import type { Refusal } from '../error.ts'
import { isLoopback, type Peer } from '../peer.ts'
import type { ApiPorts } from '../ports.ts'
import { isLoopbackHost } from './origin.ts'

/**
 * Until it is set up, the console belongs to whoever sits at this machine: other addresses are refused, and
 * so are names that only a rebound DNS entry could make point here.
 */
export function refusalOfVisitor(peer: Peer, host: string | undefined, ports: ApiPorts): Refusal | undefined {
  if (peer.isLocalAdmin) return undefined
  const { accounts, settings } = ports
  if (accounts.setupState() === 'open' && !(isLoopback(peer.address) && isLoopbackHost(host))) {
    return { code: 'setup-required' }
  }
  if (settings.hostNames === undefined || isLoopbackHost(host)) return undefined
  const name = URL.parse(`http://${host ?? ''}`)?.hostname ?? ''
  // An address cannot be rebound, only a name can.
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return undefined
  return settings.hostNames.includes(name) ? undefined : { code: 'origin-refused' }
}
