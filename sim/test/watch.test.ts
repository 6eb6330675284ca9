import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallId, LegId } from '@rufwerk/core'
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

test('a change is counted once in a run, and again where a crash took its answer away', () => {
  const watch = new Watch()
  const world = new World(1, () => watch)
  watch.begin(world)
  const state = JSON.stringify({ role: 'incoming', dialog: { dialog: { callId: 'a', state: 'confirmed' } } })
  watch.legSaved({ tenant: TENANT, call: 'c' as CallId, leg: 'l' as LegId, version: 2, state })
  const bytes = Buffer.from(`${UPDATE.join('\r\n')}\r\n\r\n`)
  world.run = 1
  watch.received(bytes)
  watch.received(bytes)
  assert.equal(watch.changesOf('c'), 1)
  world.run = 2
  watch.received(bytes)
  assert.equal(watch.changesOf('c'), 2)
})
