// What each phone of a run likes to do besides plain calls, from the seed.
import type { PhoneHabits, SeededRandom } from '@rufwerk/testing'

/** Half of the phones agree on session timers, as short as the RFC allows, so that runs see them run off. */
export function drawHabits(random: SeededRandom, instance: string | undefined): PhoneHabits {
  const [rel, update, timer] = [random.next(), random.next(), random.next()]
  const refresher = timer < 0.2 ? 'us' : timer < 0.4 ? 'peer' : 'nobody'
  return {
    ...(rel < 0.4 ? { reliable: rel < 0.15 ? 'Require' : 'Supported' } : {}),
    ...(update < 0.5 ? { hasUpdate: true } : {}),
    ...(timer < 0.5 ? { session: { intervalS: 90, refresher } } : {}),
    ...(instance === undefined ? {} : { instance }),
  }
}
