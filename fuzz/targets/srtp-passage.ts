// A sender, the receiver that is looked at, and what must be true between them: which packets exist, which
// were delivered, and which must be.
import assert from 'node:assert/strict'
import { writeRtpHeader } from '@rufwerk/rtp'
import {
  REPLAY_WINDOW_PACKETS,
  SRTP_ROOM_BYTES,
  SRTP_SOURCES_MAX,
  SRTP_SUITES,
  type SrtpKey,
  type SrtpReceiver,
  type SrtpReceiverOptions,
  SrtpSender,
  type SrtpSuite,
} from '@rufwerk/rtp/srtp'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'

export type Kind = 'rtp' | 'rtcp'
export type OpenReceiver = (key: SrtpKey, options: SrtpReceiverOptions) => SrtpReceiver

/** A packet that the sender, or somebody with its key, has made. */
export interface Wire {
  readonly kind: Kind
  readonly ssrc: number
  readonly index: number
  readonly plain: Uint8Array
  readonly bytes: Uint8Array
}

interface Delivered {
  highest: number
  readonly indexes: Set<number>
}

const FAILURES = ['malformed', 'not-authentic', 'replayed', 'too-many-sources', 'key-expired']
const RTP_HEADER_BYTES = 12
const PAYLOAD_BYTES_MAX = 1_400
const SEQUENCE_NUMBERS = 0x1_0000
const HALF = SEQUENCE_NUMBERS / 2
/** As far ahead of what arrived as the sender goes; beyond 2^15 packets lost in a row nobody can follow. */
const AHEAD_MAX = 30_000
const RECENT_MAX = 40
const GUARD_BYTES = 8
const GUARD = 0xa5
/** SSRCs from here on are of those who send with the same key. */
const OTHERS_FROM = 1_000

export function header(sequence: number, ssrc: number): Uint8Array {
  const bytes = new Uint8Array(RTP_HEADER_BYTES)
  writeRtpHeader(bytes, false, 8, sequence & 0xffff, Math.imul(sequence, 160) >>> 0, ssrc)
  return bytes
}

/** A packet with this header and what the input has behind its own. */
export function plainPacket(input: Uint8Array, start: Uint8Array): Uint8Array {
  return Buffer.concat([start, input.subarray(start.length, start.length + PAYLOAD_BYTES_MAX)])
}

/** A copy with room for what protection adds. */
export function room(plain: Uint8Array): { packet: Uint8Array; length: number } {
  const packet = new Uint8Array(plain.length + SRTP_ROOM_BYTES)
  packet.set(plain)
  return { packet, length: plain.length }
}

