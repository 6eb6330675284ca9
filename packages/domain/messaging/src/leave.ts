// A caller leaves a message: greeting, tone, recording, and what to do with it. One call as a pure machine;
// the driver plays, records, stores and says what happened. What was recorded is saved or discarded exactly
// once.
import type { Ms, RecordingId } from '@rufwerk/core'
import { type Activity, type CallInput, type CallOutput, isStale } from './activity.ts'
import { type Box, type BoxId, isWorthKeeping, roomIn } from './box.ts'
import { INPUTS_PER_CALL_MAX, KEY_WAIT, MISSES_MAX, TAKES_MAX } from './limits.ts'
import { type Prompt, say } from './prompts.ts'

export type LeaveOutput =
  | CallOutput
  | {
      readonly type: 'save-message'
      readonly box: BoxId
      readonly recording: RecordingId
      readonly length: Ms
      readonly isUrgent: boolean
    }
  /** The counts come from the store, when it has committed: other calls change them, too. */
  | { readonly type: 'set-lamp'; readonly box: BoxId }

export interface LeaveState {
  readonly box: BoxId
  /** `closing`: the caller has gone, the recording's end is awaited. `leaving`: the last words are said. */
  readonly place: 'greeting' | 'recording' | 'review' | 'closing' | 'leaving' | 'ended'
  readonly activity: Activity
  readonly turn: number
  readonly longest: Ms
  readonly takes: number
  readonly misses: number
  readonly inputs: number
  readonly isUrgent: boolean
  /** What was recorded and is neither saved nor discarded. */
  readonly kept?: { readonly recording: RecordingId; readonly length: Ms }
}

export interface LeaveStep {
  readonly state: LeaveState
  readonly out: readonly LeaveOutput[]
}

/** Begins with the greeting; says so when the box is full, and ends when it takes no messages. */
export function openLeave(
  box: Box,
  filled: { readonly messages: number; readonly length: Ms },
  greeting: Prompt,
): LeaveStep {
  const longest = roomIn(box, filled)
  const state: LeaveState = {
    ...{ box: box.id, place: 'greeting', activity: 'none', turn: 0, longest },
    ...{ takes: 0, misses: 0, inputs: 0, isUrgent: false },
  }
  if (!box.takesMessages) return play(state, 'leaving', [greeting])
  if (!isWorthKeeping(longest)) return play(state, 'leaving', [greeting, say('box-full')])
  return play(state, 'greeting', [greeting, say('tone')])
}

export function stepLeave(before: LeaveState, input: CallInput): LeaveStep {
  if (before.place === 'ended' || isStale(before, input)) return { state: before, out: [] }
  const state = { ...before, inputs: before.inputs + 1 }
  if (input.type === 'hung-up') return hungUp(state)
  if (input.type === 'recording-ended') return recorded(state, input)
  if (state.inputs > INPUTS_PER_CALL_MAX && state.place !== 'leaving' && state.place !== 'closing')
    return state.activity === 'recording' ? close(state) : send(state, ['goodbye'])
  if (input.type === 'digit') return pressed(state, input.digit)
  // Silence at the end is consent: the message is sent.
  return input.type === 'timeout' ? send(state, ['saved', 'goodbye']) : promptEnded(state)
}

function promptEnded(state: LeaveState): LeaveStep {
  if (state.place === 'leaving')
    return { state: { ...state, place: 'ended', activity: 'none' }, out: [{ type: 'hang-up' }] }
  const turn = state.turn + 1
  if (state.place === 'review')
    return { state: { ...state, activity: 'waiting', turn }, out: [{ type: 'wait', turn, for: KEY_WAIT }] }
  return {
    state: { ...state, place: 'recording', activity: 'recording', turn },
    out: [{ type: 'record', turn, longest: state.longest }],
  }
}

function pressed(state: LeaveState, digit: string): LeaveStep {
  if (state.place === 'greeting' && digit === '#') return play(state, 'greeting', [say('tone')])
  if (state.place === 'recording' && digit === '#') return stopRecording(state)
  if (state.place === 'review') return reviewed(state, digit)
  return { state, out: [] }
}

