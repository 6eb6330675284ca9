// Warnings at a whole server, over TLS: an admin publishes and revises, everybody reads page, feed and CSAF.
// Every CSAF document is checked by the validator that OASIS names, the feed by RFC 4287, pages by axe-core.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { askOverTls } from '../promises/outside.ts'
import { lookAt, openPages } from '../support/page/look.ts'
import { freePorts } from '../support/ports.ts'
import { Server } from '../support/server.ts'
import { atomProblems, readXml } from './atom.ts'
import { oasisRules } from './oasis.ts'

const httpsPort = await freePorts(1)
const server = await Server.start(['--https-port', String(httpsPort)])
test.after(() => server.stop())
const { admin } = server
const origin = `https://localhost:${httpsPort}`
const get = (path: string, more = {}) => askOverTls(server, `${origin}${path}`, undefined, more)
const CSAF = '/.well-known/csaf/'
const MARKUP = '<script>document.title = "owned"</script> & "more"'
const both = (de: string, en: string) => ({ de, en })
const PHASES = ['incident-response', 'advisory', 'vex'] as const
const product = (version: string, status: string) => ({
  vendor: 'V',
  product: `Phone ${MARKUP}`,
  version,
  status,
})
const draft = (seen: number) => ({
  ...{ level: 3, title: both(`Fremder Code ${MARKUP}`, `Foreign code ${MARKUP}`), seen },
  summary: both(`Eine Version enthält Fremdes. ${MARKUP}`, `A release holds what is not ours. ${MARKUP}`),
  advice: [both('Entfernen Sie sie.', 'Remove it.'), both('Nutzen Sie den Browser.', 'Use the browser.')],
  products: [product('1.2', 'affected'), product('1.3', 'notAffected'), product('1.4', 'fixed')],
  checked: {
    at: Date.now() - 1_000,
    by: 'Ada',
    what: both('150 Geräte, 6 betroffen.', '150 devices, 6 affected.'),
  },
  ...{ phase: PHASES[seen], change: both(`Fassung ${seen + 1}`, `Revision ${seen + 1}`) },
})
await admin.ask('POST', '/reports', { words: 'flagged' })
const { cases } = await admin.ask<{ cases: { id: string }[] }>('GET', '/cases')
const place = `/cases/${cases[0]?.id}/warning`
const publish = (seen: number, more = {}): Promise<{ number: string; revisions: unknown[] }> =>
  admin.ask('PUT', place, { ...draft(seen), ...more })

/** Each line of index.txt, with its digests, as OASIS and we see it. */
async function documents(): Promise<readonly string[]> {
  const paths = (await get(`${CSAF}index.txt`)).text
    .trim()
    .split('\n')
    .filter((path) => path !== '')
  for (const path of paths) {
    const { status, text, headers } = await get(`${CSAF}${path}`)
    assert.deepEqual([status, headers['content-type']], [200, 'application/json'], path)
    assert.deepEqual(await oasisRules(JSON.parse(text)), [], path)
    for (const name of ['sha256', 'sha512']) {
      const digest = createHash(name).update(text).digest('hex')
      assert.equal((await get(`${CSAF}${path}.${name}`)).text, `${digest}  ${path.split('/')[1]}\n`)
    }
  }
  return paths
}

test('before there is a warning, everything is there and empty', async () => {
  assert.match((await get('/security/?lang=en')).text, /There is no warning\./)
  assert.deepEqual(atomProblems((await get('/security/feed.atom')).text), [])
  assert.deepEqual(await documents(), [])
  const metadata = JSON.parse((await get(`${CSAF}provider-metadata.json`)).text)
  assert.equal(metadata.canonical_url, `${origin}${CSAF}provider-metadata.json`)
  const txt = await get('/.well-known/security.txt')
  assert.match(txt.text, new RegExp(`^CSAF: ${metadata.canonical_url}$`, 'm'))
})

test('who is no admin publishes nothing; what is malformed changes nothing', async () => {
  await assert.rejects(server.colleagues[0]?.ask('PUT', place, draft(0)) ?? Promise.resolve(), /403/)
  const wrong = [
    ...[{ title: both('', 'x') }, { title: both('a\nb', 'x') }, { products: [] }, { level: 5 }],
    ...[{ products: [product('1', 'fixed'), product('1', 'affected')] }, { summary: both('\u0000', 'x') }],
    { checked: { at: Date.now() + 3_600_000, by: 'Ada', what: both('x', 'x') } },
  ]
  for (const more of wrong) await assert.rejects(publish(0, more), /400/, JSON.stringify(more))
  await assert.rejects(publish(1), /409/, 'nobody has published one')
  await assert.rejects(admin.ask('PUT', '/cases/none/warning', draft(0)), /404/)
  await assert.rejects(admin.ask('GET', place), /404/)
  assert.deepEqual(await documents(), [])
})

