import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Flow, instant, ms } from '@rufwerk/core'
import { Registrar, type RegistrarOutput } from '@rufwerk/sip'
import { requestOf, testFlow } from '../src/testing.ts'

const UDP = testFlow()
const TCP = testFlow('tcp')
let call = 0

function register(contacts: string[], more: { expires?: number; callId?: string; seq?: number } = {}) {
  const { expires, callId = `call${call++}`, seq = 1 } = more
  const request = requestOf(`
REGISTER sip:pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa
From: <sip:101@pbx>;tag=a
To: <sip:101@pbx>
Call-ID: ${callId}
CSeq: ${seq} REGISTER
Supported: outbound
${contacts.map((text) => `Contact: ${text}\n`).join('')}`)
  if (expires !== undefined) request.headers.add('Expires', String(expires))
  return request
}

function at(
  registrar: Registrar,
  request: ReturnType<typeof register>,
  now = 0,
  flow: Flow = UDP,
  aor = 'anna',
) {
  const { response, out } = registrar.register(request, aor, flow, instant(now), 'tag')
  return {
    status: response.status,
    contacts: response.headers.all('contact'),
    response,
    words: out.map(word),
  }
}

function word(output: RegistrarOutput): string {
  switch (output.type) {
    case 'arm':
      return `+${output.after}`
    case 'disarm':
      return '-'
    case 'bound':
      return output.before === undefined ? 'new' : 'refreshed'
    case 'unbound':
      return output.why
  }
}

test('REG-1 a contact is bound for the time it asks, and listed with what is left', () => {
  const registrar = new Registrar()
  const first = at(registrar, register(['<sip:101@192.0.2.7:5070>'], { expires: 300 }))
  assert.deepEqual(first.words, ['new', '+300000'])
  assert.deepEqual(first.contacts, ['<sip:101@192.0.2.7:5070>;expires=300'])
  assert.deepEqual(at(registrar, register([]), 100_000).contacts, ['<sip:101@192.0.2.7:5070>;expires=200'])
  assert.equal(registrar.bindings('anna')[0]?.flow, UDP)
})

test('REG-2 several contacts: highest q first, then the newest', () => {
  const registrar = new Registrar()
  at(registrar, register(['<sip:a@x>;q=0.5', '<sip:b@x>;q=0.5;expires=120', '<sip:c@x>;q=0.9']))
  assert.deepEqual(
    registrar.bindings('anna').map(({ contact }) => contact),
    ['sip:c@x', 'sip:b@x', 'sip:a@x'],
  )
  assert.equal(registrar.size(), 3)
})

test('REG-3 expires of the contact goes before the header, then the default; the longest is cut', () => {
  const registrar = new Registrar({ expiresDefaultS: 500, expiresMaxS: 1000 })
  const left = (contact: string, expires?: number) =>
    at(registrar, register([contact], { expires })).contacts[0]
  assert.match(left('<sip:a@x>;expires=70', 300) ?? '', /expires=70$/)
  assert.match(left('<sip:a@x>', 300) ?? '', /expires=300$/)
  assert.match(left('<sip:a@x>') ?? '', /expires=500$/)
  assert.match(left('<sip:a@x>;expires=oops', 300) ?? '', /expires=500$/)
  assert.match(left('<sip:a@x>', 4_000_000) ?? '', /expires=1000$/)
})

test('REG-4 too short: 423 with Min-Expires, nothing changed', () => {
  const registrar = new Registrar()
  const { status, response, words } = at(registrar, register(['<sip:a@x>', '<sip:b@x>;expires=5']))
  assert.deepEqual([status, response.headers.get('min-expires'), words], [423, '60', []])
  assert.equal(registrar.size(), 0)
})

test('REG-5 expires=0 removes one contact, * all of them', () => {
  const registrar = new Registrar()
  at(registrar, register(['<sip:a@x>', '<sip:b@x>', '<sip:c@x>']))
  assert.deepEqual(at(registrar, register(['<sip:a@x>;expires=0'])).words, ['-', 'removed'])
  assert.deepEqual(at(registrar, register(['*'], { expires: 0 })).contacts, [])
  assert.equal(registrar.size(), 0)
})

test('REG-6 * needs Expires: 0 and must be alone', () => {
  const registrar = new Registrar()
  assert.equal(at(registrar, register(['*'])).status, 400)
  assert.equal(at(registrar, register(['*'], { expires: 60 })).status, 400)
  for (const contacts of [['*', '<sip:a@x>'], ['<sip:a@x>', '*'], ['*, <sip:a@x>']])
    assert.throws(() => register(contacts, { expires: 0 }), /"status":400/)
})

test('REG-7 what was overtaken changes nothing: 500', () => {
  const registrar = new Registrar()
  at(registrar, register(['<sip:a@x>'], { callId: 'c', seq: 5 }))
  assert.equal(at(registrar, register(['<sip:a@x>'], { callId: 'c', seq: 5 })).status, 500)
  assert.equal(
    at(registrar, register(['<sip:b@x>', '<sip:a@x>;expires=0'], { callId: 'c', seq: 4 })).status,
    500,
  )
  assert.equal(at(registrar, register(['*'], { callId: 'c', seq: 4, expires: 0 })).status, 500)
  assert.equal(registrar.size(), 1)
  assert.deepEqual(at(registrar, register(['<sip:a@x>'], { callId: 'c', seq: 6 })).words, [
    'refreshed',
    '+600000',
  ])
  assert.equal(at(registrar, register(['<sip:a@x>'], { callId: 'd', seq: 1 })).status, 200)
})

