// The phone menu of a box: its states, what comes in and what goes out, and the few moves that all parts of
// it use. Nothing here knows which key does what.
import type { PersonId, RecordingId } from '@rufwerk/core'
import type { Activity, CallInput, CallOutput } from '../activity.ts'
import type { Box, BoxId, GreetingKind, Message, MessageId } from '../box.ts'
import { DIGIT_WAIT, KEY_WAIT, MISSES_MAX } from '../limits.ts'
import type { PinOutcome } from '../pin.ts'
import { type Prompt, say } from '../prompts.ts'
import { countMessages } from '../summary.ts'

/** From a telephone of the system, or by PIN from any. */
export type MenuAccess = { readonly from: 'phone'; readonly person: PersonId } | { readonly from: 'outside' }

export type MenuInput =
  | CallInput
  | { readonly type: 'pin-checked'; readonly turn: number; readonly outcome: PinOutcome }

export type MenuOutput =
  | CallOutput
  /** Answered by `pin-checked`. */
  | { readonly type: 'check-pin'; readonly turn: number; readonly box: BoxId; readonly pin: string }
  | { readonly type: 'mark-read'; readonly box: BoxId; readonly message: MessageId }
  | { readonly type: 'delete-message'; readonly box: BoxId; readonly message: MessageId }
  /** The menu is over; the call goes on to this number under the rules for who called. */
  | { readonly type: 'call-back'; readonly box: BoxId; readonly message: MessageId; readonly number: string }
  | {
      readonly type: 'save-greeting'
      readonly box: BoxId
      readonly greeting: GreetingKind
      readonly recording: RecordingId
    }
  | { readonly type: 'remove-greeting'; readonly box: BoxId; readonly greeting: GreetingKind }
  /** The sound becomes a prompt of the company; the recording is not needed then. */
  | { readonly type: 'save-prompt'; readonly prompt: string; readonly recording: RecordingId }
  | { readonly type: 'set-pin'; readonly box: BoxId; readonly pin: string }
  /** The counts come from the store, when it has committed. */
  | { readonly type: 'set-lamp'; readonly box: BoxId }

export interface MenuMessage extends Pick<Message, 'id' | 'recording' | 'receivedAt' | 'from' | 'isUrgent'> {
  readonly isRead: boolean
}

/** A greeting of the box, or a prompt of the company. */
export type Spoken = GreetingKind | { readonly prompt: string }

export type Place =
  | { readonly name: 'pin'; readonly digits: string; readonly wrong: number }
  | { readonly name: 'main' }
  /** `queue` is what is left of the list that was opened; `isPlaying` while the message itself is heard. */
  | {
      readonly name: 'message'
      readonly queue: readonly MessageId[]
      readonly index: number
      readonly isPlaying: boolean
    }
  | { readonly name: 'greetings' }
  | { readonly name: 'greeting'; readonly greeting: Spoken }
  | { readonly name: 'recorded'; readonly greeting: Spoken; readonly recording: RecordingId }
  | { readonly name: 'new-pin'; readonly digits: string }
  | { readonly name: 'repeat-pin'; readonly digits: string; readonly pin: string }
  /** The caller has gone, the end of a recording is awaited. */
  | { readonly name: 'closing' }
  /** The last words are said. */
  | { readonly name: 'leaving' }
  | { readonly name: 'ended' }

export interface MenuState {
  readonly box: Box
  readonly access: MenuAccess
  readonly messages: readonly MenuMessage[]
  readonly place: Place
  readonly activity: Activity
  readonly turn: number
  readonly misses: number
  readonly inputs: number
  /** What the box's PIN may not be: the extensions of its owners. */
  readonly extensions: readonly string[]
  /** The name of a prompt: nothing but that is recorded in this call. */
  readonly records?: string
}

export interface MenuStep {
  readonly state: MenuState
  readonly out: readonly MenuOutput[]
}

export function stay(state: MenuState): MenuStep {
  return { state, out: [] }
}

/** The outputs of `first` come before those of the step. */
export function withFirst(first: readonly MenuOutput[], { state, out }: MenuStep): MenuStep {
  return { state, out: [...first, ...out] }
}

export function play(state: MenuState, place: Place, prompts: readonly Prompt[]): MenuStep {
  const turn = state.turn + 1
  return { state: { ...state, place, activity: 'playing', turn }, out: [{ type: 'play', turn, prompts }] }
}

/** Waits for a key; after the first digit of a number less long. */
export function wait(state: MenuState, place = state.place): MenuStep {
  const turn = state.turn + 1
  const isWithin = 'digits' in place && place.digits !== ''
  const length = isWithin ? DIGIT_WAIT : KEY_WAIT
  return {
    state: { ...state, place, activity: 'waiting', turn },
    out: [{ type: 'wait', turn, for: length }],
  }
}

export function record(state: MenuState, place: Place, longest: Box['longestMessage']): MenuStep {
  const turn = state.turn + 1
  return {
    state: { ...state, place, activity: 'recording', turn },
    out: [{ type: 'record', turn, longest }],
  }
}

export function stopRecording(state: MenuState, place = state.place): MenuStep {
  return {
    state: { ...state, place, activity: 'stopping' },
    out: [{ type: 'stop-recording', turn: state.turn }],
  }
}

/** Says the last words; a greeting that was recorded and not kept goes. */
export function leave(state: MenuState, prompts: readonly Prompt[] = [say('goodbye')]): MenuStep {
  return withFirst(leftover(state), play(state, { name: 'leaving' }, prompts))
}

export function end(state: MenuState, last: readonly MenuOutput[]): MenuStep {
  return {
    state: { ...state, place: { name: 'ended' }, activity: 'none' },
    out: [...leftover(state), ...last],
  }
}

function leftover({ place }: MenuState): MenuOutput[] {
  return place.name === 'recorded' ? [{ type: 'discard-recording', recording: place.recording }] : []
}

/** A wrong key or silence: the words of the place again, and after some in a row the end. */
export function miss(state: MenuState, place: Place, prompts: readonly Prompt[]): MenuStep {
  const misses = state.misses + 1
  return misses >= MISSES_MAX ? leave(state) : play({ ...state, misses }, place, prompts)
}

/** How many messages there are, and the keys of the main menu. */
export function openMain(state: MenuState): MenuStep {
  return play(state, { name: 'main' }, mainPrompts(state))
}

function mainPrompts({ messages }: MenuState): Prompt[] {
  const counts = countMessages(messages)
  if (messages.length === 0) return [say('no-messages'), say('main-keys')]
  return [
    ...[{ number: counts.unheard }, say('new-messages')],
    ...[{ number: counts.heard }, say('old-messages'), say('main-keys')],
  ]
}
