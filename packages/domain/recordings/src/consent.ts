// The question whether a call may be recorded, as a machine: every party that is asked has to press the key
// for yes. Any other key, silence, and whatever disturbs the question is a no; the call goes on either way.
import { type LegId, type Ms, seconds, type WallTime } from '@rufwerk/core'

/** How long a key is waited for when the question has been played. */
const CONSENT_WAIT: Ms = seconds(8)
/** The question itself may take so long; then it counts as played. */
const CONSENT_PROMPT_MAX: Ms = seconds(30)

/** What agrees; what the question says has to name it. */
export const CONSENT_KEY = '1'

export interface Agreement {
  readonly leg: LegId
  readonly key: string
  readonly at: WallTime
}

export interface Asking {
  /** Who has not answered yet. */
  readonly waiting: readonly LegId[]
  /** Of these, who still hears the question. */
  readonly hearing: readonly LegId[]
  readonly agreed: readonly Agreement[]
}

export type ConsentInput =
  | { readonly type: 'key'; readonly leg: LegId; readonly key: string }
  /** The question was played; or it cannot be, and then nobody was asked. */
  | { readonly type: 'played' | 'notPlayed'; readonly leg: LegId }
  | { readonly type: 'timeOut' }
  /** Hold, transfer, or the end of a leg. */
  | { readonly type: 'disturbed' }

export type ConsentStep =
  | { readonly is: 'asking'; readonly state: Asking; readonly wait?: Ms }
  | { readonly is: 'agreed'; readonly agreed: readonly Agreement[] }
  | {
      readonly is: 'refused'
      readonly why: 'key' | 'silence' | 'no-prompt' | 'disturbed'
      readonly key?: string
    }

/** Plays the question to all of them; `wait` is the time after which `timeOut` is due. */
export function askConsent(legs: readonly LegId[]): ConsentStep {
  if (legs.length === 0) return { is: 'refused', why: 'disturbed' }
  return { is: 'asking', state: { waiting: legs, hearing: legs, agreed: [] }, wait: CONSENT_PROMPT_MAX }
}

export function stepConsent(state: Asking, input: ConsentInput, at: WallTime): ConsentStep {
  switch (input.type) {
    case 'key':
      return state.waiting.includes(input.leg) ? keyed(state, input, at) : { is: 'asking', state }
    case 'played': {
      if (!state.hearing.includes(input.leg)) return { is: 'asking', state }
      const hearing = state.hearing.filter((leg) => leg !== input.leg)
      const next = { ...state, hearing }
      return hearing.length > 0
        ? { is: 'asking', state: next }
        : { is: 'asking', state: next, wait: CONSENT_WAIT }
    }
    case 'notPlayed':
      return state.waiting.includes(input.leg) ? { is: 'refused', why: 'no-prompt' } : { is: 'asking', state }
    case 'timeOut':
      return { is: 'refused', why: 'silence' }
    case 'disturbed':
      return { is: 'refused', why: 'disturbed' }
  }
}

function keyed(state: Asking, { leg, key }: { leg: LegId; key: string }, at: WallTime): ConsentStep {
  if (key !== CONSENT_KEY) return { is: 'refused', why: 'key', key }
  const agreed = [...state.agreed, { leg, key, at }]
  const waiting = state.waiting.filter((one) => one !== leg)
  const hearing = state.hearing.filter((one) => one !== leg)
  return waiting.length > 0 ? { is: 'asking', state: { waiting, hearing, agreed } } : { is: 'agreed', agreed }
}
