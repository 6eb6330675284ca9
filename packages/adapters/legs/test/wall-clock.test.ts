// Somebody sets the clock of the machine: calls and registrations live by monotonic time and notice nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig } from '@rufwerk/testing'

const DAY = 86_400_000

for (const [name, jump] of [
  ['a day forward', DAY],
  ['a day back', -DAY],
] as const) {
  test(`LEG-CLK1 set ${name}, calls and registrations go on`, async () => {
    const rig = new ExchangeRig()
    const caller = await rig.registered('100')
    const callee = await rig.registered('101')
    callee.onCall = (call) => call.answer()
    const first = caller.dial('101')
    await rig.clock.pass(300)
    assert.equal(first.state, 'talking')
    rig.clock.setWallClock(jump)
    await rig.clock.pass(30_000)
    assert.equal(first.state, 'talking')
    first.hangUp()
    await rig.clock.pass(1_000)
    const second = caller.dial('101')
    await rig.clock.pass(300)
    assert.equal(second.state, 'talking')
    second.hangUp()
    await rig.clock.pass(40_000)
    assert.equal(rig.exchange.size(), 0)
    assert.equal(rig.store.cdrs.length, 2)
    assert.deepEqual(rig.complaints, [])
  })
}
