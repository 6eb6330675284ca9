// The store with files in a folder of its own; TLS peers are node:tls and OpenSSL's own program.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { SILENT_LOG, type WallTime, wallTime } from '@rufwerk/core'
import { WebSocket } from 'ws'
import { type KeyPair, writeAuthority, writeLeaf } from '../src/certificates/x509.ts'
import { type CertificateAlarm, CertificateStore, TimerWheel } from '../src/index.ts'
import { openSockets, until } from './sockets.ts'

const DAY_MS = 86_400_000

interface Opened {
  readonly store: CertificateStore
  readonly folder: string
  readonly alarms: CertificateAlarm[]
  now: number
}

function open(t: TestContext, folder = mkdtempSync(join(tmpdir(), 'certificates-'))): Opened {
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const alarms: CertificateAlarm[] = []
  const clock = { now: Date.now() }
  const store = CertificateStore.open({
    folder,
    timers,
    wallTime: () => wallTime(clock.now),
    log: SILENT_LOG,
    random: () => 0.5,
    onAlarm: (alarm) => alarms.push(alarm),
  })
  assert.ok(store.ok)
  t.after(() => {
    store.value.close()
    timers.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return Object.assign(clock, { store: store.value, folder, alarms })
}

function validity(fromDays: number, toDays: number): { notBefore: WallTime; notAfter: WallTime } {
  const now = Date.now()
  return { notBefore: wallTime(now + fromDays * DAY_MS), notAfter: wallTime(now + toDays * DAY_MS) }
}

async function companyAuthority(): Promise<KeyPair> {
  const names = { permittedDomains: [], permittedNetworks: [] }
  return writeAuthority({ commonName: 'Company root', ...names, ...validity(-400, 400) })
}

function write(folder: string, { key, chain }: KeyPair): { certificateFile: string; keyFile: string } {
  const files = { certificateFile: join(folder, 'given.crt'), keyFile: join(folder, 'given.key') }
  writeFileSync(files.certificateFile, chain)
  writeFileSync(files.keyFile, key)
  return files
}

async function greet(port: number, options: object): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  await once(socket, 'secureConnect')
  return socket
}

test('the local authority is made once, for local names only, and OpenSSL accepts it', async (t) => {
  const { store, folder } = open(t)
  const used = await store.useLocal(['pbx.lan', 'phone.firm.example', '127.0.0.1', '192.0.2.7', '::1'])
  assert.ok(used.ok)
  assert.match(used.value.names, /DNS:pbx\.lan, DNS:phone\.firm\.example, IP Address:127\.0\.0\.1/)
  const authority = store.authority()
  assert.ok(authority)
  assert.equal(new X509Certificate(Buffer.from(authority.der)).fingerprint256, authority.fingerprint)
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)

  const root = join(folder, 'root.crt')
  const leaf = join(folder, 'leaf.crt')
  writeFileSync(root, authority.pem)
  writeFileSync(leaf, readFileSync(join(folder, 'local.pem')))
  const verify = (file: string) => spawnSync('openssl', ['verify', '-x509_strict', '-CAfile', root, file])
  assert.equal(verify(leaf).status, 0)
  const pair = { key: readFileSync(join(folder, 'local-authority.pem'), 'utf8'), chain: authority.pem }
  for (const name of ['bank.example', 'firm.example', '198.51.100.1', '2001:db8::1']) {
    writeFileSync(leaf, (await writeLeaf(pair, [name], validity(-1, 1))).chain)
    const refused = verify(leaf)
    assert.match(String(refused.stderr), /permitted subtree violation/, name)
  }

  chmodSync(join(folder, 'local-authority.pem'), 0o644)
  const again = open(t, folder)
  const same = await again.store.useLocal(['pbx.lan', 'phone.firm.example', '127.0.0.1', '192.0.2.7', '::1'])
  assert.equal(again.store.authority()?.fingerprint, authority.fingerprint)
  assert.equal(same.ok && same.value.fingerprint, used.value.fingerprint)
  assert.equal(statSync(join(folder, 'local-authority.pem')).mode & 0o777, 0o600)
  const other = await again.store.useLocal(['other.firm.example'])
  assert.equal(other.ok ? '' : other.error.code, 'name-not-permitted')
  assert.equal(again.store.state()?.fingerprint, used.value.fingerprint)
  const anew = await again.store.useLocal(['other.firm.example'], true)
  assert.ok(anew.ok)
  assert.notEqual(again.store.authority()?.fingerprint, authority.fingerprint)
})

