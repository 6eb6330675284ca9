// Two desk phones (baresip) through Rufwerk, over UDP and TCP: sound measured at both ends, hold, keys, the
// echo.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip, type PhoneOptions } from './support/baresip.ts'
import { Server } from './support/server.ts'
import { assertHears, assertHearsSomethingElse, SETTLE_MS } from './support/sound.ts'
import { windowsOf } from './support/tone.ts'
import { sleep, until } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000
/** The first and the last moments of a call are not measured: streams begin and end at different instants. */
const SKIP_MS = 500
const DROP_MS = 300

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

const windows = (phone: Baresip) => windowsOf(phone.heard(), SKIP_MS, DROP_MS)

for (const transport of ['udp', 'tcp'] as const)
  test(`two desk phones over ${transport} hear each other`, async (t) => {
    const { ada, ben } = await connected({ transport })
    t.after(() => Promise.all([ada.stop(), ben.stop()]))
    await sleep(4000)
    ada.hangUp()
    await ben.waitFor('CALL_CLOSED')
    assertHears('callee', windows(ben), CALLER_HZ, CALLEE_HZ)
    assertHears('caller', windows(ada), CALLEE_HZ, CALLER_HZ)
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
  await sleep(3000)
  ben.hangUp()
  await ada.waitFor('CALL_CLOSED')
  assertHears('callee', windows(ben), CALLER_HZ, CALLEE_HZ)
  assertHears('caller', windows(ada), CALLEE_HZ, CALLER_HZ)
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
  await sleep(3000)
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
  assertHears('callee', windows(ben), CALLER_HZ, CALLEE_HZ)
  assertHears('caller', windows(ada), CALLEE_HZ, CALLER_HZ)
})

test('hold: the held one hears music, not the holder; after resume both are reached again', async (t) => {
  const { ada, ben } = await connected({ transport: 'udp' })
  t.after(() => Promise.all([ada.stop(), ben.stop()]))
  await sleep(1500)
  ada.hold()
  await sleep(SETTLE_MS)
  assertHearsSomethingElse('the held one', await ben.listen(1500), CALLER_HZ)
  ada.resume()
  await sleep(SETTLE_MS)
  assertHears('the held one after resume', await ben.listen(2500), CALLER_HZ, CALLEE_HZ)
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
  // 50 packets a second: 1.5 s before the hold, and 3.2 s after the resume. See packetsReceived().
  const received = await until('the statistics of the holder', () => ada.packetsReceived() || undefined)
  assert.ok(received > 200 && received < 300, `${received} packets reached the holder`)
})

test('keys pressed at one phone arrive at the other, both ways', async (t) => {
  const { ada, ben } = await connected({ transport: 'udp' })
  t.after(() => Promise.all([ada.stop(), ben.stop()]))
  await sleep(500)
  for (const key of ['5', '#']) {
    ada.press(key)
    await sleep(600)
    ben.press(key)
    await sleep(600)
  }
  assert.equal(ben.keys(), '5#')
  assert.equal(ada.keys(), '5#')
})

test('*43 answers and one hears oneself', async (t) => {
  const ada = await Baresip.start(accounts.ada, { transport: 'udp', toneHz: CALLER_HZ })
  t.after(() => ada.stop())
  ada.dial('*43')
  await ada.waitFor('CALL_ESTABLISHED')
  await sleep(4000)
  ada.hangUp()
  await ada.waitFor('CALL_CLOSED')
  // The echo may say something first; the second half is the echo alone.
  const sound = ada.heard()
  assertHears(
    'caller',
    windowsOf(sound, (sound.samples.length / sound.rate) * 500, DROP_MS),
    CALLER_HZ,
    CALLEE_HZ,
  )
})
