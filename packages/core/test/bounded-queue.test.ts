import assert from 'node:assert/strict'
import test from 'node:test'
import { BoundedQueue } from '@rufwerk/core'
import fc from 'fast-check'

test('full is an answer, and nothing is lost', () => {
  const queue = new BoundedQueue<number>(2)
  assert.deepEqual([queue.offer(1), queue.offer(2), queue.offer(3)], [true, true, false])
  assert.deepEqual([queue.take(), queue.take(), queue.take()], [1, 2, undefined])
})

test('the oldest can be looked at without taking it', () => {
  const queue = new BoundedQueue<number>(2)
  assert.equal(queue.peek(), undefined)
  queue.offer(1)
  queue.offer(2)
  assert.deepEqual(
    [queue.peek(), queue.take(), queue.peek(), queue.take(), queue.peek()],
    [1, 1, 2, 2, undefined],
  )
})

test('drain empties it in order', () => {
  const queue = new BoundedQueue<number>(5)
  for (const item of [1, 2, 3]) queue.offer(item)
  queue.take()
  assert.deepEqual(queue.drain(), [2, 3])
  assert.equal(queue.size, 0)
})

test('a capacity that is no positive integer is a mistake', () => {
  assert.throws(() => new BoundedQueue(0))
  assert.throws(() => new BoundedQueue(1.5))
})

test('it behaves like an array with a limit, whatever is done', () => {
  const action = fc.oneof(
    fc.integer().map((item) => ({ item })),
    fc.constant('take' as const),
  )
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 400 }),
      fc.integer({ min: 1, max: 200 }),
      (actions, capacity) => {
        const queue = new BoundedQueue<number>(capacity)
        const model: number[] = []
        for (const one of actions) {
          if (one === 'take') assert.equal(queue.take(), model.shift())
          else if (queue.offer(one.item)) model.push(one.item)
          else assert.equal(model.length, capacity)
          assert.equal(queue.size, model.length)
        }
      },
    ),
    { numRuns: 200 },
  )
})
