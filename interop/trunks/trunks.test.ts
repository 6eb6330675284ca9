// Trunks on real sockets: carriers that behave as public reports tell of Deutsche Telekom and sipgate, each
// with the twin that is set wrongly; calls in both directions with the sound measured at both ends.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { TenantId } from '@rufwerk/core'
import { CARRIER_PROFILES, type CarrierProfile, type TrunkId, type TrunkSettings } from '@rufwerk/legs/trunks'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { type CarrierOptions, CarrierServer } from './carrier-server.ts'
import { openDns, type Service } from './dns.ts'
import { House } from './house.ts'
import { startKamailio } from './kamailio.ts'

const PHONE_HZ = 600
const CARRIER_HZ = 1000
const LISTEN_MS = 2000
const CARRIER_ADDRESS = '127.0.0.77'
const ACCOUNT = '4930555000'
const PASSWORD = 'only the carrier knows'
const TRUNK = 'trunk' as TrunkId
const CALLER = '+4930555000'

function profile(id: CarrierProfile['id']): CarrierProfile {
  const found = CARRIER_PROFILES.find((one) => one.id === id)
  assert.ok(found)
  return found
}

function settingsOf(id: CarrierProfile['id'], change: Partial<TrunkSettings> = {}): TrunkSettings {
  const { manner, name, domain = 'carrier.test' } = profile(id)
  return {
    ...manner,
    ...{ id: TRUNK, tenant: 'house' as TenantId, name, country: 'de', domain, account: ACCOUNT },
    password: () => PASSWORD,
    sources: [],
    ...change,
  }
}

interface Scene {
  readonly house: House
  readonly carrier: CarrierServer
}

/** A house with this trunk, and its carrier, which only the DNS of the test names. */
async function open(
  t: TestContext,
  settings: TrunkSettings,
  options: Partial<CarrierOptions>,
  serviceAt: (port: number) => Service,
): Promise<Scene> {
  const port = await freePorts(1)
  const dnsPort = await freePorts(1)
  const housePort = await freePorts(1)
  const { domain } = settings
  const known = { account: ACCOUNT, password: PASSWORD, toneHz: CARRIER_HZ, domain }
  const carrier = await CarrierServer.open({
    ...{ address: CARRIER_ADDRESS, port, transport: 'udp', ...known, ...options },
    ...(settings.kind === 'address' && { knows: { address: '127.0.0.1', port: housePort } }),
  })
  t.after(() => carrier.close())
  const dns = await openDns('127.0.0.1', dnsPort, serviceAt(port))
  t.after(() => dns.close())
  const house = await House.open([settings], dnsPort, housePort)
  t.after(() => house.close())
  house.callsOver({ trunk: TRUNK, caller: CALLER })
  return { house, carrier }
}

/** No address record of the domain itself: who does not ask for SRV finds nobody. */
function srvOnly(domain: string, service: '_sip._udp' | '_sip._tcp' | '_sips._tcp') {
  const name = `${service}.${domain}`
  return (port: number): Service => ({ name, host: `edge.${domain}`, address: CARRIER_ADDRESS, port })
}

const isUp = ({ house }: Scene) => house.trunks()[0]?.isUp
const registered = (scene: Scene) => until('the registration', () => isUp(scene))

async function phoneOf(t: TestContext, { house }: Scene): Promise<Baresip> {
  const phone = await Baresip.start(house.account, { transport: 'udp', toneHz: PHONE_HZ })
  t.after(() => phone.stop())
  return phone
}

async function bothHear(phone: Baresip, { carrier }: Scene): Promise<void> {
  await sleep(SETTLE_MS)
  const inside = { who: 'the phone', phone, hertz: PHONE_HZ }
  await assertBothHear(inside, { who: 'the other side', phone: carrier, hertz: CARRIER_HZ }, LISTEN_MS)
}

async function callOut(phone: Baresip, scene: Scene): Promise<void> {
  phone.dial('03012345678')
  await phone.waitFor('CALL_ESTABLISHED')
  await bothHear(phone, scene)
  phone.hangUp()
  await until('the BYE to the carrier', () => scene.carrier.of('BYE').length > 0)
}

async function callIn(phone: Baresip, scene: Scene, caller: string): Promise<void> {
  const calling = scene.carrier.call({ called: '+4930555100', caller })
  await phone.waitFor('CALL_INCOMING')
  phone.accept()
  assert.match(await calling, /^SIP\/2\.0 200/)
  await bothHear(phone, scene)
  const call = scene.house.incoming.at(-1)
  assert.equal(call?.dialled, '+4930555100')
  assert.deepEqual(call?.caller.kind === 'outside' && [call.caller.trunk, call.caller.number], [
    TRUNK,
    caller,
  ])
  phone.hangUp()
  await until('the BYE to the carrier', () => scene.carrier.of('BYE').length > 1)
}

