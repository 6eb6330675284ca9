import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ADDRESS_MAILS_MAX,
  CONFIRM_WITHIN_MS,
  EMPTY_SUBSCRIPTIONS,
  SOURCE_ASKS_MAX,
  type SubscriptionsInput,
  subscriptionsStep,
} from '../src/subscriptions/index.ts'
import { PENDING_MAX } from '../src/subscriptions/limits.ts'
import { hash } from './house.ts'

class Desk {
  state = EMPTY_SUBSCRIPTIONS
  at = 0
  #tokens = 0

  says(input: SubscriptionsInput) {
    const { state, shown, mail } = subscriptionsStep(this.state, input)
    this.state = state
    return { shown, mail: mail === undefined ? '' : `${mail.what} ${mail.to}` }
  }

  asks(address: string, source = 's1') {
    this.#tokens += 1
    const { at } = this
    return this.says({ type: 'ask', address, language: 'de', source, token: hash(this.#tokens), at })
  }

  confirms(token: string) {
    return this.says({ type: 'confirm', token, unsubscribe: hash(999), at: this.at }).shown
  }
}

test('CAS-M1 subscribed is who confirms from the mailbox, once and within a day', () => {
  const desk = new Desk()
  assert.deepEqual(desk.asks('A@Example.org'), {
    shown: 'look-into-your-mailbox',
    mail: 'confirm a@example.org',
  })
  assert.equal(desk.state.confirmed.size, 0)
  assert.equal(desk.confirms(hash(2)), 'no-such-token')
  desk.at = CONFIRM_WITHIN_MS - 1
  assert.equal(desk.confirms(hash(1)), 'subscribed')
  assert.equal(desk.confirms(hash(1)), 'no-such-token')
  assert.deepEqual([...desk.state.confirmed.keys()], ['a@example.org'])
  const late = new Desk()
  late.asks('a@example.org')
  late.at = CONFIRM_WITHIN_MS
  assert.equal(late.confirms(hash(1)), 'no-such-token')
  assert.equal(late.state.confirmed.size, 0)
})

test('CAS-M2 a known and an unknown address are shown the same, also beyond the limits', () => {
  const desk = new Desk()
  desk.asks('known@example.org', 's0')
  desk.confirms(hash(1))
  desk.at = CONFIRM_WITHIN_MS
  for (let number = 0; number <= ADDRESS_MAILS_MAX; number += 1) {
    const waiting = desk.state.pending.size
    const known = desk.asks('known@example.org', 's1')
    const between = desk.state.pending.size
    const unknown = desk.asks('unknown@example.org', 's2')
    assert.equal(known.shown, unknown.shown)
    assert.equal(known.mail === '', unknown.mail === '')
    assert.equal(between - waiting, desk.state.pending.size - between, 'the room that is left')
    if (number === 0) assert.equal(known.mail, 'known known@example.org')
  }
})

test('CAS-M3 mails to an address and questions of a source are counted, and what waits is limited', () => {
  const desk = new Desk()
  const mails = Array.from(
    { length: ADDRESS_MAILS_MAX + 1 },
    (_, n) => desk.asks('a@example.org', `s${n}`).mail,
  )
  assert.deepEqual(mails, [...Array(ADDRESS_MAILS_MAX).fill('confirm a@example.org'), ''])
  const shown = Array.from(
    { length: SOURCE_ASKS_MAX + 1 },
    (_, n) => desk.asks(`b${n}@example.org`, 'one').shown,
  )
  assert.deepEqual([shown.at(-2), shown.at(-1)], ['look-into-your-mailbox', 'too-often'])
  desk.at = CONFIRM_WITHIN_MS
  assert.equal(desk.asks('a@example.org', 'one').mail, 'confirm a@example.org')
  const one = [...desk.state.pending.values()][0] ?? assert.fail()
  const pending = new Map(Array.from({ length: PENDING_MAX }, (_, n) => [hash(n), one] as const))
  desk.state = { ...desk.state, pending }
  assert.deepEqual(desk.asks('c@example.org', 'two'), { shown: 'full', mail: '' })
  for (const wrong of [
    '',
    'a',
    'a@b',
    'a@b.c\r\nBcc: d@e.f',
    'a@b.c,d@e.f',
    `${'a'.repeat(65)}@b.c`,
    '<a@b.c>',
  ])
    assert.equal(new Desk().asks(wrong).shown, 'malformed', wrong)
})

test('CAS-M4 unsubscribing takes one step, and says the same for a token that nobody has', () => {
  const desk = new Desk()
  desk.asks('a@example.org')
  desk.confirms(hash(1))
  assert.equal(desk.says({ type: 'unsubscribe', unsubscribe: hash(998), at: 0 }).shown, 'gone')
  assert.equal(desk.state.confirmed.size, 1)
  assert.equal(desk.says({ type: 'unsubscribe', unsubscribe: hash(999), at: 0 }).shown, 'gone')
  assert.equal(desk.state.confirmed.size, 0)
})
