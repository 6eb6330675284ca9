import assert from 'node:assert/strict'
import test from 'node:test'
import { minutes, ms, type PersonId, seconds, wallTime } from '@rufwerk/core'
import { type Box, checkBox, countsOf, expiredMessages, type Message } from '@rufwerk/messaging'
import { type Arrival, greetingFor, type Prompt } from '@rufwerk/messaging/talk'
import fc from 'fast-check'
import { BOX, DAY_MS, message, NOW, recording } from './box-of-anna.ts'

test('VM-B1 personal and shared boxes that make sense pass', () => {
  assert.deepEqual(checkBox(BOX), { ok: true, value: BOX })
  const shared: Box = { ...BOX, kind: 'shared', owners: ['a', 'b'] as PersonId[] }
  assert.ok(checkBox(shared).ok)
  assert.ok(checkBox({ ...shared, owners: [] }).ok)
})

const bad: [problem: string, change: Partial<Box>][] = [
  ['name', { name: ' ' }],
  ['name', { name: 'x\r\ny' }],
  ['owners', { kind: 'shared', owners: ['a', 'a'] as PersonId[] }],
  ['personal-box-has-one-owner', { owners: [] }],
  ['unreachable-without-pin', { hasPin: false, asksPinInside: true }],
  ['unreachable-without-pin', { kind: 'shared', owners: [], hasPin: false }],
  ['longest-message', { longestMessage: seconds(5) }],
  ['longest-message', { longestMessage: ms(Number.NaN) }],
  ['messages-max', { messagesMax: 0 }],
  ['retention', { retention: { oldDays: 0.5 } }],
  ['mail', { mail: { to: 'a@b, c@d', attachesSound: true, deletesAfter: false } }],
  ['mail', { mail: { to: 'a@b', attachesSound: false, deletesAfter: true } }],
]
for (const [problem, change] of bad)
  test(`VM-B2 refused: ${problem} ${JSON.stringify(change)}`, () => {
    assert.deepEqual(checkBox({ ...BOX, ...change }), { ok: false, error: problem })
  })

const all = {
  own: recording('own'),
  busy: recording('busy'),
  closed: recording('closed'),
  temporary: recording('temporary'),
}
const greetings: [what: string, Partial<Box>, Arrival, Prompt][] = [
  ['nothing recorded', { greetings: {} }, 'no-answer', { say: 'greeting' }],
  ['nothing recorded, closed', { greetings: {} }, 'closed', { say: 'closed' }],
  ['own', { greetings: { own: all.own } }, 'no-answer', { recording: all.own }],
  ['own for busy without one', { greetings: { own: all.own } }, 'busy', { recording: all.own }],
  ['busy', { greetings: { own: all.own, busy: all.busy } }, 'busy', { recording: all.busy }],
  ['busy is for busy only', { greetings: { busy: all.busy } }, 'away', { say: 'greeting' }],
  ['closed', { greetings: { own: all.own, closed: all.closed } }, 'closed', { recording: all.closed }],
  ['temporary before all', { greetings: all }, 'busy', { recording: all.temporary }],
  [
    'until its time',
    { greetings: all, temporaryUntil: wallTime(NOW + 1) },
    'busy',
    { recording: all.temporary },
  ],
  ['and not after', { greetings: all, temporaryUntil: NOW }, 'busy', { recording: all.busy }],
]
for (const [what, change, arrival, expected] of greetings)
  test(`VM-G1 greeting: ${what}`, () => {
    assert.deepEqual(greetingFor({ ...BOX, ...change }, arrival, NOW), expected)
  })

test('VM-S1 the summary counts new and old, and urgent ones among them', () => {
  const read = wallTime(1)
  const messages = [
    ...[message('1'), message('2', { isUrgent: true })],
    ...[message('3', { readAt: read }), message('4', { isUrgent: true, readAt: read })],
    message('5'),
  ]
  assert.deepEqual(countsOf(messages), { unheard: 3, heard: 2, urgent: { unheard: 1, heard: 1 } })
})

test('VM-S1 counts add up and are never negative', () => {
  const any = fc.record({ isUrgent: fc.boolean(), readAt: fc.option(fc.constant(NOW), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 50 }), (some) => {
      const messages = some.map((one, index) => ({ ...message(String(index)), ...one }) as Message)
      const counts = countsOf(messages)
      const { unheard, heard, urgent } = counts
      assert.equal(unheard + heard, messages.length)
      assert.ok(urgent.unheard >= 0 && urgent.unheard <= unheard)
      assert.ok(urgent.heard >= 0 && urgent.heard <= heard)
    }),
  )
})

test('VM-S2 what was heard goes after its days, and anything after the days of all', () => {
  const messages = [
    message('new'),
    message('heard long ago', { readAt: wallTime(NOW - 7 * DAY_MS) }),
    message('heard lately', { readAt: wallTime(NOW - 7 * DAY_MS + 1) }),
    message('old and new', { receivedAt: wallTime(NOW - 90 * DAY_MS) }),
  ]
  assert.deepEqual(expiredMessages(messages, { oldDays: 7 }, NOW), ['heard long ago'])
  assert.deepEqual(expiredMessages(messages, { oldDays: 7, allDays: 90 }, NOW), [
    'heard long ago',
    'old and new',
  ])
  assert.deepEqual(expiredMessages(messages, {}, NOW), [])
  assert.equal(minutes(24 * 60), DAY_MS)
})
