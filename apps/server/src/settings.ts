// Codes that change what a person has set for oneself: performed by the same book as the pages, with words
// for whoever dialled. Codes of queues are handed on.
import type { SettingAnswer, SettingsPort } from '@rufwerk/calls'
import type { PersonId, Result } from '@rufwerk/core'
import type { CodeAction, PersonState } from '@rufwerk/routing'
import type { OwnSettings, OwnSettingsBook, SettingProblem } from '@rufwerk/routing/own'
import { fileOf } from '@rufwerk/routing/prompts'

/** What is heard when a code was not performed. */
const WHY_NOT: Readonly<Record<SettingProblem, string>> = {
  unknown: 'forward-unknown',
  'not-permitted': 'forward-refused',
  emergency: 'forward-refused',
  loop: 'forward-loop',
  'not-stored': 'setting-failed',
  nobody: 'setting-failed',
}

const DONE: Readonly<Record<PersonState, string>> = {
  available: 'state-available',
  away: 'state-away',
  doNotDisturb: 'state-do-not-disturb',
}

export interface SettingsParts {
  readonly own: OwnSettingsBook
  /** Of the announcements that a person hears. */
  readonly languageOf: (person: PersonId) => 'de' | 'en'
  /** Who performs the codes of queues; without one they end with 500. */
  readonly queues?: SettingsPort
}

export class Settings implements SettingsPort {
  readonly #parts: SettingsParts

  constructor(parts: SettingsParts) {
    this.#parts = parts
  }

  async change(person: PersonId, action: CodeAction, value: string): Promise<SettingAnswer> {
    const { own, queues } = this.#parts
    switch (action) {
      case 'available':
      case 'away':
      case 'doNotDisturb':
        return this.#told(person, await own.setState(person, action), DONE[action])
      case 'forwardAll':
        return this.#told(person, await own.forwardTo(person, value), 'forward-set')
      case 'forwardOff':
        return this.#told(person, await own.forwardOff(person), 'forward-off')
      default:
        if (queues === undefined) throw new RangeError(`nobody performs ${action}`)
        return queues.change(person, action, value)
    }
  }

  #told(person: PersonId, changed: Result<OwnSettings, SettingProblem>, done: string): SettingAnswer {
    const words = changed.ok ? done : WHY_NOT[changed.error]
    return { isChanged: changed.ok, prompt: fileOf(this.#parts.languageOf(person), words) }
  }
}
