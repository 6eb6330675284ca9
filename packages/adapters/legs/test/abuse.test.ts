// What strangers and registered phones may try: docs/abuse-cases.md says which case each of these is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Flow, instant, type SocketAddress } from '@rufwerk/core'
import { newRequest } from '@rufwerk/sip'
import { ExchangeRig, RIG_SERVER, type SimulatedPhone } from '@rufwerk/testing'
import { LEG_LIMITS } from '../src/index.ts'
import { LongerAnswers } from '../src/strangers.ts'

const AT: SocketAddress = { address: '10.7.7.7', port: 5060 }

/** Somebody at an address who sends texts and keeps what comes back. */
class Stranger {
  readonly heard: string[] = []
  readonly flow: Flow
  bytesOut = 0
  bytesIn = 0
  readonly #rig: ExchangeRig
  #count = 0

  constructor(rig: ExchangeRig, at = AT) {
    this.#rig = rig
    this.flow = rig.network.flow(at, RIG_SERVER)
    rig.network.attach(at, {
      onMessage: (_flow, bytes) => {
        this.bytesIn += bytes.length
        this.heard.push(Buffer.from(bytes).toString('utf8'))
      },
    })
  }

  /** As svwar, sipsak and SIPp send it: no User-Agent, nothing superfluous. */
  request(method: string, user: string, more: readonly string[] = [], body = ''): void {
    this.#count += 1
    const lines = [
      `${method} sip:${user}@10.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP ${AT.address}:${AT.port};branch=z9hG4bK${this.#count};rport`,
      ...(more.some((line) => line.startsWith('Max-Forwards')) ? [] : ['Max-Forwards: 70']),
      `From: <sip:${user}@10.0.0.1>;tag=${this.#count}`,
      `To: <sip:${user}@10.0.0.1>`,
      `Call-ID: ${this.#count}@${AT.address}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:${user}@${AT.address}:${AT.port}>`,
      ...more,
      `Content-Length: ${body.length}`,
    ]
    this.raw(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }

  raw(text: string): void {
    this.bytesOut += Buffer.byteLength(text)
    this.#rig.network.send(this.flow, Buffer.from(text))
  }

  async statuses(): Promise<string[]> {
    await this.#rig.clock.pass(500)
    return this.heard.splice(0).map((text) => text.slice(8, 11))
  }
}

async function office(): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig()
  return [rig, await rig.registered('100'), await rig.registered('101')]
}

test('LEG-ABU1 a stranger who asks for anything is asked who it is; nothing reaches a phone', async () => {
  const [rig, , callee] = await office()
  const stranger = new Stranger(rig)
  for (const method of ['INVITE', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'REFER', 'NOTIFY', 'INFO', 'REGISTER'])
    stranger.request(method, 'p101', ['Event: check-sync', 'Refer-To: <sip:+4990012345@x>'])
  assert.deepEqual(new Set(await stranger.statuses()), new Set(['401']))
  assert.equal(callee.calls.length, 0)
})

test('LEG-ABU2 a phone that is known tells nobody anything: NOTIFY 403, what is not built 405', async () => {
  const [rig, phone] = await office()
  const answers: Record<string, number> = {}
  for (const method of ['NOTIFY', 'MESSAGE', 'PUBLISH']) {
    const request = newRequest({ ...phone.parts(method, '101'), headers: [['Contact', phone.contact]] })
    phone.sendWithCredentials(request, (response) => {
      answers[method] = response?.status ?? 0
    })
    await rig.clock.pass(500)
  }
  assert.deepEqual(answers, { NOTIFY: 403, MESSAGE: 405, PUBLISH: 405 })
})

test('LEG-ABU3 over UDP a stranger gets one answer, which is not repeated, and nothing is kept', async () => {
  const [rig] = await office()
  await rig.clock.pass(60_000)
  const stranger = new Stranger(rig)
  stranger.request('INVITE', 'p101')
  assert.deepEqual(await stranger.statuses(), ['401'])
  assert.equal(rig.userAgent.sizes().transactions, 0)
  await rig.clock.pass(60_000)
  assert.deepEqual(stranger.heard, [])
})

