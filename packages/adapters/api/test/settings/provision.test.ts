// Phones fetch their settings over HTTP: what they get, what guessers get, what stands nowhere afterwards.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS, type Peer } from '@rufwerk/api'
import { PhoneAccess, PhoneSetups } from '@rufwerk/contract/phones'
import { openStaffedOffice, type Staffed } from '../office.ts'

const MAC = '001565aabb20'
const FILE = `${MAC}.cfg`
const PHONE: Peer = { address: '192.0.2.50', isSecure: true }
const AGENT = { 'user-agent': 'Yealink SIP-T46U 108.86.0.45 00:15:65:aa:bb:20' }

async function make(office: Staffed, body: object): Promise<PhoneAccess> {
  const answer = await office.ask('POST', '/api/v1/phones', { as: office.admin.token, body })
  assert.equal(answer.status, 201, await answer.clone().text())
  return PhoneAccess.parse(await answer.json())
}

/** The path of an address below the folder. */
const pathOf = (url: string, file = ''): string => new URL(url + file).pathname

function fetchFile(
  office: Staffed,
  path: string,
  peer: Peer = PHONE,
  headers: object = {},
): Promise<Response> {
  return office.ask('GET', path, { peer, headers: { host: '192.0.2.1:8443', ...AGENT, ...headers } })
}

const withPin = (pin: string, user = 'phone') => ({
  authorization: `Basic ${Buffer.from(`${user}:${pin}`).toString('base64')}`,
})

test('a Yealink asks for its files in its order, and gets its settings once', async () => {
  const office = await openStaffedOffice()
  const { url, sipName } = await make(office, { maker: 'yealink' })
  assert.match(url, /^https:\/\/192\.0\.2\.1:8443\/provision\/[A-Za-z0-9_-]{43}\/$/)
  for (const file of [`${MAC}.boot`, 'y000000000000.boot', 'y000000000108.cfg'])
    assert.equal((await fetchFile(office, pathOf(url, file))).status, 404, file)
  const answer = await fetchFile(office, pathOf(url, FILE))
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const text = await answer.text()
  assert.ok(text.startsWith('#!version:1.0.0.1\n'))
  assert.ok(text.includes(`account.1.user_name = ${sipName}\n`))
  assert.match(text, /account\.1\.password = [a-z0-9]{26}\n/)
  assert.ok(text.includes('static.trusted_certificates.url = https://192.0.2.1:8443/rufwerk-ca.crt\n'))
  assert.ok(text.includes('linekey.2.label = Anna Groß\n'))
  assert.ok(text.includes('account.1.direct_pickup_code = **\n'))
  assert.equal((await fetchFile(office, pathOf(url, FILE))).status, 404)
  assert.equal((await fetchFile(office, pathOf(url, `${MAC}-local.cfg`))).status, 404)
  const list = await office.ask('GET', '/api/v1/phones', { as: office.admin.token })
  const { phones, isOffered, isPubliclyTrusted } = PhoneSetups.parse(await list.json())
  assert.deepEqual([isOffered, isPubliclyTrusted], [true, false])
  assert.equal(phones[0]?.state, 'used')
  assert.equal(phones[0]?.used?.from, PHONE.address)
})

test('a Snom puts its hardware address into the link; an app scans its own', async () => {
  const office = await openStaffedOffice()
  const snom = await make(office, { maker: 'snom', mac: '00-04-13-AA-BB-CC' })
  const name = new URL(snom.url.replace('{mac}', '000413AABBCC')).pathname
  assert.match(await (await fetchFile(office, name)).text(), /<user_pass idx="1" perm="">[a-z0-9]{26}</)
  const app = await make(office, { maker: 'linphone' })
  const answer = await fetchFile(office, pathOf(app.url))
  assert.equal(answer.headers.get('content-type'), 'application/xml; charset=utf-8')
  assert.match(await answer.text(), /name="passwd" overwrite="true">[a-z0-9]{26}</)
})

test('abuse: the password stands in one answer only', async () => {
  const office = await openStaffedOffice()
  const { url, id } = await make(office, { maker: 'yealink' })
  const text = await (await fetchFile(office, pathOf(url, FILE))).text()
  const password = /account\.1\.password = (\w+)/.exec(text)?.[1] ?? assert.fail()
  const token = url.split('/').at(-2) ?? assert.fail()
  const { store, accounts } = office.world
  const tenant = office.admin.person.tenant
  const audit = await accounts.audit(office.admin.session, 100)
  const everywhere: unknown[] = [
    await store.rosters(),
    await store.phoneSetupsOf(tenant),
    audit,
    office.logged,
  ]
  for (const path of ['/api/v1/phones', '/api/v1/devices', '/api/v1/openapi.json'])
    everywhere.push(await (await office.ask('GET', path, { as: office.admin.token })).text())
  for (const secret of [password, token]) assert.ok(!JSON.stringify(everywhere).includes(secret))
  assert.equal(accounts.directoryOf(tenant)?.byDevice.get(id as never)?.kind, 'phone')
})

test('a PIN is asked for as a password, good once, and void when withdrawn', async () => {
  const office = await openStaffedOffice()
  const { url, pin, user, id } = await make(office, {
    maker: 'yealink',
    way: 'pin',
    mac: '00:15:65:AA:BB:20',
  })
  assert.equal(url, 'https://192.0.2.1:8443/provision/')
  assert.ok(pin !== undefined && user !== undefined)
  const asked = await fetchFile(office, pathOf(url, FILE))
  assert.equal(asked.status, 401)
  assert.match(asked.headers.get('www-authenticate') ?? '', /^Basic realm=/)
  const given = await fetchFile(office, pathOf(url, FILE), PHONE, withPin(pin))
  assert.equal(given.status, 200)
  assert.equal((await fetchFile(office, pathOf(url, FILE), PHONE, withPin(pin))).status, 401)
  const again = await make(office, { maker: 'yealink', way: 'pin', mac: MAC, device: id })
  const as = office.admin.token
  assert.equal((await office.ask('DELETE', `/api/v1/phones/${id}`, { as })).status, 204)
  assert.equal((await fetchFile(office, pathOf(url, FILE), PHONE, withPin(again.pin ?? ''))).status, 401)
})

