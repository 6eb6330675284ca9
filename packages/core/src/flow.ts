// A flow: one way to reach a peer (RFC 5626 §3). A UDP flow is a pair of addresses, the others are a
// connection.

export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

export interface SocketAddress {
  /** An IP address in text form, without brackets. */
  readonly address: string
  readonly port: number
}

export interface Flow {
  /** Unique while the flow exists; a UDP flow's id follows from its addresses, a connection's does not. */
  readonly id: string
  readonly transport: TransportName
  readonly local: SocketAddress
  readonly remote: SocketAddress
  /**
   * Set when the handshake already authenticated a device (the browser's WebSocket); then no digest is asked.
   */
  readonly device?: string
  /**
   * For a peer outside the local networks: the address of ours that it is told instead of `local.address`.
   * The port is the same.
   */
  readonly advertised?: string
}

/** The address of ours that the peer on this flow can send to. */
export function toldAddress({ local, advertised }: Pick<Flow, 'local' | 'advertised'>): string {
  return advertised ?? local.address
}

export function isReliable(transport: TransportName): boolean {
  return transport !== 'udp'
}