test('LEG-ABU4 over UDP no more bytes go to a stranger than came', async () => {
  const [rig] = await office()
  const ratios: Record<string, number> = {}
  const description = ['v=0', 'o=- 1 1 IN IP4 10.7.7.7', 's=-', 'c=IN IP4 10.7.7.7', 't=0 0', ''].join('\r\n')
  const offer = `${description}m=audio 4000 RTP/AVP 8\r\n`
  const asked: [string, string, ...string[]][] = [
    ['INVITE', offer],
    ['INVITE', offer, 'Max-Forwards: 0'],
    ['INVITE', offer, 'Require: gruu'],
    ['REGISTER', ''],
    ['MESSAGE', 'hello'],
    ['OPTIONS', ''],
    ['DANCE', ''],
    ['BYE', ''],
    ['CANCEL', ''],
    ['ACK', ''],
  ]
  for (const [method, body, ...more] of asked) {
    const stranger = new Stranger(rig)
    stranger.request(method, 'p101', ['User-Agent: phone/1.0', 'Expires: 60', ...more], body)
    await rig.clock.pass(60_000)
    assert.equal(stranger.heard.length, method === 'ACK' ? 0 : 1, `answers to ${method}`)
    ratios[`${method} ${more}`] = stranger.bytesIn / stranger.bytesOut
  }
  const rubbish = new Stranger(rig)
  rubbish.raw(`OPTIONS x SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n${'v:b\r\n'.repeat(40)}\r\n`)
  rubbish.raw('OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n\r\n')
  rubbish.raw(`OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP ${','.repeat(500)}\r\n\r\n`)
  await rig.clock.pass(60_000)
  assert(rubbish.bytesIn <= rubbish.bytesOut, `${rubbish.bytesIn} of ${rubbish.bytesOut}`)
  assert(Math.max(...Object.values(ratios)) <= 1, JSON.stringify(ratios))
})

/** As short as a REGISTER can be. */
const tiny = (count: number) =>
  [
    'REGISTER sip:a SIP/2.0',
    `v:SIP/2.0/UDP b;branch=z9hG4bK${count}`,
    'f:<sip:a@a>;tag=1',
    't:<sip:a@a>',
    `i:${count}`,
    'CSeq:1 REGISTER',
    '',
    '',
  ].join('\r\n')

test('LEG-ABU11 a request that is too short for any answer gets few a second, then none', async () => {
  const [rig] = await office()
  await rig.clock.pass(60_000)
  const stranger = new Stranger(rig)
  const other = new Stranger(rig, { address: '10.7.7.8', port: 5060 })
  for (let count = 0; count < 50; count += 1) stranger.raw(tiny(count))
  other.raw(tiny(99))
  await rig.clock.pass(500)
  const { longerAnswersPerSecondMax } = LEG_LIMITS
  assert.equal(stranger.heard.length, longerAnswersPerSecondMax)
  for (const text of stranger.heard) assert.match(text, /^SIP\/2.0 401 \r\nv:/)
  assert.equal(other.heard.length, 1)
  assert.equal(rig.userAgent.counts().unanswered, 50 - longerAnswersPerSecondMax)
  assert.equal(rig.userAgent.sizes().transactions, 0)
  await rig.clock.pass(1_000)
  stranger.raw(tiny(100))
  assert.deepEqual((await stranger.statuses()).length, longerAnswersPerSecondMax + 1)
})

test('LEG-ABU11 on this machine each gets its answer, as nobody elsewhere can send from there', async () => {
  const [rig] = await office()
  const stranger = new Stranger(rig, { address: '127.0.0.1', port: 5060 })
  for (let count = 0; count < 50; count += 1) stranger.raw(tiny(count))
  assert.equal((await stranger.statuses()).length, 50)
})

test('LEG-ABU11 longer answers do not touch what is answered with as few bytes', async () => {
  const [rig] = await office()
  const stranger = new Stranger(rig)
  for (let count = 0; count < 50; count += 1)
    stranger.request('REGISTER', 'p101', ['User-Agent: phone/1.0', 'Expires: 60'])
  assert.equal((await stranger.statuses()).length, 50)
})

