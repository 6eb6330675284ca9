import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { ADVISORY_CHARS_MAX, parsePurl } from '../src/index.ts'
import {
  DEPTH_MAX,
  FINDINGS_MAX,
  KEY_CHARS_MAX,
  PRODUCTS_MAX,
  TEXT_CHARS_MAX,
  VALUES_MAX,
} from '../src/limits.ts'
import { scoresOf, severityOf } from '../src/read/cvss.ts'
import { METRICS_2, METRICS_3 } from '../src/read/cvss-metrics.ts'
import { readAdvisory } from '../src/read/index.ts'
import { parseJson } from '../src/read/json.ts'
import { advisoryOf, FIXTURES, looseCopy, textOf } from './fixtures.ts'
import { oasisRules } from './oasis.ts'

function ruleOf(text: string): string {
  const read = readAdvisory(text)
  return read.ok ? 'ok' : (read.error[0]?.rule ?? 'none')
}

test('ADV-J1 beyond a limit the whole document is refused', () => {
  const [document, long] = [looseCopy(), looseCopy()]
  document.document.title = 'x'.repeat(TEXT_CHARS_MAX)
  long.document.title = 'x'.repeat(TEXT_CHARS_MAX + 1)
  assert.equal(ruleOf(JSON.stringify(document)), 'ok')
  assert.equal(ruleOf(JSON.stringify(long)), 'size')
  assert.equal(ruleOf(' '.repeat(ADVISORY_CHARS_MAX + 1)), 'size')
  assert.equal(parseJson('['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX)).ok, true)
  assert.equal(ruleOf('['.repeat(DEPTH_MAX + 2) + ']'.repeat(DEPTH_MAX + 2)), 'size')
  assert.equal(ruleOf('['.repeat(1_000_000)), 'size')
  assert.equal(ruleOf(`[${'0,'.repeat(VALUES_MAX)}0]`), 'size')
  assert.equal(ruleOf(`{"${'k'.repeat(KEY_CHARS_MAX + 1)}":1}`), 'size')
  const wide = looseCopy()
  wide.product_tree.full_product_names = Array.from({ length: PRODUCTS_MAX + 1 }, (_, index) => ({
    name: 'x',
    product_id: `x${index}`,
  }))
  assert.equal(ruleOf(JSON.stringify(wide)), 'size')
  const wrong = looseCopy()
  wrong.document.notes = Array.from({ length: FINDINGS_MAX + 50 }, () => 1)
  const read = readAdvisory(JSON.stringify(wrong))
  assert(!read.ok && read.error.length === FINDINGS_MAX)
})

test('ADV-J2 a name that stands twice is refused; names of JavaScript mean nothing', () => {
  assert.equal(ruleOf('{"document":1,"document":2}'), 'json')
  assert.equal(ruleOf('{"document":1,"d\\u006fcument":2}'), 'json')
  const polluted = textOf(FIXTURES[0]).replace(
    '{',
    '{"__proto__":{"document":{}},"constructor":{"prototype":{}},',
  )
  const read = readAdvisory(polluted)
  assert(read.ok && read.value.canonical.includes('"__proto__"'))
  assert.deepEqual(Object.keys(Object.prototype), [])
  assert.equal(ruleOf('{"__proto__":{"document":{}}}'), 'schema')
  const tricky = looseCopy()
  tricky.document.category = 'constructor'
  tricky.vulnerabilities[0].scores[0].cvss_v3.version = 'constructor'
  assert.notEqual(ruleOf(JSON.stringify(tricky)), 'ok')
})

test('ADV-J3 what is not JSON is refused, and JSON is read as everybody reads it', () => {
  const texts = [
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '01',
    '1e999',
    '"\n"',
    '"\\x"',
    'nul',
    '[1] 2',
    '\uFEFF{}',
    '"\\ud800',
  ]
  for (const text of texts) assert.equal(ruleOf(text), 'json', text)
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const read = parseJson(JSON.stringify(value))
      assert(read.ok)
      assert.equal(JSON.stringify(read.value), JSON.stringify(value))
    }),
  )
})

test('ADV-J4 what was read and written is read to the same', () => {
  for (const name of FIXTURES) {
    const first = advisoryOf(textOf(name))
    assert.equal(advisoryOf(first.canonical).canonical, first.canonical)
    assert.deepEqual(advisoryOf(first.canonical).products, first.products)
  }
})

test('ADV-J5 a hostile document costs time that grows with its length', () => {
  const document = looseCopy()
  const size = 6_000
  document.product_tree.relationships = Array.from({ length: size }, (_, index) => ({
    category: 'installed_on',
    full_product_name: { name: 'x', product_id: `r${index}` },
    product_reference: `r${(index + 1) % size}`,
    relates_to_product_reference: `r${(index + 2) % size}`,
  }))
  const start = performance.now()
  assert.equal(ruleOf(JSON.stringify(document)), '6.1.3')
  assert(performance.now() - start < 10_000)
})

