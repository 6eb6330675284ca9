import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@rufwerk/core'
import { newResponse, parseMessage, type SipRequest, writeMessage } from '@rufwerk/sip'
import { ExchangeRig, type SimulatedPhone } from '@rufwerk/testing'

const INSTANCE = '<urn:uuid:00000000-0000-1000-8000-000a95a0e128>'

/** A second place from which the same phone registers. */
function flowOf(rig: ExchangeRig, regId: number): SimulatedPhone {
  const phone = rig.addPhone('p101', { transport: 'tcp' })
  const contact = `${phone.contact};+sip.instance="${INSTANCE}";reg-id=${regId}`
  Object.assign(phone, { contact })
  phone.register(600, [['Supported', 'outbound, path']])
  return phone
}

async function rigWithFlows(): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig()
  const caller = await rig.registered('100')
  rig.addDevice('101')
  const first = flowOf(rig, 1)
  await rig.clock.pass(200)
  const second = flowOf(rig, 2)
  await rig.clock.pass(200)
  return [rig, caller, first, second]
}

test('LEG-OB1 flows of one phone are one contact; the newest is called, and told Flow-Timer', async () => {
  const [rig, caller, first, second] = await rigWithFlows()
  assert.deepEqual([first.registered, second.registered], [200, 200])
  assert.equal(second.lastRegister?.headers.get('flow-timer'), '120')
  assert.equal(second.lastRegister?.headers.get('require'), 'outbound')
  const call = caller.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.deepEqual([first.calls.length, second.calls.length], [0, 1])
})

test('LEG-OB2 430 from the newest flow: the next one is tried, once', async () => {
  const [rig, caller, first, second] = await rigWithFlows()
  second.onCall = (call) => call.reject(430)
  const call = caller.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.deepEqual([first.calls.length, second.calls.length], [1, 1])
  first.onCall = (other) => other.reject(430)
  call.hangUp()
  const next = caller.dial('101')
  await rig.clock.pass(300)
  assert.equal(next.state, 'ended')
  assert.equal(next.statuses.at(-1), 480)
})

test('LEG-OB5 a flow that gave 430 is not called again until it registers again', async () => {
  const [rig, caller, first, second] = await rigWithFlows()
  second.onCall = (call) => call.reject(430)
  const changes = rig.registrationChanges.length
  caller.dial('101')
  await rig.clock.pass(300)
  first.calls.at(-1)?.hangUp()
  assert.equal(rig.userAgent.sizes().bindings > 0, true)
  assert.equal(rig.registrationChanges.length, changes + 1)
  caller.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual([first.calls.length, second.calls.length], [2, 1])
  first.calls.at(-1)?.hangUp()
  second.onCall = (call) => call.answer()
  second.register(600, [['Supported', 'outbound, path']])
  await rig.clock.pass(300)
  caller.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual([first.calls.length, second.calls.length], [2, 2])
})

test('LEG-OB5 430 of a phone without outbound says nothing about its flow', async () => {
  const rig = new ExchangeRig()
  const caller = await rig.registered('100')
  const phone = await rig.registered('101')
  phone.onCall = (call) => call.reject(430)
  for (let count = 1; count <= 2; count += 1) {
    caller.dial('101')
    await rig.clock.pass(300)
    assert.equal(phone.calls.length, count)
  }
})

test('LEG-OB3 a broken flow takes its contact along; a new connection is used', async () => {
  const [rig, caller, first, second] = await rigWithFlows()
  rig.network.cut(second.flow)
  await rig.clock.pass(100)
  const call = caller.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual([call.state, first.calls.length, second.calls.length], ['talking', 1, 0])
  call.hangUp()
  second.reconnect()
  second.register(600, [['Supported', 'outbound, path']])
  await rig.clock.pass(300)
  const again = caller.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual([again.state, second.calls.length], ['talking', 1])
})

