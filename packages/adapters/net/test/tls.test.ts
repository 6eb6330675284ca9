// SIP over TLS on 127.0.0.1 and ::1: node:tls and OpenSSL's program as peers, honest and hostile ones.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { ms, SILENT_LOG, wallTime } from '@rufwerk/core'
import { type KeyPair, writeAuthority, writeLeaf } from '../src/certificates/x509.ts'
import { CertificateStore, type SipSockets, TimerWheel } from '../src/index.ts'
import { HOST, openSockets, until } from './sockets.ts'

const DAY_MS = 86_400_000
const VALID = { notBefore: wallTime(Date.now() - DAY_MS), notAfter: wallTime(Date.now() + 30 * DAY_MS) }
const authority = await writeAuthority({
  commonName: 'Carrier root',
  permittedDomains: [],
  permittedNetworks: [],
  ...VALID,
})

async function openStore(t: TestContext): Promise<{ store: CertificateStore; ca: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const opened = CertificateStore.open({
    folder,
    timers,
    wallTime: () => wallTime(Date.now()),
    log: SILENT_LOG,
    random: () => 0.5,
  })
  assert.ok(opened.ok)
  const store = opened.value
  assert.ok((await store.useLocal(['127.0.0.1', '::1', 'pbx.lan'])).ok)
  t.after(() => {
    store.close()
    timers.close()
    rmSync(folder, { recursive: true })
  })
  return { store, ca: store.authority()?.pem ?? '' }
}

async function phone(t: TestContext, port: number, options: object): Promise<TLSSocket> {
  const socket = connect({ port, host: HOST, ...options })
  socket.on('error', () => undefined)
  t.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

async function rawClient(t: TestContext, port: number): Promise<Socket> {
  const socket = connectTcp(port, HOST)
  socket.on('error', () => undefined)
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** A carrier's server: echoes lines, counts connections. */
async function carrier(
  t: TestContext,
  port: number,
  names: readonly string[],
): Promise<{ connections: number; sockets: Socket[] }> {
  const { key, chain } = await writeLeaf(authority, names, VALID)
  const state: { connections: number; sockets: Socket[] } = { connections: 0, sockets: [] }
  const server = createServer({ key, cert: chain }, (socket) => {
    state.connections += 1
    state.sockets.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  server.on('tlsClientError', () => undefined)
  server.listen(port, HOST)
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of state.sockets) socket.destroy()
  })
  return state
}

function toCarrier(port: number, name: string): Parameters<SipSockets['open']>[0] {
  const peer = { name, authorities: [authority.chain] }
  return { transport: 'tls', remote: { address: HOST, port }, localAddress: HOST, peer }
}

test('messages go both ways over TLS, by IPv4 and IPv6, through the same framer', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets, heard } = openSockets(t)
  for (const address of [HOST, '::1']) {
    const listening = await sockets.listenTls({ address, port: 25_170, identity: store })
    assert.ok(listening.ok)
    const client = await phone(t, 25_170, { host: address, ca })
    let got = ''
    client.on('data', (chunk) => {
      got += chunk
    })
    client.write('on')
    client.write('e\n\r\n\r\n')
    await until(() => got === '\r\n' && heard.messages.length > 0, 'message and pong')
    const [flow, text] = heard.messages.pop() ?? []
    assert.ok(flow)
    assert.equal(text, 'one')
    assert.equal(flow.transport, 'tls')
    assert.equal(flow.local.address, address)
    assert.equal(sockets.send(flow, Buffer.from('answer')), true)
    await until(() => got === '\r\nanswer', 'the answer')
    client.end()
    await until(() => heard.closed.some(({ id }) => id === flow.id), 'the end')
  }
  assert.equal(sockets.size(), 0)
  assert.equal(sockets.counts().handshakes, 2)
  const taken = await sockets.listenTls({ address: HOST, port: 25_170, identity: store })
  assert.match(taken.ok ? '' : taken.error.message, /TLS 127\.0\.0\.1:25170 is already in use/)
})

