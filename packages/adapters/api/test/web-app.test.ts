// The web app: a closed list of files, brotli where accepted, one page for the app's own paths, nothing else.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { loadWebApp, type WebApp } from '@rufwerk/api'
import { type Office, openStaffedOffice } from './office.ts'

const PAGE = '<!doctype html><title>Rufwerk</title>'
const SCRIPT = 'export const answer = 42\n'
let directory: string
let web: WebApp
let office: Office

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rufwerk-web-'))
  await mkdir(join(directory, 'dist/assets'), { recursive: true })
  await mkdir(join(directory, 'dist/.vite'))
  const files: Record<string, string | Buffer> = {
    'index.html': PAGE,
    'index.html.br': brotliCompressSync(PAGE),
    'manifest.webmanifest': '{}',
    'assets/main-C8Zx1d9_.js': SCRIPT,
    'assets/main-C8Zx1d9_.js.br': brotliCompressSync(SCRIPT),
    'assets/plain.css': 'a{}',
    'assets/sound.exe': 'x',
    '.vite/manifest.json': '{}',
    '.env': 'SECRET=1',
    '../secret.txt': 'outside',
  }
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, 'dist', name), bytes)
  await symlink(join(directory, 'secret.txt'), join(directory, 'dist/link.txt'))
  const loaded = await loadWebApp(join(directory, 'dist'))
  assert.ok(loaded.ok)
  web = loaded.value
  office = await openStaffedOffice({ web })
})

after(() => rm(directory, { recursive: true }))

test('the list holds the built files and nothing hidden, linked, outside or of an unknown type', () => {
  const paths = ['/assets/main-C8Zx1d9_.js', '/assets/plain.css', '/index.html', '/manifest.webmanifest']
  assert.deepEqual([...web.files.keys()].toSorted(), paths)
})

test('the paths of the app get its page, fresh every time', async () => {
  const security = ['/security', '/security/stops', '/security/cases/0123abc']
  for (const path of [
    '/',
    '/phone',
    '/calls',
    '/calls/0123abc',
    '/people',
    '/settings',
    '/?a=b',
    ...security,
  ]) {
    const answer = await office.ask('GET', path)
    assert.equal(answer.status, 200, path)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
    assert.equal(await answer.text(), PAGE)
  }
})

test('other paths are not there, however they are written', async () => {
  const paths = [
    '/index.html',
    '/index.html.br',
    '/none',
    '/callsx',
    '/calls/a/b',
    '/calls/..',
    '/.env',
    '/.vite/manifest.json',
    '/link.txt',
    '/assets/',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//etc/passwd',
    '/assets/main-C8Zx1d9_.js%00',
    '/__proto__',
    '/constructor',
  ]
  for (const path of paths) {
    const answer = await office.ask('GET', path)
    const isPage = path === '/calls/..'
    assert.equal(answer.status, isPage ? 200 : 404, path)
    assert.doesNotMatch(await answer.text(), /outside|SECRET/)
  }
})

test('hashed assets are kept for a year, in brotli where it is accepted', async () => {
  const path = '/assets/main-C8Zx1d9_.js'
  const plain = await office.ask('GET', path)
  assert.equal(plain.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(plain.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.equal(await plain.text(), SCRIPT)
  for (const accepted of ['gzip, deflate, br, zstd', 'br;q=0.5', 'BR']) {
    const answer = await office.ask('GET', path, { headers: { 'accept-encoding': accepted } })
    assert.equal(answer.headers.get('content-encoding'), 'br', accepted)
    assert.equal(answer.headers.get('vary'), 'accept-encoding')
    const bytes = Buffer.from(await answer.arrayBuffer())
    assert.equal(answer.headers.get('content-length'), String(bytes.length))
    assert.equal(brotliDecompressSync(bytes).toString(), SCRIPT)
  }
  for (const refused of ['gzip', 'br;q=0', 'br; q=0.000', 'brr']) {
    const answer = await office.ask('GET', path, { headers: { 'accept-encoding': refused } })
    assert.equal(answer.headers.get('content-encoding'), null, refused)
  }
  const unhashed = await office.ask('GET', '/assets/plain.css')
  assert.equal(unhashed.headers.get('cache-control'), 'no-cache')
})

test('an unchanged file is answered without its bytes; HEAD never has any', async () => {
  const tag = (await office.ask('GET', '/')).headers.get('etag') ?? ''
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
    const answer = await office.ask('GET', '/', { headers: { 'if-none-match': known } })
    assert.equal(answer.status, 304)
    assert.equal(answer.headers.get('etag'), tag)
  }
  const head = await office.ask('HEAD', '/', { headers: { origin: undefined } })
  assert.equal(head.status, 200)
  assert.equal(head.headers.get('content-length'), String(PAGE.length))
  assert.equal(await head.text(), '')
})

test('pages answer GET and HEAD only', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    assert.equal((await office.ask(method, '/')).status, 405, method)
  }
})

test('a folder without a built web app is a sentence, and the pages say so', async () => {
  for (const folder of [join(directory, 'none'), join(directory, 'dist/assets')]) {
    const loaded = await loadWebApp(folder)
    assert.equal(loaded.ok, false)
  }
  const without = await openStaffedOffice()
  assert.equal((await without.ask('GET', '/')).status, 503)
})
