// Reads bytes bit by bit, the highest bit first. Beyond the end it throws a RangeError, which whoever reads a
// file takes for "cut off".

/** CRC-16 with the polynomial 0x8005, as FLAC frames have it (RFC 9639 §9.3). */
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1
  return crc & 0xffff
})

export class BitReader {
  readonly #bytes: Uint8Array
  /** In bits. */
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length * 8
  }

  /** Of the byte that the next bit is in. */
  get bytePosition(): number {
    return this.#at >> 3
  }

  seek(byte: number): void {
    if (byte > this.#bytes.length) throw new RangeError('beyond the end')
    this.#at = byte * 8
  }

  alignToByte(): void {
    this.#at = (this.#at + 7) & ~7
  }

  /** 0 to 32 bits, without sign. */
  read(count: number): number {
    let value = 0
    let left = count
    while (left > 0) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw new RangeError('beyond the end')
      const room = 8 - (this.#at & 7)
      const taken = Math.min(room, left)
      value = value * 2 ** taken + ((byte >> (room - taken)) & ((1 << taken) - 1))
      this.#at += taken
      left -= taken
    }
    return value
  }

  /** In two's complement. */
  readSigned(count: number): number {
    if (count > 32) {
      // The side channel of 32-bit sound has one bit more.
      const high = this.readSigned(count - 32)
      return high * 2 ** 32 + this.read(32)
    }
    const value = this.read(count)
    return count > 0 && value >= 2 ** (count - 1) ? value - 2 ** count : value
  }

  /** Zeros before the next one, which is read, too. */
  readUnary(): number {
    let zeros = 0
    for (;;) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw new RangeError('beyond the end')
      const used = this.#at & 7
      const rest = (byte << (24 + used)) >>> 0
      if (rest === 0) {
        zeros += 8 - used
        this.#at += 8 - used
        continue
      }
      const more = Math.clz32(rest)
      this.#at += more + 1
      return zeros + more
    }
  }

  /** A number coded after Rice, its sign in the lowest bit. */
  readRice(parameter: number): number {
    const folded = this.readUnary() * 2 ** parameter + this.read(parameter)
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2
  }

  crc16(from: number, to: number): number {
    let crc = 0
    for (const byte of this.#bytes.subarray(from, to))
      crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff
    return crc
  }
}
