import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallId } from '@rufwerk/core'
import type { SipRequest } from '@rufwerk/sip'
import type { TrunkId, TrunkSettings } from '../../src/trunk/index.ts'
import { CARRIER, Carrier, customer, neighbour, registered, SDP, TrunkRig } from './carrier.ts'

const SECOND = { address: '10.9.0.2', port: 5060 }
const BOTH = [
  { ...CARRIER, transport: 'udp' },
  { ...SECOND, transport: 'udp' },
] as const

const refusalOf = (rig: TrunkRig, leg: Parameters<TrunkRig['outcome']>[0]) => {
  const event = rig.outcome(leg)
  return event?.type === 'refused' ? [event.status, event.cause] : event?.type
}

test('TRK-OUT1 a call goes to the carrier with credentials once it asks, and ends by BYE', async () => {
  const { rig, carrier } = await registered()
  const leg = rig.dial()
  await rig.settle(300)
  assert.equal(rig.outcome(leg)?.type, 'answered')
  const [first, second] = carrier.of('INVITE') as [SipRequest, SipRequest]
  assert.equal(first.headers.get('authorization'), undefined)
  assert.ok(second.headers.get('authorization'))
  assert.equal(first.headers.callId, second.headers.callId)
  assert.equal(second.headers.cseq.seq, first.headers.cseq.seq + 1)
  assert.equal(rig.state()?.calls, 1)
  rig.userAgent.end(leg, { status: 480, cause: 16 })
  await rig.settle(300)
  assert.equal(carrier.last('BYE').headers.callId, first.headers.callId)
  assert.equal(rig.state()?.calls, 0)
})

test('TRK-OUT2 who calls stands where this carrier wants it', async () => {
  const identity = customer().identity
  const rows: [Partial<TrunkSettings>, { hidden?: boolean }, RegExp, RegExp | undefined, RegExp][] = [
    [{}, {}, /"?Ada"? <sip:\+4930555000@carrier\.example>/, /\+4930555000@/, /sip:account1@/],
    [
      { identity: { ...identity, from: 'account', identity: 'asserted' } },
      {},
      /<sip:account1@carrier\.example>/,
      /\+4930555000@/,
      /sip:account1@/,
    ],
    [
      { identity: { ...identity, identity: 'none', contact: 'caller' } },
      {},
      /<sip:\+4930555000@/,
      undefined,
      /sip:\+4930555000@/,
    ],
    [{}, { hidden: true }, /anonymous@anonymous\.invalid/, /\+4930555000@/, /sip:account1@/],
  ]
  for (const [change, { hidden = false }, from, preferred, contact] of rows) {
    const { rig, carrier } = await registered(change)
    rig.dial({ isHidden: hidden })
    await rig.settle(300)
    const { headers, uri } = carrier.last('INVITE')
    assert.equal(uri.user, '+493012345678')
    assert.equal(uri.host, 'carrier.example')
    assert.match(headers.get('from') ?? '', from)
    const named = headers.get('p-preferred-identity') ?? headers.get('p-asserted-identity')
    if (preferred === undefined) assert.equal(named, undefined)
    else assert.match(named ?? '', preferred)
    assert.match(headers.get('contact') ?? '', contact)
    assert.equal(headers.get('privacy'), hidden ? 'id' : undefined)
  }
})

test('TRK-OUT16 who forwarded a call stands where this carrier wants it', async () => {
  const identity = customer().identity
  const forwarders = [
    { number: '+4930555101', reason: 'no-answer', isHidden: false },
    { number: '+4930555100', reason: 'unconditional', isHidden: true },
  ] as const
  const rows = [
    ['none', [], undefined],
    ['diversion', [/5101@carrier\.example>;reason=no-answer;privacy=off/, /5100@.*privacy=full/], undefined],
    [
      'history-info',
      [],
      /5100@[^>]*Privacy=history>;index=1, .*5101@[^>]*cause=302>;index=1\.1;mp=1, .*cause=408>/,
    ],
    ['both', [/5101@/, /5100@/], /index=1\.1\.1/],
  ] as const
  for (const [forwarding, diversion, history] of rows) {
    const { rig, carrier } = await registered({ identity: { ...identity, forwarding } })
    rig.dial({ forwarders })
    await rig.settle(300)
    const { headers } = carrier.last('INVITE')
    const diversions = headers.list('diversion')
    assert.equal(diversions.length, diversion.length, forwarding)
    for (const [at, one] of diversion.entries()) assert.match(diversions[at] ?? '', one)
    if (history === undefined) assert.equal(headers.get('history-info'), undefined)
    else assert.match(headers.get('history-info') ?? '', history)
  }
})

