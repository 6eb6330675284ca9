// What is typed to be called: a number or the beginning of a name.
import type { Person } from '@rufwerk/contract'
import { looksLikeNumber, NUMBER_CHARS_MAX, normalizeNumber } from './number.ts'
import { Cell, type Readable } from './observable.ts'
import { findPeople } from './people.ts'

/** Colleagues offered below the field. */
export const SUGGESTIONS_MAX = 4

export type DialChoice =
  | { readonly type: 'number'; readonly number: string; readonly name?: string }
  | { readonly type: 'nothing' }
  /** Several people fit, or nobody. */
  | { readonly type: 'unclear'; readonly matches: number }

export class Dialler {
  readonly #text = new Cell('')

  get text(): Readable<string> {
    return this.#text
  }

  set(text: string): void {
    this.#text.set(text.slice(0, NUMBER_CHARS_MAX))
  }

  press(key: string): void {
    this.set(this.#text.get() + key)
  }

  backspace(): void {
    this.set(this.#text.get().slice(0, -1))
  }

  clear(): void {
    this.set('')
  }
}

export function suggestionsFor(people: readonly Person[], text: string, self: string): readonly Person[] {
  if (text.trim() === '') return []
  return findPeople(people, text)
    .filter((person) => person.id !== self)
    .slice(0, SUGGESTIONS_MAX)
}

/** What Enter calls: the number, or the one person the name fits. */
export function chooseDial(people: readonly Person[], text: string): DialChoice {
  const typed = text.trim()
  if (typed === '') return { type: 'nothing' }
  if (looksLikeNumber(typed)) {
    const number = normalizeNumber(typed)
    const name = people.find((person) => person.extension === number)?.name
    if (number === '') return { type: 'nothing' }
    return name === undefined ? { type: 'number', number } : { type: 'number', number, name }
  }
  const matches = findPeople(people, typed)
  const only = matches[0]
  if (matches.length === 1 && only) return { type: 'number', number: only.extension, name: only.name }
  return { type: 'unclear', matches: matches.length }
}
