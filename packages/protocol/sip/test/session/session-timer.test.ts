// RFC 4028 §10: refresh and expiry.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import {
  NO_SESSION_TIMER,
  type SessionTimer,
  type SessionTimerOutput,
  stepSessionTimer,
} from '@rufwerk/sip/session'
import type { SessionTimerInput } from '../../src/session/session-timer.ts'

function word(output: SessionTimerOutput): string {
  if (output.type === 'arm') return `+${output.timer}:${output.after / 1000}`
  return output.type === 'disarm' ? `-${output.timer}` : output.type
}

/** Inputs with the second at which they come; the words of the last. */
function run(...inputs: [at: number, input: SessionTimerInput][]): { words: string; timer: SessionTimer } {
  let timer = NO_SESSION_TIMER
  let words = ''
  for (const [at, input] of inputs) {
    const step = stepSessionTimer(timer, input, instant(at * 1000))
    timer = step.timer
    words = step.out.map(word).join(', ')
  }
  return { words, timer }
}

const agreed = (intervalS: number, refresher: 'us' | 'peer'): SessionTimerInput => {
  return { type: 'agreed', agreement: { intervalS, refresher } }
}
const OURS: [number, SessionTimerInput] = [0, agreed(1800, 'us')]
const THEIRS: [number, SessionTimerInput] = [0, agreed(1800, 'peer')]
const NONE: SessionTimerInput = { type: 'agreed', agreement: undefined }
const REFRESH: SessionTimerInput = { type: 'timer', timer: 'refresh' }
const EXPIRY: SessionTimerInput = { type: 'timer', timer: 'expiry' }

test('STM-1 we refresh at half of the interval', () => {
  assert.equal(run(OURS).words, '+refresh:900, +expiry:1768')
  assert.equal(run(OURS, [900, REFRESH]).words, 'refresh')
  assert.equal(run(OURS, [900, REFRESH], [901, agreed(1800, 'us')]).words, '+refresh:900, +expiry:1768')
})

test('STM-2 without refresh: BYE 32 s before the end, or a third of the interval if that is less', () => {
  assert.equal(run(THEIRS).words, '+expiry:1768')
  assert.equal(run([0, agreed(90, 'peer')]).words, '+expiry:60')
  assert.equal(run([0, agreed(96, 'peer')]).words, '+expiry:64')
  assert.equal(run(THEIRS, [1768, EXPIRY]).words, 'bye')
  assert.equal(run(OURS, [900, REFRESH], [1768, EXPIRY]).words, '-refresh, bye')
  assert.equal(run(OURS, [1768, EXPIRY]).timer.state, 'off')
})

test('STM-3 each 2xx starts the time anew, also with another refresher or without timer', () => {
  assert.equal(run(OURS, [5, agreed(600, 'peer')]).words, '-refresh, +expiry:568')
  assert.equal(run(THEIRS, [5, agreed(600, 'us')]).words, '+refresh:300, +expiry:568')
  assert.equal(run(OURS, [5, NONE]).words, '-refresh, -expiry')
  assert.equal(run(THEIRS, [5, NONE]).words, '-expiry')
  assert.equal(run([0, NONE]).words, '')
})

test('STM-4 a refused refresh is tried again after an eighth of the interval', () => {
  assert.equal(run(OURS, [900, REFRESH], [901, { type: 'refreshFailed' }]).words, '+refresh:225')
  assert.equal(run(THEIRS, [901, { type: 'refreshFailed' }]).words, '')
})

test('STM-5 the end disarms every timer, and nothing happens afterwards', () => {
  assert.equal(run(OURS, [5, { type: 'ended' }]).words, '-refresh, -expiry')
  assert.equal(run(OURS, [5, { type: 'ended' }], [900, REFRESH]).words, '')
  assert.equal(run(OURS, [5, { type: 'ended' }], [900, EXPIRY]).words, '')
  assert.equal(run(THEIRS, [900, REFRESH]).words, '')
})

test('STM-6 after a restart what is left is armed; what is overdue comes at once', () => {
  assert.equal(run(OURS, [600, { type: 'resumed' }]).words, '+refresh:300, +expiry:1168')
  assert.equal(run(OURS, [1000, { type: 'resumed' }]).words, '+refresh:0, +expiry:768')
  assert.equal(run(THEIRS, [2000, { type: 'resumed' }]).words, '+expiry:0')
})
