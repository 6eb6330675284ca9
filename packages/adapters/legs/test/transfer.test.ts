// REFER, NOTIFY and Replaces on the wire (RFC 3515, 3891, 4488, 5589): what phones send, and what they get.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dialog, SipRequest } from '@rufwerk/sip'
import { replacesOf, writeReplaces } from '@rufwerk/sip/transfer'
import { ExchangeRig, type FakeEndpoint, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { LEG_LIMITS } from '../src/index.ts'
import { assertAtRest, assertNothingLeft, only } from './two-phones.ts'

interface Office {
  readonly rig: ExchangeRig
  readonly a: SimulatedPhone
  readonly b: SimulatedPhone
  readonly c: SimulatedPhone
}

async function office(): Promise<Office> {
  const rig = new ExchangeRig()
  const [a, b, c] = [await rig.registered('100'), await rig.registered('101'), await rig.registered('102')]
  for (const phone of [a, b, c]) phone.onCall = (call) => call.ring()
  return { rig, a, b, c }
}

/** A call that is answered, at both ends. */
async function talk(rig: ExchangeRig, from: SimulatedPhone, to: SimulatedPhone, number: string) {
  const known = to.calls.length
  to.onCall = (call) => call.answer()
  const calling = from.dial(number)
  await rig.clock.pass(300)
  const called = to.calls[known] as SimulatedCall
  assert.equal(calling.state, 'talking')
  to.onCall = (call) => call.ring()
  return [calling, called] as const
}

async function refer(rig: ExchangeRig, call: SimulatedCall, ...lines: (readonly [string, string])[]) {
  const known = call.answers.length
  call.request('REFER', { headers: lines })
  await rig.clock.pass(100)
  return call.answers[known]
}

const to = (number: string) => ['Refer-To', `<sip:${number}@10.0.0.1>`] as const

function replacing(call: SimulatedCall): string {
  const text = writeReplaces(replacesOf(call.dialog as Dialog))
  return `<sip:x@10.0.0.1?Replaces=${encodeURIComponent(text)}>`
}

/** Status and Subscription-State of the NOTIFYs, as they came. */
function told(call: SimulatedCall): string[] {
  return call.inside.flatMap((request: SipRequest) => {
    if (request.method !== 'NOTIFY') return []
    assert.match(request.headers.get('event') ?? '', /^refer;id=\d+$/)
    assert.equal(request.headers.contentType, 'message/sipfrag')
    const [, status = ''] = Buffer.from(request.body).toString().split(' ')
    return [`${status} ${request.headers.get('subscription-state')?.split(/[;=]/)[0]}`]
  })
}

/** Who hears whom: the legs of phones that are connected by their endpoints. */
function hears(rig: ExchangeRig, call: SimulatedCall): string {
  const { endpoints } = rig.media
  const isAt = (one: SimulatedCall, { configured }: FakeEndpoint): boolean => {
    const rtp = configured?.remote?.rtp
    return rtp?.port === one.rtpPort && rtp.address === one.phone.options.at.address
  }
  const source = [...endpoints.values()].find((endpoint) => isAt(call, endpoint))?.source
  if (source?.type !== 'endpoint') return source?.type === 'tone' ? source.tone : (source?.type ?? 'none')
  const mouth = endpoints.get(source.endpoint)
  const speaker = rig.phones.find(({ calls }) => calls.some((one) => mouth && isAt(one, mouth)))
  return speaker?.options.user ?? 'nobody'
}

test('LEG-REF1 blind: NOTIFY of 100, 180 and 200, the others talk, then BYE to the transferor', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  assert.equal(await refer(rig, atA, to('102')), 202)
  await rig.clock.pass(300)
  assert.deepEqual(told(atA), ['100 active', '180 active'])
  assert.equal(hears(rig, atB), 'ringback')
  const atC = only(c)
  assert.match(atC.lastInvite?.headers.get('from') ?? '', /Person 101/)
  atC.answer()
  await rig.clock.pass(300)
  assert.deepEqual(told(atA), ['100 active', '180 active', '200 terminated'])
  assert.deepEqual([atA.state, atB.state, atC.state], ['ended', 'talking', 'talking'])
  assert.deepEqual([hears(rig, atB), hears(rig, atC)], ['p102', 'p101'])
  assert.deepEqual(atB.requests, [], 'who is transferred is told nothing')
  atB.hangUp()
  await assertAtRest(rig, 2)
  const [first, second] = rig.store.cdrs
  assert.deepEqual([first?.transferredTo, second?.transferredFrom], [second?.call, first?.call])
})

