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

interface Answer {
  readonly status: number
  readonly text: string
}

/** GET over HTTPS by somebody who trusts only this authority. */
function get(path: string, ca: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: httpsPort, path, ca, servername: 'localhost' }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
}

const statusOf = async (path: string, ca: string): Promise<number> => (await get(path, ca)).status

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

test('a phone fetches its settings once, and registers and calls with what they say', async (t) => {
  const admin = server.admin
  const { url } = await admin.ask<{ url: string }>('POST', '/phones', { maker: 'yealink', name: 'Empfang' })
  const path = new URL(`${url}001565aabb20.cfg`).pathname
  const { status, text } = await get(path, authority)
  assert.equal(status, 200)
  assert.equal(await statusOf(path, authority), 404)
  const said = new Map(text.split('\n').map((line) => line.split(' = ') as [string, string]))
  const ofAccount = (name: string) => said.get(`account.1.${name}`) ?? assert.fail(name)
  assert.deepEqual([ofAccount('sip_server.1.transport_type'), ofAccount('srtp_encryption')], ['2', '2'])
  const told = {
    sipName: ofAccount('user_name'),
    password: ofAccount('password'),
    server: ofAccount('sip_server.1.address'),
    port: Number(ofAccount('sip_server.1.port')),
  }
  const phone = await Baresip.start(told, { transport: 'tls', toneHz: CALLER_HZ, encryption: 'srtp-mand' })
  t.after(() => phone.stop())
  phone.dial('*43')
  await phone.waitFor('CALL_ESTABLISHED')
  await sleep(SETTLE_MS)
  await assertAllHear([{ who: 'caller', phone, right: CALLER_HZ, wrong: CALLEE_HZ }], 1500)
  phone.hangUp()
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
