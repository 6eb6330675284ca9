// What every call of these tests must show: the right tone nearly all the time, the wrong one never.
import assert from 'node:assert/strict'
import { heard, loudest, type Window } from './tone.ts'

/** Until streams flow, or stop, after an answer or a re-INVITE. */
export const SETTLE_MS = 700
/** Share of the time in which the other's tone must be heard. */
export const RIGHT_SHARE_MIN = 0.95
/** Mean share of the power that the right tone must have. */
const PURITY_MIN = 0.9
/** Share of power that a tone may have in any window without counting as there. */
export const WRONG_SHARE_MAX = 0.02
/** The same for music. */
const NOTE_SHARE_MAX = 0.1
/** One second at least, or the share means nothing. */
const WINDOWS_MIN = 5
/**
 * A machine that stands still for some tenths of a second takes sound from whoever speaks at that moment.
 * What a call does wrong it does each time: so sound that is missing is measured again, so often altogether.
 */
export const MEASUREMENTS_MAX = 3

/** Sound that should be there and is not, or not enough of it. */
export class Unheard extends Error {}

/** One end of a call: who listens, to which tone, and which must not be heard. */
export interface Ear {
  readonly who: string
  readonly phone: { listen(durationMs: number): Promise<readonly Window[]> }
  readonly right: number
  readonly wrong: number
}

/** Throws `Unheard` unless `right` was heard; a failed assertion where `wrong` was. */
export function assertHears(who: string, windows: readonly Window[], right: number, wrong: number): void {
  const { share, windows: count, silent, purity } = heard(windows, right)
  const strongest = loudest(windows, wrong)
  const found =
    `${who}: ${right} Hz ${Math.round(share * 100)} % of the time in ${count} windows (${silent} silent), ` +
    `${Math.round(purity * 100)} % of the power, ${wrong} Hz at most ${(strongest * 100).toFixed(1)} %`
  assert.ok(strongest <= WRONG_SHARE_MAX, found)
  if (count < WINDOWS_MIN) throw new Unheard(`${found}: too little sound`)
  if (share < RIGHT_SHARE_MIN || purity < PURITY_MIN) throw new Unheard(found)
}

/** All of them at the same time, in a call that goes on; measured again while somebody does not hear enough. */
export function assertAllHear(ears: readonly Ear[], durationMs: number): Promise<void> {
  return measured(async () => {
    const sounds = await Promise.all(ears.map(({ phone }) => phone.listen(durationMs)))
    for (const [index, { who, right, wrong }] of ears.entries())
      assertHears(who, sounds[index] ?? [], right, wrong)
  })
}

/** Measures until nothing is `Unheard`, and fails with every measurement if that never is so. */
export async function measured(measure: () => Promise<void>): Promise<void> {
  const found: string[] = []
  for (let count = 0; count < MEASUREMENTS_MAX; count++)
    try {
      return await measure()
    } catch (error) {
      if (!(error instanceof Unheard)) throw error
      found.push(error.message)
    }
  assert.fail(found.join('\n'))
}

/**
 * Fails unless something else than the tone was heard: music while on hold, which has notes near any tone.
 */
export function assertHearsSomethingElse(who: string, windows: readonly Window[], hertz: number): void {
  const { windows: count, silent } = heard(windows, hertz)
  const strongest = loudest(windows, hertz)
  assert.ok(count >= WINDOWS_MIN && silent < count / 2, `${who}: ${silent} of ${count} windows are silent`)
  assert.ok(strongest <= NOTE_SHARE_MAX, `${who}: ${hertz} Hz at ${(strongest * 100).toFixed(1)} %`)
}
