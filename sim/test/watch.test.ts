import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredLeg } from '@rufwerk/calls'
import type { CallId, Flow, LegId, SocketAddress } from '@rufwerk/core'
import { TENANT } from '../company.ts'
import { Watch } from '../watch/watch.ts'
import { World } from '../world.ts'

const UPDATE = [
  'UPDATE sip:pbx@10.0.0.1 SIP/2.0',
  'Via: SIP/2.0/UDP 10.0.1.1:5062;branch=z9hG4bK1',
  'From: <sip:anna@10.0.0.1>;tag=1',
  'To: <sip:101@10.0.0.1>;tag=2',
  'Call-ID: a',
  'CSeq: 5 UPDATE',
  'Content-Length: 0',
]

function stored(role: string): StoredLeg {
  const state = JSON.stringify({ role, dialog: { dialog: { callId: 'a', state: 'confirmed' } } })
  return { tenant: TENANT, call: 'c' as CallId, leg: 'l' as LegId, version: 2, state }
}

test('a change is counted once in a run, and again where a crash took its answer away', () => {
  const watch = new Watch()
  const world = new World(1, () => watch)
  watch.begin(world)
  watch.legSaved(stored('incoming'))
  const bytes = Buffer.from(`${UPDATE.join('\r\n')}\r\n\r\n`)
  world.run = 1
  watch.received(bytes)
  watch.received(bytes)
  assert.equal(watch.changesOf('c'), 1)
  world.run = 2
  watch.received(bytes)
  assert.equal(watch.changesOf('c'), 2)
})

test('a 200 that is not committed is a breach, but to a re-INVITE with a full disk', async () => {
  const from: SocketAddress = { address: '10.0.0.1', port: 5060 }
  const flow: Flow = { id: 'f', transport: 'udp', local: from, remote: { address: '10.0.1.1', port: 5062 } }
  const lines = ['SIP/2.0 200 OK', ...UPDATE.slice(1).map((line) => line.replace('UPDATE', 'INVITE'))]
  const text = [...lines, 'Contact: <sip:pbx@10.0.0.1>', '', ''].join('\r\n')
  for (const [role, wasDiskFull, invariant] of [
    ['outgoing', false, 'committed-first'],
    ['incoming', true, 'committed-first'],
    ['outgoing', true, undefined],
  ] as const) {
    const watch = new Watch()
    const world = new World(1, () => watch)
    watch.begin(world)
    await world.disk.open()
    world.wasDiskFull = wasDiskFull
    watch.legSaved(stored(role))
    watch.sent({ flow, bytes: Buffer.from(text), fate: 'sent' }, true)
    assert.equal(watch.breach?.invariant, invariant)
  }
})
