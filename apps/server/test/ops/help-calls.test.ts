// Calls for help at the desk: who, where, and once more for each call.
import assert from 'node:assert/strict'
import test from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import type { CallView } from '@rufwerk/calls'
import { type CallId, type DeviceId, instant, SILENT_LOG, seconds, wallTime } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type RoutingConfig, route, type Why } from '@rufwerk/routing'
import { Alarms } from '../../src/ops/alarms.ts'
import { HelpCalls } from '../../src/ops/help-calls.ts'

const HOUR = 3_600_000

async function bench() {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const [mia] = world.accounts.people(session.tenant)
  const site = [...(world.accounts.directoryOf(session.tenant)?.sites.values() ?? [])][0]
  assert.ok(mia && site)
  let now = 1_000
  const helpCalls = new HelpCalls({
    accounts: world.accounts,
    now: () => instant(now),
    wallTime: () => wallTime(now),
    log: SILENT_LOG,
  })
  const alarms = new Alarms(SILENT_LOG, () => wallTime(now))
  const showWhy = (call: string, why: Why) => {
    const view: CallView = {
      ...{ call: call as CallId, tenant: session.tenant, state: 'ringing', dialled: '112' },
      from: { kind: 'inside', person: mia.id, extension: mia.extension, name: mia.name },
      why,
    }
    helpCalls.show(view)
    helpCalls.show({ ...view, state: 'ended' })
  }
  const calls = (call: string, rule: Why['rule'], values: Record<string, string> = {}) =>
    showWhy(call, { rule, values: { number: '112', site: site.id, ...values } })
  /** What the company's own rules say of a number, without any line. */
  const dials = (call: string, dialled: string) => {
    const sites = [{ site: site.id, country: 'de' as const, emergencyTrunks: [] }]
    const config: RoutingConfig = {
      ...{ tenant: session.tenant, version: 1, country: 'de', language: 'de', isDemo: false },
      ...{ ringTime: seconds(25), dialPlan: { ...EMPTY_DIAL_PLAN, sites }, byExtension: new Map() },
    }
    const caller = { caller: mia.id, callerDevice: 'd' as DeviceId, at: wallTime(0), seed: 1 }
    const { node } = route(config, { contactsOf: () => [] }, { dialled, ...caller })
    showWhy(call, node.why)
  }
  const told = () => {
    alarms.report(helpCalls.findings())
    return alarms
      .standing()
      .map(({ kind, since, values }) => `${kind} ${since} ${values.people} ${values.times}`)
  }
  const pass = (time: number) => {
    now += time
  }
  return { helpCalls, calls, dials, told, pass, who: `${mia.name} (${mia.extension}), ${site.name}` }
}

test('a call for help is told for an hour with its site, and an ordinary one is not', async () => {
  const { helpCalls, calls, told, pass, who } = await bench()
  calls('ordinary', 'outside')
  assert.deepEqual(told(), [])
  calls('help', 'emergency')
  assert.deepEqual(told(), [`emergency-call 1000 ${who} 1`])
  pass(HOUR + 1)
  assert.deepEqual(told(), [])
  assert.equal(helpCalls.size(), 0)
})

test('without any line the alarm names the site, too; its twin, an ordinary number, is none', async () => {
  const { dials, told, who } = await bench()
  dials('ordinary', '0301234567')
  assert.deepEqual(told(), [])
  dials('help', '112')
  assert.deepEqual(told(), [`emergency-call 1000 ${who} 1`])
})

test('outside the known networks is another alarm; its twin inside is not', async () => {
  const { calls, told, who } = await bench()
  calls('inside', 'emergency', { place: 'network', network: '10.0.0.0/8' })
  assert.deepEqual(told(), [`emergency-call 1000 ${who} 1`])
  calls('outside', 'emergency', { place: 'elsewhere' })
  assert.deepEqual(told().toSorted(), [
    `emergency-call 1000 ${who} 1`,
    `emergency-call-elsewhere 1000 ${who} 1`,
  ])
})

test('a second call is a new alarm, for somebody who has put the first away', async () => {
  const { calls, told, pass, who } = await bench()
  calls('first', 'emergency')
  told()
  pass(5_000)
  assert.deepEqual(told(), [`emergency-call 1000 ${who} 1`])
  calls('second', 'emergency-without-trunk')
  assert.deepEqual(told(), [`emergency-call 6000 ${who} 2`])
})

test('a hundred calls are remembered, the oldest go', async () => {
  const { helpCalls, calls } = await bench()
  for (let at = 0; at < 101; at += 1) calls(`c${at}`, 'emergency')
  assert.equal(helpCalls.size(), 100)
})
