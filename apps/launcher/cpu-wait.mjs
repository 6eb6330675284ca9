// Whether a silent process waits for the CPU: then it is late and does not hang. Linux counts for each
// thread how long it ran and how long it was ready and had to wait; the event loop is the first thread. A
// process that is stopped or waits for something else is not ready; one with a blocked loop runs. Plain
// JavaScript for Node 20.
import { readFileSync } from 'node:fs'

/** @typedef {{ readonly ranMs: number, readonly waitedMs: number }} CpuTimes Since the process began. */

/** Of the time without a beat: so much of it was spent waiting. */
export const WAITED_SHARE_MIN = 0.5
/** A loop that ran for as long as there is between two beats came to its timers, or is blocked. */
export const RAN_MS_MAX = 500

const NANOSECONDS = 1e6

/**
 * Undefined where the system does not tell.
 * @param {number | undefined} pid @returns {CpuTimes | undefined}
 */
export function readCpuTimes(pid) {
  try {
    return parseSchedstat(readFileSync(`/proc/${pid}/schedstat`, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Time on the CPU and time ready for it, in nanoseconds, then how often it ran.
 * @param {string} text @returns {CpuTimes | undefined}
 */
export function parseSchedstat(text) {
  const match = /^(\d+) (\d+) \d+\n?$/.exec(text)
  return match
    ? { ranMs: Number(match[1]) / NANOSECONDS, waitedMs: Number(match[2]) / NANOSECONDS }
    : undefined
}

/**
 * What is not known counts as no.
 * @param {CpuTimes | undefined} before @param {CpuTimes | undefined} now
 * @param {number} silentMs Between both.
 */
export function isStarved(before, now, silentMs) {
  if (!before || !now) return false
  const isBlocked = now.ranMs - before.ranMs >= RAN_MS_MAX
  return !isBlocked && now.waitedMs - before.waitedMs >= silentMs * WAITED_SHARE_MIN
}
