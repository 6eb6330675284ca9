import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { ms } from '@rufwerk/core'
import { TimerWheel } from '../src/index.ts'

/** A wheel whose clock and setTimeout only move when the test says so. */
function mockedWheel(run: (wheel: TimerWheel, pass: (millis: number) => void) => void): void {
  mock.timers.enable({ apis: ['setTimeout'] })
  let now = 1000.5
  const errors: unknown[] = []
  const wheel = new TimerWheel({ now: () => now, onError: (error) => errors.push(error) })
  try {
    run(wheel, (millis) => {
      for (let passed = 0; passed < millis; passed += 1) {
        now += 1
        mock.timers.tick(1)
      }
    })
  } finally {
    wheel.close()
    mock.timers.reset()
  }
}

test('timers fire in order, never early and at most one slot late, those of seconds 64 ms', () => {
  mockedWheel((wheel, pass) => {
    const fired: [number, number][] = []
    const start = wheel.now()
    for (const delay of [500, 0, 3, 32_000, 100, 8, 33_000, 70_000, 32_768, 3_999]) {
      wheel.arm(ms(delay), () => fired.push([delay, wheel.now() - start]))
    }
    pass(71_000)
    assert.deepEqual(
      fired.map(([delay]) => delay),
      [0, 3, 8, 100, 500, 3_999, 32_000, 32_768, 33_000, 70_000],
    )
    for (const [delay, at] of fired) {
      const late = delay < 4000 ? 6 : 66
      assert.ok(at >= delay && at <= delay + late, `${delay} fired at ${at}`)
    }
    assert.equal(wheel.size(), 0)
  })
})

test('timers of seconds that were armed one after the other run off together', () => {
  mockedWheel((wheel, pass) => {
    const moments = new Set<number>()
    for (let armed = 0; armed < 256; armed += 1) {
      wheel.arm(ms(32_000), () => moments.add(wheel.now()))
      pass(1)
    }
    pass(33_000)
    assert.ok(moments.size <= 5, `${moments.size} moments`) // 256 ms in slots of 64.
  })
})

test('a disposed timer does not fire, and disposing twice or after firing does nothing', () => {
  mockedWheel((wheel, pass) => {
    let count = 0
    const kept = wheel.arm(ms(10), () => {
      count += 1
    })
    const dropped = wheel.arm(ms(10), () => {
      count += 100
    })
    const far = wheel.arm(ms(3_600_000), () => {
      count += 1000
    })
    for (const timer of [dropped, dropped, far]) timer[Symbol.dispose]()
    assert.equal(wheel.size(), 1)
    pass(50)
    kept[Symbol.dispose]()
    assert.equal(count, 1)
    assert.equal(wheel.size(), 0)
  })
})

test('a timer armed by a callback fires later, also with delay zero', () => {
  mockedWheel((wheel, pass) => {
    let count = 0
    const again = (): void => {
      count += 1
      if (count < 5) wheel.arm(ms(0), again)
    }
    wheel.arm(ms(0), again)
    pass(40)
    assert.equal(count, 5)
  })
})

test('a callback that throws does not keep the others from firing', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  const errors: unknown[] = []
  const wheel = new TimerWheel({ now: () => now, onError: (error) => errors.push(error) })
  let hasFired = false
  wheel.arm(ms(4), () => {
    throw new Error('bug')
  })
  wheel.arm(ms(4), () => {
    hasFired = true
  })
  now = 20
  mock.timers.tick(20)
  mock.timers.reset()
  assert.equal(errors.length, 1)
  assert.equal(hasFired, true)
})

test('timers armed after a long time without any, or while only far ones wait, are on time', () => {
  mockedWheel((wheel, pass) => {
    const fired: string[] = []
    pass(100_000)
    wheel.arm(ms(20), () => fired.push('after idle'))
    pass(30)
    wheel.arm(ms(200_000), () => fired.push('far'))
    pass(60_000)
    wheel.arm(ms(10), () => fired.push('near'))
    pass(20)
    assert.deepEqual(fired, ['after idle', 'near'])
    pass(140_070)
    assert.deepEqual(fired, ['after idle', 'near', 'far'])
  })
})

test('the wheel works on the real clock with 20,000 timers, half of them disposed', async () => {
  const wheel = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  let fired = 0
  const timers: Disposable[] = []
  for (let index = 0; index < 20_000; index += 1) {
    timers.push(
      wheel.arm(ms(index % 100), () => {
        fired += 1
      }),
    )
  }
  for (let index = 0; index < 20_000; index += 2) timers[index]?.[Symbol.dispose]()
  const { promise, resolve } = Promise.withResolvers<void>()
  wheel.arm(ms(130), resolve)
  await promise
  assert.equal(fired, 10_000)
  assert.equal(wheel.size(), 0)
})
