// Whether a call is recorded, and who has to agree by a key press. Outside parties always do (§ 201 StGB: all
// who talk); people of the house are told, and asked only where nobody of the outside talks.
import type { LegId, PersonId } from '@rufwerk/core'
import type { Purpose, RecordingRule, RecordingRules } from './rules.ts'

/** Who talks at one end. */
export type TalkParty =
  | { readonly kind: 'inside'; readonly leg: LegId; readonly person: PersonId }
  /** `number`: E.164; absent when hidden. */
  | { readonly kind: 'outside'; readonly leg: LegId; readonly trunk: string; readonly number?: string }

/** Two who are connected. */
export interface Talk {
  readonly caller: TalkParty
  readonly callee: TalkParty
  /** The call came through this queue. */
  readonly queue?: string
  readonly isEmergency: boolean
}

export type Decision =
  | { readonly isRecorded: true; readonly purpose: Purpose; readonly asked: readonly LegId[] }
  | {
      readonly isRecorded: false
      readonly why: 'off' | 'emergency' | 'objected' | 'no-rule' | 'not-allowed' | 'unknown-purpose'
    }

/** A call that was just connected. */
export function decide(rules: RecordingRules, talk: Talk): Decision {
  const not = hindrance(rules, talk)
  if (not) return not
  const rule = rules.rules.find((one) => fits(one, talk))
  return rule ? recorded(rules, rule.purpose, askedOf(talk)) : { isRecorded: false, why: 'no-rule' }
}

/** Somebody who talks in it wants it recorded. */
export function decideOnDemand(rules: RecordingRules, talk: Talk, by: PersonId): Decision {
  const not = hindrance(rules, talk)
  if (not) return not
  const { onDemand } = rules
  const isThere = partiesOf(talk).some((party) => party.kind === 'inside' && party.person === by)
  if (!onDemand?.people.includes(by) || !isThere) return { isRecorded: false, why: 'not-allowed' }
  return recorded(rules, onDemand.purpose, askedOf(talk, by))
}

/** Whose voice alone would be too little: the leg that is recorded, with what it hears. */
export function recordedLeg({ caller, callee }: Talk): LegId {
  return callee.kind === 'outside' ? callee.leg : caller.leg
}

function recorded(rules: RecordingRules, id: string, asked: readonly LegId[]): Decision {
  const purpose = rules.purposes.find((one) => one.id === id)
  return purpose ? { isRecorded: true, purpose, asked } : { isRecorded: false, why: 'unknown-purpose' }
}

/** What no rule can overcome. */
function hindrance(rules: RecordingRules, talk: Talk): Decision | undefined {
  if (!rules.isOn) return { isRecorded: false, why: 'off' }
  // Nobody who calls for help is held up by a question.
  if (talk.isEmergency) return { isRecorded: false, why: 'emergency' }
  const objected = partiesOf(talk).some(
    (party) => party.kind === 'inside' && rules.objectors.includes(party.person),
  )
  return objected ? { isRecorded: false, why: 'objected' } : undefined
}

function fits({ of, calls }: RecordingRule, talk: Talk): boolean {
  const outside = partiesOf(talk).filter((party) => party.kind === 'outside')
  // Calls inside the house are recorded on demand only.
  if (outside.length === 0) return false
  const direction = talk.caller.kind === 'outside' ? 'in' : 'out'
  if (calls !== 'both' && calls !== direction) return false
  if ('queue' in of) return talk.queue === of.queue
  if ('trunk' in of) return outside.some(({ trunk }) => trunk === of.trunk)
  return partiesOf(talk).some((party) => party.kind === 'inside' && party.person === of.person)
}

function askedOf(talk: Talk, by?: PersonId): LegId[] {
  const outside = partiesOf(talk).filter(({ kind }) => kind === 'outside')
  const asked = outside.length > 0 ? outside : partiesOf(talk).filter((party) => !isPerson(party, by))
  return asked.map(({ leg }) => leg)
}

const isPerson = (party: TalkParty, person: PersonId | undefined): boolean =>
  party.kind === 'inside' && party.person === person

const partiesOf = ({ caller, callee }: Talk): readonly TalkParty[] => [caller, callee]
