// The channel to the launcher: a beat from our event loop, so that a hang is noticed, and our end when the
// launcher has gone. Without a channel it does nothing.
import { rmdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

/** As often as the launcher expects it; see apps/launcher/heartbeat.mjs. */
const BEAT_INTERVAL_MS = 500
/** Without a launcher nobody else would end us. Above what a stop with calls up takes. */
const END_MS_MAX = 4_500

/**
 * Call it first. When the launcher dies, this process stops as on SIGTERM and is gone after END_MS_MAX;
 * `mediaSocket` and its folder, which the launcher made, are removed.
 */
export function attendLauncher(mediaSocket: string): void {
  if (!process.send) return
  const beat = (): void => {
    // A failed beat is followed by the disconnection, which says why.
    if (process.connected) process.send?.('beat', undefined, {}, () => {})
  }
  beat()
  setInterval(beat, BEAT_INTERVAL_MS).unref()
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), END_MS_MAX).unref()
    removeSocket(mediaSocket)
    process.kill(process.pid, 'SIGTERM')
  })
}

function removeSocket(path: string): void {
  try {
    rmSync(path, { force: true })
    rmdirSync(dirname(path))
  } catch {
    // The launcher was quicker, or the folder holds something else: it stays.
  }
}
