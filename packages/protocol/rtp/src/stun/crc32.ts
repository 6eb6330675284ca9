// CRC-32 of ITU-T V.42, as FINGERPRINT uses it (RFC 8489 §14.7).

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1
  return value
})

/** Of the first `length` bytes; unsigned. */
export function crc32(bytes: Uint8Array, length: number): number {
  let value = 0xffff_ffff
  for (let at = 0; at < length; at += 1)
    value = (value >>> 8) ^ (TABLE[(value ^ (bytes[at] as number)) & 255] as number)
  return (value ^ 0xffff_ffff) >>> 0
}
