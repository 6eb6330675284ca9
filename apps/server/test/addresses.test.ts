// The public address as a STUN server sees it: learned, followed when it changes, and nothing from strangers.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import test, { type TestContext } from 'node:test'
import { parseStun, writeStun } from '@rufwerk/rtp/stun'
import { askStun } from '../src/addresses.ts'

type Answer = (transactionId: Uint8Array) => readonly Uint8Array[]

/** A STUN server on loopback that answers what it is told. */
async function stunServer(t: TestContext, answer: Answer): Promise<{ host: string; port: number }> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, from) => {
    const parsed = parseStun(bytes)
    if (!parsed.ok) return
    for (const reply of answer(parsed.value.transactionId)) socket.send(reply, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  t.after(() => socket.close())
  return { host: '127.0.0.1', port: socket.address().port }
}

const mapped = { address: '203.0.113.1', port: 40_000 }

test('the mapped address is ours', async (t) => {
  const server = await stunServer(t, (transactionId) => [
    writeStun({ class: 'success', transactionId, mapped }),
  ])
  assert.deepEqual(await askStun(server, randomBytes), { ok: true, value: '203.0.113.1' })
})

test('an answer to another question says nothing', async (t) => {
  const server = await stunServer(t, (transactionId) => [
    writeStun({
      class: 'success',
      transactionId: randomBytes(12),
      mapped: { ...mapped, address: '6.6.6.6' },
    }),
    Buffer.from('not STUN'),
    writeStun({ class: 'success', transactionId, mapped }),
  ])
  assert.deepEqual(await askStun(server, randomBytes), { ok: true, value: '203.0.113.1' })
})

test('a server that refuses, and a name that does not exist, are said', async (t) => {
  const server = await stunServer(t, (transactionId) => [
    writeStun({ class: 'error', transactionId, error: { code: 400, reason: 'no' } }),
  ])
  assert.deepEqual(await askStun(server, randomBytes), { ok: false, error: 'the STUN server refused' })
  assert.equal((await askStun({ host: 'stun.invalid', port: 3478 }, randomBytes)).ok, false)
})
