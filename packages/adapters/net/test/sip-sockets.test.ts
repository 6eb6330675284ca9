// Real sockets on 127.0.0.1. The framer of these tests takes lines; "\r\n\r\n" alone is a ping.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ms, ok } from '@rufwerk/core'
import type { SipSockets } from '../src/index.ts'
import { HOST, openSockets as open, until } from './sockets.ts'

async function listenTcp(sockets: SipSockets, port: number): Promise<void> {
  const opened = await sockets.listenTcp({ address: HOST, port })
  assert.deepEqual(opened, ok({ address: HOST, port }))
}

async function client(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, HOST)
  socket.on('error', () => undefined)
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('a datagram arrives with its flow and is answered on it; keep-alives are swallowed', async (t) => {
  const { sockets, heard } = open(t)
  assert.ok((await sockets.listenUdp({ address: HOST, port: 25_110 })).ok)
  const phone = createSocket('udp4')
  t.after(() => phone.close())
  await new Promise<void>((resolve) => phone.bind(25_111, HOST, resolve))
  for (const text of ['\r\n\r\n', 'one', 'two']) phone.send(text, 25_110, HOST)
  await until(() => heard.messages.length === 2, 'two datagrams')
  const flow = heard.messages[0]?.[0]
  assert.equal(flow?.id, 'udp:127.0.0.1:25110:127.0.0.1:25111')
  assert.equal(heard.messages[1]?.[0], flow)
  const answered = once(phone, 'message')
  assert.equal(sockets.send(flow, Buffer.from('answer')), true)
  assert.equal(String((await answered)[0]), 'answer')
  assert.equal(sockets.send(flow, Buffer.alloc(70_000)), false)
  const elsewhere = { ...flow, local: { address: HOST, port: 1 } }
  assert.equal(sockets.send(elsewhere, Buffer.from('x')), false)
  assert.equal(sockets.counts().notSent, 2)
})

test('a taken port, a foreign address and a wildcard are errors that name themselves', async (t) => {
  const { sockets } = open(t, { socketsMax: 3 })
  await listenTcp(sockets, 25_112)
  assert.ok((await sockets.listenUdp({ address: HOST, port: 25_112 })).ok)
  for (const listen of ['listenTcp', 'listenUdp'] as const) {
    const taken = await sockets[listen]({ address: HOST, port: 25_112 })
    assert.equal(taken.ok, false)
    assert.equal(taken.error.code, 'address-in-use')
    assert.match(taken.error.message, /(TCP|UDP) 127\.0\.0\.1:25112 is already in use/)
    const foreign = await sockets[listen]({ address: '192.0.2.1', port: 25_112 })
    assert.equal(foreign.ok ? '' : foreign.error.code, 'address-not-available')
    const wildcard = await sockets[listen]({ address: '0.0.0.0', port: 25_112 })
    assert.equal(wildcard.ok ? '' : wildcard.error.code, 'wildcard')
  }
  assert.ok((await sockets.listenUdp({ address: HOST, port: 25_113 })).ok)
  const tooMany = await sockets.listenTcp({ address: HOST, port: 25_114 })
  assert.equal(tooMany.ok ? '' : tooMany.error.code, 'limit')
})

test('a TCP connection carries messages both ways, answers pings and reports its end', async (t) => {
  const { sockets, heard } = open(t)
  await listenTcp(sockets, 25_115)
  const phone = await client(t, 25_115)
  let got = ''
  phone.on('data', (chunk) => {
    got += chunk.toString()
  })
  for (const part of ['one\ntw', 'o\n', '\r\n\r\n']) {
    phone.write(part)
    await sleep(20)
  }
  await until(() => got === '\r\n', 'the pong')
  assert.deepEqual(
    heard.messages.map(([, text]) => text),
    ['one', 'two'],
  )
  const flow = heard.messages[0]?.[0]
  assert.ok(flow)
  assert.equal(sockets.isOpen(flow), true)
  assert.equal(sockets.send(flow, Buffer.from('answer')), true)
  await until(() => got === '\r\nanswer', 'the answer')
  phone.end()
  await until(() => heard.closed.length === 1, 'the end')
  assert.equal(sockets.isOpen(flow), false)
  assert.equal(sockets.send(flow, Buffer.from('late')), false)
  assert.equal(sockets.size(), 0)
})

