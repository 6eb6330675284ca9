import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMPTY_CASES, readCases, writeCases } from '../src/index.ts'
import { ADVISORY, ANNA, BERND, CARLAS, House, hash, OUTSIDE, POLICY, SCANNER } from './house.ts'

function lived(): House {
  const house = new House()
  house.reports(CARLAS, [hash(1)], { ownReleases: [hash(1)] })
  house.reports(SCANNER, [hash(1), hash(2)])
  house.act(ANNA, { type: 'assign', owner: 'anna' })
  house.act(POLICY, { type: 'note', words: '<script>alert(1)</script>' })
  house.evidence(ANNA, 'source-review')
  house.proposes(ANNA)
  house.confirms(BERND)
  house.reports(ADVISORY, [hash(3)])
  house.act(ANNA, { type: 'answer', words: 'We look.' }, 'c4')
  house.evidence(ANNA, 'inventory-look', 'c4')
  house.proposes(ANNA, 'not-affected', 'c4')
  const report = { hashes: [], words: '', fileName: 'a.exe', product: 'p', version: '1' }
  house.reports({ kind: 'outside' }, [], { report })
  house.reports(OUTSIDE, [hash(4)])
  house.says({ type: 'tick', at: 1e9 })
  return house
}

test('CAS-S1 what was written is read as it was', () => {
  for (const state of [EMPTY_CASES, lived().state]) {
    const read = readCases(writeCases(state))
    assert.ok(read.ok, JSON.stringify(read))
    assert.deepEqual(read.value, state)
  }
})

type Loose = { cases: Record<string, unknown>[]; late: unknown; format: unknown }

test('CAS-S2 what is malformed is refused with its place, also what one closed, or without evidence', () => {
  const set = (index: number, more: object) => (whole: Loose) => {
    Object.assign(whole.cases[index] ?? assert.fail(), more)
  }
  const status = (more: object) => (whole: Loose) => {
    Object.assign(whole.cases[0]?.status ?? assert.fail(), more)
  }
  const changed = (change: (whole: Loose) => void): string => {
    const whole: Loose = JSON.parse(writeCases(lived().state))
    change(whole)
    return JSON.stringify(whole)
  }
  const rows: readonly [text: string, place: string][] = [
    ['', ''],
    ['[]', ''],
    ['{"format":2}', 'format'],
    [changed(status({ confirmedBy: 'anna' })), 'cases/0'],
    [changed(status({ confirmedBy: 'carla' })), 'cases/0'],
    [changed(status({ verdict: 'removed' })), 'cases/0'],
    [changed(set(0, { evidence: [] })), 'cases/0'],
    [changed(set(0, { oldEvidence: 1 })), 'cases/0'],
    [changed(set(0, { reporters: [] })), 'cases/0'],
    [changed(set(0, { paused: [hash(8)] })), 'cases/0'],
    [changed(set(0, { hashes: ['x'] })), 'cases/0'],
    [changed(set(0, { timeline: [] })), 'cases/0'],
    [changed(set(0, { level: 5 })), 'cases/0'],
    [changed(set(1, { status: { name: 'closed' } })), 'cases/1'],
    [changed(set(1, { clock: { since: 0 } })), 'cases/1'],
    [changed(set(1, { intakes: [] })), 'cases/1'],
    [changed(set(1, { id: 'c1' })), 'twice'],
    [changed(set(1, { hashes: [hash(1)] })), 'twice'],
    [changed((whole) => Object.assign(whole, { late: { answer: -1 } })), 'late'],
  ]
  for (const [text, place] of rows) {
    const read = readCases(text)
    assert.deepEqual([read.ok, read.ok ? '' : read.error], [false, place], text.slice(0, 300))
  }
  fc.assert(fc.property(fc.json(), (text) => !readCases(text).ok))
})