test('a local certificate is renewed at two thirds of its life, and open connections live on', async (t) => {
  const opened = open(t)
  const { store } = opened
  assert.ok((await store.useLocal(['localhost', '127.0.0.1'])).ok)
  const first = store.state()
  assert.ok(first)
  const server = createServer(store.serverOptions(['sip']), (socket) => socket.pipe(socket))
  using _attached = store.attach(server)
  server.listen(25_140, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const ca = store.authority()?.pem
  const old = await greet(25_140, { ca })
  t.after(() => old.destroy())

  opened.now = first.notBefore + (first.notAfter - first.notBefore) * 0.6
  await store.look()
  assert.equal(store.state()?.fingerprint, first.fingerprint)
  opened.now = first.notBefore + (first.notAfter - first.notBefore) * 0.67
  await store.look()
  const second = store.state()
  assert.ok(second)
  assert.notEqual(second.fingerprint, first.fingerprint)
  assert.ok(second.notAfter > first.notAfter)
  const fresh = await greet(25_140, { rejectUnauthorized: false } /* The future has not come for OpenSSL. */)
  t.after(() => fresh.destroy())
  assert.equal(fresh.getPeerX509Certificate()?.fingerprint256, second.fingerprint)
  const echoed = once(old, 'data')
  old.write('still here')
  assert.equal(String((await echoed)[0]), 'still here')
  assert.deepEqual(opened.alarms, [])
})

test('PEM files that cannot work are refused with a sentence, and what is in use stays', async (t) => {
  const { store, folder } = open(t)
  const authority = await companyAuthority()
  const good = await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 60))
  const other = await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 60))
  const expired = await writeLeaf(authority, ['pbx.firm.example'], validity(-60, -1))
  const early = await writeLeaf(authority, ['pbx.firm.example'], validity(2, 60))
  const [leafPem = '', rootPem = ''] = good.chain.split(/(?<=-----END CERTIFICATE-----\n)/)
  const strange = (await companyAuthority()).chain
  assert.ok((await store.useLocal(['pbx.lan'])).ok)
  const inUse = store.state()?.fingerprint
  const rows: [code: string, pair: KeyPair, message: RegExp][] = [
    ['key-mismatch', { ...good, key: other.key }, /does not belong/],
    ['key-unreadable', { ...good, key: 'nothing' }, /no private key/],
    ['key-unreadable', { ...good, key: good.key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') }, /password/],
    ['expired', expired, /expired on \d{4}-/],
    ['not-yet-valid', early, /valid from \d{4}-/],
    ['chain-order', { ...good, chain: rootPem + leafPem }, /is not signed by/],
    ['chain-order', { ...good, chain: leafPem + strange }, /First the server's certificate/],
    ['not-a-server-certificate', authority, /authority's/],
    ['unreadable', { ...good, chain: 'rubbish' }, /no PEM certificate/],
    ['unreadable', { ...good, chain: leafPem.replace(/M/g, 'A') }, /cannot be read/],
  ]
  for (const [code, pair, message] of rows) {
    const refused = await store.useFiles(write(folder, pair))
    assert.equal(refused.ok ? '' : refused.error.code, code)
    assert.match(refused.ok ? '' : refused.error.message, message)
  }
  const names = ['pbx.firm.example', 'mail.firm.example']
  const missing = await store.useFiles({ ...write(folder, good), names })
  assert.match(missing.ok ? '' : missing.error.message, /not for mail\.firm\.example/)
  const nowhere = await store.useFiles({
    certificateFile: join(folder, 'none'),
    keyFile: join(folder, 'none'),
  })
  assert.match(nowhere.ok ? '' : nowhere.error.message, /none does not exist/)
  assert.equal(store.state()?.fingerprint, inUse)
  assert.equal(store.state()?.source, 'local')
})

test('a changed file is loaded; a bad one is an alarm until the good one is back', async (t) => {
  const opened = open(t)
  const { store, folder, alarms } = opened
  const authority = await companyAuthority()
  const first = await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 60))
  const files = write(folder, first)
  assert.ok((await store.useFiles({ ...files, names: ['pbx.firm.example'] })).ok)
  const before = store.state()?.fingerprint
  writeFileSync(files.keyFile, 'half written')
  await store.look()
  assert.equal(store.state()?.fingerprint, before)
  assert.equal(alarms.at(-1)?.type, 'not-renewed')
  await store.look()
  assert.equal(alarms.length, 1)
  write(folder, await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 5)))
  await store.look()
  assert.notEqual(store.state()?.fingerprint, before)
  const expiring = alarms.at(-1)
  assert.equal(expiring?.type === 'expiring' && expiring.level, 7)
  assert.equal(store.alarms().length, 1)
})

