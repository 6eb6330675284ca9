// What was made of texts that come again and again, such as the addresses of phones. Two generations: the
// older one is forgotten when the younger one is full, so that what is still asked for stays.

export class Recent<Value> {
  readonly #perGeneration: number
  #younger = new Map<string, Value>()
  #older = new Map<string, Value>()

  /** At most twice as many entries are kept. */
  constructor(perGeneration: number) {
    this.#perGeneration = perGeneration
  }

  get(text: string): Value | undefined {
    const known = this.#younger.get(text)
    if (known !== undefined) return known
    const older = this.#older.get(text)
    if (older !== undefined) this.set(text, older)
    return older
  }

  /** `text` is kept: it must not be a piece of a long one. */
  set(text: string, value: Value): void {
    if (this.#younger.size >= this.#perGeneration) {
      this.#older = this.#younger
      this.#younger = new Map()
    }
    this.#younger.set(text, value)
  }

  size(): number {
    return this.#younger.size + this.#older.size
  }
}
