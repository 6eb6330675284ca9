import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { indexAdvisories, match } from '../src/match/index.ts'
import {
  type CaseRecord,
  DOCUMENT_KINDS,
  fileNameOf,
  folderOf,
  providerMetadata,
  writeDocument,
} from '../src/write/index.ts'
import { advisoryOf } from './fixtures.ts'
import { oasisRules } from './oasis.ts'

const RECORD: CaseRecord = {
  publisher: { category: 'vendor', name: 'Example PBX project', namespace: 'https://security.example.org' },
  ids: {
    csaf_security_incident_response: 'IR 2026/1',
    csaf_security_advisory: 'SA-2026-1',
    csaf_vex: 'VEX-2026-1',
  },
  language: 'en',
  title: 'A release that should not be',
  summary: 'One release contains code that is not ours.',
  reference: { summary: 'Status page', url: 'https://security.example.org/case/1' },
  revisions: [
    { date: '2026-11-20T10:00:00Z', number: '1', summary: 'First.' },
    { date: '2026-11-21T10:00:00Z', number: '2', summary: 'Checked.' },
  ],
  isFinal: false,
  vulnerability: { ownNumber: 'CASE-1', description: 'Foreign code in a release.', advice: 'Remove it.' },
  products: [
    {
      id: 'A',
      vendor: 'Example',
      product: 'Phone for Windows',
      version: '1.2.3',
      status: 'affected',
      file: { name: 'p.msi', sha256: 'ab'.repeat(32) },
    },
    { id: 'B', vendor: 'Example', product: 'Phone for Windows', version: '1.2.4', status: 'fixed' },
    { id: 'C', vendor: 'Example', product: 'Web phone', version: '1.2.3', status: 'notAffected' },
    { id: 'D', vendor: 'Other', product: 'Phone', version: '9', status: 'underInvestigation' },
  ],
}

function written(kind: (typeof DOCUMENT_KINDS)[number], record = RECORD): string {
  const text = writeDocument(record, kind)
  assert(text.ok, JSON.stringify(!text.ok && text.error))
  return text.value
}

test('ADV-W1 each kind of document passes all tests and says what the case says', async () => {
  for (const kind of DOCUMENT_KINDS) {
    const text = written(kind)
    assert.deepEqual([...(await oasisRules(JSON.parse(text)))], [], kind)
    const index = indexAdvisories([advisoryOf(text)])
    const verdict = (product: string, version: string) => match(index, { product, version }).verdict
    assert.deepEqual(
      [verdict('Phone for Windows', '1.2.3'), verdict('Phone for Windows', '1.2.4'), verdict('Phone', '9')],
      ['affected', 'fixed', 'underInvestigation'],
    )
    assert.equal(match(index, { product: 'Web phone', version: '1.2.3' }).verdict, 'notAffected')
  }
})

test('ADV-W2 what would not be read is not written', () => {
  for (const wrong of [
    { title: '' },
    { revisions: [] },
    { products: [...RECORD.products, ...RECORD.products] },
  ]) {
    const text = writeDocument({ ...RECORD, ...wrong }, 'csaf_vex')
    assert(!text.ok && text.error.length > 0)
  }
})

const digest = (name: string) => (text: string) => createHash(name).update(text).digest('hex')

test('ADV-W3 the folder has names, lists and checksums as a provider must', () => {
  assert.equal(fileNameOf('IR 2026/1'), 'ir_2026_1.json')
  assert.equal(fileNameOf('Cisco_SA+2'), 'cisco_sa+2.json')
  const published = (id: string, currentReleaseDate: string) => ({
    id,
    initialReleaseDate: '2026-11-20T10:00:00Z',
    currentReleaseDate,
    text: `${id}\n`,
  })
  const documents = [published('A', '2026-11-20T10:00:00Z'), published('B', '2026-11-21T10:00:00Z')]
  const digests = { sha256: digest('sha256'), sha512: digest('sha512') }
  const files = folderOf(documents, digests)
  assert(files)
  assert.equal(files.get('index.txt'), '2026/a.json\n2026/b.json\n')
  assert.equal(
    files.get('changes.csv'),
    '"2026/b.json","2026-11-21T10:00:00Z"\n"2026/a.json","2026-11-20T10:00:00Z"\n',
  )
  assert.equal(files.get('2026/a.json.sha256'), `${digests.sha256('A\n')}  a.json\n`)
  assert.equal(files.size, 8)
  assert.equal(folderOf([...documents, published('a', '2026-11-21T10:00:00Z')], digests), undefined)
  const metadata = JSON.parse(
    providerMetadata(RECORD.publisher, 'https://x.example/csaf/white/', '2026-11-21T10:00:00Z'),
  )
  assert.equal(metadata.canonical_url, 'https://x.example/.well-known/csaf/provider-metadata.json')
  assert.equal(metadata.distributions[0].directory_url, 'https://x.example/csaf/white/')
})
