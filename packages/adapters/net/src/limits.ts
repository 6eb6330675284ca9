// Every limit of this package, with its unit. What happens at a limit is said beside it; each occurrence is
// counted.
import { type Ms, minutes, ms, seconds } from '@rufwerk/core'

export interface NetLimits {
  /** UDP sockets and TCP listeners together; a further listen is refused. */
  readonly socketsMax: number
  /** Connections in total (TCP and WebSocket); a further one is closed at once. */
  readonly connectionsMax: number
  /** Connections from one address that is neither private nor loopback. */
  readonly connectionsPerAddressMax: number
  /** Connections from one private or loopback address: a proxy may stand there. */
  readonly connectionsPerPrivateAddressMax: number
  /** Outgoing TCP connections that are being opened. */
  readonly connectingMax: number
  /** Bytes of one message; more is dropped on UDP and closes a connection. */
  readonly messageBytesMax: number
  /** Bytes waiting to be written to one connection; more closes it. */
  readonly outputBytesMax: number
  /** Messages per second from one public address; more are dropped on UDP and close a connection. */
  readonly publicMessagesPerSecondMax: number
  /** The same for a private address. Loopback has no such limit. */
  readonly privateMessagesPerSecondMax: number
  /** Addresses remembered for the rates of the current second; unknown ones are refused beyond it. */
  readonly rateSourcesMax: number
  /** Addresses of UDP peers whose flow is remembered; the memory is emptied when full. */
  readonly udpFlowsMax: number
  /** A new connection must deliver its first message or keep-alive within this time. */
  readonly firstMessageWithin: Ms
  /** A started message must be complete within this time (slow loris). */
  readonly messageWithin: Ms
  /** A connection without a byte from the peer for this long is closed. */
  readonly idle: Ms
  /** How often a WebSocket is pinged; one that has not answered by the next ping is closed. */
  readonly webSocketPing: Ms
  /** An outgoing connection must be open within this time. */
  readonly connectWithin: Ms
}

export const NET_LIMITS: NetLimits = {
  socketsMax: 64,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 50,
  connectionsPerPrivateAddressMax: 5_000,
  connectingMax: 500,
  messageBytesMax: 65_535,
  outputBytesMax: 1_048_576,
  publicMessagesPerSecondMax: 300,
  privateMessagesPerSecondMax: 20_000,
  rateSourcesMax: 20_000,
  udpFlowsMax: 50_000,
  firstMessageWithin: seconds(10),
  messageWithin: seconds(10),
  idle: minutes(65), // Longer than the longest registration, so that a quiet phone keeps its connection.
  webSocketPing: seconds(30),
  connectWithin: ms(5_000),
}
