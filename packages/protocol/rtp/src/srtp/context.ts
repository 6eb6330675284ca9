// SRTP and SRTCP in one direction under one master key (RFC 3711 §3): rollover counters, replay, limits. Bad
// packets are counted and named, never thrown, and nobody hangs up because of them. Keys stay in private
// fields: neither inspect nor JSON shows them. Not built: key derivation rate, several master keys, FEC
// order.
import { assert } from '@rufwerk/core'
import { RTP_HEADER_BYTES, read32 } from '../header.ts'
import { ReplayWindow } from './replay-window.ts'
import { deriveKeys, SRTP_SUITES, type SrtpSuite } from './suite.ts'
import {
  createTransform,
  E_FLAG,
  RTCP_INDEX_BYTES,
  RTCP_PLAIN_BYTES,
  SRTP_PACKET_BYTES_MAX,
  type Transform,
} from './transform.ts'

/** Room that `protect` and `protectRtcp` need behind a packet. */
export const SRTP_ROOM_BYTES = 20
/** SSRCs under one key. A phone takes a new one with each re-INVITE at most. */
export const SRTP_SOURCES_MAX = 128
/** RFC 3711 §9.2: packets under one master key; SRTCP has its own bound, the size of its index. */
export const SRTP_LIFETIME_PACKETS = 2 ** 48
const SRTCP_INDEX_MAX = 0x7fff_ffff
/**
 * Added to a restored SRTCP index of a sender: a snapshot is older than the last packet, and an index used
 * twice would give away AES-GCM's key stream. More than a report each second for two hours.
 */
export const SRTCP_INDEX_JUMP = 10_000

/**
 * `malformed`: no header, or too long. `replayed`: index seen before or too old; when protecting, used
 * before. `too-many-sources`: SRTP_SOURCES_MAX. `key-expired`: the lifetime of the key is over.
 */
export type SrtpFailure = 'malformed' | 'not-authentic' | 'replayed' | 'too-many-sources' | 'key-expired'

export interface SrtpKey {
  readonly suite: SrtpSuite
  /** 16 or 32 bytes, as the suite says. */
  readonly key: Uint8Array
  /** 14 bytes, 12 with the AEAD suites. */
  readonly salt: Uint8Array
}

/** What goes on after a restart. Holds no keys. */
export interface SrtpSnapshot {
  /** Packets so far under the key. */
  readonly packets: number
  /** Highest index (rollover counter · 2^16 + sequence number) and SRTCP index; −1 when there was none. */
  readonly sources: readonly {
    readonly ssrc: number
    readonly index: number
    readonly rtcpIndex: number
  }[]
}

export interface SrtpOptions {
  /** At most SRTP_LIFETIME_PACKETS, which is the default. */
  readonly lifetimePackets?: number
  readonly snapshot?: SrtpSnapshot
}

export interface SrtpReceiverOptions extends SrtpOptions {
  /** The peer puts this master key identifier into each packet (RFC 3711 §3.1). */
  readonly mki?: Uint8Array
}

export type SrtpCounts = Readonly<Record<SrtpFailure | 'passed', number>>

interface Source {
  readonly rtp: ReplayWindow
  readonly rtcp: ReplayWindow
}

const SEQUENCE_NUMBERS = 0x1_0000

/** What both directions keep. */
abstract class SrtpContext {
  protected readonly rtp: Transform
  protected readonly rtcp: Transform
  protected readonly sources = new Map<number, Source>()
  protected readonly lifetimePackets: number
  protected packets: number
  readonly #counts: Record<SrtpFailure | 'passed', number> = {
    passed: 0,
    malformed: 0,
    'not-authentic': 0,
    replayed: 0,
    'too-many-sources': 0,
    'key-expired': 0,
  }

  constructor({ suite, key, salt }: SrtpKey, options: SrtpOptions, rtcpJump: number) {
    assert(SRTP_SUITES[suite] !== undefined, 'the SRTP suite is one of ours')
    this.rtp = createTransform(suite, deriveKeys(suite, key, salt, 'rtp'), 'rtp')
    this.rtcp = createTransform(suite, deriveKeys(suite, key, salt, 'rtcp'), 'rtcp')
    this.lifetimePackets = Math.min(options.lifetimePackets ?? SRTP_LIFETIME_PACKETS, SRTP_LIFETIME_PACKETS)
    this.packets = options.snapshot?.packets ?? 0
    for (const { ssrc, index, rtcpIndex } of options.snapshot?.sources.slice(0, SRTP_SOURCES_MAX) ?? []) {
      const rtcp = rtcpIndex < 0 && rtcpJump === 0 ? -1 : Math.min(rtcpIndex + rtcpJump, SRTCP_INDEX_MAX)
      this.sources.set(ssrc, { rtp: new ReplayWindow(index), rtcp: new ReplayWindow(rtcp) })
    }
  }

  get counts(): SrtpCounts {
    return this.#counts
  }

  /** SSRCs known. */
  size(): number {
    return this.sources.size
  }

  snapshot(): SrtpSnapshot {
    const sources = [...this.sources].map(([ssrc, { rtp, rtcp }]) => ({
      ssrc,
      index: rtp.highest,
      rtcpIndex: rtcp.highest,
    }))
    return { packets: this.packets, sources }
  }

  protected fail(failure: SrtpFailure): SrtpFailure {
    this.#counts[failure] += 1
    return failure
  }

  protected pass(length: number): number {
    this.#counts.passed += 1
    return length
  }

  protected add(ssrc: number): Source {
    const source = { rtp: new ReplayWindow(), rtcp: new ReplayWindow() }
    this.sources.set(ssrc, source)
    return source
  }
}

