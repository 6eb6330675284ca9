import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IceDtls } from '@rufwerk/media-control'
import {
  advertise,
  checkIceDtls,
  readSyntheticSdp,
  writeSyntheticSdp,
} from '../src/endpoint/synthetic-sdp.ts'
import { CANDIDATES_MAX } from '../src/limits.ts'

const HOST = 'candidate:1 1 UDP 2114977791 127.0.0.1 18000 typ host'
const REMOTE: IceDtls = {
  ufrag: 'AjrX',
  pwd: 'FA7SeaAcpQMmrjGAJ8oR5D',
  fingerprint: `sha-256 ${Array(32).fill('A1').join(':')}`,
  setup: 'actpass',
  candidates: [HOST],
}

test('WRT-1 what is written is what is read', () => {
  assert.deepEqual(readSyntheticSdp(writeSyntheticSdp(REMOTE)), { ok: true, value: REMOTE })
})

test('WRT-2 a part that could carry a line of its own is refused', () => {
  for (const [part, value] of [
    ['ufrag', 'ab\r\na=x:y'],
    ['ufrag', 'abc'],
    ['pwd', 'short'],
    ['pwd', `${'x'.repeat(22)}\n`],
    ['fingerprint', 'sha-256 AA:BB'],
    ['fingerprint', `sha-1 ${Array(20).fill('A1').join(':')}`],
  ] as const)
    assert.deepEqual(checkIceDtls({ ...REMOTE, [part]: value }), { ok: false, error: part })
})

test('WRT-3 candidates that are names, TCP or broken are left out, and there is a limit', () => {
  const candidates = [
    'a=candidate:2 1 udp 1 192.0.2.1 5000 typ host generation 0 network-id 1',
    'candidate:3 1 udp 1 a1b2.local 5000 typ host',
    'candidate:4 1 tcp 1 192.0.2.1 9 typ host tcptype active',
    'candidate:5 1 udp 1 192.0.2.1 5000 typ host\r\na=evil',
    'nonsense',
  ]
  const checked = checkIceDtls({ ...REMOTE, candidates })
  assert.ok(checked.ok)
  assert.deepEqual(checked.value.candidates, [candidates[0]?.slice(2)])
  const many = checkIceDtls({ ...REMOTE, candidates: Array(100).fill(HOST) })
  assert.ok(many.ok && many.value.candidates.length === CANDIDATES_MAX)
})

test('WRT-4 an incomplete local description is a failure, not a half answer', () => {
  const whole = writeSyntheticSdp(REMOTE)
  for (const name of ['ice-ufrag', 'ice-pwd', 'fingerprint', 'setup', 'candidate']) {
    const lines = whole.split('\r\n').filter((line) => !line.startsWith(`a=${name}:`))
    assert.equal(readSyntheticSdp(lines.join('\r\n')).ok, false, name)
  }
})

test('WRT-12 the advertised address comes first, the local one second, the door last', () => {
  const local = {
    ...{ ufrag: 'abcd', pwd: 'x'.repeat(22), fingerprint: 'sha-256 AA', setup: 'passive' as const },
    candidates: ['candidate:1 1 UDP 2114977791 10.77.0.10 18000 typ host'],
  }
  const told = { address: '10.77.0.10', advertised: '203.0.113.1', doorPort: 18_200 }
  assert.deepEqual(advertise(local, told).candidates, [
    'candidate:1a 1 UDP 2114978047 203.0.113.1 18000 typ host',
    'candidate:1 1 UDP 2114977791 10.77.0.10 18000 typ host',
    'candidate:1r 1 UDP 2114977535 10.77.0.10 18200 typ host',
  ])
  assert.deepEqual(advertise(local, { address: '10.77.0.10' }), local)
  // The server has a public address itself: nothing before it.
  assert.deepEqual(advertise(local, { address: '10.77.0.10', advertised: '10.77.0.10' }), local)
})
