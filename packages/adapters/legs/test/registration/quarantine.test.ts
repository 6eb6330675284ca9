// A device that is stopped: what it may still do, and that others are not hit. Calls are counted at both
// ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, type SimulatedPhone } from '@rufwerk/testing'

const HELP = '112'

/** Two phones, of which the first is stopped, or as the twin nobody. */
async function stopped(quarantine: 'emergency' | 'nothing' | undefined) {
  const rig = new ExchangeRig()
  const phone = await rig.registered('100')
  const other = await rig.registered('101')
  if (quarantine !== undefined) rig.stopDevice('p100', quarantine)
  await rig.clock.pass(100)
  return { rig, phone, other }
}

async function dialled(
  rig: ExchangeRig,
  phone: SimulatedPhone,
  target: string,
  headers: [string, string][] = [],
) {
  const call = phone.dial(target, { headers })
  await rig.clock.pass(500)
  return call
}

/** Some call was decided on, whatever came of it. */
const wasHeard = (rig: ExchangeRig): boolean => rig.store.cdrs.length + rig.exchange.size() > 0

for (const quarantine of ['emergency', undefined] as const)
  test(`LEG-QRT1 contacts and calls of who is stopped go at once: ${quarantine}`, async () => {
    const rig = new ExchangeRig()
    const phone = await rig.registered('100')
    const other = await rig.registered('101')
    const call = phone.dial('101')
    await rig.clock.pass(200)
    assert.equal(call.state, 'talking')
    if (quarantine !== undefined) rig.stopDevice('p100', quarantine)
    await rig.clock.pass(200)
    const isStopped = quarantine !== undefined
    assert.equal(call.state, isStopped ? 'ended' : 'talking')
    assert.equal(other.calls[0]?.state, isStopped ? 'ended' : 'talking')
    assert.equal(rig.store.bindings.size, isStopped ? 1 : 2)
    const third = await rig.registered('102')
    const back = await dialled(rig, third, '100')
    assert.equal(back.state, isStopped ? 'ended' : 'talking')
    assert.equal(phone.calls.length, isStopped ? 1 : 2, 'calls that it placed and received')
  })

for (const isForHelp of [true, false])
  test(`LEG-QRT1 a call goes on where it is for help: ${isForHelp}`, async () => {
    const rig = new ExchangeRig()
    const { exchange } = rig
    rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isEmergency: () => isForHelp,
    })
    const phone = await rig.registered('100')
    const call = await dialled(rig, phone, '*43')
    assert.equal(call.state, 'talking')
    rig.stopDevice('p100', 'emergency')
    await rig.clock.pass(200)
    assert.equal(call.state, isForHelp ? 'talking' : 'ended')
    rig.stopDevice('p100', 'nothing')
    await rig.clock.pass(200)
    assert.equal(call.state, 'ended', 'LEG-QRT4 closed')
  })

for (const quarantine of ['emergency', undefined] as const)
  test(`LEG-QRT2 who is stopped calls for help only, and does not register: ${quarantine}`, async () => {
    const { rig, phone, other } = await stopped(quarantine)
    const isStopped = quarantine !== undefined
    phone.register()
    await rig.clock.pass(200)
    assert.equal(phone.registered, isStopped ? 403 : 200)
    const call = await dialled(rig, phone, '101')
    assert.equal(call.statuses.at(-1), isStopped ? 403 : 200)
    assert.equal(other.calls.length, isStopped ? 0 : 1)
    if (!isStopped) return
    assert.equal(wasHeard(rig), false)
    const help = await dialled(rig, phone, HELP)
    assert.equal(wasHeard(rig), true)
    assert.notEqual(help.statuses.at(-1), 403)
    assert.equal(rig.userAgent.counts().refusedQuarantined, 2)
  })

test('LEG-QRT2 others are not hit', async () => {
  const { rig, other } = await stopped('emergency')
  const call = await dialled(rig, other, '*43')
  assert.equal(call.state, 'talking')
})

for (const quarantine of ['emergency', undefined] as const)
  test(`LEG-QRT3 a call for help takes no other's place: ${quarantine}`, async () => {
    const { rig, phone } = await stopped(quarantine)
    const replaces: [string, string] = ['Replaces', 'nobody@knows;to-tag=1;from-tag=2']
    const call = await dialled(rig, phone, HELP, [replaces])
    assert.equal(call.statuses.at(-1), quarantine === undefined ? 481 : 403)
  })

for (const quarantine of ['emergency', undefined] as const)
  test(`LEG-QRT3 nor is it led elsewhere: ${quarantine}`, async () => {
    const rig = new ExchangeRig()
    const { exchange } = rig
    rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isEmergency: () => true,
    })
    const phone = await rig.registered('100')
    await rig.registered('101')
    if (quarantine !== undefined) rig.stopDevice('p100', quarantine)
    const call = await dialled(rig, phone, '*43')
    assert.equal(call.state, 'talking')
    call.request('REFER', { headers: [['Refer-To', '<sip:101@10.0.0.1>']] })
    await rig.clock.pass(200)
    assert.equal(call.answers.at(-1), quarantine === undefined ? 202 : 603)
  })

for (const quarantine of ['nothing', 'emergency'] as const)
  test(`LEG-QRT4 the secret of a closed device is as a wrong one: ${quarantine}`, async () => {
    const { rig, phone } = await stopped(quarantine)
    await dialled(rig, phone, HELP)
    assert.equal(wasHeard(rig), quarantine === 'emergency')
    assert.equal(rig.userAgent.counts().refusedCredentials, quarantine === 'nothing' ? 1 : 0)
  })

for (const quarantine of ['nothing', 'emergency'] as const)
  test(`LEG-QRT4 a browser's flow of before is good for no more: ${quarantine}`, async () => {
    const rig = new ExchangeRig()
    const browser = await rig.registered('100', { kind: 'browser' })
    assert.equal(browser.registered, 200)
    rig.stopDevice('p100', quarantine)
    await dialled(rig, browser, HELP)
    assert.equal(wasHeard(rig), quarantine === 'emergency')
    const call = await dialled(rig, browser, '*43')
    assert.equal(call.statuses.at(-1), 403)
  })
