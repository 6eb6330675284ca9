// Whom a block concerns: each exemption beside the same message without it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Flow, SocketAddress } from '@rufwerk/core'
import { answerChallenge } from '@rufwerk/sip'
import { ExchangeRig, RIG_SERVER } from '@rufwerk/testing'
import type { GatePort, Sighting } from '../../src/index.ts'
import { CARRIER, Carrier, customer, invite, TrunkRig, US } from '../trunk/carrier.ts'

const AT: SocketAddress = { address: '10.7.7.7', port: 5060 }

const keyOf = ({ address, port }: SocketAddress): string => `${address} ${port}`

/** Blocks one address, but for the flows of devices, as the machine behind the port does. */
class Gate implements GatePort {
  blocked: string | undefined
  why: 'proven' | 'forgeable' = 'proven'
  /** So many messages pass whatever they are. */
  lane = 0
  readonly seen: (Sighting & { readonly from: string })[] = []
  readonly proved = new Set<string>()
  readonly closedFlows: string[] = []

  blockOf({ remote }: Flow) {
    return remote.address === this.blocked && !this.proved.has(keyOf(remote)) ? this.why : undefined
  }

  mayPass(): boolean {
    this.lane -= 1
    return this.lane >= 0
  }

  observe({ remote }: Flow, sighting: Sighting): void {
    this.seen.push({ ...sighting, from: remote.address })
  }

  authenticated({ remote }: Flow): void {
    this.proved.add(keyOf(remote))
  }

  closed({ remote }: Flow): void {
    this.closedFlows.push(keyOf(remote))
  }
}

async function office() {
  const gate = new Gate()
  const rig = new ExchangeRig({ gate })
  const phone = await rig.registered('100')
  return { gate, rig, phone }
}

class Stranger {
  readonly heard: string[] = []
  readonly flow: Flow
  readonly #rig: ExchangeRig
  #count = 0

  constructor(rig: ExchangeRig, at = AT) {
    this.#rig = rig
    this.flow = rig.network.flow(at, RIG_SERVER)
    rig.network.attach(at, {
      onMessage: (_flow, bytes) => this.heard.push(Buffer.from(bytes).toString('utf8')),
    })
  }

  raw(text: string): void {
    this.#rig.network.send(this.flow, Buffer.from(text))
  }

  /** The statuses that come back. */
  async asks(method: string, uri: string, from: string, more: readonly string[] = []): Promise<string[]> {
    this.#count += 1
    const lines = [
      `${method} sip:${uri}@10.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP ${AT.address}:${AT.port};branch=z9hG4bKs${this.#count};rport`,
      'Max-Forwards: 70',
      `From: <sip:${from}@10.0.0.1>;tag=${this.#count}`,
      `To: <sip:${uri}@10.0.0.1>`,
      `Call-ID: ${this.#count}@${AT.address}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:${from}@${AT.address}:${AT.port}>`,
      ...more,
      'Content-Length: 0',
    ]
    this.heard.length = 0
    this.raw(`${lines.join('\r\n')}\r\n\r\n`)
    await this.#rig.clock.pass(500)
    return this.heard.map((text) => text.slice(8, 11))
  }
}

for (const isBlocked of [true, false])
  test(`LEG-GATE1 a stranger at a blocked address hears nothing at all: ${isBlocked}`, async () => {
    const { gate, rig } = await office()
    if (isBlocked) gate.blocked = AT.address
    const stranger = new Stranger(rig)
    const heard: string[] = []
    for (const method of ['REGISTER', 'INVITE', 'OPTIONS', 'MESSAGE', 'BYE'])
      heard.push(...(await stranger.asks(method, 'p100', 'p100')))
    stranger.raw('OPTIONS x SIP/2.0\r\nVia: broken\r\n\r\n')
    await rig.clock.pass(60_000)
    assert.deepEqual(heard, isBlocked ? [] : ['401', '401', '200', '401', '481'])
    assert.equal(rig.userAgent.counts().malformed, isBlocked ? 0 : 1)
    assert.equal(rig.userAgent.counts().shutOut, isBlocked ? 6 : 0)
    assert.equal(rig.userAgent.sizes().transactions, 0)
  })

test('LEG-GATE2 a few requests pass a block, for every name the same', async () => {
  const { gate, rig } = await office()
  gate.blocked = AT.address
  gate.lane = 2
  const stranger = new Stranger(rig)
  assert.deepEqual(await stranger.asks('REGISTER', 'p100', 'p100'), ['401'])
  assert.deepEqual(await stranger.asks('REGISTER', 'nobody', 'nobody'), ['401'])
  assert.deepEqual(await stranger.asks('REGISTER', 'p100', 'p100'), [])
})

test('LEG-GATE3 a call to an emergency number passes and is challenged, no other one', async () => {
  const { gate, rig } = await office()
  gate.blocked = AT.address
  const stranger = new Stranger(rig)
  assert.deepEqual(await stranger.asks('INVITE', '112', 'p100'), ['401'])
  assert.deepEqual(await stranger.asks('INVITE', '112', 'nobody'), ['401'])
  assert.deepEqual(await stranger.asks('INVITE', '113', 'p100'), [])
  assert.deepEqual(await stranger.asks('REGISTER', '112', '112'), [])
})

