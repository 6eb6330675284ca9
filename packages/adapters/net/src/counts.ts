// What happened on the sockets since the start. Plain numbers: they are written on the hot path.

export interface NetCounts {
  received: number
  sent: number
  /** Messages that could not be given to a socket: flow gone, output full, or too long. */
  notSent: number
  /** Longer than messageBytesMax. */
  oversize: number
  /** From a public address on a listener that does not allow them. */
  fromPublic: number
  /** Over the rate of their source. */
  overRate: number
  /** Connections refused because of a limit. */
  refusedConnections: number
  /** Connections closed by us because of what the peer sent or did not send. */
  closedForFraming: number
  closedForSilence: number
  closedForOutput: number
  closedForRate: number
  /** WebSocket handshakes refused. */
  refusedHandshakes: number
  /** Errors the operating system reported on open sockets. */
  socketErrors: number
  /** Exceptions thrown by the receiver: our bugs. */
  receiverErrors: number
}

export function newCounts(): NetCounts {
  return {
    received: 0,
    sent: 0,
    notSent: 0,
    oversize: 0,
    fromPublic: 0,
    overRate: 0,
    refusedConnections: 0,
    closedForFraming: 0,
    closedForSilence: 0,
    closedForOutput: 0,
    closedForRate: 0,
    refusedHandshakes: 0,
    socketErrors: 0,
    receiverErrors: 0,
  }
}
