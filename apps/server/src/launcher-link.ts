// The channel to the launcher: a beat from our event loop, so that a hang is noticed, and our end when the
// launcher has gone. Without a channel it does nothing.
import { rmdirSync, rmSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { dirname, join } from 'node:path'

/** As often as the launcher expects it; see apps/launcher/heartbeat.mjs. */
const BEAT_INTERVAL_MS = 500
/** Without a launcher nobody else would end us. Above what a stop with calls up takes. */
const END_MS_MAX = 4_500

/**
 * Call it first. When the launcher dies, this process stops as on SIGTERM and is gone after END_MS_MAX;
 * `mediaSocket` and its folder, which the launcher made, are removed. While calls are up the launcher keeps a
 * spare of us.
 */
export function attendLauncher(mediaSocket: string, hasCalls: () => boolean): void {
  if (!process.send) return
  tell('beat')
  setInterval(() => tell(hasCalls() ? 'busy' : 'beat'), BEAT_INTERVAL_MS).unref()
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), END_MS_MAX).unref()
    removeRunFolder(mediaSocket)
    process.kill(process.pid, 'SIGTERM')
  })
}

function removeRunFolder(socket: string): void {
  try {
    rmSync(socket, { force: true })
    const { NODE_COMPILE_CACHE: code } = process.env
    if (code !== undefined && dirname(code) === dirname(socket))
      rmSync(code, { recursive: true, force: true })
    rmSync(join(dirname(socket), 'messages'), { recursive: true, force: true })
    rmdirSync(dirname(socket))
  } catch {
    // The launcher was quicker, or the folder holds something else: it stays.
  }
}

/**
 * A spare loads all that there is and waits here until the process that it stands in for has ended: the data
 * folder is not touched and nothing listens before that. Anybody else goes on at once. See
 * apps/launcher/spare.mjs. Gives whether everything was loaded.
 */
export async function untilNeeded(load: () => Promise<unknown>): Promise<boolean> {
  if (process.env.RUFWERK_SPARE === undefined) return false
  const told = new Promise<void>((resolve) => {
    process.on('message', (message) => {
      if (message === 'go') resolve()
    })
  })
  await load()
  await told
  return true
}

/**
 * We have started: from now on three missed beats mean that we hang. What was compiled is kept for the next
 * start after a crash; there is nothing to write when this is that start.
 */
export function readyForLauncher(): void {
  flushCompileCache()
  tell('ready')
}

function tell(message: 'beat' | 'busy' | 'ready'): void {
  // What cannot be told is followed by the disconnection.
  if (process.connected) process.send?.(message, undefined, {}, () => {})
}
