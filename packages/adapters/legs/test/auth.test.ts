import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { answerChallenge, newRequest, type SipResponse } from '@rufwerk/sip'
import { ExchangeRig, SimulatedPhone } from '@rufwerk/testing'
import { LEG_LIMITS } from '../src/index.ts'
import { Guesses } from '../src/registration/guesses.ts'
import { Probes } from '../src/registration/probes.ts'

/** Sends one request as it is and returns what comes back. */
async function ask(
  rig: ExchangeRig,
  phone: SimulatedPhone,
  method: string,
  target: string,
  change: (headers: [string, string][]) => { from?: string; to?: string } = () => ({}),
): Promise<SipResponse> {
  const headers: [string, string][] = [['Contact', phone.contact]]
  const changed = change(headers)
  const parts = { ...phone.parts(method, target), ...changed }
  const answers: SipResponse[] = []
  phone.send(newRequest({ ...parts, headers }), (response) => {
    if (response && response.status >= 200) answers.push(response)
  })
  await rig.clock.pass(500)
  const [answer] = answers
  assert.ok(answer, `an answer to ${method}`)
  return answer
}

test('LEG-AUTH1 wrong password, unknown name and a browser name look the same: 401, then 403', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('100')
  rig.addDevice('102', { kind: 'browser' })
  const shapes: string[] = []
  for (const user of ['p100', 'nobody']) {
    const phone = rig.addPhone(user, { password: 'guess' })
    const first = await ask(rig, phone, 'REGISTER', user)
    assert.equal(first.status, 401)
    shapes.push((first.headers.get('www-authenticate') ?? '').replace(/nonce="[^"]*"/, 'nonce'))
    phone.register()
    await rig.clock.pass(500)
    shapes.push(`${phone.registered} ${phone.lastRegister?.reason}`)
  }
  assert.deepEqual(shapes.slice(0, 2), shapes.slice(2))
  assert.match(shapes[1] ?? '', /^403/)
  assert.equal(rig.userAgent.counts().refusedCredentials, 2)
})

test('LEG-AUTH2 after too many wrong passwords for a name none is checked from that address', async () => {
  const rig = new ExchangeRig({ limits: { guessesPerUserMax: 3 } })
  rig.addDevice('100')
  const attacker = rig.addPhone('p100', { password: 'guess' })
  for (let count = 0; count < 6; count += 1) {
    attacker.register()
    await rig.clock.pass(100)
    assert.equal(attacker.registered, 403)
  }
  assert.equal(rig.userAgent.counts().refusedCredentials, 3)
  assert.equal(rig.userAgent.counts().refusedGuesses, 3)
  const owner = rig.addPhone('p100') // Elsewhere: the owner is not locked out.
  owner.register()
  await rig.clock.pass(100)
  assert.equal(owner.registered, 200)
})

for (const isRegistered of [true, false])
  test(`LEG-AUTH2 a phone goes on over its flow while its neighbour guesses: ${isRegistered}`, async () => {
    const rig = new ExchangeRig({ limits: { guessesPerUserMax: 3 } })
    rig.addDevice('100')
    const phone = rig.addPhone('p100')
    if (isRegistered) {
      phone.register()
      await rig.clock.pass(100)
    }
    const at = { ...phone.options.at, port: phone.options.at.port + 1 }
    const neighbour = new SimulatedPhone({ ...phone.options, at, password: 'guess' })
    for (let count = 0; count < 6; count += 1) {
      neighbour.register()
      await rig.clock.pass(100)
    }
    assert.equal(rig.userAgent.counts().refusedGuesses, 3)
    phone.register()
    await rig.clock.pass(100)
    assert.equal(phone.registered, isRegistered ? 200 : 403)
  })

