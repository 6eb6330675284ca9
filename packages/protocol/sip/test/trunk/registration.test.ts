// RFC 3261 §10.2, RFC 5626 §4.5: one registration at a carrier.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeMessage } from '@rufwerk/sip'
import { carrierRoute, planRegistration } from '@rufwerk/sip/trunk'
import { responseOf } from '../../src/testing.ts'
import { FIRST, LOCAL, RegistrationRun, SECOND } from './registration-run.ts'

const run = (...args: ConstructorParameters<typeof RegistrationRun>) => new RegistrationRun(...args)
const ASK: [string, string] = ['WWW-Authenticate', 'Digest realm="c", nonce="n1", qop="auth"']
const ASK_AGAIN: [string, string] = ['WWW-Authenticate', 'Digest realm="c", nonce="n2", qop="auth"']

test('RC-1 each name of the settings has its own place', () => {
  const phone = run({ contactUser: 'line7', outboundProxy: 'sip:edge.example;transport=tls' }).begun()
  assert(phone.sent)
  const text = Buffer.from(writeMessage(phone.sent)).toString()
  assert.match(text, /^REGISTER sip:carrier\.example SIP\/2\.0\r\n/)
  assert.match(phone.header('from'), /^<sip:\+4930123@carrier\.example>;tag=/)
  assert.equal(phone.header('to'), '<sip:+4930123@carrier.example>')
  assert.equal(phone.header('contact'), '<sip:line7@192.0.2.1:5060>;expires=600')
  assert.equal(phone.header('route'), '<sip:edge.example;transport=tls;lr>')
  assert.equal(phone.header('expires'), '600')
  phone.answer(0, 401, ASK)
  assert.match(phone.header('authorization'), /username="acct-7".*uri="sip:carrier\.example"/)
})

test('RC-2 Call-ID and tag stay, CSeq counts up', () => {
  const phone = run().registered()
  const before = phone.sent?.headers
  phone.timer(300, 'refresh')
  const { headers } = phone.sent ?? {}
  assert.equal(headers?.callId, before?.callId)
  assert.equal(headers?.fromTag, before?.fromTag)
  assert.equal(headers?.cseq.seq, (before?.cseq.seq ?? 0) + 1)
})

test('RC-3 settings that are none are named', () => {
  const good = { registrar: 'sip:c', aor: 'sip:1@c', authUser: 'u', password: '', expiresS: 600 }
  const verdict = (change: object): string => {
    const plan = planRegistration({ ...good, ...change })
    return plan.ok ? 'ok' : plan.error
  }
  assert.equal(verdict({}), 'ok')
  for (const registrar of ['', 'tel:1', 'sip:u@c', 'c', 'sip:c?x=y'])
    assert.equal(verdict({ registrar }), 'registrar')
  for (const aor of ['sip:c', 'x', 'tel:1']) assert.equal(verdict({ aor }), 'aor')
  for (const authUser of ['', 'a\r\nb']) assert.equal(verdict({ authUser }), 'authUser')
  assert.equal(verdict({ outboundProxy: 'edge' }), 'outboundProxy')
  for (const expiresS of [0, 29, 86_401, 60.5, Number.NaN]) assert.equal(verdict({ expiresS }), 'expiresS')
  for (const instance of ['x', 'urn:a"b', 'urn:a>b', 'urn:']) assert.equal(verdict({ instance }), 'instance')
  assert.equal(verdict({ instance: 'urn:uuid:1', regId: 0 }), 'instance')
})

test('RC-4 registered: refresh after 50 to 60 % of what was granted, until the expiry', () => {
  const phone = run()
  assert.equal(phone.at(0, { type: 'start', local: LOCAL }), 'resolve, registering')
  assert.equal(phone.at(0, { type: 'resolved', targets: [FIRST] }), 'REGISTER>1')
  assert.equal(phone.answer(0, 200), '+expiry:600, +refresh:300, registered')
  assert.equal(phone.timer(300, 'refresh'), 'REGISTER>1')
  assert.equal(phone.answer(301, 200), '+expiry:600, +refresh:300, registered')
  assert.match(run({}, 0.999).begun().answer(0, 200), /\+refresh:360,/)
})

