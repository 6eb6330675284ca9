// The file of a recording, whole, cut and tampered with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChunkReader, readRecording, writeWav } from '../../src/index.ts'
import { type Chunk, ChunkCipher, HEADER_BYTES, readHeader, writeHeader } from '../../src/recording/format.ts'
import { parseWav } from '../../src/sound/wav.ts'

const KEY = Buffer.alloc(32, 1)
const HEAD = { rate: 8_000, tracks: ['received', 'sent'], startedAt: 1_700_000_000_000 } as const
const SALT = Buffer.alloc(32, 9)

const sound = (positionMs: number, value: number, track: 'received' | 'sent' = 'received'): Chunk => ({
  ...{ kind: 'sound', track, positionMs },
  samples: new Int16Array(160).fill(value),
})
const mark = (kind: Chunk['kind'], positionMs: number): Chunk => ({
  ...{ kind, track: 'received', positionMs },
  samples: new Int16Array(),
})
const CHUNKS = [sound(0, 1), sound(0, 2, 'sent'), sound(20, 3), mark('end', 40)]

/** The header and the chunks as they are in the file. */
function pieces(chunks: readonly Chunk[] = CHUNKS, salt = SALT): Buffer[] {
  const header = writeHeader(HEAD, salt)
  const cipher = new ChunkCipher(KEY, header)
  return [header, ...chunks.map((chunk) => Buffer.from(cipher.seal(chunk)))]
}

const whole = (chunks?: readonly Chunk[]) => Buffer.concat(pieces(chunks))

function faultOf(file: Uint8Array, key = KEY): string {
  const read = readRecording(file, key)
  return read.ok ? (read.value.isComplete ? 'complete' : 'cut') : read.error.fault
}

test('RFM-1 what was written is read: rate, tracks, times, pauses, samples', () => {
  const read = readRecording(
    whole([
      sound(0, 1),
      mark('paused', 20),
      mark('resumed', 100),
      sound(100, 4),
      sound(120, 5, 'sent'),
      mark('end', 140),
    ]),
    KEY,
  )
  assert.ok(read.ok)
  const { rate, startedAt, isComplete, tracks, pauses } = read.value
  assert.deepEqual([rate, startedAt, isComplete], [8_000, HEAD.startedAt, true])
  assert.deepEqual(pauses, [{ fromMs: 20, toMs: 100 }])
  const at = (track: 'received' | 'sent') => [0, 30, 100, 120].map((ms) => tracks.get(track)?.[ms * 8])
  assert.deepEqual(
    [at('received'), at('sent')],
    [
      [1, 0, 4, 0],
      [0, 0, 0, 5],
    ],
  )
  assert.deepEqual([tracks.get('received')?.length, tracks.get('sent')?.length], [1_120, 1_120])
})

test('RFM-2 a file that a crash cut is read up to its last whole chunk', () => {
  const file = whole()
  const ends = pieces().map((_, at, all) => all.slice(0, at + 1).reduce((sum, { length }) => sum + length, 0))
  for (let length = HEADER_BYTES; length < file.length; length += 1) {
    const read = readRecording(file.subarray(0, length), KEY)
    assert.ok(read.ok && !read.value.isComplete, `${length}`)
    const chunks = ends.filter((end) => end <= length).length - 1
    assert.equal(read.value.tracks.get('received')?.length, [0, 160, 160, 320][chunks], `${length}`)
  }
  for (let length = 0; length < HEADER_BYTES; length += 1)
    assert.equal(faultOf(file.subarray(0, length)), 'not-a-recording')
  const zeros = Buffer.concat([...pieces().slice(0, 3), Buffer.alloc(4_096)])
  assert.equal(faultOf(zeros), 'cut', 'a power failure leaves zeros')
  zeros[zeros.length - 1] = 1
  assert.equal(faultOf(zeros), 'wrong-key-or-changed')
})

test('RFM-3 a pause that a crash cut off lasts to the end', () => {
  const read = readRecording(whole([sound(0, 1), mark('paused', 20)]), KEY)
  assert.ok(read.ok)
  assert.deepEqual(read.value.pauses, [{ fromMs: 20, toMs: 20 }])
})

test('RFM-4 chunks that are missing, repeated, in another order or of another file are refused', () => {
  const [header, a, b, c, end] = pieces() as [Buffer, Buffer, Buffer, Buffer, Buffer]
  const [, foreign] = pieces(CHUNKS, Buffer.alloc(32, 10)) as [Buffer, Buffer]
  const rows: [string, Buffer[], string][] = [
    ['whole', [header, a, b, c, end], 'complete'],
    ['first missing', [header, b, c, end], 'wrong-key-or-changed'],
    ['middle missing', [header, a, c, end], 'wrong-key-or-changed'],
    ['swapped', [header, b, a, c, end], 'wrong-key-or-changed'],
    ['repeated', [header, a, a, b, c, end], 'wrong-key-or-changed'],
    ['bytes missing inside', [header, a, b.subarray(0, 100), c, end], 'wrong-key-or-changed'],
    ['of another file', [header, foreign, b, c, end], 'wrong-key-or-changed'],
    ['after the end', [header, a, b, c, end, a], 'after-the-end'],
    ['a byte after the end', [header, a, b, c, end, Buffer.alloc(1)], 'after-the-end'],
  ]
  for (const [what, parts, fault] of rows) assert.equal(faultOf(Buffer.concat(parts)), fault, what)
  assert.equal(faultOf(whole(), Buffer.alloc(32, 2)), 'wrong-key-or-changed')
})

test('RFM-5 no changed byte goes unnoticed', () => {
  const file = whole()
  for (let at = 0; at < file.length; at += 1) {
    const changed = Buffer.from(file)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    const fault = faultOf(changed)
    // A length that points beyond the end looks like a crash: no longer complete, and never other sound.
    assert.ok(fault !== 'complete', `byte ${at}: ${fault}`)
  }
})

test('RFM-6 any bytes are answered, in any pieces, and nothing throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 99 }), (bytes, size) => {
      readRecording(bytes, KEY)
      const file = Buffer.concat([...pieces().slice(0, 2), bytes])
      readRecording(file, KEY)
      const reader = new ChunkReader(KEY)
      for (let at = 0; at < file.length; at += size) if (!reader.push(file.subarray(at, at + size)).ok) return
      reader.end()
    }),
    { numRuns: 200 },
  )
})

test('RFM-7 a file given piece by piece gives the same chunks', () => {
  const file = whole()
  const reader = new ChunkReader(KEY)
  const chunks: Chunk[] = []
  for (let at = 0; at < file.length; at += 7) {
    const read = reader.push(file.subarray(at, at + 7))
    assert.ok(read.ok)
    chunks.push(...read.value)
  }
  assert.ok(reader.end().ok && reader.isComplete)
  assert.deepEqual(chunks, CHUNKS)
})

test('RFM-8 every file has a key of its own: the same sound is other bytes', () => {
  const [one, other] = [SALT, Buffer.alloc(32, 3)].map((salt) => pieces(CHUNKS, salt)[1])
  assert.ok(one && other && !one.subarray(4).equals(other.subarray(4)))
  assert.deepEqual(readHeader(writeHeader(HEAD, SALT)), HEAD)
})

test('RFM-9 sound leaves as WAV', () => {
  const samples = Int16Array.from([1, -2, 32_767, -32_768])
  const parsed = parseWav(writeWav({ rate: 16_000, samples }))
  assert.deepEqual(parsed, { ok: true, value: { rate: 16_000, samples } })
})
