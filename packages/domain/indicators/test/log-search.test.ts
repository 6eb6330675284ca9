import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { LOG_FORMATS, LOG_LIMITS, LogSearch, logFormat } from '../src/logs/index.ts'
import { createMatcher } from '../src/matcher.ts'
import { readIndicators } from '../src/readers/index.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const LIST = readIndicators(fixture('3cx-2023.txt'), { caseId: 'c1', document: '3cx-2023.txt' })
const SIGMA = readIndicators(fixture('3cx-2023.yml'), { caseId: 'c1', document: '3cx-2023.yml' })
const MATCHER = createMatcher(LIST.indicators, LIST.rules)

function search(text: string, matcher = MATCHER, pieces = text.length) {
  const found = new LogSearch(matcher)
  for (let at = 0; at < text.length; at += pieces) found.push(text.slice(at, at + pieces))
  return found.end()
}

/** A log of each format; `NAME` is what is asked for on its last but one line. */
const LOGS: Readonly<Record<string, readonly string[]>> = {
  squid: [
    '1679990400.123    345 10.0.0.4 TCP_MISS/200 1234 GET http://www.example.org/a - HIER_DIRECT/192.0.2.9 text/html',
    '1679990401.123    345 10.0.0.5 TCP_TUNNEL/200 99 CONNECT NAME:443 - HIER_DIRECT/192.0.2.1 -',
  ],
  combined: [
    '10.0.0.4 - - [28/Mar/2023:10:00:00 +0200] "GET http://www.example.org/ HTTP/1.1" 200 1 "-" "x"',
    '10.0.0.5 - - [28/Mar/2023:10:00:01 +0200] "GET http://NAME/ HTTP/1.1" 200 1 "-" "x"',
  ],
  w3c: [
    '#Version: 1.0',
    '#Fields: date time c-ip cs-method cs-uri-scheme cs-host cs-uri-path',
    '2023-03-28 08:00:01 10.0.0.5 GET https NAME /x',
  ],
  'windows-dns': [
    'DNS Server log file creation at 3/28/2023 10:00:00 AM',
    'Log file wrap at 3/28/2023 10:00:00 AM',
    '3/28/2023 10:00:01 AM 0F54 PACKET  028657F0 UDP Rcv 10.0.0.5 0001   Q [0001   D   NOERROR] A (3)www(1)NAME(0)',
  ],
  bind: [
    '28-Mar-2023 10:00:00.123 general: info: running',
    '28-Mar-2023 10:00:01.123 queries: info: client @0x7f 10.0.0.5#53 (NAME): query: NAME IN A +E(0)K (10.0.0.1)',
  ],
  unbound: [
    '[1679990400] unbound[123:0] info: start of service',
    '[1679990401] unbound[123:0] info: 10.0.0.5 NAME. A IN',
  ],
  fortigate: [
    'date=2023-03-28 time=10:00:01 devname="fw" type="utm" srcip=10.0.0.5 dstip=192.0.2.1 hostname="NAME" url="/"',
  ],
  syslog: [
    'Mar 28 10:00:00 gw sshd[1]: Accepted publickey for anna',
    'Mar 28 10:00:01 gw dnsmasq[2]: query[A] NAME from 10.0.0.5',
  ],
  csv: ['time,client,query', '2023-03-28 10:00:01,10.0.0.5,NAME'],
}
const HARMLESS = 'notakamaicontainer.com'
const logOf = (format: string, name: string) =>
  `${(LOGS[format] ?? []).join('\n').replaceAll('NAME', name)}\n`

test('IOL-6: the first lines tell the format, and a planted name is found in each; its twin is not', () => {
  assert.deepEqual(Object.keys(LOGS).toSorted(), [...LOG_FORMATS].toSorted())
  for (const format of LOG_FORMATS) {
    const planted = search(logOf(format, 'akamaicontainer.com'))
    assert.deepEqual([planted.format, planted.notUnderstood, planted.tooLong], [format, 0, 0], format)
    assert.equal(planted.hits.length, 1, format)
    const [hit] = planted.hits
    assert.equal(hit?.line, LOGS[format]?.length, format)
    assert.equal(hit?.who.address, '10.0.0.5', format)
    assert.ok(hit?.time, format)
    assert.deepEqual(hit?.found, { kind: 'domain', text: 'akamaicontainer[.]com' })
    assert.equal(hit?.origin.document, '3cx-2023.txt')
    assert.match(hit?.origin.place ?? '', /^line \d+$/)
    assert.doesNotMatch(hit?.seen ?? '', /akamaicontainer\.com/, 'shown defanged')
    const twin = search(logOf(format, HARMLESS))
    assert.deepEqual([twin.format, twin.hits.length, twin.compared], [format, 0, planted.compared], format)
  }
})

test('IOL-6: a log in which the first lines tell nothing yet is read all the same', () => {
  const others = 'Mar 28 10:00:00 gw sshd[1]: Accepted publickey for anna\n'.repeat(500)
  const { hits, lines, notUnderstood } = search(`${others}${logOf('syslog', 'akamaicontainer.com')}`)
  assert.deepEqual([hits[0]?.line, lines, notUnderstood], [502, 502, 0])
})

test('IOL-7: what is no log of a known format is compared with nothing, and says so', () => {
  for (const text of ['akamaicontainer.com\nhello\n', '\u0000\u0001\n', '{"a":1}\n']) {
    const { format, compared, notUnderstood } = search(text)
    assert.deepEqual([format, compared], [undefined, 0], text)
    assert.equal(notUnderstood, text.split('\n').length - 1)
  }
  assert.deepEqual(search('').lines, 0)
})

