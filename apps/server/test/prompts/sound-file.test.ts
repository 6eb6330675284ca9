import assert from 'node:assert/strict'
import test from 'node:test'
import { BitReader } from '../../src/prompts/bit-reader.ts'
import { decodeFlac } from '../../src/prompts/flac.ts'
import { kindOf } from '../../src/prompts/sound-file.ts'

const bytes = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(300)])

test('a file is what its first bytes say', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['RIFF\0\0\0\0WAVEfmt ', 'wave'],
    ['fLaC\0', 'flac'],
    ['ID3\x04\0', 'mp3'],
    ['\xff\xfb\x90\x64', 'mp3'],
    ['\xff\xf3\x40\xc4', 'mp3'],
    [`OggS${'\0'.repeat(24)}OpusHead`, 'ogg-opus'],
    [`OggS${'\0'.repeat(24)}\x7fFLAC`, 'ogg-flac'],
  ]
  for (const [text, is] of rows) assert.deepEqual(kindOf(bytes(text)), { is }, is)
})

test('what is something else is named', () => {
  const rows: readonly (readonly [string, RegExp, boolean])[] = [
    ['\0\0\0\x20ftypM4A ', /M4A/, true],
    [`OggS${'\0'.repeat(24)}\x80theora`, /Ogg/, true],
    ['#!AMR\n', /AMR/, true],
    [`OggS${'\0'.repeat(24)}\x01vorbis`, /Vorbis/, true],
    ['\x89PNG\r\n', /PNG/, false],
    ['\xff\xd8\xff\xe0', /JPEG/, false],
    ['%PDF-1.7', /PDF/, false],
    ['PK\x03\x04', /ZIP/, false],
    ['\xff\xff\xff\xff', /unknown/, false],
    ['\0\0\0\0', /unknown/, false],
  ]
  for (const [text, what, isSound] of rows) {
    const kind = kindOf(bytes(text))
    assert.ok(kind.is === 'unreadable' && what.test(kind.what) && kind.isSound === isSound, text)
  }
  const html = kindOf(Buffer.from('<!doctype html><title>Music</title>'.padEnd(400, ' ')))
  assert.ok(html.is === 'unreadable' && html.what === 'a text')
  for (const nothing of [new Uint8Array(0), new Uint8Array(1), Buffer.from('R')])
    assert.equal(kindOf(nothing).is, 'unreadable')
})

/** FLAC of two channels of silence, 65,535 samples a frame. */
function silence(rate: number, frames: number): Uint8Array {
  const head = Buffer.alloc(42)
  head.write('fLaC')
  head.writeUInt32BE(0x8000_0022, 4)
  // Rate, channels less one and bits less one: 20, 3 and 5 bits.
  head.writeUInt32BE(((rate << 12) | (1 << 9) | (15 << 4)) >>> 0, 18)
  const frame = Buffer.from([0xff, 0xf8, 0x70, 0x10, 0, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0])
  const check = Buffer.alloc(2)
  check.writeUInt16BE(new BitReader(frame).crc16(0, frame.length))
  const whole = Buffer.concat([frame, check])
  return Buffer.concat([head, ...Array.from({ length: frames }, () => whole)])
}

test('a small file of FLAC that would fill the memory is refused before it does', () => {
  const short = decodeFlac(silence(48_000, 1))
  assert.equal(short.ok && short.value.channels[1]?.length, 65_535)
  for (const rate of [1_048_575, 192_001, 3_999, 0])
    assert.deepEqual(decodeFlac(silence(rate, 1)), { ok: false, error: 'coding' })
  // Two minutes of 192 kHz: 16 bytes for each third of a second.
  const [before, frames] = [process.memoryUsage().arrayBuffers, 360]
  assert.deepEqual(decodeFlac(silence(192_000, frames)), { ok: false, error: 'too-long' })
  assert.ok(process.memoryUsage().arrayBuffers - before < 300 * 2 ** 20)
})
