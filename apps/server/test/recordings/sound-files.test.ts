// Recorded files between legs, store and whose they are; the files are real.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { LegEvent, LegPort } from '@rufwerk/calls'
import {
  type CallId,
  type LegId,
  type Ms,
  type RecordingId,
  SILENT_LOG,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import { recordingFile } from '@rufwerk/engine/testing'
import type { SoundFile } from '@rufwerk/recordings'
import { MemorySoundFiles } from '@rufwerk/recordings/testing'
import { sine, toneShare } from '@rufwerk/rtp/testing'
import { sealKey, unsealKey } from '../../src/recordings/seal.ts'
import { SoundFiles } from '../../src/recordings/sound-files.ts'

type Order = Parameters<LegPort['record']>[1]
type Recorded = Extract<LegEvent, { type: 'recorded' }>

const root = mkdtempSync(join(tmpdir(), 'rufwerk-sound-'))
after(() => rmSync(root, { recursive: true }))
const MASTER = Buffer.alloc(32, 3)
const WANTED = {
  tenant: 'muster' as TenantId,
  call: 'c1' as CallId,
  leg: 'l1' as LegId,
  purpose: 'message',
  tracks: ['received', 'sent'],
} as const

class Scene {
  readonly folder = mkdtempSync(join(root, 'data-'))
  readonly messages = join(this.folder, 'run', 'messages')
  readonly store: MemorySoundFiles
  readonly orders: Order[] = []
  readonly stopped: RecordingId[] = []
  readonly told: SoundFile[] = []
  readonly timers: { readonly after: Ms; readonly callback: () => void }[] = []
  goingOn = new Set<RecordingId>()
  strays: readonly { readonly recording: RecordingId; readonly leg: LegId; readonly file: string }[] = []
  isTaken = true
  readonly files: SoundFiles

  constructor(store = new MemorySoundFiles(), folder?: string) {
    this.store = store
    if (folder !== undefined) this.folder = folder
    let byte = 0
    this.files = new SoundFiles({
      store,
      legs: () => ({
        record: (_leg, order) => this.orders.push(order),
        pauseRecording: async () => true,
        stopRecording: (_leg, recording) => this.stopped.push(recording),
        recordings: () => this.strays,
        isRecording: (recording) => this.goingOn.has(recording),
        isRecordingPaused: () => false,
      }),
      masterKey: MASTER,
      folder: this.folder,
      messagesFolder: this.messages,
      timers: {
        arm: (after, callback) => {
          this.timers.push({ after, callback })
          return { [Symbol.dispose]: () => undefined }
        },
      },
      wallTime: () => wallTime(1_790_000_000_000),
      randomBytes: (size) => {
        byte += 1
        return Buffer.from(Array.from({ length: size }, (_, at) => (byte * 31 + at * 7) & 255))
      },
      log: SILENT_LOG,
    })
    this.files.own('message', (file) => {
      this.told.push(file)
      return this.isTaken
    })
  }

  /** As the media process does it: 600 Hz are said, 1000 Hz heard. */
  write(seconds = 2): Recorded {
    const { recording, file, key } = this.orders.at(-1) as Order
    const path = join(this.folder, `${file}.rec`)
    mkdirSync(dirname(path), { recursive: true })
    const rate = 8_000
    const header = { rate, tracks: ['received', 'sent'], startedAt: 1_790_000_000_000 } as const
    const received = sine(rate, 600, rate * seconds)
    const sent = sine(rate, 1_000, rate * seconds)
    writeFileSync(path, recordingFile(header, Buffer.from(key, 'base64'), { received, sent }))
    const figures = { lengthMs: seconds * 1_000, lostMs: 0, bytes: 1 }
    return { type: 'recorded', recording, why: 'asked', figures }
  }

  async recorded(seconds?: number): Promise<RecordingId> {
    const recording = this.files.begin(WANTED)
    this.files.recorded(this.write(seconds))
    await this.untilTold(1)
    return recording
  }

  async untilTold(count: number): Promise<void> {
    for (let tries = 0; this.told.length < count && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(this.told.length, count)
  }
}

test('the key of a file is sealed for its recording alone', () => {
  const key = Buffer.alloc(32, 5)
  const sealed = sealKey(key, MASTER, 'r1', (size) => Buffer.alloc(size, 1))
  assert.deepEqual(unsealKey(sealed, MASTER, 'r1'), key)
  assert.equal(unsealKey(sealed, MASTER, 'r2'), undefined)
  assert.equal(unsealKey(sealed, Buffer.alloc(32, 4), 'r1'), undefined)
  assert.equal(unsealKey('', MASTER, 'r1'), undefined)
  assert.ok(!sealed.includes(key.toString('base64')))
})

test('what was recorded is told once and can be read: mixed, and each voice alone', async () => {
  const scene = new Scene()
  const recording = await scene.recorded()
  assert.deepEqual(
    scene.told.map(({ ended }) => [ended?.why, ended?.lengthMs]),
    [['asked', 2_000]],
  )
  assert.equal(scene.files.size(), 0)
  for (const [form, hz] of [
    ['received', 600],
    ['sent', 1_000],
  ] as const) {
    const opened = await scene.files.open(recording, { form })
    assert.ok(opened.ok)
    const wav = Buffer.concat(await opened.value.sound.toArray())
    assert.equal(wav.length, opened.value.bytes)
    const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length))
    assert.equal(samples.length, 16_000)
    assert.ok(toneShare(samples, 8_000, hz) > 0.95, form)
  }
  const mixed = await scene.files.open(recording, { form: 'mixed' })
  assert.ok(mixed.ok)
  mixed.value.sound.destroy()
  for (let tries = 0; scene.files.size() > 0 && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(scene.files.size(), 0, 'a reading that is given up ends its thread')
})

test('a message is played from memory, at both rates, until it is released', async () => {
  const scene = new Scene()
  const recording = await scene.recorded()
  const message = await scene.files.prepare(recording)
  assert.ok(message.ok)
  const name = message.value.prompt.replace(/^message\//, '')
  assert.deepEqual(readdirSync(scene.messages).sort(), [`${name}.16000.wav`, `${name}.8000.wav`])
  const wide = readFileSync(join(scene.messages, `${name}.16000.wav`))
  const samples = new Int16Array(wide.buffer.slice(wide.byteOffset + 44, wide.byteOffset + wide.length))
  assert.ok(Math.abs(samples.length - 32_000) < 100)
  message.value.release()
  for (let tries = 0; readdirSync(scene.messages).length > 0 && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual(readdirSync(scene.messages), [])
})

test('what goes on, is unknown, was erased or changed is not read', async () => {
  const scene = new Scene()
  const open = (recording: RecordingId) => scene.files.open(recording, { form: 'mixed' })
  assert.deepEqual(await open('none' as RecordingId), { ok: false, error: 'unknown' })
  const recording = scene.files.begin(WANTED)
  assert.deepEqual(await open(recording), { ok: false, error: 'goes-on' })
  scene.files.recorded(scene.write())
  await scene.untilTold(1)
  const path = join(scene.folder, `${scene.orders[0]?.file}.rec`)
  const bytes = readFileSync(path)
  bytes[200] = (bytes[200] ?? 0) ^ 1
  writeFileSync(path, bytes)
  assert.deepEqual(await open(recording), { ok: false, error: 'unreadable' })
  assert.equal(await scene.files.erase(recording), true)
  assert.deepEqual(await open(recording), { ok: false, error: 'unknown' })
  assert.deepEqual(readdirSync(dirname(path)), [])
  assert.equal(scene.store.files.size, 0)
})

test('what cannot be stored is not recorded', async () => {
  const store = new MemorySoundFiles()
  store.add = async () => false
  const scene = new Scene(store)
  const recording = scene.files.begin(WANTED)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(scene.stopped, [recording])
  scene.files.recorded(scene.write())
  const left = () => readdirSync(join(scene.folder, '2026-09'))
  for (let tries = 0; left().length > 0 && tries < 200; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(scene.files.size(), 0)
  assert.deepEqual(left(), [])
})

test('after a restart: what goes on goes on, what ended meanwhile is measured and told, once', async () => {
  const before = new Scene()
  const lost = before.files.begin(WANTED)
  before.write(3)
  const going = before.files.begin(WANTED)
  await new Promise((resolve) => setTimeout(resolve, 20))
  const after = new Scene(before.store, before.folder)
  after.goingOn = new Set([going])
  await after.files.recover()
  assert.equal(after.told.length, 0)
  for (const { callback } of after.timers) callback()
  await after.untilTold(1)
  assert.deepEqual(
    after.told.map(({ recording, ended }) => [recording, ended?.why, ended?.lengthMs]),
    [[lost, 'failed', 3_000]],
  )
  await after.files.recover()
  assert.equal(after.told.length, 1)
})

test('after a restart: what goes on without a row is ended, and its file removed; no other is', async () => {
  const before = new Scene()
  const known = before.files.begin(WANTED)
  before.write()
  await new Promise((resolve) => setImmediate(resolve))
  const lost = new Scene(undefined, before.folder)
  lost.files.begin(WANTED) // Has the name of the one before.
  const recording = lost.files.begin(WANTED)
  const ended = lost.write()
  const { leg } = WANTED
  const file = lost.orders.at(-1)?.file ?? ''
  const own = { recording: known, leg, file: before.orders.at(-1)?.file ?? '' }
  const scene = new Scene(before.store, before.folder)
  scene.goingOn = new Set([known, recording])
  scene.strays = [own, { recording, leg, file }]
  const going = await scene.files.recover()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(
    going.map((one) => one.recording),
    [known],
  )
  assert.deepEqual(scene.stopped, [recording])
  scene.files.recorded(ended)
  for (let tries = 0; scene.files.size() > 0 && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual(scene.told, [])
  const left = readdirSync(dirname(join(before.folder, file)))
  assert.deepEqual(left, [`${known}.rec`])
})

test('after a restart more files than are read at once are all measured, none counts as empty', async () => {
  const before = new Scene()
  const count = 9
  for (let made = 0; made < count; made += 1) {
    before.files.begin(WANTED)
    before.write(1)
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  const after = new Scene(before.store, before.folder)
  await after.files.recover()
  for (let tries = 0; after.told.length < count && tries < 500; tries += 1) {
    for (const { callback } of after.timers.splice(0)) callback()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.deepEqual(
    after.told.map(({ ended }) => ended?.lengthMs),
    Array.from({ length: count }, () => 1_000),
  )
})

test('a store that fails ends no run: the end is told when it answers again', async () => {
  const scene = new Scene()
  const recording = scene.files.begin(WANTED)
  const { read } = scene.store
  scene.store.read = async () => Promise.reject(new Error('the store could not answer'))
  scene.files.recorded(scene.write(1))
  scene.files.stop('of another run' as RecordingId)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual([scene.told.length, scene.timers.length], [0, 1])
  scene.store.read = read.bind(scene.store)
  scene.timers.pop()?.callback()
  await scene.untilTold(1)
  assert.equal(scene.told[0]?.recording, recording)
})

test('whose it is may ask to be told again', async () => {
  const scene = new Scene()
  scene.isTaken = false
  await scene.recorded()
  scene.isTaken = true
  const next = new Scene(scene.store, scene.folder)
  await next.files.recover()
  await next.untilTold(1)
  await next.files.recover()
  assert.equal(next.told.length, 1)
})