test("OpenSSL's client is served TLS 1.2 and 1.3, and nothing older", async (t) => {
  const { store } = await openStore(t)
  const { sockets, heard } = openSockets(t)
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_171, identity: store })).ok)
  for (const [version, isServed] of [
    ['-tls1_3', true],
    ['-tls1_2', true],
    ['-tls1_1', false],
  ] as const) {
    const options = [
      's_client',
      '-quiet',
      '-connect',
      `${HOST}:25171`,
      '-cipher',
      'DEFAULT@SECLEVEL=0',
      version,
    ]
    const program = spawn('openssl', options, { stdio: ['pipe', 'ignore', 'ignore'] })
    program.stdin.on('error', () => undefined)
    program.stdin.write('hello\n')
    const ended = once(program, 'exit')
    if (isServed) await until(() => heard.messages.length === 1, version)
    if (isServed) program.kill()
    await ended
    assert.equal(heard.messages.splice(0).length, isServed ? 1 : 0)
  }
  assert.equal(sockets.counts().failedHandshakes, 1)
})

test('a new certificate is served at once, and old connections live on', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets, heard } = openSockets(t)
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_172, identity: store })).ok)
  const before = await phone(t, 25_172, { ca })
  assert.ok((await store.useLocal(['127.0.0.1', 'new.lan'])).ok)
  const after = await phone(t, 25_172, { ca, servername: 'new.lan' })
  assert.match(after.getPeerX509Certificate()?.subjectAltName ?? '', /new\.lan/)
  before.write('still here\n')
  await until(() => heard.messages.length === 1, 'the old connection')
})

test('abuse: silence, a dripped handshake and garbage never become connections', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets, heard } = openSockets(t, { handshakeWithin: ms(250) })
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_173, identity: store })).ok)
  const good = await phone(t, 25_173, { ca })
  await rawClient(t, 25_173) // Says nothing.
  const loris = await rawClient(t, 25_173)
  // The start of a ClientHello that announces 512 bytes and brings one now and then.
  loris.write(Buffer.from('1603010200010001fc0303', 'hex'))
  const dripping = setInterval(() => loris.write(Buffer.of(0)), 20)
  t.after(() => clearInterval(dripping))
  for (const rubbish of [
    Buffer.from('OPTIONS sip:a SIP/2.0\r\n\r\n'),
    randomBytes(5_000),
    Buffer.alloc(100_000),
  ])
    (await rawClient(t, 25_173)).write(rubbish)
  const cut = await rawClient(t, 25_173)
  cut.write(Buffer.from('160301', 'hex'))
  cut.destroy()
  await until(() => sockets.counts().failedHandshakes >= 5, 'all given up')
  await until(() => sockets.size() === 1, 'only the good one is left')
  good.write('still here\n')
  await until(() => heard.messages.length === 1, 'the good one')
})

test('abuse: a flood of handshakes is bounded, and there is room again', async (t) => {
  const { store, ca } = await openStore(t)
  const limits = { handshakesPerAddressMax: 15, handshakeWithin: ms(5_000) }
  const { sockets } = openSockets(t, limits)
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_174, identity: store })).ok)
  const flood: Socket[] = []
  for (let count = 0; count < 40; count += 1) flood.push(await rawClient(t, 25_174))
  await until(() => sockets.counts().refusedConnections === 25, '25 refused')
  assert.equal(sockets.size(), 15)
  for (const socket of flood) socket.destroy()
  await until(() => sockets.size() === 0, 'all gone')
  await phone(t, 25_174, { ca })
  await until(() => sockets.size() === 1, 'room again')
})

test('abuse: a source that begins too many handshakes in a second has to wait', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets } = openSockets(t, { handshakesPerSecondMax: 4 })
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_183, identity: store })).ok)
  const flood = Array.from({ length: 30 }, () => {
    const socket = connectTcp(25_183, HOST)
    socket.on('error', () => undefined)
    t.after(() => socket.destroy())
    return socket
  })
  await until(() => sockets.counts().refusedConnections >= 20, 'most refused')
  for (const socket of flood) socket.destroy()
  await sleep(1_000)
  await phone(t, 25_183, { ca })
})

