// STUN keep-alives on the UDP SIP socket (RFC 5626 §3.5.2): a Binding request (RFC 8489 §14.2) is answered
// with the address it came from, and nothing else of STUN is understood.
//
//  0                   1                   2                   3
//  0 0| message type (14 bit)       | length of what follows    |
//  magic cookie 0x2112A442, then 96 bits of transaction id
import type { SocketAddress } from '@rufwerk/core'
import { ipBytes } from '@rufwerk/core/ip-address'

const HEADER_BYTES = 20
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const COOKIE = 0x2112a442
const XOR_MAPPED_ADDRESS = 0x0020

/** True for a datagram that cannot be SIP but may be STUN: its first two bits are zero (RFC 7983). */
export function looksLikeStun(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && (bytes[0] ?? 0xff) < 4
}

/**
 * The answer to a Binding request, or undefined for anything else. It has one attribute only, 32 bytes for
 * IPv4 and 44 for IPv6, so that nobody gains much by asking in somebody else's name.
 */
export function answerStun(request: Uint8Array, from: SocketAddress): Uint8Array | undefined {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  if (view.getUint16(0) !== BINDING_REQUEST || view.getUint32(4) !== COOKIE) return undefined
  const length = view.getUint16(2)
  if (length % 4 !== 0 || HEADER_BYTES + length !== request.length) return undefined
  const address = ipBytes(from.address)
  if (address === undefined) return undefined
  const answer = Buffer.alloc(HEADER_BYTES + 8 + address.length)
  answer.writeUInt16BE(BINDING_SUCCESS, 0)
  answer.writeUInt16BE(8 + address.length, 2)
  answer.set(request.subarray(4, HEADER_BYTES), 4)
  answer.writeUInt16BE(XOR_MAPPED_ADDRESS, HEADER_BYTES)
  answer.writeUInt16BE(4 + address.length, HEADER_BYTES + 2)
  answer[HEADER_BYTES + 5] = address.length === 16 ? 2 : 1
  answer.writeUInt16BE(from.port ^ (COOKIE >>> 16), HEADER_BYTES + 6)
  // RFC 8489 §14.2: the address is mixed with cookie and transaction id, so that no NAT rewrites it.
  for (const [index, byte] of address.entries())
    answer[HEADER_BYTES + 8 + index] = byte ^ (request[4 + index] ?? 0)
  return answer
}
