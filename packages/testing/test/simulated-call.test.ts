import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig } from '@rufwerk/testing'

test('an INVITE whose call ended before its answer came waits until it is cancelled', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(300)
  rig.network.partition(a.options.at.address, true)
  call.state = 'ended' // As after a BYE in the early dialog.
  await rig.clock.pass(100_000)
  assert.ok(a.size() > 0)
  call.cancel()
  await rig.clock.pass(40_000)
  assert.equal(a.size(), 0)
})
