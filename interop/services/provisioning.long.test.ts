// Phones of two makers fetch their settings over HTTPS as those phones ask: their files in their order, their
// name, their hardware address, the PIN as password. What is in the files goes into a real phone, which
// registers and talks with it. What was fetched once is there for nobody a second time.
import assert from 'node:assert/strict'
import { request } from 'node:https'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

const YEALINK_HZ = 600
const SNOM_HZ = 1000
const LISTEN_MS = 3_000
const YEALINK_MAC = '805ec0a1b2c3'
const SNOM_MAC = '000413A4B5C6'
/** As these phones name themselves. */
const YEALINK_AGENT = 'Yealink SIP-T46S 66.86.0.15 80:5e:c0:a1:b2:c3'
const SNOM_AGENT = `Mozilla/4.0 (compatible; snomD735-SIP 10.1.137.16 ${SNOM_MAC} SXM:0 UXM:0 UXMC:0)`

const httpsPort = await freePorts(1)
const tlsPort = await freePorts(1)
const server = await Server.start(['--https-port', String(httpsPort), '--sip-tls-port', String(tlsPort)])
test.after(() => server.stop())
const { admin } = server
const [benPerson = admin] = server.colleagues
const authority = await (await fetch(`${server.origin}/rufwerk-ca.pem`)).text()

interface Access {
  readonly id: string
  readonly sipName: string
  readonly url: string
  readonly pin?: string
  readonly user?: string
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly challenge: string
}

/** As a phone asks that trusts this authority. */
function get(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { ca: authority, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      const challenge = answer.headers['www-authenticate'] ?? ''
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, challenge }))
    })
      .on('error', reject)
      .end()
  })
}

/** A Yealink puts its file names behind the address: boot files, the one of its model, its own. */
async function fetchYealink({ url }: Access, mac = YEALINK_MAC): Promise<Answer> {
  const headers = { 'user-agent': YEALINK_AGENT, accept: '*/*' }
  for (const before of [`${mac}.boot`, 'y000000000000.boot', 'y000000000066.cfg'])
    assert.equal((await get(url + before, headers)).status, 404, before)
  return get(`${url}${mac}.cfg`, headers)
}

/** A Snom asks without a password first, and again with the one that somebody types. */
async function fetchSnom({ url, user = '' }: Access, pin: string): Promise<Answer> {
  const address = url.replace('{mac}', SNOM_MAC)
  const headers = { 'user-agent': SNOM_AGENT, accept: 'text/*', connection: 'close' }
  const asked = await get(address, headers)
  assert.equal(asked.status, 401)
  assert.match(asked.challenge, /^Basic realm=/)
  const authorization = `Basic ${Buffer.from(`${user}:${pin}`).toString('base64')}`
  return get(address, { ...headers, authorization })
}

