import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredLeg } from '@rufwerk/calls'
import { type CallId, type LegId, SILENT_LOG, type TenantId } from '@rufwerk/core'
import { HELD_MS, HELD_SLOTS_MAX } from '../src/journal.ts'
import { callRecord, SimulatedDisk, storeContract } from '../src/testing/index.ts'

const clock = {
  now: () => performance.now(),
  arm: (delayMs: number, callback: () => void): Disposable => {
    const timer = setTimeout(callback, delayMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

for (const { name, run } of storeContract) {
  test(`the store without its thread: ${name}`, async () => {
    await run(await new SimulatedDisk({ clock, log: SILENT_LOG, commitMs: () => 0 }).open())
  })
}

test('the store without its thread: a crash loses what was not committed, and nothing else', async () => {
  const disk = new SimulatedDisk({ clock, log: SILENT_LOG, commitMs: () => 2 })
  const first = await disk.open()
  first.journal.end(callRecord('c1', 0), [])
  assert.equal(await first.journal.committed(), true)
  first.journal.end(callRecord('c2', 0), [])
  disk.crash()
  first.journal.end(callRecord('c3', 0), [])
  await new Promise((resolve) => setTimeout(resolve, 20))
  const second = await disk.open()
  assert.equal(second.generation, 2)
  assert.deepEqual(
    disk.rows('SELECT call FROM cdrs').map((row) => row.call),
    ['c1'],
  )
})

const legOf = (call: string): StoredLeg => ({
  tenant: 'muster' as TenantId,
  call: call as CallId,
  leg: `${call}-a` as LegId,
  version: 2,
  state: '{}',
})

/** A disk with a clock set by hand, and what a start finds of legs of ended calls. */
function heldLegs() {
  let nowMs = 0
  const armed: { readonly at: number; readonly callback: () => void }[] = []
  const byHand = {
    now: () => nowMs,
    arm: (delayMs: number, callback: () => void): Disposable => {
      armed.push({ at: nowMs + delayMs, callback })
      return { [Symbol.dispose]: () => undefined }
    },
  }
  const disk = new SimulatedDisk({ clock: byHand, log: SILENT_LOG, commitMs: () => 0 })
  const pass = (forMs: number): void => {
    nowMs += forMs
    for (let due = next(); due; due = next()) due()
  }
  const next = (): (() => void) | undefined => {
    const index = armed.findIndex(({ at }) => at <= nowMs)
    return index < 0 ? undefined : armed.splice(index, 1)[0]?.callback
  }
  const ended = async () => {
    pass(1_000) // Longer than a write waits that nobody waits for.
    disk.crash()
    const store = await disk.open()
    return { store, calls: (await store.endedLegs()).map(({ leg, cdr }) => `${leg.leg} ${cdr.call}`) }
  }
  return { disk, pass, ended }
}

test('legs of an ended call stay for a while, whatever begins meanwhile, and over starts', async () => {
  const { disk, pass, ended } = heldLegs()
  const first = await disk.open()
  first.journal.saveLeg(legOf('c1'))
  first.journal.end(callRecord('c1', 0), [])
  first.journal.saveLeg(legOf('c2'))
  const second = await ended()
  assert.deepEqual(second.calls, ['c1-a c1'])
  assert.deepEqual(
    (await second.store.loadLegs()).map(({ leg }) => leg),
    ['c2-a'],
  )
  second.store.journal.saveLeg(legOf('c3'))
  const third = await ended()
  assert.deepEqual(third.calls, ['c1-a c1'])
  pass(HELD_MS)
  third.store.journal.saveLeg(legOf('c4'))
  assert.deepEqual((await ended()).calls, [])
})

test('of the legs of ended calls the latest stay', async () => {
  const { disk, pass, ended } = heldLegs()
  const { journal } = await disk.open()
  for (let call = 1; call <= HELD_SLOTS_MAX + 2; call += 1) {
    journal.saveLeg(legOf(`c${call}`))
    journal.end(callRecord(`c${call}`, 0), [])
  }
  pass(1_000)
  const { calls } = await ended()
  assert.equal(calls.length, HELD_SLOTS_MAX)
  assert.equal(calls[0], `c${HELD_SLOTS_MAX + 2}-a c${HELD_SLOTS_MAX + 2}`)
  assert.ok(!calls.includes('c1-a c1'))
})
