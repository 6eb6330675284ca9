import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MANDATORY_TESTS, readAdvisory } from '../src/read/index.ts'
import { CORRUPTIONS, corrupted } from './corruptions.ts'
import { FIXTURES, type Loose, looseCopy, textOf } from './fixtures.ts'
import { OASIS_TEST_COUNT, oasisRules } from './oasis.ts'

function ourRules(document: Loose): Set<string> {
  const read = readAdvisory(JSON.stringify(document))
  return new Set(read.ok ? [] : read.error.map(({ rule }) => rule))
}

test('ADV-R1 the advisories about the app of 2023 are read by us and by others', async () => {
  for (const name of [...FIXTURES, 'revision-first.json', 'revision-corrected.json']) {
    assert.deepEqual([...ourRules(looseCopy(name))], [], name)
    assert.deepEqual([...(await oasisRules(looseCopy(name)))], [], name)
  }
})

test('ADV-R2 every mandatory test finds its fault, and so does the validator of others', async () => {
  for (const corruption of CORRUPTIONS) {
    const document = corrupted(corruption)
    const expected = new Set([corruption.rule, ...(corruption.besides ?? [])])
    const ours = ourRules(document)
    // What breaks the shape of a CVSS object breaks the schema as well; we say it once.
    assert.deepEqual(ours, corruption.rule === '6.1.8' ? new Set(['6.1.8']) : expected, corruption.rule)
    assert.deepEqual(await oasisRules(document), expected, `${corruption.rule}, by the others`)
  }
  const covered = new Set(CORRUPTIONS.map(({ rule }) => rule))
  for (const { id } of MANDATORY_TESTS) assert(covered.has(id), id)
  assert.equal(covered.size, OASIS_TEST_COUNT)
  assert.equal(MANDATORY_TESTS.length + 1, OASIS_TEST_COUNT)
})

test('ADV-R3 each finding has a pointer into the document and a sentence in both languages', () => {
  for (const corruption of CORRUPTIONS) {
    const read = readAdvisory(JSON.stringify(corrupted(corruption)))
    assert(!read.ok)
    for (const { pointer, de, en } of read.error) {
      assert.match(pointer, /^\/(document|product_tree|vulnerabilities)/)
      assert(de.endsWith('.') && en.endsWith('.') && de !== en, corruption.rule)
    }
  }
})

/** Every path to a value of a document. */
function paths(value: Loose, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path]
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value)
  return [path, ...[...keys].flatMap((key) => paths(value[key], [...path, key]))]
}

const WORDS = [
  ...[
    '',
    '0',
    '1',
    '2',
    '3CXPID-PWA',
    '3CXPID-M-0402',
    'NOBODY',
    '1.0.0',
    '2.0.0-rc',
    'draft',
    'csaf_vex',
    'de',
  ],
  ...[
    'csaf_base',
    'csaf_informational_advisory',
    '2023-03-29T12:00:00.000Z',
    '2.0',
    '3.0',
    'CWE-79',
    'translator',
  ],
  ...[
    'en-US',
    'product_version',
    'all versions',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    'impact',
    'sha256',
  ],
  ...['https://example.org/', 'no address', 'MEDIUM', 'CRITICAL', 'HIGH', 'NETWORK', '3CXGID-TROJANISED'],
]
const FILLINGS: readonly Loose[] = [...WORDS, 0, 7.8, 10, 11, null, true, [], {}, [''], ['3CXPID-PWA']]

/** One change: a value replaced or removed, an item repeated, a value put elsewhere. */
function change(document: Loose, kind: number, at: number, other: number): void {
  const all = paths(document).filter((path) => path.length > 0)
  const path = all[at % all.length] ?? []
  const key = path.at(-1) as string | number
  const parent = path.slice(0, -1).reduce((value: Loose, step) => value[step], document)
  const from = all[other % all.length] ?? []
  if (kind === 0) parent[key] = FILLINGS[other % FILLINGS.length]
  else if (kind === 1 && Array.isArray(parent)) parent.splice(Number(key), 1)
  else if (kind === 1) delete parent[key]
  else if (kind === 2 && Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]))
  else parent[key] = structuredClone(from.reduce((value: Loose, step) => value[step], document))
}

/** In these tests the library looks at a vulnerability only when every other one has the list as well. */
const LESS_BY_THEM = new Set(['6.1.7', '6.1.24', '6.1.29', '6.1.32', '6.1.33'])

test('ADV-R4 changed at random, a document is refused by both for the same reasons', async () => {
  const texts = FIXTURES.map((name) => textOf(name))
  const changes = fc.array(fc.tuple(fc.nat(3), fc.nat(100_000), fc.nat(100_000)), {
    minLength: 1,
    maxLength: 3,
  })
  await fc.assert(
    fc.asyncProperty(fc.nat(texts.length - 1), changes, async (which, list) => {
      const document = JSON.parse(texts[which] ?? '')
      for (const [kind, at, other] of list) change(document, kind, at, other)
      const [ours, theirs] = [ourRules(document), await oasisRules(document)]
      if (theirs.has('schema')) return assert(ours.has('schema') || ours.has('6.1.8'), [...theirs].join())
      for (const rule of LESS_BY_THEM) if (!theirs.has(rule)) ours.delete(rule)
      assert.deepEqual(ours, theirs)
    }),
    { numRuns: 150 },
  )
})
