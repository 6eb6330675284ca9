// A reverse proxy in front: real requests over loopback, with the headers that proxies add and visitors
// forge, to servers that trust loopback, another address, or nobody.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type ServeOptions, serve } from '@rufwerk/api'
import { PATHS, PhoneTicket } from '@rufwerk/contract'
import { OwnPlace } from '@rufwerk/contract/me'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { WebSocket } from 'ws'
import { COLLECTOR, type Office, openOffice, openStaffedOffice } from './office.ts'

type ProxyTrust = NonNullable<ServeOptions['proxies']>

const STRANGER = '203.0.113.9'
const trusting = (...addresses: string[]): ProxyTrust => ({
  isTrusted: (address) => addresses.includes(address),
})
const LOCAL_PROXY = trusting('127.0.0.1', '10.1.0.1')

interface Answer {
  readonly status: number
  readonly text: string
}

async function behind(t: TestContext, office: Office, proxies?: ProxyTrust) {
  const served = await serve(office.api, { host: '127.0.0.1', port: 0, ...(proxies && { proxies }) })
  assert.ok(served.ok)
  const { port } = served.value
  t.after(() => served.value.close())
  const ask = (path: string, headers: Record<string, string | string[]> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      }).on('error', reject)
    })
  return { port, ask }
}

test('API-PRX1 figures are not for whom a proxy on this machine speaks for, trusted or not', async (t) => {
  const office = await openStaffedOffice()
  let told = 0
  const trusted = await behind(t, office, LOCAL_PROXY)
  const untrusted = await behind(t, office, {
    ...trusting('192.0.2.250'),
    onUntrusted: () => {
      told += 1
    },
  })
  const status = async (side: typeof trusted, headers: Record<string, string | string[]>) =>
    (await side.ask('/metrics', headers)).status
  assert.equal(await status(trusted, { 'x-forwarded-for': STRANGER }), 404)
  // What the visitor wrote stands left of what the proxy has seen.
  assert.equal(await status(trusted, { 'x-forwarded-for': `127.0.0.1, ${STRANGER}` }), 404)
  assert.equal(await status(trusted, { 'x-forwarded-for': ['127.0.0.1', STRANGER] }), 404)
  assert.equal(await status(trusted, { 'x-forwarded-for': `${STRANGER}, 10.1.0.1` }), 404, 'two proxies')
  assert.equal(await status(trusted, {}), 404, 'says nothing')
  for (const wrong of [
    'localhost',
    '127.0.0.1;',
    '',
    '::1%lo',
    ','.repeat(40),
    '127.1',
    '[::1',
    '1'.repeat(900),
  ])
    assert.equal(await status(trusted, { 'x-forwarded-for': wrong }), 404, wrong)
  assert.equal(await status(trusted, { 'x-forwarded-for': COLLECTOR.address }), 200, 'twin: a named one')
  assert.equal(
    await status(trusted, { 'x-forwarded-for': '127.0.0.1' }),
    200,
    'twin: somebody at this machine',
  )
  assert.equal(await status(untrusted, {}), 200, 'twin: no proxy')
  assert.equal(told, 0)
  for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'])
    assert.equal(await status(untrusted, { [name]: '127.0.0.1' }), 404, name)
  assert.equal(told, 4)
})

test('API-PRX2 the set-up page is for this machine, not for whom a proxy on it speaks for', async (t) => {
  const { ask } = await behind(t, await openOffice(), LOCAL_PROXY)
  const state = `${PATHS.api}/setup`
  assert.equal((await ask(state, { host: 'localhost', 'x-forwarded-for': STRANGER })).status, 403)
  assert.equal((await ask(state, { host: 'localhost' })).status, 403)
  assert.equal((await ask(state, { host: 'localhost', 'x-forwarded-for': '::1' })).status, 200)
})

test('API-PRX3 phones get their settings over TLS, also where a trusted proxy ends it', async (t) => {
  const office = await openStaffedOffice()
  const trusted = await behind(t, office, LOCAL_PROXY)
  const untrusted = await behind(t, office)
  const file = async ({ ask }: typeof trusted, scheme: string) => {
    const headers = { 'x-forwarded-for': STRANGER, 'x-forwarded-proto': scheme }
    return (await ask('/provision/001565123456.cfg', headers)).status
  }
  assert.equal(await file(trusted, 'https'), 401, 'asks for the PIN')
  for (const plain of ['http', 'https, http', 'httpsx', ''])
    assert.equal(await file(trusted, plain), 404, `twin: ${plain}`)
  assert.equal(await file(untrusted, 'https'), 404, 'twin: nobody named the proxy')
})

test('API-PRX4 each visitor behind a proxy has attempts of its own', async (t) => {
  const { ask } = await behind(t, await openStaffedOffice(), LOCAL_PROXY)
  const upgrade = async (from: string) =>
    (await ask(PATHS.live, { 'x-forwarded-for': from, connection: 'upgrade', upgrade: 'websocket' })).status
  let tries = 0
  while (tries < 10_000 && (await upgrade(STRANGER)) !== 429) tries += 1
  assert.ok(tries < 10_000, 'somebody who tries too often has to wait')
  assert.notEqual(await upgrade('203.0.113.10'), 429)
})

test('API-PRX5 place and phone are where the browser is', async (t) => {
  const office = await openStaffedOffice()
  const { site } = office.admin.person
  const networks = [`${STRANGER}/32`]
  const plan = { ...EMPTY_DIAL_PLAN, sites: [{ site, country: 'de', emergencyTrunks: [], networks }] }
  const body = { expected: 0, plan }
  assert.equal((await office.ask('PUT', '/api/v1/dial-plan', { as: office.admin.token, body })).status, 200)
  const trusted = await behind(t, office, LOCAL_PROXY)
  const untrusted = await behind(t, office)
  const cookie = `rufwerk_session=${office.user.token}`
  const isKnown = async ({ ask }: typeof trusted, from: string) =>
    OwnPlace.parse(JSON.parse((await ask('/api/v1/me/place', { cookie, 'x-forwarded-for': from })).text))
      .isKnown
  assert.equal(await isKnown(trusted, STRANGER), true)
  assert.equal(await isKnown(trusted, '203.0.113.10'), false)
  assert.equal(await isKnown(untrusted, STRANGER), false)
  const phoneOf = async ({ port }: typeof trusted) => {
    const answer = await office.ask('POST', '/api/v1/phone/ticket', { as: office.user.token })
    const { ticket } = PhoneTicket.parse(await answer.json())
    const headers = { origin: `http://127.0.0.1:${port}`, 'x-forwarded-for': STRANGER }
    const before = office.accepted.length
    const phone = new WebSocket(`ws://127.0.0.1:${port}${PATHS.sip}`, ['sip', `ticket.${ticket}`], {
      headers,
    })
    await once(phone, 'error')
    assert.equal(office.accepted.length, before + 1)
    return office.accepted.at(-1)?.address
  }
  assert.equal(await phoneOf(trusted), STRANGER)
  assert.equal(await phoneOf(untrusted), undefined, 'as the socket says')
})