test('LEG-AUTH3 a suspicious address is checked only for devices that are bound from there', () => {
  const guesses = new Guesses({ ...LEG_LIMITS, guessesPerSourceMax: 2, guessesPerUserMax: 99 })
  const now = instant(0)
  for (const user of ['a', 'b']) guesses.wasWrong('10.0.0.9', user, now)
  assert.equal(
    guesses.mayTry('10.0.0.9', 'c', now, () => false),
    false,
  )
  assert.equal(
    guesses.mayTry('10.0.0.9', 'c', now, () => true),
    true,
  )
  assert.equal(
    guesses.mayTry('10.0.0.8', 'c', now, () => false),
    true,
  )
  assert.equal(
    guesses.mayTry('10.0.0.9', 'c', instant(60_001), () => false),
    true,
  )
  assert.equal(guesses.size(), 0)
})

test('LEG-AUTH4 what is remembered of guessers is bounded', () => {
  const guesses = new Guesses({ ...LEG_LIMITS, guessersMax: 10 })
  for (let count = 0; count < 100; count += 1) guesses.wasWrong(`10.0.1.${count}`, 'a', instant(0))
  assert.equal(guesses.size(), 10)
})

test('LEG-AUTH5 a device may neither register nor call as somebody else', async () => {
  const rig = new ExchangeRig()
  const phone = await rig.registered('100')
  rig.addDevice('101')
  const browser = await rig.registered('102', { kind: 'browser' })
  const other = '<sip:p101@10.0.0.1>'
  const asOther = () => ({ from: `${other};tag=x` })
  assert.equal((await ask(rig, browser, 'INVITE', '100', asOther)).status, 403)
  assert.equal((await ask(rig, browser, 'REGISTER', 'p101', () => ({ to: other }))).status, 403)
  const challenged = await ask(rig, phone, 'REGISTER', 'p100')
  const challenge = challenged.headers.get('www-authenticate') ?? ''
  const { user, password } = phone.options
  const uri = 'sip:p101@10.0.0.1:5060'
  const asked = { user, password, method: 'REGISTER', uri, cnonce: 'c' }
  const refused = await ask(rig, phone, 'REGISTER', 'p101', (headers) => {
    headers.push(['Authorization', answerChallenge(challenge, asked) ?? ''])
    return { to: other, from: `${other};tag=y` }
  })
  assert.equal(refused.status, 403)
  assert.equal(rig.userAgent.counts().refusedIdentity, 3)
})

test('LEG-AUTH6 a browser flow needs no digest; one of an unknown device gets 403', async () => {
  const rig = new ExchangeRig()
  const browser = await rig.registered('100', { kind: 'browser' })
  assert.equal(browser.registered, 200)
  assert.equal(rig.userAgent.counts().challenged, 0)
  rig.removeDevice('p100')
  browser.register()
  await rig.clock.pass(100)
  assert.equal(browser.registered, 403)
})

test('LEG-AUTH7 credentials are good for one request: a replay is challenged again as stale', async () => {
  const rig = new ExchangeRig()
  const phone = await rig.registered('100')
  const challenged = await ask(rig, phone, 'REGISTER', 'p100')
  const challenge = challenged.headers.get('www-authenticate') ?? ''
  const { user, password } = phone.options
  const uri = 'sip:p100@10.0.0.1:5060'
  const credentials = answerChallenge(challenge, { user, password, method: 'REGISTER', uri, cnonce: 'c' })
  const withCredentials = (headers: [string, string][]) => {
    headers.push(['Authorization', credentials ?? ''])
    return {}
  }
  assert.equal((await ask(rig, phone, 'REGISTER', 'p100', withCredentials)).status, 200)
  const replayed = await ask(rig, phone, 'REGISTER', 'p100', withCredentials)
  assert.equal(replayed.status, 401)
  assert.match(replayed.headers.get('www-authenticate') ?? '', /stale=true/)
})

test('LEG-AUTH8 an INVITE with good credentials is not challenged a second time', async () => {
  const rig = new ExchangeRig()
  const phone = await rig.registered('100')
  await rig.registered('101')
  const before = rig.userAgent.counts().challenged
  const call = phone.dial('101')
  await rig.clock.pass(200)
  assert.equal(call.state, 'talking')
  assert.equal(rig.userAgent.counts().challenged, before + 1)
})