test('abuse: a TLS 1.2 client cannot ask for handshake after handshake', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets } = openSockets(t)
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_184, identity: store })).ok)
  const client = await phone(t, 25_184, { ca, maxVersion: 'TLSv1.2' })
  const refused = once(client, 'error')
  client.renegotiate({}, () => undefined)
  assert.match(String((await refused)[0]), /no renegotiation/i)
  client.destroy()
  await until(() => sockets.size() === 0, 'closed')
  assert.equal(sockets.counts().handshakes, 1)
})

test('abuse: after the handshake silence and framing rules are those of TCP', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets, heard } = openSockets(t, { firstMessageWithin: ms(150), messageWithin: ms(150) })
  assert.ok((await sockets.listenTls({ address: HOST, port: 25_175, identity: store })).ok)
  await phone(t, 25_175, { ca })
  const partial = await phone(t, 25_175, { ca })
  partial.write('hello\nINVI')
  ;(await phone(t, 25_175, { ca })).write('garbage\n')
  await until(() => heard.closed.length === 3, 'all closed')
  assert.equal(sockets.counts().closedForSilence, 2)
  assert.equal(sockets.counts().closedForFraming, 1)
})

test('an outgoing connection is used again only for a name its certificate is for', async (t) => {
  const { sockets } = openSockets(t)
  const server = await carrier(t, 25_176, ['sip.carrier.example', 'other.carrier.example'])
  const first = await sockets.open(toCarrier(25_176, 'sip.carrier.example'))
  assert.ok(first.ok)
  assert.equal(first.value.transport, 'tls')
  const same = await sockets.open(toCarrier(25_176, 'sip.carrier.example'))
  const both = await sockets.open(toCarrier(25_176, 'other.carrier.example'))
  assert.equal(same.ok && same.value.id, first.value.id)
  assert.equal(both.ok && both.value.id, first.value.id)
  assert.equal(sockets.counts().reused, 2)
  const stranger = await sockets.open(toCarrier(25_176, 'bank.example'))
  assert.equal(stranger.ok ? '' : stranger.error.code, 'untrusted')
  assert.match(stranger.ok ? '' : stranger.error.message, /not for bank\.example/)
  assert.equal(server.connections, 1)
  const destination = toCarrier(25_176, 'sip.carrier.example')
  assert.ok(destination.transport === 'tls')
  sockets.closeFlow(first.value.id)
  await until(() => sockets.size() === 0, 'closed')
  const unknown = { ...destination, peer: { name: 'sip.carrier.example' } }
  const untrusted = await sockets.open(unknown)
  assert.equal(untrusted.ok ? '' : untrusted.error.code, 'untrusted')
})

test('messages wait in order while the connection is opened, and not without bound', async (t) => {
  const { sockets, heard } = openSockets(t, { waitersPerConnectionMax: 5, waitingBytesMax: 1_000 })
  await carrier(t, 25_177, ['sip.carrier.example'])
  const destination = toCarrier(25_177, 'sip.carrier.example')
  const sent = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map((number) => sockets.sendTo(destination, Buffer.from(`message ${number}\n`))),
  )
  assert.deepEqual(
    sent.map((outcome) => (outcome.ok ? 'sent' : outcome.error.code)),
    ['sent', 'sent', 'sent', 'sent', 'sent', 'limit', 'limit'],
  )
  const tooMuch = await sockets.sendTo(destination, Buffer.alloc(1_001))
  assert.equal(tooMuch.ok ? '' : tooMuch.error.code, 'limit')
  await until(() => heard.messages.length === 5, 'the echoes')
  assert.deepEqual(
    heard.messages.map(([, text]) => text),
    [1, 2, 3, 4, 5].map((number) => `message ${number}`),
  )
})