for (const isForHelp of [true, false])
  test(`LEG-GATE3 a phone that is not registered calls for help through a block: ${isForHelp}`, async () => {
    const { gate, rig } = await office()
    rig.addDevice('105')
    const phone = rig.addPhone('p105')
    gate.blocked = phone.options.at.address
    phone.dial(isForHelp ? '112' : '100')
    await rig.clock.pass(2_000)
    assert.equal(gate.proved.has(keyOf(phone.options.at)), isForHelp, 'credentials were asked for and shown')
    assert.equal(rig.store.cdrs.length + rig.exchange.size() > 0, isForHelp)
  })

test('LEG-GATE4 a registered phone calls and is called at a blocked address; answers pass', async () => {
  const { gate, rig, phone } = await office()
  const other = await rig.registered('101')
  gate.blocked = phone.options.at.address
  const call = phone.dial('101')
  await rig.clock.pass(500)
  assert.equal(call.state, 'talking')
  const back = await rig.registered('102')
  // As after a restart that has forgotten who proved what: what we ask is answered all the same.
  gate.proved.clear()
  const called = back.dial('100')
  await rig.clock.pass(500)
  assert.equal(called.state, 'talking', 'responses and what belongs to a call')
  call.hangUp()
  await rig.clock.pass(500)
  assert.equal(call.state, 'ended')
  assert.equal(other.calls[0]?.state, 'ended')
  phone.register()
  await rig.clock.pass(500)
  assert.equal(phone.registered, 0, 'the twin: a request that belongs to nothing')
})

test('LEG-GATE5 who answers a challenge passes a block by forged packets, not a proven one', async () => {
  for (const why of ['forgeable', 'proven'] as const) {
    const { gate, rig } = await office()
    rig.addDevice('105')
    const stranger = new Stranger(rig)
    await stranger.asks('REGISTER', 'p105', 'p105')
    const challenge = /^WWW-Authenticate: ?(.*)$/im.exec(stranger.heard[0] ?? '')?.[1] ?? ''
    const shared = { user: 'p105', method: 'REGISTER', uri: 'sip:p105@10.0.0.1' }
    const credentials = (asked: string) =>
      `Authorization: ${answerChallenge(asked, { ...shared, password: 'wrong', cnonce: 'c' })}`
    gate.blocked = AT.address
    gate.why = why
    const right = await stranger.asks('REGISTER', 'p105', 'p105', [credentials(challenge)])
    assert.deepEqual(right, why === 'forgeable' ? ['403'] : [])
    const invented = challenge.replace(/nonce="./, 'nonce="0')
    assert.deepEqual(await stranger.asks('REGISTER', 'p105', 'p105', [credentials(invented)]), [])
  }
})

test('LEG-GATE6 a browser and a carrier are let alone', async () => {
  const { gate, rig } = await office()
  const browser = await rig.registered('103', { kind: 'browser' })
  gate.proved.clear()
  gate.blocked = browser.options.at.address
  browser.register()
  await rig.clock.pass(500)
  assert.equal(browser.registered, 200)
  for (const isCarrier of [true, false]) {
    const trunkGate = new Gate()
    const trunks = new TrunkRig([customer()], undefined, {}, trunkGate)
    const carrier = new Carrier(trunks.network, CARRIER)
    await trunks.settle()
    const from = isCarrier ? CARRIER : { address: '10.9.9.9', port: 5060 }
    trunkGate.blocked = from.address
    const caller = isCarrier ? carrier : new Carrier(trunks.network, from)
    caller.send(invite({ uri: 'sip:account1@10.0.0.1:5060' }), trunks.network.flow(from, US))
    await trunks.settle()
    assert.equal(trunks.incoming.length, isCarrier ? 1 : 0)
  }
})

test('LEG-GATE7 what may be an attack is told, and nothing of registered phones', async () => {
  const { gate, rig, phone } = await office()
  const other = await rig.registered('101')
  phone.dial('101')
  await rig.clock.pass(500)
  phone.register()
  await rig.clock.pass(500)
  assert.equal(other.calls.length, 1)
  assert.deepEqual(gate.seen, [])
  const stranger = new Stranger(rig)
  const { address: from } = AT
  await stranger.asks('REGISTER', 'nobody', 'nobody')
  await stranger.asks('INVITE', '666', 'p100')
  await stranger.asks('OPTIONS', '100', 'sipvicious')
  stranger.raw('OPTIONS x SIP/2.0\r\nVia: broken\r\n\r\n')
  const guesser = rig.addPhone('p100', { password: 'guess' })
  guesser.register()
  await rig.clock.pass(500)
  assert.deepEqual(gate.seen, [
    { kind: 'unknown-name', name: 'nobody', dialled: 'nobody', from },
    { kind: 'stranger', dialled: '100', from },
    { kind: 'unreadable', from },
    {
      ...{ kind: 'wrong-credentials', name: 'p100', dialled: 'p100', isAnswer: true },
      from: guesser.options.at.address,
    },
  ])
})

test('LEG-GATE8 flows of devices are told, also those of before a restart, and when they close', async () => {
  const { gate, rig, phone } = await office()
  assert.ok(gate.proved.has(keyOf(phone.options.at)))
  gate.proved.clear()
  rig.kill()
  await rig.startAgain()
  assert.ok(gate.proved.has(keyOf(phone.options.at)))
  const browser = await rig.registered('103', { kind: 'browser' })
  rig.network.cutAll(RIG_SERVER)
  await rig.clock.pass(100)
  assert.ok(gate.closedFlows.includes(keyOf(browser.options.at)))
})