test('LEG-REF2 one REFER at a time in a leg, and so many in all; the call goes on', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  assert.equal(await refer(rig, atA, to('102')), 202)
  assert.equal(await refer(rig, atA, to('102')), 491)
  await rig.clock.pass(300)
  only(c).reject(486)
  await rig.clock.pass(300)
  c.onCall = (call) => call.reject(486)
  for (let count = 1; count < LEG_LIMITS.refersPerLegMax; count += 1)
    assert.equal(await refer(rig, atA, to('102')), 202, String(count))
  assert.equal(await refer(rig, atA, to('102')), 603)
  await rig.clock.pass(300)
  assert.deepEqual([hears(rig, atA), hears(rig, atB)], ['p101', 'p100'])
  atA.hangUp()
  await assertNothingLeft(rig)
})

test('LEG-REF2 so many transfers of one device at once', async () => {
  const { rig, a, b } = await office()
  const calls: SimulatedCall[] = []
  for (let count = 0; count <= LEG_LIMITS.refersPerDeviceMax; count += 1)
    calls.push((await talk(rig, a, b, '101'))[0])
  const answers: (number | undefined)[] = []
  for (const call of calls) answers.push(await refer(rig, call, to('102')))
  assert.deepEqual(answers, [202, 202, 202, 202, 603])
  for (const call of calls) call.hangUp()
  for (const call of b.calls) call.hangUp()
  await assertNothingLeft(rig)
})

const refused: [number, ...(readonly [string, string])[]][] = [
  [400],
  [400, ['Refer-To', '<sip:102@x']],
  [400, ['Refer-To', '<sip:10.0.0.1>']],
  [400, to('102'), to('102')],
  [400, ['Refer-To', '<sip:102@x?Replaces=rubbish>']],
  [416, ['Refer-To', '<mailto:a@b>']],
  [403, ['Refer-To', '<sip:102@x;method=BYE>']],
  [420, to('102'), ['Require', 'gruu']],
]
test('LEG-REF3 what cannot be read, and what is no call, is refused; the call goes on', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  for (const [status, ...lines] of refused) assert.equal(await refer(rig, atA, ...lines), status, `${lines}`)
  assert.deepEqual([told(atA), c.calls.length], [[], 0])
  assert.deepEqual([hears(rig, atA), hears(rig, atB)], ['p101', 'p100'])
  atA.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-REF4 Refer-Sub: false gets no NOTIFY', async () => {
  const { rig, a, b, c } = await office()
  const [atA] = await talk(rig, a, b, '101')
  assert.equal(await refer(rig, atA, to('102'), ['Refer-Sub', 'false'], ['Require', 'norefersub']), 202)
  await rig.clock.pass(300)
  only(c).answer()
  await rig.clock.pass(300)
  assert.deepEqual([told(atA), atA.state], [[], 'ended'])
  only(c).hangUp()
  await assertAtRest(rig, 2)
})

test('LEG-REF5 attended: the two others talk, both legs of the transferor end', async () => {
  const { rig, a, b, c } = await office()
  const [first, atB] = await talk(rig, a, b, '101')
  first.reInvite('sendonly')
  await rig.clock.pass(200)
  assert.equal(hears(rig, atB), 'hold')
  const [second, atC] = await talk(rig, a, c, '102')
  assert.equal(await refer(rig, first, ['Refer-To', replacing(second)]), 202)
  await rig.clock.pass(300)
  assert.deepEqual(told(first), ['100 active', '200 terminated'])
  assert.deepEqual(
    [first.state, second.state, atB.state, atC.state],
    ['ended', 'ended', 'talking', 'talking'],
  )
  assert.deepEqual([hears(rig, atB), hears(rig, atC)], ['p102', 'p101'])
  atC.hangUp()
  await assertAtRest(rig, 2)
  const [one, two] = rig.store.cdrs
  assert.deepEqual([one?.transferredTo, two?.transferredFrom], [two?.call, one?.call])
})

test('LEG-REF6 Replaces of a dialog of somebody else, of none, or of this very one: 603', async () => {
  const { rig, a, b, c } = await office()
  const d = await rig.registered('103')
  const [atA] = await talk(rig, a, b, '101')
  const [atC, atD] = await talk(rig, c, d, '103')
  const others = [atC, atD, atA].map(replacing)
  for (const target of [...others, replacing(atA).replace('from-tag', 'early-only%3Bfrom-tag')])
    assert.equal(await refer(rig, atA, ['Refer-To', target]), 603, target)
  const unknown = '<sip:x@10.0.0.1?Replaces=nobody%3Bto-tag%3D1%3Bfrom-tag%3D2>'
  assert.equal(await refer(rig, atA, ['Refer-To', unknown]), 603)
  assert.deepEqual([atC, atD].map(told), [[], []])
  assert.deepEqual([hears(rig, atC), hears(rig, atD)], ['p103', 'p102'])
  atA.hangUp()
  atC.hangUp()
  await assertAtRest(rig, 2)
})

test('LEG-REF7 a BYE waits until the transferor has answered, but not for ever', async () => {
  const { rig, a, b, c } = await office()
  const [atA] = await talk(rig, a, b, '101')
  assert.equal(await refer(rig, atA, to('102')), 202)
  await rig.clock.pass(300)
  atA.answerTo = ({ method }) => (method === 'NOTIFY' ? undefined : { status: 200 })
  only(c).answer()
  await rig.clock.pass(800)
  assert.equal(atA.state, 'talking')
  await rig.clock.pass(500)
  assert.equal(atA.state, 'ended')
  only(c).hangUp()
  await assertAtRest(rig, 2)
})