test('an outgoing connection is opened once and used again; a refused one is an error', async (t) => {
  const { sockets, heard } = open(t)
  const other = open(t)
  await listenTcp(other.sockets, 25_116)
  const remote = { address: HOST, port: 25_116 }
  const [first, second] = await Promise.all([
    sockets.open({ transport: 'tcp', remote, localAddress: HOST }),
    sockets.open({ transport: 'tcp', remote, localAddress: HOST }),
  ])
  const third = await sockets.open({ transport: 'tcp', remote, localAddress: HOST })
  assert.ok(first.ok && second.ok && third.ok)
  assert.equal(first.value.id, second.value.id)
  assert.equal(first.value.id, third.value.id)
  sockets.send(first.value, Buffer.from('hello\n'))
  await until(() => other.heard.messages.length === 1, 'the message')
  const refused = await sockets.open({
    transport: 'tcp',
    remote: { address: HOST, port: 25_117 },
    localAddress: HOST,
  })
  assert.equal(refused.ok ? '' : refused.error.code, 'refused')
  sockets.closeFlow(first.value.id)
  await until(() => heard.closed.length === 1 && other.heard.closed.length === 1, 'both ends closed')
  assert.equal(sockets.size(), 0)
})

test('what the receiver throws is counted and the connection lives on', async (t) => {
  const { sockets, heard } = open(t)
  await listenTcp(sockets, 25_118)
  const phone = await client(t, 25_118)
  phone.write('throw\nnext\n')
  await until(() => heard.messages.length === 1, 'the next message')
  assert.equal(sockets.counts().receiverErrors, 1)
})

test('abuse: silence, slow loris and a stalled message each end the connection', async (t) => {
  const limits = { firstMessageWithin: ms(120), messageWithin: ms(150), idle: ms(400) }
  const { sockets, heard } = open(t, limits)
  await listenTcp(sockets, 25_119)
  await client(t, 25_119) // Never says a word.
  const loris = await client(t, 25_119)
  const spoken = await client(t, 25_119)
  spoken.write('hello\n')
  const dripping = setInterval(() => loris.write('x'), 20) // A byte now and then, never a message.
  t.after(() => clearInterval(dripping))
  await until(() => heard.closed.length === 2, 'silent and slow ones closed')
  assert.equal(sockets.size(), 1)
  await until(() => heard.closed.length === 3, 'the idle one closed')
  assert.equal(sockets.counts().closedForSilence, 3)
  assert.equal(sockets.size(), 0)
})

test('abuse: an untrusted stream is closed and the others live on', async (t) => {
  const { sockets, heard } = open(t)
  await listenTcp(sockets, 25_120)
  const good = await client(t, 25_120)
  for (const rubbish of ['garbage\n', 'x'.repeat(2000)]) (await client(t, 25_120)).write(rubbish)
  await until(() => sockets.counts().closedForFraming === 2, 'two closed')
  good.write('still here\n')
  await until(() => heard.messages.some(([, text]) => text === 'still here'), 'the good one')
})

test('abuse: a flood of connections is bounded', async (t) => {
  const { sockets } = open(t, { connectionsPerPrivateAddressMax: 20 })
  await listenTcp(sockets, 25_121)
  const flood = Array.from({ length: 60 }, () => {
    const socket = connect(25_121, HOST)
    socket.on('error', () => undefined)
    t.after(() => socket.destroy())
    return socket
  })
  await until(() => sockets.counts().refusedConnections === 40, '40 refused')
  assert.equal(sockets.size(), 20)
  for (const socket of flood) socket.destroy()
  await until(() => sockets.size() === 0, 'all gone')
  await client(t, 25_121)
  await until(() => sockets.size() === 1, 'room again')
})

test('abuse: a peer that does not read loses its connection before memory is lost', async (t) => {
  const { sockets, heard } = open(t, { outputBytesMax: 100_000 })
  await listenTcp(sockets, 25_122)
  const deaf = await client(t, 25_122)
  deaf.pause()
  deaf.write('hello\n')
  await until(() => heard.messages.length === 1, 'the message')
  const flow = heard.messages[0]?.[0]
  assert.ok(flow)
  let written = 0
  while (written < 500 && sockets.send(flow, Buffer.alloc(50_000))) written += 1
  assert.ok(written < 500)
  assert.equal(sockets.counts().closedForOutput, 1)
  await until(() => heard.closed.length === 1, 'closed')
})

test('abuse: an oversize datagram is dropped and counted', async (t) => {
  const { sockets, heard } = open(t, { messageBytesMax: 2000 })
  assert.ok((await sockets.listenUdp({ address: HOST, port: 25_123 })).ok)
  const phone = createSocket('udp4')
  t.after(() => phone.close())
  phone.send(Buffer.alloc(2001, 65), 25_123, HOST)
  phone.send(Buffer.alloc(2000, 65), 25_123, HOST)
  await until(() => heard.messages.length === 1, 'the shorter one')
  assert.equal(sockets.counts().oversize, 1)
})
