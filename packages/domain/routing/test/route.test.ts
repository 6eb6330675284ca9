import assert from 'node:assert/strict'
import test from 'node:test'
import { type DeviceId, type PersonId, seconds, type TenantId, wallTime } from '@rufwerk/core'
import {
  type Contact,
  EMPTY_DIAL_PLAN,
  type Live,
  type PlanNode,
  type RoutingConfig,
  route,
} from '@rufwerk/routing'
import fc from 'fast-check'

const ANNA = 'anna' as PersonId
const BERND = 'bernd' as PersonId
const VOICE = 'voice' as PersonId
const PHONE = 'phone' as DeviceId
const CONTACTS: Record<string, Contact[]> = {
  [ANNA]: [
    { device: PHONE, binding: 'b1' },
    { device: 'browser' as DeviceId, binding: 'b2' },
  ],
}
const LIVE: Live = { contactsOf: (person) => CONTACTS[person] ?? [] }
const CONFIG: RoutingConfig = {
  tenant: 't' as TenantId,
  version: 7,
  country: 'de',
  language: 'de',
  isDemo: false,
  ringTime: seconds(45),
  byExtension: new Map([
    ['100', { person: ANNA, extension: '100', name: 'Anna', kind: 'person' }],
    ['102', { person: BERND, extension: '102', name: 'Bernd', kind: 'person' }],
    ['101', { person: VOICE, extension: '101', name: 'Stimme', kind: 'voice' }],
    ['112', { person: BERND, extension: '112', name: 'Bernd', kind: 'person' }],
  ]),
}

function plan(dialled: string, config = CONFIG, caller = BERND, callerDevice = 'd' as DeviceId): PlanNode {
  return route(config, LIVE, { dialled, caller, callerDevice, at: wallTime(0), seed: 1 }).node
}

const rows: [rule: string, dialled: string, does: PlanNode['do'], why: string, status: number | undefined][] =
  [
    ['RT-EM1 110', '110', 'announce', 'emergency-without-trunk', 480],
    ['RT-EM1 with a leading 0', '0112', 'announce', 'emergency-without-trunk', 480],
    ['RT-EM2 an extension 112 does not hide it', '112', 'announce', 'emergency-without-trunk', 480],
    ['RT-EC1 echo', '*43', 'echo', 'echo', undefined],
    ['RT-EX1 an extension', '100', 'ring', 'extension', undefined],
    ['RT-EX2 nobody registered', '102', 'end', 'self-call', 486],
    ['RT-DV1 the voice', '101', 'parrot', 'demo-voice', undefined],
    ['RT-NF1 unknown', '999', 'announce', 'unknown-number', 404],
    ['RT-NF1 empty', '', 'announce', 'unknown-number', 404],
    ['RT-OUT1 national', '030 23125-100', 'announce', 'no-trunk', 404],
    ['RT-OUT1 international', '+493023125100', 'announce', 'no-trunk', 404],
    ['RT-NORM1 spaced extension', '1 0-0', 'ring', 'extension', undefined],
  ]
for (const [rule, dialled, does, why, status] of rows) {
  test(rule, () => {
    const node = plan(dialled)
    assert.equal(node.do, does)
    assert.equal(node.why.rule, why)
    assert.equal('status' in node ? node.status : undefined, status)
  })
}

test('RT-EX2 a colleague without a contact is absent', () => {
  const node = plan('102', CONFIG, ANNA)
  assert.ok(node.do === 'end')
  assert.deepEqual([node.why.rule, node.status, node.cause], ['not-registered', 480, 20])
})

test('RT-EX1 all contacts ring, with the configured time', () => {
  const node = plan('100')
  assert.ok(node.do === 'ring')
  assert.deepEqual(node.contacts, CONTACTS[ANNA])
  assert.equal(node.timeout, 45_000)
})

test('RT-EX3 calling oneself rings only the other devices', () => {
  const node = plan('100', CONFIG, ANNA, PHONE)
  assert.ok(node.do === 'ring')
  assert.deepEqual(
    node.contacts.map((contact) => contact.device),
    ['browser'],
  )
})

test('RT-EX4 every outcome has its end', () => {
  const node = plan('100')
  assert.ok(node.do === 'ring')
  const ends = Object.entries(node.next).map(([outcome, next]) => {
    assert.ok(next.do === 'end')
    return [outcome, next.status, next.cause]
  })
  assert.deepEqual(ends, [
    ['busy', 486, 17],
    ['noAnswer', 480, 19],
    ['declined', 603, 21],
    ['failed', 480, 41],
  ])
})

test('RT-OUT1 a demonstration says that it is one', () => {
  assert.equal(plan('03023125100', { ...CONFIG, isDemo: true }).why.rule, 'demo-outside')
})

test('RT-OUT1 a number to dial quickly is one with spaces, too', () => {
  const speedDial = [{ extension: '801', number: '030 23125 100' }]
  const config = { ...CONFIG, dialPlan: { ...EMPTY_DIAL_PLAN, speedDial } }
  assert.equal(plan('801', config).why.rule, 'no-trunk')
})

test('RT-EM1 911 is an emergency in the US and unknown in Germany', () => {
  const inTheUs = plan('911', { ...CONFIG, country: 'us' })
  assert.equal(inTheUs.why.rule, 'emergency-without-trunk')
  assert.ok(inTheUs.do === 'announce')
  assert.deepEqual(new Set(inTheUs.prompts), new Set([`${CONFIG.language}-emergency-us`]))
  const inGermany = plan('112')
  assert.ok(inGermany.do === 'announce')
  assert.deepEqual(new Set(inGermany.prompts), new Set([`${CONFIG.language}-emergency`]))
  assert.equal(plan('911').why.rule, 'unknown-number')
})

test('RT-TOT1 whatever was dialled has a plan', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.boolean(), (dialled, isDemo) => {
      const node = plan(dialled, { ...CONFIG, isDemo })
      return node.why.rule.length > 0
    }),
    { numRuns: 200 },
  )
})
