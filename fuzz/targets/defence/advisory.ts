// Advisories and what clients say of themselves: read, written, matched. Whatever comes in, the answer is a
// value; what is read can be written and read again to the same; a version is read as a whole or not at all;
// and nobody becomes affected, or clean, by a text that cannot be read.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { isInRange, parsePurl, parseRange, readClientText } from '@rufwerk/advisories'
import { countingAdvisories, EMPTY_BOOK, step } from '@rufwerk/advisories/book'
import { indexAdvisories, match, VERDICTS } from '@rufwerk/advisories/match'
import { readAdvisory } from '@rufwerk/advisories/read'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../../mutate.ts'
import type { Target } from '../../target.ts'

const FIXTURES = new URL('../../../packages/domain/advisories/test/fixtures/', import.meta.url)
const APP = '3CX Desktop App'
const NAMESPACE = 'https://security.example.org'

const WORDS = [
  ...[
    '"__proto__":{},',
    '"constructor":1,',
    '"document":{},',
    '"product_id":"3CXPID-PWA"',
    '"lang":"de",',
    '\\u0000',
  ],
  ...[
    '"version":"2"',
    '"number":"2.0.0-rc"',
    '"status":"draft"',
    '"category":"csaf_vex"',
    '"vers:all/*"',
    '[]',
    '{}',
  ],
  ...['{"a":', '[[[[', '"', ',', '1e999', '-0', 'null', 'CVSS:3.1/AV:N', '"cwe":{"id":"CWE-79","name":"x"},'],
  ...[
    '18.12.416',
    'v18.12.416',
    '3CXDesktopApp/',
    ' (Windows; x64)',
    '-rc1',
    '<b>',
    '18.12.416.0',
    ' 18.12.422',
    '\0',
  ],
  ...[
    'vers:npm/',
    'vers:deb/',
    'vers:rpm/',
    'vers:generic/',
    '>=1.0.0',
    '|<2.0.0',
    '!=',
    '%2B',
    '1:2-3~4^5',
    '|',
    '*',
  ],
  ...['pkg:npm/%40a/b@1?c=d#e', 'pkg:', '@', '?', '%zz'],
] as const

const TEXTS = [
  ...[
    '3CXDesktopApp/18.12.416 (Windows; x64)',
    '18.12.416-rc1',
    '<b>18.12.416</b>',
    'vers:npm/1.2.3|>=2.0.0|<5.0.0',
  ],
  ...[
    'vers:deb/>=1:1.0~rc1-2|<2',
    'vers:rpm/<1.0^git1',
    '>=1.0|<2',
    'pkg:maven/a.b/c@1?x=y',
    '{"document":{}}',
  ],
]

const documents = () =>
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readFileSync(new URL(name, FIXTURES), 'utf8'))

/** Of the product, or with a fault. */
export interface AdvisoryReaders {
  readonly readAdvisory: typeof readAdvisory
  readonly readClientText: typeof readClientText
}

function checkClientText(text: string, read: AdvisoryReaders['readClientText']): string {
  const client = read(text)
  if (client === 'unreadable') return client
  const { version, product } = client
  const outside = text.replace(/\([^()]*\)/g, '')
  assert(!/[<>&\0]/.test(text), 'markup was read')
  assert(!/\d\.\d/.test(product ?? ''), 'there is more than one version')
  const rest = outside.replace(product === undefined ? '' : `${product}/`, '').replace(version.text, '')
  assert(/^\s*[vV]?\s*$/.test(rest), `a part was not understood: ${rest.slice(0, 40)}`)
  return `client ${version.numbers.length} ${version.preRelease.length} ${client.platform}`
}

function checkTexts(text: string): string {
  const range = parseRange(text)
  const isIn = 'problem' in range ? range.problem : isInRange(range, '1.2.3')
  const said = typeof isIn === 'object' ? isIn.problem : String(isIn)
  return `${said} ${parsePurl(text)?.type.length ?? 'no purl'}`
}

/** Structure stays, one value becomes another: most of such inputs get past the shape. */
function changeValue(text: string, random: SeededRandom): string {
  const values = [...text.matchAll(/"[^"\n]*"(?=\s*[,\]}\n])|\b\d+(?:\.\d+)?\b/g)]
  const [from, to] = [pick(values, random), pick(values, random)]
  return text.slice(0, from.index) + to[0] + text.slice(from.index + from[0].length)
}

function checkMatching(index: ReturnType<typeof indexAdvisories>, text: string, isReadable: boolean): string {
  const found = match(index, { product: APP, platform: 'windows', version: text })
  assert(VERDICTS.includes(found.verdict))
  if (!isReadable) assert.equal(found.verdict, 'unknown', 'an unreadable version was decided')
  match(index, { userAgent: text, purl: text, files: [{ name: text, sha256: text }] })
  return found.verdict
}

export function advisoryTarget(readers: AdvisoryReaders = { readAdvisory, readClientText }): Target {
  const texts = documents()
  const known = texts.map((text) => readAdvisory(text)).flatMap((read) => (read.ok ? [read.value] : []))
  const index = indexAdvisories(known)
  const pin = { type: 'pin', issuer: { namespace: NAMESPACE, keys: ['k'], addresses: [] } } as const
  const full = texts.reduce(
    (state, text) => step(state, { type: 'receive', text, from: { key: 'k' } }).state,
    step(EMPTY_BOOK, pin).state,
  )
  const before = countingAdvisories(full).length
  const check = (input: Uint8Array): string => {
    const text = Buffer.from(input).toString('utf8')
    const client = checkClientText(text, readers.readClientText)
    const verdict = checkMatching(index, text, client !== 'unreadable')
    const read = readers.readAdvisory(text)
    const { state, out } = step(full, { type: 'receive', text, from: { key: 'k' } })
    assert(countingAdvisories(state).length >= before, 'a document was lost')
    if (!read.ok) {
      assert(read.error.length > 0 && state === full, 'what is malformed has findings and changes nothing')
      const rules = [...new Set(read.error.map(({ rule }) => rule))].sort()
      return `${rules} ${client} ${verdict} ${checkTexts(text)}`
    }
    const again = readers.readAdvisory(read.value.canonical)
    assert(again.ok, 'what was written is not read')
    assert.equal(again.value.canonical, read.value.canonical)
    assert.deepEqual(again.value.products, read.value.products)
    return `read ${out.map(({ type }) => type)}`
  }
  return {
    name: 'advisory',
    seeds: [...texts, ...TEXTS].map((text) => Buffer.from(text)),
    words: WORDS,
    bytesMax: 32_768,
    generate: (random) => Buffer.from(changeValue(pick(texts, random), random)),
    check,
    work: (input) => {
      const text = Buffer.from(input).toString('utf8')
      readClientText(text)
      readAdvisory(text)
      checkTexts(text)
    },
  }
}
