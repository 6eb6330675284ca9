import assert from 'node:assert/strict'
import test from 'node:test'
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
