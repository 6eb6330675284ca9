// Somebody calls for help: no limit of legs, no missing registration and no full disk stops that. Beside each,
// the ordinary call that is refused there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig } from '@rufwerk/testing'
import { only, twoPhones } from './two-phones.ts'

/** Without a trunk the caller hears where to call instead: early sound, and nothing is refused at once. */
const HEARD = 183

test('LEG-EM1 at the limit of legs a call for help is taken, an ordinary one gets 503', async () => {
  const [rig, a, b] = await twoPhones({ limits: { legsMax: 2 } })
  const first = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(first.state, 'talking')
  const help = a.dial('112')
  const ordinary = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(help.statuses.at(-1), HEARD)
  assert.deepEqual(ordinary.statuses, [503])
  only(b).hangUp()
})

test('LEG-EM1 so at the limit of calls that are not answered yet', async () => {
  const [rig, a, b] = await twoPhones({ limits: { legsInSetupMax: 1 } })
  b.onCall = (call) => call.ring()
  a.dial('101')
  await rig.clock.pass(300)
  const help = a.dial('0112')
  const ordinary = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(help.statuses.at(-1), HEARD)
  assert.deepEqual(ordinary.statuses, [503])
})

test('LEG-EM1 beyond its own limit a call for help is refused, too', async () => {
  const [rig, a] = await twoPhones({ limits: { legsMax: 0, emergencyLegsMax: 1 } })
  const [first, second] = [a.dial('112'), a.dial('112')]
  await rig.clock.pass(300)
  assert.equal(first?.statuses.at(-1), HEARD)
  assert.deepEqual(second?.statuses, [503])
})

test('LEG-EM2 a phone that is not registered, and has its secret, calls for help; another one does not', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('100')
  const phone = rig.addPhone('p100')
  const thief = rig.addPhone('p100', { password: 'guessed' })
  const help = phone.dial('112')
  const stolen = thief.dial('112')
  await rig.clock.pass(500)
  assert.equal(help.statuses.at(-1), HEARD)
  assert.deepEqual(stolen.statuses.at(-1), 403)
  assert.equal(rig.userAgent.sizes().contacts, 0)
})

for (const isEmergency of [true, false])
  test(`LEG-EM3 what cannot be stored is answered for help only: ${isEmergency}`, async () => {
    const [rig, a] = await twoPhones()
    const { exchange } = rig
    rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isEmergency: () => isEmergency,
    })
    rig.store.gate = Promise.resolve(false)
    const call = a.dial('*43')
    await rig.clock.pass(500)
    assert.equal(call.statuses.at(-1), isEmergency ? 200 : 503)
    const { uncommittedChanges, refusedUncommitted } = rig.userAgent.counts()
    assert.deepEqual([uncommittedChanges, refusedUncommitted], isEmergency ? [1, 0] : [0, 1])
  })
