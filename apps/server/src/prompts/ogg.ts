// Ogg (RFC 3533): the packets of the first stream of a file. Damaged pages are left out; the codecs notice.

const PAGE_HEAD_BYTES = 27
const SERIAL_AT = 14
const SEGMENTS_AT = 26
/** A segment of this length goes on in the next one. */
const SEGMENT_FULL = 255

export function* oggPackets(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let serial: number | undefined
  let parts: Uint8Array[] = []
  let at = 0
  while (at + PAGE_HEAD_BYTES <= bytes.length) {
    if (view.getUint32(at) !== 0x4f676753) return // OggS
    const count = bytes[at + SEGMENTS_AT] ?? 0
    const lengths = bytes.subarray(at + PAGE_HEAD_BYTES, at + PAGE_HEAD_BYTES + count)
    serial ??= view.getUint32(at + SERIAL_AT)
    const isOurs = view.getUint32(at + SERIAL_AT) === serial
    at += PAGE_HEAD_BYTES + count
    for (const length of lengths) {
      const part = bytes.subarray(at, at + length)
      at += length
      if (!isOurs) continue
      parts.push(part)
      if (length === SEGMENT_FULL) continue
      yield parts.length === 1 ? part : new Uint8Array(Buffer.concat(parts))
      parts = []
    }
  }
}
