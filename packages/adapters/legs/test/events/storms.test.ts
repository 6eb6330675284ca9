// Limits of subscriptions, and what a storm of them does to calls: nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequest } from '@rufwerk/sip'
import type { LEG_LIMITS } from '../../src/index.ts'
import { assertNobodyWatches, scene, Watcher, watching } from './watcher.ts'

test('LEG-EVT13 limits of a device, a company and in total; what stands is refreshed', async () => {
  const rows: [limits: Partial<typeof LEG_LIMITS>, status: number][] = [
    [{ subscriptionsPerDeviceMax: 1 }, 403],
    [{ subscriptionsPerTenantMax: 1 }, 503],
    [{ subscriptionsMax: 1 }, 503],
  ]
  for (const [limits, status] of rows) {
    const { watcher } = await watching({ limits })
    const { dialog } = watcher
    const answer = await watcher.subscribe('100')
    assert.equal(answer.status, status)
    assert.equal(answer.headers.has('retry-after'), status === 503)
    watcher.dialog = dialog
    assert.equal((await watcher.refresh()).status, 200)
    assert.equal((await watcher.subscribe('100', { expiresS: 0 })).status, status)
  }
})

test('LEG-EVT13 at its limit a phone that has started again takes the places it had', async () => {
  const { rig, watcher } = await scene({ limits: { subscriptionsPerDeviceMax: 2 } })
  for (let boot = 0; boot < 3; boot += 1)
    for (const target of ['100', '101']) assert.equal((await watcher.subscribe(target)).status, 200)
  assert.equal(rig.userAgent.sizes().subscriptions, 2)
  assert.equal((await watcher.subscribe('102')).status, 403)
  const elsewhere = new Watcher(rig, rig.addPhone('p102'))
  assert.equal((await elsewhere.subscribe('101')).status, 403)
})

test('LEG-EVT14 SUBSCRIBEs beyond a rate get 503 with waits that differ', async () => {
  const { rig, watcher } = await scene({ limits: { subscribesPerSecondMax: 1, subscribesAtOnceMax: 5 } })
  const waits: (string | undefined)[] = []
  const { phone } = watcher
  for (let count = 0; count < 20; count += 1)
    phone.send(newRequest(phone.parts('SUBSCRIBE', '101')), (response) => {
      if (response?.status === 503) waits.push(response.headers.get('retry-after'))
    })
  await rig.clock.pass(500)
  assert.equal(waits.length, 15)
  assert.ok(new Set(waits).size > 3, String(waits))
  assert.equal(rig.userAgent.counts().refusedSubscribes, 15)
})

test('LEG-EVT14 NOTIFYs wait for their turn: so many a second, so many open', async () => {
  const made = await scene({ limits: { notifiesPerSecondMax: 20, notifiesOpenMax: 8 } })
  const { rig, caller } = made
  const watchers: Watcher[] = []
  for (let count = 0; count < 30; count += 1) {
    const watcher = new Watcher(rig, await rig.registered(`2${10 + count}`))
    assert.equal((await watcher.subscribe('101')).status, 200)
    watchers.push(watcher)
  }
  await rig.clock.pass(5_000)
  for (const watcher of watchers) assert.deepEqual(watcher.told(), ['0 active none'])
  const call = caller.dial('101')
  await rig.clock.pass(400)
  const toldFirst = watchers.filter(({ notifies }) => notifies.length > 0).length
  assert.ok(toldFirst >= 2 && toldFirst <= 12, String(toldFirst))
  assert.equal(call.statuses.at(-1), 180)
  await rig.clock.pass(3_000)
  for (const watcher of watchers) assert.deepEqual(watcher.told(), ['1 active early recipient'])
  for (const watcher of watchers) watcher.answer = () => undefined
  call.cancel()
  await rig.clock.pass(5_000)
  assert.equal(watchers.filter(({ notifies }) => notifies.length > 0).length, 8)
  await assertNobodyWatches(made, 2_000_000)
})

test('LEG-EVT17 a storm of SUBSCRIBEs leaves calls alone and afterwards nothing behind', async () => {
  const made = await scene({ limits: { serverTransactionsMax: 400, subscriptionsPerDeviceMax: 20 } })
  const { rig, caller, callee, watcher } = made
  callee.onCall = (call) => call.answer()
  const call = caller.dial('101')
  await rig.clock.pass(1_000)
  assert.equal(call.state, 'talking')
  watcher.answer = () => undefined
  const { phone } = watcher
  const events = ['dialog', 'message-summary', 'presence', 'dialog;id=1']
  for (let count = 0; count < 1_000; count += 1) {
    const headers = [
      ['Contact', phone.contact] as const,
      ['Event', events[count % events.length] ?? ''] as const,
      ['Expires', String((count % 3) * 60)] as const,
    ]
    phone.sendWithCredentials(
      newRequest({ ...phone.parts('SUBSCRIBE', `1${count % 100}`), headers }),
      () => undefined,
    )
    if (count % 50 === 0) await rig.clock.pass(20)
  }
  await rig.clock.pass(1_000)
  assert.ok(rig.userAgent.sizes().subscriptions <= 20)
  assert.equal(call.state, 'talking')
  call.hangUp()
  await rig.clock.pass(2_000)
  assert.equal(call.state, 'ended')
  await assertNobodyWatches(made, 1_000_000)
  const { legs, transactions, events: waiting } = rig.userAgent.sizes()
  assert.deepEqual([legs, transactions, waiting], [0, 0, 0])
})
