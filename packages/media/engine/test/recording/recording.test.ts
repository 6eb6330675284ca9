// Recordings on real sockets and real files: what is in them, when they end, what a slow or full disk does.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROTOCOL_VERSION, type Reply } from '@rufwerk/media-control'
import { loudness, toneShare } from '@rufwerk/rtp/testing'
import { closeWebRtc, loadOpus, type RecordedSound, readRecording } from '../../src/index.ts'
import { ENDPOINT_RECORDINGS_MAX, RECORDING_QUEUE_CHUNKS_MAX } from '../../src/limits.ts'
import type { CreateFile } from '../../src/recording/chunk-writer.ts'
import { NOTHING_OPEN, Scene, until, voice } from '../support/scene.ts'
import { Stage } from '../support/sound.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordings-'))
const KEY = Buffer.alloc(32, 7)
const START = {
  type: 'record',
  recording: 'r',
  endpoint: 'a',
  key: KEY.toString('base64'),
  tracks: ['received'],
}
before(() => loadOpus())
after(() => {
  rmSync(folder, { recursive: true })
  closeWebRtc()
})

const path = (file: string) => join(folder, `${file}.rec`)

function read(file: string, options?: Parameters<typeof readRecording>[2]): RecordedSound {
  const sound = readRecording(readFileSync(path(file)), KEY, options)
  assert.ok(sound.ok, JSON.stringify(sound))
  return sound.value
}

async function stop(scene: Scene, recording = 'r') {
  const reply: Reply = await scene.do({ type: 'stopRecording', recording })
  assert.ok(reply.type === 'recorded', JSON.stringify(reply))
  return reply.figures
}

async function refusal(scene: Scene, command: object): Promise<string> {
  const reply = await scene.do(command)
  return reply.type === 'refused' ? reply.code : reply.type
}

const ended = (scene: Scene) =>
  scene.events.flatMap((event) =>
    event.type === 'recordingEnded' ? [`${event.recording} ${event.why}`] : [],
  )

/** `sound` from `from` to `to` ms. */
const cut = ({ rate }: RecordedSound, sound: Int16Array | undefined, from: number, to: number) =>
  (sound ?? new Int16Array()).subarray((from * rate) / 1000, (to * rate) / 1000)

/** A disk in memory that waits, or fails. */
function disk(append: (count: number) => Promise<void>) {
  const pieces: Uint8Array[] = []
  let closed = 0
  const createFile: CreateFile = async () => ({
    append: async (bytes) => {
      await append(pieces.length)
      pieces.push(bytes)
    },
    sync: async () => {},
    close: async () => {
      closed += 1
    },
  })
  return { pieces, createFile, closed: () => closed, file: () => Buffer.concat(pieces) }
}

test('REC-1 each track holds what was received or sent, and nothing else', async (t) => {
  const stage = new Stage(t, { recordingsDir: folder })
  const { scene } = stage
  const silence = { type: 'silence' }
  const [a, b] = [await stage.enter('a', 'PCMA', 500, silence), await stage.enter('b', 'opus', 900, silence)]
  await scene.bridge('a', 'b')
  await scene.done({ ...START, file: 't/both', tracks: ['received', 'sent'] })
  await stage.speak([a, b], 1_500)
  const figures = await stop(scene)
  const sound = read('t/both')
  const [said, heard] = (['received', 'sent'] as const).map((name) =>
    cut(sound, sound.tracks.get(name), 500, 1_400),
  )
  assert.ok(said && heard)
  const shares = [said, heard].map((track) => [500, 900].map((hz) => toneShare(track, 8_000, hz)))
  assert.ok((shares[0]?.[0] ?? 0) > 0.95 && (shares[0]?.[1] ?? 1) < 0.001, `${shares}`)
  assert.ok((shares[1]?.[1] ?? 0) > 0.9 && (shares[1]?.[0] ?? 1) < 0.001, `${shares}`)
  assert.ok(sound.isComplete)
  assert.equal(figures.lengthMs, 1_500)
  assert.equal(figures.bytes, statSync(path('t/both')).size)
  assert.equal(statSync(path('t/both')).mode & 0o777, 0o600)
  assert.ok(Math.abs(sound.startedAt - Date.now()) < 60_000)
  await scene.close()
})

