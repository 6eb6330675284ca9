// Bundles, and everything that can be done to one: each rule beside a bundle that is as it was made.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type About,
  ENTRIES_MAX,
  type Entry,
  fingerprintOf,
  makeBundle,
  verifyBundle,
} from '@rufwerk/evidence'
import fc from 'fast-check'
import { readTar, type TarFile, writeTar } from '../src/tar.ts'

const { privateKey: key, publicKey } = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const ABOUT: About = {
  ...{ case: 'F-1', title: 'Trojaner in einer Telefon-App', company: 'Muster GmbH', madeBy: 'Ada' },
  ...{ madeAt: Date.UTC(2026, 10, 23), from: 0, until: Date.UTC(2026, 10, 22) },
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const entry = (name: string, content: string): Entry => ({
  ...{ name, mediaType: 'text/plain', origin: 'inventory', content: text(content) },
  what: { de: `Inhalt von ${name}`, en: `Content of ${name}` },
})
const ENTRIES = [entry('a.csv', 'one;two\r\n'), entry('b.jsonl', '{}\n'), entry('empty', '')]

function made(entries: readonly Entry[] = ENTRIES, by = key): Uint8Array<ArrayBuffer> {
  const bundle = makeBundle(ABOUT, entries, by)
  assert.ok(bundle.ok)
  return bundle.value
}

function filesOf(bundle: Uint8Array): TarFile[] {
  const read = readTar(bundle)
  assert.ok(read.ok)
  return [...read.value]
}

const told = (bytes: Uint8Array, known = [publicKey]): string[] =>
  verifyBundle(bytes, known).findings.map(({ code, where }) => `${code} ${where}`.trim())

test('EVI-1 the same evidence gives the same bytes, and is read as it was', () => {
  const bundle = made()
  assert.deepEqual(made(), bundle)
  const { manifest, findings, isKnownKey, key: fingerprint } = verifyBundle(bundle, [publicKey])
  assert.deepEqual([findings, isKnownKey, fingerprint], [[], true, fingerprintOf(publicKey)])
  const { entries, ...about } = manifest ?? { entries: [] }
  assert.deepEqual(about, ABOUT)
  assert.deepEqual(
    entries.map(({ name, bytes, what }) => [name, bytes, what.de]),
    ENTRIES.map(({ name, content, what }) => [name, content.byteLength, what.de]),
  )
})

test('EVI-2 tar, openssl and sha256sum verify it, and find what was changed', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'rufwerk-evidence-'))
  t.after(() => rmSync(root, { recursive: true }))
  const verifies = (bundle: Uint8Array): readonly [boolean, boolean] => {
    const folder = mkdtempSync(join(root, 'one-'))
    writeFileSync(join(folder, 'bundle.tar'), bundle)
    const run = (command: string) => spawnSync('sh', ['-c', command], { cwd: folder }).status === 0
    assert.ok(run('tar -xf bundle.tar'))
    const readMe = new TextDecoder().decode(filesOf(bundle).find(({ path }) => path === 'README.txt')?.bytes)
    const commands = readMe.split('\n').filter((line) => line.startsWith('  '))
    assert.equal(commands.length, 4, 'both commands in both languages')
    const [openssl = '', sums = ''] = commands
    return [run(openssl), run(sums)]
  }
  assert.deepEqual(verifies(made()), [true, true])
  const swap = (path: string, bytes: Uint8Array) =>
    writeTar(filesOf(made()).map((file) => (file.path === path ? { path, bytes } : file)))
  assert.deepEqual(verifies(swap('entries/a.csv', text('one;tvo\r\n'))), [true, false])
  assert.deepEqual(verifies(swap('SHA256SUMS', text('# rufwerk-evidence/1\n'))), [false, false])
})

test('EVI-3 every byte that is another one is found, every cut and whatever is added', () => {
  const bundle = made([entry('a', 'x')])
  assert.deepEqual(told(bundle), [])
  for (let at = 0; at < bundle.byteLength; at += 1) {
    const changed = bundle.slice()
    changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 1 : 0x80)
    assert.notDeepEqual(told(changed), [], `byte ${at}`)
  }
  for (let length = 0; length < bundle.byteLength; length += 97)
    assert.notDeepEqual(told(bundle.slice(0, length)), [], `${length} bytes`)
  for (const more of [1, 512, 1024]) {
    const longer = new Uint8Array(bundle.byteLength + more)
    longer.set(bundle)
    assert.notDeepEqual(told(longer), [], `${more} more`)
  }
})

