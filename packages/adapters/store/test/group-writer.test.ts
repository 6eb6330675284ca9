import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import {
  GROUP_MS,
  type GroupClock,
  GroupWriter,
  LINGER_MS,
  OVERLOAD_MS,
  OVERLOAD_ROWS,
  STANDING_MS,
} from '../src/group-writer.ts'
import { type Batch, HOT, UNIT } from '../src/worker/messages.ts'

interface Bench {
  readonly writer: GroupWriter
  readonly posted: Batch[]
}

/** Lives by the timers of `withTimers`. */
const CLOCK: GroupClock = {
  now: () => Date.now(),
  arm: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

function newBench(): Bench {
  const posted: Batch[] = []
  return { posted, writer: new GroupWriter((batch) => posted.push(batch), SILENT_LOG, CLOCK) }
}

const row = (slot: number) => [HOT.removeLeg, slot]
const units = (batch: Batch | undefined) => (batch ?? []).filter((cell) => cell === UNIT).length

function withTimers(run: () => Promise<void>): () => Promise<void> {
  return async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    try {
      await run()
    } finally {
      mock.timers.reset()
    }
  }
}

test(
  'collects from when somebody waits, then one batch at a time',
  withTimers(async () => {
    const { writer, posted } = newBench()
    writer.keep(1, row(1))
    void writer.committed()
    writer.keep(1, row(2))
    mock.timers.tick(GROUP_MS - 1)
    assert.equal(posted.length, 0)
    mock.timers.tick(1)
    assert.deepEqual(posted, [[UNIT, ...row(1), UNIT, ...row(2)]])
    writer.keep(1, row(3))
    void writer.committed()
    mock.timers.tick(100)
    assert.equal(posted.length, 1, 'The first is still under way.')
    writer.answered({ type: 'committed' })
    mock.timers.tick(0)
    assert.deepEqual(posted[1], [UNIT, ...row(3)])
    writer.answered({ type: 'committed' })
    assert.equal(writer.figures().rowsCommitted, 3)
    assert.equal(writer.figures().rowsWaiting, 0)
  }),
)

test(
  'what nobody waits for, or patiently, lingers for others',
  withTimers(async () => {
    const { writer, posted } = newBench()
    writer.keep(1, row(1))
    const patient = writer.committed('patient')
    mock.timers.tick(LINGER_MS - 1)
    assert.equal(posted.length, 0)
    mock.timers.tick(1)
    assert.equal(posted.length, 1)
    writer.answered({ type: 'committed' })
    assert.equal(await patient, true)

    writer.keep(1, row(2))
    mock.timers.tick(LINGER_MS - GROUP_MS)
    const hasty = writer.once(1, row(3))
    mock.timers.tick(GROUP_MS)
    assert.deepEqual(posted[1], [UNIT, ...row(2), UNIT, ...row(3)])
    writer.answered({ type: 'committed' })
    assert.equal(await hasty, 'written')

    writer.keep(1, row(4))
    mock.timers.tick(LINGER_MS - 1)
    void writer.committed()
    mock.timers.tick(1)
    assert.equal(posted.length, 3, 'It does not linger longer because somebody began to wait.')
  }),
)

test(
  'somebody who waits for a batch under way does not hurry the next one',
  withTimers(async () => {
    const { writer, posted } = newBench()
    writer.keep(1, row(1))
    mock.timers.tick(LINGER_MS)
    const first = writer.committed()
    writer.keep(1, row(2))
    writer.answered({ type: 'committed' })
    assert.equal(await first, true)
    mock.timers.tick(LINGER_MS - 1)
    assert.equal(posted.length, 1)
    mock.timers.tick(1)
    assert.equal(posted.length, 2)
  }),
)

test(
  'committed waits for what was handed over before, not for later writes',
  withTimers(async () => {
    const { writer, posted } = newBench()
    assert.equal(await writer.committed(), true)
    writer.keep(1, row(1))
    const first = writer.committed()
    mock.timers.tick(GROUP_MS)
    writer.keep(1, row(2))
    let isSecond = false
    const second = writer.committed().then((answer) => {
      isSecond = answer
    })
    writer.answered({ type: 'committed' })
    assert.equal(await first, true)
    assert.equal(isSecond, false)
    mock.timers.tick(GROUP_MS)
    assert.equal(posted.length, 2)
    writer.answered({ type: 'committed' })
    await second
    assert.equal(isSecond, true)
  }),
)

test(
  'after a failure kept rows are tried again in their order; the others are told at once',
  withTimers(async () => {
    const { writer, posted } = newBench()
    writer.keep(1, row(1))
    const once = writer.once(1, row(2))
    writer.keep(1, row(3))
    const committed = writer.committed()
    mock.timers.tick(GROUP_MS)
    writer.answered({ type: 'failed', fault: 'disk-full', why: 'full' })
    assert.equal(await once, 'failed')
    assert.equal(await committed, false)
    assert.equal(writer.isOverloaded(), true)
    writer.keep(1, row(4))
    mock.timers.tick(1_000)
    assert.deepEqual(posted[1], [UNIT, ...row(1), UNIT, ...row(3), UNIT, ...row(4)])
    writer.answered({ type: 'committed' })
    assert.equal(writer.isOverloaded(), false)
    assert.equal(await writer.committed(), true)
  }),
)

