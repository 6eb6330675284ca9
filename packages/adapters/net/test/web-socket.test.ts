// Real WebSockets on 127.0.0.1, upgraded by an HTTP server as the console does it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Flow, ms, SILENT_LOG } from '@rufwerk/core'
import { WebSocket } from 'ws'
import { type NetLimits, SipSockets, TimerWheel } from '../src/index.ts'

interface Door {
  readonly sockets: SipSockets
  readonly heard: [Flow, string][]
  readonly closed: Flow[]
}

async function open(t: TestContext, port: number, limits: Partial<NetLimits> = {}): Promise<Door> {
  const timers = new TimerWheel({ onError: (error) => assert.fail(String(error)) })
  const heard: [Flow, string][] = []
  const closed: Flow[] = []
  const sockets = new SipSockets({
    receiver: {
      onMessage: (flow, bytes) => heard.push([flow, Buffer.from(bytes).toString()]),
      onFlowClosed: (flow) => closed.push(flow),
    },
    newFramer: () => ({ push: () => [], size: () => 0 }),
    timers,
    log: SILENT_LOG,
    randomBytes,
    limits,
  })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    const asked = new URL(request.url ?? '/', 'http://localhost').searchParams
    const behind = asked.get('behind')
    const peer = { device: asked.get('device') ?? '', ...(behind !== null && { address: behind }) }
    sockets.acceptWebSocket(request, socket, head, peer)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    await sockets.close()
    timers.close()
    server.close()
  })
  return { sockets, heard, closed }
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    if (isTrue()) return
    await sleep(10)
  }
  assert.fail(`waited in vain: ${what}`)
}

function browser(t: TestContext, port: number, device: string, protocols: string[]): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sip?device=${device}`, protocols)
  socket.on('error', () => undefined)
  t.after(() => socket.terminate())
  return socket
}

test('a browser is accepted with subprotocol sip, its flow names its device, text both ways', async (t) => {
  const { sockets, heard, closed } = await open(t, 25_130)
  const page = browser(t, 25_130, 'd1', ['sip', 'ticket.abc'])
  await once(page, 'open')
  assert.equal(page.protocol, 'sip')
  page.send('REGISTER grüße')
  await until(() => heard.length === 1, 'the message')
  const [flow, text] = heard[0] ?? []
  assert.ok(flow)
  assert.equal(text, 'REGISTER grüße')
  assert.equal(flow.device, 'd1')
  assert.equal(flow.transport, 'ws')
  assert.equal(flow.local.port, 25_130)
  const answered = once(page, 'message')
  assert.equal(sockets.send(flow, Buffer.from('200 OK ü')), true)
  const [data, isBinary] = await answered
  assert.equal(String(data), '200 OK ü')
  assert.equal(isBinary, false)
  const ponged = once(page, 'message')
  page.send('\r\n\r\n')
  assert.equal(String((await ponged)[0]), '\r\n')
  assert.equal(heard.length, 1)
  page.close()
  await until(() => closed.length === 1, 'the end')
  assert.equal(closed[0]?.id, flow.id)
  assert.equal(sockets.size(), 0)
})

test('without the subprotocol, or over the limit, the handshake is refused', async (t) => {
  const { sockets } = await open(t, 25_131, { connectionsPerPrivateAddressMax: 1 })
  const wrong = browser(t, 25_131, 'd1', ['chat'])
  await once(wrong, 'error')
  const first = browser(t, 25_131, 'd1', ['sip'])
  await once(first, 'open')
  const second = browser(t, 25_131, 'd2', ['sip'])
  await once(second, 'error')
  assert.equal(sockets.counts().refusedHandshakes, 1)
  assert.equal(sockets.counts().refusedConnections, 1)
  assert.equal(sockets.size(), 1)
})

test('the flow of a browser behind a proxy is at its own address, and counted there', async (t) => {
  const { sockets, heard } = await open(t, 25_137, { connectionsPerPrivateAddressMax: 1 })
  for (const behind of ['10.7.0.1', '::ffff:10.7.0.2']) {
    const page = browser(t, 25_137, `d1&behind=${behind}`, ['sip'])
    await once(page, 'open')
    page.send('REGISTER')
  }
  await until(() => heard.length === 2, 'both')
  assert.deepEqual(heard.map(([flow]) => flow.remote.address).sort(), ['10.7.0.1', '10.7.0.2'])
  await once(browser(t, 25_137, 'd2&behind=10.7.0.1', ['sip']), 'error')
  assert.equal(sockets.counts().refusedConnections, 1)
})

test('signing out closes the connections of that device and no other', async (t) => {
  const { sockets, closed } = await open(t, 25_132)
  const pages = ['d1', 'd1', 'd2'].map((device) => browser(t, 25_132, device, ['sip']))
  await Promise.all(pages.map((page) => once(page, 'open')))
  assert.equal(sockets.closeDevice('d1'), 2)
  await until(() => closed.length === 2, 'two closed')
  assert.equal(sockets.size(), 1)
})

test('a browser that does not answer pings is closed, one that does stays', async (t) => {
  const { sockets, closed } = await open(t, 25_133, { webSocketPing: ms(60) })
  const alive = browser(t, 25_133, 'alive', ['sip'])
  await once(alive, 'open')
  const key = randomBytes(16).toString('base64')
  const dead = connect(25_133, '127.0.0.1')
  t.after(() => dead.destroy())
  dead.on('error', () => undefined)
  dead.write(
    `GET /sip?device=dead HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: sip\r\n\r\n`,
  )
  await until(() => closed.length === 1, 'the dead one closed')
  assert.equal(closed[0]?.device, 'dead')
  assert.equal(sockets.counts().closedForSilence, 1)
  assert.equal(sockets.size(), 1)
})

test('abuse: garbage frames and messages that are too long end only that connection', async (t) => {
  const { sockets, closed, heard } = await open(t, 25_134, { messageBytesMax: 5000 })
  const good = browser(t, 25_134, 'good', ['sip'])
  await once(good, 'open')
  const long = browser(t, 25_134, 'long', ['sip'])
  await once(long, 'open')
  long.send('x'.repeat(5001))
  await until(() => closed.length === 1, 'the long one closed')
  const key = randomBytes(16).toString('base64')
  const garbage = connect(25_134, '127.0.0.1')
  t.after(() => garbage.destroy())
  garbage.on('error', () => undefined)
  garbage.write(
    `GET /sip HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: sip\r\n\r\n`,
  )
  await until(() => sockets.size() === 2, 'the third one open')
  garbage.write(Buffer.alloc(500, 0xff))
  await until(() => closed.length === 2, 'the garbage one closed')
  good.send('still here')
  await until(() => heard.length === 1, 'the good one')
  assert.equal(sockets.counts().closedForFraming, 2)
})
