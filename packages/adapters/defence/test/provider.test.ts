// Issuers that are proven by a key, and providers that are asked what is new: real signatures of GnuPG, a
// real server; each with what differs only in the attack.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { Defence } from '@rufwerk/defence'
import { STORY_TENANT as tenant } from '@rufwerk/fleet/testing'
import { HttpsPages } from '@rufwerk/testing/https-pages'
import { OpenPgpSigner } from '@rufwerk/testing/openpgp'
import { readPublicKey } from '../src/openpgp-key.ts'

const FIXTURES = join(import.meta.dirname, '../../../domain/advisories/test/fixtures')
const FIRST = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
const CORRECTED = await readFile(join(FIXTURES, 'revision-corrected.json'), 'utf8')
const { namespace } = JSON.parse(FIRST).document.publisher
/** The documents of the story are of 2023; they are listed as of today. */
const NOW = Date.parse('2026-11-20T12:00:00Z')
const web = new HttpsPages()
const signer = new OpenPgpSigner('Issuer')
const stranger = new OpenPgpSigner('Stranger')
let origin: string

before(async () => {
  origin = await web.listen()
})
after(() => {
  web.close()
  signer[Symbol.dispose]()
  stranger[Symbol.dispose]()
})

async function defenceOf(t: TestContext): Promise<Defence> {
  const folder = await mkdtemp(join(tmpdir(), 'rufwerk-provider-'))
  const defence = new Defence(folder, SILENT_LOG, { ca: web.certificate })
  t.after(async () => {
    await defence.close()
    await rm(folder, { recursive: true })
  })
  return defence
}

async function answered<Value>(asked: Promise<{ ok: true; value: Value } | { ok: false; error: string }>) {
  const answer = await asked
  assert.ok(answer.ok, answer.ok ? '' : answer.error)
  return answer.value
}

test('a key is read to the fingerprint that GnuPG says; what is none is refused', () => {
  assert.equal(readPublicKey(signer.publicKey)?.fingerprint, signer.fingerprint)
  assert.equal(
    readPublicKey(`\r\n${signer.publicKey.replaceAll('\n', '\r\n')}`)?.fingerprint,
    signer.fingerprint,
  )
  using old = new OpenPgpSigner('Old', 'rsa2048')
  assert.equal(readPublicKey(old.publicKey)?.fingerprint, old.fingerprint)
  const [head = '', ...lines] = signer.publicKey.split('\n')
  const none = [
    '',
    'key',
    signer.sign('x'),
    head,
    lines.join('\n'),
    `${head}\n\n!!!!\n-----END PGP PUBLIC KEY BLOCK-----`,
  ]
  for (const text of none) assert.equal(readPublicKey(text), undefined, text)
  assert.equal(readPublicKey(signer.publicKey + ' '.repeat(65_536)), undefined)
})

test('where a key is pinned, only what it has signed counts', async (t) => {
  const defence = await defenceOf(t)
  const issuer = { namespace, addresses: [`${namespace}/`] }
  const refusedPin = await answered(defence.ask('pin', { tenant, issuer, publicKeys: ['no key'] }))
  assert.deepEqual(refusedPin, { type: 'refused', why: 'pin-malformed' })
  await answered(defence.ask('pin', { tenant, issuer, publicKeys: [signer.publicKey] }))
  const received = async (text: string, signature?: string) => {
    const wish = {
      tenant,
      text,
      address: `${namespace}/advisory.json`,
      ...(signature !== undefined && { signature }),
    }
    const answer = await answered(defence.ask('receive', wish))
    return answer.type === 'refused' ? `${answer.why} ${answer.signature}` : answer.type
  }
  assert.equal(await received(FIRST), 'issuer-unproven no-signature')
  assert.equal(await received(FIRST, stranger.sign(FIRST)), 'issuer-unproven bad-signature')
  assert.equal(await received(FIRST, signer.sign(CORRECTED)), 'issuer-unproven bad-signature')
  assert.equal(await received(FIRST, signer.sign(FIRST, 'SHA1')), 'issuer-unproven bad-signature')
  assert.equal(
    await received(FIRST, signer.sign(FIRST) + stranger.sign(FIRST)),
    'issuer-unproven bad-signature',
  )
  assert.equal(await received(FIRST, 'no signature'), 'issuer-unproven bad-signature')
  assert.equal(await received(FIRST, ' '.repeat(65_537)), 'issuer-unproven bad-signature')
  assert.equal(
    await received(FIRST.replace('18.12.407', '18.12.408'), signer.sign(FIRST)),
    'issuer-unproven bad-signature',
  )
  assert.equal(await received(FIRST, signer.sign(FIRST)), 'counts')
  assert.equal(await received(FIRST, signer.sign(FIRST)), 'known')
})

