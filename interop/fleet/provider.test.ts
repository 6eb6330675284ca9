// An issuer with a key and a list of what it publishes, asked by a whole server: what it has signed stops a
// phone by policy; what somebody else has signed stops nobody.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { STORY_APP } from '@rufwerk/fleet/testing'
import { HttpsPages } from '@rufwerk/testing/https-pages'
import { OpenPgpSigner } from '@rufwerk/testing/openpgp'
import { RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { until } from '../support/wait.ts'

const FIXTURES = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures')
const FIRST = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
const { publisher } = JSON.parse(FIRST).document
const namespace: string = publisher.namespace
const AFFECTED = `${STORY_APP.replaceAll(' ', '')}/18.12.416 (Windows; x64)`
const PATH = '/csaf/2026/sa.json'

interface Polled {
  readonly counts: number
  readonly acted?: { readonly stopped: number }
  readonly feeds: readonly {
    readonly feed: { readonly problem?: string; readonly missed: readonly string[] }
  }[]
}

const web = new HttpsPages()
const origin = await web.listen()
// The server takes the certificate of the issuer for one of those of the system.
process.env.NODE_EXTRA_CA_CERTS = web.certificateFile
const signer = new OpenPgpSigner('Issuer')
const stranger = new OpenPgpSigner('Stranger')
const server = await Server.start()
test.after(async () => {
  await server.stop()
  web.close()
  signer[Symbol.dispose]()
  stranger[Symbol.dispose]()
})
const { admin } = server
const [ben] = server.colleagues
assert.ok(ben)
const account = await ben.addPhone('Ben’s computer')

async function registers(): Promise<number> {
  const phone = await RawPhone.open(account)
  try {
    return (await phone.ask({ method: 'REGISTER', headers: ['Expires: 300', `User-Agent: ${AFFECTED}`] }))
      .status
  } finally {
    phone.close()
  }
}

const seen = async (): Promise<boolean> =>
  (await admin.ask<{ total: number }>('GET', '/fleet/exposure')).total === 1

/** What an hour brings, at once. */
const poll = (): Promise<Polled> => admin.ask('POST', '/fleet/advisories/poll')

test('an issuer is pinned by its key and its list; without one nothing is asked for', async () => {
  assert.deepEqual(await poll(), { feeds: [], counts: 0 })
  const folder = `${origin}/csaf/`
  const of = { publisher: { namespace }, distributions: [{ directory_url: folder }] }
  const body = JSON.stringify({ metadata_version: '2.0', ...of })
  const list = `"2026/sa.json","${new Date().toISOString()}"\n`
  web.pages.set('/.well-known/csaf/provider-metadata.json', { body })
  web.pages.set('/csaf/changes.csv', { body: list }).set(PATH, { body: FIRST })
  const issuer = { namespace, addresses: [`${origin}/csaf/`] }
  const refused = await admin.ask<{ outcome: string; why: string }>('PUT', '/fleet/issuers', {
    ...{ ...issuer, keys: ['-----BEGIN PGP PUBLIC KEY BLOCK-----'] },
  })
  assert.deepEqual([refused.outcome, refused.why], ['refused', 'pin-malformed'])
  await admin.ask('PUT', '/fleet/issuers', {
    ...{ ...issuer, keys: [signer.publicKey], provider: `${origin}/.well-known/csaf/provider-metadata.json` },
  })
  const { issuers } = await admin.ask<{ issuers: { keys: string[] }[] }>('GET', '/fleet/advisories')
  assert.deepEqual(issuers[0]?.keys, [signer.fingerprint])
})

test('somebody else has signed: it does not count, and the phone goes on', async () => {
  await admin.ask('PUT', '/fleet/policy', { stopsAffected: true })
  assert.equal(await registers(), 200)
  await until('the phone is seen', seen)
  web.pages.set(`${PATH}.asc`, { body: stranger.sign(FIRST) })
  const { counts, feeds } = await poll()
  assert.deepEqual([counts, feeds[0]?.feed.missed], [0, [`${origin}${PATH}`]])
  const file = `/fleet/advisories?address=${encodeURIComponent(`${origin}${PATH}`)}`
  const signature = encodeURIComponent(stranger.sign(FIRST))
  const byHand = await admin.upload<object>(`${file}&signature=${signature}`, FIRST)
  assert.partialDeepStrictEqual(byHand, {
    outcome: 'refused',
    why: 'issuer-unproven',
    signature: 'bad-signature',
  })
  assert.equal(await registers(), 200)
})

test('the issuer has signed: it counts, and the policy stops the phone', async () => {
  web.pages.set(`${PATH}.asc`, { body: signer.sign(FIRST) })
  const { counts, acted } = await poll()
  assert.deepEqual([counts, acted?.stopped], [1, 1])
  assert.equal(await registers(), 403)
  assert.deepEqual((await poll()).counts, 0)
})
