// Something is heard, and then the call ends: a prompt before the answer, which costs nothing, or after it;
// or a tone for somebody who is answered and gets no further.
import type { LegId } from '@rufwerk/core'
import { endCall, peerOrNetwork } from '../ending.ts'
import { ANNOUNCEMENT_TIME, CAUSE, END_TONE_TIME } from '../limits.ts'
import type { EndCause, LegSource } from '../ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { Announcing, CallRecord } from '../state.ts'

export function announce(
  record: CallRecord,
  prompts: readonly string[],
  { status, cause }: EndCause,
): CallStep {
  const source: LegSource = { type: 'prompt', names: prompts, isLooped: false }
  return hear(record, source, { status, cause })
}

/** Ends the call; who is answered hears a tone first, unless the plan says to hang up. */
export function endWith(record: CallRecord, { status, cause }: EndCause, env: CallEnv): CallStep {
  if (record.answeredAt === undefined || record.why.rule === 'hang-up')
    return endCall({ name: 'served', record }, { endedBy: 'system', status, cause }, env)
  const tone = cause === CAUSE.busy ? 'busy' : 'congestion'
  return hear(record, { type: 'tone', tone }, { status, cause })
}

function hear(record: CallRecord, source: LegSource, end: EndCause): CallStep {
  const { callerLeg: leg, answeredAt } = record
  const isAnswered = answeredAt !== undefined
  const opened: CallOutput[] = record.hasSound ? [] : [{ type: 'progress', leg }]
  const after = source.type === 'tone' ? END_TONE_TIME : ANNOUNCEMENT_TIME
  return {
    state: { name: 'announcing', record: { ...record, hasSound: true }, end },
    out: [
      { type: 'source', leg, source },
      ...opened,
      { type: 'arm', timer: 'node', after },
      { type: 'view', view: { state: isAnswered ? 'talking' : 'ringing' } },
    ],
  }
}

/** As a fact of the call. */
export function missingPrompt(leg: LegId): CallOutput {
  return { type: 'event', event: { type: 'promptMissing', leg } }
}

export function announcing(state: Announcing, input: CallInput, env: CallEnv): CallStep {
  const { end } = state
  if (input.type === 'timer' && input.timer === 'node')
    return endCall(state, { endedBy: 'system', ...end }, env)
  if (input.type !== 'leg' || input.leg !== state.record.callerLeg) return { state, out: [] }
  if (input.event.type === 'sourceEnded') return endCall(state, { endedBy: 'system', ...end }, env)
  // A missing prompt is heard as a tone, never as silence.
  if (input.event.type === 'sourceFailed') {
    const instead = hear(state.record, { type: 'tone', tone: 'congestion' }, end)
    return { state: instead.state, out: [missingPrompt(input.leg), ...instead.out] }
  }
  if (input.event.type !== 'ended') return { state, out: [] }
  return endCall(state, { endedBy: peerOrNetwork(input.event, 'caller'), ...end }, env, input.leg)
}
