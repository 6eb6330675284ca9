import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createPasswordHasher } from '../src/index.ts'
import { CHEAP_HASH_COST } from '../src/testing/index.ts'

test('what was hashed is recognised, with the cost it was made with; another password is not', async () => {
  const cheap = createPasswordHasher(randomBytes, CHEAP_HASH_COST)
  const stored = await cheap.hash('Über das Pferd')
  assert.match(stored ?? '', /^\$argon2id\$v=19\$m=8,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  const other = createPasswordHasher(randomBytes, { memoryKib: 16, passes: 1 })
  assert.equal(
    await other.verify('U\u0308ber das Pferd', stored),
    true,
    'Composed and decomposed are the same.',
  )
  assert.equal(await other.verify('über das Pferd', stored), false)
})

test('no stored hash or a broken one is a no, not an error', async () => {
  const hasher = createPasswordHasher(randomBytes, CHEAP_HASH_COST)
  for (const stored of [undefined, '', 'plain', '$argon2id$v=19$m=9999999,t=1,p=1$AAAA$AAAA']) {
    assert.equal(await hasher.verify('korrektes Pferd 7', stored), false)
  }
})

test('two compute at once, fifty wait, the others are told that it is too much', async () => {
  const hasher = createPasswordHasher(randomBytes, CHEAP_HASH_COST)
  const all = Array.from({ length: 60 }, () => hasher.hash('korrektes Pferd 7'))
  const made = (await Promise.all(all)).filter((stored) => stored !== undefined)
  assert.equal(made.length, 52)
  assert.ok(await hasher.hash('korrektes Pferd 7'), 'And then it goes on.')
})
