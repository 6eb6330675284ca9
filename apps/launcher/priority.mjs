// Phones and sound before whatever else the machine does: a packet of sound is due every 20 ms. As FreeSWITCH
// does it, and only where the system permits it (Linux: CAP_SYS_NICE). Plain JavaScript for Node 20.
import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

const PRIORITY = constants.priority.PRIORITY_ABOVE_NORMAL
const PRIORITY_LATER = constants.priority.PRIORITY_BELOW_NORMAL

/** @typedef {{ get: () => number, set: (pid: number, priority: number) => void }} System */
/** @type {System} */
const SYSTEM = { get: getPriority, set: setPriority }

/**
 * Raises a process that has just been started, before it has threads. Not where somebody chose a priority for
 * us: `nice npm start` is obeyed.
 * @param {number | undefined} pid
 * @param {System} [system] Of a test.
 * @returns {boolean} Whether it is raised.
 */
export function prefer(pid, system = SYSTEM) {
  if (pid === undefined || system.get() !== constants.priority.PRIORITY_NORMAL) return false
  try {
    system.set(pid, PRIORITY)
    return true
  } catch {
    return false
  }
}

/**
 * Lets a process that has just been started wait for all others, sound above all, if it can be raised again.
 * @param {number | undefined} pid @param {System} [system] @returns {boolean} Whether it waits.
 */
export function defer(pid, system = SYSTEM) {
  if (pid === undefined || !prefer(pid, system)) return false
  system.set(pid, PRIORITY_LATER)
  return true
}

/**
 * Raises a process that runs: on Linux each thread has its own priority.
 * @param {number | undefined} pid
 * @param {System & { threads: (pid: number) => readonly number[] }} [system]
 */
export function preferThreads(pid, system = { ...SYSTEM, threads }) {
  if (pid !== undefined) for (const thread of system.threads(pid)) prefer(thread, system)
}

/** @param {number} pid @returns {readonly number[]} */
function threads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return [pid] // Not Linux, or ended.
  }
}
