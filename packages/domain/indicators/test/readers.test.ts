import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventOf, type LogEvent } from '../src/event.ts'
import { createMatcher, matchEvent } from '../src/matcher.ts'
import { readIndicators, readSigma } from '../src/readers/index.ts'

const SOURCE = { caseId: 'case-1', document: 'list' }
const SHA256 = '7986bbaee8940da11ce089383521ab420c443ab7b15ed42aed91fd31ce833896'
const CLEAN = 'a'.repeat(64)
const read = (text: string | object) =>
  readIndicators(typeof text === 'string' ? text : JSON.stringify(text), SOURCE)
const texts = (text: string | object) => read(text).indicators.map((one) => one.text)
const codes = (text: string | object) => read(text).remarks.map(({ code, place }) => `${code} ${place}`)
const indicator = (pattern: string, more: object = {}) => ({ type: 'indicator', pattern, ...more })
const bundle = (...objects: object[]) => ({ type: 'bundle', objects })

test('IOR-1, IOR-2: a list of the usual spellings; what is not understood has its line', () => {
  const list =
    `# domains\nakamaicontainer[.]com # C2\n\r\n- 192[.]0[.]2[.]1\n${SHA256}\nffmpeg.dll\n` +
    'hello world\nfile: evil\nsha256=zz\n'
  assert.deepEqual(texts(list), ['akamaicontainer[.]com', '192[.]0[.]2[.]1', SHA256, 'ffmpeg.dll', 'evil'])
  assert.deepEqual(codes(list), ['not-understood line 7', 'not-understood line 9'])
  const { indicators, remarks } = read(list)
  assert.deepEqual(
    { place: indicators[0]?.place, caseId: indicators[0]?.caseId, weak: indicators[0]?.isWeak },
    { place: 'line 2', caseId: 'case-1', weak: false },
  )
  assert.match(remarks[0]?.sentence.de ?? '', /weder Domain noch Adresse.*hello world/)
  assert.match(remarks[0]?.sentence.en ?? '', /no domain, address.*hello world/)
})

test('IOC-5: SHA-1 and MD5 are read and marked weak', () => {
  const { indicators } = read(`${'b'.repeat(40)}\n${'c'.repeat(32)}\n${SHA256}`)
  assert.deepEqual(
    indicators.map(({ algorithm, isWeak }) => [algorithm, isWeak]),
    [
      ['sha1', true],
      ['md5', true],
      ['sha256', false],
    ],
  )
})

test('IOR-3: CSV by the names of its columns', () => {
  const csv =
    'type;value;comment;confidence;valid_until\nip-dst;192.0.2.1;"a ""b""\nc; d";high;2027-01-01\n' +
    'domain;journalide[.]org;;;\nyara;x;;;\ndomain;192;;;\n'
  const { indicators, format } = read(csv)
  assert.equal(format, 'csv')
  assert.deepEqual(
    indicators.map((one) => [one.text, one.place, one.confidence, one.validUntil]),
    [
      ['192[.]0[.]2[.]1', 'line 2', 'high', '2027-01-01'],
      ['journalide[.]org', 'line 4', undefined, undefined],
    ],
  )
  assert.deepEqual(codes(csv), ['type-unknown line 5', 'not-understood line 6'])
  assert.deepEqual(codes('value,type\n"open,domain\n'), ['quote-open line 2'])
})

const csaf = (status: object) => ({
  document: { csaf_version: '2.0', tracking: { id: 'MADE-UP-1' } },
  product_tree: {
    branches: [
      {
        branches: ['bad', 'good'].map((id) => ({
          product: {
            name: id,
            product_id: id,
            product_identification_helper: {
              hashes: [
                {
                  filename: `${id}.msi`,
                  file_hashes: [
                    { algorithm: 'sha256', value: id === 'bad' ? SHA256 : CLEAN },
                    { algorithm: 'sha512', value: '00' },
                  ],
                },
              ],
            },
          },
        })),
      },
    ],
  },
  vulnerabilities: [{ product_status: status }],
})

