// Certificates by ACME against an authority of the test's own, which fetches the proofs itself.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { SILENT_LOG, wallTime } from '@rufwerk/core'
import { backOffMs } from '../src/certificates/supply.ts'
import { type AcmeOptions, type CertificateAlarm, CertificateStore, TimerWheel } from '../src/index.ts'
import { AcmeAuthority } from './acme-authority.ts'

const DAY_MS = 86_400_000

interface Scene {
  readonly store: CertificateStore
  readonly authority: AcmeAuthority
  readonly folder: string
  readonly alarms: CertificateAlarm[]
  options(challenge: AcmeOptions['challenge'], names?: string[]): AcmeOptions
  reopen(): CertificateStore
  now: number
}

async function scene(t: TestContext, port: number, lifetimeDays = 90): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'acme-'))
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const authority = await AcmeAuthority.open({ port, httpPort: port + 1, tlsPort: port + 2, lifetimeDays })
  const alarms: CertificateAlarm[] = []
  const clock = { now: Date.now() }
  const reopen = (): CertificateStore => {
    const opened = CertificateStore.open({
      folder,
      timers,
      wallTime: () => wallTime(clock.now),
      log: SILENT_LOG,
      random: () => 0.5,
      onAlarm: (alarm) => alarms.push(alarm),
      acmePatience: { pollMs: 10, waitMs: 2_000 },
    })
    assert.ok(opened.ok)
    t.after(() => opened.value.close())
    return opened.value
  }
  t.after(() => {
    authority.close()
    timers.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const options = (challenge: AcmeOptions['challenge'], names = ['pbx.example', 'www.example']) => {
    return { directoryUrl: authority.directoryUrl, names, challenge, areTermsAgreed: true }
  }
  return Object.assign(clock, { store: reopen(), authority, folder, alarms, options, reopen })
}

/** Port 80 of the installation: answers with what `textFor` says. */
async function openPort80(t: TestContext, port: number, textFor: (path: string) => string | undefined) {
  const server = createHttpServer((request, response) => {
    const text = textFor(request.url ?? '')
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(text)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
}

/** Port 443 of the installation. */
async function openPort443(t: TestContext, port: number, store: CertificateStore): Promise<void> {
  const server = createServer(store.serverOptions(['http/1.1']))
  server.on('tlsClientError', () => undefined)
  store.attach(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
}

test('HTTP-01: each name is proven and the certificate installed', async (t) => {
  const { store, authority, options } = await scene(t, 25_150)
  await openPort80(t, 25_151, (path) => store.answerChallenge(path))
  authority.refuseNonces = 1
  const used = await store.useAcme({ ...options('http-01'), email: 'admin@firm.example' })
  assert.ok(used.ok)
  assert.equal(used.value.source, 'acme')
  assert.equal(used.value.names, 'DNS:pbx.example, DNS:www.example')
  assert.deepEqual(authority.seen, ['badNonce', 'newOrder', 'http-01 valid', 'http-01 valid', 'issued'])
  assert.equal(store.size(), 0)
  assert.equal(store.answerChallenge('/.well-known/acme-challenge/'), undefined)
})

test('TLS-ALPN-01: the proof comes by handshake', async (t) => {
  const { store, authority, options } = await scene(t, 25_153)
  assert.ok((await store.useLocal(['pbx.lan'])).ok)
  await openPort443(t, 25_155, store)
  const used = await store.useAcme(options('tls-alpn-01', ['pbx.example']))
  assert.ok(used.ok)
  assert.deepEqual(authority.seen, ['newOrder', 'tls-alpn-01 valid', 'issued'])
  const client = connect({ port: 25_155, host: '127.0.0.1', servername: 'pbx.example', ca: authority.root })
  t.after(() => client.destroy())
  await once(client, 'secureConnect')
  assert.equal(client.authorized, true)
})

test('a wrong key authorisation is refused and no certificate installed', async (t) => {
  const { store, folder, authority, options, alarms } = await scene(t, 25_156)
  assert.ok((await store.useLocal(['pbx.lan'])).ok)
  const before = store.state()?.fingerprint
  await openPort80(t, 25_157, (path) => store.answerChallenge(path) && `${path.split('/').at(-1)}.wrong`)
  const used = await store.useAcme(options('http-01'))
  assert.equal(used.ok ? '' : used.error.code, 'acme-challenge')
  assert.match(used.ok ? '' : used.error.message, /could not verify pbx\.example: found/)
  assert.deepEqual(authority.seen, ['newOrder', 'http-01 invalid'])
  assert.equal(store.state()?.fingerprint, before)
  assert.equal(existsSync(join(folder, 'acme.pem')), false)
  assert.equal(alarms.at(-1)?.type, 'not-renewed')
  assert.equal(store.size(), 0)
})

test('TLS-ALPN-01: a listener that gives its ordinary certificate proves nothing', async (t) => {
  const { store, authority, options, reopen } = await scene(t, 25_159)
  const stranger = reopen()
  assert.ok((await stranger.useLocal(['pbx.lan'])).ok)
  await openPort443(t, 25_161, stranger)
  const used = await store.useAcme(options('tls-alpn-01', ['pbx.example']))
  assert.equal(used.ok ? '' : used.error.code, 'acme-challenge')
  assert.deepEqual(authority.seen, ['newOrder', 'tls-alpn-01 invalid'])
})

test('account and certificate survive a restart; renewal is at two thirds of the life', async (t) => {
  const opened = await scene(t, 25_162)
  const { store, authority, options, reopen } = opened
  let serving = store
  await openPort80(t, 25_163, (path) => serving.answerChallenge(path))
  const first = await store.useAcme(options('http-01'))
  assert.ok(first.ok)
  store.close()
  serving = reopen()
  const again = await serving.useAcme(options('http-01'))
  assert.equal(again.ok && again.value.fingerprint, first.value.fingerprint)
  const orders = () => authority.seen.filter((what) => what === 'newOrder').length
  assert.equal(orders(), 1)
  opened.now += 55 * DAY_MS
  await serving.look()
  assert.equal(orders(), 1)
  opened.now += 4 * DAY_MS
  await serving.look()
  assert.equal(orders(), 2)
  assert.notEqual(serving.state()?.fingerprint, first.value.fingerprint)
  assert.equal(authority.accounts(), 1)
})

test('after failures it is tried again ever more slowly, and succeeds when the way is free', async (t) => {
  const opened = await scene(t, 25_165)
  const { store, authority, options, alarms } = opened
  assert.equal((await store.useAcme(options('http-01'))).ok, false)
  await store.look()
  assert.equal(authority.seen.length, 2) // Not asked again at once.
  await openPort80(t, 25_166, (path) => store.answerChallenge(path))
  opened.now += 6 * 60_000
  await store.look()
  assert.equal(store.state()?.source, 'acme')
  assert.deepEqual(store.alarms(), [])
  assert.equal(alarms.length, 1)
  const waits = [1, 2, 3, 20].map((failures) => backOffMs(failures, 1) / 60_000)
  assert.deepEqual(waits, [5, 10, 20, 720])
  assert.equal(backOffMs(1, 0), 150_000)
})

test('nothing is asked without agreement, and not of a plain HTTP address elsewhere', async (t) => {
  const { store, options, authority } = await scene(t, 25_168)
  const refused = await store.useAcme({ ...options('http-01'), areTermsAgreed: false })
  assert.equal(refused.ok ? '' : refused.error.code, 'acme-refused')
  const plain = await store.useAcme({ ...options('http-01'), directoryUrl: 'http://192.0.2.1/directory' })
  assert.match(plain.ok ? '' : plain.error.message, /no https address/)
  const nobody = await store.useAcme({ ...options('http-01'), directoryUrl: 'http://127.0.0.1:25199/' })
  assert.equal(nobody.ok ? '' : nobody.error.code, 'acme-unreachable')
  assert.deepEqual(authority.seen, [])
})
