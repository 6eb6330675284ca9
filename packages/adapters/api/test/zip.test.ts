import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ZipFile, zipOf } from '../src/zip.ts'

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function* files(...all: ZipFile[]): AsyncIterable<ZipFile> {
  yield* all
}

test('another program reads what was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-zip-'))
  const file = join(folder, 'a.zip')
  const all = files(
    { path: 'calls/calls.jsonl', content: pieces('{"a":', '1}\n') },
    { path: 'voicemail/empty.txt', content: pieces() },
  )
  writeFileSync(file, Buffer.concat(await Array.fromAsync(zipOf(all))))
  const script =
    'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),z.namelist(),z.read(z.namelist()[0]))'
  const told = execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })
  assert.equal(told, `None ['calls/calls.jsonl', 'voicemail/empty.txt'] b'{"a":1}\\n'\n`)
  rmSync(folder, { recursive: true })
})

test('a path that could leave the folder is refused', async () => {
  for (const path of ['../a', '/etc/passwd', 'a/../b', 'a/./b', '.hidden', 'a//b', 'a\\b', '', 'a\0b'])
    await assert.rejects(Array.fromAsync(zipOf(files({ path, content: pieces('x') }))), RangeError, path)
})
