// The relay for sound where UDP is blocked: credentials are fetched when a call begins and kept while
// they are good. A call does not wait long for them, and goes without when they cannot be had.
import type { PhoneRelay } from '@rufwerk/contract/relay'

/** How a connection for sound is set up. */
const PEER_CONNECTION: RTCConfiguration = {
  iceServers: [],
  rtcpMuxPolicy: 'require',
  bundlePolicy: 'max-bundle',
}
/** Not used when they end within this time. */
const MARGIN_MS = 60_000
const FETCH_MS_MAX = 2_000

export interface RelayPorts {
  /** Of the page, with brackets around IPv6: the relay is beside the server. */
  readonly hostname: string
  readonly fetchRelay: () => Promise<PhoneRelay>
  readonly nowMs: () => number
}

export class RelayCredentials {
  /** Whether the server said that it has one. */
  isOffered = false
  readonly #ports: RelayPorts
  #known: { readonly servers: readonly RTCIceServer[]; readonly untilMs: number } | undefined

  constructor(ports: RelayPorts) {
    this.#ports = ports
  }

  /** What to open the connection of a call with. */
  async configuration(): Promise<RTCConfiguration> {
    if (!this.isOffered) return PEER_CONNECTION
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, FETCH_MS_MAX, undefined))
    const servers = await Promise.race([this.#servers().catch(() => undefined), late])
    return { ...PEER_CONNECTION, iceServers: [...(servers ?? [])] }
  }

  async #servers(): Promise<readonly RTCIceServer[]> {
    const { fetchRelay, hostname, nowMs } = this.#ports
    if (this.#known && nowMs() < this.#known.untilMs) return this.#known.servers
    const { port, tlsPort, username, credential, expiresInSeconds } = await fetchRelay()
    const urls = [
      ...(port === undefined ? [] : [`turn:${hostname}:${port}?transport=tcp`]),
      ...(tlsPort === undefined ? [] : [`turns:${hostname}:${tlsPort}?transport=tcp`]),
    ]
    const servers = [{ urls, username, credential }]
    this.#known = { servers, untilMs: nowMs() + expiresInSeconds * 1000 - MARGIN_MS }
    return servers
  }
}