test('REC-2 the recording of a wideband leg is wideband', async (t) => {
  const stage = new Stage(t, { recordingsDir: folder })
  const { scene } = stage
  const a = await stage.enter('a', 'G722', 6_000, { type: 'mix', mix: 'm', isMuted: false })
  await scene.done({ ...START, file: 'wide', tracks: ['received'] })
  await stage.speak([a], 700)
  await stop(scene)
  const sound = read('wide')
  assert.equal(sound.rate, 16_000)
  assert.ok(toneShare(cut(sound, sound.tracks.get('received'), 250, 650), 16_000, 6_000) > 0.9)
  await scene.close()
})

test('REC-3 a pause leaves a mark and no sound; both edges can be made audible', async (t) => {
  const stage = new Stage(t, { recordingsDir: folder })
  const { scene } = stage
  const a = await stage.enter('a', 'PCMA', 500, { type: 'silence' })
  await scene.done({ ...START, file: 'pause' })
  const pauses = (isPaused: boolean) => scene.done({ type: 'pauseRecording', recording: 'r', isPaused })
  await stage.speak([a], 500)
  await pauses(true)
  await pauses(true)
  await stage.speak([{ ...a, hz: 700 }], 800)
  await stage.pass(100)
  await pauses(false)
  await stage.speak([{ ...a, hz: 900 }], 500)
  await stop(scene)
  const sound = read('pause')
  const [pause] = sound.pauses
  assert.deepEqual(sound.pauses, [{ fromMs: 500, toMs: 1_400 }])
  assert.ok(pause)
  const track = sound.tracks.get('received')
  assert.equal(loudness(cut(sound, track, pause.fromMs, pause.toMs)), 0)
  assert.ok(toneShare(track ?? new Int16Array(), 8_000, 700) < 0.001)
  assert.ok(toneShare(cut(sound, track, 150, pause.fromMs), 8_000, 500) > 0.9)
  assert.ok(toneShare(cut(sound, track, pause.toMs + 200, pause.toMs + 450), 8_000, 900) > 0.9)
  const audible = read('pause', { pauses: 'beep' })
  const beeps = audible.tracks.get('received')
  for (const from of [pause.fromMs, pause.toMs - 200])
    assert.ok(toneShare(cut(audible, beeps, from, from + 200), 8_000, 1_400) > 0.95)
  assert.equal(loudness(cut(audible, beeps, pause.fromMs + 220, pause.toMs - 220)), 0)
  await scene.close()
})

for (const [file, begin] of [
  ['begins-paused', { isPaused: true }],
  ['paused-while-made', {}],
] as const)
  test(`REC-11 ${file}: nothing is written before it goes on`, async (t) => {
    const stage = new Stage(t, { recordingsDir: folder })
    const { scene } = stage
    const a = await stage.enter('a', 'PCMA', 700, { type: 'silence' })
    const pauses = (isPaused: boolean) => scene.do({ type: 'pauseRecording', recording: 'r', isPaused })
    const begun = scene.do({ ...START, file, ...begin })
    const paused = 'isPaused' in begin ? begun : pauses(true)
    assert.deepEqual([await begun, await paused], [{ type: 'done' }, { type: 'done' }])
    await stage.speak([a], 500)
    await pauses(false)
    await stage.speak([{ ...a, hz: 900 }], 500)
    await stop(scene)
    const sound = read(file)
    assert.equal(sound.pauses[0]?.fromMs, 0)
    const track = sound.tracks.get('received') ?? new Int16Array()
    assert.ok(toneShare(track, 8_000, 700) < 0.001)
    assert.ok(toneShare(cut(sound, track, 600, 950), 8_000, 900) > 0.9)
    await scene.close()
  })

