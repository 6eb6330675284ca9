// A recording read as a stream: the same sound as read whole, in a few seconds of memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Chunk, ChunkCipher, writeHeader } from '../../src/recording/format.ts'
import { readRecording } from '../../src/recording/reader.ts'
import {
  factsOf,
  type RecordingFacts,
  type SoundWish,
  soundHeader,
  soundOf,
} from '../../src/recording/sound-stream.ts'

const KEY = Buffer.alloc(32, 1)
const HEAD = { rate: 8_000, tracks: ['received', 'sent'], startedAt: 1_700_000_000_000 } as const

const sound = (positionMs: number, value: number, track: 'received' | 'sent', length = 8_000): Chunk => ({
  ...{ kind: 'sound', track, positionMs },
  samples: new Int16Array(length).fill(value),
})
const mark = (kind: Chunk['kind'], positionMs: number): Chunk => ({
  ...{ kind, track: 'received', positionMs },
  samples: new Int16Array(),
})
/** Ten seconds; a pause from 3.5 to 6 s, and what was lost of one track at 7 s. */
const CHUNKS = [
  ...[sound(0, 100, 'received'), sound(0, 7, 'sent'), sound(1_000, 101, 'received'), sound(1_000, 8, 'sent')],
  ...[sound(2_000, 30_000, 'received'), sound(2_000, 9_000, 'sent'), sound(3_000, 103, 'received', 4_000)],
  ...[sound(3_000, 10, 'sent', 4_000), mark('paused', 3_500), mark('resumed', 6_000)],
  ...[sound(6_000, 104, 'received'), sound(6_000, 11, 'sent'), sound(7_000, 105, 'received')],
  ...[sound(8_000, 106, 'received'), sound(8_000, 13, 'sent'), sound(9_000, 107, 'received', 3_000)],
  mark('end', 9_375),
]

function fileOf(chunks: readonly Chunk[]): Buffer {
  const header = writeHeader(HEAD, Buffer.alloc(32, 9))
  const cipher = new ChunkCipher(KEY, header)
  return Buffer.concat([header, ...chunks.map((chunk) => cipher.seal(chunk))])
}

async function* inPieces(file: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size)
}

async function factsIn(file: Uint8Array): Promise<RecordingFacts> {
  const facts = await factsOf(inPieces(file), KEY)
  assert.ok(facts.ok)
  return facts.value
}

async function heard(file: Uint8Array, wish: SoundWish): Promise<Int16Array> {
  const pieces: number[] = []
  for await (const piece of soundOf(inPieces(file), KEY, await factsIn(file), wish)) pieces.push(...piece)
  return Int16Array.from(pieces)
}

test('RFM-10 each track sounds as in the whole file, with pauses silent or marked', async () => {
  const file = fileOf(CHUNKS)
  for (const pauses of ['silence', 'beep'] as const) {
    const whole = readRecording(file, KEY, { pauses })
    assert.ok(whole.ok)
    for (const form of ['received', 'sent'] as const)
      assert.deepEqual(await heard(file, { form, pauses }), whole.value.tracks.get(form), `${form} ${pauses}`)
  }
})

test('RFM-10 both as one, or on two sides', async () => {
  const file = fileOf(CHUNKS)
  const mixed = await heard(file, { form: 'mixed' })
  const at = (ms: number) => mixed[ms * 8]
  assert.deepEqual([at(500), at(2_500), at(4_000), at(7_500)], [107, 32_767, 0, 105])
  const stereo = await heard(file, { form: 'stereo' })
  assert.equal(stereo.length, mixed.length * 2)
  assert.deepEqual([...stereo.subarray(16 * 1_500, 16 * 1_500 + 2)], [101, 8])
})

test('RFM-10 facts and header: length, pauses, channels', async () => {
  const facts = await factsIn(fileOf(CHUNKS))
  assert.deepEqual(facts, {
    ...HEAD,
    isComplete: true,
    lengthMs: 9_375,
    pauses: [{ fromMs: 3_500, toMs: 6_000 }],
  })
  const header = Buffer.from(soundHeader(facts, { form: 'stereo' }))
  assert.deepEqual([header.readUInt16LE(22), header.readUInt32LE(40)], [2, 9_375 * 8 * 4])
})

test('RFM-11 chunks of one track may come late', async () => {
  const late = [
    ...[sound(0, 1, 'received'), sound(1_000, 2, 'received'), sound(2_000, 3, 'received')],
    ...[
      sound(0, 10, 'sent'),
      sound(1_000, 20, 'sent'),
      sound(3_000, 4, 'received'),
      sound(2_000, 30, 'sent'),
    ],
  ]
  const mixed = await heard(fileOf(late), { form: 'mixed' })
  assert.deepEqual(
    [500, 1_500, 2_500, 3_500].map((ms) => mixed[ms * 8]),
    [11, 22, 33, 4],
  )
})

test('RFM-11 a wrong key or a changed file is said before any sound', async () => {
  const file = fileOf(CHUNKS)
  const wrong = await factsOf(inPieces(file), Buffer.alloc(32, 2))
  assert.deepEqual(wrong, { ok: false, error: { fault: 'wrong-key-or-changed', chunks: 0 } })
  const cut = await factsIn(file.subarray(0, file.length - 40))
  assert.equal(cut.isComplete, false)
  assert.deepEqual(await factsOf(inPieces(new Uint8Array(9)), KEY), {
    ok: false,
    error: { fault: 'not-a-recording', chunks: 0 },
  })
})
