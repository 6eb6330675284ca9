// *58: an admin calls in from a real phone and speaks an announcement, a second phone hears its tone instead
// of the built-in words. Who is no admin, has no box or does not know the PIN records nothing.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type Person, Server } from '../support/server.ts'
import { measured, Unheard } from '../support/sound.ts'
import { toneShare } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'
import type { Sound } from '../support/wav.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
const PIN = '2580'
const KEY_MS = 400
/** From the PIN to the tone after which is spoken. */
const BEGIN_MS_MAX = 6_000
const SPEAK_MS = 4_000
const CALL_MS_MAX = 40_000
const THERE = 0.9
const NOT_THERE = 0.2

const server = await Server.start()
test.after(() => server.stop())
const { admin } = server
const [benPerson = admin, cleoPerson = admin] = server.colleagues

const WEEK = {
  ...{ timeZone: 'Europe/Berlin', opens: [], breaks: [], exceptions: [] },
  holidays: { parts: [], own: [] },
}
/** 400 announces `prompt`. */
const announce = (prompt: string) => {
  const target = { to: 'announcement', prompt }
  return server.usePlan({
    codes: [{ code: '*58', does: 'recordPrompt' }],
    schedules: [{ id: 'week', schedule: WEEK }],
    flows: [
      { kind: 'hours', id: 'office', extension: '400', schedule: 'week', open: target, closed: target },
    ],
  })
}
await announce('closed')
for (const person of [admin, benPerson])
  await admin.ask('POST', '/voicemail/boxes', {
    ...{ name: 'Own', kind: 'personal', owners: [await person.id()], pin: PIN },
  })

const phoneOf = async (person: Person, toneHz: number) =>
  Baresip.start(await person.addPhone('Desk'), { transport: 'udp', toneHz })
const phones = {
  ada: await phoneOf(admin, ADA_HZ),
  ben: await phoneOf(benPerson, BEN_HZ),
  cleo: await phoneOf(cleoPerson, CLEO_HZ),
}
test.after(() => Promise.all(Object.values(phones).map((phone) => phone.stop())))

/** The share of a tone in the loudest second of what was heard. */
function shareOf({ rate, samples }: Sound, hertz: number): number {
  let best = 0
  for (let from = 0; from + rate <= samples.length; from += rate / 2)
    best = Math.max(best, toneShare(samples.subarray(from, from + rate), rate, hertz))
  return best
}

const ownPrompts = async (): Promise<readonly string[]> => {
  const { prompts } = await admin.ask<{ prompts: { file: string; own?: object }[] }>('GET', '/prompts')
  return prompts.filter(({ own }) => own !== undefined).map(({ file }) => file)
}

async function press(phone: Baresip, keys: string): Promise<void> {
  for (const key of keys) {
    phone.press(key)
    await sleep(KEY_MS)
  }
}

/** Calls in, keys the PIN, speaks for a while, and says that it shall be kept. */
async function speak(phone: Baresip, pin: string): Promise<void> {
  const [talks, ends] = [phone.count('CALL_ESTABLISHED'), phone.count('CALL_CLOSED')]
  phone.dial('*581')
  await until('an answer', () => phone.count('CALL_ESTABLISHED') > talks || phone.count('CALL_CLOSED') > ends)
  if (phone.count('CALL_CLOSED') > ends) return
  await sleep(1_000)
  await press(phone, `${pin}#`)
  await sleep(BEGIN_MS_MAX + SPEAK_MS)
  await press(phone, '#')
  await sleep(1_000)
  await press(phone, '1')
  await sleep(2_000)
  if (phone.count('CALL_CLOSED') === ends) phone.hangUp()
  await phone.waitFor('CALL_CLOSED', ends + 1, CALL_MS_MAX)
}

/** What a phone hears at 400. */
async function hear(phone: Baresip): Promise<Sound> {
  const ends = phone.count('CALL_CLOSED')
  phone.dial('400')
  await phone.waitFor('CALL_CLOSED', ends + 1, CALL_MS_MAX)
  return phone.heard()
}

test('who is no admin, has no box or another PIN records nothing', async () => {
  await speak(phones.ben, PIN)
  await speak(phones.cleo, PIN)
  await speak(phones.ada, '1379')
  assert.deepEqual(await ownPrompts(), [])
  const heard = await hear(phones.cleo)
  for (const hertz of [ADA_HZ, BEN_HZ, CLEO_HZ])
    assert.ok(shareOf(heard, hertz) < NOT_THERE, `${hertz} Hz: ${shareOf(heard, hertz)}`)
})

test('what an admin speaks is announced from the next call on', async (t) => {
  await measured(async () => {
    await announce('closed')
    await speak(phones.ada, PIN)
    assert.deepEqual(await ownPrompts(), ['en-recorded-1'])
    await announce('recorded-1')
    const share = shareOf(await hear(phones.ben), ADA_HZ)
    t.diagnostic(`${share.toFixed(2)} of the spoken tone`)
    if (share < THERE) throw new Unheard(`${share} of the spoken tone`)
  })
})

test('a message of a box replaces built-in words, and they come back', async () => {
  await measured(async () => {
    const me = await admin.id()
    const ends = phones.cleo.count('CALL_CLOSED')
    const talks = phones.cleo.count('CALL_ESTABLISHED')
    await phones.ada.stop()
    phones.cleo.dial('100')
    await phones.cleo.waitFor('CALL_ESTABLISHED', talks + 1)
    await sleep(1_000)
    await press(phones.cleo, '#')
    await sleep(BEGIN_MS_MAX)
    phones.cleo.hangUp()
    await phones.cleo.waitFor('CALL_CLOSED', ends + 1)
    const message = await until('the message', async () => {
      const path = `/voicemail/messages?box=${me}`
      return (await admin.ask<{ messages: { id: string }[] }>('GET', path)).messages[0]?.id
    })
    await admin.ask('POST', '/prompts/en-closed/message', { message })
    await announce('closed')
    const own = shareOf(await hear(phones.ben), CLEO_HZ)
    await admin.ask('DELETE', '/prompts/en-closed')
    await admin.ask('DELETE', `/voicemail/messages/${message}`)
    const builtIn = shareOf(await hear(phones.ben), CLEO_HZ)
    assert.ok(builtIn < NOT_THERE, `${builtIn} of the tone after it was taken back`)
    if (own < THERE) throw new Unheard(`${own} of the spoken tone`)
  })
})