test('abuse: an expected hardware address looks like any other', async () => {
  const office = await openStaffedOffice()
  await make(office, { maker: 'yealink', way: 'pin', mac: MAC })
  const answers = async (mac: string, headers: object) => {
    const answer = await fetchFile(office, `/provision/${mac}.cfg`, PHONE, headers)
    return [answer.status, [...answer.headers], await answer.text()]
  }
  for (const headers of [{}, withPin('00000000'), withPin('00000000', MAC), { authorization: 'Basic !!' }])
    assert.deepEqual(await answers(MAC, headers), await answers('001565000001', headers))
})

test('abuse: guessing is slowed per address, and costs others nothing', async () => {
  const office = await openStaffedOffice()
  const { url } = await make(office, { maker: 'yealink' })
  const guess = () => fetchFile(office, `/provision/${'A'.repeat(43)}/${FILE}`)
  for (let count = 0; count < LIMITS.provisionAttemptsPerAddressMax; count += 1)
    assert.equal((await guess()).status, 404)
  const refused = await guess()
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  assert.equal((await fetchFile(office, pathOf(url, FILE))).status, 429)
  const elsewhere: Peer = { address: '192.0.2.51', isSecure: true }
  assert.equal((await fetchFile(office, pathOf(url, FILE), elsewhere)).status, 200)
})

test('abuse: nothing is given over plain HTTP, but to this machine', async () => {
  const office = await openStaffedOffice()
  const { url } = await make(office, { maker: 'yealink' })
  const plain: Peer = { address: '192.0.2.50', isSecure: false }
  assert.equal((await fetchFile(office, pathOf(url, FILE), plain)).status, 404)
  const here: Peer = { address: '127.0.0.1', isSecure: false }
  assert.equal((await fetchFile(office, pathOf(url, FILE), here)).status, 200)
})

test('abuse: odd methods, paths, names and headers find nothing and use nothing up', async () => {
  const office = await openStaffedOffice()
  const { url } = await make(office, { maker: 'yealink' })
  const folder = pathOf(url)
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
    assert.equal((await office.ask(method, folder + FILE, { peer: PHONE })).status, 405, method)
  const paths = [
    ...[
      folder,
      `${folder}/`,
      `${folder}x/${FILE}`,
      `${folder}%2e%2e/${FILE}`,
      `${folder}${'0'.repeat(5000)}.cfg`,
    ],
    ...[`${folder}snom-${MAC}.xml`, `${folder}linphone.xml`, `${folder}%30${FILE.slice(1)}`],
    ...[
      '/provision/',
      '/provision/linphone.xml',
      `/provision/${'A'.repeat(42)}/${FILE}`,
      `//provision/${FILE}`,
    ],
  ]
  for (const path of paths) {
    const status = (await fetchFile(office, path)).status
    // With two dots it is a file beside the token, which wants a PIN.
    assert.ok([401, 404, 503].includes(status), `${path}: ${status}`)
  }
  const long = { authorization: `Basic ${'QUFB'.repeat(2_000)}` }
  assert.equal((await fetchFile(office, `/provision/${FILE}`, PHONE, long)).status, 401)
  assert.equal((await fetchFile(office, folder + FILE)).status, 200)
  assert.deepEqual(office.logged, [])
})

test('abuse: another company neither sees, withdraws nor renews a phone', async () => {
  const office = await openStaffedOffice()
  const { id, url } = await make(office, { maker: 'yealink' })
  const as = office.stranger.token
  const list = await office.ask('GET', '/api/v1/phones', { as })
  assert.deepEqual(PhoneSetups.parse(await list.json()).phones, [])
  assert.equal((await office.ask('DELETE', `/api/v1/phones/${id}`, { as })).status, 404)
  const body = { maker: 'yealink', device: id }
  assert.equal((await office.ask('POST', '/api/v1/phones', { as, body })).status, 404)
  assert.equal((await fetchFile(office, pathOf(url, FILE))).status, 200)
})

test('wrong wishes are refused with their field', async () => {
  const office = await openStaffedOffice()
  const rows: readonly [body: object, field: string][] = [
    [{ maker: 'yealink', way: 'pin' }, 'mac'],
    [{ maker: 'yealink', mac: 'nonsense' }, 'mac'],
    [{ maker: 'linphone', mac: MAC }, 'mac'],
    [{ maker: 'linphone', way: 'pin' }, 'way'],
    [{ maker: 'cisco' }, 'maker'],
  ]
  for (const [body, field] of rows) {
    const answer = await office.ask('POST', '/api/v1/phones', { as: office.admin.token, body })
    assert.equal(answer.status, 400, JSON.stringify(body))
    assert.equal(((await answer.json()) as { error: { field?: string } }).error.field, field)
  }
})

test('without HTTPS phones are not offered, and no file is there', async () => {
  const office = await openStaffedOffice({ isWithoutHttps: true })
  const as = office.admin.token
  const list = await office.ask('GET', '/api/v1/phones', { as })
  assert.equal(PhoneSetups.parse(await list.json()).isOffered, false)
  assert.equal((await office.ask('POST', '/api/v1/phones', { as, body: { maker: 'snom' } })).status, 409)
  assert.equal((await fetchFile(office, `/provision/${FILE}`)).status, 404)
})