test('LEG-REF8 a NOTIFY that is refused ends the subscription and nothing else', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  atA.answerTo = ({ method }) => ({ status: method === 'NOTIFY' ? 481 : 200 })
  assert.equal(await refer(rig, atA, to('102')), 202)
  await rig.clock.pass(300)
  assert.deepEqual([told(atA), atA.state], [['100 active'], 'talking'])
  assert.equal(await refer(rig, atA, to('102')), 491, 'the transfer goes on')
  only(c).reject(486)
  await rig.clock.pass(300)
  assert.deepEqual([hears(rig, atA), hears(rig, atB)], ['p101', 'p100'])
  atA.answerTo = () => ({ status: 200 })
  assert.equal(await refer(rig, atA, to('103')), 202)
  assert.deepEqual(told(atA).slice(1), ['100 active', '404 terminated'])
  atA.hangUp()
  await assertNothingLeft(rig)
})

test('LEG-REF9 early sound of the target reaches who is led there', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  c.onCall = (call) => call.ring(183)
  assert.equal(await refer(rig, atA, to('102')), 202)
  await rig.clock.pass(300)
  assert.equal(hears(rig, atB), 'p102')
  only(c).answer()
  await rig.clock.pass(300)
  assert.equal(hears(rig, atB), 'p102')
  atB.hangUp()
  await assertAtRest(rig, 2)
})

test('LEG-REF10 INVITE with Replaces: only a leg of the same person gives way', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  const replaces = writeReplaces(replacesOf(atB.dialog as Dialog))
  const attempts: [SimulatedPhone, string, number][] = [
    [c, replaces, 481],
    [a, replaces, 481],
    [b, `${replaces};early-only`, 486],
    [b, 'nobody;to-tag=1;from-tag=2', 481],
    [b, 'rubbish', 400],
  ]
  for (const [phone, text, status] of attempts) {
    const call = phone.dial('100', { headers: [['Replaces', text]] })
    await rig.clock.pass(300)
    assert.equal(call.statuses.at(-1), status, text)
  }
  const join = b.dial('100', { headers: [['Join', replaces]] })
  await rig.clock.pass(300)
  assert.equal(join.statuses.at(-1), 403)
  assert.deepEqual([atA.state, atB.state], ['talking', 'talking'])
  const taken = b.dial('100', {
    headers: [
      ['Replaces', replaces],
      ['Require', 'replaces'],
    ],
  })
  await rig.clock.pass(300)
  assert.deepEqual([taken.state, atB.state, atA.state], ['talking', 'ended', 'talking'])
  assert.deepEqual([hears(rig, atA), hears(rig, taken)], ['p101', 'p100'])
  taken.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-REF11 a crash in a blind transfer: both talk as before, the target is let go', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  assert.equal(await refer(rig, atA, to('102')), 202)
  await rig.clock.pass(300)
  rig.kill()
  await rig.startAgain()
  await rig.clock.pass(1_000)
  assert.equal(only(c).state, 'ended')
  assert.deepEqual([hears(rig, atA), hears(rig, atB)], ['p101', 'p100'])
  atB.hangUp()
  await assertAtRest(rig, 2)
  assert.deepEqual(rig.store.cdrs.map(({ why }) => why.rule).toSorted(), ['extension', 'restart'])
})

test('LEG-REF11 a crash after the transferor has gone ends what was being made', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  assert.equal(await refer(rig, atA, to('102')), 202)
  await rig.clock.pass(300)
  atA.hangUp()
  await rig.clock.pass(300)
  rig.kill()
  await rig.startAgain()
  await rig.clock.pass(1_000)
  assert.deepEqual([only(c).state, atB.state], ['ended', 'ended'])
  await assertAtRest(rig, 2)
})

test('LEG-REF12 what a transfer has connected goes on after a crash', async () => {
  const { rig, a, b, c } = await office()
  const [atA, atB] = await talk(rig, a, b, '101')
  await refer(rig, atA, to('102'))
  await rig.clock.pass(300)
  const atC = only(c)
  atC.answer()
  await rig.clock.pass(300)
  const [first, atD] = await talk(rig, b, await rig.registered('103'), '103')
  assert.equal(await refer(rig, atB, ['Refer-To', replacing(first)]), 202)
  await rig.clock.pass(2_000)
  rig.kill()
  await rig.startAgain()
  await rig.clock.pass(1_000)
  assert.deepEqual([atA.state, atB.state, atC.state, atD.state], ['ended', 'ended', 'talking', 'talking'])
  assert.deepEqual([hears(rig, atC), hears(rig, atD)], ['p103', 'p102'])
  atD.hangUp()
  await assertAtRest(rig, 3)
})
