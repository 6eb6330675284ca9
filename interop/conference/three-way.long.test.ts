// A three-way conference with a leg to the outside: a desk phone talks with a colleague and with somebody
// behind a carrier, dials the code, and each hears the other two and not themselves. Who called them together
// may leave; when only the outside is left it ends.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { type Person, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { CarrierServer } from '../trunks/carrier-server.ts'
import { assertMixes } from './mixes.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const OUTSIDE_HZ = 1500
const LISTEN_MS = 2000
/** The carrier speaks with half of the amplitude of the phones: a fifth of the power of both. */
const EACH_SHARE_MIN = 0.1
const ADDRESS = '127.0.0.84'
const ACCOUNT = '4930555000'
const PASSWORD = 'only-the-carrier-knows'
const OUTSIDE = '03012345678'

const server = await Server.start()
test.after(() => server.stop())

async function carrierOf(t: TestContext): Promise<CarrierServer> {
  const port = await freePorts(1)
  const known = { domain: ADDRESS, account: ACCOUNT, password: PASSWORD, toneHz: OUTSIDE_HZ }
  const carrier = await CarrierServer.open({ address: ADDRESS, port, transport: 'udp', ...known })
  t.after(() => carrier.close())
  const number = `+${ACCOUNT}`
  const trunk = {
    ...{ id: 'main', country: 'de', areaCode: '30', mainNumber: number, format: 'plus', numbers: [] },
    ...{ showsFirstCaller: false, isForEmergency: false },
  }
  const plan = {
    ...{ sites: [], rates: [], people: [], inbound: [], blocked: [], services: [], schedules: [], flows: [] },
    ...{ allowed: { countries: [], premium: [] }, speedDial: [], trunks: [trunk] },
    codes: [{ code: '*3', does: 'conference' }],
    outbound: [{ id: 'all', trunks: ['main'] }],
  }
  const { version } = await server.admin.ask<{ version: number }>('GET', '/dial-plan')
  await server.admin.ask('PUT', '/dial-plan', { expected: version, plan })
  const entry = { profile: 'generic', account: ACCOUNT, password: PASSWORD, domain: ADDRESS }
  const trunks = [{ ...entry, transport: 'udp', id: 'main', name: 'Main', port }]
  writeFileSync(join(server.dataFolder, 'trunks.json'), JSON.stringify({ trunks }), { mode: 0o600 })
  await until('the registration', () => carrier.registered, 20_000)
  return carrier
}

async function phone(t: TestContext, person: Person, toneHz: number): Promise<Baresip> {
  const account = await person.addPhone('Desk')
  const started = await Baresip.start(account, { transport: 'udp', toneHz, answers: 'auto' })
  t.after(() => started.stop())
  return started
}

test('one of the house, a colleague and the outside each hear the other two', async (t) => {
  const carrier = await carrierOf(t)
  const ada = await phone(t, server.admin, ADA_HZ)
  const ben = await phone(t, server.colleagues[0] ?? server.admin, BEN_HZ)
  ada.dial('101')
  await ada.waitFor('CALL_ESTABLISHED')
  ada.hold()
  await sleep(SETTLE_MS)
  ada.dial(OUTSIDE)
  await ada.waitFor('CALL_ESTABLISHED', 2)
  await sleep(SETTLE_MS)
  const outside = { who: 'the outside', phone: carrier, hertz: OUTSIDE_HZ }
  await assertBothHear({ who: 'the phone', phone: ada, hertz: ADA_HZ }, outside, LISTEN_MS)
  ada.hold()
  await sleep(SETTLE_MS)
  ada.dial('*3')
  await ada.waitFor('CALL_ESTABLISHED', 3)
  await ada.waitFor('CALL_CLOSED', 2)
  await sleep(SETTLE_MS)
  const ears = [
    { who: 'who dialled the code', phone: ada, hears: [BEN_HZ, OUTSIDE_HZ], not: [ADA_HZ] },
    { who: 'the colleague', phone: ben, hears: [ADA_HZ, OUTSIDE_HZ], not: [BEN_HZ] },
    { who: 'the outside', phone: carrier, hears: [ADA_HZ, BEN_HZ], not: [OUTSIDE_HZ] },
  ]
  await assertMixes(ears, EACH_SHARE_MIN)

  ada.hangUp()
  await ada.waitFor('CALL_CLOSED', 3)
  await sleep(SETTLE_MS)
  await assertBothHear({ who: 'the colleague', phone: ben, hertz: BEN_HZ }, outside, LISTEN_MS)
  ben.hangUp()
  await until('the BYE to the carrier', () => carrier.of('BYE').length > 0)
})
