import assert from 'node:assert/strict'
import test from 'node:test'
import type { PersonId } from '@rufwerk/core'
import type { Box, Message } from '@rufwerk/messaging'
import { type MenuAccess, type MenuOutput, type MenuState, openMenu, stepMenu } from '@rufwerk/messaging/talk'
import fc from 'fast-check'
import { ANNA, BOX, message, NOW } from './box-of-anna.ts'
import { inputOf, natural, runScript } from './simulated-caller.ts'

const OWN_PHONE: MenuAccess = { from: 'phone', person: ANNA }
const OTHER_PHONE: MenuAccess = { from: 'phone', person: 'bernd' as PersonId }
const OUTSIDE: MenuAccess = { from: 'outside' }
const HOUR = 3_600_000
const at = (hours: number) => ({ receivedAt: (NOW - hours * HOUR) as typeof NOW })
const MESSAGES: Message[] = [
  message('b', at(2)),
  message('a', at(3)),
  message('urgent', { ...at(1), isUrgent: true }),
  message('old', { ...at(9), readAt: NOW }),
  message('hidden', { ...at(8), readAt: NOW, from: undefined } as Partial<Message>),
]

function open(access = OWN_PHONE, box: Box = BOX, messages = MESSAGES, records?: string) {
  return openMenu({ box, messages, access, extensions: ['100'], ...(records && { records }) })
}

function said(script: string, access = OWN_PHONE, box: Box = BOX, messages = MESSAGES) {
  return runScript(open(access, box, messages), stepMenu, script)
}

const COUNTS = '3 new-messages 2 old-messages main-keys'
const entry: [what: string, MenuAccess, Partial<Box>, script: string, said: string][] = [
  ['VM-M1 an owner\u2019s phone gets in without a PIN', OWN_PHONE, {}, '', COUNTS],
  ['VM-M1 unless the box asks for it', OWN_PHONE, { asksPinInside: true }, '', 'enter-pin'],
  ['VM-M1 another phone needs the PIN', OTHER_PHONE, {}, '', 'enter-pin'],
  ['VM-M1 outside needs the PIN', OUTSIDE, {}, '', 'enter-pin'],
  [
    'VM-M1 without a PIN nobody else gets in',
    OTHER_PHONE,
    { hasPin: false },
    '.',
    'no-access goodbye | hang-up',
  ],
  ['VM-M1 nor from outside', OUTSIDE, { hasPin: false }, '.', 'no-access goodbye | hang-up'],
  [
    'VM-M2 the right PIN, ended by #',
    OUTSIDE,
    {},
    '2 5 8 0 # .',
    `enter-pin | wait | wait | wait | wait | check 2580 | ${COUNTS}`,
  ],
  ['VM-M2 or by silence', OUTSIDE, {}, '2 5 .', 'enter-pin | wait | wait | check 25'],
  [
    'VM-M2 or by its longest length',
    OUTSIDE,
    {},
    '1 2 3 4 5 6 7 8 9 0 1 2',
    `enter-pin | ${'wait | '.repeat(11)}check 123456789012`,
  ],
  [
    'VM-M3 three wrong PINs are the end',
    OUTSIDE,
    {},
    '1 # wrong 2 # wrong 3 # wrong .',
    'enter-pin | wait | check 1 | wrong-pin enter-pin | wait | check 2 | wrong-pin enter-pin | wait | check 3 | wrong-pin goodbye | hang-up',
  ],
  [
    'VM-M3 a box that waits says so',
    OUTSIDE,
    {},
    '1 # locked',
    'enter-pin | wait | check 1 | locked goodbye',
  ],
  [
    'VM-M3 nothing entered, three times',
    OUTSIDE,
    {},
    '# . . #',
    'enter-pin | enter-pin | wait | enter-pin | goodbye',
  ],
  ['VM-M3 keys do not count while the PIN is compared', OUTSIDE, {}, '1 # 1 1', 'enter-pin | wait | check 1'],
]
for (const [what, access, change, script, expected] of entry)
  test(`${what}: ${script}`, () => {
    assert.equal(said(script, access, { ...BOX, ...change }).said, expected)
  })

