import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sealWith } from '../src/secrets/sealed.ts'

const KEY = new Uint8Array(32).fill(7)

test('what was sealed opens with the same key for the same place, and never looks the same', () => {
  const seal = sealWith(KEY)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
      const sealed = seal.close(text, place)
      assert.equal(seal.open(sealed, place), text)
      assert.notEqual(seal.close(text, place), sealed)
    }),
    { numRuns: 100 },
  )
})

test('another key, another place, a changed or short text do not open', () => {
  const seal = sealWith(KEY)
  const sealed = seal.close('geheim', 'tenant-1')
  assert.ok(!sealed.includes('geheim'))
  assert.equal(sealWith(new Uint8Array(32)).open(sealed, 'tenant-1'), undefined)
  assert.equal(seal.open(sealed, 'tenant-2'), undefined)
  const bytes = Buffer.from(sealed, 'base64')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(seal.open(changed.toString('base64'), 'tenant-1'), undefined, String(at))
    assert.equal(seal.open(bytes.subarray(0, at).toString('base64'), 'tenant-1'), undefined, String(at))
  }
  assert.equal(seal.open('', 'tenant-1'), undefined)
})