/** Registers or calls in two steps, as a phone does, and moves between the challenge and the credentials. */
async function movesAfterChallenge(method: string, to: { address?: string; port: number }) {
  const rig = new ExchangeRig()
  const phone = await rig.registered('100')
  await rig.registered('101', { kind: 'browser' })
  const { user, password, at } = phone.options
  const target = method === 'REGISTER' ? user : '101'
  let challenge = (await ask(rig, phone, method, target)).headers.get('www-authenticate') ?? ''
  rig.network.rebind(at, { ...at, ...to })
  const statuses: string[] = []
  for (let time = 0; time < 2; time += 1) {
    const uri = `sip:${target}@10.0.0.1:5060`
    const credentials = answerChallenge(challenge, { user, password, method, uri, cnonce: 'c' }) ?? ''
    const answer = await ask(rig, phone, method, target, (headers) => {
      headers.push(['Authorization', credentials])
      return {}
    })
    challenge = answer.headers.get('www-authenticate') ?? ''
    statuses.push(`${answer.status}${/, ?stale=true/.test(challenge) ? ' stale' : ''}`)
    if (answer.status !== 401) break
  }
  assert.equal(rig.userAgent.counts().refusedCredentials, 0)
  return statuses
}

for (const method of ['REGISTER', 'INVITE']) {
  test(`LEG-AUTH10 ${method} with a nonce of another address is asked again, then served`, async () => {
    const answers = await movesAfterChallenge(method, { address: '10.0.0.99', port: 5060 })
    assert.deepEqual(answers, ['401 stale', '200'])
  })

  test(`LEG-AUTH10 ${method} from another port of the same address is served at once`, async () => {
    assert.deepEqual(await movesAfterChallenge(method, { port: 40_000 }), ['200'])
  })
}

const told = (rig: ExchangeRig, what: string) => rig.complaints.filter((line) => line.includes(what)).length

test('LEG-AUTH9 guessed passwords are told of when the limit is reached, and then not again', async () => {
  const rig = new ExchangeRig({ limits: { guessesPerUserMax: 3 } })
  rig.addDevice('100')
  const attacker = rig.addPhone('p100', { password: 'guess' })
  for (let count = 1; count <= 6; count += 1) {
    attacker.register()
    await rig.clock.pass(100)
    assert.equal(told(rig, 'passwords are guessed'), count < 3 ? 0 : 1, `${count} tries`)
  }
  rig.complaints.length = 0
})

test('LEG-AUTH9 names that are tried are told of once; one wrong one and real ones are not', async () => {
  const rig = new ExchangeRig({ limits: { probedNamesMax: 3 } })
  for (const extension of ['100', '101', '102', '103']) rig.addDevice(extension)
  const scanner = rig.addPhone('nobody')
  const tries = async (names: readonly string[]) => {
    for (const name of names) {
      const from = `<sip:${name}@10.0.0.1>`
      const answer = await ask(rig, scanner, 'REGISTER', name, () => ({ from, to: from }))
      assert.equal(answer.status, 401)
    }
    return told(rig, 'names are tried')
  }
  assert.equal(await tries(['x', 'x', 'x', 'x', 'p100', 'p101', 'p102', 'p103']), 0)
  assert.equal(await tries(['y', 'z']), 1)
  assert.equal(await tries(['u', 'v', 'w']), 1)
  rig.complaints.length = 0
})

test('LEG-AUTH4 what is remembered of names that are tried is bounded', () => {
  const probes = new Probes({ ...LEG_LIMITS, guessersMax: 10, probedNamesMax: 4 })
  for (let count = 0; count < 100; count += 1) {
    probes.wasUnknown('10.0.1.1', `a${count}`, instant(0))
    probes.wasUnknown(`10.0.2.${count}`, 'a', instant(0))
  }
  assert.equal(probes.size(), 10)
  probes.wasUnknown('10.0.1.1', 'a', instant(LEG_LIMITS.guessWindow))
  assert.equal(probes.size(), 1)
})