function nameOf(kind: Kind, bytes: Uint8Array): string {
  return kind + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

export interface PassageOptions {
  readonly open: OpenReceiver
  readonly mki?: Uint8Array
  readonly lifetimePackets?: number
}

export class Passage {
  readonly key: SrtpKey
  sender: SrtpSender
  receiver: SrtpReceiver
  /** On its way, not arrived yet. */
  readonly late: Wire[] = []
  readonly #options: PassageOptions
  readonly #wires = new Map<string, Wire>()
  readonly #recent: Wire[] = []
  /** Index of the last RTP packet by SSRC. */
  readonly #sent = new Map<number, number>()
  readonly #delivered = new Map<string, Delivered>()
  readonly #sources = new Set<number>()
  readonly #start: number
  #packets = 0
  #others = OTHERS_FROM

  constructor(key: SrtpKey, start: number, options: PassageOptions) {
    this.key = key
    this.#start = start
    this.#options = options
    this.sender = new SrtpSender(key)
    this.receiver = this.#open()
  }

  get suite(): SrtpSuite {
    return this.key.suite
  }

  /** One of the last packets. */
  any(random: SeededRandom): Wire | undefined {
    return this.#recent.length === 0 ? undefined : pick(this.#recent, random)
  }

  /** The sender's next packet of a stream, `step` sequence numbers on. Undefined where it refuses to. */
  rtp(ssrc: number, step: number, input: Uint8Array, sender = this.sender): Wire | undefined {
    const before = this.#sent.get(ssrc)
    const arrived = this.#delivered.get(`rtp${ssrc}`)?.highest ?? this.#start
    const isFar = before !== undefined && before + step > arrived + AHEAD_MAX
    const index = before === undefined ? this.#start : before + (isFar ? 1 : step)
    this.#sent.set(ssrc, index)
    const usual = header(index % SEQUENCE_NUMBERS, ssrc)
    // Its own first byte, with contributing sources and extension, where the rest of it fits.
    const own = plainPacket(input, Uint8Array.from([0x80 | ((input[0] ?? 0) & 0x3f), ...usual.subarray(1)]))
    for (const plain of [own, plainPacket(input, usual)]) {
      const { packet, length } = room(plain)
      const end = sender.protect(packet, length)
      if (typeof end === 'number')
        return this.#note({ kind: 'rtp', ssrc, index, plain, bytes: packet.subarray(0, end) })
      assert(end === 'malformed' || end === 'too-many-sources', `the sender says ${end}`)
      if (end !== 'malformed') return undefined
    }
    assert.fail('a plain header is malformed')
  }

  rtcp(ssrc: number, input: Uint8Array): Wire | undefined {
    const start = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0])
    start.writeUInt32BE(ssrc, 4)
    const plain = plainPacket(input, start)
    const { packet, length } = room(plain)
    const end = this.sender.protectRtcp(packet, length)
    if (typeof end !== 'number') {
      assert.equal(end, 'too-many-sources')
      return undefined
    }
    const { isAead, rtcpTagBytes } = SRTP_SUITES[this.suite]
    const index = Buffer.from(packet).readUInt32BE(end - 4 - (isAead ? 0 : rtcpTagBytes)) % 2 ** 31
    return this.#note({ kind: 'rtcp', ssrc, index, plain, bytes: packet.subarray(0, end) })
  }

  /** Further sources under the same key, as many as it takes to fill the table. */
  addSources(count: number): string {
    const sender = new SrtpSender(this.key)
    let said = ''
    for (let added = 0; added < count; added += 1) {
      this.#others += 1
      const wire = this.rtp(this.#others, 1, new Uint8Array(20), sender)
      if (wire !== undefined) said = this.deliver(wire.bytes, 'rtp')
    }
    return said
  }

  deliverLate(random: SeededRandom | undefined): string {
    const at = random?.between(0, this.late.length - 1) ?? 0
    const [wire] = this.late.splice(at, 1)
    return wire === undefined ? 'none' : this.deliver(wire.bytes, wire.kind)
  }

  /** Gives bytes to the receiver and looks whether what it makes of them may be. */
  deliver(bytes: Uint8Array, kind: Kind): string {
    const packet = new Uint8Array(bytes.length + GUARD_BYTES).fill(GUARD)
    packet.set(bytes)
    const wire = this.#wires.get(nameOf(kind, bytes))
    const isOwed = wire !== undefined && this.#isOwed(wire)
    const { receiver } = this
    const end =
      kind === 'rtp' ? receiver.unprotect(packet, bytes.length) : receiver.unprotectRtcp(packet, bytes.length)
    assert(
      packet.subarray(bytes.length).every((byte) => byte === GUARD),
      'it wrote behind the packet',
    )
    if (typeof end === 'number') {
      assert(wire, `${kind} that nobody made was delivered`)
      assert.equal(Buffer.compare(packet.subarray(0, end), wire.plain), 0, 'another packet was delivered')
      this.#mark(wire)
    } else {
      assert(FAILURES.includes(end), `an unknown failure: ${end}`)
      assert(!isOwed, `an untouched ${kind} packet of the sender is ${end}`)
    }
    assert.equal(receiver.size(), this.#sources.size, 'sources without an authentic packet')
    assert(receiver.size() <= SRTP_SOURCES_MAX)
    return typeof end === 'number' ? 'passed' : end
  }

  /** The sender's next packets are heard, whatever came before. */
  assertGoesOn(): void {
    for (const wire of [this.rtp(1, 1, new Uint8Array(16)), this.rtcp(1, new Uint8Array(12))])
      if (wire !== undefined) this.deliver(wire.bytes, wire.kind)
  }

  /** What was delivered up to here counts as seen, what was not, too. */
  restartReceiver(): string {
    this.receiver = this.#open(JSON.parse(JSON.stringify(this.receiver.snapshot())))
    for (const { highest, indexes } of this.#delivered.values())
      for (let index = highest; index > highest - REPLAY_WINDOW_PACKETS; index -= 1) indexes.add(index)
    return 'receiver restarted'
  }

  restartSender(): string {
    const snapshot = JSON.parse(JSON.stringify(this.sender.snapshot()))
    this.sender = new SrtpSender(this.key, { snapshot })
    return 'sender restarted'
  }

  #open(snapshot?: SrtpReceiverOptions['snapshot']): SrtpReceiver {
    const { open, mki, lifetimePackets } = this.#options
    return open(this.key, {
      ...(mki === undefined ? {} : { mki }),
      ...(lifetimePackets === undefined ? {} : { lifetimePackets }),
      ...(snapshot === undefined ? {} : { snapshot }),
    })
  }

  /** With the peer's master key identifier, where it has one. */
  #note(wire: Wire): Wire {
    const { mki = new Uint8Array(0) } = this.#options
    const { isAead, rtpTagBytes, rtcpTagBytes } = SRTP_SUITES[this.suite]
    const tagBytes = isAead ? 0 : wire.kind === 'rtp' ? rtpTagBytes : rtcpTagBytes
    const at = wire.bytes.length - tagBytes
    const bytes = Buffer.concat([wire.bytes.subarray(0, at), mki, wire.bytes.subarray(at)])
    const noted = { ...wire, bytes }
    const name = nameOf(wire.kind, bytes)
    assert(!this.#wires.has(name), 'the sender made one packet twice')
    this.#wires.set(name, noted)
    this.#recent.push(noted)
    if (this.#recent.length > RECENT_MAX) this.#recent.shift()
    return noted
  }

  /** Whether the receiver has to take it (RFC 3711 §3.3.1, §3.3.2). */
  #isOwed({ kind, ssrc, index, bytes }: Wire): boolean {
    const { lifetimePackets = Number.POSITIVE_INFINITY } = this.#options
    if (kind === 'rtp' && this.#packets >= lifetimePackets) return false
    if (!this.#sources.has(ssrc) && this.#sources.size >= SRTP_SOURCES_MAX) return false
    if (bytes.length > 1_500) return false
    const delivered = this.#delivered.get(kind + ssrc)
    if (delivered === undefined) return kind === 'rtcp' || index < SEQUENCE_NUMBERS + HALF
    const ahead = index - delivered.highest
    if (ahead > 0) return kind === 'rtcp' || ahead < HALF
    return -ahead < REPLAY_WINDOW_PACKETS && !delivered.indexes.has(index)
  }

  #mark({ kind, ssrc, index }: Wire): void {
    const name = kind + ssrc
    const delivered = this.#delivered.get(name) ?? { highest: -1, indexes: new Set() }
    assert(!delivered.indexes.has(index), 'a packet was delivered twice')
    assert(delivered.highest - index < REPLAY_WINDOW_PACKETS, 'a packet from before the window was delivered')
    delivered.indexes.add(index)
    delivered.highest = Math.max(delivered.highest, index)
    this.#delivered.set(name, delivered)
    this.#sources.add(ssrc)
    if (kind === 'rtp') this.#packets += 1
  }
}
