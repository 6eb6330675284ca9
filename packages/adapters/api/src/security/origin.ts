// Is a request from a page of this server? Browsers add Origin to every request that changes something and
// to every WebSocket handshake (RFC 6454 §7, RFC 6455 §10.2), and a page cannot forge it. A missing Origin
// is refused there as well, so that the check cannot be avoided.

export interface OriginCheck {
  readonly origin: string | null | undefined
  readonly host: string | null | undefined
  readonly fetchSite: string | null | undefined
  /** True when the connection is TLS: then the page must be https as well. */
  readonly isSecure: boolean
}

export function isSameOrigin(check: OriginCheck): boolean {
  const { origin, host, fetchSite, isSecure } = check
  if (!origin || !host) return false
  // Fetch Metadata, where a browser sends it, is more exact than Origin: it knows redirects.
  if (fetchSite && fetchSite !== 'same-origin') return false
  const page = URL.parse(origin)
  if (page === null || page.origin !== origin.toLowerCase()) return false
  if (page.protocol !== 'https:' && (isSecure || page.protocol !== 'http:')) return false
  // Deviates from RFC 6454 §4: over plain TCP an https page is accepted: a proxy may end TLS.
  return page.host === URL.parse(`${page.protocol}//${host}`)?.host
}

/** True for the names that only ever mean this machine (RFC 6761 §6.3). */
export function isLoopbackHost(host: string | null | undefined): boolean {
  const name = URL.parse(`http://${host ?? ''}`)?.hostname ?? ''
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d+){3}$/.test(name)
  )
}
