// Mails to a real server on loopback: with and without TLS, signed in each way, refused at each step.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type WallTime, wallTime } from '@rufwerk/core'
import type { Mail } from '@rufwerk/messaging/mail'
import { type MailServer, type SignIn, SmtpSender } from '../src/index.ts'
import {
  newIdentity,
  openSmtpStub,
  openTokenStub,
  type SmtpStub,
  type StubOptions,
} from '../src/testing/index.ts'

const IDENTITY = newIdentity('127.0.0.1')
const MAIL: Mail = {
  to: 'jan@muster.example',
  subject: 'Neue Nachricht von Anna Groß – 0:42',
  text: 'Guten Tag\n.\nein Punkt\n',
  attachment: { fileName: 'Nachricht.wav', type: 'audio/wav', bytes: new Uint8Array([82, 73, 70, 70]) },
}
const PASSWORD: SignIn = { how: 'password', user: 'pbx', password: 'geheim "1"' }

function server(stub: Pick<SmtpStub, 'port'>, changes: Partial<MailServer> = {}): MailServer {
  return {
    ...{ host: '127.0.0.1', port: stub.port, security: 'tls', signIn: { how: 'nothing' } },
    from: { address: 'telefon@muster.example', name: 'Muster, Telefon "PBX"' },
    authorities: [IDENTITY.cert],
    ...changes,
  }
}

function newSender(now: () => WallTime = () => wallTime(0)) {
  const renewed: string[] = []
  const onRefreshToken = (token: string) => void renewed.push(token)
  return { renewed, sender: new SmtpSender({ wallTime: now, onRefreshToken }) }
}

async function failure(options: StubOptions, changes: Partial<MailServer>, mail = MAIL) {
  await using stub = await openSmtpStub(IDENTITY, options)
  const { sender } = newSender()
  const delivered = await sender.deliver(server(stub, changes), mail)
  assert.ok(!delivered.ok)
  return { ...delivered.error, lines: [...stub.lines] }
}

for (const tls of ['implicit', 'starttls', 'none'] as const) {
  test(`a mail with attachment arrives, TLS: ${tls}`, async () => {
    await using stub = await openSmtpStub(IDENTITY, { tls, user: 'pbx', secret: 'geheim "1"' })
    const security = tls === 'implicit' ? 'tls' : tls
    const delivered = await newSender().sender.deliver(server(stub, { security, signIn: PASSWORD }), MAIL)
    assert.ok(delivered.ok, JSON.stringify(delivered))
    const [mail] = stub.taken
    assert.ok(mail)
    assert.deepEqual([mail.from, mail.to], ['telefon@muster.example', ['jan@muster.example']])
    assert.deepEqual([mail.isEncrypted, mail.signedIn], [tls !== 'none', 'pbx'])
    assert.match(mail.text, /^Auto-Submitted: auto-generated\r$/m)
    assert.match(mail.text, /UklGRg==/)
    assert.match(mail.text, /filename="?Nachricht\.wav"?/)
    assert.equal(mail.text.match(/^(From|To|Subject): /gm)?.length, 3)
  })
}

test('without STARTTLS nothing is sent, neither password nor mail', async () => {
  const { code, sentence, lines } = await failure({ user: 'pbx' }, { security: 'starttls', signIn: PASSWORD })
  assert.equal(code, 'tls-missing')
  assert.match(sentence, /offers no STARTTLS on port \d+/)
  assert.ok(
    lines.every((line) => /^(EHLO|HELO|STARTTLS|QUIT|RSET)\b/i.test(line)),
    lines.join('\n'),
  )
})

test('a server that speaks no TLS from the start, or begins with it, is told apart', async () => {
  assert.equal((await failure({}, { security: 'tls' })).code, 'tls-wrong')
  await using stub = await openSmtpStub(undefined, { isMute: true })
  const delivered = await newSender().sender.deliver(server(stub), MAIL)
  assert.ok(!delivered.ok && ['failed', 'unreachable', 'tls-wrong'].includes(delivered.error.code))
})

