// Receptionists, spelled names, plans that are asked for again, settings by code.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { SettingAnswer } from '@rufwerk/calls'
import { REPLANS_MAX, SETTING_TIME } from '@rufwerk/calls/limits'
import { seconds } from '@rufwerk/core'
import { Bench, CALL, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const company = (): Bench => new Bench({}, { config: COMPANY, live: EVERYBODY })
const menu = (extension = '500'): Bench => {
  const bench = company().call(extension)
  bench.take()
  return bench.leg('A', { type: 'sourceEnded' })
}
const KEY_TIME = seconds(4)

test('CALL-43 a receptionist answers, and a key leads on; the first key ends the prompt', () => {
  const bench = company().call('501')
  assert.deepEqual(bench.take(), ['source A prompt', 'answer A'])
  bench.key('1')
  assert.deepEqual(bench.take(), ['source A silence', 'source A ringback', 'dial B1 anna'])
  bench.leg('B1', { type: 'ringing' })
  assert.deepEqual(bench.take(), [], 'who is answered gets no 180')
  bench.leg('B1', { type: 'answered' })
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 A'], 'and no second 200')
  const cdr = bench.leg('A', ended).leg('B1', endedByUs).cdr()
  assert.deepEqual(cdr.answeredBy, { kind: 'person', person: 'anna', device: 'anna-phone' })
  assert.deepEqual([cdr.answeredAt, cdr.to, cdr.status], [1000, 'anna', 200])
  const told = bench.events.map(({ type, detail }) => [type, detail?.by ?? detail?.digit ?? detail?.person])
  assert.deepEqual(told.slice(2, 4), [
    ['answered', 'receptionist'],
    ['keyed', '1'],
  ])
})

test('CALL-44 a key that may begin an extension is waited for; # says that it is complete', () => {
  const bench = menu().key('1')
  assert.deepEqual(bench.take(), [])
  bench.pass(KEY_TIME)
  assert.deepEqual(bench.take(), ['source A ringback', 'dial B1 anna'])
  const other = menu().key('1').key('#')
  assert.deepEqual(other.take(), ['source A ringback', 'dial B1 anna'])
})

test('CALL-45 what is keyed is an extension: route() is asked, and the record says with what', () => {
  const bench = menu().key('1').key('0').key('3').pass(KEY_TIME)
  assert.deepEqual(bench.take(), ['source A ringback', 'dial B1 carla'])
  const routed = bench.events.filter(({ type }) => type === 'routed').at(-1)
  assert.deepEqual(routed?.detail, {
    to: 'carla',
    config: 7,
    seed: 1,
    target: '{"to":"extension","extension":"103"}',
  })
})

test('CALL-46 silence and wrong keys play the prompt again while there are tries, then go on', () => {
  const bench = menu().pass(KEY_TIME)
  assert.deepEqual(bench.take(), ['source A prompt'])
  bench.leg('A', { type: 'sourceEnded' }).pass(KEY_TIME)
  assert.deepEqual(bench.take(), ['end A 603 21'], 'after the last try')
  assert.equal(bench.leg('A', endedByUs).cdr().why.rule, 'hang-up')
  const wrong = menu().key('8').key('8').key('#')
  assert.deepEqual(wrong.take(), ['source A prompt'], 'nobody has 88')
  wrong.key('*')
  assert.deepEqual(wrong.take(), ['source A silence', 'source A prompt'], 'the prompt of the wrong key')
  assert.equal(wrong.leg('A', ended).cdr().why.rule, 'announcement')
  const silent = menu('501').pass(KEY_TIME)
  assert.deepEqual(silent.take(), ['source A ringback', 'dial B1 carla'])
})

test('CALL-46 a prompt that does not end is cut off, and the keys are waited for', () => {
  const bench = company().call('501')
  bench.take()
  assert.deepEqual(bench.pass(seconds(30)).take(), ['source A silence'])
  bench.pass(KEY_TIME)
  assert.deepEqual(bench.take(), ['source A ringback', 'dial B1 carla'])
})

test('CALL-47 who is answered and gets no further hears a tone before the end', () => {
  const bench = menu('501').key('#')
  assert.deepEqual(bench.take(), ['source A busy'])
  assert.deepEqual(bench.pass(seconds(5)).take(), ['end A 486 17'])
  const cdr = bench.leg('A', endedByUs).cdr()
  assert.deepEqual(
    [cdr.status, cdr.cause, cdr.why.rule, cdr.answeredBy],
    [200, 17, 'busy', { kind: 'system', name: 'receptionist' }],
  )
})

test('CALL-48 a key leads back: route() is asked again, but not for ever', () => {
  const bench = menu()
  for (let at = 0; at < REPLANS_MAX; at += 1) bench.key('9').pass(KEY_TIME)
  assert.equal(bench.take().filter((told) => told === 'source A prompt').length, REPLANS_MAX)
  bench.key('9').pass(KEY_TIME)
  assert.equal(bench.take().at(-1), 'source A congestion')
  bench.pass(seconds(5))
  assert.equal(bench.leg('A', endedByUs).cdr().why.rule, 'flow-loop')
})

test('CALL-49 a name is spelled: who alone has it is called', () => {
  const bench = menu().key('3').key('#')
  assert.deepEqual(bench.take(), ['source A prompt'])
  for (const key of '9999') bench.key(key)
  bench.take()
  bench.pass(KEY_TIME)
  assert.deepEqual(bench.take(), ['source A prompt'], 'nobody is spelled like this')
  for (const key of '227') bench.key(key)
  bench.key('#')
  assert.deepEqual(bench.take().slice(-2), ['source A ringback', 'dial B1 carla'])
})

test('CALL-49 a name that is not found ends after three tries', () => {
  const bench = menu().key('3').key('#')
  for (let at = 0; at < 3; at += 1) bench.key('9').key('#')
  assert.equal(bench.take().at(-1), 'source A congestion')
  bench.pass(seconds(5))
  const cdr = bench.leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.why.rule, cdr.cause], ['unknown-number', 1])
})

