// Browser pages that are loaded anew in the middle of a call: who gets the call back, and who does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig } from '@rufwerk/testing'
import { assertAtRest } from '../two-phones.ts'
import {
  endpointOf,
  header,
  IGNORES,
  leave,
  load,
  loadedAndAsked,
  OTHER_TAB,
  TAB,
  talking,
} from './reloaded-page.ts'

for (const caller of ['page', 'desk'] as const)
  test(`LEG-RLD1 a page loaded anew gets its call back; the ${caller} had called`, async () => {
    const s = await talking(caller)
    const [before] = endpointOf(s, 'webrtc') ?? []
    const seen = [s.other.requests.length, s.other.statuses.length]
    await s.rig.clock.pass(20_000)
    await leave(s, s.page)
    const page = await load(s.rig)
    await s.rig.clock.pass(300)
    const [back] = page.calls
    assert.deepEqual([page.calls.length, back?.state, back?.isAcknowledged], [1, 'talking', true])
    const { callId, localTag = '', remoteTag = '' } = s.call.dialog ?? {}
    assert.equal(header(back, 'target-dialog'), `${callId};local-tag=${localTag};remote-tag=${remoteTag}`)
    assert.equal(header(back, 'answer-mode'), 'Auto')
    assert.equal(back?.lastInvite?.headers.from.uri.user, '101')
    const [id, endpoint] = endpointOf(s, 'webrtc') ?? []
    assert.notEqual(id, before)
    const [deskId, desk] = endpointOf(s, 'rtp') ?? []
    assert.deepEqual(endpoint?.source, { type: 'endpoint', endpoint: deskId })
    assert.deepEqual(desk?.source, { type: 'endpoint', endpoint: id })
    assert.equal(endpoint?.remoteIce?.ufrag, back?.ufrag)
    assert.deepEqual([s.other.requests.length, s.other.statuses.length], seen)
    await s.rig.clock.pass(30_000)
    back?.hangUp()
    await s.rig.clock.pass(300)
    assert.deepEqual([s.other.state, back?.answers], ['ended', [200]])
    const [cdr] = s.rig.store.cdrs
    assert.ok(cdr?.answeredAt !== undefined && cdr.endedAt - cdr.answeredAt > 50_000)
    assert.equal(cdr.cause, 16)
    await assertAtRest(s.rig, 1)
  })

test('LEG-RLD1 the other side hangs up after the reload: BYE in the new dialog', async () => {
  const s = await talking()
  await leave(s, s.page)
  const page = await load(s.rig)
  await s.rig.clock.pass(300)
  s.other.hangUp()
  await s.rig.clock.pass(300)
  assert.deepEqual([page.calls[0]?.state, page.calls[0]?.requests], ['ended', ['BYE']])
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD2 the old dialog is forgotten without BYE; a late request in it gets 481', async () => {
  const s = await talking()
  await leave(s, s.page)
  await load(s.rig)
  await s.rig.clock.pass(300)
  s.page.reconnect()
  s.call.info('application/dtmf-relay', 'Signal=5')
  await s.rig.clock.pass(300)
  assert.deepEqual([s.call.requests, s.call.answers], [[], [481]])
  assert.equal(s.other.state, 'talking')
})

