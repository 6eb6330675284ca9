// The desk between the SIP side and admins, with a clock set by hand and a receiver of syslog on loopback.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import type { Actor } from '@rufwerk/accounts'
import { type Flow, instant, type PersonId, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import { AttackDesk } from '../../src/attacks/attack-desk.ts'
import { DEFAULT_SETTINGS } from '../../src/attacks/settings.ts'

const TENANT = 'tenant-1' as TenantId
const ADMIN = { tenant: TENANT, person: 'mia' as PersonId } as Actor
const SCANNER = '203.0.113.9'
const CARRIER = '203.0.113.50'
const START = 1_795_000_000_000

function flowFrom(address: string, port = 5060, transport: Flow['transport'] = 'udp'): Flow {
  const local = { address: '192.0.2.1', port: 5060 }
  return { id: `${transport}:${address}:${port}`, transport, local, remote: { address, port } }
}

async function desk(stored = new Map<string, string>()) {
  const closed: string[] = []
  let now = 5_000
  let due: () => void = () => undefined
  const attacks = new AttackDesk({
    store: {
      setting: async (name) => stored.get(name),
      saveSetting: async (name, text) => stored.set(name, text).size > 0,
    },
    timers: {
      now: () => instant(now),
      arm: (_delay, callback) => {
        due = callback
        return { [Symbol.dispose]: () => undefined }
      },
    },
    wallTime: () => wallTime(START + now),
    isCarrier: (address) => address === CARRIER,
    closeFlow: (flow) => closed.push(flow),
    configOf: () => ({ byExtension: new Map([['100', {}]]) }) as unknown as RoutingConfig,
    nameOf: (person) => (person === 'anna' ? 'Anna' : undefined),
    ...{ host: 'pbx', version: '1', log: SILENT_LOG },
  })
  await attacks.open(TENANT)
  const scan = (flow: Flow, times: number) => {
    for (let count = 0; count < times; count += 1)
      attacks.observe(flow, { kind: 'unknown-name', name: String(count), dialled: String(count) })
  }
  const view = () => attacks.view(TENANT) ?? assert.fail('nothing is shown')
  const pass = (time: number) => {
    now += time
    due()
  }
  return { attacks, scan, view, pass, closed, stored }
}

test('a scanner is blocked and shown with times of the clock; a carrier, the twin, is not', async () => {
  const { attacks, scan, view, pass } = await desk()
  const flow = flowFrom(SCANNER)
  scan(flow, 20)
  scan(flowFrom(CARRIER), 20)
  assert.equal(attacks.blockOf(flow), 'forgeable')
  assert.equal(attacks.blockOf(flowFrom(CARRIER)), undefined)
  assert.equal(attacks.mayPass(flow), false)
  const [block, ...others] = view().blocks
  assert.deepEqual(others, [])
  assert.deepEqual(block, {
    ...{ id: '203_0_113_9', source: SCANNER, since: START + 5_000, until: START + 65_000 },
    ...{ scope: 'udp', times: 1, isKnown: false, dropped: 1, counts: { 'unknown-name': 20 } },
  })
  assert.equal(view().counts['unknown-name'], 40)
  assert.equal(view().events[0]?.what, 'noticed')
  pass(60_000)
  assert.equal(attacks.blockOf(flow), undefined)
  assert.deepEqual(view().blocks, [])
})

test('an admin ends a block; another company sees and ends nothing', async () => {
  const { attacks, scan, view } = await desk()
  scan(flowFrom(SCANNER), 20)
  const [block] = view().blocks
  const other = { ...ADMIN, tenant: 'tenant-2' as TenantId }
  assert.equal(attacks.view(other.tenant), undefined)
  assert.equal(attacks.release(other, block?.id ?? ''), false)
  assert.equal(attacks.release(ADMIN, 'x'), false)
  assert.equal(attacks.release(ADMIN, block?.id ?? ''), true)
  assert.equal(attacks.blockOf(flowFrom(SCANNER)), undefined)
})

test('a connection of a blocked address is closed; where phones are known two a second pass', async () => {
  const { attacks, closed } = await desk()
  const connection = flowFrom(SCANNER, 4_000, 'tcp')
  await attacks.change(ADMIN, { ...DEFAULT_SETTINGS, canaries: ['666'] })
  attacks.observe(connection, { kind: 'unknown-name', name: 'x', dialled: '666' })
  assert.equal(attacks.blockOf(connection), 'proven')
  assert.equal(attacks.mayPass(connection), false)
  assert.deepEqual(closed, [connection.id])
  attacks.authenticated(flowFrom(SCANNER, 5_070))
  assert.equal(attacks.blockOf(flowFrom(SCANNER, 5_070)), undefined)
  const passed = [1, 2, 3].map(() => attacks.mayPass(flowFrom(SCANNER, 6_000)))
  assert.deepEqual(passed, [true, true, false])
})

test('settings are kept over a restart; what cannot be used is refused with its field', async () => {
  const { attacks, stored, scan } = await desk()
  const problemOf = async (change: object) => {
    const changed = await attacks.change(ADMIN, { ...DEFAULT_SETTINGS, ...change })
    return changed.ok || changed.error === 'not-stored' ? undefined : changed.error.field
  }
  assert.equal(await problemOf({ canaries: ['100'] }), 'canaries')
  assert.equal(await problemOf({ canaries: ['112'] }), 'canaries')
  assert.equal(await problemOf({ spared: ['10.0.0.0/99'] }), 'spared')
  assert.equal(stored.size, 0)
  scan(flowFrom(SCANNER), 20)
  assert.equal(await problemOf({ canaries: ['666'], spared: ['203.0.113.0/24'] }), undefined)
  assert.equal(attacks.blockOf(flowFrom(SCANNER)), undefined, 'who is spared is let go')
  const again = await desk(stored)
  assert.deepEqual(again.view().settings.canaries, ['666'])
  again.scan(flowFrom(SCANNER), 100)
  assert.equal(again.attacks.blockOf(flowFrom(SCANNER)), undefined)
  const broken = await desk(new Map([[`attacks ${TENANT}`, '{"isOn":']]))
  assert.deepEqual(broken.view().settings, DEFAULT_SETTINGS)
})

test('loopback is spared until an admin says otherwise', async () => {
  const { attacks, scan } = await desk()
  const here = flowFrom('127.0.0.1')
  scan(here, 100)
  assert.equal(attacks.blockOf(here), undefined)
  await attacks.change(ADMIN, { ...DEFAULT_SETTINGS, spared: [] })
  scan(here, 1)
  assert.equal(attacks.blockOf(here), 'forgeable')
})

test('a canary that a phone calls and a call that rules refuse reach admins and syslog by name', async () => {
  const receiver = createSocket('udp4')
  const lines: string[] = []
  receiver.on('message', (bytes) => lines.push(bytes.toString()))
  await new Promise<void>((resolve) => receiver.bind(0, '127.0.0.1', resolve))
  const { port } = receiver.address()
  const { attacks, view, pass } = await desk()
  const syslog = { host: '127.0.0.1', port, transport: 'udp', format: 'rfc5424' } as const
  await attacks.change(ADMIN, { ...DEFAULT_SETTINGS, canaries: ['666'], syslog })
  const caller = { kind: 'inside', person: 'anna' } as Parameters<typeof attacks.called>[0]['caller']
  attacks.called({ caller, dialled: '101', address: SCANNER })
  attacks.called({ caller, dialled: '666', address: SCANNER })
  attacks.tollRefused('anna', 'premium-denied')
  assert.deepEqual(
    view().events.map(({ what, who, name, why }) => [what, who, name ?? why]),
    [
      ['toll-refused', 'Anna', 'premium-denied'],
      ['canary-called', 'Anna', '666'],
    ],
  )
  assert.deepEqual([view().canaryCalls, view().tollRefusals], [1, 1])
  const alarms = () =>
    attacks.findings().map(({ kind, values }) => [kind, ...Object.values(values)].join(' '))
  assert.deepEqual(alarms(), ['canary-called Anna 666'])
  const outside = { kind: 'outside', trunk: 'main' } as unknown as typeof caller
  attacks.called({ caller: outside, dialled: '666' })
  assert.equal(view().canaryCalls, 2)
  assert.deepEqual(alarms(), ['canary-called Anna 666'], 'an outside caller may have mistyped')
  pass(25 * 3_600_000)
  assert.deepEqual(alarms(), [])
  const deadline = Date.now() + 3_000
  while (lines.length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.match(lines[0] ?? '', /^<33>1 2026-\S+ pbx rufwerk - canary-called \[.* name="666" who="Anna"\]/)
  assert.match(lines[1] ?? '', /toll-refused/)
  attacks.close()
  receiver.close()
})
