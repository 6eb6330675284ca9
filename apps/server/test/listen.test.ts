// Where phones are told to register, and in which order real sockets open.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { SILENT_LOG, wallTime } from '@rufwerk/core'
import { CertificateStore, SipSockets, TimerWheel } from '@rufwerk/net'
import { StreamFramer } from '@rufwerk/sip'
import { listenSip, phoneServer } from '../src/listen.ts'

const PORTS = { port: 5060, tlsPort: 5061 }

test('phones are sent to a private address before loopback, and to IPv4 before IPv6', () => {
  const best = (...addresses: string[]) => phoneServer({ addresses, tlsAddresses: [] }, PORTS).server
  assert.equal(best('127.0.0.1', '::1', 'fd00::1', '192.168.1.5'), '192.168.1.5')
  assert.equal(best('::1', 'fd00::1', '127.0.0.1'), 'fd00::1')
  assert.equal(best('::1', '127.0.0.1'), '127.0.0.1')
})

test('the port for TLS is told where that address listens with TLS, and only there', () => {
  const addresses = ['127.0.0.1', '192.168.1.5']
  const at = (tlsAddresses: string[]) => phoneServer({ addresses, tlsAddresses }, PORTS)
  assert.deepEqual(at(addresses), { server: '192.168.1.5', port: 5060, tlsPort: 5061 })
  assert.deepEqual(at(['127.0.0.1']), { server: '192.168.1.5', port: 5060 })
})

const HOST = '127.0.0.1'

async function openParts(t: TestContext): Promise<{ sockets: SipSockets; identity: CertificateStore }> {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-listen-'))
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const parts = { folder, timers, wallTime: () => wallTime(Date.now()), log: SILENT_LOG, random: () => 0.5 }
  const opened = CertificateStore.open(parts)
  assert.ok(opened.ok)
  assert.ok((await opened.value.useLocal([HOST])).ok)
  const sockets = new SipSockets({
    receiver: { onMessage: () => undefined, onFlowClosed: () => undefined },
    newFramer: () => new StreamFramer(),
    ...{ timers, log: SILENT_LOG, randomBytes },
  })
  t.after(async () => {
    await sockets.close()
    opened.value.close()
    timers.close()
    rmSync(folder, { recursive: true })
  })
  return { sockets, identity: opened.value }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Who else could have it. */
function isUdpTaken(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true))
    socket.bind({ port, address: HOST, exclusive: true }, () => socket.close(() => resolve(false)))
  })
}

function isAccepted(port: number): Promise<boolean> {
  const socket = connect(port, HOST)
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

test('UDP opens first; phones behind connections are let in when that is allowed', async (t) => {
  const [port, tlsPort] = [await freePort(), await freePort()]
  const look = async () => [await isUdpTaken(port), await isAccepted(port), await isAccepted(tlsPort)]
  let before: boolean[] = []
  const { sockets, identity } = await openParts(t)
  const listening = await listenSip(sockets, {
    ...{ hosts: [HOST], port, tlsPort, identity, allowPublic: [], log: SILENT_LOG },
    beforeConnections: async () => {
      before = await look()
    },
  })
  assert.deepEqual(before, [true, false, false])
  assert.deepEqual(listening, { ok: true, value: { addresses: [HOST], tlsAddresses: [HOST] } })
  assert.deepEqual(await look(), [true, true, true])
})

test('a taken port names its flag, whichever it is', async (t) => {
  const [port, tlsPort] = [await freePort(), await freePort()]
  const { sockets, identity } = await openParts(t)
  for (const [taken, flag] of [
    [port, '--sip-port'],
    [tlsPort, '--sip-tls-port'],
  ] as const) {
    const other = createServer().listen(taken, HOST)
    await once(other, 'listening')
    const listening = await listenSip(sockets, {
      ...{ hosts: [HOST], port: taken === port ? port : await freePort(), tlsPort, allowPublic: [] },
      ...{ identity, beforeConnections: async () => undefined, log: SILENT_LOG },
    })
    assert.ok(!listening.ok && listening.error.includes(`${flag}.`), flag)
    other.close()
    await once(other, 'close')
  }
})