test('RC-5 granted is what the contact says, else Expires, else what was asked', () => {
  const grant = (...headers: [string, string][]): string =>
    run()
      .begun()
      .answer(0, 200, ...headers)
      .split(',')[0] ?? ''
  const ours = '<sip:+4930123@192.0.2.1:5060;x=y>;expires=90'
  assert.equal(grant(['Contact', `<sip:other@c>;expires=7, ${ours}`], ['Expires', '50']), '+expiry:90')
  assert.equal(grant(['Contact', '<sip:rewritten@c>;expires=80'], ['Expires', '50']), '+expiry:80')
  assert.equal(
    grant(['Contact', '<sip:a@c>;expires=7, <sip:b@c>;expires=8'], ['Expires', '50']),
    '+expiry:50',
  )
  assert.equal(grant(['Contact', '<sip:a@c>'], ['Expires', '50']), '+expiry:50')
  assert.equal(grant(), '+expiry:600')
  assert.equal(grant(['Expires', '4000000000']), '+expiry:86400')
  assert.equal(run().begun().answer(0, 200, ['Expires', '6']), '+expiry:6, +refresh:5, registered')
  assert.equal(run().begun().answer(0, 200, ['Expires', '0']), '+retry:60, failed refused, ALARM refused')
})

test('RC-6 401 and 407 are answered, together when both ask', () => {
  const phone = run().begun()
  assert.equal(phone.answer(0, 407, ['Proxy-Authenticate', 'Digest realm="p", nonce="x"']), 'REGISTER!>1')
  assert.equal(phone.answer(0, 401, ASK), 'REGISTER!>1')
  assert.match(phone.header('proxy-authorization'), /realm="p"/)
  assert.match(phone.header('authorization'), /realm="c"/)
  assert.match(phone.answer(0, 200), /registered/)
})

test('RC-7 a second challenge means a wrong password: long back-off and one alarm', () => {
  const phone = run().begun()
  assert.equal(phone.answer(0, 401, ASK), 'REGISTER!>1')
  assert.equal(phone.answer(0, 401, ASK_AGAIN), '+retry:300, failed wrong-password, ALARM wrong-password')
  assert.equal(phone.timer(300, 'retry'), 'resolve')
  assert.equal(phone.at(300, { type: 'resolved', targets: [FIRST] }), 'REGISTER>1')
  phone.answer(300, 401, ASK)
  assert.equal(phone.answer(300, 401, ASK_AGAIN), '+retry:600')
  for (let round = 0; round < 30; round++) {
    phone.timer(600, 'retry')
    phone.at(600, { type: 'resolved', targets: [FIRST] })
    phone.answer(600, 401, ASK)
    assert.match(phone.answer(600, 401, ASK_AGAIN), /^\+retry:(1200|2400|3600)$/)
  }
})

test('RC-8 a stale nonce is replaced, but not without end', () => {
  const stale: [string, string] = ['WWW-Authenticate', 'Digest realm="c", nonce="n3", stale=TRUE, qop="auth"']
  const phone = run().begun()
  for (const ask of [ASK, stale, stale]) assert.equal(phone.answer(0, 401, ask), 'REGISTER!>1')
  const end = '+retry:300, failed challenge-unsupported, ALARM challenge-unsupported'
  assert.equal(phone.answer(0, 401, stale), end)
})

test('RC-9 a challenge that cannot be met is an alarm; of several the first that can is met', () => {
  const phone = run().begun()
  const strange: [string, string] = ['WWW-Authenticate', 'Digest realm="c", nonce="n", algorithm=SHA-512-256']
  assert.match(phone.answer(0, 401, strange), /ALARM challenge-unsupported/)
  assert.match(run().begun().answer(0, 401), /ALARM challenge-unsupported/)
  const choice = run().begun()
  const sha: [string, string] = [
    'WWW-Authenticate',
    'Digest realm="c", nonce="s", algorithm=SHA-256, qop="auth"',
  ]
  assert.equal(choice.answer(0, 401, strange, sha, ASK), 'REGISTER!>1')
  assert.match(choice.header('authorization'), /nonce="s".*algorithm=SHA-256/)
})

test('RC-10 a nonce is used again with the next count; nextnonce takes its place', () => {
  const phone = run().begun()
  phone.answer(0, 401, ASK)
  assert.match(phone.header('authorization'), /nc=00000001/)
  phone.answer(0, 200)
  assert.equal(phone.timer(300, 'refresh'), 'REGISTER!>1')
  assert.match(phone.header('authorization'), /nonce="n1".*nc=00000002/)
  phone.answer(300, 200, ['Authentication-Info', 'nextnonce="n9", qop=auth'])
  phone.timer(600, 'refresh')
  assert.match(phone.header('authorization'), /nonce="n9".*nc=00000001/)
  assert.equal(phone.answer(600, 401, ASK_AGAIN), 'REGISTER!>1')
  assert.match(phone.answer(600, 200), /registered/)
})

