// A first-in first-out queue with a capacity; "full" is an answer that the caller must handle.
import { assert } from './assert.ts'

export class BoundedQueue<T> {
  readonly capacity: number
  #items: (T | undefined)[] = []
  #head = 0

  constructor(capacity: number) {
    assert(Number.isInteger(capacity) && capacity > 0, 'queue capacity is a positive integer')
    this.capacity = capacity
  }

  get size(): number {
    return this.#items.length - this.#head
  }

  /** Returns false when full: the caller chooses what a full queue means. */
  offer(item: T): boolean {
    if (this.size >= this.capacity) return false
    this.#items.push(item)
    return true
  }

  /** The oldest item, or undefined when empty. */
  peek(): T | undefined {
    return this.#items[this.#head]
  }

  /** Removes and returns the oldest item, or undefined when empty. */
  take(): T | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head += 1
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Removes and returns everything, oldest first. */
  drain(): T[] {
    const items = this.#items.slice(this.#head) as T[]
    this.#items = []
    this.#head = 0
    return items
  }
}