test('IOR-4: CSAF gives hashes of what is affected, not of what is repaired', () => {
  const document = csaf({ known_affected: ['bad'], fixed: ['good'] })
  assert.deepEqual(texts(document), [SHA256, 'bad.msi'])
  const tree = '/product_tree/branches/0/branches'
  const helper = `${tree}/0/product/product_identification_helper/hashes/0`
  assert.deepEqual(codes(document), [
    `hash-unknown ${helper}/file_hashes/1`,
    `not-affected ${tree}/1/product`,
  ])
  assert.equal(read(document).indicators[0]?.document, 'MADE-UP-1')
  assert.equal(read(document).indicators[0]?.place, `${helper}/file_hashes/0`)
  assert.deepEqual(texts(csaf({ known_affected: ['bad'] })), [SHA256, 'bad.msi'], 'nothing is said of good')
  assert.deepEqual(texts(csaf({})), [SHA256, 'bad.msi', CLEAN, 'good.msi'], 'nothing is said of any')
  const both = csaf({ known_affected: ['bad', 'good'] })
  assert.deepEqual(texts(both), [SHA256, 'bad.msi', CLEAN, 'good.msi'])
})

test('IOR-5: STIX patterns of single values are indicators, with their validity', () => {
  const pattern =
    "[domain-name:value = 'akamaicontainer.com' OR ipv4-addr:value IN ('192.0.2.1','192.0.2.0/24')]"
  const other = `[file:hashes.'SHA-256' = '${SHA256.toUpperCase()}'] OR [url:value LIKE 'https://evil.example/i%']`
  const more = { valid_from: '2023-03-01T00:00:00Z', valid_until: '2024-01-01T00:00:00Z', confidence: 85 }
  const document = bundle(indicator(pattern, more), indicator(other), { type: 'identity' })
  assert.deepEqual(texts(document), [
    ...['akamaicontainer[.]com', '192[.]0[.]2[.]1', '192[.]0[.]2[.]0/24', SHA256],
    'hxxps://evil[.]example/i*',
  ])
  const [first] = read(document).indicators
  assert.deepEqual(
    [first?.validFrom, first?.validUntil, first?.confidence, first?.place],
    [...[more.valid_from, more.valid_until, '85'], '/objects/0/pattern'],
  )
  assert.deepEqual(codes(document), [])
})

test('IOR-5: values that have to come together match only together', () => {
  const hashes = `file:hashes.MD5 = '${'c'.repeat(32)}' OR file:hashes.'SHA-256' = '${SHA256}'`
  const pattern = `[file:name = 'ffmpeg.dll' AND (${hashes})]`
  const { indicators, rules } = read(bundle(indicator(pattern, { name: 'both' })))
  assert.equal(indicators.length, 0)
  const matcher = createMatcher(indicators, rules)
  const found = (event: Partial<LogEvent>) => matchEvent(matcher, eventOf(event)).length
  assert.equal(found({ files: ['C:\\x\\ffmpeg.dll'], hashes: [SHA256] }), 1)
  assert.equal(found({ files: ['C:\\x\\ffmpeg.dll'], hashes: [CLEAN] }), 0)
  assert.equal(found({ hashes: [SHA256] }), 0)
})

test('IOR-6: what one record cannot answer is refused with the reason', () => {
  const rows: [pattern: string, code: string, about: RegExp][] = [
    ["[url:value = 'http://a.example/'] FOLLOWEDBY [file:name = 'b']", 'not-applicable', /FOLLOWEDBY/],
    ["[file:name = 'a'] AND [file:name = 'b']", 'not-applicable', /AND/],
    ["[file:name = 'a'] WITHIN 5 SECONDS", 'not-applicable', /WITHIN/],
    ["[file:name = 'a' OR process:name = 'x']", 'not-applicable', /process:name/],
    ["[file:name MATCHES '(a+)+$']", 'not-applicable', /MATCHES/],
    ["[file:name != 'a']", 'not-applicable', /!=/],
    ["[file:name NOT = 'a']", 'not-applicable', /NOT/],
    ['[file:size > 3]', 'not-applicable', /file:size/],
    ["[file:name = 'a'", 'pattern-wrong', /end/],
    ["[ipv4-addr:value = '999.1.1.1']", 'pattern-wrong', /999/],
    [`${'('.repeat(500)}[file:name = 'a']`, 'pattern-wrong', /depth/],
    ["[file:name = 'a' \u0000]", 'pattern-wrong', /file/],
  ]
  for (const [pattern, code, about] of rows) {
    const { indicators, rules, remarks } = read(bundle(indicator(pattern)))
    assert.deepEqual([indicators.length, rules.length, remarks[0]?.code], [0, 0, code], pattern)
    assert.match(remarks[0]?.sentence.en ?? '', about, pattern)
  }
  const others = bundle(indicator("[file:name = 'a']", { revoked: true }), { type: 'malware' }, {})
  assert.deepEqual(codes(others), [
    'revoked /objects/0',
    'type-unknown /objects/1',
    'field-missing /objects/2',
  ])
})

