// RFC 6665 §4.2.2: what is told, when, over which way, and when no more.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimulatedPhone } from '@rufwerk/testing'
import { assertNobodyWatches, type Scene, textOf, Watcher, watching } from './watcher.ts'

/** A call that begins, or ends. */
async function ring({ rig, caller }: Scene, forMs = 2_000) {
  const call = caller.dial('101')
  await rig.clock.pass(forMs)
  return call
}

async function cancel({ rig }: Scene, call: Awaited<ReturnType<typeof ring>>, forMs = 2_000) {
  call.cancel()
  await rig.clock.pass(forMs)
}

test('LEG-EVT7 one NOTIFY is in flight; what happens meanwhile is told once, as it is then', async () => {
  const made = await watching()
  const { rig, watcher, callee } = made
  watcher.answer = () => ({ status: 200, afterMs: 8_000 })
  const call = await ring(made, 500)
  callee.calls[0]?.answer()
  await rig.clock.pass(5_000)
  assert.deepEqual(watcher.told(), ['1 active early recipient'])
  watcher.answer = () => ({ status: 200 })
  await rig.clock.pass(5_000)
  assert.deepEqual(watcher.told(), ['2 active confirmed recipient'])
  call.hangUp()
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), ['3 active terminated recipient'])
})

test('LEG-EVT7 a dialog that is gone is told as terminated once, then no more', async () => {
  const made = await watching()
  const { rig, watcher } = made
  await cancel(made, await ring(made))
  await watcher.refresh()
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), [
    '1 active early recipient',
    '2 active terminated recipient',
    '3 active none',
  ])
})

test('LEG-EVT7 three dialogs are told at most', async () => {
  const made = await watching()
  const { rig, watcher } = made
  for (const extension of ['103', '104', '105', '106']) (await rig.registered(extension)).dial('101')
  await rig.clock.pass(3_000)
  assert.equal([...textOf(watcher.notifies.at(-1)).matchAll(/<dialog /g)].length, 3)
  assert.ok((watcher.notifies.at(-1)?.body.length ?? 0) < 1_000)
})

test('LEG-EVT8 a busy extension does not flood: one a second, and the last one is true', async () => {
  const made = await watching()
  const { rig, watcher } = made
  const times: number[] = []
  watcher.answer = () => {
    times.push(rig.clock.now())
    return { status: 200 }
  }
  for (let count = 0; count < 40; count += 1) await cancel(made, await ring(made, 50), 50)
  await rig.clock.pass(2_000)
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0))
  assert.ok(
    gaps.every((gap) => gap >= 990),
    String(gaps),
  )
  assert.ok(times.length >= 4 && times.length <= 7, String(times.length))
  assert.match(watcher.told().at(-1) ?? '', /terminated recipient$/)
})

test('LEG-EVT8 what is as it was told last is not told again', async () => {
  const { rig, watcher } = await watching()
  for (let count = 0; count < 3; count += 1) {
    rig.userAgent.callsChanged(rig.addDevice('101').person)
    await rig.clock.pass(2_000)
  }
  assert.deepEqual(watcher.told(), [])
})

const refusals: [name: string, answer: SimulatedPhone['onNotify']][] = [
  ['481', () => ({ status: 481 })],
  [
    'a challenge, which is not met',
    () => ({ status: 401, headers: [['WWW-Authenticate', 'Digest realm="x", nonce="y"']] }),
  ],
  ['another refusal', () => ({ status: 500 })],
  ['a Retry-After of hours', () => ({ status: 503, headers: [['Retry-After', '7200']] })],
  ['no answer', () => undefined],
]
for (const [name, answer] of refusals)
  test(`LEG-EVT9 a NOTIFY that meets ${name} ends the subscription`, async () => {
    const made = await watching()
    const { rig, watcher } = made
    watcher.answer = answer
    await cancel(made, await ring(made))
    await assertNobodyWatches(made)
    watcher.told()
    await cancel(made, await ring(made))
    assert.deepEqual(watcher.told(), [])
    assert.equal(rig.userAgent.counts().refusedNotifies, 1)
    assert.equal((await watcher.refresh()).status, 481)
  })