test('TRK-OUT3 a caller that cannot be written, or none, does not stop the call', async () => {
  for (const caller of [undefined, 'not a number']) {
    const { rig, carrier } = await registered()
    const leg = rig.dial({ caller: caller as string })
    await rig.settle(300)
    assert.equal(rig.outcome(leg)?.type, 'answered')
    assert.match(carrier.last('INVITE').headers.get('from') ?? '', /sip:account1@/)
  }
})

test('TRK-OUT4 a silent server costs five seconds, then the next one is asked', async () => {
  const rig = new TrunkRig([neighbour()], { 'carrier.example': BOTH })
  const silent = new Carrier(rig.network, CARRIER)
  const other = new Carrier(rig.network, SECOND)
  silent.answer = ({ method }) => (method === 'OPTIONS' ? 200 : undefined)
  other.answer = ({ method }) => (method === 'INVITE' ? { status: 200, body: SDP } : 200)
  await rig.settle()
  const leg = rig.dial()
  await rig.settle(4_500)
  assert.equal(other.of('INVITE').length, 0)
  await rig.settle(1_000)
  assert.equal(rig.outcome(leg)?.type, 'answered')
  other.answer = silent.answer
  const lost = rig.dial()
  await rig.settle(11_000)
  assert.deepEqual(refusalOf(rig, lost), [503, 38])
})

test('TRK-OUT5 a busy server (503) hands over to the next; what says no says it for all', async () => {
  const rig = new TrunkRig([neighbour()], { 'carrier.example': BOTH })
  const first = new Carrier(rig.network, CARRIER)
  const second = new Carrier(rig.network, SECOND)
  first.answer = ({ method }) => (method === 'INVITE' ? 503 : 200)
  second.answer = ({ method }) => (method === 'INVITE' ? 486 : 200)
  await rig.settle()
  const leg = rig.dial()
  await rig.settle(500)
  assert.deepEqual(refusalOf(rig, leg), [486, 17])
  assert.equal(second.of('INVITE').length, 1)
})

test('TRK-OUT6 a redirected call is not followed, and counts as failed', async () => {
  const { rig, carrier } = await registered()
  carrier.answer = () => ({ status: 302, headers: [['Contact', '<sip:0900@10.66.0.1>']] })
  const leg = rig.dial()
  await rig.settle(500)
  assert.deepEqual(refusalOf(rig, leg), [502, 127])
  assert.equal(carrier.of('INVITE').length, 1)
})

test('TRK-OUT7 credentials that are refused are not tried again', async () => {
  const { rig, carrier } = await registered({ password: () => 'wrong' })
  const leg = rig.dial()
  await rig.settle(500)
  assert.deepEqual(refusalOf(rig, leg), [503, 38])
  assert.equal(carrier.of('INVITE').length, 2)
})

test('TRK-OUT8 nobody gets credentials who asks inside a call', async () => {
  const { rig, carrier } = await registered()
  const leg = rig.dial()
  await rig.settle(300)
  carrier.answer = () => ({
    status: 407,
    headers: [['Proxy-Authenticate', 'Digest realm="carrier", nonce="n", algorithm=MD5, qop="auth"']],
  })
  rig.userAgent.end(leg, { status: 480, cause: 16 })
  await rig.settle(1_000)
  assert.equal(carrier.of('BYE').length, 1)
  for (const { headers } of carrier.of('BYE')) {
    assert.equal(headers.get('authorization'), undefined)
    assert.equal(headers.get('proxy-authorization'), undefined)
  }
})

test('TRK-OUT9 a call that ends while the carrier is looked for sends nothing', async () => {
  const rig = new TrunkRig([neighbour({ watch: undefined } as Partial<TrunkSettings>)])
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  const leg = rig.dial()
  rig.userAgent.end(leg, { status: 487, cause: 16 })
  await rig.settle(60_000)
  assert.equal(carrier.of('INVITE').length, 0)
  assert.equal(rig.outcome(leg)?.type, 'ended')
})

