// Waiting for something outside, with an end and a sentence about what did not happen.

/** It is looked soon at first, because most answers come at once, and then less often. */
const POLL_MS_MIN = 5
const POLL_MS_MAX = 50

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Polls until `condition` gives something other than undefined or false. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 10_000,
): Promise<T> {
  const startedAt = performance.now()
  for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(2 * pollMs, POLL_MS_MAX)) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (performance.now() - startedAt > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`)
    await sleep(pollMs)
  }
}
