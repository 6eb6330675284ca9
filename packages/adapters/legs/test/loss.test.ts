// Calls over a network that loses, doubles and reorders datagrams, from a seed: every call ends, and when all
// transactions have timed out every book is empty.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, type SimulatedPhone } from '@rufwerk/testing'

/** What the callee does this time. */
const BEHAVIOURS = ['answer', 'answer', 'answer', 'busy', 'ring', 'early'] as const

async function run(seed: number, loss: number, calls: number): Promise<ExchangeRig> {
  const rig = new ExchangeRig({ seed, loss, duplicates: 0.05, delayMs: [1, 60] })
  const phones: SimulatedPhone[] = []
  for (let index = 0; index < 6; index += 1) {
    const extension = String(100 + index)
    rig.addDevice(extension)
    const phone = rig.addPhone(`p${extension}`)
    phones.push(phone)
    phone.onCall = (call) => {
      const behaviour = BEHAVIOURS[rig.random.between(0, BEHAVIOURS.length - 1)]
      if (behaviour === 'busy') call.reject(486)
      else if (behaviour === 'early') call.ring(183)
      else call.ring()
      if (behaviour === 'answer' || behaviour === 'early')
        phone.arm(rig.random.between(0, 3000), () => call.answer())
    }
    phone.register(3600)
    await rig.clock.pass(50)
  }
  await rig.clock.pass(35_000)
  for (const phone of phones) if (phone.registered !== 200) phone.register(3600)
  await rig.clock.pass(35_000)
  for (let index = 0; index < calls; index += 1) {
    const caller = phones[rig.random.between(0, 5)] as SimulatedPhone
    const call = caller.dial(String(100 + rig.random.between(0, 5)))
    const action = rig.random.next()
    const later = rig.random.between(500, 9000)
    caller.arm(later, () => {
      if (call.state === 'talking' && action < 0.3) call.reInvite('sendonly')
      else if (call.state === 'talking') call.hangUp()
      else call.cancel()
    })
    caller.arm(later + 8000, () => (call.state === 'talking' ? call.hangUp() : call.cancel()))
    await rig.clock.pass(rig.random.between(20, 700))
  }
  await rig.clock.pass(200_000)
  for (const phone of phones) for (const call of phone.calls) call.hangUp()
  await rig.clock.pass(200_000)
  return rig
}

for (const [seed, loss] of [
  [1, 0],
  [2, 0.1],
  [3, 0.2],
  [4, 0.3],
  [5, 0.3],
] as const) {
  test(`LEG-LOSS1 40 calls with ${loss * 100} % loss (seed ${seed}): all end, nothing is left`, async () => {
    const rig = await run(seed, loss, 40)
    const left = Object.entries(rig.leftovers()).filter(([, count]) => count !== 0)
    assert.deepEqual(left, [])
    assert.deepEqual(rig.complaints, [])
    const { incoming, failures } = rig.userAgent.counts()
    assert.equal(rig.store.cdrs.length, incoming)
    assert.equal(failures, 0)
    assert.ok(incoming >= 30, `${incoming} calls arrived`)
    if (loss > 0) assert.ok(rig.network.lost > 50)
  })
}
