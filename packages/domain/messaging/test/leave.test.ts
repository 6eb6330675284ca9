import assert from 'node:assert/strict'
import test from 'node:test'
import { seconds } from '@rufwerk/core'
import type { Box, Message } from '@rufwerk/messaging'
import {
  type LeaveOutput,
  type LeaveState,
  type MenuInput,
  openLeave,
  stepLeave,
} from '@rufwerk/messaging/talk'
import fc from 'fast-check'
import { BOX, filled, message } from './box-of-anna.ts'
import { inputOf, natural, runScript } from './simulated-caller.ts'

/** Nobody asks for a PIN here. */
const step = (state: LeaveState, input: MenuInput) =>
  input.type === 'pin-checked' ? { state, out: [] } : stepLeave(state, input)

function left(script: string, box: Box = BOX, messages: Message[] = []) {
  return runScript(openLeave(box, filled(messages), { say: 'greeting' }), step, script)
}

const OPENING = 'greeting tone | record'
const rows: [what: string, script: string, said: string, place: LeaveState['place']][] = [
  [
    'VM-L1 greeting, tone, message, and silence sends it',
    '. 20s . . .',
    `${OPENING} | review-keys | wait | save take 2 | lamp | saved goodbye | hang-up`,
    'ended',
  ],
  ['VM-L1 # skips the greeting', '# .', 'greeting tone | tone | record', 'recording'],
  ['VM-L1 # ends the recording', '. # 20s', `${OPENING} | stop-recording | review-keys`, 'review'],
  ['VM-L1 other keys are part of the message', '. 1 5', OPENING, 'recording'],
  [
    'VM-L2 too short: discarded, and the caller may try again',
    '. 1s . 20s 1 .',
    `${OPENING} | discard take 2 | too-short tone | record | review-keys | save take 4 | lamp | saved goodbye | hang-up`,
    'ended',
  ],
  [
    'VM-L2 too short five times is the end',
    '. 1s . 1s . 0s . 1s . 1s .',
    [
      'greeting tone',
      ...[2, 4, 6, 8].map((take) => `record | discard take ${take} | too-short tone`),
      'record | discard take 10 | too-short goodbye | hang-up',
    ].join(' | '),
    'ended',
  ],
  ['VM-L3 hanging up in the greeting leaves nothing', 'gone', 'greeting tone', 'ended'],
  [
    'VM-L3 hanging up while recording saves it when its end is known',
    '. gone 20s',
    `${OPENING} | stop-recording | save take 2 | lamp`,
    'ended',
  ],
  [
    'VM-L3 but not when it is too short',
    '. gone 1s',
    `${OPENING} | stop-recording | discard take 2`,
    'ended',
  ],
  ['VM-L3 also after #', '. # gone 20s', `${OPENING} | stop-recording | save take 2 | lamp`, 'ended'],
  [
    'VM-L3 hanging up afterwards saves it',
    '. 20s gone',
    `${OPENING} | review-keys | save take 2 | lamp`,
    'ended',
  ],
  [
    'VM-L4 hear it, then send it as urgent',
    '. 20s 2 4 1 .',
    `${OPENING} | review-keys | <take 2> review-keys | marked-urgent review-keys | save take 2 urgent | lamp | saved goodbye | hang-up`,
    'ended',
  ],
  [
    'VM-L4 record again',
    '. 20s 3 . 30s',
    `${OPENING} | review-keys | discard take 2 | tone | record | review-keys`,
    'review',
  ],
  ['VM-L4 * gives up', '. 20s * .', `${OPENING} | review-keys | discard take 2 | goodbye | hang-up`, 'ended'],
  [
    'VM-L4 wrong keys in the end send it',
    '. 20s 9 9 9',
    `${OPENING} | review-keys | wrong-key review-keys | wrong-key review-keys | save take 2 | lamp | saved goodbye`,
    'leaving',
  ],
]
for (const [what, script, said, place] of rows)
  test(`${what}: ${script}`, () => {
    const found = left(script)
    assert.equal(found.said, said)
    assert.equal(found.state.place, place)
  })

test('VM-L5 a full box says so after its greeting and records nothing', () => {
  const full: Box = { ...BOX, messagesMax: 2 }
  assert.equal(left('. ', full, [message('1'), message('2')]).said, 'greeting box-full | hang-up')
  const long = Array.from({ length: 3 }, (_, n) => message(String(n), { length: seconds(12_000) }))
  assert.equal(left('.', BOX, long).said, 'greeting box-full | hang-up')
})

test('VM-L5 a message is as long as the box allows, and as there is room', () => {
  const longest = (messages: Message[]) => openLeave(BOX, filled(messages), { say: 'greeting' }).state.longest
  assert.equal(longest([]), 180_000)
  assert.equal(longest([message('1', { length: seconds(35_950) })]), 50_000)
})

test('VM-L6 a box that takes no messages says its greeting only', () => {
  assert.equal(left('.', { ...BOX, takesMessages: false }).said, 'greeting | hang-up')
})

test('VM-A1 news about what is over are passed over', () => {
  const { state } = left('. 20s')
  for (const turn of [0, state.turn - 1, state.turn + 1])
    for (const type of ['prompt-ended', 'timeout'] as const)
      assert.deepEqual(stepLeave(state, { type, turn }), { state, out: [] })
  assert.deepEqual(stepLeave(state, { type: 'timeout', turn: state.turn }), { state, out: [] })
})

const words = fc.constantFrom(...'0123456789*#'.split(''), '.', '.', '.', '1s', '20s', 'gone')

test('VM-A2, VM-A3 leaving a message always ends, and each recording is saved or discarded once', () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 80 }), (script) => {
      let { state, out } = openLeave(BOX, filled([]), { say: 'greeting' })
      const all: LeaveOutput[] = [...out]
      const recorded: string[] = []
      let left = 30
      for (let n = 0; state.place !== 'ended' && left > 0; n++) {
        const word = script[n]
        if (word === undefined) left -= 1
        const input = word === undefined ? natural(state) : inputOf(word, state)
        const before = state
        ;({ state, out } = step(state, input))
        if (input.type === 'recording-ended' && state !== before) recorded.push(input.recording)
        all.push(...out)
      }
      assert.equal(state.place, 'ended')
      const settled = all.flatMap((output) => ('recording' in output ? [output.recording] : []))
      assert.deepEqual(settled.sort(), recorded.sort())
      const lamps = all.filter(({ type }) => type === 'set-lamp').length
      assert.equal(lamps, all.filter(({ type }) => type === 'save-message').length)
      for (const output of all) if ('box' in output) assert.equal(output.box, BOX.id)
    }),
    { numRuns: 300 },
  )
})

test('VM-A2 who presses keys for ever is let go, and the message is kept', () => {
  let { state } = left('. 20s')
  const saved: LeaveOutput[] = []
  for (let n = 0; n < 2_100 && state.place === 'review'; n++) {
    const next = stepLeave(state, { type: 'digit', digit: '2' })
    state = next.state
    saved.push(...next.out.filter(({ type }) => type === 'save-message'))
  }
  assert.equal(state.place, 'leaving')
  assert.equal(saved.length, 1)
})
