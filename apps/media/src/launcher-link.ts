// The channel to the launcher: a beat from our event loop, so that a hang is noticed, and the news that the
// launcher has gone. Without a channel (started by hand, in tests) it does nothing.

/** As often as the launcher expects it; see apps/launcher/heartbeat.mjs. */
const BEAT_INTERVAL_MS = 500

/** `onLauncherGone`: nobody would end or restart us any more. Returns whether there is a launcher. */
export function attendLauncher(onLauncherGone: () => void): boolean {
  if (!process.send) return false
  const beat = (): void => {
    // A failed beat is followed by the disconnection, which says why.
    if (process.connected) process.send?.('beat', undefined, {}, () => {})
  }
  beat()
  setInterval(beat, BEAT_INTERVAL_MS).unref()
  process.once('disconnect', onLauncherGone)
  return true
}