test('a certificate of nobody known, or for another name, is refused before signing in', async () => {
  await using stub = await openSmtpStub(IDENTITY, { tls: 'implicit', user: 'pbx' })
  const unknown = await newSender().sender.deliver(server(stub, { authorities: [], signIn: PASSWORD }), MAIL)
  assert.ok(!unknown.ok && unknown.error.code === 'certificate', JSON.stringify(unknown))
  const other = newIdentity('mail.example')
  await using foreign = await openSmtpStub(other, { tls: 'starttls', user: 'pbx' })
  const authorities = [other.cert]
  const changes = { security: 'starttls', signIn: PASSWORD, authorities } as const
  const wrong = await newSender().sender.deliver(server(foreign, changes), MAIL)
  assert.ok(!wrong.ok && wrong.error.code === 'certificate', JSON.stringify(wrong))
  assert.ok(![...stub.lines, ...foreign.lines].some((line) => /AUTH/i.test(line)))
})

const refusals: readonly (readonly [
  step: 'MAIL' | 'RCPT' | 'DATA',
  answer: string,
  code: string,
  isFinal: boolean,
])[] = [
  ['MAIL', '550 5.7.60 not your address', 'sender', false],
  ['RCPT', '550 5.1.1 no such user', 'recipient', true],
  ['RCPT', '451 later', 'recipient', false],
  ['DATA', '554 spam', 'message', true],
  ['DATA', '452 full', 'message', false],
]
for (const [step, answer, code, isFinal] of refusals) {
  test(`${step} refused with ${answer} is ${code}, ${isFinal ? 'final' : 'to be tried again'}`, async () => {
    const refused = await failure({ tls: 'implicit', answers: { [step]: answer } }, {})
    assert.deepEqual([refused.code, refused.isFinal], [code, isFinal])
    assert.ok(refused.sentence.includes(answer.replace(/^\d+ /, '')), refused.sentence)
  })
}

test('wrong passwords, unknown names and closed ports are said as such', async () => {
  const options = { tls: 'implicit', user: 'pbx', secret: 'other' } as const
  const refused = await failure(options, { signIn: PASSWORD })
  assert.deepEqual([refused.code, refused.isFinal], ['sign-in', false])
  assert.ok(!refused.sentence.includes('geheim'))
  const closed = await openSmtpStub(undefined)
  await closed[Symbol.asyncDispose]()
  const { sender } = newSender()
  const nobody = await sender.deliver(server(closed), MAIL)
  assert.ok(!nobody.ok && nobody.error.code === 'unreachable', JSON.stringify(nobody))
  const unknown = await sender.deliver(server(closed, { host: 'mail.invalid' }), MAIL)
  assert.ok(!unknown.ok && unknown.error.code === 'name-unknown', JSON.stringify(unknown))
})

function oauth2(tokenUrl: string, refreshToken?: string): Extract<SignIn, { how: 'oauth2' }> {
  return {
    how: 'oauth2',
    user: 'telefon@muster.example',
    tokenUrl,
    clientId: 'client',
    clientSecret: 'streng geheim',
    scope: 'https://outlook.office365.com/.default',
    ...(refreshToken !== undefined && { refreshToken }),
  }
}

test('OAuth 2 by client credentials: a token is fetched, used and kept until it ends', async () => {
  await using issuer = await openTokenStub({ access_token: 'token-1', expires_in: 3600 })
  await using stub = await openSmtpStub(IDENTITY, {
    tls: 'starttls',
    user: 'telefon@muster.example',
    secret: 'token-1',
  })
  let now = 0
  const { sender } = newSender(() => wallTime(now))
  const signedIn = server(stub, { security: 'starttls', signIn: oauth2(issuer.url) })
  for (let count = 0; count < 2; count += 1) {
    const delivered = await sender.deliver(signedIn, MAIL)
    assert.ok(delivered.ok, JSON.stringify(delivered))
  }
  assert.equal(stub.taken.length, 2)
  assert.equal(stub.taken[0]?.signedIn, 'telefon@muster.example')
  assert.equal(issuer.asked.length, 1)
  assert.deepEqual(Object.fromEntries(issuer.asked[0] ?? []), {
    grant_type: 'client_credentials',
    client_id: 'client',
    client_secret: 'streng geheim',
    scope: 'https://outlook.office365.com/.default',
  })
  now = 3_541_000
  await sender.deliver(signedIn, MAIL)
  assert.equal(issuer.asked.length, 2)
})

