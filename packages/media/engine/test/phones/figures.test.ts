// How full the engine is, as it tells with each heartbeat.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointId } from '@rufwerk/core'
import type { AudioSource } from '@rufwerk/media-control'
import { countBridges } from '../../src/bridges.ts'
import { Scene } from '../support/scene.ts'

test('CMD-4 a ping says endpoints, bridges and ports; all is as before when calls have ended', async () => {
  const scene = new Scene({ endpointsMax: 6 })
  const figures = async (type: 'ping' | 'acknowledge') => {
    const reply = await scene.do(type === 'ping' ? { type } : { type, event: 0 })
    assert.ok(reply.type === 'alive')
    return reply.figures
  }
  const empty = await figures('ping')
  assert.deepEqual(empty, {
    endpoints: 0,
    endpointsMax: 6,
    bridges: 0,
    portPairsUsed: 0,
    portPairsFree: 50,
    sounding: 0,
  })
  for (const id of ['a', 'b', 'c', 'd']) await scene.connect(id)
  await scene.bridge('a', 'b')
  await scene.source('c', { type: 'endpoint', endpoint: 'd' })
  await scene.source('d', { type: 'tone', tone: 'hold', country: 'de' })
  const full = { endpoints: 4, endpointsMax: 6, bridges: 2, portPairsUsed: 4, portPairsFree: 46, sounding: 1 }
  assert.deepEqual(await figures('acknowledge'), full)
  await scene.do({ type: 'close', endpoint: 'b' })
  assert.deepEqual(await figures('ping'), {
    ...full,
    endpoints: 3,
    bridges: 1,
    portPairsUsed: 3,
    portPairsFree: 47,
  })
  for (const id of ['a', 'c', 'd']) await scene.do({ type: 'close', endpoint: id })
  assert.deepEqual(await figures('ping'), empty)
  await scene.close()
})

test('CMD-4 a bridge is counted once, an echo and a partner who is gone not at all', () => {
  const hears = (endpoint: string): { source: AudioSource } => ({
    source: { type: 'endpoint', endpoint: endpoint as EndpointId },
  })
  const silent: { source: AudioSource } = { source: { type: 'silence' } }
  const count = (ends: Record<string, { source: AudioSource }>): number =>
    countBridges(new Map(Object.entries(ends)) as Map<EndpointId, { source: AudioSource }>)
  assert.equal(count({}), 0)
  assert.equal(count({ a: hears('b'), b: hears('a') }), 1)
  assert.equal(count({ a: hears('b'), b: silent }), 1)
  assert.equal(count({ a: hears('gone'), b: hears('b'), c: { source: { type: 'echo' } } }), 0)
  assert.equal(count({ a: hears('b'), b: hears('a'), c: hears('d'), d: hears('c'), e: silent }), 2)
})
