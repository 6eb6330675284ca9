// STUN keep-alives on the SIP socket: the bytes of RFC 5769's address, limits, and who gets no answer.
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { answerStun, looksLikeStun } from '../src/stun.ts'
import { HOST, openSockets, until } from './sockets.ts'

/** The request of RFC 5769 §2.1 without its attributes: cookie and transaction id are those of the RFC. */
const REQUEST = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex')

test('the mapped addresses are those of RFC 5769 §2.2 and §2.3', () => {
  const four = answerStun(REQUEST, { address: '192.0.2.1', port: 32_853 })
  assert.equal(
    Buffer.from(four ?? []).toString('hex'),
    '0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643',
  )
  const six = answerStun(REQUEST, { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 })
  assert.equal(
    Buffer.from(six ?? []).toString('hex'),
    '010100182112a442b7e7a701bc34d686fa87dfae002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
  )
})

test('anything but a whole Binding request is no question', () => {
  const rows: [string, Buffer][] = [
    ['an answer', Buffer.from(`0101${REQUEST.toString('hex').slice(4)}`, 'hex')],
    ['another method', Buffer.from(`0003${REQUEST.toString('hex').slice(4)}`, 'hex')],
    ['another cookie', Buffer.from(REQUEST).fill(0, 4, 8)],
    ['a length that is not there', Buffer.from(`00010008${REQUEST.toString('hex').slice(8)}`, 'hex')],
    ['an odd length', Buffer.concat([Buffer.from(REQUEST).fill(1, 3, 4), Buffer.of(0)])],
  ]
  for (const [what, bytes] of rows)
    assert.equal(answerStun(bytes, { address: '192.0.2.1', port: 1 }), undefined, what)
  assert.equal(looksLikeStun(REQUEST.subarray(0, 19)), false)
  assert.equal(looksLikeStun(Buffer.from('OPTIONS sip:a@b SIP/2.0')), false)
})

test('property: whatever comes, there is no answer or a short one', () => {
  const tail = fc.uint8Array({ maxLength: 60 })
  fc.assert(
    fc.property(tail, fc.nat(19), fc.nat(255), (bytes, at, value) => {
      const request = Buffer.concat([REQUEST, bytes])
      request.writeUInt16BE(bytes.length, 2)
      const isWhole = bytes.length % 4 === 0
      assert.equal(answerStun(request, { address: '192.0.2.1', port: 1 })?.length, isWhole ? 32 : undefined)
      request[at] = value
      assert.ok((answerStun(request, { address: '::1', port: 1 })?.length ?? 0) <= 44)
    }),
  )
})

async function phone(t: TestContext, type: 'udp4' | 'udp6'): Promise<{ socket: Socket; got: Buffer[] }> {
  const socket = createSocket(type)
  t.after(() => socket.close())
  const got: Buffer[] = []
  socket.on('message', (bytes) => got.push(bytes))
  socket.bind(0, type === 'udp4' ? HOST : '::1')
  await once(socket, 'listening')
  return { socket, got }
}

test('a phone behind NAT is told its address by IPv4 and IPv6, and SIP hears nothing of it', async (t) => {
  const { sockets, heard } = openSockets(t)
  for (const [type, address, size] of [
    ['udp4', HOST, 32],
    ['udp6', '::1', 44],
  ] as const) {
    assert.ok((await sockets.listenUdp({ address, port: 25_190 })).ok)
    const { socket, got } = await phone(t, type)
    socket.send(REQUEST, 25_190, address)
    await until(() => got.length === 1, 'the answer')
    assert.equal(got[0]?.length, size)
    const port = (got[0]?.readUInt16BE(26) ?? 0) ^ 0x2112
    assert.equal(port, socket.address().port)
  }
  assert.equal(heard.messages.length, 0)
  assert.equal(sockets.counts().stunAnswers, 2)
})

test("abuse: questions in somebody else's name get few answers", async (t) => {
  const { sockets } = openSockets(t, { stunPerSecondMax: 5 })
  assert.ok((await sockets.listenUdp({ address: HOST, port: 25_191 })).ok)
  const { socket, got } = await phone(t, 'udp4')
  for (let count = 0; count < 200; count += 1) socket.send(REQUEST, 25_191, HOST)
  const { stunAnswers } = sockets.counts()
  await until(() => sockets.counts().stunAnswers + sockets.counts().stunDropped === 200, 'all seen')
  await sleep(20)
  assert.equal(stunAnswers, 0)
  assert.ok(got.length >= 5 && got.length <= 10, String(got.length)) // Two seconds at most.
})
