// The one clock of everything that makes sound: every stream works once per 20 ms frame, streams are spread
// over the phases of a frame. Drift-free: due times follow from the start, not from when the timer woke up.
// `Ticker` is pure (time is an argument); whoever owns it arms a timer for `nextAt`.
import { type Instant, instant } from '@rufwerk/core'
import { CATCH_UP_MAX, FRAME, TICK_PHASES } from '../limits.ts'

/** Something that makes one frame of sound per tick. */
export interface Ticked {
  /** `due` is when the frame should have been made, `now` when it is. */
  tick(due: Instant, now: Instant): void
}

const STEP_MS = FRAME / TICK_PHASES

export class Ticker {
  readonly #phases: Set<Ticked>[] = Array.from({ length: TICK_PHASES }, () => new Set<Ticked>())
  readonly #phaseOf = new Map<Ticked, Set<Ticked>>()
  readonly #onError: (error: unknown, ticked: Ticked) => void
  /** Steps since time zero that are done. */
  #step = 0
  /** Frames that were skipped because the process had been asleep for too long. */
  skipped = 0

  constructor(onError: (error: unknown, ticked: Ticked) => void) {
    this.#onError = onError
  }

  add(ticked: Ticked, now: Instant): void {
    if (this.#phaseOf.has(ticked)) return
    if (this.#phaseOf.size === 0) this.#step = Math.floor(now / STEP_MS)
    let least = this.#phases[0] as Set<Ticked>
    for (const phase of this.#phases) if (phase.size < least.size) least = phase
    least.add(ticked)
    this.#phaseOf.set(ticked, least)
  }

  remove(ticked: Ticked): void {
    this.#phaseOf.get(ticked)?.delete(ticked)
    this.#phaseOf.delete(ticked)
  }

  size(): number {
    return this.#phaseOf.size
  }

  /** When `advance` should be called next; undefined while there is nothing to do. */
  nextAt(): Instant | undefined {
    return this.#phaseOf.size === 0 ? undefined : instant((this.#step + 1) * STEP_MS)
  }

  /** Does every step that is due. After a long pause the oldest steps are skipped and counted. */
  advance(now: Instant): void {
    const target = Math.floor(now / STEP_MS)
    const oldest = target - CATCH_UP_MAX / STEP_MS
    if (this.#step < oldest) {
      this.skipped += oldest - this.#step
      this.#step = oldest
    }
    while (this.#step < target) {
      this.#step += 1
      const due = instant(this.#step * STEP_MS)
      for (const ticked of this.#phases[this.#step % TICK_PHASES] as Set<Ticked>) {
        try {
          ticked.tick(due, now)
        } catch (error) {
          this.remove(ticked)
          this.#onError(error, ticked)
        }
      }
    }
  }
}
