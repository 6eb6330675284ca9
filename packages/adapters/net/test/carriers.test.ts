// Flows to carriers over real sockets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { localAddressTo } from '../src/carriers.ts'
import { Carriers, SipResolver } from '../src/index.ts'
import { HOST, openSockets } from './sockets.ts'

test('over UDP from our socket, over TCP a connection used again; nowhere is undefined', async (t) => {
  const { sockets, timers } = openSockets(t)
  const resolver = new SipResolver({ timers, random: () => 0, transports: ['tcp', 'udp'], families: [4] })
  const carriers = new Carriers({ sockets, resolver, log: SILENT_LOG })
  const udp = await sockets.listenUdp({ address: HOST, port: 0 })
  const tcp = await sockets.listenTcp({ address: HOST, port: 0 })
  assert.ok(udp.ok && tcp.ok)
  const targets = await carriers.resolve({ host: HOST, port: udp.value.port })
  assert.deepEqual(targets, [{ transport: 'udp', ...udp.value }])
  const peer = { name: 'carrier.example' }
  const flow = await carriers.open({ transport: 'udp', ...udp.value }, peer)
  assert.equal(flow?.local.port, udp.value.port)
  const connection = await carriers.open({ transport: 'tcp', ...tcp.value }, peer)
  assert.equal(connection?.transport, 'tcp')
  assert.equal((await carriers.open({ transport: 'tcp', ...tcp.value }, peer))?.id, connection?.id)
  assert.deepEqual(await carriers.resolve({ host: 'no such host' }), [])
  assert.equal(await carriers.open({ transport: 'udp', address: '::1', port: 9 }, peer), undefined)
  assert.equal(await carriers.open({ transport: 'tcp', address: HOST, port: 1 }, peer), undefined)
})

test('the address that the system sends from', async () => {
  assert.equal(await localAddressTo('127.0.0.1'), '127.0.0.1')
  assert.equal(await localAddressTo('no address'), undefined)
})
