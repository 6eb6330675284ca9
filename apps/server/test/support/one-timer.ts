// Timers for what arms one at a time: the test says when its time is over.
import type { Timers } from '@rufwerk/net'

export class OneTimer {
  #due: (() => void) | undefined

  readonly timers: Pick<Timers, 'arm'> = {
    arm: (_delay, callback) => {
      this.#due = callback
      return { [Symbol.dispose]: () => undefined }
    },
  }

  /** Nothing when none was armed. */
  runOut(): void {
    this.#due?.()
  }
}
