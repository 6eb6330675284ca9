// Recorded calls on the server: evidence, erasure, retention, restart, and what is kept of a number.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecorderPort } from '@rufwerk/calls'
import { type NumberKey, readNumberKey } from '@rufwerk/calls/records'
import {
  type CallId,
  fail,
  type LegId,
  type Ms,
  type PersonId,
  type RecordingId,
  SILENT_LOG,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import type { CallRecording, RecordingRules, SoundEnd, SoundFile, Talk } from '@rufwerk/recordings'
import { MemoryRecordings } from '@rufwerk/recordings/testing'
import { CallRecordings, type CallRecordingsParts } from '../../src/recordings/call-recordings.ts'
import { personalRecordings } from '../../src/recordings/personal.ts'
import type { SoundOwner } from '../../src/recordings/sound-files.ts'

const TENANT = 'muster' as TenantId
const T0 = 1_790_000_000_000
const DAY = 86_400_000
const RULES: RecordingRules = {
  isOn: true,
  purposes: [{ id: 'q', name: 'Qualität', keepDays: 30 }],
  rules: [{ of: { trunk: 'main' }, calls: 'in', purpose: 'q' }],
  ...{ objectors: [], supervisors: [] },
}
const A = 'A' as LegId
const TALK: Talk = {
  caller: { kind: 'outside', leg: A, trunk: 'main', number: '+4940123456' },
  callee: { kind: 'inside', leg: 'B' as LegId, person: 'anna' as PersonId },
  isEmergency: false,
}

class Scene {
  readonly store: MemoryRecordings
  readonly did: string[] = []
  readonly timers: { readonly after: Ms; readonly callback: () => void }[] = []
  readonly recordings: CallRecordings
  now = T0
  adopts = true
  isPaused = false
  broke: CallRecording | undefined
  owner: SoundOwner = () => false
  readonly parts: CallRecordingsParts
  #count = 0

  constructor(store = new MemoryRecordings()) {
    this.store = store
    this.parts = {
      store,
      soundFiles: {
        begin: ({ leg, isPaused }) => {
          this.#count += 1
          this.did.push(`begin ${leg}${isPaused ? ' paused' : ''}`)
          return `r${this.#count}` as RecordingId
        },
        pause: async (recording, isPaused) => {
          this.did.push(`pause ${recording} ${isPaused}`)
          return true
        },
        isPaused: () => this.isPaused,
        stop: (recording) => this.did.push(`stop ${recording}`),
        erase: async (recording) => {
          this.did.push(`erase ${recording}`)
          return true
        },
        own: (_, owner) => {
          this.owner = owner
        },
        open: async () => fail('unreadable'),
      },
      languageOf: () => 'de',
      exchange: () => ({
        recorder: {
          adopt: (...asked: unknown[]) => {
            this.did.push(`adopt ${asked.join(' ')}`)
            return this.adopts
          },
          ended: (recording: RecordingId, broke?: CallRecording) => {
            this.did.push(`ended ${recording}`)
            this.broke = broke
          },
        } as never,
      }),
      timers: {
        arm: (after, callback) => {
          this.timers.push({ after, callback })
          return { [Symbol.dispose]: () => undefined }
        },
      },
      wallTime: () => wallTime(this.now),
      log: SILENT_LOG,
    }
    this.recordings = new CallRecordings(this.parts)
  }

  async begun(): Promise<RecordingId> {
    await this.recordings.changeRules(TENANT, RULES)
    const wish = this.recordings.decide(TENANT, TALK)
    assert.ok(wish)
    const agreed = [{ leg: A, key: '1', at: wallTime(T0 - 5) }]
    const begun: Parameters<RecorderPort['begin']>[0] = {
      ...{ tenant: TENANT, call: 'c1' as CallId, leg: A, talk: TALK, wish, agreed },
    }
    const recording = this.recordings.begin(begun)
    await turn()
    return recording
  }

  async end(recording: RecordingId, lengthMs = 4_000, why: SoundEnd = 'asked'): Promise<boolean> {
    const ended = { at: wallTime(T0), why, lengthMs, bytes: 9 } as const
    return this.owner({ tenant: TENANT, recording, ended } as SoundFile & { ended: typeof ended })
  }

  row(recording: RecordingId) {
    return this.store.read(TENANT, recording)
  }
}

function keyOf(number: string): NumberKey {
  const key = readNumberKey(number, 'de')
  assert.ok(key.ok)
  return key.value
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('nothing is recorded until rules say so; they outlive a restart', async () => {
  const scene = new Scene()
  assert.equal(scene.recordings.decide(TENANT, TALK), undefined)
  await scene.recordings.changeRules(TENANT, RULES)
  const next = new Scene(scene.store)
  assert.equal(next.recordings.decide(TENANT, TALK), undefined)
  await next.recordings.load(TENANT)
  assert.deepEqual(next.recordings.decide(TENANT, TALK)?.asked, [A])
  scene.store.saveRules = async () => false
  assert.equal(await scene.recordings.changeRules(TENANT, { ...RULES, isOn: false }), false)
  assert.equal(scene.recordings.rulesOf(TENANT).isOn, true, 'not stored, not changed')
})

test('one whose connection broke goes on in another file with the same evidence, and names it', async () => {
  const scene = new Scene()
  const first = await scene.begun()
  assert.equal(await scene.end(first, 4_000, 'endpoint-closed'), true)
  const { broke } = scene
  assert.ok(broke)
  scene.now = T0 + 6_000
  const second = scene.recordings.goOn(broke, A, false)
  assert.equal(scene.did.at(-1), 'begin A')
  await turn()
  const row = await scene.row(second)
  assert.deepEqual(row?.continues, { recording: first, brokeAt: T0 + 4_000 })
  assert.deepEqual([row?.startedAt, row?.lengthMs], [T0 + 6_000, undefined])
  assert.deepEqual(row?.evidence, (await scene.row(first))?.evidence)
  await scene.end(second, 0, 'failed')
  const third = scene.recordings.goOn(scene.broke ?? assert.fail(), A, true)
  assert.equal(scene.did.at(-1), 'begin A paused')
  await turn()
  assert.equal(await scene.row(second), undefined, 'nothing is to be heard')
  assert.deepEqual((await scene.row(third))?.continues, row?.continues, 'nor does anything name it')
  await scene.end(third, 1_000, 'asked')
  assert.equal(scene.broke, undefined, 'what was ended does not go on')
})

test('a recording is stored with who agreed, and then with its length', async () => {
  const scene = new Scene()
  const recording = await scene.begun()
  const row = await scene.row(recording)
  const [proof] = row?.evidence ?? []
  assert.deepEqual(
    [proof?.who, proof?.key, proof?.at, proof?.version],
    [{ trunk: 'main', number: '+4940123456' }, '1', T0 - 5, 'de-1'],
  )
  assert.match(proof?.wording ?? '', /drücken Sie die Eins/)
  assert.equal(await scene.end(recording), true)
  assert.equal((await scene.row(recording))?.lengthMs, 4_000)
  assert.ok(scene.did.includes(`ended ${recording}`))
})

test('without its evidence in the store a recording is erased', async () => {
  const scene = new Scene()
  scene.store.add = async () => false
  const recording = await scene.begun()
  assert.deepEqual(scene.did, ['begin A', `erase ${recording}`])
})

test('one in which nothing is to be heard leaves nothing', async () => {
  const scene = new Scene()
  const recording = await scene.begun()
  assert.equal(await scene.end(recording, 0), true)
  assert.equal(await scene.row(recording), undefined)
  assert.ok(scene.did.includes(`erase ${recording}`))
})

test('what is over is deleted by itself with its key, what is held is not', async () => {
  const scene = new Scene()
  const over = await scene.begun()
  const held = await scene.begun()
  for (const recording of [over, held]) await scene.end(recording)
  await scene.store.setHold(held, { by: 'mia' as PersonId, at: wallTime(T0), reason: 'Rechtsstreit' })
  scene.now = T0 + 30 * DAY - 1
  await scene.recordings.sweep()
  assert.ok(await scene.row(over))
  scene.now = T0 + 31 * DAY
  scene.timers.at(-1)?.callback()
  await turn()
  await turn()
  assert.equal(await scene.row(over), undefined)
  assert.ok(await scene.row(held))
  assert.ok(scene.did.includes(`erase ${over}`))
  assert.deepEqual(
    scene.store.logged.map(({ recording, act, by }) => [recording, act, by]),
    [[over, 'expire', undefined]],
  )
})

test('more than are read at once are deleted in one go; one that cannot be erased ends it', async () => {
  const scene = new Scene()
  const all: RecordingId[] = []
  for (let count = 0; count < 101; count += 1) all.push(await scene.begun())
  for (const recording of all) await scene.end(recording)
  scene.now = T0 + 31 * DAY
  const { remove } = scene.store
  scene.store.remove = async () => false
  await scene.recordings.sweep()
  assert.equal(scene.store.logged.length, 1)
  scene.store.remove = remove.bind(scene.store)
  await scene.recordings.sweep()
  const left = await Promise.all(all.map((recording) => scene.row(recording)))
  assert.equal(left.filter((row) => row !== undefined).length, 0)
})

test('what cannot be logged is not erased', async () => {
  const scene = new Scene()
  const recording = await scene.begun()
  await scene.end(recording)
  scene.store.log = async () => false
  const row = await scene.row(recording)
  assert.ok(row)
  assert.equal(await scene.recordings.erase(row, { by: 'mia' as PersonId }), false)
  assert.ok(await scene.row(recording))
  assert.ok(!scene.did.includes(`erase ${recording}`))
})

test('after a restart what goes on is looked after, paused as it was, or ends', async () => {
  const scene = new Scene()
  const file = (purpose: SoundFile['purpose'], recording: string) =>
    ({ purpose, call: 'c1', leg: A, recording }) as unknown as SoundFile
  scene.recordings.adopt([file('call', 'r1'), file('message', 'r2')])
  scene.isPaused = true
  scene.recordings.adopt([file('call', 'r1')])
  assert.deepEqual(scene.did.splice(0), ['adopt c1 A r1 false', 'adopt c1 A r1 true'])
  scene.adopts = false
  scene.recordings.adopt([file('call', 'r1'), file('message', 'r2')])
  assert.deepEqual(scene.did, ['adopt c1 A r1 true', 'stop r1'])
})

test('recordings of a number are found and erased, but for those that are held or go on', async () => {
  const scene = new Scene()
  const [ended, held] = [await scene.begun(), await scene.begun()]
  for (const recording of [ended, held]) await scene.end(recording)
  await scene.begun()
  await scene.store.setHold(held, { by: 'mia' as PersonId, at: wallTime(T0), reason: 'Rechtsstreit' })
  const source = personalRecordings(scene.recordings, scene.parts)
  const search = { tenant: TENANT, number: keyOf('+4940123456') }
  assert.deepEqual(await source.find(search), { count: 3, held: 1, oldest: T0, newest: T0 })
  const files = await Array.fromAsync(source.export(search), ({ path }) => path)
  assert.deepEqual(files.toSorted(), ['r1.json', 'r2.json', 'r3.json'])
  assert.deepEqual(await source.erase(search), { erased: 1, held: 1, unfinished: 1 })
  assert.equal(await scene.row(ended), undefined)
  assert.deepEqual(await source.find({ ...search, number: keyOf('+4930123456') }), { count: 0, held: 0 })
})

test('an export whose sound cannot be read now fails instead of leaving it out', async () => {
  const scene = new Scene()
  await scene.end(await scene.begun())
  const soundFiles = { ...scene.parts.soundFiles, open: async () => fail('busy' as const) }
  const source = personalRecordings(scene.recordings, { ...scene.parts, soundFiles })
  const search = { tenant: TENANT, number: keyOf('+4940123456') }
  await assert.rejects(Array.fromAsync(source.export(search)), /too many/)
})
