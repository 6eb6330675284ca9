// Stopping a device with real phones: calls that it places and receives are counted, sound is measured, and
// the emergency centre is a carrier. Beside it stands a phone of the same company that nobody has stopped.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { RawPhone } from '../support/raw-sip.ts'
import { Server } from '../support/server.ts'
import { assertAllHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { MAIN_TRUNK, openLine } from '../trunks/line.ts'

const CARRIER = '127.0.0.54'
const CENTRE_HZ = 1200
const LISTEN_MS = 2_000
/** Long enough for a call that should not come to come. */
const NOTHING_MS = 1_500
const OUTSIDE = '0301234567'
const WHY = 'A scanner flags its app.'

interface Device {
  readonly id: string
  readonly sipName: string
}
interface Acted {
  readonly stopped: number
  readonly released: number
  readonly waits?: { readonly request: string; readonly missing: number }
}
interface State {
  readonly stopped: number
  readonly stops: readonly { readonly device: string; readonly by: string; readonly confirmedBy?: string }[]
}

const server = await Server.start()
const { admin, colleagues } = server
const [ben, cleo] = colleagues
assert.ok(ben && cleo)
const { sites } = (
  await admin.ask<{ configuration: { sections: { people: { sites: { id: string }[] } } } }>(
    'GET',
    '/configuration',
  )
).configuration.sections.people
const carrier = await openLine(server, {
  ...{ address: CARRIER, toneHz: CENTRE_HZ },
  plan: {
    trunks: [{ ...MAIN_TRUNK, isForEmergency: true }],
    sites: sites.map(({ id }) => ({ site: id, country: 'de', areaCode: '30', emergencyTrunks: ['main'] })),
  },
})
const bea = await admin.addPerson('Bea', '120', 'admin')
const accounts = {
  ben: await ben.addPhone('Ben’s phone'),
  cleo: await cleo.addPhone('Cleo’s phone'),
}
const stopped = await Baresip.start(accounts.ben, { transport: 'udp', toneHz: 500, answers: 'auto' })
const free = await Baresip.start(accounts.cleo, { transport: 'udp', toneHz: 700, answers: 'auto' })
const phones = [stopped, free]
const ways = [
  [stopped, '102', free],
  [free, '101', stopped],
] as const
test.after(async () => {
  for (const phone of phones) await phone.stop()
  carrier.close()
  await server.stop()
})

const { devices } = await ben.ask<{ devices: readonly Device[] }>('GET', '/devices')
const device = devices.find(({ sipName }) => sipName === accounts.ben.sipName)
assert.ok(device)

/** Whatever happens in a call, as when it comes in. */
const callEvents = (phone: Baresip): number =>
  phone.events.filter(({ type }) => type.startsWith('CALL_')).length
const answered = (phone: Baresip): number => phone.count('CALL_ESTABLISHED')

async function registers(account: typeof accounts.ben): Promise<number> {
  const phone = await RawPhone.open(account)
  try {
    return (await phone.register()).status
  } finally {
    phone.close()
  }
}

/** Dials, and says whether anybody answered. */
async function reaches(from: Baresip, number: string): Promise<boolean> {
  // The other end of the call before may be late.
  await until('the end of earlier calls', () =>
    phones.every((phone) => phone.count('CALL_CLOSED') >= answered(phone)),
  )
  const before = { answered: answered(from), closed: from.count('CALL_CLOSED') }
  from.dial(number)
  await until(`an end of the call to ${number}`, () => {
    return answered(from) > before.answered || from.count('CALL_CLOSED') > before.closed
  })
  const isAnswered = answered(from) > before.answered
  if (isAnswered) {
    from.hangUp()
    await from.waitFor('CALL_CLOSED', before.closed + 1)
  }
  return isAnswered
}

test('before, the twin: both call each other, and register', async () => {
  for (const [from, number, to] of ways) {
    const before = callEvents(to)
    assert.equal(await reaches(from, number), true)
    assert.ok(callEvents(to) > before)
  }
  assert.equal(await registers(accounts.ben), 200)
})

test('stopped in a call: it ends at both ends, and afterwards no call is placed or received', async () => {
  const closed = phones.map((phone) => phone.count('CALL_CLOSED'))
  const established = answered(stopped)
  stopped.dial('102')
  await stopped.waitFor('CALL_ESTABLISHED', established + 1)
  const acted = await admin.ask<Acted>('POST', '/quarantine/stops', { devices: [device.id], why: WHY })
  assert.deepEqual(acted, { stopped: 1, released: 0 })
  for (const [at, phone] of phones.entries()) await phone.waitFor('CALL_CLOSED', (closed[at] ?? 0) + 1)
  for (const [from, number, to] of ways) {
    const before = callEvents(to)
    assert.equal(await reaches(from, number), false)
    await sleep(NOTHING_MS)
    assert.equal(callEvents(to), before, 'the other end knows of no call')
  }
  assert.equal(await registers(accounts.ben), 403)
  const state = await admin.ask<State>('GET', '/quarantine')
  assert.deepEqual([state.stopped, state.stops[0]?.device, state.stops[0]?.by], [1, device.id, 'Ada'])
})

test('nobody else is hit', async () => {
  assert.equal(await registers(accounts.cleo), 200)
  assert.equal(await reaches(free, OUTSIDE), true)
})

test('112 passes with the secret of before, without a registration, and is heard; 110 too', async () => {
  const invites = carrier.of('INVITE').length
  const established = answered(stopped)
  const closed = stopped.count('CALL_CLOSED')
  stopped.dial('112')
  await stopped.waitFor('CALL_ESTABLISHED', established + 1)
  assert.match(carrier.of('INVITE')[invites] ?? '', /^INVITE sip:112@/)
  await sleep(SETTLE_MS)
  await assertAllHear([{ who: 'the stopped phone', phone: stopped, right: CENTRE_HZ, wrong: 500 }], LISTEN_MS)
  stopped.hangUp()
  await stopped.waitFor('CALL_CLOSED', closed + 1)
  assert.equal(await reaches(stopped, '110'), true)
  assert.equal(await reaches(stopped, OUTSIDE), false, 'the same trunk, for no help')
})

test('a second one is beyond a tenth: another admin has to agree', async () => {
  const cleos = (await cleo.ask<{ devices: readonly Device[] }>('GET', '/devices')).devices
  const other = cleos.find(({ sipName }) => sipName === accounts.cleo.sipName)
  assert.ok(other)
  const asked = await admin.ask<Acted>('POST', '/quarantine/stops', { devices: [other.id], why: WHY })
  assert.deepEqual([asked.stopped, asked.waits?.missing], [0, 1])
  const place = `/quarantine/requests/${asked.waits?.request}`
  await assert.rejects(admin.ask('POST', `${place}/agree`), /409/)
  assert.equal(await registers(accounts.cleo), 200, 'not yet')
  await bea.ask('DELETE', place)
  await assert.rejects(bea.ask('POST', `${place}/agree`), /404/)
  assert.equal(await registers(accounts.cleo), 200, 'withdrawn')
})

test('undone by two; then the secret of before is good for nothing, a new one for everything', async () => {
  const body = { devices: [device.id], why: 'It was a false alarm.' }
  const asked = await admin.ask<Acted>('POST', '/quarantine/releases', body)
  const place = `/quarantine/requests/${asked.waits?.request}/agree`
  await assert.rejects(admin.ask('POST', place), /409/)
  assert.equal(await registers(accounts.ben), 403)
  assert.deepEqual(await bea.ask<Acted>('POST', place), { stopped: 0, released: 1 })
  assert.equal(await registers(accounts.ben), 403, 'the old secret')
  const renewed = await ben.addPhone('Ben’s new phone')
  assert.equal(await registers(renewed), 200)
  assert.equal((await admin.ask<State>('GET', '/quarantine')).stopped, 0)
})

test('who did what is in the log of administration', async () => {
  const { entries } = await admin.ask<{ entries: readonly { readonly act: string }[] }>('GET', '/audit')
  const acts = entries.map(({ act }) => act).filter((act) => /quarantine|voided/.test(act))
  const wanted = [
    'quarantine-stop',
    'quarantine-withdrawn',
    'quarantine-release',
    'quarantine-agreed',
    'secrets-voided',
  ]
  for (const act of wanted) assert.ok(acts.includes(act), act)
})
