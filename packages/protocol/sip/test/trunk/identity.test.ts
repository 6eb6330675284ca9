// RFC 3323, 3325, 5806, 7044, 7544: numbers on calls to and from a carrier.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SipRequest, writeUri } from '@rufwerk/sip'
import {
  type CalledSource,
  callLines,
  readCalled,
  readCaller,
  readForwarders,
  readPrivacy,
  type TrunkCall,
  type TrunkIdentity,
} from '@rufwerk/sip/trunk'
import fc from 'fast-check'
import { requestOf } from '../../src/testing.ts'

const TRUNK: TrunkIdentity = {
  domain: 'c.example',
  account: 'acct7',
  form: 'user',
  from: 'caller',
  identity: 'asserted',
  contact: 'account',
  isFromHidden: true,
  forwarding: 'diversion',
}
const CALL: TrunkCall = { caller: '+4930100', displayName: 'Ann "A"\r\nX: y', called: '+4940200' }

function lines(trunk: Partial<TrunkIdentity>, call: Partial<TrunkCall> = {}) {
  const made = callLines({ ...TRUNK, ...trunk }, { ...CALL, ...call })
  assert(made.ok)
  return made.value
}

const headers = (...args: Parameters<typeof lines>): string[] =>
  lines(...args).headers.map(([name, value]) => `${name}: ${value}`)

function invite(uri: string, ...more: string[]): SipRequest {
  const from = more.some((line) => line.startsWith('From:')) ? [] : ['From: "F" <sip:+491@c.example>;tag=a']
  return requestOf(`
INVITE ${uri} SIP/2.0
Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKa
To: <sip:+4930222@c.example>
Call-ID: c
CSeq: 1 INVITE
${[...from, ...more].join('\n')}`)
}

test('TID-1 who is called is Request-URI and To, in the form of the carrier', () => {
  const uris = (['tel', 'phone', 'user'] as const).map((form) => writeUri(lines({ form }).requestUri))
  assert.deepEqual(uris, ['tel:+4940200', 'sip:+4940200@c.example;user=phone', 'sip:+4940200@c.example'])
  assert.equal(lines({ form: 'phone' }).to, '<sip:+4940200@c.example;user=phone>')
})

test('TID-2 From, identity and Contact carry caller or account as the settings say', () => {
  const name = '"Ann \\"A\\"X: y"'
  assert.equal(lines({}).from, `${name} <sip:+4930100@c.example>`)
  assert.equal(lines({ from: 'account' }).from, `${name} <sip:acct7@c.example>`)
  assert.equal(lines({}).contactUser, 'acct7')
  assert.equal(lines({ contact: 'caller' }).contactUser, '+4930100')
  const identity = `${name} <sip:+4930100@c.example>`
  assert.deepEqual(headers({}), [`P-Asserted-Identity: ${identity}`])
  assert.deepEqual(headers({ identity: 'preferred' }), [`P-Preferred-Identity: ${identity}`])
  assert.equal(headers({ identity: 'both' }).length, 2)
  assert.deepEqual(headers({ identity: 'none' }), [])
})

test('TID-3 a hidden caller: Privacy: id, no name, and nobody in From and Contact', () => {
  const hidden = { isHidden: true }
  assert.equal(lines({}, hidden).from, '"Anonymous" <sip:anonymous@anonymous.invalid>')
  assert.equal(lines({ isFromHidden: false, from: 'account' }, hidden).from, '<sip:acct7@c.example>')
  assert.equal(lines({ contact: 'caller' }, hidden).contactUser, 'acct7')
  assert.deepEqual(headers({}, hidden), ['P-Asserted-Identity: <sip:+4930100@c.example>', 'Privacy: id'])
})

test('TID-4 what is no number is refused, and which', () => {
  const verdict = (call: Partial<TrunkCall>): string => {
    const made = callLines(TRUNK, { ...CALL, ...call })
    return made.ok ? 'ok' : made.error
  }
  for (const bad of ['', 'alice', '+49\r\nX: y', '1>', '1@evil']) {
    assert.equal(verdict({ caller: bad }), 'caller')
    assert.equal(verdict({ called: bad }), 'called')
    assert.equal(verdict({ forwarders: [{ number: bad, reason: 'unknown' }] }), 'forwarder')
  }
})

const FORWARDERS: TrunkCall['forwarders'] = [
  { number: '+4930101', reason: 'no-answer' },
  { number: '+4930102', reason: 'unconditional', isHidden: true },
]

test('TID-5 forwarded: Diversion, the last one first', () => {
  assert.deepEqual(headers({ identity: 'none' }, { forwarders: FORWARDERS }), [
    'Diversion: <sip:+4930101@c.example>;reason=no-answer;privacy=off;counter=1',
    'Diversion: <sip:+4930102@c.example>;reason=unconditional;privacy=full;counter=1',
  ])
  assert.deepEqual(headers({ identity: 'none', forwarding: 'none' }, { forwarders: FORWARDERS }), [])
})

