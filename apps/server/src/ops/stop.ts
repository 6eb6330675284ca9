// The orderly end: no new calls, then as much time as was granted for those that go on, then they are ended
// politely, then everything is closed.
import type { Log } from '@rufwerk/core'

/** How long calls may take to end once they were told to, in ms. */
const STOP_MS_MAX = 2_000
const LOOK_MS = 50
/** Ctrl-C sends two signals at once: by the terminal and by the launcher. Later ones mean hurry. */
const SAME_SIGNAL_MS = 1_000

export interface StopParts {
  /** Entries of calls in the books; 0 when all have ended. */
  readonly calls: () => number
  readonly drain: () => void
  readonly hangUpAll: () => void
  readonly close: () => Promise<void>
  readonly log: Log
  /** Monotonic milliseconds; for tests. */
  readonly now?: () => number
}

export interface Stopping {
  /** Called again, it ends the calls now. */
  begin(drainSeconds: number): void
}

/**
 * After a crash the web side answers before the sockets of SIP are open. Who asks for the end then gets it
 * as soon as there is something to end in order.
 */
export class EarlyStop implements Stopping {
  #stopping: Stopping | undefined
  #asked: number | undefined

  begin(drainSeconds: number): void {
    if (this.#stopping) this.#stopping.begin(drainSeconds)
    else this.#asked = Math.min(drainSeconds, this.#asked ?? drainSeconds)
  }

  opened(stopping: Stopping): void {
    this.#stopping = stopping
    if (this.#asked !== undefined) stopping.begin(this.#asked)
  }
}

export function stopOnce(parts: StopParts): Stopping {
  const now = parts.now ?? (() => performance.now())
  let begunAt: number | undefined
  let endAt = 0
  const run = async (drainSeconds: number): Promise<void> => {
    if (drainSeconds > 0) parts.log.info('draining', { seconds: drainSeconds, entries: parts.calls() })
    while (parts.calls() > 0 && now() < endAt) await wait()
    parts.hangUpAll()
    const stopAt = now() + STOP_MS_MAX
    while (parts.calls() > 0 && now() < stopAt) await wait()
    await parts.close()
  }
  return {
    begin: (drainSeconds) => {
      if (begunAt === undefined) {
        begunAt = now()
        endAt = begunAt + drainSeconds * 1000
        parts.drain()
        run(drainSeconds).catch((error: unknown) => {
          parts.log.error('stop failed', { error: String(error) })
          process.exit(1)
        })
      } else if (now() - begunAt > SAME_SIGNAL_MS) endAt = 0
    },
  }
}

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}
