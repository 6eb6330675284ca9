// Call control that is killed and started again over its store, in the middle of phones that go on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, type RigOptions, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { assertAtRest } from '../two-phones.ts'

type Transport = 'udp' | 'tcp'

interface Scene {
  readonly rig: ExchangeRig
  readonly a: SimulatedPhone
  readonly b: SimulatedPhone
}

async function scene(
  transport: Transport = 'udp',
  kind: 'phone' | 'browser' = 'phone',
  options: RigOptions = {},
): Promise<Scene> {
  const rig = new ExchangeRig(options)
  const a = await rig.registered('100', { transport, kind })
  const b = await rig.registered('101', { transport })
  return { rig, a, b }
}

async function talk({ rig, a, b }: Scene): Promise<[SimulatedCall, SimulatedCall]> {
  const call = a.dial('101')
  await rig.clock.pass(300)
  const callee = b.calls.at(-1)
  assert.ok(callee)
  assert.deepEqual([call.state, callee.state], ['talking', 'talking'])
  return [call, callee]
}

const branchOf = (text: string): string => /;branch=([^;\r]+)/.exec(text)?.[1] ?? ''

/** Phones behind connections connect again by themselves, after a while. */
function reconnecting(phone: SimulatedPhone, afterMs = 2_000): void {
  phone.onDisconnected = () => {
    phone.arm(afterMs, () => {
      phone.reconnect()
      phone.register()
    })
  }
}

test('LEG-REC1 a call goes on over a restart: nothing is opened, configured or played anew', async () => {
  const s = await scene()
  const [call, callee] = await talk(s)
  const before = [...s.rig.media.endpoints.keys()]
  s.rig.kill()
  s.rig.media.commands.length = 0
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.deepEqual([...s.rig.media.endpoints.keys()], before)
  assert.deepEqual(
    s.rig.media.commands.map(({ type }) => type),
    ['snapshot', 'claim'],
  )
  assert.deepEqual([call.requests, callee.requests], [[], []])
  call.hangUp()
  await s.rig.clock.pass(300)
  assert.equal(callee.state, 'ended')
  await assertAtRest(s.rig, 1)
  assert.equal(s.rig.store.cdrs[0]?.cause, 16)
})

for (const transport of ['udp', 'tcp'] as const)
  test(`LEG-REC1 hold and BYE of both sides work after two restarts over ${transport}`, async () => {
    const s = await scene(transport)
    for (const phone of [s.a, s.b]) reconnecting(phone, 500)
    const [call, callee] = await talk(s)
    for (let run = 0; run < 2; run += 1) {
      s.rig.kill()
      await s.rig.startAgain()
      await s.rig.clock.pass(1_500)
    }
    const version = (): string => /^o=\S+ \S+ (\d+)/m.exec(call.remoteText)?.[1] ?? ''
    const session = (): string => /^o=\S+ (\S+)/m.exec(call.remoteText)?.[1] ?? ''
    const [oldVersion, oldSession] = [Number(version()), session()]
    call.reInvite('sendonly')
    await s.rig.clock.pass(300)
    assert.deepEqual(call.answers, [200])
    assert.deepEqual([Number(version()), session()], [oldVersion + 1, oldSession])
    assert.equal(s.rig.views.at(-1)?.heldBy, 'caller')
    call.reInvite('sendrecv')
    await s.rig.clock.pass(300)
    assert.equal(s.rig.views.at(-1)?.heldBy, undefined)
    callee.hangUp()
    await s.rig.clock.pass(300)
    assert.equal(call.state, 'ended')
    await assertAtRest(s.rig, 1)
  })

test('LEG-REC1 a browser and an echo go on', async () => {
  const s = await scene('udp', 'browser')
  reconnecting(s.a, 500)
  const call = s.a.dial('*43')
  await s.rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  s.rig.kill()
  s.rig.media.commands.length = 0
  await s.rig.startAgain()
  await s.rig.clock.pass(2_000)
  assert.deepEqual(
    s.rig.media.commands.map(({ type }) => type),
    ['snapshot', 'claim'],
  )
  call.reInvite('sendonly')
  await s.rig.clock.pass(300)
  assert.deepEqual(call.answers, [200])
  call.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-REC2 a call that was ringing ends: CANCEL, 500, and a record that says restart', async () => {
  const s = await scene()
  s.b.onCall = (call) => call.ring()
  const call = s.a.dial('101')
  await s.rig.clock.pass(300)
  s.rig.kill()
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.equal(call.statuses.at(-1), 500)
  assert.deepEqual([call.state, s.b.calls[0]?.state], ['ended', 'ended'])
  await assertAtRest(s.rig, 1)
  assert.equal(s.rig.store.cdrs[0]?.why.rule, 'restart')
})