test('LEG-ABU11 of so many addresses is remembered what they got; others get none', () => {
  const longer = new LongerAnswers({ longerAnswersPerSecondMax: 2, guessersMax: 3 })
  const took = (address: string, now: number) => longer.take(address, instant(now))
  assert.deepEqual(
    ['a', 'a', 'a', 'b', 'c', 'd', 'b'].map((address) => took(address, 0)),
    [true, true, false, true, true, false, true],
  )
  assert.equal(longer.size(), 3)
  assert.equal(took('d', 999), false)
  assert.equal(took('d', 1_000), true)
  assert.equal(longer.size(), 1)
})

test('LEG-ABU5 whoever asks us for credentials gets none', async () => {
  const [rig, caller, callee] = await office()
  const seen: string[] = []
  const send = rig.network.send
  rig.network.send = (flow, bytes) => {
    if (flow.local.address === RIG_SERVER.address) seen.push(Buffer.from(bytes).toString('utf8'))
    return send(flow, bytes)
  }
  callee.onCall = (call) => call.reject(401)
  const refused = caller.dial('101')
  await rig.clock.pass(2_000)
  assert.notEqual(refused.state, 'talking')
  callee.onCall = (call) => {
    call.ring()
    call.answer()
  }
  caller.dial('101')
  await rig.clock.pass(2_000)
  // From now on the callee answers every request with a challenge: the BYE, too.
  const challenged: string[] = []
  rig.network.attach(callee.options.at, {
    onMessage: (flow, bytes) => {
      const text = Buffer.from(bytes).toString('utf8')
      if (text.startsWith('SIP/2.0') || text.startsWith('ACK')) return
      challenged.push(text.split(' ')[0] ?? '')
      const copied = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line))
      const challenge = 'WWW-Authenticate: Digest realm="tenant-1", nonce="evil", algorithm=MD5, qop="auth"'
      const answer = ['SIP/2.0 401 Unauthorized', ...copied, challenge, 'Content-Length: 0', '', '']
      rig.network.send(flow, Buffer.from(answer.join('\r\n')))
    },
  })
  caller.calls.at(-1)?.reInvite('sendonly')
  caller.calls.at(-1)?.hangUp()
  await rig.clock.pass(40_000)
  assert(challenged.includes('BYE'), challenged.join(' '))
  for (const text of seen) assert.doesNotMatch(text, /^(Proxy-)?Authorization[ \t]*:/im)
})

test('LEG-ABU6 nothing that a phone claims about itself crosses to another phone', async () => {
  const [rig, caller, callee] = await office()
  const forged: [string, string][] = [
    ['P-Asserted-Identity', '"Boss" <sip:boss@10.0.0.1>'],
    ['P-Preferred-Identity', '<sip:boss@10.0.0.1>'],
    ['Remote-Party-ID', '<sip:boss@10.0.0.1>;party=calling'],
    ['X-Rufwerk-Tenant', 'other'],
    ['x-rufwerk-tenant ', 'other'],
    ['Alert-Info', '<http://evil/a>;info=alert-autoanswer'],
    ['Call-Info', '<http://evil/a>'],
    ['Referred-By', '<sip:boss@x>'],
    ['Diversion', '<sip:boss@x>'],
    ['Identity', 'x'],
  ].map(([name = '', value = '']) => [name.trim(), value])
  caller.dial('101', { headers: forged })
  await rig.clock.pass(2_000)
  const invite = callee.calls[0]?.lastInvite
  assert(invite, 'the call came')
  assert.equal(invite.headers.from.uri.user, '100')
  for (const [name, value] of invite.headers.entries()) {
    assert(!forged.some(([one]) => one.toLowerCase() === name.toLowerCase()), name)
    assert.doesNotMatch(value, /boss|evil|other/)
  }
})

