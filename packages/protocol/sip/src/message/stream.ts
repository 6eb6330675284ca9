// Cuts a byte stream (TCP, TLS) into messages (RFC 3261 §18.3), with CRLF keep-alives (RFC 5626 §3.5.1).
// Never holds more than the largest message and one chunk.
import { parseDigits } from './grammar.ts'
import { HEADER_SECTION_BYTES_MAX, MESSAGE_BYTES_MAX } from './limits.ts'

export type StreamItem =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF: the peer wants one CRLF back. */
  | { readonly type: 'ping' }
  /**
   * Framing is lost. `bytes` is the head of the message at fault: answer what parseMessage says, then close.
   */
  | {
      readonly type: 'broken'
      readonly why: 'too-large' | 'no-length' | 'bad-length'
      readonly bytes: Uint8Array
    }

const END_OF_HEAD = Buffer.from('\r\n\r\n')
/** Header section and its end. */
const HEAD_BYTES_MAX = HEADER_SECTION_BYTES_MAX + END_OF_HEAD.length
const EMPTY = Buffer.alloc(0)

export class StreamFramer {
  #pending: Buffer = EMPTY
  /** Bytes behind #pending in the same memory that nobody has seen yet. */
  #room = 0
  /** Where the search for the end of the head goes on. */
  #searched = 0
  /** End of the message whose head is known, counted from the start of #pending. */
  #end = 0
  #isBroken = false

  /** Takes what arrived and returns what is complete, in order. After `broken` everything is ignored. */
  push(chunk: Uint8Array): readonly StreamItem[] {
    if (this.#isBroken) return []
    this.#append(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    const items: StreamItem[] = []
    for (let item = this.#cut(); item !== undefined; item = this.#cut()) {
      items.push(item)
      if (item.type !== 'broken') continue
      this.#isBroken = true
      this.#pending = EMPTY
      this.#room = 0
    }
    return items
  }

  /** Bytes waiting for the rest of their message. */
  size(): number {
    return this.#pending.length
  }

  /** Memory grows by doubling: a message that comes byte by byte is not copied with each of them. */
  #append(bytes: Buffer): void {
    const length = this.#pending.length + bytes.length
    if (this.#pending.length === 0) {
      this.#pending = bytes
      this.#room = 0
    } else if (bytes.length <= this.#room) {
      this.#pending = Buffer.from(this.#pending.buffer, this.#pending.byteOffset, length)
      this.#pending.set(bytes, length - bytes.length)
      this.#room -= bytes.length
    } else {
      const whole = Buffer.allocUnsafeSlow(2 * length)
      whole.set(this.#pending)
      whole.set(bytes, this.#pending.length)
      this.#pending = whole.subarray(0, length)
      this.#room = length
    }
  }

  #cut(): StreamItem | undefined {
    if (this.#end === 0) {
      const ping = this.#skipLines()
      if (ping !== undefined) return ping
      const headEnd = this.#pending.indexOf(END_OF_HEAD, this.#searched)
      if (headEnd < 0 || headEnd > HEADER_SECTION_BYTES_MAX) {
        this.#searched = Math.max(0, this.#pending.length - 3)
        // The head may have come without the last of the four bytes that end it.
        if (this.#pending.length < HEAD_BYTES_MAX) return undefined
        return { type: 'broken', why: 'too-large', bytes: this.#pending.subarray(0, HEAD_BYTES_MAX) }
      }
      const head = this.#pending.subarray(0, headEnd + 4)
      const length = contentLength(head.toString('latin1'))
      if (typeof length === 'string') return { type: 'broken', why: length, bytes: head }
      if (head.length + length > MESSAGE_BYTES_MAX) return { type: 'broken', why: 'too-large', bytes: head }
      this.#end = head.length + length
    }
    if (this.#pending.length < this.#end) return undefined
    const bytes = this.#pending.subarray(0, this.#end)
    this.#consume(this.#end)
    return { type: 'message', bytes }
  }

  /** CRLF between messages: two are a ping, one is a pong or a habit (RFC 3261 §7.5). */
  #skipLines(): StreamItem | undefined {
    while (this.#pending[0] === 0x0d && this.#pending[1] === 0x0a) {
      if (this.#pending.length < 4 && (this.#pending[2] ?? 0x0d) === 0x0d) return undefined // May become two.
      const isPing = this.#pending[2] === 0x0d && this.#pending[3] === 0x0a
      this.#consume(isPing ? 4 : 2)
      if (isPing) return { type: 'ping' }
    }
    return undefined
  }

  #consume(count: number): void {
    this.#pending = this.#pending.length === count ? EMPTY : this.#pending.subarray(count)
    this.#searched = 0
    this.#end = 0
  }
}

/** On a stream Content-Length is mandatory, and two different ones are how messages are smuggled. */
function contentLength(head: string): number | 'no-length' | 'bad-length' {
  let length: number | undefined
  for (const [, value = ''] of head.matchAll(
    /\r\n(?:content-length|l)[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/gi,
  )) {
    const parsed = parseDigits(value.trim(), Number.MAX_SAFE_INTEGER)
    if (parsed === undefined || (length !== undefined && parsed !== length)) return 'bad-length'
    length = parsed
  }
  return length ?? 'no-length'
}