test('LEG-RLD3 the wait goes on when the page before registers while the next one is asked', async () => {
  const s = await talking()
  await leave(s, s.page)
  const next = await load(s.rig, IGNORES)
  await s.rig.clock.pass(1_000)
  s.page.reconnect()
  s.page.register()
  await s.rig.clock.pass(25_000)
  assert.deepEqual([next.calls.length, next.calls[0]?.state], [1, 'ended'])
  assert.equal(s.other.state, 'ended')
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD3 a page that does not come back: the leg ends after 20 s', async () => {
  const s = await talking()
  s.rig.network.cut(s.page.flow)
  await s.rig.clock.pass(19_500)
  assert.equal(s.other.state, 'talking')
  await s.rig.clock.pass(1_000)
  assert.equal(s.other.state, 'ended')
  assert.equal(s.rig.store.cdrs[0]?.endedBy, 'network')
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD3 a page that does not answer: CANCEL after 20 s, and a 2xx after it gets BYE', async () => {
  const s = await talking()
  await leave(s, s.page)
  const page = await load(s.rig, IGNORES)
  await s.rig.clock.pass(18_000)
  const [back] = page.calls
  assert.ok(back)
  back.ring()
  Object.assign(back, { cancelled: () => back.answer() }) // As when both cross.
  assert.deepEqual([back.state, s.other.state], ['ringing', 'talking'])
  await s.rig.clock.pass(1_500)
  assert.deepEqual([back.state, s.other.state], ['ended', 'ended'])
  assert.deepEqual([back.isAcknowledged, back.requests], [true, ['BYE']])
  await assertAtRest(s.rig, 1)
})

for (const [status, endedBy, cause] of [
  [603, 'caller', 16],
  [480, 'network', 38],
  [481, 'network', 38],
  [500, 'network', 38],
] as const)
  test(`LEG-RLD4 a page that answers ${status} ends the call`, async () => {
    const s = await talking()
    await leave(s, s.page)
    await load(s.rig, { onCall: (call) => call.reject(status) })
    await s.rig.clock.pass(500)
    assert.equal(s.other.state, 'ended')
    const [cdr] = s.rig.store.cdrs
    assert.deepEqual([cdr?.endedBy, cdr?.cause], [endedBy, cause])
    await assertAtRest(s.rig, 1)
  })

test('LEG-RLD5 a page that goes before it has answered: the next one gets the call', async () => {
  const s = await talking()
  await leave(s, s.page)
  const second = await load(s.rig, IGNORES)
  await s.rig.clock.pass(5_000)
  assert.equal(second.calls.length, 1)
  await leave(s, second)
  const third = await load(s.rig)
  await s.rig.clock.pass(300)
  assert.equal(third.calls[0]?.state, 'talking')
  assert.equal(header(third.calls[0], 'target-dialog'), header(second.calls[0], 'target-dialog'))
  await s.rig.clock.pass(30_000)
  assert.equal(s.other.state, 'talking')
  s.other.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD5 the 20 s do not begin anew with each page', async () => {
  const s = await talking()
  await leave(s, s.page)
  for (let at = 0; at < 3; at += 1) {
    const page = await load(s.rig, IGNORES)
    await s.rig.clock.pass(6_000)
    await leave(s, page)
  }
  assert.equal(s.other.state, 'ended')
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD5 a call that came back survives the next reload, for another 20 s', async () => {
  const s = await talking()
  for (let at = 0, page = s.page; at < 3; at += 1) {
    await leave(s, page)
    await s.rig.clock.pass(15_000)
    page = await load(s.rig)
    await s.rig.clock.pass(300)
    assert.equal(page.calls[0]?.state, 'talking')
  }
  s.other.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD6 a call that ends while the page is asked: CANCEL', async () => {
  const s = await talking()
  const page = await loadedAndAsked(s)
  s.other.hangUp()
  await s.rig.clock.pass(500)
  assert.equal(page.calls[0]?.state, 'ended')
  assert.equal(s.rig.store.cdrs[0]?.cause, 16)
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD6 a call that ended while no page was there: nothing is said to the next one', async () => {
  const s = await talking()
  await leave(s, s.page)
  s.other.hangUp()
  await s.rig.clock.pass(500)
  const page = await load(s.rig)
  const requests: string[] = []
  const onMessage = page.onMessage.bind(page)
  page.onMessage = (flow, bytes) => {
    requests.push(Buffer.from(bytes).toString().split(' ')[0] ?? '')
    onMessage(flow, bytes)
  }
  await s.rig.clock.pass(40_000)
  assert.deepEqual([requests, page.calls.length], [[], 0])
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD7 hold outlives the page, and ends when it resumes', async () => {
  const s = await talking()
  s.call.reInvite('sendonly')
  await s.rig.clock.pass(300)
  const events = () => s.rig.store.events.filter(({ type }) => type === 'held' || type === 'resumed')
  const before = events().length
  const [, desk] = endpointOf(s, 'rtp') ?? []
  const music = desk?.source
  await leave(s, s.page)
  const page = await load(s.rig)
  await s.rig.clock.pass(300)
  const [back] = page.calls
  assert.match(Buffer.from(back?.lastInvite?.body ?? []).toString(), /a=recvonly/)
  assert.equal(back?.state, 'talking')
  assert.deepEqual([events().length, endpointOf(s, 'rtp')?.[1].source], [before, music])
  // As the page does at once, to know of its hold itself.
  back?.reInvite('sendonly')
  await s.rig.clock.pass(300)
  assert.equal(events().length, before)
  back?.reInvite('sendrecv')
  await s.rig.clock.pass(300)
  assert.equal(events().length, before + 1)
  const [id] = endpointOf(s, 'webrtc') ?? []
  assert.deepEqual(endpointOf(s, 'rtp')?.[1].source, { type: 'endpoint', endpoint: id })
  s.other.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD8 neither another tab nor another device gets it, before or after the page', async () => {
  const s = await talking()
  s.rig.addDevice('102', { kind: 'browser' })
  await leave(s, s.page)
  const strangers = [await load(s.rig, { tab: OTHER_TAB }), await load(s.rig, { sipName: 'p102' })]
  await s.rig.clock.pass(300)
  const page = await load(s.rig)
  await s.rig.clock.pass(300)
  for (const stranger of strangers) stranger.register()
  await s.rig.clock.pass(300)
  assert.deepEqual(
    [...strangers, page].map(({ calls }) => calls.length),
    [0, 0, 1],
  )
  assert.equal(s.other.state, 'talking')
})

