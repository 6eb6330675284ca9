// The targets that threads may reach, in memory that they share with the thread that knows the configuration.
import { EGRESS_LIMITS, type Target } from '@rufwerk/egress'

/** A target takes some 130 bytes, with the longest name 380. */
const TARGET_BYTES_MAX = 400
const HEAD_BYTES = 8
const BYTES = HEAD_BYTES + EGRESS_LIMITS.TARGETS_MAX * TARGET_BYTES_MAX
const VERSION = 0
const LENGTH = 1

export class SharedList {
  readonly memory: SharedArrayBuffer
  readonly #head: Int32Array
  #read = -1
  #targets: readonly Target[] = []

  constructor(memory = new SharedArrayBuffer(HEAD_BYTES, { maxByteLength: BYTES })) {
    this.memory = memory
    this.#head = new Int32Array(memory, 0, 2)
  }

  /** By one thread alone. What does not fit is left out, from the end. */
  write(targets: readonly Target[]): void {
    let text = new TextEncoder().encode(JSON.stringify(targets))
    for (let count = targets.length; HEAD_BYTES + text.length > BYTES; count -= 1)
      text = new TextEncoder().encode(JSON.stringify(targets.slice(0, count - 1)))
    if (this.memory.byteLength < HEAD_BYTES + text.length) this.memory.grow(HEAD_BYTES + text.length)
    // Odd: it is being written.
    Atomics.add(this.#head, VERSION, 1)
    new Uint8Array(this.memory, HEAD_BYTES).set(text)
    Atomics.store(this.#head, LENGTH, text.length)
    Atomics.add(this.#head, VERSION, 1)
  }

  read(): readonly Target[] {
    const version = Atomics.load(this.#head, VERSION)
    if (version === this.#read || version % 2 === 1) return this.#targets
    const bytes = new Uint8Array(this.memory, HEAD_BYTES, Atomics.load(this.#head, LENGTH)).slice()
    // Written again meanwhile: the next question reads it.
    if (Atomics.load(this.#head, VERSION) !== version) return this.#targets
    this.#targets = bytes.length === 0 ? [] : (JSON.parse(new TextDecoder().decode(bytes)) as Target[])
    this.#read = version
    return this.#targets
  }
}
