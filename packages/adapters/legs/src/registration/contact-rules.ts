// Which contacts nobody may register (RFC 3261 §10.3 leaves it to policy): requests go over the flow that the
// REGISTER came by, so a contact cannot turn them to a third party; but one that can only be a mistake or an
// attack is refused before it is stored or shown.
import type { Flow } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import type { SipRequest, SipUri } from '@rufwerk/sip'
import { isLoopback } from '../address.ts'

const SIP_PORT = 5060
const TRANSPORTS: ReadonlySet<string> = new Set(['udp', 'tcp', 'tls', 'sctp', 'ws', 'wss'])

/** The status that refuses a REGISTER because of where it wants to be reached, or undefined. */
export function refusalOfContacts(request: SipRequest, flow: Flow): 400 | 403 | undefined {
  for (const { uri } of request.headers.contacts) {
    const transport = uri.params.get('transport')
    if (transport !== undefined && !TRANSPORTS.has(transport.toLowerCase())) return 400
    if (isForbidden(uri, flow)) return 403
  }
  return undefined
}

function isForbidden(uri: SipUri, flow: Flow): boolean {
  const host = plainHost(uri.host)
  if (isNobody(host)) return true
  if (isLoopback(host) && !isLoopback(flow.remote.address)) return true
  return host === plainHost(flow.local.address) && (uri.port ?? SIP_PORT) === flow.local.port
}

/** Multicast, broadcast, or no address at all. */
function isNobody(host: string): boolean {
  if (/^(22[4-9]|23\d)\.\d+\.\d+\.\d+$/.test(host) || /^ff[0-9a-f]{2}:/.test(host)) return true
  return host === '255.255.255.255' || /^0\.\d+\.\d+\.\d+$/.test(host) || /^[0:]*:[0:]*$/.test(host)
}
