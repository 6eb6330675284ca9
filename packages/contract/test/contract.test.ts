// The schemas refuse what must never get further, and stay usable under the pages' Content-Security-Policy.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as contract from '@rufwerk/contract'
import { z } from 'zod'

const setup = {
  token: 'a'.repeat(43),
  language: 'de',
  company: 'Muster GmbH',
  country: 'de',
  admin: {
    name: 'Änne Groß',
    email: 'anne@muster.example',
    password: 'eins zwei drei vier',
    extension: '100',
  },
  colleagues: [{ name: 'Bob', extension: '101' }],
}

test('a complete setup request is accepted, names are trimmed', () => {
  const read = contract.SetupRequest.parse({ ...setup, company: '  Muster GmbH ' })
  assert.equal(read.company, 'Muster GmbH')
})

test('names with control characters, line ends or nothing in them are refused', () => {
  for (const name of ['a\r\nVia: x', 'a\0', '\u202Eevil', '', '   ', 'x'.repeat(81)]) {
    assert.equal(contract.SetupRequest.safeParse({ ...setup, company: name }).success, false, name)
  }
})

test('extensions are two to six digits', () => {
  for (const extension of ['1', '012', '1234567', '10a', '*43', '１００', '']) {
    const read = contract.NewPerson.safeParse({ name: 'A', extension })
    assert.equal(read.success, false, extension)
  }
  assert.equal(contract.NewPerson.parse({ name: 'A', extension: '100' }).role, 'user')
})

test('unknown fields of requests are refused, also the dangerous names', () => {
  const polluted: unknown = JSON.parse('{"login":"100","password":"x","__proto__":{"role":"admin"}}')
  assert.equal(contract.SignIn.safeParse(polluted).success, false)
  assert.equal(contract.SignIn.safeParse({ login: '100', password: 'x', role: 'admin' }).success, false)
})

test('a page of calls has between one and a hundred records', () => {
  assert.equal(contract.CallsQuery.parse({}).limit, contract.LIMITS.callsPerPageDefault)
  for (const limit of ['0', '101', '1.5', 'x', '-1']) {
    assert.equal(contract.CallsQuery.safeParse({ limit }).success, false, limit)
  }
})

test('every live message is told apart by its type', () => {
  const message = contract.LiveMessage.parse({ type: 'presence', person: 'p1', presence: 'talking' })
  assert.equal(message.type, 'presence')
  assert.equal(contract.LiveMessage.safeParse({ type: 'presence', person: 'p1' }).success, false)
  assert.equal(contract.LiveMessage.safeParse({ type: 'other' }).success, false)
})

test('zod never compiles code: no eval, so the strict Content-Security-Policy stays silent', () => {
  assert.equal(z.config().jitless, true)
})

test('the door has at most 40 names', () => {
  assert.ok(Object.keys(contract).length <= 40)
})
