// The scenario: at each step one thing happens, drawn by weight. Troubles have names, so that a run can go
// without some of them.
import type { SeededRandom } from '@rufwerk/testing'
import { CALLS } from './calls.ts'
import { LEADING } from './leading.ts'
import { RECORDING } from './recording.ts'
import { type Action, type Stage, TROUBLES, type Trouble } from './stage.ts'
import { MISHAPS } from './troubles.ts'

export { TROUBLES, type Trouble } from './stage.ts'
export { drawWeather } from './troubles.ts'

const ACTIONS: readonly Action[] = [...CALLS, ...LEADING, ...RECORDING, ...MISHAPS]

/** Not every run has every trouble: what one hides another one shows. */
export function drawTroubles(random: SeededRandom, without: readonly Trouble[]): ReadonlySet<Trouble> {
  return new Set(TROUBLES.filter((trouble) => random.next() < 0.35 || without.includes(trouble)))
}

/** Lets one thing happen; returns its name. */
export function act(stage: Stage): string {
  const possible = ACTIONS.filter(({ trouble }) => trouble === undefined || !stage.without.has(trouble))
  const total = possible.reduce((sum, { weight }) => sum + weight, 0)
  let drawn = stage.random.next() * total
  const action = possible.find(({ weight }) => {
    drawn -= weight
    return drawn < 0
  })
  if (action === undefined) return 'nothing'
  return action.run(stage) ? action.name : `${action.name}, not possible now`
}