test('IOL-7: broken lines are counted, the others are searched', () => {
  const log = `${logOf('squid', HARMLESS)}broken\n${logOf('squid', 'akamaicontainer.com')}167999\n`
  const { hits, notUnderstood, notRead, compared } = search(log)
  assert.deepEqual([hits.length, notUnderstood, notRead, compared], [1, 2, [3, 6], 4])
})

test('IOL-8: a line beyond the limit is passed over and told, with nothing kept of it', () => {
  const [line = ''] = logOf('unbound', 'akamaicontainer.com').split('\n').slice(1)
  const fits = `${line}${' '.repeat(LOG_LIMITS.lineChars - line.length)}\n`
  for (const pieces of [7_777, 10_000_000]) {
    assert.deepEqual(search(`${line}\n${fits}`, MATCHER, pieces).hits.length, 2)
    const { hits, tooLong, notRead } = search(
      `${line}\n ${fits}${'x'.repeat(200_000)}\n${line}`,
      MATCHER,
      pieces,
    )
    assert.deepEqual([hits.map((hit) => hit.line), tooLong, notRead], [[1, 4], 2, [2, 3]])
  }
})

test('IOL-8: hits beyond the limit are counted', () => {
  const log = `${logOf('unbound', 'akamaicontainer.com').split('\n')[1]}\n`.repeat(LOG_LIMITS.hits + 5)
  const { hits, hitsBeyond } = search(log)
  assert.deepEqual([hits.length, hitsBeyond], [LOG_LIMITS.hits, 5])
})

test('IOL-9: however a log is cut into pieces, the same is found', () => {
  for (const format of LOG_FORMATS) {
    const text = logOf(format, 'akamaicontainer.com').replaceAll('\n', '\r\n')
    for (const pieces of [1, 3, 1_000]) assert.deepEqual(search(text, MATCHER, pieces), search(text), format)
  }
})

test('IOL-10: all names, and the icons, of the attack of 2023 are found; neighbours are not', () => {
  const plain = LIST.indicators
    .filter(({ kind }) => kind === 'domain')
    .map(({ text }) => text.replaceAll('[.]', '.'))
  assert.equal(plain.length, 24)
  const queries = (names: readonly string[]) =>
    names.map((name) => `[1679990400] unbound[1:0] info: 10.0.0.5 ${name}. A IN\n`).join('')
  assert.equal(search(queries(plain)).hits.length, 24)
  assert.equal(search(queries(plain.map((name) => `www.${name}`))).hits.length, 24)
  assert.equal(search(queries(plain.map((name) => `not${name}`))).hits.length, 0)
  assert.equal(search(queries(plain.map((name) => `${name}.example`))).hits.length, 0)
  const icon = (path: string) =>
    `1679990400.1 1 10.0.0.5 TCP_MISS/200 1 GET https://raw.githubusercontent.com/${path} - X/192.0.2.1 x\n`
  assert.equal(search(icon('IconStorages/images/main/icon5.ico')).hits.length, 1)
  assert.equal(search(icon('IconStorages/images/main/icon5.png')).hits.length, 0)
  const rules = createMatcher([], SIGMA.rules)
  const names = search(icon('IconStorages/images/main/icon5.ico'), rules).hits.map(({ found }) => found)
  assert.deepEqual(names, [{ kind: 'rule', text: 'Icons with hidden addresses' }])
  assert.equal(search(icon('IconStorages/images/main/logo5.ico'), rules).hits.length, 0)
  assert.equal(search(queries(['www.akamaicontainer.com']), rules).hits.length, 1)
  assert.deepEqual(
    SIGMA.remarks.map(({ code, sentence }) => [code, /field Image/.test(sentence.en)]),
    [['not-applicable', true]],
  )
})

test('IOL-11: no line makes a reader throw, and none takes long', () => {
  const seeds = Object.values(LOGS).flat()
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom(...seeds), fc.nat(200), fc.string(), fc.nat(30))
      .map(([seed, at, text, cut]) => seed.slice(0, at) + text + seed.slice(at + cut)),
  )
  const columns = { names: ['date', 'time', 'c-ip', 'cs-uri'], delimiter: ',' }
  fc.assert(
    fc.property(line, (text) => {
      for (const name of LOG_FORMATS) {
        logFormat(name).read(text)
        logFormat(name).read(text, columns)
      }
      const { lines, compared, notUnderstood, tooLong } = search(`${text}\n${text}`)
      assert.ok(compared + notUnderstood + tooLong <= lines)
    }),
    { numRuns: 3_000 },
  )
  const pieces = [
    '"',
    '""',
    '[',
    ' [',
    'a=',
    '=',
    'a="',
    ':',
    '(',
    ')',
    '%',
    '@',
    '\\',
    '\r',
    '\u2028',
    'IN=',
    ' IN=',
  ]
  const heads = ['', ...seeds.map((seed) => seed.slice(0, 60)), 'Mar 28 10:00:00 fw %ASA-6-302013: Built ']
  for (const head of heads)
    for (const piece of [...pieces, 'date=2023-03-28 ', 'client ', '%ASA-', 'x ', 'x,', 'a.', ' -> ']) {
      const text = `${head}${piece.repeat(LOG_LIMITS.lineChars)}`.slice(0, LOG_LIMITS.lineChars)
      // Time of the CPU: others may have it in between.
      const before = process.cpuUsage()
      for (const name of LOG_FORMATS) logFormat(name).read(text, columns)
      assert.ok(process.cpuUsage(before).user < 1_000_000, `${head} ${piece}`)
    }
})
