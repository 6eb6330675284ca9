import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, test } from 'node:test'
import { type PortPair, PortPool } from '../src/endpoint/ports.ts'
import { IDLE_PAIRS_MAX, RTP_ADDRESSES_MAX } from '../src/limits.ts'

const HOST = '127.0.0.1'
const pools: PortPool[] = []
after(() => {
  for (const pool of pools) pool.close()
})

function pool(low: number, high: number, random = (_below: number) => 0): PortPool {
  const made = new PortPool({ low, high }, random)
  pools.push(made)
  return made
}

function lease(from: PortPool, address = HOST): PortPair {
  const pair = from.lease(address)
  assert.ok(pair.ok, JSON.stringify(pair))
  return pair.value
}

test('PRT-1 a pair is an even port for RTP and the odd one above for RTCP, inside the range', () => {
  const ports = pool(21_001, 21_008)
  const pairs = [lease(ports), lease(ports), lease(ports)]
  assert.deepEqual(pairs.map(({ port }) => port).sort(), [21_002, 21_004, 21_006])
  const none = ports.lease(HOST)
  assert.ok(!none.ok && none.error.code === 'no-port')
  for (const pair of pairs) ports.release(pair)
})

test('PRT-2 a released pair stays bound and is used again', () => {
  const ports = pool(21_010, 21_019)
  const first = lease(ports)
  ports.release(first)
  assert.deepEqual([ports.size(), ports.idle()], [0, 1])
  assert.equal(lease(ports), first)
  ports.release(first)
})

test('PRT-3 a port of somebody else is passed over, on either half of the pair', async () => {
  for (const taken of [21_020, 21_021]) {
    const other = createSocket('udp4')
    await new Promise<void>((resolve) => other.bind(taken, HOST, resolve))
    const ports = pool(21_020, 21_023)
    const pair = lease(ports)
    assert.equal(pair.port, 21_022)
    assert.ok(!ports.lease(HOST).ok)
    ports.release(pair)
    ports.close()
    await new Promise<void>((resolve) => other.close(() => resolve()))
  }
})

test('PRT-4 an address that is not ours is an answer, and nothing stays behind', () => {
  const ports = pool(21_030, 21_039)
  for (let count = 0; count < RTP_ADDRESSES_MAX + 2; count++) {
    const refused = ports.lease(`203.0.113.${count}`)
    assert.ok(!refused.ok && refused.error.code === 'failed', JSON.stringify(refused))
  }
  ports.release(lease(ports))
  assert.equal(ports.size(), 0)
})

test('PRT-5 the next pair is not the one released last, and no more than IDLE_PAIRS_MAX wait', () => {
  const ports = pool(21_100, 21_999, (below) => below - 1)
  const pairs = Array.from({ length: IDLE_PAIRS_MAX + 3 }, () => lease(ports))
  for (const pair of pairs) ports.release(pair)
  assert.equal(ports.idle(), IDLE_PAIRS_MAX)
  const next = lease(ports)
  assert.ok(pairs.indexOf(next) < IDLE_PAIRS_MAX / 2)
  ports.release(next)
})

test('PRT-7 free are the pairs of the range on each address in use, less those leased', () => {
  const ports = pool(21_040, 21_047)
  assert.equal(ports.free(), 4)
  const pairs = [lease(ports), lease(ports), lease(ports, '127.0.0.2')]
  assert.deepEqual([ports.size(), ports.free()], [3, 5])
  for (const pair of pairs) ports.release(pair)
  assert.deepEqual([ports.size(), ports.idle(), ports.free()], [0, 3, 8])
})
