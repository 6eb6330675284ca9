// Our own keep-alives on a connection (RFC 5626 §4.4.1): a double CRLF now and then; a peer that is silent
// for ten seconds after one is gone. Deviates from RFC 5626 §4.4.1: any byte of the peer counts as its pong.
import { type Ms, ms } from '@rufwerk/core'
import type { Timers } from './timer-wheel.ts'

export interface KeepAliveParts {
  readonly timers: Timers
  /** Pings are sent after 80 to 100 % of this time. */
  readonly every: Ms
  readonly pongWithin: Ms
  /** From 0 to 1: so that thousands of connections do not ping at once. */
  readonly random: () => number
  readonly sendPing: () => void
  /** Something that grows with everything that comes from the peer. */
  readonly heard: () => number
  readonly onDead: () => void
}

export const PING = Buffer.from('\r\n\r\n')
export const PONG = Buffer.from('\r\n')
const SPREAD = 0.2

export class KeepAlive implements Disposable {
  readonly #parts: KeepAliveParts
  #timer: Disposable

  constructor(parts: KeepAliveParts) {
    this.#parts = parts
    this.#timer = this.#wait()
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]()
  }

  #wait(): Disposable {
    const { timers, every, random } = this.#parts
    return timers.arm(ms(every * (1 - SPREAD * random())), () => this.#ping())
  }

  #ping(): void {
    const { timers, pongWithin, sendPing, heard, onDead } = this.#parts
    const before = heard()
    this.#timer = timers.arm(pongWithin, () => {
      if (heard() === before) onDead()
      else this.#timer = this.#wait()
    })
    sendPing()
  }
}