test(
  'after a failure with nothing left to try again the next write finds out how it is',
  withTimers(async () => {
    const { writer, posted } = newBench()
    const once = writer.once(1, row(1))
    mock.timers.tick(GROUP_MS)
    writer.answered({ type: 'failed', fault: 'disk-full', why: 'full' })
    assert.equal(await once, 'failed')
    assert.equal(writer.isOverloaded(), false)
    writer.keep(1, row(2))
    const committed = writer.committed()
    mock.timers.tick(GROUP_MS)
    writer.answered({ type: 'failed', fault: 'disk-full', why: 'full' })
    assert.equal(await committed, false)
    assert.equal(writer.isOverloaded(), true, 'This one is tried again.')
    mock.timers.tick(1_000)
    assert.equal(posted.length, 3)
    writer.answered({ type: 'committed' })
    assert.equal(writer.isOverloaded(), false)
  }),
)

test(
  'large queues are cut into batches of bounded size, never inside a unit',
  withTimers(async () => {
    const { writer, posted } = newBench()
    for (let at = 0; at < 700; at += 1) writer.keep(3, [...row(at), ...row(at), ...row(at)])
    mock.timers.tick(LINGER_MS)
    assert.equal(units(posted[0]), 666)
    writer.answered({ type: 'committed' })
    mock.timers.tick(0)
    assert.equal(units(posted[1]), 34)
  }),
)

test(
  'a long queue is an overload; beyond the limit rows are lost, counted and not acknowledged',
  withTimers(async () => {
    const { writer } = newBench()
    for (let at = 0; at <= OVERLOAD_ROWS; at += 1) {
      assert.equal(writer.isOverloaded(), false)
      writer.keep(1, row(at))
    }
    assert.equal(writer.isOverloaded(), true)
    for (let at = 0; at < 60_000; at += 1) writer.keep(1, row(at))
    assert.equal(writer.figures().rowsWaiting, 50_000)
    assert.ok(writer.figures().rowsLost > 0)
    assert.equal(await writer.committed(), false)
    assert.equal(await writer.once(1, row(1)), 'failed')
  }),
)

/** A writer with a clock that is set by hand; a batch is sent as soon as it may be. */
function newClocked(): { readonly writer: GroupWriter; pass(ms: number): void } {
  let now = 0
  let timers: (() => void)[] = []
  const arm = (_delayMs: number, callback: () => void) => {
    timers.push(callback)
    return { [Symbol.dispose]: () => undefined }
  }
  const pass = (ms: number) => {
    now += ms
    const due = timers
    timers = []
    for (const callback of due) callback()
  }
  return { writer: new GroupWriter(() => undefined, SILENT_LOG, { now: () => now, arm }), pass }
}

test('a disk that is slow for longer than a second is an overload until it has caught up', () => {
  const { writer, pass } = newClocked()
  writer.keep(1, row(1))
  pass(OVERLOAD_MS + 1)
  assert.equal(writer.isOverloaded(), false)
  writer.keep(1, row(2))
  pass(STANDING_MS)
  assert.equal(writer.isOverloaded(), true)
  writer.answered({ type: 'committed' })
  assert.equal(writer.isOverloaded(), true, 'The next one waits as long.')
  pass(1)
  writer.answered({ type: 'committed' })
  assert.equal(writer.isOverloaded(), false)
})

test('writes that take long now and then are no overload', () => {
  const { writer, pass } = newClocked()
  for (let second = 0; second < 10; second += 1) {
    writer.keep(1, row(1))
    pass(OVERLOAD_MS * 3)
    assert.equal(writer.isOverloaded(), false)
    writer.answered({ type: 'committed' })
    pass(1)
    assert.equal(writer.isOverloaded(), false)
  }
})

test('writes that each take long are one, also where nobody asks in between', () => {
  const { writer, pass } = newClocked()
  writer.keep(1, row(1))
  pass(1)
  for (let count = 0; count < 5; count += 1) {
    writer.keep(1, row(1))
    pass(OVERLOAD_MS + 50)
    writer.answered({ type: 'committed' })
    pass(0)
  }
  assert.equal(writer.isOverloaded(), true)
})

test('a process that stood still for two seconds is none: the answer comes with the next turn', () => {
  const { writer, pass } = newClocked()
  writer.keep(1, row(1))
  pass(1)
  pass(2 * STANDING_MS)
  for (let request = 0; request < 100; request += 1) assert.equal(writer.isOverloaded(), false)
  writer.answered({ type: 'committed' })
  assert.equal(writer.isOverloaded(), false)
})

test(
  'a refused unit is told to who asked; what waits for it is not acknowledged',
  withTimers(async () => {
    const { writer } = newBench()
    const outcome = writer.transaction([{ sql: 'x', parameters: [] }])
    writer.keep(1, row(1))
    const committed = writer.committed()
    mock.timers.tick(GROUP_MS)
    writer.answered({ type: 'committed', outcomes: ['conflict', 'wrong'], why: 'test' })
    assert.equal(await outcome, 'conflict')
    assert.equal(await committed, false)
    assert.equal(writer.figures().rowsLost, 1)
    assert.equal(await writer.committed(), true)
  }),
)

test(
  'when the worker is gone everybody gets an answer',
  withTimers(async () => {
    const { writer } = newBench()
    const once = writer.once(1, row(1))
    const committed = writer.committed()
    writer.die()
    assert.equal(await once, 'failed')
    assert.equal(await committed, false)
    assert.equal(await writer.committed(), false)
    assert.equal(writer.isOverloaded(), true)
  }),
)
