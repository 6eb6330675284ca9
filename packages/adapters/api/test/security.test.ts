// What stands on every answer, who may come in at all, and that secrets stay where they belong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTENT_SECURITY_POLICY, LIMITS } from '@rufwerk/api'
import { ApiError } from '@rufwerk/contract'
import { addressGroup, isLoopback } from '../src/peer.ts'
import { isLoopbackHost, isSameOrigin } from '../src/security/origin.ts'
import { readSessionCookie } from '../src/security/session-cookie.ts'
import { ELSEWHERE, GOOD_PASSWORD, openOffice, openStaffedOffice } from './office.ts'

async function codeOf(answer: Response): Promise<string> {
  return ApiError.parse(await answer.json()).error.code
}

test('every answer carries the security headers, also refusals and pages', async () => {
  const office = await openStaffedOffice()
  const answers = [
    await office.ask('GET', '/api/v1/health'),
    await office.ask('GET', '/api/v1/none'),
    await office.ask('GET', '/api/v1/people'),
    await office.ask('POST', '/api/v1/session', { body: '{' }),
    await office.ask('GET', '/'),
    await office.ask('GET', '/sip'),
    await office.ask('TRACE-ME', '/'),
  ]
  for (const { headers, status } of answers) {
    assert.equal(headers.get('content-security-policy'), CONTENT_SECURITY_POLICY, String(status))
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.match(headers.get('permissions-policy') ?? '', /^microphone=\(self\), .*camera=\(\)/)
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('access-control-allow-origin'), null)
    assert.equal(headers.get('strict-transport-security'), null)
  }
  const secure = { peer: { address: '127.0.0.1', isSecure: true } }
  const overTls = await office.ask('GET', '/api/v1/health', secure)
  assert.equal(overTls.headers.get('strict-transport-security'), 'max-age=31536000')
})

test('the policy allows no inline code, no other origin, no framing, and asks for Trusted Types', () => {
  assert.doesNotMatch(CONTENT_SECURITY_POLICY, /unsafe|\*|https?:/)
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(CONTENT_SECURITY_POLICY.split('; ').includes(part), part)
  }
})

test('the cookie is for this site only and out of reach for scripts; over TLS it is Secure', async () => {
  const office = await openStaffedOffice()
  const body = { login: '200', password: GOOD_PASSWORD }
  const plain = (await office.ask('POST', '/api/v1/session', { body })).headers.get('set-cookie')
  assert.match(
    plain ?? '',
    /^rufwerk_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
  )
  const answer = await office.ask('POST', '/api/v1/session', {
    body,
    peer: { address: '127.0.0.1', isSecure: true },
    headers: { origin: 'https://localhost:8080' },
  })
  assert.match(answer.headers.get('set-cookie') ?? '', /; SameSite=Strict; Secure$/)
  const out = await office.ask('DELETE', '/api/v1/session', { as: office.admin.token })
  assert.match(out.headers.get('set-cookie') ?? '', /^rufwerk_session=; Path=\/; Max-Age=0;/)
  assert.equal(
    await codeOf(await office.ask('GET', '/api/v1/session', { as: office.admin.token })),
    'unauthenticated',
  )
})

test('a cookie header is read strictly', () => {
  const token = 'a'.repeat(43)
  assert.equal(readSessionCookie(`a=b; rufwerk_session=${token}`), token)
  for (const header of [
    undefined,
    '',
    'rufwerk_session=',
    'xrufwerk_session=1',
    `rufwerk_session=${token}; rufwerk_session=x`,
  ]) {
    assert.equal(readSessionCookie(header), undefined, String(header))
  }
})

test('an unknown login and a wrong password are answered alike', async () => {
  const office = await openStaffedOffice()
  const answers: [number, string][] = []
  for (const login of ['200', 'nobody@muster.example']) {
    const answer = await office.ask('POST', '/api/v1/session', {
      body: { login, password: 'wrong password' },
    })
    answers.push([answer.status, await answer.text()])
  }
  assert.deepEqual(answers[0], answers[1])
})

