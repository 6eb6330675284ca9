import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequest } from '@rufwerk/sip'
import { ExchangeRig, type SimulatedCall } from '@rufwerk/testing'
import { readInfoDigit } from '../src/dtmf-info.ts'

async function talking(
  callee: SimulatedCall['options'] = {},
  kind: 'phone' | 'browser' = 'phone',
): Promise<[ExchangeRig, SimulatedCall, SimulatedCall]> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { kind })
  const b = await rig.registered('101')
  b.onCall = (call) => call.answer(callee)
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  return [rig, call, b.calls[0] as SimulatedCall]
}

test('LEG-DTMF1 a digit by INFO reaches a peer with telephone-event as RFC 4733', async () => {
  const [rig, call] = await talking()
  call.info('application/dtmf-relay', 'Signal=5\r\nDuration=200\r\n')
  call.info('application/dtmf', '#')
  call.info('application/dtmf-relay', 'Signal= 11\r\nDuration= 99999\r\n')
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200, 200, 200])
  const digits = [...rig.media.endpoints.values()].map((endpoint) => endpoint.digits.join(''))
  assert.deepEqual(digits.sort(), ['', '5##'])
})

test('LEG-DTMF2 a digit in RTP reaches a peer without telephone-event as INFO', async () => {
  const [rig, call, callee] = await talking({ hasDtmf: false })
  const [endpoint] = [...rig.media.endpoints].find(([, { configured }]) => configured?.dtmf) ?? []
  assert.ok(endpoint)
  rig.media.emit({ type: 'dtmf', endpoint, digit: '7', durationMs: 120 })
  await rig.clock.pass(300)
  assert.deepEqual(callee.infos, ['Signal=7\r\nDuration=120\r\n'])
  assert.equal(call.state, 'talking')
})

test('LEG-DTMF3 a digit that the engine carried over is not sent a second time', async () => {
  const [rig, , callee] = await talking()
  for (const endpoint of rig.media.endpoints.keys())
    rig.media.emit({ type: 'dtmf', endpoint, digit: '7', durationMs: 120 })
  await rig.clock.pass(300)
  assert.deepEqual(callee.infos, [])
  assert.ok(rig.media.commands.every((command) => command.type !== 'sendDtmf'))
})

/** How the engine was told to speak with a phone that answers with these event formats. */
async function told(numbers: string, ...events: string[]): Promise<unknown[]> {
  const head = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n'
  const lines = events.map((line) => `a=rtpmap:${line}\r\n`).join('')
  const body = `${head}m=audio 4000 RTP/AVP ${numbers}\r\n${lines}`
  const [rig] = await talking({ body })
  const phone = [...rig.media.endpoints.values()].find(
    ({ configured }) => configured?.remote?.rtp.port === 4000,
  )
  return [phone?.configured?.dtmf, phone?.configured?.receiveDtmf]
}

test('LEG-DTMF7 a phone may send each event format that it took, and gets the one of the sound', async () => {
  const slow = { payloadType: 101, clockRate: 8_000 }
  const fast = { payloadType: 110, clockRate: 48_000 }
  const both = ['110 telephone-event/48000', '101 telephone-event/8000']
  assert.deepEqual(await told('8 110 101', ...both), [slow, [fast, slow]])
  assert.deepEqual(await told('111 110 101', '111 opus/48000/2', ...both), [fast, [fast, slow]])
  assert.deepEqual(await told('8 101', '101 telephone-event/8000'), [slow, [slow]])
  assert.deepEqual(await told('8 110', '110 telephone-event/48000'), [undefined, [fast]])
  assert.deepEqual(await told('8'), [undefined, []])
})

test('LEG-DTMF4 INFO bodies: other types get 415, broken ones 400, none 200', async () => {
  const [rig, call] = await talking()
  call.info('application/json', '{}')
  call.info('application/dtmf-relay', 'Signal=xx\r\n')
  call.request('INFO')
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [415, 400, 200])
})

