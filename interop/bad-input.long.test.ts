// Connections that take their time: a message that never ends, or nothing at all. They are closed after the
// limits of packages/adapters/net, while a phone that only sends keep-alives stays, and calls go on
// meanwhile.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import test from 'node:test'
import { plainSdp, RawPhone } from './support/raw-sip.ts'
import { Server } from './support/server.ts'
import { sleep, until } from './support/wait.ts'

const ADDRESS = '127.0.0.1'
const SLOW = 100
/** NET_LIMITS: a message must be complete, and a connection must say something, within 10 s. */
const CLOSED_MS_MAX = 15_000
const DRIP_MS = 500

const server = await Server.start()
const account = await server.admin.addPhone('Raw phone')
const phone = await RawPhone.open(account)
test.after(async () => {
  phone.close()
  await server.stop()
})

async function open(): Promise<{
  socket: Socket
  closedAfterMs: () => number | undefined
  heard: () => string
}> {
  const openedAt = performance.now()
  let closedAfter: number | undefined
  let heard = ''
  const socket = connect(server.sipPort, ADDRESS)
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1')
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    closedAfter = performance.now() - openedAt
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, closedAfterMs: () => closedAfter, heard: () => heard }
}

test('slow and silent connections are closed, a quiet one stays, and calls work meanwhile', async () => {
  const slow = await Promise.all(Array.from({ length: SLOW }, open))
  const silent = await Promise.all(Array.from({ length: SLOW }, open))
  const quiet = await open()
  quiet.socket.write('\r\n\r\n') // RFC 5626 §3.5.1
  const request = `OPTIONS sip:${ADDRESS} SIP/2.0\r\nVia: SIP/2.0/TCP ${ADDRESS};branch=z9hG4bKslow\r\n`
  for (const { socket } of slow) socket.write(request)
  const drip = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write('X')
    if (quiet.socket.writable) quiet.socket.write('\r\n\r\n')
  }, DRIP_MS)
  try {
    await sleep(2000)
    const call = await phone.ask({ method: 'INVITE', dials: '*43', body: plainSdp(21_990) })
    assert.equal(call.status, 200)
    assert.equal((await phone.hangUp(call)).status, 200)
    const all = [...slow, ...silent]
    const isClosed = () => all.every(({ closedAfterMs }) => closedAfterMs() !== undefined)
    await until('the end of all slow and silent connections', isClosed, CLOSED_MS_MAX)
    const soonest = Math.min(...all.map(({ closedAfterMs }) => closedAfterMs() ?? 0))
    assert.ok(soonest > 5000, `not before their time: ${soonest} ms`)
  } finally {
    clearInterval(drip)
  }
  assert.equal(quiet.closedAfterMs(), undefined, 'keep-alives keep a connection')
  assert.match(quiet.heard(), /^(\r\n)+$/, 'keep-alives are answered')
  quiet.socket.destroy()
})