test('wrong passwords from one address are limited; other addresses and right ones are not', async () => {
  const office = await openStaffedOffice()
  const wrong = { body: { login: '200', password: 'wrong password' }, peer: ELSEWHERE }
  const right = { body: { login: '200', password: GOOD_PASSWORD } }
  for (let attempt = 0; attempt < LIMITS.signInAttemptsPerAddressMax; attempt += 1) {
    await office.ask('POST', '/api/v1/session', wrong)
  }
  const refused = await office.ask('POST', '/api/v1/session', wrong)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), String(LIMITS.signInRefillMs / 1000))
  for (let attempt = 0; attempt < LIMITS.signInAttemptsPerAddressMax + 5; attempt += 1) {
    assert.equal((await office.ask('POST', '/api/v1/session', right)).status, 200)
  }
  assert.equal(office.api.size(), 1)
  office.clock.pass(LIMITS.signInAttemptsPerAddressMax * LIMITS.signInRefillMs + LIMITS.attemptsSweepMs)
  assert.equal(office.api.size() + office.clock.size(), 0)
})

test('wrong links from one address are limited', async () => {
  const office = await openStaffedOffice()
  const ask = () => office.ask('POST', '/api/v1/session/link', { body: { token: 'x'.repeat(43) } })
  for (let attempt = 0; attempt < LIMITS.linkAttemptsPerAddressMax; attempt += 1) {
    assert.equal(await codeOf(await ask()), 'link-invalid')
  }
  assert.equal(await codeOf(await ask()), 'rate-limited')
})

test('until it is set up, the console answers only this machine and only under its own names', async () => {
  const office = await openOffice()
  assert.equal((await office.ask('GET', '/api/v1/setup')).status, 200)
  for (const path of ['/api/v1/setup', '/api/v1/health', '/api/v1/openapi.json']) {
    assert.equal(await codeOf(await office.ask('GET', path, { peer: ELSEWHERE })), 'setup-required')
    const rebound = { headers: { host: 'evil.example:8080' } }
    assert.equal(await codeOf(await office.ask('GET', path, rebound)), 'setup-required')
  }
  const page = await office.ask('GET', '/', { peer: ELSEWHERE })
  assert.equal(page.status, 403)
  assert.match(await page.text(), /^Not set up yet: .*\n$/)
  const staffed = await openStaffedOffice()
  assert.equal((await staffed.ask('GET', '/api/v1/setup', { peer: ELSEWHERE })).status, 200)
})

test('the setup link works once, within its time, and not after the system is set up', async () => {
  const office = await openOffice()
  const first = await office.world.accounts.prepareSetup()
  const second = await office.world.accounts.prepareSetup()
  assert.ok(first.ok && second.ok)
  const body = {
    language: 'de',
    company: 'Muster GmbH',
    country: 'de',
    admin: { name: 'Mia', email: 'mia@muster.example', password: GOOD_PASSWORD, extension: '100' },
    colleagues: [
      { name: 'Anna', extension: '101' },
      { name: 'Jan', extension: '102' },
    ],
  }
  const ask = (token: string) => office.ask('POST', '/api/v1/setup', { body: { ...body, token } })
  assert.equal(await codeOf(await ask(first.value.token)), 'link-invalid', 'a newer link voids older ones')
  const weak = { ...body, token: second.value.token, admin: { ...body.admin, password: 'kurz' } }
  const refused = ApiError.parse(await (await office.ask('POST', '/api/v1/setup', { body: weak })).json())
  assert.deepEqual([refused.error.code, refused.error.field], ['password-too-short', 'admin.password'])
  const answers = await Promise.all([ask(second.value.token), ask(second.value.token)])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409])
  const done = answers.find(({ status }) => status === 200)
  assert.ok(done)
  const { colleagueLinks } = (await done.json()) as { colleagueLinks: { name: string; url: string }[] }
  assert.deepEqual(
    colleagueLinks.map(({ name }) => name),
    ['Anna', 'Jan'],
  )
  for (const { url } of colleagueLinks) assert.match(url, /^http:\/\/localhost:8080\/#link=[\w-]{43}$/)
  assert.equal(await codeOf(await ask(second.value.token)), 'setup-done')
  const cookie = done.headers.get('set-cookie')?.split(';')[0]?.split('=')[1] ?? ''
  const session = (await (await office.ask('GET', '/api/v1/session', { as: cookie })).json()) as {
    person: object
  }
  assert.deepEqual(
    { ...session.person, id: '' },
    {
      id: '',
      name: 'Mia',
      extension: '100',
      email: 'mia@muster.example',
      role: 'admin',
    },
  )
  const token = colleagueLinks[0]?.url.split('=')[1]
  const signIn = () => office.ask('POST', '/api/v1/session/link', { body: { token } })
  assert.equal((await signIn()).status, 200)
  assert.equal(await codeOf(await signIn()), 'link-invalid')
})

