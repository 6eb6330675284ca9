// Nothing that was acknowledged is lost: each call that a phone saw answered has exactly one record, and it
// says who answered, that it lasted as long as it did, who ended it and how.
import assert from 'node:assert/strict'
import type { CallSummary } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'
import type { Crowd, Pair, Talk } from './crowd.ts'

/** ITU-T Q.850: normal clearing. */
const NORMAL = 16
/** Two processes read the clock and cut off what is less than a millisecond. */
const CLOCK_MS = 2
/** One record too many would come late. */
const MORE_MS = 500

/** `others`: calls that were not answered. */
export async function assertRecords(crowd: Crowd, others = 0): Promise<void> {
  const wanted = crowd.talks.length + others
  const count = async () => [...(await crowd.records()).values()].flat().length
  await until(`${wanted} records`, async () => (await count()) >= wanted)
  await sleep(MORE_MS)
  assert.equal(await count(), wanted, 'exactly one record per call')
  for (const [pair, records] of await crowd.records()) {
    const talks = crowd.talks.filter((talk) => talk.pair === pair)
    const answered = records.filter(({ answeredAt }) => answeredAt !== undefined)
    const who = `${pair.caller.name} to ${pair.callee.name}`
    assert.equal(answered.length, talks.length, `answered calls of ${who}`)
    for (const [index, talk] of talks.entries()) assertComplete(who, pair, talk, answered[index])
  }
}

function assertComplete(who: string, pair: Pair, talk: Talk, record: CallSummary | undefined): void {
  const { endedAt = 0, answeredAt, endedBy } = talk
  assert.ok(record)
  const { dialled, status, cause, answeredBy } = record
  assert.deepEqual(
    { dialled, status, cause, endedBy: record.endedBy, answeredBy: answeredBy?.name },
    { dialled: pair.extension, status: 200, cause: NORMAL, endedBy, answeredBy: pair.calleeName },
    `the record of ${who}`,
  )
  const [recorded, real] = [record.endedAt - (record.answeredAt ?? 0), endedAt - answeredAt]
  assert.ok(recorded >= real - CLOCK_MS, `${who} talked for ${real} ms, the record says ${recorded} ms`)
}

/** A phone over UDP is still known: it never had to register again. */
export function assertNotForgotten(crowd: Crowd): void {
  for (const { name, way, state } of crowd.phones)
    if (way === 'udp') assert.equal(state.registrations, 1, `${name} registered again`)
}