function reviewed(state: LeaveState, digit: string): LeaveStep {
  const { kept } = state
  const heard = { ...state, misses: 0 }
  switch (digit) {
    case '1':
      return send(heard, ['saved', 'goodbye'])
    case '2':
      return play(heard, 'review', kept ? [{ recording: kept.recording }, say('review-keys')] : [])
    case '3':
      return state.takes >= TAKES_MAX
        ? play(heard, 'review', [say('review-keys')])
        : discard(heard, 'greeting', ['tone'])
    case '4':
      return play({ ...heard, isUrgent: true }, 'review', [say('marked-urgent'), say('review-keys')])
    case '*':
      return discard(heard, 'leaving', ['goodbye'])
    default:
  }
  const misses = state.misses + 1
  if (misses >= MISSES_MAX) return send(state, ['saved', 'goodbye'])
  return play({ ...state, misses }, 'review', [say('wrong-key'), say('review-keys')])
}

function recorded(state: LeaveState, ended: { recording: RecordingId; length: Ms }): LeaveStep {
  const { recording, length } = ended
  const next = { ...state, takes: state.takes + 1, kept: { recording, length } }
  if (state.place === 'closing') return settle(next)
  if (isWorthKeeping(length)) return play(next, 'review', [say('review-keys')])
  if (next.takes >= TAKES_MAX) return discard(next, 'leaving', ['too-short', 'goodbye'])
  return discard(next, 'greeting', ['too-short', 'tone'])
}

function hungUp(state: LeaveState): LeaveStep {
  if (state.activity === 'recording') return close(state)
  if (state.activity === 'stopping') return { state: { ...state, place: 'closing' }, out: [] }
  return settle(state)
}

function close(state: LeaveState): LeaveStep {
  const { state: stopping, out } = stopRecording(state)
  return { state: { ...stopping, place: 'closing' }, out }
}

function stopRecording(state: LeaveState): LeaveStep {
  return {
    state: { ...state, activity: 'stopping' },
    out: [{ type: 'stop-recording', turn: state.turn }],
  }
}

/** The end without further words: what is long enough is saved. */
function settle(state: LeaveState): LeaveStep {
  const { kept, ...rest } = state
  const isWorth = kept !== undefined && isWorthKeeping(kept.length)
  const isHere = state.place === 'closing' && state.inputs > INPUTS_PER_CALL_MAX
  const out: LeaveOutput[] = isWorth ? saved(state) : kept ? [discarded(kept.recording)] : []
  if (isHere) out.push({ type: 'hang-up' })
  return { state: { ...rest, place: 'ended', activity: 'none' }, out }
}

function send(state: LeaveState, words: readonly ('saved' | 'goodbye')[]): LeaveStep {
  const { kept, ...rest } = state
  const { state: next, out } = play(rest, 'leaving', words.map(say))
  return { state: next, out: kept ? [...saved(state), ...out] : out }
}

function saved({ box, kept, isUrgent }: LeaveState): LeaveOutput[] {
  if (!kept) return []
  const { recording, length } = kept
  return [
    { type: 'save-message', box, recording, length, isUrgent },
    { type: 'set-lamp', box },
  ]
}

function discard(
  state: LeaveState,
  place: 'greeting' | 'leaving',
  words: readonly ('tone' | 'too-short' | 'goodbye')[],
): LeaveStep {
  const { kept, ...rest } = state
  const { state: next, out } = play(rest, place, words.map(say))
  return { state: next, out: kept ? [discarded(kept.recording), ...out] : out }
}

function discarded(recording: RecordingId): LeaveOutput {
  return { type: 'discard-recording', recording }
}

function play(state: LeaveState, place: LeaveState['place'], prompts: readonly Prompt[]): LeaveStep {
  const turn = state.turn + 1
  return { state: { ...state, place, activity: 'playing', turn }, out: [{ type: 'play', turn, prompts }] }
}
