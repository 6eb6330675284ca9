import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cdr } from '@rufwerk/calls'
import {
  type CallPapers,
  concerns,
  directionOf,
  erased,
  fateOf,
  type Hold,
  isAskedFor,
  isHeld,
  outcomeOf,
  RECORD_COLUMNS,
  readNumberKey,
  recordCells,
  shortened,
} from '@rufwerk/calls/records'
import { type CallId, type DeviceId, type PersonId, type TenantId, wallTime } from '@rufwerk/core'
import type { TrunkId } from '@rufwerk/routing'

const tenant = 't1' as TenantId
const [anna, jan] = ['anna' as PersonId, 'jan' as PersonId]
const main = 'main' as TrunkId
const T0 = 1_790_000_000_000
const DAY = 86_400_000

const OUT: Cdr = {
  ...{ tenant, call: 'c1' as CallId, startedAt: wallTime(T0), endedAt: wallTime(T0 + 65_000) },
  ...{ ringingAt: wallTime(T0 + 1_000), answeredAt: wallTime(T0 + 5_000) },
  from: { kind: 'inside', person: anna, device: 'd1' as DeviceId, extension: '101', name: 'Anna' },
  dialled: '123456',
  answeredBy: { kind: 'outside', trunk: main, number: '+4930123456' },
  spent: { payer: anna, number: '+4930123456', since: wallTime(T0 + 5_000) },
  ...{ endedBy: 'caller', cause: 16, status: 200, quality: [] },
  why: { rule: 'outside', values: { number: '+4930123456', trunk: 'main' } },
}
const IN: Cdr = {
  ...{ tenant, call: 'c2' as CallId, startedAt: wallTime(T0), endedAt: wallTime(T0 + 9_000) },
  from: { kind: 'outside', trunk: main, number: '+4930123456', name: 'Erika Muster' },
  ...{ dialled: '4940555100', to: jan, endedBy: 'caller', cause: 16, status: 487, quality: [] },
  why: { rule: 'extension', values: { number: '4940555100' } },
}
const events: CallPapers['events'] = [
  { at: wallTime(T0), type: 'requested', why: { rule: 'outside', values: { number: '+4930123456' } } },
  { at: wallTime(T0), type: 'dialled', detail: { to: '030123456', tries: 1 } },
]
const key = readNumberKey('030 123456', 'de')
assert.ok(key.ok)
const number = key.value

test('REC-P8 who forwarded is found, erased and shortened like who called, and a column says it', () => {
  const forwardings: Cdr['forwardings'] = [
    { by: { kind: 'outside', number: '+4930123456' }, why: 'busy' },
    { by: { kind: 'outside' }, why: 'unknown' },
    { by: { kind: 'person', person: anna }, why: 'noAnswer' },
  ]
  const cdr: Cdr = { ...IN, from: { kind: 'outside', trunk: main }, forwardings }
  assert.ok(isAskedFor(cdr, { number }))
  assert.ok(isAskedFor(cdr, { person: anna }))
  assert.equal(isAskedFor({ ...cdr, forwardings: [] }, { number }), false)
  const told = { at: wallTime(T0), type: 'requested', detail: { forwarders: '+4930123456:user-busy' } }
  const papers = { cdr, events: [told] } as CallPapers
  assert.doesNotMatch(JSON.stringify(erased(papers, number)), /123456/)
  assert.doesNotMatch(JSON.stringify(shortened(papers)), /123456/)
  const cells = recordCells(cdr, () => ({ extension: '101', name: 'Anna' }))
  const shown = 'busy +4930123456 > unknown anonymous > noAnswer 101'
  assert.equal(cells[RECORD_COLUMNS.indexOf('forwarded_by')], shown)
  assert.equal(recordCells(IN, () => undefined)[RECORD_COLUMNS.indexOf('forwarded_by')], undefined)
})

test('REC-P1 erasing takes a number out of record and events, with the name and what was dialled', () => {
  const outgoing = erased({ cdr: OUT, events }, number)
  assert.equal(concerns(outgoing, number), false)
  assert.equal(outgoing.cdr.dialled, 'erased', 'as dialled inside its area it is in no other form')
  assert.doesNotMatch(JSON.stringify(outgoing), /123456/)
  assert.equal(outgoing.cdr.startedAt, OUT.startedAt)
  const incoming = erased({ cdr: IN, events: [] }, number)
  assert.deepEqual(incoming.cdr.from, { kind: 'outside', trunk: main, number: 'erased' })
  assert.equal(incoming.cdr.dialled, IN.dialled, 'the number of the house is not theirs')
  const other = { cdr: { ...IN, from: { ...IN.from, number: '+4930999999' } } as Cdr, events: [] }
  assert.deepEqual(erased(other, number), other)
})