test('EVI-4 exchanged, taken out, put in, renamed, another order: found with the place', () => {
  const files = filesOf(made())
  const changed = (change: (files: TarFile[]) => TarFile[]) => told(writeTar(change([...files])))
  const isA = ({ path }: TarFile) => path === 'entries/a.csv'
  assert.deepEqual(
    changed((all) => all),
    [],
  )
  assert.deepEqual(
    changed((all) => all.map((file) => (isA(file) ? { ...file, bytes: text('one;too\r\n') } : file))),
    ['changed entries/a.csv', 'changed SHA256SUMS'],
  )
  assert.deepEqual(
    changed((all) => all.filter((file) => !isA(file))),
    ['missing entries/a.csv', 'changed SHA256SUMS'],
  )
  assert.deepEqual(
    changed((all) => [...all, { path: 'entries/z', bytes: text('') }]),
    ['extra entries/z', 'changed SHA256SUMS'],
  )
  assert.deepEqual(
    changed((all) => all.map((file) => (isA(file) ? { ...file, path: 'entries/A.csv' } : file))),
    ['extra entries/A.csv', 'missing entries/a.csv', 'changed SHA256SUMS'],
  )
  const [last] = files.slice(-1)
  assert.ok(last)
  assert.deepEqual(
    changed((all) => [...all.slice(0, -2), last, ...all.slice(-2, -1)]),
    ['extra entries/empty', 'changed SHA256SUMS'],
  )
  assert.deepEqual(
    changed((all) => [...all, last]),
    ['extra entries/empty', 'changed SHA256SUMS'],
  )
})

test('EVI-5 signed anew with another key is told, and a key that nobody named is never known', () => {
  const forged = made([entry('a.csv', 'forged')], other.privateKey)
  assert.deepEqual(told(forged), ['other-key key.pem'])
  assert.equal(verifyBundle(forged, [publicKey]).isKnownKey, false)
  const unnamed = verifyBundle(made())
  assert.deepEqual([unnamed.findings, unnamed.isKnownKey], [[], false])
  assert.equal(verifyBundle(made(), [other.publicKey, publicKey]).isKnownKey, true)
})

test('EVI-5 sums and signature of another bundle do not fit; a key of another kind is none', () => {
  const others = filesOf(made([entry('a.csv', 'other')]))
  const from = (paths: readonly string[]) =>
    told(
      writeTar(
        filesOf(made()).map((file) =>
          paths.includes(file.path) ? (others.find(({ path }) => path === file.path) ?? file) : file,
        ),
      ),
    )
  assert.deepEqual(from(['SHA256SUMS.sig']), ['bad-signature SHA256SUMS.sig'])
  assert.deepEqual(from(['SHA256SUMS', 'SHA256SUMS.sig']), ['changed SHA256SUMS'])
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const pem = text(rsa.export({ type: 'spki', format: 'pem' }).toString())
  const swapped = filesOf(made()).map((file) => (file.path === 'key.pem' ? { ...file, bytes: pem } : file))
  assert.deepEqual(told(writeTar(swapped)), ['bad-key key.pem'])
})

test('EVI-6 names and sizes are limited when it is made, and what leads elsewhere is found', () => {
  const why = (entries: readonly Entry[], about = ABOUT) => {
    const bundle = makeBundle(about, entries, key)
    return bundle.ok ? 'made' : bundle.error
  }
  for (const name of ['', '../a', '/a', 'a/b', '.a', 'a b', 'ä', 'a\0', 'x'.repeat(81)])
    assert.equal(why([entry(name, '')]), 'name', name)
  assert.equal(why([entry('a', '1'), entry('a', '2')]), 'name-twice')
  assert.equal(why([entry('a', '1'), entry('A', '2')]), 'name-twice')
  for (const mediaType of ['', 'text', 'text/plain; charset=utf-8', 'text/plain\n'])
    assert.equal(why([{ ...entry('a', ''), mediaType }]), 'media-type', mediaType)
  for (const madeAt of [Number.NaN, 1.5, 8.64e15 + 1, Number.POSITIVE_INFINITY])
    assert.equal(why([], { ...ABOUT, madeAt }), 'time', String(madeAt))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  for (const wrong of [rsa, publicKey])
    assert.deepEqual(makeBundle(ABOUT, [], wrong), { ok: false, error: 'key' })
  assert.equal(why([], { ...ABOUT, title: 'x'.repeat(501) }), 'text-too-long')
  assert.equal(why(Array.from({ length: ENTRIES_MAX + 1 }, (_, at) => entry(`e${at}`, ''))), 'too-many')
  assert.equal(why([entry('x'.repeat(80), '')]), 'made')
  const many = Array.from({ length: ENTRIES_MAX + 6 }, (_, at) => ({ path: `${at}`, bytes: text('') }))
  assert.deepEqual(told(writeTar(many)), ['malformed'])
  for (const path of ['../a', '/etc/a', 'entries/../a', 'entries/a/b'])
    assert.ok(told(writeTar([...filesOf(made()), { path, bytes: text('') }])).includes(`extra ${path}`), path)
})

test('EVI-7 whatever the bytes are nothing throws, and nothing else is verified', () => {
  const bundle = made([entry('a', 'x')])
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 3_000 }),
    fc
      .tuple(fc.nat(bundle.byteLength - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }))
      .map(([at, piece]) => {
        const changed = bundle.slice()
        changed.set(piece.subarray(0, changed.byteLength - at), at)
        return changed
      }),
  )
  fc.assert(
    fc.property(anything, (bytes) => {
      const isSame = bytes.byteLength === bundle.byteLength && bytes.every((byte, at) => byte === bundle[at])
      assert.equal(verifyBundle(bytes, [publicKey]).findings.length === 0, isSame)
    }),
    { numRuns: 1_000 },
  )
})