test('RC-11 423: once more with its Min-Expires, which holds from then on', () => {
  const phone = run().begun()
  assert.equal(phone.answer(0, 423, ['Min-Expires', '1800']), 'REGISTER>1')
  assert.equal(phone.header('expires'), '1800')
  assert.match(phone.answer(0, 423, ['Min-Expires', '1800']), /ALARM refused/)
  const asked = run().begun()
  asked.answer(0, 401, ASK)
  assert.equal(asked.answer(0, 423, ['Min-Expires', '900']), 'REGISTER!>1')
  assert.equal(asked.answer(0, 401, ASK_AGAIN), 'REGISTER!>1')
  for (const more of ['901', '902']) assert.equal(asked.answer(0, 423, ['Min-Expires', more]), 'REGISTER!>1')
  assert.match(asked.answer(0, 423, ['Min-Expires', '903']), /ALARM refused/)
  for (const useless of ['0', '600', 'x', '90000', '4294967295'])
    assert.match(run().begun().answer(0, 423, ['Min-Expires', useless]), /^\+retry:60, failed refused/)
})

test('RC-12 a redirect is not followed', () => {
  const contact: [string, string] = ['Contact', '<sip:evil.example>']
  assert.equal(run().begun().answer(0, 302, contact), '+retry:60, failed redirected, ALARM redirected')
})

test('RC-13 403, 404 and their like: back-off and alarm; Retry-After is waited for, up to two hours', () => {
  for (const status of [400, 403, 404, 405, 420, 600, 603])
    assert.equal(run().begun(FIRST, SECOND).answer(0, status), '+retry:60, failed refused, ALARM refused')
  assert.match(run().begun().answer(0, 403, ['Retry-After', '900 (later);duration=5']), /^\+retry:900,/)
  assert.match(run().begun().answer(0, 403, ['Retry-After', '99999']), /^\+retry:7200,/)
  assert.match(run().begun().answer(0, 403, ['Retry-After', 'soon']), /^\+retry:60,/)
})

test('RC-14 5xx, 408, 430, 480 and silence: the next server, after the last one a wait', () => {
  const phone = run().begun(FIRST, SECOND)
  assert.equal(phone.failed(32), 'REGISTER>2')
  assert.equal(phone.answer(33, 503), '+retry:15, failed unreachable, ALARM unreachable')
  assert.equal(phone.timer(48, 'retry'), 'resolve')
  assert.equal(phone.at(48, { type: 'resolved', targets: [FIRST, SECOND] }), 'REGISTER>1')
  assert.equal(phone.answer(48, 408), 'REGISTER>2')
  assert.equal(phone.failed(80), '+retry:30, failed unreachable')
  phone.timer(110, 'retry')
  assert.equal(phone.at(110, { type: 'resolved', targets: [] }), '+retry:60, failed unresolved')
  phone.timer(170, 'retry')
  phone.at(170, { type: 'resolved', targets: [SECOND] })
  assert.equal(phone.answer(171, 200), '+expiry:600, +refresh:300, registered')
  assert.match(run().begun().answer(0, 503, ['Retry-After', '120']), /^\+retry:120,/)
})

test('RC-15 the wait doubles up to half an hour and is spread over its second half', () => {
  const waits = (chance: number): number[] => {
    const phone = run({}, chance)
    phone.at(0, { type: 'start', local: LOCAL })
    return Array.from({ length: 9 }, () => {
      const text = phone.at(0, { type: 'resolved', targets: [] })
      phone.timer(0, 'retry')
      return Number(/\+retry:([\d.]+)/.exec(text)?.[1])
    })
  }
  assert.deepEqual(waits(0), [15, 30, 60, 120, 240, 480, 900, 900, 900])
  for (const [at, wait] of waits(0.999).entries())
    assert(wait > Math.min(29.9 * 2 ** at, 1790) && wait <= 1800)
})

test('RC-16 a refresh that fails leaves the binding until its end; then an alarm', () => {
  const phone = run().registered(FIRST, SECOND)
  assert.equal(phone.timer(300, 'refresh'), 'REGISTER>1')
  assert.equal(phone.failed(332), 'REGISTER>2')
  assert.equal(phone.failed(364), '+retry:15, failed unreachable')
  assert.equal(phone.registration.binding?.target, FIRST)
  assert.equal(phone.timer(600, 'expiry'), '-refresh, failed expired, ALARM expired')
  assert.equal(phone.registration.binding, undefined)
  phone.timer(600, 'retry')
  phone.at(600, { type: 'resolved', targets: [SECOND] })
  assert.equal(phone.answer(600, 200), '+expiry:600, +refresh:300, registered')
})

