import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defangText, readValue } from '../src/defang.ts'
import { eventOf, type LogEvent } from '../src/event.ts'
import { fits, readGlob } from '../src/glob.ts'
import { createMatcher, matchEvent, matchFile, matchHash } from '../src/matcher.ts'
import type { Indicator, Observable } from '../src/model.ts'

function indicator(text: string, kind?: Observable['kind']): Indicator {
  const read = readValue(text, kind)
  assert.ok(read.ok, text)
  return { ...read.value, caseId: 'c1', document: 'd', place: 'line 1', isWeak: false }
}

const matcherOf = (...texts: string[]) => createMatcher(texts.map((text) => indicator(text)))
const hits = (matcher: ReturnType<typeof createMatcher>, event: Partial<LogEvent>) =>
  matchEvent(matcher, eventOf(event)).length

test('IOC-1: usual spellings of the same value are stored as one, defanged', () => {
  const same: [stored: string, ...written: string[]][] = [
    ['akamaicontainer[.]com', 'akamaicontainer.com', 'akamaicontainer[.]com', 'Akamaicontainer(.)COM.'],
    ['akamaicontainer[.]com', 'akamaicontainer[dot]com', 'akamaicontainer{.}com', '*.akamaicontainer.com'],
    ['hxxps://evil[.]example/a/b', 'hxxps://evil[.]example/a/b', 'https://evil.example/a/b'],
    ['hxxps://evil[.]example/a/b', 'hxxps[:]//evil.example/a/b', 'hXXps[://]evil[.]example/a/b'],
    ['192[.]0[.]2[.]1', '192.0.2.1', '192[.]0[.]2[.]1'],
    ['2001[:]db8[:][:]1', '2001:db8::1', '2001[:]DB8[:][:]1'],
    ['192[.]0[.]2[.]0/24', '192.0.2.0/24', '192[.]0[.]2[.]0/24'],
  ]
  for (const [stored, ...written] of same)
    for (const text of written) {
      const read = readValue(text)
      assert.ok(read.ok, text)
      assert.equal(read.value.text, stored, text)
    }
})

test('IOC-1: what is shown of a log cannot be clicked', () => {
  assert.equal(defangText('http://www.evil.example/x\u001b[2J'), 'hxxp://www[.]evil[.]example/x [2J')
})

test('IOC-1: a value that is too long once it is defanged is none', () => {
  assert.ok(readValue(`http://a.example/${'x'.repeat(2_048 - 21)}`).ok)
  assert.deepEqual(readValue(`http://a.example/${'x'.repeat(2_048 - 17)}`), { ok: false, error: 'too-long' })
})

test('IOC-2: a domain matches itself and the names below it, and nothing that only ends so', () => {
  const matcher = matcherOf('akamaicontainer[.]com', 'bücher[.]example')
  const rows: [domain: string, count: number][] = [
    ...(['akamaicontainer.com', 'www.akamaicontainer.com', 'a.b.AkamaiContainer.COM.'] as const).map(
      (domain): [string, number] => [domain, 1],
    ),
    ['xn--bcher-kva.example', 1],
    ['BÜCHER.example', 1],
    ['notakamaicontainer.com', 0],
    ['akamaicontainer.com.example', 0],
    ['akamaicontainer.co', 0],
    ['com', 0],
    ['', 0],
  ]
  for (const [domain, count] of rows) assert.equal(hits(matcher, { domains: [domain] }), count, domain)
})

test('IOC-3: addresses match in any spelling and within networks', () => {
  const matcher = matcherOf('192.0.2.0/25', '203.0.113.9', '2001:db8::/33', '::/128')
  const rows: [address: string, count: number][] = [
    ['192.0.2.127', 1],
    ['192.0.2.128', 0],
    ['::ffff:192.0.2.1', 1],
    ['[::ffff:c000:201]', 1],
    ['203.0.113.9', 1],
    ['203.0.113.8', 0],
    ['2001:0db8:7fff::1', 1],
    ['2001:db8:8000::1', 0],
    ['::', 1],
    ['0.0.0.0', 0],
    ['::1', 0],
    ['192.0.2', 0],
  ]
  for (const [address, count] of rows) assert.equal(hits(matcher, { addresses: [address] }), count, address)
  assert.ok(!readValue('192.0.2.0/33').ok)
})

test('IOC-4: URLs match by host and path', () => {
  const icons = 'https://raw.githubusercontent.com/IconStorages/images/main/icon*.ico'
  const matcher = matcherOf(icons, 'evil.example/a')
  const rows: [url: string, count: number][] = [
    ['https://raw.githubusercontent.com/IconStorages/images/main/icon13.ico', 1],
    ['http://RAW.githubusercontent.com:443/IconStorages/images/main/icon.ico#x', 1],
    ['raw.githubusercontent.com/IconStorages/images/main/icon1.png', 0],
    ['https://raw.githubusercontent.com/other/images/main/icon13.ico', 0],
    ['https://raw.githubusercontent.com.example/IconStorages/images/main/icon1.ico', 0],
    ['http://evil.example/a?id=1', 1],
    ['http://user@evil.example/a', 1],
    ['http://evil.example/b', 0],
    ['http://good.example/evil.example/a', 0],
  ]
  for (const [url, count] of rows) assert.equal(hits(matcher, { urls: [url] }), count, url)
})

