// Real sockets: listening, limits, upgrades by cookie and by ticket, and what happens at sign-out.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type HttpServer, LIMITS, serve } from '@rufwerk/api'
import { CLOSE_CODES, LiveMessage, PATHS, PhoneTicket } from '@rufwerk/contract'
import { WebSocket } from 'ws'
import { openOffice, openStaffedOffice, type Staffed } from './office.ts'

let office: Staffed
let server: HttpServer
let origin: string

before(async () => {
  office = await openStaffedOffice()
  const served = await serve(office.api, { host: '127.0.0.1', port: 0 })
  assert.ok(served.ok)
  server = served.value
  origin = `http://127.0.0.1:${server.port}`
})

after(async () => {
  office.api.close()
  await server.close()
})

interface Opened {
  readonly status: number
  readonly socket: WebSocket
  /** The first message; it may come in the same packet as the handshake. */
  readonly first: Promise<string>
  readonly closed: Promise<number>
}

/** 101 when the WebSocket opened, else the status of the refusal. */
function open(path: string, headers: Record<string, string>, protocols: string[] = []): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols, { headers })
  const first = new Promise<string>((resolve) => {
    socket.once('message', (text) => resolve(String(text)))
  })
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve)
  })
  return new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.on('open', () => resolve({ status: 101, socket, first, closed }))
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, socket, first, closed })
    })
  })
}

const cookieOf = (token: string) => ({ cookie: `rufwerk_session=${token}` })

async function ticketOf(token: string): Promise<PhoneTicket> {
  const answer = await fetch(`${origin}${PATHS.api}/phone/ticket`, {
    method: 'POST',
    headers: { ...cookieOf(token), origin },
  })
  assert.equal(answer.status, 201)
  return PhoneTicket.parse(await answer.json())
}

test('answers over a socket, with all headers', async () => {
  const answer = await fetch(`${origin}${PATHS.api}/health`)
  assert.deepEqual(await answer.json(), { status: 'ok', version: '0.1.0' })
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
})

test('a taken port and an unknown address are values that name the flag', async () => {
  const taken = await serve(office.api, { host: '127.0.0.1', port: server.port })
  assert.ok(!taken.ok)
  assert.equal(taken.error.code, 'address-in-use')
  assert.match(taken.error.message, /--http-port/)
  const unknown = await serve(office.api, { host: '192.0.2.77', port: 0 })
  assert.ok(!unknown.ok)
  assert.equal(unknown.error.code, 'address-unknown')
  assert.match(unknown.error.message, /--http-host/)
})

test('a body over 64 kB is refused, and one of unknown length', async () => {
  const body = JSON.stringify({ login: 'x'.repeat(LIMITS.requestBodyBytesMax), password: 'x' })
  const headers = { 'content-type': 'application/json', origin }
  const announced = await fetch(`${origin}${PATHS.api}/session`, { method: 'POST', headers, body })
  assert.equal(announced.status, 413)
  const stream = new Blob([body]).stream()
  const chunked = await fetch(`${origin}${PATHS.api}/session`, {
    method: 'POST',
    headers,
    body: stream,
    duplex: 'half',
  } as RequestInit)
  assert.equal(chunked.status, 400)
})

test('rubbish and oversized headers are answered 4xx, and the server goes on', async () => {
  const send = (text: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
      let received = ''
      socket.on('data', (bytes) => {
        received += bytes
      })
      socket.on('error', () => resolve(received))
      socket.on('close', () => resolve(received))
    })
  assert.match(await send('\0\0\0 rubbish\r\n\r\n'), /^HTTP\/1\.1 400/)
  const large = `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(LIMITS.requestHeaderBytesMax)}\r\n\r\n`
  assert.match(await send(large), /^HTTP\/1\.1 431/)
  const oddHost = 'GET /api/v1/health HTTP/1.1\r\nHost: a b@c/d\r\nConnection: close\r\n\r\n'
  assert.match(await send(oddHost), /^HTTP\/1\.1 400/)
  for (const target of [
    '//',
    '//[',
    '*',
    'http://other.example/',
    '/%',
    '/%00',
    '/api/v1//',
    '/api/v1/%ff',
  ]) {
    const answer = await send(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 (400|404|503)/, target)
  }
  assert.equal((await fetch(`${origin}${PATHS.api}/health`)).status, 200)
})

test('the live channel opens with cookie and Origin, and closes at sign-out', async () => {
  const { person } = office.user
  const link = await office.world.accounts.createSignInLink(
    { tenant: person.tenant, person: person.id },
    person.id,
  )
  assert.ok(link.ok)
  const signedIn = await office.world.accounts.signInByLink({ token: link.value.token, address: '127.0.0.1' })
  assert.ok(signedIn.ok)
  const { token } = signedIn.value
  const { status, first, closed } = await open(PATHS.live, { ...cookieOf(token), origin })
  assert.equal(status, 101)
  assert.equal(LiveMessage.parse(JSON.parse(await first)).type, 'snapshot')
  const out = await fetch(`${origin}${PATHS.api}/session`, {
    method: 'DELETE',
    headers: { ...cookieOf(token), origin },
  })
  assert.equal(out.status, 204, office.logged.join())
  assert.equal(await closed, CLOSE_CODES.signedOut)
})