test('RC-17 Service-Route, Path, GRUU and their like are kept; absent, they are gone', () => {
  const phone = run({ instance: 'urn:uuid:1', regId: 1, outboundProxy: 'sip:edge' }).begun()
  assert.equal(phone.header('supported'), 'path, outbound, gruu')
  const gruu = ';pub-gruu="sip:a@c;gr=urn:uuid:1";temp-gruu="sip:t@c;gr"'
  phone.answer(
    0,
    200,
    ['Contact', `<sip:+4930123@192.0.2.1:5060>;+sip.instance="<urn:uuid:1>";expires=600${gruu}`],
    ['Service-Route', '<sip:p1.c;lr>, <sip:p2.c;lr>'],
    ['Path', '<sip:edge.c;lr>'],
    ['P-Associated-URI', '<tel:+4930123>, <sip:+4930124@c>, ???'],
    ['Flow-Timer', '120'],
  )
  const { binding } = phone.registration
  assert.deepEqual(carrierRoute(phone.plan, phone.registration), ['<sip:p1.c;lr>', '<sip:p2.c;lr>'])
  assert.deepEqual(binding?.path, ['<sip:edge.c;lr>'])
  assert.equal(binding?.publicGruu, 'sip:a@c;gr=urn:uuid:1')
  assert.equal(binding?.temporaryGruu, 'sip:t@c;gr')
  assert.deepEqual(binding?.associated, ['tel:+4930123', 'sip:+4930124@c'])
  assert.equal(binding?.flowTimerS, 120)
  phone.timer(300, 'refresh')
  phone.answer(300, 200)
  assert.deepEqual(carrierRoute(phone.plan, phone.registration), ['<sip:edge;lr>'])
  assert.equal(phone.registration.binding?.publicGruu, undefined)
})

test('RC-18 a Service-Route that cannot be one, or is longer than ten, counts as none', () => {
  for (const value of ['<tel:1>', '<sip:a;lr>, x y', Array(11).fill('<sip:a;lr>').join(', ')]) {
    const phone = run().begun()
    phone.answer(0, 200, ['Service-Route', value])
    assert.deepEqual(carrierRoute(phone.plan, phone.registration), [])
  }
})

test('RC-19 unregistering takes our contact away, also after a challenge, and then nothing is left', () => {
  const phone = run().registered()
  assert.equal(phone.at(5, { type: 'stop' }), '-REGISTER>1')
  assert.match(phone.header('contact'), /;expires=0$/)
  assert.equal(phone.answer(5, 401, ASK), '-REGISTER!>1')
  assert.equal(phone.answer(5, 200), '-retry, -refresh, -expiry, off')
  assert.equal(phone.timer(300, 'refresh'), '')
  const asked = run().begun()
  asked.answer(0, 401, ASK)
  asked.answer(0, 200)
  assert.equal(asked.at(5, { type: 'stop' }), '-REGISTER!>1')
  assert.equal(asked.answer(5, 401, ASK_AGAIN), '-REGISTER!>1')
  const silent = run().registered()
  silent.at(5, { type: 'stop' })
  assert.equal(silent.failed(37), '-retry, -refresh, -expiry, off')
  const waiting = run().begun()
  waiting.answer(0, 403)
  assert.equal(waiting.at(5, { type: 'stop' }), '-retry, off')
})

test('RC-20 what was under way when it was stopped or started comes to its end first', () => {
  const phone = run().begun()
  assert.equal(phone.at(1, { type: 'stop' }), '')
  assert.equal(phone.answer(2, 200), '+expiry:600, -REGISTER>1, registered')
  assert.equal(phone.at(3, { type: 'start', local: LOCAL }), '')
  assert.equal(phone.answer(4, 200), '-retry, -refresh, -expiry, resolve, registering')
  const refused = run().begun()
  refused.at(1, { type: 'stop' })
  assert.equal(refused.answer(2, 403), '-retry, off')
  const unbound = run().begun()
  unbound.at(1, { type: 'stop' })
  assert.equal(unbound.answer(2, 200, ['Expires', '0']), '-retry, off')
  const lapsed = run().registered()
  lapsed.at(590, { type: 'stop' })
  assert.equal(lapsed.timer(600, 'expiry'), '-refresh, registering')
  assert.equal(lapsed.answer(601, 401, ASK), '-retry, off')
})

