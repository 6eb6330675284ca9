// Advisories from where they are published: a server with a certificate that is trusted here, and everything
// that is not to be fetched.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { Defence } from '@rufwerk/defence'
import { STORY_TENANT as tenant } from '@rufwerk/fleet/testing'
import { HttpsPages } from '@rufwerk/testing/https-pages'
import { fetchDocument } from '../src/thread/fetch-document.ts'

const FIXTURES = join(import.meta.dirname, '../../../domain/advisories/test/fixtures')
const BYTES_MAX = 1_000
const issuer = new HttpsPages()
const { certificate: ca, pages, asked } = issuer
let folder: string
let origin: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rufwerk-fetch-'))
  origin = await issuer.listen()
})
after(async () => {
  issuer.close()
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
  const pin = { tenant, issuer: { namespace, addresses: [`${origin}/csaf/`] }, publicKeys: [] }
  assert.ok((await defence.ask('pin', pin)).ok)
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