test('LEG-EVT9 with Retry-After it is told anew, as it is then', async () => {
  const made = await watching()
  const { rig, watcher } = made
  watcher.answer = () => ({ status: 503, headers: [['Retry-After', '5 (busy);duration=3']] })
  await ring(made)
  watcher.answer = () => ({ status: 200 })
  await rig.clock.pass(1_000)
  assert.deepEqual(watcher.told(), ['1 active early recipient'])
  await rig.clock.pass(3_000)
  assert.deepEqual(watcher.told(), ['2 active early recipient'])
})

test('LEG-EVT10 a phone whose connection was cut has some seconds to connect again', async () => {
  const made = await watching({ transport: 'tcp' })
  const { rig, watcher } = made
  rig.network.cut(watcher.phone.flow)
  await ring(made)
  assert.deepEqual(watcher.told(), [])
  watcher.phone.reconnect()
  watcher.phone.register()
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), ['1 active early recipient'])
  assert.equal((await watcher.refresh()).status, 200)
})

test('LEG-EVT10 what was in flight when the connection was cut is told again', async () => {
  const made = await watching({ transport: 'tcp' })
  const { rig, watcher } = made
  watcher.answer = () => undefined
  await ring(made)
  rig.network.cut(watcher.phone.flow)
  watcher.answer = () => ({ status: 200 })
  watcher.told()
  watcher.phone.reconnect()
  watcher.phone.register()
  await rig.clock.pass(3_000)
  assert.deepEqual(watcher.told(), ['2 active early recipient'])
})

test('LEG-EVT10 a refresh over another connection does it, too', async () => {
  const made = await watching({ transport: 'tcp' })
  const { rig, watcher } = made
  rig.network.cut(watcher.phone.flow)
  watcher.phone.reconnect()
  assert.equal((await watcher.refresh()).status, 200)
  await ring(made)
  assert.match(watcher.told().at(-1) ?? '', /^\d active early recipient$/)
  assert.equal(rig.userAgent.sizes().subscriptions, 1)
})

test('LEG-EVT10 who does not connect again is not told any more, and nothing is left', async () => {
  const made = await watching({ transport: 'tcp' })
  const { rig, watcher, caller } = made
  const page = new Watcher(rig, await rig.registered('104', { kind: 'browser' }))
  await page.subscribe('101')
  await rig.clock.pass(1_000)
  for (const { phone } of [watcher, page]) rig.network.cut(phone.flow)
  caller.dial('101')
  await assertNobodyWatches(made, 30_000)
})

test('LEG-EVT11 the end of the registration ends what it subscribed to over that way', async () => {
  for (const transport of ['udp', 'tcp'] as const) {
    const made = await watching({ transport })
    const { rig, watcher } = made
    watcher.phone.register(0)
    await rig.clock.pass(1_000)
    assert.deepEqual(watcher.told(), [])
    await assertNobodyWatches(made, 1_000)
  }
})

test('LEG-EVT11 a phone that is not registered may watch; its time runs out', async () => {
  const { rig } = await watching()
  rig.addDevice('105')
  const loose = new Watcher(rig, rig.addPhone('p105'))
  assert.equal((await loose.subscribe('101', { expiresS: 60 })).status, 200)
  await rig.clock.pass(61_000)
  assert.deepEqual(loose.told(), ['0 active none', '1 terminated;reason=timeout none'])
})

test('LEG-EVT11 a UDP phone that registers from another port is told there', async () => {
  const made = await watching()
  const { rig, watcher } = made
  rig.network.rebind(watcher.phone.options.at, { address: '10.0.0.13', port: 40_001 })
  watcher.phone.register()
  await rig.clock.pass(1_000)
  await ring(made)
  assert.deepEqual(watcher.told(), ['1 active early recipient'])
})

for (const comes of ['registers', 'refreshes'] as const)
  test(`LEG-EVT21 a NOTIFY to the port before ends nothing: the phone ${comes} from another`, async () => {
    const made = await watching()
    const { rig, watcher } = made
    rig.network.rebind(watcher.phone.options.at, { address: '10.0.0.13', port: 40_001 })
    await ring(made)
    assert.deepEqual(watcher.told(), [], 'nobody is there')
    if (comes === 'registers') watcher.phone.register()
    else assert.equal((await watcher.refresh()).status, 200)
    await rig.clock.pass(40_000)
    assert.deepEqual(watcher.told(), ['2 active none'], 'it has stopped ringing')
    assert.equal((await watcher.refresh()).status, 200)
  })

