import assert from 'node:assert/strict'
import { test } from 'node:test'
import { G711Encoder } from '@rufwerk/rtp'
import { sine } from '@rufwerk/rtp/testing'
import { readWave } from '../../src/prepare/wave-file.ts'
import { writeG722Wav } from '../../src/sound/wav.ts'

const SOUND = sine(8_000, 500, 800, 12_000)

interface Form {
  readonly coding: number
  readonly bits: number
  readonly channels?: number
  readonly isExtensible?: boolean
  /** What the data chunk says of its length, when it lies. */
  readonly length?: number
}

function wave({ coding, bits, channels = 1, isExtensible = false, length }: Form, sound: Buffer): Buffer {
  const format = Buffer.alloc(isExtensible ? 40 : 16)
  format.writeUInt16LE(isExtensible ? 0xfffe : coding, 0)
  format.writeUInt16LE(channels, 2)
  format.writeUInt32LE(8_000, 4)
  format.writeUInt16LE(bits, 14)
  if (isExtensible) format.writeUInt16LE(coding, 24)
  const chunk = (name: string, body: Buffer, says = body.length): Buffer => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32LE(says, 4)
    return Buffer.concat([head, body, Buffer.alloc(body.length & 1)])
  }
  const odd = chunk('LIST', Buffer.from('abc'))
  return Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'),
    chunk('fmt ', format),
    odd,
    chunk('data', sound, length),
  ])
}

function written(width: number, write: (buffer: Buffer, sample: number, at: number) => void): Buffer {
  const buffer = Buffer.alloc(SOUND.length * width)
  for (const [index, sample] of SOUND.entries()) write(buffer, sample, index * width)
  return buffer
}

const PCM_16 = written(2, (buffer, sample, at) => buffer.writeInt16LE(sample, at))

test('PRE-5 wave files of every common coding are read', () => {
  const rows: readonly (readonly [string, Buffer, number])[] = [
    [
      '8 bit',
      wave(
        { coding: 1, bits: 8 },
        written(1, (b, s, at) => b.writeUInt8((s >> 8) + 128, at)),
      ),
      0.01,
    ],
    ['16 bit', wave({ coding: 1, bits: 16 }, PCM_16), 0.0001],
    [
      '24 bit',
      wave(
        { coding: 1, bits: 24 },
        written(3, (b, s, at) => b.writeIntLE(s * 256, at, 3)),
      ),
      0.0001,
    ],
    [
      '32 bit',
      wave(
        { coding: 1, bits: 32 },
        written(4, (b, s, at) => b.writeInt32LE(s * 65_536, at)),
      ),
      0.0001,
    ],
    [
      'float',
      wave(
        { coding: 3, bits: 32 },
        written(4, (b, s, at) => b.writeFloatLE(s / 32_768, at)),
      ),
      0.0001,
    ],
    [
      'double',
      wave(
        { coding: 3, bits: 64 },
        written(8, (b, s, at) => b.writeDoubleLE(s / 32_768, at)),
      ),
      0.0001,
    ],
    ['A-law', wave({ coding: 6, bits: 8 }, Buffer.from(new G711Encoder('PCMA').encode(SOUND))), 0.02],
    ['µ-law', wave({ coding: 7, bits: 8 }, Buffer.from(new G711Encoder('PCMU').encode(SOUND))), 0.02],
    ['extensible', wave({ coding: 1, bits: 16, isExtensible: true }, PCM_16), 0.0001],
    ['no length', wave({ coding: 1, bits: 16, length: 0 }, PCM_16), 0.0001],
    ['too long', wave({ coding: 1, bits: 16, length: 0x7fff_ffff }, PCM_16), 0.0001],
  ]
  for (const [name, file, error] of rows) {
    const read = readWave(file)
    assert.ok(read.ok, `${name}: ${JSON.stringify(read)}`)
    assert.equal(read.value.rate, 8_000)
    const [samples] = read.value.channels
    assert.equal(samples?.length, SOUND.length, name)
    for (const [at, sample] of SOUND.entries())
      assert.ok(Math.abs((samples?.[at] ?? 9) - sample / 32_768) <= error, `${name} at ${at}`)
  }
  const wide = readWave(writeG722Wav(sine(16_000, 500, 1_600)))
  assert.ok(wide.ok && wide.value.rate === 16_000 && wide.value.channels[0]?.length === 1_600)
})

test('PRE-5 channels that take turns are parted', () => {
  const pairs = Buffer.concat(
    [...SOUND].map((_, at) => Buffer.concat([PCM_16.subarray(2 * at, 2 * at + 2), Buffer.alloc(2)])),
  )
  const read = readWave(wave({ coding: 1, bits: 16, channels: 2 }, pairs))
  assert.ok(read.ok)
  const [left, right] = read.value.channels
  assert.equal(left?.length, SOUND.length)
  assert.ok(Math.abs((left?.[4] ?? 9) - (SOUND[4] ?? 0) / 32_768) < 0.0001)
  assert.ok(right?.every((sample) => sample === 0))
})

test('PRE-5 what is no such file has a reason, and no cut or changed byte makes it throw', () => {
  const whole = wave({ coding: 1, bits: 16 }, PCM_16.subarray(0, 64))
  const rows = [
    [Buffer.from('hello'), 'not-wave'],
    [whole.subarray(0, 20), 'truncated'],
    [wave({ coding: 0x55, bits: 0 }, PCM_16), 'coding'],
    [wave({ coding: 1, bits: 12 }, PCM_16), 'coding'],
    [wave({ coding: 1, bits: 16, channels: 0 }, PCM_16), 'channels'],
    [wave({ coding: 1, bits: 16, channels: 200 }, PCM_16), 'channels'],
    [wave({ coding: 1, bits: 16 }, Buffer.alloc(0)), 'empty'],
  ] as const
  for (const [file, error] of rows) assert.deepEqual(readWave(file), { ok: false, error })
  for (let length = 0; length < whole.length; length += 1) readWave(whole.subarray(0, length))
  for (let at = 0; at < whole.length; at += 1)
    for (const value of [0, 1, 0x7f, 0xff]) readWave(Buffer.from(whole).fill(value, at, at + 1))
})
