import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AdvisoryBook,
  type BookInput,
  countingAdvisories,
  EMPTY_BOOK,
  type Issuer,
  step,
} from '../src/book/index.ts'
import { ISSUERS_MAX, PINS_MAX } from '../src/limits.ts'
import { indexAdvisories, match } from '../src/match/index.ts'
import { FIXTURES, type Loose, looseCopy, textOf } from './fixtures.ts'

const namespace = 'https://security.example.org'
const key = 'A1B2'
const issuer: Issuer = { namespace, keys: [key], addresses: [] }
const FIRST = textOf('revision-first.json')
const CORRECTED = textOf('revision-corrected.json')

function run(inputs: readonly BookInput[], start: AdvisoryBook = EMPTY_BOOK) {
  return inputs.reduce((done, input) => step(done.state, input), { state: start, out: [] } as ReturnType<
    typeof step
  >)
}
const pinned = run([{ type: 'pin', issuer }]).state
const from = (text: string): BookInput => ({ type: 'receive', text, from: { key } })
const changed = (change: (document: Loose) => void, name = 'revision-first.json') => {
  const document = looseCopy(name)
  change(document)
  return JSON.stringify(document)
}

test('ADV-B1 a document counts only from a pinned issuer, proven by key or address', () => {
  assert.deepEqual(step(EMPTY_BOOK, from(FIRST)).out, [{ type: 'refused', why: 'issuer-unpinned' }])
  for (const origin of [{}, { key: 'FFFF' }, { address: `${namespace}/csaf/a.json` }]) {
    const { out, state } = step(pinned, { type: 'receive', text: FIRST, from: origin })
    assert.deepEqual([out, state.documents.size], [[{ type: 'refused', why: 'issuer-unproven' }], 0])
  }
  const byAddress = run([
    { type: 'pin', issuer: { namespace, keys: [], addresses: [`${namespace}/csaf/`] } },
  ]).state
  const addresses: readonly (readonly [string, boolean])[] = [
    [`${namespace}/csaf/2023/a.json`, true],
    [`${namespace}/other/a.json`, false],
    [`${namespace}.evil.example/csaf/a.json`, false],
    [`${namespace}/csaf/../other/a.json`, false],
    [`${namespace}/csaf/%2e%2E/other/a.json`, false],
  ]
  for (const [address, isTaken] of addresses) {
    const { out } = step(byAddress, { type: 'receive', text: FIRST, from: { address } })
    assert.equal(out[0]?.type === 'stored', isTaken, address)
  }
})

test('ADV-B2 what is malformed changes nothing and comes back with its findings', () => {
  const { state, out } = step(pinned, from('{"document":{}}'))
  assert.equal(state, pinned)
  assert(out[0]?.type === 'malformed' && out[0].findings.length > 0)
})

test('ADV-B3 the corrected list changes exactly the difference', () => {
  const first = step(pinned, from(FIRST))
  assert(first.out[0]?.type === 'stored' && first.out[0].changes.length === 6)
  const { state, out } = step(first.state, from(CORRECTED))
  assert(out[0]?.type === 'stored')
  assert.deepEqual(out[0].changes, [
    {
      productName: '3CX DesktopApp 18.12.402 for macOS',
      product: '3CXPID-M-0402',
      before: undefined,
      after: 'affected',
    },
  ])
  assert.deepEqual(out[1], { type: 'rematch' })
  const verdict = (book: AdvisoryBook, platform: 'macos' | 'windows') =>
    match(indexAdvisories(countingAdvisories(book)), {
      product: '3CX Desktop App',
      platform,
      version: '18.12.402',
    }).verdict
  assert.equal(verdict(first.state, 'macos'), 'notMentioned')
  assert.equal(verdict(state, 'macos'), 'affected')
  assert.equal(verdict(state, 'windows'), 'notMentioned')
})

