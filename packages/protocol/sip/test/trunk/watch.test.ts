// RFC 3261 §11: up and down by OPTIONS.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_WATCH, stepWatch, type WatchOutput } from '@rufwerk/sip/trunk'

const SETTINGS = { intervalS: 60, doubtS: 10, downAfter: 3, upAfter: 2 }

function word(output: WatchOutput): string {
  if (output.type === 'arm') return `+${output.after / 1000}`
  return output.type === 'changed' ? output.state.toUpperCase() : output.type
}

/** What each answer (a status, or 0 for none) brings about. */
function after(answers: readonly number[], settings = SETTINGS, random = 0): readonly string[] {
  let watch = stepWatch(settings, NO_WATCH, { type: 'start' }, random).watch
  return answers.map((status) => {
    const step = stepWatch(
      settings,
      watch,
      status === 0 ? { type: 'failed' } : { type: 'answered', status },
      random,
    )
    watch = stepWatch(settings, step.watch, { type: 'timer' }, random).watch
    return step.out.map(word).join(' ')
  })
}

test('WATCH-1 the first answer is enough for up, whatever it refuses', () => {
  for (const status of [200, 401, 403, 404, 405, 501, 603]) assert.deepEqual(after([status]), ['+60 UP'])
})

test('WATCH-2 silence, 408, 480 and 5xx are misses; so many in a row mean down', () => {
  assert.deepEqual(after([200, 0, 503, 408, 480]), ['+60 UP', '+10', '+10', '+10 DOWN', '+10'])
  assert.deepEqual(after([0, 0, 0, 0]), ['+10', '+10', '+10 DOWN', '+10'])
  assert.deepEqual(after([200, 0, 0, 200, 0, 0]), ['+60 UP', '+10', '+10', '+60', '+10', '+10'])
})

test('WATCH-3 so many answers in a row mean up again', () => {
  assert.deepEqual(after([0, 0, 0, 200, 0, 200, 200]).slice(3), ['+10', '+10', '+10', '+60 UP'])
})

test('WATCH-4 one question at a time', () => {
  const { watch, out } = stepWatch(SETTINGS, NO_WATCH, { type: 'start' }, 0)
  assert.deepEqual(out.map(word), ['ask'])
  assert.deepEqual(stepWatch(SETTINGS, watch, { type: 'start' }, 0).out, [])
  assert.deepEqual(stepWatch(SETTINGS, watch, { type: 'timer' }, 0).out, [])
  const heard = stepWatch(SETTINGS, watch, { type: 'answered', status: 200 }, 0).watch
  assert.deepEqual(stepWatch(SETTINGS, heard, { type: 'answered', status: 200 }, 0).out, [])
  assert.deepEqual(stepWatch(SETTINGS, heard, { type: 'timer' }, 0).out.map(word), ['ask'])
})

test('WATCH-5 stopped, it forgets and does nothing', () => {
  const asking = stepWatch(SETTINGS, NO_WATCH, { type: 'start' }, 0).watch
  const waiting = stepWatch(SETTINGS, asking, { type: 'answered', status: 200 }, 0).watch
  assert.deepEqual(stepWatch(SETTINGS, asking, { type: 'stop' }, 0), { watch: NO_WATCH, out: [] })
  assert.deepEqual(stepWatch(SETTINGS, waiting, { type: 'stop' }, 0).out.map(word), ['disarm'])
  for (const type of ['timer', 'failed', 'stop'] as const)
    assert.deepEqual(stepWatch(SETTINGS, NO_WATCH, { type }, 0), { watch: NO_WATCH, out: [] })
})

test('WATCH-6 intervals are shortened by up to a tenth, and settings held within their range', () => {
  assert.deepEqual(after([200], SETTINGS, 0.999), ['+54.006 UP'])
  assert.deepEqual(after([200, 0], { intervalS: 9e9, doubtS: Number.NaN, downAfter: 0, upAfter: 0 }), [
    '+3600 UP',
    '+5 DOWN',
  ])
})
