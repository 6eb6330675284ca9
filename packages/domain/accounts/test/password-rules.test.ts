import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { brokenRule } from '../src/password-rules.ts'

const own = ['mia@muster.example', 'Mia Muster', '100', 'Muster GmbH']
const rows: [password: string, expected: string | undefined][] = [
  ['korrektes Pferd 7', undefined],
  ['ein Muster für Pullover', undefined],
  ['kurz12345', 'password-too-short'],
  ['🐴🐴🐴🐴🐴', 'password-too-short'],
  ['x'.repeat(129), 'password-too-long'],
  ['MIA@muster.example', 'password-is-login'],
  ['mia muster1', 'password-is-login'],
  ['MiaMuster2026', 'password-is-login'],
  ['100100100100', 'password-is-login'],
  ['aaaaaaaaaaaa', 'password-trivial'],
  ['1212121212', 'password-trivial'],
  ['1234567890', 'password-trivial'],
  ['abcdefghijklm', 'password-trivial'],
  ['zyxwvutsrq', 'password-trivial'],
  ['Passwort123', 'password-trivial'],
  ['Willkommen1!', 'password-trivial'],
  ['QWERTZUIOP', 'password-trivial'],
]
for (const [password, expected] of rows) {
  test(`${password.slice(0, 20)}: ${expected ?? 'allowed'}`, () => {
    assert.equal(brokenRule(password, own), expected)
  })
}

/** Any code point; fast-check's own `binary` takes two seconds before its first string. */
const anyCharacter = fc
  .oneof(fc.nat({ max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))

test('any text gets an answer', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300, unit: anyCharacter }),
      fc.array(fc.string()),
      (password, words) => {
        const answer = brokenRule(password, words)
        return answer === undefined || answer.startsWith('password-')
      },
    ),
    { numRuns: 200 },
  )
})