test('a follower is told the certificate in use and each new one, until it leaves or fails', async (t) => {
  const { store, folder } = open(t)
  const authority = await companyAuthority()
  const told: string[] = []
  const early = store.follow(({ chain }) => told.push(`early ${chain === first.chain ? 1 : 2}`))
  const first = await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 60))
  const files = write(folder, first)
  assert.ok((await store.useFiles(files)).ok)
  store.follow(() => {
    throw new Error('disk full')
  })
  store.follow(({ chain, key }) => told.push(`late ${chain === first.chain && key === first.key ? 1 : 2}`))
  assert.deepEqual(told, ['early 1', 'late 1'])
  await store.look()
  writeFileSync(files.keyFile, 'half written')
  await store.look()
  assert.equal(told.length, 2, 'nothing new, or nothing good')
  early[Symbol.dispose]()
  write(folder, await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 60)))
  await store.look()
  assert.deepEqual(told, ['early 1', 'late 1', 'late 2'])
  store.close()
  assert.equal(store.size(), 0)
})

test('the end of a certificate is told 30, 7 and 1 days before, and when it has come', async (t) => {
  const opened = open(t)
  const { store, folder, alarms } = opened
  const authority = await companyAuthority()
  const files = write(folder, await writeLeaf(authority, ['pbx.firm.example'], validity(-1, 60)))
  assert.ok((await store.useFiles(files)).ok)
  const start = opened.now
  // In the middle of days: a certificate ends at a whole second after it was asked for.
  for (const days of [10.5, 31.5, 40.5, 54.5, 58.5, 59.5, 61.5, 63.5]) {
    opened.now = start + days * DAY_MS
    await store.look()
  }
  const told = alarms.map((alarm) => alarm.type === 'expiring' && [alarm.level, alarm.daysLeft])
  assert.deepEqual(told, [
    [30, 28],
    [7, 5],
    [1, 0],
    [0, -2],
  ])
  assert.match(alarms.at(-1)?.message ?? '', /expired on/)
})

test('old TLS is refused, and an unknown protocol name too', async (t) => {
  const { store } = open(t)
  assert.ok((await store.useLocal(['127.0.0.1'])).ok)
  const server = createServer(store.serverOptions(['http/1.1']))
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const rows: [arguments_: string[], isAccepted: boolean][] = [
    [['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'], false],
    [['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA'], false],
    [['-tls1_2'], true],
    [['-tls1_3', '-alpn', 'http/1.1'], true],
    [['-tls1_3', '-alpn', 'smtp'], false],
    [['-tls1_3', '-alpn', 'acme-tls/1'], false],
  ]
  for (const [options, isAccepted] of rows) {
    const status = await openssl(['s_client', '-connect', `127.0.0.1:${port}`, ...options])
    assert.equal(status === 0, isAccepted, options.join(' '))
  }
})

async function openssl(options: readonly string[]): Promise<number | null> {
  const { spawn } = await import('node:child_process')
  const program = spawn('openssl', options, { stdio: ['ignore', 'ignore', 'ignore'] })
  const [status] = await once(program, 'exit')
  return status
}

test('a page behind HTTPS upgrades to WSS with the certificate of the store', async (t) => {
  const { store } = open(t)
  assert.ok((await store.useLocal(['127.0.0.1'])).ok)
  const { sockets, heard } = openSockets(t)
  const server = createHttpsServer(store.serverOptions(['http/1.1']))
  using _attached = store.attach(server)
  server.on('upgrade', (request, socket, head) =>
    sockets.acceptWebSocket(request, socket, head, { device: 'd1', isSecure: true }),
  )
  server.listen(25_141, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const page = new WebSocket('wss://127.0.0.1:25141/sip', ['sip'], { ca: store.authority()?.pem })
  await once(page, 'open')
  page.send('REGISTER')
  await until(() => heard.messages.length === 1, 'the message')
  const flow = heard.messages[0]?.[0]
  assert.equal(flow?.transport, 'wss')
  assert.equal(flow.remote.address, '127.0.0.1')
  assert.ok((await store.useLocal(['127.0.0.1', 'localhost'])).ok)
  const answered = once(page, 'message')
  assert.equal(sockets.send(flow, Buffer.from('200')), true)
  assert.equal(String((await answered)[0]), '200')
  page.terminate()
})

test('a folder that cannot be used is an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o600)
  const timers = new TimerWheel({ onError: () => undefined })
  const opened = CertificateStore.open({
    folder: join(file, 'below'),
    timers,
    wallTime: () => wallTime(0),
    log: SILENT_LOG,
    random: () => 0,
  })
  assert.equal(opened.ok ? '' : opened.error.code, 'folder')
  rmSync(folder, { recursive: true })
})