/** One certificate for the service and for the server, so that only what is asked for tells them apart. */
function certificate(t: TestContext, names: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-carrier-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...[
      '-subj',
      '/CN=Simulated carrier',
      '-addext',
      `subjectAltName=${names.map((one) => `DNS:${one}`).join()}`,
    ],
    ...['-keyout', key, '-out', cert],
  ])
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

const TELEKOM = 'tel.t-online.de'
const SIPGATE = 'sipconnect.sipgate.de'

test('like Deutsche Telekom: SRV alone, TLS by the name of the service; calls both ways', async (t) => {
  const tls = certificate(t, [TELEKOM, `edge.${TELEKOM}`])
  // The sound of this carrier is plain: what is looked at here is the way to it.
  const settings = settingsOf('telekom', { authorities: [tls.cert], srtp: 'off' })
  const options = { transport: 'tls', tls, onlySni: TELEKOM } as const
  const scene = await open(t, settings, options, srvOnly(TELEKOM, '_sips._tcp'))
  await registered(scene)
  assert.deepEqual([...new Set(scene.carrier.names)], [TELEKOM])
  const phone = await phoneOf(t, scene)
  await callOut(phone, scene)
  await callIn(phone, scene, '+491715550000')
})

test('its twin: with the name of the server in TLS nothing is answered, and nothing is up', async (t) => {
  const tls = certificate(t, [TELEKOM, `edge.${TELEKOM}`])
  const settings = settingsOf('telekom', { authorities: [tls.cert], tlsName: `edge.${TELEKOM}` })
  const options = { transport: 'tls', tls, onlySni: TELEKOM } as const
  const scene = await open(t, settings, options, srvOnly(TELEKOM, '_sips._tcp'))
  await until('a REGISTER', () => scene.carrier.of('REGISTER').length > 0)
  await sleep(1_500)
  assert.equal(scene.carrier.registered, undefined)
  assert.equal(isUp(scene), false)
})

test('like sipgate: From is the SIP-ID, the number stands beside it; calls both ways', async (t) => {
  const settings = settingsOf('sipgate')
  const scene = await open(t, settings, { onlyFrom: ACCOUNT }, srvOnly(SIPGATE, '_sip._udp'))
  await registered(scene)
  const phone = await phoneOf(t, scene)
  await callOut(phone, scene)
  const [invite = ''] = scene.carrier.of('INVITE')
  assert.match(invite, new RegExp(`^P-Preferred-Identity:.*<sip:\\${CALLER}@${SIPGATE}>`, 'im'))
  await callIn(phone, scene, '+491715550000')
})

test('its twin: with the number of the caller in From the call gets 403', async (t) => {
  const { identity } = profile('sipgate').manner
  const settings = settingsOf('sipgate', { identity: { ...identity, from: 'caller' } })
  const scene = await open(t, settings, { onlyFrom: ACCOUNT }, srvOnly(SIPGATE, '_sip._udp'))
  await registered(scene)
  const phone = await phoneOf(t, scene)
  phone.dial('03012345678')
  await phone.waitFor('CALL_CLOSED')
  assert.equal(scene.house.refusal(), 403)
})

test('the twin of both: with a port no SRV is asked for, and so nobody is found', async (t) => {
  const settings = settingsOf('sipgate', { port: 5060 })
  const scene = await open(t, settings, {}, srvOnly(SIPGATE, '_sip._udp'))
  const down = await until('the alarm', () => scene.house.trunks()[0]?.problem)
  assert.equal(down.why, 'unresolved')
  assert.equal(scene.carrier.requests.length, 0)
})

for (const id of ['easybell', 'fritzbox', 'generic'] as const)
  test(`like ${id}: registered, and a call out`, async (t) => {
    const settings = settingsOf(id)
    const scene = await open(t, settings, {}, srvOnly(settings.domain, '_sip._udp'))
    await registered(scene)
    const phone = await phoneOf(t, scene)
    await callOut(phone, scene)
  })

test('over TCP a call in comes over the connection of the registration', async (t) => {
  const settings = settingsOf('generic', { transport: 'tcp' })
  const scene = await open(t, settings, { transport: 'tcp' }, srvOnly(settings.domain, '_sip._tcp'))
  await registered(scene)
  const phone = await phoneOf(t, scene)
  await callOut(phone, scene)
  await callIn(phone, scene, '+491715550000')
})