test('RC-21 another address of ours is registered, and the one before goes with the same REGISTER', () => {
  const phone = run().registered()
  const local = { address: '2001:db8::7', port: 5062 }
  assert.equal(phone.at(5, { type: 'localChanged', local: LOCAL }), '')
  assert.equal(phone.at(5, { type: 'localChanged', local }), 'REGISTER>1')
  const before = '<sip:+4930123@192.0.2.1:5060>;expires=0'
  assert.equal(phone.header('contact'), `<sip:+4930123@[2001:db8::7]:5062>;expires=600 | ${before}`)
  assert.match(phone.at(5, { type: 'localChanged', local: LOCAL }), /^$/)
  assert.equal(phone.answer(5, 200), '+expiry:600, +refresh:300, REGISTER>1, registered')
  const instance = run({ instance: 'urn:uuid:1' }).registered()
  instance.at(5, { type: 'localChanged', local })
  assert.doesNotMatch(instance.header('contact'), / \| /)
})

test('RC-22 the address that the carrier saw is taken where the settings say so, once per refresh', () => {
  const seen = (port: number) =>
    `SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa;received=203.0.113.9;rport=${port}`
  const answer = (phone: RegistrationRun, port: number): string => {
    const { headers } = phone.sent ?? {}
    const response = responseOf(`
SIP/2.0 200 OK
Via: ${seen(port)}
From: ${headers?.get('from')}
To: ${headers?.get('to')};tag=x
Call-ID: ${headers?.callId}
CSeq: ${headers?.cseq.seq} REGISTER`)
    return phone.at(0, { type: 'response', response })
  }
  const phone = run({ isAddressLearned: true }).begun()
  assert.equal(answer(phone, 40001), '+expiry:600, +refresh:300, REGISTER>1, registered')
  assert.match(phone.header('contact'), /^<sip:\+4930123@203\.0\.113\.9:40001>/)
  assert.equal(answer(phone, 40002), '+expiry:600, +refresh:300, registered')
  phone.timer(300, 'refresh')
  assert.match(answer(phone, 40002), /REGISTER>1/)
  assert.equal(answer(run().begun(), 40001), '+expiry:600, +refresh:300, registered')
})

test('RC-23 a broken flow: again after a moment; a lost network: again when it is back', () => {
  const phone = run().registered()
  assert.equal(phone.at(5, { type: 'flowFailed' }), '-refresh, +retry:1')
  assert.equal(phone.timer(6, 'retry'), 'resolve')
  phone.at(6, { type: 'resolved', targets: [FIRST] })
  phone.answer(6, 200)
  assert.equal(phone.at(7, { type: 'networkLost' }), '-retry, -refresh, offline')
  assert.equal(phone.timer(8, 'refresh'), '')
  assert.equal(phone.at(9, { type: 'localChanged', local: { address: '192.0.2.9', port: 5060 } }), '')
  assert.equal(phone.at(9, { type: 'networkBack' }), 'resolve, registered')
  assert.equal(phone.at(9, { type: 'resolved', targets: [FIRST] }), 'REGISTER>1')
  assert.match(phone.header('contact'), /192\.0\.2\.9/)
})

test('RC-24 when DNS changes we stay with our server while it is named', () => {
  const phone = run().registered(FIRST, SECOND)
  assert.equal(phone.at(5, { type: 'resolved', targets: [SECOND, FIRST] }), '')
  assert.equal(phone.at(5, { type: 'resolved', targets: [] }), '')
  assert.equal(phone.at(5, { type: 'resolved', targets: [SECOND] }), 'REGISTER>2')
})

test('RC-25 439: once more without outbound', () => {
  const phone = run({ instance: 'urn:uuid:1', regId: 2 }).begun()
  assert.match(phone.header('contact'), /;reg-id=2$/)
  assert.equal(phone.answer(0, 439), 'REGISTER>1')
  assert.doesNotMatch(phone.header('contact'), /reg-id/)
  assert.equal(phone.header('supported'), 'path, gruu')
  assert.match(phone.answer(0, 439), /failed refused/)
})

test('RC-26 answers to other requests, and late ones, mean nothing', () => {
  const phone = run().begun()
  const late = phone.sent
  phone.answer(0, 401, ASK)
  assert(late)
  phone.sent = late
  assert.equal(phone.answer(0, 200), '')
  assert.equal(phone.at(0, { type: 'failed', seq: 1 }), '')
  const done = run().registered()
  assert.equal(done.answer(0, 403), '')
  assert.equal(run().begun().answer(0, 100), '')
})

test('RC-27 state and outputs hold no password', () => {
  const phone = run().begun()
  phone.answer(0, 401, ASK)
  assert.doesNotMatch(JSON.stringify(phone.registration), /secret/)
  assert(phone.sent)
  assert.doesNotMatch(Buffer.from(writeMessage(phone.sent)).toString(), /secret/)
})
