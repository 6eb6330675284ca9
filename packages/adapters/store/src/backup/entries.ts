// Files one after the other in the clear side of a backup: a length, a head as JSON, the bytes, their
// SHA-256; a length of zero is the end. Reading believes nothing: paths stay inside, sizes are counted.
import { createHash } from 'node:crypto'
import { Damaged } from './sealed-file.ts'

export interface EntryHead {
  /** With `/`, below the data folder. */
  readonly path: string
  readonly size: number
}

export interface Entry extends EntryHead {
  /** Must be read to the end before the next entry. Throws Damaged when the sum is wrong. */
  readonly content: Iterable<Uint8Array>
}

const HEAD_BYTES_MAX = 2_048
const ENTRIES_MAX = 5_000_000
const DEPTH_MAX = 8
const PART_BYTES_MAX = 255
const SUM_BYTES = 32

/** Each part names something, and nothing above or beside the data folder. */
export function isInside(path: string): boolean {
  const parts = path.split('/')
  return (
    parts.length <= DEPTH_MAX &&
    parts.every((part) => {
      const isName = part !== '' && part !== '.' && part !== '..'
      return isName && Buffer.byteLength(part) <= PART_BYTES_MAX && !/[\\\p{Cc}]/u.test(part)
    })
  )
}

export function* writeEntry({ path, size }: EntryHead, content: Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (!isInside(path)) throw new RangeError(`${path} cannot be in a backup`)
  const head = Buffer.from(JSON.stringify({ path, size }))
  yield lengthOf(head.length)
  yield head
  const sum = createHash('sha256').update(head)
  let written = 0
  for (const piece of content) {
    written += piece.length
    sum.update(piece)
    yield piece
  }
  if (written !== size) throw new Error(`${path} changed while it was copied`)
  yield sum.digest()
}

export function endOfEntries(): Uint8Array {
  return lengthOf(0)
}

export function* readEntries(chunks: Iterable<Uint8Array>): Iterable<Entry> {
  const source = new Source(chunks)
  for (let count = 0; ; count += 1) {
    if (count > ENTRIES_MAX) throw new Damaged('too many files')
    const length = source.take(4).readUInt32BE(0)
    if (length === 0) break
    if (length > HEAD_BYTES_MAX) throw new Damaged('a head is too long')
    const raw = source.take(length)
    const { path, size } = readHead(raw)
    const reading = { isDone: false }
    yield { path, size, content: contentOf(source, raw, size, reading) }
    if (!reading.isDone) throw new RangeError('an entry was not read to its end')
  }
  if (!source.isAtEnd()) throw new Damaged('there is more than there should be')
}

function* contentOf(
  source: Source,
  head: Buffer,
  size: number,
  reading: { isDone: boolean },
): Iterable<Uint8Array> {
  const sum = createHash('sha256').update(head)
  for (let left = size; left > 0; ) {
    const piece = source.some(left)
    left -= piece.length
    sum.update(piece)
    yield piece
  }
  if (!source.take(SUM_BYTES).equals(sum.digest())) throw new Damaged('a sum is wrong')
  reading.isDone = true
}

function readHead(raw: Buffer): EntryHead {
  let head: unknown
  try {
    head = JSON.parse(raw.toString('utf8'))
  } catch {
    throw new Damaged('a head is no JSON')
  }
  const { path, size } = (typeof head === 'object' && head !== null ? head : {}) as Record<string, unknown>
  if (typeof path !== 'string' || !isInside(path)) throw new Damaged('a path leads outside')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new Damaged('a size is wrong')
  return { path, size }
}

function lengthOf(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value, 0)
  return bytes
}

/** Bytes of chunks, as many as are wanted. */
class Source {
  readonly #chunks: Iterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]()
  }

  take(length: number): Buffer {
    const parts: Buffer[] = []
    for (let left = length; left > 0; ) {
      const part = this.some(left)
      parts.push(part)
      left -= part.length
    }
    return Buffer.concat(parts)
  }

  /** At least one byte, at most `most`. */
  some(most: number): Buffer {
    while (this.#rest.length === 0) {
      const next = this.#chunks.next()
      if (next.done) throw new Damaged('the backup ends too early')
      this.#rest = Buffer.from(next.value)
    }
    const part = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  isAtEnd(): boolean {
    while (this.#rest.length === 0) {
      const next = this.#chunks.next()
      if (next.done) return true
      this.#rest = Buffer.from(next.value)
    }
    return false
  }
}
