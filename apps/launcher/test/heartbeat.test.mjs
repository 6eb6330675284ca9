// A child is given time to start; then three missed beats and not fewer mean that it hangs, told once. One
// that waits for the CPU has longer.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  BEAT_INTERVAL_MS,
  BEATS_MISSED_LATE,
  BEATS_MISSED_MAX,
  Heartbeat,
  LOOK_INTERVAL_MS,
  START_MS_MAX,
  STARVED_MS_MAX,
} from '../heartbeat.mjs'

/** @param {Heartbeat} heartbeat @param {number} most */
function looksUntilDead(heartbeat, most) {
  for (let looks = 1; looks <= most; looks++) if (heartbeat.look()) return looks
  return undefined
}

test('three beats must be missed', () => {
  const heartbeat = new Heartbeat(() => undefined)
  heartbeat.ready()
  for (let beats = 0; beats < 20; beats++) {
    heartbeat.beat()
    for (let looks = 0; looks < BEAT_INTERVAL_MS / LOOK_INTERVAL_MS; looks++)
      assert.equal(heartbeat.look(), false)
  }
  heartbeat.beat()
  const looks = looksUntilDead(heartbeat, 1_000) ?? 0
  assert.ok((looks - 1) * LOOK_INTERVAL_MS >= BEATS_MISSED_MAX * BEAT_INTERVAL_MS, 'not too early')
  assert.ok(looks * LOOK_INTERVAL_MS <= 2_000, 'not too late')
  assert.equal(looksUntilDead(heartbeat, 1_000), undefined, 'once')
})

test('a start may be busy for longer, but not for ever', () => {
  const heartbeat = new Heartbeat(() => undefined)
  for (let looks = 1; looks < START_MS_MAX / LOOK_INTERVAL_MS; looks++) assert.equal(heartbeat.look(), false)
  heartbeat.beat()
  assert.equal(looksUntilDead(heartbeat, 1_000), START_MS_MAX / LOOK_INTERVAL_MS)
})

/**
 * Looks until a ready process is taken for hung when this passes for its first thread between two of them.
 * @param {number} ranMs @param {number} waitedMs
 */
function looksWith(ranMs, waitedMs) {
  const times = { ranMs: 9_000, waitedMs: 70_000 }
  const heartbeat = new Heartbeat(() => ({ ...times }))
  heartbeat.ready()
  for (let looks = 1; looks <= 1_000; looks++) {
    if (heartbeat.look()) return looks
    times.ranMs += ranMs
    times.waitedMs += waitedMs
  }
  return undefined
}

test('one that waits for the CPU may be silent for longer, but not for ever', () => {
  const heartbeat = new Heartbeat(() => undefined)
  heartbeat.ready()
  const looksMax = looksUntilDead(heartbeat, 1_000) ?? 0
  assert.equal(looksWith(0, 0), looksMax, 'stopped')
  assert.equal(looksWith(LOOK_INTERVAL_MS, 0), looksMax, 'a blocked loop')
  assert.equal(looksWith(100, 150), looksMax, 'a blocked loop that shares the CPU')
  assert.equal(looksWith(0, 250), looksMax + STARVED_MS_MAX / LOOK_INTERVAL_MS, 'no CPU at all')
  assert.equal(looksWith(10, 200), looksMax + STARVED_MS_MAX / LOOK_INTERVAL_MS, 'little of it')
})

test('one that waited for the CPU and then stops is not waited for', () => {
  const times = { ranMs: 0, waitedMs: 0 }
  const heartbeat = new Heartbeat(() => ({ ...times }))
  heartbeat.ready()
  heartbeat.look()
  times.waitedMs = 1_000
  const looks = 1 + (looksUntilDead(heartbeat, 1_000) ?? 0)
  assert.ok(looks * LOOK_INTERVAL_MS <= 2_500, `${looks} looks`)
})

test('a beat that comes late ends the patience', () => {
  const times = { ranMs: 0, waitedMs: 0 }
  const heartbeat = new Heartbeat(() => ({ ...times }))
  heartbeat.ready()
  for (let beats = 0; beats < 20; beats++) {
    for (let looks = 0; looks < 12; looks++) {
      assert.equal(heartbeat.look(), false)
      times.waitedMs += LOOK_INTERVAL_MS
    }
    heartbeat.beat()
  }
})

test('late is who has missed some beats, has started, and does not wait for the CPU', () => {
  const looksUntilLate = (/** @type {Heartbeat} */ heartbeat) => {
    for (let looks = 1; looks <= 100; looks++) {
      heartbeat.look()
      if (heartbeat.isLate()) return looks
    }
    return undefined
  }
  const heartbeat = new Heartbeat(() => undefined)
  assert.equal(looksUntilLate(heartbeat), undefined, 'it starts')
  heartbeat.ready()
  const looks = looksUntilLate(heartbeat) ?? 0
  const silentMs = looks * LOOK_INTERVAL_MS
  assert.ok(silentMs - LOOK_INTERVAL_MS >= BEATS_MISSED_LATE * BEAT_INTERVAL_MS, 'not too early')
  assert.ok(silentMs < BEATS_MISSED_MAX * BEAT_INTERVAL_MS, 'in time')
  heartbeat.beat()
  assert.ok(!heartbeat.isLate())
  const times = { ranMs: 0, waitedMs: 0 }
  const starved = new Heartbeat(() => ({ ...times }))
  starved.ready()
  for (let look = 0; look < BEATS_MISSED_MAX * 2; look++) {
    starved.look()
    assert.ok(!starved.isLate(), `look ${look}`)
    times.waitedMs += LOOK_INTERVAL_MS
  }
})