const heard = (id: string, digits = 'from-number digits') => `received-at time ${digits} <sound of ${id}>`
const listening: [what: string, script: string, said: string][] = [
  [
    'VM-M4 new ones: urgent first, then the oldest',
    '1 2 2',
    `${heard('urgent')} | mark-read urgent | lamp | ${heard('a')} | mark-read a | lamp | ${heard('b')}`,
  ],
  ['VM-M4 old ones: the oldest first', '2 #', `${heard('old')} | ${heard('hidden', 'number-hidden')}`],
  [
    'VM-M4 heard to its end it is old',
    '1 . .',
    `${heard('urgent')} | mark-read urgent | lamp | message-keys | wait`,
  ],
  ['VM-M4 not heard to its end it stays new', '1 *', `${heard('urgent')} | ${COUNTS}`],
  [
    'VM-M4 when and from whom',
    '1 5 .',
    `${heard('urgent')} | received-at time from-number digits message-keys | wait`,
  ],
  [
    'VM-M4 again',
    '1 . 1 .',
    `${heard('urgent')} | mark-read urgent | lamp | message-keys | <sound of urgent> | message-keys`,
  ],
  [
    'VM-M4 the one before',
    '2 2 7',
    `${heard('old')} | ${heard('hidden', 'number-hidden')} | ${heard('old')}`,
  ],
  [
    'VM-M4 after the last one',
    '2 2 2',
    `${heard('old')} | ${heard('hidden', 'number-hidden')} | no-more-messages main-keys`,
  ],
  [
    'VM-M5 deleting goes on with the next',
    '2 3',
    `${heard('old')} | delete-message old | lamp | deleted ${heard('hidden', 'number-hidden')}`,
  ],
  [
    'VM-M5 and what is deleted is gone from the counts',
    '2 3 *',
    `${heard('old')} | delete-message old | lamp | deleted ${heard('hidden', 'number-hidden')} | 3 new-messages 1 old-messages main-keys`,
  ],
  [
    'VM-M5 deleting the last one',
    '2 2 3',
    `${heard('old')} | ${heard('hidden', 'number-hidden')} | delete-message hidden | lamp | deleted no-more-messages main-keys`,
  ],
  [
    'VM-M6 calling back ends the menu',
    '1 4',
    `${heard('urgent')} | mark-read urgent | lamp | call-back +4930123456`,
  ],
  [
    'VM-M6 a hidden number cannot be called',
    '2 2 4',
    `${heard('old')} | ${heard('hidden', 'number-hidden')} | number-hidden message-keys`,
  ],
  ['VM-M7 silence, three times', '. . . . . .', 'wait | main-keys | wait | main-keys | wait | goodbye'],
  [
    'VM-M7 wrong keys, three times',
    '9 9 9 .',
    'wrong-key main-keys | wrong-key main-keys | goodbye | hang-up',
  ],
  [
    'VM-M7 a right key forgets the wrong ones',
    '9 9 3 9',
    'wrong-key main-keys | wrong-key main-keys | greeting-keys | wrong-key greeting-keys',
  ],
  ['VM-M7 # ends it', '# .', 'goodbye | hang-up'],
  ['VM-M7 hanging up', '1 gone', heard('urgent')],
]
for (const [what, script, expected] of listening)
  test(`${what}: ${script}`, () => {
    assert.equal(said(script).said, `${COUNTS} | ${expected}`)
  })

test('VM-M4 an empty list says so', () => {
  assert.equal(said('1', OWN_PHONE, BOX, []).said, 'no-messages main-keys | no-messages main-keys')
})

test('VM-M6 who came in by PIN calls back only where the box allows it', () => {
  const outside = (box: Box) => said('2 5 8 0 # . 2 4', OUTSIDE, box).said.split(' | ').at(-1)
  assert.equal(outside(BOX), 'may-not-call-back message-keys')
  assert.equal(outside({ ...BOX, callsBackFromOutside: true }), 'call-back +4930123456')
})

