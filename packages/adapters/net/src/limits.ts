// Every limit of this package, with its unit. What happens at a limit is said beside it; each occurrence is
// counted.
import { type Ms, minutes, ms, seconds } from '@rufwerk/core'

export interface NetLimits {
  /** UDP sockets and TCP listeners together; a further listen is refused. */
  readonly socketsMax: number
  /** Connections in total (TCP, TLS and WebSocket), handshakes included; a further one is closed at once. */
  readonly connectionsMax: number
  /** TLS handshakes that are under way; a further connection is closed at once. */
  readonly handshakesMax: number
  /** The same from one address, so that one device cannot keep all the others out. */
  readonly handshakesPerAddressMax: number
  /** TLS handshakes begun per second by one address: each costs us milliseconds, the peer less. */
  readonly handshakesPerSecondMax: number
  /** Connections from one address that is neither private nor loopback, or from one /64 of IPv6. */
  readonly connectionsPerAddressMax: number
  /** Connections from one private or loopback address: a proxy may stand there. */
  readonly connectionsPerPrivateAddressMax: number
  /** Outgoing connections that are being opened. */
  readonly connectingMax: number
  /** Who may wait for the same connection to be opened; further ones are refused. */
  readonly waitersPerConnectionMax: number
  /** Bytes that wait for connections to be opened, in total; further messages are refused. */
  readonly waitingBytesMax: number
  /** STUN Binding requests per second from one address that are answered; more are dropped. */
  readonly stunPerSecondMax: number
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
  /** A TLS handshake must be over within this time, from the first to the last byte. */
  readonly handshakeWithin: Ms
  /** A new connection must deliver its first message or keep-alive within this time. */
  readonly firstMessageWithin: Ms
  /** A started message must be complete within this time (slow loris). */
  readonly messageWithin: Ms
  /** A connection without a byte from the peer for this long is closed. */
  readonly idle: Ms
  /** How often a WebSocket is pinged; one that has not answered by the next ping is closed. */
  readonly webSocketPing: Ms
  /** After a ping of ours the peer must say something within this time (RFC 5626 §4.4.1). */
  readonly pongWithin: Ms
  /** An outgoing connection must be open within this time, its handshake included. */
  readonly connectWithin: Ms
}

export const NET_LIMITS: NetLimits = {
  socketsMax: 64,
  connectionsMax: 10_000,
  handshakesMax: 1_000,
  handshakesPerAddressMax: 100,
  handshakesPerSecondMax: 50,
  connectionsPerAddressMax: 50,
  connectionsPerPrivateAddressMax: 5_000,
  connectingMax: 500,
  waitersPerConnectionMax: 200,
  waitingBytesMax: 8_388_608,
  stunPerSecondMax: 50,
  messageBytesMax: 65_535,
  outputBytesMax: 1_048_576,
  publicMessagesPerSecondMax: 300,
  privateMessagesPerSecondMax: 20_000,
  rateSourcesMax: 20_000,
  udpFlowsMax: 50_000,
  handshakeWithin: seconds(10),
  firstMessageWithin: seconds(10),
  messageWithin: seconds(10),
  idle: minutes(65), // Longer than the longest registration, so that a quiet phone keeps its connection.
  webSocketPing: seconds(30),
  pongWithin: seconds(10),
  connectWithin: ms(5_000),
}
