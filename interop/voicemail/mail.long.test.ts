// A message that a real phone leaves goes out by a real SMTP conversation with TLS, with the caller's tone in
// its attachment. The twins: a certificate that nobody knows and a wrong password send nothing, raise an
// alarm and leave the message in its box. The password is in no log and no answer.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { newIdentity, openSmtpStub, type SmtpStub } from '@rufwerk/mail/testing'
import { Baresip } from '../support/baresip.ts'
import { Server } from '../support/server.ts'
import { measured, Unheard } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { readWav } from '../support/wav.ts'
import { type Message, messagesOf, soundOf, toneMs } from './messages.ts'

const ADA_HZ = 600
/** From the key to the message: the beep, and what a machine that stands still takes. */
const BEGIN_MS_MAX = 3_000
const MESSAGE_MS = 4_000
const SHARE_MIN = 0.9
const ALARM_MS_MAX = 20_000
const HOST = '127.0.0.1'
const USER = 'pbx'
const PASSWORD = 'kein-geheimnis-im-protokoll'
const WRONG_PASSWORD = 'falsches-geheimnis'
const OWNER = 'ben@example.com'

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-mail-test-'))
const trusted = newIdentity(HOST)
const post = { tls: 'starttls', user: USER, secret: PASSWORD } as const
const known = await openSmtpStub(trusted, post)
const stranger = await openSmtpStub(newIdentity(HOST), post)

const server = await Server.start(['--ring-seconds', '2'])
test.after(async () => {
  await server.stop()
  await Promise.all([known[Symbol.asyncDispose](), stranger[Symbol.asyncDispose]()])
  rmSync(folder, { recursive: true })
})
const { admin } = server
const [benPerson = admin] = server.colleagues
const ben = await benPerson.id()
const mail = { to: OWNER, attachesSound: true, deletesAfter: false }
await admin.ask('POST', '/voicemail/boxes', {
  name: 'Ben',
  kind: 'personal',
  owners: [ben],
  pin: '2580',
  mail,
})
const ada = await Baresip.start(await admin.addPhone('Ada'), { transport: 'udp', toneHz: ADA_HZ })
test.after(() => ada.stop())

interface Tested {
  readonly isTaken: boolean
  readonly failure?: { readonly code: string; readonly sentence: string }
}

const useMail = ({ port }: SmtpStub, password = PASSWORD) =>
  admin.ask('PUT', '/mail', {
    ...{ host: HOST, port, security: 'starttls', fromAddress: 'pbx@example.com' },
    // As somebody does whose mail server has a certificate of the house.
    authorities: [trusted.cert],
    signIn: { how: 'password', user: USER, password },
  })
const testMail = () => admin.ask<Tested>('POST', '/mail/test', { to: 'ada@example.com' })
const alarms = async (): Promise<readonly string[]> => {
  const { alarms: all } = await admin.ask<{ alarms: { kind: string; message: string }[] }>('GET', '/alarms')
  return all.filter(({ kind }) => kind === 'mail-failing').map(({ message }) => message)
}
const toOwner = () => known.taken.filter(({ to }) => to.includes(OWNER))

/** Ada leaves her tone with Ben, who has no phone. */
async function leave(): Promise<Message> {
  const before = new Set((await messagesOf(benPerson, ben)).map(({ id }) => id))
  const talks = ada.count('CALL_ESTABLISHED')
  ada.dial('101')
  await ada.waitFor('CALL_ESTABLISHED', talks + 1)
  await sleep(1_000)
  ada.press('#')
  await sleep(BEGIN_MS_MAX + MESSAGE_MS)
  ada.hangUp()
  return until('the message', async () =>
    (await messagesOf(benPerson, ben)).find(({ id }) => !before.has(id)),
  )
}

/** How much of the attached sound is the tone, in ms. */
function attachedMs(text: string): number {
  const [, encoded] = /Content-Type: audio\/wav[^\0]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/i.exec(text) ?? []
  assert.ok(encoded, text.slice(0, 2_000))
  const file = join(folder, 'attached.wav')
  writeFileSync(file, Buffer.from(encoded, 'base64'))
  return toneMs(readWav(file), ADA_HZ)
}

function assertNoSecrets(): void {
  const plain = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64')
  for (const secret of [PASSWORD, WRONG_PASSWORD, plain])
    assert.ok(!server.log.includes(secret), `${secret} is in the log`)
}

test('a message is mailed with its sound; the test says that the server takes it', async (t) => {
  await useMail(known)
  assert.deepEqual(await testMail(), { isTaken: true })
  await measured(async () => {
    const before = toOwner().length
    const message = await leave()
    const sent = await until('the mail', () => toOwner()[before], ALARM_MS_MAX)
    assert.deepEqual([sent.isEncrypted, sent.signedIn, sent.from], [true, USER, 'pbx@example.com'])
    assert.match(sent.text, /100|Ada/)
    const tone = attachedMs(sent.text)
    t.diagnostic(`${Math.round(tone)} ms of the tone in the attachment of ${sent.text.length} bytes`)
    if (tone < SHARE_MIN * MESSAGE_MS) throw new Unheard(`${tone} ms of the tone in the attachment`)
    const kept = (await messagesOf(benPerson, ben)).find(({ id }) => id === message.id)
    assert.ok(kept, 'The message stays in the box.')
  })
  assert.deepEqual(await alarms(), [])
  assert.ok(!JSON.stringify(await admin.ask('GET', '/mail')).includes(PASSWORD))
  assertNoSecrets()
})

test('a wrong certificate or password: no mail, an alarm, the message stays and goes out later', async () => {
  for (const [to, password, code] of [
    [stranger, PASSWORD, 'certificate'],
    [known, WRONG_PASSWORD, 'sign-in'],
  ] as const) {
    const before = toOwner().length
    await useMail(to, password)
    const tested = await testMail()
    assert.deepEqual([tested.isTaken, tested.failure?.code], [false, code])
    const message = await leave()
    const [alarm = ''] = await until(
      'the alarm',
      async () => {
        const standing = await alarms()
        return standing.length > 0 && standing
      },
      ALARM_MS_MAX,
    )
    assert.ok(alarm.includes(tested.failure?.sentence.slice(0, 40) ?? '?'), alarm)
    assert.equal(toOwner().length, before)
    const left = toneMs(await soundOf(server, benPerson, message), ADA_HZ)
    assert.ok(left > 0, 'The message is there, with its tone.')
    await useMail(known)
    await until('the mail, late', () => toOwner().length > before, ALARM_MS_MAX)
    await until('the end of the alarm', async () => (await alarms()).length === 0, ALARM_MS_MAX)
  }
  assert.deepEqual(stranger.taken, [])
  assert.ok(!stranger.lines.some((line) => /AUTH|MAIL|RCPT/i.test(line)), 'A stranger is told nothing.')
  assertNoSecrets()
})
