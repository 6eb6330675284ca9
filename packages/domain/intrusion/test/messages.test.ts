import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AttackEvent } from '../src/index.ts'
import { cefOf, syslogOf } from '../src/messages/index.ts'

const WRITER = { host: 'pbx.example', app: 'rufwerk' }
const PRODUCT = { vendor: 'Rufwerk', product: 'Rufwerk', version: '0.1' }
const EVENT: AttackEvent = {
  ...{ number: 7, at: 1_795_000_000_000, what: 'noticed', kind: 'unknown-name' },
  source: '203.0.113.9',
  name: '100',
}
const HOSTILE = 'a"b\\c]d|e=f\r\n<34>1 - evil\u2028\u0000\u202ex'

/** RFC 5424 §6 as a reader: what each param of the only element holds. */
function readSyslog(line: string): {
  pri: number
  host: string
  msgId: string
  pairs: Map<string, string>
  text: string
} {
  const value = String.raw`"(?:[^"\\\]]|\\["\\\]])*"`
  const head = new RegExp(
    String.raw`^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\x21-\x7e]+) ([\x21-\x7e]+) - ` +
      String.raw`([\x21-\x7e]+) \[attack@32473((?: [a-z]+=${value})*)\] \ufeff([^\r\n]*)$`,
    'u',
  ).exec(line)
  assert.ok(head, line)
  const [, pri, , host = '', , msgId = '', params = '', text = ''] = head
  const pairs = new Map<string, string>()
  for (const [, key = '', value = ''] of params.matchAll(/ ([a-z]+)="((?:[^"\\\]]|\\["\\\]])*)"/gu))
    pairs.set(key, value.replace(/\\(["\\\]])/g, '$1'))
  return { pri: Number(pri), host, msgId, pairs, text }
}

/** The pairs of CEF as its readers cut them: at a key before an equals sign that is not escaped. */
function readCef(text: string): { head: string[]; pairs: Map<string, string> } {
  const parts = text.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/)
  const head = parts.slice(0, 7).map((part) => part.replace(/\\([\\|])/g, '$1'))
  const pairs = new Map<string, string>()
  for (const [, key = '', value = ''] of parts
    .slice(7)
    .join('|')
    .matchAll(/(?:^| )([A-Za-z0-9]+)=((?:[^\\=]|\\[\\=nr])*?)(?= [A-Za-z0-9]+=|$)/g))
    pairs.set(key, value.replace(/\\([\\=])/g, '$1'))
  return { head, pairs }
}

test('INT-S1 a message of syslog is one line that RFC 5424 reads back', () => {
  const line = syslogOf(EVENT, WRITER)
  assert.match(
    line,
    /^<37>1 2026-11-18T\d\d:\d\d:\d\d\.000Z pbx\.example rufwerk - noticed \[attack@32473 number="7"/,
  )
  const read = readSyslog(line)
  assert.equal(read.pairs.get('name'), '100')
  assert.equal(read.text, 'Attack noticed: a name that nobody has.')
  assert.equal(readSyslog(syslogOf({ ...EVENT, what: 'canary-called' }, WRITER)).pri, 33, 'an alert')
  assert.equal(readSyslog(syslogOf({ ...EVENT, what: 'blocked' }, WRITER)).pri, 36, 'a warning')
})

test('INT-S2 whatever a stranger sends stays in its pair, in syslog and in CEF', () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(HOSTILE), fc.string())
  fc.assert(
    fc.property(hostile, hostile, (name, host) => {
      const event = { ...EVENT, name }
      const read = readSyslog(syslogOf(event, { host, app: host }))
      const shown = read.pairs.get('name') ?? assert.fail('no name')
      assert.deepEqual([...read.pairs.keys()], ['number', 'what', 'kind', 'source', 'name'])
      assert.equal(shown.length > 0, name.length > 0)
      assert.doesNotMatch(shown, /[\p{Cc}\u2028\u2029\u202e]/u)
      const cef = cefOf(event, { ...PRODUCT, version: host })
      assert.doesNotMatch(cef, /[\r\n]/)
      const { head, pairs } = readCef(cef)
      assert.deepEqual(
        [...head.slice(0, 3), ...head.slice(4)],
        ['CEF:0', 'Rufwerk', 'Rufwerk', 'noticed', 'Attack noticed', '3'],
      )
      assert.deepEqual([...pairs.keys()], ['rt', 'externalId', 'cat', 'src', 'duser'])
      assert.equal(pairs.get('duser'), shown)
    }),
  )
})

test('INT-S3 CEF goes in a message of syslog, a network in a string of its own', () => {
  const event: AttackEvent = {
    ...{ number: 8, at: 0, what: 'blocked', source: '2001:db8:0:1::/64', scope: 'all', until: 60_000 },
    counts: { 'unknown-name': 20 },
  }
  const cef = cefOf(event, PRODUCT)
  assert.equal(
    cef,
    'CEF:0|Rufwerk|Rufwerk|0.1|blocked|Address blocked|6|rt=0 externalId=8 cs4Label=network ' +
      'cs4=2001:db8:0:1::/64 cs1Label=scope cs1=all cs2Label=until cs2=1970-01-01T00:01:00.000Z ' +
      'cs3Label=counts cs3=unknown-name 20',
  )
  const line = syslogOf(event, WRITER, cef)
  assert.ok(line.endsWith(` blocked - \ufeff${cef}`))
})

test('INT-S4 a message has at most 2,048 bytes and no half character', () => {
  const line = syslogOf({ ...EVENT, why: '€'.repeat(3_000) }, WRITER, '€'.repeat(3_000))
  assert.ok(Buffer.byteLength(line) <= 2_048)
  assert.ok(Buffer.byteLength(line) > 2_040)
  assert.ok(line.endsWith('€'))
})