const RECORDING = `${COUNTS} | greeting-keys | record-greeting tone | record`
const greetings: [what: string, script: string, said: string][] = [
  [
    'VM-M8 record and keep',
    '3 1 . 20s 1',
    `${RECORDING} | recorded-keys | save-greeting own take 4 | greeting-saved greeting-keys`,
  ],
  [
    'VM-M8 ended by #',
    '3 2 . # 20s 1',
    `${RECORDING} | stop-recording | recorded-keys | save-greeting busy take 4 | greeting-saved greeting-keys`,
  ],
  [
    'VM-M8 hear it, record again',
    '3 3 . 20s 2 3',
    `${RECORDING} | recorded-keys | <take 4> recorded-keys | discard take 4 | record-greeting tone`,
  ],
  ['VM-M8 give up', '3 4 . 20s *', `${RECORDING} | recorded-keys | discard take 4 | greeting-keys`],
  ['VM-M8 too short', '3 4 . 1s', `${RECORDING} | discard take 4 | too-short record-greeting tone`],
  [
    'VM-M8 hanging up while recording keeps nothing',
    '3 1 . gone 20s',
    `${RECORDING} | stop-recording | discard take 4`,
  ],
  [
    'VM-M8 hanging up before it is kept keeps nothing',
    '3 1 . 20s gone',
    `${RECORDING} | recorded-keys | discard take 4`,
  ],
  [
    'VM-M8 silence keeps nothing',
    '3 1 . 20s . . . . . .',
    `${RECORDING} | recorded-keys | wait | recorded-keys | wait | recorded-keys | wait | discard take 4 | goodbye`,
  ],
  [
    'VM-M8 0 goes back to the standard one',
    '3 1 0',
    `${COUNTS} | greeting-keys | record-greeting tone | remove-greeting own | greeting-removed greeting-keys`,
  ],
]
for (const [what, script, expected] of greetings)
  test(`${what}: ${script}`, () => {
    assert.equal(said(script).said, expected)
  })

const SPEAKING = 'enter-pin | check 2580 | record-prompt tone | record'
const prompts: [what: string, script: string, said: string][] = [
  ['is kept', '20s 1 .', 'recorded-keys | save-prompt recorded-1 take 8 | prompt-saved goodbye | hang-up'],
  ['is heard before', '20s 2', 'recorded-keys | <take 8> recorded-keys'],
  ['is spoken again', '20s 3', 'recorded-keys | discard take 8 | record-prompt tone'],
  ['is given up', '20s * .', 'recorded-keys | discard take 8 | goodbye | hang-up'],
  ['is too short', '1s', 'discard take 8 | too-short record-prompt tone'],
  ['is not kept by who hangs up', '20s gone', 'recorded-keys | discard take 8'],
]
for (const [what, script, expected] of prompts)
  test(`VM-M10 a prompt ${what}: ${script}`, () => {
    const all = runScript(open(OWN_PHONE, BOX, [], 'recorded-1'), stepMenu, `2 5 8 0 # . . ${script}`)
    assert.equal(all.said.replaceAll('wait | ', ''), `${SPEAKING} | ${expected}`)
  })

test('VM-M10 a prompt needs the PIN on every phone, and 0 means nothing', () => {
  const records = (box: Box, script: string) =>
    runScript(open(OWN_PHONE, box, [], 'recorded-1'), stepMenu, script).said
  assert.equal(records(BOX, ''), 'enter-pin')
  assert.equal(records({ ...BOX, hasPin: false }, '.'), 'no-access goodbye | hang-up')
  assert.ok(records(BOX, '2 # . 0').endsWith('record-prompt tone'))
  assert.ok(records(BOX, '2 # . *').endsWith('record-prompt tone | goodbye'))
})

test('VM-M9 a new PIN is entered twice', () => {
  const { said: spoken } = said('4 2 5 8 0 # 2 5 8 0 #')
  assert.ok(spoken.endsWith('| set-pin 2580 | pin-changed main-keys'), spoken)
})

