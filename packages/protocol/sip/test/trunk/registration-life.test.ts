// The registration client over longer times: against our own registrar, and in any order of events.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, ms } from '@rufwerk/core'
import {
  DigestAuthenticator,
  type DigestSecret,
  digestHa1,
  newResponse,
  Registrar,
  type SipRequest,
} from '@rufwerk/sip'
import { newRegistration, registrationStatus, stepRegistration } from '@rufwerk/sip/trunk'
import fc from 'fast-check'
import { countingBytes, testFlow } from '../../src/testing.ts'
import type { RegistrationInput, RegistrationTimer } from '../../src/trunk/registration.ts'
import { FIRST, LOCAL, RegistrationRun, SECOND } from './registration-run.ts'

test('RC-28 our own registrar takes it: challenge, refresh, stale nonce, another address, removal', () => {
  for (const algorithm of ['md5', 'sha-256'] as const) {
    const nonceKey = new Uint8Array(32).fill(7)
    const digest = new DigestAuthenticator({ nonceKey, nonceLifetime: ms(500_000) })
    const registrar = new Registrar()
    const randomBytes = countingBytes()
    const ha1 = digestHa1(algorithm, 'acct-7', 'carrier', 'secret')
    const secret: DigestSecret = { algorithm, ha1 }
    const phone = new RegistrationRun()
    const words: string[] = []
    /** What the carrier says to the last REGISTER, until it says nothing new. */
    const serve = (second: number): void => {
      for (let answered: SipRequest | undefined; phone.sent !== answered; ) {
        const request = phone.sent
        assert(request)
        answered = request
        const env = { now: instant(second * 1000), randomBytes }
        const verdict = digest.check(request, { realm: 'carrier', source: '192.0.2.1', secret }, env)
        const isStale = verdict.type === 'stale'
        const challenge = { realm: 'carrier', algorithm, source: '192.0.2.1', isStale }
        const response =
          verdict.type === 'authentic'
            ? registrar.register(request, 'line', testFlow(), env.now, 'tag').response
            : newResponse(request, 401, { headers: [['WWW-Authenticate', digest.challenge(challenge, env)]] })
        words.push(`${verdict.type} ${response.status}`)
        phone.at(second, { type: 'response', response })
      }
    }
    phone.begun()
    serve(0)
    phone.timer(300, 'refresh')
    serve(300)
    phone.timer(600, 'refresh')
    serve(600)
    phone.at(700, { type: 'localChanged', local: { address: '192.0.2.2', port: 5060 } })
    serve(700)
    assert.deepEqual(
      registrar.bindings('line').map(({ contact }) => contact),
      ['sip:+4930123@192.0.2.2:5060'],
    )
    phone.at(710, { type: 'stop' })
    serve(710)
    assert.equal(registrar.size(), 0)
    const first = ['absent 401', 'authentic 200', 'authentic 200']
    assert.deepEqual(words, [...first, 'stale 401', 'authentic 200', 'authentic 200', 'authentic 200'])
    assert.equal(registrationStatus(phone.registration).state, 'off')
  }
})

/** One event; a response has the status and headers of its place in the list. */
const EVENTS: readonly (RegistrationInput | readonly [status: number, ...headers: [string, string][]])[] = [
  { type: 'start', local: LOCAL },
  { type: 'stop' },
  { type: 'resolved', targets: [FIRST, SECOND] },
  { type: 'resolved', targets: [SECOND] },
  { type: 'resolved', targets: [] },
  [200],
  [200, ['Expires', '0']],
  [401, ['WWW-Authenticate', 'Digest realm="c", nonce="n", qop="auth"']],
  [407, ['Proxy-Authenticate', 'Digest realm="c", nonce="n", stale=true']],
  [423, ['Min-Expires', '900']],
  [302],
  [403],
  [439],
  [503, ['Retry-After', '5']],
  { type: 'localChanged', local: { address: '192.0.2.9', port: 5060 } },
  { type: 'flowFailed' },
  { type: 'networkLost' },
  { type: 'networkBack' },
  { type: 'failed', seq: -1 },
  { type: 'timer', timer: 'refresh' },
  { type: 'timer', timer: 'retry' },
  { type: 'timer', timer: 'expiry' },
]

test('RC-29 in whatever order things happen: it goes on by itself; once stopped, nothing is left', () => {
  const { plan } = new RegistrationRun()
  const check = (order: readonly number[]): void => {
    const randomBytes = countingBytes()
    let registration = newRegistration({ now: instant(0), randomBytes })
    const armed = new Set<RegistrationTimer>()
    let sent: SipRequest | undefined
    let isAsked = false
    const perform = (which: (typeof EVENTS)[number], second: number): void => {
      let input: RegistrationInput
      if ('type' in which) {
        if (which.type === 'timer' && !armed.delete(which.timer)) return
        if (which.type === 'resolved') isAsked = false
        input = which.type === 'failed' ? { ...which, seq: registration.seq } : which
      } else {
        if (sent === undefined) return
        const [status, ...headers] = which
        input = { type: 'response', response: newResponse(sent, status, { headers }) }
      }
      const env = { now: instant(second * 1000), randomBytes }
      const step = stepRegistration(plan, registration, input, env)
      registration = step.registration
      for (const output of step.out) {
        if (output.type === 'arm') armed.add(output.timer)
        if (output.type === 'disarm') armed.delete(output.timer)
        if (output.type === 'send') sent = output.request
        if (output.type === 'resolve') isAsked = true
      }
      const { phase, isWanted, isOnline, binding } = registration
      if (phase.name === 'waiting') assert(armed.has('retry'), 'waiting for a timer')
      if (phase.name === 'resolving' && isWanted)
        assert(isAsked || !('type' in which), 'waiting for a look-up')
      if (phase.name === 'idle' && isWanted && isOnline) assert(armed.has('refresh') && binding, 'registered')
      if (binding !== undefined && isWanted) assert(armed.has('expiry'), 'the end of the binding comes')
    }
    // So that most of it happens to a REGISTER.
    for (const which of [0, 2]) perform(EVENTS[which] as (typeof EVENTS)[number], 0)
    for (const [at, which] of order.entries()) perform(EVENTS[which] as (typeof EVENTS)[number], at)
    perform({ type: 'stop' }, 100)
    for (let again = 0; again < 3; again++) perform([200], 101)
    assert.equal(registrationStatus(registration).state, 'off')
    assert.equal(registration.binding, undefined)
    assert.deepEqual([...armed], [])
  }
  fc.assert(fc.property(fc.array(fc.nat(EVENTS.length - 1), { maxLength: 40 }), check), { numRuns: 200 })
})
