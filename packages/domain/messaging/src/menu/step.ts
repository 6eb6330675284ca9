// The phone menu of a box as one function: a key, a silence or the end of something comes in, the next state
// and what to do come out. Each part of the menu has its file; here it is decided which part is asked.
import type { PersonId } from '@rufwerk/core'
import { type Digit, isStale } from '../activity.ts'
import { type Box, isOwner, type Message } from '../box.ts'
import { INPUTS_PER_CALL_MAX } from '../limits.ts'
import { type Prompt, say } from '../prompts.ts'
import { greetingRecorded, greetingsKey, instructionKey, recordedKey, recordGreeting } from './greetings.ts'
import { mainKey } from './main.ts'
import { messageEnded, messageKey } from './messages.ts'
import { askPin, pinChecked, pinEntered, pinKey } from './pins.ts'
import {
  end,
  leave,
  type MenuAccess,
  type MenuInput,
  type MenuState,
  type MenuStep,
  miss,
  openMain,
  stay,
  stopRecording,
  wait,
} from './state.ts'

export interface MenuOpening {
  readonly box: Box
  /** All messages of this box, and of no other. */
  readonly messages: readonly Message[]
  readonly access: MenuAccess
  /** The extensions of the owners, which are no PIN. */
  readonly extensions: readonly string[]
  /** A prompt of the company that the owner may record; absent: the box is listened to. */
  readonly records?: string
}

/** An owner's phone gets in without a PIN where the box allows it; all others, and for prompts, need it. */
export function openMenu({ box, messages, access, extensions, records }: MenuOpening): MenuStep {
  const state: MenuState = {
    ...{ box, access, extensions, place: { name: 'main' }, activity: 'none', turn: 0, misses: 0, inputs: 0 },
    messages: messages.map(({ readAt, ...message }) => ({ ...message, isRead: readAt !== undefined })),
    ...(records !== undefined && { records }),
  }
  if (access.from === 'phone' && mayEnter(box, access.person) && records === undefined) return openMain(state)
  return box.hasPin ? askPin(state) : leave(state, [say('no-access'), say('goodbye')])
}

function mayEnter(box: Box, person: PersonId): boolean {
  return isOwner(box, person) && !box.asksPinInside
}

export function stepMenu(before: MenuState, input: MenuInput): MenuStep {
  if (before.place.name === 'ended' || isStale(before, input)) return stay(before)
  const state = { ...before, inputs: before.inputs + 1 }
  if (input.type === 'hung-up') return hungUp(state)
  if (input.type === 'recording-ended') {
    const { place } = state
    if (place.name === 'greeting') return greetingRecorded(state, place.greeting, input)
    const gone = { type: 'discard-recording', recording: input.recording } as const
    return end(state, isTooLong(state) ? [gone, { type: 'hang-up' }] : [gone])
  }
  if (isTooLong(state) && state.place.name !== 'leaving' && state.place.name !== 'closing')
    return state.activity === 'recording' ? stopRecording(state, { name: 'closing' }) : leave(state)
  if (input.type === 'pin-checked') return pinChecked(state, input.outcome)
  if (input.type === 'digit') return pressed(state, input.digit)
  return input.type === 'timeout' ? silent(state) : promptEnded(state)
}

function isTooLong({ inputs }: MenuState): boolean {
  return inputs > INPUTS_PER_CALL_MAX
}

function pressed(state: MenuState, digit: Digit): MenuStep {
  const { place, activity } = state
  switch (place.name) {
    case 'pin':
    case 'new-pin':
    case 'repeat-pin':
      return pinKey(state, place, digit)
    case 'main':
      return mainKey(state, digit)
    case 'message':
      return messageKey(state, place, digit)
    case 'greetings':
      return greetingsKey(state, digit)
    case 'greeting':
      if (activity !== 'recording') return instructionKey(state, place.greeting, digit)
      return digit === '#' ? stopRecording(state) : stay(state)
    case 'recorded':
      return recordedKey(state, place, digit)
    default:
      return stay(state)
  }
}

function promptEnded(state: MenuState): MenuStep {
  const { place } = state
  if (place.name === 'leaving') return end(state, [{ type: 'hang-up' }])
  if (place.name === 'greeting') return recordGreeting(state, place.greeting)
  const ended = place.name === 'message' ? messageEnded(state, place) : undefined
  return ended ?? wait(state)
}

const REMINDERS: Readonly<Partial<Record<MenuState['place']['name'], readonly Prompt[]>>> = {
  main: [say('main-keys')],
  message: [say('message-keys')],
  greetings: [say('greeting-keys')],
  recorded: [say('recorded-keys')],
}

function silent(state: MenuState): MenuStep {
  const { place } = state
  if ('digits' in place) return pinEntered(state, place)
  return miss(state, place, REMINDERS[place.name] ?? [])
}

function hungUp(state: MenuState): MenuStep {
  const closing = { name: 'closing' } as const
  if (state.activity === 'recording') return stopRecording(state, closing)
  if (state.activity === 'stopping') return stay({ ...state, place: closing })
  return end(state, [])
}
