// Syslog over real sockets on loopback: what arrives, and what happens when the receiver does not take it.
import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { TimerWheel } from '@rufwerk/net'
import { SYSLOG_WAITING_MAX, SyslogSender } from '../../src/attacks/syslog-sender.ts'

const WAIT_MS_MAX = 5_000
const HOST = '127.0.0.1'
const timers = new TimerWheel({ onError: (error) => SILENT_LOG.error(String(error)) })

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + WAIT_MS_MAX
  while (!isSo()) {
    assert.ok(Date.now() < end, what)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function receiver(
  onSocket: (socket: Socket) => void,
  port = 0,
): Promise<{ server: Server; port: number }> {
  const server = createServer(onSocket)
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { server, port: address.port }
}

test('over TCP each line has its length in front, also with umlauts, in its order', async () => {
  let heard = ''
  const { server, port } = await receiver((socket) =>
    socket.on('data', (bytes) => (heard += bytes.toString())),
  )
  const sender = new SyslogSender(timers)
  sender.aim({ host: HOST, port, transport: 'tcp' })
  sender.send('one')
  sender.send('zwölf')
  await until('both lines', () => heard.endsWith('zwölf'))
  assert.equal(heard, '3 one6 zwölf')
  assert.deepEqual(sender.figures(), { sent: 2, dropped: 0, waiting: 0 })
  sender.close()
  server.close()
})

test('a receiver that reads nothing holds nobody up: lines wait, then are dropped and counted', async () => {
  const sockets: Socket[] = []
  const { server, port } = await receiver((socket) => sockets.push(socket.pause()))
  const sender = new SyslogSender(timers)
  sender.aim({ host: HOST, port, transport: 'tcp' })
  sender.send('first')
  await until('the connection', () => sender.figures().sent === 1)
  const line = 'x'.repeat(2_000)
  const begun = performance.now()
  for (let count = 0; count < 20_000; count += 1) sender.send(line)
  const took = performance.now() - begun
  const { sent, dropped, waiting } = sender.figures()
  assert.ok(took < 2_000, `${took} ms`)
  assert.equal(waiting, SYSLOG_WAITING_MAX)
  assert.equal(sent + dropped + waiting, 20_001)
  sender.close()
  for (const socket of sockets) socket.destroy()
  server.close()
})

test('a receiver that is not there is said, and gets what waits once it is', async () => {
  const { server: gone, port } = await receiver(() => undefined)
  await new Promise((resolve) => gone.close(resolve))
  const sender = new SyslogSender(timers)
  sender.aim({ host: HOST, port, transport: 'tcp' })
  sender.send('early')
  await until('the failure', () => sender.figures().failure !== undefined)
  assert.match(sender.figures().failure ?? '', /ECONNREFUSED/)
  let heard = ''
  const { server } = await receiver(
    (socket) => socket.on('data', (bytes) => (heard += bytes.toString())),
    port,
  )
  await until('the line', () => heard === '5 early')
  assert.equal(sender.figures().failure, undefined)
  sender.close()
  server.close()
})

test('without a receiver nothing waits', () => {
  const sender = new SyslogSender(timers)
  sender.send('nobody hears it')
  assert.deepEqual(sender.figures(), { sent: 0, dropped: 0, waiting: 0 })
})
