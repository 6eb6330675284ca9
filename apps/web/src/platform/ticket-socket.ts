// The WebSocket below JsSIP (RFC 7118). Each connection first fetches a ticket, which carries who is calling,
// so that no password is needed on it. JsSIP calls connect() again, with a growing pause, after a loss; while
// a call is up a silent server is asked again within one connect(), because each second is heard.
import type { PhoneTicket } from '@rufwerk/contract'

/** How long the handshake may take. */
const OPEN_MS = 10_000
/** Between two questions while a call is up: the middle, and how far it is drawn from there. */
const URGENT_PAUSE_MS = 400
const URGENT_SPREAD_MS = 200
/** The server keeps the calls of a lost connection for 32 s after it has started again. */
const URGENT_MS_MAX = 20_000
const SUBPROTOCOL = 'sip'
const TICKET_PREFIX = 'ticket.'

export interface TicketSocketPorts {
  /** Rejects when the server does not answer or refuses. */
  readonly fetchTicket: () => Promise<PhoneTicket>
  /** Whether a call is up. */
  readonly hasCall: () => boolean
  readonly open: (url: string, subprotocols: string[]) => WebSocket
}

/** JsSIP's Socket interface; the names of its members are JsSIP's. */
export class TicketSocket {
  readonly url: string
  readonly sip_uri: string
  via_transport: string
  onconnect: () => void = () => {}
  ondisconnect: (isError: boolean, code?: number, reason?: string) => void = () => {}
  ondata: (message: unknown) => void = () => {}
  readonly #ports: TicketSocketPorts
  #socket: WebSocket | undefined
  #isConnecting = false
  /** Counts attempts, so that a late ticket of an attempt that was given up opens nothing. */
  #attempt = 0

  constructor(origin: string, ports: TicketSocketPorts) {
    const url = new URL('/sip', origin)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.url = url.href
    this.sip_uri = `sip:${url.host};transport=ws`
    this.via_transport = url.protocol === 'wss:' ? 'WSS' : 'WS'
    this.#ports = ports
  }

  connect(): void {
    if (this.#isConnecting || this.isConnected()) return
    this.#isConnecting = true
    this.#attempt += 1
    this.#ask(this.#attempt, Date.now() + URGENT_MS_MAX)
  }

  disconnect(): void {
    this.#attempt += 1
    this.#isConnecting = false
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(1000)
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (!this.#socket || !this.isConnected()) return false
    this.#socket.send(message as string)
    return true
  }

  isConnected(): boolean {
    return this.#socket?.readyState === 1
  }

  isConnecting(): boolean {
    return this.#isConnecting
  }

  /** `until`: a server that is silent then is lost, with a call up, too. */
  #ask(attempt: number, until: number): void {
    this.#ports.fetchTicket().then(
      (ticket) => {
        if (attempt === this.#attempt) this.#open(ticket, attempt)
      },
      () => {
        if (attempt !== this.#attempt) return
        if (Date.now() >= until || !this.#ports.hasCall()) return this.#lose(attempt, true, 0, 'no ticket')
        const pauseMs = URGENT_PAUSE_MS + (Math.random() - 0.5) * URGENT_SPREAD_MS
        setTimeout(() => {
          if (attempt === this.#attempt) this.#ask(attempt, until)
        }, pauseMs)
      },
    )
  }

  #open(ticket: PhoneTicket, attempt: number): void {
    const socket = this.#ports.open(this.url, [SUBPROTOCOL, TICKET_PREFIX + ticket.ticket])
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    const timeout = setTimeout(() => socket.close(), OPEN_MS)
    socket.onopen = () => {
      clearTimeout(timeout)
      if (attempt !== this.#attempt) return
      this.#isConnecting = false
      this.onconnect()
    }
    socket.onmessage = ({ data }) => {
      if (attempt === this.#attempt) this.ondata(data)
    }
    socket.onclose = ({ code, reason, wasClean }) => {
      clearTimeout(timeout)
      this.#lose(attempt, !wasClean, code, reason)
    }
  }

  #lose(attempt: number, isError: boolean, code: number, reason: string): void {
    if (attempt !== this.#attempt) return
    this.#attempt += 1
    this.#isConnecting = false
    this.#socket = undefined
    this.ondisconnect(isError, code, reason)
  }
}
