// Wide comments are broken; everything that means something by its line breaks is left alone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { reflow } from '../tidy/reflow.ts'

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')

test('a wide paragraph is wrapped, and no word is lost', () => {
  const before = `// ${words(30)}\n// ${words(3)}\ncode()\n`
  const after = reflow(before)
  assert.ok(after.split('\n').every((line) => line.length <= 110))
  assert.equal(after.match(/word/g)?.length, 33)
  assert.equal(reflow(after), after)
})

test('a wide one-line doc comment becomes a block', () => {
  const after = reflow(`  /** ${words(30)} */\n  code()\n`)
  assert.match(after, /^ {2}\/\*\*\n {3}\* word.*\n {3}\* word.*\n {3}\*\/\n {2}code\(\)\n$/)
})

const kept = [
  `// ${words(10)}\n// ${words(10)}\n`,
  `// * ${words(30)}\n`,
  `// | a | b |\n// ${words(30)}\n`,
  `call('${words(30)}')\n`,
  ` * @param x ${words(30)}\n`,
]
for (const [index, text] of kept.entries())
  test(`left alone ${index + 1}`, () => {
    assert.equal(reflow(text), text)
  })
