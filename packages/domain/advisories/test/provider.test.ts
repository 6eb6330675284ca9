import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { readChanges, readProvider, readRolie } from '../src/provider/index.ts'
import { folderOf, providerMetadata } from '../src/write/index.ts'

const FOLDER = 'https://security.example.org/csaf/'
const PUBLISHER = { category: 'vendor', name: 'Example', namespace: 'https://security.example.org' } as const

function metadata(change: object = {}): string {
  const made = JSON.parse(providerMetadata(PUBLISHER, FOLDER, '2026-11-20T10:00:00Z'))
  return JSON.stringify({ ...made, ...change })
}

test('ADV-P1 what we write of ourselves is read back', () => {
  const read = readProvider(metadata())
  assert.deepEqual(read, {
    ok: true,
    value: { namespace: PUBLISHER.namespace, directories: [FOLDER], feeds: [] },
  })
})

test('ADV-P1 feeds are those for everybody, and addresses plain https', () => {
  const feeds = [
    { tlp_label: 'WHITE', url: `${FOLDER}white.json` },
    { tlp_label: 'AMBER', url: `${FOLDER}amber.json` },
    { tlp_label: 'WHITE', url: 'http://security.example.org/plain.json' },
    { tlp_label: 'WHITE', url: 'https://me:word@security.example.org/named.json' },
    { tlp_label: 'WHITE', url: 7 },
  ]
  const distributions = [
    { rolie: { feeds } },
    { directory_url: 'https://security.example.org/all' },
    { directory_url: 'file:///etc/' },
    'https://security.example.org/text/',
  ]
  const read = readProvider(metadata({ distributions }))
  assert(read.ok)
  assert.deepEqual(read.value.feeds, [`${FOLDER}white.json`])
  assert.deepEqual(read.value.directories, ['https://security.example.org/all/'])
})

test('ADV-P1 what is no provider is refused, with its place', () => {
  const place = (text: string) => {
    const read = readProvider(text)
    return read.ok ? 'read' : `${read.error.rule} ${read.error.pointer}`
  }
  assert.equal(place(metadata({ metadata_version: '3.0' })), 'schema /metadata_version')
  assert.equal(place(metadata({ publisher: { name: 'nobody' } })), 'schema /publisher/namespace')
  assert.equal(place(metadata({ distributions: [] })), 'schema /distributions')
  const many = Array.from({ length: 21 }, (_, at) => ({ directory_url: `${FOLDER}${at}/` }))
  assert.equal(place(metadata({ distributions: many })), 'schema /distributions')
  assert.equal(place(metadata({ distributions: many.slice(1) })), 'read')
  assert.equal(place('[]'), 'schema /metadata_version')
  assert.equal(place('{'), 'json ')
})

test('ADV-P2 what we list is read back, the newest first', () => {
  const digest = (kind: string) => (text: string) => createHash(kind).update(text).digest('hex')
  const dates = ['2025-03-30T08:00:00Z', '2026-04-04T08:00:00Z']
  const published = dates.map((date, at) => ({
    ...{ id: `SA ${at}`, initialReleaseDate: date, currentReleaseDate: date, text: '{}' },
  }))
  const files = folderOf(published, { sha256: digest('sha256'), sha512: digest('sha512') })
  const read = readChanges(files?.get('changes.csv') ?? '', FOLDER)
  assert.deepEqual(read, {
    ok: true,
    value: {
      documents: [
        { address: `${FOLDER}2026/sa_1.json`, at: Date.parse('2026-04-04T08:00:00Z') },
        { address: `${FOLDER}2025/sa_0.json`, at: Date.parse('2025-03-30T08:00:00Z') },
      ],
      unread: 0,
    },
  })
})

test('ADV-P2 ADV-P4 no row leads out of the folder, and rows that cannot be read are counted', () => {
  const time = '"2026-04-04T08:00:00Z"'
  const paths = [
    ...['../other/a.json', '/etc/a.json', '//evil.example/a.json', 'https://evil.example/a.json'],
    ...[
      'a/../../b.json',
      'a/..%2fb.json',
      '%2e%2e/b.json',
      '..\\b.json',
      '.../b.json',
      'a?b.json',
      'a#b.json',
    ],
    ...['a.txt', '', 'a b.json'],
  ]
  const rows = [
    ...paths.map((path) => `"${path}",${time}`),
    '"a.json","yesterday"',
    'a.json',
    `"2026/a.json",${time}`,
  ]
  const read = readChanges(rows.join('\r\n'), FOLDER)
  assert(read.ok)
  assert.deepEqual(
    read.value.documents.map(({ address }) => address),
    [`${FOLDER}2026/a.json`],
  )
  assert.equal(read.value.unread, rows.length - 1)
})

test('ADV-P3 ADV-P5 entries of a feed; the newest of two counts', () => {
  const entry = (src: unknown, updated: unknown) => ({ id: 'x', content: { src }, updated })
  const feed = {
    entry: [
      entry(`${FOLDER}a.json`, '2026-01-01T00:00:00Z'),
      entry(`${FOLDER}b.json`, '2026-01-02T00:00:00Z'),
      entry(`${FOLDER}a.json`, '2026-01-03T00:00:00.000+01:00'),
      { link: [{ rel: 'self', href: `${FOLDER}c.json` }], updated: '2025-01-01T00:00:00Z' },
      ...[
        entry('http://security.example.org/d.json', '2026-01-01T00:00:00Z'),
        entry(`${FOLDER}e.json`, 5),
        'f',
      ],
    ],
  }
  const read = readRolie(JSON.stringify({ feed }))
  assert(read.ok)
  const names = read.value.documents.map(({ address }) => address.slice(FOLDER.length))
  assert.deepEqual([names, read.value.unread], [['a.json', 'b.json', 'c.json'], 3])
  assert.equal(read.value.documents[0]?.at, Date.parse('2026-01-02T23:00:00Z'))
  assert(!readRolie('{"feed":[]}').ok)
})

test('ADV-P4 a list that is too long is refused as a whole', () => {
  const row = '"a.json","2026-04-04T08:00:00Z"\n'
  assert(readChanges(row.repeat(200_000), FOLDER).ok)
  const refused = readChanges(row.repeat(200_001), FOLDER)
  assert(!refused.ok && refused.error.rule === 'size')
  assert(!readChanges(' '.repeat(32 * 1024 * 1024 + 1), FOLDER).ok)
})
