// Two talk, and it shall be recorded: who has to agree is asked, and hears nobody meanwhile; the others hear
// that. Whatever comes of it, both hear each other again. Without the key of everybody who is asked there is
// no output that records anything.
import type { LegId } from '@rufwerk/core'
import { askConsent, type ConsentInput, type ConsentStep, stepConsent } from '@rufwerk/recordings'
import type { LegEvent, RecordingWish } from '../ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { Talking } from '../state.ts'
import { sourcesOf } from '../talking.ts'

type Consent = NonNullable<Talking['consent']>

/** Asks, unless somebody holds or is being asked already. */
export function askToRecord(state: Talking, wish: RecordingWish): CallStep {
  if (state.consent !== undefined || state.held.size > 0) return { state, out: [] }
  const asked = askConsent(wish.asked)
  if (asked.is !== 'asking') return { state, out: [] }
  const { ask, notice } = wish.question
  const { callerLeg } = state.record
  const out = [callerLeg, state.calleeLeg].map((leg): CallOutput => {
    const names = wish.asked.includes(leg) ? ask : notice
    return { type: 'source', leg, source: { type: 'prompt', names, isLooped: false } }
  })
  return {
    state: { ...state, consent: { wish, asking: asked.state } },
    out: [...out, ...armed(asked), { type: 'view', view: { state: 'talking' } }],
  }
}

/** What the question makes of an input; undefined: it is none of its business. */
export function consenting(
  state: Talking,
  consent: Consent,
  input: CallInput,
  env: CallEnv,
): { readonly step: CallStep; readonly isOver: boolean } | undefined {
  const meant = meaningOf(input)
  if (meant === undefined) return undefined
  const next = stepConsent(consent.asking, meant, env.at)
  // Hold and resumption are looked at by the talk, too, once the question is out of the way.
  if (next.is !== 'asking')
    return { step: conclude(state, consent, next), isOver: meant.type === 'disturbed' }
  const after = { ...state, consent: { ...consent, asking: next.state } }
  return { step: { state: after, out: armed(next) }, isOver: false }
}

function meaningOf(input: CallInput): ConsentInput | undefined {
  if (input.type === 'timer') return input.timer === 'consent' ? { type: 'timeOut' } : undefined
  // Who joins, or leaves, changes what both hear: a key would be none to the question any more.
  if (input.type === 'wished') return input.wish.type === 'mix' ? { type: 'disturbed' } : undefined
  return input.type === 'leg' ? meaningOfEvent(input.leg, input.event) : undefined
}

function meaningOfEvent(leg: LegId, event: LegEvent): ConsentInput | undefined {
  switch (event.type) {
    case 'dtmf':
      return { type: 'key', leg, key: event.digit }
    case 'sourceEnded':
      return { type: 'played', leg }
    case 'sourceFailed':
      return { type: 'notPlayed', leg }
    case 'held':
    case 'resumed':
      return { type: 'disturbed' }
    default:
      return undefined
  }
}

function conclude(
  state: Talking,
  { wish }: Consent,
  verdict: Exclude<ConsentStep, { readonly is: 'asking' }>,
): CallStep {
  const { consent: _, ...after } = state
  const { version } = wish.question
  const isAgreed = verdict.is === 'agreed'
  const detail = isAgreed
    ? { version }
    : { version, why: verdict.why, ...(verdict.key && { key: verdict.key }) }
  return {
    state: after,
    out: [
      { type: 'disarm', timer: 'consent' },
      { type: 'event', event: { type: isAgreed ? 'recordingAgreed' : 'recordingRefused', detail } },
      ...sourcesOf(after).map((heard): CallOutput => ({ type: 'source', ...heard })),
      ...(isAgreed ? [{ type: 'record', wish, agreed: verdict.agreed } as const] : []),
      { type: 'view', view: { state: 'talking' } },
    ],
  }
}

function armed(step: ConsentStep): CallOutput[] {
  return step.is === 'asking' && step.wait !== undefined
    ? [{ type: 'arm', timer: 'consent', after: step.wait }]
    : []
}
