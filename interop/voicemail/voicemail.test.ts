// A message from one real phone to another, with measured sound: nobody answers, the greeting is heard, a
// tone is left; the lamp of a subscriber changes; the owner hears that tone by phone, and the API gives it
// as a file.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { Server } from '../support/server.ts'
import { startSipp } from '../support/sipp.ts'
import { measured, Unheard } from '../support/sound.ts'
import { heard } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'
import { messagesOf, soundOf, toneMs } from './messages.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const GREETING_MS = 1_500
/** From the key to the message: the beep, and what a machine that stands still takes. */
const BEGIN_MS_MAX = 3_000
const MESSAGE_MS = 4_000
/** Of what was left, and of what is heard of it: pauses of jitter buffers at both ends cost a little. */
const SHARE_MIN = 0.9
const HEARD_MS_MAX = 30_000

const server = await Server.start(['--ring-seconds', '2'])
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues
const accounts = {
  ada: await server.admin.addPhone('Ada'),
  ben: await benPerson.addPhone('Ben'),
  lamp: await benPerson.addPhone('Lamp of Ben'),
  cleo: await cleoPerson.addPhone('Cleo'),
}
test.after(() => server.stop())

test('a tone that is left is heard by the owner, by phone and as a file; the lamp shows it', async (t) => {
  const ben = await benPerson.id()
  const box = { name: 'Ben', kind: 'personal', owners: [ben], pin: '2580' }
  await server.admin.ask('POST', '/voicemail/boxes', box)
  const phones = {
    ada: await Baresip.start(accounts.ada, { transport: 'udp', toneHz: ADA_HZ }),
    ben: await Baresip.start(accounts.ben, { transport: 'udp', toneHz: BEN_HZ, answers: 'manual' }),
  }
  t.after(() => Promise.all([phones.ada.stop(), phones.ben.stop()]))
  await measured(async () => {
    for (const { id } of await messagesOf(benPerson, ben))
      await benPerson.ask('DELETE', `/voicemail/messages/${id}`)
    const lamp = startSipp({
      scenario: 'uac-subscribe-messages-expect-lamp',
      account: accounts.lamp,
      transport: 'udp',
      port: await freePorts(1),
      dials: '101',
    })
    try {
      const left = await leave(phones)
      const listened = await hearMessage(phones.ben, left)
      await until('the message is old', async () => (await messagesOf(benPerson, ben))[0]?.readAt)
      phones.ben.hangUp()
      await lamp.succeeded()
      t.diagnostic(`left ${left} ms, heard by phone ${listened} ms`)
    } finally {
      phones.ben.hangUp()
      await lamp.stop()
    }
  })
})

/** Ada leaves her tone with Ben; how much of it is in the file, in ms. */
async function leave(phones: { readonly ada: Baresip; readonly ben: Baresip }): Promise<number> {
  const [rings, talks] = [phones.ben.count('CALL_INCOMING'), phones.ada.count('CALL_ESTABLISHED')]
  phones.ada.dial('101')
  await phones.ben.waitFor('CALL_INCOMING', rings + 1)
  await phones.ada.waitFor('CALL_ESTABLISHED', talks + 1)
  const greeting = heard(await phones.ada.listen(GREETING_MS), ADA_HZ)
  phones.ada.press('#')
  await sleep(BEGIN_MS_MAX + MESSAGE_MS)
  phones.ada.hangUp()
  const ben = await benPerson.id()
  const message = await until('the message', async () => (await messagesOf(benPerson, ben))[0])
  assert.equal(message.from, '100')
  const { lengthMs } = message
  const left = toneMs(await soundOf(server, benPerson, message), ADA_HZ)
  if (greeting.silent === greeting.windows) throw new Unheard('no greeting')
  if (lengthMs <= MESSAGE_MS || lengthMs >= 2 * BEGIN_MS_MAX + MESSAGE_MS) throw new Unheard(`${lengthMs} ms`)
  if (left < SHARE_MIN * MESSAGE_MS) throw new Unheard(`${left} ms of the tone in the file`)
  return left
}

/** Ben calls his box and hears the message; how much of its tone, in ms. */
async function hearMessage(phone: Baresip, left: number): Promise<number> {
  const talks = phone.count('CALL_ESTABLISHED')
  phone.dial('*97')
  await phone.waitFor('CALL_ESTABLISHED', talks + 1)
  await sleep(500)
  phone.press('1')
  const from = phone.heard().samples.length
  let saidMs = 0
  const enough = await until(
    'the tone by phone',
    () => {
      const { rate, samples } = phone.heard()
      saidMs = toneMs({ rate, samples: samples.subarray(from) }, ADA_HZ)
      return saidMs >= SHARE_MIN * left
    },
    HEARD_MS_MAX,
  ).catch(() => false)
  if (!enough) throw new Unheard(`${saidMs} ms of ${left} ms by phone`)
  return saidMs
}

test('who is not the owner finds no message, and no menu without the PIN', async (t) => {
  const ben = await benPerson.id()
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
  const ben = await benPerson.id()
  const [message] = await messagesOf(benPerson, ben)
  assert.ok(message)
  await benPerson.ask('DELETE', `/voicemail/messages/${message.id}`)
  assert.deepEqual(await messagesOf(benPerson, ben), [])
  await assert.rejects(benPerson.ask('GET', `/voicemail/messages/${message.id}/sound`), /answered 404/)
})
