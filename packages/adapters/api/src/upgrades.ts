// WebSocket handshakes (RFC 6455 §4.2). Browsers enforce no same-origin rule here, so Origin is checked
// before anything else; the live channel then needs the session cookie, the phone's SIP a ticket in a
// subprotocol.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { CLOSE_CODES, PATHS, TICKET_SUBPROTOCOL_PREFIX } from '@rufwerk/contract'
import { WebSocketServer } from 'ws'
import { ERRORS, type Refusal, refusalBody } from './error.ts'
import { visitorOf } from './gate.ts'
import { LIMITS } from './limits.ts'
import type { LiveHub } from './live/live-hub.ts'
import { type Peer, UNKNOWN_ADDRESS } from './peer.ts'
import type { ApiPorts, PhonePort } from './ports.ts'
import type { Attempts } from './security/attempts.ts'
import { refusalOfVisitor } from './security/door.ts'
import { isSameOrigin } from './security/origin.ts'
import type { Tickets } from './security/tickets.ts'

export interface UpgradeParts {
  readonly attempts: Attempts
  readonly tickets: Tickets
  readonly hub: LiveHub
}

export class Upgrades {
  readonly #ports: ApiPorts
  readonly #parts: UpgradeParts
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIMITS.liveMessageFromClientBytesMax,
  })

  constructor(ports: ApiPorts, parts: UpgradeParts) {
    this.#ports = ports
    this.#parts = parts
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): void {
    const onError = (): void => this.#ports.log.debug('api.upgrade-broke')
    socket.on('error', onError)
    this.#decide(request, socket, head, peer).then(
      (refusal) => {
        socket.off('error', onError)
        if (refusal) refuse(socket, refusal)
      },
      (error: unknown) => {
        this.#ports.log.error('api.upgrade-failed', { message: String(error).slice(0, 300) })
        refuse(socket, { code: 'internal' })
      },
    )
  }

  /** Hands the connection over, or says why not. */
  async #decide(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    peer: Peer,
  ): Promise<Refusal | undefined> {
    const early = this.#refusalBefore(request, peer)
    if (early) return early
    const path = (request.url ?? '').split('?')[0]
    if (path === PATHS.live) return this.#openLive(request, socket, head)
    const { phones } = this.#ports
    if (path === PATHS.sip && phones !== undefined)
      return this.#openPhone(phones, request, socket, head, peer)
    return { code: 'not-found' }
  }

  #refusalBefore(request: IncomingMessage, peer: Peer): Refusal | undefined {
    const { headers, method } = request
    const refusal = refusalOfVisitor(peer, headers.host, this.#ports)
    if (refusal) return refusal
    if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return { code: 'bad-request' }
    const wait = this.#parts.attempts.take('upgrade', peer)
    if (wait > 0) return { code: 'rate-limited', retryAfterSeconds: wait }
    const isOwn = isSameOrigin({
      origin: headers.origin,
      host: headers.host,
      // Browsers disagree whether a ws: address is of the same site as its http: page; Origin is enough here.
      fetchSite: undefined,
      isSecure: peer.isSecure,
    })
    return isOwn ? undefined : { code: 'origin-refused' }
  }

  async #openLive(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Refusal | undefined> {
    const { accounts } = this.#ports
    const { cookie } = request.headers
    const visitor = await visitorOf(accounts, cookie)
    if (visitor && !this.#parts.hub.hasRoomFor(visitor.person.id)) return { code: 'limit-reached' }
    if (socket.destroyed) return undefined
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      // A page cannot read the status of a refused handshake, but it can read a close code.
      // Without a listener, a bad frame of a client would end the process.
      webSocket.on('error', () => this.#ports.log.debug('live.socket-error'))
      if (visitor === undefined) return webSocket.close(CLOSE_CODES.signedOut)
      const isSignedIn = async (): Promise<boolean> => (await visitorOf(accounts, cookie)) !== undefined
      this.#parts.hub.open(webSocket, visitor, isSignedIn)
    })
    return undefined
  }

  #openPhone(
    phones: PhonePort,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    peer: Peer,
  ): Refusal | undefined {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    const tickets = offered.filter((name) => name.startsWith(TICKET_SUBPROTOCOL_PREFIX))
    const [ticket] = tickets
    // RFC 7118 §4.1: the client offers `sip`, and we answer it.
    if (!offered.includes('sip') || tickets.length !== 1 || ticket === undefined)
      return { code: 'bad-request' }
    const claim = this.#parts.tickets.take(ticket.slice(TICKET_SUBPROTOCOL_PREFIX.length))
    // The device may have been removed since.
    if (claim === undefined || this.#ports.accounts.directoryOfDevice(claim.device) === undefined) {
      return { code: 'unauthenticated' }
    }
    // The ticket is used up, yet it need not go further than here.
    request.headers['sec-websocket-protocol'] = 'sip'
    const behind = peer.address === UNKNOWN_ADDRESS ? {} : { address: peer.address }
    const phone = { device: claim.device, isSecure: peer.isSecure, ...behind }
    phones.accept(request, socket, head, phone)
    return undefined
  }
}

function refuse(socket: Duplex, refusal: Refusal): void {
  if (socket.destroyed) return
  const body = JSON.stringify(refusalBody(refusal))
  const { status } = ERRORS[refusal.code]
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    'Connection: close',
    'Content-Type: application/json',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(refusal.retryAfterSeconds === undefined ? [] : [`Retry-After: ${refusal.retryAfterSeconds}`]),
  ]
  socket.on('error', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
