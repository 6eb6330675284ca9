import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LegId, wallTime } from '@rufwerk/core'
import { askConsent, type ConsentInput, type ConsentStep, stepConsent } from '@rufwerk/recordings'
import fc from 'fast-check'

const A = 'A' as LegId
const B = 'B' as LegId
const AT = wallTime(1_790_000_000_000)
const key = (leg: LegId, pressed: string): ConsentInput => ({ type: 'key', leg, key: pressed })
const played = (leg: LegId): ConsentInput => ({ type: 'played', leg })

function run(legs: readonly LegId[], ...inputs: readonly ConsentInput[]): ConsentStep {
  let step = askConsent(legs)
  for (const input of inputs) if (step.is === 'asking') step = stepConsent(step.state, input, AT)
  return step
}

const said = (step: ConsentStep): string =>
  step.is === 'asking' ? `asking ${step.wait ?? ''}` : step.is === 'agreed' ? 'agreed' : step.why

const rows: readonly [string, readonly LegId[], readonly ConsentInput[], string][] = [
  ['RCC-1 the key 1 after the question', [A], [played(A), key(A, '1')], 'agreed'],
  ['RCC-1 the key 1 while it is played', [A], [key(A, '1')], 'agreed'],
  ['RCC-1 all who are asked', [A, B], [key(A, '1'), played(B), key(B, '1')], 'agreed'],
  ['RCC-1 one of two is not enough', [A, B], [key(A, '1')], 'asking '],
  ['RCC-2 another key', [A], [played(A), key(A, '2')], 'key'],
  ['RCC-2 another key of one after the yes of the other', [A, B], [key(A, '1'), key(B, '#')], 'key'],
  ['RCC-3 the question may take its time', [A], [], 'asking 30000'],
  ['RCC-3 then a key is waited for', [A], [played(A)], 'asking 8000'],
  ['RCC-3 silence', [A], [played(A), { type: 'timeOut' }], 'silence'],
  ['RCC-3 silence of one of two', [A, B], [played(A), key(A, '1'), { type: 'timeOut' }], 'silence'],
  ['RCC-4 no prompt', [A], [{ type: 'notPlayed', leg: A }], 'no-prompt'],
  ['RCC-5 something disturbs', [A], [{ type: 'disturbed' }], 'disturbed'],
  ['RCC-5 nobody to ask', [], [], 'disturbed'],
  ['RCC-6 the key of somebody else', [A], [key(B, '1'), played(B)], 'asking '],
  ['RCC-6 a second key', [A, B], [key(A, '1'), key(A, '2')], 'asking '],
]
for (const [name, legs, inputs, expected] of rows)
  test(name, () => assert.equal(said(run(legs, ...inputs)), expected))

test('RCC-7 nothing leads to yes but the key 1 of everybody who is asked', () => {
  const leg = fc.constantFrom(A, B)
  const input: fc.Arbitrary<ConsentInput> = fc.oneof(
    fc.record({ type: fc.constant('key' as const), leg, key: fc.constantFrom('1', '2', '*', '11', '') }),
    fc.record({ type: fc.constantFrom('played' as const, 'notPlayed' as const), leg }),
    fc.record({ type: fc.constantFrom('timeOut' as const, 'disturbed' as const) }),
  )
  fc.assert(
    fc.property(fc.subarray([A, B]), fc.array(input, { maxLength: 8 }), (legs, inputs) => {
      const step = run(legs, ...inputs)
      if (step.is !== 'agreed') return
      assert.deepEqual(step.agreed.map((one) => one.leg).toSorted(), [...legs].toSorted())
      for (const agreement of step.agreed) {
        assert.deepEqual([agreement.key, agreement.at], ['1', AT])
        assert.ok(inputs.some((one) => one.type === 'key' && one.leg === agreement.leg && one.key === '1'))
      }
    }),
    { numRuns: 300 },
  )
})
