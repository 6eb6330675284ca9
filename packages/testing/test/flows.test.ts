// Plans performed over SIP: the real user agent and exchange, simulated phones, media without sound.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PersonId, seconds } from '@rufwerk/core'
import { DEFAULT_CODES, type DialPlan, EMPTY_DIAL_PLAN, type Flow, type FlowId } from '@rufwerk/routing'
import { ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'

const person = (extension: string) => ({ person: `person-${extension}` as PersonId })
const id = (name: string) => name as FlowId

const FLOWS: readonly Flow[] = [
  {
    kind: 'receptionist',
    id: id('welcome'),
    extension: '500',
    prompt: 'welcome',
    keys: [{ key: '1', target: { to: 'flow', flow: id('in-turn') } }],
    dialsExtensions: true,
    keyTime: seconds(3),
    tries: 2,
    silence: { to: 'busy' },
    wrongKey: { to: 'busy' },
  },
  {
    kind: 'ringGroup',
    id: id('in-turn'),
    extension: '400',
    members: [person('101'), person('102')],
    order: 'inTurn',
    skipsBusy: false,
    memberTime: seconds(10),
    ringTime: seconds(60),
    nobody: { to: 'busy' },
  },
]
const PLAN: DialPlan = {
  ...EMPTY_DIAL_PLAN,
  flows: FLOWS,
  codes: DEFAULT_CODES,
  services: [{ kind: 'parking', id: 'lot', extension: '700', slots: ['701'] }],
}

async function office(): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig({ dialPlan: PLAN })
  return [rig, await rig.registered('100'), await rig.registered('101'), await rig.registered('102')]
}

/** What the leg of a call hears, by the phone's own port. */
function heardBy(rig: ExchangeRig, call: SimulatedCall): string {
  for (const { configured, source } of rig.media.endpoints.values()) {
    if (configured?.remote?.rtp.port !== call.rtpPort) continue
    return source.type === 'tone' ? source.tone : source.type
  }
  return 'no endpoint'
}

async function assertOver(rig: ExchangeRig, records = 1): Promise<void> {
  await rig.clock.pass(100_000)
  const left = Object.entries(rig.leftovers()).filter(([, count]) => count !== 0)
  assert.deepEqual(left, [])
  assert.deepEqual(rig.complaints, [])
  assert.deepEqual(rig.media.strays, [])
  assert.equal(rig.store.cdrs.length, records)
}

test('a caller goes through a menu and a group in turn to a phone, over SIP', async () => {
  const [rig, a, b, c] = await office()
  b.onCall = (call) => call.ring()
  c.onCall = (call) => {
    call.ring()
    c.arm(2000, () => call.answer())
  }
  const call = a.dial('500')
  await rig.clock.pass(300)
  assert.deepEqual([call.state, call.statuses, heardBy(rig, call)], ['talking', [100, 200], 'prompt'])
  call.info('application/dtmf', '1')
  await rig.clock.pass(300)
  assert.equal(heardBy(rig, call), 'silence')
  await rig.clock.pass(4000)
  assert.deepEqual([b.calls[0]?.state, heardBy(rig, call)], ['ringing', 'ringback'])
  await rig.clock.pass(12_000)
  assert.deepEqual([b.calls[0]?.state, c.calls[0]?.state], ['ended', 'talking'])
  assert.deepEqual([heardBy(rig, call), call.statuses], ['endpoint', [100, 200]])
  call.hangUp()
  await assertOver(rig)
  const [cdr] = rig.store.cdrs
  assert.deepEqual([cdr?.answeredBy?.kind, cdr?.endedBy, cdr?.why.rule], ['person', 'caller', 'ring-group'])
  assert.equal(cdr?.quality.length, 2)
})

test('an extension that is keyed in is called; one that nobody has plays the prompt again', async () => {
  const [rig, a, , c] = await office()
  const call = a.dial('500')
  await rig.clock.pass(300)
  for (const key of '999#') call.info('application/dtmf', key)
  await rig.clock.pass(300)
  assert.equal(heardBy(rig, call), 'prompt')
  for (const key of '102#') call.info('application/dtmf', key)
  await rig.clock.pass(300)
  assert.deepEqual([c.calls[0]?.state, heardBy(rig, call)], ['talking', 'endpoint'])
  c.calls[0]?.hangUp()
  await assertOver(rig)
})

