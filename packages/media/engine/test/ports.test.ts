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

test('PRT-8 a wished port is had when nobody has it, and the others as ever', () => {
  const ports = pool(21_050, 21_059)
  const wished = ports.lease(HOST, 21_054)
  assert.ok(wished.ok)
  assert.equal(wished.value.port, 21_054)
  const other = lease(ports)
  assert.deepEqual([ports.size(), other.port], [2, 21_050])
  for (const pair of [wished.value, other]) ports.release(pair)
})

test('PRT-8 of a wish that cannot be met another port comes of it', async () => {
  const other = createSocket('udp4')
  await new Promise<void>((resolve) => other.bind(21_067, HOST, resolve))
  const ports = pool(21_060, 21_075)
  const live = lease(ports)
  const past = lease(ports)
  ports.release(past)
  const wishes = {
    'a live endpoint has it': live.port,
    'a call before had it': past.port,
    'another program has its port for RTCP': 21_066,
    'an odd one': 21_069,
    'below the range': 21_058,
    'above the range': 21_076,
    'its second port is above the range': 21_075,
    'no port': 0,
  }
  const leased: PortPair[] = [live]
  const got = Object.values(wishes).map((port) => {
    const pair = ports.lease(HOST, port)
    if (pair.ok) leased.push(pair.value)
    return pair.ok ? pair.value.port : undefined
  })
  for (const [index, why] of Object.keys(wishes).entries())
    assert.notEqual(got[index], Object.values(wishes)[index], why)
  const had = got.filter((port) => port !== undefined)
  assert.equal(new Set([...had, live.port]).size, had.length + 1, 'no pair is leased twice')
  assert.ok(had.every((port) => port >= 21_060 && port < 21_075 && port % 2 === 0))
  for (const pair of leased) ports.release(pair)
  await new Promise<void>((resolve) => other.close(() => resolve()))
})
