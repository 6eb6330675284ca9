// Mail of a company: its settings are sealed, survive a start, keep their secrets to themselves; mails wait.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { MailSettings } from '@rufwerk/contract/mail'
import { type Ms, type PersonId, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import { newIdentity, openSmtpStub, openTokenStub } from '@rufwerk/mail/testing'
import { MailOffice } from '../../src/mail/mail-office.ts'

const IDENTITY = newIdentity('127.0.0.1')
const TENANT = 'tenant-1' as TenantId
const ADMIN = 'person-1' as PersonId
const MAIL = { to: 'anna@muster.example', subject: 'Neue Nachricht', text: 'Guten Tag\n' }

const stub = await openSmtpStub(IDENTITY, { tls: 'implicit', user: 'pbx', secret: 'geheim' })
after(() => stub[Symbol.asyncDispose]())

const SETTINGS: MailSettings = {
  ...{ host: '127.0.0.1', port: stub.port, security: 'tls', fromAddress: 'pbx@muster.example' },
  authorities: [IDENTITY.cert],
  signIn: { how: 'password', user: 'pbx', password: 'geheim' },
}

/** One run over a store that outlives it. */
function run(stored = new Map<string, string>(), isFull = false) {
  const timers: { delay: Ms; callback: () => void }[] = []
  const office = new MailOffice({
    store: {
      setting: async (name) => stored.get(name),
      saveSetting: async (name, value) => {
        if (!isFull) stored.set(name, value)
        return !isFull
      },
    },
    key: new Uint8Array(32).fill(3),
    timers: {
      arm: (delay, callback) => {
        const timer = { delay, callback }
        timers.push(timer)
        return { [Symbol.dispose]: () => void timers.splice(timers.indexOf(timer), 1) }
      },
    },
    wallTime: () => wallTime(0),
    log: SILENT_LOG,
  })
  return { office, stored, timers }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries += 1) {
    assert.ok(tries < 500, 'it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('settings are stored sealed, read by the next run, and shown without secrets', async () => {
  const { office, stored } = run()
  await office.open(TENANT)
  assert.equal(office.state(TENANT).server, undefined)
  assert.ok((await office.change(TENANT, SETTINGS, ADMIN)).ok)
  assert.ok(!JSON.stringify([...stored]).match(/geheim|pbx/))
  const next = run(stored).office
  await next.open(TENANT)
  const { server } = next.state(TENANT)
  assert.deepEqual(server, { ...SETTINGS, signIn: { how: 'password', user: 'pbx' } })
  assert.ok((await next.test(TENANT, 'jan@muster.example', 'de')).ok)
  assert.match(stub.taken.at(-1)?.text ?? '', /Testmail/)
  const foreign = run(new Map([['mail tenant-2', stored.get('mail tenant-1') ?? '']])).office
  await foreign.open('tenant-2' as TenantId)
  assert.equal(foreign.state('tenant-2' as TenantId).server, undefined)
})

test('a mail is sent by the mailer of its tenant; another has none', async () => {
  const { office } = run()
  await office.open(TENANT)
  const early = await office.mailerOf(TENANT).send(MAIL)
  assert.ok(!early.ok && early.error.code === 'not-set-up')
  await office.change(TENANT, SETTINGS, ADMIN)
  const before = stub.taken.length
  assert.ok((await office.mailerOf(TENANT).send(MAIL)).ok)
  await until(() => stub.taken.length > before)
  assert.ok(!(await office.mailerOf('tenant-2' as TenantId).send(MAIL)).ok)
  await until(() => office.size() === 0)
})

test('a password is kept for the same server and user only', async () => {
  const { office } = run()
  await office.change(TENANT, SETTINGS, ADMIN)
  const without = { ...SETTINGS, signIn: { how: 'password', user: 'pbx' } } as const
  assert.ok((await office.change(TENANT, { ...without, fromName: 'Telefon' }, ADMIN)).ok)
  assert.ok((await office.test(TENANT, MAIL.to, 'en')).ok)
  const elsewhere: Partial<MailSettings>[] = [
    { host: 'evil.example' },
    { port: 4_465 },
    { security: 'starttls' },
    { authorities: [] },
    { signIn: { how: 'password', user: 'other' } },
  ]
  for (const changes of elsewhere) {
    const changed = await office.change(TENANT, { ...without, ...changes }, ADMIN)
    assert.ok(!changed.ok && typeof changed.error === 'object' && changed.error.field === 'signIn.password')
  }
})

test("a mail server of one's own is trusted by the authority that is named, and by no other", async () => {
  const { office } = run()
  const deliver = async (authorities: string[] | undefined) => {
    const { authorities: _known, ...rest } = SETTINGS
    assert.ok((await office.change(TENANT, { ...rest, ...(authorities && { authorities }) }, ADMIN)).ok)
    const tested = await office.test(TENANT, MAIL.to, 'en')
    return tested.ok ? 'taken' : tested.error.code
  }
  assert.equal(await deliver([IDENTITY.cert]), 'taken')
  assert.deepEqual(office.state(TENANT).server?.authorities, [IDENTITY.cert])
  assert.equal(await deliver(undefined), 'certificate')
  assert.equal(await deliver([newIdentity('127.0.0.1').cert]), 'certificate')
  for (const wrong of ['-----BEGIN CERTIFICATE-----', `${IDENTITY.cert}\n${IDENTITY.cert}`, 'x']) {
    const changed = await office.change(TENANT, { ...SETTINGS, authorities: [wrong] }, ADMIN)
    assert.ok(!changed.ok && typeof changed.error === 'object' && changed.error.field === 'authorities')
  }
})

test('mails that wait are tried when the settings change, and forgotten when these are removed', async () => {
  const { office, timers } = run()
  const wrong = { ...SETTINGS, signIn: { how: 'password', user: 'pbx', password: 'wrong' } } as const
  await office.change(TENANT, wrong, ADMIN)
  assert.ok((await office.mailerOf(TENANT).send(MAIL)).ok)
  await until(() => timers.length === 1)
  assert.equal(office.state(TENANT).failure?.code, 'sign-in')
  assert.equal(office.state(TENANT).waiting, 1)
  const before = stub.taken.length
  await office.change(TENANT, SETTINGS, ADMIN)
  await until(() => stub.taken.length > before && office.size() === 0)
  assert.equal(office.state(TENANT).failure, undefined)
  await office.change(TENANT, wrong, ADMIN)
  await office.mailerOf(TENANT).send(MAIL)
  await until(() => timers.length === 1)
  assert.ok(await office.remove(TENANT, ADMIN))
  assert.deepEqual([office.size(), timers.length], [0, 0])
  assert.ok(!(await office.mailerOf(TENANT).send(MAIL)).ok)
})

test('a renewed refresh token is kept over a start', async () => {
  await using issuer = await openTokenStub({
    access_token: 'geheim',
    expires_in: 60,
    refresh_token: 'second',
  })
  const { office, stored } = run()
  const signIn = {
    how: 'oauth2',
    user: 'pbx',
    tokenUrl: issuer.url,
    clientId: 'c',
    clientSecret: 's',
    scope: 'x',
    refreshToken: 'first',
  } as const
  await office.change(TENANT, { ...SETTINGS, signIn }, ADMIN)
  assert.ok((await office.test(TENANT, MAIL.to, 'de')).ok)
  const next = run(stored).office
  await next.open(TENANT)
  assert.ok((await next.test(TENANT, MAIL.to, 'de')).ok)
  assert.deepEqual(
    issuer.asked.map((form) => form.get('refresh_token')),
    ['first', 'second'],
  )
})

test('a refresh token that comes for settings of before is not given to those of now', async () => {
  await using issuer = await openTokenStub({ access_token: 'a', expires_in: 60, refresh_token: 'second' })
  const { office, stored } = run()
  const signIn = {
    ...({ how: 'oauth2', user: 'pbx', clientId: 'c', clientSecret: 's', scope: 'x' } as const),
    tokenUrl: issuer.url,
    refreshToken: 'first',
  } as const
  await office.change(TENANT, { ...SETTINGS, signIn }, ADMIN)
  const test = office.test(TENANT, MAIL.to, 'de')
  const other = { ...signIn, clientId: 'other', refreshToken: 'of the other' }
  assert.ok((await office.change(TENANT, { ...SETTINGS, signIn: other }, ADMIN)).ok)
  await test
  const next = run(stored).office
  await next.open(TENANT)
  await next.test(TENANT, MAIL.to, 'de')
  assert.deepEqual(
    issuer.asked.map((form) => form.get('refresh_token')),
    ['first', 'of the other'],
  )
})

test('a disk that is full changes nothing, and says so', async () => {
  const { office } = run(new Map(), true)
  await office.open(TENANT)
  const changed = await office.change(TENANT, SETTINGS, ADMIN)
  assert.ok(!changed.ok && changed.error === 'not-stored')
  assert.equal(office.state(TENANT).server, undefined)
  assert.equal(await office.remove(TENANT, ADMIN), false)
})

test('mail that the server does not take is found by admins, until it is taken', async () => {
  const { office } = run()
  await office.open(TENANT)
  const wrong = { how: 'password', user: 'pbx', password: 'falsch' } as const
  await office.change(TENANT, { ...SETTINGS, signIn: wrong }, ADMIN)
  assert.deepEqual(office.findings(), [])
  assert.ok((await office.mailerOf(TENANT).send(MAIL)).ok)
  await until(() => office.findings().length > 0)
  const [found] = office.findings()
  assert.deepEqual([found?.kind, found?.severity, found?.values.waiting], ['mail-failing', 'warning', 1])
  assert.match(`${found?.message}`, /did not accept the user name or the password/)
  assert.doesNotMatch(JSON.stringify(found), /falsch/)
  await office.change(TENANT, SETTINGS, ADMIN)
  await until(() => office.findings().length === 0)
  assert.equal(office.size(), 0)
  const other = run().office
  await other.change(TENANT, { ...SETTINGS, signIn: wrong }, ADMIN)
  await other.mailerOf(TENANT).send(MAIL)
  await until(() => other.findings().length > 0)
  await other.remove(TENANT, ADMIN)
  assert.deepEqual(other.findings(), [], 'Without a server nothing fails.')
})
