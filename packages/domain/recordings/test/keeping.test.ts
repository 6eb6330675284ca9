import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type LegId, type PersonId, type RecordingId, wallTime } from '@rufwerk/core'
import {
  type AccessAct,
  type CallRecording,
  continued,
  describeTalk,
  isExpired,
  keptUntil,
  mayAccess,
  QUESTIONS,
  visibleTo,
  whoAgreed,
} from '@rufwerk/recordings'

const person = (name: string) => name as PersonId
const DAY = 86_400_000
const T0 = wallTime(1_790_000_000_000)
const purpose = { id: 'q', name: 'Qualität', keepDays: 30 }
const hold = { by: person('admin'), at: T0, reason: 'Rechtsstreit 12' }

test('RCT-1 a recording is kept for the days of its purpose', () => {
  const recording = { startedAt: T0, purpose }
  assert.equal(keptUntil(recording), T0 + 30 * DAY)
  assert.equal(isExpired(recording, wallTime(T0 + 30 * DAY - 1)), false)
  assert.equal(isExpired(recording, wallTime(T0 + 30 * DAY)), true)
})

test('RCT-2 what is held is kept, and deleted by nobody', () => {
  assert.equal(isExpired({ startedAt: T0, purpose, hold }, wallTime(T0 + 9_999 * DAY)), false)
  const admin = { person: person('admin'), isAdmin: true }
  const recording = { people: [person('anna')], lengthMs: 1, hold }
  const verdict = mayAccess(admin, recording, { supervisors: [] }, 'delete', 'auf Wunsch')
  assert.deepEqual(verdict, { may: false, why: 'held' })
  assert.ok(mayAccess(admin, recording, { supervisors: [] }, 'release', 'beendet').may)
})

const supervisors = [{ person: person('susi'), people: [person('anna')], queues: ['orders'] }]
const ANNAS = { people: [person('anna')], lengthMs: 5_000 }
const OTHERS = { people: [person('bernd')], queue: 'sales', lengthMs: 5_000 }
const QUEUES = { people: [person('bernd')], queue: 'orders', lengthMs: 5_000 }
const REASON = 'Beschwerde vom 3. Mai'

const rows: readonly [string, string, object, AccessAct, string, string][] = [
  ['RCA-1 own', 'anna', ANNAS, 'play', '', 'own'],
  ['RCA-1 own, downloaded', 'anna', ANNAS, 'download', '', 'own'],
  ['RCA-1 own, proved', 'anna', ANNAS, 'evidence', '', 'own'],
  ['RCA-1 own, not deleted', 'anna', ANNAS, 'delete', REASON, 'unknown'],
  ['RCA-2 of one of theirs', 'susi', ANNAS, 'play', '', 'supervisor'],
  ['RCA-2 of a queue of theirs', 'susi', QUEUES, 'play', '', 'supervisor'],
  ['RCA-2 of nobody of theirs', 'susi', OTHERS, 'play', '', 'unknown'],
  ['RCA-2 not downloaded', 'susi', ANNAS, 'download', REASON, 'unknown'],
  ['RCA-3 without a reason', 'admin', ANNAS, 'play', '', 'reason-needed'],
  ['RCA-3 with too little of one', 'admin', ANNAS, 'play', ' ok  ', 'reason-needed'],
  ['RCA-3 with a reason', 'admin', ANNAS, 'play', REASON, 'admin'],
  ['RCA-3 deletes', 'admin', OTHERS, 'delete', REASON, 'admin'],
  ['RCA-3 holds', 'admin', OTHERS, 'hold', REASON, 'admin'],
  ['RCA-4 a colleague', 'bernd', ANNAS, 'play', REASON, 'unknown'],
  ['RCA-4 a colleague holds nothing', 'bernd', ANNAS, 'hold', REASON, 'unknown'],
  ['RCA-5 what goes on is not heard', 'anna', { people: [person('anna')] }, 'play', '', 'goes-on'],
  ['RCA-5 what goes on is proved', 'anna', { people: [person('anna')] }, 'evidence', '', 'own'],
]
for (const [name, who, recording, act, reason, expected] of rows)
  test(name, () => {
    const viewer = { person: person(who), isAdmin: who === 'admin' }
    const given = recording as typeof ANNAS
    const verdict = mayAccess(viewer, given, { supervisors }, act as 'play', reason)
    assert.equal(verdict.may ? verdict.ground : verdict.why, expected)
  })

test('RCA-2 RCA-4 a list shows what may be heard without a reason', () => {
  const seen = (name: string) => visibleTo({ person: person(name), isAdmin: false }, { supervisors })
  assert.deepEqual(seen('susi'), { people: ['susi', 'anna'], queues: ['orders'] })
  assert.deepEqual(seen('bernd'), { people: ['bernd'], queues: [] })
})

test('RCE-1 evidence names who agreed, as they are known', () => {
  const leg = 'A' as LegId
  const outside = { kind: 'outside', leg, trunk: 'main', number: '+4940123' } as const
  assert.deepEqual(whoAgreed(outside), { trunk: 'main', number: '+4940123' })
  assert.deepEqual(whoAgreed({ kind: 'outside', leg, trunk: 'main' }), { trunk: 'main' })
  const inside = { kind: 'inside', leg: 'B' as LegId, person: person('anna') } as const
  assert.deepEqual(whoAgreed(inside), { person: 'anna' })
  const talk = { caller: outside, callee: inside, queue: 'orders', isEmergency: false }
  assert.deepEqual(describeTalk(talk), {
    ...{ direction: 'in', people: ['anna'], numbers: ['+4940123'], queue: 'orders', trunk: 'main' },
  })
})

/** A new wording is a new line with a new version. */
const KNOWN_WORDINGS = [
  ['de-1', '876d75a3ba81'],
  ['en-1', '39a2222d9db8'],
]

test('RCE-2 the wordings of a version never change', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)
  const known = Object.values(QUESTIONS).map(({ version, wording, noticeWording }) => [
    version,
    digest(`${wording}\n${noticeWording}`),
  ])
  assert.deepEqual(known, KNOWN_WORDINGS)
  for (const { wording } of Object.values(QUESTIONS)) assert.match(wording, /\b(Eins|one)\b/)
})

test('RCE-3 one that goes on has the evidence of the one before, names it, and has no hold', () => {
  const [first, second] = ['r1', 'r2'] as RecordingId[]
  assert.ok(first && second)
  const broke = { recording: first, startedAt: T0, purpose, hold, evidence: [], lengthMs: 5_000 }
  const next = continued(broke as unknown as CallRecording, second, wallTime(T0 + 8_000))
  assert.deepEqual(next, {
    ...{ recording: second, startedAt: T0 + 8_000, purpose, evidence: [] },
    continues: { recording: first, brokeAt: T0 + 5_000 },
  })
  assert.equal(keptUntil(next), T0 + 8_000 + 30 * DAY)
  const silent = continued({ ...next, lengthMs: 0 }, 'r3' as RecordingId, wallTime(T0 + 9_000))
  assert.deepEqual(silent.continues, next.continues, 'where nothing was written nothing is named')
})
