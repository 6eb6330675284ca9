// Call control and the media process of a call for help both die: what is kept for help is kept for it still.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MixId, ServicePort } from '@rufwerk/calls'
import { type CallControl, ExchangeRig, ROOM_PLAN } from '@rufwerk/testing'

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

/** Everybody comes into one mix. */
function openDoor(run: CallControl): ServicePort {
  const source = { type: 'mix', mix: 'mix-1' as MixId, isMuted: false } as const
  return {
    enter: ({ call, isAnswered }) => isAnswered || run.exchange.wish(call, { type: 'answer', source }),
    happened: () => {},
  }
}

for (const isHelped of [true, false])
  for (const ends of ['the media process', 'both processes'])
    test(`LEG-EM5 so is one of who is in a mix with a leg for help: ${isHelped}, ${ends}`, async () => {
      const rig = new ExchangeRig({
        dialPlan: ROOM_PLAN,
        services: (run) => ({ conference: openDoor(run) }),
      })
      const [first, second] = [await rig.registered('100'), await rig.registered('101')]
      const { exchange } = rig
      let isCalled = false
      rig.userAgent.listen({
        onIncoming: (incoming) => exchange.onIncoming(incoming),
        onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
        isEmergency: () => isCalled,
      })
      const asked = () => rig.media.commands.filter((command) => command.type === 'openRtp')
      const pulled = second.dial('800')
      await rig.clock.pass(300)
      isCalled = isHelped
      const helped = first.dial('800')
      await rig.clock.pass(300)
      assert.deepEqual([pulled.state, helped.state], ['talking', 'talking'])
      const before = asked()
      assert.deepEqual(
        before.map((command) => command.isEmergency ?? false),
        [false, isHelped],
      )
      if (ends === 'both processes') rig.kill()
      rig.replaceMedia()
      if (ends === 'both processes') await rig.startAgain()
      else {
        rig.userAgent.mediaLost()
        rig.userAgent.mediaFound([])
      }
      await rig.clock.pass(1_000)
      const known = new Set(before)
      assert.deepEqual(
        asked()
          .filter((command) => !known.has(command))
          .map((command) => command.isEmergency ?? false),
        [isHelped, isHelped],
      )
    })
