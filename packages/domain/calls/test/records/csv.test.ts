import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from '@rufwerk/calls/records'
import fc from 'fast-check'

test('REC-C1 cells are quoted as RFC 4180 says, lines end with CR and LF', () => {
  const cells = ['plain', 'a,b', 'say "hi"', 'two\r\nlines', ' blank', 7, undefined, '']
  assert.equal(csvLine(cells), 'plain,"a,b","say ""hi""","two\r\nlines"," blank",7,,\r\n')
  assert.equal(csvLine(['a;b', 'a,b'], ';'), '"a;b";a,b\r\n')
})

test('REC-C2 what would begin a formula is text, behind any separator', () => {
  const rows: [cell: string, shown: string][] = [
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ["\t=cmd|' /C calc'!A0", `"\t'=cmd|' /C calc'!A0"`],
    ['Anna;=1+1', "Anna;'=1+1"],
    ['Anna\n=1+1', `"Anna\n'=1+1"`],
    ['  =1+1', `"  '=1+1"`],
    ['＝1+1', "'＝1+1"],
  ]
  for (const [cell, shown] of rows) assert.equal(csvLine([cell]), `${shown}\r\n`, cell)
})

test('REC-C3 numbers stay as they are: nothing in them can be computed', () => {
  for (const number of ['+4930123456', '030123456', '+4930123xxx'])
    assert.equal(csvLine([number]).replaceAll("'", '').trim(), number)
  assert.equal(csvLine(['+4930123456', -3]), '+4930123456,-3\r\n')
})

test('REC-C4 whatever a name holds, no cell of the line begins a formula', () => {
  const cell = fc.array(fc.constantFrom(...'=+-@\t\r\n;,"\' aＡ＝'.split('')), { maxLength: 12 })
  const property = fc.property(cell, (characters) => {
    const line = csvLine(['x', characters.join(''), 'y'])
    for (const cut of line.split(/[;,\t\r\n]/)) assert.doesNotMatch(cut, /^[\s"]*[=+\-@＝＋－＠]/)
  })
  fc.assert(property, { numRuns: 500 })
})