test('LEG-REC2 a callee that answered while nobody was there gets ACK and BYE', async () => {
  const s = await scene()
  s.b.onCall = (call) => call.ring()
  s.a.dial('101')
  await s.rig.clock.pass(300)
  s.rig.kill()
  s.b.calls[0]?.answer()
  await s.rig.clock.pass(700)
  await s.rig.startAgain()
  await s.rig.clock.pass(3_000)
  assert.deepEqual([s.b.calls[0]?.state, s.b.calls[0]?.isAcknowledged], ['ended', true])
  await assertAtRest(s.rig, 1)
})

test('LEG-REC2 over TCP the phone that rings is cancelled when it is back', async () => {
  const cancels: string[] = []
  const s = await scene('tcp', 'phone', {
    tap: ({ bytes }) => {
      const text = Buffer.from(bytes).toString()
      if (text.startsWith('CANCEL ')) cancels.push(branchOf(text))
    },
  })
  reconnecting(s.b)
  s.b.onCall = (call) => call.ring()
  s.a.dial('101')
  await s.rig.clock.pass(300)
  const invite = s.b.calls[0]?.lastInvite
  assert.ok(invite)
  s.rig.kill()
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.deepEqual(cancels, [])
  await s.rig.clock.pass(2_000)
  assert.deepEqual(cancels, [invite.headers.via.branch])
  s.b.calls[0]?.reject(487)
  await assertAtRest(s.rig, 1)
})

test('LEG-REC3 a committed 200 that was not sent is sent after the restart, until the ACK', async () => {
  const s = await scene()
  const gate = Promise.withResolvers<boolean>()
  s.rig.store.gate = gate.promise
  const call = s.a.dial('101')
  await s.rig.clock.pass(300)
  assert.equal(call.state, 'calling')
  s.rig.kill()
  gate.resolve(true)
  await s.rig.startAgain()
  await s.rig.clock.pass(500)
  assert.equal(call.state, 'talking')
  const sent = s.rig.network.sent
  await s.rig.clock.pass(10_000)
  assert.equal(s.rig.network.sent, sent, 'nothing is repeated after the ACK')
  call.hangUp()
  await s.rig.clock.pass(300)
  assert.equal(s.b.calls[0]?.state, 'ended')
  await assertAtRest(s.rig, 1)
})

test('LEG-REC3 a re-INVITE that was being answered gets its 200 after the restart', async () => {
  const s = await scene()
  const [call] = await talk(s)
  const gate = Promise.withResolvers<boolean>()
  s.rig.store.gate = gate.promise
  call.reInvite('sendonly')
  await s.rig.clock.pass(300)
  s.rig.kill()
  gate.resolve(true)
  await s.rig.startAgain()
  await s.rig.clock.pass(500)
  assert.deepEqual(call.answers, [200])
  assert.equal(call.mayReInvite, true)
  call.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-REC4 a repeated 2xx gets its ACK after the restart', async () => {
  const s = await scene()
  const [, callee] = await talk(s)
  const invite = callee.lastInvite
  assert.ok(invite)
  s.rig.kill()
  await s.rig.startAgain()
  callee.isAcknowledged = false
  callee.repeatAnswer()
  await s.rig.clock.pass(300)
  assert.equal(callee.isAcknowledged, true)
  callee.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-REC4 the same where we are reached by IPv6', async () => {
  const s = await scene()
  const [call, callee] = await talk(s)
  s.rig.kill()
  for (const [id, leg] of s.rig.store.legs) {
    const state = leg.state.replaceAll('"address":"10.0.0.1"', '"address":"fd00::1"')
    s.rig.store.legs.set(id, { ...leg, state })
  }
  await s.rig.startAgain()
  callee.isAcknowledged = false
  callee.repeatAnswer()
  await s.rig.clock.pass(300)
  assert.deepEqual([call.state, callee.isAcknowledged], ['talking', true])
  assert.deepEqual(s.rig.complaints, [])
})

test('LEG-REC5 a leg whose endpoint is gone is over, and so is its call', async () => {
  const s = await scene()
  const [call, callee] = await talk(s)
  s.rig.kill()
  const [first] = s.rig.media.endpoints.keys()
  assert.ok(first)
  s.rig.media.endpoints.delete(first)
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.deepEqual([call.state, callee.state], ['ended', 'ended'])
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
})

test('LEG-REC6 over TCP our BYE waits for the phone, and a phone that stays away ends the call', async () => {
  const s = await scene('tcp')
  reconnecting(s.a, 500)
  reconnecting(s.b, 5_000)
  const [call, callee] = await talk(s)
  s.rig.kill()
  await s.rig.startAgain()
  await s.rig.clock.pass(1_500)
  call.hangUp()
  await s.rig.clock.pass(1_500)
  assert.equal(callee.state, 'talking')
  await s.rig.clock.pass(3_000)
  assert.equal(callee.state, 'ended')
  const [second] = await talk(s)
  s.b.onDisconnected = () => undefined
  s.rig.kill()
  await s.rig.startAgain()
  await s.rig.clock.pass(31_000)
  assert.equal(second.state, 'talking')
  await s.rig.clock.pass(2_000)
  assert.equal(second.state, 'ended')
  s.b.reconnect()
  await assertAtRest(s.rig, 2)
})