test('IOC-5: hashes match exactly, and what is no hash is none', () => {
  const sha256 = '7986bbaee8940da11ce089383521ab420c443ab7b15ed42aed91fd31ce833896'
  const matcher = matcherOf(sha256)
  assert.equal(matchHash(matcher, sha256.toUpperCase()).length, 1)
  assert.equal(matchHash(matcher, sha256.replace('7', '8')).length, 0)
  assert.ok(!readValue(sha256.slice(1), 'hash').ok)
})

test('IOC-6: file names by the last component, paths by their end', () => {
  const file = (pattern: string, path: string, isCaseFree = false) =>
    matchFile(createMatcher([indicator(pattern, 'file')]), path, isCaseFree).length
  assert.equal(file('d3dcompiler_47.dll', 'C:\\Users\\a\\D3DCompiler_47.DLL'), 1)
  assert.equal(file('d3dcompiler_47.dll', '/opt/D3DCompiler_47.DLL'), 0)
  assert.equal(file('d3dcompiler_47.dll', '/opt/D3DCompiler_47.DLL', true), 1)
  assert.equal(file('d3dcompiler_47.dll', '/opt/xd3dcompiler_47.dll'), 0)
  assert.equal(file('d3dcompiler_47.dll', '/d3dcompiler_47.dll/readme'), 0)
  assert.equal(file('*desktopapp-18.12.4??.msi', '/a/desktopapp-18.12.416.msi'), 1)
  assert.equal(file('*desktopapp-18.12.4??.msi', '/a/desktopapp-18.12.4.msi'), 0)
  assert.equal(file('app\\ffmpeg.dll', 'D:\\x\\App\\FFmpeg.dll'), 1)
  assert.equal(file('app\\ffmpeg.dll', 'D:\\x\\OtherApp\\ffmpeg.dll'), 0)
  assert.equal(file('/Library/LaunchAgents/x.plist', '/Users/a/Library/LaunchAgents/x.plist'), 1)
})

test('IOC-7: endings of files make files; a defanged dot makes a domain', () => {
  const kind = (text: string) => {
    const read = readValue(text)
    return read.ok ? read.value.kind : read.error
  }
  assert.equal(kind('ffmpeg.dll'), 'file')
  assert.equal(kind('install.zip'), 'file')
  assert.equal(kind('install[.]zip'), 'domain')
  assert.equal(kind('journalide.org'), 'domain')
  assert.equal(kind('hello'), 'not-understood')
  assert.equal(kind('two words'), 'not-understood')
})

test('IOC-8: hostile wildcards end quickly and say what a slow comparison says', () => {
  const started = performance.now()
  assert.ok(!fits('a'.repeat(4_000), readGlob(`${'*a'.repeat(1_000)}*b`)))
  assert.ok(performance.now() - started < 1_000)
  const slow = (text: string, pattern: string): boolean => {
    if (pattern === '') return text === ''
    if (pattern[0] === '*')
      return slow(text, pattern.slice(1)) || (text !== '' && slow(text.slice(1), pattern))
    return (
      text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && slow(text.slice(1), pattern.slice(1))
    )
  }
  const letters = (...chars: string[]) =>
    fc.array(fc.constantFrom(...chars), { maxLength: 8 }).map((all) => all.join(''))
  fc.assert(
    fc.property(letters('a', 'b'), letters('a', 'b', '*', '?'), (text, pattern) => {
      assert.equal(fits(text, readGlob(pattern)), slow(text, pattern), `${text} ${pattern}`)
    }),
    { numRuns: 2_000 },
  )
})

test('IOC-9: sets find what comparing each with each finds', () => {
  const label = fc.constantFrom('a', 'b', 'ab', 'www')
  const domain = fc
    .array(label, { minLength: 1, maxLength: 3 })
    .map((labels) => `${labels.join('.')}.example`)
  fc.assert(
    fc.property(fc.array(domain, { maxLength: 6 }), domain, (listed, asked) => {
      const expected = new Set(listed.filter((one) => asked === one || asked.endsWith(`.${one}`)))
      const found = matchEvent(matcherOf(...new Set(listed)), eventOf({ domains: [asked] }))
      assert.equal(found.length, expected.size)
    }),
  )
  const many = createMatcher(
    Array.from({ length: 100_000 }, (_, at) => indicator(`host${at}.example`, 'domain')),
  )
  assert.equal(hits(many, { domains: ['x.host99999.example'] }), 1)
  assert.equal(hits(many, { domains: ['host100000.example'] }), 0)
})
