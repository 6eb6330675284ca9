// The channel to the launcher: a beat from our event loop, so that a hang is noticed, and the news that the
// launcher has gone. A spare waits for its turn. Without a channel (started by hand, in tests) it does
// nothing.
import { flushCompileCache } from 'node:module'

/** As often as the launcher expects it; see apps/launcher/heartbeat.mjs. */
const BEAT_INTERVAL_MS = 500

/** `onLauncherGone`: nobody would end or restart us any more. Returns whether there is a launcher. */
export function attendLauncher(onLauncherGone: () => void): boolean {
  if (!process.send) return false
  tell('beat')
  setInterval(() => tell('beat'), BEAT_INTERVAL_MS).unref()
  process.once('disconnect', onLauncherGone)
  return true
}

/**
 * A spare has loaded everything and waits here until the process that seemed to hang has ended: no port is
 * taken and nothing listens before that. Anybody else goes on at once. See apps/launcher/spare.mjs.
 */
export function untilNeeded(): Promise<void> {
  if (process.env.RUFWERK_SPARE === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === 'go') resolve()
    })
  })
}

/**
 * We have started: from now on three missed beats mean that we hang. What was compiled is kept for the next
 * start after a crash; there is nothing to write when this is that start.
 */
export function readyForLauncher(): void {
  flushCompileCache()
  tell('ready')
}

function tell(message: 'beat' | 'ready'): void {
  // What cannot be told is followed by the disconnection.
  if (process.connected) process.send?.(message, undefined, {}, () => {})
}