test('a provider is asked what is new: each document once, its revision when it comes', async (t) => {
  const defence = await defenceOf(t)
  const folder = `${origin}/csaf/`
  const metadata = (of: string) =>
    JSON.stringify({
      ...{
        metadata_version: '2.0',
        publisher: { namespace: of },
        distributions: [{ directory_url: folder }],
      },
    })
  const provider = `${origin}/.well-known/csaf/provider-metadata.json`
  const list = (time: string) => `"2023/sa.json","${time}"\n"2020/old.json","2020-01-01T00:00:00Z"\n`
  const path = '/csaf/2023/sa.json'
  const poll = async () => {
    web.asked.length = 0
    const { feeds, counts } = await answered(defence.ask('poll', { tenant, at: NOW }))
    assert.equal(feeds.length, 1)
    const { problem = '', missed, left, listed } = feeds[0]?.[1] ?? assert.fail()
    return {
      problem,
      counts,
      listed,
      left,
      missed: missed.length,
      documents: web.asked.filter((one) => one === path).length,
    }
  }
  const nothing = { problem: '', counts: 0, listed: 2, left: 0, missed: 0, documents: 0 }
  const pin = { tenant, issuer: { namespace, addresses: [folder], provider }, publicKeys: [signer.publicKey] }
  assert.deepEqual((await answered(defence.ask('poll', { tenant, at: NOW }))).feeds, [], 'nobody is pinned')
  await answered(defence.ask('pin', pin))

  web.pages.set('/.well-known/csaf/provider-metadata.json', { body: metadata('https://other.example') })
  assert.equal((await poll()).problem, 'other-issuer')
  web.pages.set('/.well-known/csaf/provider-metadata.json', { body: metadata(namespace) })
  assert.equal((await poll()).problem, 'not-found', 'it has no list')
  web.pages.set('/csaf/changes.csv', { body: list('2026-11-01T00:00:00Z') }).set(path, { body: FIRST })
  assert.deepEqual(await poll(), { ...nothing, missed: 1, documents: 1 }, 'nobody has signed it')
  web.pages.set(`${path}.asc`, { body: stranger.sign(FIRST) })
  assert.deepEqual(await poll(), { ...nothing, missed: 1, documents: 1 }, 'somebody else has')
  web.pages.set(`${path}.asc`, { body: signer.sign(FIRST) })
  assert.deepEqual(await poll(), { ...nothing, counts: 1, documents: 1 })
  assert.deepEqual(await poll(), nothing, 'nothing new')
  assert.ok(!web.asked.includes('/csaf/2020/old.json'), 'what was changed years ago is left to people')

  web.pages.set(path, { body: CORRECTED }).set(`${path}.asc`, { body: signer.sign(CORRECTED) })
  assert.deepEqual(await poll(), nothing, 'the list says that nothing has changed')
  web.pages.set('/csaf/changes.csv', { body: list('2026-11-02T00:00:00Z') })
  assert.deepEqual(await poll(), { ...nothing, counts: 1, documents: 1 })
  const book = await answered(defence.ask('book', { tenant }))
  assert.deepEqual([book.issuers[0]?.feed?.taken, book.documents.length], [2, 1])
})

test('of a long list a hundred are taken at once; what cannot be had keeps nothing waiting', async (t) => {
  const defence = await defenceOf(t)
  const folder = `${origin}/many/`
  const body = JSON.stringify({
    ...{ metadata_version: '2.0', publisher: { namespace }, distributions: [{ directory_url: folder }] },
  })
  web.pages.set('/many/provider-metadata.json', { body })
  const names = Array.from({ length: 150 }, (_, at) => `sa-${at}.json`)
  const rows = names.map((name, at) => `"${name}","${new Date(NOW - at * 1_000).toISOString()}"\n`)
  web.pages.set('/many/changes.csv', { body: rows.join('') })
  // None of the newest 120 is there; the 30 behind them are.
  for (const [at, name] of names.entries()) {
    const own = FIRST.replace(/"id": ?"[^"]*"/, `"id": "SA-${at}"`)
    assert.notEqual(own, FIRST)
    if (at >= 120) web.pages.set(`/many/${name}`, { body: own })
  }
  const provider = `${folder}provider-metadata.json`
  await answered(
    defence.ask('pin', { tenant, issuer: { namespace, addresses: [folder], provider }, publicKeys: [] }),
  )
  const poll = async () => {
    const { feeds, counts } = await answered(defence.ask('poll', { tenant, at: NOW }))
    const { missedTotal = 0, left = 0 } = feeds[0]?.[1] ?? {}
    return { counts, missedTotal, left }
  }
  assert.deepEqual(await poll(), { counts: 0, missedTotal: 100, left: 50 })
  assert.deepEqual(await poll(), { counts: 30, missedTotal: 120, left: 0 })
  for (const at of [0, 119])
    web.pages.set(`/many/sa-${at}.json`, { body: FIRST.replace(/"id": ?"[^"]*"/, `"id": "SA-${at}"`) })
  const later = [await poll(), await poll()]
  assert.equal((later[0]?.counts ?? 0) + (later[1]?.counts ?? 0), 2, 'each is asked for again in its turn')
  assert.equal(later[1]?.missedTotal, 118)
})

test('documents outside of the folders are never asked for, whatever a list says', async (t) => {
  const defence = await defenceOf(t)
  const feed = {
    feed: { entry: [{ content: { src: `${origin}/elsewhere/sa.json` }, updated: '2026-11-01T00:00:00Z' }] },
  }
  const distributions = [{ rolie: { feeds: [{ tlp_label: 'WHITE', url: `${origin}/rolie/feed.json` }] } }]
  const body = JSON.stringify({ metadata_version: '2.0', publisher: { namespace }, distributions })
  web.pages
    .set('/rolie/provider-metadata.json', { body })
    .set('/rolie/feed.json', { body: JSON.stringify(feed) })
  web.pages.set('/elsewhere/sa.json', { body: FIRST })
  const issuerOf = (...folders: string[]) => ({
    ...{ namespace, addresses: folders, provider: `${origin}/rolie/provider-metadata.json` },
  })
  const counts = async (...folders: string[]) => {
    await answered(defence.ask('pin', { tenant, issuer: issuerOf(...folders), publicKeys: [] }))
    return (await answered(defence.ask('poll', { tenant, at: NOW }))).counts
  }
  web.asked.length = 0
  assert.equal(await counts(`${origin}/rolie/`), 0)
  assert.ok(!web.asked.includes('/elsewhere/sa.json'), web.asked.join())
  assert.equal(
    await counts(`${origin}/rolie/`, `${origin}/elsewhere/`),
    1,
    'the twin: the folder is pinned, too',
  )
})
