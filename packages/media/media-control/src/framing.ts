// Messages on a stream: a 4-byte big-endian length, then that many bytes of UTF-8 JSON.
import { fail, ok, type Result } from '@rufwerk/core'
import { MESSAGE_BYTES_MAX } from './messages.ts'

/** Writes one message. The caller keeps messages below MESSAGE_BYTES_MAX. */
export function frame(message: unknown): Uint8Array {
  const text = JSON.stringify(message)
  const length = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(4 + length)
  bytes.writeUInt32BE(length, 0)
  bytes.write(text, 4)
  return bytes
}

/** Cuts a stream back into messages. After an error the stream cannot be trusted and must be closed. */
export class Unframer {
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes behind #rest in the same memory that are free. */
  #room = 0

  push(chunk: Uint8Array): Result<unknown[], 'too-long' | 'not-json'> {
    this.#append(chunk)
    const messages: unknown[] = []
    let offset = 0
    while (this.#rest.length - offset >= 4) {
      const length = this.#rest.readUInt32BE(offset)
      if (length > MESSAGE_BYTES_MAX) return fail('too-long')
      if (this.#rest.length - offset - 4 < length) break
      try {
        messages.push(JSON.parse(this.#rest.toString('utf8', offset + 4, offset + 4 + length)))
      } catch {
        return fail('not-json')
      }
      offset += 4 + length
    }
    this.#rest = this.#rest.subarray(offset)
    return ok(messages)
  }

  /** Memory grows by doubling, so that a long message in many pieces is not copied with each of them. */
  #append(chunk: Uint8Array): void {
    const length = this.#rest.length + chunk.length
    if (this.#rest.length === 0) {
      this.#rest = Buffer.from(chunk)
      this.#room = 0
    } else if (chunk.length <= this.#room) {
      this.#rest = Buffer.from(this.#rest.buffer, this.#rest.byteOffset, length)
      this.#rest.set(chunk, length - chunk.length)
      this.#room -= chunk.length
    } else {
      const whole = Buffer.allocUnsafeSlow(2 * length)
      whole.set(this.#rest)
      whole.set(chunk, this.#rest.length)
      this.#rest = whole.subarray(0, length)
      this.#room = length
    }
  }
}
