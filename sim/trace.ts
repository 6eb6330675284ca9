// What happened in a run, one line each, and a digest of all of it: two runs of a seed are the same when
// their digests are.
import { createHash } from 'node:crypto'

export class Trace {
  readonly lines: string[] = []
  readonly #hash = createHash('sha256')
  readonly #now: () => number
  readonly #start: number

  /** `now` in ms; lines say the time since now. */
  constructor(now: () => number) {
    this.#now = now
    this.#start = now()
  }

  /** `bytes` go into the digest only. */
  add(line: string, bytes?: Uint8Array): void {
    const at = ((this.#now() - this.#start) / 1000).toFixed(3).padStart(8)
    const text = `${at} ${line}`
    this.lines.push(text)
    this.#hash.update(`${text}\n`)
    if (bytes !== undefined) this.#hash.update(bytes)
  }

  /** Of everything so far, 16 hexadecimal digits. */
  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16)
  }
}
