import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallEvent, StoredLeg } from '@rufwerk/calls'
import { type CallId, type LegId, SILENT_LOG, type TenantId, type WallTime } from '@rufwerk/core'
import { composeBatch } from '../src/batch.ts'
import { GROUP_MS, GroupWriter } from '../src/group-writer.ts'
import { EventsRow, LegRow, readEvents } from '../src/late-rows.ts'
import { type Batch, HOT, UNIT } from '../src/worker/messages.ts'

const TENANT = 't' as TenantId
const CALL = 'c' as CallId

function leg(slot: number, state: string, onRead: () => void = () => undefined): LegRow {
  const stored: StoredLeg = {
    tenant: TENANT,
    call: CALL,
    leg: `leg${slot}` as LegId,
    version: 2,
    get state() {
      onRead()
      return state
    },
  }
  return new LegRow(slot, 7, stored, SILENT_LOG)
}

function event(at: number): CallEvent {
  return { tenant: TENANT, call: CALL, at: at as WallTime, type: 'ringing' } as CallEvent
}

const putLeg = (slot: number, state: string) => [HOT.putLeg, slot, TENANT, 7, `leg${slot}`, 2, state]
const late = (row: LegRow | EventsRow) => ({ cells: [], late: row })

test('of the states of a leg in one batch the last is written, and only that one is made', () => {
  let reads = 0
  const count = () => {
    reads += 1
  }
  const units = [late(leg(1, 'a', count)), late(leg(2, 'b')), late(leg(1, 'c', count))]
  assert.deepEqual(composeBatch(units), [UNIT, UNIT, ...putLeg(2, 'b'), UNIT, ...putLeg(1, 'c')])
  assert.equal(reads, 1)
})

test('what else is in a unit is written in its place', () => {
  const begin = { cells: [HOT.addLiveCall, 7, TENANT, CALL], late: leg(1, 'a') }
  const end = { cells: [HOT.removeLeg, 1] }
  assert.deepEqual(composeBatch([begin, late(leg(1, 'b')), end]), [
    ...[UNIT, HOT.addLiveCall, 7, TENANT, CALL],
    ...[UNIT, ...putLeg(1, 'b')],
    ...[UNIT, HOT.removeLeg, 1],
  ])
})

test('events of a call in one batch become one row, in their order; those of another call do not', () => {
  const row = (number: number, ...at: number[]) => late(new EventsRow(TENANT, number, at.map(event)))
  const batch = composeBatch([row(7, 1, 2), row(8, 3), row(7, 4)])
  assert.equal(batch.filter((cell) => cell === UNIT).length, 3)
  assert.deepEqual([batch.indexOf(8) < batch.indexOf(7), batch.at(-2)], [true, 7])
  const written = readEvents(TENANT, CALL, String(batch.at(-1)))
  assert.deepEqual(
    written.map(({ at }) => at),
    [1, 2, 4],
  )
})

test('a batch that failed is made again, with what came since', async () => {
  const posted: Batch[] = []
  const timers: (() => void)[] = []
  const arm = (_delay: number, callback: () => void) => {
    timers.push(callback)
    return { [Symbol.dispose]: () => void timers.splice(timers.indexOf(callback), 1) }
  }
  const writer = new GroupWriter((batch) => posted.push(batch), SILENT_LOG, { now: () => GROUP_MS, arm })
  writer.keep(1, [], leg(1, 'a'))
  writer.keep(1, [], leg(1, 'b'))
  timers.shift()?.()
  assert.deepEqual(posted[0], [UNIT, UNIT, ...putLeg(1, 'b')])
  writer.answered({ type: 'failed', fault: 'disk-full', why: 'test' })
  writer.keep(1, [], leg(1, 'c'))
  timers.shift()?.()
  assert.deepEqual(posted[1], [UNIT, UNIT, UNIT, ...putLeg(1, 'c')])
  writer.answered({ type: 'committed' })
  assert.equal(writer.figures().rowsCommitted, 3)
  assert.equal(await writer.committed(), true)
})
