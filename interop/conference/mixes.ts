// What everybody hears in a conference: the tones of all others and never their own.
import assert from 'node:assert/strict'
import { type Ear, measured, Unheard, WRONG_SHARE_MAX } from '../support/sound.ts'
import { loudest, toneShare, type Window } from '../support/tone.ts'

const LISTEN_MS = 2000
/** Of two tones that are equally loud each has half of the power. */
const EACH_SHARE_MIN = 0.25
const ALL_SHARE_MIN = 0.85
const WINDOWS_MIN = 5

export interface MixEar extends Pick<Ear, 'who' | 'phone'> {
  readonly hears: readonly number[]
  readonly not: readonly number[]
}

/**
 * All of them at the same time. What is missing is measured again; what must not be heard never is.
 * `eachShareMin`: of the power, 0 to 1, for tones that are not equally loud.
 */
export function assertMixes(ears: readonly MixEar[], eachShareMin = EACH_SHARE_MIN): Promise<void> {
  return measured(async () => {
    const sounds = await Promise.all(ears.map(({ phone }) => phone.listen(LISTEN_MS)))
    for (const [index, ear] of ears.entries()) assertMix(ear, sounds[index] ?? [], eachShareMin)
  })
}

function assertMix({ who, hears, not }: MixEar, windows: readonly Window[], eachShareMin: number): void {
  for (const hertz of not) {
    const share = loudest(windows, hertz)
    assert.ok(share <= WRONG_SHARE_MAX, `${who}: ${hertz} Hz at ${(share * 100).toFixed(1)} %`)
  }
  if (windows.length < WINDOWS_MIN) throw new Unheard(`${who}: too little sound`)
  const shares = hears.map((hertz) => meanShare(windows, hertz))
  const all = shares.reduce((sum, share) => sum + share, 0)
  if (all < ALL_SHARE_MIN || shares.some((share) => share < eachShareMin))
    throw new Unheard(
      `${who}: ${hears.map((hertz, at) => `${hertz} Hz ${shares[at]?.toFixed(2)}`).join(', ')}`,
    )
}

function meanShare(windows: readonly Window[], hertz: number): number {
  const shares = windows.map(({ samples, rate }) => toneShare(samples, rate, hertz))
  return shares.reduce((sum, share) => sum + share, 0) / windows.length
}
