// The timers of one call by their names: those of a node, and those that go on from node to node.
import type { TimerName } from '../signals.ts'

/** Timers that go on from node to node. */
const OF_CALL: ReadonlySet<TimerName> = new Set(['day', 'money'])

export function disarm(timers: Map<TimerName, Disposable>, which: TimerName | 'of-node' | 'all'): void {
  for (const [name, timer] of timers) {
    const isMeant = which === 'all' || (which === 'of-node' ? !OF_CALL.has(name) : which === name)
    if (!isMeant) continue
    timer[Symbol.dispose]()
    timers.delete(name)
  }
}
