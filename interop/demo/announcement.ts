// Whether an announcement was heard, and not another one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { parseWav } from '@rufwerk/engine/prepare'
import { likeness } from '../support/likeness.ts'
import { Unheard } from '../support/sound.ts'
import type { Sound } from '../support/wav.ts'

const PROMPTS = join(import.meta.dirname, '..', '..', 'apps', 'media', 'prompts')
/** The right prompt through a codec and back is this alike, less with a hole; another one is 0.3 to 0.7. */
export const ALIKE_MIN = 0.88
export const OTHER_MAX = 0.75
/** Announcements are said twice, and end after 30 s at the latest. */
export const ANNOUNCEMENT_MS_MAX = 40_000

export function prompt(name: string): Sound {
  const read = parseWav(readFileSync(join(PROMPTS, `${name}.wav`)))
  if (!read.ok) throw new Error(`${name} is ${read.error}`)
  return read.value
}

/** The right announcement was heard, twice, and not another one. */
export function assertAnnouncement(t: TestContext, sound: Sound, right: string, wrong: string): void {
  const first = likeness(sound, prompt(right))
  const other = likeness(sound, prompt(wrong))
  t.diagnostic(`${right} ${first.value.toFixed(2)}, ${wrong} ${other.value.toFixed(2)}`)
  assert.ok(other.value <= OTHER_MAX, `${wrong} is ${other.value.toFixed(2)} alike as well`)
  if (first.value < ALIKE_MIN)
    throw new Unheard(`${right}: ${first.value.toFixed(2)} alike, ${wrong}: ${other.value.toFixed(2)}`)
  const length = prompt(right).samples.length / prompt(right).rate
  const total = sound.samples.length / sound.rate
  assert.ok(total > 1.5 * length, `${total.toFixed(1)} s of a prompt of ${length.toFixed(1)} s, said twice`)
}
