// Alarms of what calls cost: limits that are reached or cut, and traffic that nobody makes by hand. And sites
// without a line for emergency calls.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import type { CallEvent, Cdr } from '@rufwerk/calls'
import { type CallId, type DeviceId, instant, type PersonId, type TenantId, wallTime } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type Trunk, type Why } from '@rufwerk/routing'
import { emergencyFindings } from '../src/ops/emergency.ts'
import { CALLS_USUAL_MAX, DENIED_USUAL_MAX, TollWatch } from '../src/ops/toll-watch.ts'

const anna = 'anna' as PersonId
const NUMBER = '+4315123456'

function record(rule: Why['rule'], more: Partial<Cdr> = {}): Cdr {
  return {
    tenant: 't' as TenantId,
    call: 'c' as CallId,
    startedAt: wallTime(0),
    endedAt: wallTime(0),
    from: { kind: 'inside', person: anna, device: 'd' as DeviceId, extension: '100', name: 'Anna' },
    dialled: NUMBER,
    endedBy: 'system',
    cause: 16,
    status: 403,
    why: { rule, values: { payer: anna, used: '200', limit: '200' } },
    quality: [],
    ...more,
  }
}

function watching() {
  const logged: string[] = []
  const note = (...line: unknown[]) => void logged.push(JSON.stringify(line))
  const log = { debug: note, info: note, warn: note, error: note }
  let now = 1_000
  const nameOf = (person: PersonId) => (person === anna ? 'Anna Müller' : undefined)
  const watch = new TollWatch({ now: () => instant(now), nameOf, log })
  const told = () => watch.findings().map(({ kind, values }) => [kind, ...Object.values(values)].join(' '))
  const pass = (ms: number) => {
    now += ms
  }
  return { watch, told, pass, logged }
}

test('a limit that refuses is an alarm for a day, once in the log, and without numbers', () => {
  const { watch, told, pass, logged } = watching()
  watch.ended(record('limit-calls'), [])
  watch.ended(record('limit-calls'), [])
  assert.deepEqual(told(), ['toll-limit Anna Müller calls 1'])
  assert.equal(logged.length, 1)
  assert.ok(logged[0]?.includes('anna') && !logged.join().includes('43151'))
  watch.ended(record('limit-money', { why: { rule: 'limit-money', values: { payer: 'company' } } }), [])
  assert.deepEqual(told(), ['toll-limit Anna Müller, * money 2'])
  pass(24 * 3_600_000 + 1)
  assert.deepEqual(told(), [])
  assert.equal(watch.size(), 0)
})

test('the twin: a call within its limits is no alarm', () => {
  const { watch, told } = watching()
  const spent = { payer: anna, number: NUMBER, since: wallTime(0) }
  watch.ended(record('outside', { spent, why: { rule: 'outside', values: { trunk: 'main' } } }), [])
  assert.deepEqual(told(), [])
})

test('a call that was cut off by its limit, and a transfer that a limit refused', () => {
  const { watch, told } = watching()
  const ids = { tenant: 't' as TenantId, call: 'c' as CallId, at: wallTime(0) }
  const cut: CallEvent = { ...ids, type: 'cut', detail: { limit: 'money' } }
  const spent = { payer: anna, number: NUMBER, since: wallTime(0) }
  watch.ended(record('outside', { spent }), [{ ...cut, detail: { limit: 'day' } }])
  assert.deepEqual(told(), [])
  watch.ended(record('outside', { spent }), [cut])
  assert.deepEqual(told(), ['toll-limit Anna Müller cut-off 1'])
  const why: Why = { rule: 'limit-minutes', values: { payer: 'ben' } }
  watch.heard([{ ...ids, type: 'transferRefused', why }])
  assert.match(told()[0] ?? '', /^toll-limit Anna Müller, ben (cut-off|minutes) 2$/)
})

test('many denied calls of one person within ten minutes, and no fewer', () => {
  const { watch, told, pass } = watching()
  for (let at = 0; at < DENIED_USUAL_MAX; at += 1) watch.ended(record('international-denied'), [])
  assert.deepEqual(told(), [])
  watch.ended(record('premium-denied'), [])
  assert.deepEqual(told(), [`unusual-traffic Anna Müller denied ${DENIED_USUAL_MAX + 1}`])
  pass(10 * 60_000)
  assert.deepEqual(told(), [])
  assert.equal(watch.size(), 0)
})

test('many calls to the outside of one person; those for help and inside do not count', () => {
  const { watch, told } = watching()
  const why = (rule: Why['rule']): Why => ({ rule, values: { trunk: 'main' } })
  for (let at = 0; at <= CALLS_USUAL_MAX; at += 1) {
    watch.ended(record('emergency', { why: why('emergency') }), [])
    watch.ended(record('extension', { why: { rule: 'extension', values: {} } }), [])
  }
  assert.deepEqual(told(), [])
  for (let at = 0; at <= CALLS_USUAL_MAX; at += 1) watch.ended(record('busy', { why: why('busy') }), [])
  assert.deepEqual(told(), [`unusual-traffic Anna Müller calls ${CALLS_USUAL_MAX + 1}`])
})

test('sites without a line for emergency calls are an alarm, once there are lines', async () => {
  const world = await newWorld()
  await setUpCompany(world)
  const [directory] = world.accounts.directories()
  const [site] = [...(directory?.sites.values() ?? [])]
  assert.ok(directory && site)
  const trunk = { id: 'main', country: 'de', mainNumber: '+49302312510', numbers: [], format: 'plus' }
  const line = { ...trunk, showsFirstCaller: false, isForEmergency: true } as unknown as Trunk
  const told = (trunks: readonly Trunk[], emergencyTrunks: readonly Trunk['id'][]) => {
    const sites = [{ site: site.id, country: 'de', emergencyTrunks } as const]
    const config = {
      ...directory.routing,
      ringTime: 1 as never,
      dialPlan: { ...EMPTY_DIAL_PLAN, trunks, sites },
    }
    return emergencyFindings(world.accounts, () => config).map(
      ({ kind, values }) => `${kind} ${values.sites}`,
    )
  }
  assert.deepEqual(told([], []), [])
  assert.deepEqual(told([line], [line.id]), [])
  assert.deepEqual(told([line], []), [`emergency-uncovered ${site.name}`])
  assert.deepEqual(told([{ ...line, isForEmergency: false }], [line.id]), [
    `emergency-uncovered ${site.name}`,
  ])
})
