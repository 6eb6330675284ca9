// Phones that answer around a crash: nobody is left in a call that the exchange no longer knows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEG_LIMITS } from '@rufwerk/legs'
import {
  ExchangeRig,
  RIG_SERVER,
  type RigOptions,
  type SimulatedCall,
  type SimulatedPhone,
} from '@rufwerk/testing'
import { assertNothingLeft } from '../two-phones.ts'

interface Ringing {
  readonly rig: ExchangeRig
  readonly b: SimulatedPhone
  readonly call: SimulatedCall
  readonly callee: SimulatedCall
}

async function ringing(tap?: RigOptions['tap']): Promise<Ringing> {
  const rig = new ExchangeRig(tap ? { tap } : {})
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(300)
  const callee = b.calls[0]
  assert.ok(callee)
  return { rig, b, call, callee }
}

/** The crash came before anything of the call was committed. */
async function forgotten(tap?: RigOptions['tap']): Promise<Ringing> {
  const scene = await ringing(tap)
  scene.rig.kill()
  scene.rig.store.legs.clear()
  scene.rig.store.events.length = 0
  await scene.rig.startAgain()
  scene.call.cancel() // Nobody else ends its INVITE.
  return scene
}

test('LEG-LATE1 a 2xx to an INVITE that was not stored before the crash gets ACK and BYE', async () => {
  const { rig, callee } = await forgotten()
  callee.answer()
  await rig.clock.pass(1_000)
  assert.deepEqual([callee.state, callee.isAcknowledged], ['ended', true])
  await assertNothingLeft(rig)
})

test('LEG-LATE1 the same from a phone that is not registered over this flow gets nothing', async () => {
  const { rig, b, callee } = await forgotten()
  b.register(0)
  await rig.clock.pass(300)
  callee.answer()
  await rig.clock.pass(31_000)
  assert.equal(callee.isAcknowledged, false)
  assert.deepEqual(callee.requests, [])
  await assertNothingLeft(rig)
})

test('LEG-LATE3 of a flood of such 2xx from a forged address few get ACK and BYE', async () => {
  const byes = new Set<string>()
  const answers: Uint8Array[] = []
  const { rig, b, callee } = await forgotten(({ bytes }) => {
    const text = Buffer.from(bytes).toString()
    if (text.startsWith('SIP/2.0 200 ') && text.includes('INVITE')) answers.push(bytes)
    if (text.startsWith('BYE ')) byes.add(/;branch=([^;\r]+)/.exec(text)?.[1] ?? '')
  })
  callee.answer()
  const [answer] = answers
  assert.ok(answer)
  rig.network.partition(b.options.at.address, true)
  const flow = rig.network.flow(RIG_SERVER, b.options.at)
  const text = Buffer.from(answer).toString()
  for (let count = 0; count < 500; count += 1)
    rig.receive(flow, text.replace(/^(To: .*;tag=)\S+/m, `$1forged${count}`))
  assert.equal(byes.size, LEG_LIMITS.strayAnswersPerSecondMax)
  await assertNothingLeft(rig)
})

test('LEG-LATE2 answered and acknowledged before the crash: BYE when CANCEL changes nothing', async () => {
  const { rig, callee } = await ringing()
  const [legs, events] = [[...rig.store.legs], [...rig.store.events]]
  callee.answer()
  await rig.clock.pass(300)
  assert.ok(callee.isAcknowledged)
  rig.kill()
  rig.store.legs.clear()
  for (const [id, leg] of legs) rig.store.legs.set(id, leg)
  rig.store.events.splice(0, Number.POSITIVE_INFINITY, ...events)
  await rig.startAgain()
  await rig.clock.pass(30_000)
  assert.equal(callee.state, 'talking')
  await rig.clock.pass(5_000)
  assert.deepEqual([callee.state, callee.requests], ['ended', ['BYE']])
  await assertNothingLeft(rig)
})
