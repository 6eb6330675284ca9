// Documents of indicators and logs, changed at random. Whatever comes in: what is read is defanged and reads
// to the same again; what is listed is found where it stands, and only there; a log is the same however it is
// cut; and no line before it hides one that is planted.
import assert from 'node:assert/strict'
import {
  createMatcher,
  defangText,
  type Indicator,
  matchEvent,
  matchFile,
  matchHash,
  type Reading,
  readValue,
} from '@rufwerk/indicators'
import { type LogFormatName, LogSearch, logFormat, type Searched } from '@rufwerk/indicators/logs'
import { readIndicators } from '@rufwerk/indicators/readers'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../../mutate.ts'
import { assertUntouched, type Target } from '../../target.ts'

const SHA256 = '7986bbaee8940da11ce089383521ab420c443ab7b15ed42aed91fd31ce833896'
const SOURCE = { caseId: 'c', document: 'd' }
const INDICATOR = { type: 'indicator', valid_from: '2023-03-29T00:00:00Z' }
const DOCUMENTS = [
  `# C2\nplanted[.]example\n192.0.2.0/25\nhxxps://files[.]example/i*.ico\n${SHA256}\nffmpeg.dll\nfile: x.com\n`,
  'type;value;confidence\ndomain;planted.example;high\nip-dst;2001:db8::1;\nfilename;"a b.exe";low\n',
  JSON.stringify({
    type: 'bundle',
    objects: [
      {
        ...INDICATOR,
        pattern: "[domain-name:value = 'planted.example' OR url:value LIKE 'http://a.example/%']",
      },
      { ...INDICATOR, pattern: `[file:name = 'a.dll' AND file:hashes.'SHA-256' IN ('${SHA256}')]` },
    ],
  }),
  'title: a\nlogsource:\n  category: proxy\ndetection:\n  s:\n    c-uri|contains|all:\n      - main/icon\n' +
    "      - '.ico'\n  f:\n    cs-host|endswith: .example\n  condition: all of s* and not 1 of f\n",
]

/** Of each format that needs no header: the name is asked for by 10.0.0.5. */
const LINES: Readonly<Partial<Record<LogFormatName, string>>> = {
  squid: '1679990401.1 3 10.0.0.5 TCP_MISS/200 9 GET http://planted.example/a?b - X/192.0.2.1 x',
  combined: '10.0.0.5 - - [28/Mar/2023:10:00:01 +0200] "GET http://planted.example/ HTTP/1.1" 200 1 "-" "x"',
  'windows-dns':
    '3/28/2023 10:00:01 AM 0F54 PACKET  028657F0 UDP Rcv 10.0.0.5 0001   Q [0001   D   NOERROR] A ' +
    '(7)planted(7)example(0)',
  bind: '28-Mar-2023 10:00:01.123 client @0x7f 10.0.0.5#53 (planted.example): query: planted.example IN A +',
  unbound: '[1679990401] unbound[123:0] info: 10.0.0.5 planted.example. A IN',
  fortigate:
    'date=2023-03-28 time=10:00:01 srcip=10.0.0.5 dstip=192.0.2.1 hostname="planted.example" url="/"',
  syslog: 'Mar 28 10:00:01 gw dnsmasq[2]: query[A] planted.example from 10.0.0.5',
}
const HEADED = [
  '#Fields: date time c-ip cs-method cs-host cs-uri-path\n2023-03-28 08:00:01 10.0.0.5 GET planted.example /x\n',
  'time,client,query,answer\n2023-03-28 10:00:01,10.0.0.5,planted.example,192.0.2.1\n',
  'Mar 28 10:00:01 fw filterlog: 5,,,1,igb0,match,pass,out,4,0,,64,1,0,DF,6,tcp,60,10.0.0.5,192.0.2.1,' +
    '5,443,0\n' +
    'Mar 28 10:00:01 gw kernel: IN= OUT=eth0 SRC=10.0.0.5 DST=192.0.2.1 PROTO=TCP SPT=5 DPT=443\n' +
    'Mar 28 10:00:01 fw %ASA-4-106023: Deny tcp src i:10.0.0.5/5 dst o:192.0.2.1/443 by access-group x\n',
]
const WORDS = [
  ...[
    'planted.example',
    'planted[.]example',
    '192.0.2.1',
    'notplanted.example',
    SHA256,
    '#Fields: ',
    'bücher.',
  ],
  ...['http://', 'hxxp://', '%ASA-6-302013: ', 'date=2023-03-28 ', 'IN= OUT=', ' PACKET ', 'query: ', '(3)'],
  ...[
    '\n',
    '\r\n',
    '\r',
    '"',
    '""',
    "'",
    '[',
    ']',
    '*',
    '?',
    ',',
    ';',
    '\t',
    '\\',
    '\u0000',
    '\u2028',
    '\ufeff',
  ],
  ...['- ', '  ', '&a ', '*a', '!!js ', '---\n', '|re', 'constructor', '__proto__', 'null', 'condition: '],
]

