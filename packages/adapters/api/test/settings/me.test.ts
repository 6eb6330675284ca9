// What people set for themselves over HTTP: the same rules as behind the codes, and nobody else's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '@rufwerk/contract'
import { OwnForwarding, OwnPlace, OwnState } from '@rufwerk/contract/me'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import type { Peer } from '../../src/peer.ts'
import { ELSEWHERE, HERE, openStaffedOffice } from '../office.ts'

const STATE = '/api/v1/me/state'
const FORWARDING = '/api/v1/me/forwarding'

test('the own state is read and set; each has their own', async () => {
  const office = await openStaffedOffice()
  const as = office.user.token
  const before = OwnState.parse(await (await office.ask('GET', STATE, { as })).json())
  assert.deepEqual(before, { state: 'available' })
  const set = await office.ask('PUT', STATE, { as, body: { state: 'doNotDisturb' } })
  assert.deepEqual([set.status, await set.json()], [200, { state: 'doNotDisturb' }])
  const other = await office.ask('GET', STATE, { as: office.admin.token })
  assert.deepEqual(await other.json(), { state: 'available' })
  const odd = await office.ask('PUT', STATE, { as, body: { state: 'asleep' } })
  assert.equal(odd.status, 400)
})

test('calls are forwarded to a colleague, and not any more', async () => {
  const office = await openStaffedOffice()
  const { colleague } = office
  const as = office.user.token
  const set = await office.ask('PUT', FORWARDING, { as, body: { to: colleague.extension } })
  const { id, name, extension } = colleague
  assert.deepEqual(OwnForwarding.parse(await set.json()), { person: { id, name, extension } })
  const removed = await office.ask('DELETE', FORWARDING, { as })
  assert.deepEqual(await removed.json(), {})
})

test('what may not be: a number that costs, an emergency number, nobody, oneself', async () => {
  const office = await openStaffedOffice()
  const as = office.user.token
  const rows: [to: string, code: string][] = [
    ['0043 1 5123456', 'forbidden'],
    ['112', 'forbidden'],
    ['199', 'bad-request'],
    [office.user.person.extension, 'conflict'],
  ]
  for (const [to, code] of rows) {
    const answer = await office.ask('PUT', FORWARDING, { as, body: { to } })
    const { error } = ApiError.parse(await answer.json())
    assert.deepEqual([error.code, error.field], [code, 'to'], to)
    assert.ok(!error.message.includes(to))
  }
  assert.deepEqual(await (await office.ask('GET', FORWARDING, { as })).json(), {})
})

test('without the store it is said to be unavailable', async () => {
  const office = await openStaffedOffice()
  office.ownStore.canWrite = false
  const answer = await office.ask('PUT', STATE, { as: office.user.token, body: { state: 'away' } })
  assert.equal(answer.status, 503)
})

test('the own place: by the address of the socket, and by nothing that the browser says', async () => {
  const office = await openStaffedOffice()
  const { site } = office.admin.person
  const as = office.user.token
  const ask = async (peer: Peer, headers: Record<string, string> = {}) =>
    OwnPlace.parse(await (await office.ask('GET', '/api/v1/me/place', { as, peer, headers })).json())
  assert.deepEqual(await ask(ELSEWHERE), {}, 'without networks nobody says anything')
  const networks = ['192.0.2.0/24']
  const plan = { ...EMPTY_DIAL_PLAN, sites: [{ site, country: 'de', emergencyTrunks: [], networks }] }
  const applied = await office.ask('PUT', '/api/v1/dial-plan', {
    ...{ as: office.admin.token, body: { expected: 0, plan } },
  })
  assert.equal(applied.status, 200)
  const name = office.ports.accounts.directoryOf(office.admin.person.tenant)?.sites.get(site)?.name
  assert.ok(name)
  assert.deepEqual(await ask(ELSEWHERE), { isKnown: true, site: { id: site, name } })
  assert.deepEqual(await ask({ ...ELSEWHERE, address: '::ffff:192.0.2.7' }), {
    ...{ isKnown: true, site: { id: site, name } },
  })
  const forwarded = { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7', 'x-real-ip': '192.0.2.7' }
  assert.deepEqual(await ask(HERE, forwarded), { isKnown: false })
  const twin = { 'x-forwarded-for': '203.0.113.1' }
  assert.deepEqual((await ask(ELSEWHERE, twin)).isKnown, true)
})
