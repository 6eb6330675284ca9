// Whom the request for a token trusts, over real TLS: the authorities of the settings and those of Node, for
// the name that was asked. Nobody else learns the secret of the client.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ms, wallTime } from '@rufwerk/core'
import { type MailServer, SmtpSender } from '../src/index.ts'
import { type Identity, newIdentity, openSmtpStub, openTokenStub } from '../src/testing/index.ts'
import { postForm } from '../src/token-request.ts'

const HOST = '127.0.0.1'
const HOUSE = newIdentity(HOST)
const STRANGER = newIdentity(HOST)
const OTHER_NAME = newIdentity('login.example')
const PUBLIC = newIdentity(HOST)
// As an issuer whose authority everybody knows, such as Microsoft's.
setDefaultCACertificates([...getCACertificates('default'), PUBLIC.cert])

const GRANT = { access_token: 'token-1', expires_in: 3600 }
const FORM = new URLSearchParams({ client_secret: 'streng geheim' })
const MAIL = { to: 'jan@muster.example', subject: 'Neue Nachricht', text: 'Guten Tag\n' }

/** A mail through a server of the house, by a token of `issuer`; how that went, and what was asked. */
async function deliver(issuer: Identity, authorities: readonly string[], mailServer = HOUSE) {
  await using tokens = await openTokenStub(GRANT, issuer)
  const user = 'telefon@muster.example'
  await using post = await openSmtpStub(mailServer, { tls: 'implicit', user, secret: 'token-1' })
  const server: MailServer = {
    ...{ host: HOST, port: post.port, security: 'tls', from: { address: user }, authorities },
    signIn: {
      ...{ how: 'oauth2', user, tokenUrl: tokens.url, scope: 'x' },
      ...{ clientId: 'client', clientSecret: 'streng geheim' },
    },
  }
  const delivered = await new SmtpSender({ wallTime: () => wallTime(0) }).deliver(server, MAIL)
  return {
    code: delivered.ok ? 'taken' : delivered.error.code,
    sentence: delivered.ok ? '' : delivered.error.sentence,
    asked: tokens.asked.length,
    taken: post.taken.length,
  }
}

test("an issuer of one's own is trusted by the authority that the settings name", async () => {
  const { code, asked, taken } = await deliver(HOUSE, [HOUSE.cert])
  assert.deepEqual([code, asked, taken], ['taken', 1, 1])
})

for (const [why, issuer, authorities] of [
  ['no authority is named', HOUSE, []],
  ['another authority is named', STRANGER, [HOUSE.cert]],
  ['its certificate is for another name', OTHER_NAME, [HOUSE.cert, OTHER_NAME.cert]],
] as const)
  test(`an issuer is asked nothing when ${why}`, async () => {
    const { code, sentence, asked, taken } = await deliver(issuer, authorities)
    assert.deepEqual([code, asked, taken], ['token-certificate', 0, 0], sentence)
    assert.match(sentence, /^127\.0\.0\.1:\d+ was not asked for a token: its certificate/)
  })

test('an issuer with a certificate that everybody knows is trusted beside the named authority', async () => {
  const { code, asked, taken } = await deliver(PUBLIC, [HOUSE.cert])
  assert.deepEqual([code, asked, taken], ['taken', 1, 1])
  assert.equal((await deliver(PUBLIC, [], PUBLIC)).code, 'taken')
  // The mail server is trusted by the named authority alone, as before.
  assert.equal((await deliver(PUBLIC, [HOUSE.cert], PUBLIC)).code, 'certificate')
})

test('a token that was got by one authority is not used under another', async () => {
  await using tokens = await openTokenStub(GRANT, HOUSE)
  const sender = new SmtpSender({ wallTime: () => wallTime(0) })
  const user = 'telefon@muster.example'
  await using post = await openSmtpStub(PUBLIC, { tls: 'implicit', user, secret: 'token-1' })
  const by = (authorities: readonly string[]) =>
    sender.deliver(
      {
        ...{ host: HOST, port: post.port, security: 'tls', from: { address: user }, authorities },
        signIn: {
          ...{ how: 'oauth2', user, tokenUrl: tokens.url, scope: 'x' },
          ...{ clientId: 'client', clientSecret: 'streng geheim' },
        },
      },
      MAIL,
    )
  assert.ok((await by([HOUSE.cert, PUBLIC.cert])).ok)
  assert.ok((await by([HOUSE.cert, PUBLIC.cert])).ok)
  assert.equal(tokens.asked.length, 1)
  const refused = await by([PUBLIC.cert])
  assert.ok(!refused.ok && refused.error.code === 'token-certificate', JSON.stringify(refused))
})

test('an answer over TLS is limited in time and length, and is no redirection', async () => {
  await using tokens = await openTokenStub(GRANT, HOUSE)
  const ask = (timeout = 5_000) =>
    postForm(tokens.url, FORM, { authorities: [HOUSE.cert], timeout: ms(timeout) })
  assert.deepEqual(await ask(), { status: 200, text: JSON.stringify(GRANT) })
  assert.equal(tokens.asked[0]?.get('client_secret'), 'streng geheim')
  tokens.answer = { status: 200, body: 'a'.repeat(70_000) }
  assert.deepEqual(await ask(), { status: 200, text: undefined })
  tokens.answer = { status: 200, body: '{"access', isStuck: true }
  await assert.rejects(ask(300))
  for (const status of [301, 302, 303, 307, 308]) {
    tokens.answer = { status, body: '', location: tokens.url }
    const before = tokens.asked.length
    await assert.rejects(ask(), /redirection/)
    assert.equal(tokens.asked.length, before + 1)
  }
})
