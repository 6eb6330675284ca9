// SRTP under keys of the descriptions with baresip over TLS: to a plain desk phone and to a browser, sound
// measured at both ends; what somebody in the network hears, with its plain twin; required means required.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip, type PhoneOptions } from './support/baresip.ts'
import { Capture } from './support/capture.ts'
import { BrowserPhone } from './support/chromium.ts'
import { freePorts } from './support/ports.ts'
import { Server } from './support/server.ts'
import { assertAllHear, assertBothHear, SETTLE_MS } from './support/sound.ts'
import { sleep, until } from './support/wait.ts'

const SECURED_HZ = 600
const OTHER_HZ = 1000
/** That nobody else on this machine plays. */
const SPIED_HZ = 1750
const LISTEN_MS = 3000

const tlsPort = await freePorts(1)
const server = await Server.start(['--sip-tls-port', String(tlsPort)])
test.after(() => server.stop())

const [ben = server.admin, cleo = server.admin] = server.colleagues
const secured = { ...(await ben.addPhone('Secured', 'required')), port: tlsPort }
const plain = await cleo.addPhone('Plain')
const SECURED: Omit<PhoneOptions, 'toneHz'> = { transport: 'tls', encryption: 'srtp-mand' }

for (const caller of ['secured', 'plain'] as const)
  test(`a phone with SRTP and a plain one hear each other, the ${caller} one calls`, async (t) => {
    const before = await ben.calls()
    const one = await Baresip.start(secured, { ...SECURED, toneHz: SECURED_HZ })
    t.after(() => one.stop())
    const other = await Baresip.start(plain, { transport: 'udp', toneHz: OTHER_HZ })
    t.after(() => other.stop())
    const [from, to] = caller === 'secured' ? [one, other] : [other, one]
    from.dial(caller === 'secured' ? '102' : '101')
    await to.waitFor('CALL_INCOMING')
    to.accept()
    await Promise.all([from.waitFor('CALL_ESTABLISHED'), to.waitFor('CALL_ESTABLISHED')])
    await sleep(SETTLE_MS)
    const atPlain = { who: 'plain', phone: other, hertz: OTHER_HZ }
    await assertBothHear(atPlain, { who: 'secured', phone: one, hertz: SECURED_HZ }, LISTEN_MS)
    from.hangUp()
    await to.waitFor('CALL_CLOSED')
    const legs = await ben.legsOfNewCall(before)
    const isEncrypted = (role: string) => legs.find((leg) => leg.role === role)?.quality.isEncrypted
    assert.deepEqual(
      [isEncrypted('caller'), isEncrypted('callee')],
      caller === 'secured' ? [true, false] : [false, true],
    )
  })

test('a phone with SRTP and a browser hear each other', async (t) => {
  const phone = await Baresip.start(secured, { ...SECURED, toneHz: SECURED_HZ })
  t.after(() => phone.stop())
  const browser = await BrowserPhone.start(server, server.admin, OTHER_HZ)
  t.after(() => browser.stop())
  await browser.dial('101')
  await phone.waitFor('CALL_INCOMING')
  phone.accept()
  await browser.waitUntilTalking()
  await sleep(1000)
  const atPage = { who: 'browser', phone: browser, hertz: OTHER_HZ }
  await assertBothHear(atPage, { who: 'phone', phone, hertz: SECURED_HZ }, LISTEN_MS)
  await browser.hangUp()
  await phone.waitFor('CALL_CLOSED')
})

for (const [mode, isSpied] of [
  ['off', true],
  ['required', false],
] as const)
  test(`the network hears ${isSpied ? 'a plain phone' : 'nothing of a secured one'}`, async (t) => {
    const account = mode === 'off' ? plain : secured
    const options: Omit<PhoneOptions, 'toneHz'> = mode === 'off' ? { transport: 'udp' } : SECURED
    const phone = await Baresip.start(account, { ...options, toneHz: SPIED_HZ })
    t.after(() => phone.stop())
    const capture = await Capture.start()
    phone.dial('*43')
    await phone.waitFor('CALL_ESTABLISHED')
    await sleep(SETTLE_MS)
    await assertAllHear([{ who: 'phone', phone, right: SPIED_HZ, wrong: OTHER_HZ }], LISTEN_MS)
    phone.hangUp()
    await phone.waitFor('CALL_CLOSED')
    const { heardIn, streams } = await capture.stop(SPIED_HZ)
    assert.ok(streams >= 2, `${streams} streams`)
    assert.equal(heardIn, isSpied ? 2 : 0, `heard in ${heardIn} of ${streams} streams`)
  })

test('required: a phone that offers no keys gets 488', async (t) => {
  const phone = await Baresip.start(secured, { transport: 'tls', toneHz: SECURED_HZ })
  t.after(() => phone.stop())
  phone.dial('*43')
  const closed = await phone.waitFor('CALL_CLOSED')
  assert.match(`${closed.param} ${phone.output}`, /488/)
  await until('the log to be there', () => server.log.length > 0)
  assert.doesNotMatch(server.log, /inline:/)
})
