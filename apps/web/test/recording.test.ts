// Which of the server's calls is the one on the screen, and what may be done about its recording.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallView } from '@rufwerk/contract'
import type { Call } from '../src/state/call.ts'
import { actsOf, viewOfCall, wordsOf } from '../src/state/recording.ts'

const view = (call: string, more: Partial<CallView> = {}): CallView => ({
  call,
  state: 'talking',
  direction: 'outgoing',
  from: { person: 'p1', extension: '100', name: 'J' },
  dialled: '101',
  why: { rule: 'extension', values: {} },
  ...more,
})
const talk = (number: string, heldBy: 'nobody' | 'us' = 'nobody'): Call => ({
  ...{ id: `to ${number}`, direction: 'outgoing', party: { number } },
  ...{ state: 'talking', since: 0, isMuted: false, heldBy },
})

test('a call is found by who is at the other side', () => {
  const views = [view('a'), view('b', { dialled: '102', state: 'ended' }), view('c', { dialled: '+4930123' })]
  const [first, second] = [talk('101'), talk('+4930123', 'us')]
  assert.equal(viewOfCall(first, [first, second], views)?.call, 'a')
  assert.equal(viewOfCall(second, [first, second], views)?.call, 'c')
  assert.equal(viewOfCall({ ...first, state: 'calling' }, [first], views), undefined)
  const incoming: Call = { ...first, direction: 'incoming', party: { number: '104' } }
  const from = view('d', { direction: 'incoming', from: { extension: '104', name: '' } })
  assert.equal(viewOfCall(incoming, [incoming], [...views, from])?.call, 'd')
})

test('of two calls with the same number the hold tells them apart, or nothing does', () => {
  const views = [view('a', { heldBy: 'caller' }), view('b')]
  const calls = [talk('101'), talk('101', 'us')] as const
  assert.equal(viewOfCall(calls[0], calls, views)?.call, 'b')
  assert.equal(viewOfCall(calls[1], calls, views)?.call, 'a')
  assert.equal(viewOfCall(calls[0], calls, [view('a'), view('b')]), undefined)
})

test('who was led to somebody else is found while there is one call only', () => {
  const call = talk('101')
  const led = view('x', { dialled: '103' })
  assert.equal(viewOfCall(call, [call], [led])?.call, 'x')
  assert.equal(viewOfCall(call, [call, talk('107', 'us')], [led]), undefined)
  assert.equal(viewOfCall(call, [call], [led, view('y', { dialled: '104' })]), undefined)
})

test('what may be done follows from the state', () => {
  assert.deepEqual(actsOf(view('a')), [])
  assert.deepEqual(actsOf(view('a', { mayRecord: true })), ['begin'])
  assert.deepEqual(actsOf(view('a', { recording: 'asking' })), [])
  assert.deepEqual(actsOf(view('a', { recording: 'on' })), ['pause', 'stop'])
  assert.deepEqual(actsOf(view('a', { recording: 'paused' })), ['resume', 'stop'])
})

test('an act that was refused says what stays, as long as that is so', () => {
  assert.equal(wordsOf('paused', 'resume'), 'notResumed')
  assert.equal(wordsOf('on', 'resume'), 'on')
  assert.equal(wordsOf('on', 'pause'), 'notPaused')
  assert.equal(wordsOf('paused', 'pause'), 'paused')
  assert.equal(wordsOf(undefined, 'begin'), 'failed')
  assert.equal(wordsOf(undefined, undefined), 'off')
  assert.equal(wordsOf('asking', undefined), 'asking')
})
