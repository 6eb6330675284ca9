// What phones say again and again goes to the thread once, and again after a while.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sightings } from '@rufwerk/defence'
import type { DeviceReport } from '@rufwerk/fleet'
import { GATHERED_MAX, REPEATED_MS, TOLD_MAX } from '../src/limits.ts'

function started() {
  const told: string[] = []
  const armed: (() => void)[] = []
  const sightings = new Sightings({
    arm: (_after, callback) => armed.push(callback),
    tell: (tenant, reports) =>
      void told.push(...reports.map(({ device, seenAt }) => `${tenant} ${device.account} ${seenAt}`)),
  })
  const see = (account: string, seenAt: number, userAgent = 'Phone/1', tenant = 't'): void => {
    const of = { source: 'registration', kind: 'unknown', addresses: [], coverage: 'part' } as const
    sightings.see({
      ...of,
      seenAt,
      tenant,
      device: { account },
      installations: [{ userAgent }],
    } as DeviceReport)
  }
  const pass = (): void => {
    for (const callback of armed.splice(0)) callback()
  }
  return { sightings, told, see, pass, armed }
}

test('the same again is told once an hour, something else at once; companies apart', () => {
  const { told, see, pass, armed } = started()
  see('a', 1)
  see('b', 2, 'Phone/1', 'u')
  assert.deepEqual([told, armed.length], [[], 1], 'gathered')
  pass()
  see('a', 3)
  pass()
  see('a', 4, 'Phone/2')
  pass()
  see('a', 4 + REPEATED_MS - 1, 'Phone/2')
  see('a', 4 + REPEATED_MS, 'Phone/2')
  pass()
  assert.deepEqual(told, ['t a 1', 'u b 2', 't a 4', `t a ${4 + REPEATED_MS}`])
})

test('of one device the newest is told, and too many at once are counted and come again', () => {
  const { sightings, told, see, pass } = started()
  for (let at = 0; at < GATHERED_MAX; at += 1) see(`p${at}`, 1)
  see('late', 1)
  see('p0', 2, 'Phone/2')
  assert.equal(sightings.lost(), 1)
  pass()
  assert.equal(told.length, GATHERED_MAX)
  assert.ok(told.includes('t p0 2') && !told.includes('t late 1'))
  see('late', 3)
  pass()
  assert.equal(told.at(-1), 't late 3')
})

test('what it remembers is limited: who was told of longest ago is told of again', () => {
  const { sightings, told, see, pass } = started()
  for (let at = 0; at <= TOLD_MAX; at += 1) {
    see(`p${at}`, 1)
    if (at % GATHERED_MAX === GATHERED_MAX - 1) pass()
  }
  pass()
  assert.equal(sightings.size(), TOLD_MAX)
  const before = told.length
  see('p1', 2)
  see('p0', 2)
  pass()
  assert.deepEqual(told.slice(before), ['t p0 2'])
})