test('REC-P2 shortened records tell neither last digits nor the names that carriers told', () => {
  const incoming = shortened({ cdr: IN, events }).cdr
  assert.deepEqual(incoming.from, { kind: 'outside', trunk: main, number: '+4930123xxx' })
  assert.deepEqual([incoming.dialled, incoming.to], ['4940555100', jan])
  const outgoing = shortened({ cdr: OUT, events })
  assert.doesNotMatch(JSON.stringify(outgoing), /30123456/)
  assert.equal(outgoing.cdr.from.name, 'Anna', 'people of the house keep their names')
  assert.equal(shortened(outgoing).cdr, outgoing.cdr)
})

test('REC-P3 time keeps, shortens and removes; calls for help have their own time', () => {
  const rules = { keepDays: 90, emergencyKeepDays: 365, shortenAfterDays: 30 }
  const after = (days: number, cdr = OUT) => fateOf(cdr, rules, wallTime(T0 + days * DAY + 1))
  assert.deepEqual([after(29), after(30), after(89), after(90)], ['keep', 'shorten', 'shorten', 'remove'])
  const help: Cdr = { ...OUT, why: { rule: 'emergency', values: { number: '112' } } }
  assert.deepEqual([after(90, help), after(365, help)], ['shorten', 'remove'])
  assert.equal(fateOf(OUT, { keepDays: 90 }, wallTime(T0 + 89 * DAY)), 'keep')
})

test('REC-P4 a hold keeps what all of its words say, and one without words nothing', () => {
  const hold: Hold = { id: 'h', tenant, at: wallTime(T0), by: anna, reason: 'a suit' }
  const papers = { cdr: IN, events: [] }
  const held = (narrow: Partial<Hold>) => isHeld(papers, [{ ...hold, ...narrow }])
  assert.ok(held({ call: IN.call }))
  assert.ok(held({ number }))
  assert.ok(held({ since: IN.startedAt, until: wallTime(T0 + 1) }))
  assert.equal(held({ number, since: wallTime(T0 + 1) }), false)
  assert.equal(held({ until: IN.startedAt }), false)
  assert.equal(held({ call: OUT.call }), false)
  assert.equal(held({}), false)
  assert.equal(held({ number, tenant: 't2' as TenantId }), false)
})

test('REC-P5 a filter asks for all that it names', () => {
  const rows: [filter: Parameters<typeof isAskedFor>[1], found: string][] = [
    [{}, 'c1 c2'],
    [{ number }, 'c1 c2'],
    [{ person: anna }, 'c1'],
    [{ person: jan }, 'c2'],
    [{ outcome: 'givenUp' }, 'c2'],
    [{ outcome: 'answered', trunk: 'main' }, 'c1'],
    [{ trunk: 'other' }, ''],
    [{ since: wallTime(T0), until: wallTime(T0 + 1) }, 'c1 c2'],
    [{ until: wallTime(T0) }, ''],
    [{ number: { kind: 'digits', digits: '101' } }, 'c1'],
  ]
  for (const [filter, found] of rows) {
    const calls = [OUT, IN].filter((cdr) => isAskedFor(cdr, filter)).map(({ call }) => call)
    assert.equal(calls.join(' '), found, JSON.stringify(filter))
  }
})

test('REC-P6 what became of a call, and a line of the table', () => {
  const failed = (status: number, endedBy: Cdr['endedBy'] = 'system') => {
    const { answeredAt: _, ...rest } = OUT
    return outcomeOf({ ...rest, status, endedBy })
  }
  const seen = [outcomeOf(OUT), failed(486), failed(480), failed(603), failed(503), failed(487, 'caller')]
  assert.deepEqual(seen, ['answered', 'busy', 'noAnswer', 'refused', 'failed', 'givenUp'])
  assert.deepEqual([directionOf(OUT), directionOf(IN)], ['outgoing', 'incoming'])
  const cells = recordCells(IN, () => ({ extension: '102', name: 'Jan' }))
  assert.equal(cells.length, RECORD_COLUMNS.length)
  const named = Object.fromEntries(RECORD_COLUMNS.map((name, at) => [name, cells[at]]))
  assert.equal(named.from_name, 'Erika Muster')
  assert.deepEqual([named.to_extension, named.to_name, named.trunk], ['102', 'Jan', 'main'])
  assert.deepEqual([named.talk_seconds, named.ring_seconds], [undefined, undefined])
  const talked = recordCells(OUT, () => undefined)
  assert.equal(talked[RECORD_COLUMNS.indexOf('talk_seconds')], 60)
  assert.equal(talked[RECORD_COLUMNS.indexOf('ring_seconds')], 4)
})