test('upgrades are refused: other origins, no cookie, unknown paths, plain paths', async () => {
  const cookie = cookieOf(office.admin.token)
  const cases: [path: string, headers: Record<string, string>, status: number][] = [
    [PATHS.live, cookie, 403],
    [PATHS.live, { ...cookie, origin: 'http://evil.example' }, 403],
    [PATHS.live, { ...cookie, origin: 'http://127.0.0.1:1' }, 403],
    ['/other', { ...cookie, origin }, 404],
    [`${PATHS.api}/people`, { ...cookie, origin }, 404],
  ]
  for (const [path, headers, status] of cases) {
    assert.equal((await open(path, headers)).status, status, `${path} ${JSON.stringify(headers)}`)
  }
})

test('who is not signed in learns it by the close code, because a page sees no status', async () => {
  for (const headers of [{ origin }, { ...cookieOf('A'.repeat(43)), origin }]) {
    const { socket, closed } = await open(PATHS.live, headers)
    socket.once('message', () => assert.fail('nothing is said to strangers'))
    assert.equal(await closed, CLOSE_CODES.signedOut)
  }
})

test('bad WebSocket frames end that connection only', async () => {
  const { socket, closed } = await open(PATHS.live, { ...cookieOf(office.admin.token), origin })
  const raw = Reflect.get(socket, '_socket') as Socket
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
  assert.ok((await closed) > 1000)
  const large = await open(PATHS.live, { ...cookieOf(office.admin.token), origin })
  large.socket.send('x'.repeat(LIMITS.liveMessageFromClientBytesMax + 1))
  assert.equal(await large.closed, 1009)
  assert.equal((await fetch(`${origin}${PATHS.api}/health`)).status, 200)
})

test('a ticket opens one SIP WebSocket; the second time it is refused', async () => {
  const { ticket, device, sipUri, instance } = await ticketOf(office.admin.token)
  assert.match(sipUri, /^sip:[^@]+@rufwerk\.invalid$/)
  assert.match(instance, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const again = await ticketOf(office.admin.token)
  assert.deepEqual([again.device, again.instance, again.sipUri], [device, instance, sipUri])
  const before = office.accepted.length
  void open(PATHS.sip, { origin }, ['sip', `ticket.${ticket}`])
  while (office.accepted.length === before) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(office.accepted.slice(before), [{ device, address: '127.0.0.1' }])
  assert.equal((await open(PATHS.sip, { origin }, ['sip', `ticket.${ticket}`])).status, 401)
})

test('the SIP WebSocket is refused without a good ticket, and from other origins', async () => {
  const headers = { origin, ...cookieOf(office.admin.token) }
  const before = office.accepted.length
  assert.equal((await open(PATHS.sip, headers, ['sip'])).status, 400)
  assert.equal((await open(PATHS.sip, headers)).status, 400)
  assert.equal((await open(PATHS.sip, headers, ['sip', `ticket.${'A'.repeat(43)}`])).status, 401)
  const { ticket } = await ticketOf(office.admin.token)
  assert.equal((await open(PATHS.sip, headers, [`ticket.${ticket}`])).status, 400)
  const evil = { origin: 'http://evil.example' }
  assert.equal((await open(PATHS.sip, evil, ['sip', `ticket.${ticket}`])).status, 403)
  office.clock.pass(LIMITS.ticketLifeMs)
  assert.equal((await open(PATHS.sip, headers, ['sip', `ticket.${ticket}`])).status, 401)
  assert.equal(office.accepted.length, before)
})

test('signing out closes the phone of the session and voids its tickets', async () => {
  const staffed = await openStaffedOffice()
  const { token } = staffed.admin
  const answer = await staffed.ask('POST', '/api/v1/phone/ticket', { as: token })
  const { device } = PhoneTicket.parse(await answer.json())
  assert.ok(staffed.api.size() > 1)
  assert.equal((await staffed.ask('DELETE', '/api/v1/session', { as: token })).status, 204)
  assert.ok(staffed.closed.some((closed) => closed === device))
  assert.equal(staffed.api.size(), 1, 'only how many tickets this person has fetched')
  staffed.clock.pass(LIMITS.attemptsSweepMs)
  assert.equal(staffed.api.size() + staffed.clock.size(), 0)
})

test('until set up, upgrades are refused as well', async () => {
  const open = await openOffice()
  const { accounts } = open.world
  assert.equal(accounts.setupState(), 'open')
  const served = await serve(open.api, { host: '127.0.0.1', port: 0 })
  assert.ok(served.ok)
  const socket = new WebSocket(`ws://127.0.0.1:${served.value.port}${PATHS.live}`, {
    headers: { host: 'evil.example', origin: 'http://evil.example' },
  })
  const status = await new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
  })
  assert.equal(status, 403)
  open.api.close()
  await served.value.close()
  assert.equal(served.value.size(), 0)
})
