import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMPTY_QUARANTINE, readState, writeState } from '../src/index.ts'
import { ANNA, BERND, clients, House, POLICY } from './quarantine.ts'

function lived(): House {
  const house = new House(100)
  house.stop(POLICY, clients(0, 4))
  house.stop(ANNA, clients(4, 1), { reason: { kind: 'person', why: 'stolen <b>' } })
  house.at = 5
  house.removalAsked(['c0'])
  house.seen('c0', 9, false)
  house.stop(ANNA, clients(10, 30))
  house.release('u1', ANNA, ['c3'])
  house.agree('u1', BERND)
  house.release('u2', BERND, ['c2'])
  return house
}

test('QRT-S1 what was written is read as it was', () => {
  for (const state of [EMPTY_QUARANTINE, lived().state]) {
    const read = readState(writeState(state))
    assert.ok(read.ok)
    assert.deepEqual(read.value, state)
  }
})

type Loose = Record<string, never>
const changed = (change: (whole: Loose) => unknown): string => {
  const whole = JSON.parse(writeState(lived().state)) as Loose
  const other = change(whole)
  return JSON.stringify(other ?? whole)
}

test('QRT-S2 what is malformed is refused with its place, and nothing of it is believed', () => {
  const set = (list: string, index: number, more: object) => (whole: Loose) => {
    Object.assign((whole[list] as unknown as object[])[index] ?? assert.fail(), more)
  }
  const rows: readonly [text: string, place: string][] = [
    ['', ''],
    ['[]', ''],
    ['{"format":2}', 'format'],
    [changed(set('stops', 0, { at: -1 })), 'stops/0'],
    [changed(set('stops', 1, { reasons: [] })), 'stops/1'],
    [changed(set('stops', 1, { client: 'c0' })), 'twice'],
    [changed(set('stops', 1, { closedAt: 7 })), 'stops/1'],
    [changed(set('stops', 2, { by: { kind: 'root', id: 'x' } })), 'stops/2'],
    [changed(set('stops', 2, { reasons: [{ kind: 'advisory' }] })), 'stops/2'],
    [changed(set('requests', 0, { agreed: ['anna', 'bernd'] })), 'requests/0'],
    [changed(set('requests', 0, { does: 'delete' })), 'requests/0'],
    [changed(set('requests', 0, { id: 'x'.repeat(600) })), 'requests/0'],
    [changed(set('alone', 0, { clients: 0.5 })), 'alone/0'],
    [changed((whole) => ({ ...whole, spared: [['c1', [7]]] })), 'spared/0'],
    [changed((whole) => ({ ...whole, stops: 'all' })), 'stops'],
  ]
  for (const [text, place] of rows) {
    const read = readState(text)
    assert.deepEqual([read.ok, read.ok ? '' : read.error], [false, place], text.slice(0, 80))
  }
  fc.assert(fc.property(fc.json(), (text) => !readState(text).ok))
})
