// A company's own sounds: what is uploaded is heard instead of what is built in, and the built-in one again
// when it is taken back. With real phones.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Baresip } from '../support/baresip.ts'
import { Server } from '../support/server.ts'
import { measured } from '../support/sound.ts'
import { toneShare } from '../support/tone.ts'
import { type Sound, sine, writeWav } from '../support/wav.ts'
import { assertAnnouncement } from './announcement.ts'

const ANNOUNCED_HZ = 900
const MUSIC_HZ = 1_300
const VOICE_HZ = 600

/** The share of a tone in the loudest second of what was heard. */
function shareOf(sound: Sound, hertz: number): number {
  let best = 0
  for (let from = 0; from + sound.rate <= sound.samples.length; from += sound.rate / 2)
    best = Math.max(best, toneShare(sound.samples.subarray(from, from + sound.rate), sound.rate, hertz))
  return best
}

test('an uploaded announcement and uploaded music are heard instead of the built-in ones', async (t) => {
  const server = await Server.start()
  t.after(() => server.stop())
  const { admin, colleagues } = server
  const { name, value } = admin.cookie
  const send = async (method: string, file: string, sound?: Sound): Promise<number> => {
    const path = join(server.dataFolder, 'upload.wav')
    if (sound) writeWav(path, sound)
    const headers = {
      ...{ cookie: `${name}=${value}`, origin: server.origin },
      ...(sound && { 'content-type': 'audio/wav' }),
    }
    const body = sound ? { body: readFileSync(path) } : {}
    const response = await fetch(`${server.origin}/api/v1/prompts/${file}`, { method, headers, ...body })
    return response.status
  }
  const desk = await Baresip.start(await admin.addPhone('Desk'), { transport: 'udp', toneHz: VOICE_HZ })
  t.after(() => desk.stop())
  const [colleague = admin] = colleagues
  const account = await colleague.addPhone('Other')
  const other = await Baresip.start(account, { transport: 'udp', toneHz: VOICE_HZ, answers: 'auto' })
  t.after(() => other.stop())

  assert.equal(await send('PUT', 'en-not-found', sine(ANNOUNCED_HZ, 2, 44_100)), 200)
  desk.dial('877')
  await desk.waitFor('CALL_CLOSED', 1, 30_000)
  const own = desk.heard()
  assert.ok(shareOf(own, ANNOUNCED_HZ) > 0.9, `${shareOf(own, ANNOUNCED_HZ)} of the uploaded tone`)

  assert.equal(await send('DELETE', 'en-not-found'), 204)
  await measured(async () => {
    const calls = desk.count('CALL_CLOSED')
    desk.dial('877')
    await desk.waitFor('CALL_CLOSED', calls + 1, 30_000)
    assertAnnouncement(t, desk.heard(), 'en-not-found', 'en-no-trunk')
  })

  assert.equal(await send('PUT', 'music-hold', sine(MUSIC_HZ, 2, 48_000)), 200)
  const [talks, calls] = [desk.count('CALL_ESTABLISHED'), desk.count('CALL_CLOSED')]
  desk.dial('101')
  await desk.waitFor('CALL_ESTABLISHED', talks + 1)
  await sleep(1_000)
  other.hold()
  await sleep(4_000)
  desk.hangUp()
  await desk.waitFor('CALL_CLOSED', calls + 1)
  const held = desk.heard()
  assert.ok(shareOf(held, MUSIC_HZ) > 0.9, `${shareOf(held, MUSIC_HZ)} of the uploaded music`)
})
