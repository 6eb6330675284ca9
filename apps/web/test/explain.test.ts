import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallRecord, CallView } from '@rufwerk/contract'
import { de } from '../src/i18n/de.ts'
import type { Call, EndReason } from '../src/state/call.ts'
import { explainEnd, explainRecord } from '../src/state/explain.ts'

const RULES = [
  'not-registered',
  'echo',
  'demo-voice',
  'demo-outside',
  'emergency-without-trunk',
  'unknown-number',
  'no-trunk',
  'self-call',
  'busy',
  'no-answer',
  'declined',
  'failed',
]

function record(part: Partial<CallRecord>): CallRecord {
  return {
    id: 'c1',
    direction: 'outgoing',
    from: { person: 'p1', extension: '100', name: 'Jonas' },
    dialled: '101',
    to: { person: 'p2', extension: '101', name: 'Anna' },
    startedAt: 0,
    endedAt: 10_000,
    endedBy: 'system',
    cause: 41,
    status: 480,
    why: { rule: 'extension', values: {} },
    ...part,
  }
}

function lookUp(key: string): unknown {
  return key.split('.').reduce<unknown>((words, part) => {
    return typeof words === 'object' && words !== null ? new Map(Object.entries(words)).get(part) : undefined
  }, de)
}

test('every rule has a sentence for the caller and for the called', () => {
  for (const rule of RULES) {
    for (const direction of ['outgoing', 'incoming'] as const) {
      const { key } = explainRecord(record({ direction, why: { rule, values: {} } }), '0:10')
      assert.equal(typeof lookUp(key), 'string', key)
    }
  }
})

test('every cause has a sentence, known or not', () => {
  for (let cause = 0; cause < 128; cause += 1) {
    for (const direction of ['outgoing', 'incoming'] as const) {
      const { key } = explainRecord(record({ direction, cause }), '0:10')
      assert.equal(typeof lookUp(key), 'string', `${cause} ${key}`)
    }
  }
})

test('a call that talked says who hung up', () => {
  const talked = record({ answeredAt: 1, endedBy: 'callee', why: { rule: 'extension', values: {} } })
  assert.deepEqual(explainRecord(talked, '12:34').values.name, 'Anna')
  assert.equal(explainRecord(record({ answeredAt: 1, endedBy: 'caller' }), '0:01').values.name, 'Jonas')
  assert.equal(explainRecord(record({ answeredAt: 1, endedBy: 'network' }), '0:01').key, 'why.talked-network')
})

test('a caller who gave up is a missed call on the other side', () => {
  assert.equal(explainRecord(record({ endedBy: 'caller' }), '').key, 'why.cancelled')
  assert.equal(explainRecord(record({ endedBy: 'caller', direction: 'incoming' }), '').key, 'why.missed')
})

function ended(reason: EndReason, direction: 'outgoing' | 'incoming' = 'outgoing'): Call {
  return { id: 'a', direction, party: { number: '102' }, state: 'ended', end: { by: 'peer', reason } }
}

const VIEW: CallView = {
  call: 'c',
  state: 'ended',
  direction: 'outgoing',
  from: { person: 'p1', extension: '100', name: 'Jonas' },
  dialled: '102',
  why: { rule: 'not-registered', values: { name: 'Bo', number: '102' } },
}

test("the server's reason wins over the status, but not over what happened here", () => {
  assert.deepEqual(explainEnd(ended('not-reachable'), VIEW), {
    key: 'why.not-registered',
    values: { name: 'Bo', number: '102' },
  })
  assert.equal(explainEnd(ended('not-reachable'), undefined)?.key, 'end.not-reachable')
  assert.equal(explainEnd(ended('microphone-blocked'), VIEW)?.key, 'end.microphone-blocked')
  assert.equal(explainEnd(ended('missed', 'incoming'), VIEW)?.key, 'end.missed')
})

test('a call that lasts has nothing to explain', () => {
  assert.equal(explainEnd({ ...ended('busy'), state: 'calling' } as Call, VIEW), undefined)
})