test('the setup link dies after 15 minutes', async () => {
  const office = await openOffice()
  const link = await office.world.accounts.prepareSetup()
  assert.ok(link.ok)
  office.world.pass(15 * 60_000)
  const body = {
    token: link.value.token,
    language: 'de',
    company: 'M',
    country: 'de',
    admin: { name: 'Mia', email: 'mia@muster.example', password: GOOD_PASSWORD, extension: '100' },
    colleagues: [],
  }
  assert.equal(await codeOf(await office.ask('POST', '/api/v1/setup', { body })), 'link-invalid')
})

test('names of the server: addresses, loopback names and the given ones, no others', async () => {
  const { world } = await openStaffedOffice()
  const office = await openOffice(world, { hostNames: ['pbx.muster.example'] })
  for (const host of [
    'pbx.muster.example',
    '192.0.2.1:8080',
    '[2001:db8::1]:8080',
    'localhost:8080',
    'PBX.muster.example:8080',
  ]) {
    assert.equal((await office.ask('GET', '/api/v1/health', { headers: { host } })).status, 200, host)
  }
  for (const host of ['evil.example', 'pbx.muster.example.evil.example', '']) {
    assert.equal((await office.ask('GET', '/api/v1/health', { headers: { host } })).status, 403, host)
  }
})

test('an error inside is answered without details and logged without secrets', async () => {
  const office = await openStaffedOffice()
  const ports = {
    ...office.ports,
    history: { ...office.ports.history, callsOf: () => Promise.reject(new Error('disk')) },
  }
  const { createApi } = await import('@rufwerk/api')
  const api = createApi(ports)
  const request = new Request('http://localhost:8080/api/v1/calls', {
    headers: { cookie: `rufwerk_session=${office.admin.token}` },
  })
  const answer = await api.fetch(request, { address: '127.0.0.1', isSecure: false })
  const text = await answer.text()
  assert.equal(answer.status, 500)
  assert.doesNotMatch(text, /disk/)
  assert.equal(office.logged.length, 1)
  assert.doesNotMatch(office.logged.join(), new RegExp(office.admin.token))
  api.close()
})

test('origins: only a page of the very same host and port', () => {
  const same = { host: 'pbx.example:8080', fetchSite: undefined, isSecure: false }
  assert.equal(isSameOrigin({ ...same, origin: 'http://pbx.example:8080' }), true)
  assert.equal(isSameOrigin({ ...same, origin: 'https://pbx.example:8080' }), true)
  assert.equal(isSameOrigin({ ...same, origin: 'https://pbx.example', host: 'pbx.example' }), true)
  assert.equal(isSameOrigin({ ...same, origin: 'http://pbx.example:8080', isSecure: true }), false)
  assert.equal(isSameOrigin({ ...same, origin: 'http://pbx.example:8080', fetchSite: 'same-site' }), false)
  for (const origin of [
    'http://pbx.example',
    'http://a@pbx.example:8080',
    'ftp://pbx.example:8080',
    'http://pbx.example:8080/x',
    'null',
    '',
    '//',
  ]) {
    assert.equal(isSameOrigin({ ...same, origin }), false, origin)
  }
})

test('loopback names and addresses, and what only looks like them', () => {
  for (const host of ['localhost', 'localhost:8080', 'a.localhost', '127.0.0.1:80', '[::1]:8080']) {
    assert.equal(isLoopbackHost(host), true, host)
  }
  for (const host of ['localhost.evil.example', '127.0.0.1.evil.example', '', undefined, '128.0.0.1']) {
    assert.equal(isLoopbackHost(host), false, String(host))
  }
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.9.9.9'])
    assert.equal(isLoopback(address), true)
  for (const address of ['::ffff:10.0.0.1', '10.0.0.1', '::2', 'unknown'])
    assert.equal(isLoopback(address), false)
})

test('addresses are grouped by what one attacker can hardly change', () => {
  assert.equal(addressGroup('192.0.2.7'), '192.0.2.7')
  assert.equal(addressGroup('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(addressGroup('2001:db8:0:1::5'), addressGroup('2001:DB8::1:ffff:ffff:ffff:ffff'))
  assert.notEqual(addressGroup('2001:db8:0:1::5'), addressGroup('2001:db8:0:2::5'))
  assert.equal(addressGroup('fe80::1%eth0'), addressGroup('fe80::2'))
})
