import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { assertAtRest } from './two-phones.ts'

type Headers = readonly (readonly [string, string])[]

const TIMER: Headers = [
  ['Supported', 'timer'],
  ['Allow', 'INVITE, ACK, BYE, CANCEL, UPDATE'],
]
const REFRESHER_PEER: Headers = [...TIMER, ['Session-Expires', '1800;refresher=uac']]
/** Half of 1800 s. */
const HALF = 900_000

async function talking(
  caller: Headers,
  callee: Headers,
): Promise<[ExchangeRig, SimulatedCall, SimulatedCall, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  b.onCall = (call) => call.answer({ headers: callee })
  const call = a.dial('101', { headers: caller })
  await rig.clock.pass(300)
  return [rig, call, b.calls[0] as SimulatedCall, a, b]
}

/** Goes on for so long with the phones saying yes to every refresh, then hangs up. */
async function endAtRest(rig: ExchangeRig, call: SimulatedCall, cdrs = 1): Promise<void> {
  if (call.state === 'talking') call.hangUp()
  await assertAtRest(rig, cdrs)
}

test('LEG-TMR1 both legs get a session timer: we offer one and answer one', async () => {
  const [rig, call, other] = await talking(
    [...TIMER, ['Session-Expires', '600;refresher=uac']],
    [...TIMER, ['Session-Expires', '900;refresher=uas'], ['Require', 'timer']],
  )
  assert.equal(call.lastResponse?.headers.get('session-expires'), '600;refresher=uac')
  assert.equal(call.lastResponse?.headers.get('require'), 'timer')
  assert.equal(other.lastInvite?.headers.get('session-expires'), '1800')
  assert.match(other.lastInvite?.headers.get('supported') ?? '', /timer/)
  await endAtRest(rig, call)
})

test('LEG-TMR2 we refresh by UPDATE at half of the interval, as long as the phone says yes', async () => {
  const [rig, call, other] = await talking(TIMER, [...TIMER, ['Session-Expires', '1800;refresher=uac']])
  call.answerTo = other.answerTo = () => ({
    status: 200,
    headers: [...TIMER, ['Session-Expires', '1800;refresher=uac']],
  })
  await rig.clock.pass(2 * HALF + 10_000)
  assert.deepEqual(other.requests, ['UPDATE', 'UPDATE'])
  assert.equal(other.inside[0]?.headers.get('session-expires'), '1800;refresher=uac')
  assert.equal(other.inside[0]?.body.length, 0)
  assert.deepEqual([call.state, other.state], ['talking', 'talking'])
  await endAtRest(rig, other)
})

test('LEG-TMR3 a phone without UPDATE and timers is refreshed by re-INVITE, its session stays', async () => {
  const [rig, call, other] = await talking([], [])
  const before = rig.media.size()
  await rig.clock.pass(3 * HALF + 10_000)
  assert.deepEqual(call.requests, ['INVITE', 'INVITE', 'INVITE'])
  assert.deepEqual(other.requests, ['INVITE', 'INVITE', 'INVITE'])
  assert.equal(rig.media.size(), before)
  assert.equal(other.isAcknowledged, true)
  const versions = other.inside.map(({ body }) => /o=\S+ \S+ (\d+)/.exec(Buffer.from(body).toString())?.[1])
  assert.deepEqual(new Set(versions).size, 1)
  const held = rig.store.events.filter(({ type }) => type === 'held' || type === 'resumed')
  assert.deepEqual(held, [])
  await endAtRest(rig, call)
})