test('TID-6 forwarded: History-Info from the first called to the target, with causes', () => {
  const trunk = { identity: 'none', forwarding: 'history-info' } as const
  assert.deepEqual(headers(trunk), [])
  assert.deepEqual(headers(trunk, { forwarders: FORWARDERS }), [
    'History-Info: <sip:+4930102@c.example?Privacy=history>;index=1, ' +
      '<sip:+4930101@c.example;cause=302>;index=1.1;mp=1, ' +
      '<sip:+4940200@c.example;cause=408>;index=1.1.1;mp=1.1',
  ])
  const tel = headers({ ...trunk, form: 'tel' }, { forwarders: FORWARDERS.slice(0, 1) })
  assert.deepEqual(tel, [
    'History-Info: <sip:+4930101@c.example;user=phone>;index=1, <tel:+4940200>;index=1.1;mp=1',
  ])
})

test('TID-7 at most ten forwardings are written and read', () => {
  const forwarders = Array.from({ length: 30 }, (_, at) => ({
    number: `+4930${at}`,
    reason: 'unknown' as const,
  }))
  const written = headers({ identity: 'none' }, { forwarders })
  assert.equal(written.length, 10)
  const history = headers({ identity: 'none', forwarding: 'history-info' }, { forwarders }).join('\n')
  assert.equal(readForwarders(invite('sip:x@c', history).headers).length, 10)
  const diversions = Array.from({ length: 11 }, (_, at) => `Diversion: <sip:+4930${at}@c>`)
  assert.equal(readForwarders(invite('sip:x@c', ...diversions).headers).length, 10)
})

test('TID-8 forwardings are read from Diversion, else from History-Info, the last first', () => {
  const read = (...more: string[]) =>
    readForwarders(invite('sip:x@c', ...more).headers).map(
      ({ number, reason, isHidden }) => `${number?.number} ${reason}${isHidden ? ' hidden' : ''}`,
    )
  const both = ['+4930101 no-answer', '+4930102 unconditional hidden']
  for (const forwarding of ['diversion', 'history-info'] as const)
    assert.deepEqual(read(...headers({ identity: 'none', forwarding }, { forwarders: FORWARDERS })), both)
  assert.deepEqual(read('Diversion: <tel:+491>;reason="do-not-disturb", ???, <sip:a@c>;privacy="name"'), [
    '+491 unknown',
    'undefined unknown',
  ])
  for (const word of ['constructor', '__proto__'])
    assert.deepEqual(read(`Diversion: <tel:+491>;reason=${word}`), ['+491 unknown'])
  const bare = 'History-Info: <sip:+492@c>;index=1, <sip:+493@c;cause=487>;index=1.1'
  assert.deepEqual(read(bare), ['+492 deflection'])
  assert.deepEqual(read('History-Info: <sip:+493@c;cause=302>;index=1'), [])
})

test('TID-9 the called number comes from the first source that names one', () => {
  const request = invite(
    'sip:acct7@192.0.2.1',
    'P-Called-Party-ID: <sip:+4930333@c>',
    'P-Preferred-Identity: <sip:bob@c>, <tel:+4930444>',
    'P-Asserted-Identity: <sip:+4930555@c>',
    'Diversion: <sip:+4930666@c>;reason=unknown, <sip:+4930667@c>',
    'History-Info: <sip:+4930777@c>;index=1, <sip:acct7@192.0.2.1>;index=1.1;rc=1',
  )
  const read = (...sources: CalledSource[]): string => {
    const called = readCalled(request, sources)
    return called === undefined ? 'none' : `${called.number} ${called.source}`
  }
  assert.equal(read('request-uri'), 'none')
  assert.equal(read('request-uri', 'to'), '+4930222 to')
  assert.equal(read('p-called-party-id', 'to'), '+4930333 p-called-party-id')
  assert.equal(read('p-preferred-identity'), '+4930444 p-preferred-identity')
  assert.equal(read('p-asserted-identity'), '+4930555 p-asserted-identity')
  assert.equal(read('diversion'), '+4930666 diversion')
  assert.equal(read('history-info'), '+4930777 history-info')
  assert.equal(read(), 'none')
  const plain = invite('sip:+4930888@192.0.2.1', 'History-Info: <sip:+491@c>;index=1, <sip:+492@c>;index=1.1')
  assert.equal(readCalled(plain, ['request-uri'])?.number, '+4930888')
  assert.equal(readCalled(plain, ['history-info'])?.number, '+492')
  assert.equal(readCalled(plain, ['diversion', 'p-asserted-identity']), undefined)
})

