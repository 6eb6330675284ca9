// The relay over TLS: it shows the certificate of the web app, and the new one once that is renewed, while
// connections and relays that are open go on. Plain TCP finds nobody.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { METHODS, peer, TurnClient, transport } from '../support/nat/turn-client.ts'
import { freePorts } from '../support/ports.ts'
import { Server } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'

const ADDRESS = '127.0.0.1'
/** Files are looked at every 30 s. */
const RENEWED_WITHIN_MS = 45_000

const root = mkdtempSync(join(tmpdir(), 'rufwerk-turns-'))
const files = { certificate: join(root, 'web.pem'), key: join(root, 'web.key') }

/** Puts another certificate where the administrator has put the first one. */
function renew(): string {
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-keyout', files.key, '-out', files.certificate],
  ])
  return new X509Certificate(readFileSync(files.certificate)).fingerprint256
}

const first = renew()
const tlsPort = await freePorts(1)
const relayFirst = await freePorts(40)
const server = await Server.start(
  [
    ...['--certificate', files.certificate, '--certificate-key', files.key],
    ...['--turn-tls', String(tlsPort), '--turn-ports', `${relayFirst}-${relayFirst + 39}`],
  ],
  root,
)
test.after(async () => {
  await server.stop()
  rmSync(root, { recursive: true, force: true })
})
const [data = ''] = readdirSync(root).filter((name) => name.startsWith('rufwerk-interop-'))
const folder = join(root, data, 'data', 'turn')

function openTls(): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port: tlsPort, host: ADDRESS, rejectUnauthorized: false })
    socket.once('error', () => resolve(undefined))
    socket.once('secureConnect', () => resolve(socket))
  })
}

/** The ciphers allow old versions: it is the relay that refuses. */
function greeted(version: 'TLSv1.1' | 'TLSv1.2'): Promise<string> {
  const settings = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const
  return new Promise((resolve) => {
    const socket = connect({ port: tlsPort, host: ADDRESS, rejectUnauthorized: false, ...settings })
    socket.once('error', () => resolve('refused'))
    socket.once('secureConnect', () => {
      socket.destroy()
      resolve('connected')
    })
  })
}

const shown = (socket: TLSSocket): string => socket.getPeerCertificate().fingerprint256

async function shownNow(): Promise<string | undefined> {
  const socket = await openTls()
  const fingerprint = socket && shown(socket)
  socket?.destroy()
  return fingerprint
}

test('a browser is told the port, and a relay over TLS reaches our media', async () => {
  const told = await server.admin.ask<{
    tlsPort: number
    port?: number
    username: string
    credential: string
  }>('POST', '/phone/relay')
  assert.deepEqual([told.tlsPort, told.port], [tlsPort, undefined])
  const socket = await until('the relay', openTls)
  assert.equal(shown(socket), first)
  const turn = TurnClient.over(socket)
  assert.equal((await turn.askAs(told, METHODS.allocate, [transport(17)])).error, undefined)
  const to = peer(ADDRESS.split('.').map(Number), turn.transactionId)
  assert.equal((await turn.askAs(told, METHODS.permit, [to])).error, undefined)
  turn.close()
})

test('key and certificate are in a private file, and old TLS and plain TCP get nothing', async () => {
  assert.equal(statSync(join(folder, 'certificate.pem')).mode & 0o777, 0o600)
  assert.equal(await greeted('TLSv1.2'), 'connected')
  assert.equal(await greeted('TLSv1.1'), 'refused')
  const plain = await TurnClient.open(tlsPort, ADDRESS)
  const answer = await Promise.race([
    plain.ask(METHODS.binding, []).then(
      () => 'answered',
      () => 'none',
    ),
    sleep(2_000).then(() => 'none'),
  ])
  plain.close()
  assert.equal(answer, 'none')
})

test('a renewed certificate is shown without a restart: what was open before goes on', async () => {
  const told = await server.admin.ask<{ username: string; credential: string }>('POST', '/phone/relay')
  const socket = await until('the relay', openTls)
  const turn = TurnClient.over(socket)
  assert.equal((await turn.askAs(told, METHODS.allocate, [transport(17)])).error, undefined)
  assert.equal(await shownNow(), first)
  const pid = readFileSync(join(folder, 'turn.pid'), 'utf8')
  const second = renew()
  assert.notEqual(second, first)
  await until('the new certificate', async () => (await shownNow()) === second, RENEWED_WITHIN_MS)
  for (let round = 0; round < 5; round += 1) assert.equal(await shownNow(), second)
  assert.equal(readFileSync(join(folder, 'turn.pid'), 'utf8'), pid, 'the same coturn')
  const to = peer(ADDRESS.split('.').map(Number), turn.transactionId)
  assert.equal((await turn.askAs(told, METHODS.permit, [to])).error, undefined, 'the relay of before')
  turn.close()
})
