// A message from one real phone to another, with measured sound: nobody answers, the greeting is heard, a
// tone is left; the lamp of a subscriber changes; the owner hears that tone by phone, and the API gives it
// as a file.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { type Person, Server } from '../support/server.ts'
import { startSipp } from '../support/sipp.ts'
import { heard, windowsOf } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'
import { readWav, type Sound } from '../support/wav.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const GREETING_MS = 1_500
/** From the key to the message: the beep, and what a machine that stands still takes. */
const BEGIN_MS_MAX = 3_000
const MESSAGE_MS = 4_000
/** Of what was left, and of what is heard of it: pauses of jitter buffers at both ends cost a little. */
const SHARE_MIN = 0.8

interface Message {
  readonly id: string
  readonly lengthMs: number
  readonly from?: string
  readonly readAt?: number
}

const server = await Server.start(['--ring-seconds', '2'])
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues
const accounts = {
  ada: await server.admin.addPhone('Ada'),
  ben: await benPerson.addPhone('Ben'),
  lamp: await benPerson.addPhone('Lamp of Ben'),
  cleo: await cleoPerson.addPhone('Cleo'),
}
test.after(() => server.stop())

async function idOf(person: Person): Promise<string> {
  return (await person.ask<{ person: { id: string } }>('GET', '/session')).person.id
}

async function messagesOf(person: Person, box: string): Promise<readonly Message[]> {
  return (await person.ask<{ messages: Message[] }>('GET', `/voicemail/messages?box=${box}`)).messages
}

async function soundOf(person: Person, message: Message): Promise<Sound> {
  const { name, value } = person.cookie
  const headers = { cookie: `${name}=${value}` }
  const answer = await fetch(`${server.origin}/api/v1/voicemail/messages/${message.id}/sound`, { headers })
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'audio/wav'])
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-message-'))
  const file = join(folder, 'message.wav')
  writeFileSync(file, new Uint8Array(await answer.arrayBuffer()))
  const sound = readWav(file)
  rmSync(folder, { recursive: true })
  return sound
}

/** How much of a sound is a tone, in ms. */
function toneMs(sound: Sound, hertz: number): number {
  const windows = windowsOf(sound)
  return heard(windows, hertz).share * windows.length * 200
}

test('a tone that is left is heard by the owner, by phone and as a file; the lamp shows it', async (t) => {
  const ben = await idOf(benPerson)
  const box = { name: 'Ben', kind: 'personal', owners: [ben], pin: '2580' }
  await server.admin.ask('POST', '/voicemail/boxes', box)
  const lamp = startSipp({
    scenario: 'uac-subscribe-messages-expect-lamp',
    account: accounts.lamp,
    transport: 'udp',
    port: await freePorts(1),
    dials: '101',
  })
  const adaPhone = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: ADA_HZ })
  const benPhone = await Baresip.start(accounts.ben, { transport: 'udp', toneHz: BEN_HZ, answers: 'manual' })
  t.after(() => Promise.all([adaPhone.stop(), benPhone.stop(), lamp.stop()]))

  adaPhone.dial('101')
  await benPhone.waitFor('CALL_INCOMING')
  await adaPhone.waitFor('CALL_ESTABLISHED')
  const greeting = heard(await adaPhone.listen(GREETING_MS), ADA_HZ)
  assert.ok(greeting.silent < greeting.windows, 'a greeting is heard')
  adaPhone.press('#')
  await sleep(BEGIN_MS_MAX + MESSAGE_MS)
  adaPhone.hangUp()
  const [message] = await until('the message', async () => {
    const messages = await messagesOf(benPerson, ben)
    return messages.length > 0 ? messages : undefined
  })
  assert.ok(message)
  assert.equal(message.from, '100')
  const { lengthMs } = message
  assert.ok(lengthMs > MESSAGE_MS && lengthMs < 2 * BEGIN_MS_MAX + MESSAGE_MS, `${lengthMs} ms`)

  const file = await soundOf(benPerson, message)
  const left = toneMs(file, ADA_HZ)
  assert.ok(left >= SHARE_MIN * MESSAGE_MS, `${left} ms of the tone in the file`)

  benPhone.dial('*97')
  await benPhone.waitFor('CALL_ESTABLISHED')
  await sleep(500)
  benPhone.press('1')
  const from = benPhone.heard().samples.length
  const listened = await until(
    'the tone by phone',
    async () => {
      const { rate, samples } = benPhone.heard()
      const toldMs = toneMs({ rate, samples: samples.subarray(from) }, ADA_HZ)
      return toldMs >= SHARE_MIN * left ? toldMs : undefined
    },
    30_000,
  )
  await until('the message is old', async () => (await messagesOf(benPerson, ben))[0]?.readAt)
  benPhone.hangUp()
  await lamp.succeeded()
  t.diagnostic(`left ${left} ms, heard by phone ${listened} ms, file ${message.lengthMs} ms`)
})

test('who is not the owner finds no message, and no menu without the PIN', async (t) => {
  const ben = await idOf(benPerson)
  const [message] = await messagesOf(benPerson, ben)
  assert.ok(message)
  for (const other of [server.admin, cleoPerson]) {
    await assert.rejects(messagesOf(other, ben), /404/)
    for (const [method, path, body] of [
      ['GET', `/voicemail/messages/${message.id}/sound`],
      ['DELETE', `/voicemail/messages/${message.id}`],
      ['PUT', `/voicemail/messages/${message.id}`, { isRead: true }],
    ] as const)
      await assert.rejects(other.ask(method, path, body), /answered 404/)
  }
  const cleo = await Baresip.start(accounts.cleo, { transport: 'udp', toneHz: BEN_HZ })
  t.after(() => cleo.stop())
  cleo.dial('*97101')
  await cleo.waitFor('CALL_ESTABLISHED')
  await sleep(500)
  for (const key of '1111#') {
    cleo.press(key)
    await sleep(300)
  }
  const said = heard(await cleo.listen(3_000), ADA_HZ)
  assert.ok(said.silent < said.windows, 'something is said')
  assert.ok(said.share < 0.1, 'and it is not the message')
  cleo.hangUp()
})

test('a message that is deleted is gone with its file', async () => {
  const ben = await idOf(benPerson)
  const [message] = await messagesOf(benPerson, ben)
  assert.ok(message)
  await benPerson.ask('DELETE', `/voicemail/messages/${message.id}`)
  assert.deepEqual(await messagesOf(benPerson, ben), [])
  await assert.rejects(benPerson.ask('GET', `/voicemail/messages/${message.id}/sound`), /answered 404/)
})
