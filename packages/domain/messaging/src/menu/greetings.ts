// Greetings by telephone: choose one, record it, hear it, keep it or go back to the standard one. And prompts
// of the company, which are recorded in the same way, and nothing else then.
import type { Ms, RecordingId } from '@rufwerk/core'
import type { Digit } from '../activity.ts'
import type { GreetingKind } from '../box.ts'
import { GREETING_LONGEST, MESSAGE_SHORTEST } from '../limits.ts'
import { type Prompt, say } from '../prompts.ts'
import {
  leave,
  type MenuState,
  type MenuStep,
  miss,
  openMain,
  type Place,
  play,
  record,
  type Spoken,
  withFirst,
} from './state.ts'

type Recorded = Extract<Place, { name: 'recorded' }>

const KINDS: Readonly<Partial<Record<Digit, GreetingKind>>> = {
  '1': 'own',
  '2': 'busy',
  '3': 'closed',
  '4': 'temporary',
}

export function greetingMenu(state: MenuState): MenuStep {
  return play(state, { name: 'greetings' }, [say('greeting-keys')])
}

/** 1 own, 2 busy, 3 closed, 4 temporary: record it; * main menu. */
export function greetingsKey(state: MenuState, digit: Digit): MenuStep {
  const greeting = KINDS[digit]
  const heard = { ...state, misses: 0 }
  if (greeting) return askRecording(heard, greeting)
  if (digit === '*') return openMain(heard)
  return miss(state, { name: 'greetings' }, [say('wrong-key'), say('greeting-keys')])
}

export function askRecording(state: MenuState, greeting: Spoken): MenuStep {
  return play(state, { name: 'greeting', greeting }, instruction(greeting))
}

function instruction(greeting: Spoken): readonly Prompt[] {
  return [say(typeof greeting === 'string' ? 'record-greeting' : 'record-prompt'), say('tone')]
}

/** While the instruction is said: 0 goes back to the standard greeting, * to the list. */
export function instructionKey(state: MenuState, greeting: Spoken, digit: Digit): MenuStep {
  if (typeof greeting !== 'string') return digit === '*' ? leave(state) : { state, out: [] }
  if (digit === '*') return greetingMenu({ ...state, misses: 0 })
  if (digit !== '0') return { state, out: [] }
  const { [greeting]: _gone, ...greetings } = state.box.greetings
  const without = { ...state, misses: 0, box: { ...state.box, greetings } }
  const shown = play(without, { name: 'greetings' }, [say('greeting-removed'), say('greeting-keys')])
  return withFirst([{ type: 'remove-greeting', box: state.box.id, greeting }], shown)
}

/** The instruction and the tone are over. */
export function recordGreeting(state: MenuState, greeting: Spoken): MenuStep {
  return record(state, { name: 'greeting', greeting }, GREETING_LONGEST)
}

export function greetingRecorded(
  state: MenuState,
  greeting: Spoken,
  { recording, length }: { recording: RecordingId; length: Ms },
): MenuStep {
  if (length >= MESSAGE_SHORTEST)
    return play(state, { name: 'recorded', greeting, recording }, [say('recorded-keys')])
  const words = [say('too-short'), ...instruction(greeting)]
  const again = miss(state, { name: 'greeting', greeting }, words)
  return withFirst([{ type: 'discard-recording', recording }], again)
}

/** 1 keep, 2 hear, 3 record again, * give up. */
export function recordedKey(state: MenuState, place: Recorded, digit: Digit): MenuStep {
  const { greeting, recording } = place
  const heard = { ...state, misses: 0 }
  switch (digit) {
    case '1':
      return keepRecorded(heard, greeting, recording)
    case '2':
      return play(heard, place, [{ recording }, say('recorded-keys')])
    case '3':
      return withFirst([{ type: 'discard-recording', recording }], askRecording(heard, greeting))
    case '*':
      // Whoever leaves discards it anyway.
      if (typeof greeting !== 'string') return leave(heard)
      return withFirst([{ type: 'discard-recording', recording }], greetingMenu(heard))
    default:
      return miss(state, place, [say('wrong-key'), say('recorded-keys')])
  }
}

function keepRecorded(state: MenuState, greeting: Spoken, recording: RecordingId): MenuStep {
  if (typeof greeting !== 'string') {
    const said = play(state, { name: 'leaving' }, [say('prompt-saved'), say('goodbye')])
    return withFirst([{ type: 'save-prompt', prompt: greeting.prompt, recording }], said)
  }
  const box = { ...state.box, greetings: { ...state.box.greetings, [greeting]: recording } }
  const words = [say('greeting-saved'), say('greeting-keys')]
  const shown = play({ ...state, box }, { name: 'greetings' }, words)
  return withFirst([{ type: 'save-greeting', box: box.id, greeting, recording }], shown)
}