test('LEG-TMR4 a phone that should refresh and vanished: BYE with Reason, the CDR says network', async () => {
  const [rig, call, other, a] = await talking(REFRESHER_PEER, [
    ...TIMER,
    ['Session-Expires', '1800;refresher=uac'],
  ])
  other.answerTo = () => ({ status: 200, headers: [['Session-Expires', '1800;refresher=uac'], ...TIMER] })
  rig.network.detach(a.options.at)
  await rig.clock.pass(1_760_000)
  assert.equal(other.state, 'talking')
  await rig.clock.pass(20_000)
  assert.equal(other.state, 'ended')
  assert.match(other.inside.at(-1)?.headers.get('reason') ?? '', /Q\.850;cause=102/)
  assert.equal(rig.store.cdrs[0]?.endedBy, 'network')
  a.onFlowClosed(a.flow)
  call.state = 'ended'
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs, 0)
})

test('LEG-TMR5 a vanished phone that knows no timers does not answer our refresh', async () => {
  const [rig, , other, a] = await talking([], [])
  rig.network.detach(a.options.at)
  await rig.clock.pass(HALF + 33_000)
  assert.equal(other.state, 'ended')
  assert.equal(rig.store.cdrs[0]?.endedBy, 'network')
})

test('LEG-TMR6 a refresh of the peer keeps the session, whoever refreshes stays', async () => {
  const [rig, call, other] = await talking(REFRESHER_PEER, [
    ...TIMER,
    ['Session-Expires', '1800;refresher=uac'],
  ])
  other.answerTo = () => ({ status: 200, headers: [['Session-Expires', '1800;refresher=uac'], ...TIMER] })
  for (let round = 0; round < 3; round += 1) {
    await rig.clock.pass(1_500_000)
    call.request('UPDATE', { headers: [['Contact', call.phone.contact], ...REFRESHER_PEER] })
    await rig.clock.pass(300)
  }
  assert.deepEqual(call.answers, [200, 200, 200])
  assert.deepEqual(call.requests, [])
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-TMR7 too short an interval gets 422 with Min-SE, and leaves nothing', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  await rig.registered('101')
  const call = a.dial('101', { headers: [...TIMER, ['Session-Expires', '60']] })
  await rig.clock.pass(300)
  assert.equal(call.statuses.at(-1), 422)
  assert.equal(call.lastResponse?.headers.get('min-se'), '90')
  assert.equal(rig.userAgent.sizes().legs, 0)
  const next = a.dial('101', { headers: [...TIMER, ['Session-Expires', '90']] })
  await rig.clock.pass(300)
  assert.equal(next.state, 'talking')
  next.request('UPDATE', { headers: [...TIMER, ['Session-Expires', '30']] })
  await rig.clock.pass(300)
  assert.deepEqual(next.answers, [422])
  assert.equal(next.state, 'talking')
  await endAtRest(rig, next)
})

test('LEG-TMR8 a callee that answers 422 is called again with what it asks for', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  let asked = 0
  b.onCall = (call) => {
    asked += 1
    if (asked === 1) call.reject(422, [['Min-SE', '3600']])
    else call.answer()
  }
  const call = a.dial('101')
  await rig.clock.pass(500)
  assert.equal(call.state, 'talking')
  const [first, second] = b.calls.map(({ lastInvite }) => lastInvite?.headers)
  assert.equal(second?.get('session-expires'), '3600')
  assert.equal(second?.get('min-se'), '3600')
  assert.equal(second?.callId, first?.callId)
  assert.equal(second?.cseq.seq, 2)
  await endAtRest(rig, call)
})