test('a peer that accepts and says nothing is given up in time', async (t) => {
  const { sockets } = openSockets(t, { connectWithin: ms(150) })
  const silent = createTcpServer((socket) => void socket.on('error', () => undefined))
  silent.listen(25_178, HOST)
  await once(silent, 'listening')
  t.after(() => silent.close())
  const slow = await sockets.open(toCarrier(25_178, 'sip.carrier.example'))
  assert.equal(slow.ok ? '' : slow.error.code, 'timeout')
  const refused = await sockets.open(toCarrier(25_179, 'sip.carrier.example'))
  assert.equal(refused.ok ? '' : refused.error.code, 'refused')
  assert.equal(sockets.size(), 0)
  assert.equal(sockets.counts().openFailures, 2)
})

test('a connection the peer opened is used for requests to it only with its certificate', async (t) => {
  const { store, ca } = await openStore(t)
  const { sockets, heard } = openSockets(t)
  const clientAuthorities = [authority.chain]
  const listen = { address: HOST, port: 25_180, identity: store, clientAuthorities }
  assert.ok((await sockets.listenTls(listen)).ok)
  const strange = await writeAuthority({
    commonName: 'Strange root',
    permittedDomains: [],
    permittedNetworks: [],
    ...VALID,
  })
  const shown: (KeyPair | undefined)[] = [
    undefined,
    await writeLeaf(strange, ['sip.carrier.example'], VALID),
    await writeLeaf(authority, ['sip.carrier.example'], VALID),
  ]
  const outcomes: boolean[] = []
  for (const [index, pair] of shown.entries()) {
    const client = await phone(t, 25_180, { ca, ...(pair && { key: pair.key, cert: pair.chain }) })
    client.write('OPTIONS\n')
    await until(() => heard.messages.length === index + 1, 'its request')
    outcomes.push(sockets.alias(heard.messages.at(-1)?.[0].id ?? '', 25_189))
  }
  assert.deepEqual(outcomes, [false, false, true])
  const reused = await sockets.open(toCarrier(25_189, 'sip.carrier.example'))
  assert.equal(reused.ok && reused.value.id, heard.messages.at(-1)?.[0].id)
  const other = await sockets.open(toCarrier(25_189, 'other.example'))
  assert.equal(other.ok ? '' : other.error.code, 'refused') // A new connection, and nobody is there.
})

test('our pings keep a connection; a peer that is silent after one loses it', async (t) => {
  const limits = { pongWithin: ms(400), messageWithin: ms(200) }
  const { sockets, heard } = openSockets(t, limits)
  await carrier(t, 25_181, ['sip.carrier.example']) // Echoes: any byte is a pong.
  const opened = await sockets.open(toCarrier(25_181, 'sip.carrier.example'))
  assert.ok(opened.ok)
  assert.equal(sockets.keepAlive(opened.value.id, ms(50)), true)
  const pongs: string[] = []
  const mute = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      pongs.push(chunk.toString())
      if (pongs.length < 3) socket.write('\r\n')
    })
  })
  mute.listen(25_182, HOST)
  await once(mute, 'listening')
  t.after(() => mute.close())
  const remote = { address: HOST, port: 25_182 }
  const dying = await sockets.open({ transport: 'tcp', remote, localAddress: HOST })
  assert.ok(dying.ok)
  assert.equal(sockets.keepAlive(dying.value.id, ms(150)), true)
  await until(() => heard.closed.length === 1, 'the mute one closed')
  assert.equal(heard.closed[0]?.id, dying.value.id)
  assert.deepEqual(pongs, ['\r\n\r\n', '\r\n\r\n', '\r\n\r\n'])
  assert.equal(sockets.counts().closedForNoPong, 1)
  await sleep(200)
  assert.equal(sockets.isOpen(opened.value), true)
  assert.equal(sockets.keepAlive('udp:gone', ms(50)), false)
})