test('ADV-B4 other ids for the same products are no difference; a product taken back is one', () => {
  const first = step(pinned, from(FIRST)).state
  const renamed = JSON.parse(CORRECTED.replaceAll('3CXPID-', 'NEW-'))
  const { out } = step(first, from(JSON.stringify(renamed)))
  assert(out[0]?.type === 'stored')
  assert.deepEqual(
    out[0].changes.map(({ product }) => product),
    ['NEW-M-0402'],
  )
  const back = changed((document) => {
    document.document.tracking.version = '3'
    document.document.tracking.revision_history.push({
      date: '2023-04-05T00:00:00Z',
      number: '3',
      summary: 'Back.',
    })
    const { product_status } = document.vulnerabilities[0]
    product_status.known_affected = product_status.known_affected.filter(
      (id: string) => id !== '3CXPID-M-0402',
    )
  }, 'revision-corrected.json')
  const last = run([from(CORRECTED), from(back)], first)
  assert(last.out[0]?.type === 'stored')
  assert.deepEqual(
    last.out[0].changes.map(({ product, before, after }) => [product, before, after]),
    [['3CXPID-M-0402', 'affected', undefined]],
  )
})

test('ADV-B5 an older revision is refused, the same one again is known, a draft is refused', () => {
  const corrected = step(pinned, from(CORRECTED)).state
  assert.deepEqual(step(corrected, from(FIRST)).out, [{ type: 'refused', why: 'older' }])
  assert.deepEqual(step(corrected, from(`\n${CORRECTED}`)).out, [{ type: 'known' }])
  const draft = changed((document) => {
    document.document.tracking.status = 'draft'
  })
  assert.deepEqual(step(pinned, from(draft)).out, [{ type: 'refused', why: 'draft' }])
})

test('ADV-B6 two documents with one publisher, id and version are a conflict and are not merged', () => {
  const first = step(pinned, from(FIRST)).state
  const other = changed((document) => {
    document.vulnerabilities[0].product_status.known_affected.pop()
  })
  const { state, out } = step(first, from(other))
  const conflict = { namespace, id: 'PBX-SA-2023-0002', version: '1' }
  assert.deepEqual(out, [{ type: 'conflict', conflict }])
  assert.equal(state.documents, first.documents)
  assert.deepEqual(run([from(other), from(other)], state).state.conflicts, [conflict])
})

test('ADV-B7 an issuer that is not pinned any more does not count', () => {
  const { state, out } = run([from(FIRST), { type: 'unpin', namespace }], pinned)
  assert.deepEqual([out, countingAdvisories(state)], [[{ type: 'rematch' }], []])
  assert.equal(countingAdvisories(step(state, { type: 'pin', issuer }).state).length, 1)
})

test('ADV-B8 several documents of several issuers stand side by side', () => {
  const vex = textOf(FIXTURES[2])
  const other = changed((document) => {
    document.document.publisher.namespace = 'https://other.example'
  })
  const second: Issuer = { namespace: 'https://other.example', keys: [key], addresses: [] }
  const { state } = run([{ type: 'pin', issuer: second }, from(FIRST), from(other), from(vex)], pinned)
  assert.equal(countingAdvisories(state).length, 3)
})

test('ADV-B9 pins are limited and must say something', () => {
  const malformed: readonly Issuer[] = [
    { namespace, keys: [], addresses: [] },
    { namespace, keys: [], addresses: ['http://security.example.org/'] },
    { namespace, keys: [], addresses: ['https://security.example.org'] },
    { namespace, keys: Array.from({ length: PINS_MAX + 1 }, String), addresses: [] },
  ]
  for (const wrong of malformed)
    assert.deepEqual(step(EMPTY_BOOK, { type: 'pin', issuer: wrong }).out, [
      { type: 'refused', why: 'pin-malformed' },
    ])
  const many = Array.from({ length: ISSUERS_MAX }, (_, number): BookInput => {
    return { type: 'pin', issuer: { ...issuer, namespace: `https://${number}.example` } }
  })
  const full = run(many).state
  assert.deepEqual(step(full, { type: 'pin', issuer }).out, [{ type: 'refused', why: 'full' }])
})
