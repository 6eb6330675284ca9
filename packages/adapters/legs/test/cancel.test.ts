import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from '@rufwerk/sip'
import type { SimulatedCall } from '@rufwerk/testing'
import { assertAtRest, twoPhones } from './two-phones.ts'

test('LEG-CAN1 the caller gives up while it rings: 487 to it, CANCEL to the callee', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(1000)
  call.cancel()
  await rig.clock.pass(1000)
  assert.deepEqual(call.statuses, [100, 180, 487])
  assert.equal(b.calls[0]?.state, 'ended')
  await assertAtRest(rig, 1)
  assert.equal(rig.store.cdrs[0]?.endedBy, 'caller')
})

test('LEG-CAN2 a 2xx that crosses our CANCEL is acknowledged and ended by BYE', async () => {
  const [rig, a, b] = await twoPhones({ delayMs: [50, 50] })
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(1000)
  call.cancel()
  await rig.clock.pass(70) // The server has sent its CANCEL, it is on the way.
  const callee = b.calls[0] as SimulatedCall
  callee.answer()
  await rig.clock.pass(1000)
  assert.equal(call.statuses.at(-1), 487)
  assert.equal(callee.isAcknowledged, true)
  assert.deepEqual(callee.requests, ['BYE'])
  assert.equal(callee.state, 'ended')
  await assertAtRest(rig, 1)
})

test('LEG-CAN3 a CANCEL waits for the first 1xx, and is never sent without one', async () => {
  const [rig, a, b] = await twoPhones()
  const methods: string[] = []
  let isSilent = true
  rig.network.attach(b.options.at, {
    onMessage: (flow, bytes) => {
      const parsed = parseMessage(bytes)
      if (parsed.ok && parsed.value.kind === 'request') methods.push(parsed.value.method)
      if (!isSilent) b.onMessage(flow, bytes)
    },
  })
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(300)
  call.cancel()
  await rig.clock.pass(900)
  assert.equal(call.statuses.at(-1), 487)
  assert.equal(methods.includes('CANCEL'), false)
  isSilent = false // The next retransmission is heard, and answered with 180.
  await rig.clock.pass(3000)
  assert.equal(methods.includes('CANCEL'), true)
  assert.equal(b.calls[0]?.state, 'ended')
  await assertAtRest(rig, 1)
})

test('LEG-CAN4 a call that ends while media is being opened sends nothing to the callee', async () => {
  const [rig, a, b] = await twoPhones()
  const command = rig.media.command
  const { promise, resolve } = Promise.withResolvers<void>()
  rig.media.command = async (given) => {
    if (given.type === 'openRtp') await promise
    return command(given)
  }
  const call = a.dial('101')
  await rig.clock.pass(500)
  call.cancel()
  await rig.clock.pass(500)
  resolve()
  await rig.clock.pass(500)
  assert.equal(call.statuses.at(-1), 487)
  assert.equal(b.calls.length, 0)
})

test('LEG-CAN5 BYE before the answer ends the call like CANCEL does', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(500)
  const response = call.lastResponse
  assert.ok(response && call.lastInvite)
  const { dialogFromResponse, nextRequest } = await import('@rufwerk/sip')
  const early = dialogFromResponse(call.lastInvite, response)
  assert.ok(early.ok)
  // The INVITE with credentials had the next number.
  const bye = nextRequest({ ...early.value, localSeq: 2 }, 'BYE')
  const statuses: number[] = []
  a.send(bye.request, (answer) => statuses.push(answer?.status ?? -1))
  await rig.clock.pass(500)
  assert.deepEqual(statuses, [200])
  assert.equal(call.statuses.at(-1), 487)
  assert.equal(b.calls[0]?.state, 'ended')
  await assertAtRest(rig, 1)
})

test('LEG-CAN6 an answer that waits for the store can still be cancelled', async () => {
  const [rig, a, b] = await twoPhones()
  rig.store.gate = new Promise(() => undefined)
  const call = a.dial('101')
  await rig.clock.pass(500)
  call.cancel()
  await rig.clock.pass(500)
  assert.equal(call.statuses.at(-1), 487)
  assert.equal(b.calls[0]?.state, 'ended')
  await assertAtRest(rig, 1)
})

test('LEG-CAN7 a contact that lost hears that the call was completed elsewhere', async () => {
  const [rig, a, b] = await twoPhones()
  const c = rig.addPhone('p101')
  c.register()
  await rig.clock.pass(100)
  const reasons: (readonly string[])[] = []
  rig.network.attach(b.options.at, {
    onMessage: (flow, bytes) => {
      const parsed = parseMessage(bytes)
      if (parsed.ok && parsed.value.kind === 'request' && parsed.value.method === 'CANCEL')
        reasons.push(parsed.value.headers.all('reason'))
      b.onMessage(flow, bytes)
    },
  })
  b.onCall = (call) => call.ring()
  c.onCall = (call) => call.answer()
  const call = a.dial('101')
  await rig.clock.pass(1000)
  assert.deepEqual(reasons, [['SIP;cause=200;text="Call completed elsewhere"', 'Q.850;cause=26']])
  call.hangUp()
  await assertAtRest(rig, 1)
})