test('each revision adds its document; every one passes the tests of OASIS', async () => {
  const expected = [['ir'], ['ir', 'sa'], ['ir', 'sa', 'vex']]
  for (const seen of [0, 1, 2]) {
    const { number, revisions } = await publish(seen)
    assert.equal(revisions.length, seen + 1)
    const year = new Date().getUTCFullYear()
    const paths = await documents()
    assert.deepEqual(
      paths,
      expected[seen]?.map((kind) => `${year}/${kind}-${number}.json`),
    )
    const changes = (await get(`${CSAF}changes.csv`)).text.trim().split('\n')
    const times = changes.map((line) => Date.parse(/","([^"]+)"$/.exec(line)?.[1] ?? ''))
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    )
    assert.equal(times.length, paths.length)
  }
  await assert.rejects(publish(2), /409/, 'written before the last revision')
  await assert.rejects(publish(3, { phase: 'advisory' }), /409/, 'no document is taken back')
})

test('the feed is Atom: ids stay, times grow, words are text', async () => {
  const before = (await get('/security/feed.atom?lang=de')).text
  assert.deepEqual(atomProblems(before), [])
  const idsOf = (text: string) => [...text.matchAll(/<id>(.*?)<\/id>/g)].map(([, id]) => id)
  await publish(3, { phase: 'vex' })
  const after = (await get('/security/feed.atom?lang=de')).text
  assert.deepEqual(idsOf(after), idsOf(before))
  assert.notEqual(after, before)
  assert.ok(readXml(after).children.some(({ name }) => name === 'entry'))
  // The checker finds what is planted.
  for (const [from, to] of [
    [/<id>/, '<i>'],
    [/<updated>.*?<\/updated>/, ''],
    [/rel="self"/, 'rel="other"'],
    [/<author>.*?<\/author>/, ''],
    [/<title>/, '<title><b>'],
  ] as const)
    assert.notDeepEqual(tried(after.replace(from, to)), [], String(from))
})

function tried(xml: string): readonly string[] {
  try {
    return atomProblems(xml)
  } catch (error) {
    return [String(error)]
  }
}

test('whoever has a page already gets it again only when it has changed', async () => {
  const paths = ['/security/', '/security/feed.atom', `${CSAF}changes.csv`, `${CSAF}provider-metadata.json`]
  const tags: string[] = []
  for (const path of paths) {
    const { headers } = await get(path)
    tags.push(String(headers.etag))
    const again = await get(path, { 'if-none-match': `"x", ${headers.etag}` })
    assert.deepEqual([again.status, again.text], [304, ''], path)
  }
  await publish(4, { phase: 'vex', level: 4 })
  for (const [index, path] of paths.entries())
    assert.equal((await get(path, { 'if-none-match': tags[index] })).status, 200, path)
})

test('pages are German and English, in both themes; other paths are not there', async () => {
  const { number } = await admin.ask<{ number: string }>('GET', place)
  const page = (await get(`/security/warnings/${number}?lang=de`)).text
  assert.match(page, /<html lang="de">/)
  assert.match(page, /Stufe 4 von 4/)
  assert.match(page, /Fassung 5[\s\S]*Fassung 1</)
  assert.doesNotMatch(page, /<script/)
  const names = [
    `/security/warnings/${number}x`,
    '/security/warnings/',
    `${CSAF}x`,
    `${CSAF}..%2fsecurity.txt`,
    CSAF,
  ]
  for (const path of names) assert.notEqual((await get(path)).status, 200, path)
  // Documents and feed hold https addresses: over plain HTTP there are none.
  for (const path of [`${CSAF}index.txt`, '/security/feed.atom'])
    assert.equal((await fetch(`${server.origin}${path}`)).status, 404)
  const browser = await openPages()
  try {
    for (const theme of ['light', 'dark'] as const)
      for (const language of ['de', 'en']) {
        const paths = ['/security/', `/security/warnings/${number}`]
        const addresses = paths.map((path) => `${server.origin}${path}?lang=${language}`)
        assert.deepEqual(await lookAt(browser, addresses, theme), [])
      }
  } finally {
    await browser.close()
  }
})

test('every revision is in the case, the log of administration and the case keeps its history', async () => {
  const { timeline } = await admin.ask<{ timeline: { act: string; words: string }[] }>(
    'GET',
    `/cases/${cases[0]?.id}`,
  )
  assert.equal(timeline.filter(({ words }) => /^warning \S+, revision \d, published$/.test(words)).length, 5)
  const { entries } = await admin.ask<{ entries: { detail: Record<string, string> }[] }>(
    'GET',
    '/audit?limit=100',
  )
  assert.equal(entries.filter(({ detail }) => detail.route === 'publishWarning').length, 5)
})
