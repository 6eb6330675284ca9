// An event as a name, a sentence and pairs. What strangers send stands in pairs only, never in a sentence,
// and without anything that is not to be seen.
import type { AttackEvent } from '../state.ts'

/** Control characters of both sets, line ends of Unicode and directions that turn text round, lone halves. */
const INVISIBLE =
  /[\p{Cc}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu

const NAMES: Readonly<Record<AttackEvent['what'], string>> = {
  noticed: 'Attack noticed',
  inside: 'Attack from a known device',
  blocked: 'Address blocked',
  released: 'Address no longer blocked',
  'canary-called': 'Canary extension called',
  'toll-refused': 'Call refused by toll-fraud rules',
}

const KINDS: Readonly<Record<NonNullable<AttackEvent['kind']>, string>> = {
  'unknown-name': 'a name that nobody has',
  'wrong-credentials': 'wrong credentials',
  canary: 'a canary extension',
  stranger: 'a request of a stranger',
  unreadable: 'a message that cannot be read',
}

export const nameOf = ({ what }: AttackEvent): string => NAMES[what]

export function sentenceOf({ what, kind }: AttackEvent): string {
  return kind === undefined ? `${NAMES[what]}.` : `${NAMES[what]}: ${KINDS[kind]}.`
}

/** Whatever was sent as text of one line. */
export function seen(text: string): string {
  return text.replace(INVISIBLE, '\ufffd')
}

/** In a fixed order; absent ones left out. */
export function pairsOf(event: AttackEvent): (readonly [string, string])[] {
  const { number, what, kind, source, name, who, why, scope, until, counts } = event
  const all: readonly (readonly [string, string | undefined])[] = [
    ['number', String(number)],
    ['what', what],
    ['kind', kind],
    ['source', source],
    ['name', name],
    ['who', who],
    ['why', why],
    ['scope', scope],
    ['until', until === undefined ? undefined : new Date(until).toISOString()],
    [
      'counts',
      counts &&
        Object.entries(counts)
          .map(([what, count]) => `${what} ${count}`)
          .join(', '),
    ],
  ]
  return all.flatMap(([key, value]) => (value === undefined ? [] : [[key, seen(value)] as const]))
}