test('REG-8 the same instance replaces its contact', () => {
  const registrar = new Registrar()
  const contact = (host: string) => `<sip:a@${host}>;+sip.instance="<urn:uuid:1>";reg-id=1`
  at(registrar, register([contact('old')]))
  assert.deepEqual(at(registrar, register([contact('new')])).words, ['refreshed', '+600000'])
  const [binding, ...others] = registrar.bindings('anna')
  assert.deepEqual([binding?.contact, binding?.instance, others.length], ['sip:a@new', '<urn:uuid:1>', 0])
})

test('REG-9 limits: contacts of one address 403, all bindings 503 with Retry-After', () => {
  const registrar = new Registrar({ contactsPerAorMax: 2, bindingsMax: 3 })
  assert.equal(at(registrar, register(['<sip:a@x>', '<sip:b@x>', '<sip:c@x>'])).status, 403)
  assert.equal(at(registrar, register(['<sip:a@x>', '<sip:b@x>'])).status, 200)
  assert.equal(at(registrar, register(['<sip:a@x>;expires=0', '<sip:c@x>'])).status, 200)
  const full = at(registrar, register(['<sip:a@x>', '<sip:b@x>']), 0, UDP, 'bert')
  assert.deepEqual([full.status, full.response.headers.get('retry-after')], [503, '30'])
  assert.equal(at(registrar, register(['<sip:b@x>', '<sip:c@x>'])).status, 200)
})

test('REG-10 the timer removes, a refreshed one replaces it; nothing is left', () => {
  const registrar = new Registrar()
  const { out } = registrar.register(register(['<sip:a@x>']), 'anna', UDP, instant(0), 't')
  const arm = out.find((output) => output.type === 'arm')
  assert(arm?.type === 'arm')
  assert.deepEqual(registrar.timer(arm.key).map(word), ['expired'])
  assert.deepEqual(registrar.timer(arm.key), [])
  assert.equal(registrar.size(), 0)
})

test('REG-16 a 430 ends the contact of its flow, not one that registered again or names no flow', () => {
  const registrar = new Registrar()
  const flowOf = (regId: number) => `<sip:a@x>;+sip.instance="<urn:uuid:1>";reg-id=${regId}`
  at(registrar, register([flowOf(1)]), 0, TCP)
  at(registrar, register([flowOf(2)]), 0, testFlow('tcp', 8))
  at(registrar, register(['<sip:b@x>']))
  const [plain, second, first] = registrar.bindings('anna')
  assert(first && second && plain && first.regId === 1 && plain.regId === undefined)
  assert.deepEqual(registrar.flowRefused(plain), [])
  assert.deepEqual(registrar.flowRefused(second).map(word), ['-', 'flow-failed'])
  assert.deepEqual(registrar.flowRefused(second), [])
  at(registrar, register([flowOf(1)]), 1, TCP)
  assert.deepEqual(registrar.flowRefused(first), [])
  assert.equal(registrar.size(), 2)
})

test('REG-11 a closed connection takes its contacts with it; one that moved stays', () => {
  const registrar = new Registrar()
  at(registrar, register(['<sip:a@x>', '<sip:b@x>']), 0, TCP)
  at(registrar, register(['<sip:b@x>']), 0, testFlow('tcp', 8))
  assert.deepEqual(registrar.flowFailed(TCP).map(word), ['-', 'flow-failed'])
  assert.deepEqual(
    registrar.bindings('anna').map(({ contact }) => contact),
    ['sip:b@x'],
  )
  assert.deepEqual(registrar.flowFailed(TCP), [])
})

test('REG-12 contacts that no request could reach: 400', () => {
  assert.equal(at(new Registrar(), register(['<mailto:a@x>'])).status, 400)
})

test('REG-13 stored bindings come back, those that are over do not', () => {
  const before = new Registrar()
  at(before, register(['<sip:a@x>']))
  const [binding] = before.bindings('anna')
  assert(binding)
  const registrar = new Registrar()
  assert.deepEqual(registrar.restore(binding, instant(200_000)).map(word), ['new', '+400000'])
  assert.deepEqual(registrar.restore(binding, instant(600_000)), [])
  assert.deepEqual(registrar.remove('anna').map(word), ['-', 'removed'])
  assert.equal(registrar.size(), 0)
})

test('REG-14 time passes in whole seconds, never below zero', () => {
  const registrar = new Registrar()
  at(registrar, register(['<sip:a@x>'], { expires: 60 }))
  assert.match(at(registrar, register([]), 59_700).contacts[0] ?? '', /expires=0$/)
  assert.match(at(registrar, register([]), 61_000).contacts[0] ?? '', /expires=0$/)
  assert.equal(ms(1), 1)
})

test('REG-15 a contact that begins or ceases to name its instance is bound once, and removed', () => {
  const registrar = new Registrar()
  const named = '<sip:a@x>;+sip.instance="<urn:uuid:1>"'
  at(registrar, register(['<sip:a@x>']))
  assert.deepEqual(at(registrar, register([named])).words, ['-', 'removed', 'new', '+600000'])
  assert.deepEqual(at(registrar, register(['<sip:a@x>'])).words, ['-', 'removed', 'new', '+600000'])
  at(registrar, register(['<sip:b@x>;reg-id=1;+sip.instance="<urn:uuid:1>"']))
  at(registrar, register(['<sip:b@x>;reg-id=2;+sip.instance="<urn:uuid:1>"']))
  assert.equal(registrar.size(), 3)
  assert.deepEqual(at(registrar, register(['<sip:b@x>;expires=0'])).words, ['-', 'removed', '-', 'removed'])
  assert.deepEqual(at(registrar, register([`${named};expires=0`])).words, ['-', 'removed'])
  assert.equal(registrar.size(), 0)
  at(registrar, register(['<sip:a@x>'], { callId: 'c', seq: 5 }))
  assert.equal(at(registrar, register([named], { callId: 'c', seq: 5 })).status, 500)
})
