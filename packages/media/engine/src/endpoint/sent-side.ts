// What an endpoint sends, for those who listen to it: every packet as it leaves, before it is protected. The
// other side of reception.ts, for recordings of what a peer hears.
import type { Instant } from '@rufwerk/core'
import { newRtpHeader, parseRtpHeader } from '@rufwerk/rtp'
import type { Negotiated } from '../stream/routes.ts'
import type { Heard, PacketListener } from './heard.ts'

/** One packet is looked at at a time, to its end. */
const HEADER = newRtpHeader()

export class SentSide implements Heard {
  readonly key: number
  #negotiated: Negotiated | undefined
  #listeners: readonly PacketListener[] = []

  constructor(key: number) {
    this.key = key
  }

  get negotiated(): Negotiated | undefined {
    return this.#negotiated
  }

  /** What is sent is what others would receive. */
  configure(negotiated: Negotiated): void {
    this.#negotiated = { ...negotiated, receive: [negotiated.send] }
    for (const listener of this.#listeners) listener.sourceConfigured()
  }

  listen(listener: PacketListener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  unlisten(listener: PacketListener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }

  /** Hot: once per packet that is sent, and hardly ever is anybody there. */
  sent(packet: Uint8Array, now: () => Instant): void {
    if (this.#listeners.length === 0 || !parseRtpHeader(packet, HEADER)) return
    for (const listener of this.#listeners) listener.packetArrived(packet, HEADER, now())
  }

  close(): void {
    for (const listener of this.#listeners) listener.sourceClosed()
    this.#listeners = []
  }
}