const vectorOf = (version: string) => {
  const metrics = version === '2.0' ? METRICS_2 : METRICS_3
  const base = version === '2.0' ? 6 : 8
  return fc
    .tuple(...metrics.map(([, , values]) => fc.constantFrom(...Object.values(values))), fc.nat(2 ** 16))
    .map((drawn) => {
      const chosen = metrics.flatMap(([, name], index) => {
        const isThere = index < base || ((drawn.at(-1) as number) >> (index - base)) % 2 === 1
        return isThere ? [`${name}:${drawn[index]}`] : []
      })
      return [...(version === '2.0' ? [] : [`CVSS:${version}`]), ...chosen].join('/')
    })
}

test('ADV-R5 scores follow from the vector, as the calculators of others say', async () => {
  for (const version of ['2.0', '3.0', '3.1'])
    await fc.assert(
      fc.asyncProperty(vectorOf(version), async (vectorString) => {
        const scores = scoresOf(vectorString, version)
        // A half: theirs rounds it by the binary fraction that it happens to be.
        const isHalf = !isDeepStrictEqual(scores, scoresOf(vectorString, version, 'down'))
        if (!scores || isHalf) return assert(version === '2.0')
        const { base: baseScore, temporal: temporalScore, environmental: environmentalScore } = scores
        const severities = {
          baseSeverity: severityOf(baseScore),
          temporalSeverity: severityOf(temporalScore),
          environmentalSeverity: severityOf(environmentalScore),
        }
        // Those of CVSS 2.0 by the examples of its guide below. Theirs rounds halves otherwise, gives the
        // base score where no environmental metric stands, and goes below 0.
        const hasEnvironment = version !== '2.0'
        const environment = hasEnvironment ? { environmentalScore } : {}
        const cvss = { version, vectorString, baseScore, temporalScore, ...environment }
        const document = looseCopy()
        const name = version === '2.0' ? 'cvss_v2' : 'cvss_v3'
        const products = ['3CXPID-PWA']
        document.vulnerabilities[0].scores = [
          { [name]: version === '2.0' ? cvss : { ...cvss, ...severities }, products },
        ]
        assert.deepEqual([...(await oasisRules(document))], [], vectorString)
        assert.equal(ruleOf(JSON.stringify(document)), 'ok')
      }),
      { numRuns: 25 },
    )
})

/** CVSS 2.0 guide, §3.3. */
const GUIDE = [
  ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H', 7.8, 6.4, 9.2],
  ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L', 10, 8.3, 9.0],
  ['AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M', 6.2, 4.9, 7.5],
] as const
test('ADV-R5 scores of CVSS 2.0 are those of its guide', () => {
  for (const [vector, base, temporal, environmental] of GUIDE)
    assert.deepEqual(scoresOf(vector, '2.0'), { base, temporal, environmental })
  for (const vector of ['AV:N', 'AV:N/AV:N/AC:L/Au:N/C:N/I:N/A:C', 'AV:N/AC:L/Au:N/C:N/I:N/A:Q'])
    assert.equal(scoresOf(vector, '2.0'), undefined)
})

const tags = [
  ...[
    'de',
    'en-US',
    'de-CH-1996',
    'zh-yue',
    'zh-cmn-Hans-CN',
    'sl-rozaj-biske',
    'x-own',
    'qaa',
    'de-Qaaa',
    'i-default',
  ],
  ...[
    'en-u-co-phonebk',
    'ez',
    'de-ZZZ',
    'de-Xxxx',
    'en-yue',
    'de-1996-1996',
    'en-a-bbb',
    'de-rozaj',
    'sr-Latn-RS',
  ],
]
test('ADV-R6 languages exist or not as the registry says', async () => {
  for (const tag of tags) {
    const document = looseCopy()
    document.document.lang = tag
    const theirs = [...(await oasisRules(document))]
    assert.equal(ruleOf(JSON.stringify(document)), theirs[0] ?? 'ok', tag)
  }
})

const purls = [
  ...[
    'pkg:npm/foo@1.0',
    'pkg:npm/%40scope/foo@1',
    'pkg:npm/@scope/foo',
    'pkg:deb/debian/curl@7.50.3-1?arch=i386',
  ],
  ...[
    'pkg:maven/@1.3.4',
    'pkg:maven/org.x/y@1',
    'pkg:cran/A3',
    'pkg:npm/',
    'pkg:npm/a%2',
    'pkg:gem/a?1x=2',
    'pkg:oci/a/b',
  ],
  ...[
    'pkg:golang/g.co/x@v1',
    'pkg:golang/g.co/x@v1.0.0',
    'pkg:generic/a?x=%zz',
    'pkg:conan/a?channel=x',
    'pkg:conan/n/a',
  ],
  ...['pkg://npm/foo', 'pkg:generic/a#s/p', 'pkg:npm//foo', 'pkg:npm/foo@', 'pkg:1pm/foo'],
]
test('ADV-R7 package URLs are read as others read them', async () => {
  for (const purl of purls) {
    const document = looseCopy()
    document.product_tree.full_product_names = [
      { name: 'x', product_id: 'x', product_identification_helper: { purl } },
    ]
    const theirs = [...(await oasisRules(document))]
    assert.equal(ruleOf(JSON.stringify(document)), theirs[0] ?? 'ok', purl)
  }
  assert.deepEqual(parsePurl('pkg:npm/%40scope/foo@1.0?B=2&a=1#s'), {
    type: 'npm',
    namespace: '@scope',
    name: 'foo',
    version: '1.0',
    qualifiers: ['a=1', 'b=2'],
    subpath: 's',
  })
})