test('LEG-DTMF5 the length of a digit is bounded', () => {
  const rig = new ExchangeRig()
  rig.addDevice('100')
  const parts = rig.addPhone('p100').parts('INFO', '1')
  const rows: [string, unknown][] = [
    ['Signal=1\r\nDuration=5\r\n', { digit: '1', durationMs: 40 }],
    ['signal=A\nduration=250\n', { digit: 'A', durationMs: 250 }],
    ['Signal=*\r\n', { digit: '*', durationMs: 160 }],
    ['Signal=5\r\nDuration=999999\r\n', { digit: '5', durationMs: 5000 }],
    ['Duration=100\r\n', 'malformed'],
    ['x'.repeat(500), 'malformed'],
  ]
  for (const [content, expected] of rows) {
    const request = newRequest({ ...parts, body: { type: 'application/dtmf-relay', content } })
    assert.deepEqual(readInfoDigit(request), expected, content)
  }
})

test('LEG-MED1 quality is reported while the call lasts and once more before its end', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const seen: string[] = []
  rig.userAgent.listen({
    onIncoming: ({ leg }) => {
      rig.userAgent.setSource(leg, { type: 'echo' })
      rig.userAgent.answer(leg)
      return 'accepted'
    },
    onLegEvent: (_leg, event) => seen.push(event.type),
  })
  const call = a.dial('1')
  await rig.clock.pass(300)
  const [id, endpoint] = [...rig.media.endpoints][0] ?? []
  assert.ok(id && endpoint)
  const stats = { packetsSent: 1, packetsReceived: 1, lost: 0, jitterMs: 1, rubbish: 0, isRelayed: false }
  rig.media.emit({ type: 'stats', endpoint: id, stats: { ...stats, codec: 'PCMA' } })
  rig.media.emit({ type: 'sourceEnded', endpoint: id })
  call.hangUp()
  await rig.clock.pass(300)
  assert.deepEqual(seen, ['quality', 'sourceEnded', 'quality', 'ended'])
})

test('LEG-MED3 a media process that does not answer is waited for, but not for ever', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  rig.media.command = () => new Promise(() => undefined)
  const call = a.dial('*43')
  await rig.clock.pass(4000)
  assert.equal(call.state, 'calling')
  await rig.clock.pass(20_000)
  assert.equal(call.statuses.at(-1), 503)
  await rig.clock.pass(60_000)
  assert.equal(rig.leftovers().legs, 0)
  assert.equal(rig.store.cdrs.length, 1)
})

test('LEG-FLOW1 an unanswered call is over with its connection', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { kind: 'browser' })
  const b = await rig.registered('101')
  b.onCall = (call) => call.ring()
  a.dial('101')
  await rig.clock.pass(500)
  rig.network.cut(a.flow)
  await rig.clock.pass(500)
  assert.equal(b.calls[0]?.state, 'ended')
  assert.equal(rig.store.cdrs[0]?.endedBy, 'network')
})

test('LEG-FLOW2 an answered call waits for the device to connect again, then ends', async () => {
  const [rig, call, callee] = await talking({}, 'browser')
  rig.network.cut(call.phone.flow)
  await rig.clock.pass(19_000)
  assert.equal(callee.state, 'talking')
  await rig.clock.pass(2000)
  assert.equal(callee.state, 'ended')
})

test('LEG-FLOW3 a device that connects again in time keeps its call', async () => {
  const [rig, call, callee] = await talking({}, 'browser')
  const { at, server, device } = call.phone.options
  assert.ok(device)
  rig.network.cut(call.phone.flow)
  await rig.clock.pass(5000)
  call.phone.flow = rig.network.connect('ws', at, server, device)
  call.phone.register()
  await rig.clock.pass(30_000)
  assert.deepEqual([call.state, callee.state], ['talking', 'talking'])
  callee.hangUp()
  await rig.clock.pass(300)
  assert.equal(call.state, 'ended')
})
