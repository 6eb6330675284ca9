// The events of the media process: numbered from 1, kept until acknowledged so that call control can miss
// nothing when it comes back, and bounded. When full, the oldest statistics and
// speakers go first, then the oldest of all.
import { EVENT_RING_MAX, type MediaEvent } from '@rufwerk/media-control'

export interface NumberedEvent {
  readonly number: number
  readonly event: MediaEvent
}

export class EventLog {
  /** Events that were thrown away before anybody acknowledged them. */
  lost = 0
  readonly #capacity: number
  #kept: NumberedEvent[] = []
  #last = 0
  #listener: ((event: NumberedEvent) => void) | undefined

  constructor(capacity: number = EVENT_RING_MAX) {
    this.#capacity = capacity
  }

  append(event: MediaEvent): void {
    this.#last += 1
    const numbered = { number: this.#last, event }
    if (this.#kept.length >= this.#capacity) this.#forgetOne()
    this.#kept.push(numbered)
    this.#listener?.(numbered)
  }

  /**
   * Hears what is not acknowledged yet, oldest first, and then everything new. Replaces the former listener.
   */
  listen(listener: ((event: NumberedEvent) => void) | undefined): void {
    this.#listener = listener
    if (listener) for (const event of [...this.#kept]) listener(event)
  }

  /** Everything up to and including this number has arrived. */
  acknowledge(number: number): void {
    let count = 0
    while (count < this.#kept.length && (this.#kept[count] as NumberedEvent).number <= number) count += 1
    if (count > 0) this.#kept = this.#kept.slice(count)
  }

  size(): number {
    return this.#kept.length
  }

  #forgetOne(): void {
    this.lost += 1
    const oldest = this.#kept.findIndex(({ event }) => event.type === 'stats' || event.type === 'speakers')
    this.#kept.splice(Math.max(0, oldest), 1)
  }
}
