// Phones and sound before whatever else the machine does: a packet of sound is due every 20 ms. As FreeSWITCH
// does it, and only where the system permits it (Linux: CAP_SYS_NICE). Plain JavaScript for Node 20.
import { constants, getPriority, setPriority } from 'node:os'

const PRIORITY = constants.priority.PRIORITY_ABOVE_NORMAL

/**
 * Raises a process that has just been started, before it has threads. Not where somebody chose a priority for
 * us: `nice npm start` is obeyed.
 * @param {number | undefined} pid
 * @param {{ get: () => number, set: (pid: number, priority: number) => void }} [system] Of a test.
 * @returns {boolean} Whether it is raised.
 */
export function prefer(pid, system = { get: getPriority, set: setPriority }) {
  if (pid === undefined || system.get() !== constants.priority.PRIORITY_NORMAL) return false
  try {
    system.set(pid, PRIORITY)
    return true
  } catch {
    return false
  }
}
