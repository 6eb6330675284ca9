import assert from 'node:assert/strict'
import test from 'node:test'
import { instant, minutes, ms, seconds, wallTime } from '@rufwerk/core'
import { type QueuesErrorCode, readSnapshot, writeSnapshot } from '@rufwerk/queues'
import fc from 'fast-check'
import { SNAPSHOT_AGE_MAX, SNAPSHOT_CHARS_MAX } from '../src/limits.ts'
import { agent, Bench, caller, queue } from './bench.ts'

/** One talks and is listened to, one waits, one is rung for, one agent is in wrap-up, one paused. */
function busy(): Bench {
  const supervision = { modes: ['listen'], supervisors: [agent('boss')], announcement: 'x' } as const
  const announce = { first: seconds(50), interval: seconds(60), position: true, wait: false }
  const bench = new Bench([queue('a b c d', { wrapUp: seconds(30), supervision, announce })])
  bench.enter('w').enter('x').answer('w', 'a').answer('x', 'b').pass(seconds(5)).end('x')
  bench.give({ type: 'supervise', supervisor: agent('boss'), agent: agent('a'), mode: 'listen' })
  bench.give({ type: 'pause', agent: agent('c'), reason: 'lunch' })
  bench.enter('y').pass(seconds(10)).enter('z', 3).pass(seconds(5)).take()
  return bench
}

/** The state read by a process whose monotonic clock began elsewhere, so much later. */
function restart(bench: Bench, later = seconds(2)): Bench {
  const text = writeSnapshot(bench.set, bench.env)
  const next = new Bench([])
  next.now = instant(500_000_000)
  const read = readSnapshot(text, { now: next.now, at: wallTime(bench.env.at + later) })
  assert.ok(read.ok)
  next.set = read.value
  return next
}

test('QUE-SN1 after a crash who talked talks, who waited waits, and who rang is rung again', () => {
  const bench = busy()
  const before = bench.view()
  assert.deepEqual(
    before.waiting.map(({ ringing }) => ringing),
    [[], ['d']],
  )
  const next = restart(bench)
  next.give({ type: 'restored', callers: ['w', 'y', 'z'].map(caller) })
  // The queue's highest priority is rung for first; nobody missed anything.
  assert.deepEqual(next.take(), ['stopSupervising w boss', 'ring z d'])
  const view = next.view()
  assert.deepEqual(
    view.waiting.map((waiting) => [waiting.caller, waiting.waited]),
    [
      ['z', 7_000],
      ['y', 17_000],
    ],
  )
  assert.deepEqual([view.talking, view.today], [before.talking, before.today])
  next.end('w')
  assert.equal(next.ended('w').talked, 22_000)
})

test('QUE-SN1 wrap-up, pause and announcements go on where they were', () => {
  const next = restart(busy())
  next.give({ type: 'restored', callers: ['w', 'y', 'z'].map(caller) }).take()
  assert.equal(next.set.agents.get(agent('c'))?.pause?.reason, 'lunch')
  next.pass(seconds(12)).take()
  assert.equal(next.set.agents.get(agent('b'))?.activity, 'wrapUp')
  next.pass(seconds(1))
  assert.deepEqual(next.ringing('y'), ['b'])
})

test('QUE-SN1 who rang in vain is left alone after a crash, too', () => {
  const bench = new Bench([queue('a', { restTime: seconds(10) })])
  bench.enter('x').decline('x', 'a')
  const next = restart(bench).give({ type: 'restored', callers: [caller('x')] })
  assert.deepEqual(next.ringing('x'), [])
  next.pass(seconds(8))
  assert.deepEqual(next.ringing('x'), ['a'])
})

test('QUE-SN2 who did not survive has ended as lost', () => {
  const next = restart(busy())
  next.give({ type: 'restored', callers: [] })
  assert.deepEqual(
    ['w', 'y', 'z'].map((name) => next.ended(name).outcome),
    ['lost', 'lost', 'lost'],
  )
  const { lost, answered, abandoned } = next.view().today
  assert.deepEqual([lost, answered, abandoned], [2, 2, 0])
})

const refused: [code: QueuesErrorCode, text: (text: string) => string][] = [
  ['snapshot-unreadable', () => ''],
  ['snapshot-unreadable', (text) => text.slice(0, -1)],
  ['snapshot-unreadable', () => '[]'],
  ['snapshot-version', () => '{}'],
  ['snapshot-version', (text) => text.replace('"version":1', '"version":2')],
  ['snapshot-unreadable', (text) => text.replace('"talkMs":5000', '"talkMs":-1')],
  ['snapshot-unreadable', (text) => text.replace('"id":"y"', '"id":"w"')],
  ['snapshot-unreadable', (text) => text.replace('"agent":"a","since"', '"agent":"z","since"')],
  ['snapshot-unreadable', (text) => text.replace('"queue":"sales","priority"', '"queue":"moon","priority"')],
  ['snapshot-unreadable', (text) => text.replace('"ringTime":20000', '"ringTime":1')],
  ['snapshot-unreadable', (text) => text.replace('{"id":"d"', '{"id":"e"')],
  ['snapshot-unreadable', (text) => `${text}${' '.repeat(SNAPSHOT_CHARS_MAX)}`],
]
for (const [at, [code, change]] of refused.entries()) {
  test(`QUE-SN3 a snapshot that is broken is refused, ${at + 1}: ${code}`, () => {
    const bench = busy()
    const text = writeSnapshot(bench.set, bench.env)
    const changed = change(text)
    assert.notEqual(changed, text)
    const read = readSnapshot(changed, bench.env)
    assert.ok(!read.ok)
    assert.equal(read.error.code, code)
  })
}

test('QUE-SN3 a snapshot of yesterday is refused; a clock that went back is not', () => {
  const bench = busy()
  const text = writeSnapshot(bench.set, bench.env)
  const later = (length: number) => ({ now: bench.now, at: wallTime(bench.env.at + length) })
  const old = readSnapshot(text, later(SNAPSHOT_AGE_MAX + 1))
  assert.ok(!old.ok && old.error.code === 'snapshot-too-old')
  assert.ok(readSnapshot(text, later(SNAPSHOT_AGE_MAX)).ok)
  assert.ok(readSnapshot(text, later(-minutes(60))).ok)
})

test('QUE-SN4 any value anywhere in a snapshot is read or refused, and what was read can go on', () => {
  const bench = busy()
  const whole = JSON.parse(writeSnapshot(bench.set, bench.env))
  const paths = pathsOf(whole)
  const value = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 1 }), fc.nat(), fc.constant(-1))
  fc.assert(
    fc.property(fc.nat({ max: paths.length - 1 }), value, (which, changed) => {
      const path = paths[which] ?? []
      const read = readSnapshot(JSON.stringify(replaced(whole, path, changed)) ?? '', bench.env)
      if (!read.ok) return
      const next = new Bench([], read.value)
      next.now = bench.now
      next.give({ type: 'restored', callers: ['w', 'y', 'z'].map(caller) }).pass(ms(700_000))
      for (const name of ['w', 'y', 'z']) next.end(name)
    }),
    { numRuns: 150 },
  )
})

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value))
    return value.map((item, at) => (String(at) === key ? replaced(item, rest, by) : item))
  const fields = value as Record<string, unknown>
  return { ...fields, [key]: replaced(fields[key], rest, by) }
}
