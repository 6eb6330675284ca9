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

/** Fails unless `right` was heard and `wrong` was not. */
export function assertHears(who: string, windows: readonly Window[], right: number, wrong: number): void {
  const { share, windows: count, silent, purity } = heard(windows, right)
  const strongest = loudest(windows, wrong)
  const found =
    `${who}: ${right} Hz ${Math.round(share * 100)} % of the time in ${count} windows (${silent} silent), ` +
    `${Math.round(purity * 100)} % of the power, ${wrong} Hz at most ${(strongest * 100).toFixed(1)} %`
  assert.ok(count >= WINDOWS_MIN, `${found}: too little sound`)
  assert.ok(share >= RIGHT_SHARE_MIN, found)
  assert.ok(purity >= PURITY_MIN, found)
  assert.ok(strongest <= WRONG_SHARE_MAX, found)
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
