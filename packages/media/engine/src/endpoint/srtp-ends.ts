// SRTP on the way between an endpoint and its peer (RFC 3711), under keys that call control agreed on. What
// is not authentic or came before gets no further, and nobody hangs up because of it. Hot: one scratch buffer
// for all that is sent; what arrives is decrypted where it lies.
import type { SrtpKey, SrtpKeys } from '@rufwerk/media-control'
import { SRTP_PACKET_BYTES_MAX, SRTP_ROOM_BYTES, SrtpReceiver, SrtpSender } from '@rufwerk/rtp/srtp'

type Suite = SrtpKeys['suite']

const SALT_BYTES: Readonly<Record<Suite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 14,
  AES_CM_128_HMAC_SHA1_32: 14,
  AES_256_CM_HMAC_SHA1_80: 14,
  AES_256_CM_HMAC_SHA1_32: 14,
  AEAD_AES_128_GCM: 12,
  AEAD_AES_256_GCM: 12,
}
const NOTHING = new Uint8Array(0)

export class SrtpEnds {
  readonly #scratch = new Uint8Array(SRTP_PACKET_BYTES_MAX + SRTP_ROOM_BYTES)
  #keys: SrtpKeys
  #sender: SrtpSender
  #receiver: SrtpReceiver

  constructor(keys: SrtpKeys) {
    this.#keys = keys
    this.#sender = senderOf(keys)
    this.#receiver = receiverOf(keys)
  }

  /** A later description: a direction whose key stays goes on counting where it is. */
  rekey(keys: SrtpKeys): void {
    const before = this.#keys
    this.#keys = keys
    const isSuite = keys.suite === before.suite
    if (!isSuite || !isSameKey(keys.local, before.local)) this.#sender = senderOf(keys)
    if (!isSuite || !isSameKey(keys.remote, before.remote)) this.#receiver = receiverOf(keys)
  }

  /** The packet as it goes out, valid until the next one; empty: it must not be sent. */
  protect(packet: Uint8Array): Uint8Array {
    if (packet.length > SRTP_PACKET_BYTES_MAX) return NOTHING
    this.#scratch.set(packet)
    return cut(this.#scratch, this.#sender.protect(this.#scratch, packet.length))
  }

  protectRtcp(packet: Uint8Array): Uint8Array {
    if (packet.length > SRTP_PACKET_BYTES_MAX) return NOTHING
    this.#scratch.set(packet)
    return cut(this.#scratch, this.#sender.protectRtcp(this.#scratch, packet.length))
  }

  /** The plain packet, in the same memory; empty: it is not authentic, or came before. */
  unprotect<Bytes extends Uint8Array>(packet: Bytes): Bytes {
    return cut(packet, this.#receiver.unprotect(packet, packet.length))
  }

  unprotectRtcp<Bytes extends Uint8Array>(packet: Bytes): Bytes {
    return cut(packet, this.#receiver.unprotectRtcp(packet, packet.length))
  }
}

function cut<Bytes extends Uint8Array>(bytes: Bytes, length: number | string): Bytes {
  return bytes.subarray(0, typeof length === 'number' ? length : 0) as Bytes
}

function senderOf({ suite, local }: SrtpKeys): SrtpSender {
  return new SrtpSender(masterKey(suite, local), lifetimeOf(local))
}

function receiverOf({ suite, remote }: SrtpKeys): SrtpReceiver {
  const mki = remote.mki === undefined ? {} : { mki: Buffer.from(remote.mki, 'base64') }
  return new SrtpReceiver(masterKey(suite, remote), { ...lifetimeOf(remote), ...mki })
}

function masterKey(suite: Suite, { keySalt }: SrtpKey) {
  const bytes = Buffer.from(keySalt, 'base64')
  const at = bytes.length - SALT_BYTES[suite]
  return { suite, key: bytes.subarray(0, at), salt: bytes.subarray(at) }
}

function lifetimeOf({ lifetimePackets }: SrtpKey): { lifetimePackets?: number } {
  return lifetimePackets === undefined ? {} : { lifetimePackets }
}

function isSameKey(one: SrtpKey, other: SrtpKey): boolean {
  return one.keySalt === other.keySalt && one.mki === other.mki
}
