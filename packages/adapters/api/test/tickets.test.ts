// Tickets: once, 30 seconds, bound to the session, bounded in number.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countingRandomBytes } from '@rufwerk/accounts/testing'
import { type DeviceId, ms, type SessionId } from '@rufwerk/core'
import { Tickets } from '../src/security/tickets.ts'
import { TestClock } from './office.ts'

const claim = { session: 'session-1' as SessionId, device: 'device-1' as DeviceId }
const limits = { life: ms(30_000), ticketsMax: 4, perSessionMax: 2 }

function newTickets() {
  const clock = new TestClock()
  const ports = { randomBytes: countingRandomBytes(), arm: clock.arm.bind(clock) }
  return { clock, tickets: new Tickets(ports, limits) }
}

function issue(tickets: Tickets, of = claim): string {
  const ticket = tickets.issue(of)
  assert.ok(ticket.ok)
  return ticket.value
}

test('a ticket of 32 bytes works once', () => {
  const { tickets, clock } = newTickets()
  const ticket = issue(tickets)
  assert.match(ticket, /^[\w-]{43}$/)
  assert.deepEqual(tickets.take(ticket), claim)
  assert.equal(tickets.take(ticket), undefined)
  assert.equal(tickets.size(), 0)
  assert.equal(clock.size(), 0)
})

test('a ticket lives 30 seconds', () => {
  const { tickets, clock } = newTickets()
  const [early, late] = [issue(tickets), issue(tickets)]
  clock.pass(29_999)
  assert.deepEqual(tickets.take(early), claim)
  clock.pass(1)
  assert.equal(tickets.take(late), undefined)
  assert.equal(tickets.size(), 0)
})

test('what was never issued opens nothing', () => {
  const { tickets } = newTickets()
  for (const text of ['', 'x', 'A'.repeat(43), '__proto__']) assert.equal(tickets.take(text), undefined)
})

test('signing out makes the tickets of that session worthless, and no others', () => {
  const { tickets, clock } = newTickets()
  const other = { ...claim, session: 'session-2' as SessionId }
  const [mine, theirs] = [issue(tickets), issue(tickets, other)]
  tickets.revoke(claim.session)
  assert.equal(tickets.take(mine), undefined)
  assert.deepEqual(tickets.take(theirs), other)
  assert.equal(tickets.size() + clock.size(), 0)
})

test('a session that asks for many loses its oldest; all together are bounded', () => {
  const { tickets } = newTickets()
  const [first, second, third] = [issue(tickets), issue(tickets), issue(tickets)]
  assert.equal(tickets.take(first), undefined)
  for (const name of ['2', '3']) issue(tickets, { ...claim, session: name as SessionId })
  const refused = tickets.issue({ ...claim, session: '4' as SessionId })
  assert.deepEqual(refused, { ok: false, error: 'limit-reached' })
  assert.deepEqual([tickets.take(second), tickets.take(third)], [claim, claim])
})
