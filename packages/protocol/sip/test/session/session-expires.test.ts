// RFC 4028: what both sides agree on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answerSession,
  raiseSession,
  type SessionWish,
  sessionAgreed,
  sessionOffer,
} from '@rufwerk/sip/session'
import fc from 'fast-check'
import { requestWith, responseWith } from '../messages.ts'

const WISH: SessionWish = { intervalS: 1800, minS: 120 }

/** What our 2xx says, and who refreshes then. */
function answer(wish: SessionWish, ...lines: string[]): string {
  const result = answerSession(requestWith('INVITE', ...lines), wish)
  if (!result.ok) return [result.error.status, ...result.error.headers.flat()].join(' ')
  const { agreement, headers } = result.value
  return [
    agreement.intervalS,
    agreement.refresher,
    ...headers.map(([name, value]) => `${name}=${value}`),
  ].join(' ')
}

test('SE-1 our offer names interval, a least above 90 s, and who refreshes if that is settled', () => {
  assert.deepEqual(sessionOffer({ intervalS: 1800, minS: 90 }), [['Session-Expires', '1800']])
  assert.deepEqual(sessionOffer({ ...WISH, refresher: 'us' }), [
    ['Session-Expires', '1800;refresher=uac'],
    ['Min-SE', '120'],
  ])
  assert.deepEqual(sessionOffer({ intervalS: 90, minS: 90, refresher: 'peer' }), [
    ['Session-Expires', '90;refresher=uas'],
  ])
})

test('SE-2 too short for us: 422 with Min-SE, but only to who knows timers', () => {
  assert.equal(answer(WISH, 'Session-Expires: 100', 'Supported: timer'), '422 Min-SE 120')
  assert.equal(answer({ ...WISH, minS: 10 }, 'x: 89', 'k: timer'), '422 Min-SE 90')
  assert.equal(answer(WISH, 'Session-Expires: 100'), '100 us Session-Expires=100;refresher=uas')
  assert.equal(answer(WISH, 'Session-Expires: 30'), '90 us Session-Expires=90;refresher=uas')
})

test('SE-3 the interval is the shorter of both, but not below the Min-SE of the request', () => {
  const timer = 'Supported: timer'
  assert.match(answer(WISH, 'Session-Expires: 600', timer), /^600 /)
  assert.match(answer(WISH, 'Session-Expires: 7200', timer), /^1800 /)
  assert.match(answer(WISH, 'Session-Expires: 7200', 'Min-SE: 3600', timer), /^3600 /)
  assert.match(answer(WISH, timer), /^1800 /)
  assert.match(answer(WISH, 'Min-SE: 3600', timer), /^3600 /)
})

test('SE-3 no Min-SE makes a session longer than a day', () => {
  const lines = ['Session-Expires: 4294967295', 'Supported: timer']
  assert.match(answer(WISH, 'Min-SE: 86400', ...lines), /^86400 /)
  assert.match(answer(WISH, 'Min-SE: 4294967295', ...lines), /^86400 /)
  assert.match(answer(WISH, 'Min-SE: 4294967295'), /^86400 /)
})

test('SE-4 who refreshes: as the request says, else as we like; us when the peer knows no timers', () => {
  const [timer, se] = ['Supported: timer', 'Session-Expires: 1800']
  const from = (line: string) => answer({ ...WISH, refresher: 'us' }, line, timer)
  assert.equal(from(`${se};refresher=uac`), '1800 peer Session-Expires=1800;refresher=uac Require=timer')
  assert.equal(from(se), '1800 us Session-Expires=1800;refresher=uas Require=timer')
  assert.equal(
    answer(WISH, `${se};refresher=uas`, timer),
    '1800 us Session-Expires=1800;refresher=uas Require=timer',
  )
  assert.equal(answer(WISH, se, timer), '1800 peer Session-Expires=1800;refresher=uac Require=timer')
  assert.equal(answer(WISH, `${se};refresher=uac`), '1800 us Session-Expires=1800;refresher=uas')
  assert.equal(answer(WISH), '1800 us Session-Expires=1800;refresher=uas')
})

test('SE-5 the 2xx to ours says what holds; without Session-Expires there is no timer', () => {
  const given = (line: string) => sessionAgreed(responseWith(200, [line]))
  assert.deepEqual(given('Session-Expires: 600;refresher=uas'), { intervalS: 600, refresher: 'peer' })
  assert.deepEqual(given('x: 600 ; refresher=UAC;x=1'), { intervalS: 600, refresher: 'us' })
  assert.deepEqual(given('Session-Expires: 600'), { intervalS: 600, refresher: 'us' })
  assert.deepEqual(given('Session-Expires: 1;refresher=uac'), { intervalS: 90, refresher: 'us' })
  const tooLong = given('Session-Expires: 4294967295;refresher=uas')
  assert.deepEqual(tooLong, { intervalS: 86_400, refresher: 'peer' })
  assert.equal(given('Require: timer'), undefined)
})

test('SE-6 malformed counts as absent', () => {
  for (const bad of ['', 'x', '-1', '1.5', '99999999999', '600;;', '600;refresher='])
    assert.equal(sessionAgreed(responseWith(200, [`Session-Expires: ${bad}`])), undefined)
})

test('SE-7 after a 422 ours is raised to its Min-SE; nothing new or more than a day is given up', () => {
  const raised = raiseSession(WISH, responseWith(422, ['Min-SE: 3600']))
  assert.deepEqual(raised, { intervalS: 3600, minS: 3600 })
  for (const line of ['Min-SE: 1800', 'Min-SE: 60', 'Min-SE: 86401', 'Min-SE: x', 'Server: x'])
    assert.equal(raiseSession(WISH, responseWith(422, [line])), undefined)
})

test('SE-8 whatever is asked: at least 90 s, not longer than asked, one retry after 422', () => {
  const seconds = fc.integer({ min: 0, max: 100_000 })
  const check = (asked: number, theirs: number, wished: number, minS: number): void => {
    const wish = { intervalS: Math.max(wished, minS), minS }
    const lines = (se: number) => [`Session-Expires: ${se}`, `Min-SE: ${theirs}`, 'Supported: timer']
    const first = answerSession(requestWith('INVITE', ...lines(asked)), wish)
    const leastS = first.ok ? 0 : Number(first.error.headers[0]?.[1])
    const second = first.ok ? first : answerSession(requestWith('INVITE', ...lines(leastS)), wish)
    assert(second.ok)
    const { intervalS } = second.value.agreement
    assert(intervalS >= 90 && intervalS >= minS && intervalS <= Math.max(asked, leastS))
  }
  const rule = fc.property(seconds, seconds, seconds, fc.integer({ min: 90, max: 4000 }), check)
  fc.assert(rule, { numRuns: 200 })
})
