// Sends lines to a receiver of syslog: over UDP (RFC 5426), or over TCP with their length in front (RFC 6587
// §3.4.1). Nobody waits for it: what the receiver does not take in time is dropped and counted.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { BoundedQueue, type Ms, minutes, seconds } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'

export interface SyslogTarget {
  readonly host: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** Lines that wait for a connection, or for the answer to a name; further ones are dropped. */
export const SYSLOG_WAITING_MAX = 1_000
/** What the system holds of a connection before lines wait here. */
const OUTPUT_BYTES_MAX = 262_144
const CONNECT_WITHIN: Ms = seconds(10)
const FIRST_RETRY: Ms = seconds(1)
const LAST_RETRY: Ms = minutes(1)

export interface SyslogFigures {
  readonly sent: number
  readonly dropped: number
  readonly waiting: number
  /** Of the last attempt, if it failed. */
  readonly failure?: string
}

export class SyslogSender {
  readonly #timers: Pick<Timers, 'arm'>
  #target: SyslogTarget | undefined
  #waiting = new BoundedQueue<string>(SYSLOG_WAITING_MAX)
  #udp: UdpSocket | undefined
  /** Datagrams that the system has not taken yet. */
  #onTheirWay = 0
  #tcp: Socket | undefined
  #isConnected = false
  #retry: Disposable | undefined
  #retryAfter: Ms = FIRST_RETRY
  #sent = 0
  #dropped = 0
  #failure: string | undefined

  constructor(timers: Pick<Timers, 'arm'>) {
    this.#timers = timers
  }

  /** From now on there, or nowhere. What waits for the receiver before is dropped. */
  aim(target: SyslogTarget | undefined): void {
    if (JSON.stringify(target) === JSON.stringify(this.#target)) return
    this.close()
    this.#target = target
    this.#failure = undefined
    this.#retryAfter = FIRST_RETRY
  }

  send(line: string): void {
    if (this.#target === undefined) return
    if (this.#target.transport === 'udp') this.#sendUdp(line, this.#target)
    else if (this.#waiting.offer(line)) this.#flush()
    else this.#dropped += 1
  }

  figures(): SyslogFigures {
    const waiting = this.#waiting.size + this.#onTheirWay
    const failure = this.#failure === undefined ? {} : { failure: this.#failure }
    return { sent: this.#sent, dropped: this.#dropped, waiting, ...failure }
  }

  close(): void {
    this.#target = undefined
    this.#dropped += this.#waiting.drain().length
    this.#retry?.[Symbol.dispose]()
    this.#retry = undefined
    this.#tcp?.destroy()
    this.#tcp = undefined
    this.#isConnected = false
    this.#udp?.close()
    this.#udp = undefined
    this.#onTheirWay = 0
  }

  #sendUdp(line: string, { host, port }: SyslogTarget): void {
    if (this.#onTheirWay >= SYSLOG_WAITING_MAX) {
      this.#dropped += 1
      return
    }
    const socket = this.#udp ?? this.#openUdp(host)
    this.#onTheirWay += 1
    socket.send(line, port, host, (error) => {
      if (socket !== this.#udp) return
      this.#onTheirWay -= 1
      this.#failure = error?.message
      if (error) this.#dropped += 1
      else this.#sent += 1
    })
  }

  #openUdp(host: string): UdpSocket {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.on('error', (error) => {
      this.#failure = error.message
    })
    socket.unref()
    this.#udp = socket
    return socket
  }

  #flush(): void {
    const socket = this.#tcp ?? this.#connect()
    if (socket === undefined || !this.#isConnected) return
    while (socket.writableLength < OUTPUT_BYTES_MAX) {
      const line = this.#waiting.take()
      if (line === undefined) return
      socket.write(`${Buffer.byteLength(line)} ${line}`)
      this.#sent += 1
    }
  }

  /** Undefined while it has to wait after a failure. */
  #connect(): Socket | undefined {
    if (this.#target === undefined || this.#retry !== undefined) return undefined
    const { host, port } = this.#target
    const socket = connect({ host, port, timeout: CONNECT_WITHIN })
    this.#tcp = socket
    socket.unref()
    socket.on('connect', () => {
      socket.setTimeout(0)
      this.#isConnected = true
      this.#failure = undefined
      this.#retryAfter = FIRST_RETRY
      this.#flush()
    })
    socket.on('timeout', () => socket.destroy(new Error('nobody answers there')))
    socket.on('drain', () => this.#flush())
    // Nothing is expected from there; without a reader its end would not be noticed.
    socket.resume()
    socket.on('error', (error) => {
      if (socket === this.#tcp) this.#failure = error.message
    })
    socket.on('close', () => this.#gone(socket))
    return socket
  }

  #gone(socket: Socket): void {
    if (socket !== this.#tcp) return
    this.#tcp = undefined
    this.#isConnected = false
    this.#failure ??= 'the receiver has closed the connection'
    this.#retry = this.#timers.arm(this.#retryAfter, () => {
      this.#retry = undefined
      if (this.#waiting.size > 0) this.#flush()
    })
    this.#retryAfter = Math.min(LAST_RETRY, this.#retryAfter * 2) as Ms
  }
}