test('LEG-REC7 both processes killed: new endpoints, offered by re-INVITE, bridged again', async () => {
  const s = await scene()
  const [call, callee] = await talk(s)
  s.rig.kill()
  s.rig.replaceMedia(true)
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assertBridged(s, 2)
  assert.deepEqual([call.requests, callee.requests], [['INVITE'], ['INVITE']])
  call.hangUp()
  await s.rig.clock.pass(300)
  assert.equal(callee.state, 'ended')
  await assertAtRest(s.rig, 1)
})

for (const kind of ['phone', 'browser'] as const)
  test(`LEG-REC7 the media process of a ${kind} replaced: new endpoints, bridged again`, async () => {
    const s = await scene('udp', kind)
    const [call, callee] = await talk(s)
    const before = s.rig.media.size()
    loseMedia(s)
    await s.rig.clock.pass(1_000)
    assertBridged(s, before)
    assert.deepEqual([call.state, callee.state], ['talking', 'talking'])
    callee.hangUp()
    await assertAtRest(s.rig, 1)
  })

test('LEG-REC7 the media process lost twice, and once inside the re-INVITE', async () => {
  const s = await scene()
  const [call] = await talk(s)
  loseMedia(s)
  await s.rig.clock.pass(3)
  loseMedia(s)
  await s.rig.clock.pass(3_000)
  assertBridged(s, 2)
  loseMedia(s)
  await s.rig.clock.pass(3_000)
  assertBridged(s, 2)
  call.hangUp()
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
})

test('LEG-REC8 a re-INVITE that meets one of the peer waits and is sent again', async () => {
  const s = await scene()
  const [call] = await talk(s)
  call.answerTo = () => ({ status: 491 })
  loseMedia(s)
  await s.rig.clock.pass(300)
  call.answerTo = () => ({ status: 200 })
  await s.rig.clock.pass(5_000)
  assertBridged(s, 2)
  assert.deepEqual(call.requests, ['INVITE', 'INVITE'])
  call.hangUp()
  await assertAtRest(s.rig, 1)
})

for (const status of [481, 408, 488])
  test(`LEG-REC8 a peer that refuses the re-INVITE with ${status} ends its call`, async () => {
    const s = await scene()
    const [call, callee] = await talk(s)
    call.answerTo = () => ({ status })
    loseMedia(s)
    await s.rig.clock.pass(2_000)
    assert.equal(callee.state, 'ended')
    call.hangUp()
    await assertAtRest(s.rig, 1)
  })

test('LEG-REC9 what is not answered is let go with its media process', async () => {
  const s = await scene()
  s.b.onCall = (call) => call.ring()
  const call = s.a.dial('101')
  await s.rig.clock.pass(300)
  loseMedia(s)
  await s.rig.clock.pass(1_000)
  assert.equal(s.b.calls[0]?.state, 'ended')
  assert.equal(call.state, 'ended')
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
  // Who was told of no endpoint hears what became of the call.
  assert.deepEqual([call.statuses.at(-1), s.rig.store.cdrs[0]?.status], [480, 480])
})

test('LEG-REC10 a NAT that gives a phone another port moves its legs with the next REGISTER', async () => {
  const s = await scene()
  const [call, callee] = await talk(s)
  s.rig.network.rebind(s.b.options.at, { address: s.b.options.at.address, port: 20_001 })
  s.b.register()
  await s.rig.clock.pass(300)
  call.hangUp()
  await s.rig.clock.pass(300)
  assert.equal(callee.state, 'ended')
  s.b.register(0) // Behind a NAT it would get OPTIONS for ever.
  await assertAtRest(s.rig, 1)
})

test('LEG-REC12 a call whose beginning is not stored is dropped, another one goes on', async () => {
  const one = await scene()
  const { rig } = one
  const [call] = await talk(one)
  const [begun] = rig.store.events
  assert.ok(begun)
  const lost = `${begun.call}-lost` as typeof begun.call
  rig.store.events.push({ ...begun, call: lost, type: 'ringing' })
  rig.kill()
  await rig.startAgain()
  assert.deepEqual(rig.store.forgotten, [lost])
  assert.deepEqual(
    (await rig.store.unfinishedCalls()).map((left) => left.call),
    [begun.call],
  )
  assert.equal(call.state, 'talking')
  call.hangUp()
  await assertAtRest(one.rig, 1)
})

