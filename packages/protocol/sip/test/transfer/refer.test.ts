// RFC 3515 §2, RFC 3892, RFC 4488.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers, writeNameAddr, writeUri } from '@rufwerk/sip'
import { readRefer, referAcceptance, referHeaders, referredHeaders } from '@rufwerk/sip/transfer'
import fc from 'fast-check'
import { requestWith } from '../messages.ts'

const read = (...lines: string[]) => readRefer(requestWith('REFER', ...lines))
const status = (...lines: string[]): number => {
  const refer = read(...lines)
  return refer.ok ? 202 : refer.error.status
}
const good = (...lines: string[]) => {
  const refer = read(...lines)
  assert(refer.ok, lines.join())
  return refer.value
}

test('RFR-1 whom to call, without method and headers', () => {
  const refer = good('Refer-To: "Bob" <sip:bob@c;transport=tcp;method=INVITE?Subject=x>;p=q')
  assert.equal(writeUri(refer.target), 'sip:bob@c;transport=tcp')
  assert.equal(refer.replaces, undefined)
  assert.equal(refer.id, '1')
  assert.equal(writeUri(good('r: sip:102@pbx').target), 'sip:102@pbx')
  assert.equal(writeUri(good('Refer-To: <tel:+4930>').target), 'tel:+4930')
})

test('RFR-2 not exactly one Refer-To, and one that cannot be read: 400', () => {
  for (const lines of [
    [],
    ['Refer-To: '],
    ['Refer-To: <sip:a@b>, <sip:c@d>'],
    ['Refer-To: <sip:a@b>', 'Refer-To: <sip:c@d>'],
    ['Refer-To: <sip:a@b'],
    ['Refer-To: sip:a@b?Replaces=c%3Bto-tag%3D1%3Bfrom-tag%3D2'],
  ])
    assert.equal(status(...lines), 400, lines.join())
})

test('RFR-3 another scheme: 416; anything but a call: 403', () => {
  assert.equal(status('Refer-To: <mailto:a@b>'), 416)
  assert.equal(status('Refer-To: <sip:a@b;method=BYE>'), 403)
  assert.equal(status('Refer-To: <sip:a@b;method=invite>'), 202)
})

test('RFR-4 Replaces of the Refer-To is read; one that cannot be, and a second, are 400', () => {
  const value = '12345%40192.168.118.3%3Bto-tag%3D12345%3Bfrom-tag%3D5FFE-3994'
  const { replaces } = good(`Refer-To: <sip:d@e?Require=replaces&REPLACES=${value}>`)
  const expected = { callId: '12345@192.168.118.3', toTag: '12345', fromTag: '5FFE-3994', isEarlyOnly: false }
  assert.deepEqual(replaces, expected)
  for (const bad of [
    'x',
    '%zz',
    '%ff%fe',
    `${value}&Replaces=${value}`,
    'c%0D%0AX%3Bto-tag%3D1%3Bfrom-tag%3D2',
  ])
    assert.equal(status(`Refer-To: <sip:d@e?Replaces=${bad}>`), 400, bad)
})

test('RFR-5 other headers in a Refer-To mean nothing', () => {
  const refer = good('Refer-To: <sip:a@b?From=eve%40c&P-Asserted-Identity=%3Ctel:110%3E&Route=x&body=y>')
  assert.deepEqual(referredHeaders(refer), [])
})

test('RFR-6 Referred-By is who says to have asked; one that cannot be read is absent', () => {
  const { referredBy } = good('Refer-To: <sip:a@b>', 'b: "Al" <sip:alice@c?x=y>;cid="1@c"')
  assert.equal(referredBy?.displayName, 'Al')
  const lines = referredHeaders({ ...(referredBy ? { referredBy } : {}) })
  assert.deepEqual(lines, [['Referred-By', '"Al" <sip:alice@c>']])
  assert.equal(good('Refer-To: <sip:a@b>', 'Referred-By: ???').referredBy, undefined)
})

test('RFR-7 Refer-Sub: false wants no NOTIFY, and the 202 says the same', () => {
  const without = good('Refer-To: <sip:a@b>', 'Refer-Sub: FALSE;x=y')
  assert.equal(without.hasSubscription, false)
  assert.deepEqual(referAcceptance(without), [['Refer-Sub', 'false']])
  for (const line of ['Refer-Sub: true', 'Refer-Sub: falsely', 'X: y'])
    assert.deepEqual(referAcceptance(good('Refer-To: <sip:a@b>', line)), [])
})

test('RFR-8 the INVITE that follows has Replaces, and requires it to be understood', () => {
  const replaces = { callId: 'c@d', toTag: '1', fromTag: '2', isEarlyOnly: false }
  assert.deepEqual(referredHeaders({ replaces }), [
    ['Replaces', 'c@d;to-tag=1;from-tag=2'],
    ['Require', 'replaces'],
  ])
})

test('RFR-9 a REFER of ours is read as it was meant', () => {
  const uri = { scheme: 'sip', user: 'bob', host: 'c.example', params: new Map() }
  const by = writeNameAddr({ uri })
  const lines = referHeaders({ target: uri, referredBy: by, hasSubscription: false })
  assert.deepEqual(lines, [
    ['Refer-To', '<sip:bob@c.example>'],
    ['Referred-By', '<sip:bob@c.example>'],
    ['Refer-Sub', 'false'],
    ['Supported', 'norefersub'],
  ])
  const unit = fc.constantFrom(...'aZ09-.!%*_+`\'~()<>:\\"/[]?{}@&=#')
  const callId = fc.string({ unit, minLength: 1, maxLength: 40 })
  const check = (id: string): void => {
    const replaces = { callId: id, toTag: "a!%*'", fromTag: '~`', isEarlyOnly: true }
    const headers = new Headers()
    for (const [name, value] of referHeaders({ target: uri, replaces })) headers.add(name, value)
    assert.deepEqual(good(`Refer-To: ${headers.get('refer-to')}`).replaces, replaces)
  }
  fc.assert(fc.property(callId, check), { numRuns: 200 })
})

test('RFR-10 whatever these headers hold, the answer is a REFER or a refusal', () => {
  const parts = [
    '<sip:a@b',
    '?Replaces=',
    'c%3Bto-tag%3D1%3Bfrom-tag%3D2',
    '>',
    ';method=',
    '&',
    '%',
    ',',
    '"',
    '=',
    'false',
  ]
  const value = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 5 })), { maxLength: 12 })
  const check = (to: readonly string[], by: readonly string[]): void => {
    const request = requestWith('REFER')
    for (const [name, pieces] of [
      ['Refer-To', to],
      ['Referred-By', by],
      ['Refer-Sub', by],
    ] as const)
      request.headers.add(name, pieces.join('').replace(/[\r\n\0]/g, ''))
    const refer = readRefer(request)
    const headers = new Headers()
    // What follows can be written.
    if (refer.ok) for (const [name, text] of referredHeaders(refer.value)) headers.add(name, text)
    else assert([400, 403, 416].includes(refer.error.status))
  }
  fc.assert(fc.property(value, value, check), { numRuns: 300 })
})
