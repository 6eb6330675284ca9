// Plays seeds and tells of the first breach with what replays it.
import { type Outcome, type RunOptions, simulate } from '../simulate.ts'

/**
 * Played in simulation.test.ts. Most planted faults are found with them: their twins without it are clean.
 * The next ones: simulation.long.test.ts.
 */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1)

const played = new Map<number, Promise<Outcome>>()

/** A seed with nothing special, played once for all who ask. */
export function outcomeOf(seed: number): Promise<Outcome> {
  const known = played.get(seed) ?? simulate({ seed })
  played.set(seed, known)
  return known
}

/** Undefined when all invariants hold, else what to type to see it again. */
export async function breachOf(options: RunOptions): Promise<string | undefined> {
  return describeBreach(await simulate(options))
}

export function describeBreach({ breach, seed, digest }: Outcome): string | undefined {
  if (breach === undefined) return undefined
  return `npm run sim -- --seed ${seed}: ${breach.invariant}: ${breach.detail} (digest ${digest})`
}