/** `name = value` lines. */
function accountOfYealink(text: string): PhoneAccount {
  assert.match(text, /^#!version:1\.0\.0\.1\n/)
  const values = new Map(
    [...text.matchAll(/^(\S+) = (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  const of = (name: string) => values.get(`account.1.${name}`) ?? assert.fail(`no ${name}`)
  assert.deepEqual([of('enable'), of('sip_server.1.transport_type'), of('srtp_encryption')], ['1', '2', '2'])
  assert.equal(of('auth_name'), of('user_name'))
  return {
    ...{ sipName: of('user_name'), password: of('password') },
    ...{ server: of('sip_server.1.address'), port: Number(of('sip_server.1.port')) },
  }
}

function accountOfSnom(text: string): PhoneAccount {
  const of = (name: string) =>
    new RegExp(`<${name} idx="1" perm="">([^<]*)</${name}>`).exec(text)?.[1] ?? assert.fail(`no ${name}`)
  assert.deepEqual([of('user_active'), of('user_srtp'), of('user_savp')], ['on', 'on', 'mandatory'])
  const [, host = '', port = ''] = /^sip:(.+):(\d+);transport=tls$/.exec(of('user_outbound')) ?? []
  assert.equal(host, of('user_host'))
  return { sipName: of('user_name'), password: of('user_pass'), server: host, port: Number(port) }
}

const stateOf = async ({ id }: Access) => {
  const { phones } = await admin.ask<{
    phones: { id: string; state: string; used?: { agent: string }; mac?: string }[]
  }>('GET', '/phones')
  return phones.find((phone) => phone.id === id)
}

test('a Yealink by link and a Snom by PIN talk with what they fetched; nobody gets it again', async (t) => {
  const yealink = await admin.ask<Access>('POST', '/phones', { maker: 'yealink', mac: '80:5E:C0:A1:B2:C3' })
  const pin = { maker: 'snom', way: 'pin', mac: SNOM_MAC, person: await benPerson.id() }
  const snom = await admin.ask<Access>('POST', '/phones', pin)

  // Another phone that has come by the link, and a wrong PIN: the right ones come afterwards all the same.
  assert.equal((await fetchYealink(yealink, '805ec0ffffff')).status, 404)
  assert.equal((await fetchSnom(snom, '00000000')).status, 401)

  const [ofYealink, ofSnom] = [await fetchYealink(yealink), await fetchSnom(snom, snom.pin ?? '')]
  assert.deepEqual([ofYealink.status, ofSnom.status], [200, 200])
  const accounts = { yealink: accountOfYealink(ofYealink.text), snom: accountOfSnom(ofSnom.text) }
  assert.deepEqual([accounts.yealink.sipName, accounts.snom.sipName], [yealink.sipName, snom.sipName])
  assert.deepEqual([accounts.yealink.port, accounts.snom.port], [tlsPort, tlsPort])

  assert.equal((await fetchYealink(yealink)).status, 404)
  assert.equal((await fetchSnom(snom, snom.pin ?? '')).status, 401)
  for (const [access, agent, mac] of [
    [yealink, YEALINK_AGENT, YEALINK_MAC],
    [snom, SNOM_AGENT.slice(0, 20), SNOM_MAC.toLowerCase()],
  ] as const) {
    const state = await stateOf(access)
    assert.deepEqual([state?.state, state?.mac], ['used', mac])
    assert.ok(state?.used?.agent.startsWith(agent), `${state?.used?.agent}`)
  }
  for (const { password } of Object.values(accounts))
    assert.ok(!server.log.includes(password), 'A password is in the log.')

  const options = { transport: 'tls', encryption: 'srtp-mand' } as const
  const ada = await Baresip.start(accounts.yealink, { ...options, toneHz: YEALINK_HZ })
  t.after(() => ada.stop())
  const ben = await Baresip.start(accounts.snom, { ...options, toneHz: SNOM_HZ, answers: 'auto' })
  t.after(() => ben.stop())
  ada.dial('101')
  await Promise.all([ada.waitFor('CALL_ESTABLISHED'), ben.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
  const one = { who: 'the Yealink', phone: ada, hertz: YEALINK_HZ }
  await assertBothHear(one, { who: 'the Snom', phone: ben, hertz: SNOM_HZ }, LISTEN_MS)
  ada.hangUp()
  await ben.waitFor('CALL_CLOSED')
  const legs = await admin.legsOfNewCall([])
  assert.deepEqual(
    legs.map((leg) => leg.quality.isEncrypted),
    [true, true],
  )
})

test('a link that was withdrawn and the PIN of another phone give nothing', async () => {
  const access = await admin.ask<Access>('POST', '/phones', { maker: 'yealink', mac: '805ec0a1b2c4' })
  await admin.ask('DELETE', `/phones/${access.id}`)
  assert.equal((await fetchYealink(access, '805ec0a1b2c4')).status, 404)
  const pin = { maker: 'snom', way: 'pin', mac: SNOM_MAC }
  const [mine, other] = [
    await admin.ask<Access>('POST', '/phones', pin),
    await admin.ask<Access>('POST', '/phones', { ...pin, mac: '000413a4b5c7' }),
  ]
  assert.equal((await fetchSnom(mine, other.pin ?? '')).status, 401)
  assert.equal((await fetchSnom(mine, mine.pin ?? '')).status, 200)
})
