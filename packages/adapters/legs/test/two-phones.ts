// The smallest exchange, extensions 100 and 101, and how it looks when everything is over.
import assert from 'node:assert/strict'
import { ExchangeRig, type RigOptions, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'

/** Both are registered. */
export async function twoPhones(
  options: RigOptions = {},
): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig(options)
  return [rig, await rig.registered('100'), await rig.registered('101')]
}

/** All calls are over, all transactions have timed out: nothing may be left, and nobody heard another call. */
export async function assertNothingLeft(rig: ExchangeRig): Promise<void> {
  await rig.clock.pass(100_000)
  const left = Object.entries(rig.leftovers()).filter(([, count]) => count !== 0)
  assert.deepEqual(left, [])
  assert.deepEqual(rig.complaints, [])
  assert.deepEqual(rig.media.strays, [])
  assert.equal(rig.userAgent.counts().failures, 0)
}

/** The same, and there is one CDR per call. */
export async function assertAtRest(rig: ExchangeRig, cdrs: number): Promise<void> {
  await assertNothingLeft(rig)
  assert.equal(rig.store.cdrs.length, cdrs)
}

/** The one call of a phone. */
export function only(phone: SimulatedPhone): SimulatedCall {
  assert.equal(phone.calls.length, 1)
  return phone.calls[0] as SimulatedCall
}
