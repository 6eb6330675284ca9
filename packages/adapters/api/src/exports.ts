// Files that are made while they are sent, a bounded number at once: each of them reads many records.
import { LIMITS } from './limits.ts'

export class Exports {
  #open = 0

  isFull(): boolean {
    return this.#open >= LIMITS.exportsAtOnceMax
  }

  size(): number {
    return this.#open
  }

  /** The same content; its place is taken when it is first read, and given back however it ends. */
  async *counted(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    this.#open += 1
    try {
      yield* content
    } finally {
      this.#open -= 1
    }
  }

  /** The same for work without a file. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#open += 1
    try {
      return await work()
    } finally {
      this.#open -= 1
    }
  }
}

export async function* encoded(pieces: AsyncIterable<string>, first = ''): AsyncIterable<Uint8Array> {
  const text = new TextEncoder()
  if (first !== '') yield text.encode(first)
  for await (const piece of pieces) yield text.encode(piece)
}
