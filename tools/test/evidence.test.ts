// `rufwerk evidence verify` over a bundle as the server makes it, and as somebody has changed it.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fingerprintOf, makeBundle } from '@rufwerk/evidence'
import { carryOutEvidence, readEvidenceWish } from '../rufwerk/evidence.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-evidence-'))
after(() => rmSync(root, { recursive: true }))
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519').publicKey
const ABOUT = {
  case: 'F-1',
  title: 'Title\u001b[2J',
  company: 'Muster',
  madeBy: 'Ada',
  madeAt: 0,
  from: 0,
  until: 0,
}
const ENTRY = { name: 'a.csv', mediaType: 'text/csv', origin: 'inventory', content: Buffer.from('one') }
const made = makeBundle(ABOUT, [{ ...ENTRY, what: { de: 'Geräte', en: 'Devices' } }], privateKey)
assert.ok(made.ok)
const changed = made.value.slice()
changed[changed.indexOf(0x6f, changed.byteLength - 2_048)] = 0x70

for (const [name, bytes] of [
  ['good.tar', made.value],
  ['changed.tar', changed],
  ['short.tar', made.value.subarray(0, 5_000)],
  ['key.pem', publicKey.export({ type: 'spki', format: 'pem' })],
  ['other.pem', other.export({ type: 'spki', format: 'pem' })],
] as const)
  writeFileSync(join(root, name), bytes)

function verify(line: string, language: 'de' | 'en' = 'en', isJson = false) {
  const wish = readEvidenceWish(['evidence', 'verify', ...line.split(' ')], root, isJson) ?? assert.fail()
  return carryOutEvidence(wish, language)
}

test('unchanged and with the key of the company; what is in it is told without what moves a cursor', () => {
  const { isGood, isKnownKey, lines } = verify('good.tar --key key.pem')
  assert.ok(isGood && isKnownKey)
  assert.equal(lines[0], 'unchanged since it was signed: 1 entries')
  assert.equal(lines.at(-1), 'signed with the given key')
  assert.ok(lines.includes('F-1: Title�[2J') && lines.includes('  a.csv (3): Devices'))
  assert.ok(verify('--key key.pem good.tar', 'de').lines.includes('  a.csv (3): Geräte'))
})

test('without a key it says which one to compare, and nothing of being known', () => {
  const { isGood, isKnownKey, lines } = verify('good.tar')
  assert.equal(isKnownKey, false)
  assert.ok(isGood && lines.at(-1)?.includes(fingerprintOf(publicKey)))
  assert.ok(!lines.join().includes('given key'))
})

test('changed, cut, with another key, and what is no file: not good, with the reason', () => {
  assert.deepEqual(verify('changed.tar --key key.pem').lines, [
    'NOT as it was signed',
    'entries/a.csv was changed',
    'SHA256SUMS was changed',
  ])
  assert.deepEqual(verify('short.tar', 'de').lines, [
    'NICHT, wie es unterschrieben wurde',
    'die Datei endet zu früh',
  ])
  const stranger = verify('good.tar --key other.pem')
  assert.deepEqual([stranger.isGood, stranger.lines[1]], [false, 'it is signed with another key'])
  for (const line of ['none.tar', 'good.tar --key good.tar', 'good.tar --key none.pem'])
    assert.equal(verify(line).isGood, false, line)
  const json = JSON.parse(verify('changed.tar', 'en', true).lines.join('\n'))
  assert.deepEqual([json.isGood, json.findings[0]], [false, { code: 'changed', where: 'entries/a.csv' }])
})

test('other commands are not this one', () => {
  assert.equal(readEvidenceWish(['evidence', 'show'], root, false), undefined)
  assert.equal(readEvidenceWish(['audit', 'verify', 'x'], root, false), undefined)
})
