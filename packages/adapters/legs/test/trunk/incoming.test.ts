import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrunkId } from '../../src/trunk/index.ts'
import { CARRIER, Carrier, customer, invite, neighbour, registered, TrunkRig } from './carrier.ts'

const CONTACT = 'sip:account1@10.0.0.1:5060'

test('TRK-IN1 a call over the flow of a registration is of its trunk, whatever From says', async () => {
  const { rig, carrier } = await registered()
  carrier.send(
    invite({
      uri: CONTACT,
      to: '<sip:+4930555100@carrier.example>',
      from: '"Ada" <sip:100@tenant-1>',
      headers: [['P-Asserted-Identity', '"Cleo" <sip:0171555@carrier.example>']],
    }),
  )
  await rig.settle()
  assert.equal(rig.incoming.length, 1)
  const { caller, dialled } = rig.incoming[0] ?? {}
  assert.deepEqual(caller, {
    kind: 'outside',
    tenant: 'tenant-1',
    trunk: 't1',
    number: '+49171555',
    name: 'Cleo',
  })
  assert.equal(dialled, '+4930555100', 'of To, because the Request-URI names our account')
  assert.equal(rig.state()?.calls, 1)
})

test('TRK-IN12 what the other side says it is comes with a call, and with none of a stranger', async () => {
  const { rig, carrier } = await registered()
  const called = { uri: CONTACT, to: '<sip:+4930555100@carrier.example>' }
  const stranger = new Carrier(rig.network, { address: '10.66.0.1', port: 5060 })
  const flow = rig.network.flow(stranger.at, { address: '10.0.0.1', port: 5060 })
  stranger.send(invite({ ...called, callId: 'in-2', headers: [['User-Agent', 'Forged/1.0']] }), flow)
  await rig.settle()
  assert.deepEqual(rig.heard, [])
  carrier.send(invite({ ...called, headers: [['User-Agent', 'OtherSystem/18.0.5 (Linux)']] }))
  await rig.settle()
  assert.deepEqual(rig.heard, [`t1 ${CARRIER.address} OtherSystem/18.0.5 (Linux)`])
})

test('TRK-IN2 the called number is read from where the trunk has it', async () => {
  const rows = [
    ['request-uri', '0301'],
    ['to', '0302'],
    ['p-asserted-identity', '0303'],
    ['p-preferred-identity', '0304'],
    ['diversion', '0305'],
    ['history-info', '0306'],
    ['p-called-party-id', '0307'],
  ] as const
  for (const [source, number] of rows) {
    const { rig, carrier } = await registered({ called: [source] })
    carrier.send(
      invite({
        uri: 'sip:0301@10.0.0.1:5060',
        to: '<sip:0302@carrier.example>',
        headers: [
          ['P-Asserted-Identity', '<sip:0303@carrier.example>'],
          ['P-Preferred-Identity', '<sip:0304@carrier.example>'],
          ['Diversion', '<sip:0305@carrier.example>;reason=unconditional'],
          ['History-Info', '<sip:0300@x>;index=1, <sip:0306@x>;index=1.1'],
          ['P-Called-Party-ID', '<sip:0307@carrier.example>'],
        ],
      }),
    )
    await rig.settle()
    assert.equal(rig.incoming[0]?.dialled, number, source)
  }
})

test('TRK-IN11 who forwarded a call is read from Diversion, else History-Info', async () => {
  const diversion = [
    'Diversion',
    '<sip:+4930100@x>;reason=user-busy, <sip:nobody@x>, <sip:+4930101@x>;privacy=full',
  ]
  const history = ['History-Info', '<sip:+4930200@x>;index=1, <sip:+4930201@x;cause=302>;index=1.1;mp=1']
  const rows = [
    [true, [diversion, history], '+4930100 user-busy false, +4930101 unknown true'],
    [true, [history], '+4930200 unconditional false'],
    [true, [['Diversion', '<sip:030100@x>;reason=no-answer']], '+4930100 no-answer false'],
    [true, [['Diversion', '<sip:%%%>;;;']], undefined],
    [false, [diversion], undefined],
  ] as const
  for (const [isTrusted, headers, is] of rows) {
    const { rig, carrier } = await registered({ isTrusted })
    carrier.send(invite({ uri: CONTACT, headers: headers as never }))
    await rig.settle()
    const caller = rig.incoming[0]?.caller
    const forwarders = caller?.kind === 'outside' ? caller.forwarders : undefined
    const told = forwarders?.map(({ number, reason, isHidden }) => `${number} ${reason} ${isHidden}`)
    assert.equal(told?.join(', '), is)
  }
})

test('TRK-IN3 a stranger cannot call in as a trunk: nothing but the way it comes counts', async () => {
  const { rig, carrier } = await registered()
  const stranger = new Carrier(rig.network, { address: '10.66.0.1', port: 5060 })
  const flow = rig.network.flow(stranger.at, { address: '10.0.0.1', port: 5060 })
  const asserted = [['P-Asserted-Identity', '<sip:0303@carrier.example>'] as const]
  stranger.send(invite({ uri: CONTACT, headers: asserted }), flow)
  const neighbourOfCarrier = new Carrier(rig.network, { ...CARRIER, port: 5099 })
  const other = rig.network.flow(neighbourOfCarrier.at, { address: '10.0.0.1', port: 5060 })
  neighbourOfCarrier.send(invite({ uri: CONTACT, callId: 'in-2' }), other)
  await rig.settle()
  assert.equal(rig.incoming.length, 0)
  assert.deepEqual(
    [stranger, neighbourOfCarrier].map((one) => one.responses[0]?.status),
    [401, 401],
  )
  assert.equal(carrier.responses.length, 0)
})

