// Greetings by telephone: choose one, record it, hear it, keep it or go back to the standard one.
import type { Ms, RecordingId } from '@rufwerk/core'
import type { Digit } from '../activity.ts'
import type { GreetingKind } from '../box.ts'
import { GREETING_LONGEST, MESSAGE_SHORTEST } from '../limits.ts'
import { say } from '../prompts.ts'
import {
  type MenuState,
  type MenuStep,
  miss,
  openMain,
  type Place,
  play,
  record,
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

function askRecording(state: MenuState, greeting: GreetingKind): MenuStep {
  return play(state, { name: 'greeting', greeting }, [say('record-greeting'), say('tone')])
}

/** While the instruction is said: 0 goes back to the standard greeting, * to the list. */
export function instructionKey(state: MenuState, greeting: GreetingKind, digit: Digit): MenuStep {
  if (digit === '*') return greetingMenu({ ...state, misses: 0 })
  if (digit !== '0') return { state, out: [] }
  const { [greeting]: _gone, ...greetings } = state.box.greetings
  const without = { ...state, misses: 0, box: { ...state.box, greetings } }
  const shown = play(without, { name: 'greetings' }, [say('greeting-removed'), say('greeting-keys')])
  return withFirst([{ type: 'remove-greeting', box: state.box.id, greeting }], shown)
}

/** The instruction and the tone are over. */
export function recordGreeting(state: MenuState, greeting: GreetingKind): MenuStep {
  return record(state, { name: 'greeting', greeting }, GREETING_LONGEST)
}

export function greetingRecorded(
  state: MenuState,
  greeting: GreetingKind,
  { recording, length }: { recording: RecordingId; length: Ms },
): MenuStep {
  if (length >= MESSAGE_SHORTEST)
    return play(state, { name: 'recorded', greeting, recording }, [say('recorded-keys')])
  const again = miss(state, { name: 'greeting', greeting }, [
    ...[say('too-short'), say('record-greeting'), say('tone')],
  ])
  return withFirst([{ type: 'discard-recording', recording }], again)
}

/** 1 keep, 2 hear, 3 record again, * give up. */
export function recordedKey(state: MenuState, place: Recorded, digit: Digit): MenuStep {
  const { greeting, recording } = place
  const box = state.box.id
  const heard = { ...state, misses: 0 }
  switch (digit) {
    case '1': {
      const greetings = { ...state.box.greetings, [greeting]: recording }
      const kept = { ...heard, box: { ...state.box, greetings } }
      const shown = play(kept, { name: 'greetings' }, [say('greeting-saved'), say('greeting-keys')])
      return withFirst([{ type: 'save-greeting', box, greeting, recording }], shown)
    }
    case '2':
      return play(heard, place, [{ recording }, say('recorded-keys')])
    case '3':
      return withFirst([{ type: 'discard-recording', recording }], askRecording(heard, greeting))
    case '*':
      return withFirst([{ type: 'discard-recording', recording }], greetingMenu(heard))
    default:
      return miss(state, place, [say('wrong-key'), say('recorded-keys')])
  }
}
