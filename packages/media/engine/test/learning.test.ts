import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceLearning } from '../src/endpoint/learning.ts'
import { LEARN_PACKETS, LEARN_PACKETS_SAME_HOST } from '../src/limits.ts'

const PEER = '192.0.2.10'
const NAT = '198.51.100.7'
const ATTACKER = '203.0.113.66'

function signalled(): SourceLearning {
  const learning = new SourceLearning()
  learning.signalled(PEER, 4_000)
  return learning
}

test('LRN-1 nothing is accepted before an address is signalled', () => {
  const learning = new SourceLearning()
  assert.equal(learning.accepts(PEER, 4_000, 1, 1), false)
  assert.equal(learning.port, 0)
})

test('LRN-2 the first packet from the signalled address locks', () => {
  const learning = signalled()
  assert.ok(learning.accepts(PEER, 4_000, 1, 1))
  assert.equal(learning.state, 'locked')
  assert.equal(learning.accepts(PEER, 4_002, 1, 2), false)
  assert.equal(learning.accepts(ATTACKER, 4_000, 1, 2), false)
  assert.ok(learning.accepts(PEER, 4_000, 2, 900), 'another SSRC of the peer is the peer')
})

test('LRN-3 another host is believed after LEARN_PACKETS consistent packets, and packets go there', () => {
  const learning = signalled()
  for (let count = 1; count < LEARN_PACKETS; count++)
    assert.equal(learning.accepts(NAT, 9_000, 7, 100 + count), false)
  assert.ok(learning.accepts(NAT, 9_000, 7, 100 + LEARN_PACKETS))
  assert.deepEqual([learning.address, learning.port], [NAT, 9_000])
})

test('LRN-4 another port of the signalled host needs LEARN_PACKETS_SAME_HOST packets', () => {
  const learning = signalled()
  for (let count = 1; count < LEARN_PACKETS_SAME_HOST; count++)
    assert.equal(learning.accepts(PEER, 5_000, 7, count), false)
  assert.ok(learning.accepts(PEER, 5_000, 7, LEARN_PACKETS_SAME_HOST))
})

test('LRN-5 a run with another SSRC, a repeated number or a wide jump starts again', () => {
  for (const spoil of [
    [8, 103],
    [7, 102],
    [7, 90],
    [7, 200],
  ] as const) {
    const learning = signalled()
    learning.accepts(NAT, 9_000, 7, 101)
    learning.accepts(NAT, 9_000, 7, 102)
    learning.accepts(NAT, 9_000, spoil[0], spoil[1])
    for (let count = 1; count < LEARN_PACKETS - 1; count++)
      assert.equal(learning.accepts(NAT, 9_000, spoil[0], spoil[1] + count), false)
    assert.equal(learning.state, 'open')
  }
})

test('LRN-6 two strangers that mix their packets are both refused', () => {
  const learning = signalled()
  for (let sequence = 0; sequence < 50; sequence++) {
    assert.equal(learning.accepts(NAT, 9_000, 7, sequence), false)
    assert.equal(learning.accepts(ATTACKER, 9_000, 8, sequence), false)
  }
})

test('LRN-7 after a lock nobody else is ever learned', () => {
  const learning = signalled()
  learning.accepts(PEER, 4_000, 1, 1)
  for (let sequence = 0; sequence < 1_000; sequence++)
    assert.equal(learning.accepts(ATTACKER, 4_000, 1, sequence), false)
  assert.deepEqual([learning.address, learning.port], [PEER, 4_000])
})

test('LRN-8 the signalled address takes over from a learned one, for good', () => {
  const learning = signalled()
  for (let count = 1; count <= LEARN_PACKETS; count++) learning.accepts(NAT, 9_000, 7, count)
  assert.ok(learning.accepts(NAT, 9_000, 7, 10))
  assert.ok(learning.accepts(PEER, 4_000, 1, 1))
  assert.equal(learning.accepts(NAT, 9_000, 7, 11), false)
})

test('LRN-9 a changed address in a re-INVITE unlocks, the same one does not', () => {
  const learning = signalled()
  for (let count = 1; count <= LEARN_PACKETS; count++) learning.accepts(NAT, 9_000, 7, count)
  learning.signalled(PEER, 4_000)
  assert.deepEqual([learning.address, learning.port], [NAT, 9_000])
  learning.signalled('192.0.2.11', 4_000)
  assert.deepEqual([learning.address, learning.port], ['192.0.2.11', 4_000])
  assert.equal(learning.accepts(NAT, 9_000, 7, 6), false)
  assert.ok(learning.accepts('192.0.2.11', 4_000, 1, 1))
})

test('LRN-10 RTCP is believed from the signalled and from the learned host, on any port', () => {
  const learning = signalled()
  assert.ok(learning.acceptsControl(PEER))
  assert.equal(learning.acceptsControl(NAT), false)
  for (let count = 1; count <= LEARN_PACKETS; count++) learning.accepts(NAT, 9_000, 7, count)
  assert.ok(learning.acceptsControl(NAT))
  assert.equal(learning.acceptsControl(ATTACKER), false)
})