test('LEG-ABU7 a contact that is nobody, ourselves, or loopback from elsewhere is refused', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('100')
  const phone = rig.addPhone('p100')
  const status = async (contact: string) => {
    let found = 0
    const request = newRequest({
      ...phone.parts('REGISTER', 'p100'),
      headers: [
        ['Contact', contact],
        ['Expires', '600'],
      ],
    })
    phone.sendWithCredentials(request, (response) => {
      found = response?.status ?? 0
    })
    await rig.clock.pass(500)
    return found
  }
  for (const host of [
    '10.0.0.1',
    '10.0.0.1:5060',
    '[::ffff:10.0.0.1]',
    '224.0.1.75',
    '[ff02::1]',
    '255.255.255.255',
    '0.0.0.0',
    '[::]',
    '127.0.0.1:9',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]:5070',
  ])
    assert.equal(await status(`<sip:p100@${host}>`), 403, host)
  assert.equal(await status('<sip:p100@10.0.0.9;transport=evil>'), 400)
  assert.equal(rig.userAgent.sizes().bindings > 0, false)
  for (const host of [
    '10.0.0.9',
    '10.0.0.1:5062',
    'browser.invalid;transport=ws',
    'phone.example;transport=TCP',
  ])
    assert.equal(await status(`<sip:p100@${host}>`), 200, host)
})

test('LEG-ABU8 a contact that names a third party gets nothing: calls go over the flow', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('101')
  const phone = rig.addPhone('p101')
  const victim = new Stranger(rig)
  const contact = `<sip:p101@${AT.address}:${AT.port}>`
  const parts = phone.parts('REGISTER', 'p101')
  phone.sendWithCredentials(newRequest({ ...parts, headers: [['Contact', contact]] }), () => undefined)
  await rig.clock.pass(500)
  const caller = await rig.registered('100')
  caller.dial('101')
  await rig.clock.pass(2_000)
  assert.deepEqual(victim.heard, [])
  assert.equal(phone.calls.length, 1)
})

test('LEG-ABU9 a flood of every method leaves calls alone and afterwards nothing behind', async () => {
  const rig = new ExchangeRig({ limits: { serverTransactionsMax: 300 } })
  const caller = await rig.registered('100')
  await rig.registered('101')
  const call = caller.dial('101')
  await rig.clock.pass(1_000)
  assert.equal(call.state, 'talking')
  const stranger = new Stranger(rig)
  const methods = [
    'REGISTER',
    'SUBSCRIBE',
    'NOTIFY',
    'PUBLISH',
    'MESSAGE',
    'INVITE',
    'OPTIONS',
    'CANCEL',
    'ACK',
  ]
  for (let count = 0; count < 4_500; count += 1)
    stranger.request(methods[count % methods.length] ?? '', `p${count}`)
  await rig.clock.pass(100)
  assert(rig.userAgent.sizes().transactions <= 300 * 5)
  assert.equal(call.state, 'talking')
  call.hangUp()
  await rig.clock.pass(60_000)
  assert.equal(call.state, 'ended')
  const { legs, transactions, events } = rig.userAgent.sizes()
  assert.deepEqual([legs, transactions, events], [0, 0, 0])
  assert.equal(rig.userAgent.counts().failures, 0)
  const refused = stranger.heard.filter((text) => text.startsWith('SIP/2.0 503'))
  for (const text of refused) assert.match(text, /^Retry-After: \d+\r$/m)
})

test('LEG-ABU10 a request of a stranger that comes again is answered with the same To tag', async () => {
  const [rig] = await office()
  const stranger = new Stranger(rig)
  const lines = ['INVITE sip:101@10.0.0.1 SIP/2.0', `Via: SIP/2.0/UDP ${AT.address};branch=z9hG4bKagain`]
  lines.push('From: <sip:p100@10.0.0.1>;tag=a', 'To: <sip:101@10.0.0.1>', 'Call-ID: again', 'CSeq: 1 INVITE')
  lines.push('Max-Forwards: 70', `Contact: <sip:p100@${AT.address}>`, 'Content-Length: 0')
  for (let time = 0; time < 2; time += 1) stranger.raw(`${lines.join('\r\n')}\r\n\r\n`)
  await rig.clock.pass(100)
  const tags = stranger.heard.map((text) => /^(?:To: |t:).*;tag=(\S+)/m.exec(text)?.[1])
  assert.equal(tags.length, 2)
  assert.ok(tags[0])
  assert.equal(tags[0], tags[1])
})
