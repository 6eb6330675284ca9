// What a suite does to one packet in place: AES counter mode with HMAC-SHA1 (RFC 3711 §4, RFC 6188) or
// AES-GCM (RFC 7714). Knows no streams, no replay: that is context.ts. Hot path: allocates only what
// node:crypto returns.
import { type Cipheriv, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { read32, write32 } from '../header.ts'
import { HmacSha1 } from './hmac-sha1.ts'
import { type SessionKeys, SRTP_SUITES, type SrtpSuite } from './suite.ts'

/** Longer packets are not protected and not believed. */
export const SRTP_PACKET_BYTES_MAX = 2_048

/** E flag of SRTCP: the packet is encrypted (RFC 3711 §3.4). */
export const E_FLAG = 0x8000_0000
/** RTCP's header and sender SSRC stay plain. */
export const RTCP_PLAIN_BYTES = 8
export const RTCP_INDEX_BYTES = 4

/**
 * One kind of packet under one set of session keys. Lengths are in bytes from the start of `packet`; −1 means
 * that a packet is not authentic. `high` and `low` are the upper 32 and lower 16 bits of an RTP packet's
 * index.
 */
export interface Transform {
  readonly tagBytes: number
  /** Whether the tag is the last in the packet; with AEAD it belongs to the encrypted part. */
  readonly isTagLast: boolean
  protectRtp(packet: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): number
  unprotectRtp(packet: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): number
  protectRtcp(packet: Uint8Array, length: number, index: number): number
  unprotectRtcp(packet: Uint8Array, length: number): number
}

export function createTransform(suite: SrtpSuite, keys: SessionKeys, kind: 'rtp' | 'rtcp'): Transform {
  const { isAead, rtpTagBytes, rtcpTagBytes } = SRTP_SUITES[suite]
  return isAead
    ? new GcmTransform(keys)
    : new CounterTransform(keys, kind === 'rtp' ? rtpTagBytes : rtcpTagBytes)
}

const BLOCK_BYTES = 16

class CounterTransform implements Transform {
  readonly tagBytes: number
  readonly isTagLast = true
  readonly #hmac: HmacSha1
  /** Encrypts counter blocks one by one: the same as counter mode, without a new cipher for each packet. */
  readonly #blocks: Cipheriv
  readonly #salt: Uint8Array
  /** Counter blocks: salt and packet index, and the number of the block in the last two bytes. */
  readonly #counters = new Uint8Array(SRTP_PACKET_BYTES_MAX)

  constructor(keys: SessionKeys, tagBytes: number) {
    this.tagBytes = tagBytes
    this.#hmac = new HmacSha1(keys.auth)
    const cipher = keys.key.length === 16 ? 'aes-128-ecb' : 'aes-256-ecb'
    this.#blocks = createCipheriv(cipher, keys.key, null).setAutoPadding(false)
    this.#salt = Uint8Array.from(keys.salt)
    for (let block = 0; block < SRTP_PACKET_BYTES_MAX / BLOCK_BYTES; block += 1) {
      this.#counters.set(this.#salt, block * BLOCK_BYTES)
      this.#counters[block * BLOCK_BYTES + 14] = block >>> 8
      this.#counters[block * BLOCK_BYTES + 15] = block
    }
  }

  protectRtp(packet: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): number {
    this.#crypt(packet, from, to, ssrc, high, low)
    packet.set(this.#tag(packet, to, high), to)
    return to + this.tagBytes
  }

  unprotectRtp(
    packet: Uint8Array,
    from: number,
    to: number,
    ssrc: number,
    high: number,
    low: number,
  ): number {
    const end = to - this.tagBytes
    if (end < from || !this.#isAuthentic(packet, end, high)) return -1
    this.#crypt(packet, from, end, ssrc, high, low)
    return end
  }

  protectRtcp(packet: Uint8Array, length: number, index: number): number {
    this.#crypt(packet, RTCP_PLAIN_BYTES, length, read32(packet, 4), index >>> 16, index & 0xffff)
    write32(packet, length, E_FLAG | index)
    const end = length + RTCP_INDEX_BYTES
    packet.set(this.#tag(packet, end), end)
    return end + this.tagBytes
  }

  unprotectRtcp(packet: Uint8Array, length: number): number {
    const end = length - this.tagBytes
    const plainEnd = end - RTCP_INDEX_BYTES
    if (plainEnd < RTCP_PLAIN_BYTES || !this.#isAuthentic(packet, end)) return -1
    const word = read32(packet, plainEnd)
    const index = word & ~E_FLAG
    if (word >= E_FLAG)
      this.#crypt(packet, RTCP_PLAIN_BYTES, plainEnd, read32(packet, 4), index >>> 16, index & 0xffff)
    return plainEnd
  }

  /** RFC 3711 §4.2: the rollover counter is part of what is authenticated, but not of the packet. */
  #tag(packet: Uint8Array, end: number, suffix?: number): Uint8Array {
    return this.#hmac.compute(packet, end, suffix).subarray(0, this.tagBytes)
  }

  #isAuthentic(packet: Uint8Array, end: number, suffix?: number): boolean {
    const digest = this.#hmac.compute(packet, end, suffix)
    let difference = 0 // All bytes are compared, so that time tells nothing.
    for (let i = 0; i < this.tagBytes; i += 1)
      difference |= (digest[i] as number) ^ (packet[end + i] as number)
    return difference === 0
  }

  /** RFC 3711 §4.1.1: IV = salt·2^16 ⊕ SSRC·2^64 ⊕ index·2^16, then a block counter in the last 16 bits. */
  #crypt(packet: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): void {
    if (to <= from) return
    const salt = this.#salt
    const counters = this.#counters
    const length = Math.ceil((to - from) / BLOCK_BYTES) * BLOCK_BYTES
    for (let i = 0; i < 4; i += 1) {
      const shift = 24 - 8 * i
      counters[4 + i] = (salt[4 + i] as number) ^ (ssrc >>> shift)
      counters[8 + i] = (salt[8 + i] as number) ^ (high >>> shift)
    }
    counters[12] = (salt[12] as number) ^ (low >>> 8)
    counters[13] = (salt[13] as number) ^ low
    for (let at = BLOCK_BYTES; at < length; at += BLOCK_BYTES)
      for (let i = 4; i < 14; i += 1) counters[at + i] = counters[i] as number
    const stream = this.#blocks.update(counters.subarray(0, length))
    for (let at = from, i = 0; at < to; at += 1, i += 1)
      packet[at] = (packet[at] as number) ^ (stream[i] as number)
  }
}

const GCM_TAG_BYTES = 16
const GCM_TAG = { authTagLength: GCM_TAG_BYTES }

class GcmTransform implements Transform {
  readonly tagBytes = GCM_TAG_BYTES
  readonly isTagLast = false
  readonly #cipher: 'aes-128-gcm' | 'aes-256-gcm'
  readonly #key: KeyObject
  readonly #salt: Uint8Array
  readonly #iv = new Uint8Array(12)
  /** What SRTCP authenticates beside the encrypted part: header, SSRC and index (RFC 7714 §9.2). */
  readonly #associated = new Uint8Array(SRTP_PACKET_BYTES_MAX + RTCP_INDEX_BYTES)

  constructor(keys: SessionKeys) {
    this.#cipher = keys.key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
    this.#key = createSecretKey(keys.key)
    this.#salt = Uint8Array.from(keys.salt)
  }

  protectRtp(packet: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): number {
    this.#setIv(ssrc, high, low)
    this.#seal(packet, from, to, packet.subarray(0, from))
    return to + GCM_TAG_BYTES
  }

  unprotectRtp(
    packet: Uint8Array,
    from: number,
    to: number,
    ssrc: number,
    high: number,
    low: number,
  ): number {
    const end = to - GCM_TAG_BYTES
    if (end < from) return -1
    this.#setIv(ssrc, high, low)
    return this.#open(packet, from, end, packet.subarray(0, from)) ? end : -1
  }

  protectRtcp(packet: Uint8Array, length: number, index: number): number {
    this.#setIv(read32(packet, 4), index >>> 16, index & 0xffff)
    const word = (E_FLAG | index) >>> 0
    this.#seal(packet, RTCP_PLAIN_BYTES, length, this.#associate(packet, RTCP_PLAIN_BYTES, word))
    write32(packet, length + GCM_TAG_BYTES, word)
    return length + GCM_TAG_BYTES + RTCP_INDEX_BYTES
  }

  unprotectRtcp(packet: Uint8Array, length: number): number {
    const end = length - RTCP_INDEX_BYTES - GCM_TAG_BYTES
    if (end < RTCP_PLAIN_BYTES) return -1
    const word = read32(packet, length - RTCP_INDEX_BYTES)
    const index = word & ~E_FLAG
    this.#setIv(read32(packet, 4), index >>> 16, index & 0xffff)
    const from = word >= E_FLAG ? RTCP_PLAIN_BYTES : end // RFC 7714 §9.3: without E all of it is plain.
    return this.#open(packet, from, end, this.#associate(packet, from, word)) ? end : -1
  }

  /** RFC 7714 §8.1, §9.1: two zero bytes, SSRC and index, with the salt. */
  #setIv(ssrc: number, high: number, low: number): void {
    const iv = this.#iv
    const salt = this.#salt
    iv[0] = salt[0] as number
    iv[1] = salt[1] as number
    for (let i = 0; i < 4; i += 1) {
      const shift = 24 - 8 * i
      iv[2 + i] = (salt[2 + i] as number) ^ (ssrc >>> shift)
      iv[6 + i] = (salt[6 + i] as number) ^ (high >>> shift)
    }
    iv[10] = (salt[10] as number) ^ (low >>> 8)
    iv[11] = (salt[11] as number) ^ low
  }

  #associate(packet: Uint8Array, plainEnd: number, word: number): Uint8Array {
    const associated = this.#associated
    associated.set(packet.subarray(0, plainEnd))
    write32(associated, plainEnd, word)
    return associated.subarray(0, plainEnd + RTCP_INDEX_BYTES)
  }

  #seal(packet: Uint8Array, from: number, to: number, associated: Uint8Array): void {
    const cipher = createCipheriv(this.#cipher, this.#key, this.#iv, GCM_TAG).setAAD(associated)
    packet.set(cipher.update(packet.subarray(from, to)), from)
    cipher.final()
    packet.set(cipher.getAuthTag(), to)
  }

  #open(packet: Uint8Array, from: number, to: number, associated: Uint8Array): boolean {
    const cipher = createDecipheriv(this.#cipher, this.#key, this.#iv, GCM_TAG)
    cipher.setAAD(associated).setAuthTag(packet.subarray(to, to + GCM_TAG_BYTES))
    const plain = cipher.update(packet.subarray(from, to))
    try {
      cipher.final()
    } catch {
      return false // node:crypto throws when the tag is wrong: here that is an expected outcome.
    }
    packet.set(plain, from)
    return true
  }
}