test('the password stands nowhere: not in the log, not in what is sent', async (t) => {
  const settings = settingsOf('generic')
  const scene = await open(t, settings, {}, srvOnly(settings.domain, '_sip._udp'))
  await registered(scene)
  const said = [...scene.house.logged, ...scene.carrier.requests]
  assert.equal(said.filter((text) => text.includes(PASSWORD)).length, 0)
})

test('by address: no credentials, and nobody else is taken for the carrier', async (t) => {
  const settings = settingsOf('address')
  const scene = await open(t, settings, {}, srvOnly(settings.domain, '_sip._udp'))
  await until('OPTIONS', () => scene.carrier.of('OPTIONS').length > 0)
  const phone = await phoneOf(t, scene)
  await callOut(phone, scene)
  await callIn(phone, scene, '+491715550000')
  const { port } = scene.house.account
  const known = { account: ACCOUNT, password: PASSWORD, toneHz: CARRIER_HZ, domain: settings.domain }
  const stranger = await CarrierServer.open({
    ...{ address: '127.0.0.78', port: await freePorts(1), transport: 'udp', ...known },
    knows: { address: '127.0.0.1', port },
  })
  t.after(() => stranger.close())
  const answer = await stranger.call({ called: '+4930555100', caller: '+491715550000' })
  assert.match(answer, /^SIP\/2\.0 401/)
  assert.equal(scene.house.incoming.length, 2)
})

/** Both ways between the phone of the house and one behind the other system. */
async function talkBothWays(
  t: TestContext,
  settings: TrunkSettings,
  { desk, dials, isCalledAs }: { desk: PhoneAccount; dials: string; isCalledAs: string },
): Promise<House> {
  const house = await House.open([settings], await freePorts(1), await freePorts(1))
  t.after(() => house.close())
  house.callsOver({ trunk: TRUNK, caller: CALLER })
  await until('the registration', () => house.trunks()[0]?.isUp)
  const ours = await Baresip.start(house.account, { transport: 'udp', toneHz: PHONE_HZ })
  const theirs = await Baresip.start(desk, { transport: 'udp', toneHz: CARRIER_HZ })
  t.after(() => Promise.all([ours.stop(), theirs.stop()]))
  const talk = async (caller: Baresip, callee: Baresip, number: string, nth: number): Promise<void> => {
    caller.dial(number)
    await callee.waitFor('CALL_INCOMING')
    callee.accept()
    await caller.waitFor('CALL_ESTABLISHED', nth)
    await sleep(SETTLE_MS)
    const here = { who: 'the phone here', phone: ours, hertz: PHONE_HZ }
    await assertBothHear(here, { who: 'the phone there', phone: theirs, hertz: CARRIER_HZ }, LISTEN_MS)
    caller.hangUp()
    await callee.waitFor('CALL_CLOSED', nth)
  }
  await talk(ours, theirs, dials, 1)
  await talk(theirs, ours, isCalledAs, 2)
  return house
}

const { identity: IDENTITY } = profile('generic').manner

test('a second Rufwerk as trunk: registered there as a phone, calls both ways', async (t) => {
  const server = await Server.start()
  t.after(() => server.stop())
  const line = await server.admin.addPhone('Trunk of the other house')
  const desk = await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben')
  const settings = settingsOf('generic', {
    ...{ domain: line.server, port: line.port, transport: 'udp', account: line.sipName },
    ...{ password: () => line.password, identity: { ...IDENTITY, from: 'account' } },
  })
  await talkBothWays(t, settings, { desk, dials: '101', isCalledAs: '100' })
})

test('Kamailio as carrier: registered there, calls both ways over its recorded route', async (t) => {
  const carrier = await startKamailio()
  t.after(() => carrier.stop())
  const { sipName, password, server, port } = carrier.customer(ACCOUNT)
  const settings = settingsOf('generic', {
    ...{ domain: server, port, transport: 'udp', account: sipName, password: () => password },
    identity: { ...IDENTITY, from: 'account' },
  })
  const desk = carrier.customer('03012345678')
  const house = await talkBothWays(t, settings, { desk, dials: desk.sipName, isCalledAs: ACCOUNT })
  const call = house.incoming.at(-1)
  assert.equal(call?.dialled, ACCOUNT)
  assert.deepEqual(call?.caller.kind === 'outside' && call.caller.number, desk.sipName)
})
