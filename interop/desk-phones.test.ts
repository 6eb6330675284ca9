// Two desk phones (baresip) through Rufwerk, over UDP and TCP: sound measured at both ends, hold, keys, the
// echo.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip, type PhoneOptions } from './support/baresip.ts'
import { Server } from './support/server.ts'
import {
  assertAllHear,
  assertBothHear,
  assertHearsMusic,
  assertPacketsOfTalk,
  measured,
  SETTLE_MS,
  Unheard,
} from './support/sound.ts'
import { sleep, until } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000
const LISTEN_MS = 3000

const server = await Server.start()
const accounts = {
  ada: await server.admin.addPhone('Desk of Ada'),
  ben: await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben'),
}
test.after(() => server.stop())

/** Both phones, connected; the callee has answered. */
async function connected(options: Omit<PhoneOptions, 'toneHz'>): Promise<{ ada: Baresip; ben: Baresip }> {
  const ada = await Baresip.start(accounts.ada, { ...options, toneHz: CALLER_HZ })
  const ben = await Baresip.start(accounts.ben, { ...options, toneHz: CALLEE_HZ })
  ada.dial('101')
  await ben.waitFor('CALL_INCOMING')
  ben.accept()
  await Promise.all([ada.waitFor('CALL_ESTABLISHED'), ben.waitFor('CALL_ESTABLISHED')])
  return { ada, ben }
}

/** Not from the first moment on: streams begin at different instants. */
async function bothHear(ada: Baresip, ben: Baresip): Promise<void> {
  await sleep(SETTLE_MS)
  const caller = { who: 'caller', phone: ada, hertz: CALLER_HZ }
  await assertBothHear(caller, { who: 'callee', phone: ben, hertz: CALLEE_HZ }, LISTEN_MS)
}

for (const transport of ['udp', 'tcp'] as const)
  test(`two desk phones over ${transport} hear each other`, async (t) => {
    const { ada, ben } = await connected({ transport })
    t.after(() => Promise.all([ada.stop(), ben.stop()]))
    await bothHear(ada, ben)
    ada.hangUp()
    await ben.waitFor('CALL_CLOSED')
    const [call] = await until('the record of the call', async () => {
      const calls = await server.admin.calls()
      return calls.length > 0 ? calls : undefined
    })
    assert.equal(call?.endedBy, 'caller')
    assert.equal(call?.cause, 16)
  })

test('wideband: G.722 on both sides', async (t) => {
  const { ada, ben } = await connected({ transport: 'udp', codecs: 'G722/16000/1' })
  t.after(() => Promise.all([ada.stop(), ben.stop()]))
  await bothHear(ada, ben)
  ben.hangUp()
  await ada.waitFor('CALL_CLOSED')
})

test('different codecs are transcoded: G.711 and G.722', async (t) => {
  const ada = await Baresip.start(accounts.ada, {
    transport: 'udp',
    toneHz: CALLER_HZ,
    codecs: 'PCMA/8000/1',
  })
  const ben = await Baresip.start(accounts.ben, {
    transport: 'udp',
    toneHz: CALLEE_HZ,
    codecs: 'G722/16000/1',
  })
  t.after(() => Promise.all([ada.stop(), ben.stop()]))
  ada.dial('101')
  await ben.waitFor('CALL_INCOMING')
  ben.accept()
  await ada.waitFor('CALL_ESTABLISHED')
  await bothHear(ada, ben)
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
})

test('hold: the held one hears music, not the holder; after resume both are reached again', () =>
  measured(async () => {
    const { ada, ben } = await connected({ transport: 'udp' })
    try {
      await holdAndResume(ada, ben)
    } finally {
      await Promise.all([ada.stop(), ben.stop()])
    }
  }))

async function holdAndResume(ada: Baresip, ben: Baresip): Promise<void> {
  const established = performance.now()
  await sleep(1500)
  const held = performance.now()
  ada.hold()
  await sleep(SETTLE_MS)
  await assertHearsMusic({ who: 'the held one', phone: ben }, CALLER_HZ, 2000)
  const resumed = performance.now()
  ada.resume()
  await sleep(SETTLE_MS)
  const ear = { who: 'the held one after resume', phone: ben, right: CALLER_HZ, wrong: CALLEE_HZ }
  await assertAllHear([ear], LISTEN_MS)
  const ms = { talked: performance.now() - resumed + held - established, held: resumed - held }
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
  const received = await until('the statistics of the holder', () => ada.packetsReceived() || undefined)
  assertPacketsOfTalk(received, ms)
}

test('keys pressed at one phone arrive at the other, both ways', async (t) => {
  const { ada, ben } = await connected({ transport: 'udp' })
  t.after(() => Promise.all([ada.stop(), ben.stop()]))
  await sleep(500)
  for (const [one, other] of [
    [ada, ben],
    [ben, ada],
  ] as const)
    await measured(async () => {
      const before = other.keys()
      for (const key of ['5', '#']) {
        one.press(key)
        await sleep(600)
      }
      const pressed = other.keys().slice(before.length)
      assert.match(pressed, /^[5#]*$/, 'a key that nobody pressed')
      if (pressed !== '5#') throw new Unheard(`${pressed} arrived instead of 5#`)
    })
})

test('*43 answers and one hears oneself', async (t) => {
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: CALLER_HZ })
  t.after(() => ada.stop())
  ada.dial('*43')
  await ada.waitFor('CALL_ESTABLISHED')
  // The echo may say something first.
  await sleep(2000)
  await assertAllHear([{ who: 'caller', phone: ada, right: CALLER_HZ, wrong: CALLEE_HZ }], 2000)
  ada.hangUp()
  await ada.waitFor('CALL_CLOSED')
})
