// Where a request inside a dialog is addressed to (RFC 3261 §12.2.1.1).
import { parseNameAddr } from '../message/name-addr.ts'
import { type SipUri, writeUri } from '../message/uri.ts'

export interface Target {
  readonly requestUri: SipUri
  /** Values of Route in order. */
  readonly routes: readonly string[]
}

/** Headers of the target are left out: neither Request-URI nor Route may have any (RFC 3261 §19.1.1). */
export function routesFor(target: SipUri, routeSet: readonly string[]): Target {
  const { headers: _, ...remoteTarget } = target
  const [first, ...others] = routeSet
  if (first === undefined) return { requestUri: remoteTarget, routes: [] }
  const next = parseNameAddr(first)
  if (!next.ok || next.value.uri.params.has('lr')) return { requestUri: remoteTarget, routes: routeSet }
  // The next hop is a strict router: it wants itself in the Request-URI and the target as the last route.
  const { headers: _ours, ...uri } = next.value.uri
  return { requestUri: uri, routes: [...others, `<${writeUri(remoteTarget)}>`] }
}