const sigma = (category: string, detection: string) =>
  `title: made up\nlogsource:\n  category: ${category}\ndetection:\n${detection.replace(/^/gm, '  ')}\n`

function sigmaHits(
  rule: string,
  fields: Readonly<Record<string, string>>,
  category: LogEvent['category'] = 'proxy',
) {
  const { rules, remarks } = read(rule)
  assert.deepEqual(remarks, [])
  return matchEvent(createMatcher([], rules), eventOf({ category, fields: new Map(Object.entries(fields)) }))
    .length
}

test('IOR-7: selections, modifiers and conditions of Sigma', () => {
  const icons = sigma(
    'proxy',
    "selection:\n  c-uri|contains|all:\n    - 'main/icon'\n    - '.ico'\ncondition: selection",
  )
  assert.equal(sigmaHits(icons, { 'c-uri': 'https://x.example/MAIN/icon3.ICO' }), 1)
  assert.equal(sigmaHits(icons, { 'c-uri': 'https://x.example/main/icon3.png' }), 0)
  assert.equal(sigmaHits(icons, { 'c-uri': 'https://x.example/main/icon3.ico' }, 'dns'), 0)
  const filtered = sigma(
    'process_creation',
    [
      "selection_a:\n  - Image|endswith: '\\App.exe'\n  - OriginalFileName: App.exe",
      'selection_b:\n  CommandLine|startswith: update\nfilter:\n  User: null',
      'condition: all of selection_* and not filter',
    ].join('\n'),
  )
  const run = (fields: Readonly<Record<string, string>>) => sigmaHits(filtered, fields, 'process_creation')
  assert.equal(run({ Image: 'C:\\x\\app.exe', CommandLine: 'update x', User: 'a' }), 1)
  assert.equal(run({ OriginalFileName: 'APP.EXE', CommandLine: 'update', User: 'a' }), 1)
  assert.equal(run({ Image: 'C:\\x\\app.exe', CommandLine: 'update x' }), 0)
  assert.equal(run({ Image: 'C:\\x\\myapp.exe', CommandLine: 'update x', User: 'a' }), 0)
  const cidr = sigma(
    'firewall',
    'a:\n  dst_ip|cidr: 203.0.113.0/24\nb:\n  dst_port: 443\ncondition: 1 of them',
  )
  assert.equal(sigmaHits(cidr, { dst_ip: '203.0.113.9' }, 'network_connection'), 1)
  assert.equal(sigmaHits(cidr, { dst_ip: '203.0.112.9', dst_port: '80' }, 'network_connection'), 0)
  assert.equal(sigmaHits(cidr, { dst_port: '443' }, 'network_connection'), 1)
})

test('IOR-7: a rule that is not applicable is listed, never half taken', () => {
  const rows: [rule: string, about: RegExp][] = [
    [sigma('proxy', 'a:\n  c-uri|re: "(a+)+$"\ncondition: a'), /c-uri\|re/],
    [sigma('proxy', 'a:\n  - word\ncondition: a'), /keywords/],
    [sigma('proxy', 'a:\n  cs-cookie: x\ncondition: a'), /cs-cookie/],
    [sigma('dns_query', 'a:\n  Image: x\n  QueryName: y\ncondition: a'), /field Image/],
    [sigma('firewall', 'a:\n  constructor: x\ncondition: a'), /field constructor/],
    [sigma('registry_set', 'a:\n  b: x\ncondition: a'), /registry_set/],
    [sigma('proxy', 'a:\n  c-uri: x\ncondition: a | count() > 3'), /\|/],
    [sigma('proxy', 'a:\n  c-uri: x\ncondition: a and b'), /condition: b/],
    [sigma('proxy', 'a:\n  c-uri: x\ntimeframe: 5m\ncondition: a'), /timeframe/],
    [sigma('proxy', 'a:\n  c-uri: x'), /condition/],
    [sigma('proxy', 'a: {}\ncondition: a'), /empty/],
    [sigma('proxy', `a:\n  c-uri: x\ncondition: ${'('.repeat(200)}a`), /depth/],
  ]
  for (const [rule, about] of rows) {
    const { rules, indicators, remarks } = read(rule)
    assert.deepEqual([rules.length, indicators.length, remarks[0]?.code], [0, 0, 'not-applicable'], rule)
    assert.match(remarks[0]?.sentence.en ?? '', about)
  }
})

