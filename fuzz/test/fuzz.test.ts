// A short run of every fuzzer with a fixed seed, and the fuzzers themselves: that they find what they are
// for. Other seeds, and many more cases: fuzz.long.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@rufwerk/testing'
import { assertLinear, assertQuick } from '../cost.ts'
import { mutate, stretch } from '../mutate.ts'
import { assertSame, briefly } from '../report.ts'
import { replay, runTarget } from '../run.ts'
import { TARGET_NAMES, type Target } from '../target.ts'
import { openTarget } from '../targets.ts'

const SEED = 20_261_122
const CASES: Readonly<Partial<Record<string, number>>> = {
  sip: 800,
  'sip-layers': 800,
  digest: 1_500,
  sdp: 3_000,
  ws: 300,
  srtp: 250,
  'media-engine': 120,
  'media-control': 2_000,
  advisory: 800,
  audit: 1_000,
  evidence: 500,
  collectors: 2_000,
  fleet: 1_500,
  quarantine: 2_000,
  indicators: 500,
  cases: 1_500,
}
const CASES_OTHERS = 6_000

for (const name of TARGET_NAMES)
  test(`${name}: nothing is found in a short run`, async () => {
    const target = await openTarget(name)
    const run = await runTarget(target, { seed: SEED, casesMax: CASES[name] ?? CASES_OTHERS })
    assert.equal(run.finding?.message, undefined)
    assert(run.outcomes > 3, `it reaches something: ${run.outcomes} outcomes`)
  })

const PLANTED: Target = {
  name: 'sip',
  seeds: [Buffer.from('INVITE sip:a SIP/2.0\r\nTo: b\r\n\r\n')],
  words: ['Contact: '],
  bytesMax: 1_000,
  check: (input) => {
    if (Buffer.from(input).includes('Contact: Contact: ')) throw new Error('planted')
    return String(input.length % 50)
  },
}

test('a planted fault is found, and its file shows it again', async () => {
  const run = await runTarget(PLANTED, { seed: 7, casesMax: 100_000 })
  assert.match(run.finding?.message ?? '', /planted/)
  assert(run.finding)
  assert.match((await replay(PLANTED, run.finding)) ?? '', /planted/)
  const again = await runTarget(PLANTED, { seed: 7, casesMax: 100_000 })
  assert.deepEqual(again.finding?.inputs, run.finding.inputs, 'the seed decides')
})

test('a finding takes a few lines, however long what differs is', async () => {
  const bytes = (last: string) => Buffer.from('x'.repeat(40_000) + last)
  const target: Target = {
    ...PLANTED,
    check: () => {
      assert.deepEqual([bytes('one'), 2], [bytes('two'), 2])
      return ''
    },
  }
  const message = (await runTarget(target, { seed: 1 })).finding?.message ?? ''
  assert.match(message, /value\[0\] differs at 40000: 40003 bytes, expected 40003\n.*xxone"\n.*xxtwo"/)
  assert.match(message, /fuzz\.test\.ts/, 'and where it was found')
  assert(message.split('\n').length <= 20 && message.length < 4_000, message)
  const difference = (actual: unknown, expected: unknown) => {
    try {
      assertSame(actual, expected, 'told')
      return undefined
    } catch (error) {
      return briefly(error).split('\n    at')[0]
    }
  }
  assert.equal(difference({ a: [1, new Map([['k', 'v']])] }, { a: [1, new Map([['k', 'v']])] }), undefined)
  assert.match(
    difference({ a: [1, new Map([['k', 'v']])] }, { a: [1, new Map([['k', 'w']])] }) ?? '',
    /\[a\]\[1\]\[k\]/,
  )
  assert.match(difference([1], [1, 2]) ?? '', /has 1, expected 2 entries\nvalue\[1\]\n {2}is {7}undefined/)
  assert.equal(briefly('y'.repeat(1_000)).length, 180)
  assert.equal(briefly(new Error('z\n'.repeat(1_000))).split('\n').length <= 20, true)
})

test('quadratic work is found, linear work is not', () => {
  const spaces = (count: number) => Buffer.from(`a${' '.repeat(count)}b`)
  const quadratic = (input: Uint8Array) => void /[ ]+\n/.exec(Buffer.from(input).toString('latin1'))
  const linear = (input: Uint8Array) => void Buffer.from(input).toString('latin1').split(' ')
  assert.throws(() => assertLinear(quadratic, spaces(5_000), spaces(10_000)), /slow|linear/)
  assertLinear(linear, spaces(16_000), spaces(32_000))
  assertQuick(linear, spaces(60_000))
})

test('changes are decided by the seed and keep to the length', () => {
  const source = { words: ['x'], corpus: [Buffer.from('a\r\nb\r\n')] }
  const change = (seed: number) => mutate(Buffer.from('INVITE\r\nl: 0\r\n'), new SeededRandom(seed), source)
  assert.deepEqual(change(5), change(5))
  const lengths = new Set(Array.from({ length: 300 }, (_, seed) => change(seed).length))
  assert(lengths.size > 20, 'they differ')
  assert.equal(stretch(Buffer.from('abc'), new SeededRandom(1), 5_000, ['y']).length, 5_000)
})