test('LEG-OB4 a phone behind a proxy is called through the Path of its registration', async () => {
  const rig = new ExchangeRig()
  const caller = await rig.registered('100')
  rig.addDevice('101')
  const phone = rig.addPhone('p101')
  phone.register(600, [
    ['Supported', 'path'],
    ['Path', '<sip:edge.example.com;lr;ob>'],
  ])
  await rig.clock.pass(200)
  assert.equal(phone.lastRegister?.headers.get('path'), '<sip:edge.example.com;lr;ob>')
  caller.dial('101')
  await rig.clock.pass(300)
  assert.equal(phone.calls[0]?.lastInvite?.headers.get('route'), '<sip:edge.example.com;lr;ob>')
})

test('LEG-REG12 phones that register at once are told times that differ by up to 20 %', async () => {
  const rig = new ExchangeRig()
  const times = new Set<number>()
  for (let extension = 100; extension < 120; extension += 1) {
    const phone = await rig.registered(String(extension))
    const [, left] = /expires=(\d+)/.exec(phone.lastRegister?.headers.get('contact') ?? '') ?? []
    times.add(Number(left))
  }
  assert.ok(times.size > 10)
  for (const time of times) assert.ok(time >= 480 && time <= 600, `${time}`)
})

test('LEG-REG13 a storm of REGISTER is taken at a rate, the rest is told when to come back', async () => {
  const rig = new ExchangeRig({ limits: { registersPerSecondMax: 4, registersAtOnceMax: 10 } })
  const phones = Array.from({ length: 30 }, (_, at) => {
    const { sipName } = rig.addDevice(String(200 + at))
    return rig.addPhone(sipName)
  })
  for (const phone of phones) phone.register()
  await rig.clock.pass(200)
  const refused = phones.filter(({ registered }) => registered === 503)
  assert.ok(refused.length >= 20, `${refused.length}`)
  const waits = refused.map(({ lastRegister }) => Number(lastRegister?.headers.get('retry-after')))
  for (const wait of waits) assert.ok(wait >= 5 && wait <= 30)
  assert.ok(new Set(waits).size > 5)
  assert.equal(rig.userAgent.counts().refusedRegisters, refused.length)
  for (const [at, phone] of refused.entries()) {
    phone.arm(seconds(waits[at] ?? 0), () => phone.register())
  }
  await rig.clock.pass(40_000)
  const left = phones.filter(({ registered }) => registered !== 200)
  assert.ok(left.length < refused.length / 2, `${left.length}`)
})

test('LEG-FWD1 our INVITE has one hop less than its cause, and a share of the branches', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  const raw = (hops: number, breadth: string) => {
    const call = a.dial('101', { headers: [['Max-Breadth', breadth]] })
    return { call, hops }
  }
  const { call } = raw(70, '20')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.equal(b.calls[0]?.lastInvite?.headers.maxForwards, 69)
  assert.equal(b.calls[0]?.lastInvite?.headers.get('max-breadth'), '2')
  const { call: none } = raw(70, '0')
  await rig.clock.pass(300)
  assert.equal(none.statuses.at(-1), 440)
})

test('LEG-FWD2 a request of ours that comes back as it went out gets 482', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  const statuses: number[] = []
  rig.network.attach(b.options.at, {
    onMessage: (flow, bytes) => {
      const parsed = parseMessage(bytes)
      if (!parsed.ok) return
      if (parsed.value.kind === 'response') {
        statuses.push(parsed.value.status)
        return
      }
      bounce(rig, flow, parsed.value)
    },
  })
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.ok(statuses.includes(482), String(statuses))
  call.cancel()
  await rig.clock.pass(300)
})

/** A proxy that sends an INVITE back to where it came from, once. */
function bounce(rig: ExchangeRig, flow: SimulatedPhone['flow'], request: SipRequest): void {
  if (request.method !== 'INVITE' || request.headers.vias.length > 1) {
    rig.network.send(flow, writeMessage(newResponse(request, 200, { toTag: 'x' })))
    return
  }
  const text = Buffer.from(writeMessage(request)).toString()
  const via = 'Via: SIP/2.0/UDP 10.0.9.9:5060;branch=z9hG4bKproxy'
  rig.network.send(flow, Buffer.from(text.replace('\r\nVia: ', `\r\n${via}\r\nVia: `)))
}