test('TRK-OUT10 a trunk that is not there, or cannot be reached, refuses with 503', async () => {
  const { rig } = await registered()
  const unknown = rig.dial({ trunk: 'nobody' as TrunkId })
  await rig.settle()
  assert.deepEqual(refusalOf(rig, unknown), [503, 38])
  const lost = new TrunkRig([neighbour()], {})
  await lost.settle()
  const leg = lost.dial()
  await lost.settle(1_000)
  assert.deepEqual(refusalOf(lost, leg), [503, 38])
})

test('TRK-OUT11 an emergency call goes out over a trunk that is not registered', async () => {
  const rig = new TrunkRig([customer()])
  const carrier = new Carrier(rig.network, CARRIER)
  carrier.answer = (request) => (request.method === 'REGISTER' ? 403 : { status: 200, body: SDP })
  await rig.settle(500)
  assert.equal(rig.state()?.isUp, false)
  const leg = rig.dial({ number: '112' })
  await rig.settle(500)
  assert.equal(rig.outcome(leg)?.type, 'answered')
  assert.equal(carrier.last('INVITE').uri.user, '112')
})

test('TRK-OUT12 no limit of ours refuses a call over a trunk', async () => {
  const rig = new TrunkRig([customer()], undefined, { legsMax: 0, callsPerTrunkMax: 0 })
  new Carrier(rig.network, CARRIER)
  await rig.settle()
  const leg = rig.dial({ number: '112' })
  await rig.settle(500)
  assert.equal(rig.outcome(leg)?.type, 'answered')
})

test('LEG-EM4 the endpoint of a leg for help is asked for as one, whoever is led there', async () => {
  for (const help of [{ isEmergency: true }, {}] as const) {
    const { rig } = await registered()
    const leg = rig.dial({ number: '112' }, 'call-1' as CallId, help)
    await rig.settle(500)
    assert.equal(rig.outcome(leg)?.type, 'answered')
    const asked = rig.media.commands.filter((command) => command.type === 'openRtp')
    assert.deepEqual(
      asked.map(({ isEmergency = false }) => isEmergency),
      [help.isEmergency ?? false],
    )
  }
})

test('TRK-OUT13 over UDP and TCP the same; a call goes on over the connection that comes after', async () => {
  const zone = { 'carrier.example': [{ ...CARRIER, transport: 'tcp' } as const] }
  const rig = new TrunkRig([customer({ transport: 'tcp' })], zone)
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  const leg = rig.dial()
  await rig.settle(500)
  assert.equal(rig.outcome(leg)?.type, 'answered')
  rig.cut(CARRIER.address)
  await rig.settle(6_000)
  assert.equal(rig.outcome(leg)?.type, 'answered', 'not over')
  rig.userAgent.end(leg, { status: 480, cause: 16 })
  await rig.settle(500)
  assert.equal(carrier.of('BYE').length, 1)
})

test('TRK-OUT14 a late answer of a server that was given up gets ACK and BYE', async () => {
  const { rig, carrier } = await registered()
  const plain = carrier.answer
  let held: (() => void) | undefined
  carrier.answer = (request) => {
    if (request.method !== 'INVITE') return plain(request)
    const { flow } = carrier
    held = () => flow && carrier.respond(request, flow, { status: 200, body: SDP })
    return undefined
  }
  const leg = rig.dial()
  await rig.settle(6_000)
  assert.deepEqual(refusalOf(rig, leg), [503, 38])
  held?.()
  await rig.settle(500)
  assert.equal(carrier.of('ACK').length, 1)
  assert.equal(carrier.of('BYE').length, 1)
})

test('TRK-OUT15 a call over a trunk goes on over a restart, with the Contact that it had', async () => {
  const identity = { ...customer().identity, contact: 'caller' } as const
  const { rig, carrier } = await registered({ identity })
  const leg = rig.dial()
  await rig.settle(300)
  assert.equal(rig.outcome(leg)?.type, 'answered')
  await rig.restart(leg)
  await rig.settle(1_000)
  assert.equal(rig.state()?.calls, 1)
  assert.equal(rig.state()?.isUp, true)
  // Half of the session interval: the refresh names us.
  await rig.settle(900_000)
  const refresh = carrier.of('INVITE').at(-1)
  assert.match(refresh?.headers.get('contact') ?? '', /sip:\+4930555000@10\.0\.0\.1/)
  rig.userAgent.end(leg, { status: 480, cause: 16 })
  await rig.settle(500)
  assert.equal(carrier.of('BYE').length, 1)
})
