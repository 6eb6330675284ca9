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
  /** Connections that were silent after a ping of ours. */
  closedForNoPong: number
  /** TLS handshakes that succeeded. */
  handshakes: number
  /** TLS handshakes that took too long or failed: garbage, old versions, a broken connection. */
  failedHandshakes: number
  /** STUN keep-alives answered, and those dropped because there were too many or they were no Binding. */
  stunAnswers: number
  stunDropped: number
  /** Outgoing connections that were opened, those that could not be, and requests that found one open. */
  opened: number
  openFailures: number
  reused: number
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
    closedForNoPong: 0,
    handshakes: 0,
    failedHandshakes: 0,
    stunAnswers: 0,
    stunDropped: 0,
    opened: 0,
    openFailures: 0,
    reused: 0,
    refusedHandshakes: 0,
    socketErrors: 0,
    receiverErrors: 0,
  }
}