test('LEG-REC13 what is stored of a leg and cannot be used ends its call, another one goes on', async () => {
  const s = await scene()
  const calls = [...(await talk(s)), ...(await talk(s))]
  const legs = [...s.rig.store.legs]
  s.rig.kill()
  const [id, broken] = legs[1] ?? []
  assert.ok(id !== undefined && broken !== undefined && legs.length === 4)
  const state = JSON.stringify({ ...JSON.parse(broken.state), local: 5 })
  s.rig.store.legs.set(id, { ...broken, state })
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  assert.deepEqual(
    calls.map((call) => call.state),
    ['ended', 'ended', 'talking', 'talking'],
  )
  assert.equal(s.rig.complaints.length, 1)
  assert.match(s.rig.complaints[0] ?? '', /leg could not be recovered/)
  assert.equal(s.rig.userAgent.counts().failures, 1)
  calls[2]?.hangUp()
  await s.rig.clock.pass(100_000)
  assert.equal(s.rig.leftovers().legs + s.rig.leftovers().events, 0)
  s.rig.complaints.length = 0
  s.rig.kill() // The next run has failed at nothing.
  await s.rig.startAgain()
  await assertAtRest(s.rig, 2)
})

/** Sixty calls of twenty phones; `told` counts the requests that they got. */
async function crowd(): Promise<{ rig: ExchangeRig; calls: SimulatedCall[]; told: () => number }> {
  const rig = new ExchangeRig()
  const phones: SimulatedPhone[] = []
  for (let index = 0; index < 20; index += 1) phones.push(await rig.registered(String(200 + index)))
  const calls: SimulatedCall[] = []
  for (let round = 0; round < 6; round += 1)
    for (let index = 0; index < 10; index += 1)
      calls.push((phones[index] as SimulatedPhone).dial(String(210 + index)))
  await rig.clock.pass(2_000)
  assert.equal(calls.filter(({ state }) => state === 'talking').length, 60)
  const told = () =>
    phones.flatMap((phone) => phone.calls).reduce((sum, { requests }) => sum + requests.length, 0)
  return { rig, calls, told }
}

test('LEG-REC11 400 peers a second are told, and a call is stored with at most 8 writes', async () => {
  const { rig, calls, told } = await crowd()
  assert.ok(rig.store.legWrites <= 60 * 4, `${rig.store.legWrites} writes of legs`)
  for (const { state } of rig.store.legs.values()) assert.ok(Buffer.byteLength(state) <= 4096)
  const count = () => calls.reduce((sum, call) => sum + call.requests.length, 0)
  loseMedia({ rig })
  await rig.clock.pass(125)
  assert.ok(told() <= 60 + 1, `${told()} re-INVITEs after 125 ms`)
  await rig.clock.pass(2_000)
  assert.equal(count(), 60)
  assert.equal(told(), 120)
  for (const call of calls) call.hangUp()
  await rig.clock.pass(100_000)
  assert.equal(rig.store.cdrs.length, 60)
  assert.equal(rig.leftovers().legs + rig.leftovers().endpoints, 0)
})

test('LEG-REC11 after a restart of both the turn of nobody waits for session timers', async () => {
  const { rig, calls, told } = await crowd()
  rig.kill()
  rig.replaceMedia(true)
  await rig.startAgain()
  const before = told()
  await rig.clock.pass(125)
  assert.ok(told() - before <= 60 + 1, `${told() - before} re-INVITEs after 125 ms`)
  await rig.clock.pass(225) // 120 of them need 300 ms.
  assert.equal(told() - before, 120)
  for (const call of calls) call.hangUp()
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs + rig.leftovers().endpoints, 0)
})

test('LEG-REC11 with another media process calls with a browser have the first turns', async () => {
  const { rig, calls } = await crowd()
  const browser = await rig.registered('300', { kind: 'browser' })
  const phone = await rig.registered('301')
  const last = browser.dial('301')
  await rig.clock.pass(1_000)
  loseMedia({ rig })
  await rig.clock.pass(90)
  const turns = [last, phone.calls[0], calls.at(-1)].map((call) => call?.requests.includes('INVITE'))
  assert.deepEqual(turns, [true, true, false])
  for (const call of [...calls, last]) call.hangUp()
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs + rig.leftovers().endpoints, 0)
})

/** As when the server hears that the process is gone, and attaches to another one, without their ports. */
function loseMedia({ rig }: Pick<Scene, 'rig'>): void {
  rig.replaceMedia(true)
  rig.userAgent.mediaLost()
  rig.userAgent.mediaFound([])
}

/** So many endpoints are open and configured, and each hears another one that is open. */
function assertBridged({ rig }: Scene, count: number): void {
  assert.equal(rig.media.size(), count)
  for (const { configured, source } of rig.media.endpoints.values()) {
    assert.ok(configured)
    assert.ok(source.type === 'endpoint' && rig.media.endpoints.has(source.endpoint))
  }
}