/** Our packets on their way out. */
export class SrtpSender extends SrtpContext {
  constructor(key: SrtpKey, options: SrtpOptions = {}) {
    super(key, options, SRTCP_INDEX_JUMP)
  }

  /**
   * Encrypts the first `length` bytes in place and returns the new length; `packet` has SRTP_ROOM_BYTES more.
   * A sequence number is taken once only: after a restart from a snapshot that is not the last one, go on
   * under a new SSRC or with sequence numbers well ahead.
   */
  protect(packet: Uint8Array, length: number): number | SrtpFailure {
    assert(length + SRTP_ROOM_BYTES <= packet.length, 'an SRTP packet has room for its tag')
    const from = headerEnd(packet, length)
    if (from < 0) return this.fail('malformed')
    if (this.packets >= this.lifetimePackets) return this.fail('key-expired')
    const ssrc = read32(packet, 8)
    let source = this.sources.get(ssrc)
    if (source === undefined) {
      if (this.sources.size >= SRTP_SOURCES_MAX) return this.fail('too-many-sources')
      source = this.add(ssrc)
    }
    const low = ((packet[2] as number) << 8) | (packet[3] as number)
    const high = guessRollover(source.rtp.highest, low)
    const index = high * SEQUENCE_NUMBERS + low
    if (!source.rtp.isFresh(index)) return this.fail('replayed')
    source.rtp.mark(index)
    this.packets += 1
    return this.pass(this.rtp.protectRtp(packet, from, length, ssrc, high, low))
  }

  /** The same for a compound RTCP packet; it is always encrypted. */
  protectRtcp(packet: Uint8Array, length: number): number | SrtpFailure {
    assert(length + SRTP_ROOM_BYTES <= packet.length, 'an SRTCP packet has room for index and tag')
    if (!isRtcp(packet, length)) return this.fail('malformed')
    const ssrc = read32(packet, 4)
    const known = this.sources.get(ssrc)
    if (known === undefined && this.sources.size >= SRTP_SOURCES_MAX) return this.fail('too-many-sources')
    const source = known ?? this.add(ssrc)
    const index = source.rtcp.highest + 1
    if (index > SRTCP_INDEX_MAX) return this.fail('key-expired')
    source.rtcp.mark(index)
    return this.pass(this.rtcp.protectRtcp(packet, length, index))
  }
}

/** The peer's packets on their way in. */
export class SrtpReceiver extends SrtpContext {
  readonly #mki: Uint8Array

  constructor(key: SrtpKey, options: SrtpReceiverOptions = {}) {
    super(key, options, 0)
    this.#mki = Uint8Array.from(options.mki ?? [])
  }

