// Call control and the media process of a call for help both die: what is kept for help is kept for it still.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig } from '@rufwerk/testing'

for (const isEmergency of [true, false])
  test(`LEG-EM5 after a restart another endpoint of a leg for help is one, too: ${isEmergency}`, async () => {
    const rig = new ExchangeRig()
    const phone = await rig.registered('100')
    const { exchange } = rig
    rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isEmergency: () => isEmergency,
    })
    const call = phone.dial('*43')
    await rig.clock.pass(500)
    assert.equal(call.state, 'talking')
    rig.kill()
    rig.replaceMedia()
    await rig.startAgain()
    await rig.clock.pass(1_000)
    const asked = rig.media.commands.filter((command) => command.type === 'openRtp')
    assert.deepEqual(
      asked.map((command) => command.isEmergency ?? false),
      [isEmergency],
    )
  })

for (const isHelped of [true, false])
  test(`LEG-EM5 so is another endpoint of a leg that was led to a call for help: ${isHelped}`, async () => {
    const rig = new ExchangeRig()
    const phone = await rig.registered('100')
    const { exchange } = rig
    let isLed = false
    rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isInEmergency: () => isLed,
    })
    const call = phone.dial('*43')
    await rig.clock.pass(500)
    assert.equal(call.state, 'talking')
    const asked = () => rig.media.commands.filter((command) => command.type === 'openRtp')
    assert.deepEqual(
      asked().map((command) => command.isEmergency ?? false),
      [false],
    )
    isLed = isHelped
    rig.replaceMedia()
    rig.userAgent.mediaLost()
    rig.userAgent.mediaFound([])
    await rig.clock.pass(1_000)
    assert.deepEqual(
      asked().map((command) => command.isEmergency ?? false),
      [isHelped],
    )
  })
