// TLS with the certificate of the local authority: who installed it trusts web and SIP ports, others do not;
// phones talk over it (this baresip does not check certificates), and a browser over HTTPS and WSS.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { connect, type PeerCertificate } from 'node:tls'
import { Baresip } from './support/baresip.ts'
import { BrowserPhone } from './support/chromium.ts'
import { freePorts } from './support/ports.ts'
import { Server } from './support/server.ts'
import { assertAllHear, assertBothHear, SETTLE_MS } from './support/sound.ts'
import { sleep } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-tls-'))
const httpsPort = await freePorts(1)
const tlsPort = await freePorts(1)
const server = await Server.start(['--https-port', String(httpsPort), '--sip-tls-port', String(tlsPort)])
test.after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const authority = await (await fetch(`${server.origin}/rufwerk-ca.pem`)).text()
const strangerFile = join(folder, 'stranger.pem')
execFileSync('openssl', [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
  ...['-subj', '/CN=Somebody else', '-keyout', join(folder, 'stranger.key'), '-out', strangerFile],
])

const stranger = readFileSync(strangerFile, 'utf8')

const account = async (name: string, who: number) => ({
  ...(await (server.colleagues[who] ?? server.admin).addPhone(name)),
  port: tlsPort,
})

/** GET over HTTPS by somebody who trusts only this authority. */
function statusOf(path: string, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: httpsPort, path, ca, servername: 'localhost' }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test('HTTPS is trusted by who installed the authority, and by nobody else', async () => {
  assert.equal(await statusOf('/api/v1/health', authority), 200)
  await assert.rejects(statusOf('/api/v1/health', stranger), /certificate|issuer/i)
})

test('two desk phones over TLS hear each other', async (t) => {
  const ada = await Baresip.start(await account('Ada', 0), {
    transport: 'tls',
    toneHz: CALLER_HZ,
  })
  t.after(() => ada.stop())
  const ben = await Baresip.start(await account('Ben', 1), {
    transport: 'tls',
    toneHz: CALLEE_HZ,
  })
  t.after(() => ben.stop())
  ada.dial('102')
  await ben.waitFor('CALL_INCOMING')
  ben.accept()
  await Promise.all([ada.waitFor('CALL_ESTABLISHED'), ben.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
  const caller = { who: 'caller', phone: ada, hertz: CALLER_HZ }
  await assertBothHear(caller, { who: 'callee', phone: ben, hertz: CALLEE_HZ }, 2500)
  ben.hangUp()
  await ada.waitFor('CALL_CLOSED')
})

/** The certificate that the SIP port shows, to somebody who trusts only this authority. */
function certificateOf(ca: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: tlsPort, ca }, () => {
      resolve(socket.getPeerCertificate())
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

test('the SIP port is trusted by who installed the authority, and by nobody else', async () => {
  const { subjectaltname } = await certificateOf(authority)
  assert.match(subjectaltname ?? '', /IP Address:127\.0\.0\.1/)
  await assert.rejects(certificateOf(stranger), /certificate|issuer/i)
})

test('a browser telephones over HTTPS and WSS, and hears the echo', async (t) => {
  const { raw } = await certificateOf(authority)
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' })
  const trusted = createHash('sha256').update(key).digest('base64')
  const origin = `https://localhost:${httpsPort}`
  const phone = await BrowserPhone.start({ origin }, server.admin, CALLER_HZ, { trusted })
  t.after(() => phone.stop())
  await phone.dial('*43')
  await phone.waitUntilTalking()
  await sleep(1000)
  await assertAllHear([{ who: 'caller', phone, right: CALLER_HZ, wrong: CALLEE_HZ }], 2000)
  await phone.hangUp()
})