test('LEG-EVT12 a device that is removed is told the end, and nothing of the calls', async () => {
  const made = await watching()
  const { rig, watcher } = made
  await ring(made)
  watcher.told()
  const { device } = rig.addDevice('102')
  rig.removeDevice('p102')
  rig.userAgent.removeDevice(device, 'p102')
  await rig.clock.pass(2_000)
  assert.match(watcher.told()[0] ?? '', /^2 terminated;reason=rejected (terminated recipient|none)$/)
  await assertNobodyWatches(made)
})

test('LEG-EVT12 an extension that is gone ends with the reason noresource', async () => {
  const made = await watching()
  const { rig, watcher, caller } = made
  rig.watch.people.delete('101')
  caller.dial('101')
  await rig.clock.pass(3_000)
  assert.equal(watcher.told().at(-1)?.slice(2), 'terminated;reason=noresource none')
  await assertNobodyWatches(made)
})

test('LEG-EVT12 a refresh for an extension that is gone: 404; of a new person: that one', async () => {
  const made = await watching()
  const { rig, watcher, caller } = made
  const { person } = rig.addDevice('101')
  rig.watch.people.set('101', rig.addDevice('100').person)
  assert.equal((await watcher.refresh()).status, 200)
  await rig.clock.pass(1_000)
  watcher.told()
  caller.dial('102')
  await rig.clock.pass(2_000)
  assert.match(watcher.told().at(-1) ?? '', /initiator$/)
  rig.watch.people.delete('101')
  assert.equal((await watcher.refresh()).status, 404)
  await rig.clock.pass(2_000)
  assert.match(watcher.told().at(-1) ?? '', /noresource/)
  rig.watch.people.set('101', person)
  await assertNobodyWatches(made)
})

test('LEG-EVT15 who is on the other side is told when the port says so, and written safely', async () => {
  const made = await watching()
  const { rig, watcher } = made
  const call = await ring(made)
  const hidden = textOf(watcher.notifies.pop())
  assert.doesNotMatch(hidden, /<remote>|p100|Person 100/)
  await cancel(made, call)
  rig.watch.isRemoteShown = true
  await ring(made)
  const shown = textOf(watcher.notifies.pop())
  assert.match(shown, /<identity display="A &quot;name&quot; &lt;&amp;&gt;">sip:101@10\.0\.0\.1<\/identity>/)
})

test('LEG-EVT15 two lamps of one call do not tell by their ids that they belong together', async () => {
  const made = await watching()
  const { rig, watcher } = made
  const second = new Watcher(rig, await rig.registered('105'))
  await second.subscribe('100')
  await ring(made)
  const idOf = (one: Watcher) => /dialog id="([^"]+)"/.exec(textOf(one.notifies.pop()))?.[1]
  const ids = [idOf(watcher), idOf(second)]
  assert.ok(ids[0] && ids[1] && ids[0] !== ids[1], String(ids))
  assert.ok(!ids.includes(rig.views.at(-1)?.call))
})

test('LEG-EVT18 a mistake of ours ends one subscription and no other', async () => {
  const made = await watching()
  const { rig, watcher } = made
  const second = new Watcher(rig, await rig.registered('105'))
  await second.subscribe('100')
  await rig.clock.pass(2_000)
  second.told()
  const { callsOf } = rig.watch
  const { person } = rig.addDevice('101')
  rig.watch.callsOf = (whose) => {
    if (whose === person) throw new Error('planted')
    return callsOf.call(rig.watch, whose)
  }
  const call = await ring(made)
  assert.equal(call.statuses.at(-1), 180)
  assert.deepEqual(second.told(), ['1 active early initiator'])
  assert.deepEqual(watcher.told(), [])
  assert.equal(rig.userAgent.sizes().subscriptions, 1)
  assert.equal(rig.userAgent.counts().failures, 1)
  assert.match(rig.complaints.join(), /subscription failed/)
})