test('IOR-8: hashes that are enough by themselves are indicators', () => {
  const hashes = `a:\n  Hashes|contains:\n    - 'SHA256=${SHA256}'\n    - 'IMPHASH=${'d'.repeat(32)}'`
  assert.deepEqual(texts(sigma('process_creation', `${hashes}\ncondition: a`)), [SHA256])
  assert.deepEqual(texts(sigma('process_creation', `${hashes}\nb:\n  Image: x\ncondition: a or b`)), [SHA256])
  assert.deepEqual(texts(sigma('process_creation', `${hashes}\nb:\n  Image: x\ncondition: a and b`)), [])
  assert.deepEqual(texts(sigma('process_creation', `${hashes}\nb:\n  Image: x\ncondition: b and not a`)), [])
})

test('IOR-9: YAML executes nothing and does not grow', () => {
  const good = sigma('proxy', 'a:\n  c-uri: x\ncondition: a')
  const lines = [...'abcdefghij'].map(
    (name, at, all) => `${name}: &${name} [${at > 0 ? `*${all[at - 1]},`.repeat(9) : 'x'}]`,
  )
  const rows: [rule: string, code: string][] = [
    [good.replace('c-uri: x', 'c-uri: !!js/function "function(){}"'), 'not-yaml'],
    [good.replace('c-uri: x', 'c-uri: x\n    c-uri: y'), 'not-yaml'],
    [good.replace('c-uri: x', 'c-uri: *nowhere'), 'not-yaml'],
    [`${lines.join('\n')}\n${good}`, 'not-yaml'],
    [`a: ${'['.repeat(50_000)}\n${good}`, 'too-deep'],
    [`a:\n  ${'- '.repeat(5_000)}x\n${good}`, 'too-deep'],
    [`${'x'.repeat(600_000)}\n${good}`, 'document-too-large'],
  ]
  for (const [rule, code] of rows) {
    const { rules, remarks } = readSigma(rule, SOURCE)
    assert.deepEqual([rules.length, remarks[0]?.code], [0, code], rule.slice(0, 200))
  }
  assert.equal(read(`${good}---\n${good.replace('c-uri: x', 'c-uri: *b')}---\n${good}`).rules.length, 2)
  assert.equal(read(good.replace('title: made up', '__proto__:\n  a: 1')).rules.length, 1)
  assert.equal(Object.keys(Object.prototype).length, 0)
  const inherited = sigma('process_creation', 'a:\n  constructor: x\n  __proto__: y\ncondition: a')
  assert.equal(sigmaHits(inherited, {}, 'process_creation'), 0)
})

test('IOR-10: hostile documents are remarks', () => {
  const first = (text: string) => read(text).remarks[0]?.code
  assert.equal(first('{"a":'), 'not-json')
  assert.equal(first('{"a":1}'), 'not-this-format')
  assert.equal(first(`{"type":${'['.repeat(100_000)}`), 'too-deep')
  assert.equal(first('x'.repeat(16 * 1024 * 1024 + 1)), 'document-too-large')
  const wide = `${',value'.repeat(200_000)}\n${'a\n'.repeat(200_000)}`
  assert.equal(read(wide).remarksBeyond, 199_000)
  assert.equal(
    first('/a/b\n'.repeat(3) + Array.from({ length: 6_000 }, (_, at) => `a${at}*.exe`).join('\n')),
    'too-many',
  )
  const long = read('zz zz\n'.repeat(2_000))
  assert.deepEqual([long.remarks.length, long.remarksBeyond], [1_000, 1_000])
  const started = performance.now()
  for (const piece of ['[.]', '*', '"', '\\', '(', 'a.', '- ', 'a:\n', '#', "'", '&a ', '|\n'])
    read(
      `${sigma('proxy', 'a:\n  c-uri: x\ncondition: a')}${piece.repeat(Math.min(4_900, 60_000 / piece.length))}`,
    )
  assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`)
})

test('IOR-10: no text makes a reader throw, and each is accounted for', () => {
  const word = fc.oneof(
    fc.constantFrom('[', ']', '(', 'file:name', '=', "'a'", 'AND', 'OR', ':', '\n', '{', '}', '"', ',', '- '),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.constantFrom(' ', ''), (words, glue) => {
      const text = words.join(glue)
      for (const whole of [
        text,
        JSON.stringify(bundle(indicator(text))),
        sigma('proxy', text),
        `value,type\n${text}`,
      ])
        assert.ok(Array.isArray(read(whole).remarks))
    }),
    { numRuns: 500 },
  )
})
