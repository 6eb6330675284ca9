import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant } from '@rufwerk/core'
import { CATCH_UP_MAX, FRAME, TICK_PHASES } from '../src/limits.ts'
import { type Ticked, Ticker } from '../src/stream/ticker.ts'

class Counter implements Ticked {
  readonly dues: Instant[] = []
  tick(due: Instant): void {
    this.dues.push(due)
  }
}

const noError = (error: unknown) => assert.fail(String(error))

test('TCK-1 every stream ticks once per frame, without drift, however late the timer is', () => {
  const ticker = new Ticker(noError)
  const counter = new Counter()
  ticker.add(counter, instant(1_000.3))
  let now = 1_000.3
  for (let wake = 0; wake < 2_000; wake++) {
    now += 3 + ((wake * 7) % 9)
    ticker.advance(instant(now))
  }
  const expected = (now - 1_000.3) / FRAME
  assert.ok(Math.abs(counter.dues.length - expected) <= 1, `${counter.dues.length} of ${expected}`)
  for (let index = 1; index < counter.dues.length; index++)
    assert.equal((counter.dues[index] as number) - (counter.dues[index - 1] as number), FRAME)
})

test('TCK-2 streams are spread over the phases of a frame', () => {
  const ticker = new Ticker(noError)
  const counters = Array.from({ length: TICK_PHASES * 5 }, () => new Counter())
  for (const counter of counters) ticker.add(counter, instant(0))
  ticker.advance(instant(FRAME / TICK_PHASES))
  assert.equal(counters.filter(({ dues }) => dues.length === 1).length, 5)
  ticker.advance(instant(FRAME))
  assert.ok(counters.every(({ dues }) => dues.length === 1))
})

test('TCK-3 after a long pause old frames are skipped and counted, not caught up', () => {
  const ticker = new Ticker(noError)
  const counter = new Counter()
  ticker.add(counter, instant(0))
  ticker.advance(instant(60_000))
  assert.ok(counter.dues.length <= CATCH_UP_MAX / FRAME + 1)
  assert.ok(ticker.skipped > 1_000)
  assert.ok((ticker.nextAt() ?? 0) > 60_000)
})

test('TCK-4 a stream that fails is taken out and the others go on', () => {
  const failures: unknown[] = []
  const ticker = new Ticker((error) => failures.push(error))
  const counter = new Counter()
  const broken: Ticked = {
    tick: () => {
      throw new Error('broken')
    },
  }
  for (let count = 0; count < TICK_PHASES; count++)
    ticker.add(count === 0 ? broken : new Counter(), instant(0))
  ticker.add(counter, instant(0))
  for (let now = 0; now < 200; now += 5) ticker.advance(instant(now))
  assert.equal(failures.length, 1)
  assert.ok(counter.dues.length >= 9)
  assert.equal(ticker.size(), TICK_PHASES)
})

test('TCK-5 with nothing to do there is nothing to wait for', () => {
  const ticker = new Ticker(noError)
  assert.equal(ticker.nextAt(), undefined)
  const counter = new Counter()
  ticker.add(counter, instant(500))
  ticker.add(counter, instant(500))
  assert.equal(ticker.size(), 1)
  assert.ok((ticker.nextAt() ?? 0) > 500)
  ticker.remove(counter)
  assert.deepEqual([ticker.size(), ticker.nextAt()], [0, undefined])
})
