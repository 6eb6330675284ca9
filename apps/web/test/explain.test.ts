import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CallRecord, CallView } from '@rufwerk/contract'
import { de } from '../src/i18n/de.ts'
import { en } from '../src/i18n/en.ts'
import type { Call, EndReason } from '../src/state/call.ts'
import { explainEnd, explainRecord } from '../src/state/explain.ts'

const PLAN = join(import.meta.dirname, '../../../packages/domain/routing/src/plan.ts')
/** The rules as routing declares them, so that a new one cannot come without a sentence. */
const DECLARED = [...readFileSync(PLAN, 'utf8').matchAll(/(?:rule:|Rule =)\s+((?:\| '[a-z-]+'\s+)+)/g)]
  .flatMap(([, rules = '']) => [...rules.matchAll(/'(.+?)'/g)])
  .map(([, rule = '']) => rule)
/** `extension` means that the call went its way: how it ended says the cause. */
const RULES = DECLARED.filter((rule) => rule !== 'extension')

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

function lookUp(key: string, words: object = de): unknown {
  return key.split('.').reduce<unknown>((found, part) => {
    return typeof found === 'object' && found !== null ? new Map(Object.entries(found)).get(part) : undefined
  }, words)
}

test('every rule has a sentence for the caller and for the called', () => {
  for (const known of ['restart', 'plan-too-big', 'unknown-called-number']) assert.ok(RULES.includes(known))
  assert.ok(RULES.length >= 46)
  for (const rule of RULES) {
    for (const direction of ['outgoing', 'incoming'] as const) {
      const { key } = explainRecord(record({ direction, why: { rule, values: {} } }), '0:10')
      assert.equal(key, `why.${rule}${direction === 'incoming' ? '-incoming' : ''}`)
      for (const words of [de, en]) assert.equal(typeof lookUp(key, words), 'string', key)
      const talked = explainRecord(record({ direction, answeredAt: 1, why: { rule, values: {} } }), '0:10')
      assert.equal(typeof lookUp(talked.key), 'string', talked.key)
    }
  }
})

test('every rule has a word for the steps of a call', () => {
  for (const rule of DECLARED)
    for (const words of [de, en]) assert.equal(typeof lookUp(`calls.rule.${rule}`, words), 'string', rule)
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
  const key = (part: Partial<CallRecord>) => explainRecord(record({ answeredAt: 1, ...part }), '0:01').key
  const talked = explainRecord(record({ answeredAt: 1, endedBy: 'callee' }), '12:34')
  assert.deepEqual([talked.key, talked.values.name], ['why.talked', 'Anna'])
  const called = explainRecord(record({ answeredAt: 1, endedBy: 'caller', direction: 'incoming' }), '0:01')
  assert.deepEqual([called.key, called.values.name], ['why.talked', 'Jonas'])
  assert.equal(key({ endedBy: 'caller' }), 'why.talked-self')
  assert.equal(key({ endedBy: 'callee', direction: 'incoming' }), 'why.talked-self')
  for (const [endedBy, rule, wanted] of [
    ['network', 'extension', 'why.talked-network'],
    ['system', 'extension', 'why.talked-system'],
    ['system', 'restart', 'why.talked-restart'],
    ['caller', 'echo', 'why.talked-echo'],
    ['caller', 'demo-voice', 'why.talked-demo-voice'],
  ] as const) {
    assert.equal(key({ endedBy, why: { rule, values: {} } }), wanted)
    assert.equal(typeof lookUp(wanted), 'string', wanted)
  }
})

test('a caller who gave up is a missed call on the other side', () => {
  assert.equal(explainRecord(record({ endedBy: 'caller' }), '').key, 'why.cancelled')
  assert.equal(explainRecord(record({ endedBy: 'caller', direction: 'incoming' }), '').key, 'why.missed')
  const outside = { why: { rule: 'outside', values: { number: '+4930123456' } } }
  assert.equal(explainRecord(record({ endedBy: 'caller', ...outside }), '').key, 'why.cancelled')
  assert.equal(explainRecord(record({ endedBy: 'system', ...outside }), '').key, 'why.outside')
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
