// A whole Rufwerk with a trunk as an admin sets it: the dial plan by HTTP, the carrier in trunks.json. A call
// in and a call out with the sound measured, the next trunk when the first is down, and the alarm.
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { CARRIER_PASSWORD, entryOf, MAIN_TRUNK, NUMBER, openLine } from './line.ts'

const PHONE_HZ = 600
const CARRIER_HZ = 1000
const LISTEN_MS = 2000
const ADDRESS = '127.0.0.79'

const server = await Server.start()
test.after(() => server.stop())
const trunk = { ...MAIN_TRUNK, isForEmergency: true }
const carrier = await openLine(server, {
  ...{ address: ADDRESS, toneHz: CARRIER_HZ, dead: { id: 'gone', name: 'Gone' } },
  plan: { trunks: [{ ...trunk, id: 'gone' }, trunk], outbound: [{ id: 'all', trunks: ['gone', 'main'] }] },
})
test.after(() => carrier.close())
const path = join(server.dataFolder, 'trunks.json')

interface Alarms {
  readonly alarms: readonly { readonly kind: string; readonly values: Readonly<Record<string, unknown>> }[]
}

test('a call out takes the trunk that is up, a call in rings who has the number', async (t) => {
  const account = await server.admin.addPhone('Desk of Ada')
  const phone = await Baresip.start(account, { transport: 'udp', toneHz: PHONE_HZ })
  t.after(() => phone.stop())
  const bothHear = async (): Promise<void> => {
    await sleep(SETTLE_MS)
    const inside = { who: 'the phone', phone, hertz: PHONE_HZ }
    await assertBothHear(inside, { who: 'the other side', phone: carrier, hertz: CARRIER_HZ }, LISTEN_MS)
  }

  phone.dial('03012345678')
  await phone.waitFor('CALL_ESTABLISHED', 1, 20_000)
  await bothHear()
  const [invite = ''] = carrier.of('INVITE')
  assert.match(invite, /^INVITE sip:\+493012345678@/)
  assert.match(invite, new RegExp(`^P-Preferred-Identity:.*<sip:\\${NUMBER}0@`, 'im'))
  phone.hangUp()
  await until('the BYE to the carrier', () => carrier.of('BYE').length > 0)

  const calling = carrier.call({ called: `${NUMBER}100`, caller: '+491715550000' })
  await phone.waitFor('CALL_INCOMING')
  phone.accept()
  assert.match(await calling, /^SIP\/2\.0 200/)
  await bothHear()
  phone.hangUp()
  await until('the BYE to the carrier', () => carrier.of('BYE').length > 1)
})

test('a trunk that is down is an alarm, and the password is in no log', async () => {
  // Nobody answers there: the transaction has to give up first.
  const alarm = await until(
    'the alarm',
    async () =>
      (await server.admin.ask<Alarms>('GET', '/alarms')).alarms.find(({ kind }) => kind === 'trunk-down'),
    60_000,
  )
  assert.deepEqual(alarm.values, { trunks: 'Gone', why: 'unreachable', down: 1, all: 2 })
  assert.ok(!server.log.includes(CARRIER_PASSWORD))
})

test('a file that cannot be read changes nothing; one that is gone ends the registration', async () => {
  writeFileSync(path, 'no JSON')
  chmodSync(path, 0o600)
  await until('the complaint', () => server.log.includes('it is not JSON'), 20_000)
  assert.ok(carrier.registered)
  server.useTrunks([])
  await until('the end of the registration', () => carrier.registered === undefined, 20_000)
})

interface Trunks {
  readonly trunks: readonly { readonly id: string; readonly isUp: boolean; readonly problem?: object }[]
}

async function mainTrunk() {
  return (await server.admin.ask<Trunks>('GET', '/trunks')).trunks.find(({ id }) => id === 'main')
}

test('a trunk that is added over HTTP registers and is up; with a wrong password it says so', async () => {
  const entry = entryOf(ADDRESS, carrier.port)
  await server.admin.ask('POST', '/trunks', { ...entry, password: 'wrong' })
  const down = await until('the problem', async () => (await mainTrunk())?.problem, 20_000)
  assert.deepEqual(down, { why: 'wrong-password', status: 401 })
  assert.equal(carrier.registered, undefined)

  await server.admin.ask('PUT', '/trunks/main', entry)
  await until('the registration', () => carrier.registered, 20_000)
  await until('the trunk is up', async () => (await mainTrunk())?.isUp, 20_000)
  assert.ok(!readFileSync(path, 'utf8').includes(CARRIER_PASSWORD))
  await server.admin.ask('DELETE', '/trunks/main')
  await until('the end of the registration', () => carrier.registered === undefined, 20_000)
})
