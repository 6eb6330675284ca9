// A prompt and then keys: what menus and the spelling of names have in common. The first key ends the prompt;
// the time for a key begins when it is over.
import { endCall, peerOrNetwork } from '../ending.ts'
import { ANNOUNCEMENT_TIME, KEYS_MAX } from '../limits.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, InMenu, Spelling } from '../state.ts'
import { missingPrompt } from './announce.ts'
import { answerBy, RECEPTIONIST } from './serve.ts'

/** What a caller did, once the keys and pauses are sorted. */
export type Keyed =
  | { readonly type: 'key'; readonly key: string }
  /** No key came in time. */
  | { readonly type: 'pause' }
  /** Nobody has heard what to press. */
  | { readonly type: 'unheard' }

/** Answers, if nobody has yet, and plays the prompt. */
export function prompted(
  record: CallRecord,
  prompts: readonly string[],
  env: CallEnv,
): { readonly answered: CallRecord; readonly out: readonly CallOutput[] } {
  const source = { type: 'prompt', names: prompts, isLooped: false } as const
  const { answered, out } = answerBy(record, source, RECEPTIONIST, env)
  return { answered, out: [...out, { type: 'arm', timer: 'key', after: ANNOUNCEMENT_TIME }] }
}

/** Plays the prompt once more, for other keys. */
export function again<State extends InMenu | Spelling>(state: State): CallStep {
  const leg = state.record.callerLeg
  const { prompts } = state.node
  return {
    state: { ...state, keyed: '', isPrompting: true, isAsking: false, triesLeft: state.triesLeft - 1 },
    out: [
      { type: 'source', leg, source: { type: 'prompt', names: prompts, isLooped: false } },
      { type: 'arm', timer: 'key', after: ANNOUNCEMENT_TIME },
    ],
  }
}

/**
 * The state after an input, and what the caller did with it. A step when the input ends the call or only the
 * prompt.
 */
export function keying<State extends InMenu | Spelling>(
  state: State,
  input: CallInput,
  env: CallEnv,
): { readonly did: Keyed; readonly state: State; readonly out: readonly CallOutput[] } | CallStep {
  const { callerLeg: leg } = state.record
  if (input.type === 'timer') {
    if (input.timer !== 'key' || state.isAsking) return { state, out: [] }
    if (state.isPrompting) return promptOver(state, [{ type: 'source', leg, source: { type: 'silence' } }])
    return { did: { type: 'pause' }, state, out: [] }
  }
  if (input.type !== 'leg' || input.leg !== leg) return { state, out: [] }
  const { event } = input
  switch (event.type) {
    case 'ended':
      return endCall(state, { endedBy: peerOrNetwork(event, 'caller'), status: 200, cause: 16 }, env, leg)
    case 'sourceEnded':
      return state.isPrompting ? promptOver(state, []) : { state, out: [] }
    case 'sourceFailed':
      return state.isPrompting
        ? { did: { type: 'unheard' }, state, out: [missingPrompt(leg)] }
        : { state, out: [] }
    case 'dtmf':
      return state.isAsking ? { state, out: [] } : pressed(state, event.digit)
    default:
      return { state, out: [] }
  }
}

function promptOver<State extends InMenu | Spelling>(state: State, out: readonly CallOutput[]): CallStep {
  const timer: CallOutput = { type: 'arm', timer: 'key', after: state.node.keyTime }
  return { state: { ...state, isPrompting: false }, out: [...out, timer] }
}

function pressed<State extends InMenu | Spelling>(state: State, key: string) {
  const { record, node, isPrompting, keyed } = state
  const silence: CallOutput = { type: 'source', leg: record.callerLeg, source: { type: 'silence' } }
  const timer: CallOutput = { type: 'arm', timer: 'key', after: node.keyTime }
  const next: State = { ...state, isPrompting: false, keyed: (keyed + key).slice(0, KEYS_MAX) }
  const did = { type: 'key', key } as const
  return { did, state: next, out: [...(isPrompting ? [silence] : []), timer] }
}

/** What was keyed, as a fact of the call. */
export function keyedEvent({ record, keyed }: InMenu | Spelling): CallOutput {
  return { type: 'event', event: { type: 'keyed', leg: record.callerLeg, detail: { digit: keyed } } }
}