test('VM-M9 a weak one, the extension, or another one the second time is not taken', () => {
  assert.ok(said('4 1 2 3 4 #').said.endsWith('| weak-pin new-pin'))
  assert.ok(said('4 1 0 0 1 0 0 #').said.endsWith('| weak-pin new-pin'))
  assert.ok(said('4 2 5 8 0 # 2 5 8 1 #').said.endsWith('| pins-differ new-pin'))
  assert.ok(said('4 2 5 *').said.endsWith(`| wait | ${COUNTS}`))
})

const words = fc.constantFrom(
  ...'0123456789*#'.split(''),
  '.',
  '.',
  '.',
  '1s',
  '20s',
  'wrong',
  'locked',
  'gone',
)
const accesses = fc.constantFrom(OWN_PHONE, OTHER_PHONE, OUTSIDE)

/** Runs a script and then lets everything end by itself, as if nobody were there. */
function runOut(script: readonly string[], access: MenuAccess, box: Box, records?: string) {
  let { state, out } = open(access, box, MESSAGES, records)
  const all: MenuOutput[] = [...out]
  const recorded: string[] = []
  let isIn = state.place.name === 'main'
  let quiet = 60
  for (let n = 0; state.place.name !== 'ended' && quiet > 0; n++) {
    const word = script[n]
    if (word === undefined) quiet -= 1
    const input = word === undefined ? natural(state) : inputOf(word, state)
    const before: MenuState = state
    ;({ state, out } = stepMenu(state, input))
    if (input.type === 'recording-ended' && state !== before) recorded.push(input.recording)
    if (before.activity === 'checking' && ['main', 'greeting'].includes(state.place.name)) isIn = true
    if (!isIn) assert.ok(out.every(({ type }) => BEFORE_PIN.includes(type)))
    all.push(...out)
  }
  return { state, all, recorded }
}
const BEFORE_PIN = ['play', 'wait', 'check-pin', 'hang-up']

test('VM-A2, VM-A3, VM-A4 it always ends, touches its own box only, and nothing before the PIN', () => {
  const ids: readonly string[] = MESSAGES.map(({ id }) => id)
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 120 }),
      accesses,
      fc.boolean(),
      fc.constantFrom(undefined, 'recorded-1'),
      (script, access, asksPinInside, records) => {
        const { state, all, recorded } = runOut(script, access, { ...BOX, asksPinInside }, records)
        assert.equal(state.place.name, 'ended')
        const deleted = new Set<string>()
        for (const output of all) {
          if ('box' in output) assert.equal(output.box, BOX.id)
          if (output.type === 'save-prompt') assert.equal(output.prompt, records)
          if (!('message' in output)) continue
          assert.ok(ids.includes(output.message) && !deleted.has(output.message))
          if (output.type === 'delete-message') deleted.add(output.message)
        }
        const settled = all.flatMap((output) => ('recording' in output ? [output.recording] : []))
        assert.deepEqual(settled.sort(), recorded.sort())
        assert.ok(all.filter(({ type }) => type === 'hang-up' || type === 'call-back').length <= 1)
      },
    ),
    { numRuns: 500 },
  )
})

test('VM-A2 who presses keys for ever is let go', () => {
  let { state } = open()
  for (let n = 0; n < 2_100; n++) ({ state } = stepMenu(state, { type: 'digit', digit: '3' }))
  for (let n = 0; n < 2_100; n++) ({ state } = stepMenu(state, { type: 'digit', digit: n % 2 ? '3' : '*' }))
  assert.equal(state.place.name, 'leaving')
})

test('VM-A1 news about what is over are passed over', () => {
  const { state } = open()
  for (const turn of [0, state.turn + 1])
    for (const type of ['prompt-ended', 'timeout'] as const)
      assert.deepEqual(stepMenu(state, { type, turn }), { state, out: [] })
  assert.deepEqual(stepMenu(state, { type: 'pin-checked', turn: state.turn, outcome: 'right' }).out, [])
})
