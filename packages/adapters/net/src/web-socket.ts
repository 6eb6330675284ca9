// SIP over WebSocket, server side (RFC 7118): the handshake was authorised by the caller, the flow carries
// its device. One WebSocket message is one SIP message. Lost peers are found by WebSocket pings.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Flow, Ms } from '@rufwerk/core'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { Connection } from './connections.ts'
import { KeepAlive, PING, PONG } from './keep-alive.ts'
import type { Shared } from './udp.ts'

const SUBPROTOCOL = 'sip'
const CLOSE_GOING_AWAY = 1001
const CLOSE_POLICY = 1008

/** Speaks the handshake; one per process. */
export class WebSocketDoor {
  readonly #server: WebSocketServer

  constructor(messageBytesMax: number) {
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: messageBytesMax,
      perMessageDeflate: false,
      skipUTF8Validation: true, // The SIP parser looks at the bytes itself.
      clientTracking: false,
      handleProtocols: () => SUBPROTOCOL,
    })
  }

  /** Calls back with the open socket; a bad handshake is answered by `ws` itself. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onOpen: (webSocket: WebSocket) => void,
  ): void {
    this.#server.handleUpgrade(request, socket, head, onOpen)
  }

  close(): void {
    this.#server.close()
  }
}

/** True when the client offers the subprotocol `sip` (RFC 7118 §4.1). */
export function offersSip(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL)
}

/** Refuses an upgrade with a plain HTTP answer. */
export function refuseUpgrade(socket: Duplex, status: 400 | 503): void {
  // Nobody else listens any more, and a peer that resets the connection must not end the process.
  socket.on('error', () => socket.destroy())
  const reason = status === 400 ? 'Bad Request' : 'Service Unavailable'
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  )
}

export class WebSocketConnection implements Connection {
  readonly flow: Flow
  readonly #webSocket: WebSocket
  readonly #shared: Shared
  readonly #onClosed: (connection: Connection) => void
  #isAlive = true
  #timer: Disposable | undefined
  #keepAlive: Disposable | undefined
  #heard = 0

  constructor(webSocket: WebSocket, flow: Flow, shared: Shared, onClosed: (connection: Connection) => void) {
    this.flow = flow
    this.#webSocket = webSocket
    this.#shared = shared
    this.#onClosed = onClosed
    webSocket.on('message', (data) => this.#receive(data))
    webSocket.on('pong', () => {
      this.#isAlive = true
      this.#heard += 1
    })
    webSocket.on('error', () => this.#failed())
    webSocket.on('close', () => this.#closed())
    this.#armPing()
  }

  send(bytes: Uint8Array): boolean {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return false
    if (this.#webSocket.bufferedAmount + bytes.length > this.#shared.limits.outputBytesMax) {
      this.#shared.counts.closedForOutput += 1
      this.#webSocket.terminate()
      return false
    }
    this.#webSocket.send(bytes, { binary: false }) // Browsers' libraries expect text.
    return true
  }

  /** The certificate belongs to the HTTP side; who is there it knows by its session. */
  peerCertificate(): undefined {}

  keepAlive(every: Ms): void {
    const { timers, limits, random, counts } = this.#shared
    this.#keepAlive?.[Symbol.dispose]()
    this.#keepAlive = new KeepAlive({
      ...{ timers, every, random, pongWithin: limits.pongWithin },
      sendPing: () => void this.send(PING),
      heard: () => this.#heard,
      onDead: () => {
        counts.closedForNoPong += 1
        this.#webSocket.terminate()
      },
    })
  }

  close(isPolite: boolean): void {
    if (isPolite) this.#webSocket.close(CLOSE_GOING_AWAY)
    else this.#webSocket.terminate()
  }

  #receive(data: RawData): void {
    const { counts, rates, timers, deliver } = this.#shared
    this.#isAlive = true
    this.#heard += 1
    const bytes = Array.isArray(data)
      ? Buffer.concat(data)
      : data instanceof ArrayBuffer
        ? Buffer.from(data)
        : data
    if (bytes.length <= PING.length && bytes.toString('latin1').trim() === '') {
      if (bytes.length === PING.length) this.send(PONG) // RFC 5626 §4.4.1
      return
    }
    if (rates.admit(this.flow.remote.address, timers.now(), true) !== 'admitted') {
      counts.closedForRate += 1
      this.#webSocket.close(CLOSE_POLICY)
      return
    }
    counts.received += 1
    deliver(this.flow, bytes)
  }

  /** `ws` closes the connection itself after a bad frame or a message that is too long. */
  #failed(): void {
    this.#shared.counts.closedForFraming += 1
    this.#webSocket.terminate()
  }

  #armPing(): void {
    this.#timer = this.#shared.timers.arm(this.#shared.limits.webSocketPing, () => {
      if (!this.#isAlive) {
        this.#shared.counts.closedForSilence += 1
        this.#webSocket.terminate()
        return
      }
      this.#isAlive = false
      this.#webSocket.ping()
      this.#armPing()
    })
  }

  #closed(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#keepAlive?.[Symbol.dispose]()
    this.#keepAlive = undefined
    this.#onClosed(this)
  }
}
