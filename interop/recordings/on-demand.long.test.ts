// *1 in a call of two real phones: who was called agrees by a key, and the file holds both tones from then
// on, and nothing of what was said before. The twins: without the code, and with another answer, there is
// no file.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { Server } from '../support/server.ts'
import { assertBothHear, assertHears, measured, SETTLE_MS, Unheard } from '../support/sound.ts'
import { heard, type Window, windowsOf } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'
import { readWav } from '../support/wav.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const BEFORE_MS = 6_000
const LISTEN_MS = 3_000
/** Of what is recorded at both ends: the key itself, and the sounds that say that it begins and ends. */
const EDGE_WINDOWS = 5
const KEY_MS = 400
/** A no is a no at once; a yes that were one too late would still be within this. */
const WAIT_MS = 3_000

interface Recording {
  readonly id: string
  readonly startedAt: number
  readonly lengthMs?: number
  readonly by?: { readonly name: string }
}

const server = await Server.start()
test.after(() => server.stop())
const { admin } = server
const [benPerson = admin] = server.colleagues
await server.usePlan({ codes: [{ code: '*1', does: 'record' }] })
await admin.ask('PUT', '/recordings/rules', {
  isOn: true,
  purposes: [{ id: 'proof', name: 'Proof', keepDays: 30 }],
  ...{ rules: [], objectors: [], supervisors: [] },
  onDemand: { people: [await admin.id()], purpose: 'proof' },
})
const phone = async (name: string, person: typeof admin, toneHz: number, answers: 'auto' | 'manual') =>
  Baresip.start(await person.addPhone(name), { transport: 'udp', toneHz, answers })
const ada = await phone('Ada', admin, ADA_HZ, 'manual')
const ben = await phone('Ben', benPerson, BEN_HZ, 'auto')
test.after(() => Promise.all([ada.stop(), ben.stop()]))

const recordings = async (): Promise<readonly Recording[]> =>
  (await admin.ask<{ recordings: Recording[] }>('GET', '/recordings')).recordings

const bothHear = (when: string) =>
  assertBothHear(
    { who: 'Ada', phone: ada, hertz: ADA_HZ },
    { who: 'Ben', phone: ben, hertz: BEN_HZ },
    LISTEN_MS,
    when,
  )

async function press(who: Baresip, keys: string): Promise<void> {
  for (const key of keys) {
    who.press(key)
    await sleep(KEY_MS)
  }
}

async function talk(): Promise<void> {
  const [talks, others] = [ada.count('CALL_ESTABLISHED'), ben.count('CALL_ESTABLISHED')]
  ada.dial('101')
  await ada.waitFor('CALL_ESTABLISHED', talks + 1)
  await ben.waitFor('CALL_ESTABLISHED', others + 1)
  await sleep(SETTLE_MS)
}

async function hangUp(): Promise<void> {
  const ends = ben.count('CALL_CLOSED')
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED', ends + 1)
}

/** One side of the file as windows of 200 ms, without what belongs to keys and notices. */
async function side(id: string, form: 'received' | 'sent'): Promise<Window[]> {
  const path = join(server.dataFolder, `${form}.wav`)
  const reason = 'the test hears it'
  const query = new URLSearchParams({ form, reason })
  writeFileSync(path, await admin.file(`/recordings/${id}/sound?${query}`))
  return windowsOf(readWav(path)).slice(EDGE_WINDOWS, -EDGE_WINDOWS)
}

/** Ben hears the question, and not Ada. */
async function asked(): Promise<void> {
  await sleep(SETTLE_MS)
  const { share, silent, windows } = heard(await ben.listen(WAIT_MS), ADA_HZ)
  if (share < 0.1 && silent < windows) return
  await hangUp()
  throw new Unheard(`no question: Ada for ${share}, ${silent} of ${windows} windows silent`)
}

async function recorded(): Promise<void> {
  for (const { id } of await recordings())
    await admin.ask('DELETE', `/recordings/${id}?reason=measured%20again`)
  await talk()
  await bothHear('before the key')
  await sleep(BEFORE_MS - LISTEN_MS)
  assert.deepEqual(await recordings(), [], 'Nothing is recorded before somebody wants it.')
  const wantedAt = Date.now()
  await press(ada, '*1')
  await asked()
  assert.deepEqual(await recordings(), [], 'Nothing is recorded before the other one agrees.')
  const agreedAt = Date.now()
  await press(ben, '1')
  const going = await until('the recording', async () => (await recordings())[0])
  await sleep(SETTLE_MS)
  await bothHear('while it is recorded')
  await hangUp()
  const endedAt = Date.now()
  const ended = await until('its end', async () =>
    (await recordings()).find(({ id, lengthMs }) => id === going.id && lengthMs !== undefined),
  )
  const { lengthMs = 0, startedAt, by } = ended
  assert.equal(by?.name, 'Ada')
  assert.ok(startedAt >= agreedAt && agreedAt > wantedAt, `begun at ${startedAt}, agreed at ${agreedAt}`)
  assert.ok(lengthMs <= endedAt - agreedAt, `${lengthMs} ms of ${endedAt - agreedAt} ms since the key`)
  if (lengthMs < LISTEN_MS) throw new Unheard(`${lengthMs} ms`)
  const sides = [await side(ended.id, 'received'), await side(ended.id, 'sent')]
  const isAda = ([one]: Window[][]) => {
    try {
      assertHears('', one ?? [], ADA_HZ, BEN_HZ)
      return true
    } catch {
      return false
    }
  }
  const [ofAda = [], ofBen = []] = isAda(sides) ? sides : sides.toReversed()
  assertHears('the side of Ada', ofAda, ADA_HZ, BEN_HZ)
  assertHears('the side of Ben', ofBen, BEN_HZ, ADA_HZ)
}

test('*1 and the key of the other one: both tones are in the file, from then on only', async () => {
  await measured(recorded)
})

async function refused(): Promise<void> {
  await talk()
  await bothHear('without the code')
  await press(ada, '*1')
  await asked()
  await press(ben, '2')
  await sleep(WAIT_MS)
  await bothHear('after a no')
  await hangUp()
}

test('without the code, and with another key than 1, nothing is recorded', async () => {
  for (const { id } of await recordings())
    await admin.ask('DELETE', `/recordings/${id}?reason=the%20next%20test`)
  await measured(refused)
  // Ben has not been named: his keys are keys for Ada, and ask nobody.
  await talk()
  await press(ben, '*1')
  await until('the keys at the other end', () => ada.keys().endsWith('*1'))
  await sleep(WAIT_MS)
  await bothHear('after the code of who may not')
  await hangUp()
  assert.deepEqual(await recordings(), [])
})
