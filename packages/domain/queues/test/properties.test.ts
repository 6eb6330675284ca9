import test from 'node:test'
import fc from 'fast-check'
import { Stream } from './stream.ts'

const number = fc.nat({ max: 999 })

test('QUE-PR1 whatever happens: one agent per caller, the order holds, figures add up', () => {
  fc.assert(
    fc.property(
      number,
      fc.array(fc.tuple(number, number, number, number), { minLength: 40, maxLength: 120 }),
      (seed, events) => {
        const stream = new Stream(seed)
        for (const event of events) stream.happen(event)
        stream.finish()
      },
    ),
    { numRuns: 50 },
  )
})
