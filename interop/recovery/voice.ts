// The sound of one phone: speaks a tone all the time and notes when each packet came. Its packets are written
// once and go out again and again with another number (RFC 3550 §5.1), so that hundreds of them cost little.
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { tonePacket } from '../support/rtp.ts'
import { clock } from './clock.ts'

const ADDRESS = '127.0.0.1'
const PACKET_MS = 20
const PACKET_SAMPLES = 160
/** A whole number of periods in each packet: the sound of all packets is the same. */
const HERTZ = 600
/** A phone that was kept from speaking for longer has lost that: no phone says it all at once afterwards. */
const LATE_PACKETS_MAX = 5
/** A packet is written again when it has left for certain. */
const PACKETS = 32
const A_LAW = 8

export class Voice {
  /** When packets of sound came, ascending, in ms of clock(). */
  readonly arrivals: number[] = []
  readonly #socket: Socket
  #remote = { address: '', port: 0 }
  #speaking: NodeJS.Timeout | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (bytes) => {
      if (bytes.length > 12 && ((bytes[1] ?? 0) & 0x7f) === A_LAW) this.arrivals.push(clock())
    })
  }

  static async open(): Promise<Voice> {
    // Addresses are given as numbers: nothing is looked up.
    const socket = createSocket({ type: 'udp4', lookup: (name, _, found) => found(null, name, 4) })
    await new Promise<void>((resolve) => socket.bind(0, ADDRESS, resolve))
    return new Voice(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** Speaks, or goes on speaking, to this address. */
  speakTo(remote: { readonly address: string; readonly port: number }): void {
    if (remote.port > 0) this.#remote = remote
    if (this.#speaking !== undefined) return
    const ssrc = randomBytes(4).readUInt32BE()
    const packets = Array.from({ length: PACKETS }, () =>
      tonePacket({ hertz: HERTZ, ssrc, durationMs: 0 }, 0),
    )
    const startedAt = clock()
    let sent = 0
    this.#speaking = setInterval(() => {
      const due = (clock() - startedAt) / PACKET_MS
      sent = Math.max(sent, Math.floor(due) - LATE_PACKETS_MAX)
      for (; sent < due; sent += 1) {
        const packet = packets[sent % PACKETS]
        if (packet === undefined) return
        packet.writeUInt16BE(sent & 0xffff, 2)
        packet.writeUInt32BE((sent * PACKET_SAMPLES) >>> 0, 4)
        this.#socket.send(packet, this.#remote.port, this.#remote.address)
      }
    }, PACKET_MS)
  }

  fallSilent(): void {
    clearInterval(this.#speaking)
    this.#speaking = undefined
  }

  close(): void {
    this.fallSilent()
    this.#socket.close()
  }
}
