// The RTP header (RFC 3550 §5.1), read and patched in place. Hot path: nothing here allocates per packet; the
// caller keeps one RtpHeader and reuses it.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                           timestamp                           |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |           synchronization source (SSRC) identifier            |
//   +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
//   |            contributing source (CSRC) identifiers …           |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

/** Bytes of a header without CSRC and extension: what writeRtpHeader writes. */
export const RTP_HEADER_BYTES = 12

/** Filled by parseRtpHeader. The payload is `packet.subarray(payloadStart, payloadEnd)`, without padding. */
export interface RtpHeader {
  marker: boolean
  /** 0–127. */
  payloadType: number
  /** 0–65535. */
  sequenceNumber: number
  /** 0–2^32−1, in the clock of the payload type. */
  timestamp: number
  /** 0–2^32−1. */
  ssrc: number
  payloadStart: number
  payloadEnd: number
}

/** An empty header to parse into. */
export function newRtpHeader(): RtpHeader {
  return {
    marker: false,
    payloadType: 0,
    sequenceNumber: 0,
    timestamp: 0,
    ssrc: 0,
    payloadStart: RTP_HEADER_BYTES,
    payloadEnd: RTP_HEADER_BYTES,
  }
}

/** What a datagram on a port for RTP, with or without RTCP on it, looks like (RFC 5761 §4). */
export function classifyPacket(packet: Uint8Array): 'rtp' | 'rtcp' | 'rubbish' {
  if (packet.length < 8 || (packet[0] as number) >> 6 !== 2) return 'rubbish'
  const type = packet[1] as number
  if (type >= 192 && type <= 223) return 'rtcp'
  return packet.length >= RTP_HEADER_BYTES ? 'rtp' : 'rubbish'
}

/** Reads the header; false when it is not RTP or its lengths do not fit the packet (RFC 3550 A.1). */
export function parseRtpHeader(packet: Uint8Array, into: RtpHeader): boolean {
  const length = packet.length
  if (length < RTP_HEADER_BYTES) return false
  const first = packet[0] as number
  const second = packet[1] as number
  if (first >> 6 !== 2 || (second >= 192 && second <= 223)) return false
  let start = RTP_HEADER_BYTES + 4 * (first & 15)
  if ((first & 0x10) !== 0) {
    if (start + 4 > length) return false
    start += 4 + 4 * (((packet[start + 2] as number) << 8) | (packet[start + 3] as number))
  }
  let end = length
  if ((first & 0x20) !== 0) {
    const padding = packet[length - 1] as number
    if (padding === 0) return false
    end -= padding
  }
  if (start > end) return false
  into.marker = (second & 0x80) !== 0
  into.payloadType = second & 0x7f
  into.sequenceNumber = ((packet[2] as number) << 8) | (packet[3] as number)
  into.timestamp = read32(packet, 4)
  into.ssrc = read32(packet, 8)
  into.payloadStart = start
  into.payloadEnd = end
  return true
}

/** Writes a plain 12-byte header (no CSRC, no extension, no padding) at the start of `packet`. */
export function writeRtpHeader(
  packet: Uint8Array,
  marker: boolean,
  payloadType: number,
  sequenceNumber: number,
  timestamp: number,
  ssrc: number,
): void {
  packet[0] = 0x80
  packet[1] = marker ? payloadType | 0x80 : payloadType
  packet[2] = sequenceNumber >>> 8
  packet[3] = sequenceNumber
  write32(packet, 4, timestamp)
  write32(packet, 8, ssrc)
}

/** Gives a packet another place in another stream; everything else in it, the marker too, stays. */
export function patchRtpHeader(
  packet: Uint8Array,
  payloadType: number,
  sequenceNumber: number,
  timestamp: number,
  ssrc: number,
): void {
  packet[1] = ((packet[1] as number) & 0x80) | payloadType
  packet[2] = sequenceNumber >>> 8
  packet[3] = sequenceNumber
  write32(packet, 4, timestamp)
  write32(packet, 8, ssrc)
}

/** Sets or clears the marker bit, for example on the first packet after the source changed. */
export function setMarker(packet: Uint8Array, marker: boolean): void {
  packet[1] = marker ? (packet[1] as number) | 0x80 : (packet[1] as number) & 0x7f
}

/** An unsigned 32-bit number in network order. */
export function read32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  )
}

/** Writes the lower 32 bits in network order. */
export function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}