test('LEG-RLD8 another tab that registers beside a page in a call takes nothing from it', async () => {
  const s = await talking()
  const tab = await load(s.rig, { tab: OTHER_TAB })
  await s.rig.clock.pass(300)
  s.other.hangUp()
  await s.rig.clock.pass(300)
  assert.deepEqual([s.call.state, tab.calls.length], ['ended', 0])
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD8 the page that connects again keeps its dialog', async () => {
  const s = await talking()
  await leave(s, s.page)
  s.page.reconnect()
  s.page.register()
  await s.rig.clock.pass(30_000)
  assert.deepEqual([s.call.state, s.page.calls.length], ['talking', 1])
  s.other.hangUp()
  await s.rig.clock.pass(300)
  assert.equal(s.call.state, 'ended')
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD8 a desk phone whose Call-ID changed with its connection keeps its dialog', async () => {
  const rig = new ExchangeRig()
  const desk = await rig.registered('101')
  rig.addDevice('100')
  const phone = rig.addPhone('p100', { transport: 'tcp' })
  const contact = `${phone.contact};+sip.instance="<${TAB}>"`
  Object.assign(phone, { contact })
  phone.register()
  await rig.clock.pass(300)
  phone.dial('101')
  await rig.clock.pass(300)
  rig.network.cut(phone.flow)
  await rig.clock.pass(1_000)
  const again = rig.addPhone('p100', { transport: 'tcp' })
  Object.assign(again, { contact })
  again.register()
  await rig.clock.pass(300)
  assert.deepEqual([again.calls.length, desk.calls[0]?.state], [0, 'talking'])
  await rig.clock.pass(25_000)
  assert.equal(desk.calls[0]?.state, 'talking')
})

