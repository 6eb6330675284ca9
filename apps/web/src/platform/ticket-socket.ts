// The WebSocket below JsSIP (RFC 7118). Each connection first fetches a ticket, which carries who is calling,
// so that no password is needed on it. JsSIP calls connect() again, with a growing pause, after a loss. In
// one connect() a silent server is asked several times, longer while a call is up: each second is heard.
import type { PhoneTicket } from '@rufwerk/contract'

/** How long the handshake may take. */
const OPEN_MS = 10_000
/**
 * Between two questions: 200 to 600 ms. Of 5,000 pages whose server starts again 2,500 come in the first
 * 200 ms, 4,500 in 400 ms and the last after 600 ms. It takes 4,000 REGISTERs at once and 2,000 a second on
 * top, so none is refused (`registersAtOnceMax`, `registersPerSecondMax` of legs). A question that nobody
 * answers costs no ticket; a person gets 120 of them at once, then one per 0.5 s.
 */
const PAUSE_MS = 400
const PAUSE_SPREAD_MS = 400
/** A server that crashed is there again within that time. */
const AWAY_MS_MAX = 4_000
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
    this.#ask(this.#attempt, Date.now())
  }

  disconnect(): void {
    this.#attempt += 1
    this.#isConnecting = false
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(1000)
  }

  /** Nothing comes through any more, although it looks open: that is a loss. */
  drop(): void {
    const socket = this.#socket
    if (!socket || !this.isConnected()) return
    this.#lose(this.#attempt, true, 0, 'no answer')
    socket.close()
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

  /** `since`: when the first question of this attempt was asked. */
  #ask(attempt: number, since: number): void {
    this.#ports.fetchTicket().then(
      (ticket) => {
        if (attempt === this.#attempt) this.#open(ticket, attempt)
      },
      () => {
        if (attempt !== this.#attempt) return
        const patienceMs = this.#ports.hasCall() ? URGENT_MS_MAX : AWAY_MS_MAX
        if (Date.now() - since >= patienceMs) return this.#lose(attempt, true, 0, 'no ticket')
        setTimeout(() => {
          if (attempt === this.#attempt) this.#ask(attempt, since)
        }, againMs(Math.random()))
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

/** The pause before the next question; `random` from 0 to 1. */
export function againMs(random: number): number {
  return PAUSE_MS + (random - 0.5) * PAUSE_SPREAD_MS
}