test('REC-4 no sound is on the disk in plain, and no key is told', async () => {
  const scene = new Scene({ recordingsDir: folder })
  await scene.connect('a')
  await scene.done({ ...START, file: 'quiet' })
  await sleep(400)
  const snapshot = JSON.stringify(await scene.do({ type: 'snapshot' }))
  await stop(scene)
  const bytes = readFileSync(path('quiet'))
  assert.ok(bytes.length > 6_000)
  assert.equal(bytes.indexOf(Buffer.alloc(8), 60), -1, 'silence would be zeros')
  assert.ok(!bytes.includes(KEY.subarray(0, 8)))
  assert.ok(!(snapshot + JSON.stringify(scene.events)).includes(START.key.slice(0, 12)))
  await scene.close()
})

test('REC-5 a file that exists is not touched, and no name leaves the folder', async () => {
  const scene = new Scene({ recordingsDir: folder })
  await scene.connect('a')
  await scene.done({ ...START, file: 'twice' })
  await stop(scene)
  const before = readFileSync(path('twice'))
  assert.equal(await refusal(scene, { ...START, file: 'twice' }), 'bad-argument')
  assert.deepEqual(readFileSync(path('twice')), before)
  for (const file of ['../x', '/etc/x', 'a/b/c', '', 'x.rec', 'a\0b', '.hidden', 7])
    assert.equal(await refusal(scene, { ...START, file }), 'bad-argument', String(file))
  assert.deepEqual(scene.engine.size().recordings, 0)
  await scene.close()
  const without = new Scene()
  await without.connect('a')
  assert.equal(await refusal(without, { ...START, file: 'x' }), 'failed', 'no folder was configured')
  await without.close()
})

test('REC-6 wrong commands are refused; the same one again is answered as before', async () => {
  const scene = new Scene({ recordingsDir: folder })
  await scene.connect('a')
  const command = { ...START, file: 'again' }
  for (const wrong of [
    { key: 'short' },
    { key: Buffer.alloc(31).toString('base64') },
    { key: `${START.key}\n` },
    { tracks: [] },
    { tracks: ['sent', 'sent'] },
    { tracks: ['both'] },
    { lengthMaxMs: 10 },
    { recording: '' },
  ])
    assert.equal(await refusal(scene, { ...command, ...wrong }), 'bad-argument', JSON.stringify(wrong))
  assert.equal(await refusal(scene, { ...command, endpoint: 'nobody' }), 'unknown-endpoint')
  const both = await Promise.all([scene.do(command), scene.do(command)])
  assert.deepEqual(both, [{ type: 'done' }, { type: 'done' }])
  const other = Buffer.alloc(32, 8).toString('base64')
  for (const changed of [{ file: 'other' }, { key: other }, { tracks: ['sent'] }])
    assert.equal(await refusal(scene, { ...command, ...changed }), 'bad-argument')
  for (const type of ['pauseRecording', 'stopRecording'])
    assert.equal(await refusal(scene, { type, recording: 'none', isPaused: true }), 'unknown-recording')
  for (let at = 1; at < ENDPOINT_RECORDINGS_MAX; at += 1)
    await scene.done({ ...START, recording: `r${at}`, file: `more${at}` })
  assert.equal(await refusal(scene, { ...START, recording: 'rx', file: 'morex' }), 'limit')
  await stop(scene)
  assert.equal(await refusal(scene, { type: 'stopRecording', recording: 'r' }), 'unknown-recording')
  await scene.do({ type: 'close', endpoint: 'a' })
  await until(() => scene.engine.size().recordings === 0)
  await scene.close()
})

test('REC-7 it ends with its endpoint or at its length, is whole, and that is told once', async () => {
  const scene = new Scene({ recordingsDir: folder })
  await scene.connect('a')
  await scene.done({ ...START, file: 'length', lengthMaxMs: 1_000 })
  await until(() => ended(scene).length > 0)
  await scene.done({ ...START, recording: 'q', file: 'closing' })
  await sleep(150)
  await scene.do({ type: 'close', endpoint: 'a' })
  await until(() => ended(scene).length > 1)
  assert.deepEqual(ended(scene), ['r length', 'q endpoint-closed'])
  assert.ok(read('length').isComplete && read('closing').isComplete)
  assert.equal(read('length').tracks.get('received')?.length, 8_000)
  assert.deepEqual(scene.engine.size(), NOTHING_OPEN)
  const opening = new Scene({ recordingsDir: folder })
  await opening.connect('a')
  const late = opening.do({ ...START, file: 'late' })
  await opening.do({ type: 'close', endpoint: 'a' })
  assert.equal((await late).type, 'refused', 'its endpoint closed while the file was made')
  await until(() => opening.engine.size().recordings === 0)
  assert.ok(read('late').isComplete)
  assert.deepEqual(ended(opening), [])
  await opening.close()
  await scene.close()
})