test('CALL-50 a caller from outside goes through the menu to a phone and to a number outside', () => {
  const bench = company().call('+493023125500', OUTSIDE)
  assert.deepEqual(bench.take(), ['source A prompt', 'answer A'])
  bench.key('4').key('#')
  assert.equal(bench.take().at(-1), 'dial B1 main +491701234567')
  bench.leg('B1', { type: 'answered' }).leg('B1', ended)
  const cdr = bench.leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.from.kind, cdr.answeredBy?.kind, cdr.endedBy], ['outside', 'outside', 'callee'])
})

const setting = (answer: Promise<SettingAnswer>) => {
  const asked: string[] = []
  const change = (person: string, action: string, value: string) => {
    asked.push(`${person} ${action} ${value}`)
    return answer
  }
  const bench = new Bench({}, { config: COMPANY, live: EVERYBODY, settings: { change } })
  return { asked, bench: bench.call('*21100') }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('CALL-51 a code changes a setting and says that it is done', async () => {
  const { asked, bench } = setting(Promise.resolve({ isChanged: true, prompt: 'de-forward-on' }))
  await settled()
  assert.deepEqual(asked, ['bernd forwardAll 100'])
  assert.deepEqual(bench.take(), ['source A silence', 'answer A', 'source A prompt'])
  bench.leg('A', { type: 'sourceEnded' })
  const cdr = bench.leg('A', endedByUs).cdr()
  assert.deepEqual([cdr.status, cdr.cause, cdr.why.rule], [200, 16, 'code'])
})

test('CALL-51 what cannot be set is said before the answer; a mistake or silence ends the call', async () => {
  const { bench } = setting(Promise.resolve({ isChanged: false, prompt: 'de-not-permitted' }))
  await settled()
  assert.deepEqual(bench.take(), ['source A prompt', 'progress A'])
  assert.equal(bench.leg('A', { type: 'sourceEnded' }).leg('A', endedByUs).cdr().status, 403)
  const broken = setting(Promise.reject(new Error('no disk')))
  await settled()
  assert.deepEqual(broken.bench.take(), ['end A 500 41'])
  const silent = setting(new Promise(() => undefined))
  assert.deepEqual(silent.bench.pass(SETTING_TIME).take(), ['end A 500 41'])
})

test('CALL-52 what nobody performs yet ends with 501, cause 79', () => {
  for (const dialled of ['300', '*97300', '*21100']) {
    const bench = company().call(dialled)
    assert.deepEqual(bench.take(), ['end A 501 79'], dialled)
    bench.leg('A', endedByUs).cdr()
  }
})

test('CALL-53 a caller in a menu hears it again after a restart; who was connected talks on', () => {
  const first = company().call('500')
  const bench = company()
  assert.ok(bench.exchange.restore({ tenant: TENANT, call: CALL, events: first.events }))
  assert.deepEqual(bench.take(), ['source A silence'])
  bench.pass(seconds(2))
  assert.deepEqual(bench.take(), ['source A prompt'])
  bench.key('1').key('#').leg('B1', { type: 'answered' })
  const third = company()
  const events = [...first.events, ...bench.events]
  assert.ok(third.exchange.restore({ tenant: TENANT, call: CALL, events }))
  assert.deepEqual(third.take(), ['source A B1', 'source B1 A'])
  const cdr = third.leg('A', ended).leg('B1', endedByUs).cdr()
  assert.deepEqual([cdr.answeredAt, cdr.answeredBy?.kind], [first.events[2]?.at, 'person'])
})

test('CALL-54 who holds while nobody is connected is on hold for who answers', () => {
  const bench = menu().key('1').key('#').leg('A', { type: 'held' })
  bench.take()
  bench.leg('B1', { type: 'answered' })
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 hold'])
})

test('CALL-54 early sound of a phone does not let it hear who holds', () => {
  const bench = menu().key('1').key('#').leg('A', { type: 'held' })
  bench.take()
  bench.leg('B1', { type: 'early' })
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 hold'])
  bench.leg('A', { type: 'resumed' })
  assert.deepEqual(bench.take(), ['source B1 A'])
  bench.leg('A', { type: 'held' })
  assert.deepEqual(bench.take(), ['source B1 hold'])
})

test('CALL-67 a missing prompt is never silence: a menu goes on, words are a tone', () => {
  const bench = company().call('501')
  bench.take()
  bench.leg('A', { type: 'sourceFailed' })
  assert.deepEqual(bench.take(), ['source A ringback', 'dial B1 carla'])
  assert.ok(bench.events.some(({ type }) => type === 'promptMissing'))
  const words = company().call('4711').leg('A', { type: 'sourceFailed' })
  assert.deepEqual(words.take(), ['source A prompt', 'progress A', 'source A congestion'])
  assert.deepEqual(words.pass(seconds(5)).take(), ['end A 404 1'])
  const names = menu().key('3').key('#')
  names.take()
  names.leg('A', { type: 'sourceFailed' })
  assert.deepEqual(names.take(), ['source A congestion'])
})