const PLANTED = readIndicators('planted[.]example\n192[.]0[.]2[.]1\n', SOURCE).indicators
const MATCHER = createMatcher(PLANTED)

export type SearchLog = (pieces: readonly string[], format?: LogFormatName) => Searched

export function searchLog(pieces: readonly string[], format?: LogFormatName): Searched {
  const search = new LogSearch(MATCHER, format)
  for (const piece of pieces) search.push(piece)
  return search.end()
}

/** Both may have a fault. */
export function indicatorsTarget(
  read: (text: string, source: typeof SOURCE) => Reading = readIndicators,
  search: SearchLog = searchLog,
): Target {
  return {
    name: 'indicators',
    seeds: [...DOCUMENTS, ...HEADED, ...Object.values(LINES).map((line) => `${line}\n`)].map((text) =>
      Buffer.from(text),
    ),
    words: WORDS,
    bytesMax: 12_000,
    work(input) {
      const text = Buffer.from(input).toString('utf8')
      // The parser of YAML takes 3 µs and more for a byte; what it gets is limited to 64 KiB (IOR-10).
      if (!/^logsource:/m.test(text)) read(text, SOURCE)
      search([text])
    },
    check(input, random) {
      const text = Buffer.from(input).toString('utf8')
      const reading = read(text, SOURCE)
      for (const indicator of reading.indicators) checkIndicator(indicator)
      const found = checkLog(text, random, search)
      assertUntouched()
      const kinds = new Set(reading.indicators.map(({ kind }) => kind))
      const codes = new Set(reading.remarks.map(({ code }) => code))
      const hits = found.hits.length > 0 ? 'hits' : 'no hits'
      return [reading.format, ...kinds, reading.rules.length > 0, ...codes, found.format, hits].join(' ')
    },
  }
}

function checkIndicator(indicator: Indicator): void {
  const { kind, text, algorithm } = indicator
  const host = kind === 'url' ? (/^(?:[a-z][a-z0-9+-]*:\/\/)?([^/?#]*)/i.exec(text)?.[1] ?? '') : text
  if (kind === 'domain' || kind === 'ip' || kind === 'url')
    assert.doesNotMatch(host, /[^[]\.[^\]]/, `${kind} is not defanged: ${text}`)
  const again = readValue(text, kind)
  assert.deepEqual(again, { ok: true, value: { kind, text, ...(algorithm && { algorithm }) } }, 'read again')
  const matcher = createMatcher([indicator])
  const plain = text.replaceAll('[.]', '.').replaceAll('[:]', ':')
  const nothing = { who: {}, domains: [], urls: [], addresses: [], hashes: [], files: [], fields: new Map() }
  if (kind === 'domain') {
    assert.equal(matchEvent(matcher, { ...nothing, domains: [plain] }).length, 1, `not found: ${text}`)
    assert.equal(matchEvent(matcher, { ...nothing, domains: [`x${plain}`] }).length, 0, `found: x${text}`)
  } else if (kind === 'ip')
    assert.equal(matchEvent(matcher, { ...nothing, addresses: [plain] }).length, 1, `not found: ${text}`)
  else if (kind === 'hash') assert.equal(matchHash(matcher, text.toUpperCase()).length, 1, 'hash not found')
  else if (kind === 'file') assert.ok(matchFile(matcher, text, true).length > 0, `not found: ${text}`)
}

function checkLog(text: string, random: SeededRandom, search: SearchLog): Searched {
  const whole = search([text])
  const cut = random.between(0, text.length)
  assert.deepEqual(search([text.slice(0, cut), text.slice(cut)]), whole, 'the same log, cut into pieces')
  const lines = text.split('\n')
  const { compared, notUnderstood, tooLong, hits } = whole
  assert.ok(compared + notUnderstood + tooLong <= whole.lines && whole.lines <= lines.length, 'lines')
  for (const hit of hits) {
    const line = (lines[hit.line - 1] ?? '').toLowerCase()
    const spelled = line.replace(/\(\d{1,3}\)/g, '.')
    const plain = hit.found.text.replaceAll('[.]', '.')
    const isThere = line.includes(plain) || spelled.includes(plain) || isOtherSpelling(line)
    assert.ok(isThere, `${plain} is not on line ${hit.line}`)
    assert.equal(defangText(hit.seen), hit.seen, 'what was seen is not defanged')
    const told = [hit.seen, hit.time?.text, hit.who.address, hit.who.host, hit.who.user].join(' ')
    assert.doesNotMatch(told, /\p{Cc}/u, 'a control character is told')
  }
  const [format, line] = pick(Object.entries(LINES), random) as [LogFormatName, string]
  assert.equal(logFormat(format).read(line).type, 'event', format)
  const after = search([`${text}\n${line}\n`], format)
  const isFound = after.hitsBeyond > 0 || after.hits.some((hit) => hit.line === after.lines)
  assert.ok(isFound, `a line of ${format} is hidden by what stands before it`)
  return whole
}

/** Other letters of the same name, or digits of the same address: the simple look does not know these. */
function isOtherSpelling(line: string): boolean {
  return /[^\0-\x7f]|::ffff:/.test(line)
}
