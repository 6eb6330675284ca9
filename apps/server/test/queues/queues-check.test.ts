// Settings of a queue that name what nobody can hear: refused with the place, not found out by callers.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type House, readSettings, soundsIn } from '../../src/services/queues-check.ts'

const HOUSE: House = {
  ...{ hasPerson: () => true, hasBox: () => true, hasQueue: () => true },
  hasPrompt: (prompt) => prompt === 'closed',
  hasMusic: (music) => music === 'hold',
}
const END = { to: 'end' } as const
const REST = { full: END, timeout: END, unstaffed: END, removed: END }
const closed = { to: 'announcement', prompt: 'closed' } as const
const gone = { to: 'announcement', prompt: 'gone' } as const

function problem(change: object): string | undefined {
  const read = readSettings({ queue: 'sales', name: 'Sales', members: [], ...change }, HOUSE)
  return read.ok ? undefined : `${read.error.place}: ${read.error.sentence}`
}

test('a prompt that nobody has recorded, and music that is not there, are refused with their place', () => {
  const said = (place: string, what: string) =>
    `${place}: The queue cannot be used: ${what}, which ${place} names.`
  const noPrompt = 'nobody has recorded the prompt gone'
  const listen = { modes: ['listen'], supervisors: [], announcement: 'gone' }
  const rows: [change: object, expected: string | undefined][] = [
    [{}, undefined],
    [{ overflow: { ...REST, full: closed } }, undefined],
    [{ music: '' }, undefined],
    [{ overflow: { ...REST, full: gone } }, said('overflow.full.prompt', noPrompt)],
    [{ keys: [{ key: '1', target: gone }] }, said('keys.0.target.prompt', noPrompt)],
    [{ supervision: listen }, said('supervision.announcement', noPrompt)],
    [{ supervision: { ...listen, announcement: 'closed' } }, undefined],
    [{ music: 'jazz' }, said('music', 'there is no music jazz')],
  ]
  for (const [change, expected] of rows) assert.equal(problem(change), expected, JSON.stringify(change))
})

test('what a queue names is told with its place', () => {
  const keys = [{ key: '1', target: closed }]
  const read = readSettings({ queue: 'sales', name: 'Sales', members: [], keys }, HOUSE)
  assert.ok(read.ok)
  assert.deepEqual(
    soundsIn(read.value).map(({ place, kind, name }) => `${place} ${kind} ${name}`),
    ['music music hold', 'keys.0.target.prompt prompt closed'],
  )
})
