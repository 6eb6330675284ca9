import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallId, type Instant, instant, ms } from '@rufwerk/core'
import { Custody, type Kept } from '../../src/custody.ts'

const LIMITS = { noRtpMax: ms(60_000), unclaimedMax: ms(30_000), unattendedMax: ms(3_600_000) }

interface Named extends Kept {
  readonly name: string
  heardAt: Instant | undefined
}

function kept(name: string, call: string, custody: Custody, heardAt?: number): Named {
  const at = heardAt === undefined ? undefined : instant(heardAt)
  return { name, identity: { call: call as CallId }, claimedBy: custody.attachment, heardAt: at }
}

const dueAt = (custody: Custody, endpoints: Named[], now: number) =>
  custody.due(endpoints, instant(now)).map(([{ name }, why]) => `${name} ${why}`)

test('CST-1 what is unclaimed after the limit is due; what was claimed or opened since is not', () => {
  const custody = new Custody(LIMITS)
  const [old, claimed] = [kept('old', 'c', custody), kept('claimed', 'd', custody)]
  custody.attached(instant(0))
  claimed.claimedBy = custody.attachment
  const fresh = kept('fresh', 'e', custody)
  assert.deepEqual(dueAt(custody, [old, claimed, fresh], 29_999), [])
  assert.deepEqual(dueAt(custody, [old, claimed, fresh], 30_000), ['old unclaimed'])
  assert.ok(custody.isUnclaimed(old) && !custody.isUnclaimed(claimed))
})

test('CST-2 each call control that attaches has its own time to claim', () => {
  const custody = new Custody(LIMITS)
  const old = kept('old', 'c', custody)
  custody.attached(instant(0))
  custody.attached(instant(20_000))
  assert.deepEqual(dueAt(custody, [old], 49_999), [])
  assert.deepEqual(dueAt(custody, [old], 50_000), ['old unclaimed'])
})

test('CST-3 without call control a call goes on while any of its ends is heard', () => {
  const custody = new Custody(LIMITS)
  const [talking, listening] = [kept('talking', 'c', custody, 0), kept('listening', 'c', custody)]
  const [quiet, held] = [kept('quiet', 'd', custody, 50), kept('held', 'e', custody)]
  custody.detached(instant(100))
  const all = [talking, listening, quiet, held]
  talking.heardAt = instant(60_000)
  assert.deepEqual(dueAt(custody, all, 60_099), [])
  assert.deepEqual(dueAt(custody, all, 60_100), ['quiet no-rtp', 'held no-rtp'])
  assert.deepEqual(dueAt(custody, [talking, listening], 119_999), [])
  assert.deepEqual(dueAt(custody, [talking, listening], 120_000), ['talking no-rtp', 'listening no-rtp'])
})

test('CST-4 without call control nothing lasts longer than the limit', () => {
  const custody = new Custody(LIMITS)
  const talking = kept('talking', 'c', custody)
  custody.detached(instant(0))
  talking.heardAt = instant(3_599_999)
  assert.deepEqual(dueAt(custody, [talking], 3_599_999), [])
  assert.deepEqual(dueAt(custody, [talking], 3_600_000), ['talking unattended'])
})

test('CST-5 with call control silence closes nothing; attaching again ends the time alone', () => {
  const custody = new Custody(LIMITS)
  const quiet = kept('quiet', 'c', custody, 0)
  assert.deepEqual(dueAt(custody, [quiet], 10_000_000), [])
  custody.detached(instant(0))
  custody.attached(instant(59_000))
  quiet.claimedBy = custody.attachment
  assert.deepEqual(dueAt(custody, [quiet], 10_000_000), [])
})
