// A child is given time to start; then three missed beats and not fewer mean that it hangs, told once.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  BEAT_INTERVAL_MS,
  BEATS_MISSED_MAX,
  Heartbeat,
  LOOK_INTERVAL_MS,
  START_MS_MAX,
} from '../heartbeat.mjs'

/** @param {Heartbeat} heartbeat @param {number} most */
function looksUntilDead(heartbeat, most) {
  for (let looks = 1; looks <= most; looks++) if (heartbeat.look()) return looks
  return undefined
}

test('three beats must be missed', () => {
  const heartbeat = new Heartbeat()
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
  const heartbeat = new Heartbeat()
  for (let looks = 1; looks < START_MS_MAX / LOOK_INTERVAL_MS; looks++) assert.equal(heartbeat.look(), false)
  heartbeat.beat()
  assert.equal(looksUntilDead(heartbeat, 1_000), START_MS_MAX / LOOK_INTERVAL_MS)
})
