// What both machines of voicemail, leaving and listening, have in common: one thing goes on at a time, and
// each has a turn number, so that news about something that is over is told apart and passed over.
import type { Ms, RecordingId } from '@rufwerk/core'
import type { Prompt } from './prompts.ts'

export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#'

export type CallInput =
  | { readonly type: 'digit'; readonly digit: Digit }
  /** The wait of this turn is over. */
  | { readonly type: 'timeout'; readonly turn: number }
  | { readonly type: 'prompt-ended'; readonly turn: number }
  /** Comes exactly once for each `record`, also after the call was hung up. */
  | {
      readonly type: 'recording-ended'
      readonly turn: number
      readonly recording: RecordingId
      readonly length: Ms
    }
  | { readonly type: 'hung-up' }

/** Each begins a turn and ends what went on before: sound stops, waits are forgotten. */
export type CallOutput =
  | { readonly type: 'play'; readonly turn: number; readonly prompts: readonly Prompt[] }
  | { readonly type: 'wait'; readonly turn: number; readonly for: Ms }
  | { readonly type: 'record'; readonly turn: number; readonly longest: Ms }
  /** Its recording-ended follows. */
  | { readonly type: 'stop-recording'; readonly turn: number }
  /** The recording was not used; its sound can go. */
  | { readonly type: 'discard-recording'; readonly recording: RecordingId }
  | { readonly type: 'hang-up' }

export type Activity = 'playing' | 'waiting' | 'recording' | 'stopping' | 'checking' | 'none'

export interface Going {
  readonly activity: Activity
  readonly turn: number
}

/** True for news about a turn that is over, and for a key pressed while keys do not count. */
export function isStale(going: Going, input: { type: string; turn?: number }): boolean {
  const { activity } = going
  if (input.type === 'hung-up') return false
  if (input.type === 'digit') return activity === 'stopping' || activity === 'checking' || activity === 'none'
  if (input.turn !== going.turn) return true
  if (input.type === 'timeout') return activity !== 'waiting'
  if (input.type === 'prompt-ended') return activity !== 'playing'
  if (input.type === 'pin-checked') return activity !== 'checking'
  return activity !== 'recording' && activity !== 'stopping'
}
