// Dialling by name: letters on the keys as ITU-T E.161 §4.2 lays them out, umlauts as people spell them.
import type { RoutingConfig, RoutingPerson } from '../config.ts'

const KEYS: readonly [letters: string, key: string][] = [
  ['abc', '2'],
  ['def', '3'],
  ['ghi', '4'],
  ['jkl', '5'],
  ['mno', '6'],
  ['pqrs', '7'],
  ['tuv', '8'],
  ['wxyz', '9'],
]
const KEY_OF = new Map(KEYS.flatMap(([letters, key]) => [...letters].map((letter) => [letter, key] as const)))
const SPELLED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' }
const DIGITS_MIN = 2

/** The keys that spell a name; what is no letter is left out. */
export function keysOf(name: string): string {
  const spelled = name.toLowerCase().replace(/[äöüß]/g, (letter) => SPELLED[letter] ?? letter)
  // Other accents are keyed as the letter below them.
  const plain = spelled.normalize('NFD').replace(/[^a-z]/g, '')
  return [...plain].map((letter) => KEY_OF.get(letter) ?? '').join('')
}

/** People one of whose names begins with what was keyed, by extension; nobody before two keys. */
export function findByName(config: RoutingConfig, keyed: string): RoutingPerson[] {
  if (keyed.length < DIGITS_MIN) return []
  return [...config.byExtension.values()].filter((person) => {
    const words = person.name.split(/[\s-]+/)
    const turned = [...words.slice(-1), ...words.slice(0, -1)]
    const spellings = [...words, words.join(''), turned.join('')]
    return person.kind === 'person' && spellings.some((name) => keysOf(name).startsWith(keyed))
  })
}
