// The trunks of the server: numbers of callers, and the alarm.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrunkId, TrunkSettings, TrunkState } from '@rufwerk/legs/trunks'
import type { Trunk } from '@rufwerk/routing'
import { familiesOf, Trunks, trunkFindings } from '../src/trunks.ts'

const MAIN = 'main' as TrunkId
const ROUTING: Trunk = {
  id: MAIN,
  country: 'de',
  areaCode: '30',
  mainNumber: '+49302312510',
  numbers: [],
  format: 'digits',
  showsFirstCaller: false,
  isForEmergency: true,
}

test('the number of a caller is E.164 as far as it is one; who listens hears of changes', () => {
  const planned: Trunk[] = []
  const trunks = new Trunks(() => planned)
  let changes = 0
  trunks.onChanged(() => {
    changes += 1
  })
  assert.deepEqual(trunks.trunks(), [])
  assert.equal(trunks.toE164(MAIN, '491715550000'), undefined)
  planned.push(ROUTING)
  trunks.set([{ id: MAIN } as TrunkSettings])
  assert.equal(changes, 1)
  assert.equal(trunks.trunks().length, 1)
  assert.equal(trunks.toE164(MAIN, '491715550000'), '+491715550000')
  assert.equal(trunks.toE164(MAIN, '01715550000'), '+491715550000')
  assert.equal(trunks.toE164(MAIN, 'anonymous'), undefined)
  assert.equal(trunks.toE164('other' as TrunkId, '491715550000'), undefined)
})

test('one alarm names the trunks that are down, and why the first is; those that begin are none', () => {
  const state = (name: string, more: Partial<TrunkState>): TrunkState => ({
    ...{ trunk: name as TrunkId, name, isUp: false, calls: 0 },
    ...more,
  })
  assert.deepEqual(trunkFindings([]), [])
  assert.deepEqual(trunkFindings([state('a', { isUp: true }), state('b', {})]), [])
  const [finding, ...more] = trunkFindings([
    state('a', { isUp: true }),
    state('b', { problem: { why: 'wrong-password', status: 401 } }),
    state('c', { problem: { why: 'no-answer' } }),
  ])
  assert.deepEqual(more, [])
  assert.equal(finding?.kind, 'trunk-down')
  assert.equal(finding?.severity, 'problem')
  assert.deepEqual(finding?.values, { trunks: 'b, c', why: 'wrong-password, 401', down: 2, all: 3 })
})

test('the versions of IP that we have', () => {
  assert.deepEqual(familiesOf(['127.0.0.1', '::1']), [4, 6])
  assert.deepEqual(familiesOf(['10.0.0.1']), [4])
})

test('a trunk that is gone may be reached for a minute, for the end of its registration', () => {
  let now = 0
  const trunks = new Trunks(
    () => [],
    () => now,
  )
  const settings = { id: MAIN, domain: 'carrier.example', transport: 'tls' } as TrunkSettings
  trunks.set([settings])
  const target = { host: 'carrier.example', port: undefined, transport: 'tls' }
  assert.deepEqual(trunks.targets(), { trunks: [target] })
  trunks.set([])
  now = 59_999
  assert.deepEqual(trunks.targets(), { trunks: [target] })
  now = 60_000
  assert.deepEqual(trunks.targets(), { trunks: [] })
})