test('OAuth 2 by a refresh token: another one that comes with the answer is handed on', async () => {
  await using issuer = await openTokenStub({
    access_token: 'token-1',
    expires_in: 3600,
    refresh_token: 'next',
  })
  await using stub = await openSmtpStub(IDENTITY, {
    tls: 'implicit',
    user: 'telefon@muster.example',
    secret: 'token-1',
  })
  const { sender, renewed } = newSender()
  const delivered = await sender.deliver(server(stub, { signIn: oauth2(issuer.url, 'first') }), MAIL)
  assert.ok(delivered.ok, JSON.stringify(delivered))
  assert.equal(issuer.asked[0]?.get('grant_type'), 'refresh_token')
  assert.equal(issuer.asked[0]?.get('refresh_token'), 'first')
  assert.deepEqual(renewed, ['next'])
})

test('no token, an odd one, a redirection, nobody there: a sentence without secrets', async () => {
  await using issuer = await openTokenStub({})
  await using stub = await openSmtpStub(IDENTITY, { tls: 'implicit' })
  const { sender } = newSender()
  const ask = async (url = issuer.url) => {
    const delivered = await sender.deliver(server(stub, { signIn: oauth2(url) }), MAIL)
    assert.ok(!delivered.ok && !delivered.error.isFinal)
    assert.ok(!JSON.stringify(delivered).includes('streng geheim'))
    return delivered.error
  }
  issuer.answer = {
    status: 401,
    body: '{"error":"invalid_client","error_description":"secret streng geheim"}',
  }
  const refused = await ask()
  assert.equal(refused.code, 'token-refused')
  assert.match(refused.sentence, /gave no token \(invalid_client\)/)
  for (const body of [
    '',
    'null',
    '[]',
    '{"access_token":"a\\r\\nRCPT TO:<x@y>"}',
    `{"access_token":"${'a'.repeat(70_000)}"}`,
  ]) {
    issuer.answer = { status: 200, body }
    assert.equal((await ask()).code, 'token-refused', body.slice(0, 40))
  }
  issuer.answer = { status: 302, body: '', location: 'http://127.0.0.1:1/' }
  assert.equal((await ask()).code, 'token-unreachable')
  assert.equal((await ask('http://127.0.0.1:1/token')).code, 'token-unreachable')
  assert.deepEqual(stub.lines, [])
})

test('abuse: what would be a second header, recipient or mail never leaves', async () => {
  await using stub = await openSmtpStub(IDENTITY, { tls: 'implicit' })
  const { sender } = newSender()
  const bad: readonly Partial<Mail>[] = [
    { to: 'jan@muster.example\r\nRCPT TO:<x@evil.example>' },
    { to: 'jan@muster.example, x@evil.example' },
    { subject: 'a\r\nBcc: x@evil.example' },
    { attachment: { fileName: 'a"\r\nX: y', type: 'audio/wav', bytes: new Uint8Array() } },
  ]
  for (const changes of bad) {
    const delivered = await sender.deliver(server(stub), { ...MAIL, ...changes })
    assert.ok(!delivered.ok && delivered.error.isFinal)
  }
  assert.deepEqual(stub.lines, [])
  const text = 'a\r\n.\r\nMAIL FROM:<x@evil.example>\r\n'
  assert.ok((await sender.deliver(server(stub), { ...MAIL, text })).ok)
  const subject = '=?utf-8?q?=0d=0aBcc:_x@evil.example?= "a" <b@c>; é'
  assert.ok((await sender.deliver(server(stub), { ...MAIL, subject })).ok)
  assert.equal(stub.taken.length, 2)
  for (const taken of stub.taken) {
    assert.deepEqual([taken.from, taken.to], ['telefon@muster.example', ['jan@muster.example']])
    assert.doesNotMatch(taken.text, /^Bcc:/im)
  }
})