test('TRK-IN4 a trunk by address is known by the address, with the transport that is set', async () => {
  const rig = new TrunkRig([neighbour({ sources: ['10.8.0.0/24', '10.7.0.1:5070'] })])
  const carrier = new Carrier(rig.network, { ...CARRIER, port: 40_000 })
  new Carrier(rig.network, CARRIER)
  await rig.settle()
  const us = { address: '10.0.0.1', port: 5060 }
  const from = (address: string, port: number, callId: string): void => {
    const host = address === CARRIER.address ? carrier : new Carrier(rig.network, { address, port })
    host.send(invite({ uri: 'sip:+4930555100@10.0.0.1', callId }), rig.network.flow(host.at, us))
  }
  from(CARRIER.address, 40_000, 'a')
  from('10.8.0.77', 5060, 'b')
  from('10.7.0.1', 5070, 'c')
  from('10.7.0.1', 5071, 'd')
  await rig.settle()
  assert.equal(rig.incoming.length, 3)
  rig.set([neighbour({ transport: 'tls' })])
  await rig.settle()
  from(CARRIER.address, 40_000, 'e')
  await rig.settle()
  assert.equal(rig.incoming.length, 3, 'not over UDP when TLS is set')
})

test('TRK-IN5 who hides is not named, though the carrier tells who it is', async () => {
  const { rig, carrier } = await registered()
  carrier.send(
    invite({
      uri: 'sip:+4930555100@10.0.0.1',
      from: '"Anonymous" <sip:anonymous@anonymous.invalid>',
      headers: [
        ['P-Asserted-Identity', '"Cleo" <sip:0171555@carrier.example>'],
        ['Privacy', 'id'],
      ],
    }),
  )
  await rig.settle()
  assert.deepEqual(rig.incoming[0]?.caller, { kind: 'outside', tenant: 'tenant-1', trunk: 't1' })
})

test('TRK-IN6 a description that is none gets 400, one without common ground 488', async () => {
  const { rig, carrier } = await registered()
  rig.onIncoming = ({ leg }) => rig.userAgent.answer(leg)
  carrier.send(invite({ uri: CONTACT, body: 'nonsense', callId: 'x' }))
  const video =
    'v=0\r\no=- 1 1 IN IP4 10.9.0.1\r\ns=-\r\nc=IN IP4 10.9.0.1\r\nt=0 0\r\nm=audio 20000 RTP/AVP 96\r\na=rtpmap:96 strange/8000\r\n'
  carrier.send(invite({ uri: CONTACT, body: video, callId: 'y' }))
  await rig.settle(1_000)
  const finals = carrier.responses.filter(({ status }) => status >= 300)
  const said = new Set(finals.map(({ status, headers }) => `${headers.callId} ${status}`))
  assert.deepEqual([...said].toSorted(), ['x 400', 'y 488'])
})

test('TRK-IN7 so many calls of one trunk, and no more', async () => {
  const rig = new TrunkRig([customer()], undefined, { callsPerTrunkMax: 2 })
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  for (const callId of ['a', 'b', 'c']) carrier.send(invite({ uri: CONTACT, callId }))
  await rig.settle()
  assert.equal(rig.incoming.length, 2)
  const last = carrier.responses.at(-1)
  assert.equal(last?.status, 503)
  assert.equal(last?.headers.get('retry-after'), '5')
})

test('TRK-IN8 two accounts at one carrier: the Contact that is called decides', async () => {
  const second = customer({ id: 't2' as TrunkId, account: 'account2', contactUser: 'c2' })
  const rig = new TrunkRig([customer(), second])
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  carrier.send(invite({ uri: 'sip:c2@10.0.0.1:5060', callId: 'a' }))
  carrier.send(invite({ uri: CONTACT, callId: 'b' }))
  carrier.send(invite({ uri: 'sip:0301@10.0.0.1', to: '<sip:account2@carrier.example>', callId: 'c' }))
  await rig.settle()
  const trunks = rig.incoming.map(({ caller }) => (caller.kind === 'outside' ? caller.trunk : ''))
  assert.deepEqual(trunks, ['t2', 't1', 't2'])
})

test('TRK-IN9 a call is answered with our Contact, and ends by BYE of the carrier', async () => {
  const { rig, carrier } = await registered({ contactUser: 'line7' })
  rig.onIncoming = ({ leg }) => rig.userAgent.answer(leg)
  carrier.send(invite({ uri: 'sip:line7@10.0.0.1:5060' }))
  await rig.settle(300)
  const answer = carrier.responses.find(({ status }) => status === 200)
  assert.match(answer?.headers.get('contact') ?? '', /<sip:line7@10\.0\.0\.1:5060>/)
})

test('TRK-IN10 a Request-URI that is our own Contact counts last, though it may be a number', async () => {
  const { rig, carrier } = await registered({ account: '4930555000', called: ['request-uri', 'to'] })
  const uri = 'sip:4930555000@10.0.0.1:5060'
  carrier.send(invite({ uri, to: '<sip:+4930555123@carrier.example>', callId: 'a' }))
  carrier.send(invite({ uri, to: '<sip:nobody@carrier.example>', callId: 'b' }))
  await rig.settle()
  assert.deepEqual(
    rig.incoming.map(({ dialled }) => dialled),
    ['+4930555123', '4930555000'],
  )
})
