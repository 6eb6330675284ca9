// Plays seeds and tells of the first breach with what replays it.
import { type RunOptions, simulate } from '../simulate.ts'

/** Undefined when all invariants hold, else what to type to see it again. */
export async function breachOf(options: RunOptions): Promise<string | undefined> {
  const { breach, seed, digest } = await simulate(options)
  if (breach === undefined) return undefined
  return `npm run sim -- --seed ${seed}: ${breach.invariant}: ${breach.detail} (digest ${digest})`
}
