// Whose calls are recorded, for what, and who may hear them: data of a company. As it comes, nothing is
// recorded.
import type { PersonId } from '@rufwerk/core'

/** Why calls are recorded, and for how long that needs them. */
export interface Purpose {
  readonly id: string
  readonly name: string
  /** 1 to 3650. */
  readonly keepDays: number
}

export type RuleSubject =
  | { readonly person: PersonId }
  | { readonly queue: string }
  | { readonly trunk: string }

export interface RecordingRule {
  readonly of: RuleSubject
  /** Seen from the house. */
  readonly calls: 'in' | 'out' | 'both'
  /** Id of a purpose. */
  readonly purpose: string
}

export interface Supervisor {
  readonly person: PersonId
  /** Whose recordings. */
  readonly people: readonly PersonId[]
  readonly queues: readonly string[]
}

export interface RecordingRules {
  /** Off: nothing begins, whatever the rest says. */
  readonly isOn: boolean
  readonly purposes: readonly Purpose[]
  /** The first that fits counts. */
  readonly rules: readonly RecordingRule[]
  /** Who may have a call of theirs recorded by code, page or API; the other side is asked all the same. */
  readonly onDemand?: { readonly people: readonly PersonId[]; readonly purpose: string }
  /** Who has objected: no call that they talk in is recorded. */
  readonly objectors: readonly PersonId[]
  readonly supervisors: readonly Supervisor[]
}

export const NO_RECORDING: RecordingRules = {
  isOn: false,
  purposes: [],
  rules: [],
  objectors: [],
  supervisors: [],
}

export interface RuleTrouble {
  /** As in `rules.3.purpose`. */
  readonly place: string
  readonly what: 'unknown-purpose' | 'double-purpose' | 'unknown-person'
}

/** What does not fit together; the shape was checked before. */
export function troublesOf(rules: RecordingRules, people: ReadonlySet<PersonId>): RuleTrouble[] {
  const troubles: RuleTrouble[] = []
  const ids = new Set<string>()
  for (const [at, { id }] of rules.purposes.entries()) {
    if (ids.has(id)) troubles.push({ place: `purposes.${at}.id`, what: 'double-purpose' })
    ids.add(id)
  }
  const person = (id: PersonId, place: string): void => {
    if (!people.has(id)) troubles.push({ place, what: 'unknown-person' })
  }
  const purpose = (id: string, place: string): void => {
    if (!ids.has(id)) troubles.push({ place, what: 'unknown-purpose' })
  }
  for (const [at, rule] of rules.rules.entries()) {
    purpose(rule.purpose, `rules.${at}.purpose`)
    if ('person' in rule.of) person(rule.of.person, `rules.${at}.of.person`)
  }
  if (rules.onDemand) purpose(rules.onDemand.purpose, 'onDemand.purpose')
  for (const [at, id] of (rules.onDemand?.people ?? []).entries()) person(id, `onDemand.people.${at}`)
  for (const [at, id] of rules.objectors.entries()) person(id, `objectors.${at}`)
  for (const [at, { person: id, people: whose }] of rules.supervisors.entries()) {
    person(id, `supervisors.${at}.person`)
    for (const [index, one] of whose.entries()) person(one, `supervisors.${at}.people.${index}`)
  }
  return troubles
}
