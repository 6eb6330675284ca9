// Calls that met a mistake of the dial plan: in the log once each, at the desk for an hour.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { CallView } from '@rufwerk/calls'
import {
  type CallId,
  instant,
  type Log,
  type PersonId,
  SILENT_LOG,
  seconds,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import {
  DEFAULT_CODES,
  type DialPlan,
  EMPTY_DIAL_PLAN,
  type Flow,
  type FlowId,
  type RoutingConfig,
  route,
} from '@rufwerk/routing'
import { BrokenFlows } from '../../src/ops/broken-flows.ts'

const HOUR = 3_600_000
const TENANT = 't' as TenantId
const ANNA = 'anna' as PersonId

/** A ring group of nobody that leads on. */
const flow = (id: string, extension: string, then: string): Flow => ({
  ...{ kind: 'ringGroup', id: id as FlowId, extension, members: [], order: 'together', skipsBusy: false },
  ...{ memberTime: seconds(5), ringTime: seconds(5), nobody: { to: 'flow', flow: then as FlowId } },
})
const CIRCLE = [flow('a', '200', 'b'), flow('b', '201', 'a')]

function bench(plan: Partial<DialPlan>) {
  let now = 1_000
  const logged: string[] = []
  const log: Log = {
    ...SILENT_LOG,
    warn: (what, values) => logged.push(`${what} ${values?.rule} ${values?.place}`),
  }
  const brokenFlows = new BrokenFlows({ now: () => instant(now), wallTime: () => wallTime(now), log })
  const config: RoutingConfig = {
    ...{ tenant: TENANT, version: 1, country: 'de', language: 'de', isDemo: false, ringTime: seconds(25) },
    dialPlan: { ...EMPTY_DIAL_PLAN, codes: DEFAULT_CODES, ...plan },
    byExtension: new Map([
      ['100', { person: ANNA, extension: '100', name: 'Anna', kind: 'person' as const }],
    ]),
  }
  const dials = (call: string, dialled: string) => {
    const caller = { caller: ANNA, callerDevice: 'd' as never, at: wallTime(0), seed: 1 }
    const { node } = route(config, { contactsOf: () => [] }, { dialled, ...caller })
    const view: CallView = {
      ...{ call: call as CallId, tenant: TENANT, state: 'ringing', dialled, why: node.why },
      from: { kind: 'inside', person: ANNA, extension: '100', name: 'Anna' },
    }
    brokenFlows.show(view)
    brokenFlows.show({ ...view, state: 'ended' })
  }
  const told = () =>
    brokenFlows.findings().map(({ kind, values }) => `${kind} ${values.places} ${values.times}`)
  const pass = (time: number) => {
    now += time
  }
  return { brokenFlows, logged, dials, told, pass }
}

test('a call that meets a circle is told once in the log, and for an hour at the desk', () => {
  const { brokenFlows, logged, dials, told, pass } = bench({ flows: CIRCLE })
  dials('first', '200')
  assert.deepEqual(logged, ['broken flow flow-loop flow:a'])
  assert.deepEqual(told(), ['flow-broken flow:a 1'])
  pass(HOUR + 1)
  assert.deepEqual(told(), [])
  assert.equal(brokenFlows.size(), 0)
})

test('its twin, the same flows without the circle, tells nothing', () => {
  const [a] = CIRCLE
  assert.ok(a?.kind === 'ringGroup')
  const { logged, dials, told } = bench({ flows: [{ ...a, nobody: { to: 'person', person: ANNA } }] })
  dials('first', '200')
  dials('second', '999')
  assert.deepEqual([logged, told()], [[], []])
})

test('places stand once, the last first; a thousand calls are remembered', () => {
  const { brokenFlows, dials, told } = bench({ flows: [...CIRCLE, flow('c', '202', 'nowhere')] })
  for (let at = 0; at < 1_001; at += 1) dials(`c${at}`, at % 2 === 0 ? '200' : '202')
  assert.deepEqual(told(), ['flow-broken flow:a, flow:nowhere 1000'])
  assert.equal(brokenFlows.size(), 1_000)
})
