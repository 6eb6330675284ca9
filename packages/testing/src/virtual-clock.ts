// A clock that stands still until the test moves it. Timers fire in the order they are due; between two of
// them everything that was promised gets its turn.
import { type Instant, instant, type Ms, type WallTime, wallTime } from '@rufwerk/core'

const START = 1_000_000
const START_WALL = Date.UTC(2026, 0, 5, 9) // A Monday morning.
/** Promise chains of the code under test are shorter than this. */
const TURNS = 12

interface Armed {
  readonly due: number
  readonly order: number
  callback: () => void
  isDisposed: boolean
}

export class VirtualClock {
  #now = START
  #order = 0
  #wallOffset = 0
  /** A binary heap: the earliest first, among equals the first armed. */
  readonly #heap: Armed[] = []
  #alive = 0

  now = (): Instant => instant(this.#now)

  wallTime = (): WallTime => wallTime(START_WALL + this.#now - START + this.#wallOffset)

  /** Somebody sets the clock of the machine; monotonic time goes on. */
  setWallClock(byMs: number): void {
    this.#wallOffset += byMs
  }

  arm = (delay: Ms, callback: () => void): Disposable => {
    const armed: Armed = {
      due: this.#now + delay,
      order: this.#order++,
      callback: () => {
        armed.isDisposed = true
        this.#alive -= 1
        callback()
      },
      isDisposed: false,
    }
    this.#alive += 1
    this.#push(armed)
    return {
      [Symbol.dispose]: () => {
        if (armed.isDisposed) return
        armed.isDisposed = true
        // The entry waits for its time in the heap; what it would have called is let go at once.
        armed.callback = nothing
        this.#alive -= 1
      },
    }
  }

  /** Lets the time pass; what becomes due on the way is done at its own time. */
  async pass(length: number): Promise<void> {
    const end = this.#now + length
    await settled()
    for (let next = this.#heap[0]; next !== undefined && next.due <= end; next = this.#heap[0]) {
      this.#pop()
      if (next.isDisposed) continue
      this.#now = Math.max(this.#now, next.due)
      next.callback()
      await settled()
    }
    this.#now = end
  }

  /** Timers armed. */
  size(): number {
    return this.#alive
  }

  #push(armed: Armed): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(armed)
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent] as Armed
      if (!isEarlier(armed, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = armed
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      let child = place * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isEarlier(heap[child + 1] as Armed, heap[child] as Armed)) child += 1
      if (!isEarlier(heap[child] as Armed, last)) break
      heap[place] = heap[child] as Armed
      place = child
    }
    heap[place] = last
  }
}

const nothing = (): void => undefined

function isEarlier(one: Armed, other: Armed): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order)
}

/** Gives every promise that is ready its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await undefined
}
