// What every call of these tests must show: the right tone nearly all the time, the wrong one never.
import assert from 'node:assert/strict'
import { type Heard, heard, keysIn, loudest, type Window } from './tone.ts'
import { sleep } from './wait.ts'

/** Until streams flow, or stop, after an answer or a re-INVITE. */
export const SETTLE_MS = 700
const PACKET_MS = 20
/** Share of the packets that must arrive while two talk. */
const PACKETS_SHARE_MIN = 0.85
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
export const MEASUREMENTS_MAX = 8
/** Where something is killed for each measurement: what is killed more often within a minute is given up. */
export const KILLS_MAX = 4

/** Sound that should be there and is not, or not enough of it. */
export class Unheard extends Error {}

/** One end of a call: who listens, to which tone, and which must not be heard. */
export interface Ear {
  readonly who: string
  readonly phone: { listen(durationMs: number): Promise<readonly Window[]> }
  readonly right: number
  readonly wrong: number
}

/** Somebody in a call who speaks a tone of their own. */
export interface Talker extends Pick<Ear, 'who' | 'phone'> {
  readonly hertz: number
}

/** Whether a tone was there as the other's must be in every call. */
export function isHeard({ share, purity }: Pick<Heard, 'share' | 'purity'>): boolean {
  return share >= RIGHT_SHARE_MIN && purity >= PURITY_MIN
}

/** Throws `Unheard` unless `right` was heard; a failed assertion where `wrong` was. */
export function assertHears(who: string, windows: readonly Window[], right: number, wrong: number): void {
  const sound = heard(windows, right)
  const { share, windows: count, silent, purity } = sound
  const strongest = loudest(windows, wrong)
  const found =
    `${who}: ${right} Hz ${Math.round(share * 100)} % of the time in ${count} windows (${silent} silent), ` +
    `${Math.round(purity * 100)} % of the power, ${wrong} Hz at most ${(strongest * 100).toFixed(1)} %`
  assert.ok(strongest <= WRONG_SHARE_MAX, found)
  if (count < WINDOWS_MIN) throw new Unheard(`${found}: too little sound`)
  if (!isHeard(sound)) throw new Unheard(found)
}

/**
 * All of them at the same time, in a call that goes on; measured again while somebody does not hear enough.
 */
export function assertAllHear(ears: readonly Ear[], durationMs: number): Promise<void> {
  return measured(async () => {
    const sounds = await Promise.all(ears.map(({ phone }) => phone.listen(durationMs)))
    for (const [index, { who, right, wrong }] of ears.entries())
      assertHears(who, sounds[index] ?? [], right, wrong)
  })
}

/** Two in a call hear each other, and not themselves. `when` is for the sentence about it. */
export function assertBothHear(
  one: Talker,
  other: Talker,
  durationMs: number,
  when = 'in the call',
): Promise<void> {
  const earOf = ({ who, phone, hertz: wrong }: Talker, { hertz: right }: Talker): Ear => {
    return { who: `${who} ${when}`, phone, right, wrong }
  }
  return assertAllHear([earOf(one, other), earOf(other, one)], durationMs)
}

/**
 * Presses 5 and 9 in a call: all the keys that the other end hears. What is lost is measured again, with more
 * time for what is late: a machine that stands still delays keys until the next measurement.
 */
export function assertKeysHeard(
  who: string,
  phone: { listenWhile(act: () => Promise<void>): Promise<readonly Window[]> },
  press: (key: '5' | '9') => unknown,
): Promise<void> {
  let settleMs = 0
  return measured(async () => {
    await sleep(settleMs)
    settleMs += SETTLE_MS
    const sound = await phone.listenWhile(async () => {
      for (const key of ['5', '9'] as const) {
        await sleep(settleMs)
        await press(key)
      }
      await sleep(settleMs)
    })
    const keys = keysIn(sound)
    assert.match(keys, /^[59]*$/, `${who}: a key that nobody pressed`)
    if (keys !== '59') throw new Unheard(`${who}: heard ${keys} instead of 59`)
  })
}

/**
 * 50 packets a second reached a phone while two talked, and none while one of them held. Throws `Unheard`
 * where they are too few: a browser that gets no processor sends none.
 */
export function assertPacketsOfTalk(
  received: number,
  ms: { readonly talked: number; readonly held: number },
): void {
  const share = received / (ms.talked / PACKET_MS)
  const limit = 1 + ms.held / 2 / ms.talked
  const found = `${share.toFixed(2)} of the packets, at most ${limit.toFixed(2)}`
  assert.ok(share < limit, found)
  if (share <= PACKETS_SHARE_MIN) throw new Unheard(found)
}

/** Measures until nothing is `Unheard`, and fails with every measurement if that never is so. */
export async function measured(measure: () => Promise<void>, countMax = MEASUREMENTS_MAX): Promise<void> {
  const found: string[] = []
  for (let count = 0; count < countMax; count++)
    try {
      return await measure()
    } catch (error) {
      if (!(error instanceof Unheard)) throw error
      found.push(error.message)
    }
  assert.fail(found.join('\n'))
}

/** Something else than the tone is heard: music while on hold, which has notes near any tone. */
export function assertHearsMusic(
  { who, phone }: Pick<Ear, 'who' | 'phone'>,
  hertz: number,
  durationMs: number,
): Promise<void> {
  return measured(async () => assertSomethingElse(who, await phone.listen(durationMs), hertz))
}

/**
 * The same for what was heard already. Throws `Unheard` where there was too little, and where the tone was
 * there at the beginning only: on a busy machine the phone still played what had come before.
 */
export function assertSomethingElse(who: string, windows: readonly Window[], hertz: number): void {
  const { windows: count, silent } = heard(windows, hertz)
  const shares = windows.map((window) => loudest([window], hertz))
  const rest = shares.slice(shares.findIndex((share) => share <= NOTE_SHARE_MAX))
  const found = `${who}: ${hertz} Hz at ${(Math.max(0, ...shares) * 100).toFixed(1)} %`
  const isLate = (shares[0] ?? 0) > NOTE_SHARE_MAX && Math.min(...shares) <= NOTE_SHARE_MAX
  assert.ok(
    rest.every((share) => share <= NOTE_SHARE_MAX),
    found,
  )
  if (isLate) throw new Unheard(`${found}, at the beginning`)
  if (count < WINDOWS_MIN || silent >= count / 2)
    throw new Unheard(`${who}: ${silent} of ${count} windows are silent`)
}
