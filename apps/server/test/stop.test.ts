// The orderly end: who waits for whom, and for how long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { EarlyStop, stopOnce } from '../src/ops/stop.ts'

function scene(callsThatEnd: number) {
  let at = 0
  const done: string[] = []
  const closed = Promise.withResolvers<void>()
  let calls = 1
  const stopping = stopOnce({
    calls: () => {
      at += 500
      if (at >= callsThatEnd) calls = 0
      return calls
    },
    drain: () => void done.push('drain'),
    hangUpAll: () => {
      done.push(`hang up at ${at}`)
      calls = 0
    },
    close: async () => {
      done.push('close')
      closed.resolve()
    },
    log: SILENT_LOG,
    now: () => at,
  })
  return { stopping, done, closed: closed.promise }
}

test('calls that end by themselves are not cut, and the end waits no longer than for them', async () => {
  const { stopping, done, closed } = scene(2_000)
  stopping.begin(60)
  assert.deepEqual(done, ['drain'], 'New calls are refused at once.')
  await closed
  assert.deepEqual(done, ['drain', 'hang up at 2000', 'close'])
})

test('after the time granted the rest is ended', async () => {
  const { stopping, done, closed } = scene(Number.POSITIVE_INFINITY)
  stopping.begin(3)
  await closed
  assert.deepEqual(done, ['drain', 'hang up at 3000', 'close'])
})

test('without drain time calls are ended at once', async () => {
  const { stopping, done, closed } = scene(Number.POSITIVE_INFINITY)
  stopping.begin(0)
  await closed
  assert.deepEqual(done.slice(0, 2), ['drain', 'hang up at 500'])
})

test('a later second signal ends the waiting, one that comes with the first does not', async () => {
  const { stopping, done, closed } = scene(Number.POSITIVE_INFINITY)
  stopping.begin(1_000)
  stopping.begin(1_000)
  await new Promise((resolve) => setTimeout(resolve, 250))
  assert.deepEqual(done, ['drain'])
  stopping.begin(1_000)
  await closed
  assert.equal(done.filter((what) => what === 'drain').length, 1)
})

test('an end asked for before the sockets are open comes once they are, in the shortest time', async () => {
  const { stopping, done, closed } = scene(Number.POSITIVE_INFINITY)
  const early = new EarlyStop()
  early.begin(60)
  early.begin(3)
  early.begin(30)
  assert.deepEqual(done, [], 'Nothing is closed that is still being opened.')
  early.opened(stopping)
  assert.deepEqual(done, ['drain'])
  await closed
  assert.deepEqual(done, ['drain', 'hang up at 3000', 'close'])
})

test('nobody asked before: nothing ends, and who asks later gets it at once', async () => {
  const { stopping, done, closed } = scene(2_000)
  const early = new EarlyStop()
  early.opened(stopping)
  assert.deepEqual(done, [])
  early.begin(60)
  assert.deepEqual(done, ['drain'])
  await closed
})
