// Plays a call against one of the machines from a script of words, and writes down in words what came out.
//
// `1` a key; `.` what goes on ends by itself (prompt over, time over, right PIN); `wrong`, `locked` the PIN's
// outcome; `20s` the recording ended with that length; `gone` the caller hung up.
import { type RecordingId, seconds } from '@rufwerk/core'
import type { PinOutcome } from '@rufwerk/messaging'
import type { Digit, LeaveOutput, MenuInput, MenuOutput, Prompt } from '@rufwerk/messaging/talk'

type Output = LeaveOutput | MenuOutput
interface Going {
  readonly activity: string
  readonly turn: number
}
interface Step<State> {
  readonly state: State
  readonly out: readonly Output[]
}

/** What the machine would hear if nobody did anything. */
export function natural({ activity, turn }: Going, length = 20): MenuInput {
  if (activity === 'playing') return { type: 'prompt-ended', turn }
  if (activity === 'waiting') return { type: 'timeout', turn }
  if (activity === 'checking') return { type: 'pin-checked', turn, outcome: 'right' }
  return { type: 'recording-ended', turn, recording: `take ${turn}` as RecordingId, length: seconds(length) }
}

export function inputOf(word: string, going: Going): MenuInput {
  if (word === '.') return natural(going)
  if (word === 'gone') return { type: 'hung-up' }
  if (/^\d+s$/.test(word)) return natural(going, Number.parseInt(word, 10))
  if (word === 'wrong' || word === 'locked')
    return { type: 'pin-checked', turn: going.turn, outcome: word satisfies PinOutcome }
  return { type: 'digit', digit: word as Digit }
}

export function runScript<State extends Going>(
  opening: Step<State>,
  step: (state: State, input: MenuInput) => Step<State>,
  script: string,
): { state: State; said: string } {
  let { state, out } = opening
  const words = script.split(' ').filter((word) => word !== '')
  for (const word of words) {
    const next = step(state, inputOf(word, state))
    state = next.state
    out = [...out, ...next.out]
  }
  return { state, said: out.map(described).join(' | ') }
}

function described(output: Output): string {
  switch (output.type) {
    case 'play':
      return output.prompts.map(spoken).join(' ')
    case 'wait':
    case 'record':
    case 'stop-recording':
    case 'hang-up':
      return output.type
    case 'check-pin':
      return `check ${output.pin}`
    case 'set-pin':
      return `set-pin ${output.pin}`
    case 'set-lamp':
      return 'lamp'
    case 'save-message':
      return `save ${output.recording}${output.isUrgent ? ' urgent' : ''}`
    case 'discard-recording':
      return `discard ${output.recording}`
    case 'save-greeting':
      return `save-greeting ${output.greeting} ${output.recording}`
    case 'remove-greeting':
      return `remove-greeting ${output.greeting}`
    case 'save-prompt':
      return `save-prompt ${output.prompt} ${output.recording}`
    case 'call-back':
      return `call-back ${output.number}`
    default:
      return `${output.type} ${output.message}`
  }
}

function spoken(prompt: Prompt): string {
  if ('say' in prompt) return prompt.say
  if ('recording' in prompt) return `<${prompt.recording}>`
  if ('number' in prompt) return String(prompt.number)
  return 'time' in prompt ? 'time' : 'digits'
}
