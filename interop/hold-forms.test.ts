// Hold in each form that phones use, with sound at both ends before, during and after it: the holder is a
// phone of our own that says and keeps everything, the other one baresip. Over UDP.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from './support/baresip.ts'
import { Server } from './support/server.ts'
import { assertBothHear, assertSomethingElse, measured, SETTLE_MS } from './support/sound.ts'
import { type HoldForm, SoundPhone } from './support/sound-phone.ts'
import { heard, type Window } from './support/tone.ts'
import { sleep, until } from './support/wait.ts'

const HOLDER_HZ = 600
const HELD_HZ = 1000
const LISTEN_MS = 1600
/** After hold and resume it is heard that the sound stays. */
const LISTEN_AFTER_MS = 2400

const server = await Server.start()
const accounts = {
  holder: await server.admin.addPhone('Holder'),
  held: await (server.colleagues[0] ?? server.admin).addPhone('Held'),
}
const desk = await Baresip.start(accounts.held, { transport: 'udp', toneHz: HELD_HZ, answers: 'auto' })
test.after(async () => {
  await desk.stop()
  await server.stop()
})

/** Both ends at the same time. */
async function listenAtBoth(holder: SoundPhone, durationMs: number): Promise<[Window[], Window[]]> {
  await sleep(SETTLE_MS)
  return Promise.all([holder.listen(durationMs), desk.listen(durationMs)])
}

async function bothHear(when: string, phone: SoundPhone, durationMs: number): Promise<void> {
  await sleep(SETTLE_MS)
  const holder = { who: 'the holder', phone, hertz: HOLDER_HZ }
  await assertBothHear(holder, { who: 'the held one', phone: desk, hertz: HELD_HZ }, durationMs, when)
}

const forms: readonly (readonly [HoldForm, RegExp])[] = [
  ['sendonly', /^recvonly$/],
  ['inactive', /^inactive$/],
  ['0.0.0.0', /^(recvonly|inactive)$/],
]

for (const [form, answer] of forms)
  test(`hold by ${form}: silence for the holder, music for the other, afterwards both hear`, async (t) => {
    const holder = await SoundPhone.open(accounts.holder, HOLDER_HZ)
    t.after(async () => {
      await holder.hangUp()
      holder.close()
    })
    const ended = desk.count('CALL_CLOSED')
    await holder.call('101')
    await bothHear('before', holder, LISTEN_MS)
    assert.match(await holder.hold(form), answer)
    await measured(async () => {
      const [atHolder, atHeld] = await listenAtBoth(holder, LISTEN_MS)
      const { silent, windows } = heard(atHolder, HELD_HZ)
      assert.equal(silent, windows, `the holder hears something in ${windows - silent} of ${windows} windows`)
      assert.equal(heard(atHeld, HELD_HZ).share, 0, 'nor does anybody hear oneself')
      // The holder goes on speaking: its tone must not be what the other hears.
      assertSomethingElse('the held one', atHeld, HOLDER_HZ)
    })
    assert.equal(await holder.resume(), 'sendrecv')
    await bothHear('after', holder, LISTEN_AFTER_MS)
    await holder.hangUp()
    await desk.waitFor('CALL_CLOSED', ended + 1)
    const [call] = await until('the record of the call', async () => {
      const calls = await server.admin.calls()
      return calls.length > ended ? calls : undefined
    })
    assert.deepEqual([call?.endedBy, call?.cause], ['caller', 16])
  })
