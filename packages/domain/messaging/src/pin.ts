// PINs of boxes: which are good enough, and the wait after wrong ones. Comparing with the stored hash is slow
// on purpose and not done here: it is a port.
import { fail, type Ms, ms, ok, type Result, type WallTime } from '@rufwerk/core'
import type { BoxId } from './box.ts'
import {
  GUARDED_BOXES_MAX,
  PIN_DIGITS_MAX,
  PIN_DIGITS_MIN,
  PIN_FORGOTTEN_AFTER,
  PIN_WAIT_FIRST,
  PIN_WAIT_MAX,
  WRONG_PINS_FREE,
} from './limits.ts'

export type PinProblem = 'not-digits' | 'too-short' | 'too-long' | 'too-simple' | 'is-the-extension'

/** Refuses what is guessed first: one digit only, a row up or down, a pair again and again, the extension. */
export function checkPin(pin: string, extensions: readonly string[]): Result<string, PinProblem> {
  if (!/^[0-9]*$/.test(pin)) return fail('not-digits')
  if (pin.length < PIN_DIGITS_MIN) return fail('too-short')
  if (pin.length > PIN_DIGITS_MAX) return fail('too-long')
  const rows = ['01234567890123456789', '98765432109876543210']
  if (/^(\d{1,2})\1+$/.test(pin) || rows.some((row) => row.includes(pin))) return fail('too-simple')
  // A short extension is often written twice, or filled up with zeros.
  const isExtension = extensions.some((extension) => pin === extension || pin === extension.repeat(2))
  return isExtension ? fail('is-the-extension') : ok(pin)
}

/** Compares a PIN with the hash that is stored for the box. */
export interface PinHashes {
  matches(box: BoxId, pin: string): Promise<boolean>
}

export type PinOutcome = 'right' | 'wrong' | 'locked'

interface Wrong {
  readonly count: number
  readonly since: WallTime
}

/** Counts wrong PINs per box, over all calls. */
export class PinGuard {
  readonly #hashes: PinHashes
  readonly #wrong = new Map<BoxId, Wrong>()

  constructor(hashes: PinHashes) {
    this.#hashes = hashes
  }

  /** How long nobody may try; 0 when somebody may. */
  waitFor(box: BoxId, now: WallTime): Ms {
    const wrong = this.#wrong.get(box)
    if (!wrong || wrong.count < WRONG_PINS_FREE || now - wrong.since >= PIN_FORGOTTEN_AFTER) return ms(0)
    const wait = Math.min(PIN_WAIT_FIRST * 2 ** (wrong.count - WRONG_PINS_FREE), PIN_WAIT_MAX)
    return ms(Math.max(0, wrong.since + wait - now))
  }

  /** Rejects when the port does; then the try has been counted as wrong. */
  async check(box: BoxId, pin: string, now: WallTime): Promise<PinOutcome> {
    if (this.waitFor(box, now) > 0) return 'locked'
    // Counted before the slow comparison, so that many calls at once do not get more tries.
    this.#count(box, now)
    if (!(await this.#hashes.matches(box, pin))) return 'wrong'
    this.#wrong.delete(box)
    return 'right'
  }

  /** Forgets what is old enough. */
  tidy(now: WallTime): void {
    for (const [box, { since }] of this.#wrong)
      if (now - since >= PIN_FORGOTTEN_AFTER) this.#wrong.delete(box)
  }

  /** Boxes with wrong PINs. */
  size(): number {
    return this.#wrong.size
  }

  #count(box: BoxId, now: WallTime): void {
    const before = this.#wrong.get(box)
    const isForgotten = before !== undefined && now - before.since >= PIN_FORGOTTEN_AFTER
    this.#wrong.delete(box)
    if (this.#wrong.size >= GUARDED_BOXES_MAX) {
      // The one that was wrong the longest ago goes; entries are in the order of their last wrong PIN.
      const [oldest] = this.#wrong.keys()
      if (oldest !== undefined) this.#wrong.delete(oldest)
    }
    this.#wrong.set(box, { count: (before && !isForgotten ? before.count : 0) + 1, since: now })
  }
}
