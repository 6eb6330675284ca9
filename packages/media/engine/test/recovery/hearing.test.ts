import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, ms } from '@rufwerk/core'
import { Hearing } from '../../src/endpoint/hearing.ts'

const LIMIT = 60_000

function hearing(): { look: (packets: number, isExpected: boolean, at: number) => unknown; of: Hearing } {
  const of = new Hearing(ms(LIMIT))
  return { of, look: (packets, isExpected, at) => of.look(packets, isExpected, instant(at)) }
}

test('HRG-1 who should be heard and is not for the limit is silent, told once, until it is heard', () => {
  const { look, of } = hearing()
  assert.equal(look(5, true, 0), undefined)
  assert.equal(look(5, true, LIMIT - 1), undefined)
  assert.equal(look(5, true, LIMIT), 'silent')
  assert.equal(look(5, true, LIMIT + 500), undefined)
  assert.ok(of.isSilent)
  assert.equal(look(6, true, LIMIT + 1_000), 'heard')
  assert.ok(!of.isSilent)
  assert.equal(look(6, true, 2 * LIMIT + 1_000), 'silent')
})

test('HRG-2 one that never sent counts from when it should have', () => {
  const { look, of } = hearing()
  assert.equal(look(0, true, 1_000), undefined)
  assert.equal(look(0, true, LIMIT + 999), undefined)
  assert.equal(look(0, true, LIMIT + 1_000), 'silent')
  assert.deepEqual([of.heardAt, of.sinceRtp(instant(5))], [undefined, undefined])
})

test('HRG-3 on hold nobody is silent, and the time begins anew afterwards', () => {
  const { look } = hearing()
  look(1, true, 0)
  assert.equal(look(1, false, 50_000), undefined)
  assert.equal(look(1, false, 500_000), undefined)
  assert.equal(look(1, true, 500_500), undefined)
  assert.equal(look(1, true, 500_500 + LIMIT - 1), undefined)
  assert.equal(look(1, true, 500_500 + LIMIT), 'silent')
})

test('HRG-4 the age of the last packet is that of the look that found it', () => {
  const { look, of } = hearing()
  look(3, false, 100)
  look(4, false, 600)
  assert.equal(of.sinceRtp(instant(1_000)), 400)
})