test('REC-8 a slow disk delays nobody; what finds no place is counted, told and silent', async () => {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const slow = disk((count) => (count === 1 ? gate : Promise.resolve()))
  const scene = new Scene({ recordingsDir: folder, createFile: slow.createFile })
  const phone = await scene.connect('a')
  await scene.source('a', { type: 'tone', tone: 'busy', country: 'de' })
  await scene.done({ ...START, file: 'slow' })
  for (let count = 0; count < 2 * RECORDING_QUEUE_CHUNKS_MAX + 6; count += 1) {
    // Each pause ends a piece, so that the queue is full at once.
    await sleep(25)
    await scene.done({ type: 'pauseRecording', recording: 'r', isPaused: count % 2 === 0 })
  }
  await until(() => scene.events.some(({ type }) => type === 'recordingLost'), 3_000)
  assert.ok(phone.heard.length > 20, `${phone.heard.length} packets went out meanwhile`)
  release()
  const figures = await stop(scene)
  assert.ok(figures.lostMs > 0)
  const sound = readRecording(slow.file(), KEY)
  assert.ok(sound.ok && sound.value.tracks.get('received'), 'what was written can be read')
  assert.equal(slow.closed(), 1)
  await scene.close()
})

test('REC-9 a full disk ends the recording and nothing else, and is told', async () => {
  let left = 1
  const full = disk(async () => {
    if (left === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    left -= 1
  })
  const scene = new Scene({ recordingsDir: folder, createFile: full.createFile })
  const phone = await scene.connect('a')
  await scene.source('a', { type: 'echo' })
  await scene.done({ ...START, file: 'full' })
  await sleep(60)
  await scene.done({ type: 'pauseRecording', recording: 'r', isPaused: true })
  await until(() => ended(scene).length > 0)
  assert.deepEqual(ended(scene), ['r disk-full'])
  assert.equal(full.closed(), 1)
  phone.send(voice(1))
  await until(() => phone.heard.length > 0)
  left = 1
  await scene.done({ ...START, file: 'stopped', recording: 's' })
  assert.equal(await refusal(scene, { type: 'stopRecording', recording: 's' }), 'failed')
  assert.deepEqual(ended(scene), ['r disk-full'], 'who asks is answered instead')
  scene.logged.length = 0 // It is an error that the log names.
  await scene.close()
})

test('REC-10 a recording goes on under the next call control, and is in its snapshot', async () => {
  const scene = new Scene({ recordingsDir: folder })
  const hello = (generation: number) => scene.do({ type: 'hello', version: PROTOCOL_VERSION, generation })
  await hello(1)
  for (const id of ['a', 'b']) await scene.connect(id)
  await scene.done({ ...START, file: 'kept' })
  await scene.done({ ...START, recording: 'q', endpoint: 'b', file: 'unwanted' })
  scene.engine.detached()
  await sleep(200)
  await hello(2)
  await scene.done({ type: 'pauseRecording', recording: 'r', isPaused: true })
  const page = await scene.do({ type: 'snapshot' })
  assert.ok(page.type === 'snapshot')
  const [a] = page.endpoints
  const [open] = a?.recordings ?? []
  assert.ok(open && open.lengthMs >= 150 && open.lostMs === 0)
  const { recording, file, tracks, isPaused } = open
  assert.deepEqual([recording, file, tracks, isPaused], ['r', 'kept', ['received'], true])
  await scene.do({ type: 'claim', endpoints: ['a'], isComplete: true })
  await until(() => ended(scene).length > 0)
  assert.deepEqual(ended(scene), ['q endpoint-closed'])
  await stop(scene)
  assert.ok(read('kept').isComplete && existsSync(path('unwanted')))
  await scene.close()
})
