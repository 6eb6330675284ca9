// The main menu: where each key leads.
import type { Digit } from '../activity.ts'
import { say } from '../prompts.ts'
import { greetingMenu } from './greetings.ts'
import { openList } from './messages.ts'
import { askNewPin } from './pins.ts'
import { leave, type MenuState, type MenuStep, miss } from './state.ts'

/** 1 new messages, 2 old messages, 3 greetings, 4 PIN, # the end. */
export function mainKey(state: MenuState, digit: Digit): MenuStep {
  const heard = { ...state, misses: 0 }
  switch (digit) {
    case '1':
      return openList(heard, 'new')
    case '2':
      return openList(heard, 'old')
    case '3':
      return greetingMenu(heard)
    case '4':
      return askNewPin(heard)
    case '#':
      return leave(heard)
    default:
      return miss(state, { name: 'main' }, [say('wrong-key'), say('main-keys')])
  }
}