test('LEG-TMR9 a refresh that gets 422 is sent again, one that is refused is tried again', async () => {
  const [rig, call, other] = await talking(REFRESHER_PEER, TIMER)
  const answers: [number, Headers][] = [
    [422, [['Min-SE', '2000']]],
    [500, []],
  ]
  other.answerTo = (request) => {
    const [status, headers] = (request.method === 'UPDATE' && answers.shift()) || [200, TIMER]
    return { status, headers }
  }
  await rig.clock.pass(HALF + 5_000)
  assert.deepEqual(
    other.inside.map(({ headers }) => headers.get('session-expires')),
    ['1800;refresher=uac', '2000;refresher=uac'],
  )
  await rig.clock.pass(230_000)
  assert.equal(other.requests.length, 3)
  assert.equal(other.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-TMR10 a peer that knows nothing of the dialog any more ends the call', async () => {
  const [rig, call, other] = await talking(REFRESHER_PEER, TIMER)
  other.answerTo = (request) => ({ status: request.method === 'UPDATE' ? 481 : 200 })
  await rig.clock.pass(HALF + 1_000)
  assert.equal(call.state, 'ended')
  assert.equal(rig.store.cdrs[0]?.endedBy, 'network')
})

test('LEG-RE14 491 to our re-INVITE: the owner waits 2.1 to 4 s, the other up to 2 s', async () => {
  const [rig, call, other] = await talking([], [])
  const times: number[][] = [[], []]
  for (const [at, leg] of [call, other].entries()) {
    leg.answerTo = (request) => {
      if (request.method === 'INVITE') times[at]?.push(rig.clock.now())
      return { status: request.method === 'INVITE' && times[at]?.length === 1 ? 491 : 200 }
    }
  }
  await rig.clock.pass(HALF + 6_000)
  const [incoming, outgoing] = times.map(([first = 0, second = 0]) => second - first)
  assert.ok(incoming !== undefined && incoming >= 0 && incoming <= 2_100, `${incoming}`)
  assert.ok(outgoing !== undefined && outgoing >= 2_100 && outgoing <= 4_100, `${outgoing}`)
  assert.deepEqual([call.state, other.state], ['talking', 'talking'])
  await endAtRest(rig, call)
})

test('LEG-RE15 a re-INVITE of the peer while ours is open gets 491; ours goes on', async () => {
  const [rig, call, other] = await talking([], [])
  call.answerTo = (request) => (request.method === 'INVITE' ? undefined : { status: 200 })
  await rig.clock.pass(HALF)
  call.reInvite('sendonly')
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [491])
  assert.equal(other.state, 'talking')
})

test('LEG-TMR11 a caller whom we promised to refresh is refreshed after a restart', async () => {
  const [rig, call] = await talking([...TIMER, ['Session-Expires', '600;refresher=uas']], [])
  assert.equal(call.lastResponse?.headers.get('session-expires'), '600;refresher=uas')
  rig.kill()
  await rig.startAgain()
  await rig.clock.pass(310_000)
  assert.deepEqual(call.requests, ['UPDATE'])
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

// Somebody sets the clock of the machine: calls and registrations live by monotonic time and notice nothing.
const DAY = 86_400_000

for (const [name, jump] of [
  ['a day forward', DAY],
  ['a day back', -DAY],
] as const) {
  test(`LEG-CLK1 set ${name}, calls and registrations go on`, async () => {
    const rig = new ExchangeRig()
    const caller = await rig.registered('100')
    const callee = await rig.registered('101')
    callee.onCall = (call) => call.answer()
    const first = caller.dial('101')
    await rig.clock.pass(300)
    assert.equal(first.state, 'talking')
    rig.clock.setWallClock(jump)
    await rig.clock.pass(30_000)
    assert.equal(first.state, 'talking')
    first.hangUp()
    await rig.clock.pass(1_000)
    const second = caller.dial('101')
    await rig.clock.pass(300)
    assert.equal(second.state, 'talking')
    second.hangUp()
    await rig.clock.pass(40_000)
    assert.equal(rig.exchange.size(), 0)
    assert.equal(rig.store.cdrs.length, 2)
    assert.deepEqual(rig.complaints, [])
  })
}

test('LEG-TMR12 a leg that ends right after a restart leaves no session timer behind', async () => {
  const [rig, call] = await talking(TIMER, TIMER)
  rig.kill()
  await rig.startAgain()
  rig.removeDevice('100') // Before what is due after the restart gets its turn.
  await endAtRest(rig, call)
  await rig.clock.pass(900_000)
  assert.equal(rig.clock.size(), 0)
})