  /** Checks and decrypts in place; returns the length of the plain packet. A failed packet may be altered. */
  unprotect(packet: Uint8Array, length: number): number | SrtpFailure {
    const from = headerEnd(packet, length)
    const to = this.#withoutMki(packet, length, this.rtp.isTagLast ? this.rtp.tagBytes : 0)
    if (from < 0 || to < from + this.rtp.tagBytes) return this.fail('malformed')
    if (this.packets >= this.lifetimePackets) return this.fail('key-expired')
    const ssrc = read32(packet, 8)
    const known = this.sources.get(ssrc)
    if (known === undefined && this.sources.size >= SRTP_SOURCES_MAX) return this.fail('too-many-sources')
    const low = ((packet[2] as number) << 8) | (packet[3] as number)
    let high = guessRollover(known?.rtp.highest ?? -1, low)
    if (high < 0) return this.fail('replayed') // From before the first packet.
    if (known !== undefined && !known.rtp.isFresh(high * SEQUENCE_NUMBERS + low)) return this.fail('replayed')
    let end = this.rtp.unprotectRtp(packet, from, to, ssrc, high, low)
    if (end < 0 && isFirstAfterWrap(known, low)) {
      high = 1
      end = this.rtp.unprotectRtp(packet, from, to, ssrc, high, low)
    }
    if (end < 0) return this.fail('not-authentic')
    const source = known ?? this.add(ssrc)
    source.rtp.mark(high * SEQUENCE_NUMBERS + low) // RFC 3711 §3.3: only now.
    this.packets += 1
    return this.pass(end)
  }

  /** The same for SRTCP, encrypted or not as its E flag says. */
  unprotectRtcp(packet: Uint8Array, length: number): number | SrtpFailure {
    const { tagBytes, isTagLast } = this.rtcp
    const to = this.#withoutMki(packet, length, isTagLast ? tagBytes : 0)
    if (!isRtcp(packet, to - tagBytes - RTCP_INDEX_BYTES)) return this.fail('malformed')
    const ssrc = read32(packet, 4)
    const known = this.sources.get(ssrc)
    if (known === undefined && this.sources.size >= SRTP_SOURCES_MAX) return this.fail('too-many-sources')
    const indexAt = to - RTCP_INDEX_BYTES - (isTagLast ? tagBytes : 0)
    const index = read32(packet, indexAt) % E_FLAG
    if (known !== undefined && !known.rtcp.isFresh(index)) return this.fail('replayed')
    const end = this.rtcp.unprotectRtcp(packet, to)
    if (end < 0) return this.fail('not-authentic')
    const source = known ?? this.add(ssrc)
    source.rtcp.mark(index)
    return this.pass(end)
  }

  /**
   * The length without the master key identifier, which stands before the tag of HMAC suites and at the end
   * of AEAD ones (RFC 3711 §3.1, RFC 7714 §8.2); −1 when it is another one.
   */
  #withoutMki(packet: Uint8Array, length: number, tagBytes: number): number {
    const mki = this.#mki
    if (mki.length === 0) return length
    const at = length - tagBytes - mki.length
    if (at < RTCP_PLAIN_BYTES || length > packet.length) return -1
    for (let i = 0; i < mki.length; i += 1) if (packet[at + i] !== mki[i]) return -1
    packet.copyWithin(at, at + mki.length, length)
    return length - mki.length
  }
}

/**
 * The rollover counter that puts the packet nearest to the highest index so far (RFC 3711 §3.3.1); −1 for one
 * before the beginning.
 */
function guessRollover(highest: number, sequenceNumber: number): number {
  if (highest < 0) return 0
  const last = highest % SEQUENCE_NUMBERS
  const rollover = (highest - last) / SEQUENCE_NUMBERS
  if (sequenceNumber - last > SEQUENCE_NUMBERS / 2) return rollover - 1
  return last - sequenceNumber > SEQUENCE_NUMBERS / 2 ? rollover + 1 : rollover
}

/**
 * The peer began shortly before its sequence numbers wrapped, and we missed these packets. It may be known
 * from a report already.
 */
function isFirstAfterWrap(known: Source | undefined, sequenceNumber: number): boolean {
  const isFirst = known === undefined || known.rtp.highest < 0
  return isFirst && sequenceNumber < SEQUENCE_NUMBERS / 2
}

/** Where the payload begins: after CSRCs and extension; −1 when this is no RTP packet of bearable length. */
function headerEnd(packet: Uint8Array, length: number): number {
  if (length < RTP_HEADER_BYTES || length > packet.length || length > SRTP_PACKET_BYTES_MAX) return -1
  const first = packet[0] as number
  if (first >> 6 !== 2) return -1
  let end = RTP_HEADER_BYTES + 4 * (first & 15)
  if ((first & 0x10) !== 0) {
    if (end + 4 > length) return -1
    end += 4 + 4 * (((packet[end + 2] as number) << 8) | (packet[end + 3] as number))
  }
  return end <= length ? end : -1
}

function isRtcp(packet: Uint8Array, length: number): boolean {
  if (length < RTCP_PLAIN_BYTES || length > packet.length || length > SRTP_PACKET_BYTES_MAX) return false
  return (packet[0] as number) >> 6 === 2
}