const ELSEWHERE: readonly (readonly [CalledSource, ...string[]])[] = [
  ['p-called-party-id', 'P-Called-Party-ID: <sip:+4930333@c>'],
  ['p-preferred-identity', 'P-Preferred-Identity: <tel:+4930333>'],
  ['p-asserted-identity', 'P-Asserted-Identity: <sip:+4930333@c>'],
  ['diversion', 'Diversion: <sip:+4930333@c>;reason=unknown'],
  ['history-info', 'History-Info: <sip:+4930333@c>;index=1, <sip:acct7@192.0.2.1>;index=1.1;rc=1'],
]
for (const [source, ...named] of ELSEWHERE)
  test(`TID-9 with ${source} as its source the number is read there, and from no other header`, () => {
    assert.equal(readCalled(invite('sip:acct7@192.0.2.1', ...named), [source])?.number, '+4930333')
    // The twin: the same number in each of the other headers.
    for (const [other, ...headers] of ELSEWHERE.filter(([name]) => name !== source))
      assert.equal(readCalled(invite('sip:acct7@192.0.2.1', ...headers), [source]), undefined, other)
    assert.equal(readCalled(invite('sip:+4930333@192.0.2.1'), [source]), undefined, 'request-uri')
  })

test('TID-9 Request-URI and To are told from each other', () => {
  // `invite` is to +4930222.
  assert.equal(readCalled(invite('sip:+4930333@192.0.2.1'), ['request-uri'])?.number, '+4930333')
  assert.equal(readCalled(invite('sip:acct7@192.0.2.1'), ['request-uri']), undefined)
  assert.equal(readCalled(invite('sip:+4930333@192.0.2.1'), ['to'])?.number, '+4930222')
})

test('TID-10 P-Asserted-Identity is believed from trusted trunks only', () => {
  const request = invite('sip:x@c', 'P-Asserted-Identity: "Eve" <sip:+49666@c>')
  const order = ['p-asserted-identity', 'from'] as const
  const [believed, not] = [true, false].map((isTrusted) => readCaller(request, order, isTrusted))
  assert.deepEqual(believed, {
    number: { number: '+49666' },
    displayName: 'Eve',
    isHidden: false,
    source: 'p-asserted-identity',
  })
  assert.deepEqual(not, { number: { number: '+491' }, displayName: 'F', isHidden: false, source: 'from' })
  assert.equal(readCaller(request, ['p-preferred-identity'], true).number, undefined)
})

test('TID-11 who wants to be hidden is, and may be known all the same', () => {
  const asserted = 'P-Asserted-Identity: <tel:+49666>'
  const nobody = 'From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=a'
  const read = (...more: string[]) => {
    const { number, isHidden } = readCaller(invite('sip:x@c', ...more), ['p-asserted-identity', 'from'], true)
    return `${number?.number} ${isHidden}`
  }
  assert.equal(read(asserted, 'Privacy: id'), '+49666 true')
  assert.equal(read(asserted, 'Privacy: session; USER'), '+49666 true')
  assert.equal(read(asserted, 'Privacy: none'), '+49666 false')
  assert.equal(read(asserted, nobody), '+49666 true')
  assert.equal(read(nobody), 'undefined true')
  assert.equal(read('From: <sip:anonymous@c.example>;tag=a'), 'undefined true')
  assert.equal(readCaller(invite('sip:x@c', nobody), ['from'], true).displayName, undefined)
  assert.deepEqual([...readPrivacy(invite('sip:x@c', 'Privacy: id;;a b, x').headers)], ['id', 'x'])
})

test('TID-12 a caller who names no number has a name at most', () => {
  const request = invite('sip:x@c', 'From: "Bob" <sip:bob@c>;tag=a')
  assert.deepEqual(readCaller(request, ['from'], false), {
    displayName: 'Bob',
    isHidden: false,
    source: 'from',
  })
  const long = invite('sip:x@c', `From: "${'n'.repeat(200)}" <sip:1@c>;tag=a`)
  assert.equal(readCaller(long, ['from'], false).displayName?.length, 80)
})

test('TID-13 whatever these headers hold, they are read without a throw', () => {
  const names = ['Diversion', 'History-Info', 'Privacy', 'P-Asserted-Identity', 'P-Preferred-Identity']
  const parts = [
    '<sip:+491@c',
    ';cause=302',
    '>',
    ';index=1.1',
    ';mp=',
    ';rc=1',
    ',',
    '"',
    '?Privacy=x',
    'tel:',
    '%',
    'id',
  ]
  const value = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 5 })), { maxLength: 12 })
  const sources: readonly CalledSource[] = [
    'diversion',
    'history-info',
    'p-asserted-identity',
    'p-called-party-id',
  ]
  const check = (name: string, pieces: readonly string[]): void => {
    const request = invite('sip:x@c')
    request.headers.add(name, pieces.join('').replace(/[\r\n\0]/g, ''))
    for (const source of sources) readCalled(request, [source])
    readCaller(request, ['p-asserted-identity', 'p-preferred-identity', 'from'], true)
    assert(readForwarders(request.headers).length <= 10)
  }
  fc.assert(fc.property(fc.constantFrom(...names, 'P-Called-Party-ID'), value, check), { numRuns: 300 })
})