test('a caller in a menu hears it again after a crash of call control, and goes on', async () => {
  const [rig, a, b] = await office()
  const call = a.dial('500')
  await rig.clock.pass(1000)
  rig.kill()
  await rig.clock.pass(1000)
  await rig.startAgain()
  await rig.clock.pass(5000)
  assert.deepEqual([call.state, heardBy(rig, call)], ['talking', 'prompt'])
  for (const key of '101#') call.info('application/dtmf', key)
  await rig.clock.pass(1000)
  assert.deepEqual([b.calls[0]?.state, heardBy(rig, call)], ['talking', 'endpoint'])
  call.hangUp()
  await assertOver(rig)
})

test('forty members in turn: a branch that is over leaves its room to the next', async () => {
  const members = [...Array.from({ length: 39 }, () => person('101')), person('102')]
  const flows = FLOWS.map((flow) => (flow.kind === 'ringGroup' ? { ...flow, members } : flow))
  const rig = new ExchangeRig({ dialPlan: { ...PLAN, flows } })
  const [a, b, c] = [await rig.registered('100'), await rig.registered('101'), await rig.registered('102')]
  b.onCall = (call) => call.reject(486)
  const call = a.dial('400')
  await rig.clock.pass(10_000)
  assert.deepEqual([b.calls.length, c.calls[0]?.state, call.state], [39, 'talking', 'talking'])
  call.hangUp()
  await assertOver(rig)
})

test('a menu without its prompt goes on as after silence; missing words are a tone', async () => {
  const [rig, a] = await office()
  for (const name of ['de-welcome', 'de-not-found']) rig.media.missingPrompts.add(name)
  const call = a.dial('500')
  await rig.clock.pass(300)
  assert.deepEqual([call.state, heardBy(rig, call)], ['talking', 'busy'])
  await rig.clock.pass(6000)
  assert.equal(call.state, 'ended')
  const other = a.dial('4711')
  await rig.clock.pass(300)
  assert.deepEqual([other.statuses, heardBy(rig, other)], [[100, 183], 'congestion'])
  await rig.clock.pass(6000)
  assert.equal(other.statuses.at(-1), 404)
  const missing = rig.store.events.filter(({ type }) => type === 'promptMissing')
  assert.equal(missing.length, 2)
})

test('a call is picked up over SIP, and hung up by who picked it up', async () => {
  const [rig, a, b, c] = await office()
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(500)
  const taken = c.dial('**101')
  await rig.clock.pass(500)
  assert.deepEqual([call.state, taken.state, b.calls[0]?.state], ['talking', 'talking', 'ended'])
  assert.deepEqual([heardBy(rig, call), heardBy(rig, taken)], ['endpoint', 'endpoint'])
  taken.hangUp()
  await rig.clock.pass(500)
  assert.equal(call.state, 'ended')
  await assertOver(rig)
  assert.equal(rig.store.cdrs[0]?.answeredBy?.kind, 'person')
})

test('a parked call is there after a crash of call control, and is brought back over SIP', async () => {
  const [rig, a, b, c] = await office()
  const call = a.dial('101')
  await rig.clock.pass(500)
  call.request('REFER', { headers: [['Refer-To', '<sip:701@10.0.0.1>']] })
  await rig.clock.pass(1000)
  assert.equal(call.state, 'ended')
  const [parked] = b.calls
  assert.deepEqual([parked?.state, parked && heardBy(rig, parked)], ['talking', 'hold'])
  rig.kill()
  await rig.clock.pass(500)
  await rig.startAgain()
  await rig.clock.pass(1000)
  const taken = c.dial('701')
  await rig.clock.pass(1000)
  assert.deepEqual([parked?.state, taken.state], ['talking', 'talking'])
  assert.deepEqual([parked && heardBy(rig, parked), heardBy(rig, taken)], ['endpoint', 'endpoint'])
  parked?.hangUp()
  await assertOver(rig, 2)
})
