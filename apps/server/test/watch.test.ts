// What becomes an alarm, when it is over, and what the log says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, type LogFields, SILENT_LOG, wallTime } from '@rufwerk/core'
import { Alarms } from '../src/ops/alarms.ts'
import { ClockWatch } from '../src/ops/clock-watch.ts'
import { type Observation, Watch } from '../src/ops/watch.ts'

const WALL = 1_790_000_000_000

/** Looks with everything in order, save what is said. */
function lookingAt(watch: Watch, at: number, change: Partial<Observation> = {}): string[] {
  const findings = watch.look({
    now: instant(at),
    wallTime: wallTime(WALL + at),
    certificates: [],
    store: {},
    media: { isAttached: true, restarts: 0 },
    wrongPasswords: 0,
    dialPlans: [],
    ...change,
  })
  return findings.map(({ kind, values }) => [kind, ...Object.values(values)].join(' '))
}

const newWatch = (): Watch => new Watch(instant(0), wallTime(WALL))

test('in order: nothing', () => {
  assert.deepEqual(lookingAt(newWatch(), 5_000), [])
})

test('a clock that is set forward or back is told for a day; lateness of the look is no jump', () => {
  const watch = newWatch()
  assert.deepEqual(lookingAt(watch, 60_000), [])
  assert.deepEqual(lookingAt(watch, 65_000, { wallTime: wallTime(WALL + 65_000 + 3_600_000) }), [
    'clock-jumped 3600',
  ])
  assert.deepEqual(lookingAt(watch, 70_000, { wallTime: wallTime(WALL + 70_000) }), ['clock-jumped -3600'])
  assert.equal(watch.clockJumps, 2)
  assert.deepEqual(lookingAt(watch, 70_000 + 24 * 3_600_000), ['clock-jumped -3600'])
  assert.deepEqual(lookingAt(watch, 70_001 + 24 * 3_600_000), [])
})

test('a small adjustment of the clock is nobody’s business', () => {
  const clock = new ClockWatch(instant(0), wallTime(WALL))
  assert.equal(clock.look(instant(1_000), wallTime(WALL + 2_500)), undefined)
  assert.equal(clock.look(instant(2_000), wallTime(WALL + 1_400)), -2_100)
  assert.equal(clock.jumps, 1)
})

test('the disk: nearly full, full, and a database that cannot be written', () => {
  const watch = newWatch()
  const free = (megabytes: number) => ({ diskFreeBytes: megabytes * 1024 * 1024 })
  assert.deepEqual(lookingAt(watch, 1, free(501)), [])
  assert.deepEqual(lookingAt(watch, 2, free(499)), ['disk-low 499'])
  assert.deepEqual(lookingAt(watch, 3, free(15)), ['disk-full'])
  assert.deepEqual(lookingAt(watch, 4, { store: { fault: 'disk-full' } }), ['disk-full'])
  assert.deepEqual(lookingAt(watch, 5, { store: { fault: 'failed' }, ...free(499) }), ['store-failing'])
})

test('media: missing while it is, restarted for an hour', () => {
  const watch = newWatch()
  assert.deepEqual(lookingAt(watch, 0, { media: { isAttached: false, restarts: 0 } }), ['media-missing'])
  const media = { isAttached: true, restarts: 2 }
  assert.deepEqual(lookingAt(watch, 10, { media }), ['media-restarted 2'])
  assert.deepEqual(lookingAt(watch, 3_600_009, { media }), ['media-restarted 2'])
  assert.deepEqual(lookingAt(watch, 3_600_010, { media }), [])
})

test('wrong passwords: more than thirty within ten minutes', () => {
  const watch = newWatch()
  assert.deepEqual(lookingAt(watch, 0, { wrongPasswords: 30 }), [])
  assert.deepEqual(lookingAt(watch, 5_000, { wrongPasswords: 31 }), ['wrong-passwords 31'])
  assert.deepEqual(lookingAt(watch, 600_000, { wrongPasswords: 31 }), [])
})

test('certificates: what the store of certificates says', () => {
  const expiring = (what: 'certificate' | 'local-authority', level: 30 | 0) =>
    ({ type: 'expiring', what, level, daysLeft: level, notAfter: wallTime(WALL), message: 'm' }) as const
  const error = { code: 'expired', message: 'old file' } as const
  const findings = newWatch().look({
    ...{ now: instant(1), wallTime: wallTime(WALL + 1), store: {}, wrongPasswords: 0, dialPlans: [] },
    media: { isAttached: true, restarts: 0 },
    certificates: [
      expiring('certificate', 0),
      expiring('local-authority', 30),
      { type: 'not-renewed', error, message: 'old file' },
    ],
  })
  assert.deepEqual(
    findings.map(({ kind, severity }) => `${severity} ${kind}`),
    ['problem certificate-expiring', 'warning authority-expiring', 'warning certificate-not-renewed'],
  )
})

test('a stored dial plan that cannot be read, or that has mistakes by now', () => {
  const trouble = (kind: 'unreadable' | 'wrong') => [{ kind, version: 7, used: 6, problems: [] }]
  assert.deepEqual(lookingAt(newWatch(), 1, { dialPlans: trouble('unreadable') }), [
    'dial-plan-unreadable 7 6',
  ])
  assert.deepEqual(lookingAt(newWatch(), 1, { dialPlans: trouble('wrong') }), ['dial-plan-wrong 7 0'])
})

test('an alarm is logged when it begins and when it ends, and keeps its beginning', () => {
  const lines: string[] = []
  const say = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push(`${level} ${message} ${fields?.kind}`)
  const log = { ...SILENT_LOG, info: say('info'), warn: say('warn'), error: say('error') }
  let now = 1
  const alarms = new Alarms(log, () => wallTime(now))
  const low = { kind: 'disk-low', severity: 'warning', values: { megabytes: 9 }, message: 'm' } as const
  const missing = { kind: 'media-missing', severity: 'problem', values: {}, message: 'm' } as const
  alarms.report([low])
  now = 2
  alarms.report([{ ...low, values: { megabytes: 8 } }, missing])
  assert.deepEqual(
    alarms.standing().map(({ kind, since, values }) => [kind, since, values]),
    [
      ['media-missing', 2, {}],
      ['disk-low', 1, { megabytes: 8 }],
    ],
  )
  alarms.report([])
  assert.equal(alarms.size(), 0)
  assert.deepEqual(lines, [
    'warn alarm disk-low',
    'error alarm media-missing',
    'info alarm over disk-low',
    'info alarm over media-missing',
  ])
})