for (const caller of ['page', 'desk'] as const)
  test(`LEG-RLD9 what rings ends with the page; the ${caller} had called`, async () => {
    const rig = new ExchangeRig()
    rig.addDevice('100', { kind: 'browser' })
    const page = await load(rig)
    const desk = await rig.registered('101')
    for (const phone of [page, desk]) phone.onCall = (call) => call.ring()
    const call = caller === 'page' ? page.dial('101') : desk.dial('100')
    await rig.clock.pass(1_000)
    rig.network.cut(page.flow)
    const next = await load(rig)
    await rig.clock.pass(1_000)
    assert.equal((caller === 'page' ? desk.calls[0] : call)?.state, 'ended')
    assert.equal(next.calls.length, 0)
  })

test('LEG-RLD10 a caller cannot make a page answer', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('100', { kind: 'browser' })
  const page = await load(rig)
  const desk = await rig.registered('101')
  const headers = [
    ['Target-Dialog', 'x;local-tag=a;remote-tag=b'],
    ['Answer-Mode', 'Auto'],
  ] as const
  desk.dial('100', { headers })
  await rig.clock.pass(300)
  const [call] = page.calls
  assert.deepEqual(
    [call?.state, header(call, 'target-dialog'), header(call, 'answer-mode')],
    ['talking', undefined, undefined],
  )
})

for (const first of ['media', 'signalling'] as const)
  test(`LEG-RLD11 the ${first} of the page goes first: it gets its call back`, async () => {
    const s = await talking()
    const [endpoint] = endpointOf(s, 'webrtc') ?? []
    assert.ok(endpoint)
    if (first === 'signalling') s.rig.network.cut(s.page.flow)
    await s.rig.clock.pass(300)
    s.rig.media.emit({ type: 'disconnected', endpoint, why: 'closed' })
    await s.rig.clock.pass(300)
    if (first === 'media') s.rig.network.cut(s.page.flow)
    await s.rig.clock.pass(5_000)
    const page = await load(s.rig)
    await s.rig.clock.pass(3_000)
    assert.deepEqual([page.calls[0]?.state, s.other.state], ['talking', 'talking'])
    s.other.hangUp()
    await assertAtRest(s.rig, 1)
  })

test('LEG-RLD11 a page that goes while it is offered another endpoint gets its call back', async () => {
  const s = await talking()
  const [endpoint] = endpointOf(s, 'webrtc') ?? []
  assert.ok(endpoint)
  s.call.answerTo = () => undefined
  s.rig.media.breakConnection(endpoint)
  await s.rig.clock.pass(1_000)
  assert.deepEqual(s.call.requests.slice(0, 1), ['INVITE'])
  await leave(s, s.page)
  const page = await load(s.rig)
  await s.rig.clock.pass(1_000)
  assert.deepEqual([page.calls[0]?.state, s.other.state], ['talking', 'talking'])
  assert.equal(s.rig.media.size(), 2)
  s.other.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD12 a page that is loaded anew while call control is away gets its call back', async () => {
  const s = await talking()
  s.rig.kill()
  await s.rig.startAgain()
  await s.rig.clock.pass(2_000)
  const page = await load(s.rig)
  await s.rig.clock.pass(500)
  assert.deepEqual([page.calls[0]?.state, s.other.state], ['talking', 'talking'])
  s.rig.kill()
  await s.rig.startAgain()
  page.reconnect()
  page.register()
  await s.rig.clock.pass(500)
  assert.equal(page.calls.length, 1)
  page.calls[0]?.hangUp()
  await s.rig.clock.pass(500)
  assert.equal(s.other.state, 'ended')
  await assertAtRest(s.rig, 1)
})

test('LEG-RLD12 the old connection was not seen to close yet', async () => {
  const s = await talking()
  const page = await load(s.rig)
  await s.rig.clock.pass(300)
  assert.equal(page.calls[0]?.state, 'talking')
  s.rig.network.cut(s.page.flow)
  await s.rig.clock.pass(30_000)
  assert.deepEqual([page.calls[0]?.state, s.other.state], ['talking', 'talking'])
  s.other.hangUp()
  await s.rig.clock.pass(300)
  assert.equal(page.calls[0]?.state, 'ended')
  await assertAtRest(s.rig, 1)
})
