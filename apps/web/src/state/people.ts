// Finding colleagues, by name or extension.
import type { Person } from '@rufwerk/contract'

/** Lower case without accents, so that "muller" finds "Müller"; "ue" is understood, too. */
export function foldName(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '')
}

function unfoldUmlauts(text: string): string {
  return text.replace(/([aou])e/g, '$1')
}

/** People whose name has a word that starts with each word typed, or whose extension starts with it. */
export function findPeople(people: readonly Person[], typed: string): readonly Person[] {
  const words = foldName(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return people
  return people.filter((person) => {
    const parts = foldName(person.name).split(/[\s\-.]+/)
    const plain = parts.map(unfoldUmlauts)
    return words.every(
      (word) =>
        person.extension.startsWith(word) ||
        parts.some((part) => part.startsWith(word)) ||
        plain.some((part) => part.startsWith(unfoldUmlauts(word))),
    )
  })
}

/** One or two letters for the round picture. Titles do not count. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '' && !/\.$/.test(word) && /\p{L}/u.test(word))
  const first = words[0]?.[0] ?? ''
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase() || '#'
}
