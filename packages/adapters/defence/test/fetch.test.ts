// Advisories from where they are published: a server with a certificate that is trusted here, and everything
// that is not to be fetched.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { Defence } from '@rufwerk/defence'
import { STORY_TENANT as tenant } from '@rufwerk/fleet/testing'
import { fetchDocument } from '../src/thread/fetch-document.ts'

const FIXTURES = join(import.meta.dirname, '../../../domain/advisories/test/fixtures')
const BYTES_MAX = 1_000
let folder: string
let ca: string
let server: Server
let origin: string
/** By path; what is asked for. */
const pages = new Map<string, { readonly status?: number; readonly body: string; readonly to?: string }>()
const asked: string[] = []

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rufwerk-fetch-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...[...subject, '-keyout', key, '-out', certificate],
  ])
  assert.equal(made.status, 0, String(made.stderr))
  ca = await readFile(certificate, 'utf8')
  server = createServer({ key: await readFile(key), cert: ca }, ({ url = '' }, response) => {
    asked.push(url)
    const { status = 200, body, to } = pages.get(url) ?? { status: 404, body: '' }
    response.writeHead(status, to === undefined ? {} : { location: to }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `https://localhost:${(server.address() as AddressInfo).port}`
})
after(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

test('a document is fetched from a folder of a pinned issuer, and nothing from elsewhere', async () => {
  const text = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
  const { namespace } = JSON.parse(text).document.publisher
  pages.set('/csaf/2023/sa.json', { body: text }).set('/other/sa.json', { body: text })
  const defence = new Defence(folder, SILENT_LOG, { ca })
  const fetched = async (path: string) => {
    const answer = await defence.ask('fetch', { tenant, address: `${origin}${path}` })
    assert.ok(answer.ok)
    return 'why' in answer.value ? `${answer.value.type} ${answer.value.why}` : answer.value.type
  }
  assert.equal(await fetched('/csaf/2023/sa.json'), 'not-fetched address', 'nobody is pinned')
  assert.equal(asked.length, 0, 'and nobody is asked')
  const issuer = { namespace, keys: [], addresses: [`${origin}/csaf/`] }
  assert.ok((await defence.ask('pin', { tenant, issuer })).ok)
  assert.equal(await fetched('/csaf/2023/sa.json'), 'counts')
  assert.equal(await fetched('/csaf/2023/sa.json'), 'known')
  assert.equal(await fetched('/other/sa.json'), 'not-fetched address')
  assert.equal(await fetched('/csaf/../other/sa.json'), 'not-fetched address')
  assert.equal(await fetched('/csaf/2023/none.json'), 'not-fetched status')
  assert.ok(
    asked.every((path) => path.startsWith('/csaf/')),
    asked.join(),
  )
  await defence.close()
})

test('redirects are not followed, large ones not kept, other certificates refused', async () => {
  pages.set('/moved', { status: 302, body: '', to: `${origin}/small` }).set('/small', { body: 'x' })
  pages.set('/large', { body: 'x'.repeat(BYTES_MAX + 1) }).set('/just', { body: 'x'.repeat(BYTES_MAX) })
  const limits = { ca, bytesMax: BYTES_MAX }
  const why = async (address: string, options: { readonly ca?: string } = limits) => {
    const fetched = await fetchDocument(address, options)
    return fetched.ok ? `${fetched.value.length} characters` : fetched.error
  }
  assert.equal(await why(`${origin}/moved`), 'status')
  assert.equal(await why(`${origin}/small`), '1 characters')
  assert.equal(await why(`${origin}/just`), `${BYTES_MAX} characters`)
  assert.equal(await why(`${origin}/large`), 'size')
  assert.equal(await why(`${origin}/small`, {}), 'unreachable', 'a certificate that nobody here trusts')
  assert.equal(await why(`${origin.replace('localhost', '127.0.0.1')}/small`), 'unreachable', 'another name')
  assert.equal(await why(`${origin.replace('https', 'http')}/small`), 'address')
  assert.equal(await why(origin.replace('//', '//user:word@')), 'address')
  assert.equal(await why('no address'), 'address')
})
