// The PIN by telephone: asked at the beginning, and changed by entering a new one twice.
import type { Digit } from '../activity.ts'
import { PIN_DIGITS_MAX, WRONG_PINS_MAX } from '../limits.ts'
import { checkPin, type PinOutcome } from '../pin.ts'
import { say } from '../prompts.ts'
import { askRecording } from './greetings.ts'
import {
  leave,
  type MenuState,
  type MenuStep,
  miss,
  openMain,
  type Place,
  play,
  wait,
  withFirst,
} from './state.ts'

export type PinPlace = Extract<Place, { name: 'pin' | 'new-pin' | 'repeat-pin' }>

export function askPin(state: MenuState): MenuStep {
  return play(state, { name: 'pin', digits: '', wrong: 0 }, [say('enter-pin')])
}

export function askNewPin(state: MenuState): MenuStep {
  return play(state, { name: 'new-pin', digits: '' }, [say('new-pin')])
}

/** Digits collect; # ends them, * gives up. */
export function pinKey(state: MenuState, place: PinPlace, digit: Digit): MenuStep {
  if (digit === '*') return place.name === 'pin' ? leave(state) : openMain({ ...state, misses: 0 })
  if (digit === '#') return pinEntered(state, place)
  const more = { ...place, digits: place.digits + digit }
  return more.digits.length >= PIN_DIGITS_MAX ? pinEntered(state, more) : wait(state, more)
}

/** Also after a silence. Nothing entered is a miss. */
export function pinEntered(state: MenuState, place: PinPlace): MenuStep {
  if (place.digits === '') return miss(state, place, [askedBy(place)])
  if (place.name === 'pin') return checking({ ...state, misses: 0 }, place)
  const { digits } = place
  if (place.name === 'new-pin') {
    if (checkPin(digits, state.extensions).ok)
      return play(state, { name: 'repeat-pin', digits: '', pin: digits }, [say('repeat-pin')])
    return miss(state, { name: 'new-pin', digits: '' }, [say('weak-pin'), say('new-pin')])
  }
  if (digits !== place.pin)
    return miss(state, { name: 'new-pin', digits: '' }, [say('pins-differ'), say('new-pin')])
  const box = { ...state.box, hasPin: true }
  const shown = play({ ...state, box, misses: 0 }, { name: 'main' }, [say('pin-changed'), say('main-keys')])
  return withFirst([{ type: 'set-pin', box: box.id, pin: digits }], shown)
}

function checking(state: MenuState, place: PinPlace): MenuStep {
  const turn = state.turn + 1
  return {
    state: { ...state, place, activity: 'checking', turn },
    out: [{ type: 'check-pin', turn, box: state.box.id, pin: place.digits }],
  }
}

export function pinChecked(state: MenuState, outcome: PinOutcome): MenuStep {
  if (outcome === 'right')
    return state.records === undefined ? openMain(state) : askRecording(state, { prompt: state.records })
  if (outcome === 'locked') return leave(state, [say('locked'), say('goodbye')])
  const wrong = (state.place.name === 'pin' ? state.place.wrong : 0) + 1
  if (wrong >= WRONG_PINS_MAX) return leave(state, [say('wrong-pin'), say('goodbye')])
  return play(state, { name: 'pin', digits: '', wrong }, [say('wrong-pin'), say('enter-pin')])
}

function askedBy({ name }: PinPlace) {
  return say(name === 'pin' ? 'enter-pin' : name)
}
