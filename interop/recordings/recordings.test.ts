// A call from outside that shall be recorded, with a real phone, a carrier and the real prompts: with consent
// the file holds exactly both voices and the pause, without it there is no file at all.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { Server } from '../support/server.ts'
import { assertBothHear, assertHears, measured, SETTLE_MS, Unheard } from '../support/sound.ts'
import { rms, type Window, windowsOf } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'
import { readWav } from '../support/wav.ts'
import { NUMBER, openLine } from '../trunks/line.ts'

const PHONE_HZ = 600
const CARRIER_HZ = 1000
const LISTEN_MS = 2000
const PAUSE_MS = 1600
const CALLER = '+491715550000'
const YES = 1
const NO = 2
const SILENCE_RMS = 100

interface Recording {
  readonly id: string
  readonly call: string
  readonly lengthMs?: number
  readonly numbers: readonly string[]
}

const server = await Server.start()
test.after(() => server.stop())
const carrier = await openLine(server, { address: '127.0.0.83', toneHz: CARRIER_HZ })
test.after(() => carrier.close())
const folder = join(server.dataFolder, 'recordings')

async function recordWhoCallsIn(): Promise<void> {
  await server.admin.ask('PUT', '/recordings/rules', {
    isOn: true,
    purposes: [{ id: 'quality', name: 'Quality', keepDays: 30 }],
    rules: [{ of: { trunk: 'main' }, calls: 'in', purpose: 'quality' }],
    ...{ objectors: [], supervisors: [] },
  })
}

interface Evidence {
  readonly key: string
  readonly number: string
  readonly wording: string
}

const recordings = async (): Promise<readonly Recording[]> =>
  (await server.admin.ask<{ recordings: Recording[] }>('GET', '/recordings')).recordings

const files = (): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .filter((one) => `${one}`.endsWith('.rec'))
        .map(String)
    : []

/** The carrier calls, the phone answers, and the question begins. */
async function connected(phone: Baresip, count: number): Promise<void> {
  const calling = carrier.call({ called: `${NUMBER}100`, caller: CALLER })
  await phone.waitFor('CALL_INCOMING', count)
  phone.accept()
  assert.match(await calling, /^SIP\/2\.0 200/)
  await sleep(SETTLE_MS)
}

async function bothHear(phone: Baresip): Promise<void> {
  await sleep(SETTLE_MS)
  const inside = { who: 'the phone', phone, hertz: PHONE_HZ }
  await assertBothHear(inside, { who: 'the other side', phone: carrier, hertz: CARRIER_HZ }, LISTEN_MS)
}

/** One side of the recording as windows of 200 ms. */
async function side(id: string, form: 'received' | 'sent'): Promise<Window[]> {
  const path = join(server.dataFolder, `${form}.wav`)
  const query = new URLSearchParams({ form, pauses: 'silence' })
  writeFileSync(path, await server.admin.file(`/recordings/${id}/sound?${query}`))
  return windowsOf(readWav(path))
}

/** Before and after the one silence in the middle, without the windows at its edges; and its length. */
function around(windows: readonly Window[]): { before: Window[]; after: Window[]; silentMs: number } {
  const isSilent = windows.map(({ samples }) => rms(samples) < SILENCE_RMS)
  const inner = isSilent.slice(2, -2)
  const [first, last] = [inner.indexOf(true) + 2, inner.lastIndexOf(true) + 2]
  const isOne = first > 4 && last > first && isSilent.slice(first, last + 1).every(Boolean)
  if (!isOne) throw new Unheard(`a pause in the middle, and nothing in it: ${isSilent.map(Number).join('')}`)
  return {
    before: windows.slice(2, first - 1),
    after: windows.slice(last + 2, -3),
    silentMs: (last - first + 1) * 200,
  }
}

/** A recorded call with a pause, again where sound of a phone is missing; what is in the file is right. */
async function recorded(phone: Baresip): Promise<Recording> {
  let count = 1
  let ended: Recording | undefined
  await measured(async () => {
    if (ended) await server.admin.ask('DELETE', `/recordings/${ended.id}?reason=sound%20was%20missing`)
    count += 1
    ended = await recordOne(phone, count)
    await assertRecorded(ended)
  })
  assert.ok(ended)
  return ended
}

async function recordOne(phone: Baresip, count: number): Promise<Recording> {
  await connected(phone, count)
  carrier.press(YES)
  const going = await until('the recording', async () => (await recordings())[0])
  await bothHear(phone)
  const act = (what: string) => server.admin.ask('POST', `/calls/${going.call}/recording`, { act: what })
  await act('pause')
  await sleep(PAUSE_MS)
  await act('resume')
  await bothHear(phone)
  phone.hangUp()
  return until('its end', async () => (await recordings()).find(({ lengthMs }) => lengthMs !== undefined))
}

async function assertRecorded(ended: Recording): Promise<void> {
  assert.equal(files().length, 1)
  assert.deepEqual(ended.numbers, [CALLER])
  for (const [form, right, wrong] of [
    ['received', CARRIER_HZ, PHONE_HZ],
    ['sent', PHONE_HZ, CARRIER_HZ],
  ] as const) {
    const { before, after, silentMs } = around(await side(ended.id, form))
    assertHears(`${form} before the pause`, before, right, wrong)
    assertHears(`${form} after the pause`, after, right, wrong)
    if (Math.abs(silentMs - PAUSE_MS) > 600) throw new Unheard(`a pause of ${silentMs} ms`)
  }
}

test('with the key 1 both voices and the pause are in the file; with another there is none', async (t) => {
  await recordWhoCallsIn()
  const phone = await Baresip.start(await server.admin.addPhone('Desk of Ada'), {
    ...{ transport: 'udp', toneHz: PHONE_HZ, answers: 'manual' },
  })
  t.after(() => phone.stop())

  await connected(phone, 1)
  carrier.press(NO)
  await bothHear(phone)
  phone.hangUp()
  await until('the BYE to the carrier', () => carrier.of('BYE').length > 0)
  assert.deepEqual([files(), await recordings()], [[], []])

  const ended = await recorded(phone)
  const [file = ''] = files()
  assert.equal(readFileSync(join(folder, file)).toString('latin1', 0, 8), 'RUFWREC1')

  const proof = `/recordings/${ended.id}/evidence`
  const { evidence } = await server.admin.ask<{ evidence: Evidence[] }>('GET', proof)
  assert.deepEqual([evidence[0]?.key, evidence[0]?.number], ['1', CALLER])
  assert.match(evidence[0]?.wording ?? '', /Eins|press one/)
  await server.admin.ask('DELETE', `/recordings/${ended.id}?reason=the%20test%20is%20over`)
  assert.deepEqual([files(), await recordings()], [[], []])
})
